"""The draft of Create as it is kept on the server for its person: after a reload it is as it was.

What was chosen and typed is a row of the database; a picture that Kling does not have yet is a file in the data folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kling import KlingError, Motion
from kling.orders import PictureFile
from pages.ui.session import shared
from pages.ui.session.accounts import person
from pages.ui.session.draft import Draft, PictureAddress
from pages.ui.session.keys import Key
from pages.ui.session.options import OPTIONS, option, set_option

NAME = "create"
FILES_BYTES = 512 * 1024 * 1024
"""What the pictures of all drafts may take; those that were chosen longest ago go first."""
WRITTEN = Key("draft as written", "")
FOLLOWED_SECONDS = 3600.0
"""So long after its end, an order is still shown in place of a new form."""


def restore() -> Draft | None:
    """What this person had on Create when they last looked at it, its options set. Before their widgets are drawn."""
    found = shared.saved_values().get(person(), "draft", NAME)
    if not isinstance(found, dict) or time.time() - found.get("at", 0) > shared.DRAFT_SECONDS:
        return None
    try:
        made = _draft_of(found)
        options = {name: found["options"][name] for name in OPTIONS}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None  # kept by another version
    for name, value in options.items():
        set_option(name, value)
    WRITTEN.set(_comparable(_as_json(made)))
    return made


def keep(now: Draft, is_ordered: bool = False) -> None:
    """To be called when the page is drawn; writes only what has changed. And right before it is ordered, changed or
    not: another window may have written its own, under whose id a reload would find no order."""
    found = _as_json(now)
    is_untouched = now.motion is None and now.picture is None and not option("prompt") and not WRITTEN.get()
    if not is_ordered and (is_untouched or _comparable(found) == WRITTEN.get()):
        return
    with contextlib.suppress(KlingError, OSError):  # a comfort: without it, everything else still works
        _write_picture(now)
        shared.saved_values().put(person(), "draft", NAME, found | {"at": time.time()})
        WRITTEN.set(_comparable(found))


def _comparable(found: Mapping[str, Any]) -> str:
    return json.dumps(found, sort_keys=True)


def _as_json(now: Draft) -> dict[str, Any]:
    return {
        "id": now.id,
        "motion": now.motion.raw if now.motion else None,
        "picture": _picture_as_json(now),
        "picture_key": now.picture_key,
        "marks": now.marks,
        "marked": now.marked,
        "options": {name: option(name) for name in OPTIONS},
    }


def _picture_as_json(now: Draft) -> dict[str, str] | None:
    picture = now.picture
    if isinstance(picture, PictureFile):
        return {"file": _path(now.picture_key).name, "name": picture.name, "content_type": picture.content_type}
    return {"url": picture.url, "name": picture.name} if picture else None


def _draft_of(found: Mapping[str, Any]) -> Draft:
    """A draft with an id of its own, unless its order is still to be followed: two windows are two drafts."""
    made = Draft(
        motion=Motion.read(found["motion"]) if found["motion"] else None,
        picture=_picture_of(found["picture"]),
        picture_key=str(found["picture_key"]),
        marks=[int(zone) for zone in found["marks"]],
        marked=found["marked"],
    )
    order = shared.orders().get(str(found["id"]))
    if order is not None and (not order.is_ended or time.time() - (order.ended_at or 0) < FOLLOWED_SECONDS):
        made.id = order.id
    return made


def _picture_of(found: Mapping[str, str] | None) -> PictureFile | PictureAddress | None:
    if not found:
        return None
    if "url" in found:
        return PictureAddress(found["url"], found["name"])
    try:
        return PictureFile(found["name"], (_folder() / Path(found["file"]).name).read_bytes(), found["content_type"])
    except OSError:
        return None  # it had to go, or lies at another replica


def _folder() -> Path:
    return Path(shared.settings().data_dir) / "drafts"


def _path(picture_key: str) -> Path:
    """A person has one such file: its name begins with who they are, unreadably."""
    whose = hashlib.sha256(f"{shared.service()} {person()}".encode()).hexdigest()[:24]
    return _folder() / f"{whose}-{hashlib.sha256(picture_key.encode()).hexdigest()[:16]}"


def _write_picture(now: Draft) -> None:
    path = _path(now.picture_key)
    for old in _folder().glob(f"{path.name.partition('-')[0]}-*"):
        if old.name != path.name or not isinstance(now.picture, PictureFile):
            old.unlink(missing_ok=True)
    if isinstance(now.picture, PictureFile) and not path.exists():
        _folder().mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}")
        try:
            unfinished.write_bytes(now.picture.data)
            unfinished.replace(path)  # whole or not at all: it may be sent after a reload
        finally:
            unfinished.unlink(missing_ok=True)
        _make_room()


def _make_room() -> None:
    """What is too old goes, and of too much the oldest."""
    files = sorted(((path.stat(), path) for path in _folder().iterdir()), key=lambda each: -each[0].st_mtime)
    taken = 0
    for about, path in files:
        taken += about.st_size
        if taken > FILES_BYTES or time.time() - about.st_mtime > shared.DRAFT_SECONDS:
            path.unlink(missing_ok=True)
