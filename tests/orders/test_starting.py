"""A start without a usable database is a sentence, and the next one works."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from kling.errors import NotConfigured
from kling.orders import Orders
from tests.orders.upstream import QUICK, Kling, orders_of, request


@pytest.mark.parametrize("url", ["postgresql://me:secret@127.0.0.1:1/x", "nonsense", "mysql://me:secret@127.0.0.1/x"])
def test_a_database_that_cannot_be_had_is_a_sentence_without_its_password(
    kling: Kling, tmp_path: Path, url: str
) -> None:
    with pytest.raises(NotConfigured) as caught:
        Orders(lambda _: kling, tmp_path, url, service="test").start()
    assert "KLING_DATABASE_URL" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("forgets", [True, False])
def test_a_database_that_can_only_be_read_is_a_sentence(kling: Kling, tmp_path: Path, forgets: bool) -> None:
    url = f"sqlite:///{tmp_path}/orders.sqlite"
    with orders_of(kling, tmp_path) as earlier:
        earlier.place_video("a", "Video", request())
        earlier.ended("a")
        earlier._context.repository.update("a", step="looking")
    orders = Orders(lambda _: kling, tmp_path, url, service="test", forgets=forgets, pace=QUICK)
    sa.event.listen(orders.store.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    with pytest.raises(NotConfigured, match="KLING_DATABASE_URL"):
        orders.start()
    orders.store.close()


def test_a_start_that_failed_is_a_sentence_and_the_next_one_works(
    kling: Kling, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    orders = Orders(lambda _: kling, tmp_path, f"sqlite:///{tmp_path}/orders.sqlite", service="test", pace=QUICK)
    orders.store.open()
    with orders.store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE workflow_status (not_ours INTEGER)")
    for _ in range(2):
        with pytest.raises(NotConfigured, match="could not be prepared for orders"):
            orders.start()
    with orders.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE workflow_status")
    orders.place_video("a", "Video", request())
    assert orders.ended("a").step == "done"
    orders.stop()


def test_a_page_that_is_drawn_to_its_end_after_the_stop_begins_nothing_anew(kling: Kling, orders: Orders) -> None:
    orders.start()
    orders.stop()
    with pytest.raises(NotConfigured, match="is being started anew"):
        orders.get("a")
    assert orders._engine is None
