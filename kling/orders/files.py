"""The files of an order: laid aside when it is placed, sent to Kling, gone when Kling has the order."""

from __future__ import annotations

import json
import os
import random
import shutil
import uuid
from pathlib import Path

from kling.errors import InvalidInput, KlingError, UnexpectedAnswer
from kling.orders import queue
from kling.orders.context import Context, Outcome, Stopped
from kling.orders.records import LIVE, UNSENT, error_to_json
from kling.orders.repository import Row, to_json


def path_of(context: Context, order_id: str, name: str) -> Path:
    """Where a file of an order lies until Kling has the order."""
    return context.folder / f"{order_id}.{name}"


def store_file(context: Context, order_id: str, name: str, content: bytes | Path) -> None:
    """Lay a file where it lives until Kling has the order: whole, or not at all."""
    path = path_of(context, order_id, name)
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    if isinstance(content, Path):
        try:
            os.link(content, unfinished)
        except OSError:  # another file system
            shutil.copyfile(content, unfinished)
    else:
        unfinished.write_bytes(content)
    unfinished.replace(path)


def remove_files(context: Context, order_id: str) -> None:
    for name in ("picture", "video", "cover"):
        path_of(context, order_id, name).unlink(missing_ok=True)


def upload_files(context: Context, order_id: str) -> Outcome:
    """Send the files of an order, each once it is its turn; a file already sent stays sent."""
    row = context.row(order_id)
    files, addresses = json.loads(row["files"]), json.loads(row["addresses"])
    for name in ("picture", "video", "cover"):
        if name in files and name not in addresses:
            address = _send_file(context, order_id, name, files[name])
            if address is None:
                return "ended"
            addresses[name] = address
            context.update(order_id, UNSENT, addresses=to_json(addresses), tries=0)
    return _clip_is_there(context, row) if row["kind"] == "clip" else "ready"


def _clip_is_there(context: Context, row: Row) -> Outcome:
    """A clip that is a motion as it is needs nothing more."""
    now = context.clock()
    context.update(row["id"], UNSENT, step="done", accepted_at=now, ended_at=now)
    remove_files(context, row["id"])
    context.list_changed(row["account"])
    return "ended"


def _send_file(context: Context, order_id: str, name: str, content_type: str) -> str | None:
    """The address of a file once Kling has it; None when the order ended on the way. Files cost nothing."""
    tries = 0
    while context.update(order_id, UNSENT, step=name, worker=context.me):
        try:
            with path_of(context, order_id, name).open("rb") as file:
                asset = context.client(context.row(order_id)["account"]).upload_asset(
                    file, content_type, on_progress=lambda sent, total: _progress(context, order_id, sent, total)
                )
            return _address(asset.resource_url if name == "video" else asset.url)
        except OSError:
            refuse(context, order_id, InvalidInput("The file is no longer there. Choose it again.", name))
            return None
        except KlingError as error:
            if not back_off(context, order_id, error, tries):
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


def back_off(context: Context, order_id: str, error: KlingError, tries: int) -> bool:
    """Wait because of an error before anything paid was sent; False when the order ended by it."""
    verdict = queue.verdict(error, tries, random.random(), is_paid=False)
    if verdict.what == "end":
        refuse(context, order_id, error)
        return False
    until = context.clock() + verdict.seconds
    if verdict.what == "pause":
        context.grants.hold_account(context.row(order_id)["account"], until, error_to_json(error))
    context.update(order_id, UNSENT, not_before=until, error=error_to_json(error), tries=tries + 1)
    _wait_until(context, order_id, until)
    return context.update(order_id, UNSENT, not_before=None, error=None)


def _wait_until(context: Context, order_id: str, until: float) -> None:
    """Wait, looking up now and then whether somebody cancelled the order."""
    while context.clock() < until and context.row(order_id)["step"] in UNSENT:
        context.rest(min(1.0, until - context.clock()))


def refuse(context: Context, order_id: str, error: KlingError) -> None:
    """Kling did not take it, and will not."""
    context.update(
        order_id, LIVE, step="refused", error=error_to_json(error), ended_at=context.clock(), not_before=None
    )
    remove_files(context, order_id)


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
