"""A request's parameters: query for GET and DELETE, JSON or multipart/form-data for POST."""

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from kling.sandbox.errors import ApiError, bad_parameter

BODY_LIMIT = 256 * 1024
"""Bytes. Three prompts of 2,500 characters, each escaped in twelve bytes, are 90 kB."""

DRAIN_LIMIT = 512 << 20
"""Bytes of a refused body that are still read and thrown away."""

FORM = "multipart/form-data"
JSON = "application/json"


def content_type(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def read_query(request: Request) -> dict[str, object]:
    given: dict[str, object] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise bad_parameter(name[:100], "must be given once")
        given[name] = value
    return given


async def read_body(request: Request) -> tuple[dict[str, object], bool]:
    """The parameters, and whether they came as text (a form) or with their types (JSON)."""
    for name in request.query_params:
        raise bad_parameter(name[:100], "belongs in the body")
    kind = content_type(request)
    if kind == FORM:
        return await read_form(request), True
    if kind == JSON:
        return parse_json(await read_limited(request)), False
    raise ApiError(400, f"Content-Type {kind[:100]} is not supported. Valid values: {JSON}, {FORM}")


async def read_limited(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise ApiError(413, f"The body must be at most {BODY_LIMIT} bytes")
    return bytes(body)


def parse_json(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise ApiError(400, "The body is not valid JSON") from None
    if not isinstance(given, dict):
        raise ApiError(400, "The body must be a JSON object")
    return given


async def read_form(request: Request) -> dict[str, object]:
    if int(request.headers.get("content-length", 0)) > BODY_LIMIT:
        raise ApiError(413, f"The body must be at most {BODY_LIMIT} bytes")
    given: dict[str, object] = {}
    async with request.form(max_files=0, max_fields=40, max_part_size=BODY_LIMIT) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile) or name in given:
                raise bad_parameter(name[:100], "must be given once, as text")
            given[name] = value
    return given


async def drain(body: AsyncIterator[bytes]) -> None:
    """Read on after a refusal, so that the sender gets to read it instead of a broken connection."""
    passed = 0
    async for chunk in body:
        passed += len(chunk)
        if passed > DRAIN_LIMIT:
            return
