"""The videos that orders of the second generation end with."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests

from kling.sandbox.media import result_video, video
from tests.sandbox.calls import balance, work_of
from tests.sandbox.watching import clip_at, far, frames_at
from tests.sandbox_server import Sandbox, mp4, ok


def sound_in(clip: Any) -> list[float]:
    """Its samples, one channel."""
    return [float(sample) for frame in clip.decode(audio=0) for sample in frame.to_ndarray()[0]]


@pytest.mark.parametrize("seconds", [3.0, 4.5])
def test_a_result_is_as_long_as_its_motion(second: Sandbox, seconds: float) -> None:
    work = work_of(second, motionUrl=second.own_reference(seconds))
    assert work["resource"]["duration"] == seconds * 1000
    with clip_at(work["resource"]["resource"]) as clip:
        [video] = clip.streams.video
        assert video.frames == seconds * 12
        assert clip.duration / 1e6 == pytest.approx(seconds, abs=0.1)
        assert not clip.streams.audio


def test_a_result_may_be_shorter_than_its_motion(second: Sandbox) -> None:
    work = work_of(second, motionUrl=second.own_reference(5.0), prompt="quick as a flash [short]")
    assert work["resource"]["duration"] == 3000
    with clip_at(work["resource"]["resource"]) as clip:
        assert clip.duration / 1e6 == pytest.approx(3.0, abs=0.1)
    # Paid is what was ordered.
    assert balance(second) == 66_000 - 2000


def test_a_result_shows_the_motion(second: Sandbox) -> None:
    frames = frames_at(work_of(second, motionUrl=second.reference("dance"))["resource"]["resource"])
    corner = [frame.crop((14, frame.height - 186, 143, frame.height - 14)) for frame in frames]
    assert max(far(corner[0], other) for other in corner) > 2


def test_a_long_result_has_fewer_pictures_a_second(second: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_video, "FRAMES", 24)
    work = work_of(second, mode="pro")
    with clip_at(work["resource"]["resource"]) as clip:
        assert clip.streams.video[0].frames == 24
        assert clip.duration / 1e6 == pytest.approx(4.0, abs=0.2)


def test_keep_audio_keeps_the_sound_of_the_motion(second: Sandbox) -> None:
    link = second.own_reference(hertz=1500)
    with clip_at(work_of(second, motionUrl=link, keepAudio=True)["resource"]["resource"]) as clip:
        rate = clip.streams.audio[0].rate
        samples = sound_in(clip)
    assert len(samples) / rate == pytest.approx(3.0, abs=0.1)
    middle = samples[rate : 2 * rate]
    assert sum(one < 0 <= other for one, other in pairwise(middle)) == pytest.approx(1500, abs=5)
    assert max(middle) > 0.1


@pytest.mark.parametrize(("hertz", "keep"), [(1500, False), (0, True)])
def test_without_a_sound_to_keep_there_is_none(second: Sandbox, hertz: int, keep: bool) -> None:
    link = second.own_reference(hertz=hertz)
    with clip_at(work_of(second, motionUrl=link, keepAudio=keep)["resource"]["resource"]) as clip:
        assert not clip.streams.audio


def test_sound_that_cannot_be_decoded_ends_early(second: Sandbox) -> None:
    clip = bytearray(mp4(3.0, hertz=1500))
    end = clip.index(b"moov") - 4
    clip[end - 6000 : end] = bytes(6000)
    link = ok(second.upload(bytes(clip), "video/mp4"))["resourceUrl"]
    with clip_at(work_of(second, motionUrl=link, keepAudio=True)["resource"]["resource"]) as made:
        assert made.streams.video[0].frames == 36
        assert 0 < len(sound_in(made)) / made.streams.audio[0].rate < 2.9


def test_no_more_sound_is_read_than_is_wanted(tmp_path: Path) -> None:
    """Whatever length the file's header has said."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(mp4(3.0, hertz=1500))
    read = sum(frame.samples for frame in video.read_sound(path, 1.0))
    assert read / video.SOUND_RATE == pytest.approx(1.0, abs=0.1)


def test_a_cover_is_made_from_the_beginning(second: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[float] = []
    pictures = video.read_pictures

    def note(path: Any, fps: int, side: int, seconds: float) -> Any:
        read.append(seconds)
        return pictures(path, fps, side, seconds)

    monkeypatch.setattr(result_video, "read_pictures", note)
    work = work_of(second, motionUrl=second.own_reference(20.0, fps=1))
    assert requests.get(work["cover"]["resource"], timeout=30).status_code == 200
    assert read == [5]
