"""Another account of the same machine, which reads what lies in the data folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import requests

from kling.data_folder import make_private
from tests.processes import dashboard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights than these")


def open_to_others(folder: Path) -> list[Path]:
    return [path for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077]


def test_nothing_in_it_can_be_read_by_others_not_even_what_an_older_version_left(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "uploads").mkdir(parents=True)
    (folder / "uploads" / "0.mp4").write_bytes(b"x")
    (folder / "orders.sqlite").write_bytes(b"")
    (folder / "uploads" / "0.mp4").chmod(0o644)
    folder.chmod(0o755)
    with dashboard(folder) as server:
        assert requests.get(f"{server.url}/healthz", timeout=30).status_code == 200
        assert open_to_others(folder) == []


def test_what_is_not_ours_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.umask", lambda mask: None)  # of the process that runs the tests
    other = tmp_path / "notes.txt"
    other.write_text("x", encoding="ascii")
    other.chmod(0o644)
    link = tmp_path / "uploads"
    link.symlink_to(tmp_path.parent)
    before = tmp_path.parent.stat().st_mode
    make_private(tmp_path)
    assert (other.stat().st_mode & 0o777, tmp_path.parent.stat().st_mode) == (0o644, before)
    assert tmp_path.stat().st_mode & 0o777 == 0o700
