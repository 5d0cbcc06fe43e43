"""The files of an order, sent to Kling, and what is done about an error before anything paid was sent."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kling.errors import InvalidInput, KlingError, UnexpectedAnswer
from kling.orders import queue
from kling.orders.context import Context, Outcome, Stopped
from kling.orders.naming import name_of_clip
from kling.orders.pictures import send_shared
from kling.orders.records import LIVE, UNSENT, error_to_json
from kling.orders.rows import Claim, Row, to_json
from kling.orders.stored_files import FILES, path_of, remove_files


def upload_files(context: Context, claim: Claim) -> Outcome:
    """Send the files of an order, each once it is its turn; a file already sent stays sent."""
    row = context.row(claim)
    files, addresses = json.loads(row["files"]), json.loads(row["addresses"])
    for name in FILES:
        if name in files and name not in addresses and row["step"] in UNSENT:
            found = _send_named(context, claim, row, name, files[name])
            if found is None:
                return "ended"
            addresses |= found
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


def _send_named(context: Context, claim: Claim, row: Row, name: str, content_type: str) -> Mapping[str, Any] | None:
    """Where a file of an order is once Kling has it, as its `addresses` say it; None when the order has ended."""
    key = row["picture_key"] if name == "picture" else None
    path = path_of(context, key or claim.order_id, name)
    send = partial(_send_file, context, claim, row["account"], name, content_type, path)
    if key is not None and key != claim.order_id:
        return send_shared(context, claim, key, send)
    address = send()
    return None if address is None else {name: address}


def _send_file(context: Context, claim: Claim, account: str, name: str, content_type: str, path: Path) -> str | None:
    """The address of a file once Kling has it; None when the order ended on the way. Files cost nothing."""
    tries = 0
    order_id = claim.order_id
    while context.update(claim, UNSENT, step=name):
        try:
            with path.open("rb") as file:
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
    failure = {"error": error_to_json(error), "tries": tries + 1}
    if verdict.what == "pause":
        context.holds.hold(account, error)
        context.update(claim, UNSENT, **failure)
        _wait_for_account(context, claim, account)
    else:
        context.update(claim, UNSENT, not_before=context.now() + verdict.seconds, **failure)
        _wait(context, claim, verdict.seconds)
    return context.update(claim, UNSENT, not_before=None, error=None)


def _wait_for_account(context: Context, claim: Claim, account: str) -> None:
    """Wait until one may try whether the account works again."""
    while (hold := context.holds.all().get(account)) and hold.until and context.row(claim)["step"] in UNSENT:
        context.rest(min(1.0, context.pace.account_looks))


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
