"""The paid request: sent once, in its turn, and never while the one before may have arrived."""

from __future__ import annotations

import random
import time

from kling.errors import ApiError, KlingError, UnexpectedAnswer
from kling.models import MotionUploadRequest
from kling.orders import queue, search
from kling.orders.context import Client, Context, Outcome, Stopped
from kling.orders.costs import read_balance
from kling.orders.files import back_off, refuse
from kling.orders.outcomes import accept, back_in_queue, mark_unsure
from kling.orders.placing import request_of
from kling.orders.records import UNSENT, Request, error_to_json
from kling.orders.repository import to_json


def send_request(context: Context, order_id: str) -> Outcome:
    """Wait for the order's turn and send the paid request, once."""
    row = context.row(order_id)
    if row["step"] in ("request", "looking"):
        # Whoever sent it did not live to write down the answer.
        return mark_unsure(context, order_id, None, False)
    if row["step"] not in UNSENT:
        return "accepted" if row["step"] == "accepted" else "ended"
    request = request_of(row)
    client = _get_ready(context, order_id, request)
    if client is None or not _wait_for_turn(context, order_id):
        return "ended"
    return _send(context, order_id, client, request)


def _get_ready(context: Context, order_id: str, request: Request) -> Client | None:
    """Write down what a later look compares with; the client, or None when the order ended meanwhile."""
    tries = 0
    while context.row(order_id)["step"] in UNSENT:
        account = context.row(order_id)["account"]
        try:
            client = context.client(account)
            since = search.newest(client)
        except KlingError as error:
            if not back_off(context, order_id, error, tries):
                return None
            tries += 1
            continue
        likeness = to_json(search.shown(request))
        context.update(
            order_id, UNSENT, since=since, likeness=likeness, balance=read_balance(client), balance_at=context.clock()
        )
        if not context.update(order_id, UNSENT, step="ready", worker=context.me):
            return None
        return client
    return None


def _wait_for_turn(context: Context, order_id: str) -> bool:
    """True once the queue has said that it is this order's turn; False when it was cancelled."""
    while True:
        with context.changed:
            given = context.changed.wait_for(lambda: order_id in context.granted or context.stopping.is_set(), 1.0)
            context.granted.discard(order_id)
        if context.stopping.is_set():
            raise Stopped
        step = "request" if given else context.row(order_id)["step"]
        if step != "ready":
            return bool(step == "request")


def _send(context: Context, order_id: str, client: Client, request: Request) -> Outcome:
    begun = time.monotonic()
    try:
        if isinstance(request, MotionUploadRequest):
            task = client.upload_motion(request)
        else:
            task = client.create_motion_video(request)
    except KlingError as error:
        return _after_error(context, order_id, error, time.monotonic() - begun >= context.pace.silence)
    context.grants.release_account(context.row(order_id)["account"])
    return accept(context, order_id, task)


def _after_error(context: Context, order_id: str, error: KlingError, was_silent: bool) -> Outcome:
    row = context.row(order_id)
    verdict = queue.verdict(error, row["tries"], random.random(), is_paid=True)
    if verdict.what == "look":
        return mark_unsure(context, order_id, error, was_silent or isinstance(error, UnexpectedAnswer))
    if verdict.what == "end":
        context.grants.release_account(row["account"])
        refuse(context, order_id, error)
        return "ended"
    until = context.clock() + verdict.seconds
    if verdict.what == "pause":
        context.grants.hold_account(row["account"], until, error_to_json(error))
    elif isinstance(error, ApiError):
        context.grants.release_account(row["account"])
    context.places.forget(row["account"])
    back_in_queue(context, order_id, until, error)
    return "again"
