"""The lock names everything that is required, with hashes, and nothing of the machine that it was made on."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE))


def test_each_requirement_is_locked_at_a_version_that_fits() -> None:
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        name, version = re.findall(r"^([\w.-]+)[~=]=([\d.]+)", line)[0]
        series = version.rpartition(".")[0]
        assert LOCKED[name].startswith(f"{series}."), f"{name}: make requirements.lock anew"


def test_each_has_hashes_and_no_address() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry.split("\n")[0])
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK
