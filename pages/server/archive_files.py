"""The files of results: in ranges out of a folder of this machine, by a short-lived link out of a bucket.

What is taken home out of a bucket comes through here: in a link to it the file would be called by its hash.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, cast
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from kling.archive import PARTS, ArchiveFile, Part, StorageFault
from pages.server.downloads import Download
from pages.server.requester import note_download
from pages.ui.session import archived, shared

NOT_FOUND = "Not found"
FAULT = "This file cannot be read at the moment. Try again soon."
FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}
"""A file goes by the hash of its content, which is in its address."""
EACH_TIME = {"Cache-Control": "private, no-store"}
"""Whoever takes it home once more asks once more, and is noted."""


class Attachment(NamedTuple):
    """A file that is taken home, not looked at."""

    name_of: Callable[[str], str]
    """What the file of a result is called, without an ending."""
    note: Callable[[], None]
    """Called once it is on its way."""
    is_sent: bool = True
    """Whether more than the headers was asked for."""


async def archive_file(request: Request) -> Response:
    """A part of a result, for everybody who may come in."""
    task_id, part = request.path_params["task_id"], request.path_params["part"]
    if part not in PARTS:
        return PlainTextResponse(NOT_FOUND, 404)
    attachment = attachment_for(request, archived.file_name_of, partial(note_download, request, f"result {task_id}"))
    headers = FOR_GOOD if attachment is None else EACH_TIME
    return await run_in_threadpool(file_answer, task_id, cast(Part, part), headers, attachment)


def attachment_for(request: Request, name_of: Callable[[str], str], note: Callable[[], None]) -> Attachment | None:
    """None where the file is looked at."""
    return Attachment(name_of, note, request.method == "GET") if "download" in request.query_params else None


def file_answer(task_id: str, part: Part, headers: Mapping[str, str], attachment: Attachment | None = None) -> Response:
    """The file; 404 where there is none, 503 where it cannot be had now."""
    try:
        file = shared.archive().file_of(task_id, part)
        if file is None:
            return PlainTextResponse(NOT_FOUND, 404)
        return _shown(file, headers) if attachment is None else _taken_home(file, headers, task_id, attachment)
    except (SQLAlchemyError, StorageFault):
        return PlainTextResponse(FAULT, 503)


def _shown(file: ArchiveFile, headers: Mapping[str, str]) -> Response:
    path = shared.archive().path_of(file)
    if path is not None:
        return FileResponse(path, media_type=file.content_type, headers=dict(headers))
    link = shared.archive().link_to(file)
    if link is None:
        return PlainTextResponse(NOT_FOUND, 404)
    return RedirectResponse(link, 307, {**headers, "Cache-Control": "no-store"})


def _taken_home(file: ArchiveFile, headers: Mapping[str, str], task_id: str, attachment: Attachment) -> Response:
    name = f"{attachment.name_of(task_id)}.{file.content_type.rpartition('/')[2]}"
    path = shared.archive().path_of(file)
    if path is not None:
        if attachment.is_sent:
            attachment.note()
        return FileResponse(path, media_type=file.content_type, filename=name, headers=dict(headers))
    disposition = f"attachment; filename*=utf-8''{quote(name)}"
    whole = {**headers, "Content-Length": str(file.size), "Content-Disposition": disposition}
    if not attachment.is_sent:
        return Response(None, media_type=file.content_type, headers=whole)
    pieces = shared.archive().pieces(file)
    first = next(pieces, b"")  # so that what is not there is no answer that breaks off
    return Download(itertools.chain([first], pieces), file.content_type, whole, attachment.note)
