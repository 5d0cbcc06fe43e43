"""The one table at the end of a day."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.board.rows import Row, quantile
from tests.bench.day.books import Outcome
from tests.bench.day.course import Day
from tests.bench.day.figures import Samples, fewest_files, fewest_threads, memory_of, of_last_life, read_log
from tests.bench.day.people import Team

SIXTHS = 6
WINDOW = 1 / 30
"""Of the day: what the figures of a moment are taken from."""


def show(day: Day, samples: Samples, team: Team, outcome: Outcome) -> None:
    print("| | | | reach |\n| --- | --- | --- | --- |")
    for rows in (of_process(day, samples), of_people(day, team), of_orders(team, outcome), of_log(day)):
        for row in rows:
            print(row, flush=True)
    for what, which in (("lost", outcome.lost), ("double", outcome.double)):
        if which:
            print(f"{what}: {which}", flush=True)


def of_process(day: Day, samples: Samples) -> Iterator[Row]:
    for number in range(1, SIXTHS + 1):
        at = number * day.seconds / SIXTHS
        found = samples.before(at, day.seconds * WINDOW)
        age = f"process of {found[-1].age / 60:.1f} min"
        yield Row(f"memory after {at / 60:.1f} min, MB", f"{memory_of(found):.1f}", age)
    moments = of_last_life(samples, day.seconds, day.seconds * WINDOW)
    warm, last, gone = (memory_of(each) for each in moments)
    grown = f"{warm:.1f} → {last:.1f} ({last / warm - 1:+.1%})"
    yield Row("memory of the last process: warm, at the end, all gone, MB", grown, f"{gone:.1f}", "± 5 %")
    for what, count in (("threads", fewest_threads), ("open files", fewest_files)):
        warm, last, gone = (count(each) for each in moments)
        yield Row(f"{what}: the same", f"{warm} → {last}", str(gone), "no more")


def of_people(day: Day, team: Team) -> Iterator[Row]:
    seen, found = team.seen, [1000 * each for each in team.seen.ticks]
    yield Row("ticks: p50 / p95, ms", f"{quantile(found, 0.5):.0f} / {quantile(found, 0.95):.0f}", f"of {len(found)}")
    yield Row("upstream calls a minute", f"{day.calls * 60 / day.seconds:.1f}")
    yield Row(
        "times people came back, waited in vain, read something else",
        f"{seen.came_back}, {seen.silent}, {seen.refused}",
    )
    yield Row("exceptions on pages", str(sum(len(person.errors) for person in team.everybody)), reach="0")
    gently = [(took, code) for how, took, code in day.ends if how == "SIGTERM"]
    codes = ", ".join(str(code) for _, code in gently)
    yield Row("longest stop by SIGTERM, s", f"{max(took for took, _ in gently):.1f}", f"exit codes {codes}", "≤ 20, 0")


def of_orders(team: Team, outcome: Outcome) -> Iterator[Row]:
    yield Row("orders placed, clips sent", f"{len(team.seen.placed)}, {team.seen.sent}", reach="300, 30")
    steps = ", ".join(f"{count} {step}" for step, count in outcome.steps.most_common())
    yield Row("made by the book", str(outcome.made), steps)
    yield Row(
        "lost / double / unsure",
        f"{len(outcome.lost)} / {len(outcome.double)} / {outcome.steps['unknown']}",
        "",
        "0 / 0 / -",
    )


def of_log(day: Day) -> Iterator[Row]:
    log = read_log(day.dashboard.log)
    yield Row("tracebacks in the log", str(log.tracebacks), reach="0")
    for kind, count in log.kinds.most_common():
        yield Row(f"log: {kind}", str(count))
