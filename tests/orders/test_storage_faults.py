"""Orders while the database or the disk fails: waited out, told as a sentence, nothing half written."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from kling.errors import InvalidInput, NotConfigured
from kling.orders import Orders
from tests.orders.upstream import PICTURE, QUICK, Kling, orders_of, request


def test_a_fault_of_the_database_in_every_step_is_waited_out(kling: Kling, tmp_path: Path) -> None:
    left = [40]

    def fail(*told: object) -> None:
        if "kling_orders" in str(told[2]) and left[0]:
            left[0] -= 1
            raise sqlite3.OperationalError("database is locked")

    with orders_of(kling, tmp_path) as orders:
        orders.place_video("a", "Video", request(), PICTURE)
        sa.event.listen(orders.store.engine, "before_cursor_execute", fail)
        orders._context.stopping.wait(0.5)
        left[0] = 0
        assert orders.ended("a").step == "done"
    assert len(kling.made) == 1


def test_what_was_cancelled_is_cancelled_although_its_picture_cannot_be_looked_up(
    kling: Kling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))

    kling.gates["asset"] = threading.Event()
    with orders_of(kling, tmp_path) as orders:
        orders.place_video("a", "Video", request(), PICTURE)
        assert kling.entered.wait(10)
        monkeypatch.setattr(orders._context.repository, "unneeded_picture", fail)
        assert orders.cancel("a")
        kling.gates["asset"].set()
        assert orders.ended("a").step == "cancelled"


def test_pages_read_a_sentence_while_the_database_is_away(orders: Orders) -> None:
    order = orders.place_video("a", "Video", request())
    orders.ended("a")
    assert orders.storage_problem() is None

    def fail(*told: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    sa.event.listen(orders.store.engine, "before_cursor_execute", fail)
    for read in (lambda: orders.get("a"), lambda: orders.place_in_line(order), orders.task_ids):
        with pytest.raises(NotConfigured, match="The disk of the dashboard is full"):
            read()
    with pytest.raises(InvalidInput, match="Nothing was sent"):
        orders.place_again("a", "b")
    assert "disk" in (orders.storage_problem() or "")
    sa.event.remove(orders.store.engine, "before_cursor_execute", fail)


def test_what_was_placed_and_cannot_be_read_back_is_not_said_to_be_lost(
    kling: Kling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with orders_of(kling, tmp_path) as orders:
        with monkeypatch.context() as database:

            def fail(_: str) -> None:
                raise sa.exc.OperationalError("", {}, sqlite3.OperationalError("database is locked"))

            database.setattr(orders._context.repository, "get", fail)
            with pytest.raises(NotConfigured, match="Nothing that was placed is lost"):
                orders.place_video("a", "Video", request(), PICTURE)
        assert orders.ended("a").step == "done"
    assert len(kling.made) == 1


def test_without_room_nothing_is_placed_and_nothing_is_left_half_written(
    orders: Orders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(InvalidInput, match="disk of the dashboard is full"):
        orders.place_video("a", "Video", request(), PICTURE)
    assert orders.get("a") is None
    assert not [path for path in tmp_path.iterdir() if "picture" in path.name]


def test_an_emptied_database_is_refused_with_the_name_of_its_copy(kling: Kling, tmp_path: Path) -> None:
    with orders_of(kling, tmp_path) as orders:
        orders.place_video("a", "Video", request())
        orders.ended("a")
    for path in tmp_path.glob("orders.sqlite*"):
        if not path.name.endswith(".count"):
            path.rename(path.with_name(path.name.replace("orders.", "orders.kept.")))
    emptied = Orders(lambda _: kling, tmp_path, f"sqlite:///{tmp_path}/orders.sqlite", service="test", pace=QUICK)
    with pytest.raises(NotConfigured, match=r"is older.*orders\.kept\.sqlite.*delete orders\.sqlite\.count"):
        emptied.start()
    (tmp_path / "orders.sqlite.count").unlink()
    emptied.start()
    emptied.stop()
