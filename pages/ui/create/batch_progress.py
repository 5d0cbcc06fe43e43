"""A batch on its way: where each of its videos stands, the gallery, and what can still be decided."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kling.orders import Order
from pages.ui import panels, previews, wording
from pages.ui.orders import status
from pages.ui.session import shared
from pages.ui.session.identity import me
from pages.ui.session.zip_address import zip_address

ROWS_SHOWN = 20


def start_another() -> None:
    st.query_params.pop("batch", None)


@st.fragment
def follow(batch_id: str) -> None:
    """Where each of a batch stands, and what came of them."""
    orders = shared.orders().of_batch(batch_id)
    if not orders:
        st.info("This batch is not known here.", icon=":material/help:")
        st.button("Start a batch", on_click=start_another)
        return
    show_state(orders)
    show_gallery([order for order in orders if order.step == "done"])
    show_rest([order for order in orders if order.step != "done"])
    row = st.container(horizontal=True, key="batch-actions")
    if any(order.can_be_cancelled and me().may("cancel", order.person) for order in orders):
        row.button("Cancel what was not sent", icon=":material/close:", on_click=cancel_all, args=(batch_id,))
    row.button("Start another batch", icon=":material/add:", on_click=start_another)
    if not all(order.is_ended for order in orders):
        panels.tick(2.0, "batch")


def show_state(orders: Sequence[Order]) -> None:
    ended = sum(order.is_ended for order in orders)
    st.progress(ended / len(orders), f"{ended} of {len(orders)} finished")
    st.caption(wording.count_steps(orders))


def show_gallery(orders: Sequence[Order]) -> None:
    """The videos side by side, and all of them in one file."""
    if not orders:
        return
    st.subheader("Videos")
    grid = st.grid(min_column_width=150, gap="small")
    for order in orders:
        if order.task is not None and order.task.video_url:
            with grid.cell():
                previews.show_video(order.task.video_url, loop=True)
                st.caption(wording.plain(order.title))
    task_ids = tuple(order.task.id for order in orders if order.task is not None and order.task.id is not None)
    address = zip_address(task_ids)
    if address:
        st.link_button("Download all as one file", address, icon=":material/folder_zip:")


def show_rest(orders: Sequence[Order]) -> None:
    """Those that are no video yet, or never will be."""
    for order in orders:
        if order.is_ended:
            with st.container(border=True, key=f"order {order.id}"):
                st.markdown(f"**{wording.plain(order.title)}**")
                status.show_end(order)
    waiting = [order for order in orders if not order.is_ended]
    for order in waiting[:ROWS_SHOWN]:
        show_waiting(order)
    if len(waiting) > ROWS_SHOWN:
        st.caption(f"and {len(waiting) - ROWS_SHOWN} more")


def show_waiting(order: Order) -> None:
    """One line: what it is, what it does, and the way to take it back."""
    row = st.container(horizontal=True, vertical_alignment="center", key=f"order {order.id}")
    step = "Kling makes it…" if order.is_accepted else wording.STEPS[order.step]
    row.markdown(f"**{wording.plain(order.title)}** · {step}")
    if order.is_held:
        row.caption(status.why_held(order))
    if order.can_be_cancelled and me().may("cancel", order.person):
        row.button("Cancel", icon=":material/close:", type="tertiary", key=f"cancel {order.id}",
                   on_click=status.cancel, args=(order.id,))  # fmt: skip


def cancel_all(batch_id: str) -> None:
    for order in shared.orders().of_batch(batch_id):
        if order.can_be_cancelled and me().may("cancel", order.person):
            status.cancel(order.id)
