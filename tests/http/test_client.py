"""The client against exact requests, over real HTTP, and against everything that can go wrong on the way."""

import gzip
import io
import json
import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from kling import (
    ApiError,
    BadRequest,
    InvalidInput,
    KlingClient,
    KlingError,
    MotionCreateRequest,
    MotionUploadRequest,
    NotConfigured,
    RateLimited,
    ReferenceMotionRequest,
    Refused,
    ServerError,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)
from kling.http import retries
from tests.recorder import Behaviour, Recorder, answer, drop, hang, recording, then_close

TOKEN = "user:1234-s3cretPart+/x"
TASK = {"task": {"id": 123456789}, "status_name": "submitted", "status_final": False}
VIDEO = MotionCreateRequest(work_id=-123456, image="https://x.y/p.jpg")
MOTION = MotionUploadRequest(resource_url="https://x.y/v.mp4", cover_url="https://x.y/c.jpg")
Call = Callable[[KlingClient], Any]


@pytest.fixture
def upstream() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries.GET_AGAIN, "backoff_factor", 0.001)


@pytest.fixture
def client(upstream: Recorder) -> Iterator[KlingClient]:
    client = quick(upstream.url)
    yield client
    client.close()


def quick(url: str, account: str | None = None, seconds: float = 5.0) -> KlingClient:
    return KlingClient(TOKEN, url, account, read_seconds=seconds, upload_seconds=seconds, connect_seconds=seconds)


def picture() -> io.BytesIO:
    return io.BytesIO(b"\x89PNG and more")


EVERY_POST: dict[str, Call] = {
    "upload_asset": lambda client: client.upload_asset(picture(), "image/png"),
    "upload_motion": lambda client: client.upload_motion(MOTION),
    "create_motion_video": lambda client: client.create_motion_video(VIDEO),
}
EVERY_DELETE: dict[str, Call] = {
    "delete_task": lambda client: client.delete_task(123),
    "delete_uploads": lambda client: client.for_account("me@x.y").delete_uploads([1, "2"]),
    "stop_tracking": lambda client: client.stop_tracking("job 1/2"),
}
EVERY_GET: dict[str, Call] = {
    "list_accounts": lambda client: client.list_accounts(),
    "get_account": lambda client: client.get_account("a@b.c"),
    "get_capacity": lambda client: client.get_capacity(),
    "list_uploads": lambda client: client.list_uploads(),
    "list_motions": lambda client: client.list_motions(),
    "list_elements": lambda client: client.list_elements(),
    "list_tasks": lambda client: client.list_tasks(),
    "get_task": lambda client: client.get_task(123456789),
    "get_download": lambda client: client.get_download([7]),
}
ALL = EVERY_POST | EVERY_DELETE | EVERY_GET
ONCE = EVERY_POST | EVERY_DELETE
posts = pytest.mark.parametrize("call", EVERY_POST.values(), ids=EVERY_POST)
gets = pytest.mark.parametrize("call", EVERY_GET.values(), ids=EVERY_GET)
once = pytest.mark.parametrize("call", ONCE.values(), ids=ONCE)
every = pytest.mark.parametrize("call", ALL.values(), ids=ALL)


# --- exact requests -------------------------------------------------------------------------------------------

