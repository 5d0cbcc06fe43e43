"""Errors and states in plain words: what happened, whether anything was charged, what to do next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kling.errors import (
    AccountBroken,
    ApiError,
    BadRequest,
    Expired,
    Forbidden,
    InvalidInput,
    KlingError,
    NotConfigured,
    NotFound,
    PaymentNeeded,
    RateLimited,
    Refused,
    ServerError,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)
from kling.feed.summary import TaskSummary
from kling.generations import FACING_AS_IN_PICTURE, is_of_other_generation
from kling.media import Convert, Crop, Fix, Pad, Scale, Shrink, Trim
from kling.models import Motion, Task
from kling.orders import Order, Trouble


@dataclass(frozen=True)
class Explanation:
    """One sentence on what happened, one on what to do, and the reason for whoever runs the dashboard."""

    what: str
    next: str
    detail: str
    icon: str = ":material/error:"
    is_passing: bool = False


@dataclass(frozen=True)
class State:
    """A task's state in words."""

    label: str
    icon: str
    colour: str


STATES = {
    "submitted": State("Waiting", "🕓", "gray"),
    "processing": State("In the making", "⚙️", "blue"),
    "succeed": State("Ready", "✅", "green"),
    "failed": State("Failed", "❌", "red"),
}

QUALITY = {"std": "Standard", "pro": "Professional"}
MODELS = {"kling-v3-0": "3.0", "kling-v2-6": "2.6"}
DIRECTIONS = {"motion_direction": "The motion", "image_direction": "The picture"}
FACE_AS_IN_MOTION = "Let the person face as in the motion"
LENGTH_OF_RESULT = "The video is about as long as the motion, and shorter where the movement is very fast."
FACING_SECONDS = FACING_AS_IN_PICTURE // 1000
SHORT_FOR_FACING = f" With more than {FACING_SECONDS} seconds, the person can face only as in the motion."
NAMED = 3
"""So many things a sentence names before it counts the rest."""
FACED_BEFORE = "On Create you chose that the person faces as in the picture. It holds for every row of the table."
NO_CHARACTERS = "No character is saved at Kling for this account. Those that you save there will be found here."
NO_MOTION_FITS = "No motion fits. Search for less, or upload one."
MOTIONS_COMING = "Nothing to show yet. The motions are still on their way."
MOTIONS_UNREAD = "Nothing to show: not all motions could be loaded."
MOTION_UNLISTED = (
    "Kling has taken the motion from the video, but its list of motions does not show it. "
    "It may come later; then it stands in Motions, and here. It need not be uploaded again."
)
NOTHING_SENT = "Kling would refuse it as it is. Nothing is sent before it is right."
NO_PREVIEW = "This preview cannot be shown."
KINDS = {"motion_control_imgs2video": "Video", "motion_control_motion_process": "Motion"}

# Most particular first: the first class that fits explains the error.
_EXPLAINED: tuple[tuple[type[KlingError], str, str], ...] = (
    (
        Unauthorized,
        "Kling's service does not accept the token of this dashboard.",
        "Ask whoever runs the dashboard to correct the token.",
    ),
    (
        PaymentNeeded,
        "There are not enough credits, or the subscription has run out.",
        "Top up the Kling account, then try again.",
    ),
    (
        Forbidden,
        "Kling does not allow this with the account in use.",
        "Choose another account, or ask whoever runs the dashboard.",
    ),
    (
        NotFound,
        "Kling no longer has what this refers to: the file, the motion or the task.",
        "Choose the picture or the motion again.",
    ),
    (
        Expired,
        "Kling keeps a task for seven days, and this one is older.",
        "It cannot be brought back. Make another one if you need it.",
    ),
    (
        Refused,
        "Kling's check of contents refused the picture, the video or the words.",
        "Choose another picture or motion, or word the description differently.",
    ),
    (
        RateLimited,
        "All places at Kling are taken right now.",
        "Wait until a video is finished, then try again.",
    ),
    (
        AccountBroken,
        "The Kling account's connection is broken.",
        "Whoever runs the dashboard must add the account again at useapi.net.",
    ),
    (
        ServerError,
        "Kling's service has a fault or is too busy to answer.",
        "Wait a minute and try again.",
    ),
    (
        ApiError,
        "Kling's service refused this.",
        "Look at the reason below, and try again.",
    ),
    (
        UnexpectedAnswer,
        "Kling's service gave an answer that makes no sense.",
        "Wait a minute and try again. If it stays, tell whoever runs the dashboard.",
    ),
)
_PASSING = (RateLimited, ServerError, Unreachable, UnexpectedAnswer)


