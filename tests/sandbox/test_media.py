"""What people look at: motions, covers and results are real media, made when they are wanted."""

import io
import threading
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import av
import pytest
import requests
from PIL import Image, ImageChops, ImageStat
from starlette.applications import Starlette
from starlette.routing import Mount

from kling.sandbox import AccountSetup, Limits, media_app, serve
from kling.sandbox.media import result_video
from kling.sandbox.media.dances import DANCES
from tests.sandbox_server import Sandbox, jpeg, mp4, ok, sandbox_of


def fetch(link: str, **headers: str) -> requests.Response:
    return requests.get(link, headers=headers, timeout=30)


def image_at(link: str) -> Image.Image:
    answer = fetch(link)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "image/jpeg"
    return Image.open(io.BytesIO(answer.content))


def clip_at(link: str) -> Any:
    answer = fetch(link)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "video/mp4"
    return av.open(io.BytesIO(answer.content))


def frames_at(link: str) -> list[Image.Image]:
    return frames_of(fetch(link).content)


def frames_of(content: bytes) -> list[Image.Image]:
    clip: Any = av.open(io.BytesIO(content))
    with clip:
        return [frame.to_image() for frame in clip.decode(video=0)]


def result(sandbox: Sandbox, **changes: Any) -> dict[str, Any]:
    """The work of a task that has ended."""
    task = sandbox.task(**changes)
    sandbox.finish()
    return sandbox.work(task)


def far(one: Image.Image, other: Image.Image) -> float:
    """Mean difference in grey levels."""
    return float(sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3)


# Motions


def test_official_motions_have_covers_and_clips(sandbox: Sandbox) -> None:
    motions = ok(sandbox.get("/videos/motions"))
    covers = [image_at(motion["cover"]["resource"]) for motion in motions]
    assert {cover.size for cover in covers} == {(360, 480)}
    assert all(far(one, other) > 2 for n, one in enumerate(covers) for other in covers[:n])


@pytest.mark.parametrize("tag", ["wave", "jump", "bow"])
def test_a_motion_plays_and_loops(sandbox: Sandbox, tag: str) -> None:
    [motion] = [m for m in ok(sandbox.get("/videos/motions")) if m["tag"] == tag]
    frames = frames_at(motion["resource"]["resource"])
    seconds = next(dance.seconds for dance in DANCES if dance.tag == tag)
    assert 2 <= seconds <= 3
    assert len(frames) == round(seconds * 20)
    steps = [far(one, other) for one, other in pairwise(frames)]
    assert max(far(frames[0], frame) for frame in frames) > 1
    # From the last to the first is no larger a step than between others.
    assert far(frames[-1], frames[0]) <= max(steps) * 1.1


def test_an_own_motion_is_the_uploaded_clip(sandbox: Sandbox) -> None:
    sandbox.motion()
    sandbox.finish()
    [motion] = ok(sandbox.get("/videos/motions", mine="true"))
    assert fetch(motion["resource"]["resource"]).content == mp4(2.5)


# Results


@pytest.mark.parametrize(("duration", "sound", "mode"), [(5, True, "pro"), (10, False, "std")])
def test_a_result_plays_for_as_long_as_ordered(sandbox: Sandbox, duration: int, sound: bool, mode: str) -> None:
    work = result(sandbox, duration=duration, sound_effect=sound, mode=mode)
    with clip_at(work["resource"]["resource"]) as clip:
        [video] = clip.streams.video
        fps = float(video.average_rate)
        assert abs(clip.duration / 1e6 - duration) <= 1 / fps
        assert video.frames == duration * fps
        assert (video.width, video.height) == (work["resource"]["width"], work["resource"]["height"])
        assert (video.codec_context.name, video.pix_fmt) == ("h264", "yuv420p")
        assert bool(clip.streams.audio) is sound
        if sound:
            samples = [abs(frame.to_ndarray()).max() for frame in clip.decode(audio=0)]
            assert 0.001 < max(samples) < 0.1
    assert work["resource"]["duration"] == duration * 1000


def striped() -> bytes:
    file = io.BytesIO()
    stripes = Image.new("RGB", (400, 600), "white")
    for left in range(0, 400, 40):
        stripes.paste("navy", (left, 0, left + 20, 600))
    stripes.save(file, "PNG")
    return file.getvalue()