EXACT: list[tuple[Call, Any, str]] = [
    (EVERY_GET["list_accounts"], {"a@b.c": {}}, "GET /accounts"),
    (EVERY_GET["get_account"], {"email": "a@b.c"}, "GET /accounts/a@b.c"),
    (lambda client: client.get_account("a/../b?c"), {"email": "a"}, "GET /accounts/a%2F..%2Fb%3Fc"),
    (EVERY_GET["get_capacity"], {"available": []}, "GET /scheduler/available"),
    (EVERY_DELETE["stop_tracking"], {}, "DELETE /scheduler/job%201%2F2"),
    (EVERY_POST["upload_asset"], {"url": "https://x.y/1.jpg"}, "POST /assets/?email=me%40x.y"),
    (
        EVERY_GET["list_uploads"],
        {"uploadAssetsList": []},
        "GET /assets/uploaded/?email=me%40x.y&pageNum=1&pageSize=20",
    ),
    (
        lambda client: client.list_uploads(2, 50, "image", "a b.jpg", "createTime"),
        {"uploadAssetsList": []},
        "GET /assets/uploaded/?email=me%40x.y&pageNum=2&pageSize=50&contentType=image&fileName=a+b.jpg&sort=createTime",
    ),
    (EVERY_DELETE["delete_uploads"], {}, "DELETE /assets/uploaded/?email=me%40x.y&id=1%2C2"),
    (
        lambda client: client.delete_uploads([-9007199254740993, "motion_12345", "007"]),
        {},
        "DELETE /assets/uploaded/?email=me%40x.y&id=-9007199254740993%2Cmotion_12345%2C007",
    ),
    (
        EVERY_GET["get_download"],
        {"cdnUrl": "https://x.y/1.mp4"},
        "GET /assets/download?email=me%40x.y&workIds=7&fileTypes=MP4",
    ),
    (
        lambda client: client.get_download([7, "8"], ("MP4", "PNG")),
        {"cdnUrl": "https://x.y/1.zip"},
        "GET /assets/download?email=me%40x.y&workIds=7%2C8&fileTypes=MP4%2CPNG",
    ),
    (EVERY_GET["list_motions"], [], "GET /videos/motions?email=me%40x.y"),
    (
        lambda client: client.list_motions(mine=True),
        [],
        "GET /videos/motions?email=me%40x.y&mine=true&pageNum=1&pageSize=40",
    ),
    (
        lambda client: client.list_motions(True, 3, 100),
        [],
        "GET /videos/motions?email=me%40x.y&mine=true&pageNum=3&pageSize=100",
    ),
    (
        EVERY_GET["list_elements"],
        {"elementsList": []},
        "GET /elements/?email=me%40x.y&pageNum=1&pageSize=50",
    ),
    (
        lambda client: client.list_elements(2, 100),
        {"elementsList": []},
        "GET /elements/?email=me%40x.y&pageNum=2&pageSize=100",
    ),
    (EVERY_POST["upload_motion"], TASK, "POST /videos/motion-upload"),
    (EVERY_POST["create_motion_video"], TASK, "POST /videos/motion-create"),
    (EVERY_GET["list_tasks"], {"history": []}, "GET /tasks?email=me%40x.y"),
    (
        lambda client: client.list_tasks("video", 100, created_before=1745376611075),
        {"history": []},
        "GET /tasks?email=me%40x.y&contentType=video&pageSize=100&createdBefore=1745376611075",
    ),
    (
        lambda client: client.list_tasks(created_after=5),
        {"history": []},
        "GET /tasks?email=me%40x.y&createdAfter=5",
    ),
    (EVERY_GET["get_task"], TASK, "GET /tasks/123456789?email=me%40x.y"),
    (lambda client: client.get_task("9007199254740993"), TASK, "GET /tasks/9007199254740993?email=me%40x.y"),
    (EVERY_DELETE["delete_task"], {"deleted": 1}, "DELETE /tasks/123?email=me%40x.y"),
]


@pytest.mark.parametrize(("call", "body", "line"), EXACT, ids=[line for _, _, line in EXACT])
def test_the_exact_request(upstream: Recorder, client: KlingClient, call: Call, body: Any, line: str) -> None:
    upstream.will(answer(200, body))
    call(client.for_account("me@x.y"))
    (seen,) = upstream.seen
    method, path = line.split(" ", 1)
    assert (seen.method, seen.target) == (method, f"/v1/kling{path}")
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert "cookie" not in seen.headers


def test_without_an_account_no_email_is_sent(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, TASK))
    client.get_task(1)
    client.create_motion_video(VIDEO)
    assert upstream.seen[0].target == "/v1/kling/tasks/1"
    assert upstream.seen[1].json == {"workId": -123456, "image": "https://x.y/p.jpg"}


