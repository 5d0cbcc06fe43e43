"""How many places Kling has for an account, and how many others have taken; asked in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from kling.errors import KlingError
from kling.models import Capacity
from kling.models.strict import whole_number
from kling.orders.queue import Places


class CapacityReader(Protocol):
    account: str | None

    def get_capacity(self) -> Capacity: ...


class FreePlaces:
    """The last answer of each account, asked again when older than `fresh` seconds. Never waits for the network."""

    def __init__(self, clients: Callable[[str], CapacityReader], fresh: float) -> None:
        self._clients = clients
        self._fresh = fresh
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str | None, Capacity]] = {}
        self._asked: dict[str, float] = {}
        self._asking: set[str] = set()

    def of(self, account: str, tasks: frozenset[int], references: frozenset[str]) -> Places:
        """The places of an account; what is in `tasks` or has one of the references is ours."""
        self._ask_if_old(account)
        with self._lock:
            known = self._known.get(account)
        if known is None:
            return Places()
        return places_of(*known, tasks, references)

    def forget(self, account: str) -> None:
        """Ask again soon: what is known has just been shown wrong."""
        with self._lock:
            self._asked.pop(account, None)

    def _ask_if_old(self, account: str) -> None:
        with self._lock:
            now = time.monotonic()
            if account in self._asking or now - self._asked.get(account, -1e9) < self._fresh:
                return
            self._asking.add(account)
            self._asked[account] = now
        threading.Thread(target=self._ask, args=(account,), name="kling-places", daemon=True).start()

    def _ask(self, account: str) -> None:
        try:
            client = self._clients(account)
            known = (client.account, client.get_capacity())
            with self._lock:
                self._known[account] = known
        except KlingError:
            pass  # the last answer stays
        finally:
            with self._lock:
                self._asking.discard(account)


def places_of(email: str | None, capacity: Capacity, tasks: frozenset[int], references: frozenset[str]) -> Places:
    """The places of the account by that answer; what is in `tasks` or has one of the references is ours."""
    slots = [each for each in capacity.available if each.email == email] or capacity.available
    at_most = sum(each.max_jobs or 0 for each in slots[:1]) or Places().at_most
    running = [job for job in capacity.executing if job.email in (None, email) or email is None]
    others = sum(job.reply_ref not in references and task_number(job.id) not in tasks for job in running)
    return Places(at_most, others)


def task_number(job_id: object) -> int | None:
    """The task that a job at Kling is; None where its id is no number."""
    try:
        return whole_number(job_id)
    except ValueError:
        return None
