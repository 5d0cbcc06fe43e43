"""What is answered when something was raised; and the connection that ends without an answer."""

import errno
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from kling.sandbox import errors
from kling.sandbox.errors import ApiError

DROP_CONNECTION = "kling.sandbox.drop_connection"
"""Key in the scope's extensions: ends the connection without a word (server.py)."""


def error_response(error: ApiError) -> Response:
    if error.page:
        return HTMLResponse(error.page, error.status)
    return JSONResponse(error.body, error.status, error.headers)


class DropConnection(Response):
    """No answer at all: the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"][DROP_CONNECTION]()
        while (await receive())["type"] != "http.disconnect":
            pass


async def on_api_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return error_response(error)


async def on_http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def on_lost(_: Request, __: Exception) -> Response:
    return DropConnection()


async def on_os_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, OSError)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return error_response(errors.disk_full())
    if isinstance(error, FileNotFoundError):
        return error_response(ApiError(404, "The file has expired"))
    return error_response(ApiError(500, "The practice API cannot use its disk"))


async def on_fault(_: Request, __: Exception) -> Response:
    """What nobody thought of: the traceback is in the log, the sentence here."""
    return error_response(ApiError(500, "The practice API has failed, its log says why"))


async def on_disconnect(_: Request, __: Exception) -> Response:
    """Nobody is left to read it."""
    return Response(status_code=499)


HANDLERS: dict[Any, Any] = {
    ApiError: on_api_error,
    HTTPException: on_http_error,
    errors.LostAnswer: on_lost,
    OSError: on_os_error,
    ClientDisconnect: on_disconnect,
    Exception: on_fault,
}