def test_the_account_goes_into_the_body_unless_the_request_names_one(upstream: Recorder) -> None:
    upstream.will(answer(200, TASK))
    client = quick(upstream.url, account="me@x.y")
    client.create_motion_video(VIDEO)
    client.create_motion_video(VIDEO.model_copy(update={"email": "other@x.y"}))
    client.upload_motion(MOTION)
    assert [seen.json["email"] for seen in upstream.seen] == ["me@x.y", "other@x.y", "me@x.y"]
    assert all(seen.headers["content-type"] == "application/json" for seen in upstream.seen)
    assert upstream.seen[2].json == {
        "email": "me@x.y",
        "resourceUrl": "https://x.y/v.mp4",
        "coverUrl": "https://x.y/c.jpg",
    }


def test_a_reference_video_goes_to_the_same_path(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, TASK))
    request = ReferenceMotionRequest(image_url="https://x.y/p.jpg", motion_url="https://x.y/m.mp4", mode="pro")
    assert client.create_motion_video(request).id == 123456789
    assert upstream.seen[0].target == "/v1/kling/videos/motion-create"
    assert upstream.seen[0].json["motionUrl"] == "https://x.y/m.mp4"


@every
def test_cookies_netrc_and_redirects_play_no_part(
    upstream: Recorder, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client = quick(upstream.url)
    upstream.will(answer(302, b"", Location=upstream.url + "/elsewhere", Set_Cookie="a=b; Path=/"))
    for _ in range(2):
        with pytest.raises(ApiError) as caught:
            call(client)
        assert caught.value.status == 302
    assert [seen.headers["authorization"] for seen in upstream.seen] == [f"Bearer {TOKEN}"] * 2
    assert not any("cookie" in seen.headers for seen in upstream.seen)
    client.close()


# --- answers --------------------------------------------------------------------------------------------------


def test_accounts_come_by_e_mail(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"a@b.c": {"email": "a@b.c", "maxJobs": 5}, "d@e.f": None}))
    accounts = client.list_accounts()
    assert list(accounts) == ["a@b.c", "d@e.f"]
    assert accounts["a@b.c"].max_jobs == 5


def test_one_bad_task_does_not_hide_the_others(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"history": [TASK, None, {"task": "x"}, 3, {"task": {"id": 2, "createTime": 9}}]}))
    page = client.list_tasks()
    assert [task.id for task in page] == [123456789, None, None, None, 2]
    assert [task.is_readable for task in page] == [True, False, False, False, True]
    assert page.oldest == 9
    assert page.history is page


# As the vendor's page of January 2026 has it.
REFERENCE_MOTION = {
    "assetId": "motion_12345",
    "assetType": "MOTION",
    "url": "https://v15-kling.klingai.com/bs2/upload-ylab-stunt-sgp/.../motion.mp4",
    "coverUrl": "https://s15-kling.klingai.com/.../cover.jpg",
    "duration": 5760,
    "width": 720,
    "height": 1280,
    "hasAudio": True,
    "createTime": 1767669665000,
}


def test_the_documented_reference_motion_is_in_the_library(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, [REFERENCE_MOTION]))
    [motion] = client.list_motions()
    assert (motion.asset_id, motion.key, motion.is_reference) == ("motion_12345", "motion_12345", True)
    assert (motion.video_url, motion.duration, motion.has_audio) == (REFERENCE_MOTION["url"], 5760, True)


def test_no_motion_is_left_out_for_its_id(upstream: Recorder, client: KlingClient) -> None:
    link = "https://x.y/a.mp4"
    ids = ["motion_12345", "007", 9, -100000000000004, 9007199254740993, 7.0, None, "", 1.5, True, [1], {"a": 1}]
    listed = [{"assetId": each, "url": link} for each in ids] + [{"workId": -4}, {"workId": "four", "url": link}]
    upstream.will(answer(200, [*listed, {"url": f"{link}?signed=anew"}, {}, None]))
    motions = client.list_motions()
    known = ["motion_12345", "007", 9, -100000000000004, 9007199254740993, 7]
    assert [motion.asset_id for motion in motions] == [*known, *[None] * 9]
    assert [motion.key for motion in motions] == [*map(str, known), *[link] * 6, "-4", link, link]


