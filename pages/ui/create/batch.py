"""Many videos at once: pictures × motions, or a table with a row a request; one button, and one gallery at the end."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from kling import InvalidInput, KlingError, Motion
from kling.media import Fix, problems
from kling.orders import Order, PictureFile, VideoOrder
from kling.orders.records import VideoRequest
from kling.orders.spreadsheet import MOST, TEMPLATE, Fault, plan, read_rows
from pages.ui import panels, previews, session, wording
from pages.ui.orders import status
from pages.ui.picker import picture, repairs
from pages.ui.session import shared
from pages.ui.session.zip_address import zip_address

ONE, MANY, TABLE = "One video", "Several at once", "From a table"
TABLE_HELP = (
    "A CSV or Excel file with a row for each video. The first row names the columns: picture and motion, and if you "
    "like description, seconds, quality, person, mirror, sound, sound effects, music, reference."
)
FAULTS_SHOWN = 20
ROWS_SHOWN = 20


def choose_how() -> str:
    """One video, several with the same options, or a table."""
    chosen: str | None = st.segmented_control(
        "How many", [ONE, MANY, TABLE], default=ONE, required=True, key="batch how", persist_state="session",
        label_visibility="collapsed",
    )  # fmt: skip
    return chosen or ONE


def placed() -> str:
    """The batch that this page follows, which its address names."""
    return st.query_params.get("batch", "")


def choose_motions() -> list[Motion]:
    """One or more motions of the library."""
    motions, snapshots = panels.library()
    panels.show_trouble(*snapshots)
    if panels.is_first_look(snapshots):
        panels.await_library()
    chosen: list[Motion] = st.multiselect(
        "Motions",
        motions,
        format_func=lambda motion: f"{panels.name_of(motion)} · {wording.describe_motion(motion)}",
        key="batch motions",
        help="Each picture is made into a video with each of these motions.",
    )
    return chosen


def choose_pictures() -> list[PictureFile]:
    """Many pictures from this computer; those that will not do are named and left out, or repaired by one button."""
    files = st.file_uploader(
        f"Pictures of one person each, up to {MOST}",
        type=picture.ENDINGS,
        accept_multiple_files=True,
        max_upload_size=picture.MOST_MB,
        key="batch pictures",
    )[:MOST]
    session.forget_repaired(but=(file.file_id for file in files))
    right, repairable = [], []
    for file in files:
        try:
            data, media = picture.checked(file)
        except KlingError as error:
            st.warning(f"{wording.plain(file.name)}: {error}", icon=":material/image_not_supported:")
            continue
        found = problems(media, "picture")
        if not found:
            right.append(PictureFile(file.name, data, media.content_type))
        else:
            repairable.append((file.file_id, data, [problem.fixes[0] for problem in found]))
            told = " ".join(problem.what for problem in found)
            st.warning(f"{wording.plain(file.name)}: {told}", icon=":material/build:")
    if repairable:
        name = "Repair this picture" if len(repairable) == 1 else f"Repair these {len(repairable)} pictures"
        st.button(name, icon=":material/build:", on_click=repair_all, args=(repairable,))
    return right


def repair_all(wanted: Sequence[tuple[str, bytes, Sequence[Fix]]]) -> None:
    for each in wanted:
        picture.repair(*each)


def send_many(motions: Sequence[Motion], chosen: Sequence[PictureFile]) -> None:
    """The count, what it takes at most, and the one button."""
    if not motions or not chosen:
        st.button("Make the videos", type="primary", icon=":material/movie:", disabled=True)
        st.caption("Choose at least one motion and one picture first.")
        return
    try:
        wanted = [
            (f"{picture.name} · {panels.name_of(motion)}", session.request_for(motion), picture)
            for picture in chosen
            for motion in motions
        ]
    except InvalidInput as error:
        panels.show_refused(error)
        return
    confirm(wanted)


def from_table() -> None:
    """A file with a row a request, and the pictures it names."""
    file = st.file_uploader("Table", type=["csv", "xlsx"], max_upload_size=5, key="batch table", help=TABLE_HELP)
    st.download_button("Get a table to fill in", TEMPLATE, "videos.csv", "text/csv", icon=":material/download:",
                       on_click="ignore", type="tertiary")  # fmt: skip
    chosen = choose_pictures()
    if file is None:
        return
    motions, snapshots = panels.library()
    if panels.is_first_look(snapshots):
        panels.await_library()
        return
    try:
        rows = read_rows(file.name, file.getvalue())
    except InvalidInput as error:
        panels.show_error(error)
        return
    names = {picture.name: picture for picture in chosen}
    shown = {motion.key: panels.name_of(motion) for motion in motions}
    planned, faults = plan(rows, motions, names, session.request_options(), session.PENDING_PICTURE, shown)
    if faults:
        show_faults(faults, len(planned))
        if any(fault.field == "motion_direction" for fault in faults):
            repairs.show_facing(wording.FACED_BEFORE)
        return
    confirm([(f"{each.picture} · {shown[each.motion.key]}", each.request, names.get(each.picture)) for each in planned])


def show_faults(faults: Sequence[Fault], good: int) -> None:
    """What is wrong, by row; nothing is sent until all of it is right."""
    told = "\n".join(f"- {f'Row {fault.row}: ' * bool(fault.row)}{fault.what}" for fault in faults[:FAULTS_SHOWN])
    more = f"\n- and {len(faults) - FAULTS_SHOWN} more" if len(faults) > FAULTS_SHOWN else ""
    fine = f" The other {good} are fine." if good > 1 else " The other one is fine." if good else ""
    st.error(f"Nothing was sent. Correct the table and choose it again.{fine}\n\n{told}{more}", icon=":material/rule:")


def confirm(wanted: Sequence[tuple[str, VideoRequest, PictureFile | None]]) -> None:
    if len(wanted) > MOST:
        st.error(f"That would be {len(wanted)} videos; {MOST} can be sent at once.", icon=":material/error:")
        return
    batch_id = session.get("batch id") or uuid.uuid4().hex
    session.put("batch id", batch_id)
    videos = [VideoOrder(f"{batch_id}-{n:03}", *each) for n, each in enumerate(wanted)]
    count = "1 video" if len(videos) == 1 else f"{len(videos)} videos"
    st.markdown(f"**{count}.** {describe_price(videos)}")
    st.button(f"Make {count}", type="primary", icon=":material/movie:", on_click=place, args=(batch_id, videos))


def describe_price(videos: Sequence[VideoOrder]) -> str:
    """What they take at most, by what the balance has shown lately."""
    account = session.account() or ""
    kinds = Counter((str(v.request.mode or "std"), str(getattr(v.request, "duration", None) or "5")) for v in videos)
    prices = {kind: shared.orders().known_price(account, *kind) for kind in kinds}
    if any(price is None for price in prices.values()):
        return "What they take is not known yet: the balance shows it after the first one like these."
    total = sum((prices[kind] or 0) * count for kind, count in kinds.items())
    return f"They take at most {total:,.0f} credits."


def place(batch_id: str, videos: list[VideoOrder]) -> None:
    """Hand them over, all or none; a second press finds them placed."""
    shared.orders().place_videos(videos, account=session.account() or "", person=session.person(), batch=batch_id)
    st.query_params["batch"] = batch_id
    session.put("batch id", None)


def start_another() -> None:
    st.query_params.pop("batch", None)


@st.fragment
def follow(batch_id: str) -> None:
    """Where each of a batch stands, and what came of them."""
    orders = shared.orders().of_batch(batch_id)
    if not orders:
        st.info("This batch is not known here.", icon=":material/help:")
        st.button("Start a batch", on_click=start_another)
        return
    show_state(orders)
    status.show_trouble(orders[0].account)
    show_gallery([order for order in orders if order.step == "done"])
    show_rest([order for order in orders if order.step != "done"])
    row = st.container(horizontal=True, key="batch-actions")
    if any(order.can_be_cancelled for order in orders):
        row.button("Cancel what was not sent", icon=":material/close:", on_click=cancel_all, args=(batch_id,))
    row.button("Start another batch", icon=":material/add:", on_click=start_another)
    if not all(order.is_ended for order in orders):
        panels.tick(2.0, "batch")


def show_state(orders: Sequence[Order]) -> None:
    ended = sum(order.is_ended for order in orders)
    counted = Counter(wording.STEPS[order.step].rstrip(".…") for order in orders)
    told = " · ".join(f"{count} {word[0].lower()}{word[1:]}" for word, count in counted.items())
    st.progress(ended / len(orders), f"{ended} of {len(orders)} finished")
    st.caption(told)


def show_gallery(orders: Sequence[Order]) -> None:
    """The videos side by side, and all of them in one file."""
    if not orders:
        return
    st.subheader("Videos")
    grid = st.grid(min_column_width=150, gap="small")
    for order in orders:
        if order.task is not None and order.task.video_url:
            with grid.cell():
                previews.show_video(order.task.video_url, loop=True)
                st.caption(wording.plain(order.title))
    task_ids = tuple(order.task.id for order in orders if order.task is not None and order.task.id is not None)
    address = zip_address(task_ids)
    if address:
        st.link_button("Download all as one file", address, icon=":material/folder_zip:")


def show_rest(orders: Sequence[Order]) -> None:
    """Those that are no video yet, or never will be."""
    for order in orders:
        if order.is_ended:
            with st.container(border=True, key=f"order {order.id}"):
                st.markdown(f"**{wording.plain(order.title)}**")
                status.show_end(order)
    waiting = [order for order in orders if not order.is_ended]
    for order in waiting[:ROWS_SHOWN]:
        show_waiting(order)
    if len(waiting) > ROWS_SHOWN:
        st.caption(f"and {len(waiting) - ROWS_SHOWN} more")


def show_waiting(order: Order) -> None:
    """One line: what it is, what it does, and the way to take it back."""
    row = st.container(horizontal=True, vertical_alignment="center", key=f"order {order.id}")
    step = "Kling makes it…" if order.is_accepted else wording.STEPS[order.step]
    row.markdown(f"**{wording.plain(order.title)}** · {step}")
    if order.can_be_cancelled:
        row.button("Cancel", icon=":material/close:", type="tertiary", key=f"cancel {order.id}",
                   on_click=status.cancel, args=(order.id,))  # fmt: skip


def cancel_all(batch_id: str) -> None:
    for order in shared.orders().of_batch(batch_id):
        if order.can_be_cancelled:
            shared.orders().cancel(order.id)
