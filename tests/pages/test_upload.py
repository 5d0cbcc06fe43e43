"""Upload a motion: a clip is checked, sent in real bytes, followed, and used."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from kling import KlingClient
from kling.sandbox import serve
from pages.server import routes
from pages.ui.session import shared
from tests.media.samples import clip, picture
from tests.pages.app_test import Pages

SEND = "Send it to Kling"


def choose(pages: Pages, data: bytes, name: str = "dance.mp4") -> None:
    pages.open("upload.py")
    pages.at.file_uploader(key="clip").set_value((name, data, "video/mp4")).run()
    pages.settle()


@pytest.fixture(scope="module")
def dance(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return clip(tmp_path_factory.mktemp("clips") / "dance.mp4", 3.0).read_bytes()


def test_a_clip_becomes_a_motion_that_can_be_used(pages: Pages, dance: bytes) -> None:
    choose(pages, dance)
    assert "3.0 s" in pages.words()
    pages.press(SEND)
    [body] = pages.posted("/videos/motion-upload")
    assert body.keys() >= {"resourceUrl", "coverUrl"}
    pages.sandbox.finish()
    pages.look_again()
    pages.settle()
    assert "Your motion is ready" in pages.words()
    assert "Use it" in [button.label for button in pages.at.button]


@pytest.mark.parametrize(("typed", "called"), [("", "dance"), ("Our victory", "Our victory")])
def test_a_motion_is_named_while_it_is_sent_with_its_files_name_as_the_start(
    pages: Pages, dance: bytes, typed: str, called: str
) -> None:
    choose(pages, dance)
    field = next(each for each in pages.at.text_input if each.label == "Name of the motion")
    assert field.value == "dance"
    field.set_value(typed)
    pages.press(SEND)
    pages.sandbox.finish()
    pages.look_again()
    pages.settle()
    assert f"**{called}**" in pages.words()
    pages.at.switch_page("motions.py").run()
    pages.settle()
    assert called in pages.card_names()
    pages.at.switch_page("tasks.py").run()
    pages.settle()
    assert called in str(pages.rows())


def test_the_extraction_is_followed_while_it_lasts(pages: Pages, dance: bytes) -> None:
    choose(pages, dance)
    pages.press(SEND)
    pages.look_again()
    assert "Your motion is ready" not in pages.words()
    assert SEND not in [button.label for button in pages.at.button]


def test_the_options_under_more_are_what_is_asked_of_kling(pages: Pages, dance: bytes) -> None:
    choose(pages, dance)
    pages.unfold("for programmers")
    fields = [*pages.at.text_input, *pages.at.number_input]
    assert [(field.key, bool(field.help)) for field in fields if str(field.key).startswith("upload ")] == [
        ("upload reply_url", True),
        ("upload reply_ref", True),
        ("upload max_jobs", True),
    ]
    pages.at.text_input(key="upload reply_url").set_value("call me").run()
    assert next(button for button in pages.at.button if button.label == SEND).disabled
    assert "must be a link" in pages.words()
    pages.at.text_input(key="upload reply_url").set_value("https://example.com/done")
    pages.at.text_input(key="upload reply_ref").set_value("order 7")
    pages.at.number_input(key="upload max_jobs").set_value(2).run()
    pages.press(SEND)
    [body] = pages.posted("/videos/motion-upload")
    addresses = [str(body.pop(name)) for name in ("resourceUrl", "coverUrl")]
    assert all(address.startswith(pages.sandbox.origin) for address in addresses)
    body.pop("email")
    assert body == {"maxJobs": 2, "replyUrl": "https://example.com/done", "replyRef": "order 7"}


@pytest.fixture
def callbacks(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where Kling reaches the dashboard of `pages`."""
    ours = [Route("/hooks/kling/{secret}", routes.callback, methods=["POST"])]
    with serve(Starlette(routes=ours)) as origin:
        monkeypatch.setenv("KLING_PUBLIC_URL", origin)
        yield origin


