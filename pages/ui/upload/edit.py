"""The clip chosen: what is wrong with it and the way out of that, its cover, and the one button."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from kling import InvalidInput, KlingError
from kling.media import Trim
from kling.orders import PictureFile
from kling.store import MotionNames
from pages.ui import job_options, panels, price, session, wording
from pages.ui.fragments import fragment
from pages.ui.picker import picture, repairs
from pages.ui.session import Key, MotionDraft, shared
from pages.ui.upload import clip_repair, film_strip, send
from pages.ui.wording import prices

FRAME, OWN_PICTURE = "A frame of the video", "A picture of mine"
COVER_SOURCE = Key("cover source", FRAME)


@fragment()
def show_clip(clip_id: str) -> None:
    """The clip, what is wrong with it and the way out of that, its cover, and the one button."""
    clip = session.motion_draft()
    if clip is None or clip.id != clip_id or shared.orders().get(clip_id):  # a button here led on
        st.rerun()
    elif clip.repair is not None:
        clip_repair.show_repair(clip, clip.repair)
    else:
        send.follow_service(clip)
        left, right = st.columns(2, gap="large")
        with left:
            show_film(clip)
        with right:
            show_clip_facts(clip)
            send_or_repair(clip)


def show_film(clip: MotionDraft) -> None:
    if not clip.media.is_video:
        return
    has_frame_cover = clip.generation.is_extracted and COVER_SOURCE.get() == FRAME
    try:
        film_strip.show(clip, clip.generation.clip, has_frame_cover)
    except KlingError as error:
        panels.show_error(error)
    if clip.span != (0.0, clip.media.seconds) and not is_too_long(clip):
        part = clip.span[1] - clip.span[0]
        st.button(f"Cut it to the chosen part ({part:.1f} s)", icon=":material/content_cut:", key=f"cut {clip.id}",
                  on_click=clip_repair.begin_repair, args=([Trim(*clip.span)],))  # fmt: skip
    if clip.generation.is_extracted:
        choose_cover(clip)


def is_too_long(clip: MotionDraft) -> bool:
    """Then the way to cut it stands with what is wrong."""
    return clip.media.seconds > clip.generation.clip.longest


def choose_cover(clip: MotionDraft) -> None:
    st.subheader("Cover")
    how = st.segmented_control(
        "Cover",
        [FRAME, OWN_PICTURE],
        default=FRAME,
        required=True,
        label_visibility="collapsed",
        key=COVER_SOURCE.name,
    )
    if how == FRAME:
        st.caption("Click a moment on the strip, or move the pin below it.")
        clip.cover = frame_cover(clip)
    else:
        clip.cover = picture.upload_picture("cover file", "A picture, each side at least 300 pixels", "cover")
    if clip.cover:
        st.image(clip.cover.data, alt="Cover", width=160)


def frame_cover(clip: MotionDraft) -> PictureFile | None:
    try:
        return PictureFile("cover.jpg", film_strip.frame(str(clip.path), clip.cover_at), "image/jpeg")
    except KlingError as error:
        panels.show_error(error)
        return None


def show_clip_facts(clip: MotionDraft) -> None:
    st.subheader("Clip")
    found = clip.media
    st.text_input("Name of the motion", clip.title, key=send.title_of(clip).name, max_chars=MotionNames.LONGEST)
    st.markdown(f"**{wording.plain(clip.name)}**")
    sound = "with sound" if found.has_sound else "no sound"
    st.caption(
        f"{found.seconds:.1f} s · {found.width} × {found.height} · {found.frame_rate:.0f} frames a second · {sound} · "
        f"{found.kind.upper()} · {wording.megabytes(found.size)}"
    )
    if clip.original is not None:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.caption(":material/check: It was made right here. The file on your computer is as it was.")
        row.button("Use the original", icon=":material/undo:", on_click=clip_repair.use_original, args=(clip.id,))


def send_or_repair(clip: MotionDraft) -> None:
    found = clip.problems
    if clip.failed is not None:
        panels.show_error(clip.failed)
    repairs.show(found, f"clip {clip.path.stem}", clip_repair.begin_repair, is_video=True)
    needs_cover = clip.generation.is_extracted and clip.cover is None
    st.button("Send it to Kling", type="primary", icon=":material/send:", on_click=send.place, args=(clip.id,),
              disabled=bool(found) or needs_cover or not has_right_options(clip))  # fmt: skip
    show_price(clip)
    if found:
        st.caption(wording.NOTHING_SENT)
    st.button("Choose another video", icon=":material/undo:", on_click=session.keep_motion_draft, args=(None,))


def show_price(clip: MotionDraft) -> None:
    """Sending a clip is no task at Kling; taking the motion from it may be one that costs."""
    if not clip.generation.is_extracted:
        st.caption(prices.NOTHING)
        return
    with suppress(InvalidInput):  # the form says what is wrong
        price.show([session.extraction_request()])


def has_right_options(clip: MotionDraft) -> bool:
    """Draws the options of the task that takes the motion from the clip, where it is one, and what is wrong in them."""
    if not clip.generation.is_extracted:
        return True
    folder = st.expander("For programmers", icon=":material/code:", key="for programmers", on_change="rerun")
    if folder.open:
        with folder:
            job_options.show("upload", has_max_jobs=True)
    try:
        session.extraction_request()
    except InvalidInput as error:
        panels.show_error(error)
        return False
    return True
