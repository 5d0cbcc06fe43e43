"""Files made when somebody wants them: an end does not wait for those that nobody has begun."""

import threading
from pathlib import Path

from kling.sandbox.media.file_cache import FileCache, executor


def test_what_has_not_begun_when_all_is_cleared_is_never_made(tmp_path: Path) -> None:
    files, may_go_on = FileCache(tmp_path / "made", 1_000_000, 100), threading.Event()

    def make(path: Path) -> None:
        assert may_go_on.wait(20)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"made")

    names = [f"{number}.mp4" for number in range(20)]
    for name in names:
        files.register(name, make)
    wanted = [files.get_future(name) for name in names]
    files.clear()
    may_go_on.set()
    assert sum(future is not None and future.cancelled() for future in wanted) >= len(names) - executor()._max_workers
    again = files.get_future(names[-1])
    assert again is not None
    assert again.result(20).read_bytes() == b"made"
