"""One order on its way: where it stands, what it waits for, and what a person can decide about it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kling import InvalidInput, Task
from kling.addresses import web_address
from kling.generations import motion_of
from kling.orders import Order
from kling.orders.records import read_request
from pages.ui import allowed, panels, price, session, wording
from pages.ui.session import people, shared
from pages.ui.session.identity import me, note
from pages.ui.wording.people import explain_held

CARD = 152
"""Pixels: two tasks stand side by side on a phone."""


def show(order: Order) -> None:
    """Where an order stands that Kling has not taken yet, and the way to take it back."""
    panels.show_order(order)
    wait = describe_wait(order)
    if wait:
        st.caption(wait)
    if order.step == "looking":
        st.caption(wording.describe_longest_look(shared.PACE.longest_look))
    show_cancel(order)


def describe_wait(order: Order) -> str:
    if order.is_over:
        return wording.LATE.get(order.problem, "")
    orders = shared.orders()
    if order.is_held:
        return why_held(order)
    place = orders.place_in_line(order) if order.can_be_cancelled else None
    trouble = orders.trouble().get(order.account)
    return wording.describe_wait(order, place, orders.expected_seconds(order), time.time(), trouble)


def show_cancel(order: Order) -> None:
    """Cancel what was not sent; of what was, say that it cannot be stopped."""
    if not me().may("cancel", order.person):
        return
    if order.can_be_cancelled:
        st.button("Cancel", icon=":material/close:", key=f"cancel {order.id}", on_click=cancel, args=(order.id,),
                  help="Nothing was sent that costs anything yet.")  # fmt: skip
    elif order.step == "looking":
        if order.candidates:
            st.markdown(wording.describe_candidates(order))
        show_candidates(order)
        show_decisions(order, st.container(horizontal=True, vertical_alignment="center"))
    elif not order.is_over:
        st.caption("It is being sent. From here on Kling cannot be stopped.")


def why_held(order: Order) -> str:
    standings = shared.orders().standings()
    own, admin = standings.of(order.person), people.register().whom_to_ask()
    return explain_held(own, standings.team, order.price, standings.month.name, admin)


def cancel(order_id: str) -> None:
    with allowed.toasting_errors():
        if shared.orders().cancel(order_id, by=session.person()):
            note("cancelled", f"order {order_id}")
        else:
            st.toast("It was just sent, and Kling cannot be stopped.", icon=":material/info:")


def show_outcome(order: Order, leads_to_tasks: bool = True) -> DeltaGenerator:
    """Why Kling did not take it, and what a person must decide; returns the row for more buttons."""
    panels.show_explanation(wording.explain_order(order))
    if order.may_have_been_received:
        show_candidates(order)
    row = st.container(horizontal=True, vertical_alignment="center")
    if order.may_have_been_received:
        show_decisions(order, row, leads_to_tasks)
        row.button("Look again", key=f"look {order.id}", on_click=look_again, args=(order.id,))
    return row


def show_decisions(order: Order, row: DeltaGenerator, leads_to_tasks: bool = True) -> None:
    """What only a person can decide about an order that Kling may have; on Tasks itself nothing leads there."""
    again, leave = wording.NONE_OF_THESE if order.candidates else wording.NOT_THERE
    seen = tuple(task["id"] for task in order.candidates)
    if leads_to_tasks:
        row.page_link("tasks.py", label="Look in Tasks", icon=":material/checklist:")
    row.button(again, key=f"again {order.id}", on_click=send_again, args=(order.id, seen))
    row.button(leave, key=f"let go {order.id}", on_click=let_go, args=(order.id,))


def show_candidates(order: Order) -> None:
    """The tasks that may be this order's, side by side, each to be chosen with a click."""
    row = st.container(horizontal=True)
    for task in order.candidates:
        with row.container(border=True, width=CARD, key=f"candidate {order.id} {task['id']}"):
            show_candidate(task)
            st.button("This is it", key=f"choose {order.id} {task['id']}", width="stretch",
                      on_click=choose_task, args=(order.id, task["id"]))  # fmt: skip


