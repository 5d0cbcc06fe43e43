"""A file behind a link that upstream names, as it comes: from any byte on, a piece at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import requests
from urllib3.exceptions import HTTPError

from kling.errors import UnexpectedAnswer
from kling.http import retries

BYTES = 512 * 1024 * 1024
"""No file of theirs is longer."""
PIECE = 64 * 1024
"""Small enough that memory is used again: with 256 KB it is fetched anew for each, a third more CPU time."""
PARTIAL = 206
_RANGE = re.compile(r"bytes (\d+)-\d*/(\d+|\*)")


class MediaAnswer(NamedTuple):
    """The answer of a media server; sizes in bytes."""

    kind: str
    """The type it claims, as `video/mp4`; empty when it claims none."""
    start: int
    """Where in the file its bytes begin."""
    total: int | None
    """How long the file is, if it says so."""
    tag: str
    """Another file under the same link has another one."""
    pieces: Iterator[bytes]


def read_answer(response: requests.Response, host: str) -> MediaAnswer:
    """What an answer of 200 or 206 says; its pieces raise `KlingError`."""
    headers = response.headers
    start, total = 0, None
    if response.status_code == PARTIAL:
        found = _RANGE.match(headers.get("Content-Range", ""))
        if found is None:
            raise UnexpectedAnswer("A part of a file came that does not say which.", response.status_code)
        start, total = int(found[1]), None if found[2] == "*" else int(found[2])
    elif "Content-Encoding" not in headers and headers.get("Content-Length", "").isdigit():
        total = int(headers["Content-Length"])
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    tag = headers.get("ETag", "") or headers.get("Last-Modified", "")
    return MediaAnswer(kind, start, total, tag, _pieces(response, start, host))


def _pieces(response: requests.Response, start: int, host: str) -> Iterator[bytes]:
    received = start
    try:
        while piece := response.raw.read1(PIECE, decode_content=True):
            received += len(piece)
            if received > BYTES:
                raise UnexpectedAnswer("The file is too long to be one.", response.status_code)
            yield piece
        return
    except (requests.RequestException, HTTPError, OSError) as error:
        failure = retries.network_error(error, host)
    raise failure
