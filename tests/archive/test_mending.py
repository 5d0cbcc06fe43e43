"""Database and storage are compared and mended; everything goes out into a folder, and comes back."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from kling.archive import Archive, mending, open_files, portable
from kling.archive.__main__ import main
from kling.archive.labels import Labels
from kling.errors import InvalidInput
from kling.store import Store
from kling.store.tables import files, results
from tests.archive.made_up import DAY, fill, store

NOW = 1_800_000_000.0
FILES = {"video": b"video" * 1000, "cover": b"cover", "picture": b"picture", "motion_clip": b"motion"}


def silent(what: str, done: int, total: int) -> None:
    assert done <= total


def other_archive(folder: Path) -> Archive:
    return Archive(Store(f"sqlite:///{folder}/other.sqlite"), "kling", open_files(str(folder / "other"), folder))


def path_of(archive: Archive, task_id: str, part: str = "video") -> Path:
    file = archive.file_of(task_id, part)  # type: ignore[arg-type]
    assert file is not None
    path = archive.path_of(file)
    assert path is not None
    return path


def test_nothing_is_done_where_all_is_well(archive: Archive) -> None:
    fill(archive, 3, NOW, FILES)
    assert mending.check(archive, silent, reads_all=True, now=NOW) == mending.Findings(good=4)


@pytest.mark.parametrize("what", ["missing", "short", "damaged"])
def test_what_was_lost_is_copied_again(archive: Archive, what: str) -> None:
    [task_id] = fill(archive, 1, NOW, FILES)
    path = path_of(archive, task_id)
    if what == "missing":
        path.unlink()
    else:
        path.write_bytes(b"short" if what == "short" else b"VIDEO" * 1000)
    found = mending.check(archive, silent, reads_all=True, now=NOW)
    assert (found.good, found.missing, found.damaged) == (3, what != "damaged", what == "damaged")
    assert not found.is_well
    result = archive.result(task_id)
    assert result is not None
    assert (result.state, result.video, result.cover is None) == ("waiting", None, False)
    assert mending.check(archive, silent, now=NOW) == mending.Findings(good=3)


def test_what_is_not_noted_is_taken_in_or_deleted(archive: Archive) -> None:
    [task_id] = fill(archive, 1, NOW, FILES)
    nobodys = store(archive, b"nobody's", "video", NOW)
    young = store(archive, b"just written", "video", NOW)
    kept = archive.result(task_id)
    assert kept is not None
    with archive.repository.store.engine.begin() as connection:
        connection.execute(sa.delete(files).where(files.c.hash.in_([nobodys, young, kept.video])))
    for stored in archive.files.all():
        age = 10.0 if young in stored.name else 10_000.0
        os.utime(Path(archive.files.spool.parent, stored.name), (NOW - age, NOW - age))
    found = mending.check(archive, silent, now=NOW)
    assert (found.good, found.taken_in, found.deleted) == (3, 1, 1)
    assert archive.file(kept.video) is not None
    assert sorted(nobodys in stored.name for stored in archive.files.all()) == [False] * 5


@pytest.mark.parametrize("what", ["the disk is away", "another database"])
def test_where_nothing_is_known_nothing_is_mended(archive: Archive, tmp_path: Path, what: str) -> None:
    [task_id] = fill(archive, 1, NOW, FILES)
    path = path_of(archive, task_id)
    folder, away = tmp_path / "archive", tmp_path / "away"
    if what == "the disk is away":
        folder.rename(away)
        strange = Archive(archive.repository.store, "kling", open_files(str(folder), tmp_path))
        assert strange.is_away()
        assert strange.room().problem == "storage"
    else:
        strange = Archive(Store(f"sqlite:///{tmp_path}/other.sqlite"), "kling", archive.files)
    with pytest.raises(InvalidInput, match="nothing was changed"):
        mending.check(strange, silent, now=NOW + DAY)
    if what == "the disk is away":
        shutil.rmtree(folder)
        away.rename(folder)
    assert path.exists()
    assert not archive.is_away()
    assert mending.check(archive, silent, now=NOW + DAY) == mending.Findings(good=4)


def test_what_is_lost_for_good_is_mended_when_told_so(archive: Archive, tmp_path: Path) -> None:
    fill(archive, 1, NOW, FILES)
    shutil.rmtree(tmp_path / "archive" / "files")
    assert mending.check(archive, silent, now=NOW, anyway=True) == mending.Findings(missing=4)
    assert archive.room().problem is None


def test_a_folder_goes_out_and_comes_back(archive: Archive, tmp_path: Path) -> None:
    ids = fill(archive, 3, NOW, FILES, person="ann@x.y")
    labels = Labels(archive.repository.store, "kling")
    project = labels.make_project("Spring", "ann@x.y")
    labels.put_into(project, ids[:1])
    labels.tag(ids[:1], "rain")
    with archive.repository.store.engine.begin() as connection:
        formula = sa.update(results).where(results.c.task_id == ids[0])
        connection.execute(formula.values(prompt="\u3000\uff1dHYPERLINK(1)", title="A/B: Größe?"))
    folder = tmp_path / "exported"
    assert portable.export(archive, folder, silent) == (3, 0)
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        last = list(csv.DictReader(file))[-1]
    assert (last["prompt"], last["project"], last["tags"]) == ("'\u3000\uff1dHYPERLINK(1)", "Spring", "rain")
    assert last["video"] == f"videos/2027-01-15 A B Größe {ids[0]}.mp4"
    assert (folder / last["video"]).read_bytes() == FILES["video"]
    other = other_archive(tmp_path)
    assert portable.take_back(other, folder, silent) == (3, 0)
    assert portable.take_back(other, folder, silent) == (0, 0)
    assert other.results(ids) == archive.results(ids)
    assert other.whole(ids[0]) == archive.whole(ids[0])
    assert path_of(other, ids[0]).read_bytes() == FILES["video"]
    assert Labels(other.repository.store, "kling").projects() == {project: "Spring"}
    assert mending.check(other, silent, reads_all=True) == mending.Findings(good=4)


def test_a_file_that_was_changed_outside_is_not_taken_back(archive: Archive, tmp_path: Path) -> None:
    [first, second] = fill(archive, 2, NOW, FILES)
    portable.export(archive, tmp_path / "exported", silent)
    next((tmp_path / "exported" / "videos").glob(f"*{first}.mp4")).write_bytes(b"other" * 1000)
    other = other_archive(tmp_path)
    assert portable.take_back(other, tmp_path / "exported", silent) == (1, 1)
    assert set(other.results([first, second])) == {second}


@pytest.mark.parametrize(
    "changes", [{"task_id": "../../outside"}, {"video": "../../outside"}, {"files": "text/html"}], ids=str
)
def test_a_folder_that_somebody_made_up_writes_nowhere_else(
    changes: dict[str, str], archive: Archive, tmp_path: Path
) -> None:
    fill(archive, 1, NOW, {"video": FILES["video"]})
    portable.export(archive, tmp_path / "exported", silent)
    [path] = (tmp_path / "exported" / "results").glob("*.json")
    told = json.loads(path.read_text("utf-8"))
    if "files" in changes:
        told["files"]["video"]["content_type"] = changes["files"]
    else:
        told |= changes
    path.write_text(json.dumps(told), encoding="utf-8")
    other = other_archive(tmp_path)
    before = {each for each in tmp_path.rglob("*") if "outside" in each.name}
    assert portable.take_back(other, tmp_path / "exported", silent) == (0, 1)
    assert {each for each in tmp_path.rglob("*") if "outside" in each.name} == before
    assert list(other.files.all()) == []


def test_the_commands(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KLING_DATABASE_URL", archive.repository.store.engine.url.render_as_string())
    monkeypatch.setenv("KLING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KLING_API_TOKEN", "user:1-x")
    monkeypatch.setenv("KLING_API_URL", "https://kling.example")
    archive.repository.service = "https://kling.example"
    [task_id] = fill(archive, 1, NOW, FILES)
    assert main(["check", "--read"]) == 0
    assert main(["export", str(tmp_path / "out")]) == 0
    path_of(archive, task_id).unlink()
    assert main(["export", str(tmp_path / "lacking")]) == 1
    assert main(["check"]) == 1
    assert main(["import", str(tmp_path / "out")]) == 0
    assert main(["check"]) == 0
    assert main(["import", str(tmp_path / "nowhere")]) == 1
    told = capsys.readouterr()
    assert "1 of them lack a file" in told.out
    assert "1 are missing or too short" in told.out
    assert "1 results were taken in." in told.out
    assert "Results: [##############################] 1 of 1" in told.err
    assert "name a folder that was exported" in told.err
