"""The second generation of motion control, in which a motion is a video, and the way from one to the other."""

import io
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
import requests
from PIL import Image, ImageChops, ImageStat

from kling.sandbox import TOKEN, Limits, clips, create_app, practice, results

from .sandbox_server import START, Sandbox, jpeg, mp4, ok, refusal, sandbox_of
from .test_sandbox_assets import noise
from .test_sandbox_serving import Listener, listener, start

__all__ = ["listener"]

MOTION_FIELDS = {"assetId", "assetType", "url", "coverUrl", "duration", "width", "height", "hasAudio", "createTime"}
NOT_FOUND = "Sorry, the requested resource was not found (VALID.ResourceNotFound)"
TOO_SHORT = "The video must be at least 3 seconds long (MOTION.DURATION_LESS)"
TOO_LONG = "The video must be at most 30 seconds long (MOTION.DURATION_MORE_THAN_EXPECTED)"


@pytest.fixture
def second(sandbox: Sandbox) -> Sandbox:
    """A practice API of the second generation, as if just started."""
    sandbox.lever("generation", generation=2)
    return sandbox


def official(sandbox: Sandbox) -> list[dict[str, Any]]:
    return list(ok(sandbox.get("/videos/motions")))


def mine(sandbox: Sandbox, **query: Any) -> list[dict[str, Any]]:
    return list(ok(sandbox.get("/videos/motions", mine="true", **query)))


def uploads(sandbox: Sandbox) -> list[dict[str, Any]]:
    return list(ok(sandbox.get("/assets/uploaded/"))["uploadAssetsList"])


def delete(sandbox: Sandbox, ids: str) -> requests.Response:
    return sandbox.delete("/assets/uploaded/", email="practice@example.com", id=ids)


def clip_at(link: str) -> Any:
    answer = requests.get(link, timeout=60)
    assert answer.status_code == 200, answer.text
    return av.open(io.BytesIO(answer.content))


def frames_at(link: str) -> list[Image.Image]:
    with clip_at(link) as clip:
        return [frame.to_image() for frame in clip.decode(video=0)]


def far(one: Image.Image, other: Image.Image) -> float:
    """Mean difference in grey levels."""
    return float(sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3)


def work_of(sandbox: Sandbox, **changes: Any) -> dict[str, Any]:
    """The work of a video that has ended."""
    task = ok(sandbox.order_reference(**changes))["task"]["id"]
    sandbox.finish()
    return sandbox.work(task)


def points_of(sandbox: Sandbox) -> int:
    return int(ok(sandbox.get("/accounts/practice@example.com"))["balance"]["total"])


# Motions


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
    ids = [asset["id"] for asset in uploads(second)]
    assert [f"motion_{one}" for one in ids] == [one["assetId"] for one in mine(second)]
    assert ok(delete(second, ids[0])) == {"deleted": 1, "ids": [ids[0]]}
    assert [one["url"] for one in mine(second)] == [kept]
    assert requests.get(link, timeout=30).status_code == 404
    assert refusal(second.order_reference(motionUrl=link)) == (404, NOT_FOUND)


def test_an_own_motion_is_deleted_by_its_own_id_too(second: Sandbox) -> None:
    second.own_reference()
    [motion] = mine(second)
    assert ok(delete(second, motion["assetId"]))["deleted"] == 1
    assert mine(second) == []


def test_a_deleted_motion_stays_for_the_task_that_needs_it(second: Sandbox) -> None:
    link = second.own_reference()
    ok(second.order_reference(motionUrl=link))
    ok(delete(second, mine(second)[0]["assetId"]))
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
        assert len(uploads(sandbox)) < 5


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


# Orders

