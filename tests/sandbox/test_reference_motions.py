"""Motions of the second generation, which are videos, and saved characters."""

import io
import re
from itertools import pairwise
from typing import Any

import pytest
import requests
from PIL import Image

from kling.sandbox import Limits
from tests.sandbox.calls import (
    MOTION_FIELDS,
    NOT_FOUND,
    TOO_SHORT,
    arguments_of,
    delete_uploads,
    listed,
    mine,
    noise,
    official,
)
from tests.sandbox.watching import far, frames_at
from tests.sandbox_server import START, Sandbox, mp4, ok, refusal, sandbox_of

TOO_LONG = "The video must be at most 30 seconds long (MOTION.DURATION_MORE_THAN_EXPECTED)"


def test_official_motions_are_videos(second: Sandbox) -> None:
    motions = official(second)
    assert len(motions) >= 12
    assert len({motion["assetId"] for motion in motions}) == len(motions)
    for motion in motions:
        assert set(motion) == MOTION_FIELDS
        assert re.fullmatch(r"motion_\d{5}", motion["assetId"])
        assert (motion["assetType"], motion["hasAudio"]) == ("MOTION", False)
        assert (motion["width"], motion["height"]) == (360, 480)
        assert 3000 <= motion["duration"] <= 30_000
        assert motion["createTime"] < START * 1000


def test_official_motions_are_those_of_the_first_generation(sandbox: Sandbox) -> None:
    covers = [motion["cover"]["resource"] for motion in official(sandbox)]
    sandbox.lever("generation", generation=2)
    assert [motion["coverUrl"] for motion in official(sandbox)] == covers


@pytest.mark.parametrize(("tag", "seconds"), [("wave", 4.0), ("dance", 4.8), ("bow", 3.0)])
def test_an_official_motion_is_whole_loops_of_at_least_three_seconds(second: Sandbox, tag: str, seconds: float) -> None:
    [motion] = [motion for motion in official(second) if f"/{tag}-" in motion["url"]]
    assert motion["duration"] == seconds * 1000
    frames = frames_at(motion["url"])
    assert len(frames) == round(seconds * 20)
    steps = [far(one, other) for one, other in pairwise(frames)]
    assert far(frames[-1], frames[0]) <= max(steps) * 1.1
    part = requests.get(motion["url"], headers={"Range": "bytes=0-9"}, timeout=30)
    assert (part.status_code, len(part.content)) == (206, 10)


def test_official_motions_are_not_paged(second: Sandbox) -> None:
    assert len(ok(second.get("/videos/motions", mine="false", pageSize=1, pageNum=9))) == len(official(second))


def test_a_video_is_a_motion_as_soon_as_it_is_uploaded(second: Sandbox) -> None:
    second.picture()
    answer = ok(second.upload(mp4(3.5), "video/mp4"))
    assert set(answer) == {"status", "resourceUrl", "coverUrl", "fileName", "message"}
    [motion] = mine(second)
    assert set(motion) == MOTION_FIELDS
    assert (motion["url"], motion["coverUrl"]) == (answer["resourceUrl"], answer["coverUrl"])
    assert (motion["width"], motion["height"], motion["duration"]) == (720, 1280, 3500)
    assert (motion["assetType"], motion["hasAudio"], motion["createTime"]) == ("MOTION", False, START * 1000)
    assert ok(second.get("/tasks")) == {"history": []}


def test_a_motion_says_whether_it_has_sound(second: Sandbox) -> None:
    second.own_reference(hertz=1500)
    assert mine(second)[0]["hasAudio"] is True


def test_own_motions_come_newest_first_and_whole_whatever_page_is_asked_for(second: Sandbox) -> None:
    links: list[str] = []
    for _ in range(3):
        links.insert(0, second.own_reference())
        second.clock.advance(1)
    assert [motion["url"] for motion in mine(second)] == links
    for number in (1, 2, 10):
        assert [motion["url"] for motion in mine(second, pageSize=2, pageNum=number)] == links


@pytest.mark.parametrize(("seconds", "status"), [(2.5, 400), (3.0, 200), (30.0, 200), (30.5, 400)])
def test_a_motion_has_three_to_thirty_seconds(second: Sandbox, seconds: float, status: int) -> None:
    answer = second.upload(mp4(seconds, fps=2), "video/mp4")
    assert answer.status_code == status
    assert len(mine(second)) == len(list(second.folder.glob("*.mp4"))) == (status == 200)
    if status == 400:
        assert refusal(answer) == (400, TOO_SHORT if seconds < 3 else TOO_LONG)


