"""A click is answered, and the page that is asked for right after it is the one shown."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.processes import ROOT


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("while the part is drawn", " second page"),
        ("while the part is drawn, with a tick", " part, paid"),
        ("as a run ends", " second page"),
        ("as it turns the page", " second page"),
        ("before it is answered", " second page"),
        ("while it is answered", " second page"),
        ("where the part was", " first page"),
        ("in going away", ""),
    ],
)
def test_no_click_is_lost_whatever_is_asked_for_in_the_same_moment(moment: str, shown: str) -> None:
    """In a process of its own, for Streamlit's runtime is there once and for all."""
    command = [sys.executable, "-m", "tests.server.unlucky_click", moment]
    heard = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (heard.stdout, heard.stderr) == (f"1{shown}\n", "")
