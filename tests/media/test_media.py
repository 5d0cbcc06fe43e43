"""A file is looked at before it is sent, what is wrong with it is a plain sentence, and the repair of it is exact."""

from __future__ import annotations

import io
import re
import resource
import subprocess
import sys
import threading
import wave
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
from kling.media import LIMITS, Convert, Crop, Media, Pad, Problem, Purpose, Scale, Shrink, Trim, child_process
from tests.media.samples import clip, picture, shade_at, turned

VIDEO = Media("mp4", True, "video/mp4", 720, 1280, 1000, 5.0, 30.0, "h264")
PICTURE = Media("jpeg", False, "image/jpeg", 400, 600, 1000, codec="jpeg")


@pytest.fixture(scope="module")
def dance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds with sound, a key frame each second."""
    return clip(tmp_path_factory.mktemp("media") / "dance.mp4", 4.0, sound=True)


def shades(path: Path) -> list[int]:
    """The grey in the middle of each frame."""
    with av.open(str(path)) as container:
        found = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    return [int(each[each.shape[0] // 2, each.shape[1] // 2]) for each in found]


def grey(jpeg: bytes) -> int:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    middle = image.convert("L").getpixel((image.width // 2, image.height // 2))
    assert isinstance(middle, int)
    return middle


def metadata(data: bytes) -> dict[int, Any]:
    return dict(Image.open(io.BytesIO(data)).getexif())


# What a file is


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
        (b"", "empty"),
        (b"not a picture at all", "cannot be read"),
        (picture()[:900], "cannot be read"),
        (picture(13_000, 13_000, "PNG"), "too large"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 100, "This is a video"),
    ],
    ids=["empty", "text", "truncated", "huge sides", "a video"],
)
def test_a_picture_that_cannot_be_used_is_refused_in_plain_words(data: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        media.inspect(data)
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
        (b"plain text", "cannot be read"),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n", "cannot be read"),
        (b"ffconcat version 1.0\nfile /etc/hostname\n", "cannot be read"),
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


# What is wrong with it


def changed(base: Media, **more: Any) -> Media:
    return Media(**{**vars(base), **more})


@pytest.mark.parametrize(
    ("found", "purpose"),
    [
        (PICTURE, "picture"),
        (changed(PICTURE, kind="png"), "cover"),
        (changed(PICTURE, width=400, height=1000), "picture"),
        (changed(PICTURE, width=400, height=2000), "cover"),
        (VIDEO, "template motion"),
        (changed(VIDEO, width=1920, height=1080, kind="mov", seconds=10.0), "template motion"),
        (changed(VIDEO, width=1280, height=500, seconds=2.0), "template motion"),
        (changed(VIDEO, width=340, height=3850, seconds=30.0, codec="hevc"), "reference motion"),
    ],
)
def test_what_kling_takes_has_no_problem(found: Media, purpose: Purpose) -> None:
    assert media.problems(found, purpose) == []


@pytest.mark.parametrize(
    ("found", "purpose", "words", "fixes"),
    [
        (changed(PICTURE, kind="webp"), "picture", "PNG and JPEG", (Convert(),)),
        (changed(PICTURE, width=299), "picture", "at least 300", (Scale(300),)),
        (changed(PICTURE, height=1001), "picture", "2.5 times", (Crop(2.5), Pad(2.5))),
        (changed(PICTURE, size=10 * 1024 * 1024 + 1), "cover", "10 MB", (Shrink(10 * 1024 * 1024),)),
        (changed(PICTURE, is_turned=True), "picture", "on its side", (Convert(),)),
        (VIDEO, "picture", "not a picture", ()),
        (PICTURE, "template motion", "not a video", ()),
        (changed(VIDEO, seconds=1.9), "template motion", "2 to 10 seconds", ()),
        (changed(VIDEO, seconds=10.1), "template motion", "2 to 10 seconds", (Trim(0.0, 10.0),)),
        (changed(VIDEO, seconds=2.9), "reference motion", "3 to 30 seconds", ()),
        (changed(VIDEO, seconds=31.0), "reference motion", "3 to 30 seconds", (Trim(0.0, 30.0),)),
        (changed(VIDEO, width=480, height=640), "template motion", "720p and 1080p", (Scale(720),)),
        (changed(VIDEO, width=3840, height=2160), "template motion", "720p and 1080p", (Scale(1080),)),
        (changed(VIDEO, width=339), "reference motion", "340 to 3850", (Scale(720),)),
        (changed(VIDEO, width=100, height=3000), "reference motion", "340 to 3850", ()),
        (changed(VIDEO, size=101 * 1024 * 1024), "template motion", "100 MB", (Shrink(100 * 1024 * 1024),)),
        (changed(VIDEO, kind="webm"), "template motion", "MP4 and MOV", (Convert(),)),
        (changed(VIDEO, codec="vp9"), "reference motion", "VP9", (Convert(),)),
    ],
)
def test_each_documented_limit_is_a_sentence_with_its_repair(
    found: Media, purpose: Purpose, words: str, fixes: tuple[Any, ...]
) -> None:
    [problem] = media.problems(found, purpose)
    assert words in problem.what
    assert problem.what.endswith(".")
    assert problem.fixes == fixes


def test_every_limit_names_its_source() -> None:
    assert all(limits.source for limits in LIMITS.values())


@settings(max_examples=25)
@given(
    width=st.integers(20, 1200),
    height=st.integers(20, 1200),
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "BMP"]),
    choose=st.integers(0, 1),
)
def test_any_picture_is_right_once_its_problems_are_repaired(width: int, height: int, kind: str, choose: int) -> None:
    data = picture(width, height, kind)
    for _ in range(3):
        found: list[Problem] = media.problems(media.inspect(data), "picture")
        if not found:
            return
        data = media.repair_picture(data, [each.fixes[min(choose, len(each.fixes) - 1)] for each in found])
    assert media.problems(media.inspect(data), "picture") == []


# Repair


def test_a_repaired_picture_is_an_upright_jpeg_that_keeps_place_and_camera_to_itself() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Telephone 12"
    exif.get_ifd(0x8825)[1] = "N"
    lying = Image.new("RGB", (600, 400), "white")
    lying.paste("black", (0, 0, 100, 400))
    buffer = io.BytesIO()
    lying.save(buffer, "JPEG", exif=exif)
    done = media.repair_picture(buffer.getvalue(), [Convert()])
    assert metadata(done) == {}
    image = Image.open(io.BytesIO(done)).convert("L")
    assert (image.format, image.size) == (None, (400, 600))
    assert image.getpixel((200, 50)) == 0
    assert image.getpixel((200, 550)) == 255


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA", "CMYK", "I;16", "1", "L"])
def test_a_picture_of_any_colours_becomes_a_jpeg(mode: str) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (400, 600)).save(buffer, "TIFF" if mode in ("CMYK", "I;16") else "PNG")
    found = media.inspect(media.repair_picture(buffer.getvalue(), [Convert()]))
    assert (found.kind, found.width, found.height) == ("jpeg", 400, 600)


def test_what_was_transparent_becomes_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(buffer, "PNG")
    assert grey(media.repair_picture(buffer.getvalue(), [Convert()])) == 255


def test_a_picture_is_shrunk_under_its_limit() -> None:
    noise = Image.effect_noise((1500, 1500), 90).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "PNG")
    done = media.repair_picture(buffer.getvalue(), [Shrink(200_000)])
    assert len(done) <= 200_000
    assert media.inspect(done).kind == "jpeg"


@pytest.mark.parametrize(
    ("fix", "size"), [(Crop(2.5), (1000, 400)), (Pad(2.5), (1200, 480)), (Scale(800), (2400, 800))]
)
def test_a_picture_gets_the_shape_and_size_asked_for(fix: Any, size: tuple[int, int]) -> None:
    found = media.inspect(media.repair_picture(picture(1200, 400), [fix]))
    assert (found.width, found.height) == size


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


# Frames


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


# The child


def test_a_large_file_is_looked_at_in_little_memory(tmp_path: Path) -> None:
    path = clip(tmp_path / "large.mp4", 2.0, 180, 320)
    with path.open("r+b") as file:  # a box that nobody reads makes it large
        file.seek(0, 2)
        file.write((100 * 1024 * 1024).to_bytes(4, "big") + b"free")
        file.truncate(path.stat().st_size + 100 * 1024 * 1024)
    media.inspect(clip(tmp_path / "small.mp4", 2.0, 180, 320))
    with child_process._children.one() as child:
        before = peak(child.process.pid)
    assert media.inspect(path).size > 100 * 1024 * 1024
    with child_process._children.one() as child:
        assert peak(child.process.pid) - before < 64 * 1024


def peak(pid: int) -> int:
    """The most memory a process has had, in kB."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0])


