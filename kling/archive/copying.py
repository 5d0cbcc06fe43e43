"""One result copied: its video, and its cover, picture and motion clip as far as they can be had.

A part is kept once its length is right and it can be shown; what was kept of a result before is not fetched again.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy.exc import SQLAlchemyError

from kling import media
from kling.archive import room
from kling.archive.claims import ClaimLost, Claims
from kling.archive.fetch import Fetched, Reader, fetch
from kling.archive.files import Files, StorageFault
from kling.archive.records import PARTS, ArchiveFile, Part, WholeResult
from kling.errors import ApiError, Expired, Forbidden, InvalidInput, KlingError, NotFound, UnexpectedAnswer
from kling.models import Download, Task
from kling.models.lenient import without_signature

LAPSED = (Forbidden, NotFound, Expired)
"""What a server says of a link that holds no longer, or of a file that is gone."""
FINAL_TRIES = 5
"""So often a file is asked for that comes broken, or whose every link has lapsed."""
GIVEN_UP_AFTER = 8 * 86_400.0
"""Seconds after its end in which Kling knows a task, and a day."""
log = logging.getLogger(__name__)

Reason = Literal["", "unreachable", "refused", "lapsed", "damaged", "deleted"]
"""unreachable: network, service or this machine has a fault · refused: the service asks for something else first ·
lapsed: no link to it holds · damaged: what comes is no whole video · deleted: the service knows the task no more."""


class Client(Reader, Protocol):
    """What copying asks of the client."""

    def get_task(self, task_id: int) -> Task: ...
    def get_download(self, work_ids: Sequence[int]) -> Download: ...


class Stopped(BaseException):
    """The process stops: what has come so far is left to the next one."""


class NoRoom(Exception):  # noqa: N818 - as the house names its errors
    """The file does not fit."""


class _NotToBeHad(Exception):  # noqa: N818 - as the house names its errors
    """A part that cannot be had now; for good where `is_final`."""

    def __init__(self, reason: Reason, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.is_final = is_final


@dataclass
class Copying:
    """What copying needs. Threads share it."""

    claims: Claims
    files: Files
    clients: Callable[[str], Client]
    room: Callable[[int], room.Room]
    is_stopping: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.time
    backoff: float = 15.0
    """Seconds before the second try; four times as long before each one after that."""

    def copy(self, whole: WholeResult) -> None:
        """A result that is ours: afterwards it is kept, gone, or waits for another try."""
        task_id = whole.result.task_id
        try:
            lost = self._copy_parts(whole)
            self.claims.end(task_id, state="kept", reason=" ".join(lost), kept_at=self.clock(), not_before=None)
        except ClaimLost:
            return
        except _NotToBeHad as problem:
            self._put_off(whole, problem)
        except (Stopped, NoRoom, StorageFault):
            self.claims.end(task_id)
            raise
        except SQLAlchemyError:
            raise  # nothing can be written down: the claim lapses by itself
        except OSError:
            self._put_off(whole, _NotToBeHad("unreachable"))  # a fault of this machine says nothing about the file
            raise
        except Exception:
            self._put_off(whole, _NotToBeHad("damaged"))
            raise

    def _copy_parts(self, whole: WholeResult) -> list[Part]:
        """The parts beside the video that cannot be had."""
        links = _Links(self, whole)
        lost: list[Part] = []
        for part in PARTS:
            if whole.result.hash_of(part) is not None or not links.has(part):
                if part == "video" and not whole.result.has_video:
                    raise _NotToBeHad("lapsed")
                continue
            try:
                self._copy_part(whole, part, links)
            except _NotToBeHad as problem:
                is_last = problem.is_final or whole.result.tries + 1 >= FINAL_TRIES
                if part == "video" or not is_last:
                    raise
                lost.append(part)
        return lost

    def _copy_part(self, whole: WholeResult, part: Part, links: _Links) -> None:
        problem = _NotToBeHad("lapsed")
        for url in links.of(part):
            try:
                fetched = self._fetch(whole, part, url, links.client)
                return self._keep(whole.result.task_id, part, fetched)
            except LAPSED:
                problem = _NotToBeHad("lapsed", links.is_deleted)
            except ApiError as error:
                problem = _NotToBeHad("refused" if 400 <= error.status < 500 else "unreachable")
            except (UnexpectedAnswer, InvalidInput):
                problem = _NotToBeHad("damaged")
            except KlingError:
                problem = _NotToBeHad("unreachable")
                break  # another link leads to the same network
        if links.is_deleted and problem.reason == "lapsed":
            problem = _NotToBeHad("deleted", is_final=True)
        raise problem

    def _fetch(self, whole: WholeResult, part: Part, url: str, client: Client) -> Fetched:
        which = f"{whole.result.task_id} {part} {without_signature(url)}"
        key = hashlib.sha256(which.encode()).hexdigest()[:32]
        return fetch(client, url, self.files.spool, key, self._make_room, self._go_on)

    def _make_room(self, size: int) -> None:
        if self.room(size).problem is not None:
            raise NoRoom

    def _go_on(self) -> None:
        if self.is_stopping():
            raise Stopped

    def _keep(self, task_id: str, part: Part, fetched: Fetched) -> None:
        """Store a file that can be shown; one that cannot is not left lying about."""
        try:
            found = media.inspect(fetched.path if part in ("video", "motion_clip") else fetched.path.read_bytes())
            if found.is_video != (part in ("video", "motion_clip")):
                raise InvalidInput("The file is of another kind.", part)
        except InvalidInput:
            fetched.path.unlink(missing_ok=True)
            raise
        file = ArchiveFile(fetched.hash, fetched.size, found.content_type)
        self.files.put(fetched.path, file)
        facts: dict[str, Any] = {}
        if part == "video":
            facts = {"size": file.size, "width": found.width, "height": found.height, "seconds": found.seconds}
        self.claims.keep(task_id, part, file, lambda: self.files.size_of(file) == file.size, **facts)

    def _put_off(self, whole: WholeResult, problem: _NotToBeHad) -> None:
        """Try again later, or give it up and say so once."""
        result, now = whole.result, self.clock()
        tries = result.tries + 1
        is_hopeless = problem.reason in ("lapsed", "damaged") and tries >= FINAL_TRIES
        if problem.is_final or is_hopeless or now > result.finished_at + GIVEN_UP_AFTER:
            log.warning("The video of task %s cannot be had any more (%s)", result.task_id, problem.reason)
            self.claims.end(result.task_id, state="gone", reason=problem.reason, tries=tries, not_before=None)
        else:
            wait = min(3600.0, self.backoff * 4.0**result.tries)
            self.claims.end(result.task_id, reason=problem.reason, tries=tries, not_before=now + wait)


class _Links:
    """The links to the parts of a result, asked for anew where those that are known have lapsed."""

    def __init__(self, copying: Copying, whole: WholeResult) -> None:
        self._claims = copying.claims
        self._task = whole.task
        self._task_id = whole.result.task_id
        try:
            self.client = copying.clients(whole.result.account)
        except KlingError:
            raise _NotToBeHad("unreachable") from None
        self._is_fresh = False
        self.is_deleted = False
        """Whether the service knows the task no more."""

    def has(self, part: Part) -> bool:
        return bool(_known(self._task, part)) or (part == "video" and bool(self._task.work_ids))

    def of(self, part: Part) -> Iterator[str]:
        """One after the other, as long as the one before did not do."""
        if part == "video" and (best := self._without_watermark()):
            yield best
        known = _known(self._task, part)
        if known:
            yield known
        if not self._is_fresh:
            self._ask_anew()
            if (anew := _known(self._task, part)) and anew != known:
                yield anew

    def _without_watermark(self) -> str | None:
        """The file without Kling's mark, where the account may have it."""
        try:
            return self.client.get_download(self._task.work_ids[:1]).cdn_url if self._task.work_ids else None
        except (ApiError, UnexpectedAnswer) as error:
            if isinstance(error, ApiError) and (error.status >= 500 or error.status in (401, 408, 429)):
                raise _NotToBeHad("unreachable") from None
            return None
        except KlingError:
            raise _NotToBeHad("unreachable") from None

    def _ask_anew(self) -> None:
        self._is_fresh = True
        try:
            task = self.client.get_task(int(self._task_id))
        except (NotFound, Expired):
            self.is_deleted = True
        except KlingError:
            raise _NotToBeHad("unreachable") from None
        else:
            self._task = task
            self._claims.note_task(self._task_id, task.to_json())


def _known(task: Task, part: Part) -> str | None:
    return {
        "video": task.video_url,
        "cover": task.cover_url,
        "picture": task.picture_url,
        "motion_clip": task.motion_url,
    }[part]
