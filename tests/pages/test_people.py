"""People: what admins see and change, what others read instead, and what each may do on the other pages."""

from __future__ import annotations

from unittest import mock

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.testing.v1 import AppTest

from kling import NotAllowed, NotConfigured
from kling.people.register import NOT_KEPT
from pages.ui import session, sidebar
from pages.ui.session import people, shared
from pages.ui.tasks import whose
from tests.orders import history
from tests.pages.app_test import Pages
from tests.pages.team import ADMIN, MIA, VERA, Visit, open_as, placed, team

__all__ = ["team"]


def test_only_admins_see_the_page(team: Pages) -> None:
    for email in (MIA, VERA):
        at = open_as(team, email, "people.py")
        assert "Only admins see this page" in team.words()
        assert not at.dataframe
    team.at = AppTest.from_file(team.at._script_path, default_timeout=30)
    assert open_as(team, ADMIN, "people.py").dataframe


def test_a_viewer_reads_that_they_only_look(team: Pages) -> None:
    at = open_as(team, VERA, "create.py")
    assert f"Ask {ADMIN} to let you" in team.words()
    assert not [button for button in at.button if "Make" in button.label]
    open_as(team, VERA, "upload.py")
    assert "You may look and download here" in team.words()
    assert not at.file_uploader
    assert "Signed in as Vera" in team.words()


