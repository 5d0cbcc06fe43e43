"""What one person's session holds: the only file that names `st.session_state`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, cast
from urllib.parse import urlsplit

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from kling import Download, InvalidInput, KlingError, Motion, MotionUploadRequest, Task
from kling.feed import Feeds, Snapshot, TaskList
from kling.generations import (
    TODAY,
    CreateRequest,
    Generation,
    extraction,
    generation_of,
    generation_of_motions,
    generation_of_videos,
)
from kling.media import Media, Problem, problems
from kling.models.strict import whole_number
from kling.orders import Client, Order, PictureFile
from kling.sandbox import practice
from pages.ui import wording
from pages.ui.session import shared
from pages.ui.session.visitor import visitor_of

# The address stands in for a picture that Kling does not have yet, so that everything else can be checked first.
PENDING_PICTURE = "https://picture.invalid/sent-with-the-request"
PENDING_CLIP = "https://video.invalid/sent-with-the-request"
PAGES: Final = ("upload", "motions", "tasks", "account")
JobPage = Literal["create", "upload"]
JOB_OPTIONS: Final = ("reply_url", "tell", "reply_ref", "max_jobs")
"""The options of a request that Create and Upload have alike, each page with values of its own."""
LISTS: Final = ("tasks", "official_motions", "own_motions", "videos", "pictures", "elements", "accounts", "capacity")
# Which list tells the generation of the service, and how: the first one that does.
TELLING: Final[Mapping[str, Callable[[Any], Generation | None]]] = {
    "official_motions": generation_of_motions,
    "own_motions": generation_of_motions,
    "videos": generation_of_videos,
}
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
    "tell": True,
    "reply_ref": "",
    "max_jobs": None,
    "model": "kling-v3-0",
    "keep_audio": False,
    "direction": "motion_direction",
    "element": "",
}
# What a widget may be set to; a task may tell of values that are new to us.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "duration": ("5", "10"),
    "mode": tuple(wording.QUALITY),
    "model": tuple(wording.MODELS),
    "direction": tuple(wording.DIRECTIONS),
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
    picture_key: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Changes with the picture."""
    marks: list[int] = field(default_factory=list)
    """The zones of the picture (0 to 9 from the left) in which somebody was marked."""
    marked: int | None = None
    """The zone of the one who is to move."""


@dataclass
class MotionDraft:
    """The clip being prepared on Upload, kept on disk so that it outlives the widget it came from."""

    id: str
    name: str
    path: Path
    media: Media
    generation: Generation
    span: tuple[float, float]
    """The part chosen on the film strip, in seconds."""
    cover_at: float
    """The moment of the cover, in seconds."""
    cover: PictureFile | None = None
    original: tuple[Path, Media] | None = None
    """The clip as it came, where a repaired one has taken its place."""
    repair: Path | None = None
    """Where the repair that is under way puts its result; its name is the key of the job."""
    failed: KlingError | None = None
    """Why the last repair came to nothing."""

    @classmethod
    def of(cls, path: Path, name: str, media: Media, generation: Generation) -> MotionDraft:
        """A clip that has just come: as much of it is chosen as a motion may be long."""
        draft = cls(uuid.uuid4().hex, name, path, media, generation, (0.0, 0.0), 0.0)
        draft.put(path, media)
        return draft

    def put(self, path: Path, media: Media) -> None:
        """Go on with this file in place of the one before."""
        self.path, self.media = path, media
        self.span = (0.0, min(media.seconds, self.generation.clip.longest))
        self.cover_at = self.span[1] / 2

    @property
    def problems(self) -> list[Problem]:
        return problems(self.media, self.generation.purpose)

    @property
    def files(self) -> list[Path]:
        return [each for each in (self.path, self.repair, self.original and self.original[0]) if each]


def account() -> str | None:
    """The e-mail of the Kling account in use; None means the first one."""
    return st.session_state.get("account") or shared.settings().account