def explain(error: KlingError) -> Explanation:
    """What to tell a person about `error`."""
    passing = isinstance(error, _PASSING)
    icon = ":material/hourglass_top:" if passing else ":material/error:"
    if isinstance(error, InvalidInput):
        return Explanation(str(error), "", "", ":material/edit:")
    if isinstance(error, NotConfigured):
        return Explanation(str(error), "", "", ":material/settings:")
    if isinstance(error, BadRequest):
        what, todo = _bad_request(error)
    elif isinstance(error, Unreachable):
        what, todo = _unreachable(error)
    elif isinstance(error, RateLimited) and error.retry_after:
        what, todo = (
            "All places at Kling are taken right now.",
            f"Try again in {duration(error.retry_after)}.",
        )
    else:
        what, todo = next((w, t) for kind, w, t in _EXPLAINED if isinstance(error, kind))
    return Explanation(what, todo, str(error), icon, passing)


_REFUSALS = {
    "MOTION.PIC_NOT_MATCHED": (
        "Kling found no person in the picture.",
        "Choose a picture in which one person is clearly visible, from head to feet if possible.",
    ),
    "MOTION.DURATION_MORE_THAN_EXPECTED": (
        "The motion is longer than Kling takes.",
        "Choose a shorter one. Where the person faces as in the picture, it may be "
        f"{FACING_SECONDS} seconds long at most.",
    ),
}
"""Names of refusals, with what happened and what to do."""


def _bad_request(error: BadRequest) -> tuple[str, str]:
    for name, told in _REFUSALS.items():
        if name in str(error.error):
            return told
    return f"Kling did not accept this: “{plain(error.words)}”.", "Correct it and send it again."


def _unreachable(error: Unreachable) -> tuple[str, str]:
    if error.sent is False:
        return "Kling's service cannot be reached.", "Check the connection, then try again."
    return "Kling's service did not answer.", "Wait a minute and try again."


def explain_order(order: Order) -> Explanation:
    """What to tell about an order that Kling did not take, as far as anybody knows."""
    if order.step == "cancelled":
        return Explanation("This was cancelled before it was sent. Nothing was charged.", "", "", ":material/block:")
    told = explain(order.error or Unreachable("The dashboard was stopped while this was sent."))
    if needs_other_motion(order):
        return Explanation(
            "Kling's service no longer takes motions of the kind that was chosen.",
            "Nothing was charged, and your picture and words are kept. Load the motions again and choose one.",
            told.detail,
        )
    if order.may_have_been_received and order.candidates:
        return Explanation(
            "No proper answer came back, and Kling has a task that may be this one or somebody else's.",
            "Choose it below if you know it by its picture, its time and its words. If it is none of them, send it "
            "again. Every request that Kling takes is charged.",
            told.detail,
            ":material/help:",
        )
    if order.may_have_been_received:
        return Explanation(
            "No proper answer came back, and the request was not found at Kling.",
            f"{_what_was_seen(order)} Look in Tasks yourself: if it is there, all is well. If it is not, send it "
            "again. Every request that Kling takes is charged.",
            told.detail,
            ":material/help:",
        )
    if isinstance(order.error, Refused):
        return told
    charged = "Kling has no task of it, so nothing was charged." if order.sent_once else "Nothing was charged."
    return replace(told, next=f"{charged} {told.next}".strip())


def needs_other_motion(order: Order) -> bool:
    """Whether the service refused the order because it has moved on to the other generation of motions."""
    return isinstance(order.error, BadRequest) and is_of_other_generation(order.error.words, order.body)


def _what_was_seen(order: Order) -> str:
    looks, compared = order.seen.get("looks", 0), order.seen.get("compared", 0)
    times = "once" if looks == 1 else f"{looks} times"
    others = {0: "there was no newer task at all", 1: "the one newer task is another"}
    return f"The dashboard looked {times}: {others.get(compared, f'the {compared} newer tasks are all others')}."


