"""Many videos from a table with a row a request."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kling import InvalidInput
from kling.orders.spreadsheet import TEMPLATE, Fault, plan, read_rows
from pages.ui import panels, session, wording
from pages.ui.create.batch import choose_pictures, confirm
from pages.ui.picker import repairs

TABLE_HELP = (
    "A CSV or Excel file with a row for each video. The first row names the columns: picture and motion, and if you "
    "like description, seconds, quality, person, mirror, sound, sound effects, music, reference."
)
FAULTS_SHOWN = 20


def show() -> None:
    """A file with a row a request, and the pictures it names."""
    file = st.file_uploader("Table", type=["csv", "xlsx"], max_upload_size=5, key="batch table", help=TABLE_HELP)
    st.download_button("Get a table to fill in", TEMPLATE, "videos.csv", "text/csv", icon=":material/download:",
                       on_click="ignore", type="tertiary")  # fmt: skip
    chosen = choose_pictures()
    if file is None:
        return
    motions, snapshots = panels.library()
    if panels.is_loading(snapshots):
        panels.await_library()
        return
    try:
        rows = read_rows(file.name, file.getvalue())
    except InvalidInput as error:
        panels.show_error(error)
        return
    names = {picture.name: picture for picture in chosen}
    shown = {motion.key: panels.name_of(motion) for motion in motions}
    planned, faults = plan(rows, motions, names, session.request_options(), session.PENDING_PICTURE, shown)
    if faults:
        show_faults(faults, len(planned))
        if any(fault.field == "motion_direction" for fault in faults):
            repairs.show_facing(wording.FACED_BEFORE)
        return
    confirm([(f"{each.picture} · {shown[each.motion.key]}", each.request, names.get(each.picture)) for each in planned])


def show_faults(faults: Sequence[Fault], good: int) -> None:
    """What is wrong, by row; nothing is sent until all of it is right."""
    lines = "\n".join(f"- {f'Row {fault.row}: ' * bool(fault.row)}{fault.what}" for fault in faults[:FAULTS_SHOWN])
    more = f"\n- and {len(faults) - FAULTS_SHOWN} more" if len(faults) > FAULTS_SHOWN else ""
    fine = f" The other {good} are fine." if good > 1 else " The other one is fine." if good else ""
    st.error(f"Nothing was sent. Correct the table and choose it again.{fine}\n\n{lines}{more}", icon=":material/rule:")