def person() -> str:
    """Who this is, as far as sorting orders goes: the browser's own random name, else the session's."""
    known = visitor_of(st.context.cookies)
    return known or str(st.session_state.setdefault("person", uuid.uuid4().hex))


def news_since(now: float) -> float:
    """From when on this session tells what was finished: its own beginning, in seconds since the epoch."""
    since: float = st.session_state.setdefault("news since", now)
    return since


def untold(orders: list[Order]) -> list[Order]:
    """Those that this session has not told yet; they count as told from now on."""
    told: set[str] = st.session_state.setdefault("told", set())
    new = [order for order in orders if order.id not in told]
    told.update(order.id for order in new)
    return new


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


def practise_with(generation: int) -> None:
    """Have the practice API serve the other kind of motions, and the lists of them read anew."""
    practice().set_generation(generation)
    look_again()


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
    return shared.orders().last(f"delete task {task_id} ")


def delete_task(task_id: int) -> None:
    """Have a task, with its videos or its motion, deleted at Kling for good."""
    upstream = feeds()
    _delete(f"task {task_id}", lambda client: client.delete_task(task_id), lambda: upstream.task_was_deleted(task_id))


def deletion_of_motion(motion: Motion) -> Order | None:
    """The last attempt to delete a motion."""
    return shared.orders().last(f"delete {_name_of(motion)} ")


def delete_motion(motion: Motion) -> None:
    """Have a motion of ours deleted at Kling for good: with the task it came from, or the file that it is."""
    if motion.task_id is not None:
        delete_task(motion.task_id)
    elif motion.can_be_deleted:
        upstream, url = feeds(), motion.video_url or ""
        _delete(
            _name_of(motion),
            lambda client: client.delete_reference_motion(url),
            lambda: upstream.own_motions.look_again(),
        )


def _name_of(motion: Motion) -> str:
    # As Python writes it: where a text with spaces ends is then plain to `last`, which looks for the beginning.
    return f"motion {motion.key!r}" if motion.task_id is None else f"task {motion.task_id}"


def _delete(what: str, delete: Callable[[Client], object], then: Callable[[], None]) -> None:
    """Asking again while it is under way changes nothing."""
    last = shared.orders().last(f"delete {what} ")
    if last is None or last.error is not None:
        order_id = f"delete {what} {uuid.uuid4().hex}"
        shared.orders().place_deletion(order_id, "Deleting", delete, then=then, account=account() or "")


def account_name() -> str:
    """The account in use, as far as it is known."""
    return account() or feeds().account or ""


def motion_names() -> dict[str, str]:
    """The names of the motions known, by what tasks name them by."""
    known = [*(latest("own_motions").value or []), *(latest("official_motions").value or [])]
    names = shared.names().all()
    return {motion.source: wording.name_of(motion, names) for motion in known}


def find_task(task_id: int | None) -> Task | None:
    """A task of the shared list, by its id."""
    tasks: TaskList | None = latest("tasks").value
    summary = tasks.get(task_id) if tasks else None
    return summary.task() if summary else None


def draft() -> Draft:
    """The request this person composes."""
    found: Draft = st.session_state.setdefault("draft", Draft())
    return found


def option_key(name: str, page: JobPage = "create") -> str:
    """The widget key of an option of the draft, or of Upload."""
    return f"{page} {name}"


def prepare_options() -> None:
    """Give every option of the draft its default where it has no value yet."""
    for name, default in OPTIONS.items():
        st.session_state.setdefault(option_key(name), default)


def prepare_job_options(page: JobPage) -> None:
    """Give each of them its default where it has no value yet."""
    for name in JOB_OPTIONS:
        st.session_state.setdefault(option_key(name, page), OPTIONS[name])


def option(name: str, page: JobPage = "create") -> Any:
    """The value of an option of the draft, or of Upload."""
    return st.session_state.get(option_key(name, page), OPTIONS[name])


