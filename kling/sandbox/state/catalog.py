"""What every account has from the start: Kling's own motions, as each generation has them, and saved characters.

Their clips and pictures are drawn when they are asked for, under names nobody can guess.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kling.sandbox.media.dances import DANCES, PROFILE, STAND, Dance
from kling.sandbox.media.file_cache import FileCache
from kling.sandbox.media.stick_figure import CANVAS, Colour, Pose, draw
from kling.sandbox.state.models import Element, Motion, ReferenceMotion
from kling.sandbox.state.reference_motions import MOTION_ID

FIRST_WORK_ID = -100_000_000_000_004
"""Official motions have negative ids from here on downwards."""
FIRST_ASSET_ID = 12_345
"""In the second generation ids are text that ends in digits: these and the next, which no upload has."""
MOTIONS_ADDED = 1_767_225_600_000
"""Milliseconds since the epoch: when the official motions of the second generation are said to be made."""
FIRST_ELEMENT_ID = 300_171_730_302_481
"""Ids are text, ``u_`` and digits: these and the next."""
ELEMENTS_ADDED = 1_768_176_000_000
"""Milliseconds since the epoch: when saved characters are said to be made."""


class Catalog(NamedTuple):
    templates: list[Motion]
    references: list[ReferenceMotion]
    elements: list[Element]


def make_catalog(files: FileCache) -> Catalog:
    """Registers the files of everything in it."""
    stems = [f"{dance.tag}-{secrets.token_hex(8)}" for dance in DANCES]
    for dance, stem in zip(DANCES, stems, strict=True):
        files.register(f"{stem}.mp4", dance.write_clip)
        files.register(f"{stem}.jpg", dance.write_cover)
        files.register(f"{stem}-reference.mp4", dance.write_reference)
    return Catalog(
        [template(number, dance, stem) for number, (dance, stem) in enumerate(zip(DANCES, stems, strict=True))],
        [reference(number, dance, stem) for number, (dance, stem) in enumerate(zip(DANCES, stems, strict=True))],
        [
            element(files, 0, "Ada", "A woman in blue", (201, 224, 255)),
            element(files, 1, "Robin", "A dancer on a rose ground", (255, 214, 222)),
        ],
    )


def template(number: int, dance: Dance, stem: str) -> Motion:
    return Motion(FIRST_WORK_ID - number, dance.tag.capitalize(), f"{stem}.mp4", f"{stem}.jpg", tag=dance.tag)


def reference(number: int, dance: Dance, stem: str) -> ReferenceMotion:
    return ReferenceMotion(
        asset_id=f"{MOTION_ID}{FIRST_ASSET_ID + number}",
        clip=f"{stem}-reference.mp4",
        cover=f"{stem}.jpg",
        duration=round(dance.reference_seconds * 1000),
        width=CANVAS[0],
        height=CANVAS[1],
        created=MOTIONS_ADDED,
        tag=dance.tag,
    )


@dataclass(frozen=True)
class Drawing:
    """One picture of a character."""

    pose: Pose
    background: Colour

    def write(self, path: Path) -> None:
        draw(self.pose, self.background).save(path, quality=88)


def element(files: FileCache, number: int, name: str, description: str, background: Colour) -> Element:
    stem = f"{name.lower()}-{secrets.token_hex(8)}"
    made = Element(
        id=f"u_{FIRST_ELEMENT_ID + number}",
        name=name,
        description=description,
        front=f"{stem}-front.jpg",
        side=f"{stem}-side.jpg",
        created=ELEMENTS_ADDED + number,
    )
    files.register(made.front, Drawing(STAND, background).write)
    files.register(made.side, Drawing(PROFILE, background).write)
    return made
