"""The archive in a bucket, by the real protocol of S3, also where the connection is cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from kling.archive import Archive, ArchiveFile, Missing, StorageFault, files, open_files
from kling.sandbox import serve
from kling.store import Store
from pages.server.archive_files import attachment_for, file_answer
from pages.ui.session import shared
from tests.archive.made_up import fill
from tests.processes import free_port

NOW = 1_800_000_000.0


class Cutting:
    """A way to the server on which connections are cut after so many bytes, as often as is wanted."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.cuts = 0
        self.after = 100_000
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = socket.create_connection(("127.0.0.1", self._target))
                self._open += [here, there]
                for pair in ((here, there), (there, here)):
                    self._threads.append(threading.Thread(target=self._pass_on, args=pair))
                    self._threads[-1].start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while piece := source.recv(65_536):
                passed += len(piece)
                if passed > self.after and self.cuts:
                    self.cuts -= 1
                    break
                sink.sendall(piece)
        self._end(source, sink)

    def _end(self, *ended: socket.socket) -> None:
        for each in ended:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._end(self._listener, *self._open)
        for thread in self._threads:
            thread.join()
        for each in (self._listener, *self._open):
            each.close()


@pytest.fixture(scope="module")
def s3() -> Iterator[int]:
    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    yield port
    server.stop()


@pytest.fixture
def line(s3: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cutting]:
    """The way to a bucket called `kept`."""
    line = Cutting(s3)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{line.port}",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{s3}")
    client.create_bucket(Bucket="kept")
    yield line
    line.close()
    for each in client.list_objects_v2(Bucket="kept").get("Contents", []):
        client.delete_object(Bucket="kept", Key=each["Key"])
    client.close()


@pytest.fixture
def archive(line: Cutting, tmp_path: Path) -> Archive:
    return Archive(Store(f"sqlite:///{tmp_path}/orders.sqlite"), "kling", open_files("s3://kept/of/ours", tmp_path))


def test_files_go_into_a_bucket_and_browsers_get_short_links(archive: Archive) -> None:
    video = bytes(range(256)) * 20_000
    [task_id, _] = fill(archive, 2, NOW, {"video": video, "cover": b"cover"})
    file = archive.file_of(task_id, "video")
    assert file is not None
    assert b"".join(archive.pieces(file, 5, 4_500_000)) == video[5:4_500_000]
    assert archive.path_of(file) is None
    link = archive.link_to(file) or ""
    answer = requests.get(link, headers={"Range": "bytes=10-19"}, timeout=30)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (206, video[10:20], "video/mp4")
    assert "Expires=900" in link
    assert requests.get(link.partition("?")[0], timeout=30).status_code == 403
    assert sorted(stored.size for stored in archive.files.all()) == [5, len(video)]
    archive.files.delete(files.name_of(file))
    with pytest.raises(Missing):
        list(archive.pieces(file))


def test_what_is_taken_home_out_of_a_bucket_has_a_name_that_people_gave(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = bytes(range(256)) * 40_000
    noted: list[str] = []
    one, other = fill(archive, 2, NOW, {"video": video})
    monkeypatch.setattr(shared, "archive", lambda: archive)

    def answer(request: Request) -> Response:
        attachment = attachment_for(request, lambda _: "änna-wave", lambda: noted.append(request.path_params["id"]))
        return file_answer(request.path_params["id"], "video", {}, attachment)

    app = Starlette(routes=[Route("/{id}", answer)])
    with TestClient(app, follow_redirects=False) as browser:
        assert browser.get(f"/{one}").status_code == 307  # looked at
        asked = browser.head(f"/{one}?download=1")
        assert (asked.status_code, asked.headers["content-length"], noted) == (200, str(len(video)), [])
        taken = browser.get(f"/{one}?download=1")
        assert taken.headers["content-disposition"] == "attachment; filename*=utf-8''%C3%A4nna-wave.mp4"
        assert (taken.status_code, taken.content, noted) == (200, video, [one])
        file = archive.file_of(other, "video")
        assert file is not None
        archive.files.delete(files.name_of(file))
        assert browser.get(f"/{other}?download=1").status_code == 503
    assert noted == [one]


@pytest.mark.parametrize("size", [1_000_000, files.ONE_REQUEST_BYTES + 1_000_000])
def test_a_cut_connection_does_not_stop_a_file(archive: Archive, line: Cutting, tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256)
    path, file = tmp_path / "file", ArchiveFile("ab" * 32, len(content), "video/mp4")
    path.write_bytes(content)
    line.cuts = 2
    archive.files.put(path, file)
    assert line.cuts == 0
    line.cuts = 2
    assert b"".join(archive.files.pieces(file)) == content
    assert line.cuts == 0
    assert not path.exists()


def test_the_same_file_is_written_once(archive: Archive, tmp_path: Path) -> None:
    file = ArchiveFile("cd" * 32, 5, "image/jpeg")
    for content in (b"first", b"other"):
        (tmp_path / "file").write_bytes(content)
        archive.files.put(tmp_path / "file", file)
    assert b"".join(archive.files.pieces(file)) == b"first"


def test_a_bucket_that_is_away_is_a_fault_and_keeps_the_file(
    archive: Archive, line: Cutting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setitem(files.RETRIES, "max_retries", 0)
    away = open_files("s3://kept/of/ours", tmp_path)
    (tmp_path / "file").write_bytes(b"video")
    with pytest.raises(StorageFault):
        away.put(tmp_path / "file", ArchiveFile("ef" * 32, 5, "video/mp4"))
    assert (tmp_path / "file").read_bytes() == b"video"


def test_a_bucket_that_goes_away_while_a_file_is_taken_home_ends_the_connection_and_is_one_line_in_the_log(
    line: Cutting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(files.RETRIES, "max_retries", 0)
    archive = Archive(Store(f"sqlite:///{tmp_path}/orders.sqlite"), "kling", open_files("s3://kept/of/ours", tmp_path))
    monkeypatch.setattr(shared, "archive", lambda: archive)
    [task_id] = fill(archive, 1, NOW, {"video": bytes(2 * files.PIECE)})

    def answer(request: Request) -> Response:
        attachment = attachment_for(request, lambda _: "wave", lambda: setattr(line, "cuts", 1000))
        return file_answer(task_id, "video", {}, attachment)

    with serve(Starlette(routes=[Route("/", answer)])) as origin, requests.Session() as browser:
        taken = browser.get(f"{origin}/?download=1", stream=True, timeout=30)
        assert taken.status_code == 200
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
            _ = taken.content
    line.cuts = 0
    assert [each.message for each in caplog.records if each.name.startswith("pages.")] == [
        "a download broke off, the archive cannot be read: GenericError"
    ]
    assert not [each for each in caplog.records if each.exc_info]
