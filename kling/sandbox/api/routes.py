"""The paths of the API: which parameters each takes, which endpoint answers, and how a request gets there."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kling.sandbox import errors
from kling.sandbox.api import endpoints, parameters, request_body, upload_intake
from kling.sandbox.api.endpoints import Api, Call
from kling.sandbox.api.parameters import Field
from kling.sandbox.api.responses import assets as asset_responses
from kling.sandbox.errors import ApiError

Answer = Callable[[Api, Call], Any]
Endpoint = Callable[[Request], Awaitable[Response]]


class Served(NamedTuple):
    """What one path takes and answers."""

    fields: Sequence[Field]
    answer: Answer


GET_ENDPOINTS: Sequence[tuple[str, Sequence[Field], Answer]] = (
    ("/assets/uploaded", parameters.UPLOADS, endpoints.list_uploads),
    ("/assets/download", parameters.DOWNLOAD, endpoints.download),
    ("/videos/motions", parameters.MOTIONS, endpoints.list_motions),
    ("/elements", parameters.ELEMENTS, endpoints.list_elements),
    ("/tasks", parameters.TASKS, endpoints.list_tasks),
    ("/tasks/{task_id}", parameters.ACCOUNT_ONLY, endpoints.get_task),
    ("/accounts", parameters.NONE, endpoints.list_accounts),
    ("/accounts/{email}", parameters.NONE, endpoints.get_account),
    ("/scheduler/available", parameters.NONE, endpoints.list_free_slots),
)
DELETE_ENDPOINTS: Sequence[tuple[str, Sequence[Field], Answer]] = (
    ("/assets/uploaded", parameters.DELETE_UPLOADS, endpoints.delete_uploads),
    ("/tasks/{task_id}", parameters.ACCOUNT_ONLY, endpoints.delete_task),
    ("/scheduler/{task_id}", parameters.NONE, endpoints.stop_tracking),
)
POST_ENDPOINTS: Sequence[tuple[str, Sequence[Field], Answer]] = (
    ("/videos/motion-upload", parameters.MOTION_UPLOAD, endpoints.upload_motion),
    ("/videos/motion-create", parameters.MOTION_CREATE, endpoints.create_video),
)
SECOND_GENERATION: Mapping[tuple[str, str], Served] = {
    ("GET", "/videos/motions"): Served(parameters.MOTIONS, endpoints.list_references),
    ("POST", "/videos/motion-upload"): Served(parameters.MOTION_UPLOAD, endpoints.refuse_motion_upload),
    ("POST", "/videos/motion-create"): Served(parameters.REFERENCE_CREATE, endpoints.create_reference_video),
}
"""Where reference videos are served in the place of templates; all else is the same."""


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


def endpoint(api: Api, token: str, served: Mapping[int, Served]) -> Endpoint:
    """`served` by generation: which one is looked up at every request."""

    async def handle(request: Request) -> Response:
        check_token(request, token)
        given, as_text = request_body.read_query(request), True
        if request.method == "POST":
            given, as_text = await request_body.read_body(request)
        wire = request.scope["kling.sandbox"]
        wire["call"]["body"] = given if request.method == "POST" else None
        table, answer = served[api.state.generation]
        values = parameters.check(table, given, as_text)
        call = Call(given, values, request.path_params, str(request.base_url), wire["fails"])
        return JSONResponse(answer(api, call))

    return handle


def upload_endpoint(api: Api, token: str, folder: Path) -> Endpoint:
    async def upload(request: Request) -> Response:
        stream = request.stream()
        try:
            check_token(request, token)
            values = parameters.check(parameters.ACCOUNT_ONLY, request_body.read_query(request), as_text=True)
            account = api.state.find_account(values["email"])
            kind = upload_intake.kind_of(request_body.content_type(request))
            asset = await upload_intake.receive(api.state, account, kind, length(request), stream, folder)
        except ApiError:
            await request_body.drain(stream)
            raise
        return JSONResponse(asset_responses.uploaded(asset, str(request.base_url)))

    return upload


def check_token(request: Request, token: str) -> None:
    given = request.headers.get("authorization", "").encode()
    if not secrets.compare_digest(given, f"Bearer {token}".encode()):
        raise errors.unauthorized()


def length(request: Request) -> int | None:
    announced = request.headers.get("content-length")
    return int(announced) if announced else None
