"""Another account of the same machine, which reads what lies in the data folder."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from kling.data_folder import check_writable, make_private
from kling.errors import NotConfigured
from tests.processes import ROOT, dashboard

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


def test_the_dashboard_does_not_start_on_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    in_its_place = tmp_path / "data"
    in_its_place.write_bytes(b"a file")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.port=0"]
    environ = {**os.environ, "KLING_MODE": "practice", "KLING_DATA_DIR": str(in_its_place)}
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 1
    assert f"cannot start. Nothing can be written to the data folder {in_its_place}. See to its rights" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("number", "sentence"), [(errno.ENOSPC, "no room left"), (errno.EROFS, "See to its rights")])
def test_why_nothing_can_be_written_is_told_as_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    check_writable(tmp_path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(NotConfigured, match=sentence):
        check_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []
