"""What DBOS keeps of ended orders is deleted, and nothing of an order that has not ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from dbos import DBOS

from kling.orders import Orders, workflows
from kling.orders.workflows import order_of, purge, workflow_id
from tests.orders.upstream import Kling, orders_of, request

T = TypeVar("T")
PAYLOADS = ("workflow_status", "operation_outputs", "workflow_input", "workflow_output")


@pytest.fixture
def orders(tmp_path: Path) -> Iterator[Orders]:
    with orders_of(Kling(), tmp_path) as running:
        yield running


def aside(ask: Callable[[], T]) -> T:
    """In a thread of its own: the browser tests leave a loop running in the main one, where DBOS refuses to wait."""
    with ThreadPoolExecutor() as pool:
        return pool.submit(ask).result()


def end(orders: Orders, *ids: str) -> None:
    """Place them, and wait until their workflows have ended as well."""
    for order_id in ids:
        orders.place_video(order_id, "Video", request(order_id))
    until_ended(orders, *ids)


def until_ended(orders: Orders, *ids: str, run: int = 0) -> None:
    service = orders._context.repository.service
    for order_id in ids:
        orders.ended(order_id)
        aside(partial(result_of, workflow_id(service, order_id, run)))


def result_of(workflow: str) -> str:
    result: str = DBOS.retrieve_workflow(workflow).get_result()
    return result


def kept(orders: Orders) -> set[str | None]:
    """The orders that DBOS has a workflow of."""
    service = orders._context.repository.service
    return {order_of(service, each.workflow_id) for each in aside(DBOS.list_workflows)}


def purge_now(orders: Orders) -> int:
    return aside(lambda: purge(orders._context, time.time() + 1, threading.Event()))


def test_of_ended_orders_nothing_is_left_in_any_table(orders: Orders) -> None:
    end(orders, "a", "b with spaces 7", "c")
    assert kept(orders) == {"a", "b with spaces 7", "c"}
    assert purge_now(orders) == 3
    assert kept(orders) == set()
    with orders.store.engine.connect() as connection:
        left = {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) for name in PAYLOADS}
    assert left == dict.fromkeys(PAYLOADS, 0)
    assert {order.step for order in orders._find()} == {"done"}


def test_the_workflow_of_an_order_that_has_not_ended_stays(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflows, "BATCH", 2)
    end(orders, *"abcdefg")
    for order_id, step in zip("abc", ("accepted", "waiting", "looking"), strict=True):
        orders._context.repository.update(order_id, step=step, not_before=time.time() + 1e9, worker="somebody")
    assert purge_now(orders) == 4
    assert kept(orders) == set("abc")


def test_the_workflow_that_is_under_way_stays(tmp_path: Path) -> None:
    kling = Kling()
    kling.gates["create"] = threading.Event()
    with orders_of(kling, tmp_path) as orders:
        orders.place_video("a", "Video", request())
        assert orders._wait("a", lambda order: order.step == "request", 10).step == "request"
        assert purge_now(orders) == 0
        assert kept(orders) == {"a"}
        kling.gates["create"].set()
        assert orders.ended("a").step == "done"
    assert len(kling.made) == 1


def test_one_that_a_person_decides_on_later_is_sent_again_all_the_same(orders: Orders) -> None:
    end(orders, "a")
    orders._context.repository.update("a", step="unknown")  # as where nobody can tell whether Kling has it
    assert purge_now(orders) == 1
    assert orders.send_again("a")
    until_ended(orders, "a", run=1)
    assert orders.ended("a").step == "done"


def test_what_the_book_has_dropped_goes_as_well(orders: Orders) -> None:
    end(orders, "a")
    assert orders._context.repository.forget(orders._context.now() + 1) == ["a"]
    assert purge_now(orders) == 1
    assert kept(orders) == set()


def test_the_other_service_on_the_same_database_is_let_be(tmp_path: Path) -> None:
    with orders_of(Kling(), tmp_path, service="test_") as first:
        end(first, "a")
    with orders_of(Kling(), tmp_path, service="test+") as second:
        end(second, "a")
        assert purge_now(second) == 1
        assert [each.workflow_id for each in aside(DBOS.list_workflows)] == ["test_ a 0"]


def test_a_start_deletes_what_ended_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with orders_of(Kling(), tmp_path) as orders:
        end(orders, "a", "b")
    purged = threading.Event()
    delete = DBOS.delete_workflows
    monkeypatch.setattr(workflows, "SETTLING", 0.0)

    def delete_and_tell(ids: list[str]) -> None:
        delete(ids)
        purged.set()

    monkeypatch.setattr(DBOS, "delete_workflows", delete_and_tell)
    with orders_of(Kling(), tmp_path) as orders:
        assert purged.wait(10)
        assert kept(orders) == set()


def test_what_ended_just_now_stays_for_whoever_is_taking_it_over(orders: Orders) -> None:
    end(orders, "a")
    before = time.time() - workflows.SETTLING
    assert aside(lambda: purge(orders._context, before, threading.Event())) == 0
    assert kept(orders) == {"a"}


@pytest.mark.parametrize("name", ["", "test", "test ", "test a", "test  0", "testa 0", "other a 0", "test a x"])
def test_a_workflow_that_is_no_order_of_ours_has_none(name: str) -> None:
    assert order_of("test", name) is None


def test_a_purge_waits_for_a_moment_without_orders(tmp_path: Path) -> None:
    kling = Kling()
    kling.gates["create"] = threading.Event()
    with orders_of(kling, tmp_path) as orders:
        assert not workflows.is_busy(orders._context)
        orders.place_video("a", "Video", request())
        assert orders._wait("a", lambda order: order.step == "request", 10).step == "request"
        assert workflows.is_busy(orders._context)
        kling.gates["create"].set()
        orders.ended("a")
        assert not workflows.is_busy(orders._context)
