"""While nothing is under way little is asked for; DBOS's insides are those that are set for that."""

from __future__ import annotations

import inspect
import threading
from pathlib import Path

import sqlalchemy as sa
from dbos import _dbos, _queue, _scheduler, _workflow_commands
from dbos._dbos import _get_dbos_instance, _get_or_create_dbos_registry

from kling.errors import PaymentNeeded
from kling.orders.runtime import UNUSED_SECONDS
from kling.store import MotionNames
from tests.orders.test_workflows import until_ended
from tests.orders.upstream import Kling, orders_of, request


def test_dbos_looks_rarely_for_what_is_not_used(tmp_path: Path) -> None:
    with orders_of(Kling(), tmp_path):
        assert _get_or_create_dbos_registry().get_internal_queue()._polling_interval_sec == UNUSED_SECONDS
        assert _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC == UNUSED_SECONDS
        assert _scheduler._STARTUP_FAST_POLL_DURATION_SEC == 0
        assert _get_dbos_instance()._sys_db.list_queues(application_name="kling-orders") == []
        assert not [thread for thread in threading.enumerate() if "run_notif" in thread.name]


def test_these_are_what_dbos_goes_by() -> None:
    launch = inspect.getsource(_dbos.DBOS._launch)
    assert "_sys_db.run_notification_listener" in launch
    assert "_sys_db.run_notifier" in launch
    assert "_polling_interval_sec" in inspect.getsource(_queue.queue_worker_thread)
    assert "_STARTUP_FAST_POLL_DURATION_SEC" in inspect.getsource(_scheduler.dynamic_scheduler_loop)
    assert "_sys_db.list_queues(" in inspect.getsource(_queue.queue_thread)
    assert "_BACKGROUND_JOBS_INTERVAL_SEC" in inspect.getsource(_workflow_commands.background_jobs_thread)


def test_an_empty_queue_is_asked_for_once_after_a_change(tmp_path: Path) -> None:
    asked: list[str] = []

    def note(*told: object) -> None:
        if threading.current_thread() is threading.main_thread():
            asked.append(str(told[2]))

    with orders_of(Kling(), tmp_path) as orders:
        engine = orders._engine
        assert engine is not None
        orders.place_video("a", "Video", request())
        until_ended(orders, "a")
        sa.event.listen(orders.store.engine, "before_cursor_execute", note)
        engine.give_turns()
        asked.clear()
        engine.give_turns()
        assert not asked
        MotionNames(orders.store, "test").give("m", "Wave")
        asked.clear()
        engine.give_turns()
        assert len(asked) == 1
        orders._context.holds.hold("ann@kling.example", PaymentNeeded(402, "no credits"))
        asked.clear()
        engine.give_turns()
        assert any("DELETE FROM kling_lines" in statement for statement in asked), "an account nobody waits for is free"
