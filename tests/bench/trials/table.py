"""The table of trials: what each is, what it showed before, and what it shows now."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.bench.trials import lists, refusals, storage, turns, two
from tests.bench.trials.lists import Case
from tests.bench.trials.stage import SCALE, Count, stage


@dataclass(frozen=True)
class Trial:
    """Cases that play at the same time, each with its own service and processes."""

    name: str
    cases: Sequence[Case]
    before: str
    """Orders, and what became of them, as first reported."""


TRIALS = [
    Trial("nothing wrong", lists.CONTROL, "18: none, a control"),
    Trial("database restarted", storage.RESTARTED, "48: 27 stuck, 21 lost"),
    Trial("database locked", storage.LOCKED, "38: 38 stuck, 5 orphaned"),
    Trial("paused in line", two.PAUSED_IN_LINE, "12: 4 double"),
    Trial("paused before request", two.PAUSED_BEFORE_REQUEST, "3: 3 double"),
    Trial("clocks apart", two.CLOCKS_APART, "36: 31 stuck, 1 double"),
    Trial("capped pages", lists.CAPPED, "6: 6 double"),
    Trial("late tasks", lists.LATE, "26: 26 double"),
    Trial("unlike tasks", lists.UNLIKE, "15: 15 double"),
    Trial("unlike running tasks", lists.UNLIKE_RUNNING, "15: 15 double"),
    Trial("jobs not shown", lists.UNTOLD, "12: none"),
    Trial("strangers", lists.STRANGERS, "12: 12 lost"),
    Trial("service's clock", lists.CLOCK, "22: 8 double"),
    Trial("unknown at first", refusals.UNKNOWN_AT_FIRST, "6: 6 gone, paid and made"),
    Trial("unclear refusals", refusals.UNCLEAR, "18: 6 refused but made, 9 double"),
    Trial("disk full", storage.FULL, "10: 9 stuck, half-written files"),
    Trial("stale turn", turns.STALE, "161: 3 stuck, 1 orphaned, 2 lost"),
    Trial("without good end", refusals.WITHOUT_GOOD_END, "12: nothing is said"),
]
AT_ONCE = os.cpu_count() or 1
"""Cases that play at a time: mostly they wait."""
HEAD = f"{'trial':<24}{'seed':>5}{'orders':>8}{'lost':>6}{'double':>8}{'asked':>7}{'stuck':>7}{'seconds':>9}   before"


def play(trial: Trial, seed: int, scale: float) -> Count:
    """Every case of a trial, and print its line."""
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbered = [pool.submit(_play_case, trial, number, seed, scale) for number in range(len(trial.cases))]
    total, is_played = Count(), True
    notes: list[str] = []
    for each in numbered:
        count, said, is_whole = each.result()
        total, notes, is_played = total.plus(count), [*notes, *said], is_played and is_whole
    took = time.monotonic() - began
    verdict = "met" if not total.lost + total.double + total.stuck else "MISSED"
    figures = f"{total.orders:>8}{total.lost:>6}{total.double:>8}{total.asked:>7}{total.stuck:>7}{took:>9.0f}"
    print(
        f"{trial.name:<24}{seed:>5}{figures}   {trial.before:<36}{verdict if is_played else 'NOT PLAYED'}", flush=True
    )
    for note in notes:
        print(f"    {note}", flush=True)
    return total


def _play_case(trial: Trial, number: int, seed: int, scale: float) -> tuple[Count, list[str], bool]:
    """A case that fails in itself counts what it placed, and says why; and whether it was played to its end."""
    is_whole = True
    with (
        tempfile.TemporaryDirectory(prefix="kling-trial-") as folder,
        stage(Path(folder), f"{trial.name} {number} {seed}", scale) as place,
    ):
        try:
            trial.cases[number](place)
        except Exception:
            is_whole = False
            place.notes.append(f"case {number}: {traceback.format_exc(limit=-1).splitlines()[-1]}")
        return place.count(), place.notes, is_whole


def main(*wanted: str) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.orders")
    parser.add_argument("--trials", action="store_true", help="all of them")
    parser.add_argument("--trial", action="append", default=[], choices=[each.name for each in TRIALS])
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds")
    parser.add_argument("--real-time", action="store_true", help="nothing shortened")
    options = parser.parse_args(wanted)
    print(HEAD, flush=True)
    for seed in range(options.seed, options.seed + options.seeds):
        for trial in TRIALS:
            if not options.trial or trial.name in options.trial:
                play(trial, seed, 1.0 if options.real_time else SCALE)
