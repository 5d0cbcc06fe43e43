"""Results that were never made, as many as a test or a bench wants."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa

from kling.archive import Archive, ArchiveFile
from kling.store.tables import files, results

DAY = 86_400.0
FIRST = 100_000
"""The number of the first task; the others follow."""
LAPSED = "https://cdn.invalid/video.mp4"
WORDS = ("dancing in the rain", "a street at night", "studio, white wall", "slow and calm", "with a red hat")


def made_up(number: int, now: float, every: float = 3600.0, person: str = "") -> dict[str, Any]:
    """A row: one of five prompts, of three motions, of two pictures; `every` so many seconds there was one."""
    task_id, made = str(FIRST + number), now - number * every
    arguments = [{"name": "prompt", "value": WORDS[number % 5]}, {"name": "model_mode", "value": "std"}]
    task = {
        "task": {
            "id": FIRST + number, "type": "motion_control_imgs2video", "status_final": True, "status_name": "succeed",
            "createTime": int((made - 60) * 1000), "updateTime": int(made * 1000),
            "taskInfo": {"arguments": arguments, "inputs": []},
        },
        "works": [{"workId": FIRST * 10 + number, "contentType": "video", "resource": {"resource": LAPSED}}],
        "status_final": True, "status_name": "succeed",
    }  # fmt: skip
    return {
        "task_id": task_id, "person": person, "title": f"Wave {number}", "prompt": WORDS[number % 5],
        "motion": str(-1 - number % 3), "motion_name": f"Motion {number % 3}", "picture_key": f"picture-{number % 2}",
        "model": "kling-v3-0", "mode": "std", "seconds": 5.0, "created_at": made - 60, "finished_at": made,
        "state": "waiting", "settings": json.dumps({"prompt": WORDS[number % 5]}), "task": json.dumps(task),
    }  # fmt: skip


def fill(archive: Archive, count: int, now: float, files_of: dict[str, bytes] | None = None, **how: Any) -> list[str]:
    """Put `count` results into the database, newest first; returns their numbers.

    `files_of` are the files that all of them share, by part, as in `{"video": b"...", "cover": b"..."}`: with a video
    they are kept, without any they wait to be.
    """
    archive.repository.store.open()
    hashes = {part: store(archive, content, part, now) for part, content in (files_of or {}).items()}
    kept = {
        "state": "kept",
        "kept_at": now,
        "size": len((files_of or {}).get("video", b"")),
        "width": 720,
        "height": 1280,
    }
    rows = [made_up(number, now, **how) | hashes | (kept if "video" in hashes else {}) for number in range(count)]
    with archive.repository.store.engine.begin() as connection:
        for start in range(0, count, 1000):
            page = [{"service": archive.repository.service, **row} for row in rows[start : start + 1000]]
            connection.execute(sa.insert(results), page)
    return [row["task_id"] for row in rows]


def store(archive: Archive, content: bytes, part: str, now: float) -> str:
    """Keep a file without a result; returns its hash."""
    kind = "video/mp4" if part in ("video", "motion_clip") else "image/jpeg"
    file = ArchiveFile(hashlib.sha256(content).hexdigest(), len(content), kind, now)
    if archive.file(file.hash) is None:
        archive.files.spool.mkdir(parents=True, exist_ok=True)
        path = archive.files.spool / file.hash
        path.write_bytes(content)
        archive.files.put(path, file)
        row = {"hash": file.hash, "size": file.size, "content_type": kind, "stored_at": now}
        with archive.repository.store.engine.begin() as connection:
            connection.execute(sa.insert(files), row)
    return file.hash


def change(archive: Archive, task_ids: list[str], **values: Any) -> None:
    """Make results what a test needs them to be."""
    with archive.repository.store.engine.begin() as connection:
        connection.execute(sa.update(results).where(results.c.task_id.in_(task_ids)).values(**values))
