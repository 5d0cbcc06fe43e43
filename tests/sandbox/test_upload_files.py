"""Uploads: what is taken and what is refused, and that neither memory nor disk fills up."""

import errno
import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image

from kling.sandbox.api import request_body, upload_intake
from tests.sandbox.calls import fetch, files, listed
from tests.sandbox_server import Sandbox, jpeg, mp4, ok, picture, png, refusal, wav

# What is taken


@pytest.mark.parametrize(("data", "kind", "ending"), [(jpeg(), "image/jpeg", ".jpg"), (png(), "image/png", ".png")])
def test_a_picture_is_answered_with_its_link(sandbox: Sandbox, data: bytes, kind: str, ending: str) -> None:
    answer = ok(sandbox.upload(data, kind))
    assert answer == {"status": 3, "url": answer["url"], "message": "", "fileName": answer["fileName"]}
    assert answer["url"] == f"{sandbox.origin}/media/{answer['fileName']}"
    assert answer["fileName"].endswith(ending)
    got = fetch(answer["url"])
    assert got.content == data
    assert got.headers["Content-Type"] == kind


@pytest.mark.parametrize(("kind", "ending"), [("video/mp4", ".mp4"), ("video/quicktime", ".mov")])
def test_a_video_is_answered_with_its_link_and_a_cover(sandbox: Sandbox, kind: str, ending: str) -> None:
    answer = ok(sandbox.upload(mp4(), kind))
    assert set(answer) == {"status", "resourceUrl", "coverUrl", "fileName", "message"}
    assert (answer["status"], answer["message"]) == (1, "")
    assert answer["resourceUrl"] == f"{sandbox.origin}/media/{answer['fileName']}"
    assert answer["fileName"].endswith(ending)
    got = fetch(answer["resourceUrl"])
    assert got.content == mp4()
    assert got.headers["Content-Type"] == kind
    cover = Image.open(io.BytesIO(fetch(answer["coverUrl"]).content))
    assert cover.format == "JPEG"
    assert cover.height / cover.width == pytest.approx(1280 / 720, rel=0.01)


def test_a_sound_is_answered_with_its_link(sandbox: Sandbox) -> None:
    answer = ok(sandbox.upload(wav(), "audio/wav"))
    assert answer == {"status": 1, "url": answer["url"], "message": "", "fileName": answer["fileName"]}
    assert fetch(answer["url"]).content == wav()


def test_a_content_type_may_carry_parameters(sandbox: Sandbox) -> None:
    assert sandbox.upload(jpeg(), "Image/JPEG; charset=binary").status_code == 200


def test_the_path_works_without_its_slash(sandbox: Sandbox) -> None:
    headers = {"Content-Type": "image/jpeg"}
    assert sandbox.call("POST", "/assets", data=jpeg(), headers=headers).status_code == 200


def test_a_picture_on_its_side_is_taken_upright(sandbox: Sandbox) -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (500, 320), "teal").save(file, "JPEG", exif=exif)
    ok(sandbox.upload(file.getvalue(), "image/jpeg"))
    [asset] = listed(sandbox)
    assert (asset["resource"]["width"], asset["resource"]["height"]) == (320, 500)


# What is refused


@pytest.mark.parametrize("kind", ["image/gif", "application/json", "text/plain", "video/webm", "multipart/form-data"])
def test_other_content_types_are_refused_in_the_documented_words(sandbox: Sandbox, kind: str) -> None:
    assert refusal(sandbox.upload(jpeg(), kind)) == (
        400,
        f"Content-Type {kind} is not supported. Valid values: image/png, image/jpeg, video/mp4, "
        "video/quicktime, audio/wav, audio/wave, audio/mpeg, audio/mp4, audio/flac, audio/aac, audio/ogg",
    )


def small_video(**size: int) -> bytes:
    return mp4(1.0, **size)


REFUSED = [
    (b"", "image/jpeg", "empty"),
    (b"GIF89a" + bytes(100), "image/jpeg", "cannot be read as image"),
    (jpeg(299, 500), "image/jpeg", "at least 300 px on each side"),
    (png(500, 299), "image/png", "at least 300 px on each side"),
    (picture("JPEG", 2000, 2000, "teal")[:9000], "image/jpeg", "cannot be read as image"),
    (mp4(), "image/jpeg", "cannot be read as image"),
    (jpeg(), "video/mp4", "cannot be read as video"),
    (b"nonsense" * 100, "video/mp4", "cannot be read as video"),
    (mp4()[:1500], "video/mp4", "cannot be read as video"),
    (wav(), "video/mp4", "cannot be read as video"),
    (b"#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n", "video/mp4", "cannot be read as video"),
    (wav(31.0), "audio/wav", "up to 30 seconds"),
    (mp4(), "audio/mp4", "cannot be read as audio"),
    (b"nonsense" * 100, "audio/wav", "cannot be read as audio"),
]


