"""The client and the practice API, each made from the documentation, meet over real HTTP."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from kling import (
    AccountBroken,
    ApiError,
    BadRequest,
    Expired,
    KlingClient,
    Motion,
    MotionCreateRequest,
    MotionUploadRequest,
    NotFound,
    PaymentNeeded,
    RateLimited,
    Refused,
    ServerError,
    Task,
    Unauthorized,
    Unreachable,
)
from tests.sandbox_server import Sandbox, jpeg, mp4


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[KlingClient]:
    client = KlingClient(sandbox.token, sandbox.url)
    yield client
    client.close()


def upload_picture(client: KlingClient) -> str:
    asset = client.upload_asset(io.BytesIO(jpeg()), "image/jpeg")
    assert asset.url
    return asset.url


def order(client: KlingClient, prompt: str = "", motion: Motion | None = None) -> Task:
    work_id = (motion or client.list_motions()[0]).work_id
    image = upload_picture(client)
    return client.create_motion_video(
        MotionCreateRequest.model_validate({"work_id": work_id, "image": image, "prompt": prompt})
    )


def finished(client: KlingClient, sandbox: Sandbox, task: Task) -> Task:
    """The task once it is final, its states on the way held to the documentation."""
    assert task.id
    seen = [task.state]
    while not task.is_final:
        sandbox.clock.advance(2)
        task = client.get_task(task.id or 0)
        seen.append(task.state)
        assert len(seen) < 200
    assert set(seen) <= {"submitted", "processing", "succeed", "failed"}
    return task


def test_the_whole_journey(client: KlingClient, sandbox: Sandbox, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = tmp_path / "clip.mp4"
    path.write_bytes(mp4())
    with path.open("rb") as file:
        clip = client.upload_asset(file, "video/mp4", on_progress=lambda sent, total: told.append((sent, total)))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert clip.resource_url
    cover = upload_picture(client)

    extraction = client.upload_motion(MotionUploadRequest(resource_url=clip.resource_url, cover_url=cover))
    assert extraction.is_motion_upload
    assert finished(client, sandbox, extraction).state == "succeed"

    (mine,) = client.list_motions(mine=True)
    assert mine.task_id == extraction.id
    assert not mine.is_official
    assert {(motion.is_official, (motion.work_id or 0) < 0) for motion in client.list_motions()} == {(True, True)}

    video = order(client, "Person dancing", mine)
    assert video.is_motion_video
    assert (video.prompt, video.motion_work_id, video.is_final) == ("Person dancing", mine.work_id, False)
    assert client.get_capacity().executing
    video = finished(client, sandbox, video)
    assert (video.state, video.failure) == ("succeed", None)
    assert video.video_url
    assert client.fetch_media(video.video_url)[4:8] == b"ftyp"

    download = client.get_download(video.work_ids)
    assert download.cdn_url
    assert client.fetch_media(download.cdn_url)[4:8] == b"ftyp"

    page = client.list_tasks(content_type="video", page_size=10)
    assert [task.id for task in page][:1] == [video.id]
    assert all(task.is_readable for task in page)
    assert {upload.url for upload in client.list_uploads()} >= {cover}

    assert video.id
    assert extraction.id
    assert client.delete_task(video.id).work_ids == video.work_ids
    client.delete_task(extraction.id)
    assert client.list_motions(mine=True) == []
    with pytest.raises(NotFound):
        client.get_task(video.id)
    with pytest.raises(NotFound):
        client.delete_task(video.id)


def test_the_account(client: KlingClient) -> None:
    ((email, account),) = client.list_accounts().items()
    assert account.email == email
    assert account.credits is None
    named = client.for_account(email)
    before = client.get_account(email).credits
    assert before
    assert client.get_account(email).points
    order(named)
    assert (client.get_account(email).credits or 0) < before


def test_the_places(client: KlingClient) -> None:
    free = client.get_capacity().free
    assert free
    order(client)
    capacity = client.get_capacity()
    assert capacity.free == free - 1
    (job,) = capacity.executing
    client.stop_tracking(str(job.id))
    assert client.get_capacity().executing == []


def test_uploads_are_deleted(client: KlingClient) -> None:
    upload_picture(client)
    (upload,) = client.list_uploads(content_type="image")
    assert upload.id
    client.delete_uploads([upload.id])
    assert client.list_uploads() == []


def test_every_documented_option_arrives(client: KlingClient) -> None:
    request = MotionCreateRequest.model_validate(
        {
            "work_id": client.list_motions()[0].work_id,
            "image": upload_picture(client),
            "prompt": "p",
            "duration": "10",
            "mode": "pro",
            "character_id": 0,
            "change_direction": True,
            "sound_effect": True,
            "audio_prompt": "rain",
            "music_prompt": "waltz",
            "enable_asmr": True,
            "max_jobs": 3,
            "reply_ref": "ref",
        }
    )
    task = client.create_motion_video(request)
    assert (task.argument("duration"), task.argument("model_mode"), task.prompt) == ("10", "pro", "p")
    assert task.argument("enable_audio") == "true"


def test_pages_of_tasks(client: KlingClient, sandbox: Sandbox) -> None:
    made = []
    for _ in range(3):
        made.append(order(client).id)
        sandbox.clock.advance(1)
    first = client.list_tasks(page_size=2)
    rest = client.list_tasks(page_size=2, created_before=first.oldest)
    assert [task.id for task in [*first, *rest]] == made[::-1]
    assert [task.id for task in client.list_tasks(created_after=first.oldest)] == made[:1:-1]


@pytest.mark.parametrize(
    ("word", "kind", "status"),
    [
        ("nobody", BadRequest, 400),
        ("expired", PaymentNeeded, 402),
        ("credits", PaymentNeeded, 412),
        ("refused", Refused, 422),
        ("busy", RateLimited, 429),
        ("moderation", Refused, 500),
        ("error", ServerError, 500),
        ("html", ServerError, 502),
        ("down", ServerError, 503),
        ("broken", AccountBroken, 596),
    ],
)
def test_every_refusal(client: KlingClient, word: str, kind: type[ApiError], status: int) -> None:
    with pytest.raises(ApiError) as caught:
        order(client, f"[{word}]")
    error = caught.value
    assert (type(error), error.status) == (kind, status)
    assert error.words or word == "html"
    if isinstance(error, RateLimited):
        assert error.retry_after == 10
    assert client.list_tasks() == []


def test_a_lost_answer_leaves_a_task_behind(client: KlingClient) -> None:
    with pytest.raises(Unreachable) as caught:
        order(client, "[lost]")
    assert caught.value.sent is None
    assert [task.prompt for task in client.list_tasks()] == ["[lost]"]


def test_a_task_that_fails_says_why(client: KlingClient, sandbox: Sandbox) -> None:
    task = finished(client, sandbox, order(client, "[fail]"))
    assert task.state == "failed"
    assert task.failure


def test_a_task_expires(client: KlingClient, sandbox: Sandbox) -> None:
    task = order(client)
    sandbox.clock.advance(8 * 24 * 3600)
    with pytest.raises(Expired):
        client.get_task(task.id or 0)


def test_a_wrong_token(sandbox: Sandbox) -> None:
    stranger = KlingClient("user:1-somebody-else", sandbox.url)
    with pytest.raises(Unauthorized) as caught:
        stranger.list_tasks()
    assert "somebody-else" not in str(caught.value)
    stranger.close()


def test_what_is_not_there(client: KlingClient) -> None:
    with pytest.raises(NotFound):
        client.get_account("nobody@nowhere.org")
    with pytest.raises(NotFound):
        client.get_task(999)
    request = MotionCreateRequest(work_id=-100000000000004, image="https://s21-kling.klingai.com/gone.jpg")
    with pytest.raises(NotFound):
        client.create_motion_video(request)
