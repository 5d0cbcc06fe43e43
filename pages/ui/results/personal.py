"""For admins: a person's pictures, deleted with everything that was made from them, after a look at what that is."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from kling.archive.personal import Personal, personal_of
from pages.ui import allowed, panels, session
from pages.ui.results import actions, view
from pages.ui.session import Key, archived, shared
from pages.ui.session.identity import me, note
from pages.ui.session.viewer_zone import viewer_zone
from pages.ui.wording import plain
from pages.ui.wording import results as wording

PERSON: Key[str | None] = Key("personal pictures of", None)
AT_KLING = Key("delete a person's at Kling too", False)
"""Of its own: results may be chosen to be deleted on the same page."""
LISTED = 20


def show() -> None:
    """Below the bin."""
    if not me().may("delete for good"):
        return
    with st.expander("Delete a person's pictures", icon=":material/person_remove:"):
        st.markdown(wording.PERSONAL_RULES)
        people = {each: view.made_by(each) for each in archived.library().people() if each}
        st.selectbox(
            "Person", list(people), index=None, format_func=lambda each: people.get(each, each), key=PERSON.name,
            placeholder="Choose whose",
        )  # fmt: skip
        if person := PERSON.get():
            show_list(person, found_of(person))


def found_of(person: str) -> Personal:
    return personal_of(shared.store(), shared.service(), person)


def show_list(person: str, found: Personal) -> None:
    if not found.results:
        st.caption("Nothing of this person is kept.")
        return
    makers = Counter(view.made_by(result.person) for result in found.results)
    st.markdown(f"**{wording.describe_personal(found)}**, made by {plain(', '.join(makers))}:")
    names = view.motion_names()
    lines = [
        f"- {plain(wording.title_of(each, names)[:80])} · {wording.note_of(each, viewer_zone())}"
        for each in found.results
    ]
    st.markdown("\n".join(lines[:LISTED]))
    if len(lines) > LISTED:
        st.caption(f"and {len(lines) - LISTED} more")
    st.checkbox("At Kling too", key=AT_KLING.name)
    st.button("Delete all of this for good", type="primary", on_click=delete, args=(person,))


def delete(person: str) -> None:
    """Looked up again: something may have been made since the list was drawn."""
    with allowed.toasting_errors():
        delete_found(person, found_of(person))


def delete_found(person: str, found: Personal) -> None:
    ids = tuple(result.task_id for result in found.results)
    if not panels.may("deletions", len(ids)):
        return
    if not actions.attempt(lambda: archived.results_bin().delete(ids), "Deleted for good.", "delete for good"):
        return
    note("deleted", f"{wording.describe_personal(found)} of {person}")
    if AT_KLING.get():
        actions.attempt(lambda: delete_at_kling(found))
    PERSON.set(None)
    actions.leave(ids)


def delete_at_kling(found: Personal) -> None:
    actions.delete_at_kling(found.results)
    for account in {result.account for result in found.results}:
        session.delete_pictures(found.picture_links, account)
