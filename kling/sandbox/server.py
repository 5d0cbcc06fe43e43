"""Serve the practice API from a thread of its own, with an event loop of its own."""

import asyncio
import atexit
import functools
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from kling.sandbox.api.error_handlers import DROP_CONNECTION
from kling.sandbox.api.media_routes import media_app
from kling.sandbox.api.middleware import PREFIX
from kling.sandbox.app import create_app
from kling.sandbox.state.state import State

STOP_SECONDS = 2


class Protocol(H11Protocol):
    """uvicorn's own, and the app may end a connection without an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app = with_drop_connection(self.app, self)


def with_drop_connection(app: Any, protocol: Protocol) -> Any:
    async def offer(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[DROP_CONNECTION] = protocol.transport.abort
        await app(scope, receive, send)

    return offer


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()
        """Set once it accepts connections, and also when it ended without."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


def configure(app: ASGIApp) -> uvicorn.Config:
    # log_config None: the logging of the process belongs to the dashboard.
    return uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


@contextmanager
def serve(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The origin, such as ``http://127.0.0.1:54321``, while the app answers there; port 0 takes a free one.

    Raises OSError when the port is taken.
    """
    listener = socket.create_server((host, port), family=family(host))
    # asyncio does this itself only for listeners of its own making; without it an answer waits 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = Server(configure(app))
    thread = threading.Thread(target=run, args=(server, listener), name="kling-sandbox-server", daemon=True)
    thread.start()
    server.up.wait()
    if not server.started:
        thread.join()
        raise RuntimeError("The practice API did not start")
    try:
        yield origin(listener)
    finally:
        server.should_exit = True
        thread.join()


def run(server: Server, listener: socket.socket) -> None:
    try:
        with listener:
            asyncio.run(server.serve([listener]))
    finally:
        server.up.set()


def family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def origin(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@dataclass(frozen=True)
class Practice:
    """The process's own practice API."""

    origin: str
    """``http://127.0.0.1:<port>``"""
    url: str
    """What takes the place of https://api.useapi.net/v1/kling."""
    media: ASGIApp
    """Serves ``/media/…`` alone; the dashboard mounts it for browsers on other machines."""
    _state: State = field(repr=False)

    @property
    def generation(self) -> int:
        """Of motion control: 1 has templates, 2 reference videos."""
        return self._state.generation

    def set_generation(self, generation: int) -> None:
        """Serve the other one from the next request on, from any thread. Raises ValueError."""
        self._state.set_generation(generation)


def practice() -> Practice:
    """Started on first use, ended with the process; its token is `TOKEN`."""
    with _starting:
        return _practice()


_starting = threading.Lock()


@functools.cache
def _practice() -> Practice:
    app = create_app()
    stack = ExitStack()
    at = stack.enter_context(serve(app))
    atexit.register(stack.close)
    return Practice(origin=at, url=f"{at}{PREFIX}", media=media_app(app), _state=app.state.api.state)