@pytest.mark.parametrize("page", ["upload.py", "people.py", "no database"])
def test_a_page_that_ends_early_leaves_no_part_of_the_one_before(
    team: Pages, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """Its timer may just be on its way: drawn now, it would clear the page, for the browser has no place for it."""
    at = open_as(team, VERA, "tasks.py")
    assert at._fragment_storage.resolve_target("board")
    if page == "no database":
        monkeypatch.setattr(shared, "orders", mock.Mock(side_effect=NotConfigured("Nothing there.")))
        with mock.patch.object(st, "context", Visit(VERA)):
            at.run()
    else:
        open_as(team, VERA, page)
    with pytest.raises(StreamlitAPIException):
        at._fragment_storage.resolve_target("board")


@pytest.mark.parametrize(("email", "expected"), [(VERA, "hidden"), (MIA, "visible"), (ADMIN, "visible")])
def test_only_those_who_may_use_a_page_find_it_in_the_menu(team: Pages, email: str, expected: str) -> None:
    with mock.patch.object(st, "context", Visit(email)):
        assert [sidebar.visibility_for("order"), sidebar.visibility_for("upload")] == [expected] * 2


def test_an_admin_gives_a_role_and_a_budget_blocks_and_lets_in_again(team: Pages) -> None:
    with mock.patch.object(st, "context", Visit(ADMIN)):
        at = team.open("people.py")
        table = at.dataframe[0].value
        assert dict(zip(table["Address"], table["Role"], strict=True)) == {
            ADMIN: "Admin", MIA: "Maker", VERA: "Viewer",
        }  # fmt: skip
        at.session_state["person chosen"] = MIA
        at.run()
        at.selectbox[0].set_value("viewer").run()
        at.number_input[0].set_value(60.0).run()
        at.button(key="block for good").click().run()
        assert "Let in again" in [button.label for button in at.button]
        team.press("Let in again")
    register = people.register()
    assert (register.role_of(MIA), register.is_welcome(MIA)) == ("viewer", True)
    assert next(row for row in register.everybody() if row["email"] == MIA)["budget"] == 60
    noted = [(event.person, event.what, event.about, event.address) for event in people.audit().latest()]
    assert noted[::-1] == [
        (ADMIN, "changed a role", f"{MIA}: viewer", "192.0.2.7"),
        (ADMIN, "changed a budget", f"{MIA}: 60 credits a month", "192.0.2.7"),
        (ADMIN, "blocked", MIA, "192.0.2.7"),
        (ADMIN, "let in again", MIA, "192.0.2.7"),
    ]


def test_what_cannot_be_kept_is_said_and_the_page_stays(team: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """A press whose callback raises would leave Streamlit's own words, and no page."""

    def no_database(*_: object) -> None:
        raise sa.exc.OperationalError("", {}, OSError("no server"))

    with mock.patch.object(st, "context", Visit(ADMIN)):
        at = team.open("people.py")
        at.session_state["person chosen"] = MIA
        at.run()
        monkeypatch.setattr(people.register()._store, "alone", no_database)
        for change in (lambda: at.number_input[0].set_value(60.0), lambda: at.button(key="block for good").click()):
            change().run()
            assert [toast.value for toast in at.toast] == [NOT_KEPT]
            assert "Mia" in team.words()
            assert not at.exception


def test_an_admin_by_the_settings_can_be_neither_demoted_nor_blocked(team: Pages) -> None:
    with mock.patch.object(st, "context", Visit(ADMIN)):
        at = team.open("people.py")
        at.session_state["person chosen"] = ADMIN
        at.run()
        assert at.selectbox[0].disabled
        assert "Block" not in [button.label for button in at.button]


def test_whoever_is_demoted_while_the_page_is_open_changes_nothing_more(team: Pages) -> None:
    people.register().give_role(MIA, "admin")
    with mock.patch.object(st, "context", Visit(MIA)):
        at = team.open("people.py")
        at.session_state["person chosen"] = VERA
        at.run()
        people.register().give_role(MIA, "maker")
        at.selectbox[0].set_value("admin").run()
        assert "Only an admin" in at.toast[0].value
    assert people.register().role_of(VERA) == "viewer"


def test_what_waits_for_an_admin_says_so_and_is_let_pass(team: Pages) -> None:
    placed("one", MIA)
    with mock.patch.object(st, "context", Visit(MIA)):
        at = team.open("create.py")
        assert "is used up: 0 of 0 credits. Nothing was sent and nothing was charged." in team.words()
        assert f"or ask {ADMIN} to raise it" in team.words()
        assert "Cancel" in [button.label for button in at.button]
    assert team.posted("/videos/motion-create") == []
    with mock.patch.object(st, "context", Visit(ADMIN)):
        team.open("people.py")
        assert "**Mia** waits with 1 order" in team.words()
        team.press("Let it pass")
    assert shared.orders().settled("one").is_accepted
    assert (people.audit().latest()[0].what, people.audit().latest()[0].about) == ("let pass", f"{MIA}: 1 order, one")


def test_what_was_cancelled_deleted_and_named_is_noted(team: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    placed("one", MIA)
    with mock.patch.object(st, "context", Visit(MIA)):
        team.open("create.py")
        team.press("Cancel")
        found = shared.orders().get("one")
        assert found is not None
        assert found.step == "cancelled"
    noted = [(event.person, event.what, event.about, event.address) for event in people.audit().latest()]
    assert noted == [(MIA, "cancelled", "order one", "192.0.2.7")]


def test_where_nobody_signs_in_a_person_says_who_they_are(pages: Pages) -> None:
    at = pages.open("tasks.py")
    at.text_input(key="own name").set_value("Anna  B").run()
    assert list(people.register().names().values()) == ["Anna B"]


def test_a_maker_sees_their_own_tasks_first_and_everybodys_one_click_away(team: Pages) -> None:
    people.register().give_budget(MIA, 1000.0)
    with mock.patch.object(st, "context", Visit(MIA)):
        at = team.open("tasks.py")
        assert at.selectbox(key="whose").value == "all"  # a newcomer is not shown an empty board
        placed("one", MIA)
        assert shared.orders().settled("one").is_accepted
    team.at = AppTest.from_file(team.at._script_path, default_timeout=30)
    with mock.patch.object(st, "context", Visit(MIA)):
        at = team.open("tasks.py")
        team.look_again()
        assert at.selectbox(key="whose").value == "mine"
        assert "1 task of yours" in team.words()
        team.press("Show everybody's")
        assert at.selectbox(key="whose").value == "all"
        assert "1 task of yours" not in team.words()
        at.session_state[whose.CHOSEN.name] = True  # it was pressed,
        at.session_state["whose"] = "mine"  # and a tick that was on its way says what the filter said before
        at.run()
        assert at.selectbox(key="whose").value == "all"
    team.at = AppTest.from_file(team.at._script_path, default_timeout=30)
    team.at.query_params["whose"] = "Mia"
    with mock.patch.object(st, "context", Visit(ADMIN)):
        at = team.open("tasks.py")
        assert at.selectbox(key="whose").options == ["Mine", "Everybody's", "Made here", "Made elsewhere", "Mia"]


def test_names_and_deletions_are_noted_and_only_ones_own_are_deleted(team: Pages) -> None:
    people.register().give_budget(MIA, 1000.0)
    placed("one", MIA)
    order = shared.orders().settled("one")
    assert order.task is not None
    assert order.task.id is not None
    team.sandbox.finish()
    other = "ola@team.example"
    with mock.patch.object(st, "context", Visit(other)), pytest.raises(NotAllowed):
        session.delete_task(order.task.id)
    with mock.patch.object(st, "context", Visit(MIA)):
        session.delete_task(order.task.id)
        session.delete_task(order.task.id)  # under way, or done
    shared.names().give("1", "Hop", MIA)
    assert shared.names().given_by() == {"1": MIA}
    noted = [(event.person, event.what, event.about, event.address) for event in people.audit().latest()]
    assert noted == [(MIA, "deleted", f"task {order.task.id}", "192.0.2.7")]


def test_an_admin_sees_what_everybody_spent_and_a_maker_their_own(team: Pages) -> None:
    orders = shared.orders()
    orders.start()
    now = orders._context.now()
    history.add(orders, history.rows(40, [MIA, "ben@team.example"], now - 30, now, shared.service()))
    spent = {}
    for email in (MIA, ADMIN):
        at = open_as(team, email, "spending.py")
        spent[email] = float(next(each.value for each in at.metric if each.label == "Credits").replace(",", ""))
        assert ("Your orders" if email == MIA else "Everybody's orders") in team.words()
        names = {name for table in at.dataframe if "Name" in table.value for name in table.value["Name"]}
        assert ("ben@team.example" in names) == (email == ADMIN)
    assert 0 < spent[MIA] < spent[ADMIN]
