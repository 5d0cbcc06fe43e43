"""Faults of what the service shows: pages, lateness, shapes, strangers, its clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.trials.stage import Stage

Case = Callable[[Stage], None]


def lost_answers(count: int, seconds: float = 5, **faults: Any) -> Case:
    """Orders whose first paid request is cut off, while the service shows things as told; a video takes `seconds`."""

    def play(stage: Stage) -> None:
        stage.service.seconds, stage.service.max_jobs = seconds * stage.scale, 10
        stage.service.stranger_seconds = 200 * stage.scale
        late = {name: value * stage.scale for name, value in faults.items() if name in ("later", "shown_after")}
        stage.faults(**{"first": "dropped", **faults, **late})
        worker = stage.worker()
        worker.ask("start")
        stage.place(worker, count)
        stage.until_ended()

    return play


def undisturbed(stage: Stage) -> None:
    """Nothing is wrong: what a trial shows here would be its own fault."""
    worker = stage.worker()
    worker.ask("start")
    stage.place(worker, 6)
    stage.until_ended()


CONTROL = [undisturbed, lost_answers(6), lost_answers(6, first="never made")]
CAPPED = [lost_answers(6, page=50, newer=60)]
LATE = [
    *(lost_answers(7, shown_after=seconds) for seconds in (25, 60, 120)),
    lost_answers(5, first="made later", later=35),
]
SHAPES: list[dict[str, Any]] = [
    {"missing": "inputs"},
    {"missing": "type"},
    {"missing": "taskInfo"},
    {"is_cdn_moved": True},
    {"is_prompt_respelt": True},
]
UNLIKE = [lost_answers(3, jobs="none", **shape) for shape in SHAPES]
UNLIKE_RUNNING = [lost_answers(3, 200, **shape) for shape in SHAPES]
UNTOLD = [lost_answers(6, jobs="none"), lost_answers(6, jobs="none", first="never made")]
STRANGERS = [lost_answers(6, first="never made", stranger=shown) for shown in ("hidden", "shown")]
CLOCK = [lost_answers(11, jitter=1.5), lost_answers(11, step_back=600)]
