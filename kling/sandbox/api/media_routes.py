"""Files for browsers, under ``/media/``.

Served twice: by the practice API itself, and by `media_app` inside the dashboard, which a browser on another
machine can reach. Both look at the same state.
"""

import asyncio
from contextlib import suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kling.sandbox.api.error_handlers import HANDLERS
from kling.sandbox.errors import ApiError
from kling.sandbox.state.state import State

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


class MadeFile(FileResponse):
    """A file that may be deleted while it is asked for, or with all others when the practice API stops."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not Path(self.path).exists():
            await Response("No such file", 404)(scope, receive, send)
            return
        with suppress(RuntimeError, FileNotFoundError):  # it went in between: the connection ends
            await super().__call__(scope, receive, send)


def media_route(state: State) -> Route:
    async def media(request: Request) -> Response:
        name = request.path_params["name"]
        path = state.uploads.path(name, state.clock())
        if path is None:
            made = state.files.get_future(name)
            if made is None:
                raise ApiError(404, "No such file")
            waited_for = asyncio.wrap_future(made)
            waited_for.add_done_callback(_retrieve)
            try:
                # Shielded: others may wait for the same file.
                path = await asyncio.shield(waited_for)
            except asyncio.CancelledError:
                raise ApiError(503, "The practice API is being stopped") from None
        return MadeFile(path, media_type=MEDIA_TYPES.get(path.suffix), headers=MEDIA_HEADERS)

    return Route("/media/{name}", media, methods=["GET"])


def _retrieve(made: asyncio.Future[Path]) -> None:
    """What became of a file that nobody waits for any more is no fault of the server's."""
    if not made.cancelled():
        made.exception()


def media_app(app: Starlette) -> Starlette:
    """The media of a practice API alone, under ``/media/``, to be mounted where browsers can reach it."""
    return Starlette(routes=[media_route(app.state.api.state)], exception_handlers=HANDLERS)
