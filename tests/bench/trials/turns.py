"""A turn that is acted upon late."""

from __future__ import annotations

from tests.bench.trials.stage import Stage


def stale(stage: Stage) -> None:
    """Starting an order's work takes 0.5 to 1 s more, while the service is busy now and then."""
    stage.faults(first="busy", thinks=0.3)
    worker = stage.worker(stale=(0.5, 1.0))
    worker.ask("start")
    stage.place(worker, 24)
    stage.until_ended()


STALE = [stale] * 2
