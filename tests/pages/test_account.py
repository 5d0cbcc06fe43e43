"""Account: connected or not and why, credits, free places, mode, and never the token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

import kling
from kling.sandbox import AccountSetup
from pages.ui.session import notices, shared
from tests.archive.made_up import fill, store
from tests.pages.app_test import Pages
from tests.sandbox_server import START, sandbox_of


def test_a_working_connection_shows_credits_and_free_places(pages: Pages) -> None:
    at = pages.open("account.py")
    assert "Connected." in pages.words()
    shown = {metric.label: metric.value for metric in at.metric}
    assert shown == {"Credits left": "660", "Free places": "5 of 5"}
    assert "lapse on" in pages.words()
    assert "live mode" in pages.words()
    assert pages.sandbox.token not in pages.words()


def test_the_page_tells_which_version_it_is(pages: Pages) -> None:
    at = pages.open("account.py")
    assert f"Motion desk {kling.__version__}" in [caption.value for caption in at.caption]


def test_a_wrong_token_is_told_with_what_to_do(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLING_API_TOKEN", "user:1-wrong")
    pages.open("account.py")
    assert "does not accept the token" in pages.words()
    assert "Ask whoever runs the dashboard" in pages.words()
    assert "user:1-wrong" not in pages.words()


def test_practice_mode_says_so_on_every_page(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KLING_API_TOKEN")
    for page in ("create.py", "upload.py", "motions.py", "tasks.py", "account.py"):
        pages.open(page)
        assert "Nothing is sent to Kling and nothing is charged" in pages.words(), page
    pages.open("account.py")
    assert "KLING_API_TOKEN" in pages.at.code[0].value


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("KLING_MODE", "live", "needs a token"),
        ("KLING_MODE", "sometimes", "KLING_MODE"),
        ("KLING_REFRESH_SECONDS", "often", "at least 1"),
    ],
)
def test_a_wrong_setting_is_a_sentence_on_every_page(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.delenv("KLING_API_TOKEN")
    monkeypatch.setenv(name, value)
    pages.at.run()
    assert told in "".join(error.value.replace("\\", "") for error in pages.at.error)
    assert not pages.at.exception


@pytest.fixture
def two_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    accounts = [AccountSetup("ann@example.com", 5), AccountSetup("bob@example.com", 2)]
    with sandbox_of(accounts=accounts) as sandbox:
        monkeypatch.setenv("KLING_API_TOKEN", sandbox.token)
        monkeypatch.setenv("KLING_API_URL", sandbox.url)
        monkeypatch.setenv("KLING_DATA_DIR", str(tmp_path))
        st.cache_resource.clear()
        yield Pages(sandbox)
        st.cache_resource.clear()


def test_who_names_the_first_account_shares_its_lists_with_who_names_none(two_accounts: Pages) -> None:
    two_accounts.open("account.py")
    assert two_accounts.at.session_state["account"] == "ann@example.com"
    assert shared.feeds("ann@example.com") is shared.feeds(None)
    assert shared.feeds("bob@example.com") is not shared.feeds(None)
    two_accounts.at.switch_page("tasks.py").run()
    two_accounts.settle()
    ann = "ann@example.com"
    two_accounts.sandbox.task(image=two_accounts.sandbox.picture(email=ann), email=ann)
    shared.orders()._context.list_changed("")  # what an order does that was placed when no account was chosen
    two_accounts.settle()
    assert len(shared.feeds(ann).tasks.known().value or ()) == 1


def test_with_several_accounts_the_first_is_used_and_another_can_be_chosen(two_accounts: Pages) -> None:
    at = two_accounts.open("account.py")
    assert at.selectbox(key="account").options == ["ann@example.com", "bob@example.com"]
    at.selectbox(key="account").set_value("bob@example.com").run()
    at.switch_page("motions.py").run()
    two_accounts.settle()
    asked = [call["query"].get("email") for call in two_accounts.sandbox.calls() if "/videos/motions" in call["path"]]
    assert "bob@example.com" in asked
    assert None not in asked


def test_what_is_kept_and_the_room_it_takes(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLING_ARCHIVE_GB", "0.001")
    pages.open("account.py")
    assert "0 results kept, 0 MB, of 1 MB allowed" in pages.words()
    archive = shared.archive()
    fill(archive, 3, START, {"video": b"v" * 950_000})
    pages.open("account.py")
    assert "3 results kept, 0.9 MB, of 1 MB allowed" in pages.words()
    assert "nearly full" in pages.words()
    store(archive, b"w" * 60_000, "video", START)
    pages.open("account.py")
    assert "Raise the limit" in pages.words()
    assert "Orders go on as before" in pages.words()


def test_a_person_chooses_how_to_hear_of_what_has_finished(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLING_NOTIFY_URL", "https://hooks.slack.com/services/secret-of-the-hook")
    at = pages.open("account.py")
    assert [toggle.value for toggle in at.toggle] == [True, False]
    at.toggle(key="notices team").set_value(True).run()
    at.toggle(key="notices browser").set_value(False).run()
    choice = notices.choices().of(at.session_state["person"])
    assert choice.browser is False
    assert choice.team_since is not None
    assert "secret-of-the-hook" not in pages.words()


def test_without_a_web_hook_there_is_nothing_to_choose_but_the_browser(pages: Pages) -> None:
    at = pages.open("account.py")
    assert [toggle.label for toggle in at.toggle] == ["Tell me in this browser"]
    assert "tell a channel of your team" in pages.words()
