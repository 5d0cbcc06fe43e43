"""Two dashboards on one PostgreSQL, each with a data folder of its own as on two machines."""

from __future__ import annotations

import time

from tests.bench.trials.lists import Case
from tests.bench.trials.processes import Worker
from tests.bench.trials.stage import Stage

POST_SECONDS = 15
"""How long a paid request takes here, in real time."""

UNHURRIED = 2.0
"""Of the usual scale: looks at the line come every second, however short the rest is."""


def two_workers(stage: Stage, count: int, **options: object) -> tuple[Worker, Worker]:
    """The first holds all the orders ready, as others take every place; the second has come later."""
    database = stage.postgres().url
    stage.service.max_jobs = stage.service.others_running = count
    first = stage.worker("first", database, **options)
    second = stage.worker("second", database)
    first.ask("start")
    ids = stage.place(first, count)
    assert stage.wait_for_steps(ids, "ready"), "the orders were not made ready"
    second.ask("start")
    time.sleep(5 * stage.scale)  # each has heard of the other
    return first, second


def paused_in_line(wakes_in_request: bool) -> Case:
    """Asleep for 13 to 18 s; the places become free meanwhile, and the other may be just sending when it wakes."""

    def play(stage: Stage) -> None:
        first, _ = two_workers(stage, 3)
        stage.faults(thinks=POST_SECONDS * stage.scale)
        free_at, wakes_at = stage.chance.uniform(8, 15), stage.chance.uniform(13, 18)
        first.pause()
        time.sleep(free_at * stage.scale)
        stage.service.others_running = 0
        if wakes_in_request:
            stage.service.posting.wait(30 * stage.scale)
        else:
            time.sleep(max(0.0, wakes_at - free_at) * stage.scale)
        first.resume()
        stage.until_ended()

    return play


def paused_before_request(stage: Stage) -> None:
    """Asleep for 40 to 90 s with the turn given and nothing sent."""
    stage.scale = min(1.0, stage.scale * UNHURRIED)
    first, _ = two_workers(stage, 1, sleeps=True)
    stage.service.others_running = 0
    first.event(30)
    first.is_paused = True
    time.sleep(stage.chance.uniform(40, 90) * stage.scale)
    first.resume()
    stage.until_ended()
    time.sleep(3.0)  # whatever it was about to send has left
    stage.until_ended()


def clocks_apart(offset: float) -> Case:
    """One of the two is ahead of the other by 12 s, or behind."""

    def play(stage: Stage) -> None:
        database = stage.postgres().url
        stage.faults(thinks=3 * stage.scale)
        workers = [
            stage.worker("first", database),
            stage.worker("second", database, offset=offset * stage.scale),
        ]
        for each in workers:
            each.ask("start")
        for _ in range(3):
            for each in workers:
                stage.place(each, 3)
            time.sleep(stage.chance.uniform(0, 10) * stage.scale)
        stage.until_ended()

    return play


PAUSED_IN_LINE = [paused_in_line(True), paused_in_line(True), paused_in_line(False), paused_in_line(False)]
PAUSED_BEFORE_REQUEST = [paused_before_request] * 3
CLOCKS_APART = [clocks_apart(12), clocks_apart(-12)]
