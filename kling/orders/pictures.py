"""A picture that several orders of a batch share: laid aside once, sent once, gone when none of them needs it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kling.orders.context import Context
from kling.orders.records import UNSENT, PictureFile
from kling.orders.rows import Claim
from kling.orders.stored_files import remove_files

FRESH_SECONDS = 6 * 3600.0
"""How old the address of a picture may be that another order uses too: addresses at Kling do not hold for ever."""
Send = Callable[[], str | None]


def key_of(batch: str, order_id: str, picture: PictureFile) -> str:
    """What the file of a picture goes by: one name for all orders of a batch with the same bytes."""
    return f"{batch}-{hashlib.sha256(picture.data).hexdigest()[:32]}" if batch else order_id


def send_shared(context: Context, claim: Claim, key: str, send: Send) -> dict[str, Any] | None:
    """The picture's address, by `send` where none of the orders that share it has a fresh one; None where the order
    has ended. What `send` ends one of them by, ends all that wait for the same picture."""
    while context.row(claim)["step"] in UNSENT:
        with _alone(context, key) as is_alone:
            if is_alone:
                found = context.repository.shared_address(key, context.now() - FRESH_SECONDS)
                return found or _send(context, claim, key, send)
    return None


def _send(context: Context, claim: Claim, key: str, send: Send) -> dict[str, Any] | None:
    address = send()
    if address is None:
        _tell_others(context, claim, key)
        remove_files(context, claim.order_id)
        return None
    sent = {"picture": address, "picture_at": context.now()}
    # Before anybody else looks: who comes next finds it.
    context.update(claim, UNSENT, addresses=json.dumps(sent))
    return sent


def _tell_others(context: Context, claim: Claim, key: str) -> None:
    """A picture that cannot be sent is told by each of its orders, without being sent in vain for each."""
    row = context.row(claim)
    if row["step"] == "refused":
        context.repository.refuse_sharers(key, row["error"], context.now())
        context.notify()


@contextmanager
def _alone(context: Context, key: str) -> Iterator[bool]:
    """Whether nobody else in this process sends the picture; waits a little where somebody does.

    Only processes with the same data folder can send it, and as a rule that is one.
    """
    with context.changed:
        is_alone = context.changed.wait_for(lambda: key not in context.uploading, 1.0)
        if is_alone:
            context.uploading.add(key)
    try:
        context.rest(0)
        yield is_alone
    finally:
        if is_alone:
            with context.changed:
                context.uploading.discard(key)
                context.changed.notify_all()