REFERENCE = {"imageUrl": "http://x/y.jpg", "motionUrl": "http://x/y.mp4"}
TEMPLATE = {"workId": -100_000_000_000_004, "image": "http://x/y.jpg"}
WRONG = [
    ({"imageUrl": None}, "Parameter imageUrl is required"),
    ({"motionUrl": None}, "Parameter motionUrl is required"),
    ({"motionUrl": ""}, "Parameter motionUrl is required"),
    ({"motionUrl": 7}, "Parameter motionUrl must be a string"),
    ({"model_name": "kling-v1"}, "Parameter model_name must be kling-v3-0 or kling-v2-6"),
    ({"prompt": "x" * 2501}, "Parameter prompt must be at most 2500 characters"),
    ({"keepAudio": "true"}, "Parameter keepAudio must be true or false"),
    ({"motionDirection": "left"}, "Parameter motionDirection must be motion_direction or image_direction"),
    ({"mode": "fast"}, "Parameter mode must be std or pro"),
    ({"element_1": 5}, "Parameter element_1 must be a string"),
    (
        {"element_1": "ada", "model_name": "kling-v2-6"},
        "Parameter element_1 cannot be used with model_name kling-v2-6",
    ),
    ({"replyUrl": "ftp://example.com/x"}, "Parameter replyUrl must be an http or https URL"),
    ({"replyRef": 5}, "Parameter replyRef must be a string"),
    ({"keep_audio": True}, "Parameter keep_audio is not supported"),
    ({"duration": 5}, "Parameter duration is not supported"),
    ({"sound_effect": True}, "Parameter sound_effect is not supported"),
    ({"maxJobs": 1}, "Parameter maxJobs is not supported"),
]


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_motion_create_refuses(second: Sandbox, change: dict[str, Any], words: str) -> None:
    body = {name: value for name, value in {**REFERENCE, **change}.items() if value is not None}
    assert refusal(second.post("/videos/motion-create", **body)) == (400, words)


def test_a_body_of_the_other_generation_is_refused_by_the_name_of_a_parameter(sandbox: Sandbox) -> None:
    assert refusal(sandbox.post("/videos/motion-create", **REFERENCE)) == (400, "Parameter imageUrl is not supported")
    sandbox.lever("generation", generation=2)
    assert refusal(sandbox.post("/videos/motion-create", **TEMPLATE)) == (400, "Parameter workId is not supported")


def test_an_order_answers_in_the_envelope_of_the_first_generation(sandbox: Sandbox) -> None:
    first = ok(sandbox.order())
    sandbox.lever("generation", generation=2)
    image, motion = sandbox.picture(), official(sandbox)[0]
    answer = ok(sandbox.order_reference(imageUrl=image, motionUrl=motion["url"]))
    assert set(answer) == set(first)
    assert set(answer["task"]) == set(first["task"])
    assert set(answer["task"]["taskInfo"]) == set(first["task"]["taskInfo"])
    assert (answer["task"]["type"], answer["status_name"]) == ("motion_control_imgs2video", "submitted")
    inputs = {part["name"]: part for part in answer["task"]["taskInfo"]["inputs"]}
    assert set(inputs) == {"image_origin", "motion_video_1"}
    assert inputs["image_origin"]["url"] == image
    assert (inputs["motion_video_1"]["url"], inputs["motion_video_1"]["cover"]) == (motion["url"], motion["coverUrl"])
    item = ok(sandbox.get(f"/tasks/{answer['task']['id']}"))
    assert [part["url"] for part in item["task"]["taskInfo"]["inputs"]] == [image, motion["url"]]


def arguments_of(answer: requests.Response) -> dict[str, str]:
    return {part["name"]: part["value"] for part in ok(answer)["task"]["taskInfo"]["arguments"]}


DEFAULTS = {
    "prompt": "",
    "model_name": "kling-v3-0",
    "model_mode": "std",
    "keep_audio": "false",
    "motion_direction": "motion_direction",
}


def test_what_is_left_out_is_as_documented(second: Sandbox) -> None:
    assert arguments_of(second.order_reference()) == DEFAULTS


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"prompt": "x" * 2500}, {"prompt": "x" * 2500}),
        ({"model_name": "kling-v2-6"}, {"model_name": "kling-v2-6"}),
        ({"keepAudio": True}, {"keep_audio": "true"}),
        ({"motionDirection": "image_direction"}, {"motion_direction": "image_direction"}),
        ({"mode": "pro"}, {"model_mode": "pro"}),
        ({"element_1": "u_300171730302481"}, {"element_1": "u_300171730302481"}),
        ({"email": "practice@example.com", "replyRef": "mine"}, {}),
    ],
)
def test_what_is_given_is_noted(second: Sandbox, given: dict[str, Any], kept: dict[str, str]) -> None:
    assert arguments_of(second.order_reference(**given)) == {**DEFAULTS, **kept}