def explain_failure(task: Task) -> str:
    """Why a task failed, in Kling's own words where there are any."""
    return (
        plain(task.failure or "")
        or "Kling gave no reason. Another picture or motion may help; nothing more can be done with this one."
    )


STEPS = {
    "waiting": "Waiting in the line…",
    "picture": "Sending the picture…",
    "video": "Sending the video…",
    "cover": "Sending the cover picture…",
    "ready": "Waiting for a free place at Kling…",
    "granted": "Its turn has come…",
    "request": "Asking Kling…",
    "looking": "No proper answer came. Looking whether Kling has it…",
    "accepted": "Kling has accepted it.",
    "done": "Ready.",
    "failed": "Kling could not make it.",
    "gone": "Kling no longer has it.",
    "refused": "Not accepted.",
    "unknown": "Needs a look.",
    "cancelled": "Cancelled.",
}


LATE = {
    "overdue": "Kling should have finished this long ago. It is still watched, and nothing more is charged. If it "
    "stays like this, look at it at Kling, or make it again.",
    "no works": "Kling says that this is finished, but shows no video. See whether it was charged on Spending, and ask "
    "Kling's support, or make it again.",
}
"""What is wrong with a task that Kling took, by `Order.problem`, and what one can do."""


def describe_step(order: Order) -> str:
    """What an order does now."""
    return STEPS[order.step]


def describe_wait(order: Order, place: int | None, expected: float | None, now: float) -> str:
    """Why an order waits, for how long and what it waits behind; times in seconds since the epoch, waits in seconds."""
    told = [LATE[order.problem]] if order.problem in LATE else []
    if order.step == "looking":
        told.append("Others go on meanwhile. It is sent again by itself only if Kling certainly does not have it.")
    if order.not_before is not None and order.not_before > now and order.error is not None:
        told.append(f"{explain(order.error).what} It goes on by itself in {duration(order.not_before - now)}.")
    if place is not None and place > 1:
        told.append(f"Number {place} in the line.")
    if expected is not None:
        told.append(f"Kling takes about {duration(expected)} for one like this.")
    return " ".join(told)


def explain_trouble(trouble: Trouble, now: float) -> Explanation:
    """Why nothing of an account goes on, and that it will; `now` in seconds since the epoch."""
    told = explain(trouble.error)
    when = f"It is tried again in {duration(trouble.until - now)}." if trouble.until > now + 1 else "It is tried again."
    next = f"{told.next} Nothing in the line is lost: it goes on as soon as the account works again. {when}"
    return replace(told, next=next.strip(), is_passing=True)


def explain_gone(order: Order) -> Explanation:
    """Why a task that Kling took cannot be followed any more."""
    told = explain(order.error or Expired(410))
    if "practice" in told.detail:
        return Explanation(
            "The practice service was started anew and has forgotten this one.", "Make it again if you need it.",
            told.detail,
        )  # fmt: skip
    return Explanation("Kling no longer has it: it was deleted, or is too old.", "", told.detail)


def describe_cost(order: Order) -> str:
    """What an order took, as far as the balance shows it."""
    if order.cost is None:
        return ""
    credits = f"{order.cost.credits:,.4g} credits"
    if not order.cost.is_exact:
        return f"About {credits}"
    return "Nothing was taken" if order.cost.credits == 0 else credits


def state_of(task: Task | TaskSummary) -> State:
    """The state of a task; one that is new to us is shown as it came."""
    if not task.is_readable:
        return State("Unreadable", "⚠️", "orange")
    return STATES.get(task.state, State(task.state.replace("_", " ").capitalize(), "❔", "gray"))


def kind_of(task: Task | TaskSummary) -> str:
    """What a task makes."""
    known = KINDS.get(task.type)
    return known or (task.type.replace("_", " ").capitalize() if task.type else "Unknown")


def describe(task: Task | TaskSummary, motion_names: Mapping[str, str]) -> str:
    """A task in a few words: what it makes, with which motion, from which description."""
    kind = kind_of(task)
    name = motion_names.get(task.motion_source) if task.is_motion_video else None
    return " · ".join(part for part in (kind, name, task.prompt) if part)


def file_name(task: Task | TaskSummary) -> str:
    """A name for the file of a task's result, without an ending."""
    made = datetime.fromtimestamp((task.created or 0) / 1000, UTC)
    return f"{kind_of(task).lower()}-{made:%Y-%m-%d}-{task.id}".replace(" ", "-")


