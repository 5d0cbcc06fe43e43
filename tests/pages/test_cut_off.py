"""A run may be cut off at each word, by what the browser asks for next: the next run says what it was about to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from pages import streamlit_internals
from pages.ui.session import shared
from tests.pages.app_test import Pages
from tests.pages.test_create import BUTTON, ready


def refuse_upload(pages: Pages) -> None:
    pages.at.run()
    shared.refused_uploads()["a session"] = "Too large."


def end_order(pages: Pages) -> None:
    ready(pages)
    pages.press(BUTTON)
    pages.sandbox.finish()
    [order] = shared.orders().of_person(pages.at.session_state["person"], 0.0)
    shared.orders().ended(order.id)


def finish_task_of_others(pages: Pages) -> None:
    pages.sandbox.task(prompt="A dance")
    pages.open("tasks.py")
    pages.sandbox.finish()
    tasks = shared.feeds(None).tasks
    tasks.look_again()
    tasks.snapshot()
    tasks.settled()


@pytest.mark.parametrize(
    ("happen", "told"),
    [(refuse_upload, "Too large."), (end_order, "Ready"), (finish_task_of_others, "Ready: ")],
)
def test_what_a_run_that_is_cut_off_was_about_to_tell_is_told_by_the_next_one(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, happen: Callable[[Pages], None], told: str
) -> None:
    monkeypatch.setattr(streamlit_internals, "session_id", lambda: "a session")
    happen(pages)
    toast, cut = st.toast, list[str]()

    def toast_at_the_second_try(body: str, **options: Any) -> Any:
        if body not in cut:
            cut.append(body)
            raise StopException
        return toast(body, **options)

    monkeypatch.setattr(st, "toast", toast_at_the_second_try)
    assert not pages.at.run().toast
    assert [each.value for each in pages.at.run().toast if told in each.value]
    assert not pages.at.run().toast
