"""A batch on its way: where its videos stand, the gallery, the table of results, and what can still be decided."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kling.orders import Order
from kling.orders.batches import Batch
from kling.orders.records import Step
from kling.people import What
from pages.ui import allowed, panels, previews, session, wording
from pages.ui.create.table import results
from pages.ui.fragments import fragment
from pages.ui.orders import status
from pages.ui.session import shared
from pages.ui.session.identity import me, note
from pages.ui.session.zip_address import zip_address

ROWS_SHOWN = 20
VIDEOS_SHOWN = 24
NOT_MADE: tuple[Step, ...] = ("unknown", "failed", "gone", "refused", "cancelled")
BUSY_SECONDS, PAUSED_SECONDS = 2.0, 10.0


def start_another() -> None:
    st.query_params.pop("batch", None)


@fragment()
def follow(batch_id: str) -> None:
    """Where each of a batch stands, and what came of them; of many, the newest and those that are at work."""
    batch = shared.orders().batch(batch_id)
    if not batch.total:
        st.info("This batch is not known here.", icon=":material/help:")
        st.button("Start a batch", on_click=start_another)
        return
    show_state(batch)
    show_actions(batch_id, batch)
    show_gallery(batch_id, batch)
    show_not_made(batch_id, batch)
    show_waiting(batch_id, batch)
    if batch.ended < batch.total:
        panels.tick(PAUSED_SECONDS if batch.paused == batch.total - batch.ended else BUSY_SECONDS, "batch")


def show_state(batch: Batch) -> None:
    st.progress(batch.ended / batch.total, f"{batch.ended:,} of {batch.total:,} finished")
    if batch.paused:
        st.info(f"Paused: {batch.paused:,} wait until somebody goes on with them. Nothing of them was charged.",
                icon=":material/pause_circle:")  # fmt: skip
    st.caption(wording.count_steps(batch.steps))


def show_actions(batch_id: str, batch: Batch) -> None:
    """What can be decided about all of it."""
    row = st.container(horizontal=True, key="batch-actions")
    may = may_decide(batch_id)
    if may and batch.unsent > batch.paused:
        row.button("Pause", icon=":material/pause:", on_click=pause, args=(batch_id,),
                   help="What Kling has already goes on there; no more is sent.")  # fmt: skip
    if may and batch.paused:
        row.button("Go on", icon=":material/play_arrow:", type="primary", on_click=resume, args=(batch_id,))
    if may and batch.unsent:
        row.button("Cancel what was not sent", icon=":material/close:", on_click=cancel_all, args=(batch_id,))
    results.show(row, batch_id)
    row.button("Start another batch", icon=":material/add:", on_click=start_another)


def show_gallery(batch_id: str, batch: Batch) -> None:
    """The newest videos side by side, and all of them in one file."""
    if not batch.steps.get("done"):
        return
    st.subheader("Videos")
    orders = shared.orders().of_batch(batch_id, "done", limit=VIDEOS_SHOWN)
    grid = st.grid(min_column_width=150, gap="small")
    for order in orders:
        if order.task is not None and order.task.video_url:
            with grid.cell():
                previews.show_video(order.task.video_url, loop=True)
                st.caption(wording.plain(order.title))
    show_more(batch.steps["done"] - len(orders), "in the table of results and in Tasks")
    task_ids = tuple(order.task.id for order in orders if order.task is not None and order.task.id is not None)
    address = zip_address(task_ids)
    if address:
        name = "Download all as one file" if len(orders) == batch.steps["done"] else "Download these as one file"
        st.link_button(name, address, icon=":material/folder_zip:")


def show_not_made(batch_id: str, batch: Batch) -> None:
    """Those that never will be a video, unless somebody decides otherwise; questions first."""
    orders = shared.orders().of_batch(batch_id, *NOT_MADE, limit=ROWS_SHOWN)
    for order in sorted(orders, key=lambda order: order.step != "unknown"):
        with st.container(border=True, key=f"order {order.id}"):
            st.markdown(f"**{wording.plain(order.title)}**")
            status.show_end(order)
    show_more(sum(batch.steps.get(step, 0) for step in NOT_MADE) - len(orders), "in the table of results")


def show_waiting(batch_id: str, batch: Batch) -> None:
    """Those that are no video yet: what is at work, and of those that wait how many."""
    busy = shared.orders().of_batch(batch_id, "picture", "ready", "granted", "request", "looking", "accepted",
                                    limit=ROWS_SHOWN)  # fmt: skip
    waiting = shared.orders().of_batch(batch_id, "waiting", "held", limit=max(0, ROWS_SHOWN - len(busy)))
    for order in [*busy, *waiting]:
        show_one(order)
    show_more(batch.total - batch.ended - len(busy) - len(waiting), "wait")


def show_more(count: int, where: str) -> None:
    if count > 0:
        st.caption(f"and {count:,} more {where}")


def show_one(order: Order) -> None:
    """One line: what it is, what it does, and the way to take it back."""
    row = st.container(horizontal=True, vertical_alignment="center", key=f"order {order.id}")
    row.markdown(f"**{wording.plain(order.title)}** · {step_of(order)}")
    if order.is_held:
        row.caption(status.why_held(order))
    if order.can_be_cancelled and me().may("cancel", order.person):
        row.button("Cancel", icon=":material/close:", type="tertiary", key=f"cancel {order.id}",
                   on_click=status.cancel, args=(order.id,))  # fmt: skip


def step_of(order: Order) -> str:
    if order.is_paused:
        return "Paused."
    if order.is_accepted:
        return "Kling makes it…"
    return wording.describe_step(order, is_held=order.account in shared.orders().trouble())


def may_decide(batch_id: str) -> bool:
    """Whether this person may stop what the batch's person placed."""
    return all(me().may("cancel", order.person) for order in shared.orders().of_batch(batch_id, limit=1))


def pause(batch_id: str) -> None:
    decide("paused", shared.orders().pause_batch, batch_id)


def resume(batch_id: str) -> None:
    decide("resumed", shared.orders().resume_batch, batch_id)


def cancel_all(batch_id: str) -> None:
    decide("cancelled", shared.orders().cancel_batch, batch_id)


def decide(what: What, do: Callable[..., int], batch_id: str) -> None:
    """A hidden button may be pressed all the same."""
    with allowed.toasting_errors():
        if count := do(batch_id, by=session.person()):
            note(what, f"{count} of batch {batch_id}")
