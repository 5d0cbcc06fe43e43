"""Upload a motion: choose a clip, make it right, choose its cover, send it, follow the extraction, use it."""

import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from kling import InvalidInput, KlingError, Motion
from kling.generations import Generation
from kling.media import Fix, Trim, inspect, spool
from kling.orders import Order, PictureFile
from pages.ui import job_options, panels, session, wording
from pages.ui.orders import pending, status
from pages.ui.picker import picture, repairs
from pages.ui.session import MotionDraft, shared
from pages.ui.upload import film_strip

SHOWS_UP = 10.0  # seconds in which a clip that was sent should be in the library
FRAME, OWN_PICTURE = "A frame of the video", "A picture of mine"


@st.fragment
def watch_limits(shown: Generation | None) -> None:
    """Which clips are taken depends on the motions that the service has, and that may turn out, or change."""
    _, snapshots = panels.library()
    if session.library_generation() is not shown:
        st.rerun()
    if shown is None:
        st.skeleton(height=120)
    panels.show_trouble(*snapshots)
    panels.tick(0.4 if shown is None else panels.pace(snapshots, 60), "limits")


def choose_clip(generation: Generation) -> None:
    limits = generation.clip
    file = st.file_uploader(
        f"A video of one person making the motion: MP4 or MOV, {limits.shortest:.0f} to {limits.longest:.0f} seconds, "
        f"{limits.sides}, up to {wording.megabytes(limits.most_bytes)}",
        type=["mp4", "mov", "m4v", "webm", "mkv", "avi", "gif", "mpg", "mpeg", "3gp"],
        max_upload_size=200,
        key="clip",
        help="The whole body should be in the picture, without cuts. Kling takes the movement from it, not the looks. "
        "A clip that is too long, too large or of another kind can be made right here."
        f"{'' if limits.longest <= wording.FACING_SECONDS else wording.SHORT_FOR_FACING}",
    )
    if file is None:
        return
    path = new_file(Path(file.name).suffix.lower())
    try:
        spool(file, path)
        clip = MotionDraft.of(path, file.name, inspect(path), generation)
    except KlingError as error:
        path.unlink(missing_ok=True)
        panels.show_error(error)
        return
    session.forget_upload(file.file_id)
    session.keep_motion_draft(clip)
    st.rerun()


def new_file(ending: str) -> Path:
    return shared.upload_folder() / f"{uuid.uuid4().hex}{ending or '.mp4'}"


@st.fragment
def show_clip(clip_id: str) -> None:
    """The clip, what is wrong with it and the way out of that, its cover, and the one button."""
    clip = session.motion_draft()
    if clip is None or clip.id != clip_id or shared.orders().get(clip_id):  # a button here led on
        st.rerun()
    elif clip.repair is not None:
        show_repair(clip, clip.repair)
    else:
        follow_service(clip)
        left, right = st.columns(2, gap="large")
        with left:
            show_film(clip)
        with right:
            show_clip_facts(clip)
            send_or_repair(clip)


def follow_service(clip: MotionDraft) -> None:
    """Hold the clip to the other rules where the lists have told of the other generation since it was chosen."""
    now = session.library_generation()
    if now is not None and now is not clip.generation:
        clip.generation = now
        clip.put(clip.path, clip.media)


def show_film(clip: MotionDraft) -> None:
    if not clip.media.is_video:
        return
    has_frame_cover = clip.generation.is_extracted and session.get("cover source", FRAME) == FRAME
    try:
        film_strip.show(clip, clip.generation.clip, has_frame_cover)
    except KlingError as error:
        panels.show_error(error)
    if clip.span != (0.0, clip.media.seconds) and not is_too_long(clip):
        part = clip.span[1] - clip.span[0]
        st.button(f"Cut it to the chosen part ({part:.1f} s)", icon=":material/content_cut:", key=f"cut {clip.id}",
                  on_click=begin_repair, args=([Trim(*clip.span)],))  # fmt: skip
    if clip.generation.is_extracted:
        choose_cover(clip)


def is_too_long(clip: MotionDraft) -> bool:
    """Then the way to cut it stands with what is wrong."""
    return clip.media.seconds > clip.generation.clip.longest


def choose_cover(clip: MotionDraft) -> None:
    st.subheader("Cover")
    how = st.segmented_control(
        "Cover", [FRAME, OWN_PICTURE], default=FRAME, required=True, label_visibility="collapsed", key="cover source",
    )  # fmt: skip
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
    st.markdown(f"**{wording.plain(clip.name)}**")
    sound = "with sound" if found.has_sound else "no sound"
    st.caption(
        f"{found.seconds:.1f} s · {found.width} × {found.height} · {found.frame_rate:.0f} frames a second · {sound} · "
        f"{found.kind.upper()} · {wording.megabytes(found.size)}"
    )
    if clip.original is not None:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.caption(":material/check: It was made right here. The file on your computer is as it was.")
        row.button("Use the original", icon=":material/undo:", on_click=use_original, args=(clip.id,))


def send_or_repair(clip: MotionDraft) -> None:
    found = clip.problems
    if clip.failed is not None:
        panels.show_error(clip.failed)
    repairs.show(found, f"clip {clip.path.stem}", begin_repair, is_video=True)
    needs_cover = clip.generation.is_extracted and clip.cover is None
    st.button("Send it to Kling", type="primary", icon=":material/send:", on_click=place, args=(clip.id,),
              disabled=bool(found) or needs_cover or not has_right_options(clip))  # fmt: skip
    if found:
        st.caption(wording.NOTHING_SENT)
    st.button("Choose another video", icon=":material/undo:", on_click=session.keep_motion_draft, args=(None,))