def choose_character(key: str) -> None:
    """Put a saved character in the draft, by its id; an empty one takes it out."""
    st.session_state[option_key("element")] = key


def face_as_in_motion() -> None:
    """Let the person face as in the motion, which may then be of any length that Kling takes."""
    st.session_state[option_key("direction")] = OPTIONS["direction"]


def library_generation() -> Generation | None:
    """The generation of motions that the service is of, by the first list that tells; None while one may yet tell.

    A list that is empty or cannot be read decides nothing.
    """
    for name, tell in TELLING.items():
        seen = latest(name)
        told = tell(seen.value or ())
        if told is not None or (seen.value is None and seen.error is None):
            return told
    return TODAY


def draft_generation() -> Generation | None:
    """The generation that the options on Create are for: that of the chosen motion, else that of the library."""
    chosen = draft().motion
    return library_generation() if chosen is None else generation_of(chosen)


def request_options() -> dict[str, Any]:
    """The options as they are set, for `Generation.request`."""
    return {name: option(name) for name in OPTIONS} | job_options("create") | {"email": account()}


def job_options(page: JobPage) -> dict[str, Any]:
    """Those that both pages have, as they are set; without an address of their own, Kling tells this dashboard."""
    options = {name: option(name, page) for name in JOB_OPTIONS}
    if not options["reply_url"] and options["tell"]:
        options["reply_url"] = shared.callback_address(account())
    return options


def extraction_request() -> MotionUploadRequest:
    """What takes a motion from a clip, with the options as they are set; `InvalidInput` when one is against a rule."""
    return extraction(PENDING_CLIP, PENDING_PICTURE, job_options("upload"))


def request_for(motion: Motion, picture_url: str = PENDING_PICTURE) -> CreateRequest:
    """A request with a motion and a picture, and the options as they are set."""
    return generation_of(motion).request(motion, picture_url, request_options())


def draft_request() -> CreateRequest:
    """The draft as a request; `InvalidInput` naming what is missing or against a rule."""
    now = draft()
    if now.motion is None or now.picture is None:
        raise InvalidInput("Choose a motion and a picture first.", "motion")
    return request_for(now.motion, now.picture.url if isinstance(now.picture, PictureAddress) else PENDING_PICTURE)


def start_draft(motion: Motion | None = None) -> None:
    """A new request, with the options as they are."""
    st.session_state["draft"] = replace(draft(), id=uuid.uuid4().hex, motion=motion or draft().motion)


def choose_motion(motion: Motion | None) -> None:
    """Put a motion in the draft; a request that was already sent is left and a new one begun."""
    if shared.orders().get(draft().id):
        start_draft()
    draft().motion = motion


def choose_picture(picture: PictureFile | PictureAddress | None) -> None:
    """Put a picture in the draft; a request that was already sent is left and a new one begun."""
    if shared.orders().get(draft().id):
        start_draft()
    now = draft()
    now.picture, now.picture_key, now.marks, now.marked = picture, uuid.uuid4().hex, [], None
    st.session_state[option_key("person")] = OPTIONS["person"]


def mark_people(zones: list[int], chosen: int | None) -> None:
    """Where people stand in the picture, and in which zone the one who is to move."""
    now = draft()
    now.marks, now.marked = zones, chosen
    st.session_state[option_key("person")] = zones.index(chosen) + 1 if chosen in zones else OPTIONS["person"]


