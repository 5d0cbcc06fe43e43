"""Files on their way into memory: how much a person, and all people, may have there at once, and what is let go.

Streamlit holds uploaded files in memory until their session ends. Here they are counted while they are sent, and those
that no page of an open session shows any more are removed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.server.requester import requester
from pages.streamlit_internals import File, files_of_runtime, files_on_pages, run_page_again
from pages.ui import wording
from pages.ui.session import shared

PATH = "/_stcore/upload_file/"
UNUSED_SECONDS = 40.0
LOOK_SECONDS = 10.0
"""How often it is looked for what nobody uses: with the above it is gone within a minute."""
PERSONS_SHARE = 0.5
"""Of all the memory for uploads, what one person may have."""
log = logging.getLogger(__name__)


@dataclass
class Upload:
    person: str
    size: int
    """Bytes."""
    used_at: float
    is_under_way: bool = True


@dataclass
class Uploads:
    """All files that are held or under way. Used in the event loop only."""

    most: int
    """Bytes."""
    known: dict[File, Upload] = field(default_factory=dict)

    def has_room(self, file: File, person: str, size: int) -> bool:
        """Whether `person` may make `file` so large."""
        others = [(upload.person, upload.size) for key, upload in self.known.items() if key != file]
        in_all = size + sum(held for _, held in others)
        persons = size + sum(held for owner, held in others if owner == person)
        return in_all <= self.most and persons <= self.most * PERSONS_SHARE

    def forget_removed(self) -> None:
        """Leave out what Streamlit does not hold any more."""
        for (session_id, file_id), upload in list(self.known.items()):
            if not upload.is_under_way and not files_of_runtime().get_files(session_id, [file_id]):
                del self.known[session_id, file_id]

    def remove_unused(self, now: float) -> None:
        """Free what has not been on a page for a while; `now` as `time.monotonic` tells it."""
        self.forget_removed()
        shown = files_on_pages({session_id for session_id, _ in self.known})
        for (session_id, file_id), upload in list(self.known.items()):
            if upload.is_under_way or (session_id, file_id) in shown:
                upload.used_at = now
            elif now - upload.used_at > UNUSED_SECONDS:
                files_of_runtime().remove_file(session_id, file_id)
                del self.known[session_id, file_id]


async def look_for_unused(uploads: Uploads) -> None:
    """Runs as long as the app."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            uploads.remove_unused(time.monotonic())
        except Exception:  # one look that fails must not be the last: what is held would only grow
            log.exception("It could not be looked for files that nobody uses")


class LimitUploads:
    """Refuses a file while it is sent, as soon as it is too much."""

    def __init__(self, app: ASGIApp, uploads: Uploads) -> None:
        self.app = app
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = _file(scope) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if file is None:
            await self.app(scope, receive, send)
            return
        self.uploads.forget_removed()
        person, length = requester(scope), _length(Request(scope))
        if not shared.rates().take("uploads", person):
            _tell(file, wording.TOO_OFTEN)
            await PlainTextResponse(wording.TOO_OFTEN, 429)(scope, receive, send)
            return
        if not self.uploads.has_room(file, person, length):
            _tell(file, wording.TOO_MUCH_UPLOADED)
            await PlainTextResponse(wording.TOO_MUCH_UPLOADED, 413)(scope, receive, send)
            return
        # What is announced is taken at once: of many that begin together, each would else find room.
        upload = self.uploads.known[file] = Upload(person, length, time.monotonic())
        try:
            await self.app(scope, self._counted(file, upload, receive), send)
        except ClientDisconnect:
            log.info("A file was not sent to its end")  # nobody is there to be answered
        finally:
            upload.is_under_way = False
            if self.uploads.known.get(file) is upload:
                self._settle(file, upload)

    def _counted(self, file: File, upload: Upload, receive: Receive) -> Receive:
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > upload.size:
                if not self.uploads.has_room(file, upload.person, received):
                    _tell(file, wording.TOO_MUCH_UPLOADED)
                    raise HTTPException(413, wording.TOO_MUCH_UPLOADED)
                upload.size = received
            return message

        return counting

    def _settle(self, file: File, upload: Upload) -> None:
        session_id, file_id = file
        held = files_of_runtime().get_files(session_id, [file_id])
        if held:
            upload.size, upload.used_at = len(held[0].data), time.monotonic()
        else:
            del self.uploads.known[file]


def _file(scope: Scope) -> File | None:
    _, found, tail = scope["path"].partition(PATH)
    parts = tail.split("/")
    return (parts[0], parts[1]) if found and len(parts) == 2 else None


def _length(request: Request) -> int:
    given = request.headers.get("content-length", "")
    return int(given) if given.isdecimal() else 0


def _tell(file: File, sentence: str) -> None:
    """The browser shows a code only; so the page is drawn again, and says it."""
    shared.refused_uploads()[file[0]] = sentence
    if not run_page_again(file[0]):
        shared.refused_uploads().pop(file[0], None)
