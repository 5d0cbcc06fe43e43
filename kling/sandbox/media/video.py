"""Clips in and out: mp4 files from Pillow pictures, and pictures from clips."""

import contextlib
import math
from array import array
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import TracebackType

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

SOUND_RATE = 22_050
"""Samples a second."""
CHORD_HZ = (220, 330, 440)
"""Whole numbers: a second of it can be repeated without a click."""
LOUDNESS = 600
"""Of 32,767: one hears that there is sound, and no more."""

MAX_PIXELS = str(3850 * 3850)
"""What a frame may hold, whatever the file's header has said."""

Sound = Callable[[float], Iterator[AudioFrame]]
"""So many seconds of sound, one channel at SOUND_RATE."""


def picture_of(frame: VideoFrame, width: int, height: int) -> Image.Image:
    small = frame.reformat(width=max(2, width), height=max(2, height), format="rgb24")
    plane = small.planes[0]
    size = (small.width, small.height)
    return Image.frombytes("RGB", size, bytes(plane), "raw", "RGB", plane.line_size, 1)


@cache
def second_of_sound() -> bytes:
    """One second of a quiet chord that swells and fades, 16 bits, one channel."""
    turn = 2 * math.pi / SOUND_RATE
    samples = array("h", bytes(2 * SOUND_RATE))
    for number in range(SOUND_RATE):
        swell = 0.6 - 0.4 * math.cos(turn * number)
        chord = sum(math.sin(turn * hertz * number) for hertz in CHORD_HZ)
        samples[number] = round(LOUDNESS / len(CHORD_HZ) * swell * chord)
    return samples.tobytes()


def chord(seconds: float) -> Iterator[AudioFrame]:
    for _ in range(round(seconds)):
        samples = AudioFrame("s16", "mono", SOUND_RATE)
        samples.planes[0].update(second_of_sound())
        samples.sample_rate = SOUND_RATE
        yield samples


def read_sound(path: Path, seconds: float) -> Iterator[AudioFrame]:
    """A clip's own sound from its beginning on; it ends early where it cannot be decoded."""
    resampler = AudioResampler("s16", "mono", SOUND_RATE)
    # ValueError: the sound changes its layout on the way.
    with contextlib.suppress(av.FFmpegError, ValueError), av.open(str(path), format="mov") as file:
        for stream in file.streams.audio[:1]:
            for frame in file.decode(stream):
                if (frame.time or 0.0) >= seconds:
                    return
                yield from resampler.resample(frame)


class ClipWriter:
    """An mp4 that every browser plays, written picture by picture; a context manager."""

    def __init__(
        self, path: Path, size: tuple[int, int], fps: int, sound: Iterator[AudioFrame] | None = None, crf: int = 25
    ) -> None:
        """`size` in even pixels, `crf` is x264's: lower is finer."""
        # faststart goes back to the file's beginning at the end: it wants a path, not a stream.
        self._file = av.open(str(path), "w", options={"movflags": "+faststart"})
        self._video: VideoStream = self._file.add_stream("libx264", rate=fps)
        self._video.width, self._video.height = size
        self._video.pix_fmt = "yuv420p"
        self._video.options = {"preset": "ultrafast", "crf": str(crf)}
        self._video.codec_context.time_base = Fraction(1, fps)
        self._sound = sound
        self._audio: AudioStream | None = None
        if sound is not None:
            self._audio = self._file.add_stream("aac", rate=SOUND_RATE, layout="mono")
        self._count = 0

    def __enter__(self) -> "ClipWriter":
        return self

    def add(self, picture: Image.Image) -> None:
        frame = VideoFrame.from_bytes(picture.tobytes("raw", "RGBX"), picture.width, picture.height)
        frame.pts = self._count
        frame.time_base = self._video.codec_context.time_base
        self._count += 1
        self._file.mux(self._video.encode(frame))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._file.mux(self._video.encode(None))
                if self._audio is not None and self._sound is not None:
                    self._add_sound(self._audio, self._sound)
        finally:
            self._file.close()

    def _add_sound(self, stream: AudioStream, sound: Iterator[AudioFrame]) -> None:
        count = 0
        for frame in sound:
            frame.pts = count
            frame.time_base = Fraction(1, SOUND_RATE)
            count += frame.samples
            self._file.mux(stream.encode(frame))
        self._file.mux(stream.encode(None))


def read_pictures(path: Path, fps: int, side: int, seconds: float) -> Iterator[Image.Image]:
    """Pictures of a clip at `fps`, the longer side `side` px, from its beginning on for `seconds`."""
    with av.open(str(path), format="mov") as file:
        stream = file.streams.video[0]
        stream.thread_type = "AUTO"
        stream.codec_context.options = {"max_pixels": MAX_PIXELS}
        due = 0.0
        for frame in file.decode(stream):
            at = frame.time or 0.0
            if at >= seconds:
                return
            if at + 1e-3 < due:
                continue
            due += 1 / fps
            shrink = side / max(frame.width, frame.height)
            picture = picture_of(frame, round(frame.width * shrink), round(frame.height * shrink))
            yield picture.rotate(frame.rotation, expand=True) if frame.rotation else picture
