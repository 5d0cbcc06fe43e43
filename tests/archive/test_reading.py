"""What is kept is found again, by its task and by its hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from kling.archive import Archive, ArchiveFile, Missing, open_files
from kling.errors import NotConfigured
from kling.store import Store
from tests.archive.made_up import fill

NOW = 1_800_000_000.0


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    store = Store(f"sqlite:///{tmp_path}/orders.sqlite")
    return Archive(store, "kling", open_files(str(tmp_path / "archive"), tmp_path))


def test_a_result_and_its_files(archive: Archive) -> None:
    video = bytes(range(256)) * 40_000
    [newest, older] = fill(archive, 2, NOW, {"video": video, "cover": b"cover"})
    found = archive.results([newest, older, "1"])
    assert set(found) == {newest, older}
    assert found[newest].has_video
    assert found[newest].finished_at == NOW
    assert found[older].finished_at < NOW
    whole = archive.whole(newest)
    assert whole is not None
    assert whole.task.prompt == "dancing in the rain"
    assert str(whole.task.id) == newest
    file = archive.file_of(newest, "video")
    assert file is not None
    assert file.size == len(video)
    assert file.content_type == "video/mp4"
    assert b"".join(archive.pieces(file)) == video
    assert b"".join(archive.pieces(file, 10, 5_000_010)) == video[10:5_000_010]
    path = archive.path_of(file)
    assert path is not None
    assert path.read_bytes() == video
    assert archive.file_of(newest, "picture") is None
    assert archive.result("1") is None


def test_a_file_that_is_used_twice_lies_there_once(archive: Archive) -> None:
    fill(archive, 50, NOW, {"video": b"the same", "cover": b"cover"})
    assert sorted(stored.size for stored in archive.files.all()) == [5, 8]
    assert archive.repository.used() == 13


def test_a_file_that_is_not_there_says_so(archive: Archive) -> None:
    archive.repository.store.open()
    nowhere = ArchiveFile("0" * 64, 10, "video/mp4")
    assert archive.path_of(nowhere) is None
    assert archive.files.size_of(nowhere) is None
    with pytest.raises(Missing):
        list(archive.pieces(nowhere))


def test_a_place_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotConfigured, match="KLING_ARCHIVE"):
        open_files(str(tmp_path / "file" / "archive"), tmp_path)
