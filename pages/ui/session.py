"""What one person's session holds: the only file that names `st.session_state`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from kling import Download, KlingError, Motion, MotionCreateRequest, Task
from kling.feed import Feeds, Snapshot
from kling.media import Video
from kling.orders import Order, PictureFile
from kling.sandbox import practice
from pages.ui import shared

# The address stands in for a picture that Kling does not have yet, so that everything else can be checked first.
PENDING_PICTURE = "https://picture.invalid/sent-with-the-request"
PAGES: Final = ("upload", "motions", "tasks", "account")
LISTS: Final = ("tasks", "official_motions", "own_motions", "pictures", "accounts", "capacity")
OPTIONS: Final[Mapping[str, Any]] = {
    "duration": "5",
    "mode": "std",
    "person": 1,
    "mirror": False,
    "sound": True,
    "audio_prompt": "",
    "music_prompt": "",
    "asmr": False,
    "prompt": "",
    "reply_url": "",
    "reply_ref": "",
    "max_jobs": None,
}


@dataclass
class PictureAddress:
    """A picture that Kling already has."""

    url: str
    name: str = "Picture"


@dataclass
class Draft:
    """The request being composed; the form's own values live in their widgets (`option_key`)."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    motion: Motion | None = None
    picture: PictureFile | PictureAddress | None = None


@dataclass
class MotionDraft:
    """The clip being prepared on Upload, kept on disk so that it outlives the widget it came from."""

    id: str
    name: str
    path: Path
    video: Video
    cover: PictureFile | None = None


def account() -> str | None:
    """The e-mail of the Kling account in use; None means the first one."""
    return st.session_state.get("account") or shared.settings().account


def feeds() -> Feeds:
    """The shared lists of the account in use."""
    return shared.feeds(account())


def latest(name: str) -> Snapshot[Any]:
    """A shared list as this person saw it last, at once; it is brought up to date behind."""
    # Accounts and places belong to the token, so all choices of an account share one list of them.
    of = shared.settings().account if name in ("accounts", "capacity") else account()
    key = f"seen {of} {name}"
    now: Snapshot[Any] = getattr(shared.feeds(of), name).snapshot()
    if now.value is not None:
        st.session_state[key] = now
        return now
    seen: Snapshot[Any] | None = st.session_state.get(key)
    return now if seen is None else replace(seen, error=now.error, is_looking=now.is_looking)


def look_again() -> None:
    """Bring every list up to date now; only those on a page are looked at."""
    for upstream in (feeds(), shared.feeds(shared.settings().account)):
        for name in LISTS:
            getattr(upstream, name).look_again()


def look_at_tasks() -> None:
    """Bring the tasks up to date now."""
    feeds().tasks.look_again()


def one_task(task_id: int) -> Snapshot[Task]:
    """A task that the shared list does not hold: an older one, or one that is gone."""
    return shared.one_task(account(), task_id).snapshot()


def download_of(task: Task) -> Snapshot[Download]:
    """The file without Kling's mark, where the account may have it."""
    return shared.download(account(), task.work_ids[0]).snapshot()


def fetching(task: Task, url: str) -> Callable[[], bytes]:
    """What a download button runs on its click; why it failed is kept for the page to say."""
    client = feeds().client

    def fetch() -> bytes:
        shared.failed_fetches().pop(task.id or 0, None)
        try:
            return client().fetch_media(url)
        except KlingError as error:
            shared.failed_fetches()[task.id or 0] = error
            raise

    return fetch


def deletion_of(task_id: int | None) -> Order | None:
    """The last attempt to delete a task."""
    return shared.orders().last(f"delete {task_id} ")


def delete_task(task_id: int) -> None:
    """Have a task, with its videos or its motion, deleted at Kling for good.

    Asking again while it is under way changes nothing.
    """
    last = deletion_of(task_id)
    if last is None or last.error is not None:
        upstream, order_id = feeds(), f"delete {task_id} {uuid.uuid4().hex}"
        shared.orders().place_deletion(order_id, "Deleting", upstream.client, task_id, then=upstream.task_was_deleted)


def account_name() -> str:
    """The account in use, as far as it is known."""
    return account() or feeds().account or ""


def motion_names() -> dict[int, str]:
    """The names of the motions known, by their ids."""
    known = [*(latest("own_motions").value or []), *(latest("official_motions").value or [])]
    return {motion.work_id: motion.name for motion in known if motion.work_id is not None}


def find_task(task_id: int | None) -> Task | None:
    """A task of the shared list, by its id."""
    return next((task for task in latest("tasks").value or [] if task.id == task_id), None)


def draft() -> Draft:
    """The request this person composes."""
    found: Draft = st.session_state.setdefault("draft", Draft())
    return found


def option_key(name: str) -> str:
    """The widget key of an option of the draft."""
    return f"create {name}"