def has_right_options(clip: MotionDraft) -> bool:
    """Draws the options of the task that takes the motion from the clip, where it is one, and what is wrong in them."""
    if not clip.generation.is_extracted:
        return True
    with st.expander("More"):
        job_options.show("upload", has_max_jobs=True)
    try:
        session.extraction_request()
    except InvalidInput as error:
        panels.show_error(error)
        return False
    return True


def begin_repair(fixes: Sequence[Fix]) -> None:
    """Hand the repair over; where a clip is cut, it is cut to the part that is chosen on the strip."""
    clip = session.motion_draft()
    if clip is None or clip.repair is not None:
        return
    clip.repair, clip.failed = new_file(".mp4"), None
    wanted = [Trim(*clip.span) if isinstance(fix, Trim) else fix for fix in fixes]
    shared.workbench().repair(clip.repair.name, clip.path, wanted, clip.repair)


def show_repair(clip: MotionDraft, target: Path) -> None:
    job = shared.workbench().job(target.name)
    if job is not None and not job.is_over:
        st.progress(job.share, f"Making **{wording.plain(clip.name)}** right. {job.share:.0%}")
        st.button("Stop", icon=":material/close:", on_click=stop_repair, args=(clip.id,))
        panels.tick(0.5, "repair")
        return
    shared.workbench().forget(target.name)
    clip.repair = None
    if job is not None and job.media is not None:
        if clip.original is None:
            clip.original = (clip.path, clip.media)
        else:
            clip.path.unlink(missing_ok=True)
        clip.put(target, job.media)
    else:
        clip.failed = (job and job.error) or InvalidInput("It was not repaired. Try it again.")
    st.rerun()


def stop_repair(clip_id: str) -> None:
    clip = session.motion_draft()
    if clip is not None and clip.id == clip_id and clip.repair is not None:
        shared.workbench().forget(clip.repair.name)
        clip.repair = None


def use_original(clip_id: str) -> None:
    clip = session.motion_draft()
    if clip is not None and clip.id == clip_id and clip.original is not None:
        clip.path.unlink(missing_ok=True)
        clip.put(*clip.original)
        clip.original = None


def place(clip_id: str) -> None:
    clip = session.motion_draft()
    if clip is None or clip.id != clip_id:
        return
    if not shared.orders().get(clip_id):
        follow_service(clip)
    if clip.problems or (clip.generation.is_extracted and clip.cover is None):
        return
    try:
        request = session.extraction_request() if clip.generation.is_extracted else None
    except InvalidInput:
        return  # the form says what is wrong
    shared.orders().place_motion(
        clip.id,
        f"Motion from “{clip.name}”",
        clip.path,
        clip.media.content_type,
        clip.cover if clip.generation.is_extracted else None,
        request,
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
        seconds = show_extraction(order) if order.task is not None else show_motion(motion_of(order))
        if seconds:
            panels.tick(seconds, "extraction")
    elif order.was_not_taken:
        row = status.show_outcome(order)
        if not order.may_have_been_received:
            row.button("Try again", type="primary", icon=":material/refresh:", on_click=try_again, args=(order_id,))
        row.button("Choose another video", on_click=session.keep_motion_draft, args=(None,))
    else:
        status.show(order)
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
    found = next((motion for motion in own if motion.task_id == task.id), None)
    return show_unlisted() if found is None and is_overdue(order) else show_motion(found)


def is_overdue(order: Order) -> bool:
    """Whether the library cannot be read, or did not have what was sent when it should have; looks once more first."""
    own, due = session.latest("own_motions"), (order.ended_at or time.time()) + SHOWS_UP
    if own.error is None and (own.fetched_at or 0.0) <= due < time.time() and not own.is_looking:
        session.feeds().own_motions.look_again()
    return own.error is not None or (own.fetched_at or 0.0) > due


def show_unlisted() -> float:
    """What to do where Kling made the motion and its list leaves it out; returns the seconds until another look."""
    panels.show_trouble(session.latest("own_motions"))
    st.warning(wording.MOTION_UNLISTED, icon=":material/movie_off:")
    row = st.container(horizontal=True, vertical_alignment="center")
    row.button("Look again", icon=":material/refresh:", on_click=session.look_again)
    row.button("Upload another", icon=":material/add:", on_click=session.keep_motion_draft, args=(None,))
    row.page_link("motions.py", label="See all motions", icon=":material/movie:")
    return panels.pace([session.latest("own_motions")], 10)


def motion_of(order: Order) -> Motion | None:
    """The motion that an uploaded clip is, once the library has it.

    By its link alone, which is enough to order with, where the library cannot be read or does not come to have it.
    """
    own, sent = session.latest("own_motions"), Motion.read({"assetType": "MOTION", "url": order.clip_url})
    found = next((motion for motion in own.value or [] if motion.source == sent.source), None)
    return found or (sent if is_overdue(order) else None)


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
pending.show(clip.id if clip else "")
if clip is None:
    generation = session.library_generation()
    if generation is not None:
        choose_clip(generation)
    watch_limits(generation)
elif shared.orders().get(clip.id):
    follow(clip.id)
else:
    show_clip(clip.id)
