"""The repair of a video is exact to the frame, and its frames are those shown."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from kling import media
from kling.errors import InvalidInput
from kling.media import Convert, Scale, Shrink, Trim
from tests.media.samples import clip, grey, shade_at, shades, turned


def test_a_cut_is_exact_to_the_frame_and_keeps_the_sound(tmp_path: Path, dance: Path) -> None:
    told: list[float] = []
    found = media.repair(dance, [Trim(1.25, 3.25)], tmp_path / "cut.mp4", told.append)
    seen = shades(tmp_path / "cut.mp4")
    assert len(seen) == 24
    assert seen == pytest.approx([shade_at(frame / 48) for frame in range(15, 39)], abs=4)
    assert found.seconds == pytest.approx(2.0, abs=0.05)
    assert found.has_sound
    assert told == sorted(told)
    assert told[-1] == 1.0
    with av.open(str(tmp_path / "cut.mp4")) as container:
        loud = [float(np.abs(frame.to_ndarray()).max()) for frame in container.decode(audio=0)]
        assert float(container.streams.audio[0].duration or 0) / 48_000 == pytest.approx(2.0, abs=0.1)
    # It gets louder all through the clip: the first of the cut is as loud as the clip was by then.
    assert loud[2] == pytest.approx(1.25 / 4.0, abs=0.08)
    assert loud[-3] == pytest.approx(3.25 / 4.0, abs=0.08)


def test_a_cut_between_key_frames_copies_what_is_there(tmp_path: Path, dance: Path) -> None:
    media.repair(dance, [Trim(1.0, 3.0)], tmp_path / "copy.mp4")
    media.repair(dance, [Trim(1.0, 3.0), Convert()], tmp_path / "anew.mp4")
    original, copied = packets(dance), packets(tmp_path / "copy.mp4")
    assert copied == original[12:36]
    assert packets(tmp_path / "anew.mp4") != original[12:36]
    assert shades(tmp_path / "copy.mp4") == pytest.approx([shade_at(n / 48) for n in range(12, 36)], abs=4)


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


@pytest.mark.parametrize("form", ["webm", "avi", "gif", "mov"])
def test_a_video_of_another_kind_becomes_an_mp4(tmp_path: Path, form: str) -> None:
    path = clip(tmp_path / f"clip.{form}", 2.0, 180, 320, 10, form)
    found = media.repair(path, [Convert(), Scale(720)], tmp_path / "done.mp4")
    assert (found.kind, found.codec, found.width, found.height) == ("mp4", "h264", 720, 1280)
    assert found.seconds == pytest.approx(2.0, abs=0.15)
    assert shades(tmp_path / "done.mp4")[10] == pytest.approx(shade_at(0.5), abs=12)
    assert [problem.what for problem in media.problems(found, "template motion")] == []


def test_a_clip_of_a_telephone_is_stored_upright(tmp_path: Path) -> None:
    lying = turned(clip(tmp_path / "clip.mp4", 1.0, 320, 180))
    found = media.repair(lying, [Convert()], tmp_path / "done.mp4")
    assert (found.width, found.height, found.is_turned) == (180, 320, False)


def test_odd_sides_become_even_ones(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.gif", 1.0, 201, 333, 10, "gif")
    found = media.repair(path, [Convert()], tmp_path / "done.mp4")
    assert (found.width % 2, found.height % 2) == (0, 0)


def test_a_video_is_shrunk_under_its_limit(tmp_path: Path, dance: Path) -> None:
    found = media.repair(dance, [Shrink(150_000)], tmp_path / "small.mp4")
    assert found.size <= 150_000 < dance.stat().st_size
    assert found.has_sound


def test_a_cut_that_leaves_nothing_is_refused_and_leaves_no_file(tmp_path: Path, dance: Path) -> None:
    with pytest.raises(InvalidInput, match="Nothing would be left"):
        media.repair(dance, [Trim(5.0, 6.0)], tmp_path / "cut.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_repair_may_take_the_place_of_its_file(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.mp4", 2.0, 180, 320)
    assert media.repair(path, [Trim(0.5, 1.5)], path).seconds == pytest.approx(1.0, abs=0.05)
    assert [each.name for each in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_frame_is_the_one_shown_at_that_moment_and_upright(tmp_path: Path, dance: Path) -> None:
    found = [grey(media.frame(dance, at)) for at in (0.0, 1.0, 2.04, 3.95)]
    assert found == pytest.approx([shade_at(n / 48) for n in (0, 12, 24, 47)], abs=4)
    lying = turned(clip(tmp_path / "clip.mp4", 1.0, 320, 180))
    assert Image.open(io.BytesIO(media.frame(lying, 0.5))).size == (180, 320)


def test_a_strip_shows_the_clip_from_its_beginning_to_its_end(dance: Path) -> None:
    found = [grey(each) for each in media.strip(dance, 8)]
    assert found == pytest.approx([shade_at((n + 0.5) / 8) for n in range(8)], abs=8)


def test_a_strip_of_hours_looks_at_key_frames_only(tmp_path: Path) -> None:
    path = clip(tmp_path / "long.mp4", 7200.0, 64, 64, 1, gop=30)
    assert path.stat().st_size < 3_000_000
    found = [grey(each) for each in media.strip(path, 12)]
    assert found == pytest.approx([shade_at((n + 0.5) / 12) for n in range(12)], abs=6)
    [problem] = [each for each in media.problems(media.inspect(path), "template motion") if "long" in each.what]
    assert problem.fixes == (Trim(0.0, 10.0),)
