"""What an order took, as far as the balance shows it."""

from __future__ import annotations

from kling.errors import KlingError
from kling.models import Task
from kling.orders.context import Client, Context
from kling.orders.rows import Row


def read_balance(client: Client) -> float | None:
    """Credits left, if the account says; a figure nobody needs must not hold up an order."""
    try:
        return client.get_account(client.account).credits if client.account else None
    except KlingError:
        return None


def note_charge(context: Context, row: Row, task: Task) -> None:
    """What the answer says is left, beside what was left before: about what the order takes.

    Where others were taken in between, each is counted with its share.
    """
    left = task.credits_left
    if row["balance"] is None or left is None:
        return
    others, is_alone = context.repository.others_between(row["account"], row["balance_at"], context.now(), row["id"])
    taken = (row["balance"] - left) / (others + 1)
    if taken >= 0:
        context.repository.update(row["id"], is_durable=False, cost=taken, cost_is_exact=is_alone)


def settle_cost(context: Context, order_id: str) -> None:
    """What the order took, where the balance shows it because nothing else ran in between."""
    row = context.repository.get(order_id)
    if row is None or row["step"] not in ("done", "failed") or row["balance"] is None:
        return
    # Where something else ran, the balance tells nothing and need not be asked for.
    after = _balance_now(context, row) if _is_alone(context, row) else None
    if after is not None and _is_alone(context, row):
        context.decide(order_id, (), cost=max(0.0, row["balance"] - after), cost_is_exact=True)
    elif row["step"] == "failed":
        context.decide(order_id, (), cost=None, cost_is_exact=False)


def _is_alone(context: Context, row: Row) -> bool:
    """Whether nothing but this order can have moved the balance until now."""
    return context.repository.others_between(row["account"], row["balance_at"], context.now(), row["id"])[1]


def _balance_now(context: Context, row: Row) -> float | None:
    try:
        return read_balance(context.client(row["account"]))
    except KlingError:
        return None
