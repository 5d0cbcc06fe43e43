"""Single routes: health checks, Kling's callback, several videos as a zip, a clip under way. No secret leaves here."""

from __future__ import annotations

import time
from functools import partial

import anyio
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from kling import KlingError, __version__, callbacks
from kling.feed.tasks import TaskFeed
from pages.server import zip_links
from pages.server.downloads import Download
from pages.server.requester import note_download, requester
from pages.ui.session import shared
from pages.ui.session.callback_address import account_of_callback
from pages.ui.session.upload_folder import clip_at

HEALTH_THREADS = anyio.CapacityLimiter(2)
"""So that a monitor is answered whatever keeps the others busy."""


async def healthz(_: Request) -> JSONResponse:
    """200 while the process answers, with mode, age (seconds) and version of the feed, and our version; with a sentence
    where the database or the disk cannot be used. Whether it should be sent people is what `readyz` answers."""
    return await anyio.to_thread.run_sync(_health, limiter=HEALTH_THREADS)


def _health() -> JSONResponse:
    known, problem = _tasks().known(), _storage_problem()
    age = known.age(time.time())
    health = {
        "status": "ok" if problem is None else "failing",
        "mode": "practice" if shared.settings().is_practice else "live",
        "feed_age": None if age is None else round(age, 1),
        "feed_version": known.version,
        "version": __version__,
    } | ({"storage": problem} if problem else {})
    return JSONResponse(health)


async def readyz(_: Request) -> JSONResponse:
    """200 when orders can be placed and carried on, else 503 with a sentence. Kling's state is a field, no more."""
    return await anyio.to_thread.run_sync(_readiness, limiter=HEALTH_THREADS)


def _readiness() -> JSONResponse:
    feed = _tasks()
    known = feed.known()
    if known.error is not None:
        feed.snapshot()  # nobody else may be looking whether it works again; looks are rare while it does not
    problem = _storage_problem()
    readiness = {
        "status": "ready" if problem is None else "failing",
        "storage": problem or "ok",
        "archive": _archive_problem() or "ok",
        "upstream": "ok" if known.error is None else type(known.error).__name__,
        "upstream_failing_for": round(known.failing_for(time.time()), 1),
    }
    return JSONResponse(readiness, 200 if problem is None else 503)


def _tasks() -> TaskFeed:
    return shared.feeds(shared.settings().account).tasks


def _storage_problem() -> str | None:
    """Why orders cannot be placed or carried on at the moment."""
    try:
        return shared.orders().storage_problem()
    except KlingError as error:
        return str(error)


def _archive_problem() -> str | None:
    """What keeps results from being kept: `limit`, `disk` or `storage`. Orders go on all the same."""
    try:
        return shared.archive().room().problem
    except (KlingError, SQLAlchemyError):
        return "storage"


async def callback(request: Request) -> Response:
    """Kling says that a task has changed. What it says is not believed: the feed asks about that task itself."""
    account = await run_in_threadpool(account_of_callback, request.path_params["secret"])
    if account is None:
        return PlainTextResponse("Not found", 404)
    body = await _read(request, callbacks.BODY_BYTES)
    if body is None:
        return PlainTextResponse("Too long", 413)
    task_id = callbacks.claimed_task(body)
    if task_id is None:
        return PlainTextResponse("No task in it", 400)
    await run_in_threadpool(shared.feeds(account or None).tasks.look_at, task_id)
    return Response(status_code=202)


async def zip_of_videos(request: Request) -> Response:
    """Several videos in one file, sent while it is made."""
    account, listed, until = (request.query_params.get(name, "") for name in ("account", "tasks", "until"))
    pieces = zip_links.archive(request.path_params["secret"], account, listed, until, requester(request.scope))
    if pieces is None:
        return PlainTextResponse("Not found", 404)
    name = time.strftime("videos-%Y-%m-%d.zip")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Download(
        pieces, "application/zip", headers, partial(note_download, request, zip_links.describe(account, listed))
    )


async def clip(request: Request) -> Response:
    """A clip under way, for the page of whoever prepares it: nobody else knows its name."""
    path = await run_in_threadpool(clip_at, request.path_params["name"])
    return PlainTextResponse("Not found", 404) if path is None else FileResponse(path)


async def _read(request: Request, limit: int) -> bytes | None:
    """The body, or None as soon as it is longer than `limit` bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            return None
    return bytes(body)
