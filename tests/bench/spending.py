"""What the page Spending costs with 100 people and 20,000 orders in a month: `python -m tests.bench.spending`.

SQLite in a folder of its own, the orders as Kling's answers leave them. The first look reads everything; every further
one within half a minute works on the same table.
"""

from __future__ import annotations

import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from kling.orders.months import month_of
from pages.ui.session import shared
from pages.ui.spending import charts, files, frame
from pages.ui.spreadsheets import as_csv, as_excel
from tests.orders import history

ORDERS, PERSONS, TIMES = 20_000, 100, 5
ZONE = "Europe/Berlin"


def ms(work: Callable[[], object], times: int = TIMES) -> float:
    """The median of so many."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def row(what: str, took: float) -> None:
    print(f"{what:<76}{took:>10.0f} ms", flush=True)


def measure() -> None:
    orders = shared.orders()
    orders.start()
    month = month_of(time.time(), ZoneInfo(ZONE))
    persons = [f"person-{number}@example.com" for number in range(PERSONS)]
    history.add(orders, history.rows(ORDERS, persons, month.start, month.end - 1, shared.service()))
    row(f"the rows of {ORDERS} orders out of the database", ms(lambda: orders.spending.entries(month)))
    row("the table of the month, the first look of a process", ms(lambda: frame.of_month(month, ZONE), 1))

    def anew() -> None:
        frame.of_month.clear()
        frame.of_month(month, ZONE)

    row("the same read anew, once in half a minute for everybody", ms(anew))
    whole = frame.of_month(month, ZONE)
    for what, person in (("an admin's", None), ("a maker's", persons[0])):
        row(f"{what} names and sums, every look", ms(lambda person=person: draw(person)))  # type: ignore[misc]
    table = frame.seen_by(whole, None)
    row("all orders as CSV, on a click", ms(lambda: io.BytesIO(as_csv(frame.for_file(table, ZONE))), 1))
    row("all orders and sums as Excel, on a click", ms(lambda: as_excel(files.sheets(table, ZONE)), 1))
    orders.stop()


def draw(person: str | None) -> None:
    """What a run of the page works out."""
    month = month_of(time.time(), ZoneInfo(ZONE))
    seen = frame.seen(month, ZONE, person)
    seen.once(charts.few_a_day, month, ZONE, "who")
    for name in ("who", "made_by", "motion"):
        seen.once(frame.sums, name)
    seen.once(frame.failures)
    seen.once(frame.times)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="kling-spending-") as folder:
        os.environ["KLING_DATA_DIR"] = str(Path(folder))
        measure()
