"""Encode a part of a video anew: its frames upright to h264, its sound to aac."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import av.filter

from kling.media.limits import Fix
from kling.media.video.plan import Plan, open_output
from kling.media.video.source import open_video, seek, unreadable, upright

ENCODER = {"preset": "veryfast", "crf": "20"}
SOUND_RATE = 48_000
SOUND_BITS = 200_000
"""A second, with some to spare; what a limit on bytes leaves is for the frames."""
REPORT_STEP = 0.01
Report = Callable[[float], None]


def encode(path: Path, fixes: Sequence[Fix], target: Path, report: Report) -> None:
    """Write the clip with `fixes` carried out to `target`, an mp4. `report` is called with the share done, 0 to 1."""
    with open_video(path) as (container, stream), open_output(target) as output:
        plan = Plan.of(container, stream, fixes)
        start, end = plan.span(stream)
        sound = next(iter(container.streams.audio), None)
        sound_track = None if sound is None else SoundTrack(sound, output, float(end * stream.time_base))
        picture_track = PictureTrack(stream, output, plan, report)
        if plan.start > 1:
            seek(container, stream, start)
        _encode_packets(container, picture_track, sound_track)
        picture_track.finish()
        if sound_track is not None:
            sound_track.finish()


def _encode_packets(container: Any, pictures: PictureTrack, sound: SoundTrack | None) -> None:
    for packet in container.demux([pictures.stream, *([sound.stream] if sound else [])]):
        if packet.stream is pictures.stream:
            if pictures.ends_before(packet):
                return
            for frame in _decode(packet):
                pictures.take(frame)
        elif sound:
            for frame in _decode(packet):
                sound.take(frame, pictures.origin)


class PictureTrack:
    """The frames of the chosen part. What they are encoded to is known with the first of them."""

    def __init__(self, stream: Any, output: Any, plan: Plan, report: Report) -> None:
        self.stream = stream
        self.origin: float | None = None
        """When the first kept frame was, in seconds of the clip."""
        self._output = output
        self._plan = plan
        self._report = report
        self._reported = 0.0
        self._start, self._end = plan.span(stream)
        self._first = 0
        self._filters: Any = None
        self._target: Any = None

    def ends_before(self, packet: Any) -> bool:
        """Whether all that follows is later than the chosen part: a second is more than frames are out of order."""
        later = self._end + int(1 / self.stream.time_base)
        return packet.pts is not None and packet.dts is not None and packet.dts > later

    def take(self, frame: Any) -> None:
        """Encode a decoded frame, if it belongs to the chosen part."""
        self._encode(frame)
        share = min(0.99, max(0.0, ((frame.pts or 0) - self._start) / max(1, self._end - self._start)))
        if share - self._reported >= REPORT_STEP:
            self._reported = share
            self._report(share)

    def finish(self) -> None:
        """Encode what the decoder and the encoder still hold; `InvalidInput` when there was no frame at all."""
        if self._target is None:
            raise unreadable()
        for frame in _decode_rest(self.stream):
            self._encode(frame)
        self._output.mux(self._target.encode(None))

    def _encode(self, frame: Any) -> None:
        if frame.pts is None or not self._start <= frame.pts < self._end:
            return
        if self._target is None:
            self._begin(frame)
        self._filters.push(frame)
        while True:
            try:
                ready = self._filters.pull()
            except (av.error.BlockingIOError, EOFError):
                return
            ready.pts = ready.pts - self._first
            ready.pict_type = 0
            self._output.mux(self._target.encode(ready))

    def _begin(self, first: Any) -> None:
        self._first = first.pts
        self.origin = float(first.pts * self.stream.time_base)
        width, height = upright(self._plan.width, self._plan.height, first.rotation)
        self._filters = _filters(self.stream, first.rotation, width, height)
        rate = min(Fraction(self.stream.average_rate or 25), Fraction(60)).limit_denominator(1001)
        self._target = self._output.add_stream("libx264", rate=rate, options=dict(ENCODER))
        self._target.width, self._target.height, self._target.pix_fmt = width, height, "yuv420p"
        self._target.codec_context.time_base = self.stream.time_base
        self._target.codec_context.thread_type = "AUTO"
        if self._plan.max_bytes:
            self._target.codec_context.options = {**ENCODER, **_bit_rate(self._plan)}


class SoundTrack:
    """The sound of the chosen part, which ends at `end` (seconds of the clip)."""

    def __init__(self, stream: Any, output: Any, end: float) -> None:
        self.stream = stream
        self._output = output
        self._end = end
        layout = "mono" if stream.codec_context.channels == 1 else "stereo"
        self._target = output.add_stream("aac", rate=SOUND_RATE, layout=layout)
        self._resampler = av.AudioResampler("fltp", layout, SOUND_RATE)
        self._position = 0
        self._waiting: list[Any] = []

    def take(self, frame: Any, origin: float | None) -> None:
        """Sound may come before the first picture is decoded; it waits until it is known where that begins."""
        self._waiting.append(frame)
        if origin is None:
            return
        for each in self._waiting:
            if each.pts is None or each.time is None or each.time >= self._end:
                continue
            if each.time + each.samples / each.sample_rate <= origin:
                continue
            for ready in self._resampler.resample(each):
                self._encode(ready, each.time - origin)
        self._waiting.clear()

    def finish(self) -> None:
        """Encode what the resampler and the encoder still hold."""
        for ready in self._resampler.resample(None):
            self._encode(ready, 0.0)
        self._output.mux(self._target.encode(None))

    def _encode(self, ready: Any, at: float) -> None:
        if not self._position:
            self._position = max(0, round(at * SOUND_RATE))
        ready.pts, ready.time_base = self._position, Fraction(1, SOUND_RATE)
        self._position += ready.samples
        self._output.mux(self._target.encode(ready))


def _filters(stream: Any, rotation: int, width: int, height: int) -> Any:
    """What turns a frame upright and brings it to its size."""
    graph = av.filter.Graph()
    steps = [graph.add_buffer(template=stream)]
    turn = {90: "cclock", 270: "clock"}.get(rotation % 360)
    if turn:
        steps.append(graph.add("transpose", turn))
    elif rotation % 360 == 180:
        steps += [graph.add("hflip"), graph.add("vflip")]
    steps += [graph.add("scale", f"{width}:{height}:flags=bicubic"), graph.add("setsar", "1")]
    steps += [graph.add("format", "yuv420p"), graph.add("buffersink")]
    for one, next_one in itertools.pairwise(steps):
        one.link_to(next_one)
    graph.configure()
    return graph


def _bit_rate(plan: Plan) -> dict[str, str]:
    """Bits a second that keep the file within its bytes."""
    seconds = max(0.1, plan.end - plan.start)
    bits = max(100_000, int(plan.max_bytes * 8 * 0.9 / seconds) - SOUND_BITS)
    return {"maxrate": str(bits), "bufsize": str(bits)}


def _decode(packet: Any) -> list[Any]:
    """The frames of a packet; one broken in the middle of a clip costs its own frames only."""
    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []


def _decode_rest(stream: Any) -> list[Any]:
    try:
        return list(stream.codec_context.decode(None))
    except (av.error.InvalidDataError, EOFError):
        return []
