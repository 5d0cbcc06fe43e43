"""What this person may do, and that they are told where they may not: a hidden button may be pressed all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from kling import KlingError, NotConfigured
from kling.orders.storage import describe_fault
from kling.people import Act
from kling.people.rights import refusal
from pages.ui import wording
from pages.ui.session import people
from pages.ui.session.identity import me
from pages.ui.wording import people as wording_of_people


class PageEnds(Exception):  # noqa: N818 - as the house names its errors
    """Nothing more of this page is drawn. For `st.stop`, after which Streamlit still has the fragments of the page
    before: a tick of theirs that is on its way would be drawn where the browser has no place for it any more."""


@contextmanager
def toasting_errors() -> Iterator[None]:
    """For callbacks: whoever may not do what is inside, or cannot at the moment, is told so.

    What a callback raises would leave Streamlit's own words in place of the page.
    """
    try:
        yield
    except (KlingError, SQLAlchemyError) as error:
        found = wording.explain(error if isinstance(error, KlingError) else NotConfigured(describe_fault(error)))
        st.toast(f"{found.what} {found.next}".strip(), icon=found.icon, duration="long")


def is_allowed(act: Act, owner: str | None = None) -> bool:
    """Whether this person may do this; if not, they are told."""
    allowed = me().may(act, owner)
    if not allowed:
        tell(refusal(act, people.register().whom_to_ask()))
    return allowed


def tell(sentence: str) -> None:
    st.toast(wording.plain(sentence), icon=":material/block:", duration="long")


def show_that_one_only_looks(act: Act) -> None:
    """For whoever may not do what a page is for: so, and what there is instead. The page ends here."""
    if me().may(act):
        return
    admin = people.register().whom_to_ask() or "an admin"
    st.info(wording_of_people.ONLY_LOOKS.format(admin=admin), icon=":material/visibility:")
    st.page_link("tasks.py", label="See the tasks", icon=":material/checklist:")
    raise PageEnds
