"""What is done with results, one or several: in callbacks, each noted where it changes something for others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from kling import KlingError
from kling.archive import Result
from kling.people import Act
from pages.ui import allowed, panels, session
from pages.ui.results import view
from pages.ui.session import Key, archived, shared
from pages.ui.session.identity import note
from pages.ui.wording import plain

AT_KLING = Key("delete at Kling too", False)
NEW_TAG: Key[str | None] = Key("tag to put on", None)
NAMED = 5


def attempt(do: Callable[[], object], done: str = "", act: Act = "arrange") -> bool:
    """Whether it was done; if not, the person reads why. A hidden button may be pressed all the same."""
    if not allowed.is_allowed(act):
        return False
    try:
        do()
    except KlingError as error:
        st.toast(plain(str(error)), icon=":material/error:", duration="long")
        return False
    archived.library().changed()
    if done:
        st.toast(done, icon=":material/check:")
    return True


def star(ids: tuple[str, ...], is_on: bool) -> None:
    attempt(lambda: archived.labels().star(session.person(), ids, is_on), act="look")


def choose_tag(ids: tuple[str, ...]) -> None:
    """One there is, or a new one."""
    st.selectbox(
        "Tag to put on them", archived.library().tags(), index=None, accept_new_options=True, key=NEW_TAG.name,
        placeholder="Choose or write one", on_change=put_tag, args=(ids,),
    )  # fmt: skip


def put_tag(ids: tuple[str, ...]) -> None:
    tag = NEW_TAG.get()
    if tag and attempt(lambda: archived.labels().tag(ids, tag), f"Tagged: {plain(tag)}"):
        note("tagged", f"{tag}: {listed(ids)}")
        NEW_TAG.set(None)


def set_tags(task_id: str, key: str, before: tuple[str, ...]) -> None:
    """As a person has them now, in the widget of this key."""
    tags = Key[list[str]](key, []).get()
    for tag in {*tags} - {*before}:
        if attempt(lambda tag=tag: archived.labels().tag([task_id], tag)):  # type: ignore[misc]
            note("tagged", f"{tag}: {task_id}")
    for tag in {*before} - {*tags}:
        if attempt(lambda tag=tag: archived.labels().untag([task_id], tag)):  # type: ignore[misc]
            note("untagged", f"{tag}: {task_id}")


def choose_project(ids: tuple[str, ...], current: str | None) -> None:
    """One there is, a new one, or none."""
    names, key = archived.labels().projects(), f"project of {' '.join(ids[:NAMED])} {len(ids)}"
    name = names.get(current or "")
    options = [*names.values()]
    st.selectbox(
        "Project", options, index=options.index(name) if name else None, accept_new_options=True, key=key,
        placeholder="No project. Choose or write one", on_change=put_into_project, args=(ids, key),
    )  # fmt: skip


def put_into_project(ids: tuple[str, ...], key: str) -> None:
    name = Key[str | None](key, None).get()

    def put() -> None:
        project = archived.labels().make_project(name, session.person()) if name else None
        archived.labels().put_into(project, ids)

    if attempt(put):
        note("moved", f"{listed(ids)} to {f'project {name}' if name else 'no project'}")


def put_in_bin(ids: tuple[str, ...]) -> None:
    if panels.may("deletions", len(ids)) and attempt(
        lambda: archived.results_bin().put_in(ids, session.person()), "In the bin. It can be put back for 30 days."
    ):
        note("binned", listed(ids))
        leave(ids)


def put_back(ids: tuple[str, ...]) -> None:
    if attempt(lambda: archived.results_bin().put_back(ids), "Put back among the results."):
        note("put back", listed(ids))
        leave(ids)


def delete_at_kling(results: Iterable[Result]) -> None:
    """Each in the account that it was made in."""
    for result in results:
        if result.task_id.isdecimal():
            session.delete_task(int(result.task_id), result.account)


def confirm_deletion(ids: tuple[str, ...]) -> None:
    what = "this result" if len(ids) == 1 else f"these {len(ids)} results"
    st.markdown(f"This deletes {what} here for everybody and for good.")
    st.checkbox("At Kling too", key=AT_KLING.name, help="Kling forgets them by itself seven days after they were made.")
    st.button(f"Delete {len(ids)} for good", type="primary", on_click=delete, args=(ids,))


def delete(ids: tuple[str, ...]) -> None:
    if not panels.may("deletions", len(ids)):
        return
    with allowed.toasting_errors():
        results = shared.archive().results(ids)
        if attempt(lambda: archived.results_bin().delete(ids), "Deleted for good.", "delete for good"):
            note("deleted", f"results {listed(ids)}")
            if AT_KLING.get():
                attempt(lambda: delete_at_kling(results.values()))
            leave(ids)


def leave(ids: tuple[str, ...]) -> None:
    """They are not where they were: neither chosen nor open any more."""
    view.choose(tuple(each for each in view.CHOSEN.get() if each not in ids))
    if view.opened() in ids:
        view.close_result()


def listed(ids: tuple[str, ...]) -> str:
    return ", ".join(ids)
