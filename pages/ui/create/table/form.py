"""Many videos from a table with a row a video: how to, the pictures, what was found, and the one button."""

from __future__ import annotations

import json
import uuid
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, Protocol

import streamlit as st

from kling import InvalidInput, Motion
from kling.addresses import web_address
from kling.orders import PictureFile, VideoOrder
from kling.orders.spreadsheet import Library, Plan, Planned, plan, read_rows
from pages.ui import panels, price, session, wording
from pages.ui.create import batch, project
from pages.ui.create.table import template
from pages.ui.picker import repairs
from pages.ui.session import Key
from pages.ui.spreadsheets import EXCEL
from pages.ui.wording import tables as words

NONE, ADDRESS = "None: every row names its own", "A web address"


class NamedFile(Protocol):
    """A file that somebody has chosen."""

    file_id: str
    name: str

    def getvalue(self) -> bytes: ...


class Checked(NamedTuple):
    """What was found in a table, and all that it depends on."""

    of: Hashable
    found: Plan


CHECKED: Key[Checked | None] = Key("table checked", None)


def show() -> None:
    """Three lines on how to do it, then the form."""
    motions, snapshots = panels.library()
    panels.show_trouble(*snapshots)
    if panels.is_loading(snapshots):
        panels.await_library()
        batch.show_bar(words.MOTIONS_FIRST)
        return
    shown = {motion.key: panels.name_of(motion) for motion in motions}
    st.markdown(words.HOW_TO)
    show_templates(motions, shown)
    left, right = st.columns(2, gap="large")
    with left:
        file = st.file_uploader("Table", type=["csv", "xlsx"], max_upload_size=5, key="batch table",
                                help=words.COLUMNS_HELP)  # fmt: skip
    with right:
        pictures = {picture.name: picture for picture in batch.choose_pictures()}
        for_all = choose_for_all(pictures)
    if file is None:
        batch.show_bar(words.TABLE_FIRST)
        return
    try:
        found = check(file, motions, shown, pictures, for_all)
    except InvalidInput as error:
        panels.show_error(error)
        batch.show_bar(words.OTHER_TABLE_FIRST)
        return
    show_findings(found)
    show_button(found, pictures, shown)


def show_templates(motions: Sequence[Motion], shown: Mapping[str, str]) -> None:
    """The table to fill in, twice; made on the click."""
    row = st.container(horizontal=True)
    row.download_button(
        "Table for Excel", lambda: template.as_excel(motions, shown), "videos.xlsx", EXCEL,
        icon=":material/download:", on_click="ignore", help="Motions are chosen from a list.",
    )  # fmt: skip
    row.download_button(
        "Table as CSV", lambda: template.as_csv(motions, shown), "videos.csv", "text/csv",
        icon=":material/download:", on_click="ignore", type="tertiary",
    )  # fmt: skip


def choose_for_all(pictures: Mapping[str, PictureFile]) -> str | None:
    """The picture of all rows that name none: one of those given, or one on the web."""
    chosen = st.selectbox("One picture for all rows that name none", [NONE, *pictures, ADDRESS], key="picture for all")
    if chosen == ADDRESS:
        return st.text_input("Web address of the picture", key="address for all").strip() or None
    return None if chosen == NONE else chosen


def check(
    file: NamedFile,
    motions: Sequence[Motion],
    shown: Mapping[str, str],
    pictures: Mapping[str, PictureFile],
    for_all: str | None,
) -> Plan:
    """What becomes of the table; the same is not worked out again with every drawing of the page."""
    options = session.request_options()
    of = (file.file_id, tuple(shown.items()), tuple(pictures), for_all, json.dumps(options, default=str))
    checked = CHECKED.get()
    if checked is None or checked.of != of:
        rows = read_rows(file.name, file.getvalue())
        checked = Checked(of, plan(rows, Library(motions, pictures, shown), options, session.PENDING_PICTURE, for_all))
        CHECKED.set(checked)
    return checked.found


def show_findings(found: Plan) -> None:
    """The pictures that are still to come first; then everything that is wrong; then what may be meant so."""
    if found.missing:
        st.info(words.ask_for_pictures(found.missing), icon=":material/add_photo_alternate:")
    if found.faults:
        st.error(words.describe_faults(found.faults, len(found.good)), icon=":material/rule:")
        if any(fault.field == "motion_direction" for fault in found.faults):
            repairs.show_facing(wording.FACED_BEFORE)
    if found.ignored:
        st.caption(f":material/info: {words.describe_ignored(found.ignored)}")
    if found.alike:
        st.warning(words.describe_alike(found.alike), icon=":material/content_copy:")


def show_button(found: Plan, pictures: Mapping[str, PictureFile], shown: Mapping[str, str]) -> None:
    """At the bottom: make all of it; or what is still to be done, and only what is fine for whoever wants that."""
    lacks = words.describe_lacks(found)
    if not found.good:
        batch.show_bar(lacks)
        return
    batch_id = batch.BATCH_ID.get() or uuid.uuid4().hex
    batch.BATCH_ID.set(batch_id)
    name = words.name_button(len(found.good), is_all=not lacks)
    with batch.bar() as row:
        st.button(name, type="secondary" if lacks else "primary", icon=":material/movie:", on_click=place,
                  args=(batch_id, found.good, pictures, shown))  # fmt: skip
        project.choose()
        with row.container(width="stretch", key="order-price"):
            if lacks:
                st.caption(lacks)
            price.show([each.request for each in found.good])


def place(
    batch_id: str, good: Sequence[Planned], pictures: Mapping[str, PictureFile], shown: Mapping[str, str]
) -> None:
    """Hand over a video for each row that is fine; the number of the row ends the id of its order."""
    videos = []
    for each in good:
        name = each.picture if web_address(each.picture) is None else "Picture"
        title = wording.video_title(name, shown[each.motion.key])
        videos.append(VideoOrder(f"{batch_id}-{each.row:04}", title, each.request, pictures.get(each.picture)))
    batch.place(batch_id, videos)
