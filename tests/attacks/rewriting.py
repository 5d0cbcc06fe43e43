"""The practice API as somebody who wants to call outside would have it: their words in every text of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kling.sandbox import serve

KINDS = ("type", "contentType", "status", "assetType", "inputType", "name")
"""Fields by which an answer is understood; where they stay, the pages show more of it."""


@contextmanager
def rewriting(api: str, words: str, *, kinds_too: bool) -> Iterator[str]:
    """The origin of a proxy before `api`, which adds `words` to the answers; `kinds_too`: to each and every text."""

    async def forward(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_forward, request, body)

    def _forward(request: Request, body: bytes) -> Response:
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
        # What the dashboard was told it names again, such as an account.
        url = api + request.url.path.replace(f" {words}", "")
        query = [(name, value.replace(f" {words}", "")) for name, value in request.query_params.multi_items()]
        answer = requests.request(request.method, url, params=query, data=body, headers=headers, timeout=60)
        if "json" not in answer.headers.get("Content-Type", ""):
            return Response(answer.content, answer.status_code, {"Content-Type": answer.headers["Content-Type"]})
        kept = () if kinds_too else KINDS
        return JSONResponse(_rewritten(answer.json(), words, kept), answer.status_code)

    methods = ["GET", "POST", "DELETE"]
    with serve(Starlette(routes=[Route("/{path:path}", forward, methods=methods)])) as origin:
        yield origin


def _rewritten(found: Any, words: str, kept: tuple[str, ...], name: str = "") -> Any:
    if isinstance(found, dict):
        # An account is named by its e-mail, which is the name of a field.
        return {
            f"{key} {words}" if "@" in key else key: _rewritten(value, words, kept, key) for key, value in found.items()
        }
    if isinstance(found, list):
        return [_rewritten(value, words, kept, name) for value in found]
    is_address = isinstance(found, str) and found.startswith("http")
    return f"{found} {words}" if isinstance(found, str) and not is_address and name not in kept else found
