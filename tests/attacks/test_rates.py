"""One who presses, sends or signs in far more often than hands can."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from pages.ui import session, wording
from pages.ui.session import shared
from pages.ui.session.rates import PERSONS, RATES, Kind, Rate, Rates
from pages.ui.tasks import bulk_actions, details
from tests.attacks.attacker import Attacker, form
from tests.attacks.conftest import dashboard_with_short_limits
from tests.processes import Server


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("kind", list(RATES))
def test_each_person_has_so_many_at_once_and_so_many_a_minute(kind: Kind) -> None:
    clock, rate = Clock(), RATES[kind]
    rates = Rates(clock)
    assert all(rates.take(kind, "anna") for _ in range(rate.at_once))
    assert not rates.take(kind, "anna")
    assert rates.take(kind, "ben")
    clock.now += 60
    assert rates.take(kind, "anna", rate.a_minute)
    assert not rates.take(kind, "anna")
    clock.now += 1e9
    assert not rates.take(kind, "anna", rate.at_once + 1)
    assert rates.take(kind, "anna", rate.at_once)


def test_what_is_remembered_does_not_grow_for_ever() -> None:
    rates = Rates()
    for number in range(PERSONS + 50):
        rates.take("orders", str(number))
    assert len(rates._left) == PERSONS


def test_uploads_without_end_are_refused_and_the_page_says_why(tmp_path: Path) -> None:
    with dashboard_with_short_limits(tmp_path) as server, Attacker(server.url).on() as attacker:
        answers = [attacker.upload(form(1), "same").status_code for _ in range(10)]
        assert answers[0] == 204
        assert 429 in answers
        while wording.TOO_OFTEN not in attacker.toasts:
            attacker.await_run()


def test_so_are_sign_ins(server: Server) -> None:
    answers = [requests.get(f"{server.url}/auth/login", timeout=30, allow_redirects=False) for _ in range(30)]
    assert answers[0].status_code != 429
    assert answers[-1].status_code == 429
    assert requests.get(f"{server.url}/healthz", timeout=30).status_code == 200


def test_deletions_are_refused_whole_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    deleted: list[object] = []
    told: list[str] = []
    rates = Rates()
    monkeypatch.setitem(RATES, "deletions", Rate(3, 0))
    monkeypatch.setattr(shared, "rates", lambda: rates)
    monkeypatch.setattr(session, "person", lambda: "anna")
    monkeypatch.setattr(session, "delete_task", deleted.append)
    monkeypatch.setattr("streamlit.toast", lambda text, **_: told.append(text))
    bulk_actions.delete((1, 2, 3, 4))
    assert (deleted, told) == ([], [wording.TOO_OFTEN])
    bulk_actions.delete((1, 2))
    details.delete(3)
    details.delete(4)
    assert deleted == [1, 2, 3]
