"""Who may do what: the table, and that orders ask it whatever a page shows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kling.errors import NotAllowed
from kling.orders import Orders, VideoOrder
from kling.people import RIGHTS, ROLES, Act, Register, Role, may
from kling.store import Store
from tests.orders.upstream import PICTURE, Kling, orders_of, request

ADMIN = "boss@team.example"
PEOPLE: dict[str, Role] = {"vera@team.example": "viewer", "mia@team.example": "maker", ADMIN: "admin"}
VERA, MIA = "vera@team.example", "mia@team.example"
OTHER = "other@team.example"

TABLE: dict[Act, tuple[str, str]] = {
    "look": ("viewer maker admin", "viewer maker admin"),
    "download": ("viewer maker admin", "viewer maker admin"),
    "order": ("maker admin", "maker admin"),
    "upload": ("maker admin", "maker admin"),
    "name": ("maker admin", "maker admin"),
    "cancel": ("maker admin", "admin"),
    "decide": ("maker admin", "admin"),
    "delete": ("maker admin", "admin"),
    "arrange": ("maker admin", "maker admin"),
    "rename project": ("maker admin", "admin"),
    "delete for good": ("admin", "admin"),
    "let pass": ("admin", "admin"),
    "manage people": ("admin", "admin"),
    "see what everybody did": ("admin", "admin"),
    "see what everybody spent": ("admin", "admin"),
}


def test_the_table() -> None:
    assert TABLE.keys() == RIGHTS.keys()
    for act, role, is_own in itertools.product(TABLE, ROLES, (True, False)):
        own, anybodys = TABLE[act]
        assert may(role, act, is_own) == (role in (own if is_own else anybodys).split()), (act, role, is_own)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path.as_posix()}/orders.sqlite")


@pytest.fixture
def register(store: Store) -> Register:
    found = Register(store, allowed=["@team.example"], admins=[ADMIN])
    found.give_role(VERA, "viewer")
    return found


@pytest.fixture
def kling() -> Kling:
    return Kling()


@pytest.fixture
def orders(kling: Kling, register: Register, store: Store, tmp_path: Path) -> Iterator[Orders]:
    with orders_of(kling, tmp_path, rights=register) as found:
        yield found


DOINGS: dict[str, tuple[Act, Callable[[Orders, str | None, str, str], object]]] = {
    "place_video": ("order", lambda o, who, _, new: o.place_video(new, "", request(), PICTURE, person=who or "")),
    "place_videos": ("order", lambda o, who, _, new: o.place_videos([VideoOrder(new, "", request())],
                                                                    person=who or "")),
    "place_motion": ("upload", lambda o, who, _, new: o.place_motion(new, "", Path(__file__), "video/mp4", None,
                                                                     person=who or "")),
    "place_again": ("order", lambda o, who, theirs, new: o.place_again(theirs, new, by=who)),
    "cancel": ("cancel", lambda o, who, theirs, _: o.cancel(theirs, by=who)),
    "send_again": ("decide", lambda o, who, theirs, _: o.send_again(theirs, by=who)),
    "look_again": ("decide", lambda o, who, theirs, _: o.look_again(theirs, by=who)),
    "choose_task": ("decide", lambda o, who, theirs, _: o.choose_task(theirs, 1, by=who)),
    "let_go": ("decide", lambda o, who, theirs, _: o.let_go(theirs, by=who)),
    "let_pass": ("let pass", lambda o, who, theirs, _: o.let_pass([theirs], by=who)),
}  # fmt: skip


@pytest.mark.parametrize("name", DOINGS)
def test_orders_refuse_what_the_table_does_not_allow(name: str, orders: Orders) -> None:
    act, do = DOINGS[name]
    for number, (who, owner) in enumerate(
        itertools.product([*PEOPLE, "stranger@else.example", "", None], [ADMIN, MIA])
    ):
        theirs, new = f"order {number}", f"new {number}"
        orders.place_video(theirs, "", request(), person=owner)
        role = PEOPLE.get(who or "")
        is_own = who == owner or act in ("order", "upload")  # what is placed is one's own
        if role is not None and may(role, act, is_own):
            do(orders, who, theirs, new)
            continue
        with pytest.raises(NotAllowed, match=f"nothing was charged. Ask {ADMIN}"):
            do(orders, who, theirs, new)
        found = orders.get(theirs)
        assert found is not None
        assert found.step != "cancelled"
        assert orders.get(new) is None


def test_a_deletion_asks_whose_it_is(orders: Orders, kling: Kling) -> None:
    def delete(who: str | None, owner: str) -> None:
        orders.place_deletion(f"{who} {owner}", "", lambda client: client.delete_task(1), lambda: None, by=who,
                              owner=owner)  # fmt: skip

    for who, owner in ((VERA, VERA), (VERA, MIA), (MIA, OTHER), (MIA, ""), ("", ""), (None, MIA)):
        with pytest.raises(NotAllowed):
            delete(who, owner)
    assert orders.under_way() == []
    for who, owner in ((MIA, MIA), (ADMIN, MIA), (ADMIN, "")):
        delete(who, owner)
        assert orders.settled(f"{who} {owner}").person == who
    assert len(kling.sent("delete")) == 3


def test_who_is_blocked_or_demoted_while_they_work_orders_nothing_more(orders: Orders, register: Register) -> None:
    orders.place_video("one", "t", request(), person=MIA)
    register.block(MIA)
    with pytest.raises(NotAllowed):
        orders.place_video("two", "t", request(), person=MIA)
    register.block(MIA, is_blocked=False)
    register.give_role(MIA, "viewer")
    with pytest.raises(NotAllowed):
        orders.cancel("one", by=MIA)


def test_an_admin_by_the_settings_stays_one(register: Register) -> None:
    with pytest.raises(NotAllowed, match="KLING_ADMINS"):
        register.give_role(ADMIN, "viewer")
    with pytest.raises(NotAllowed, match="KLING_ADMINS"):
        register.block(ADMIN)
    assert register.role_of(ADMIN) == "admin"


def test_without_rights_everything_is_as_it_was(tmp_path: Path, kling: Kling) -> None:
    with orders_of(kling, tmp_path) as orders:
        orders.place_video("one", "t", request())
        assert orders.cancel("one")
        orders.place_deletion("d", "", lambda client: client.delete_task(1), lambda: None)
