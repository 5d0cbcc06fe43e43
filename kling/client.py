"""The upstream, one short method an endpoint; `kling-api.md` is the page they implement.

Whatever costs money is sent exactly once: on a connection of its own, never retried, never redirected.
The token goes into the request's header and nowhere else. Every method raises `KlingError` and nothing else.
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, BinaryIO, Protocol, Self

from kling.errors import InvalidInput
from kling.http import parameters
from kling.http.media import MediaAnswer
from kling.http.transport import Transport
from kling.http.upload_body import UploadBody
from kling.models import MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest
from kling.models.answers import Account, Asset, Capacity, Deleted, Download, Element, Motion, Upload
from kling.models.lenient import without_signature
from kling.models.tasks import Task, TaskPage

API_URL = "https://api.useapi.net/v1/kling"
UPLOAD_PAGES = 20


class TaskReader(Protocol):
    """What reading tasks asks of the client."""

    def list_tasks(
        self,
        content_type: str | None = None,
        page_size: int | None = None,
        created_before: int | None = None,
        created_after: int | None = None,
    ) -> TaskPage: ...
    def get_task(self, task_id: int) -> Task: ...


class KlingClient:
    """All of Kling that the dashboard uses, for one token. Threads may share it.

    `account` is the e-mail sent wherever the API takes one. Waits are in seconds.
    """

    def __init__(
        self,
        token: str | None,
        base_url: str = API_URL,
        account: str | None = None,
        *,
        connect_seconds: float = 5.0,
        read_seconds: float = 60.0,
        upload_seconds: float = 300.0,
    ) -> None:
        self._transport = Transport(token, base_url, connect_seconds, read_seconds, upload_seconds)
        self.account = account or None
        self._last_page = TaskPage()

    def __repr__(self) -> str:
        return f"KlingClient({self._transport.host!r}, account={self.account!r})"

    def for_account(self, account: str | None) -> Self:
        """The same client, for another account of the token."""
        other = copy.copy(self)
        other.account = account or None
        return other

    def close(self) -> None:
        """Drop the idle connections."""
        self._transport.close()

    def list_accounts(self) -> dict[str, Account]:
        """The accounts under the token by e-mail, without what they have left. `GET /accounts`."""
        accounts = self._transport.request("GET", "/accounts").mapping("accounts")
        return {email: Account.read(account) for email, account in accounts.items()}

    def get_account(self, email: str) -> Account:
        """One account, with what it has left. `GET /accounts/<email>`."""
        reply = self._transport.request("GET", f"/accounts/{parameters.path_segment('email', email)}")
        return Account.read(reply.having("account", "email", "balance", "session", "maxJobs"))

    def get_capacity(self) -> Capacity:
        """What is being worked on, and how many places are free. `GET /scheduler/available`."""
        reply = self._transport.request("GET", "/scheduler/available")
        return Capacity.read(reply.having("places", "executing", "available"))

    def stop_tracking(self, job_id: str) -> None:
        """Stop tracking a job, and its callback; Kling still makes the video. `DELETE /scheduler/<id>`."""
        self._transport.request("DELETE", f"/scheduler/{parameters.path_segment('job_id', job_id)}").confirmation()

    def upload_asset(
        self,
        file: BinaryIO,
        content_type: str,
        *,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Asset:
        """Send a file from its start to its end; `on_progress(sent, total)` in bytes. `POST /assets`."""
        kind = parameters.one_of("content_type", content_type, parameters.CONTENT_TYPES)
        body = UploadBody(file, on_progress)
        reply = self._transport.request("POST", "/assets/", self._query(), data=body, headers={"Content-Type": kind})
        return Asset.read(reply.having("address of the file", "url", "resourceUrl"))

    def list_uploads(
        self,
        page: int = 1,
        page_size: int = 20,
        content_type: str | None = None,
        file_name: str | None = None,
        sort: str | None = None,
    ) -> list[Upload]:
        """The files that were uploaded before, by page. `GET /assets/uploaded`."""
        query = self._query(
            pageNum=parameters.whole("page", page, 1),
            pageSize=parameters.whole("page_size", page_size, 1),
            contentType=content_type,
            fileName=file_name,
            sort=sort,
        )
        reply = self._transport.request("GET", "/assets/uploaded/", query)
        return [Upload.read(item) for item in reply.items("uploads", "uploadAssetsList")]

    def delete_uploads(self, ids: Iterable[int | str]) -> None:
        """Delete up to 10 uploaded files, by their ids as they came. `DELETE /assets/uploaded`.

        The account is required here: without one, that of the token is asked for first; `InvalidInput` with several.
        """
        listed = parameters.file_ids("ids", ids, parameters.UPLOADS_PER_CALL)
        query = {"email": self.account or self._only_account(), "id": listed}
        self._transport.request("DELETE", "/assets/uploaded/", query).confirmation()

    def delete_reference_motion(self, url: str) -> None:
        """Delete a motion that is a video, which goes by the id of its upload: the one whose file is at `url`.

        `InvalidInput` where the uploads that can be listed do not hold it.
        """
        wanted, seen = without_signature(url), set[str]()
        for page in range(1, UPLOAD_PAGES + 1):
            uploads = {upload.key: upload for upload in self.list_uploads(page, 100, "video")}
            found = [each for each in uploads.values() if without_signature(each.url or "") == wanted]
            if found and found[0].id is not None:
                return self.delete_uploads([found[0].id])
            if found or uploads.keys() <= seen:
                break
            seen |= uploads.keys()
        raise InvalidInput(
            "The file of this motion is not among the uploads that Kling lists, so nothing was deleted. "
            "Delete the motion in Kling itself.",
            "motion",
        )

    def delete_pictures(self, urls: Iterable[str]) -> int:
        """Delete the uploaded pictures whose files are at these addresses; returns how many were found."""
        wanted, seen, found = set(map(without_signature, urls)), set[str](), list[int | str]()
        for page in range(1, UPLOAD_PAGES + 1):
            uploads = {upload.key: upload for upload in self.list_uploads(page, 100, "image")}
            if uploads.keys() <= seen:
                break
            seen |= uploads.keys()
            theirs = [each.id for each in uploads.values() if without_signature(each.url or "") in wanted]
            found += [each for each in theirs if each is not None]
        for start in range(0, len(found), parameters.UPLOADS_PER_CALL):
            self.delete_uploads(found[start : start + parameters.UPLOADS_PER_CALL])
        return len(found)

    def get_download(self, work_ids: Iterable[int | str], file_types: Iterable[str] = ("MP4",)) -> Download:
        """A link to works without watermark, for paid accounts; several come as a .zip. `GET /assets/download`."""
        query = self._query(
            workIds=parameters.ids("work_ids", work_ids),
            fileTypes=parameters.words("file_types", file_types, parameters.FILE_TYPES),
        )
        reply = self._transport.request("GET", "/assets/download", query)
        return Download.read(reply.having("link to the file", "cdnUrl"))

    def list_motions(self, mine: bool = False, page: int = 1, page_size: int = 40) -> list[Motion]:
        """Kling's own motions, all at once, or a page of the account's. `GET /videos/motions`.

        What has neither an id nor a link is no motion and is left out.
        """
        number, size = parameters.whole("page", page, 1), parameters.whole("page_size", page_size, 1, 100)
        query = self._query(mine="true", pageNum=number, pageSize=size) if mine else self._query()
        motions = map(Motion.read, self._transport.request("GET", "/videos/motions", query).items("motions"))
        return [motion for motion in motions if motion.key]

    def list_elements(self, page: int = 1, page_size: int = 50) -> list[Element]:
        """The characters that were saved at Kling, newest first, by page. `GET /elements`.

        One without an id cannot be used and is left out.
        """
        query = self._query(
            pageNum=parameters.whole("page", page, 1), pageSize=parameters.whole("page_size", page_size, 1, 100)
        )
        reply = self._transport.request("GET", "/elements/", query)
        elements = map(Element.read, reply.items("characters", "elementsList"))
        return [element for element in elements if element.key]

    def upload_motion(self, request: MotionUploadRequest) -> Task:
        """Make a motion out of an uploaded video; wait for the task. `POST /videos/motion-upload`."""
        return self._transport.request("POST", "/videos/motion-upload", json=self._body(request)).task()

    def create_motion_video(self, request: MotionCreateRequest | ReferenceMotionRequest) -> Task:
        """Order a video, which costs credits; wait for the task. `POST /videos/motion-create`."""
        return self._transport.request("POST", "/videos/motion-create", json=self._body(request)).task()

    def list_tasks(
        self,
        content_type: str | None = None,
        page_size: int | None = None,
        created_before: int | None = None,
        created_after: int | None = None,
    ) -> TaskPage:
        """Tasks of all kinds, newest first; times in ms, never both. `GET /tasks`.

        The next page: `created_before` = `TaskPage.oldest`.
        """
        if created_before is not None and created_after is not None:
            raise InvalidInput("Created before and created after cannot be used together.", "created_after")
        query = self._query(
            contentType=content_type and parameters.one_of("content_type", content_type, parameters.TASK_KINDS),
            pageSize=parameters.optional_whole("page_size", page_size, 1),
            createdBefore=parameters.optional_whole("created_before", created_before),
            createdAfter=parameters.optional_whole("created_after", created_after),
        )
        items = self._transport.request("GET", "/tasks", query).items("tasks", "history")
        page = TaskPage.read(items, self._last_page)
        if created_before is None:
            self._last_page = page
        return page

    def get_task(self, task_id: int | str) -> Task:
        """One task, with when it should be done. `GET /tasks/<id>`."""
        return self._transport.request("GET", f"/tasks/{parameters.whole('task_id', task_id)}", self._query()).task()

    def delete_task(self, task_id: int | str) -> Deleted:
        """Delete a task for good, with its works or its motion. `DELETE /tasks/<id>`."""
        path = f"/tasks/{parameters.whole('task_id', task_id)}"
        return Deleted.read(self._transport.request("DELETE", path, self._query()).confirmation())

    def fetch_media(self, url: str) -> bytes:
        """The file behind a link in an answer. It is not the API: the token is not sent."""
        return self._transport.fetch(url)

    def stream_media(self, url: str) -> Iterator[bytes]:
        """The same piece by piece, for what may be larger than one wants to hold."""
        with self.open_media(url) as answer:
            yield from answer.pieces

    def open_media(self, url: str, start: int = 0) -> AbstractContextManager[MediaAnswer]:
        """The same with what the server says of the file; from byte `start` on, if it can."""
        return self._transport.open_media(url, start)

    def _only_account(self) -> str:
        emails = list(self.list_accounts())
        if len(emails) != 1:
            raise InvalidInput("Say which Kling account it is for.", "account")
        return emails[0]

    def _query(self, **parameters: Any) -> dict[str, Any]:
        return {"email": self.account, **parameters}

    def _body(self, request: MotionCreateRequest | MotionUploadRequest | ReferenceMotionRequest) -> Any:
        return ({"email": self.account} if self.account else {}) | request.to_wire()
