"""The control paths under ``/sandbox``, which upstream does not have: faults, the log of calls, how tasks are listed,
the generation, and a fresh start."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kling.sandbox.api import request_body
from kling.sandbox.api.call_log import CallLog
from kling.sandbox.api.endpoints import Api
from kling.sandbox.api.faults import Faults
from kling.sandbox.errors import ApiError
from kling.sandbox.state.settings import Listing, check_generation


def control_routes(api: Api, call_log: CallLog, faults: Faults) -> list[Route]:
    async def set_fault(request: Request) -> Response:
        return JSONResponse(faults.set(await read_json(request)))

    async def set_generation(request: Request) -> Response:
        wanted = await read_json(request)
        try:
            api.state.set_generation(check_generation(wanted.get("generation")))
        except ValueError as error:
            raise ApiError(400, str(error)) from None
        return JSONResponse({"generation": api.state.generation})

    async def set_listing(request: Request) -> Response:
        wanted = await read_json(request)
        try:
            api.state.set_listing(Listing(**wanted))
        except (TypeError, ValueError) as error:
            raise ApiError(400, f"Not a listing: {error}") from None
        return JSONResponse(asdict(api.state.listing))

    async def list_calls(_: Request) -> Response:
        return JSONResponse({"calls": call_log.calls()})

    async def reset(_: Request) -> Response:
        api.callbacks.clear()
        api.state.reset()
        faults.clear()
        call_log.clear()
        return JSONResponse({})

    return [
        Route("/trouble", set_fault, methods=["POST"]),
        Route("/generation", set_generation, methods=["POST"]),
        Route("/listing", set_listing, methods=["POST"]),
        Route("/calls", list_calls, methods=["GET"]),
        Route("/reset", reset, methods=["POST"]),
    ]


async def read_json(request: Request) -> dict[str, Any]:
    return request_body.parse_json(await request_body.read_limited(request))
