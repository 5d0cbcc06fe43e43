"""What decides over money: who sends a paid request, and which task is whose; each word is one transaction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kling.orders.records import SENT
from kling.orders.rows import Claim, Rows
from kling.store.tables import orders


class PaidRequests(Rows):
    """`claim` and `turn` are fencing tokens: of a worker that has lost an order, nothing here has an effect."""

    def begin_sending(self, claim: Claim, turn: int, **changes: Any) -> bool:
        """The last word before the bytes leave: compare and set. False when that grant is no longer its worker's.

        The same again changes nothing, so that it can be asked once more where the answer was lost.
        """
        attempts = sa.case((orders.c.step == "granted", orders.c.attempts + 1), else_=orders.c.attempts)
        chosen = sa.update(orders).where(
            self._is_claimed(claim), orders.c.turn == turn, orders.c.step.in_(("granted", "request"))
        )
        with self.transaction() as connection:
            sent = {"step": "request", "sent_at": self.now(connection), "attempts": attempts, **changes}
            return bool(connection.execute(chosen.values(**sent)).rowcount)

    def hold_task(self, claim: Claim, task_id: int, **changes: Any) -> bool | None:
        """Make a task this order's; None when another order holds it already, False when the claim is lost."""
        try:
            return self.update(claim.order_id, SENT, claim, task_id=task_id, step="accepted", **changes)
        except sa.exc.IntegrityError:
            return None

    def adopt_task(self, order_id: str, task_id: int, **changes: Any) -> bool:
        """As `hold_task` for whoever knows for certain that this task is the order's; somebody will carry it on."""
        chosen = sa.update(orders).where(
            self.is_order(order_id), orders.c.task_id.is_(None), orders.c.step.in_(("request", "looking", "unknown"))
        )
        adopted = {"task_id": task_id, "step": "accepted", "worker": None, "run": orders.c.run + 1, "ended_at": None}
        try:
            with self.transaction() as connection:
                return bool(connection.execute(chosen.values(**adopted, **changes)).rowcount)
        except sa.exc.IntegrityError:
            return False

    def held_tasks(self, but_for: str) -> set[int]:
        """Ids of the tasks that other orders hold."""
        with self.store.engine.connect() as connection:
            chosen = sa.select(orders.c.task_id).where(
                self.mine(), orders.c.task_id.is_not(None), orders.c.id != but_for
            )
            return {task_id for task_id in connection.scalars(chosen) if task_id is not None}