def name_of(motion: Motion, names: Mapping[str, str]) -> str:
    """What people call a motion: the name they gave it, else Kling's, else when it was added."""
    if given := names.get(motion.key):
        return given
    if motion.is_reference and not motion.work_name and motion.create_time:
        return f"Motion of {day(int(motion.create_time))}"
    return motion.name


def explain_no_characters(error: KlingError) -> str:
    """Why the saved characters cannot be listed, and what to do then."""
    is_missing = isinstance(error, NotFound)
    why = "Kling's service has no list of saved characters." if is_missing else explain(error).what
    return f"{why} So they cannot be shown here. Type the id of one, or leave it empty."


def explain_too_long(motions: Sequence[Motion], names: Mapping[str, str]) -> str:
    """Why motions cannot be used where the person faces as in the picture."""
    told = [f"“{name_of(each, names)}” ({(each.duration or 0) / 1000:.4g} s)" for each in motions[:NAMED]]
    told += [f"{len(motions) - NAMED} more"] if len(motions) > NAMED else []
    are = "is" if len(motions) == 1 else "are"
    return (
        f"{plain(' and '.join(told))} {are} too long for this: where the person faces as in the picture, Kling takes "
        f"motions of {FACING_SECONDS} seconds at most. Choose a shorter one, or let the person face as "
        "in the motion."
    )


def describe_motion(motion: Motion) -> str:
    """Whose a motion is, and what is known of it."""
    told = ["Kling's own" if motion.is_official else "Ours"]
    if motion.tag and motion.tag != motion.name.lower():
        told.append(str(motion.tag))
    if motion.duration:
        told.append(f"{motion.duration / 1000:.1f} s")
    if motion.width and motion.height:
        told.append(f"{motion.width:.0f} × {motion.height:.0f}")
    if motion.has_audio:
        told.append("with sound")
    return " · ".join(told)


def progress(task: Task | TaskSummary, finishes_at: float | None, now: float) -> tuple[float, str]:
    """How much of a task is done, 0 to 1, and how long it still takes; times in seconds since the epoch."""
    if task.is_final:
        return 1.0, ""
    if not finishes_at or not task.created:
        return 0.0, ""
    started = task.created / 1000
    share = (now - started) / max(1.0, finishes_at - started)
    left = finishes_at - now
    return min(0.95, max(0.0, share)), f"About {duration(left)} left." if left > 1 else "Any moment now."


def plain(text: str) -> str:
    """Somebody's words where a page takes markdown: as they stand, on one line, and no picture or link of theirs."""
    return re.sub(r"[\\`*_\[\]<>~$|&#]|:(?=\w)", r"\\\g<0>", " ".join(text.split()))


def took(task: Task | TaskSummary) -> str:
    """How long a finished task was in the making."""
    if not (task.is_final and task.created and task.updated):
        return ""
    return duration((task.updated - task.created) / 1000)


def duration(seconds: float) -> str:
    """A span of time as one says it: 45 s, 2 min 5 s, 1 h 20 min."""
    whole = round(max(0.0, seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def ago(seconds: float) -> str:
    """How long ago something was."""
    return "just now" if seconds < 5 else f"{duration(seconds)} ago"


def megabytes(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB"


def day(milliseconds: int) -> str:
    """A day, from milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%d %B %Y").lstrip("0")


def describe_people(marked: int, person: int) -> str:
    """Who in a picture is to move, of so many that were marked."""
    if not marked:
        return "More than one person in it? Click each of them on the picture, the one who is to move last."
    if marked == 1:
        return "One person is marked. Click the others too, the one who is to move last."
    return f"Person {person} of {marked}, counted from the left, is to move."


FIXES = {
    Trim: "Cut it to the chosen part",
    Shrink: "Make the file smaller",
    Pad: "Add a border",
    Crop: "Cut both ends off",
}


def describe_fix(fix: Fix, is_video: bool) -> str:
    """What a button does that repairs a file."""
    if isinstance(fix, Scale):
        return f"Make it {fix.short_side}p" if is_video else "Make it larger"
    if isinstance(fix, Convert):
        return "Save it as MP4" if is_video else "Save it as JPEG"
    return FIXES[type(fix)]
