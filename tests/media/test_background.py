"""Repairs in the background: handed over once, watched by anyone, thrown away when nobody wants them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kling.errors import InvalidInput
from kling.media import Trim, child_process
from kling.media.background import Job, Workbench
from tests.media.samples import clip


@pytest.fixture
def bench() -> Iterator[Workbench]:
    bench = Workbench()
    yield bench
    bench._worker.shutdown()


def over(bench: Workbench, key: str) -> Job:
    for _ in range(6000):
        job = bench.job(key)
        if job is None or job.is_over:
            break
        threading.Event().wait(0.01)
    assert job is not None
    return job


def test_a_repair_is_watched_to_its_end(bench: Workbench, tmp_path: Path) -> None:
    source = clip(tmp_path / "clip.mp4", 3.0, 180, 320)
    bench.repair("a", source, [Trim(0.5, 2.0)], tmp_path / "done.mp4")
    job = over(bench, "a")
    assert (job.share, job.error) == (1.0, None)
    assert job.media is not None
    assert job.media.seconds == pytest.approx(1.5, abs=0.05)


def test_asking_twice_repairs_once(bench: Workbench, tmp_path: Path) -> None:
    source = clip(tmp_path / "clip.mp4", 3.0, 180, 320)
    bench.repair("a", source, [Trim(0.5, 2.0)], tmp_path / "first.mp4")
    bench.repair("a", source, [Trim(0.5, 2.0)], tmp_path / "second.mp4")
    over(bench, "a")
    bench._worker.shutdown()
    assert not (tmp_path / "second.mp4").exists()


def test_what_goes_wrong_is_kept_as_a_sentence(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"no clip")
    bench.repair("a", tmp_path / "clip.mp4", [Trim(0, 1)], tmp_path / "done.mp4")
    assert isinstance(over(bench, "a").error, InvalidInput)


def test_what_nobody_wants_any_more_leaves_nothing(bench: Workbench, tmp_path: Path) -> None:
    source = clip(tmp_path / "clip.mp4", 3.0, 180, 320)
    for key in ("a", "b"):
        bench.repair(key, source, [Trim(0.5, 2.0)], tmp_path / f"{key}.mp4")
        bench.forget(key)
    bench._worker.shutdown()
    assert (bench.job("a"), bench.job("b")) == (None, None)
    assert [each.name for each in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_fault_of_this_machine_ends_a_repair_too(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Without it the page would wait for ever, and nobody could tell why."""

    def no_process(*_: object, **__: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(child_process, "_children", child_process.Children())  # none is there from a test before
    monkeypatch.setattr("subprocess.Popen", no_process)
    bench.repair("a", clip(tmp_path / "clip.mp4", 3.0, 180, 320), [Trim(0.5, 2.0)], tmp_path / "done.mp4")
    assert isinstance(over(bench, "a").error, InvalidInput)
    assert "Cannot allocate memory" in caplog.text
