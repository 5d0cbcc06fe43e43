"""The practice API's official motions: keyframes of a stick figure, each a loop.

An arm at 0 hangs, at 90 points sideways, at 180 up; an elbow or knee adds its bend to the limb above it.
In the poses with ``side`` below 1 the figure faces right: there the right limbs move forward with positive
angles and the left ones with negative.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kling.sandbox.media.stick_figure import CANVAS, Colour, Pose, blend, draw
from kling.sandbox.media.video import ClipWriter

FPS = 20
REFERENCE_SECONDS = 3
"""What a motion of the second generation must last at least: shorter loops are played more than once."""


@dataclass(frozen=True)
class Dance:
    """One official motion as it is drawn."""

    tag: str
    seconds: float
    background: Colour
    poses: Sequence[Pose]
    cover_at: float = 0.0
    """The moment (0 to 1) that the cover shows."""

    def pose(self, seconds: float) -> Pose:
        return blend(self.poses, seconds / self.seconds)

    @property
    def reference_seconds(self) -> float:
        """Whole loops, as few as last long enough."""
        return math.ceil(REFERENCE_SECONDS / self.seconds) * self.seconds

    def write_clip(self, path: Path) -> None:
        self.write(path, self.seconds)

    def write_reference(self, path: Path) -> None:
        self.write(path, self.reference_seconds)

    def write(self, path: Path, seconds: float) -> None:
        with ClipWriter(path, CANVAS, FPS) as clip:
            for number in range(round(seconds * FPS)):
                clip.add(draw(self.pose(number / FPS), self.background))

    def write_cover(self, path: Path) -> None:
        draw(self.pose(self.cover_at * self.seconds), self.background).save(path, quality=88)


STAND = Pose()
PROFILE = Pose(side=0.4, r_leg=5, l_leg=5, r_knee=0, l_knee=0)
GUARD = Pose(
    side=0.45, lean=4, r_arm=28, r_elbow=105, l_arm=-18, l_elbow=-112, r_leg=20, r_knee=-12, l_leg=18, l_knee=6
)
CROUCH = Pose(r_leg=36, l_leg=36, r_knee=-66, l_knee=-66, r_arm=-18, l_arm=-18, r_elbow=20, l_elbow=20)
AIRBORNE = Pose(lift=44, r_arm=158, l_arm=158, r_elbow=8, l_elbow=8, r_leg=14, l_leg=14, r_knee=-20, l_knee=-20)


def mirrored(pose: Pose) -> Pose:
    """Left and right exchanged."""
    return replace(
        pose,
        x=-pose.x,
        lean=-pose.lean,
        nod=-pose.nod,
        r_arm=pose.l_arm,
        l_arm=pose.r_arm,
        r_elbow=pose.l_elbow,
        l_elbow=pose.r_elbow,
        r_leg=pose.l_leg,
        l_leg=pose.r_leg,
        r_knee=pose.l_knee,
        l_knee=pose.r_knee,
    )


def other_step(pose: Pose) -> Pose:
    """The same step with the other foot, still to the right."""
    return replace(
        pose,
        r_arm=-pose.l_arm,
        l_arm=-pose.r_arm,
        r_elbow=-pose.l_elbow,
        l_elbow=-pose.r_elbow,
        r_leg=-pose.l_leg,
        l_leg=-pose.r_leg,
        r_knee=-pose.l_knee,
        l_knee=-pose.r_knee,
    )


def both_feet(*poses: Pose) -> list[Pose]:
    return [*poses, *map(other_step, poses)]


def both_sides(*poses: Pose) -> list[Pose]:
    return [*poses, *map(mirrored, poses)]


WAVE = Pose(r_arm=128, r_elbow=22, lean=-3, nod=4, l_arm=14)
STRIDE = replace(
    PROFILE, r_leg=28, r_knee=-5, l_leg=24, l_knee=14, r_arm=-26, r_elbow=12, l_arm=-28, l_elbow=-18, lean=3
)
PASSING = replace(
    PROFILE, r_leg=5, r_knee=-8, l_leg=-12, l_knee=58, r_arm=-2, r_elbow=14, l_arm=-2, l_elbow=-16, lean=3
)
SPRINT = replace(
    PROFILE, r_leg=48, r_knee=-36, l_leg=36, l_knee=48, r_arm=-46, r_elbow=82, l_arm=-44, l_elbow=-88, lean=14, lift=14
)
PUSH_OFF = replace(
    PROFILE, r_leg=8, r_knee=-26, l_leg=-26, l_knee=100, r_arm=-4, r_elbow=86, l_arm=-4, l_elbow=-88, lean=14
)
OPEN_ARMS = Pose(r_arm=88, l_arm=88, r_elbow=4, l_elbow=4)
GROOVE = Pose(
    x=16, lean=13, nod=-10, r_arm=62, r_elbow=92, l_arm=118, l_elbow=38, r_leg=16, r_knee=-8, l_leg=22, l_knee=-34
)
CLAP_OPEN = Pose(r_arm=52, l_arm=52, r_elbow=142, l_elbow=142)
CLAP_SHUT = Pose(r_arm=30, l_arm=30, r_elbow=212, l_elbow=212, nod=3)
BOWED = replace(PROFILE, x=-34, lean=64, nod=12, r_arm=12, l_arm=-2, r_leg=-4, l_leg=6)
JAB = replace(GUARD, x=12, lean=13, r_arm=90, r_elbow=2, r_leg=30, r_knee=-26)
CROSS = replace(GUARD, x=14, lean=15, l_arm=-90, l_elbow=-2, r_leg=32, r_knee=-28)
CHAMBER = replace(GUARD, lean=-8, r_leg=78, r_knee=-92, l_leg=-2, l_knee=4)
KICK = replace(GUARD, x=-6, lean=-24, r_leg=98, r_knee=-4, l_leg=-4, l_knee=6, r_arm=8, r_elbow=70)
SQUAT = Pose(r_leg=66, l_leg=66, r_knee=-112, l_knee=-112, r_arm=84, l_arm=84, r_elbow=6, l_elbow=6)
REACH = Pose(lean=24, nod=6, r_arm=152, r_elbow=22, l_arm=196, l_elbow=-12, r_leg=10, l_leg=12)
ARMS_UP = Pose(r_arm=172, l_arm=172, r_elbow=6, l_elbow=6)
ON_HIP = replace(STAND, l_arm=44, l_elbow=-96)
POINT = replace(ON_HIP, r_arm=98, r_elbow=0, lean=6, nod=8, x=6)
CHEER = Pose(lift=26, r_arm=150, l_arm=150, r_elbow=14, l_elbow=14, r_leg=16, l_leg=16, r_knee=-30, l_knee=-30)
PUMP = Pose(r_arm=112, l_arm=112, r_elbow=74, l_elbow=74, r_leg=20, l_leg=20, r_knee=-36, l_knee=-36)
DANCES = (
    Dance("wave", 2.0, (255, 232, 201), [WAVE, replace(WAVE, r_elbow=74, nod=-2)] * 2, 0.0),
    Dance("walk", 2.0, (214, 234, 224), both_feet(STRIDE, PASSING) * 2, 0.0),
    Dance("jump", 2.0, (209, 227, 246), [STAND, CROUCH, AIRBORNE, replace(AIRBORNE, lift=54), CROUCH, STAND], 0.45),
    Dance("spin", 2.0, (232, 222, 247), [replace(OPEN_ARMS, turn=t) for t in (1, 0.7, 0, -0.7, -1, -0.7, 0, 0.7)], 0.0),
    Dance(
        "dance",
        2.4,
        (252, 219, 228),
        both_sides(GROOVE, replace(STAND, r_arm=40, l_arm=40, r_elbow=70, l_elbow=70)) * 2,
    ),
    Dance("clap", 2.0, (250, 236, 190), [CLAP_OPEN, CLAP_SHUT] * 4, 0.125),
    Dance("bow", 3.0, (221, 230, 213), [PROFILE, PROFILE, BOWED, BOWED, BOWED, PROFILE], 0.5),
    Dance("punch", 2.0, (248, 216, 206), [GUARD, JAB, GUARD, GUARD, CROSS, GUARD], 0.17),
    Dance("kick", 2.4, (206, 232, 236), [GUARD, CHAMBER, KICK, CHAMBER, GUARD, GUARD], 0.34),
    Dance("squat", 2.4, (228, 236, 201), [STAND, replace(STAND, r_arm=30, l_arm=30), SQUAT, SQUAT], 0.6),
    Dance("stretch", 3.0, (238, 226, 214), both_sides(ARMS_UP, REACH, REACH), 0.25),
    Dance("point", 2.4, (215, 222, 240), [ON_HIP, POINT, replace(POINT, r_arm=92), POINT, ON_HIP], 0.4),
    Dance("cheer", 2.0, (253, 224, 196), [PUMP, CHEER] * 3, 0.17),
    Dance("run", 2.0, (205, 235, 214), both_feet(SPRINT, PUSH_OFF) * 3, 0.0),
)
BY_TAG = {dance.tag: dance for dance in DANCES}
