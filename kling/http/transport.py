"""How calls reach the API: connections, the token, what is tried again, and what an answer's bytes mean.

A call that may change something is sent exactly once: on a connection of its own, never retried, never redirected.
The token goes into the request's header and nowhere else.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from kling.errors import UnexpectedAnswer, refusal
from kling.http import destinations, media, parameters, retries
from kling.http.counts import counted
from kling.http.reply import Reply, parse, without_secret

ANSWER_BYTES = 64 * 1024 * 1024


class Transport:
    """The connections to one API with one token. Threads may share it; waits are in seconds."""

    def __init__(
        self, token: str | None, base_url: str, connect_seconds: float, read_seconds: float, upload_seconds: float
    ) -> None:
        self._auth = _BearerToken(parameters.usable_token(token))
        self.base_url = parameters.web_address("base_url", base_url)
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._upload_seconds = upload_seconds
        self._reading = _session(retries.READ_RETRY)

    @property
    def host(self) -> str | None:
        """Where the API is."""
        return urlsplit(self.base_url).hostname

    def close(self) -> None:
        """Drop the idle connections."""
        self._reading.close()

    def request(self, method: str, path: str, query: Mapping[str, Any] | None = None, **sending: Any) -> Reply:
        """One call to the API; `sending` is what `requests` takes as a body."""
        with counted(method, path):
            return self._request(method, path, query, **sending)

    def _request(self, method: str, path: str, query: Mapping[str, Any] | None, **sending: Any) -> Reply:
        seconds = self._upload_seconds if "data" in sending else self._read_seconds
        options = {"params": query, "auth": self._auth, "timeout": (self._connect_seconds, seconds), **sending}
        # A connection kept from before may be closed already, and then nobody knows whether a POST arrived.
        with nullcontext(self._reading) if method == "GET" else _session(retries.NO_RETRY) as session:
            raw = _exchange(session, method, self.base_url + path, ANSWER_BYTES, seconds, **options)
        return self._checked(raw)

    def fetch(self, url: str) -> bytes:
        """A file on any server, whole. It is not the API: the token is not sent."""
        address = parameters.web_address("url", url)
        options = {"timeout": (self._connect_seconds, self._read_seconds), "allow_redirects": True, "auth": _no_auth}
        with self._media_session() as session:
            raw = _exchange(session, "GET", address, media.BYTES, self._upload_seconds, **options)
        if raw.status != 200:
            raise refusal(raw.status, None, None, datetime.now(UTC))
        return raw.content

    @contextmanager
    def open_media(self, url: str, start: int = 0) -> Iterator[media.MediaAnswer]:
        """The same piece by piece, for what may be larger than one wants to hold, from a byte on if the server can."""
        address, host = parameters.web_address("url", url), urlsplit(url).hostname or "the server"
        options: dict[str, Any] = {"timeout": (self._connect_seconds, self._read_seconds), "auth": _no_auth}
        # Bytes are counted, so they must come as they are in the file.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        with self._media_session() as session:
            with _network_errors(host):
                response = session.get(address, headers=headers, stream=True, **options)
            with response:
                if response.status_code not in (200, media.PARTIAL):
                    raise refusal(response.status_code, None, None, datetime.now(UTC))
                yield media.read_answer(response, host)

    def _media_session(self) -> requests.Session:
        """For addresses that upstream names: they may lead to the internet, and to the API itself, only."""
        adapter = destinations.PublicAdapter(destinations.origin_of(self.base_url), max_retries=retries.READ_RETRY)
        session = _session(retries.READ_RETRY, adapter)
        session.max_redirects = destinations.REDIRECTS
        return session

    def _checked(self, raw: "_RawReply") -> Reply:
        """An answer of 2xx that is JSON or empty; everything else is an error, without the token in it."""
        try:
            body, is_json = parse(raw.content), True
        except ValueError:
            body, is_json = raw.content[:2000].decode(errors="replace"), False
        if not 200 <= raw.status < 300:
            raise refusal(raw.status, without_secret(body, self._auth.token), raw.retry_after, datetime.now(UTC))
        if not is_json and raw.content.strip():
            safe = without_secret(body, self._auth.token)
            raise UnexpectedAnswer("The answer is not JSON.", raw.status, safe)
        return Reply(body if is_json else None, self._auth.token)


class _BearerToken(AuthBase):
    """An object, so that a ~/.netrc cannot take its place."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


@contextmanager
def _network_errors(host: str) -> Iterator[None]:
    """A fault of the network as what it means."""
    try:
        yield
        return
    except (requests.RequestException, HTTPError) as error:
        failure = retries.network_error(error, host)
    raise failure


class _Adapter(HTTPAdapter):
    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> HTTPConnectionPool:
        return retries.with_send_timeout(super().get_connection_with_tls_context(*args, **options))


def _session(retry: Retry, adapter: HTTPAdapter | None = None) -> requests.Session:
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter or _Adapter(pool_maxsize=20, max_retries=retry))
    return session


class _RawReply(NamedTuple):
    status: int
    retry_after: str | None
    content: bytes


def _exchange(
    session: requests.Session, method: str, url: str, limit: int, seconds: float, **options: Any
) -> _RawReply:
    try:
        with session.request(method, url, **{"stream": True, "allow_redirects": False, **options}) as response:
            content = retries.read_body(response.raw, limit, seconds)
            return _RawReply(response.status_code, response.headers.get("Retry-After"), content)
    except (requests.RequestException, HTTPError) as error:
        failure = retries.network_error(error, urlsplit(url).hostname or "the server")
    # Raised out here, so that it does not hold on to the request, whose headers hold the token.
    raise failure
