"""Answers that say less, or something else, than what happened."""

from __future__ import annotations

from tests.bench.trials.lists import Case, lost_answers
from tests.bench.trials.stage import Stage

HURRIED = 0.2
"""Of the usual scale: what says "long after its expected time" may take many minutes."""


def unknown_at_first(stage: Stage) -> None:
    """Accepted, and for a while `GET /tasks/<id>` says 404."""
    stage.faults(known_after=12 * stage.scale)
    worker = stage.worker()
    worker.ask("start")
    stage.place(worker, 6)
    stage.until_ended()


def without_good_end(end: str) -> Case:
    """A task that never ends, or ends without works: a person must be told."""

    def play(stage: Stage) -> None:
        stage.scale *= HURRIED
        stage.must_speak, stage.service.max_jobs = True, 10
        stage.faults(end=end)
        worker = stage.worker()
        worker.ask("start")
        stage.place(worker, 6)
        stage.until_ended()

    return play


UNCLEAR = [lost_answers(6, first=first) for first in ("error in 200", "429", "596")]
UNKNOWN_AT_FIRST = [unknown_at_first]
WITHOUT_GOOD_END = [without_good_end("never"), without_good_end("no works")]
