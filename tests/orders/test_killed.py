"""Orders in processes that are killed: nothing is lost, nothing is paid twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from kling.orders.records import ENDED
from tests.databases import Database
from tests.orders.worker_process import orders_of
from tests.orders.worker_processes import Worker, lever, practice_api, prompts_at

IDS = [f"order-{number}" for number in range(8)]


def until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    """Ask again and again, and leave the processor to those who are asked."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)


def assert_made_once(api: str, steps: Mapping[str, str]) -> None:
    """Each was made once, but for those that were killed before a byte had left: nobody can know, a person is asked."""
    assert set(steps.values()) <= {"done", "unknown"}, steps
    assert prompts_at(api) == sorted(order_id for order_id, step in steps.items() if step == "done")


def test_a_process_killed_again_and_again_loses_nothing_and_pays_once(tmp_path: Path) -> None:
    chance = random.Random(6)
    database = f"sqlite:///{tmp_path}/orders.sqlite"
    with practice_api(1.0) as api:
        for _ in range(6):
            worker = Worker(tmp_path, database, api, *IDS).until_ready()
            seen = len(prompts_at(api))
            until(lambda seen=seen: len(prompts_at(api)) > seen or chance.random() < 0.2)  # type: ignore[misc]
            worker.kill()
        orders = orders_of(tmp_path, database, api)
        orders.start()
        try:
            steps = {order_id: orders.ended(order_id, 90).step for order_id in IDS}
        finally:
            orders.stop()
        assert_made_once(api, steps)


def test_a_process_killed_between_the_request_and_its_answer_does_not_send_it_again(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/orders.sqlite"
    with practice_api(1.0) as api:
        lever(api, "trouble", kind="slow", seconds=2.0, method="POST", path="motion-create", times=1)
        worker = Worker(tmp_path, database, api, "a").until_ready()
        reader = orders_of(tmp_path, database, api)
        reader.store.open()
        until(lambda: (reader._context.repository.get("a") or {}).get("step") == "request")
        worker.kill()
        reader.start()
        try:
            ended = reader.ended("a", 90).step
        finally:
            reader.stop()
        assert_made_once(api, {"a": ended})


def test_two_processes_on_one_postgresql_share_a_line_and_one_goes_on_for_the_other(
    tmp_path: Path, postgresql: Database
) -> None:
    database = postgresql.url
    with practice_api(1.0) as api:
        first = Worker(tmp_path, database, api, *IDS).until_ready()
        second = Worker(tmp_path, database, api, "one more").until_ready()
        until(lambda: len(prompts_at(api)) >= 3)
        first.kill()
        reader = orders_of(tmp_path, database, api)
        find = reader._context.repository.find
        until(lambda: all(order["step"] in ENDED for order in find()))
        second.stop()
        steps = {order["id"]: order["step"] for order in find()}
        assert steps.keys() == {*IDS, "one more"}
        assert_made_once(api, steps)
        reader.store.close()