def prepare_options() -> None:
    """Give every option of the draft its default where it has no value yet."""
    for name, default in OPTIONS.items():
        st.session_state.setdefault(option_key(name), default)


def option(name: str) -> Any:
    """The value of an option of the draft."""
    return st.session_state.get(option_key(name), OPTIONS[name])


def draft_request() -> MotionCreateRequest:
    """The draft as a request; `InvalidInput` naming what is missing or against a rule."""
    now = draft()
    fields: dict[str, Any] = {"duration": option("duration"), "mode": option("mode")}
    if now.motion is not None:
        fields["work_id"] = now.motion.work_id
    if now.picture is not None:
        fields["image"] = now.picture.url if isinstance(now.picture, PictureAddress) else PENDING_PICTURE
    if option("person") > 1:
        fields["character_id"] = option("person") - 1
    if option("mirror"):
        fields["change_direction"] = True
    fields["sound_effect"] = option("sound")
    if option("sound"):
        fields |= {name: option(name).strip() for name in ("audio_prompt", "music_prompt") if option(name).strip()}
        fields |= {"enable_asmr": True} if option("asmr") else {}
    given = ("prompt", "reply_url", "reply_ref", "max_jobs")
    fields |= {name: option(name) for name in given if option(name)}
    if account():
        fields["email"] = account()
    return MotionCreateRequest(**fields)


def start_draft(motion: Motion | None = None) -> None:
    """A new request, with the options as they are."""
    st.session_state["draft"] = Draft(motion=motion or draft().motion, picture=draft().picture)


def choose_motion(motion: Motion | None) -> None:
    """Put a motion in the draft; a request that was already sent is left and a new one begun."""
    if shared.orders().get(draft().id):
        start_draft()
    draft().motion = motion


def choose_picture(picture: PictureFile | PictureAddress | None) -> None:
    """Put a picture in the draft; a request that was already sent is left and a new one begun."""
    if shared.orders().get(draft().id):
        start_draft()
    draft().picture = picture


def draft_like(task: Task, motion: Motion | None) -> None:
    """Fill the draft with what made `task`."""
    made = Draft(motion=motion)
    if task.picture_url:
        made.picture = PictureAddress(task.picture_url)
    st.session_state["draft"] = made
    wanted = dict(OPTIONS) | {
        "duration": task.argument("duration") or "5",
        "mode": task.argument("model_mode") or "std",
        "sound": task.argument("enable_audio") != "false",
        "prompt": task.prompt or "",
    }
    for name, value in wanted.items():
        st.session_state[option_key(name)] = value


def motion_draft() -> MotionDraft | None:
    """The clip this person prepares on Upload."""
    found: MotionDraft | None = st.session_state.get("motion draft")
    return found


def keep_motion_draft(clip: MotionDraft | None) -> None:
    """Hold a clip for Upload, or let go of the one held: its file goes unless an order still needs it."""
    held = motion_draft()
    if held and (clip is None or held.id != clip.id):
        order = shared.orders().get(held.id)
        if order is None or order.is_over:
            held.path.unlink(missing_ok=True)
    st.session_state["motion draft"] = clip


def chosen_task() -> int | None:
    """The task whose details this person looks at."""
    found: int | None = st.session_state.get("chosen task")
    return found


def choose_task_of_link() -> None:
    """A link names the task to show: /tasks?task=…; the choice made on the page then takes its place."""
    linked = st.query_params.get("task", "")
    if linked.isdigit() and st.session_state.get("linked task") != linked:
        st.session_state["linked task"] = linked
        choose_task(int(linked))


def choose_task(task_id: int | None) -> None:
    st.session_state["chosen task"] = task_id


def get(key: str, default: Any = None) -> Any:
    """A small value of one page, such as a widget's."""
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    """Set a small value of one page, or a widget's before it is drawn."""
    st.session_state[key] = value


def address(url: str | None) -> str | None:
    """A media address as this person's browser can open it.

    The practice API listens on this machine only; the dashboard serves its media under /practice.
    """
    if not url or not shared.has_own_practice_api() or not url.startswith(practice().origin):
        return url
    seen_from = urlsplit(st.context.url or "")
    if not seen_from.netloc:
        return url
    folder, _, page = seen_from.path.rpartition("/")
    base = folder if page in ("", *PAGES) else f"{folder}/{page}"
    return f"{seen_from.scheme}://{seen_from.netloc}{base}/practice{url.removeprefix(practice().origin)}"


def forget_upload(file_id: str) -> None:
    """Free the memory of an uploaded file that has been copied; the widget alone would keep it."""
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        manager = cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)
        manager.remove_file(context.session_id, file_id)


def order_of_draft() -> Order | None:
    """The order that this draft became, if it was sent."""
    return shared.orders().get(draft().id)
