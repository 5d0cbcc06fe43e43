"""What Kling takes, as data with its sources, and what is wrong with a file measured by it. Nothing is decoded here.

Sides are in pixels of the upright picture, sizes in bytes, times in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Purpose = Literal["picture", "cover", "template motion", "reference motion"]
MB = 1024 * 1024
UPLOAD_BYTES = 200 * MB
"""What the page takes: more than Kling does, for a clip can be made smaller. Streamlit and the proxies have it too."""


@dataclass(frozen=True)
class Media:
    """What a file is, by its content: `kind` is its format ("mp4", "jpeg", …); its sides are those shown, upright."""

    kind: str
    is_video: bool
    content_type: str
    width: int
    height: int
    size: int
    seconds: float = 0.0
    frame_rate: float = 0.0
    codec: str = ""
    has_sound: bool = False
    is_turned: bool = False
    """Stored on its side, with a mark that says how to turn it."""
    has_location: bool = False
    """It says where it was taken, or with which camera."""


@dataclass(frozen=True)
class Trim:
    """Keep from `start` to `end`, in seconds."""

    start: float
    end: float


@dataclass(frozen=True)
class Scale:
    """Make the shorter side so many pixels; the shape stays."""

    short_side: int


@dataclass(frozen=True)
class Convert:
    """Save it as an h264 mp4 or a jpeg."""


@dataclass(frozen=True)
class Shrink:
    """Bring it under so many bytes."""

    most: int


@dataclass(frozen=True)
class Pad:
    """Add a border until the longer side is at most `ratio` times the shorter one."""

    ratio: float


@dataclass(frozen=True)
class Crop:
    """Cut both ends off until the longer side is at most `ratio` times the shorter one."""

    ratio: float


Fix = Trim | Scale | Convert | Shrink | Pad | Crop


@dataclass(frozen=True)
class Problem:
    """Why Kling would refuse a file: a sentence with the limit, and the ways to repair it, none if it cannot be."""

    what: str
    limit: str
    fixes: tuple[Fix, ...] = ()
    field: str = "image"


@dataclass(frozen=True)
class Limits:
    """What a file must be for a purpose. A side fits from its first to its second figure; where `either` is set, it
    is enough that one of the two sides does.
    """

    source: str
    field: str
    kinds: tuple[str, ...]
    kinds_named: str
    most_bytes: int
    short_side: tuple[int, int]
    long_side: tuple[int, int]
    sides: str
    either: bool = False
    ratio: float | None = None
    """The longer side is at most so many times the shorter one."""
    shortest: float = 0.0
    longest: float = 0.0
    codecs: tuple[str, ...] = ()

    def fits(self, width: int, height: int) -> bool:
        short, long = sorted((width, height))
        fitting = (
            self.short_side[0] <= short <= self.short_side[1],
            self.long_side[0] <= long <= self.long_side[1],
        )
        return any(fitting) if self.either else all(fitting)


ANY = 1 << 30
_PICTURES, _VIDEOS = ("png", "jpeg"), ("mp4", "mov")
LIMITS: dict[Purpose, Limits] = {
    "picture": Limits(
        source="POST /assets: image/png, image/jpeg up to 10 MB, sides from 300 px; the shape is the vendor's own rule",
        field="image",
        kinds=_PICTURES,
        kinds_named="PNG and JPEG pictures",
        most_bytes=10 * MB,
        short_side=(300, ANY),
        long_side=(300, ANY),
        sides="at least 300 pixels on each side",
        ratio=2.5,
    ),
    "cover": Limits(
        source="POST /assets: image/png, image/jpeg up to 10 MB, each side at least 300 px",
        field="cover",
        kinds=_PICTURES,
        kinds_named="PNG and JPEG pictures",
        most_bytes=10 * MB,
        short_side=(300, ANY),
        long_side=(300, ANY),
        sides="at least 300 pixels on each side",
    ),
    # 720p to 1080p: a clip in an unusual shape passes when one of its two sides is that of one of them.
    "template motion": Limits(
        source="POST /assets: video/mp4, video/quicktime up to 100 MB, 720p/1080p; motion-upload: 2 to 10 s",
        field="video",
        kinds=_VIDEOS,
        kinds_named="MP4 and MOV videos",
        most_bytes=100 * MB,
        short_side=(720, 1080),
        long_side=(1280, 1920),
        either=True,
        sides="720p and 1080p",
        shortest=2.0,
        longest=10.0,
        codecs=("h264", "hevc"),
    ),
    "reference motion": Limits(
        source="Two generations of motion control: 3 to 30 s, each side 340 to 3850 px; POST /assets: up to 100 MB",
        field="video",
        kinds=_VIDEOS,
        kinds_named="MP4 and MOV videos",
        most_bytes=100 * MB,
        short_side=(340, 3850),
        long_side=(340, 3850),
        sides="sides from 340 to 3850 pixels",
        shortest=3.0,
        longest=30.0,
        codecs=("h264", "hevc"),
    ),
}


def problems(media: Media, purpose: Purpose) -> list[Problem]:
    """Everything for which Kling would refuse the file, worst first; an empty list means that it takes it."""
    limits = LIMITS[purpose]
    if media.is_video != bool(limits.longest):
        wrong = "video, not a picture" if media.is_video else "picture, not a video"
        return [Problem(f"This is a {wrong}.", limits.kinds_named, (), limits.field)]
    found = [*_of_length(media, limits), *_of_sides(media, limits), *_of_shape(media, limits), *_of_kind(media, limits)]
    if media.size > limits.most_bytes:
        what = f"The file has {_megabytes(media.size)}; Kling takes up to {_megabytes(limits.most_bytes)}."
        found.append(Problem(what, _megabytes(limits.most_bytes), (Shrink(limits.most_bytes),), limits.field))
    return found


def _of_length(media: Media, limits: Limits) -> list[Problem]:
    if not media.is_video or limits.shortest <= media.seconds <= limits.longest:
        return []
    named = f"{limits.shortest:g} to {limits.longest:g} seconds"
    what = f"The video is {media.seconds:.1f} seconds long; a motion is taken from {named}."
    fixes = (Trim(0.0, limits.longest),) if media.seconds > limits.longest else ()
    return [Problem(what if fixes else f"{what} Choose a longer one.", named, fixes, limits.field)]


def _of_sides(media: Media, limits: Limits) -> list[Problem]:
    if limits.fits(media.width, media.height):
        return []
    what = f"It is {media.width} × {media.height} pixels; Kling takes {limits.sides}."
    fixes = tuple(Scale(side) for side in _short_sides(media, limits)[:1])
    return [Problem(what if fixes else f"{what} Choose another one.", limits.sides, fixes, limits.field)]


def _short_sides(media: Media, limits: Limits) -> list[int]:
    """Shorter sides that would do, in the order of how little is lost."""
    short, long = sorted((media.width, media.height))
    wanted = [1080, 720] if media.is_video and short > 1080 else [720, 1080] if media.is_video else []
    wanted += [limits.short_side[0] + limits.short_side[0] % 2]
    return [side for side in wanted if limits.fits(side, round(long * side / short))]


def _of_shape(media: Media, limits: Limits) -> list[Problem]:
    short, long = sorted((media.width, media.height))
    if limits.ratio is None or long <= short * limits.ratio:
        return []
    what = f"It is {media.width} × {media.height} pixels; one side may be at most {limits.ratio:g} times the other."
    return [Problem(what, f"1:{limits.ratio:g}", (Crop(limits.ratio), Pad(limits.ratio)), limits.field)]


def _of_kind(media: Media, limits: Limits) -> list[Problem]:
    if media.kind not in limits.kinds:
        what = f"The file is of the kind {media.kind.upper()}; Kling takes {limits.kinds_named}."
        return [Problem(what, limits.kinds_named, (Convert(),), limits.field)]
    if limits.codecs and media.codec not in limits.codecs:
        what = f"The pictures in it are stored as {media.codec.upper()}, which Kling may not read."
        return [Problem(what, " or ".join(limits.codecs), (Convert(),), limits.field)]
    if media.is_turned and not media.is_video:
        return [
            Problem("The picture lies on its side and is only marked to be turned.", "", (Convert(),), limits.field)
        ]
    return []


def _megabytes(size: int) -> str:
    return f"{size / MB:.1f} MB".replace(".0 MB", " MB")
