"""Read, cut and convert videos with PyAV, in a child process (`child_process`): call it through `kling.media`.

Times are seconds from the first frame.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import av.filter
from PIL import Image

from kling.errors import InvalidInput
from kling.media.limits import Fix, Media, Scale, Shrink, Trim

SIDE = 4096
"""A header may promise any size, and decoding would believe it: nothing that Kling takes is larger than this."""
# Playlists and the like name other files, which a stranger's must not.
KINDS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpegts,mpeg,flv,asf,ogg"
NAMES = {"matroska,webm": "webm", "mov,mp4,m4a,3gp,3g2,mj2": "mp4"}
END_TOLERANCE = 1.0
"""A file whose pictures end so much (s) before its header says is only half there."""
ONE_PASS = 60.0
"""Up to this length (s), a strip is taken from every frame; beyond, from the key frame before each moment."""
STRIP_HEIGHT = 120
ENCODER = {"preset": "veryfast", "crf": "20"}
SOUND_RATE = 48_000
Report = Callable[[float], None]


def look(path: Path) -> dict[str, Any]:
    """What a video is (`Media`); `InvalidInput` when it is none, is damaged, half copied or too large to handle."""
    size = path.stat().st_size
    if size == 0:
        raise InvalidInput("The file is empty. Choose another one.", "video")
    picture = _kind_of_picture(path)
    if picture:
        return asdict(Media(picture, False, f"image/{picture}", 0, 0, size))
    with _opened(path) as (container, stream):
        seconds = _seconds(container, stream)
        first = next(container.decode(stream), None)
        if first is None or not math.isfinite(seconds) or seconds <= 0:
            raise _unreadable()
        rotation = first.rotation
        _check_end(container, stream, seconds)
        width, height = _upright(stream.codec_context.width, stream.codec_context.height, rotation)
        kind = _kind(path, container)
        found = Media(
            kind=kind,
            is_video=True,
            content_type={"mov": "video/quicktime"}.get(kind, f"video/{kind}"),
            width=width,
            height=height,
            size=size,
            seconds=seconds,
            frame_rate=float(stream.average_rate or 0),
            codec=stream.codec_context.name.removeprefix("lib").removesuffix("-vp9"),
            has_sound=bool(container.streams.audio),
            is_turned=bool(rotation),
        )
    return asdict(found)


def frame(path: Path, at: float) -> bytes:
    """The frame shown at `at`, upright, as JPEG bytes."""
    with _opened(path) as (container, stream):
        moment = _start(stream) + int(at / stream.time_base)
        _seek(container, stream, moment)
        shown = None
        for each in container.decode(stream):
            if shown is not None and each.pts is not None and each.pts > moment:
                break
            shown = each
        if shown is None:
            raise _unreadable()
        return _jpeg(shown.to_image(), shown.rotation)


def strip(path: Path, count: int) -> list[bytes]:
    """So many small JPEGs, evenly spaced over the clip, each the frame shown in the middle of its part."""
    with _opened(path) as (container, stream):
        seconds = _seconds(container, stream)
        moments = [_start(stream) + int(seconds * (n + 0.5) / count / stream.time_base) for n in range(count)]
        shown = _in_one_pass if seconds <= ONE_PASS else _by_key_frames
        pictures: list[bytes] = []
        for picked in shown(container, stream, moments):
            height = STRIP_HEIGHT if picked.rotation % 180 == 0 else _even(STRIP_HEIGHT * picked.width / picked.height)
            width = _even(picked.width * height / picked.height)
            small = picked.reformat(width=width, height=height, format="rgb24").to_image()
            pictures.append(_jpeg(small, picked.rotation, 80))
        if not pictures:
            raise _unreadable()
        return pictures + pictures[-1:] * (count - len(pictures))


def _in_one_pass(container: Any, stream: Any, moments: list[int]) -> Iterator[Any]:
    waiting, shown = list(moments), None
    for each in container.decode(stream):
        while shown is not None and waiting and each.pts is not None and each.pts > waiting[0]:
            waiting.pop(0)
            yield shown
        if not waiting:
            return
        shown = each
    if shown is not None:
        yield from [shown] * len(waiting)


def _by_key_frames(container: Any, stream: Any, moments: list[int]) -> Iterator[Any]:
    stream.codec_context.skip_frame = "NONKEY"
    for moment in moments:
        _seek(container, stream, moment)
        found = next(container.decode(stream), None)
        if found is not None:
            yield found


def _jpeg(image: Image.Image, rotation: int, quality: int = 88) -> bytes:
    buffer = io.BytesIO()
    image.rotate(rotation, expand=True).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


# Repair


@dataclass(frozen=True)
class Plan:
    """What becomes of a clip: which part (s), its sides (px) before it is turned upright, how many bytes at most."""

    start: float
    end: float
    width: int
    height: int
    most: int
    is_whole: bool


def repair(path: Path, fixes: Sequence[Fix], target: Path, report: Report) -> dict[str, Any]:
    """Write the clip with `fixes` carried out to `target`, an mp4 with its sound; what became of it (`Media`).

    Packets are copied where the cut falls on key frames and nothing else is to be done, else encoded anew.
    `InvalidInput` when the clip cannot be read or the disk is full; `target` is then as it was.
    """
    half = target.with_suffix(".part")
    try:
        if not _copied(path, fixes, half):
            _encoded(path, fixes, half, report)
        half.replace(target)
    except OSError as error:
        if isinstance(error, av.error.FFmpegError) and error.errno not in (27, 28):
            raise _unreadable() from None
        raise InvalidInput(
            f"The repaired file could not be kept on the server ({error.strerror}). Nothing was sent. "
            "Whoever runs the dashboard must make room on its disk.",
            "video",
        ) from None
    finally:
        half.unlink(missing_ok=True)
    report(1.0)
    return look(target)


def _plan(container: Any, stream: Any, fixes: Sequence[Fix]) -> Plan:
    seconds = _seconds(container, stream)
    start, end = 0.0, seconds
    for fix in fixes:
        if isinstance(fix, Trim):
            start, end = max(0.0, fix.start), min(seconds, fix.end)
    if end <= start:
        raise InvalidInput("Nothing would be left of the video. Choose a longer part.", "video")
    width, height = stream.codec_context.width, stream.codec_context.height
    side = next((fix.short_side for fix in fixes if isinstance(fix, Scale)), 0)
    factor = side / min(width, height) if side else 1.0
    most = next((fix.most for fix in fixes if isinstance(fix, Shrink)), 0)
    whole = start == 0.0 and end == seconds
    return Plan(start, end, _even(width * factor), _even(height * factor), most, whole)


def _copied(path: Path, fixes: Sequence[Fix], target: Path) -> bool:
    """Cut without encoding, if that gives exactly the chosen frames; False if it does not."""
    if not all(isinstance(fix, Trim) for fix in fixes):
        return False
    with _opened(path) as (container, stream):
        can_be_kept = stream.codec_context.name == "h264" and _kind(path, container) in ("mp4", "mov")
        if not can_be_kept or len(_copyable_sound(container)) < bool(container.streams.audio):
            return False
        plan = _plan(container, stream, fixes)
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        start, end = _span(stream, plan)
        chosen = [number for number, packet in enumerate(packets) if start <= packet.pts < end]
        if (
            not chosen
            or not packets[chosen[0]].is_keyframe
            or packets[chosen[0]].pts > min(packet.pts for packet in packets if packet.pts >= start)
        ):
            return False
        if chosen != list(range(chosen[0], chosen[-1] + 1)):
            return False  # a frame that is kept needs one that is not
    with _opened(path) as (container, stream), av.open(str(target), "w", format="mp4", options=_MP4) as made:
        _copy(container, stream, made, start, end)
    return True


_MP4 = {"movflags": "+faststart"}


def _copy(container: Any, stream: Any, made: Any, start: int, end: int) -> None:
    sources = [stream, *_copyable_sound(container)]
    targets = {source.index: made.add_stream_from_template(source) for source in sources}
    begun = start * stream.time_base
    for packet in container.demux(sources):
        if packet.pts is None or packet.dts is None:
            continue
        base = packet.time_base
        if not start * stream.time_base <= packet.pts * base < end * stream.time_base:
            continue
        shift = round(begun / base)
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        packet.stream = targets[packet.stream.index]
        made.mux(packet)


def _copyable_sound(container: Any) -> list[Any]:
    return [sound for sound in container.streams.audio[:1] if sound.codec_context.name == "aac"]


def _span(stream: Any, plan: Plan) -> tuple[int, int]:
    """The chosen part in the stream's own units; a frame belongs to it when most of it does."""
    half = 0.5 / float(stream.average_rate or 25)
    first = _start(stream)
    end = plan.end if plan.is_whole else plan.end - half
    begin = first + math.ceil((plan.start - half) / stream.time_base)
    return begin, first + math.ceil((end + (1.0 if plan.is_whole else 0.0)) / stream.time_base)


