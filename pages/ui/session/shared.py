"""What all sessions of the process share: settings, clients, lists, orders. Nothing of one person."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from streamlit.errors import StreamlitSecretNotFoundError

from kling import Download, KlingClient, KlingError, NotConfigured, Settings, Task
from kling.archive import GB, Archive, Worker, open_files
from kling.feed import Feed, Feeds, TaskList
from kling.media.background import Workbench
from kling.orders import Orders, Pace
from kling.orders.budgets import Budgets
from kling.orders.charges import NONE, Charges
from kling.orders.ownership import Makers
from kling.people import Register
from kling.sandbox import TOKEN, practice
from kling.store import Favourites, MotionNames, SavedValues, Store, take_over
from pages.ui.session.rates import Rates
from pages.ui.session.resources import memoized
from pages.ui.session.slots import Slots


@memoized
@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The settings; `NotConfigured` or `InvalidInput` with a sentence where they are wrong."""
    return Settings.read(os.environ, secrets())


def secrets() -> Mapping[str, Any]:
    """The sections of secrets.toml that are ours, and the one on signing in that is Streamlit's."""
    try:
        return {name: st.secrets[name] for name in ("kling", "auth") if name in st.secrets}
    except StreamlitSecretNotFoundError:
        return {}


def feeds(account: str | None) -> Feeds:
    """The lists of an account; who names the one used first sees the same as who names none."""
    first = _feeds(settings().account)
    return first if account in (None, first.account) else _feeds(account)


@memoized
@st.cache_resource(show_spinner=False)
def _feeds(account: str | None) -> Feeds:
    return Feeds(_client(account), settings().refresh_seconds, archived=_ArchivedTasks(account))


class _ArchivedTasks:
    """The tasks of an account that are kept beyond the week of Kling's; none while they cannot be read."""

    def __init__(self, account: str | None) -> None:
        self._account = account

    def of(self, task_ids: Sequence[int]) -> list[Task]:
        with suppress(KlingError, SQLAlchemyError):
            return archive().tasks([str(task_id) for task_id in task_ids])
        return []

    def before(self, created: int | None, count: int) -> list[Task]:
        """Orders for the account used first may be noted without its name."""
        upstream = _feeds(self._account)
        is_first = self._account in (None, settings().account)
        accounts = {self._account or "", upstream.account or "", *([""] if is_first else [])}
        with suppress(KlingError, SQLAlchemyError):
            moment = time.time() if created is None else created / 1000
            return archive().tasks_before(accounts, moment, count)
        return []


def _client(account: str | None) -> KlingClient:
    return KlingClient(token(), api_url(), account)


def token() -> str:
    """What requests carry, and what the secrets in our own addresses are made from. Never shown."""
    return TOKEN if has_own_practice_api() else settings().api_token or (TOKEN if settings().is_practice else "")


def api_url() -> str:
    """Where requests go, as the person may be shown it."""
    return practice().url if has_own_practice_api() else settings().api_url


def has_own_practice_api() -> bool:
    return settings().is_practice and settings().api_url == Settings.api_url


@st.cache_resource(show_spinner=False, max_entries=200)
def one_task(account: str | None, task_id: int) -> Feed[Task]:
    return Feed(lambda: feeds(account).client().get_task(task_id), lambda task: 600.0 if task.is_final else 5.0)


@st.cache_resource(show_spinner=False, max_entries=200)
def download(account: str | None, work_id: int) -> Feed[Download]:
    return Feed(lambda: feeds(account).client().get_download([work_id]), lambda _: 600.0)


DRAFT_SECONDS = 7 * 86_400.0
"""How long a draft is kept that nobody changes."""
USED_SECONDS = 90 * 86_400.0
"""For how long a motion counts as used lately."""
PRACTICE = "practice"


def service() -> str:
    """Whose motions and orders these are: what belongs to the practice API never meets what belongs to Kling."""
    return PRACTICE if has_own_practice_api() else settings().api_url


