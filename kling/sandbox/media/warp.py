"""Move a still picture the way a motion goes: points that pull, and the mesh that follows them.

Nobody is recognised in the picture; the person is taken to stand in its middle, as tall as the picture.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

from kling.sandbox.media.stick_figure import CANVAS, Pose, skeleton

COLUMNS, ROWS = 8, 11
"""Cells of the mesh: fine enough that no corner is seen."""
FIGURE_TOP, FIGURE_TALL = 80, 370
"""The part of the canvas, in its pixels, that is laid over the picture's height."""
STRENGTH = 0.42
"""Share of the motion's way that the picture goes: all of it would tear."""
REACH = 0.13
"""How far a point pulls, in heights of the picture."""
ANCHOR = 0.25
"""What holds the picture in place against the points."""
FINER = 2
"""Pixels of the still for each pixel of a frame, across and down."""
REST = skeleton(Pose())
CLIP_WAY = 0.11
"""How far an own clip moves the picture at most, in heights of it."""
LARGEST_GAIN = 5.0
NOISE = 6.0
"""Grey levels (of 255) by which a pixel may differ without having moved."""
ENERGY_SIDE = 24
"""Pixels on each side to which a clip's pictures are shrunk for this."""


class Pull(NamedTuple):
    """The picture around (x, y) comes from (x - dx, y - dy); all in heights of the picture, x from the middle."""

    x: float
    y: float
    dx: float
    dy: float


def pulls_of(pose: Pose) -> list[Pull]:
    """One for the head and each joint that has left its place when standing."""
    bones = skeleton(pose)
    now = [bones.head, bones.neck, bones.hip]
    rest = [REST.head, REST.neck, REST.hip]
    for name in ("right_arm", "left_arm", "right_leg", "left_leg"):
        now += getattr(bones, name).joints
        rest += getattr(REST, name).joints
    middle = CANVAS[0] / 2
    axis = middle + pose.x
    pulls = []
    for point, home in zip(now, rest, strict=True):
        x = axis + (point.x - axis) * abs(pose.turn)
        pulls.append(
            Pull(
                (x - middle) / FIGURE_TALL,
                (point.y - FIGURE_TOP) / FIGURE_TALL,
                (x - home.x) / FIGURE_TALL * STRENGTH,
                (point.y - home.y) / FIGURE_TALL * STRENGTH,
            )
        )
    return pulls


def pulls_of_clip(pictures: Sequence[Image.Image]) -> list[list[Pull]]:
    """For each picture of a clip: where in each quarter of it things move to, against the clip's mean.

    NewTask larger until the furthest goes CLIP_WAY: a clip in which little moves is to be seen too.
    """
    small = [one.convert("L").resize((ENERGY_SIDE, ENERGY_SIDE), Image.Resampling.BOX) for one in pictures]
    pixels = [one.tobytes() for one in small]
    mean = [sum(column) / len(pixels) for column in zip(*pixels, strict=True)]
    energies = [[max(0.0, abs(a - b) - NOISE) for a, b in zip(one, mean, strict=True)] for one in pixels]
    centres = smooth([centres_of(energy) for energy in energies])
    home = [sum(values) / len(centres) for values in zip(*centres, strict=True)]
    ways = [[a - b for a, b in zip(at, home, strict=True)] for at in centres]
    gain = min(LARGEST_GAIN, CLIP_WAY / max(1e-6, *(abs(way) for row in ways for way in row)))
    return [
        [Pull(at[k] - 0.5, at[k + 1], way[k] * gain, way[k + 1] * gain) for k in range(0, len(at), 2)]
        for at, way in zip(centres, ways, strict=True)
    ]


def centres_of(energy: Sequence[float]) -> list[float]:
    """x, y of the centre of movement in each quarter, 0 to 1 across the picture."""
    half = ENERGY_SIDE // 2
    centres: list[float] = []
    for top in (0, half):
        for left in (0, half):
            # A little weight in the middle, so that a quarter where nothing moves stays put.
            rest = ENERGY_SIDE * 2.0
            total, sum_x, sum_y = rest, rest * (left + half / 2), rest * (top + half / 2)
            for y in range(top, top + half):
                row = energy[y * ENERGY_SIDE + left : y * ENERGY_SIDE + left + half]
                weight = sum(row)
                total += weight
                sum_y += weight * y
                sum_x += sum(value * (left + step) for step, value in enumerate(row))
            centres += [sum_x / total / ENERGY_SIDE, sum_y / total / ENERGY_SIDE]
    return centres


def smooth(rows: Sequence[list[float]]) -> list[list[float]]:
    """Each row averaged with its neighbours: a clip's noise must not shake the picture."""
    around = [rows[max(0, n - 2) : n + 3] for n in range(len(rows))]
    return [[sum(values) / len(near) for values in zip(*near, strict=True)] for near in around]


def warp(picture: Image.Image, size: tuple[int, int], pulls: Sequence[Pull]) -> Image.Image:
    """A frame of `size` from the picture, pulled; its edges stay where they are.

    The picture is best FINER times as large: then the nearest pixel is a good one, and found in a third of
    the time that mixing takes.
    """
    width, height = size
    finer = picture.width / width
    xs = [round(width * column / COLUMNS) for column in range(COLUMNS + 1)]
    ys = [round(height * row / ROWS) for row in range(ROWS + 1)]
    source = [[origin(x, y, size, finer, pulls) for x in xs] for y in ys]
    mesh = []
    for row in range(ROWS):
        above, below = source[row], source[row + 1]
        for column in range(COLUMNS):
            box = (xs[column], ys[row], xs[column + 1], ys[row + 1])
            corners = (*above[column], *below[column], *below[column + 1], *above[column + 1])
            mesh.append((box, corners))
    return picture.transform(size, Image.Transform.MESH, mesh, Image.Resampling.NEAREST)


def origin(x: int, y: int, size: tuple[int, int], finer: float, pulls: Sequence[Pull]) -> tuple[float, float]:
    """Where the frame's point (x, y) came from, in pixels of the picture."""
    width, height = size
    across, down = (x - width / 2) / height, y / height
    total, dx, dy = ANCHOR, 0.0, 0.0
    for pull in pulls:
        far = ((across - pull.x) ** 2 + (down - pull.y) ** 2) / (2 * REACH**2)
        weight = math.exp(-far)
        total += weight
        dx += weight * pull.dx
        dy += weight * pull.dy
    hold = edge(x / width) * edge(y / height) * height / total
    return (
        min(max(x - dx * hold, 0), width - 1) * finer,
        min(max(y - dy * hold, 0), height - 1) * finer,
    )


def edge(place: float) -> float:
    """0 at the picture's edges, 1 well inside."""
    return min(1.0, 6 * place, 6 * (1 - place))
