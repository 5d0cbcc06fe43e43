"""What urllib3 does for the client: when to try again, how long to wait, how much to read, what a fault means."""

import ssl
import time
from typing import Any, Self, cast

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
    TimeoutError,
)
from urllib3.util import Retry

from kling.errors import KlingError, UnexpectedAnswer, Unreachable

SEND_SECONDS = 60.0
"""How long each piece of a body may take to leave."""
_PIECE = 256 * 1024


class RetryExceptTimeouts(Retry):
    """Ends at a time-out: waiting for three of them would take minutes."""

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> Self:
        """As urllib3's otherwise."""
        if isinstance(error, TimeoutError) and not isinstance(error, NewConnectionError):
            raise MaxRetryError(_pool, url, error)
        return super().increment(method, url, response, error, _pool, _stacktrace)


NO_RETRY = Retry(0, read=False)
# The second try comes at once, the third a second later. How long a 429 asks to wait is the caller's to decide.
READ_RETRY = RetryExceptTimeouts(
    2,
    allowed_methods=("GET",),
    status_forcelist=(502, 503, 504),
    backoff_factor=0.5,
    raise_on_status=False,
    respect_retry_after_header=False,
)


class _SendTimeout:
    """urllib3 sends under the time-out for connecting, five seconds a piece: too short for a slow line."""

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.sock.settimeout(SEND_SECONDS)  # type: ignore[attr-defined]


class _HttpConnection(_SendTimeout, HTTPConnection):
    pass


class _HttpsConnection(_SendTimeout, HTTPSConnection):
    pass


def with_send_timeout(pool: Any) -> HTTPConnectionPool:
    """The pool, its connections under `SEND_SECONDS` while they send."""
    is_secure = issubclass(pool.ConnectionCls, HTTPSConnection)
    pool.ConnectionCls = _HttpsConnection if is_secure else _HttpConnection
    return cast(HTTPConnectionPool, pool)


def read_body(raw: BaseHTTPResponse, limit: int, seconds: float) -> bytes:
    """The body, decoded: at most `limit` bytes, in about `seconds`."""
    content, until = bytearray(), time.monotonic() + seconds
    try:
        while piece := raw.read1(_PIECE, decode_content=True):
            content += piece
            if len(content) > limit:
                raise UnexpectedAnswer("The answer is too long to be one.", raw.status)
            if time.monotonic() > until:
                raise Unreachable("The answer came too slowly to wait for its end.")
    except HTTPError:
        if raw.status < 400:  # otherwise the status has said enough
            raise
    return bytes(content)


def network_error(error: Exception, host: str) -> KlingError:
    """What a fault of the network means: above all, whether something can have been received."""
    cause = _cause(error)
    if isinstance(cause, DecodeError):
        return UnexpectedAnswer(f"The answer of {host} is damaged.")
    if isinstance(cause, ReadTimeoutError):
        return Unreachable(f"{host} did not answer in time.")
    if _is_unsent(cause):
        return Unreachable(f"{host} could not be reached.", sent=False)
    return Unreachable(f"The connection to {host} broke off.")


def _cause(error: Exception) -> object:
    """urllib3's own error inside one of requests, which may hold it in two layers."""
    inner = error.args[0] if error.args and isinstance(error.args[0], HTTPError) else error
    return inner.reason if isinstance(inner, MaxRetryError) and inner.reason else inner


def _is_unsent(cause: object) -> bool:
    if isinstance(cause, SSLError):
        return any(isinstance(part, ssl.SSLCertVerificationError) for part in cause.args)
    return isinstance(cause, (TimeoutError, ProxyError, ValueError))