@memoized
@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The database, up to date, with what older versions kept in files."""
    found = orders().store
    found.open()
    take_over(found, Path(settings().data_dir), (PRACTICE, settings().api_url))
    return found


@memoized
@st.cache_resource(show_spinner=False)
def archive() -> Archive:
    """The results that are kept."""
    limit = settings().archive_gb
    files = open_files(settings().archive, Path(settings().data_dir))
    # Opened by its first use: the database may be away when the process starts.
    return Archive(orders().store, service(), files, None if limit is None else int(limit * GB))


@memoized
@st.cache_resource(show_spinner=False, on_release=Worker.stop)
def archive_worker() -> Worker:
    """What keeps results in the background; started by the app."""
    return Worker(
        archive(),
        lambda account: feeds(account or None).client(),
        seen=_tasks_seen if settings().archive_tasks == "all" else tuple,
        days=settings().archive_days,
    )


def _tasks_seen() -> list[tuple[str, TaskList]]:
    """The tasks of every account that somebody has looked at; nobody is asked for them."""
    first = feeds(settings().account)
    emails = dict.fromkeys([first.account, *(each.email for each in first.accounts.known().value or [])])
    known = {email or "": feeds(email).tasks.known().value for email in emails}
    return [(email, tasks) for email, tasks in known.items() if tasks is not None]


@memoized
@st.cache_resource(show_spinner=False)
def failed_fetches() -> dict[int, KlingError]:
    """Why the last download of a task failed, by the task's id."""
    return {}


@memoized
@st.cache_resource(show_spinner=False)
def download_slots() -> Slots:
    """The downloads under way, by person."""
    return Slots()


@memoized
@st.cache_resource(show_spinner=False)
def rates() -> Rates:
    """How much of what they may do each person has done lately."""
    return Rates()


@memoized
@st.cache_resource(show_spinner=False)
def refused_uploads() -> dict[str, str]:
    """What sessions, by their ids, are still to be told of a file that was not taken."""
    return {}


@memoized
@st.cache_resource(show_spinner=False)
def names() -> MotionNames:
    """The names that people gave to motions, and to tasks."""
    return MotionNames(store(), service())


@memoized
@st.cache_resource(show_spinner=False)
def workbench() -> Workbench:
    """Where clips are repaired."""
    return Workbench()


@memoized
@st.cache_resource(show_spinner=False)
def favourites() -> Favourites:
    """What people have put a star on."""
    return Favourites(store(), service())


@memoized
@st.cache_resource(show_spinner=False)
def saved_values() -> SavedValues:
    """What is kept for people: drafts, presets of settings, steps done before; without what is too old."""
    values = SavedValues(store(), service())
    with suppress(KlingError):
        values.forget("draft", DRAFT_SECONDS)
        values.forget("used", USED_SECONDS)
    return values


PACE = Pace()
"""How patient the orders are."""


@memoized
@st.cache_resource(show_spinner=False)
def database() -> Store:
    """The database, which whoever uses it brings up to date first."""
    return Store(settings().database_url)


@memoized
@st.cache_resource(show_spinner=False)
def register() -> Register:
    """Who is who, and who may do what."""
    return Register(
        database(),
        allowed=settings().allowed,
        admins=settings().admins,
        session_seconds=settings().session_hours * 3600,
    )


def budgets() -> Budgets:
    return Budgets(settings().budget_person, settings().budget_team, ZoneInfo(settings().time_zone))


@memoized
@st.cache_resource(show_spinner=False, on_release=Orders.stop)
def orders() -> Orders:
    """Every order of this dashboard: started by the app, or by its first use where only the pages run.

    Where nobody signs in, everybody may do everything.
    """
    return Orders(
        lambda account: feeds(account or None).client(),
        Path(settings().data_dir) / "orders",
        database(),
        rights=register() if settings().sign_in != "none" else None,
        budgets=budgets(),
        service=service(),
        forgets=has_own_practice_api(),
        told=lambda account: feeds(account or None).task_was_placed(),
        tasks=lambda account: feeds(account or None).tasks,
        pace=PACE,
    )


def charges() -> Charges:
    """What each task took; nothing while the database does not answer."""
    try:
        return orders().charges()
    except KlingError:
        return NONE


def makers() -> Makers:
    """Who ordered which task, and what they called it; nobody any while that cannot be read."""
    try:
        return orders().makers()
    except NotConfigured:
        return Makers()