def show_candidate(task: Mapping[str, Any]) -> None:
    """What a person knows a task by: its video or its picture, its time and its words."""
    video, picture = (web_address(task.get(name)) for name in ("video", "picture"))
    if video:
        st.video(video)
    elif picture:
        st.image(picture, alt="The picture of this task", width="stretch")
    made = f"Made {wording.ago(time.time() - task['created'] / 1000)} · " if task.get("created") else ""
    st.caption(f"{made}Task {task['id']}")
    st.markdown(wording.plain(task.get("prompt") or "") or "No description")


def choose_task(order_id: str, task_id: int) -> None:
    with allowed.toasting_errors():
        if shared.orders().choose_task(order_id, task_id, by=session.person()):
            note("chose a task", f"task {task_id} for order {order_id}")
        else:
            st.toast("That task belongs to another order by now.", icon=":material/info:")


def look_again(order_id: str) -> None:
    with allowed.toasting_errors():
        shared.orders().look_again(order_id, by=session.person())


def send_again(order_id: str, seen: Sequence[int]) -> None:
    if panels.may("orders"):
        with allowed.toasting_errors():
            if shared.orders().send_again(order_id, but_not=seen, by=session.person()):
                note("ordered", f"sent again, order {order_id}")


def let_go(order_id: str) -> None:
    with allowed.toasting_errors():
        if shared.orders().let_go(order_id, by=session.person()):
            note("gave up", f"order {order_id}")


def show_end(order: Order) -> None:
    """How an order ended that is no finished video, and how to try it again."""
    if order.step == "failed" and order.task is not None:
        reason = wording.explain_failure(order.task)
        cost = wording.describe_cost(order) or "Whether it was charged is not known: the credits on Account show it"
        st.error(f"{reason} {cost}.", icon=":material/error:")
    elif order.step == "gone" and order.error is not None:
        panels.show_explanation(wording.explain_gone(order))
    elif order.was_not_taken:
        show_outcome(order)
    elif order.problem:
        st.warning(wording.LATE[order.problem], icon=":material/hourglass_disabled:")
    if order.step in ("failed", "refused", "cancelled"):
        st.button("Try again", icon=":material/refresh:", key=f"retry {order.id}", on_click=retry, args=(order.id,))
        show_price(order)


def show_price(order: Order) -> None:
    """What the same once more will take."""
    if order.kind in ("video", "reference"):
        with suppress(InvalidInput):  # by rules that came later
            st.caption(price.line([read_request(order.kind, order.body)]), width="content")


def retry(order_id: str) -> None:
    """The same as a new order; pressed twice it is still one."""
    if not allowed.is_allowed("order") or not panels.may("orders"):
        return
    with allowed.toasting_errors():
        if shared.orders().place_again(order_id, f"{order_id}-again", by=session.person()):
            note("ordered", f"once more, order {order_id}-again")
            st.toast("It is in the line again.", icon=":material/refresh:")
        else:
            st.toast("Its picture is not at Kling any more. Choose it again on Create.", icon=":material/info:")


def show_again(task: Task) -> None:
    """What can be done with a task once more: try a failed one again, make it at the better quality."""
    order = shared.orders().of_task(task.id)
    if order is not None and task.state == "failed" and task.is_motion_video:
        st.button("Try again", icon=":material/refresh:", key=f"retry {order.id}", on_click=retry, args=(order.id,),
                  help="Asks Kling for the same once more, which is charged like any other.")  # fmt: skip
        show_price(order)
    is_standard = task.is_motion_video and task.argument("model_mode") == "std"
    if is_standard:
        st.button("Same in professional quality", icon=":material/hd:", key=f"pro {task.id}",
                  on_click=make_professional, args=(task,))  # fmt: skip


def make_professional(task: Task) -> None:
    session.draft_like(task, motion_of(task, panels.library()[0]))
    session.set_option("mode", "pro")
    st.switch_page("create.py")
