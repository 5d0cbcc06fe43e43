"""The practice API alone, with credits for any order: `python -m tests.orders.upstream_app <port> <seconds>`."""

from __future__ import annotations

import sys

from kling.sandbox import PRACTICE_EMAIL, AccountSetup, create_app, serve
from tests.orders.worker_process import TOKEN


def main(port: str, seconds: str) -> None:
    accounts = [AccountSetup(PRACTICE_EMAIL, max_jobs=5, credits=1_000_000)]
    with serve(create_app(token=TOKEN, accounts=accounts, seconds=float(seconds)), port=int(port)) as origin:
        print(origin, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