def _encoded(path: Path, fixes: Sequence[Fix], target: Path, report: Report) -> None:
    with _opened(path) as (container, stream), av.open(str(target), "w", format="mp4", options=_MP4) as made:
        plan = _plan(container, stream, fixes)
        _Encoding(container, stream, made, plan).run(report)


class _Encoding:
    """One pass through a clip: frames of the chosen part to h264, its sound to aac."""

    def __init__(self, container: Any, stream: Any, made: Any, plan: Plan) -> None:
        self.container, self.stream, self.made, self.plan = container, stream, made, plan
        self.start, self.end = _span(stream, plan)
        self.graph: Any = None
        self.video: Any = None
        self.origin: Fraction | None = None
        """When the first kept frame was, in seconds of the clip."""
        self.sound = next(iter(container.streams.audio), None)
        if self.sound is not None:
            layout = "mono" if self.sound.codec_context.channels == 1 else "stereo"
            self.made_sound = made.add_stream("aac", rate=SOUND_RATE, layout=layout)
            self.resampler = av.AudioResampler("fltp", layout, SOUND_RATE)
            self.sound_at = 0
            self.held: list[Any] = []

    def run(self, report: Report) -> None:
        sources = [self.stream] + ([self.sound] if self.sound is not None else [])
        if self.plan.start > 1:
            _seek(self.container, self.stream, self.start)
        length = max(1, self.end - self.start)
        told = 0.0
        for packet in self.container.demux(sources):
            if packet.stream is self.stream:
                if packet.pts is not None and self._is_past(packet):
                    break
                for each in _decoded(packet):
                    self._take(each)
                    share = min(0.99, max(0.0, ((each.pts or 0) - self.start) / length))
                    if share - told >= 0.01:
                        told = share
                        report(told)
            else:
                for each in _decoded(packet):
                    self._take_sound(each)
        if self.video is None:
            raise _unreadable()
        for each in _decoded_rest(self.stream):
            self._take(each)
        self.made.mux(self.video.encode(None))
        if self.sound is not None:
            self._finish_sound()

    def _is_past(self, packet: Any) -> bool:
        """Whether all that follows is later than the chosen part: a second is more than frames are out of order."""
        later = self.end + int(1 / self.stream.time_base)
        return packet.dts is not None and packet.dts > later

    def _take(self, each: Any) -> None:
        if each.pts is None or not self.start <= each.pts < self.end:
            return
        if self.graph is None:
            self._begin(each)
        self.graph.push(each)
        while True:
            try:
                ready = self.graph.pull()
            except (av.error.BlockingIOError, EOFError):
                return
            ready.pts = ready.pts - self.first
            ready.pict_type = 0
            self.made.mux(self.video.encode(ready))

    def _begin(self, first: Any) -> None:
        """Sizes and rotation are known with the first frame."""
        self.first = first.pts
        self.origin = first.pts * self.stream.time_base
        graph = av.filter.Graph()
        steps = [graph.add_buffer(template=self.stream)]
        turn = {90: "cclock", 270: "clock"}.get(first.rotation % 360)
        if turn:
            steps.append(graph.add("transpose", turn))
        elif first.rotation % 360 == 180:
            steps += [graph.add("hflip"), graph.add("vflip")]
        width, height = _upright(self.plan.width, self.plan.height, first.rotation)
        steps += [graph.add("scale", f"{width}:{height}:flags=bicubic"), graph.add("setsar", "1")]
        steps += [graph.add("format", "yuv420p"), graph.add("buffersink")]
        for one, next_one in itertools.pairwise(steps):
            one.link_to(next_one)
        graph.configure()
        self.graph = graph
        self._open_video(width, height)

    def _open_video(self, width: int, height: int) -> None:
        rate = min(Fraction(self.stream.average_rate or 25), Fraction(60)).limit_denominator(1001)
        self.video = self.made.add_stream("libx264", rate=rate, options=dict(ENCODER))
        self.video.width, self.video.height, self.video.pix_fmt = width, height, "yuv420p"
        self.video.codec_context.time_base = self.stream.time_base
        self.video.codec_context.thread_type = "AUTO"
        if self.plan.most:
            seconds = max(0.1, self.plan.end - self.plan.start)
            bits = int(self.plan.most * 8 * 0.9 / seconds) - 200_000
            options = {"maxrate": str(max(100_000, bits)), "bufsize": str(max(100_000, bits))}
            self.video.codec_context.options = {**ENCODER, **options}

    def _take_sound(self, each: Any) -> None:
        """Sound may come before the first frame is decoded; it waits until it is known where that begins."""
        self.held.append(each)
        if self.origin is None:
            return
        end = float(self.end * self.stream.time_base)
        for frame in self.held:
            if frame.pts is None or frame.time is None or frame.time >= end:
                continue
            if frame.time + frame.samples / frame.sample_rate <= float(self.origin):
                continue
            for ready in self.resampler.resample(frame):
                self._encode_sound(ready, frame.time - float(self.origin))
        self.held.clear()

    def _encode_sound(self, ready: Any, at: float) -> None:
        if not self.sound_at:
            self.sound_at = max(0, round(at * SOUND_RATE))
        ready.pts, ready.time_base = self.sound_at, Fraction(1, SOUND_RATE)
        self.sound_at += ready.samples
        self.made.mux(self.made_sound.encode(ready))

    def _finish_sound(self) -> None:
        for ready in self.resampler.resample(None):
            self._encode_sound(ready, 0.0)
        self.made.mux(self.made_sound.encode(None))


