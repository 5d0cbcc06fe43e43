"""The client and the practice API with reference videos, the second generation, over real HTTP."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from kling import BadRequest, KlingClient, MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest
from kling.generations import is_of_other_generation
from tests.sandbox_server import Sandbox, jpeg, mp4


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[KlingClient]:
    sandbox.lever("generation", generation=2)
    client = KlingClient(sandbox.token, sandbox.url)
    yield client
    client.close()


def test_the_whole_journey_with_a_reference_video(client: KlingClient, sandbox: Sandbox) -> None:
    clip = client.upload_asset(io.BytesIO(mp4(3.5, 720, 1280)), "video/mp4")
    picture = client.upload_asset(io.BytesIO(jpeg()), "image/jpeg")
    (mine,) = client.list_motions(mine=True)
    assert mine.is_reference
    assert mine.video_url == clip.resource_url
    assert mine.asset_id is not None
    assert 3400 <= (mine.duration or 0) <= 3600
    assert {motion.is_reference for motion in client.list_motions()} == {True}

    request = ReferenceMotionRequest(
        motion_url=mine.video_url or "",
        image_url=picture.url or "",
        model_name="kling-v2-6",
        prompt="A dance",
        keep_audio=True,
        motion_direction="image_direction",
        mode="pro",
    )
    task = client.create_motion_video(request)
    assert task.id is not None
    assert sandbox.calls()[-1]["body"] == {
        "motionUrl": clip.resource_url,
        "imageUrl": picture.url,
        "model_name": "kling-v2-6",
        "prompt": "A dance",
        "keepAudio": True,
        "motionDirection": "image_direction",
        "mode": "pro",
    }
    assert (task.motion_url, task.picture_url, task.motion_work_id) == (mine.video_url, picture.url, None)

    sandbox.finish()
    done = client.get_task(task.id)
    assert done.state == "succeed"
    assert client.fetch_media(done.video_url or "")[4:8] == b"ftyp"

    client.delete_reference_motion(mine.video_url or "")
    assert client.list_motions(mine=True) == []


def test_each_generation_refuses_the_other_ones_body_in_words_that_tell_so(
    client: KlingClient, sandbox: Sandbox
) -> None:
    picture = client.upload_asset(io.BytesIO(jpeg()), "image/jpeg").url or ""
    template = MotionCreateRequest(work_id=-100_000_000_000_004, image=picture)
    reference = ReferenceMotionRequest(motion_url=picture, image_url=picture)
    with pytest.raises(BadRequest) as refused:
        client.create_motion_video(template)
    assert is_of_other_generation(refused.value.words, template.to_wire())
    sandbox.lever("generation", generation=1)
    with pytest.raises(BadRequest) as refused:
        client.create_motion_video(reference)
    assert is_of_other_generation(refused.value.words, reference.to_wire())


def test_extraction_is_refused_where_motions_are_videos(client: KlingClient) -> None:
    clip = client.upload_asset(io.BytesIO(mp4(3.5, 720, 1280)), "video/mp4")
    request = MotionUploadRequest(resource_url=clip.resource_url or "", cover_url=clip.cover_url or "")
    with pytest.raises(BadRequest):
        client.upload_motion(request)
