"""The upstream, one short method an endpoint; `kling-api.md` is the page they implement.

Whatever costs money is sent exactly once: on a connection of its own, never retried, never redirected.
The token goes into the request's header and nowhere else. Every method raises `KlingError` and nothing else.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, BinaryIO, NamedTuple, Self, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from kling.errors import InvalidInput, KlingError, UnexpectedAnswer, refusal
from kling.http import destinations, parameters, retries
from kling.models import MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest
from kling.models.answers import Account, Asset, Capacity, Deleted, Download, Element, Motion, Upload
from kling.models.tasks import Task, TaskPage

API_URL = "https://api.useapi.net/v1/kling"
ANSWER_BYTES = 64 * 1024 * 1024
MEDIA_BYTES = 512 * 1024 * 1024
MEDIA_PIECE = 256 * 1024
_T = TypeVar("_T")


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
        self._auth = _Bearer(parameters.usable_token(token))
        self.base_url = parameters.web_address("base_url", base_url)
        self.account = account or None
        self.connect_seconds = connect_seconds
        self.read_seconds = read_seconds
        self.upload_seconds = upload_seconds
        self._reading = _session(retries.GET_AGAIN)

    def __repr__(self) -> str:
        return f"KlingClient({urlsplit(self.base_url).hostname!r}, account={self.account!r})"

    def for_account(self, account: str | None) -> Self:
        """The same client, for another account of the token."""
        other = copy.copy(self)
        other.account = account or None
        return other

    def close(self) -> None:
        """Drop the idle connections."""
        self._reading.close()

    def list_accounts(self) -> dict[str, Account]:
        """The accounts under the token by e-mail, without what they have left. `GET /accounts`."""
        body = self._request("GET", "/accounts")
        accounts = body if isinstance(body, dict) and not isinstance(body.get("error"), str) else None
        found = self._found(accounts, body, "accounts")
        return {email: Account.read(account) for email, account in found.items()}

    def get_account(self, email: str) -> Account:
        """One account, with what it has left. `GET /accounts/<email>`."""
        body = self._request("GET", f"/accounts/{parameters.segment('email', email)}")
        return Account.read(
            self._found(parameters.holding(body, "email", "balance", "session", "maxJobs"), body, "account")
        )

    def get_capacity(self) -> Capacity:
        """What is being worked on, and how many places are free. `GET /scheduler/available`."""
        body = self._request("GET", "/scheduler/available")
        return Capacity.read(self._found(parameters.holding(body, "executing", "available"), body, "places"))

    def stop_tracking(self, job_id: str) -> None:
        """Stop tracking a job, and its callback; Kling still makes the video. `DELETE /scheduler/<id>`."""
        self._done(self._request("DELETE", f"/scheduler/{parameters.segment('job_id', job_id)}"))

    def upload_asset(
        self,
        file: BinaryIO,
        content_type: str,
        *,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Asset:
        """Send a file from its start to its end; `on_progress(sent, total)` in bytes. `POST /assets`."""
        kind = parameters.one_of("content_type", content_type, parameters.CONTENT_TYPES)
        pieces = parameters.Pieces(file, on_progress)
        body = self._request("POST", "/assets/", self._query(), data=pieces, headers={"Content-Type": kind})
        return Asset.read(self._found(parameters.holding(body, "url", "resourceUrl"), body, "address of the file"))

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
        body = self._request("GET", "/assets/uploaded/", query)
        return [Upload.read(item) for item in self._found(parameters.items(body, "uploadAssetsList"), body, "uploads")]

    def delete_uploads(self, ids: Iterable[int | str]) -> None:
        """Delete up to 10 uploaded files, by their ids as they came. `DELETE /assets/uploaded`.

        The account is required here: without one, that of the token is asked for first; `InvalidInput` with several.
        """
        listed = parameters.file_ids("ids", ids, parameters.UPLOADS_AT_A_TIME)
        query = {"email": self.account or self._only_account(), "id": listed}
        self._done(self._request("DELETE", "/assets/uploaded/", query))

    def get_download(self, work_ids: Iterable[int | str], file_types: Iterable[str] = ("MP4",)) -> Download:
        """A link to works without watermark, for paid accounts; several come as a .zip. `GET /assets/download`."""
        query = self._query(
            workIds=parameters.ids("work_ids", work_ids),
            fileTypes=parameters.words("file_types", file_types, parameters.FILE_TYPES),
        )
        body = self._request("GET", "/assets/download", query)
        return Download.read(self._found(parameters.holding(body, "cdnUrl"), body, "link to the file"))

    def list_motions(self, mine: bool = False, page: int = 1, page_size: int = 40) -> list[Motion]:
        """Kling's own motions, all at once, or a page of the account's. `GET /videos/motions`.

        What has neither an id nor a link is no motion and is left out.
        """
        number, size = parameters.whole("page", page, 1), parameters.whole("page_size", page_size, 1, 100)
        query = self._query(mine="true", pageNum=number, pageSize=size) if mine else self._query()
        body = self._request("GET", "/videos/motions", query)
        motions = map(Motion.read, self._found(parameters.items(body), body, "motions"))
        return [motion for motion in motions if motion.key]

    def list_elements(self, page: int = 1, page_size: int = 50) -> list[Element]:
        """The characters that were saved at Kling, newest first, by page. `GET /elements`.

        One without an id cannot be used and is left out.
        """
        query = self._query(
            pageNum=parameters.whole("page", page, 1), pageSize=parameters.whole("page_size", page_size, 1, 100)
        )
        body = self._request("GET", "/elements/", query)
        elements = map(Element.read, self._found(parameters.items(body, "elementsList"), body, "characters"))
        return [element for element in elements if element.key]

    def upload_motion(self, request: MotionUploadRequest) -> Task:
        """Make a motion out of an uploaded video; wait for the task. `POST /videos/motion-upload`."""
        return self._task(self._request("POST", "/videos/motion-upload", json=self._body(request)))

    def create_motion_video(self, request: MotionCreateRequest | ReferenceMotionRequest) -> Task:
        """Order a video, which costs credits; wait for the task. `POST /videos/motion-create`."""
        return self._task(self._request("POST", "/videos/motion-create", json=self._body(request)))

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
            pageSize=parameters.maybe("page_size", page_size, 1),
            createdBefore=parameters.maybe("created_before", created_before),
            createdAfter=parameters.maybe("created_after", created_after),
        )
        body = self._request("GET", "/tasks", query)
        return TaskPage(map(Task.read, self._found(parameters.items(body, "history"), body, "tasks")))

    def get_task(self, task_id: int | str) -> Task:
        """One task, with when it should be done. `GET /tasks/<id>`."""
        return self._task(self._request("GET", f"/tasks/{parameters.whole('task_id', task_id)}", self._query()))

    def delete_task(self, task_id: int | str) -> Deleted:
        """Delete a task for good, with its works or its motion. `DELETE /tasks/<id>`."""
        path = f"/tasks/{parameters.whole('task_id', task_id)}"
        return Deleted.read(self._done(self._request("DELETE", path, self._query())))

    def fetch_media(self, url: str) -> bytes:
        """The file behind a link in an answer. It is not the API: the token is not sent."""
        address = parameters.web_address("url", url)
        options = {"timeout": (self.connect_seconds, self.read_seconds), "allow_redirects": True, "auth": _nobody}
        with self._media_session() as session:
            reply = _exchange(session, "GET", address, MEDIA_BYTES, self.upload_seconds, **options)
        if reply.status != 200:
            raise refusal(reply.status, None, None, datetime.now(UTC))
        return reply.content

    def stream_media(self, url: str) -> Iterator[bytes]:
        """The same piece by piece, for what may be larger than one wants to hold."""
        address, host = parameters.web_address("url", url), urlsplit(url).hostname or "the server"
        patience = (self.connect_seconds, self.read_seconds)
        received = 0
        with self._media_session() as session:
            try:
                with session.get(address, timeout=patience, auth=_nobody, stream=True) as response:
                    if response.status_code != 200:
                        raise refusal(response.status_code, None, None, datetime.now(UTC))
                    for piece in response.iter_content(MEDIA_PIECE):
                        received += len(piece)
                        if received > MEDIA_BYTES:
                            raise UnexpectedAnswer("The file is too long to be one.", response.status_code)
                        yield piece
                return
            except (requests.RequestException, HTTPError) as error:
                failure = retries.fault(error, host)
        raise failure

    def _media_session(self) -> requests.Session:
        session = requests.Session()
        session.max_redirects = destinations.REDIRECTS
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = destinations.PublicAdapter(destinations.origin_of(self.base_url), max_retries=retries.GET_AGAIN)
        for scheme in ("http://", "https://"):
            session.mount(scheme, adapter)
        return session

    def _request(self, method: str, path: str, query: Mapping[str, Any] | None = None, **sending: Any) -> Any:
        """Every call to the API: the JSON of its answer, None if that is empty."""
        seconds = self.upload_seconds if "data" in sending else self.read_seconds
        options = {"params": query, "auth": self._auth, "timeout": (self.connect_seconds, seconds), **sending}
        # A connection kept from before may be closed already, and then nobody knows whether a POST arrived.
        with nullcontext(self._reading) if method == "GET" else _session(retries.NEVER) as session:
            reply = _exchange(session, method, self.base_url + path, ANSWER_BYTES, seconds, **options)
        return self._understood(reply)

    def _understood(self, reply: "_Reply") -> Any:
        try:
            body, is_json = parameters.parse(reply.content), True
        except ValueError:
            body, is_json = reply.content[:2000].decode(errors="replace"), False
        if not 200 <= reply.status < 300:
            raise refusal(reply.status, self._safe(body), reply.retry_after, datetime.now(UTC))
        if not is_json and reply.content.strip():
            raise UnexpectedAnswer("The answer is not JSON.", reply.status, self._safe(body))
        return body if is_json else None

    def _safe(self, body: Any) -> Any:
        return parameters.without_secret(body, self._auth.token)

    def _found(self, wanted: _T | None, body: Any, what: str) -> _T:
        """`wanted`, if the answer holds it. An answer of 200 may hold an error instead."""
        if wanted is None:
            raise self._unexpected(body, what)
        return wanted

    def _unexpected(self, body: Any, what: str) -> KlingError:
        if isinstance(body, dict) and body.get("error"):
            code = body.get("code")
            status = code if isinstance(code, int) and 400 <= code <= 599 else 200
            return refusal(status, self._safe(body), None, datetime.now(UTC))
        return UnexpectedAnswer(f"The answer holds no {what}.", 200, self._safe(body))

    def _task(self, body: Any) -> Task:
        task = Task.read(body)
        return self._found(task if task.is_readable else None, body, "task")

    def _done(self, body: Any) -> Any:
        """What a deletion answers, which may be nothing."""
        if isinstance(body, dict) and body.get("error") and "deleted" not in body:
            raise self._unexpected(body, "confirmation")
        return body

    def _only_account(self) -> str:
        emails = list(self.list_accounts())
        if len(emails) != 1:
            raise InvalidInput("Say which Kling account it is for.", "account")
        return emails[0]

    def _query(self, **parameters: Any) -> dict[str, Any]:
        return {"email": self.account, **parameters}

    def _body(self, request: MotionCreateRequest | MotionUploadRequest | ReferenceMotionRequest) -> Any:
        return ({"email": self.account} if self.account else {}) | request.to_wire()


class _Bearer(AuthBase):
    """An object, so that a ~/.netrc cannot take its place."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _Adapter(HTTPAdapter):
    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> HTTPConnectionPool:
        return retries.be_patient(super().get_connection_with_tls_context(*args, **options))


def _session(retries: Retry) -> requests.Session:
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(pool_maxsize=20, max_retries=retries))
    return session


class _Reply(NamedTuple):
    status: int
    retry_after: str | None
    content: bytes


def _exchange(session: requests.Session, method: str, url: str, limit: int, seconds: float, **options: Any) -> _Reply:
    try:
        with session.request(method, url, **{"stream": True, "allow_redirects": False, **options}) as response:
            content = retries.read_body(response.raw, limit, seconds)
            return _Reply(response.status_code, response.headers.get("Retry-After"), content)
    except (requests.RequestException, HTTPError) as error:
        failure = retries.fault(error, urlsplit(url).hostname or "the server")
    # Raised out here, so that it does not hold on to the request, whose headers hold the token.
    raise failure
