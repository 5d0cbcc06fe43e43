"""Many videos at once, pictures × motions: what to choose, what it takes, and the one button."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kling import InvalidInput, KlingError, Motion
from kling.media import Fix, problems
from kling.orders import PictureFile, VideoOrder
from kling.orders.records import VideoRequest
from kling.orders.spreadsheet import MOST
from pages.ui import allowed, panels, picker, price, session, wording
from pages.ui.create import project
from pages.ui.picker import people, picture
from pages.ui.session import Key, shared
from pages.ui.session.identity import note
from pages.ui.session.video_draft import HOW, MANY, ONE, TABLE

PICKED: Key[tuple[str, ...]] = Key("motions of several", ())
"""The keys of the motions that are chosen."""
THUMBNAILS = 12
BATCH_ID: Key[str | None] = Key("batch id", None)
"""Of the batch that is about to be sent."""


def choose_how() -> str:
    """One video, several with the same options, or a table."""
    HOW.set(HOW.get() or ONE)
    chosen: str | None = st.segmented_control(
        "How many", [ONE, MANY, TABLE], required=True, key=HOW.name, persist_state="session",
        label_visibility="collapsed",
    )  # fmt: skip
    return chosen or ONE


def placed() -> str:
    """The batch that this page follows, which its address names."""
    return st.query_params.get("batch", "")


def choose_motions() -> list[Motion]:
    """One or more motions of the library, by the same cards as for one."""
    found, snapshots = panels.library()
    motions = session.recently_used_first(found)
    panels.show_trouble(*snapshots)
    if panels.is_loading(snapshots):
        panels.await_library()
        return []
    heading = st.container()
    cards, nothing = panels.motion_cards(motions), panels.nothing_fits(snapshots)
    PICKED.set(tuple(picker.show_many("several picker", cards, PICKED.get(), nothing)))
    chosen = [motion for motion in motions if motion.key in PICKED.get()]
    with heading:
        show_chosen("motion", [(panels.name_of(each), session.address(each.cover_url)) for each in chosen])
    return chosen


def show_chosen(what: str, chosen: Sequence[tuple[str, str | None]]) -> None:
    """How many are chosen, and the first of them as they look; each with its name and an address of its image."""
    st.markdown(f"**{len(chosen)} {what}{'' if len(chosen) == 1 else 's'} chosen**")
    row = st.container(horizontal=True, gap="xsmall", vertical_alignment="center")
    for name, image in chosen[:THUMBNAILS]:
        if image:
            row.image(image, width=48, alt=name)
    if len(chosen) > THUMBNAILS:
        row.caption(f"and {len(chosen) - THUMBNAILS} more")


def choose_pictures() -> list[PictureFile]:
    """Many pictures from this computer; those that will not do are named and left out, or repaired by one button."""
    given = st.file_uploader(
        f"Pictures of one person each, up to {MOST}",
        type=picture.ENDINGS,
        accept_multiple_files=True,
        max_upload_size=picture.MOST_MB,
        key="batch pictures",
    )
    files = given[:MOST]
    session.forget_uploaded(but=(file.file_id for file in files))
    right, repairable = [], []
    looks: list[tuple[str, str | None]] = []
    for file in files:
        try:
            data, media = session.uploaded_picture(file)
        except KlingError as error:
            st.warning(f"{wording.plain(file.name)}: {error}", icon=":material/image_not_supported:")
            continue
        found = problems(media, "picture")
        if not found:
            right.append(PictureFile(file.name, data, media.content_type))
            looks.append((file.name, people.preview_address(file.file_id, data) if len(looks) < THUMBNAILS else None))
        else:
            repairable.append((file.file_id, [problem.fixes[0] for problem in found]))
            reasons = " ".join(problem.what for problem in found)
            st.warning(f"{wording.plain(file.name)}: {reasons}", icon=":material/build:")
    if repairable:
        name = "Repair this picture" if len(repairable) == 1 else f"Repair these {len(repairable)} pictures"
        st.button(name, icon=":material/build:", on_click=repair_all, args=(repairable,))
    if left := len(given) - len(right):
        st.warning(wording.describe_left_out(left, len(right)), icon=":material/image_not_supported:")
    if right:
        show_chosen("picture", looks)
    return right


def repair_all(wanted: Sequence[tuple[str, Sequence[Fix]]]) -> None:
    for each in wanted:
        picture.repair(*each)


@contextmanager
def bar() -> Iterator[DeltaGenerator]:
    """The row at the bottom of the window in which the button stands, for many as for one."""
    row = st.bottom.container(horizontal=True, vertical_alignment="center", key="order-bar")
    with row:
        yield row


def show_bar(missing: str) -> None:
    """The button as long as it can do nothing, and what is missing."""
    with bar():
        st.button("Make the videos", type="primary", icon=":material/movie:", disabled=True)
        st.caption(missing)


def send_many(motions: Sequence[Motion], chosen: Sequence[PictureFile]) -> None:
    """The count, what it takes, and the one button; or what is still missing."""
    missing = [f"at least one {what}" for what, some in (("motion", motions), ("picture", chosen)) if not some]
    if missing:
        show_bar(f"Choose {' and '.join(missing)} first.")
        return
    try:
        wanted = [
            (wording.video_title(picture.name, panels.name_of(motion)), session.request_for(motion), picture)
            for picture in chosen
            for motion in motions
        ]
    except InvalidInput as error:
        panels.show_refused(error)
        show_bar(wording.OPTION_FIRST)
        return
    if len(wanted) > MOST:
        show_bar(f"That would be {len(wanted):,} videos; {MOST} can be sent at once. Choose fewer first.")
        return
    confirm(wanted)


def confirm(wanted: Sequence[tuple[str, VideoRequest, PictureFile | None]]) -> None:
    batch_id = BATCH_ID.get() or uuid.uuid4().hex
    BATCH_ID.set(batch_id)
    videos = [VideoOrder(f"{batch_id}-{n:03}", *each) for n, each in enumerate(wanted)]
    count = "1 video" if len(videos) == 1 else f"{len(videos)} videos"
    with bar() as row:
        st.button(f"Make {count}", type="primary", icon=":material/movie:", on_click=place, args=(batch_id, videos))
        project.choose()
        with row.container(width="stretch", key="order-price"):
            price.show([video.request for video in videos])


def place(batch_id: str, videos: list[VideoOrder]) -> None:
    """Hand them over, all or none; a second press finds them placed."""
    with allowed.toasting_errors():
        is_new = not shared.orders().of_batch(batch_id)
        if is_new and (not allowed.is_allowed("order") or not panels.may("orders", len(videos))):
            return
        chosen = project.of_orders()
        videos = [replace(video, project=chosen) for video in videos]
        shared.orders().place_videos(videos, account=session.account() or "", person=session.person(), batch=batch_id)
        if is_new:
            session.note_used(PICKED.get() if HOW.get() == MANY else ())
            note("ordered", f"{len(videos)} videos, batch {batch_id}")
        st.query_params["batch"] = batch_id
        BATCH_ID.set(None)
