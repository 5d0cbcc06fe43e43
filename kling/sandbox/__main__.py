"""``python -m kling.sandbox --port 8787``: the practice API alone, until Ctrl+C."""

import argparse
import math
import signal
import time
from collections.abc import Sequence

from kling.sandbox.api.middleware import PREFIX
from kling.sandbox.app import PRACTICE_EMAIL, TOKEN, create_app
from kling.sandbox.server import serve
from kling.sandbox.state.models import AccountSetup
from kling.sandbox.state.settings import GENERATIONS, Listing

LOOK_SECONDS = 0.1


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m kling.sandbox", description="A practice API for Kling.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8787)
    parser.add_argument("--seconds", type=float, default=20.0, help="what a video takes")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--account", action="append", metavar="EMAIL", help="may be given several times")
    parser.add_argument("--max-jobs", type=int, default=5, help="slots of each account")
    parser.add_argument(
        "--generation", type=int, choices=GENERATIONS, default=1, help="motions are 1 templates, 2 reference videos"
    )
    parser.add_argument("--late", type=float, default=0.0, metavar="SECONDS", help="tasks are listed so long after")
    parser.add_argument("--page-limit", type=int, default=100, help="tasks that a page of the list holds at most")
    options = parser.parse_args(arguments)
    wrong = next((sentence for is_wrong, sentence in refusals(options) if is_wrong), None)
    return options if wrong is None else parser.error(wrong)


def refusals(options: argparse.Namespace) -> list[tuple[bool, str]]:
    """Whether a number is one that cannot be, and what to say then."""
    return [
        (not 0 <= options.port <= 65535, "--port must be from 0 to 65535"),
        (not 0 <= options.seconds < math.inf, "--seconds must be a number from 0 on"),
        (options.max_jobs < 1, "--max-jobs must be 1 or more"),
        (not 0 <= options.late < math.inf, "--late must be a number from 0 on"),
        (options.page_limit < 1, "--page-limit must be 1 or more"),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    options = parse(arguments)
    accounts = [AccountSetup(email, options.max_jobs) for email in options.account or [PRACTICE_EMAIL]]
    app = create_app(
        token=options.token,
        accounts=accounts,
        seconds=options.seconds,
        generation=options.generation,
        listing=Listing(options.late, options.page_limit),
    )
    endings: list[int] = []
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda number, _: endings.append(number))
    with serve(app, options.host, options.port) as origin:
        print(f"Practice API at {origin}{PREFIX}, token {options.token}", flush=True)
        # No event: its `set` in a signal handler can meet its own `wait`, and a wait without an end is not
        # woken where the system gives the signal to another thread.
        while not endings:
            time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