def test_kling_tells_this_dashboard_that_the_motion_is_ready(pages: Pages, dance: bytes, callbacks: str) -> None:
    choose(pages, dance)
    pages.press(SEND)
    [body] = pages.posted("/videos/motion-upload")
    assert str(body["replyUrl"]).startswith(f"{callbacks}/hooks/kling/")
    tasks = shared.feeds(None).tasks

    def states() -> list[str]:
        return [summary.state for summary in tasks.known().value or ()]

    pages.look_again()
    assert states() == ["submitted"]
    pages.sandbox.finish()
    with tasks.lock:  # nobody looks at the page any more: only the callback makes the dashboard ask
        assert tasks.lock.wait_for(lambda: states() == ["succeed"], 20)


def test_a_person_may_keep_kling_from_telling_this_dashboard(pages: Pages, dance: bytes, callbacks: str) -> None:
    choose(pages, dance)
    pages.unfold("for programmers")
    assert pages.at.toggle(key="upload tell").value
    pages.at.toggle(key="upload tell").set_value(False).run()
    pages.press(SEND)
    [body] = pages.posted("/videos/motion-upload")
    assert "replyUrl" not in body


def unlisted(pages: Pages, patch: pytest.MonkeyPatch) -> None:
    """The motion is made, and no list of ours has it."""
    patch.setattr(KlingClient, "list_motions", lambda *_, mine=False, **__: [])
    order_id = pages.at.session_state["motion draft"].id
    pages.sandbox.finish()
    pages.look_again()
    shared.orders().ended(order_id)
    pages.settle()
    assert "is being added to the library" in next(bar.proto.text for bar in pages.at.get("progress"))
    shared.orders()._context.decide(order_id, ("done",), ended_at=time.time() - 3600)
    pages.look_again()


def test_a_motion_that_the_list_leaves_out_is_not_waited_for_for_ever(pages: Pages, dance: bytes) -> None:
    choose(pages, dance)
    pages.press(SEND)
    with pytest.MonkeyPatch.context() as patch:
        unlisted(pages, patch)
    assert "its list of motions does not show it" in pages.words()
    assert "need not be uploaded again" in pages.words()
    assert not pages.at.get("progress")
    assert {"Look again", "Upload another"} <= {button.label for button in pages.at.button}
    pages.press("Look again")
    assert "Your motion is ready" in pages.words()


def test_a_list_that_cannot_be_read_ends_the_waiting_too(pages: Pages, dance: bytes) -> None:
    choose(pages, dance)
    pages.press(SEND)
    pages.sandbox.lever("trouble", kind="error", method="GET", path="/videos/motions")
    pages.sandbox.finish()
    pages.look_again()
    assert "its list of motions does not show it" in pages.words()
    assert "has a fault" in pages.words()


def test_a_cover_of_ones_own_takes_the_place_of_the_frame(pages: Pages, dance: bytes) -> None:
    choose(pages, dance)
    pages.at.segmented_control(key="cover source").set_value("A picture of mine").run()
    assert next(button for button in pages.at.button if button.label == SEND).disabled
    pages.at.file_uploader(key="cover file").set_value(("cover.png", picture(640, 640, "PNG"), "image/png")).run()
    pages.press(SEND)
    uploads = [call for call in pages.sandbox.calls() if call["path"].endswith("/assets/")]
    assert len(uploads) == 2
    assert len(pages.posted("/videos/motion-upload")) == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"plain text", "not a video"), (b"\0\0\0\x18ftypisom" + b"\0" * 100, "cannot be read")],
    ids=["text", "damaged"],
)
def test_what_is_no_clip_is_refused_before_anything_is_sent(pages: Pages, data: bytes, told: str) -> None:
    choose(pages, data)
    assert told in pages.words()
    assert pages.posted("/assets/") == []


def repaired(pages: Pages, label: str) -> str:
    """What the page says once the repair that a button began is over."""
    pages.press(label)
    shared.workbench()._worker.submit(lambda: None).result()  # it does one after another
    pages.settle()
    return pages.words()


