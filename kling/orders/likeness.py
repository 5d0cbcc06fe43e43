"""Whether a task at Kling is what a request asked for, by what it shows: yes, no, or not to be told.

Kling may show less than it was asked, or show it otherwise: another host or path of a file, a prompt with other white
space, other escapes or a shorter one. Only what is certainly another's is no.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Literal
from urllib.parse import unquote, urlsplit

from kling.models import MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest, Task
from kling.models.tasks import MOTION_UPLOAD, MOTION_VIDEO
from kling.orders.records import Request

Answer = Literal["yes", "no", "cannot tell"]
ARGUMENTS = {"prompt": "", "duration": "5", "model_mode": "std", "enable_audio": "true"}
"""What a task shows of a request for a video, with what it shows where nothing was asked."""
VALUES = {"duration": ("5", "10"), "model_mode": ("std", "pro"), "enable_audio": ("true", "false")}
"""How these are written; anything else may be the same in other words."""
FAMILY = "motion_control"
"""How the types of the tasks of motion control begin."""


def shown(request: Request) -> dict[str, str]:
    """A request as a task shows it; two with the same are not to be told apart at Kling."""
    if isinstance(request, MotionUploadRequest):
        return {"input": _file(request.resource_url), "cover": _file(request.cover_url)}
    if isinstance(request, ReferenceMotionRequest):
        shown_options = {"prompt": request.prompt or "", "model_mode": request.mode or "std"}
        return {"picture": _file(request.image_url), "motion": _file(request.motion_url), **shown_options}
    asked = {
        "prompt": request.prompt,
        "duration": request.duration,
        "model_mode": request.mode,
        "enable_audio": None if request.sound_effect is None else str(request.sound_effect).lower(),
    }
    shown_options = {name: asked[name] or usual for name, usual in ARGUMENTS.items()}
    return {"motion": str(request.work_id), "picture": _file(request.image), **shown_options}


def compare(task: Task, request: Request) -> Answer:
    """Whether the task is of this request, as far as it shows its type, its files and its arguments."""
    wanted = shown(request)
    answers = {_type(task, request), *_files(task, request, wanted)}
    answers |= {_argument(name, wanted[name], task.argument(name)) for name in ARGUMENTS if name in wanted}
    if "no" in answers:
        return "no"
    return "cannot tell" if "cannot tell" in answers else "yes"


def _type(task: Task, request: Request) -> Answer:
    wanted = MOTION_UPLOAD if isinstance(request, MotionUploadRequest) else MOTION_VIDEO
    others = {MOTION_UPLOAD, MOTION_VIDEO} - {wanted}
    if isinstance(request, ReferenceMotionRequest):
        return "no" if task.type in others else "yes"  # how Kling calls these is not documented
    if task.type == wanted:
        return "yes"
    is_unclear = not task.type or (task.type not in others and task.type.startswith(FAMILY))
    return "cannot tell" if is_unclear else "no"


def _files(task: Task, request: Request, wanted: dict[str, str]) -> Iterable[Answer]:
    """A file that looks like another may be the same elsewhere; the number of a motion is its own."""
    if isinstance(request, MotionCreateRequest):
        motions = {str(each.from_work_id) for each in task.inputs if each.from_work_id}
        motion: Answer = "yes" if wanted["motion"] in motions else "no" if motions else "cannot tell"
        return motion, _same(_file(task.picture_url) == wanted["picture"])
    if isinstance(request, ReferenceMotionRequest):
        # How such a task names its files is not documented: they must be among them.
        return (_same({wanted["picture"], wanted["motion"]} <= {_file(each.url) for each in task.inputs}),)
    given = task.input("input")
    found = {"input": _file(given.url), "cover": _file(given.cover)} if given else {}
    return (_same(found == wanted),)


def _same(is_same: bool) -> Answer:
    return "yes" if is_same else "cannot tell"


def _argument(name: str, wanted: str, found: str | None) -> Answer:
    if found == wanted or (found is None and wanted == ARGUMENTS[name]):
        return "yes"
    if found is None:
        return "cannot tell"
    if name == "prompt":
        return "cannot tell" if _may_be_same_words(wanted, found) else "no"
    return "no" if found in VALUES[name] else "cannot tell"


def _may_be_same_words(wanted: str, found: str) -> bool:
    """Whether two prompts differ only in how they are written, or one is a beginning of the other."""
    shorter, longer = sorted((_letters(wanted), _letters(found)), key=len)
    return longer.startswith(shorter) and (bool(shorter) or not _letters(found))


def _letters(words: str) -> str:
    """What is left of a text without escapes, white space, signs and case."""
    words = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), words)
    words = re.sub(r"\\[nrt]", " ", words)
    words = unicodedata.normalize("NFKC", unquote(html.unescape(words))).casefold()
    return "".join(sign for sign in words if sign.isalnum())


def _file(url: str | None) -> str:
    """The path of a link: hosts and signatures of a CDN change, the file behind it does not, as a rule."""
    return urlsplit(url or "").path