def _decoded(packet: Any) -> list[Any]:
    """The frames of a packet; one broken in the middle of a clip costs its own frames only."""
    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []


def _decoded_rest(stream: Any) -> list[Any]:
    try:
        return list(stream.codec_context.decode(None))
    except (av.error.InvalidDataError, EOFError):
        return []


# What a file is


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """A clip and its first video stream; whatever PyAV finds wrong with it becomes `InvalidInput`."""
    try:
        with av.open(str(path), options={"format_whitelist": KINDS, "protocol_whitelist": "file"}) as container:
            if not container.streams.video:
                raise InvalidInput("This file has no picture in it, only sound. Choose a video.", "video")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            width, height = stream.codec_context.width, stream.codec_context.height
            if width * height > SIDE * SIDE or max(width, height) > 2 * SIDE:
                raise InvalidInput(
                    f"The video is {width} × {height} pixels: too large to handle. Save it as 1080p first.", "video"
                )
            stream.codec_context.options = {"max_pixels": str(SIDE * SIDE)}
            yield container, stream
    except (av.error.FFmpegError, EOFError, ValueError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno in (27, 28):
            raise
        raise _unreadable() from None


def _unreadable() -> InvalidInput:
    return InvalidInput(
        "This video cannot be read: it may be damaged or only half copied. Choose another, or save it again as MP4.",
        "video",
    )


def _kind_of_picture(path: Path) -> str:
    """The kind of a still picture, which PyAV would take for a video of one frame; empty if it is none."""
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP", "BMP", "TIFF")) as image:
            return (image.format or "").lower()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return ""


def _kind(path: Path, container: Any) -> str:
    """By content: the brand in an MP4's or MOV's first box; old MOV files start without one."""
    if "mov" not in container.format.name:
        return NAMES.get(container.format.name, str(container.format.name).split(",")[0])
    with path.open("rb") as file:
        head = file.read(12)
    return "mp4" if head[4:8] == b"ftyp" and head[8:12] != b"qt  " else "mov"


def _seconds(container: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration:
        return float(container.duration / av.time_base)
    last = 0.0  # a browser's recording does not say: it has to be gone through
    for packet in container.demux(stream):
        if packet.pts is not None:
            last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    container.seek(0)
    return last


def _check_end(container: Any, stream: Any, seconds: float) -> None:
    """A header may promise more than there is; the last packets tell."""
    _seek(container, stream, _start(stream) + int(max(0.0, seconds - END_TOLERANCE) / stream.time_base))
    last = max((packet.pts for packet in container.demux(stream) if packet.pts is not None), default=None)
    if last is None or float((last - _start(stream)) * stream.time_base) < seconds - END_TOLERANCE - 1.0:
        raise _unreadable()


def _start(stream: Any) -> int:
    return int(stream.start_time or 0)


def _seek(container: Any, stream: Any, moment: int) -> None:
    container.seek(max(moment, 0), stream=stream)


def _upright(width: int, height: int, rotation: int) -> tuple[int, int]:
    return (height, width) if rotation % 180 else (width, height)


def _even(value: float) -> int:
    """As h264 wants sides."""
    return max(2, 2 * round(value / 2))