def draft_like(task: Task, motion: Motion | None) -> None:
    """Fill the draft with what made `task`."""
    made = Draft(motion=motion)
    if task.picture_url:
        made.picture = PictureAddress(task.picture_url)
    st.session_state["draft"] = made
    told = {
        "duration": task.argument("duration"),
        "mode": task.argument("model_mode"),
        "sound": {"true": True, "false": False}.get(task.argument("enable_audio") or ""),
        "prompt": task.prompt,
        "model": task.argument("model_name"),
        "direction": task.argument("motion_direction"),
        "keep_audio": {"true": True, "false": False}.get(task.argument("keep_audio") or ""),
    }
    wanted = dict(OPTIONS) | {name: value for name, value in told.items() if value in CHOICES.get(name, (value,))}
    wanted |= {name: OPTIONS[name] for name, value in wanted.items() if value is None and name != "max_jobs"}
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
            _remove_files(held)
    st.session_state["motion draft"] = clip


def drop_clip() -> None:
    """Kling has the clip: its file is needed no more."""
    held = motion_draft()
    if held is not None:
        _remove_files(held)


def _remove_files(clip: MotionDraft) -> None:
    if clip.repair is not None:
        shared.workbench().forget(clip.repair.name)
    for path in clip.files:
        path.unlink(missing_ok=True)


def chosen_tasks() -> tuple[int, ...]:
    """The tasks this person has chosen in the table, in the order of choosing."""
    found: tuple[int, ...] = st.session_state.get("chosen tasks", ())
    return found


def chosen_task() -> int | None:
    """The task whose details this person looks at; none while several are chosen."""
    chosen = chosen_tasks()
    return chosen[0] if len(chosen) == 1 else None


def choose_task_of_link() -> None:
    """A link names the task to show: /tasks?task=…; the choice made on the page then takes its place."""
    linked = st.query_params.get("task", "")
    if st.session_state.get("linked task") == linked:
        return
    with suppress(ValueError):  # an address can hold anything; one without a number chooses nothing
        choose_task(whole_number(linked))


def choose_task(task_id: int | None) -> None:
    choose_tasks(() if task_id is None else (task_id,))


def choose_tasks(task_ids: tuple[int, ...]) -> None:
    st.session_state["chosen tasks"] = task_ids


def link_to_chosen() -> None:
    """Name the one chosen task in the address, so that a copy of it shows a colleague the same."""
    linked = str(chosen_task() or "")
    st.session_state["linked task"] = linked
    if st.query_params.get("task", "") == linked:
        return
    if linked:
        st.query_params["task"] = linked
    else:
        del st.query_params["task"]


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
    return route(f"practice{url.removeprefix(practice().origin)}") or url


def route(path: str) -> str:
    """A route of our own as this person's browser reaches it; empty when nobody knows how."""
    seen_from = urlsplit(st.context.url or "")
    if not seen_from.netloc:
        return ""
    folder, _, page = seen_from.path.rpartition("/")
    base = folder if page in ("", *PAGES) else f"{folder}/{page}"
    return f"{seen_from.scheme}://{seen_from.netloc}{base}/{path}"


def media_root() -> str:
    """Where this person's browser finds what the practice API made; empty where links go straight to Kling."""
    return address(f"{practice().origin}/") or "" if shared.has_own_practice_api() else ""


def forget_upload(file_id: str) -> None:
    """Free the memory of an uploaded file that has been copied; the widget alone would keep it."""
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        manager = cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)
        manager.remove_file(context.session_id, file_id)


def repaired(file_id: str) -> bytes | None:
    """What an uploaded picture was repaired to, if it was."""
    kept: dict[str, bytes] = st.session_state.get("repaired pictures", {})
    return kept.get(file_id)


def keep_repaired(file_id: str, data: bytes) -> None:
    """Go on with a repaired picture in place of the one uploaded."""
    st.session_state.setdefault("repaired pictures", {})[file_id] = data


def forget_repaired(but: Iterable[str] = ()) -> None:
    """Free the memory of repaired pictures that are not needed any more."""
    kept: dict[str, bytes] = st.session_state.get("repaired pictures", {})
    for file_id in kept.keys() - set(but):
        del kept[file_id]


def order_of_draft() -> Order | None:
    """The order that this draft became, if it was sent."""
    return shared.orders().get(draft().id)
