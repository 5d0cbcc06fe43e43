"""What stands beside a button that costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kling.orders import Cost, Expectation, Order, Price, Step
from pages.ui import wording
from pages.ui.session import shared
from pages.ui.wording.prices import MonthlyUse, describe, shortage
from tests.media.samples import picture
from tests.pages.app_test import Pages


def costs(credits: float | None, seconds: float | None = None) -> Expectation:
    return Expectation(None if credits is None else Price(credits, 1), seconds)


@pytest.mark.parametrize(
    ("expected", "balance", "month", "said"),
    [
        ([costs(35)], 660, MonthlyUse(120, 500), "About 35 credits of 660. Your month: 120 of 500."),
        ([costs(35)], None, MonthlyUse(1234.5), "About 35 credits. Your month: 1,234.5."),
        ([costs(35, 185)], 660, None, "About 35 credits of 660. Kling takes about 3 min."),
        ([costs(1, 45)], 660, None, "About 1 credit of 660. Kling takes about 45 s."),
        ([costs(20, 60), costs(35, 240)], 660, None,
         "About 55 credits of 660, which leaves 605. Kling takes up to 4 min each."),
        ([costs(20), costs(None), costs(None)], 660, None,
         "About 20 credits of 660 for 1 of them. What the other 2 take is not known yet: the first one will tell."),
        ([costs(None)], 660, None, "What it takes is not known yet: the first one will tell. 660 credits are left."),
        ([costs(None)] * 2, None, None, "What they take is not known yet: the first one will tell."),
        ([costs(0)], 660, None, "So far this took no credits."),
        ([], 660, None, ""),
    ],
)  # fmt: skip
def test_the_line(expected: list[Expectation], balance: float | None, month: MonthlyUse | None, said: str) -> None:
    assert describe(expected, balance, month) == said


def test_a_balance_that_does_not_suffice_is_told() -> None:
    assert shortage([costs(35)], 35) == ""
    assert shortage([costs(35)], None) == ""
    assert shortage([costs(None)], 0) == ""
    assert shortage([costs(35)], 34).startswith("About 35 credits are needed and 34 credits are left.")
    assert "Send fewer" in shortage([costs(20), costs(20), costs(None)], 30)


@pytest.mark.parametrize(
    ("step", "cost", "said"),
    [
        ("done", Cost(35, is_exact=True), "35 credits"),
        ("done", Cost(26.667, is_exact=False), "About 26.67 credits"),
        ("done", None, ""),
        ("failed", Cost(0, is_exact=True), "Its credits were given back"),
        ("failed", Cost(35, is_exact=True), "35 credits were taken and not given back"),
        (
            "failed",
            None,
            "Others ran at the same time, so the balance does not show whether its credits were given back",
        ),
        ("refused", None, ""),
    ],
)
def test_what_an_order_took_and_whether_it_was_given_back(step: Step, cost: Cost | None, said: str) -> None:
    assert wording.describe_cost(Order("a", "A video", 0.0, step=step, cost=cost)) == said


def test_the_first_video_tells_what_the_next_one_takes(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "PACE", replace(shared.PACE, follow=0.2, follow_first=0.2))
    pages.open()
    pages.choose_card("Wave")
    pages.choose_picture(picture())
    assert "is not known yet: the first one will tell. 660 credits are left." in pages.words()
    pages.press("Make the video")
    order = pages.at.session_state["draft"].id
    pages.sandbox.finish()
    shared.orders().ended(order)
    shared.orders()._wait(order, lambda known: known.cost is not None and known.cost.is_exact, 10)
    pages.press("Make another video")
    assert "About 20 credits of 640. Kling takes about" in pages.words()
    pages.at.segmented_control(key="create mode").set_value("pro").run()
    assert "is not known yet" in pages.words()
