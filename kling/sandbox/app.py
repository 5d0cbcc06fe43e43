"""The wire: routes, token, parameters in, JSON out. What it all means is in endpoints.py and state.py."""

import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.middleware import Middleware as Wrapped
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from . import answers, body, elements, endpoints, fields, library, refusals, uploads
from .callbacks import Callbacks
from .create import Pace
from .endpoints import Api, Call
from .fields import Field
from .media import HANDLERS, media_route
from .place import Place
from .records import AccountSetup
from .refusals import Refusal
from .shelf import Shelf
from .state import Limits, Listing, State, check_generation
from .trouble import API, Middleware, Switchboard

TOKEN = "user:0-practice"
PRACTICE_EMAIL = "practice@example.com"
UPLOAD_SHARE = 0.4
"""What taking a motion from a clip takes, as a share of what a video takes."""

Answer = Callable[[Api, Call], Any]
Endpoint = Callable[[Request], Awaitable[Response]]


class Served(NamedTuple):
    """What one path takes and answers."""

    fields: Sequence[Field]
    answer: Answer


GET_ENDPOINTS: Sequence[tuple[str, Sequence[Field], Answer]] = (
    ("/assets/uploaded", fields.UPLOADS, endpoints.list_uploads),
    ("/assets/download", fields.DOWNLOAD, endpoints.download),
    ("/videos/motions", fields.MOTIONS, endpoints.list_motions),
    ("/elements", fields.ELEMENTS, endpoints.list_elements),
    ("/tasks", fields.TASKS, endpoints.list_tasks),
    ("/tasks/{task_id}", fields.ACCOUNT_ONLY, endpoints.get_task),
    ("/accounts", fields.NONE, endpoints.list_accounts),
    ("/accounts/{email}", fields.NONE, endpoints.get_account),
    ("/scheduler/available", fields.NONE, endpoints.list_free_slots),
)
DELETE_ENDPOINTS: Sequence[tuple[str, Sequence[Field], Answer]] = (
    ("/assets/uploaded", fields.DELETE_UPLOADS, endpoints.delete_uploads),
    ("/tasks/{task_id}", fields.ACCOUNT_ONLY, endpoints.delete_task),
    ("/scheduler/{task_id}", fields.NONE, endpoints.stop_tracking),
)
POST_ENDPOINTS: Sequence[tuple[str, Sequence[Field], Answer]] = (
    ("/videos/motion-upload", fields.MOTION_UPLOAD, endpoints.upload_motion),
    ("/videos/motion-create", fields.MOTION_CREATE, endpoints.create_video),
)
SECOND_GENERATION: Mapping[tuple[str, str], Served] = {
    ("GET", "/videos/motions"): Served(fields.MOTIONS, endpoints.list_references),
    ("POST", "/videos/motion-upload"): Served(fields.MOTION_UPLOAD, endpoints.refuse_motion_upload),
    ("POST", "/videos/motion-create"): Served(fields.REFERENCE_CREATE, endpoints.create_reference_video),
}
"""Where reference videos are served in the place of templates; all else is the same."""


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
    """The practice API under ``/v1/kling``, its media under ``/media``, its levers under ``/sandbox``.

    `seconds` is what a video takes from order to end, by `clock` (seconds since the epoch); `folder` is
    where files lie, without it a temporary one that goes when the app shuts down; `generation` of motion
    control is 1 (templates) or 2 (reference videos); it and `listing`, how tasks are listed, can be changed
    while it runs.
    """
    limits = limits or Limits()
    place = Place(folder)
    shelf = Shelf(place.made, limits.media_bytes, limits.media_files)
    state = State(accounts, shelf, library.stock(shelf), elements.stock(shelf), clock, limits, generation, listing)
    callbacks = Callbacks(state.now_ms, lambda task: answers.task_detail(task, state.now_ms(), task.base))
    pace = Pace(seconds, seconds * UPLOAD_SHARE if upload_seconds is None else upload_seconds)
    api = Api(state, callbacks, pace)
    board = Switchboard(clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        callbacks.clear()
        state.reset()
        shelf.clear()
        place.leave()

    app = Starlette(
        routes=[
            Mount(API, routes=api_routes(api, token, place.uploads)),
            media_route(state),
            Mount("/sandbox", routes=lever_routes(api, board)),
        ],
        middleware=[Wrapped(Middleware, board=board)],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    app.state.place = place
    app.state.api = api
    app.state.board = board
    return app


# Routes


def api_routes(api: Api, token: str, folder: Path) -> list[Route]:
    tables = {"GET": GET_ENDPOINTS, "POST": POST_ENDPOINTS, "DELETE": DELETE_ENDPOINTS}
    routes = []
    for method, table in tables.items():
        for path, table_fields, answer in table:
            first = Served(table_fields, answer)
            served = {1: first, 2: SECOND_GENERATION.get((method, path), first)}
            handle = endpoint(api, token, served)
            routes += [Route(path + slash, handle, methods=[method]) for slash in ("", "/")]
    upload = upload_endpoint(api, token, folder)
    return [
        *(Route(path, upload, methods=["POST"]) for path in ("/assets", "/assets/")),
        *routes,
    ]


def lever_routes(api: Api, board: Switchboard) -> list[Route]:
    async def make_trouble(request: Request) -> Response:
        return JSONResponse(board.make_trouble(body.parse_json(await body.read_limited(request))))

    async def set_generation(request: Request) -> Response:
        wanted = body.parse_json(await body.read_limited(request))
        try:
            api.state.set_generation(check_generation(wanted.get("generation")))
        except ValueError as error:
            raise Refusal(400, str(error)) from None
        return JSONResponse({"generation": api.state.generation})

    async def set_listing(request: Request) -> Response:
        wanted = body.parse_json(await body.read_limited(request))
        try:
            api.state.set_listing(Listing(**wanted))
        except (TypeError, ValueError) as error:
            raise Refusal(400, f"Not a listing: {error}") from None
        return JSONResponse(asdict(api.state.listing))

    async def list_calls(_: Request) -> Response:
        return JSONResponse({"calls": board.calls()})

    async def reset(_: Request) -> Response:
        api.callbacks.clear()
        api.state.reset()
        board.reset()
        return JSONResponse({})

    return [
        Route("/trouble", make_trouble, methods=["POST"]),
        Route("/generation", set_generation, methods=["POST"]),
        Route("/listing", set_listing, methods=["POST"]),
        Route("/calls", list_calls, methods=["GET"]),
        Route("/reset", reset, methods=["POST"]),
    ]


# One request


def endpoint(api: Api, token: str, served: Mapping[int, Served]) -> Endpoint:
    """`served` by generation: which one is looked up at every request."""

    async def handle(request: Request) -> Response:
        check_token(request, token)
        given, as_text = body.read_query(request), True
        if request.method == "POST":
            given, as_text = await body.read_body(request)
        wire = request.scope["kling.sandbox"]
        wire["call"]["body"] = given if request.method == "POST" else None
        table, answer = served[api.state.generation]
        values = fields.check(table, given, as_text)
        call = Call(given, values, request.path_params, str(request.base_url), wire["fails"])
        return JSONResponse(answer(api, call))

    return handle


def upload_endpoint(api: Api, token: str, folder: Path) -> Endpoint:
    async def upload(request: Request) -> Response:
        stream = request.stream()
        try:
            check_token(request, token)
            values = fields.check(fields.ACCOUNT_ONLY, body.read_query(request), as_text=True)
            account = api.state.find_account(values["email"])
            kind = uploads.kind_of(body.content_type(request))
            asset = await uploads.receive(api.state, account, kind, length(request), stream, folder)
        except Refusal:
            await uploads.drain(stream)
            raise
        return JSONResponse(answers.uploaded(asset, str(request.base_url)))

    return upload


def check_token(request: Request, token: str) -> None:
    given = request.headers.get("authorization", "").encode()
    if not secrets.compare_digest(given, f"Bearer {token}".encode()):
        raise refusals.unauthorized()


def length(request: Request) -> int | None:
    announced = request.headers.get("content-length")
    return int(announced) if announced else None
