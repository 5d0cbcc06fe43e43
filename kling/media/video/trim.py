"""Cut a video by copying its packets, which takes milliseconds and loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kling.media.limits import Fix, Trim
from kling.media.video.plan import Plan, open_output
from kling.media.video.source import kind_of, open_video


def trim(path: Path, fixes: Sequence[Fix], target: Path) -> bool:
    """Write the chosen part to `target`, if copying gives exactly its frames; False if it does not."""
    if not all(isinstance(fix, Trim) for fix in fixes):
        return False
    with open_video(path) as (container, stream):
        if not _can_be_copied(path, container, stream):
            return False
        start, end = Plan.of(container, stream, fixes).span(stream)
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        if not _is_self_contained(packets, start, end):
            return False
    with open_video(path) as (container, stream), open_output(target) as output:
        _copy(container, stream, output, start, end)
    return True


def _can_be_copied(path: Path, container: Any, stream: Any) -> bool:
    """Whether an mp4 takes the packets as they are."""
    is_mp4 = stream.codec_context.name == "h264" and kind_of(path, container) in ("mp4", "mov")
    return is_mp4 and len(_copyable_sound(container)) >= bool(container.streams.audio)


def _is_self_contained(packets: list[Any], start: int, end: int) -> bool:
    """Whether the part begins with a key frame and needs no frame outside of it."""
    chosen = [number for number, packet in enumerate(packets) if start <= packet.pts < end]
    if not chosen or chosen != list(range(chosen[0], chosen[-1] + 1)):
        return False
    first = packets[chosen[0]]
    return bool(first.is_keyframe) and first.pts <= min(packet.pts for packet in packets if packet.pts >= start)


def _copy(container: Any, stream: Any, output: Any, start: int, end: int) -> None:
    sources = [stream, *_copyable_sound(container)]
    targets = {source.index: output.add_stream_from_template(source) for source in sources}
    first, last = start * stream.time_base, end * stream.time_base
    for packet in container.demux(sources):
        if packet.pts is None or packet.dts is None:
            continue
        if not first <= packet.pts * packet.time_base < last:
            continue
        shift = round(first / packet.time_base)
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        packet.stream = targets[packet.stream.index]
        output.mux(packet)


def _copyable_sound(container: Any) -> list[Any]:
    return [sound for sound in container.streams.audio[:1] if sound.codec_context.name == "aac"]
