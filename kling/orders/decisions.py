"""What a person decides about an order, whoever works on it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from kling.orders.context import Context
from kling.orders.holds import is_halting
from kling.orders.records import UNSENT, order_from_row
from kling.orders.rights import Act, Rights
from kling.orders.rows import to_json
from kling.orders.storage import storage_errors_as_not_configured
from kling.orders.stored_files import remove_files
from kling.store.tables import orders as table


class Decisions:
    """Each tells whether it came in time. `NotConfigured` with a sentence while the storage fails, `NotAllowed` where
    the person who decides (`by`) may not.
    """

    def __init__(self, context: Context, rights: Rights) -> None:
        self._context = context
        self._rights = rights

    def let_pass(self, order_ids: Sequence[str], *, by: str | None = None) -> list[str]:
        """Let orders go for which there is no room in a budget; those of them that were held."""
        self._rights.check(by, "let pass")
        with storage_errors_as_not_configured():
            passed = self._context.repository.pass_held(order_ids)
        self._context.queue_moved.set()
        self._context.notify()
        return passed

    def _check(self, by: str | None, act: Act, order_id: str) -> None:
        """As the owner of the order, or not."""
        with storage_errors_as_not_configured():
            row = self._context.repository.get(order_id)
        self._rights.check(by, act, row["person"] if row else "")

    def cancel(self, order_id: str, *, by: str | None = None) -> bool:
        """Take back what was not sent yet; False when it is too late: Kling cannot be stopped."""
        self._check(by, "cancel", order_id)
        with storage_errors_as_not_configured():
            cancelled = self._context.decide(order_id, UNSENT, step="cancelled", ended_at=self._context.now())
            if cancelled:
                self._free_line(order_id)
        if cancelled:
            remove_files(self._context, order_id)
        return cancelled

    def _free_line(self, order_id: str) -> None:
        """Where this order is the one that found an account not to work, the others need not wait for the next look."""
        row = self._context.repository.get(order_id)
        if row is not None and is_halting(row["error"]):
            self._context.holds.release(row["account"])
            self._context.queue_moved.set()

    def _check_batch(self, by: str | None, batch: str) -> None:
        """As whoever placed it, or not."""
        with storage_errors_as_not_configured():
            placed = self._context.repository.find(table.c.batch == batch, limit=1)
        self._rights.check(by, "cancel", placed[0]["person"] if placed else "")

    def pause_batch(self, batch: str, *, by: str | None = None) -> int:
        """Send no more of a batch for now; how many wait."""
        self._check_batch(by, batch)
        with storage_errors_as_not_configured():
            return self._context.batches.pause(batch)

    def resume_batch(self, batch: str, *, by: str | None = None) -> int:
        """Go on with a batch that was paused."""
        self._check_batch(by, batch)
        with storage_errors_as_not_configured():
            count = self._context.batches.resume(batch)
        self._context.queue_moved.set()
        return count

    def cancel_batch(self, batch: str, *, by: str | None = None) -> int:
        """Take back whatever of a batch was not sent yet; how many those were."""
        self._check_batch(by, batch)
        with storage_errors_as_not_configured():
            cancelled = self._context.batches.cancel(batch)
            for account in {order.account for order in cancelled if is_halting(order.error)}:
                self._context.holds.release(account)
            for order_id in {order.picture_key: order.id for order in cancelled if order.picture_key}.values():
                remove_files(self._context, order_id)
        self._context.queue_moved.set()
        self._context.notify()
        return len(cancelled)

    def look_at_account(self, account: str, *, by: str | None = None) -> None:
        """Somebody says that an account works again: look now."""
        self._rights.check(by, "order")
        with storage_errors_as_not_configured():
            self._context.holds.look_soon(account)
        self._context.queue_moved.set()

    def send_again(self, order_id: str, but_not: Collection[int] | None = None, *, by: str | None = None) -> bool:
        """A person looked and wants an order sent that was not found, or not yet; once for each time it was looked for.

        `but_not`: the tasks at Kling that the person saw and that are not it; None: all that are kept to choose from.
        One more look is taken right before it is sent, and what has come to light since is asked about again.
        """
        self._check(by, "decide", order_id)
        with storage_errors_as_not_configured():
            row = self._context.repository.get(order_id)
        if row is None:
            return False
        shown = [each["id"] for each in order_from_row(row).candidates] if but_not is None else but_not
        known = to_json(sorted({*json.loads(row["known_tasks"] or "[]"), *shown}))
        anew = {"tries": 0, "sent_at": None, "unsure_at": None, "error": None, "ended_at": None, "not_before": None}
        return self._decide_on_doubt(order_id, step="waiting", doubt="person", seen=None, known_tasks=known, **anew)

    def look_again(self, order_id: str, *, by: str | None = None) -> bool:
        """Look once more for what nobody could find, or follow once more what Kling did not know any more."""
        self._check(by, "decide", order_id)
        anew = {"ended_at": None, "error": None}
        return self._decide_on_doubt(order_id, step="looking", unsure_at=self._context.now(), **anew) or self._renew(
            order_id, ("gone",), step="accepted", seen=None, **anew
        )

    def choose_task(self, order_id: str, task_id: int, *, by: str | None = None) -> bool:
        """A person says which task at Kling is this order's; False where it has one, or another order has it."""
        self._check(by, "decide", order_id)
        task = to_json({"task": {"id": task_id}})  # the rest is read while it is followed
        with storage_errors_as_not_configured():
            found = {"task": task, "accepted_at": self._context.now(), "seen": None, "error": None, "not_before": None}
            is_chosen = self._context.repository.adopt_task(order_id, task_id, **found)
        if is_chosen:
            remove_files(self._context, order_id)
            self._context.notify()
        self._context.unattended.set()
        return is_chosen

    def let_go(self, order_id: str, *, by: str | None = None) -> bool:
        """A person has found it at Kling, or wants it no more: nothing is sent."""
        self._check(by, "decide", order_id)
        is_left = self._decide_on_doubt(order_id, step="cancelled", ended_at=self._context.now())
        if is_left:
            with storage_errors_as_not_configured():
                self._free_line(order_id)
        return is_left

    def _decide_on_doubt(self, order_id: str, **changes: Any) -> bool:
        return self._renew(order_id, ("looking", "unknown"), **changes)

    def _renew(self, order_id: str, only_in: tuple[str, ...], **changes: Any) -> bool:
        """A person decides: whoever works on the order loses it, and somebody takes it up as it is then."""
        with storage_errors_as_not_configured():
            return self._context.decide(order_id, only_in, run=table.c.run + 1, worker=None, **changes)
