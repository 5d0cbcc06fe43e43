"""How the server learns that it is to stop, and that it then does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.processes import ROOT


def served_until(*arguments: str) -> str:
    """What a server in a process of its own says, as signals are for a main thread that has no other loop."""
    command = [sys.executable, "-m", "tests.server.stopped_server", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.stderr == ""
    return ended.stdout


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_a_signal_stops_it_at_once_and_nobody_looks_ten_times_a_second(number: str) -> None:
    assert served_until(number) == "the app has ended\n0 0\n"


def test_a_browser_that_is_just_leaving_does_not_keep_the_app_from_its_end() -> None:
    assert served_until("SIGTERM", "closing") == "the app has ended\n0 0\n"
