"""The rows of results and kept files."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from kling.archive.records import COLUMNS, ArchiveFile, Result, WholeResult, result_from_row, star_key, whole_from_row
from kling.models import Task
from kling.store import Store
from kling.store.tables import favourites, files, results


class Repository:
    """Those of one service; files are everybody's. Raises what the database raises."""

    def __init__(self, store: Store, service: str) -> None:
        self.store = store
        self.service = service

    def result(self, task_id: str) -> Result | None:
        return self.results([task_id]).get(task_id)

    def results(self, task_ids: Collection[str]) -> dict[str, Result]:
        """Those of the tasks that there are."""
        chosen = sa.select(*(results.c[name] for name in COLUMNS)).where(
            self.mine(), results.c.task_id.in_(list(task_ids))
        )
        with self.store.engine.connect() as connection:
            found = map(result_from_row, connection.execute(chosen).mappings())
            return {result.task_id: result for result in found}

    def whole(self, task_id: str) -> WholeResult | None:
        with self.store.engine.connect() as connection:
            row = connection.execute(sa.select(results).where(self.is_result(task_id))).mappings().first()
            return None if row is None else whole_from_row(row)

    def add(self, rows: Collection[Mapping[str, Any]]) -> int:
        """Those that are new; returns how many. A row that is there already stays as it is."""
        with self.store.alone("kling results") as connection:
            wanted = {row["task_id"]: row for row in rows}
            known = sa.select(results.c.task_id).where(self.mine(), results.c.task_id.in_(list(wanted)))
            for task_id in connection.scalars(known):
                del wanted[task_id]
            if wanted:
                connection.execute(sa.insert(results), [{"service": self.service, **row} for row in wanted.values()])
            return len(wanted)

    def tasks(self, task_ids: Collection[str]) -> list[Task]:
        """The tasks of results that are kept, as they ended."""
        return self._tasks(results.c.task_id.in_(list(task_ids)))

    def tasks_before(self, accounts: Collection[str], created: float, count: int) -> list[Task]:
        """Those of the accounts that were made before then, the newest first."""
        return self._tasks(results.c.account.in_(list(accounts)), results.c.created_at < created, limit=count)

    def _tasks(self, *wanted: sa.ColumnElement[bool], limit: int | None = None) -> list[Task]:
        is_shown = sa.and_(self.mine(), results.c.state == "kept", results.c.binned_at.is_(None))
        chosen = sa.select(results.c.task).where(is_shown, *wanted).order_by(results.c.created_at.desc()).limit(limit)
        with self.store.engine.connect() as connection:
            return [Task.read(json.loads(text)) for text in connection.scalars(chosen)]

    def file(self, file_hash: str) -> ArchiveFile | None:
        with self.store.engine.connect() as connection:
            row = connection.execute(sa.select(files).where(files.c.hash == file_hash)).mappings().first()
            return None if row is None else ArchiveFile(**row)

    def some_files(self, count: int) -> list[ArchiveFile]:
        """The first ones by their hashes, which is as good as any."""
        with self.store.engine.connect() as connection:
            chosen = sa.select(files).order_by(files.c.hash).limit(count)
            return [ArchiveFile(**row) for row in connection.execute(chosen).mappings()]

    def used(self) -> int:
        """Bytes of all kept files."""
        with self.store.engine.connect() as connection:
            return int(connection.scalar(sa.select(sa.func.sum(files.c.size))) or 0)

    def counts(self) -> dict[str, int]:
        """How many results there are in each state."""
        grouped = sa.select(results.c.state, sa.func.count()).where(self.mine()).group_by(results.c.state)
        with self.store.engine.connect() as connection:
            return {str(state): int(count) for state, count in connection.execute(grouped)}

    def older_than(self, moment: float) -> list[str]:
        """Results that ended before then and that nobody has put a star on."""
        starred = sa.exists().where(
            favourites.c.service == results.c.service, favourites.c.key == sa.literal(star_key("")) + results.c.task_id
        )
        chosen = sa.select(results.c.task_id).where(
            self.mine(), results.c.finished_at < moment, results.c.state != "deleted", ~starred
        )
        with self.store.engine.connect() as connection:
            return list(connection.scalars(chosen))

    def mine(self) -> sa.ColumnElement[bool]:
        return results.c.service == self.service

    def is_result(self, task_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(self.mine(), results.c.task_id == task_id)
