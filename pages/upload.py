"""Upload a motion: choose a clip, choose its cover, send it, follow the extraction, use it."""

import time
import uuid
from pathlib import Path

import streamlit as st

from kling import KlingError, Motion
from kling.generations import Generation
from kling.media import frame_at, inspect_video, spool
from kling.orders import Order, PictureFile
from pages.ui import order_list, order_view, panels, pictures, session, shared, wording
from pages.ui.session import MotionDraft


@st.fragment
def watch_limits(shown: Generation | None) -> None:
    """Which clips are taken depends on the motions that the service has, and that may turn out, or change."""
    _, snapshots = panels.library()
    if shown is None:
        st.skeleton(height=120)
    if not panels.is_first_look(snapshots) and session.library_generation() is not shown:
        st.rerun()
    panels.tick(panels.pace(snapshots, 60), "limits")


def choose_clip(generation: Generation) -> None:
    limits = generation.clip
    file = st.file_uploader(
        f"A video of one person making the motion: MP4 or MOV, {limits.shortest:.0f} to {limits.longest:.0f} seconds, "
        f"{limits.sides}, up to 100 MB",
        type=["mp4", "mov"],
        max_upload_size=100,
        key="clip",
        help="The whole body should be in the picture, without cuts. Kling takes the movement from it, not the looks.",
    )
    if file is None:
        return
    path = shared.upload_folder() / f"{uuid.uuid4().hex}.mp4"
    try:
        spool(file, path)
        clip = MotionDraft(path.stem, file.name, path, inspect_video(path, limits), generation.is_extracted)
    except KlingError as error:
        path.unlink(missing_ok=True)
        panels.show_error(error)
        return
    session.forget_upload(file.file_id)
    session.keep_motion_draft(clip)
    st.rerun()


@st.cache_data(show_spinner=False, max_entries=64)
def frame(path: str, seconds: float) -> bytes:
    return frame_at(Path(path), seconds)


def show_clip(clip: MotionDraft) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        if clip.is_extracted:
            choose_cover(clip)
        else:
            st.image(frame(str(clip.path), clip.video.seconds / 2), alt="A moment of the clip")
    with right:
        show_clip_facts(clip)


def choose_cover(clip: MotionDraft) -> None:
    st.subheader("Cover")
    how = st.segmented_control(
        "Cover", ["A frame of the video", "A picture of mine"], default="A frame of the video",
        required=True, label_visibility="collapsed", key="cover source",
    )  # fmt: skip
    clip.cover = frame_cover(clip) if how == "A frame of the video" else pictures.upload_picture(
        "cover file", "A PNG or JPEG, each side at least 300 pixels"
    )  # fmt: skip
    if clip.cover:
        st.image(clip.cover.data, alt="Cover")


def show_clip_facts(clip: MotionDraft) -> None:
    st.subheader("Clip")
    video = clip.video
    st.markdown(f"**{clip.name}**")
    st.caption(f"{video.seconds:.1f} s · {video.width} × {video.height} · {wording.megabytes(video.size)}")
    st.button("Send it to Kling", type="primary", icon=":material/send:", on_click=place, args=(clip.id,),
              disabled=clip.is_extracted and clip.cover is None)  # fmt: skip
    st.button("Choose another video", icon=":material/undo:", on_click=session.keep_motion_draft, args=(None,))


def frame_cover(clip: MotionDraft) -> PictureFile:
    last = max(0.1, clip.video.seconds - 0.1)
    at = st.slider("Which moment", 0.0, last, last / 2, 0.1, format="%.1f s", key=f"moment {clip.id}")
    return PictureFile("cover.jpg", frame(str(clip.path), at), "image/jpeg")


def place(clip_id: str) -> None:
    clip = session.motion_draft()
    if clip is None or clip.id != clip_id or (clip.is_extracted and clip.cover is None):
        return
    shared.orders().place_motion(
        clip.id,
        f"Motion from “{clip.name}”",
        clip.path,
        clip.video.content_type,
        clip.cover if clip.is_extracted else None,
        account=session.account() or "",
        person=session.person(),
    )


def try_again(clip_id: str) -> None:
    clip = session.motion_draft()
    if clip is not None and clip.id == clip_id:
        clip.id = uuid.uuid4().hex
        place(clip.id)


@st.fragment
def follow(order_id: str) -> None:
    clip, order = session.motion_draft(), shared.orders().get(order_id)
    if order is None or clip is None or clip.id != order_id:  # a button here led on: the page shows what is next
        st.rerun()
    elif order.is_accepted:
        session.drop_clip()
        seconds = show_extraction(order) if order.task is not None else show_motion(motion_at(order.clip_url))
        if seconds:
            panels.tick(seconds, "extraction")
    elif order.was_not_taken:
        row = order_view.show_outcome(order)
        if not order.may_have_been_received:
            row.button("Try again", type="primary", icon=":material/refresh:", on_click=try_again, args=(order_id,))
        row.button("Choose another video", on_click=session.keep_motion_draft, args=(None,))
    else:
        order_view.show(order)
        panels.tick(0.5, "sending")


def show_extraction(order: Order) -> float | None:
    """How far Kling is; returns the seconds until it is worth another look, None when it is over."""
    assert order.task is not None
    task = session.find_task(order.task.id) or order.task
    if not task.is_final:
        share, left = wording.progress(task, session.feeds().finishes_at(task), time.time())
        st.progress(share, f"Kling takes the motion from the video. {left}".strip())
        return 1.0
    if task.state != "succeed":
        st.error(wording.explain_failure(task), icon=":material/error:")
        st.button("Choose another video", icon=":material/undo:", on_click=session.keep_motion_draft, args=(None,))
        return None
    own = session.latest("own_motions").value or []
    return show_motion(next((motion for motion in own if motion.task_id == task.id), None))


def motion_at(url: str | None) -> Motion | None:
    """The motion that an uploaded clip is, once the library has it."""
    own = session.latest("own_motions").value or []
    return next((motion for motion in own if motion.video_url == url), None)


def show_motion(motion: Motion | None) -> float | None:
    """The new motion and the way to use it; returns the seconds until another look while the library has it not."""
    if motion is None:
        st.progress(1.0, "The motion is ready and is being added to the library.")
        return 1.0
    st.success("Your motion is ready.", icon=":material/check_circle:")
    panels.show_motion(motion)
    row = st.container(horizontal=True)
    if row.button("Use it", type="primary", icon=":material/movie:"):
        session.keep_motion_draft(None)
        session.choose_motion(motion)
        st.switch_page("create.py")
    row.button("Upload another", icon=":material/add:", on_click=session.keep_motion_draft, args=(None,))
    return None


st.title("Upload a motion")
clip = session.motion_draft()
order_list.show(clip.id if clip else "")
if clip is None and panels.is_first_look(panels.library()[1]):
    watch_limits(None)
elif clip is None:
    generation = session.library_generation()
    choose_clip(generation)
    watch_limits(generation)
elif shared.orders().get(clip.id):
    follow(clip.id)
else:
    show_clip(clip)
