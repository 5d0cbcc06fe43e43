"""Where a case of a trial plays: a service of its own, its workers, its orders; and the count at its end."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.trials.processes import Cluster, SilentError, Worker, cluster
from tests.bench.trials.service import Faults, Service
from tests.bench.trials.serving import serving

SCALE = 0.1
"""Trial time to real time, unless asked for the real one; faults of the service and `Pace` alike."""
PATIENCE = 45.0
"""Seconds without any change until what has not ended is stuck; a scaled search takes 18 at most."""


class Count(NamedTuple):
    """What became of orders, by what was really made; an order with a paid task it does not know is lost."""

    orders: int = 0
    lost: int = 0
    double: int = 0
    asked: int = 0
    stuck: int = 0

    def plus(self, other: Count) -> Count:
        return Count(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


@dataclass
class Stage:
    """One case: `service` to set the faults of, `scale` to shorten times with."""

    folder: Path
    scale: float
    chance: random.Random
    stack: ExitStack
    service: Service = field(default_factory=Service)
    ids: list[str] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    must_speak: bool = False
    """An order that says nothing to a person, though something is wrong for good, counts as stuck."""
    notes: list[str] = field(default_factory=list)
    api: str = ""
    kept: Count | None = None

    def faults(self, **which: Any) -> None:
        self.service.faults = Faults(**which)

    def worker(self, home: str = "data", database: str = "", **options: Any) -> Worker:
        """A process that is ready to start. Each `home` is a data folder of its own."""
        data = self.folder / home
        data.mkdir(exist_ok=True)
        url = database or f"sqlite:///{data}/orders.sqlite"
        what = {"folder": str(data / "orders"), "database": url, "api": self.api, "scale": self.scale}
        worker = Worker(self.folder / "workers.log", **{**what, **options})
        self.stack.callback(worker.kill)
        self.workers.append(worker)
        return worker

    def restart(self, worker: Worker, **options: Any) -> Worker:
        """The same once more after a `kill -9`; `options` as for `worker`."""
        worker.kill()
        self.workers.remove(worker)
        again = self.worker(**options)
        again.ask("start")
        return again

    def place(self, worker: Worker, count: int, **options: Any) -> list[str]:
        ids = [f"order-{len(self.ids) + number}" for number in range(count)]
        worker.ask("place", ids=ids, **options)
        self.ids += ids
        return ids

    def postgres(self) -> Cluster:
        return self.stack.enter_context(cluster())

    def steps(self) -> dict[str, Any]:
        """How the orders stand, by any worker that answers; empty when none does."""
        for worker in self.workers:
            if worker.is_alive:
                with suppress(SilentError):
                    found: dict[str, Any] = worker.ask("look", 10.0, ids=self.ids)
                    return found
        return {}

    def wait(self, enough: Callable[[], bool], seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not (is_enough := enough()) and time.monotonic() < until:
            time.sleep(0.05)
        return is_enough

    def wait_for_steps(self, ids: Sequence[str], *steps: str, seconds: float = 20.0) -> bool:
        return self.wait(lambda: all(self.steps().get(each, {}).get("step") in steps for each in ids), seconds)

    def until_ended(self, seconds: float = PATIENCE) -> None:
        """Wait until nothing more will happen, or for so long after the last change that anybody saw."""
        seconds = max(seconds, PATIENCE * self.scale / SCALE)
        began = changed_at = time.monotonic()
        seen: Any = None
        while time.monotonic() < min(changed_at + seconds, began + 3 * seconds):
            steps = self.steps()
            is_over = len(steps) == len(self.ids) and all(self._is_at_rest(each) for each in steps.values())
            if is_over and not self.service.coming:
                return
            if seen != (steps, self.service.paid()):
                seen, changed_at = (steps, self.service.paid()), time.monotonic()
            time.sleep(0.3)

    def _is_at_rest(self, order: dict[str, Any]) -> bool:
        return bool(order["says"] if self.must_speak else order["is_ended"])

    def keep_count(self) -> None:
        """Count now, as the workers are about to go."""
        self.kept = self.count()

    def count(self) -> Count:
        """By the service's own record, and by how the orders stand."""
        if self.kept is not None:
            return self.kept
        steps, paid = self.steps(), self.service.paid()
        if not steps:
            self.notes.append("no worker answers how its orders stand")
        total = Count(len(self.ids))
        for each in self.ids:
            total = total.plus(self._of(steps.get(each), paid.get(each, [])))
        return total

    def _of(self, order: dict[str, Any] | None, paid: list[int]) -> Count:
        """One order. Paid twice it is double; else lost, where nothing is paid, or it does not hold
        what is paid, or has ended as if nothing were."""
        if order is None:
            return Count(lost=int(bool(paid)), stuck=1)
        is_asking, double = order["step"] == "unknown", int(len(paid) > 1)
        is_stuck = not self._is_at_rest(order) and not order["is_timed"] and not self._is_being_made(order)
        is_lost = order["task"] not in paid or order["step"] in ("gone", "refused", "cancelled")
        has_lost = is_lost and not double and not is_asking and (bool(paid) or not is_stuck)
        return Count(0, int(has_lost), double, int(is_asking), int(is_stuck))

    def _is_being_made(self, order: dict[str, Any]) -> bool:
        return not self.must_speak and order["step"] == "accepted" and self.service.is_under_way(order["task"])


@contextmanager
def stage(folder: Path, seed: str, scale: float) -> Iterator[Stage]:
    with ExitStack() as stack:
        chance = random.Random(seed)
        service = Service(seed=chance.randrange(10**9))
        yield Stage(folder, scale, chance, stack, service, api=stack.enter_context(serving(service)))
