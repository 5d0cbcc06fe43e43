"""The files of results: in ranges out of a folder of this machine, by a short-lived link out of a bucket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from kling.archive import PARTS, ArchiveFile, Part, StorageFault
from pages.server.requester import note_download
from pages.ui.session import archived, shared

NOT_FOUND = "Not found"
FAULT = "This file cannot be read at the moment. Try again soon."
FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}
"""A file goes by the hash of its content, which is in its address."""
EACH_TIME = {"Cache-Control": "private, no-store"}
"""Whoever takes it home once more asks once more, and is noted."""


async def archive_file(request: Request) -> Response:
    """A part of a result, for everybody who may come in."""
    task_id, part = request.path_params["task_id"], request.path_params["part"]
    is_download = "download" in request.query_params
    if part not in PARTS:
        return PlainTextResponse(NOT_FOUND, 404)
    headers, name_of = (EACH_TIME, archived.file_name_of) if is_download else (FOR_GOOD, None)
    found = await run_in_threadpool(file_answer, task_id, cast(Part, part), headers, name_of)
    if is_download and found.status_code < 400 and request.method == "GET":
        await run_in_threadpool(note_download, request, f"result {task_id}")
    return found


def file_answer(
    task_id: str, part: Part, headers: Mapping[str, str], name_of: Callable[[str], str] | None = None
) -> Response:
    """The file, to be downloaded under a name without an ending if `name_of` gives one; 404 where there is none, 503
    where it cannot be had now."""
    try:
        file = shared.archive().file_of(task_id, part)
        if file is None:
            return PlainTextResponse(NOT_FOUND, 404)
        return _answer(file, headers, name_of(task_id) if name_of else None)
    except (SQLAlchemyError, StorageFault):
        return PlainTextResponse(FAULT, 503)


def _answer(file: ArchiveFile, headers: Mapping[str, str], name: str | None) -> Response:
    path = shared.archive().path_of(file)
    if path is not None:
        whole_name = f"{name}.{file.content_type.rpartition('/')[2]}" if name else None
        return FileResponse(path, media_type=file.content_type, filename=whole_name, headers=dict(headers))
    link = shared.archive().link_to(file)
    if link is None:
        return PlainTextResponse(NOT_FOUND, 404)
    return RedirectResponse(link, 307, {**headers, "Cache-Control": "no-store"})
