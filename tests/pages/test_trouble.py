"""Every fault of the service, on every page: a sentence that is true now, what was there stays, and it goes again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kling.http import retries
from pages.ui.session import shared
from tests.media.samples import picture
from tests.pages.app_test import Pages
from tests.sandbox_server import Sandbox

FAULTS = {
    "unauthorized": "does not accept the token",
    "expired": "subscription of the Kling account has run out",
    "busy": "asked too often",
    "error": "has a fault or is too busy",
    "html": "has a fault or is too busy",
    "broken": "connection is broken",
    "drop": "did not answer",
}
"""By kind of the practice API's fault."""
STAYS = {
    "create.py": "1. Motion",
    "upload.py": "Upload a motion",
    "motions.py": "Motions",
    "tasks.py": "1 task",
    "account.py": "a@example.com",
}


@pytest.fixture(autouse=True)
def without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is read again at once where it fails, which is not what is tried here."""
    monkeypatch.setattr(retries.READ_RETRY, "backoff_factor", 0.0)


@pytest.mark.parametrize("page", STAYS)
def test_each_fault_has_its_own_sentence_and_goes_by_itself(pages: Pages, sandbox: Sandbox, page: str) -> None:
    sandbox.task(prompt="A dance")
    sandbox.finish()
    pages.open(page)
    pages.settle()  # what one list brought makes the page look at another
    before = pages.words()
    shown = "@" if page == "account.py" else STAYS[page]
    assert shown in before
    for kind, sentence in FAULTS.items():
        sandbox.lever("trouble", kind=kind)
        pages.look_again()
        now = pages.words()
        assert not pages.at.exception, (kind, page)
        assert shown in now, (kind, page)
        if page != "upload.py":  # which has nothing to read before a clip is chosen
            assert sentence in now, (kind, page)
            others = {other for other in FAULTS.values() if other != sentence and other in now}
            assert not others, (kind, page)
        assert "Traceback" not in now
        assert "All places" not in now
    sandbox.lever("trouble", kind=None)
    pages.look_again()
    assert not [sentence for sentence in FAULTS.values() if sentence in pages.words()]


@pytest.mark.parametrize("page", STAYS)
def test_a_page_that_opens_while_nothing_can_be_read_is_a_sentence(pages: Pages, sandbox: Sandbox, page: str) -> None:
    for kind in ("broken", "html"):
        sandbox.lever("trouble", kind=kind)
        pages.open(page)
        assert not pages.at.exception
        assert pages.at.title
    sandbox.lever("trouble", kind=None)
    pages.look_again()
    assert not [sentence for sentence in FAULTS.values() if sentence in pages.words()]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("unauthorized", "must correct the token"),
        ("expired", "must renew it"),
        ("broken", "must add the account again"),
    ],
)
def test_what_stops_the_line_stands_on_every_page_until_it_is_mended(
    pages: Pages, sandbox: Sandbox, kind: str, sentence: str
) -> None:
    pages.open()
    pages.choose_card("Wave")
    pages.choose_picture(picture())
    sandbox.lever("trouble", kind=kind, path="motion-create")
    pages.press("Make the video")
    for page in STAYS:
        pages.at.switch_page(page).run()
        told = pages.words()
        assert "stands still" in told, page
        assert sentence in told, page
        assert "nothing is charged while it waits" in told
        assert "goes on by itself in" not in told
    sandbox.lever("trouble", kind=None)
    pages.at.switch_page("account.py").run()
    pages.press("It is mended: try now")
    pages.await_words("stands still", is_there=False)
    assert len(pages.posted("/videos/motion-create")) >= 1


def test_orders_that_wait_here_and_places_that_are_taken_are_counted(pages: Pages, sandbox: Sandbox) -> None:
    pages.open()
    pages.choose_card("Wave")
    pages.choose_picture(picture())
    sandbox.lever("trouble", kind="expired", path="motion-create")
    pages.press("Make the video")
    pages.at.switch_page("tasks.py").run()
    pages.settle()
    numbers = "".join(each.proto.body for each in pages.at.get("html"))
    assert "<dt>Waiting</dt><dd>1</dd>" in numbers


def test_credits_are_the_same_on_every_page_and_those_after_the_order(pages: Pages, sandbox: Sandbox) -> None:
    pages.open("account.py")
    before = pages.at.metric[0].value
    pages.at.switch_page("create.py").run()
    pages.settle()
    pages.choose_card("Wave")
    pages.choose_picture(picture())
    pages.press("Make the video")
    pages.at.switch_page("tasks.py").run()
    pages.look_again()
    numbers = "".join(each.proto.body for each in pages.at.get("html"))
    pages.at.switch_page("account.py").run()
    pages.settle()
    after = pages.at.metric[0].value
    assert after != before
    assert f"<dt>Credits</dt><dd>{after}</dd>" in numbers
    assert "<dt>Free places</dt><dd>4</dd>" in numbers
    assert pages.at.metric[1].value == "4 of 5"


def test_refresh_now_says_what_came_of_it(pages: Pages, sandbox: Sandbox) -> None:
    pages.open("tasks.py")
    pages.settle()
    for change, told in (
        (lambda: None, "Up to date. Nothing has changed."),
        (lambda: sandbox.task(prompt="A dance"), "Up to date. 1 task is different."),
        (lambda: sandbox.lever("trouble", kind="html"), "Kling's service has a fault"),
        (lambda: sandbox.lever("trouble", kind=None), "Up to date. Nothing has changed."),
    ):
        change()
        next(button for button in pages.at.button if button.label == "Refresh now").click().run()
        shared.feeds(None).tasks.settled()
        toasts = [each.value for each in pages.at.toast] + [each.value for each in pages.at.run().toast]
        assert [toast for toast in toasts if toast.startswith(told)], (told, toasts)
        assert not pages.at.run().toast


@pytest.mark.parametrize("page", ["create.py", "tasks.py"])
def test_a_database_that_goes_away_while_one_waits_is_a_sentence_until_it_is_back(pages: Pages, page: str) -> None:
    pages.open()
    pages.choose_card("Wave")
    pages.choose_picture(picture())
    pages.press("Make the video")
    pages.at.switch_page(page).run()
    pages.settle()
    engine = shared.orders()._context.repository.store.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE kling_orders RENAME TO elsewhere")
    pages.await_words("The database of orders does not answer")
    assert not pages.at.exception
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO kling_orders")
    pages.await_words("The database of orders does not answer", is_there=False)
    assert not pages.at.exception


@pytest.mark.parametrize("page", ["create.py", "tasks.py"])
def test_a_first_answer_that_takes_long_is_said_to_be_waited_for(
    pages: Pages, sandbox: Sandbox, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.ui.panels.LONG_SECONDS", 0.0)
    sandbox.lever("trouble", kind="slow", seconds=3.0, method="GET", times=20)
    pages.at.run()
    if page != "create.py":
        pages.at.switch_page(page).run()
    assert "Kling has not answered yet" in pages.words()
    pages.settle()
    assert "Kling has not answered yet" not in pages.words()


def test_while_the_service_is_silent_the_board_says_how_old_it_is(
    pages: Pages, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.ui.panels.SLOW_SECONDS", 0.0)
    sandbox.task(prompt="A dance")
    pages.open("tasks.py")
    feed = shared.feeds(None).tasks
    seen_at = feed.known().fetched_at
    assert seen_at is not None
    assert "What you see is from" not in pages.words()
    sandbox.lever("trouble", kind="slow", seconds=2.0, method="GET", path="/tasks", times=1)
    feed.look_again()
    pages.at.run()
    assert f"What you see is from {datetime.fromtimestamp(seen_at, UTC):%H:%M:%S}. Kling is slow" in pages.words()
    assert len(pages.rows()) == 1
    pages.settle()
    assert "What you see is from" not in pages.words()
