"""The paid request: sent once, in its turn, and never while the one before may have arrived."""

from __future__ import annotations

import logging
import random

from kling.errors import (
    AccountBroken,
    ApiError,
    BadRequest,
    Forbidden,
    InvalidInput,
    KlingError,
    NotConfigured,
    PaymentNeeded,
    RateLimited,
    Refused,
    ServerError,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)
from kling.models import MotionUploadRequest
from kling.orders import queue
from kling.orders.context import Client, Context, Outcome
from kling.orders.costs import read_balance
from kling.orders.files import back_off, refuse
from kling.orders.likeness import shown
from kling.orders.outcomes import Doubt, accept, back_in_queue, mark_unsure
from kling.orders.placing import request_of
from kling.orders.records import UNSENT, Request
from kling.orders.rows import Claim, Row, to_json
from kling.orders.settling import ask_person, look_for_task

log = logging.getLogger(__name__)
SURE = (BadRequest, Unauthorized, PaymentNeeded, Forbidden, Refused, InvalidInput, NotConfigured)
"""Refusals whose meaning is documented: nothing was made."""


def send_request(context: Context, claim: Claim) -> Outcome:
    """Wait for the order's turn and send the paid request, once."""
    row = context.row(claim)
    if row["step"] == "request":
        # Whoever sent it did not live to write down the answer, or sleeps and may send it still.
        return mark_unsure(context, claim, None, "taken over")
    if row["step"] == "looking":
        return "look"
    if row["step"] not in UNSENT:
        return "accepted" if row["step"] == "accepted" else "ended"
    request = request_of(row)
    if row["step"] not in ("ready", "granted") and not _get_ready(context, claim, row["account"], request):
        return "ended"
    granted = _wait_for_grant(context, claim)
    if granted is None:
        return "ended"
    with context.not_cut(claim.order_id):
        return use_grant(context, claim, granted, request)


def _get_ready(context: Context, claim: Claim, account: str, request: Request) -> bool:
    """Everything that can be done before its turn; False when the order ended meanwhile."""
    tries = 0
    while True:
        try:
            balance = read_balance(context.client(account))
        except KlingError as error:
            if not back_off(context, claim, account, error, tries):
                return False
            tries += 1
            continue
        likeness, now = to_json(shown(request)), context.now()
        return context.update(claim, UNSENT, step="ready", likeness=likeness, balance=balance, balance_at=now)


def _wait_for_grant(context: Context, claim: Claim) -> Row | None:
    """The order once it has its turn; None when it was cancelled."""
    while True:
        row = context.row(claim)
        if row["step"] == "granted":
            return row
        if row["step"] not in UNSENT:
            return None
        context.wait_for_hint(claim.order_id, 1.0)


def use_grant(context: Context, claim: Claim, row: Row, request: Request) -> Outcome:
    """Send it, if it still is this worker's to send and nothing of it is at Kling."""
    try:
        client = context.client(row["account"])
        if row["attempts"]:
            found = _look_once_more(context, claim, row)
            if found is not None:
                return found
            first = {}
        else:
            before = context.lists.before(client, row["account"], context.pace.capacity)
            first = {"since": before.since, "known_tasks": to_json(sorted(before.ids))}
    except KlingError as error:
        return _return_grant(context, claim, row, error)
    asked = context.monotonic()
    if not context.patiently(lambda: context.repository.begin_sending(claim, row["turn"], **first)):
        return "again"
    context.notify()
    log.info("The paid request is about to leave, for the %s. time", row["attempts"] + 1)
    if context.monotonic() - asked > context.pace.grant:
        # This process slept, and another one may have taken the order: nothing has left, so it goes back.
        back = {"step": "ready", "sent_at": None, "attempts": row["attempts"]}
        context.patiently(lambda: context.update(claim, ("request",), **back))
        return "again"
    return _post(context, claim, client, request)


def _look_once_more(context: Context, claim: Claim, row: Row) -> Outcome | None:
    """Before it is sent again: whether the one before has come to light meanwhile."""
    look = look_for_task(context, row)
    if look.task is not None:
        context.update(claim, UNSENT, step="request")  # found while its turn had come: it is taken, not sent
        return accept(context, claim, look.task)
    if look.candidates or (row["doubt"] != "person" and look.is_unclear):
        return ask_person(context, claim, look, 1, ("granted",))
    return None


def _return_grant(context: Context, claim: Claim, row: Row, error: KlingError) -> Outcome:
    """The turn is somebody else's: what must be known before sending cannot be had."""
    verdict = queue.verdict(error, row["tries"], random.random(), is_paid=False)
    if verdict.what == "end" and isinstance(error, SURE):
        refuse(context, claim, error)
        return "ended"
    seconds = verdict.seconds or (0.0 if verdict.what == "pause" else queue.FAULT_AT_MOST)
    if verdict.what == "pause":
        context.holds.hold(row["account"], error)
    back_in_queue(context, claim, row, context.now() + seconds, error, ("granted",))
    return "again"


def _post(context: Context, claim: Claim, client: Client, request: Request) -> Outcome:
    began = context.monotonic()
    try:
        if isinstance(request, MotionUploadRequest):
            task = client.upload_motion(request)
        else:
            task = client.create_motion_video(request)
    except KlingError as error:
        caught, was_silent = error, context.monotonic() - began >= context.pace.silence
        return context.patiently(lambda: _after_error(context, claim, caught, was_silent))
    return context.patiently(lambda: accept(context, claim, task, is_answer=True))


def _after_error(context: Context, claim: Claim, error: KlingError, was_silent: bool) -> Outcome:
    row = context.row(claim)
    verdict = queue.verdict(error, row["tries"], random.random(), is_paid=True)
    if verdict.what == "pause":
        context.holds.hold(row["account"], error)
    elif isinstance(error, ApiError):
        context.holds.release(row["account"])
    context.places.forget(row["account"])
    until = context.now() + verdict.seconds
    doubt = doubt_about(error, was_silent)
    if doubt is not None:
        return mark_unsure(context, claim, error, doubt, until if verdict.seconds else None)
    if verdict.what == "end":
        refuse(context, claim, error)
        return "ended"
    back_in_queue(context, claim, row, until, error)
    return "again"


def doubt_about(error: KlingError, was_silent: bool) -> Doubt | None:
    """Why the request may have been carried out all the same; None where it certainly was not."""
    if isinstance(error, SURE) or (isinstance(error, Unreachable) and error.sent is False):
        return None
    if isinstance(error, RateLimited):
        return "busy"
    if was_silent or isinstance(error, UnexpectedAnswer):
        return "silent"
    is_refusal = isinstance(error, ApiError) and not isinstance(error, AccountBroken | ServerError)
    return "refused" if is_refusal else "lost"
