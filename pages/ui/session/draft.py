"""What is being composed on Create, beside the options."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from kling import Motion
from kling.orders import PictureFile


@dataclass
class PictureAddress:
    """A picture that Kling already has."""

    url: str
    name: str = "Picture"


@dataclass
class Draft:
    """The request being composed; the form's own values live in their widgets (`option_key`)."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    motion: Motion | None = None
    picture: PictureFile | PictureAddress | None = None
    picture_key: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Changes with the picture."""
    marks: list[int] = field(default_factory=list)
    """The zones of the picture (0 to 9 from the left) in which somebody was marked."""
    marked: int | None = None
    """The zone of the one who is to move."""
