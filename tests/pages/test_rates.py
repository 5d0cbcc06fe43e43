"""Nobody orders more than hands can: the page says so, nothing is sent, and it goes on by itself."""

from __future__ import annotations

import pytest

from pages.ui import wording
from pages.ui.session.rates import RATES, Rate
from tests.pages.app_test import Pages
from tests.pages.test_create import BUTTON, CREATE, ready


def test_an_order_too_many_is_told_and_not_sent(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(pages)
    monkeypatch.setitem(RATES, "orders", Rate(0, 0))
    next(button for button in pages.at.button if button.label == BUTTON).click().run()
    assert [toast.value for toast in pages.at.toast] == [wording.TOO_OFTEN]
    pages.settle()
    assert pages.posted(CREATE) == []
    monkeypatch.setitem(RATES, "orders", Rate(1, 60_000_000))  # as after some time
    pages.press(BUTTON)
    assert len(pages.posted(CREATE)) == 1
