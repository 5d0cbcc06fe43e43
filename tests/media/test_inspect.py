"""What a file is tells its content; what cannot be used is refused in plain words."""

from __future__ import annotations

import io
import resource
import wave
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kling import media
from kling.errors import InvalidInput
from kling.media import Trim
from tests.media.samples import clip, picture, turned


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "AVIF", "HEIF"])
def test_a_picture_tells_what_it_is_by_its_content(kind: str) -> None:
    found = media.inspect(picture(400, 600, kind))
    assert (found.kind, found.width, found.height) == ({"HEIF": "heic"}.get(kind, kind.lower()), 400, 600)


def test_sides_are_those_of_the_upright_picture_and_place_and_camera_are_seen() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Telephone 12"
    found = media.inspect(picture(600, 400, exif=exif))
    assert (found.width, found.height, found.is_turned, found.has_location) == (400, 600, True, True)
    plain = media.inspect(picture(600, 400))
    assert (plain.is_turned, plain.has_location) == (False, False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: b"", "empty"),
        (lambda: b"not a picture at all", "cannot be read"),
        (lambda: picture()[:900], "cannot be read"),
        (lambda: picture(13_000, 13_000, "PNG", compress_level=1), "too large"),
        (lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 100, "This is a video"),
    ],
    ids=["empty", "text", "truncated", "huge sides", "a video"],
)
def test_a_picture_that_cannot_be_used_is_refused_in_plain_words(data: Callable[[], bytes], words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        media.inspect(data())
    assert caught.value.field == "image"


@pytest.mark.parametrize(
    ("form", "content_type", "codec"),
    [
        ("mp4", "video/mp4", "h264"),
        ("mov", "video/quicktime", "h264"),
        ("webm", "video/webm", "vp9"),
        ("avi", "video/avi", "mpeg4"),
        ("gif", "video/gif", "gif"),
    ],
)
def test_a_video_tells_what_it_is_by_its_content(tmp_path: Path, form: str, content_type: str, codec: str) -> None:
    found = media.inspect(clip(tmp_path / "clip.bin", 2.0, 180, 320, 10, form))
    assert (found.kind, found.content_type, found.codec) == (form, content_type, codec)
    assert found.seconds == pytest.approx(2.0, abs=0.1)
    assert (found.width, found.height, found.frame_rate, found.has_sound) == (180, 320, 10.0, False)


def test_a_clip_of_a_telephone_is_upright_with_its_sound(tmp_path: Path) -> None:
    found = media.inspect(turned(clip(tmp_path / "clip.mp4", 1.0, 320, 180, sound=True)))
    assert (found.width, found.height, found.is_turned, found.has_sound) == (180, 320, True, True)


def test_what_is_no_video_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with wave.open(str(tmp_path / "sound.mp4"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0" * 16000)
    for data, words in [
        (b"", "empty"),
        (b"plain text", "not a video: there is text"),
        ("Grüße".encode() * 300, "not a video: there is text"),
        (b"\x00\x01 no text either", "cannot be read"),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n", "not a video"),
        (b"ffconcat version 1.0\nfile /etc/hostname\n", "not a video"),
        ((tmp_path / "sound.mp4").read_bytes(), "cannot be read"),
    ]:
        path.write_bytes(data)
        with pytest.raises(InvalidInput, match=words) as caught:
            media.inspect(path)
        assert caught.value.field == "video"


def test_a_file_with_sound_only_says_so(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w", format="mp4") as container:
        stream: Any = container.add_stream("aac", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48_000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(InvalidInput, match="only sound"):
        media.inspect(path)


def test_a_picture_in_place_of_a_video_is_named(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(picture())
    [problem] = media.problems(media.inspect(path), "template motion")
    assert (problem.what, problem.fixes) == ("This is a picture, not a video.", ())


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.9])
def test_half_a_clip_is_refused(tmp_path: Path, dance: Path, kept: float) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(dance.read_bytes()[: int(dance.stat().st_size * kept)])
    with pytest.raises(InvalidInput, match="half copied"):
        media.inspect(path)


def test_half_a_clip_whose_header_comes_first_is_refused_too(tmp_path: Path, dance: Path) -> None:
    whole = tmp_path / "whole.mp4"
    media.repair(dance, [Trim(0.0, 4.0)], whole)
    data = whole.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    whole.write_bytes(data[: int(len(data) * 0.5)])
    with pytest.raises(InvalidInput, match="half copied"):
        media.inspect(whole)


def test_pictures_of_huge_sides_are_refused_by_the_header(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="4608 × 4608 pixels: too large"):
        media.inspect(clip(tmp_path / "clip.mp4", 0.5, 4608, 4608, 2))


@settings(max_examples=60)
@given(st.binary(max_size=2000))
def test_random_bytes_are_refused_and_never_crash(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        media.inspect(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
@settings(max_examples=30)
@given(at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
def test_a_damaged_picture_is_read_or_refused(kind: str, at: float, junk: bytes) -> None:
    data = picture(64, 64, kind)
    spot = int(at * len(data))
    with suppress(InvalidInput):
        assert media.inspect(data[:spot] + junk + data[spot + len(junk) :]).kind


@settings(max_examples=40)
@given(at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=60))
def test_a_damaged_clip_is_read_or_refused(
    at: float, junk: bytes, dance: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.mp4"
    data = dance.read_bytes()
    spot = int(at * len(data))
    path.write_bytes(data[:spot] + junk + data[spot + len(junk) :])
    with suppress(InvalidInput):
        assert media.inspect(path).is_video


def test_a_disk_that_takes_no_more_is_a_sentence_and_leaves_no_file(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(InvalidInput, match="Nothing was sent"):
            media.spool(io.BytesIO(b"v" * (3 << 20)), tmp_path / "deep" / "clip.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "deep").iterdir()) == []
