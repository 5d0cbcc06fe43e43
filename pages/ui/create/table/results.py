"""What became of each video of a batch, as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kling.orders import Order
from pages.ui import wording
from pages.ui.session import shared
from pages.ui.session.identity import noted_download
from pages.ui.spreadsheets import EXCEL, as_csv, as_excel, local_times


def show(row: DeltaGenerator, batch_id: str) -> None:
    """Two buttons; the file is made on the click, of what is known by then."""
    zone, about = st.context.timezone or "UTC", f"the table of batch {batch_id}"
    row.download_button(
        "Results for Excel", noted_download(about, lambda: as_excel({"Videos": frame_of(batch_id, zone)})),
        "results.xlsx", EXCEL, icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    row.download_button(
        "Results as CSV", noted_download(about, lambda: as_csv(frame_of(batch_id, zone))), "results.csv", "text/csv",
        icon=":material/download:", on_click="ignore", type="tertiary",
    )  # fmt: skip


def frame_of(batch_id: str, zone: str) -> pd.DataFrame:
    return frame(shared.orders().of_batch(batch_id), zone)


def frame(orders: Sequence[Order], zone: str) -> pd.DataFrame:
    """One row a video, in the order of the table that they came from; times where the viewer is."""
    return pd.DataFrame(
        {
            "Row": [order.id.rpartition("-")[2].lstrip("0") for order in orders],
            "Video": [order.title for order in orders],
            "Description": [str(order.body.get("prompt") or "") for order in orders],
            "State": [wording.STEPS[order.step].rstrip(".…") for order in orders],
            "Why": [why(order) for order in orders],
            "Credits": [order.cost.credits if order.cost else None for order in orders],
            "Task": [str(order.task.id or "") if order.task else "" for order in orders],
            "Link": [(order.task.video_url or "") if order.task else "" for order in orders],
            "Placed": _times([order.placed_at for order in orders], zone),
            "Ended": _times([order.ended_at for order in orders], zone),
        }
    )


def why(order: Order) -> str:
    """Why there is no video; empty where there is one, or will be."""
    if order.step == "failed" and order.task is not None:
        return wording.explain_failure(order.task)
    if order.was_not_taken:
        explanation = wording.explain_order(order)
        return f"{explanation.what} {explanation.next}".strip()
    return wording.explain_gone(order).what if order.step == "gone" else ""


def _times(moments: Sequence[float | None], zone: str) -> pd.Series:
    return local_times(pd.Series(pd.array(list(moments), dtype="Float64")), "s", zone)