def test_a_form_is_read_like_json(second: Sandbox) -> None:
    form = {"imageUrl": second.picture(), "motionUrl": second.reference(), "keepAudio": "true"}
    answer = second.call("POST", "/videos/motion-create", files={name: (None, text) for name, text in form.items()})
    assert arguments_of(answer) == {**DEFAULTS, "keep_audio": "true"}


def test_an_unknown_picture_or_motion_is_404(second: Sandbox) -> None:
    for changes in (
        {"imageUrl": "https://s21-kling.klingai.com/a/person.jpg"},
        {"motionUrl": "https://s21-kling.klingai.com/a/dance.mp4"},
        {"motionUrl": second.picture()},
        {"motionUrl": official(second)[0]["coverUrl"]},
    ):
        assert refusal(second.order_reference(**changes)) == (404, NOT_FOUND)
    assert points_of(second) == 66_000


def test_an_unknown_character_is_404(second: Sandbox) -> None:
    assert refusal(second.order_reference(element_1="u_1")) == (404, NOT_FOUND)
    assert points_of(second) == 66_000


@pytest.mark.parametrize(("seconds", "status"), [(10.0, 200), (11.0, 400)])
def test_seen_from_the_pictures_side_a_motion_has_at_most_ten_seconds(
    second: Sandbox, seconds: float, status: int
) -> None:
    link = second.own_reference(seconds, fps=2)
    answer = second.order_reference(motionUrl=link, motionDirection="image_direction")
    assert answer.status_code == status
    if status == 400:
        assert "at most 10 seconds long (MOTION.DURATION_MORE_THAN_EXPECTED)" in refusal(answer)[1]
        assert ok(second.get("/tasks")) == {"history": []}
        assert second.order_reference(motionUrl=link).status_code == 200


def test_a_motion_is_known_under_any_address(second: Sandbox) -> None:
    for link in (second.reference(), second.own_reference()):
        there = link.replace(second.origin, "http://dashboard:8501/practice")
        assert second.order_reference(motionUrl=there).status_code == 200


@pytest.mark.parametrize(("mode", "seconds", "points"), [("std", 3.0, 1200), ("pro", 3.0, 2100), ("std", 3.5, 1600)])
def test_a_video_costs_by_the_begun_second(second: Sandbox, mode: str, seconds: float, points: int) -> None:
    answer = ok(second.order_reference(mode=mode, motionUrl=second.own_reference(seconds)))
    assert answer["userPoints"]["total"] == points_of(second) == 66_000 - points


@pytest.mark.parametrize(
    ("word", "status"), [("[nobody]", 400), ("[credits]", 412), ("[busy]", 429), ("[moderation]", 500)]
)
def test_a_word_refuses_and_nothing_is_made(second: Sandbox, word: str, status: int) -> None:
    assert second.order_reference(prompt=word).status_code == status
    assert ok(second.get("/tasks")) == {"history": []}
    assert points_of(second) == 66_000


def test_fail_ends_as_failed_and_gives_back(second: Sandbox) -> None:
    task = ok(second.order_reference(prompt="[fail]"))["task"]["id"]
    assert points_of(second) == 66_000 - 1600
    second.finish()
    assert ok(second.get(f"/tasks/{task}"))["status_name"] == "failed"
    assert points_of(second) == 66_000