def spin() -> None:
    while True:
        pass


def swell() -> int:
    return len(bytearray(child_process.MEMORY))


def die() -> None:
    raise SystemExit


def chatter() -> str:
    print("a library that talks")
    return "done"


@pytest.mark.parametrize(("function", "seconds"), [(spin, 1.0), (swell, 20.0), (die, 20.0)])
def test_what_takes_too_much_is_a_sentence_and_the_next_file_is_read(function: Any, seconds: float) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        child_process.run(function, cpu_seconds=seconds)
    assert media.inspect(picture()).kind == "jpeg"


def test_what_a_library_prints_does_not_get_between() -> None:
    assert child_process.run(chatter) == "done"


def test_many_at_once_each_get_their_own_answer() -> None:
    found: dict[int, int] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: media.inspect(picture(300 + n, 400)).width}))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: 300 + n for n in range(8)}


def test_children_end_with_whoever_started_them() -> None:
    code = (
        "import os; from kling.media.child_process import run; print(run(os.getpid), flush=True);"
        " os.kill(os.getpid(), 9)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=child_process.ROOT, timeout=60
    )
    status = Path(f"/proc/{int(said.stdout)}/status")
    for _ in range(3000):
        if not status.exists() or "\nState:\tZ" in status.read_text():
            return
        threading.Event().wait(0.01)
    pytest.fail("the child goes on")


# Keeping it


def test_a_disk_that_takes_no_more_is_a_sentence_and_leaves_no_file(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(InvalidInput, match="Nothing was sent"):
            media.spool(io.BytesIO(b"v" * (3 << 20)), tmp_path / "deep" / "clip.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "deep").iterdir()) == []
