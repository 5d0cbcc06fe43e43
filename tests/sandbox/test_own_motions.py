"""Motions of the first generation that are made from an upload."""

import pytest

from tests.sandbox_server import Sandbox, mp4, ok, refusal


def test_an_uploaded_motion_appears_when_its_task_is_done(sandbox: Sandbox) -> None:
    task = sandbox.motion()["task"]["id"]
    assert ok(sandbox.get("/videos/motions", mine="true")) == []
    sandbox.finish()
    [motion] = ok(sandbox.get("/videos/motions", mine="true"))
    assert set(motion) == {"workName", "workId", "taskId", "official", "resource", "cover", "extData"}
    assert set(motion["extData"]) == {"output_binary", "bvh_binary"}
    assert (motion["taskId"], motion["official"]) == (task, False)
    assert motion["workId"] == sandbox.work(task)["workId"] > 0
    assert sandbox.order(workId=motion["workId"]).status_code == 200


def test_a_motion_is_not_there_before_it_is_ready(sandbox: Sandbox) -> None:
    task = sandbox.motion()["task"]["id"]
    work_id = sandbox.app.state.api.state.tasks[task].work_id
    assert sandbox.order(workId=work_id).status_code == 404
    sandbox.finish()
    assert sandbox.order(workId=work_id).status_code == 200


def test_deleting_its_task_deletes_the_motion(sandbox: Sandbox) -> None:
    task = sandbox.motion()["task"]["id"]
    sandbox.finish()
    [motion] = ok(sandbox.get("/videos/motions", mine="true"))
    sandbox.clock.advance(30 * 24 * 3600)
    assert ok(sandbox.delete(f"/tasks/{task}"))["workIds"] == [motion["workId"]]
    assert ok(sandbox.get("/videos/motions", mine="true")) == []
    assert sandbox.order(workId=motion["workId"]).status_code == 404


def test_own_motions_come_in_pages(sandbox: Sandbox) -> None:
    for _ in range(3):
        sandbox.motion()
        sandbox.finish()
    names = [m["workName"] for m in ok(sandbox.get("/videos/motions", mine="true"))]
    assert names == ["Motion 3", "Motion 2", "Motion 1"]
    pages = [ok(sandbox.get("/videos/motions", mine="true", pageSize=2, pageNum=n)) for n in (1, 2, 3)]
    assert [[m["workName"] for m in page] for page in pages] == [names[:2], names[2:], []]


def test_official_motions_are_not_paged(sandbox: Sandbox) -> None:
    motions = ok(sandbox.get("/videos/motions", mine="false", pageSize=1, pageNum=9))
    assert len(motions) >= 12
    assert {"wave", "walk", "jump", "spin"} <= {motion["tag"] for motion in motions}
    for motion in motions:
        assert set(motion) == {"workName", "workId", "official", "tag", "resource", "cover", "extData"}
        assert motion["workId"] <= -100_000_000_000_004
        assert motion["official"] is True
        assert motion["workName"] == motion["tag"].capitalize()


@pytest.mark.parametrize(("seconds", "status"), [(1.5, 400), (2.0, 200), (10.0, 200), (10.5, 400)])
def test_only_clips_of_two_to_ten_seconds_become_motions(sandbox: Sandbox, seconds: float, status: int) -> None:
    if status == 200:
        assert sandbox.motion(seconds)["status_name"] == "submitted"
    else:
        with pytest.raises(AssertionError, match=r"MOTION\.DURATION_(LESS|MORE_THAN_EXPECTED)"):
            sandbox.motion(seconds)


def test_a_clip_longer_than_ten_seconds_is_refused_when_it_is_uploaded(sandbox: Sandbox) -> None:
    words = "The video must be at most 10 seconds long (MOTION.DURATION_MORE_THAN_EXPECTED)"
    assert refusal(sandbox.upload(mp4(10.5), "video/mp4")) == (400, words)
    assert ok(sandbox.get("/assets/uploaded/")) == {"uploadAssetsList": []}


def test_motion_upload_wants_a_video_and_a_picture_it_knows(sandbox: Sandbox) -> None:
    picture = sandbox.picture()
    clip = ok(sandbox.upload(mp4(), "video/mp4"))
    for resource, cover in (
        ("http://x/unknown.mp4", picture),
        (clip["resourceUrl"], "http://x/unknown.jpg"),
        (picture, picture),
        (clip["resourceUrl"], clip["resourceUrl"]),
    ):
        answer = sandbox.post("/videos/motion-upload", resourceUrl=resource, coverUrl=cover)
        assert answer.status_code == 404
        assert "VALID.ResourceNotFound" in answer.json()["error"]
    answer = sandbox.post("/videos/motion-upload", resourceUrl=clip["resourceUrl"], coverUrl=picture)
    assert answer.status_code == 200
