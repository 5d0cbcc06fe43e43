"""What DBOS keeps of the orders: how a workflow is named, and when it is deleted.

DBOS keeps a workflow and its steps for ever. Those of an order that has not ended are never deleted: their threads may
still write to them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from dbos import DBOS

from kling.orders.context import Context

ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
BATCH = 500
SETTLING = 3600.0
"""Seconds that a workflow stays after its end: whoever is just taking its order over may still look for it."""
PAUSE = 0.05
"""Seconds between two batches: SQLite lets nobody else write while one is deleted."""
EVERY = 86_400.0
"""Seconds from one purge to the next."""
LOOKS_FOR_QUIET = 60.0
"""Seconds from one look whether an order is under way to the next, once a purge is due."""
QUIET_WITHIN = 43_200.0
"""Seconds after which a purge that is due no longer waits for a quiet moment: there may be none for days."""
log = logging.getLogger(__name__)


def workflow_id(service: str, order_id: str, run: int) -> str:
    return f"{service} {order_id} {run}"


def order_of(service: str, workflow: str) -> str | None:
    """The order's id; None when the workflow is another service's."""
    mine, run = workflow.removeprefix(f"{service} ").rpartition(" ")[::2]
    return mine if workflow.startswith(f"{service} ") and run.isdigit() and mine else None


def purge_daily(context: Context, stopping: threading.Event) -> None:
    """Purge now, and then every day, if possible while no order is under way; returns once `stopping` is set."""
    while not stopping.is_set():
        # DBOS notes the end of a workflow by the machine's clock.
        count = purge(context, time.time() - SETTLING, stopping)
        log.info("What DBOS kept of %s ended orders was deleted", count)
        stopping.wait(EVERY)
        until = time.monotonic() + QUIET_WITHIN
        while not stopping.is_set() and time.monotonic() < until and is_busy(context):
            stopping.wait(LOOKS_FOR_QUIET)


def is_busy(context: Context) -> bool:
    """Whether an order is in the queue or in hand."""
    return bool(context.grants.accounts_waiting() or context.workers.busy())


def purge(context: Context, before: float, stopping: threading.Event) -> int:
    """Delete the workflows that ended before then and whose orders have ended; returns how many.

    Several processes may do so at once. Leaves off once `stopping` is set.
    """
    deleted, skipped = 0, 0
    while not stopping.is_set():
        found = _ended(context.repository.service, before, skipped)
        gone = _deletable(context, found)
        if gone:
            DBOS.delete_workflows(gone)
        deleted, skipped = deleted + len(gone), skipped + len(found) - len(gone)
        if len(found) < BATCH:
            break
        stopping.wait(PAUSE)
    return deleted


def _ended(service: str, before: float, offset: int) -> list[str]:
    found = DBOS.list_workflows(
        status=ENDED,
        name="order",
        completed_before=datetime.fromtimestamp(before, UTC).isoformat(),
        workflow_id_prefix=f"{service} ",
        limit=BATCH,
        offset=offset,
        load_input=False,
        load_output=False,
    )
    return [each.workflow_id for each in found]


def _deletable(context: Context, workflows: Sequence[str]) -> list[str]:
    """Those whose order has ended; one that was dropped ended long before."""
    orders = {each: order_of(context.repository.service, each) for each in workflows}
    under_way = context.repository.not_ended([order for order in orders.values() if order])
    return [each for each, order in orders.items() if order and order not in under_way]