@pytest.mark.parametrize(("data", "kind", "words"), REFUSED)
def test_what_a_file_is_not_is_refused_and_leaves_nothing(sandbox: Sandbox, data: bytes, kind: str, words: str) -> None:
    status, said = refusal(sandbox.upload(data, kind))
    assert status == 400
    assert words in said
    assert files(sandbox) == []
    assert listed(sandbox) == []


@pytest.mark.parametrize(
    ("width", "height", "status"),
    [(640, 360, 400), (1280, 720, 200), (1920, 816, 200), (1080, 1920, 200), (2160, 3840, 400), (1280, 300, 400)],
)
def test_videos_are_of_720p_to_1080p(sandbox: Sandbox, width: int, height: int, status: int) -> None:
    answer = sandbox.upload(small_video(width=width, height=height, fps=2), "video/mp4")
    assert answer.status_code == status
    if status == 400:
        assert "720p or 1080p" in answer.json()["error"]


def test_a_picture_of_too_many_pixels_is_refused_by_its_header(sandbox: Sandbox) -> None:
    file = io.BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    assert refusal(sandbox.upload(file.getvalue(), "image/png")) == (400, "The image has too many pixels")


def pieces(size: int, piece: int = 1 << 16) -> Iterator[bytes]:
    for _ in range(size // piece):
        yield bytes(piece)


@pytest.mark.parametrize(("kind", "limit"), [("image/png", 10), ("video/mp4", 100), ("audio/flac", 20)])
def test_too_large_is_refused_before_it_is_sent_whole(sandbox: Sandbox, kind: str, limit: int) -> None:
    """By the length it announces; only the head is sent."""
    at = urlsplit(sandbox.origin)
    head = (
        f"POST /v1/kling/assets/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {limit * (1 << 20) + 1}\r\n\r\n"
    )
    written: list[Path] = []

    async def write(path: Path, *_: object) -> int:
        written.append(path)
        return 0

    async def drain(_: object) -> None:
        """Nothing more will come."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upload_intake, "write", write)
        patch.setattr(request_body, "drain", drain)
        with socket.create_connection((at.hostname or "", at.port or 0), timeout=30) as connection:
            connection.sendall(head.encode())
            assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")
    assert written == []


def test_too_large_is_refused_in_words_one_can_read(sandbox: Sandbox) -> None:
    answer = sandbox.upload(bytes((10 << 20) + 1), "image/png")
    assert refusal(answer) == (400, "The file is too large, image files may have up to 10 MB")
    assert files(sandbox) == []


def test_a_length_that_is_not_announced_is_counted(sandbox: Sandbox) -> None:
    answer = sandbox.upload(pieces(12 << 20), "image/png")
    assert refusal(answer) == (400, "The file is too large, image files may have up to 10 MB")
    assert files(sandbox) == []


def test_an_upload_without_length_is_taken(sandbox: Sandbox) -> None:
    data = jpeg()
    answer = ok(sandbox.upload((data[n : n + 500] for n in range(0, len(data), 500)), "image/jpeg"))
    assert fetch(answer["url"]).content == data


def test_a_wrong_token_is_refused_after_a_large_body_too(sandbox: Sandbox) -> None:
    answer = requests.post(
        f"{sandbox.url}/assets/",
        data=pieces(30 << 20),
        headers={"Content-Type": "video/mp4", "Authorization": "Bearer wrong"},
        timeout=30,
    )
    assert answer.status_code == 401


def test_an_upload_that_breaks_off_leaves_no_file(sandbox: Sandbox) -> None:
    began, gone = threading.Event(), threading.Event()
    unlink = Path.unlink

    def watch(path: Path, missing_ok: bool = False) -> None:
        unlink(path, missing_ok)
        gone.set()

    at = urlsplit(sandbox.origin)
    head = (
        f"POST /v1/kling/assets/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.token}\r\n"
        "Content-Type: video/mp4\r\nContent-Length: 50000000\r\n\r\n"
    )
    put = upload_intake.put

    def put_and_tell(file: Any, piece: bytes) -> None:
        put(file, piece)
        began.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upload_intake, "put", put_and_tell)
        patch.setattr(Path, "unlink", watch)
        with socket.create_connection((at.hostname or "", at.port or 0), timeout=30) as connection:
            connection.sendall(head.encode() + bytes(3 << 20))
            assert began.wait(10)
            assert len(files(sandbox)) == 1
        assert gone.wait(10)
    assert files(sandbox) == []


def test_a_full_disk_is_a_sentence(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: Any, piece: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(upload_intake, "put", full)
    status, said = refusal(sandbox.upload(jpeg(), "image/jpeg"))
    assert (status, "no room left" in said) == (507, True)
    assert files(sandbox) == []


def test_a_large_upload_is_never_held_in_memory(sandbox: Sandbox) -> None:
    """Thirty megabytes pass in pieces of about one."""
    largest: list[int] = []
    put = upload_intake.put

    def measure(file: Any, piece: bytes) -> None:
        largest.append(len(piece))
        put(file, piece)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upload_intake, "put", measure)
        assert sandbox.upload(pieces(30 << 20), "video/mp4").status_code == 400
    assert sum(largest) == 30 << 20
    assert max(largest) < 2 << 20