def test_slots_are_taken(second: Sandbox) -> None:
    image, motion = second.picture(), second.reference()
    statuses = [second.order_reference(imageUrl=image, motionUrl=motion).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_an_order_calls_back(second: Sandbox, listener: Listener) -> None:
    task = ok(second.order_reference(replyUrl=listener.url, replyRef="order 7"))["task"]["id"]
    second.finish()
    heard = listener.heard.get(timeout=10)
    assert (heard["task"]["id"], heard["status_name"], heard["replyRef"]) == (task, "succeed", "order 7")


# Results


def sound_in(clip: Any) -> list[float]:
    """Its samples, one channel."""
    return [float(sample) for frame in clip.decode(audio=0) for sample in frame.to_ndarray()[0]]


@pytest.mark.parametrize("seconds", [3.0, 4.5])
def test_a_result_is_as_long_as_its_motion(second: Sandbox, seconds: float) -> None:
    work = work_of(second, motionUrl=second.own_reference(seconds))
    assert work["resource"]["duration"] == seconds * 1000
    with clip_at(work["resource"]["resource"]) as clip:
        [video] = clip.streams.video
        assert video.frames == seconds * 12
        assert clip.duration / 1e6 == pytest.approx(seconds, abs=0.1)
        assert not clip.streams.audio


def test_a_result_may_be_shorter_than_its_motion(second: Sandbox) -> None:
    work = work_of(second, motionUrl=second.own_reference(5.0), prompt="quick as a flash [short]")
    assert work["resource"]["duration"] == 3000
    with clip_at(work["resource"]["resource"]) as clip:
        assert clip.duration / 1e6 == pytest.approx(3.0, abs=0.1)
    # Paid is what was ordered.
    assert points_of(second) == 66_000 - 2000


def test_a_result_shows_the_motion(second: Sandbox) -> None:
    frames = frames_at(work_of(second, motionUrl=second.reference("dance"))["resource"]["resource"])
    corner = [frame.crop((14, frame.height - 186, 143, frame.height - 14)) for frame in frames]
    assert max(far(corner[0], other) for other in corner) > 2


def test_a_long_result_has_fewer_pictures_a_second(second: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FRAMES", 24)
    work = work_of(second, mode="pro")
    with clip_at(work["resource"]["resource"]) as clip:
        assert clip.streams.video[0].frames == 24
        assert clip.duration / 1e6 == pytest.approx(4.0, abs=0.2)


def test_keep_audio_keeps_the_sound_of_the_motion(second: Sandbox) -> None:
    link = second.own_reference(hertz=1500)
    with clip_at(work_of(second, motionUrl=link, keepAudio=True)["resource"]["resource"]) as clip:
        rate = clip.streams.audio[0].rate
        samples = sound_in(clip)
    assert len(samples) / rate == pytest.approx(3.0, abs=0.1)
    middle = samples[rate : 2 * rate]
    assert sum(one < 0 <= other for one, other in pairwise(middle)) == pytest.approx(1500, abs=5)
    assert max(middle) > 0.1


@pytest.mark.parametrize(("hertz", "keep"), [(1500, False), (0, True)])
def test_without_a_sound_to_keep_there_is_none(second: Sandbox, hertz: int, keep: bool) -> None:
    link = second.own_reference(hertz=hertz)
    with clip_at(work_of(second, motionUrl=link, keepAudio=keep)["resource"]["resource"]) as clip:
        assert not clip.streams.audio


def test_sound_that_cannot_be_decoded_ends_early(second: Sandbox) -> None:
    clip = bytearray(mp4(3.0, hertz=1500))
    end = clip.index(b"moov") - 4
    clip[end - 6000 : end] = bytes(6000)
    link = ok(second.upload(bytes(clip), "video/mp4"))["resourceUrl"]
    with clip_at(work_of(second, motionUrl=link, keepAudio=True)["resource"]["resource"]) as made:
        assert made.streams.video[0].frames == 36
        assert 0 < len(sound_in(made)) / made.streams.audio[0].rate < 2.9


def test_no_more_sound_is_read_than_is_wanted(tmp_path: Path) -> None:
    """Whatever length the file's header has said."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(mp4(3.0, hertz=1500))
    read = sum(frame.samples for frame in clips.read_sound(path, 1.0))
    assert read / clips.SOUND_RATE == pytest.approx(1.0, abs=0.1)


def test_a_cover_is_made_from_the_beginning(second: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[float] = []
    pictures = clips.read_pictures

    def note(path: Any, fps: int, side: int, seconds: float) -> Any:
        read.append(seconds)
        return pictures(path, fps, side, seconds)

    monkeypatch.setattr(results, "read_pictures", note)
    work = work_of(second, motionUrl=second.own_reference(20.0, fps=1))
    assert requests.get(work["cover"]["resource"], timeout=30).status_code == 200
    assert read == [5]


# From one to the other


def test_the_switch_keeps_what_there_is(sandbox: Sandbox) -> None:
    task = sandbox.motion(4.0)["task"]["id"]
    sandbox.finish()
    templates, assets = mine(sandbox), uploads(sandbox)
    assert sandbox.lever("generation", generation=2) == {"generation": 2}
    # The clip of the template is a video like any other.
    assert [motion["url"] for motion in mine(sandbox)] == [templates[0]["resource"]["resource"]]
    assert uploads(sandbox) == assets
    assert sandbox.get(f"/tasks/{task}").status_code == 200
    order = ok(sandbox.order_reference())["task"]["id"]
    sandbox.lever("generation", generation=1)
    assert mine(sandbox) == templates
    assert sandbox.get(f"/tasks/{order}").status_code == 200
    assert sandbox.order(workId=templates[0]["workId"]).status_code == 200


def test_a_video_of_before_that_is_too_short_is_no_motion(sandbox: Sandbox) -> None:
    link = ok(sandbox.upload(mp4(2.5), "video/mp4"))["resourceUrl"]
    sandbox.lever("generation", generation=2)
    assert mine(sandbox) == []
    assert refusal(sandbox.order_reference(motionUrl=link)) == (400, TOO_SHORT)


@pytest.mark.parametrize("generation", [1, 2])
def test_reset_goes_back_to_where_it_was_started(generation: int) -> None:
    with sandbox_of(generation=generation) as sandbox:
        first = set(official(sandbox)[0])
        assert ("assetId" in first) is (generation == 2)
        sandbox.lever("generation", generation=3 - generation)
        assert set(official(sandbox)[0]) != first
        sandbox.lever("reset")
        assert set(official(sandbox)[0]) == first


@pytest.mark.parametrize("body", [{"generation": 3}, {"generation": "2"}, {"generation": True}, {}])
def test_another_generation_is_refused(sandbox: Sandbox, body: dict[str, Any]) -> None:
    answer = requests.post(f"{sandbox.origin}/sandbox/generation", json=body, timeout=30)
    assert refusal(answer) == (400, "generation must be 1 or 2")
    assert "workId" in official(sandbox)[0]


def test_there_are_two_generations() -> None:
    with pytest.raises(ValueError, match="generation must be 1 or 2"):
        create_app(generation=0)


def test_practice_is_switched_from_within_the_process() -> None:
    at = practice()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert at.generation == 1
    try:
        at.set_generation(2)
        assert practice().generation == 2
        [motion, *_] = requests.get(f"{at.url}/videos/motions", headers=headers, timeout=30).json()
        assert set(motion) == MOTION_FIELDS
        with pytest.raises(ValueError, match="generation must be 1 or 2"):
            at.set_generation(3)
        assert at.generation == 2
    finally:
        at.set_generation(1)


def test_the_command_starts_either() -> None:
    with start("--port", "0", "--generation", "2") as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[3].rstrip(",")
            headers = {"Authorization": f"Bearer {TOKEN}"}
            [motion, *_] = requests.get(f"{url}/videos/motions", headers=headers, timeout=30).json()
            assert set(motion) == MOTION_FIELDS
        finally:
            process.terminate()
    assert process.returncode == 0


def test_the_other_endpoints_are_the_same(second: Sandbox) -> None:
    assert ok(second.upload(jpeg(), "image/jpeg"))["status"] == 3
    work = work_of(second)
    answer = ok(second.get("/assets/download", workIds=work["workId"], fileTypes="MP4"))
    assert answer["cdnUrl"] == work["resource"]["resource"]
    assert ok(second.delete(f"/tasks/{work['taskId']}")) == {"deleted": 1, "workIds": [work["workId"]]}