def test_a_clip_that_is_too_long_is_cut_before_it_can_be_sent(pages: Pages, tmp_path: Path) -> None:
    choose(pages, clip(tmp_path / "long.mp4", 11.0, rate=4).read_bytes())
    assert "11.0 seconds long; a motion is taken from 2 to 10 seconds" in pages.words()
    assert next(button for button in pages.at.button if button.label == SEND).disabled
    told = repaired(pages, "Cut it to the chosen part")
    assert "10.0 s · 720 × 1280" in told
    assert "a motion is taken" not in told
    pages.press(SEND)
    assert len(pages.posted("/videos/motion-upload")) == 1


def test_the_cover_stays_where_it_was_put_when_the_clip_is_cut(pages: Pages, tmp_path: Path) -> None:
    choose(pages, clip(tmp_path / "long.mp4", 11.0, rate=4).read_bytes())
    draft = pages.at.session_state["motion draft"]
    draft.span, draft.cover_at = (1.0, 10.0), 4.0  # as hands on the film strip leave them
    repaired(pages, "Cut it to the chosen part")
    assert draft.cover_at == pytest.approx(3.0)
    pages.press("Use the original")
    assert draft.cover_at == pytest.approx(4.0)


def test_all_that_is_wrong_is_repaired_by_one_button_and_can_be_undone(pages: Pages, tmp_path: Path) -> None:
    choose(pages, clip(tmp_path / "small.webm", 2.5, 180, 320, form="webm").read_bytes(), "small.webm")
    assert "180 × 320 pixels" in pages.words()
    assert "kind WEBM" in pages.words()
    assert "2.5 s · 720 × 1280" in repaired(pages, "Repair all")
    [kept, original] = sorted((tmp_path / "uploads").iterdir(), key=lambda path: path.suffix)
    assert (kept.suffix, original.suffix) == (".mp4", ".webm")
    pages.press("Use the original")
    assert "180 × 320 pixels" in pages.words()
    assert [path.suffix for path in (tmp_path / "uploads").iterdir()] == [".webm"]
    pages.press("Choose another video")
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_clip_that_is_too_short_cannot_be_sent_and_says_why(pages: Pages, tmp_path: Path) -> None:
    choose(pages, clip(tmp_path / "short.mp4", 1.0).read_bytes())
    assert "Choose a longer one" in pages.words()
    assert next(button for button in pages.at.button if button.label == SEND).disabled


def test_a_repair_that_fails_says_so_and_keeps_the_clip(pages: Pages, tmp_path: Path) -> None:
    choose(pages, clip(tmp_path / "long.mp4", 11.0, rate=4).read_bytes())
    [kept] = (tmp_path / "uploads").iterdir()
    kept.write_bytes(kept.read_bytes()[:2000])
    assert "cannot be read" in repaired(pages, "Cut it to the chosen part")
    assert "11.0 s" in pages.words()
    assert next(button for button in pages.at.button if button.label == SEND).disabled


def test_an_upload_that_meets_a_fault_waits_says_why_and_goes_on_by_itself(pages: Pages, dance: bytes) -> None:
    choose(pages, dance)
    pages.sandbox.lever("trouble", kind="down", path="/assets")
    pages.press(SEND)
    assert "fault or is too busy" in pages.words()
    assert "goes on by itself" in pages.words()
    pages.sandbox.lever("trouble", kind=None)
    [order] = shared.orders().under_way()
    assert shared.orders().settled(order.id).is_accepted
    assert len(pages.posted("/videos/motion-upload")) == 1


def test_files_under_way_are_gone_when_the_motion_is_accepted(pages: Pages, dance: bytes, tmp_path: Path) -> None:
    choose(pages, dance)
    assert list((tmp_path / "uploads").iterdir())
    pages.press(SEND)
    assert list((tmp_path / "uploads").iterdir()) == []
