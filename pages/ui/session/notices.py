"""Who is told what has finished, and how: one notifier and one set of choices for all sessions of the process."""

from __future__ import annotations

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from kling import KlingError
from kling.notify import Choices, Message, Notice, Notifier
from pages.ui.session import people, shared
from pages.ui.session.resources import memoized
from pages.ui.wording import notify as words
from pages.ui.wording.people import called


@memoized
@st.cache_resource(show_spinner=False)
def choices() -> Choices:
    return Choices(shared.orders().store)


def wants_browser(person: str) -> bool:
    """Whether a person wants the notices of their browser; yes while nobody can tell."""
    try:
        return choices().of(person).browser
    except (SQLAlchemyError, KlingError):
        return True


@memoized
@st.cache_resource(show_spinner=False, on_release=Notifier.stop)
def notifier() -> Notifier:
    """Tells the team's web hook; started by the app."""
    return Notifier(shared.orders().store, shared.service(), shared.settings().notify_url or "", compose)


def compose(notice: Notice) -> Message:
    return words.compose(notice, called(notice.person, people.names()), shared.settings().public_url)
