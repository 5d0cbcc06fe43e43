"""What one person sees of the results: the filters in the address, the place of the page, the one opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from kling import KlingError
from kling.archive.library import NO_PROJECT, Filter, Place
from pages.ui import panels, session
from pages.ui.session import Key, archived, people, shared
from pages.ui.session.identity import me
from pages.ui.session.viewer_zone import viewer_zone
from pages.ui.wording import results as wording
from pages.ui.wording.archive import AWAY

# The widgets' keys are their names in the address.
WORDS: Key[str | None] = Key("find", None)
PROJECT: Key[str | None] = Key("project", None)
PERSON: Key[str | None] = Key("by", None)
TAG: Key[str | None] = Key("tag", None)
MOTION: Key[str | None] = Key("motion", None)
WHEN: Key[str | None] = Key("when", None)
STARRED = Key("starred", False)
SHOWN: Key[str | None] = Key("show", None)
FURTHER = (PERSON, TAG, MOTION, WHEN)
CHOSEN: Key[tuple[str, ...]] = Key("chosen results", ())
SEEN: Key[str] = Key("result seen last", "")
"""The one whose details were open last."""
BIN = "bin"


def is_bin() -> bool:
    return SHOWN.get() == BIN


def wanted() -> Filter:
    """What the filters say."""
    since, before = span(WHEN.get(), datetime.now(viewer_zone()))
    return Filter(
        words=WORDS.get() or "",
        project=PROJECT.get() or "",
        person=PERSON.get(),
        tag=TAG.get() or "",
        motion=MOTION.get() or "",
        picture=st.query_params.get("picture", ""),
        starred_by=session.person() if STARRED.get() else None,
        since=since,
        before=before,
        is_binned=is_bin(),
    )


def is_filtered() -> bool:
    return wanted() != Filter(is_binned=is_bin())


def span(when: str | None, now: datetime) -> tuple[float | None, float | None]:
    """From when and before when, in seconds since the epoch, by the days of the viewer's place."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    last = month.replace(year=month.year - (month.month == 1), month=(month.month - 2) % 12 + 1)
    week = datetime.fromtimestamp(today.timestamp() - 6 * 86_400, now.tzinfo)
    spans: dict[str, tuple[datetime | None, datetime | None]] = {
        "today": (today, None),
        "week": (week, None),
        "month": (month, None),
        "last month": (last, month),
        "year": (year, None),
        "before": (None, year),
    }
    since, before = spans.get(when or "", (None, None))
    return since.timestamp() if since else None, before.timestamp() if before else None


def place() -> tuple[Place | None, Place | None]:
    """Where the page begins: right after the first, or right before the second; the newest where neither is there."""
    return _read(st.query_params.get("older", "")), _read(st.query_params.get("newer", ""))


def turn_to(way: str, at: Place) -> None:
    """Turn to the page beyond this place; `way` is `older` or `newer`."""
    first_page()
    st.query_params[way] = f"{at.finished_at!r}_{at.task_id}"


def first_page() -> None:
    for way in ("older", "newer"):
        st.query_params.pop(way, None)


def _read(said: str) -> Place | None:
    at, _, task_id = said.partition("_")
    with suppress(ValueError):  # an address can hold anything; one that makes no sense shows the newest
        return Place(float(at), task_id) if task_id else None
    return None


def opened() -> str:
    """The result that the address names; empty where it names none."""
    return st.query_params.get("id", "")


def open_result(task_id: str) -> None:
    SEEN.set(task_id)
    st.query_params["id"] = task_id


def close_result() -> None:
    st.query_params.pop("id", None)


def choose(task_ids: tuple[str, ...]) -> None:
    CHOSEN.set(task_ids)


def projects() -> dict[str, str]:
    return {NO_PROJECT: "No project", **archived.labels().projects()}


def motion_names() -> Mapping[str, str]:
    """What people call the motions that are known now, by `Task.motion_source`."""
    return session.motion_names(session.feeds())


def made_by(person: str) -> str:
    return wording.made_by(person, me().id, people.names())


def show_where_archive_is_away() -> None:
    """A sentence while nothing that is kept can be shown."""
    with telling_trouble():
        if shared.archive().is_away():
            st.error(AWAY, icon=":material/cloud_off:")


@contextmanager
def telling_trouble() -> Iterator[None]:
    """A sentence in place of what cannot be read while the database does not answer."""
    try:
        yield
    except SQLAlchemyError:
        st.error(wording.UNREAD, icon=":material/cloud_off:")
    except KlingError as error:
        panels.show_error(error)
