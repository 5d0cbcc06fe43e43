"""A file is looked at before it is sent, and what is wrong with it is a plain sentence."""

from __future__ import annotations

import io
import resource
import wave
from pathlib import Path

import pytest
from PIL import Image

from kling.errors import InvalidInput
from kling.media import frame_at, inspect_picture, inspect_video, spool
from tests.media_samples import clip, picture


def test_a_good_picture_tells_what_it_is() -> None:
    found = inspect_picture(picture(400, 600, "PNG"))
    assert (found.content_type, found.width, found.height) == ("image/png", 400, 600)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cannot be read"),
        (b"not a picture at all", "cannot be read"),
        (picture()[:900], "cannot be read"),
        (picture(kind="WEBP"), "not a PNG or JPEG"),
        (picture(299, 600), "at least 300"),
        (picture(9000, 9000, "PNG"), "too large"),
        (picture() + b"\0" * (10 * 1024 * 1024), "up to 10 MB"),
    ],
    ids=["empty", "text", "truncated", "webp", "too small", "huge sides", "too many bytes"],
)
def test_a_picture_that_kling_would_refuse_is_refused_here(data: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        inspect_picture(data)
    assert caught.value.field == "image"


@pytest.mark.parametrize(("form", "content_type"), [("mp4", "video/mp4"), ("mov", "video/quicktime")])
def test_a_good_clip_tells_what_it_is_by_its_content(tmp_path: Path, form: str, content_type: str) -> None:
    found = inspect_video(clip(tmp_path / "clip.bin", 3.0, form=form))
    assert found.content_type == content_type
    assert found.seconds == pytest.approx(3.0, abs=0.1)
    assert (found.width, found.height) == (720, 1280)


@pytest.mark.parametrize("seconds", [1.5, 10.6])
def test_a_clip_outside_two_to_ten_seconds_is_refused(tmp_path: Path, seconds: float) -> None:
    with pytest.raises(InvalidInput, match="2 to 10 seconds"):
        inspect_video(clip(tmp_path / "clip.mp4", seconds, rate=5))


def test_a_file_that_only_claims_to_be_a_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"plain text")
    with pytest.raises(InvalidInput, match="not an MP4 or MOV"):
        inspect_video(path)


def test_a_sound_file_and_a_picture_are_not_videos(tmp_path: Path) -> None:
    sound = tmp_path / "sound.mp4"
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0" * 16000)
    still = tmp_path / "still.mp4"
    still.write_bytes(picture())
    for path in (sound, still):
        with pytest.raises(InvalidInput, match="not an MP4 or MOV"):
            inspect_video(path)


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_half_a_clip_is_refused_or_still_readable_but_never_an_exception(tmp_path: Path, kept: float) -> None:
    path = clip(tmp_path / "clip.mp4")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(InvalidInput, match="cannot be read"):
        inspect_video(path)


@pytest.mark.parametrize(("width", "height"), [(320, 480), (4400, 720), (2160, 3840)])
def test_a_clip_that_is_neither_720p_nor_1080p_is_refused(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(InvalidInput, match="720p and 1080p"):
        inspect_video(clip(tmp_path / "clip.mp4", 2.5, width, height, rate=2))


def test_a_frame_is_the_one_shown_at_that_moment(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.mp4", 4.0)
    shades = []
    for seconds in (0.0, 1.0, 2.0, 3.9):
        image = Image.open(io.BytesIO(frame_at(path, seconds)))
        assert image.format == "JPEG"
        shades.append(image.convert("L").tobytes()[0])
    assert shades == sorted(set(shades))


def test_a_disk_that_takes_no_more_is_a_sentence_and_leaves_no_file(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(InvalidInput, match="Nothing was sent"):
            spool(io.BytesIO(b"v" * (3 << 20)), tmp_path / "deep" / "clip.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "deep").iterdir()) == []
