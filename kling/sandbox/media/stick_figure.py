"""The stick figure: a pose in angles, the joints that follow from it, the picture.

Angles are in degrees from hanging straight down, positive away from the body's middle; lengths are pixels
of a canvas of 360x480. The feet find the floor by themselves: a pose says how the legs are bent and, for a
jump, how far it lifts off.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from PIL import Image, ImageDraw

CANVAS = (360, 480)
SMOOTHING = 2
"""Drawn this many times larger and shrunk, which rounds the edges off."""

FLOOR = 424
HEAD, NECK, TORSO = 30, 42, 96
UPPER_ARM, FOREARM, THIGH, SHIN = 52, 50, 66, 64
SHOULDER, HIP = 27, 15
LIMB, TRUNK = 17, 28

BODY = (47, 58, 92)
FAR_SIDE = (86, 99, 140)
SKIN = (250, 214, 186)

Colour = tuple[int, int, int]


class Point(NamedTuple):
    x: float
    y: float

    def step(self, angle: float, distance: float) -> "Point":
        turn = math.radians(angle)
        return Point(self.x + math.sin(turn) * distance, self.y + math.cos(turn) * distance)


@dataclass(frozen=True)
class Pose:
    x: float = 0.0
    """Hip to the right of the middle."""
    lift: float = 0.0
    """Feet above the floor."""
    lean: float = 0.0
    """Trunk to the right."""
    nod: float = 0.0
    """Head to the right, beyond the trunk."""
    turn: float = 1.0
    """1 faces us, -1 shows the back, between them the figure is seen from the side."""
    side: float = 1.0
    """Width of shoulders and hips: below 1 the figure walks or fights to the right."""
    r_arm: float = 10.0
    r_elbow: float = 6.0
    l_arm: float = 10.0
    l_elbow: float = 6.0
    r_leg: float = 7.0
    r_knee: float = -3.0
    l_leg: float = 7.0
    l_knee: float = -3.0


NAMES = [field.name for field in fields(Pose)]


def blend(poses: Sequence[Pose], phase: float) -> Pose:
    """The pose at `phase` (0 to 1) of a loop through `poses`: a Catmull-Rom curve for every angle."""
    place = (phase % 1.0) * len(poses)
    number, t = int(place), place % 1.0
    around = [poses[(number + step) % len(poses)] for step in (-1, 0, 1, 2)]
    return Pose(**{name: curve([getattr(pose, name) for pose in around], t) for name in NAMES})


def curve(values: Sequence[float], t: float) -> float:
    a, b, c, d = values
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


class Limb(NamedTuple):
    joints: tuple[Point, Point, Point]


@dataclass(frozen=True)
class Skeleton:
    neck: Point
    hip: Point
    head: Point
    right_arm: Limb
    left_arm: Limb
    right_leg: Limb
    left_leg: Limb


def limb(start: Point, side: int, first: float, bend: float, lengths: tuple[int, int]) -> Limb:
    middle = start.step(side * first, lengths[0])
    return Limb((start, middle, middle.step(side * (first + bend), lengths[1])))


def skeleton(pose: Pose) -> Skeleton:
    hip = Point(CANVAS[0] / 2 + pose.x, 0.0)
    spread = HIP * pose.side
    leg = (THIGH, SHIN)
    legs = [
        limb(Point(hip.x + side * spread, hip.y), side, angle, knee, leg)
        for side, angle, knee in ((1, pose.r_leg, pose.r_knee), (-1, pose.l_leg, pose.l_knee))
    ]
    drop = FLOOR - LIMB / 2 - pose.lift - max(leg.joints[2].y for leg in legs)
    hip = Point(hip.x, hip.y + drop)
    right_leg, left_leg = (Limb(tuple(Point(p.x, p.y + drop) for p in leg.joints)) for leg in legs)  # type: ignore[arg-type]
    neck = hip.step(180 - pose.lean, TORSO)
    reach = SHOULDER * pose.side
    across = Point(math.cos(math.radians(pose.lean)) * reach, math.sin(math.radians(pose.lean)) * reach)
    arm = (UPPER_ARM, FOREARM)
    return Skeleton(
        neck=neck,
        hip=hip,
        head=neck.step(180 - pose.lean - pose.nod, NECK),
        right_arm=limb(Point(neck.x + across.x, neck.y + across.y), 1, pose.r_arm, pose.r_elbow, arm),
        left_arm=limb(Point(neck.x - across.x, neck.y - across.y), -1, pose.l_arm, pose.l_elbow, arm),
        right_leg=right_leg,
        left_leg=left_leg,
    )


def draw(pose: Pose, background: Colour) -> Image.Image:
    """The figure on a plain ground, as large as CANVAS."""
    size = (CANVAS[0] * SMOOTHING, CANVAS[1] * SMOOTHING)
    image = Image.new("RGB", size, background)
    pen = Pen(ImageDraw.Draw(image), CANVAS[0] / 2 + pose.x, pose.turn)
    bones = skeleton(pose)
    pen.floor(pose, background)
    pen.limb(bones.left_leg, FAR_SIDE)
    pen.limb(bones.left_arm, FAR_SIDE)
    pen.limb(bones.right_leg, BODY)
    pen.line(bones.left_arm.joints[0], bones.right_arm.joints[0], LIMB, BODY)
    pen.line(bones.hip, bones.neck, TRUNK, BODY)
    pen.head(bones.head, pose)
    pen.limb(bones.right_arm, BODY)
    return image.reduce(SMOOTHING)


class Pen:
    """Draws in canvas pixels, turned about the upright axis through the hip."""

    def __init__(self, ink: ImageDraw.ImageDraw, axis: float, turn: float) -> None:
        self.ink = ink
        self.axis = axis
        self.turn = turn

    def place(self, point: Point) -> tuple[float, float]:
        return (self.axis + (point.x - self.axis) * self.turn) * SMOOTHING, point.y * SMOOTHING

    def disc(self, centre: Point, radius: float, colour: Colour) -> None:
        (x, y), r = self.place(centre), radius * SMOOTHING
        self.ink.ellipse((x - r, y - r, x + r, y + r), colour)

    def line(self, start: Point, end: Point, width: float, colour: Colour) -> None:
        self.ink.line((self.place(start), self.place(end)), colour, round(width * SMOOTHING))
        self.disc(start, width / 2, colour)
        self.disc(end, width / 2, colour)

    def limb(self, limb: Limb, colour: Colour) -> None:
        start, middle, end = limb.joints
        self.line(start, middle, LIMB, colour)
        self.line(middle, end, LIMB, colour)

    def floor(self, pose: Pose, background: Colour) -> None:
        """A shadow, smaller the higher the jump."""
        shade = tuple(round(part * 0.88) for part in background)
        reach = max(30.0, 84 - pose.lift * 0.5)
        x, y = self.axis * SMOOTHING, (FLOOR + 4) * SMOOTHING
        across, down = reach * SMOOTHING, 11 * SMOOTHING
        self.ink.ellipse((x - across, y - down, x + across, y + down), shade)

    def head(self, centre: Point, pose: Pose) -> None:
        self.disc(centre, HEAD, BODY)
        if self.turn < 0.15:
            return
        ahead = 7.0 if pose.side < 0.7 else 0.0
        face = Point(centre.x + ahead, centre.y + 1)
        self.disc(face, HEAD - 6 - ahead / 3, SKIN)
        for side in (-1, 1):
            self.disc(Point(face.x + ahead / 2 + side * 8, face.y - 2), 2.8, BODY)
