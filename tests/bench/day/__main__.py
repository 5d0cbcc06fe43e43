"""A day in an hour: `python -m tests.bench.day --minutes 60 [--database postgresql]`.

50 people with their pages open over the real socket: 35 look at Tasks, 10 place 300 orders by the form on Create, 5
send clips of 20 MB on Upload. 20 faults of the upstream; 6 restarts of the dashboard, every second one by `kill -9`; 30
seconds without a network; PostgreSQL restarted once. Fewer minutes are the same day, faster.

A restart begins with fresh memory, so all six are in the first half of the day, and memory is compared within the one
life that the second half is: from a sixth of the day after its start to its end. The network and PostgreSQL fail in
between. Threads and open files likewise, as the fewest of some seconds; and once more when everybody has gone.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import stage
from tests.bench.day import table
from tests.bench.day.books import Books
from tests.bench.day.course import play
from tests.bench.day.dashboard_process import DashboardProcess
from tests.bench.trials.processes import Cluster, cluster

PLACES = 5


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[tuple[str, Cluster | None]]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/data/orders.sqlite", None
        return
    with cluster() as found:
        yield found.url, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", action="store_true", help="leave the folder with the log and the data")
    options = parser.parse_args()
    seconds = options.minutes * 60
    folder = Path(tempfile.mkdtemp(prefix="kling-day-"))
    usual = ["--new", "0", "--places", str(PLACES), "--seconds", f"{seconds / 180:.2f}"]
    stage.sign_in.update(stage.SIGN_IN)
    print(f"log and data in {folder}", flush=True)
    with stage.upstream(100, *usual) as upstream, database_of(options.database, folder) as (url, database):
        kling = stage.Server(f"http://127.0.0.1:{stage.free_port()}", 0)
        settings = stage.settings_for(kling) | {"KLING_DATA_DIR": f"{folder}/data", "KLING_DATABASE_URL": url}
        (folder / "data").mkdir()
        dashboard = DashboardProcess(folder, settings)
        try:
            day, samples, team = asyncio.run(play(seconds, dashboard, upstream, database))
            table.show(day, samples, team, Books(url, upstream.url).outcome(team.seen.placed))
        finally:
            dashboard.end(signal.SIGTERM)
    if not options.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
