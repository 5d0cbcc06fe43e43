"""Callbacks to `replyUrl`: one daemon thread, which starts with the first task that wants any.

The thread looks at the practice API's own clock, which a test may move; so while something is due later
it looks again every `LOOK_SECONDS`, and not at all while nothing is.
"""

import contextlib
import json
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

from kling.sandbox.state.models import Task

LOOK_SECONDS = 0.1
TIMEOUT_SECONDS = 5.0
PENDING = 1000
"""Tasks with callbacks outstanding; later ones get none."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Callbacks:
    def __init__(self, now_ms: Callable[[], int], body_of: Callable[[Task], dict[str, Any]]) -> None:
        self._now_ms = now_ms
        self._body_of = body_of
        self._wake = threading.Condition()
        self._waiting: dict[int, tuple[Task, list[int]]] = {}
        """Tasks by id, each with the times (ms) at which a callback is due."""
        self._thread: threading.Thread | None = None
        # Straight to the address: no proxy of the environment, no second address.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)

    def follow(self, task: Task) -> None:
        if not task.reply_url:
            return
        with self._wake:
            if len(self._waiting) >= PENDING:
                return
            self._waiting[task.id] = (task, [task.works_at, task.ends_at])
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="kling-sandbox-callbacks", daemon=True)
                self._thread.start()
            self._wake.notify()

    def forget(self, task_id: int) -> None:
        with self._wake:
            self._waiting.pop(task_id, None)

    def clear(self) -> None:
        """Nothing more is sent, and the thread ends."""
        with self._wake:
            self._waiting.clear()
            self._thread = None
            self._wake.notify()

    def _run(self) -> None:
        while (due := self._next_due()) is not None:
            for task in due:
                self._send(task)

    def _next_due(self) -> list[Task] | None:
        """Waits for tasks that have something to say; None when this thread is no longer wanted."""
        with self._wake:
            while self._thread is threading.current_thread():
                due = [self._take(task, times) for task, times in list(self._waiting.values())]
                if tasks := [task for task in due if task is not None]:
                    return tasks
                self._wake.wait(LOOK_SECONDS if self._waiting else None)
        return None

    def _take(self, task: Task, times: list[int]) -> Task | None:
        now = self._now_ms()
        if now < times[0]:
            return None
        # When the clock jumped over both there is one state to tell, the last.
        times[:] = [time for time in times if time > now]
        if not times:
            del self._waiting[task.id]
        return task

    def _send(self, task: Task) -> None:
        body = {**self._body_of(task), "replyRef": task.reply_ref}
        request = urllib.request.Request(
            str(task.reply_url), json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        # Whoever does not listen misses it, as upstream.
        with contextlib.suppress(Exception), self._opener.open(request, timeout=TIMEOUT_SECONDS):
            pass
