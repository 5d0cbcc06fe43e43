"""What somebody outside sees who was given a link: one video, and a way to keep it. No page of the dashboard.

A link that is unknown, over or taken back, and one whose video is in the bin, are answered alike.
"""

from __future__ import annotations

from functools import partial
from html import escape

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from kling import KlingError
from kling.archive.sharing import Share
from kling.people import What
from pages.server.archive_files import FAULT, NOT_FOUND, attachment_for, file_answer
from pages.server.identity import address_of_browser
from pages.ui import wording
from pages.ui.session import archived, people, shared
from pages.ui.wording.results import SHARE_OVER, shared_until

HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>A video for you</title>
<style>
body {{ margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
  justify-content: center; gap: 1rem; padding: 1rem; box-sizing: border-box;
  font-family: system-ui, sans-serif; text-align: center; }}
video {{ max-width: 100%; max-height: 80vh; border-radius: 0.6rem; background: rgba(128, 120, 200, 0.14); }}
p {{ margin: 0; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


async def shared_page(request: Request) -> Response:
    """The document with the video."""
    return await run_in_threadpool(_page, request)


async def shared_video(request: Request) -> Response:
    """The video itself, in ranges."""
    return await run_in_threadpool(_video, request)


def _page(request: Request) -> Response:
    share = _find(request)
    if isinstance(share, Response):
        return share
    if share is None:
        return _document(f"<p>{escape(SHARE_OVER)}</p>", 404)
    _note(request, "opened a link", f"result {share.task_id}")
    address = escape(f"{request.path_params['token']}/video")
    return _document(
        f'<video controls loop playsinline preload="metadata" src="{address}"></video>\n'
        f'<p><a href="{address}?download=1">Download</a></p>\n<p>{escape(shared_until(share.expires_at))}</p>'
    )


def _video(request: Request) -> Response:
    share = _find(request)
    if isinstance(share, Response):
        return share
    if share is None:
        return PlainTextResponse(NOT_FOUND, 404, HEADERS)
    note = partial(_note, request, "downloaded", f"result {share.task_id}, by a link")
    return file_answer(share.task_id, "video", HEADERS, attachment_for(request, _outside, note))


def _note(request: Request, what: What, about: str) -> None:
    people.audit().note("", what, about, address_of_browser(request))


def _outside(task_id: str) -> str:
    """Somebody outside does not learn what it is called here."""
    return f"video-{task_id}"


def _find(request: Request) -> Share | Response | None:
    """The link that the address holds, while it is good; an answer where that cannot be told."""
    if not shared.rates().take("shares", address_of_browser(request)):
        return PlainTextResponse(wording.TOO_OFTEN, 429, {"Retry-After": "60", **HEADERS})
    try:
        return archived.shares().find(request.path_params["token"])
    except (SQLAlchemyError, KlingError):
        return PlainTextResponse(FAULT, 503, HEADERS)


def _document(body: str, status: int = 200) -> Response:
    return HTMLResponse(PAGE.format(body=body), status, HEADERS)
