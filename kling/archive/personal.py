"""What a person has uploaded, and everything that was made from it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from kling.archive.records import COLUMNS, Result, result_from_row
from kling.store import Store
from kling.store.tables import results as table


@dataclass(frozen=True)
class Personal:
    """A person's pictures, and all results that were made from them, by whomever."""

    pictures: tuple[str, ...]
    """Their hashes, as far as they are kept."""
    picture_links: tuple[str, ...]
    """Where they lie at Kling, without signatures."""
    results: tuple[Result, ...]


def personal_of(store: Store, service: str, person: str) -> Personal:
    """Also what is in the bin. Raises SQLAlchemy's errors."""
    ours = sa.and_(table.c.service == service, table.c.state != "deleted")
    theirs = sa.and_(ours, table.c.person == person)
    hashes = sa.select(table.c.picture).where(theirs, table.c.picture.is_not(None)).distinct()
    links = sa.select(table.c.picture_key).where(theirs, table.c.picture_key != "").distinct()
    made = sa.or_(table.c.picture.in_(hashes), table.c.picture_key.in_(links), table.c.person == person)
    chosen = sa.select(*(table.c[name] for name in COLUMNS)).where(ours, made).order_by(table.c.finished_at.desc())
    store.open()
    with store.engine.connect() as connection:
        return Personal(
            tuple(each for each in connection.scalars(hashes) if each),
            tuple(connection.scalars(links)),
            tuple(result_from_row(row) for row in connection.execute(chosen).mappings()),
        )
