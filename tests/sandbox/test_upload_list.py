"""Uploads that are kept: listed, searched, deleted, and gone when there is no more room."""

import re
from urllib.parse import urlsplit

import pytest

from kling.sandbox import Limits
from tests.sandbox.calls import delete_uploads, fetch, files, listed, noise
from tests.sandbox_server import Sandbox, jpeg, mp4, ok, png, refusal, sandbox_of, wav


def test_uploads_are_listed_newest_first_in_pages(sandbox: Sandbox) -> None:
    names = []
    for number in range(3):
        names.append(ok(sandbox.upload(jpeg(300 + number), "image/jpeg"))["fileName"])
        sandbox.clock.advance(1)
    newest = list(reversed(names))
    assert [asset["name"] for asset in listed(sandbox)] == newest
    assert [asset["name"] for asset in listed(sandbox, sort="asc")] == names
    assert [asset["name"] for asset in listed(sandbox, pageSize=2, pageNum=2)] == newest[2:]


def test_uploads_are_found_by_a_word_of_their_name(sandbox: Sandbox) -> None:
    name = ok(sandbox.upload(jpeg(), "image/jpeg"))["fileName"]
    other = ok(sandbox.upload(png(), "image/png"))["fileName"]
    assert [asset["name"] for asset in listed(sandbox, fileName=name[3:12].upper())] == [name]
    assert [asset["name"] for asset in listed(sandbox, fileName=".png")] == [other]
    assert listed(sandbox, fileName="nothing like it") == []


def test_a_listed_upload_says_what_it_is(sandbox: Sandbox) -> None:
    video = ok(sandbox.upload(mp4(), "video/mp4"))
    sandbox.clock.advance(1)
    sandbox.upload(wav(), "audio/wav")
    [asset] = listed(sandbox, contentType="video")
    assert asset["resource"] == {"resource": video["resourceUrl"], "width": 720, "height": 1280, "duration": 2500}
    assert asset["cover"]["resource"] == video["coverUrl"]
    assert {"id", "name", "userId", "contentType", "createTime", "updateTime", "favored"} <= set(asset)
    assert [a["resource"]["duration"] for a in listed(sandbox, contentType="audio")] == [1000]
    assert listed(sandbox, contentType="image") == []


def test_uploads_are_deleted_by_id(sandbox: Sandbox) -> None:
    links = [ok(sandbox.upload(jpeg(300 + n), "image/jpeg"))["url"] for n in range(3)]
    ids = [asset["id"] for asset in listed(sandbox)]
    assert [bool(re.fullmatch(r"\d+", id_)) for id_ in ids] == [True] * 3
    deleted = ok(delete_uploads(sandbox, f"{ids[0]},{ids[1]}"))
    assert deleted == {"deleted": 2, "ids": ids[:2]}
    assert [asset["id"] for asset in listed(sandbox)] == [ids[2]]
    assert [fetch(link).status_code for link in links] == [200, 404, 404]
    assert sandbox.order(image=links[1]).status_code == 404
    assert delete_uploads(sandbox, ids[0]).status_code == 404


@pytest.mark.parametrize("ids", ["abc", "1,,2", ",".join("1" * 11), "motion_5"])
def test_ids_to_delete_are_up_to_ten_of_digits(sandbox: Sandbox, ids: str) -> None:
    words = f"Parameter id ({ids}) must be a numeric string or a comma-separated list of up to 10 numeric strings"
    assert refusal(delete_uploads(sandbox, ids)) == (400, words)


def test_deleting_the_upload_leaves_the_motion_made_from_it(sandbox: Sandbox) -> None:
    sandbox.motion()
    sandbox.finish()
    ids = ",".join(str(asset["id"]) for asset in listed(sandbox))
    assert ok(delete_uploads(sandbox, ids))["deleted"] == 1
    assert listed(sandbox) == []
    [motion] = ok(sandbox.get("/videos/motions", mine="true"))
    assert fetch(motion["resource"]["resource"]).status_code == 200
    assert sandbox.delete(f"/tasks/{motion['taskId']}").status_code == 200
    assert files(sandbox) == []


def test_an_upload_is_known_under_any_address(sandbox: Sandbox) -> None:
    name = urlsplit(sandbox.picture()).path
    for origin in ("http://dashboard:8501/practice", "https://example.com", ""):
        assert sandbox.order(image=f"{origin}{name}?size=small").status_code == 200


def test_a_cover_frame_will_do_as_a_picture(sandbox: Sandbox) -> None:
    video = ok(sandbox.upload(mp4(), "video/mp4"))
    assert sandbox.order(image=video["coverUrl"]).status_code == 200
    assert sandbox.order(image=video["resourceUrl"]).status_code == 404


def test_old_uploads_go_when_there_is_no_more_room() -> None:
    size = len(jpeg())
    with sandbox_of(limits=Limits(upload_bytes=3 * size + 100)) as sandbox:
        links = []
        for _ in range(3):
            links.append(sandbox.picture())
            sandbox.clock.advance(1)
        # The oldest is wanted again, so the second is the one to go.
        assert fetch(links[0]).status_code == 200
        links.append(sandbox.picture())
        assert [fetch(link).status_code for link in links] == [200, 404, 200, 200]
        assert len(files(sandbox)) == 3
        assert sandbox.order(image=links[1]).status_code == 404


def test_what_a_running_task_needs_stays() -> None:
    size = len(jpeg())
    with sandbox_of(limits=Limits(upload_bytes=2 * size + 100)) as sandbox:
        needed = sandbox.picture()
        sandbox.task(image=needed)
        for _ in range(3):
            sandbox.clock.advance(1)
            sandbox.picture()
        assert fetch(needed).status_code == 200
        sandbox.task(image=sandbox.picture())
        assert sandbox.upload(jpeg(), "image/jpeg").status_code == 507
        sandbox.finish()
        assert sandbox.upload(jpeg(), "image/jpeg").status_code == 200


def test_motions_go_last() -> None:
    large = noise(600)
    with sandbox_of(limits=Limits(upload_bytes=len(large) + len(mp4()) // 2)) as sandbox:
        sandbox.motion()
        sandbox.finish()
        spare = sandbox.folder / sandbox.picture().rsplit("/", 1)[-1]
        for _ in range(4):
            sandbox.clock.advance(1)
            ok(sandbox.upload(noise(350), "image/png"))
        # The motion was wanted before the picture was, and yet the picture went.
        assert not spare.exists()
        assert len(ok(sandbox.get("/videos/motions", mine="true"))) == 1
        ok(sandbox.upload(large, "image/png"))
        assert ok(sandbox.get("/videos/motions", mine="true")) == []
