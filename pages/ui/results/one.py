"""One result in full: the video, what made it, its labels, and what can be done with it."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from kling.archive import Result, WholeResult
from kling.archive.bin import KEPT_DAYS
from pages.ui import previews, session
from pages.ui.results import actions, again, share_links, view
from pages.ui.session import Key, archived, shared
from pages.ui.session.identity import me
from pages.ui.session.viewer_zone import viewer_zone
from pages.ui.wording import QUALITY, megabytes, plain
from pages.ui.wording import results as wording
from pages.ui.wording.archive import AWAY, NO_FILE, state_of_keeping


def show(task_id: str) -> None:
    with view.telling_trouble():
        whole = shared.archive().whole(task_id)
        if whole is not None and whole.result.state != "deleted":
            show_whole(whole)
            return
        st.warning(wording.NOT_THERE, icon=":material/search_off:")
    back()


def back() -> None:
    st.button("All results", icon=":material/arrow_back:", type="tertiary", on_click=view.close_result)


def show_whole(whole: WholeResult) -> None:
    result = whole.result
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        back()
        show_turning(result)
    st.subheader(plain(wording.title_of(result, view.motion_names())))
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_video(result)
        show_actions(whole)
    with right:
        show_labels(result)
        show_making(whole)


def show_turning(result: Result) -> None:
    newer, older = archived.library().neighbours(result, view.wanted())
    row = st.container(horizontal=True, width="content", gap="xsmall")
    for label, icon, other, key in (
        ("Newer", ":material/arrow_back:", newer, "Left"),
        ("Older", ":material/arrow_forward:", older, "Right"),
    ):
        row.button(
            label, icon=icon, shortcut=key, disabled=other is None, on_click=view.open_result, args=(other or "",)
        )


def show_video(result: Result) -> None:
    if result.binned_at is not None:
        left = wording.days_left(result.binned_at, time.time(), KEPT_DAYS)
        by = plain(view.made_by(result.binned_by or ""))
        st.warning(f"In the bin since {wording.day_of(result.binned_at, viewer_zone())}, put there by {by}; {left}.")
    if trouble := state_of_keeping(result):
        st.info(plain(trouble), icon=":material/info:")
    if is_lost(result):
        st.error(AWAY if shared.archive().is_away() else NO_FILE, icon=":material/cloud_off:")
    else:
        previews.show_video(archived.address_of(result, "video"), loop=True)


def is_lost(result: Result) -> bool:
    """Whether the video was kept and is not there."""
    file = shared.archive().file(result.video)
    return file is not None and shared.archive().lacks(file)


def show_actions(whole: WholeResult) -> None:
    result, ids = whole.result, (whole.result.task_id,)
    with st.container(horizontal=True, vertical_alignment="center"):
        if result.has_video and not is_lost(result):
            address = archived.address_of(result, "video", is_download=True)
            st.link_button("Download", address or "", icon=":material/download:")
        if result.binned_at is None:
            show_doings(whole)
        elif me().may("arrange"):
            st.button("Put back", icon=":material/restore_from_trash:", on_click=actions.put_back, args=(ids,))
        if result.binned_at is not None and me().may("delete for good"):
            with st.popover("Delete for good", icon=":material/delete_forever:"):
                actions.confirm_deletion(ids)


def show_doings(whole: WholeResult) -> None:
    """What can be done with a result that is not in the bin."""
    if me().may("order"):
        again.show(whole)
    with st.popover("Share", icon=":material/share:"):
        share_links.show(whole.result)
    if me().may("arrange"):
        ids = (whole.result.task_id,)
        st.button("Put in the bin", icon=":material/delete:", on_click=actions.put_in_bin, args=(ids,))


def show_labels(result: Result) -> None:
    ids = (result.task_id,)
    is_starred = bool(archived.labels().starred(session.person(), ids))
    label, icon = ("Starred", ":material/star:") if is_starred else ("Star", ":material/star_border:")
    st.button(label, icon=icon, on_click=actions.star, args=(ids, not is_starred), help="Your own star")
    tags = archived.library().tags_of(ids).get(result.task_id, ())
    if not me().may("arrange"):
        st.markdown(
            "  \n".join(plain(each) for each in (archived.labels().projects().get(result.project or ""), *tags) if each)
        )
        return
    actions.choose_project(ids, result.project)
    key: Key[Any] = Key(f"tags of {result.task_id}", [])
    key.set(list(tags))
    st.multiselect(
        "Tags", sorted({*archived.library().tags(), *tags}), accept_new_options=True, key=key.name,
        placeholder="Choose or write one", on_change=actions.set_tags, args=(result.task_id, key.name, tags),
    )  # fmt: skip


def show_making(whole: WholeResult) -> None:
    """What it was made from, when, by whom."""
    result = whole.result
    grid = st.grid(min_column_width=76, gap="small")
    if result.picture is not None:
        previews.show_image(archived.address_of(result, "picture"), grid.cell(), caption="Picture")
    if result.motion_clip is not None:
        cell = grid.cell()
        previews.show_video(archived.address_of(result, "motion_clip"), cell, loop=True, muted=True)
        cell.caption("Motion", text_alignment="center")
    st.markdown("  \n".join(f"**{label}** {plain(text)}" for label, text in facts(result).items()))
    others(result)


def facts(result: Result) -> dict[str, str]:
    size = f"{result.width} × {result.height}" if result.width and result.height else ""
    found = {
        "Description": result.prompt,
        "Motion": view.motion_names().get(result.motion) or result.motion_name,
        "Made": wording.day_of(result.finished_at, viewer_zone()),
        "By": view.made_by(result.person),
        "Quality": QUALITY.get(result.mode, result.mode),
        "Length": f"{result.seconds:.1f} s" if result.seconds else "",
        "Size": " · ".join(filter(None, [size, megabytes(result.size) if result.size else ""])),
        "Task": result.task_id,
    }
    return {label: text for label, text in found.items() if text}


def others(result: Result) -> None:
    """The ways to others like it."""
    with st.container(horizontal=True):
        if result.picture:
            args = ({"picture": result.picture},)
            st.button("Others of this picture", type="tertiary", on_click=show_others, args=args)
        if result.motion:
            names = {"motion": result.motion}
            st.button("Others with this motion", type="tertiary", on_click=show_others, args=(names,))


def show_others(wanted: dict[str, str]) -> None:
    view.close_result()
    view.first_page()
    if "picture" in wanted:
        st.query_params["picture"] = wanted["picture"]
    if "motion" in wanted:
        view.MOTION.set(wanted["motion"])
