"""Look at an uploaded file without trusting it: header first, then as little decoding as will do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, UnidentifiedImageError

from kling.sandbox import errors
from kling.sandbox.errors import ApiError
from kling.sandbox.media.video import MAX_PIXELS, picture_of

IMAGE_SIDE = 300
"""Pixels that each side of a picture must have at least (documented)."""
IMAGE_PIXELS = 50_000_000
"""Ours: more would cost 150 MB of memory to decode."""
VIDEO_SHORT_SIDE = (720, 1080)
VIDEO_LONG_SIDE = (1280, 1920)
"""720p to 1080p (documented): one of the two sides has to be in its range, so that cropped formats pass."""
VIDEO_MS = 10_000
AUDIO_MS = 30_000
COVER_SIDE = 720
PACKETS = 2000
"""Packets that are read in search of a first picture."""


@dataclass(frozen=True)
class MediaInfo:
    width: int = 0
    height: int = 0
    duration: int = 0
    """Milliseconds."""
    cover_bytes: int = 0
    """Size of the cover that was written beside the file."""
    has_audio: bool = False


VideoCheck = Callable[[int, int, int], None]
"""(width, height, milliseconds): raises an ApiError 400 for a video that is not taken."""


def cover_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}-cover.jpg")


def inspect(path: Path, kind: str, container: str, check_video: VideoCheck) -> MediaInfo:
    """Raises an ApiError 400 for what is not what it is said to be, or outside the documented limits."""
    try:
        if kind == "image":
            return inspect_image(path)
        with av.open(str(path), format=container) as file:
            return inspect_video(file, path, check_video) if kind == "video" else inspect_audio(file)
    except (av.FFmpegError, UnidentifiedImageError, Image.DecompressionBombError, ValueError, SyntaxError):
        raise unreadable(kind) from None
    except Image.DecompressionBombWarning:
        raise ApiError(400, "The image has too many pixels") from None


def unreadable(kind: str) -> ApiError:
    return ApiError(400, f"The file cannot be read as {kind}")


def inspect_image(path: Path) -> MediaInfo:
    with Image.open(path, formats=("PNG", "JPEG")) as image:
        width, height = image.size
        if min(width, height) < IMAGE_SIDE:
            raise ApiError(400, f"The image must have at least {IMAGE_SIDE} px on each side")
        if width * height > IMAGE_PIXELS:
            raise ApiError(400, "The image has too many pixels")
        turned = image.getexif().get(0x0112) in (5, 6, 7, 8)
        try:
            # A JPEG is decoded at an eighth: enough to find out that half of it is missing.
            image.draft("RGB", (width // 8, height // 8))
            image.load()
        except OSError:
            raise unreadable("image") from None
    return MediaInfo(height, width) if turned else MediaInfo(width, height)


def inspect_video(file: InputContainer, path: Path, check: VideoCheck) -> MediaInfo:
    if not file.streams.video:
        raise unreadable("video")
    stream = file.streams.video[0]
    duration = length(file)
    check(stream.width, stream.height, duration)
    stream.codec_context.options = {"max_pixels": MAX_PIXELS}
    frame = a_frame(file, stream, duration)
    turned = frame.rotation % 180 != 0
    size = write_cover(frame, cover_path(path))
    width, height = (stream.height, stream.width) if turned else (stream.width, stream.height)
    return MediaInfo(width, height, duration, size, bool(file.streams.audio))


def check_length(duration: int, limits: tuple[int, int]) -> None:
    """Raises an ApiError 400 for a video outside `limits`; all in milliseconds."""
    if duration < limits[0]:
        raise errors.video_too_short(limits[0] // 1000)
    if duration > limits[1]:
        raise errors.video_too_long(limits[1] // 1000)


def check_first_generation(width: int, height: int, duration: int) -> None:
    """Raises an ApiError 400 for a video that the first generation does not take.

    One too short for a motion is taken as a file, and refused by motion-upload.
    """
    short, long = sorted((width, height))
    fits_short = VIDEO_SHORT_SIDE[0] <= short <= VIDEO_SHORT_SIDE[1]
    fits_long = VIDEO_LONG_SIDE[0] <= long <= VIDEO_LONG_SIDE[1]
    # A long thin strip is neither.
    if not (fits_short or fits_long) or long > 4 * short:
        raise ApiError(400, f"The video must be 720p or 1080p, it has {width}x{height} px")
    check_length(duration, (0, VIDEO_MS))


def length(file: InputContainer) -> int:
    """Milliseconds, as the header says."""
    if not file.duration or file.duration <= 0:
        raise ApiError(400, "The length of the file cannot be read")
    return round(file.duration / 1000)


def a_frame(file: InputContainer, stream: VideoStream, duration: int) -> VideoFrame:
    """The first picture that can be decoded from a third of the way on, else the very first."""
    for start in (duration * 1000 // 3, 0):
        file.seek(start)
        for number, packet in enumerate(file.demux(stream)):
            for frame in packet.decode():
                return frame
            if number > PACKETS:
                break
    raise unreadable("video")


def write_cover(frame: VideoFrame, path: Path) -> int:
    """Bytes written: the frame the right way up, its longer side at most COVER_SIDE px."""
    shrink = min(1.0, COVER_SIDE / max(frame.width, frame.height))
    image = picture_of(frame, round(frame.width * shrink), round(frame.height * shrink))
    if frame.rotation:
        image = image.rotate(frame.rotation, expand=True)
    image.save(path, quality=85)
    return path.stat().st_size


def inspect_audio(file: InputContainer) -> MediaInfo:
    if not file.streams.audio:
        raise unreadable("audio")
    duration = length(file)
    if duration > AUDIO_MS:
        raise ApiError(400, f"Audio may be up to {AUDIO_MS // 1000} seconds long")
    return MediaInfo(duration=duration)
