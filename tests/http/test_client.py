"""The client against exact requests, over real HTTP, and against everything that can go wrong on the way."""

import gzip
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from kling import (
    ApiError,
    KlingClient,
    ReferenceMotionRequest,
)
from tests.http.calls import (
    EVERY_DELETE,
    EVERY_GET,
    EVERY_POST,
    MOTION,
    TASK,
    TOKEN,
    VIDEO,
    Call,
    every,
    quick,
)
from tests.recorder import Recorder, answer

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