def test_uploads_keep_their_ids_and_stay_without_one(upstream: Recorder, client: KlingClient) -> None:
    link = {"resource": "https://x.y/p.jpg?signed"}
    ids: list[Any] = ["1234567890", 5, "upload_1", None, []]
    listed = [{"id": each, "userId": "u1", "resource": link} for each in ids]
    upstream.will(answer(200, {"uploadAssetsList": listed}))
    uploads = client.list_uploads()
    assert [upload.id for upload in uploads] == ["1234567890", 5, "upload_1", None, None]
    assert [upload.key for upload in uploads] == ["1234567890", "5", "upload_1", *["https://x.y/p.jpg"] * 2]


def test_a_deletion_of_uploads_names_the_account_even_where_nobody_said_which(
    upstream: Recorder, client: KlingClient
) -> None:
    upstream.will(answer(200, {"only@x.y": {}}), answer(200))
    client.delete_uploads(["motion_12345"])
    assert upstream.seen[-1].target.endswith("/assets/uploaded/?email=only%40x.y&id=motion_12345")
    upstream.will(answer(200, {"a@x.y": {}, "b@x.y": {}}))
    with pytest.raises(InvalidInput):
        client.delete_uploads(["motion_12345"])
    assert upstream.seen[-1].method == "GET"


def uploads(*listed: tuple[Any, str]) -> Any:
    items = [{"id": each, "resource": {"resource": link}} for each, link in listed]
    return answer(200, {"uploadAssetsList": items})


def test_a_reference_motion_is_deleted_by_the_id_of_its_upload_whatever_its_own_is(
    upstream: Recorder, client: KlingClient
) -> None:
    upstream.will(
        uploads(("1", "https://x.y/other.mp4"), ("2", "https://x.y/more.mp4")),
        uploads(("869218167527833688", "https://x.y/motion.mp4?signed=before")),
        answer(200),
    )
    client.for_account("me@x.y").delete_reference_motion("https://x.y/motion.mp4?signed=anew")
    first, second, deletion = (seen.target for seen in upstream.seen)
    assert "pageNum=1&pageSize=100&contentType=video" in first
    assert "pageNum=2&pageSize=100&contentType=video" in second
    assert deletion.endswith("/assets/uploaded/?email=me%40x.y&id=869218167527833688")


@pytest.mark.parametrize(
    "listed",
    [(), (("5", "https://x.y/other.mp4"),), ((None, "https://x.y/motion.mp4"),)],
    ids=["no uploads", "one page again and again", "no id"],
)
def test_a_motion_whose_upload_cannot_be_found_is_left_and_said_so(
    upstream: Recorder, client: KlingClient, listed: tuple[tuple[Any, str], ...]
) -> None:
    upstream.will(uploads(*listed), uploads(*listed))
    with pytest.raises(InvalidInput, match="nothing was deleted"):
        client.delete_reference_motion("https://x.y/motion.mp4")
    assert {seen.method for seen in upstream.seen} == {"GET"}


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b'{"deleted":1,"workIds":["7"]}'])
def test_a_deletion_may_be_answered_with_nothing(upstream: Recorder, client: KlingClient, content: bytes) -> None:
    upstream.will(answer(200, content))
    for call in EVERY_DELETE.values():
        call(client)
    assert client.delete_task(1).work_ids in ([], [7])


def test_gzip_is_understood(upstream: Recorder, client: KlingClient) -> None:
    content = gzip.compress(json.dumps(TASK).encode())
    upstream.will(answer(200, content, Content_Encoding="gzip"))
    assert client.get_task(1).id == 123456789


