"""Whether a worker of this machine lives is known at once, however its process ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kling.store.worker_lock import WorkerLock, forget, has_ended
from tests.processes import ROOT

WORKER = """
import sys
from pathlib import Path
from kling.store.worker_lock import WorkerLock
lock = WorkerLock(Path(sys.argv[1]), "ann")
lock.hold()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_killed_worker_is_known_to_have_ended(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "held\n"
        assert has_ended(tmp_path, "ann") is False
        worker.kill()
    assert has_ended(tmp_path, "ann") is True
    forget(tmp_path, "ann")
    assert has_ended(tmp_path, "ann") is None


def test_of_a_worker_that_let_go_or_is_elsewhere_nothing_is_told(tmp_path: Path) -> None:
    lock = WorkerLock(tmp_path / "new", "ann")
    lock.hold()
    lock.release()
    lock.release()
    assert has_ended(tmp_path / "new", "ann") is None
    assert has_ended(tmp_path, "ben") is None
