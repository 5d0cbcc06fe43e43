"""The video a task ends with: the uploaded picture, moved by the motion, which plays small in a corner."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from kling.sandbox.media.dances import BY_TAG
from kling.sandbox.media.video import ClipWriter, Sound, read_pictures
from kling.sandbox.media.warp import FINER, Pull, pulls_of, pulls_of_clip, warp

LONG_SIDE, SHORT_SIDE = 768, 432
FPS = {"std": 12, "pro": 18}
CRF = {"std": 27, "pro": 22}
FRAMES = 240
"""A long result has fewer pictures a second, not more of them altogether."""
STEPS = 12
"""Pictures a second that are taken from the motion's clip."""
INSET = 0.3
"""Of the shorter side."""
MARGIN = 14
LABEL = "practice"
COVER_AT = 0.4
"""The moment (0 to 1 of what is read for it) that the cover shows."""
COVER_SECONDS = 5
"""What is read for the cover: half a minute of a clip takes a while to decode."""


@dataclass(frozen=True)
class Source:
    """Where a motion comes from: its clip, and the tag when it is one of our own drawing."""

    clip: Callable[[], Path]
    tag: str = ""


def frame_size(width: int, height: int) -> tuple[int, int]:
    """Sides of the result for a picture's: its form, between 9:16 and 16:9, in even pixels."""
    ratio = min(max(width / height, SHORT_SIDE / LONG_SIDE), LONG_SIDE / SHORT_SIDE)
    if ratio >= 1:
        return even(SHORT_SIDE * ratio), SHORT_SIDE
    return SHORT_SIDE, even(SHORT_SIDE / ratio)


def even(value: float) -> int:
    return round(value / 2) * 2


@dataclass(frozen=True)
class Result:
    """What is needed to make the video later, when somebody wants to see it."""

    picture: Path
    size: tuple[int, int]
    motion: Source
    seconds: float
    mirrored: bool
    sound: Sound | None
    mode: str

    @property
    def fps(self) -> int:
        return min(FPS[self.mode], FRAMES // math.ceil(self.seconds))

    def write_clip(self, path: Path) -> None:
        still, frames = self.read_picture(), self.read_motion(self.seconds)
        overlay = Overlay(self.size)
        sound = self.sound(self.seconds) if self.sound else None
        with ClipWriter(path, self.size, self.fps, sound, CRF[self.mode]) as clip:
            for number in range(round(self.seconds * self.fps)):
                clip.add(self.frame(still, frames, overlay, number / self.fps))

    def write_cover(self, path: Path) -> None:
        still, frames = self.read_picture(), self.read_motion(min(self.seconds, COVER_SECONDS))
        moment = frames.seconds * COVER_AT
        self.frame(still, frames, Overlay(self.size), moment).save(path, quality=88)

    def frame(self, still: Image.Image, frames: "MotionFrames", overlay: "Overlay", seconds: float) -> Image.Image:
        pulls, small = frames.at(seconds)
        if self.mirrored:
            pulls = [pull._replace(x=-pull.x, dx=-pull.dx) for pull in pulls]
            small = ImageOps.mirror(small)
        return overlay.draw_on(warp(still, self.size, pulls), small)

    def read_picture(self) -> Image.Image:
        with Image.open(self.picture, formats=("PNG", "JPEG")) as image:
            # A JPEG comes out at a fraction of its size and a fraction of the memory.
            image.draft("RGB", (self.size[0] * FINER, self.size[1] * FINER))
            upright = ImageOps.exif_transpose(image)
        if upright.mode != "RGB":
            clear = upright.convert("RGBA")
            upright = Image.new("RGB", clear.size, "white")
            upright.paste(clear, mask=clear)
        return ImageOps.fit(upright, (self.size[0] * FINER, self.size[1] * FINER))

    def read_motion(self, seconds: float) -> "MotionFrames":
        """The pictures of the clip's first `seconds`, and for each what it does to the still."""
        pictures = list(read_pictures(self.motion.clip(), STEPS, INSET_PIXELS, seconds))
        if dance := BY_TAG.get(self.motion.tag):
            return MotionFrames(pictures, lambda seconds: pulls_of(dance.pose(seconds)))
        pulls = pulls_of_clip(pictures)
        return MotionFrames(pictures, lambda seconds: pulls[round(seconds * STEPS) % len(pulls)])


INSET_PIXELS = even(SHORT_SIDE * INSET * 4 / 3)


@dataclass(frozen=True)
class MotionFrames:
    """A motion as the result follows it, from its beginning again and again."""

    pictures: Sequence[Image.Image]
    pulls: Callable[[float], list[Pull]]

    @property
    def seconds(self) -> float:
        return len(self.pictures) / STEPS

    def at(self, seconds: float) -> tuple[list[Pull], Image.Image]:
        place = seconds % self.seconds
        return self.pulls(place), self.pictures[min(int(place * STEPS), len(self.pictures) - 1)]


class Overlay:
    """What lies over every frame: the motion in a corner, and the word that says what this is."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.label, self.label_mask = label()

    def draw_on(self, frame: Image.Image, small: Image.Image) -> Image.Image:
        width, height = self.size
        left, top = MARGIN, height - MARGIN - small.height
        frame.paste((255, 255, 255), (left - 3, top - 3), rounded(small.width + 6, small.height + 6, 15))
        frame.paste(small, (left, top), rounded(small.width, small.height, 12))
        place = (width - MARGIN - self.label.width, height - MARGIN - self.label.height)
        frame.paste(self.label, place, self.label_mask)
        return frame


@cache
def rounded(width: int, height: int, radius: int) -> Image.Image:
    """A mask, drawn large and shrunk for smooth corners."""
    mask = Image.new("L", (width * 2, height * 2), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width * 2 - 1, height * 2 - 1), radius * 2, 255)
    return mask.reduce(2)


def label() -> tuple[Image.Image, Image.Image]:
    """The word on a dark pill, and how much of it shows."""
    font = ImageFont.load_default(15)
    left, top, right, bottom = font.getbbox(LABEL)
    size = (round(right - left) + 24, 28)
    pill = Image.new("RGB", size, (28, 32, 48))
    at = ((size[0] - right - left) / 2, (size[1] - bottom - top) / 2)
    ImageDraw.Draw(pill).text(at, LABEL, (255, 255, 255), font)
    return pill, rounded(*size, 14).point(lambda value: round(value * 0.72))