def test_a_chunked_answer_is_understood(upstream: Recorder, client: KlingClient) -> None:
    content = json.dumps(TASK).encode()
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (content[:9], content[9:]))
    upstream.will(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n")
    assert client.get_task(1).id == 123456789


def test_odd_text_stays_printable(upstream: Recorder, client: KlingClient) -> None:
    body = b'\xef\xbb\xbf{"task":{"id":1},"message":"\\ud800 \\ud83d\\ude00 \xff","etaTime":NaN}'
    upstream.will(answer(200, body))
    task = client.get_task(1)
    assert task.message == "? \N{GRINNING FACE} \ufffd"
    assert task.eta_time is None
    task.to_json().encode()


def test_an_upload_tells_its_progress_and_its_length(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"status": 1, "resourceUrl": "https://x.y/v.mp4", "coverUrl": "https://x.y/c.jpg"}))
    content, told = bytes(range(256)) * 10_000, []
    file = io.BytesIO(content)
    file.seek(100)
    asset = client.upload_asset(file, "video/mp4", on_progress=lambda sent, total: told.append((sent, total)))
    (seen,) = upstream.seen
    assert seen.body == content
    assert seen.headers["content-length"] == "2560000"
    assert seen.headers["content-type"] == "video/mp4"
    assert "transfer-encoding" not in seen.headers
    assert told == [(1048576, 2560000), (2097152, 2560000), (2560000, 2560000)]
    assert (asset.url, asset.resource_url, asset.cover_url) == (None, "https://x.y/v.mp4", "https://x.y/c.jpg")


def test_a_fault_of_the_listener_stops_the_upload(upstream: Recorder, client: KlingClient) -> None:
    def cancel(sent: int, total: int) -> None:
        raise LookupError(sent)

    upstream.will(drop)
    with pytest.raises(LookupError, match="1048576"):
        client.upload_asset(io.BytesIO(b"x" * 3_000_000), "video/mp4", on_progress=cancel)


class ReadOnly:
    """A file that can do no more than it must; from `ends_at` on it gives nothing."""

    def __init__(self, content: bytes, ends_at: int) -> None:
        self._file, self._ends_at = io.BytesIO(content), ends_at
        self.seek = self._file.seek

    def read(self, size: int) -> bytes:
        return self._file.read(min(size, self._ends_at - self._file.tell()))


def test_a_file_that_can_only_read(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"url": "https://x.y/1.jpg"}))
    client.upload_asset(cast(BinaryIO, ReadOnly(b"12345" * 300_000, 1_500_000)), "video/mp4")
    assert upstream.seen[0].body == b"12345" * 300_000


