"""Pictures that several orders share: one of them sends it for all."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from kling.orders.records import UNSENT
from kling.orders.rows import Rows
from kling.store.tables import orders


def _unneeded() -> sa.Select[Any]:
    mine, other = orders.alias(), orders.alias()
    needs = sa.and_(
        other.c.service == mine.c.service,
        other.c.picture_key == mine.c.picture_key,
        other.c.id != mine.c.id,
        other.c.step.in_(UNSENT),
        other.c.addresses == "{}",
    )
    of_order = sa.and_(mine.c.service == sa.bindparam("service"), mine.c.id == sa.bindparam("id"))
    return sa.select(mine.c.picture_key).where(of_order, ~sa.exists().where(needs))


_UNNEEDED = _unneeded()
"""Made once: to make it costs more than to read by it."""


class SharedPictures(Rows):
    """By the key of a picture."""

    def shared_address(self, key: str, since: float) -> dict[str, Any] | None:
        """Where Kling has the picture since then, by the orders that share it."""
        chosen = sa.select(orders.c.addresses).where(self.mine(), orders.c.picture_key == key).distinct()
        with self.store.engine.connect() as connection:
            found = [json.loads(text) for text in connection.scalars(chosen)]
        newest: dict[str, Any] = max(found, key=lambda each: each.get("picture_at", 0.0), default={})
        return newest if newest.get("picture_at", 0.0) > since else None

    def unneeded_picture(self, order_id: str) -> str | None:
        """The key of an order's picture; None when another order that shares it has still to send it."""
        with self.store.engine.connect() as connection:
            key: str | None = connection.scalar(_UNNEEDED, {"service": self.service, "id": order_id})
            return key

    def refuse_sharers(self, key: str, error: str, now: float) -> None:
        """End all that wait for a picture that cannot be sent."""
        waits = (self.mine(), orders.c.picture_key == key, orders.c.addresses == "{}")
        chosen = sa.update(orders).where(*waits, orders.c.step.in_(("waiting", "picture")))
        with self.transaction() as connection:
            connection.execute(chosen.values(step="refused", error=error, ended_at=now, not_before=None))
