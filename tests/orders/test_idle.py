"""What DBOS polls for in vain is polled for rarely; its insides are those that are set for it."""

from __future__ import annotations

import inspect
from pathlib import Path

from dbos import _queue, _scheduler, _workflow_commands
from dbos._dbos import _get_dbos_instance, _get_or_create_dbos_registry

from kling.orders.runtime import UNUSED_SECONDS
from tests.orders.upstream import Kling, orders_of


def test_dbos_looks_rarely_for_what_is_not_used(tmp_path: Path) -> None:
    with orders_of(Kling(), tmp_path):
        assert _get_or_create_dbos_registry().get_internal_queue()._polling_interval_sec == UNUSED_SECONDS
        assert _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC == UNUSED_SECONDS
        assert _scheduler._STARTUP_FAST_POLL_DURATION_SEC == 0
        assert _get_dbos_instance()._sys_db.list_queues(application_name="kling-orders") == []


def test_these_are_what_dbos_goes_by() -> None:
    assert "_polling_interval_sec" in inspect.getsource(_queue.queue_worker_thread)
    assert "_STARTUP_FAST_POLL_DURATION_SEC" in inspect.getsource(_scheduler.dynamic_scheduler_loop)
    assert "_sys_db.list_queues(" in inspect.getsource(_queue.queue_thread)
    assert "_BACKGROUND_JOBS_INTERVAL_SEC" in inspect.getsource(_workflow_commands.background_jobs_thread)