def test_a_file_that_shrinks_ends_at_once(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(drop)
    with pytest.raises(InvalidInput):
        client.upload_asset(cast(BinaryIO, ReadOnly(b"12345", 3)), "video/mp4")


# --- refused before sending -----------------------------------------------------------------------------------

REFUSED: list[tuple[Call, str]] = [
    (lambda client: client.upload_asset(picture(), "image/gif"), "content_type"),
    (lambda client: client.upload_asset(io.BytesIO(), "image/png"), "file"),
    (lambda client: client.list_motions(page=0), "page"),
    (lambda client: client.list_motions(mine=True, page_size=101), "page_size"),
    (lambda client: client.list_tasks("film"), "content_type"),
    (lambda client: client.list_tasks(created_before=1, created_after=2), "created_after"),
    (lambda client: client.list_tasks(created_before="yesterday"), "created_before"),  # type: ignore[arg-type]
    (lambda client: client.get_task(1.5), "task_id"),  # type: ignore[arg-type]
    (lambda client: client.get_task(True), "task_id"),
    (lambda client: client.get_task("../accounts"), "task_id"),
    (lambda client: client.delete_task(""), "task_id"),
    (lambda client: client.get_download([]), "work_ids"),
    (lambda client: client.get_download([1], ("GIF",)), "file_types"),
    (lambda client: client.get_download([1], ()), "file_types"),
    (lambda client: client.delete_uploads(range(11)), "ids"),
    (lambda client: client.delete_uploads([]), "ids"),
    (lambda client: client.delete_uploads(["motion_1,motion_2"]), "ids"),
    (lambda client: client.delete_uploads([" "]), "ids"),
    (lambda client: client.delete_uploads([True]), "ids"),
    (lambda client: client.get_account(".."), "email"),
    (lambda client: client.stop_tracking(" "), "job_id"),
    (lambda client: client.fetch_media("file:///etc/passwd"), "url"),
]


@pytest.mark.parametrize(("call", "field"), REFUSED)
def test_refused_before_anything_is_sent(upstream: Recorder, client: KlingClient, call: Call, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        call(client)
    assert caught.value.field == field
    assert upstream.connections == 0


@pytest.mark.parametrize("token", [None, "", "  ", "user:1-a\nX: y", "user:1 a", "user:1-\N{SNOWMAN}", "user:1-\x7f"])
def test_a_token_that_cannot_be_sent(token: str | None) -> None:
    with pytest.raises(NotConfigured) as caught:
        KlingClient(token)
    assert not token or not token.strip() or token not in str(caught.value)


def test_a_token_is_trimmed(upstream: Recorder) -> None:
    upstream.will(answer(200, {}))
    KlingClient(f" {TOKEN}\n", upstream.url).list_accounts()
    assert upstream.seen[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("url", ["", "api.useapi.net", "ftp://x", "http://", "http://["])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(InvalidInput):
        KlingClient(TOKEN, url)


# --- what can go wrong: sent once, told apart, and the token in none of it --------------------------------------

UNREADABLE = {
    "html": b"<html><body>Bad gateway</body></html>",
    "empty": b"",
    "cut short": b'{"task": {"id": 12',
    "a number": b"12",
    "a text": b'"task"',
    "null": b"null",
    "an empty object": b"{}",
    "another object": b'{"tasks": 1, "url": null, "history": {}}',
    "a list of numbers": b"[1, 2]",
    "not text": b"\xff\xfe\x00\x01",
    "a tower": b"[" * 100_000,
    "a huge number": b'{"task": {"id": ' + b"1" * 5000 + b"}}",
}


@posts
def test_a_post_whose_answer_cannot_be_read(upstream: Recorder, client: KlingClient, call: Call) -> None:
    for content in UNREADABLE.values():
        upstream.will(answer(200, content))
        with pytest.raises(UnexpectedAnswer):
            call(client)
    assert len(upstream.seen) == len(UNREADABLE)


@pytest.mark.parametrize("status", [400, 404, 429, 500, 596, 600])
@every
def test_a_refusal_whose_words_cannot_be_read(upstream: Recorder, client: KlingClient, call: Call, status: int) -> None:
    for content in UNREADABLE.values():
        upstream.will(answer(status, content))
        with pytest.raises(ApiError) as caught:
            call(client)
        assert caught.value.status == status
    assert len(upstream.seen) == len(UNREADABLE)


@gets
def test_a_reading_whose_answer_cannot_be_read(upstream: Recorder, client: KlingClient, call: Call) -> None:
    for content in UNREADABLE.values():
        upstream.will(answer(200, content))
        try:
            call(client)
        except KlingError:
            continue
        assert content in (b"{}", UNREADABLE["another object"], b"[1, 2]")


@once
def test_a_dropped_connection_leaves_it_open_whether_it_arrived(
    upstream: Recorder, client: KlingClient, call: Call
) -> None:
    upstream.will(drop)
    with pytest.raises(Unreachable) as caught:
        call(client)
    assert caught.value.sent is None
    assert upstream.connections == len(upstream.seen) == 1


@once
def test_silence_leaves_it_open_whether_it_arrived(upstream: Recorder, call: Call) -> None:
    upstream.will(hang)
    with pytest.raises(Unreachable) as caught:
        call(quick(upstream.url, seconds=0.2))
    assert caught.value.sent is None
    assert upstream.connections == len(upstream.seen) == 1


@once
def test_an_answer_that_breaks_off_leaves_it_open(upstream: Recorder, client: KlingClient, call: Call) -> None:
    upstream.will(then_close(answer(200, TASK)[:-5]))
    with pytest.raises(Unreachable) as caught:
        call(client)
    assert caught.value.sent is None
    assert upstream.connections == len(upstream.seen) == 1


@posts
def test_a_refusal_that_breaks_off_is_still_a_refusal(upstream: Recorder, client: KlingClient, call: Call) -> None:
    upstream.will(then_close(answer(400, {"error": "Parameter workId is required"})[:-5]))
    with pytest.raises(BadRequest):
        call(client)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@once
def test_a_fault_upstream_is_not_tried_again(upstream: Recorder, client: KlingClient, call: Call, status: int) -> None:
    upstream.will(answer(status, {"error": "x"}, Retry_After="0"))
    with pytest.raises(ServerError):
        call(client)
    assert upstream.connections == len(upstream.seen) == 1


@every
def test_a_closed_port_means_not_sent(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        call(quick(f"http://127.0.0.1:{port}/v1"))
    assert caught.value.sent is False


@pytest.mark.parametrize("url", ["http://no-such-host.invalid", f"http://{'x' * 70}.invalid", "http://a..b/"])
@posts
def test_a_name_nobody_knows_means_not_sent(call: Call, url: str) -> None:
    with pytest.raises(Unreachable) as caught:
        call(quick(url))
    assert caught.value.sent is False


@posts
def test_a_connection_that_never_opens_means_not_sent(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port, waiting = listener.getsockname()[1], []
        for _ in range(3):  # fills the queue, so that the next one is not answered
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(("127.0.0.1", port))
        with pytest.raises(Unreachable) as caught:
            call(quick(f"http://127.0.0.1:{port}", seconds=0.2))
        assert caught.value.sent is False
        for each in waiting:
            each.close()


def test_a_post_never_uses_a_connection_from_before(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"history": []}), answer(200, TASK))
    client.list_tasks()
    client.create_motion_video(VIDEO)
    client.create_motion_video(VIDEO)
    assert upstream.connections == 3


def test_reading_uses_its_connection_again(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"history": []}))
    for _ in range(5):
        client.list_tasks()
    assert upstream.connections == 1


@gets
def test_reading_is_tried_twice_more(upstream: Recorder, client: KlingClient, call: Call) -> None:
    upstream.will(answer(503, b"<html>"))
    with pytest.raises(ServerError):
        call(client)
    assert len(upstream.seen) == 3


def test_reading_recovers_from_a_closed_connection(upstream: Recorder, client: KlingClient) -> None:
    history = answer(200, {"history": []})
    upstream.will(then_close(history), drop, history)
    assert client.list_tasks() == []
    assert client.list_tasks() == []


def test_reading_is_not_tried_again_after_a_time_out(upstream: Recorder) -> None:
    upstream.will(hang)
    with pytest.raises(Unreachable):
        quick(upstream.url, seconds=0.2).list_tasks()
    assert len(upstream.seen) == 1


def test_a_429_is_not_waited_for(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(429, {"error": "busy"}, Retry_After="30"))
    with pytest.raises(RateLimited) as caught:
        client.list_tasks()
    assert caught.value.retry_after == 30
    assert len(upstream.seen) == 1


def test_when_to_try_again_may_be_a_date(upstream: Recorder, client: KlingClient) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=100)
    upstream.will(
        answer(429, {"error": "busy"}, Retry_After=format_datetime(soon, usegmt=True)),
        answer(429, {"error": "busy", "retryAfter": soon.isoformat().replace("+00:00", "Z")}),
    )
    for _ in range(2):
        with pytest.raises(RateLimited) as caught:
            client.create_motion_video(VIDEO)
        assert caught.value.retry_after == pytest.approx(100, abs=20)


