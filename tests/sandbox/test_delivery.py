"""How media reach people: over HTTP, made when they are wanted, kept for a while, downloaded."""

import io
import threading
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.routing import Mount

from kling.sandbox import AccountSetup, Limits, media_app, serve
from kling.sandbox.media import result_video
from tests.sandbox.calls import fetch
from tests.sandbox_server import Sandbox, jpeg, mp4, ok, sandbox_of


def result(sandbox: Sandbox, **changes: Any) -> dict[str, Any]:
    """The work of a task that has ended."""
    task = sandbox.task(**changes)
    sandbox.finish()
    return sandbox.work(task)


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


def test_without_a_type_of_file_one_work_comes_in_an_archive_too(sandbox: Sandbox) -> None:
    work = result(sandbox)
    link = ok(sandbox.get("/assets/download", workIds=work["workId"]))["cdnUrl"]
    with zipfile.ZipFile(io.BytesIO(fetch(link).content)) as archive:
        assert archive.namelist() == [f"{work['workId']}.mp4"]


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
