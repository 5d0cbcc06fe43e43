"""Who may come in: by the lists, the time of the sign-in, and what was decided since; with and without a database."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from kling.errors import NotConfigured
from kling.people import Identity, Register, address_of, register
from kling.store import Store

NOW = 1_000_000.0
ANN = Identity("ann@team.example", "Ann", NOW - 60)


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path.as_posix()}/orders.sqlite")


@pytest.fixture
def people(store: Store, clock: Clock) -> Register:
    return Register(store, allowed=["@team.example"], admins=["boss@else.example"], clock=clock)


def test_a_listed_person_comes_in_and_is_an_admin_when_told_so(people: Register) -> None:
    ann, boss = people.admit(ANN), people.admit(Identity("boss@else.example", "", NOW))
    assert ann is not None
    assert (ann.id, ann.name, ann.role, ann.is_signed_in) == ("ann@team.example", "Ann", "maker", True)
    assert boss is not None
    assert boss.role == "admin"
    assert people.admit(Identity("eve@else.example", "", NOW)) is None
    assert people.whom_to_ask() == "boss@else.example"


def test_a_sign_in_ends_after_its_hours(people: Register, clock: Clock) -> None:
    clock.now = ANN.signed_in_at + 12 * 3600
    assert people.admit(ANN)
    clock.now += 1
    assert people.admit(ANN) is None


def test_a_sign_out_ends_what_was_signed_in_before_it_and_nothing_after(people: Register, clock: Clock) -> None:
    people.sign_out(ANN.email)
    assert people.admit(ANN) is None
    clock.now += 1
    assert people.admit(Identity(ANN.email, "Ann", clock.now))


def test_a_sign_in_is_new_once(people: Register) -> None:
    assert people.came(ANN)
    assert not people.came(ANN)
    assert not people.came(Identity(ANN.email, "Ann", ANN.signed_in_at + 600), not_within=3600)
    assert people.came(Identity(ANN.email, "Ann", ANN.signed_in_at + 600))
    assert [row["name"] for row in people.everybody()] == ["Ann"]


def test_a_database_that_blinks_throws_nobody_out_and_lets_nobody_in_for_long(
    people: Register, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.block("bob@team.example")
    assert people.admit(ANN)

    def silent(*_: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception())

    monkeypatch.setattr(store.engine, "connect", silent)
    monkeypatch.setattr(register, "NEW_FOR", -1.0)
    assert people.admit(ANN)
    assert people.admit(Identity("bob@team.example", "", NOW)) is None
    monkeypatch.setattr(register, "GOOD_FOR", -1.0)
    with pytest.raises(NotConfigured, match="does not answer"):
        people.admit(ANN)
    monkeypatch.undo()
    assert people.admit(ANN)


def test_without_a_database_nobody_comes_in(tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    nowhere = Register(Store(f"sqlite:///{tmp_path.as_posix()}/a folder"), allowed=["@team.example"])
    with pytest.raises(NotConfigured):
        nowhere.admit(ANN)


@pytest.mark.parametrize(
    "said", ["", "ann", "@x.y", "a@", "a b@x.y", "a@b@c", "\u212aate@x.y", "stra\u00dfe@x.y", None, 5]
)
def test_what_is_no_plain_address_is_none(said: object) -> None:
    assert address_of(said) is None


def test_an_address_has_one_way_of_writing() -> None:
    assert address_of(" Ann.Lee+x@Team.Example\n") == "ann.lee+x@team.example"
