"""Saved characters ("elements"), the same few for every account: drawn here, to be listed and named in an order."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from .figures import Colour, Pose, draw
from .library import PROFILE, STAND
from .shelf import Shelf

FIRST_ID = 300_171_730_302_481
"""Ids are text, ``u_`` and digits: these and the next."""
ADDED = 1_768_176_000_000
"""Milliseconds since the epoch: when they are said to be made."""


@dataclass(frozen=True)
class Element:
    id: str
    name: str
    description: str
    front: str
    """File name of a picture."""
    side: str
    """File name of another."""
    created: int
    """Milliseconds since the epoch."""


@dataclass(frozen=True)
class Drawing:
    """One picture of a character."""

    pose: Pose
    background: Colour

    def write(self, path: Path) -> None:
        draw(self.pose, self.background).save(path, quality=88)


def stock(shelf: Shelf) -> list[Element]:
    """Their pictures are on offer under names nobody can guess."""
    return [
        element(shelf, 0, "Ada", "A woman in blue", (201, 224, 255)),
        element(shelf, 1, "Robin", "A dancer on a rose ground", (255, 214, 222)),
    ]


def element(shelf: Shelf, number: int, name: str, description: str, background: Colour) -> Element:
    stem = f"{name.lower()}-{secrets.token_hex(8)}"
    made = Element(
        id=f"u_{FIRST_ID + number}",
        name=name,
        description=description,
        front=f"{stem}-front.jpg",
        side=f"{stem}-side.jpg",
        created=ADDED + number,
    )
    shelf.offer(made.front, Drawing(STAND, background).write)
    shelf.offer(made.side, Drawing(PROFILE, background).write)
    return made
