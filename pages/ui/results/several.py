"""Results chosen: what can be done with all of them at once."""

from __future__ import annotations

import streamlit as st

from kling.archive import Result
from pages.ui import compare, downloads
from pages.ui.results import actions, view
from pages.ui.session import archived, shared
from pages.ui.session.identity import me
from pages.ui.session.zip_address import zip_of_results
from pages.ui.wording import results as wording


def show(chosen: tuple[str, ...]) -> None:
    found = shared.archive().results(chosen) if chosen else {}
    results = [found[task_id] for task_id in chosen if task_id in found]
    if not results:
        return
    ids = tuple(result.task_id for result in results)
    with st.container(border=True, key="several-results"):
        kept_ones = [result for result in results if result.has_video]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{'1 result' if len(results) == 1 else f'{len(results)} results'} chosen**", width="content")
            if view.is_bin():
                show_bin_actions(ids)
            else:
                show_actions(results, ids)
            st.button("Choose none", icon=":material/close:", type="tertiary", on_click=view.choose, args=((),))
            is_compared = len(kept_ones) == 2 == len(results) and st.toggle("Side by side", key="compare results")
        if is_compared:
            compare.show(side_of(kept_ones[0]), side_of(kept_ones[1]))


def show_actions(results: list[Result], ids: tuple[str, ...]) -> None:
    st.button("Star", icon=":material/star:", on_click=actions.star, args=(ids, True))
    if me().may("arrange"):
        with st.popover("Tag", icon=":material/sell:"):
            actions.choose_tag(ids)
        with st.popover("Project", icon=":material/folder:"):
            actions.choose_project(ids, None)
    videos = tuple(result.task_id for result in results if result.has_video)
    if videos:
        downloads.show_zip(len(videos), zip_of_results(videos))
    if me().may("arrange"):
        st.button("Put in the bin", icon=":material/delete:", on_click=actions.put_in_bin, args=(ids,))


def show_bin_actions(ids: tuple[str, ...]) -> None:
    if me().may("arrange"):
        st.button("Put back", icon=":material/restore_from_trash:", on_click=actions.put_back, args=(ids,))
    if me().may("delete for good"):
        with st.popover("Delete for good", icon=":material/delete_forever:"):
            actions.confirm_deletion(ids)


def side_of(result: Result) -> compare.Side:
    video, cover = archived.address_of(result, "video"), archived.address_of(result, "cover")
    return compare.Side(result.task_id, video, cover, wording.title_of(result, view.motion_names()))
