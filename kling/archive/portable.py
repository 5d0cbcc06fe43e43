"""Everything that is kept as a folder that people can read, and back again.

`videos/`, `covers/`, `pictures/` and `motions/` hold the files, `index.csv` says for spreadsheets what each is, and
`results/` holds all that is known of each result, for `take_back`.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kling.archive.files import ENDINGS, StorageFault
from kling.archive.mending import Progress, counted
from kling.archive.records import PARTS, ArchiveFile, Part
from kling.archive.service import Archive
from kling.cells import harmless
from kling.errors import InvalidInput
from kling.store.tables import files, projects, result_tags, results

FOLDERS: dict[Part, str] = {"video": "videos", "cover": "covers", "picture": "pictures", "motion_clip": "motions"}
COLUMNS = (
    "finished (UTC)", "video", "title", "prompt", "person", "project", "tags", "motion_name", "model", "mode",
    "seconds", "width", "height", "cover", "picture", "motion_clip", "task_id",
)  # fmt: skip
NOT_OURS = ("service", "worker", "worker_until", "tries", "not_before")
"""Of a row; what stays behind."""
PROGRESS = "Results"


def export(archive: Archive, folder: Path, progress: Progress) -> tuple[int, int]:
    """Write every kept result into a folder; returns how many, and how many of them lack a file that was kept.

    What is there already is not written again.
    """
    lacking = 0
    archive.repository.store.open()
    rows, tags, names = _rows(archive), _tags(archive), _projects(archive)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results").mkdir(exist_ok=True)
    with (folder / "index.csv").open("w", encoding="utf-8-sig", newline="") as file:
        index = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        index.writeheader()
        for row in counted(rows, PROGRESS, progress):
            entry = dict(row) | {"tags": tags.get(row["task_id"], []), "project_name": names.get(row["project"] or "")}
            where = {part: _write(archive, row, part, folder) for part in PARTS}
            lacking += any(row[part] and where[part] is None for part in PARTS)
            (folder / "results" / f"{row['task_id']}.json").write_text(
                json.dumps(entry | {"files": where}, ensure_ascii=False, indent=1), encoding="utf-8"
            )
            index.writerow({name: harmless(value) for name, value in _readable(entry | where).items()})
    return len(rows), lacking


def take_back(archive: Archive, folder: Path, progress: Progress) -> tuple[int, int]:
    """Take an exported folder in; returns how many results are new, and how many have files that are not whole.

    What is here already stays as it is. `InvalidInput` where the folder is none of these.
    """
    archive.repository.store.open()
    found = sorted((folder / "results").glob("*.json"))
    if not found:
        raise InvalidInput(f"{folder} holds no results: name a folder that was exported.", "folder")
    new = broken = 0
    for path in counted(found, PROGRESS, progress):
        try:
            new += _take(archive, folder, json.loads(path.read_text("utf-8")))
        except (ValueError, KeyError, TypeError, OSError):
            broken += 1
    return new, broken


def _take(archive: Archive, folder: Path, entry: dict[str, Any]) -> int:
    """`ValueError` where it says what no export says: numbers and hashes become names of files here."""
    if not re.fullmatch(r"\w{1,64}", entry["task_id"]):
        raise ValueError(entry["task_id"])
    stored = [_store(archive, folder, entry, part) for part in PARTS]
    columns = {column.name for column in results.columns} - set(NOT_OURS)
    row = {name: value for name, value in entry.items() if name in columns}
    service = archive.repository.service
    with archive.repository.store.alone("kling results") as connection:
        _note_files(connection, [file for file in stored if file])
        known = sa.select(results.c.state).where(archive.repository.is_result(row["task_id"]))
        state = connection.scalar(known)
        if state == "kept":
            return 0
        if state is not None:  # waits, was given up or deleted: here it is
            connection.execute(sa.delete(results).where(archive.repository.is_result(row["task_id"])))
        connection.execute(sa.insert(results), {"service": service, **row})
        _label(connection, service, entry)
    return 1


def _note_files(connection: sa.Connection, stored: list[ArchiveFile]) -> None:
    wanted = {file.hash: file for file in stored}
    for known in connection.scalars(sa.select(files.c.hash).where(files.c.hash.in_(list(wanted)))):
        del wanted[known]
    if wanted:
        connection.execute(sa.insert(files), [{**vars(file), "stored_at": time.time()} for file in wanted.values()])


def _label(connection: sa.Connection, service: str, entry: Mapping[str, Any]) -> None:
    mine = {"service": service, "task_id": entry["task_id"]}
    connection.execute(sa.delete(result_tags).where(*(result_tags.c[name] == value for name, value in mine.items())))
    if entry["tags"]:
        connection.execute(sa.insert(result_tags), [{**mine, "tag": tag} for tag in entry["tags"]])
    if entry["project"] and entry["project_name"]:
        project = {"service": service, "id": entry["project"]}
        known = sa.select(projects.c.id).where(*(projects.c[name] == value for name, value in project.items()))
        if connection.scalar(known) is None:
            connection.execute(
                sa.insert(projects), project | {"name": entry["project_name"], "created_at": time.time()}
            )


def _store(archive: Archive, folder: Path, entry: Mapping[str, Any], part: Part) -> ArchiveFile | None:
    """Keep a file of the folder; `ValueError` where it is not what it was."""
    if not entry.get(part):
        return None
    where = entry["files"][part]
    source = folder / where["path"]
    is_inside = source.resolve().is_relative_to(folder.resolve())
    if not is_inside or where["content_type"] not in ENDINGS or not re.fullmatch("[0-9a-f]{64}", entry[part]):
        raise ValueError(where["path"])
    file = ArchiveFile(str(entry[part]), source.stat().st_size, str(where["content_type"]))
    if archive.files.size_of(file) == file.size:
        return file
    spool = archive.files.spool / f"{file.hash}.import"
    spool.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, spool)
        with spool.open("rb") as copy:
            if hashlib.file_digest(copy, "sha256").hexdigest() != file.hash:
                raise ValueError(where["path"])
        archive.files.put(spool, file)
    finally:
        with suppress(OSError):
            spool.unlink(missing_ok=True)
    return file


def _write(archive: Archive, row: Mapping[str, Any], part: Part, folder: Path) -> dict[str, str] | None:
    file = archive.file(row[part])
    if file is None:
        return None
    ending = file.content_type.rpartition("/")[2].replace("jpeg", "jpg").replace("quicktime", "mov")
    name = _name(row) if part in ("video", "cover") else file.hash[:16]
    path = folder / FOLDERS[part] / f"{name}.{ending}"
    if not (path.exists() and path.stat().st_size == file.size):
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_name(f"{path.name}.unfinished")
        try:
            with unfinished.open("wb") as target:
                for piece in archive.pieces(file):
                    target.write(piece)
        except StorageFault:
            unfinished.unlink(missing_ok=True)
            return None
        unfinished.replace(path)
    return {"path": path.relative_to(folder).as_posix(), "content_type": file.content_type}


def _name(row: Mapping[str, Any]) -> str:
    """When, what and which, as a name that every system takes."""
    title = re.sub(r"[^\w.,()-]+", " ", row["title"] or row["motion_name"] or "video").strip(" .")[:60]
    return f"{_day(row)} {title} {row['task_id']}"


def _day(row: Mapping[str, Any]) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(row["finished_at"]))


def _readable(entry: Mapping[str, Any]) -> dict[str, Any]:
    paths = {part: (entry[part] or {}).get("path", "") for part in PARTS}
    more = {
        "finished (UTC)": time.strftime("%Y-%m-%d %H:%M", time.gmtime(entry["finished_at"])),
        "tags": ", ".join(entry["tags"]),
    }
    return {name: entry.get(name) for name in COLUMNS} | paths | more | {"project": entry["project_name"]}


def _rows(archive: Archive) -> list[Mapping[str, Any]]:
    columns = [column for column in results.columns if column.name not in NOT_OURS]
    chosen = sa.select(*columns).where(archive.repository.mine(), results.c.state == "kept")
    with archive.repository.store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(chosen.order_by(results.c.finished_at)).mappings()]


def _tags(archive: Archive) -> dict[str, list[str]]:
    chosen = sa.select(result_tags.c.task_id, result_tags.c.tag).where(
        result_tags.c.service == archive.repository.service
    )
    found: dict[str, list[str]] = {}
    with archive.repository.store.engine.connect() as connection:
        for task_id, tag in connection.execute(chosen.order_by(result_tags.c.tag)):
            found.setdefault(task_id, []).append(tag)
    return found


def _projects(archive: Archive) -> dict[str, str]:
    chosen = sa.select(projects.c.id, projects.c.name).where(projects.c.service == archive.repository.service)
    with archive.repository.store.engine.connect() as connection:
        return {row.id: row.name for row in connection.execute(chosen)}