def test_too_much_is_not_read(upstream: Recorder, client: KlingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kling.client.ANSWER_BYTES", 1_000_000)
    upstream.will(answer(200, gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"))
    with pytest.raises(UnexpectedAnswer):
        client.list_tasks()
    with pytest.raises(UnexpectedAnswer):
        client.create_motion_video(VIDEO)


def test_an_answer_that_drips_is_given_up(upstream: Recorder) -> None:
    def drip(recorder: Recorder, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not recorder.closing.wait(0.05):
            connection.sendall(b" ")

    upstream.will(drip)
    with pytest.raises(Unreachable) as caught:
        quick(upstream.url, seconds=0.4).create_motion_video(VIDEO)
    assert caught.value.sent is None
    assert len(upstream.seen) == 1


def test_damaged_gzip_cannot_be_read(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, b"this is no gzip at all", Content_Encoding="gzip"))
    with pytest.raises(UnexpectedAnswer):
        client.create_motion_video(VIDEO)
    assert len(upstream.seen) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": "Parameter workId is required"}, ApiError),
        ({"error": "Unauthorized", "code": 401}, Unauthorized),
        ({"error": {"code": 3, "message": "No"}}, ApiError),
    ],
)
@every
def test_an_error_inside_a_200(
    upstream: Recorder, client: KlingClient, call: Call, body: Any, kind: type[ApiError]
) -> None:
    upstream.will(answer(200, body))
    if call is EVERY_GET["list_accounts"] and isinstance(body["error"], dict):
        return
    with pytest.raises(kind) as caught:
        call(client)
    assert caught.value.error == body["error"]
    assert len(upstream.seen) == 1


def test_moderation_is_told_from_a_fault(upstream: Recorder, client: KlingClient) -> None:
    words = "The content you uploaded appears to violate the community guidelines. (CM_EXT.POther)"
    upstream.will(answer(500, {"error": words, "message": "Service busy (CM_EXT.POther)"}))
    with pytest.raises(Refused, match="community guidelines"):
        client.create_motion_video(VIDEO)


@every
def test_the_token_is_nowhere(upstream: Recorder, call: Call, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in TOKEN)
    echoes = [
        json.dumps({"error": f"bad token {TOKEN}", "message": TOKEN, "more": [{TOKEN: TOKEN}]}).encode(),
        json.dumps({"error": {"message": f"Bearer {TOKEN.partition(':')[2]}"}}).encode(),
        f'{{"error": "{escaped}"}}'.encode(),
        f"<html>{TOKEN} user%3A1234-s3cretPart%2B%2Fx</html>".encode(),
    ]
    client = quick(upstream.url, seconds=0.3)
    said: list[Behaviour] = [answer(status, echo) for echo in echoes for status in (200, 401, 500)]
    for behaviour in [drop, hang, *said]:
        upstream.will(behaviour)
        try:
            call(client)
        except KlingError as error:
            assert_no_token(error)
    for record in caplog.records:
        assert "s3cretPart" not in record.getMessage()
    assert "s3cretPart" not in repr(client)
    client.close()


def assert_no_token(error: KlingError) -> None:
    shown = [str(error), repr(error), repr(error.args), repr(vars(error)), "".join(traceback.format_exception(error))]
    assert not any("s3cretPart" in text for text in shown)
    assert error.__context__ is None  # requests' own exception holds the request, and that its headers


def test_threads_share_a_client(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, TASK))
    found: list[int | None] = []
    work = [threading.Thread(target=lambda: found.append(client.get_task(1).id)) for _ in range(30)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert found == [123456789] * 30


def test_media_are_fetched_without_the_token(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(302, b"", Location="/v1/kling/there"), answer(200, b"film"))
    assert client.fetch_media(upstream.url + "/film.mp4") == b"film"
    assert [seen.target for seen in upstream.seen] == ["/v1/kling/film.mp4", "/v1/kling/there"]
    assert not any("authorization" in seen.headers for seen in upstream.seen)
    upstream.will(answer(403, b"<html>expired"))
    with pytest.raises(ApiError):
        client.fetch_media(upstream.url + "/film.mp4")
