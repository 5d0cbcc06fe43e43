"""What several pages draw: the shared lists as they are known, trouble with them, an order, a motion."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from kling import InvalidInput, KlingError, Motion
from kling.feed import Snapshot
from kling.orders import Order
from pages import streamlit_internals
from pages.ui import picker, previews, session, wording
from pages.ui.session import people, shared
from pages.ui.session.rates import Kind
from pages.ui.session.viewer_zone import viewer_zone
from pages.ui.wording.people import called

UNDER_WAY_SHOWN = 5
LONG_SECONDS = 5.0
"""So long may a first answer take before a page says that it is waited for."""
SLOW_SECONDS = 10.0
"""So long may news of what is on the screen take before a page says how old that is."""
SOURCES = {True: "Kling's own", False: "Ours"}


def tick(seconds: float, key: str, on_tick: Callable[[], None] | None = None) -> None:
    """Run the enclosing fragment again in so many seconds. Called last in it; `on_tick` may choose another one."""
    streamlit_internals.tick(seconds, key, on_tick)


def show_mode() -> None:
    """The account to work with, and on every page in practice mode that it is practice."""
    with st.sidebar:
        show_account_choice()
    settings = shared.settings()
    no_sign_in = wording.NOBODY_SIGNS_IN[settings.open] if settings.sign_in == "none" else ""
    if not settings.is_practice and not no_sign_in:
        return
    with st.container(key="mode"):
        if settings.is_practice:
            st.info(f"{wording.PRACTICE} {no_sign_in}", icon=":material/school:")
        else:
            st.caption(f":material/lock_open: {no_sign_in}")


def show_refused_upload() -> None:
    """Why a file was not taken."""
    session_id = streamlit_internals.session_id() or ""
    if sentence := shared.refused_uploads().get(session_id):
        st.toast(sentence, icon=":material/error:", duration="long")
        shared.refused_uploads().pop(session_id, None)


def may(kind: Kind, count: int = 1) -> bool:
    """Whether this person may do so many of these now; if not, they are told."""
    if shared.rates().take(kind, session.person(), count):
        return True
    st.toast(wording.TOO_OFTEN, icon=":material/hourglass_top:", duration="long")
    return False


def show_account_choice() -> None:
    accounts = session.latest("accounts").value or []
    names = [account.email for account in accounts if account.email]
    if len(names) > 1:
        st.selectbox(
            "Kling account",
            names,
            key="account",
            persist_state="session",
            help="Motions, videos and credits belong to one account. Choose the one to work with.",
        )


def show_explanation(explanation: wording.Explanation) -> None:
    """A failure: the sentence, what to do, and the reason folded away."""
    box = st.warning if explanation.is_passing else st.error
    box(f"{explanation.what} {explanation.next}".strip(), icon=explanation.icon)
    if explanation.detail:
        with st.expander("Technical reason"):
            st.code(explanation.detail, language=None, wrap_lines=True)


def show_error(error: KlingError) -> None:
    show_explanation(wording.explain(error))


def show_refused(error: InvalidInput) -> None:
    """Why a request cannot be sent as it is; what is said beside the field with its way out is not said again."""
    if error.field == "motion_direction":
        st.caption(wording.NOTHING_SENT)
    else:
        show_error(error)


def show_trouble(*snapshots: Snapshot[Any], place: str = "page") -> None:
    """Why a list could not be brought up to date, how old the one on the screen is, and a way to try now."""
    failed = max((each for each in snapshots if each.error is not None), key=_failed_at, default=None)
    if failed is None or failed.error is None:
        return
    show_explanation(wording.explain_reading(failed.error))
    age = failed.age(time.time())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Try now", icon=":material/refresh:", on_click=session.refresh_lists, key=f"try now {place}")
        seen = f"What you see is from {wording.ago(age)}. " if age is not None else ""
        st.caption(f"{seen}It is also tried again by itself.")


def is_slow(snapshot: Snapshot[Any]) -> bool:
    """Whether the service lets us wait for news of what is on the screen, and did not fail before."""
    since = snapshot.looking_since if snapshot.value is not None and snapshot.error is None else None
    return since is not None and time.time() - since > SLOW_SECONDS


def show_slow(snapshot: Snapshot[Any]) -> None:
    """While the service is silent, when that was true which is on the screen."""
    if is_slow(snapshot) and snapshot.fetched_at is not None:
        st.caption(wording.describe_slow(datetime.fromtimestamp(snapshot.fetched_at, viewer_zone())))


def _failed_at(snapshot: Snapshot[Any]) -> float:
    """The last look tells what is wrong now."""
    return snapshot.failed_at or 0.0


def show_order(order: Order) -> None:
    """Where a request or upload stands that was handed over."""
    if order.was_not_taken:
        show_explanation(wording.explain_order(order))
    elif order.total:
        share = min(1.0, order.sent / order.total)
        sent = f"{wording.megabytes(order.sent)} of {wording.megabytes(order.total)}"
        st.progress(share, f"{wording.describe_step(order)} {sent}")
    else:
        st.progress(0, wording.describe_step(order, is_held=order.account in shared.orders().trouble()))


def show_under_way(person: str | None = None) -> None:
    """What anyone, or this person, has handed over and Kling has not accepted yet."""
    orders = [order for order in shared.orders().under_way() if person in (None, order.person)]
    names, own = people.names(), session.person()
    for order in orders[:UNDER_WAY_SHOWN]:
        who = f" · {wording.plain(called(order.person, names))}" if order.person not in ("", own) else ""
        st.caption(f"**{wording.plain(order.title)}** · placed {wording.ago(time.time() - order.placed_at)}{who}")
        show_order(order)
    if len(orders) > UNDER_WAY_SHOWN:
        st.caption(f"and {len(orders) - UNDER_WAY_SHOWN:,} more in the line")


def show_motion(motion: Motion) -> None:
    """A motion, moving."""
    if motion.video_url:
        previews.show_video(motion.video_url, loop=True, autoplay=True, muted=True)
    elif motion.cover_url:
        previews.show_image(motion.cover_url, alt=name_of(motion))
    st.markdown(f"**{wording.plain(name_of(motion))}** · {wording.plain(wording.describe_motion(motion))}")


def name_of(motion: Motion) -> str:
    return wording.name_of(motion, shared.names().all())


def show_motion_cards(
    key: str, motions: list[Motion], snapshots: list[Snapshot[Any]], choose: Callable[[Motion], None]
) -> None:
    """The motions of these lists as cards; a click anywhere on a card chooses it."""
    known = {motion.key: motion for motion in motions}
    picker.show(key, motion_cards(motions), lambda chosen: choose(known[chosen]), nothing_fits(snapshots))


def motion_cards(motions: Sequence[Motion]) -> list[picker.Card]:
    stars = shared.favourites().of(session.person())
    return [motion_card(motion, motion.key in stars) for motion in motions]


def nothing_fits(snapshots: list[Snapshot[Any]]) -> str:
    """What the cards say where none is to be shown: a list that is not there decides nothing."""
    missing = [each for each in snapshots if each.value is None]
    if any(each.error is not None for each in missing):
        return wording.MOTIONS_UNREAD
    return wording.MOTIONS_COMING if missing else wording.NO_MOTION_FITS


def motion_card(motion: Motion, is_starred: bool) -> picker.Card:
    return picker.Card(
        motion.key,
        name_of(motion),
        session.address(motion.cover_url),
        session.address(motion.video_url),
        note=wording.describe_motion(motion),
        words=f"{motion.tag or ''} {motion.key}",
        source=SOURCES[motion.is_official],
        tag=motion.tag or "",
        star=is_starred,
    )


def library() -> tuple[list[Motion], list[Snapshot[Any]]]:
    """Every motion known, ours first, and the two lists they come from."""
    own, official = session.latest("own_motions"), session.latest("official_motions")
    return [*(own.value or []), *(official.value or [])], [own, official]


@st.fragment
def await_library() -> None:
    """Stands where the library is needed and nothing is known of it yet; draws the page again once it is."""
    _, snapshots = library()
    if not is_loading(snapshots):
        st.rerun()
    show_waiting(120, *snapshots)
    tick(refresh_interval(snapshots, 60), "await library")


@st.fragment
def await_generation() -> None:
    """Stands for what depends on the generation of the service, until that is known; then draws the page again."""
    if session.draft_generation() is not None:
        st.rerun()
    show_waiting(200, *library()[1])
    tick(0.4, "await generation")


def is_loading(snapshots: list[Snapshot[Any]]) -> bool:
    """Whether nothing is known yet and nothing is wrong either."""
    return all(each.value is None and each.error is None for each in snapshots)


def show_waiting(height: int, *snapshots: Snapshot[Any]) -> None:
    """Stands where a list will be; says so when the service lets us wait for the first answer."""
    st.skeleton(height=height)
    since = min((each.looking_since for each in snapshots if each.looking_since is not None), default=None)
    if since is not None and time.time() - since > LONG_SECONDS:
        st.caption(wording.NO_ANSWER_YET)


def refresh_interval(snapshots: list[Snapshot[Any]], idle: float) -> float:
    """Seconds until a fragment should draw again: soon while a look is under way, else `idle`."""
    if any(each.value is None and each.is_looking for each in snapshots):
        return 0.4
    return 1.0 if any(each.is_looking for each in snapshots) else idle
