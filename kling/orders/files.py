"""The files of an order: laid aside when it is placed, sent to Kling, gone when Kling has the order."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path

from kling.errors import InvalidInput, KlingError, UnexpectedAnswer
from kling.orders import queue
from kling.orders.context import Context, Outcome, Stopped
from kling.orders.naming import name_of_clip
from kling.orders.records import LIVE, UNSENT, error_to_json
from kling.orders.repository import Claim, Row, to_json
from kling.store.tables import orders

FILES = ("picture", "video", "cover")
LEFT_SECONDS = 3600.0


def path_of(context: Context, order_id: str, name: str) -> Path:
    """Where a file of an order lies until Kling has the order."""
    return context.folder / f"{order_id}.{name}"


def store_file(context: Context, order_id: str, name: str, content: bytes | Path) -> None:
    """Lay a file where it lives until Kling has the order: whole, or not at all. `OSError` where there is no room."""
    path = path_of(context, order_id, name)
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        _write(unfinished, content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(path: Path, content: bytes | Path) -> None:
    if isinstance(content, Path):
        with suppress(OSError):  # another file system
            os.link(content, path)
            return
    with path.open("wb") as file:
        if isinstance(content, Path):
            with content.open("rb") as source:
                shutil.copyfileobj(source, file)
        else:
            file.write(content)
        file.flush()
        os.fsync(file.fileno())


def remove_files(context: Context, order_id: str) -> None:
    """What cannot be removed now is removed by a later start."""
    for name in FILES:
        with suppress(OSError):
            path_of(context, order_id, name).unlink(missing_ok=True)


def remove_leftovers(context: Context) -> None:
    """Files of orders that have ended or were never placed, left by a process that was stopped."""
    begun = {row["id"] for row in context.repository.find(orders.c.step.in_(LIVE), limit=None)}
    old = time.time() - LEFT_SECONDS
    for path in context.folder.glob("*"):
        order_id, _, name = path.name.rpartition(".")
        unfinished, _, kind = order_id.rpartition(".")
        is_ours = name in FILES and order_id not in begun
        with suppress(OSError):
            if (is_ours or (kind in FILES and unfinished)) and path.stat().st_mtime < old:
                path.unlink()


def upload_files(context: Context, claim: Claim) -> Outcome:
    """Send the files of an order, each once it is its turn; a file already sent stays sent."""
    row = context.row(claim)
    files, addresses = json.loads(row["files"]), json.loads(row["addresses"])
    for name in FILES:
        if name in files and name not in addresses and row["step"] in UNSENT:
            address = _send_file(context, claim, row["account"], name, files[name])
            if address is None:
                return "ended"
            addresses[name] = address
            context.update(claim, UNSENT, addresses=to_json(addresses), tries=0)
    return _clip_is_there(context, claim, row, addresses["video"]) if row["kind"] == "clip" else "ready"


def _clip_is_there(context: Context, claim: Claim, row: Row, url: str) -> Outcome:
    """A clip that is a motion as it is needs nothing more."""
    now = context.now()
    context.update(claim, UNSENT, step="done", accepted_at=now, ended_at=now)
    name_of_clip(context, row, url)
    remove_files(context, row["id"])
    context.list_changed(row["account"])
    return "ended"


def _send_file(context: Context, claim: Claim, account: str, name: str, content_type: str) -> str | None:
    """The address of a file once Kling has it; None when the order ended on the way. Files cost nothing."""
    tries = 0
    order_id = claim.order_id
    while context.update(claim, UNSENT, step=name):
        try:
            with path_of(context, order_id, name).open("rb") as file:
                asset = context.client(account).upload_asset(
                    file, content_type, on_progress=lambda sent, total: _progress(context, order_id, sent, total)
                )
            return _address(asset.resource_url if name == "video" else asset.url)
        except FileNotFoundError:
            refuse(context, claim, InvalidInput("The file is no longer there. Choose it again.", name))
            return None
        except KlingError as error:
            if not back_off(context, claim, account, error, tries):
                return None
            tries += 1
        finally:
            context.progress.pop(order_id, None)
    return None


def _progress(context: Context, order_id: str, sent: int, total: int) -> None:
    if context.stopping.is_set():
        raise Stopped
    context.progress[order_id] = (sent, total)


def _address(url: str | None) -> str:
    if not url:
        raise UnexpectedAnswer("the uploaded file got no address")
    return url


def back_off(context: Context, claim: Claim, account: str, error: KlingError, tries: int) -> bool:
    """Wait because of an error before anything paid was sent; False when the order ended by it."""
    verdict = queue.verdict(error, tries, random.random(), is_paid=False)
    if verdict.what == "end":
        refuse(context, claim, error)
        return False
    until = context.now() + verdict.seconds
    if verdict.what == "pause":
        context.grants.hold_account(account, verdict.seconds, error_to_json(error))
    context.update(claim, UNSENT, not_before=until, error=error_to_json(error), tries=tries + 1)
    _wait(context, claim, verdict.seconds)
    return context.update(claim, UNSENT, not_before=None, error=None)


def _wait(context: Context, claim: Claim, seconds: float) -> None:
    """Wait, looking up now and then whether somebody cancelled the order."""
    until = context.monotonic() + seconds
    while (left := until - context.monotonic()) > 0 and context.row(claim)["step"] in UNSENT:
        context.rest(min(1.0, left))


def refuse(context: Context, claim: Claim, error: KlingError) -> None:
    """Kling did not take it, and will not."""
    ended = {"step": "refused", "error": error_to_json(error), "ended_at": context.now(), "not_before": None}
    context.update(claim, LIVE, **ended)
    remove_files(context, claim.order_id)


def home_of(folder: Path) -> str:
    """Which data directory this is: files of an order can only be sent by a process that has the same."""
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / "home"
    try:
        with name.open("x") as file:
            file.write(uuid.uuid4().hex)
    except FileExistsError:
        pass
    return name.read_text() or "unnamed"
