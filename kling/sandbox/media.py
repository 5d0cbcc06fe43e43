"""Files for browsers, and what the apps answer when something goes wrong.

Served twice: by the practice API itself, and by `media_app` inside the dashboard, which a browser on another
machine can reach. Both look at the same state.
"""

import asyncio
import errno
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from . import refusals
from .refusals import Refusal
from .state import State
from .trouble import HangUp, refused

MEDIA_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".zip": "application/zip",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
}
MEDIA_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "private, max-age=3600",
    "X-Content-Type-Options": "nosniff",
}


def media_route(state: State) -> Route:
    async def media(request: Request) -> Response:
        name = request.path_params["name"]
        path = state.assets.path(name, state.clock())
        if path is None:
            made = state.shelf.ask(name)
            if made is None:
                raise Refusal(404, "No such file")
            # Shielded: others may wait for the same file.
            path = await asyncio.shield(asyncio.wrap_future(made))
        return FileResponse(path, media_type=MEDIA_TYPES.get(path.suffix), headers=MEDIA_HEADERS)

    return Route("/media/{name}", media, methods=["GET"])


async def on_refusal(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refused(refusal)


async def on_http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def on_lost(_: Request, __: Exception) -> Response:
    return HangUp()


async def on_os_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, OSError)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return refused(refusals.disk_full())
    if isinstance(error, FileNotFoundError):
        return refused(Refusal(404, "The file has expired"))
    return refused(Refusal(500, "The practice API cannot use its disk"))


async def on_fault(_: Request, __: Exception) -> Response:
    """What nobody thought of: the traceback is in the log, the sentence here."""
    return refused(Refusal(500, "The practice API has failed, its log says why"))


async def on_disconnect(_: Request, __: Exception) -> Response:
    """Nobody is left to read it."""
    return Response(status_code=499)


HANDLERS: dict[Any, Any] = {
    Refusal: on_refusal,
    HTTPException: on_http_error,
    refusals.Lost: on_lost,
    OSError: on_os_error,
    ClientDisconnect: on_disconnect,
    Exception: on_fault,
}


def media_app(app: Starlette) -> Starlette:
    """The media of a practice API alone, under ``/media/``, to be mounted where browsers can reach it."""
    return Starlette(routes=[media_route(app.state.api.state)], exception_handlers=HANDLERS)
