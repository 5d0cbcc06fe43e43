"""The practice API put together: state, routes, middleware."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware as Wrapped
from starlette.routing import Mount

from kling.sandbox.api.call_log import CallLog
from kling.sandbox.api.callbacks import Callbacks
from kling.sandbox.api.control import control_routes
from kling.sandbox.api.endpoints import Api
from kling.sandbox.api.error_handlers import HANDLERS
from kling.sandbox.api.faults import Faults
from kling.sandbox.api.media_routes import media_route
from kling.sandbox.api.middleware import PREFIX, Middleware
from kling.sandbox.api.responses import tasks as task_responses
from kling.sandbox.api.routes import api_routes
from kling.sandbox.media.file_cache import FileCache
from kling.sandbox.media.work_folder import WorkFolder
from kling.sandbox.state.catalog import make_catalog
from kling.sandbox.state.models import AccountSetup
from kling.sandbox.state.settings import Limits, Listing
from kling.sandbox.state.state import State
from kling.sandbox.state.task_creation import Durations

TOKEN = "user:0-practice"
PRACTICE_EMAIL = "practice@example.com"
UPLOAD_SHARE = 0.4
"""What taking a motion from a clip takes, as a share of what a video takes."""


def create_app(
    *,
    token: str = TOKEN,
    accounts: Sequence[AccountSetup] = (AccountSetup(PRACTICE_EMAIL),),
    seconds: float = 20.0,
    upload_seconds: float | None = None,
    clock: Callable[[], float] = time.time,
    folder: Path | None = None,
    limits: Limits | None = None,
    generation: int = 1,
    listing: Listing | None = None,
) -> Starlette:
    """The practice API under ``/v1/kling``, its media under ``/media``, its control paths under ``/sandbox``.

    `seconds` is what a video takes from order to end, by `clock` (seconds since the epoch); `folder` is
    where files lie, without it a temporary one that goes when the app shuts down; `generation` of motion
    control is 1 (templates) or 2 (reference videos); it and `listing`, how tasks are listed, can be changed
    while it runs.
    """
    limits = limits or Limits()
    work_folder = WorkFolder(folder)
    files = FileCache(work_folder.made, limits.media_bytes, limits.media_files)
    state = State(accounts, files, make_catalog(files), clock, limits, generation, listing)
    callbacks = Callbacks(state.now_ms, lambda task: task_responses.task_detail(task, state.now_ms(), task.base))
    durations = Durations(seconds, seconds * UPLOAD_SHARE if upload_seconds is None else upload_seconds)
    api = Api(state, callbacks, durations)
    call_log, faults = CallLog(), Faults(clock)

    app = Starlette(
        routes=[
            Mount(PREFIX, routes=api_routes(api, token, work_folder.uploads)),
            media_route(state),
            Mount("/sandbox", routes=control_routes(api, call_log, faults)),
        ],
        middleware=[Wrapped(Middleware, call_log=call_log, faults=faults)],
        exception_handlers=HANDLERS,
        lifespan=emptied_at_the_end(callbacks, state, files, work_folder),
    )
    app.state.work_folder = work_folder
    app.state.api = api
    app.state.call_log = call_log
    return app


def emptied_at_the_end(
    callbacks: Callbacks, state: State, files: FileCache, work_folder: WorkFolder
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        callbacks.clear()
        state.reset()
        files.clear()
        work_folder.remove()

    return lifespan