def test_a_result_is_made_of_the_picture_which_makes_the_motion(sandbox: Sandbox) -> None:
    link = ok(sandbox.upload(striped(), "image/png"))["url"]
    content = fetch(result(sandbox, image=link, workId=sandbox.official("dance"))["resource"]["resource"]).content
    # It can start before it is loaded whole.
    assert 0 < content.index(b"moov") < content.index(b"mdat")
    frames = frames_of(content)
    still = Image.open(io.BytesIO(striped())).resize((432, 648))
    upper = [frame.crop((0, 0, frame.width, frame.height // 2)) for frame in frames]
    differences = [far(still.crop((0, 0, 432, 324)), frame) for frame in upper]
    assert max(differences) > 20
    # The edges keep still, and show the picture.
    edges = [frame.crop((0, 0, 12, frame.height // 2)) for frame in frames]
    assert max(far(still.crop((0, 0, 12, 324)), edge) for edge in edges) < 20
    corner = [frame.crop((14, frame.height - 186, 143, frame.height - 14)) for frame in frames]
    assert max(far(corner[0], other) for other in corner) > 2


def test_an_own_motion_moves_the_picture_too(sandbox: Sandbox) -> None:
    sandbox.motion()
    sandbox.finish()
    [motion] = ok(sandbox.get("/videos/motions", mine="true"))
    link = ok(sandbox.upload(striped(), "image/png"))["url"]
    frames = frames_at(result(sandbox, image=link, workId=motion["workId"])["resource"]["resource"])
    upper = [frame.crop((0, 0, frame.width, frame.height // 2)) for frame in frames]
    assert max(far(upper[0], other) for other in upper) > 5


def test_change_direction_mirrors_the_motion(sandbox: Sandbox) -> None:
    link = ok(sandbox.upload(striped(), "image/png"))["url"]
    point = sandbox.official("point")
    plain = image_at(result(sandbox, image=link, workId=point)["cover"]["resource"])
    mirrored = image_at(result(sandbox, image=link, workId=point, change_direction=True)["cover"]["resource"])
    inset = (14, plain.height - 186, 143, plain.height - 14)
    one, other = plain.crop(inset), mirrored.crop(inset)
    assert far(one, other.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) < far(one, other) / 2


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (1080, 1920, (432, 768)),
        (1920, 1080, (768, 432)),
        (500, 500, (432, 432)),
        (300, 3000, (432, 768)),
        (3000, 300, (768, 432)),
        (301, 407, (432, 584)),
    ],
)
def test_a_result_has_the_form_of_its_picture(width: int, height: int, size: tuple[int, int]) -> None:
    assert result_video.frame_size(width, height) == size


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_every_kind_of_picture_becomes_a_result(sandbox: Sandbox, form: str, mode: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (320, 400), "teal").convert(mode).save(file, form)
    link = ok(sandbox.upload(file.getvalue(), f"image/{form.lower()}"))["url"]
    cover = image_at(result(sandbox, image=link)["cover"]["resource"])
    assert cover.size == (432, 540)


# Delivery


def test_a_part_of_a_file_can_be_asked_for(sandbox: Sandbox) -> None:
    link = ok(sandbox.upload(mp4(), "video/mp4"))["resourceUrl"]
    whole = fetch(link)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = fetch(link, Range="bytes=100-199")
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.content)}"
    assert part.content == whole.content[100:200]
    head = requests.head(link, timeout=30)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(whole.content)))


def test_media_may_be_shown_on_other_pages_and_kept(sandbox: Sandbox) -> None:
    headers = fetch(sandbox.picture()).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cache-Control"] == "private, max-age=3600"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in headers


def test_links_begin_with_the_address_that_was_asked(sandbox: Sandbox) -> None:
    answer = sandbox.call("GET", "/videos/motions", headers={"Host": "dashboard.local:8787"})
    assert answer.json()[0]["cover"]["resource"].startswith("http://dashboard.local:8787/media/")


def test_names_cannot_be_guessed(sandbox: Sandbox) -> None:
    one, other = sandbox.picture(), sandbox.picture()
    assert one != other
    assert len(one.rsplit("/", 1)[-1]) >= 32


@pytest.fixture
def mounted(sandbox: Sandbox) -> Iterator[str]:
    """A dashboard that shows the practice API's media under a path of its own."""
    dashboard = Starlette(routes=[Mount("/practice", media_app(sandbox.app))])
    with serve(dashboard) as origin:
        yield origin


def test_the_same_media_under_the_dashboards_address(sandbox: Sandbox, mounted: str) -> None:
    motion = ok(sandbox.get("/videos/motions"))[0]
    cover = result(sandbox)["cover"]["resource"]
    for link in (motion["resource"]["resource"], cover, sandbox.picture()):
        there = link.replace(sandbox.origin, f"{mounted}/practice")
        assert fetch(there).content == fetch(link).content
        assert fetch(there, Range="bytes=0-9").status_code == 206
    assert fetch(f"{mounted}/practice/media/none.mp4").status_code == 404
    assert fetch(f"{mounted}/practice/v1/kling/tasks").status_code == 404
    assert fetch(f"{mounted}/practice/sandbox/calls").status_code == 404


# Made once, kept for a while


def test_a_result_is_made_when_first_asked_for_and_once(
    sandbox: Sandbox, mounted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    hold = threading.Event()
    write = result_video.Result.write_clip

    def count(recipe: result_video.Result, path: Any) -> None:
        made.append(path.name)
        hold.wait(10)
        write(recipe, path)

    monkeypatch.setattr(result_video.Result, "write_clip", count)
    link = result(sandbox)["resource"]["resource"]
    assert made == []
    lengths: list[int] = []
    viewers = [
        threading.Thread(target=lambda at=at: lengths.append(len(fetch(at).content)))
        for at in [link, link.replace(sandbox.origin, f"{mounted}/practice")] * 3
    ]
    for viewer in viewers:
        viewer.start()
    # The API answers while the result is being made.
    assert sandbox.get("/tasks").status_code == 200
    hold.set()
    for viewer in viewers:
        viewer.join()
    assert len(made) == 1
    assert len(set(lengths)) == 1
    assert len(lengths) == 6
    fetch(link)
    assert len(made) == 1


def test_old_results_go_and_are_made_again() -> None:
    with sandbox_of(limits=Limits(media_files=2)) as sandbox:
        folder = sandbox.app.state.work_folder.made
        covers = [m["cover"]["resource"] for m in ok(sandbox.get("/videos/motions"))[:4]]
        first = [fetch(cover).content for cover in covers]
        assert len(list(folder.iterdir())) == 2
        assert [fetch(cover).content for cover in covers] == first


def test_results_are_bounded_by_bytes() -> None:
    with sandbox_of(limits=Limits(media_bytes=30_000)) as sandbox:
        folder = sandbox.app.state.work_folder.made
        for motion in ok(sandbox.get("/videos/motions")):
            assert fetch(motion["cover"]["resource"]).status_code == 200
        assert sum(path.stat().st_size for path in folder.iterdir()) <= 30_000


def test_a_result_whose_picture_is_gone_has_expired() -> None:
    with sandbox_of(limits=Limits(upload_bytes=len(jpeg()) + 10)) as sandbox:
        work = result(sandbox)
        sandbox.picture()
        answer = fetch(work["resource"]["resource"])
        assert answer.status_code == 404
        assert answer.json()["error"] == "The file has expired"


def test_a_fault_while_drawing_is_a_sentence(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(recipe: result_video.Result, path: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(result_video.Result, "write_cover", no_room)
    answer = fetch(result(sandbox)["cover"]["resource"])
    assert answer.status_code == 507
    assert "no room" in answer.json()["error"]


# Downloads


def test_one_work_is_downloaded_as_it_is(sandbox: Sandbox) -> None:
    work = result(sandbox)
    answer = ok(sandbox.get("/assets/download", workIds=work["workId"], fileTypes="MP4"))
    assert answer == {"cdnUrl": work["resource"]["resource"], "status": "success"}


def test_several_works_come_in_one_archive(sandbox: Sandbox) -> None:
    works = [result(sandbox) for _ in range(2)]
    ids = ",".join(str(work["workId"]) for work in works)
    link = ok(sandbox.get("/assets/download", workIds=ids))["cdnUrl"]
    with zipfile.ZipFile(io.BytesIO(fetch(link).content)) as archive:
        assert sorted(archive.namelist()) == sorted(f"{work['workId']}.mp4" for work in works)
        assert archive.read(f"{works[0]['workId']}.mp4") == fetch(works[0]["resource"]["resource"]).content


def test_only_finished_works_that_exist_are_downloaded(sandbox: Sandbox) -> None:
    task = sandbox.task()
    work_id = sandbox.app.state.api.state.tasks[task].work_id
    assert sandbox.get("/assets/download", workIds=work_id).status_code == 404
    sandbox.finish()
    assert sandbox.get("/assets/download", workIds=work_id).status_code == 200
    assert sandbox.get("/assets/download", workIds=f"{work_id},1").status_code == 404
    assert sandbox.get("/assets/download", workIds=work_id, fileTypes="WAV").status_code == 404


def test_downloads_are_for_paid_accounts() -> None:
    with sandbox_of(accounts=[AccountSetup("free@example.com", paid=False)]) as sandbox:
        work = result(sandbox)
        assert sandbox.get("/assets/download", workIds=work["workId"]).status_code == 403
        assert fetch(work["cover"]["resource"]).status_code == 200