@pytest.mark.parametrize(
    ("width", "height", "status"), [(340, 3850, 200), (3850, 340, 200), (338, 1280, 400), (720, 3852, 400)]
)
def test_a_motion_has_sides_of_340_to_3850_pixels(second: Sandbox, width: int, height: int, status: int) -> None:
    answer = second.upload(mp4(3.0, width=width, height=height, fps=1), "video/mp4")
    assert answer.status_code == status
    assert len(mine(second)) == (status == 200)
    if status == 400:
        least = (
            (width, "at least 340", " (MOTION.RESOLUTION_TOO_SMALL)") if width < 340 else (height, "at most 3850", "")
        )
        assert refusal(answer) == (
            400,
            f"The video must have {least[1]} px on each side, it has {width}x{height} px{least[2]}",
        )


def test_an_own_motion_is_deleted_as_the_upload_it_is(second: Sandbox) -> None:
    kept, link = second.own_reference(), second.own_reference(4.0)
    motion = mine(second)[0]
    assert motion["url"] == link
    ids = [asset["id"] for asset in listed(second)]
    assert not {f"motion_{one}" for one in ids} & {one["assetId"] for one in mine(second)}
    assert ok(delete_uploads(second, ids[0])) == {"deleted": 1, "ids": [ids[0]]}
    assert [one["url"] for one in mine(second)] == [kept]
    assert requests.get(link, timeout=30).status_code == 404
    assert refusal(second.order_reference(motionUrl=link)) == (404, NOT_FOUND)


def test_an_own_motion_is_not_deleted_by_its_own_id(second: Sandbox) -> None:
    second.own_reference()
    [motion] = mine(second)
    assert refusal(delete_uploads(second, motion["assetId"]))[0] == 400
    assert refusal(delete_uploads(second, motion["assetId"].removeprefix("motion_")))[0] == 404
    assert mine(second) == [motion]


def test_a_deleted_motion_stays_for_the_task_that_needs_it(second: Sandbox) -> None:
    link = second.own_reference()
    ok(second.order_reference(motionUrl=link))
    ok(delete_uploads(second, listed(second, contentType="video")[0]["id"]))
    assert mine(second) == []
    assert requests.get(link, timeout=30).status_code == 200


def test_motions_go_last() -> None:
    with sandbox_of(generation=2, limits=Limits(upload_bytes=len(mp4(3.0)) + 2 * len(noise(350)))) as sandbox:
        sandbox.own_reference()
        for _ in range(4):
            sandbox.clock.advance(1)
            ok(sandbox.upload(noise(350), "image/png"))
        # The motion was wanted before all pictures were, and yet pictures went.
        assert len(mine(sandbox)) == 1
        assert len(listed(sandbox)) < 5


def test_motion_upload_is_deprecated(second: Sandbox) -> None:
    answer = ok(second.upload(mp4(3.0), "video/mp4"))
    links = {"resourceUrl": answer["resourceUrl"], "coverUrl": answer["coverUrl"]}
    status, said = refusal(second.post("/videos/motion-upload", **links))
    assert status == 400
    assert "motion-upload is deprecated" in said
    assert ok(second.get("/tasks")) == {"history": []}


# Saved characters

ELEMENT_FIELDS = {
    *("id", "name", "userId", "type", "description", "cover", "resources", "tagList"),
    *("favored", "official", "createTime", "updateTime"),
}


def elements(sandbox: Sandbox, **query: Any) -> list[dict[str, Any]]:
    return list(ok(sandbox.get("/elements/", **query))["elementsList"])


def test_saved_characters_are_listed_with_name_and_picture(second: Sandbox) -> None:
    answer = ok(second.get("/elements"))
    assert (answer["pageNum"], answer["pageSize"], answer["total"]) == (1, 50, 2)
    assert [element["name"] for element in answer["elementsList"]] == ["Robin", "Ada"]
    for element in answer["elementsList"]:
        assert set(element) == ELEMENT_FIELDS
        assert re.fullmatch(r"u_\d{15}", element["id"])
        assert (element["official"], element["type"]) == (False, "IMAGE")
        assert element["resources"][0] == element["cover"]
        for part in element["resources"]:
            picture = requests.get(part["resource"], timeout=30)
            assert Image.open(io.BytesIO(picture.content)).size == (part["width"], part["height"])


def test_saved_characters_come_in_pages_and_either_order(second: Sandbox) -> None:
    names = [element["name"] for element in elements(second)]
    assert [element["name"] for element in elements(second, sortDirection="ASC")] == names[::-1]
    pages = [elements(second, pageSize=1, pageNum=number) for number in (1, 2, 3)]
    assert [[element["name"] for element in page] for page in pages] == [names[:1], names[1:], []]
    for query in ({"official": "true"}, {"favored": "true"}, {"tag": "1"}):
        assert elements(second, **query) == []


def test_every_saved_character_can_be_ordered(second: Sandbox) -> None:
    for element in elements(second):
        assert arguments_of(second.order_reference(element_1=element["id"]))["element_1"] == element["id"]
