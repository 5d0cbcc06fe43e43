"""What the pictures that were sent are called: Kling knows them by names of its own."""

from __future__ import annotations

import json

import sqlalchemy as sa

from kling.models.lenient import without_signature
from kling.orders.repository import Repository
from kling.store.tables import orders

NEWEST = 500
"""So many orders are looked through: the pictures offered once more are the newest."""


def read_titles(repository: Repository) -> dict[str, str]:
    """The title of the newest order of each picture, by the address of the picture without its signature."""
    chosen = (
        sa.select(orders.c.addresses, orders.c.title)
        .where(repository.mine(), orders.c.accepted_at.is_not(None))
        .order_by(orders.c.accepted_at.desc())
        .limit(NEWEST)
    )
    with repository.store.engine.connect() as connection:
        rows = connection.execute(chosen).all()
    found = {without_signature(json.loads(row.addresses).get("picture") or ""): row.title for row in reversed(rows)}
    found.pop("", None)
    return found
