"""The dashboard as an ASGI app: `streamlit run app.py` finds `app` and serves it."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from streamlit.starlette import App

from kling import KlingError
from kling.sandbox import practice
from pages.ui import shared


async def healthz(request: Request) -> JSONResponse:
    """200 while the process serves; tells the mode and nothing secret."""
    return JSONResponse({"mode": "practice" if shared.settings().is_practice else "live"})


def routes() -> list[BaseRoute]:
    """Our own routes, under the base path that Streamlit serves its pages under."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    ours: list[BaseRoute] = [Route(f"{prefix}/healthz", healthz)]
    if shared.has_own_practice_api():
        ours.append(Mount(f"{prefix}/practice", practice().media))
    return ours


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    # Streamlit collects garbage after every script run; what the imports made need not be walked each time.
    gc.collect()
    gc.freeze()
    yield


try:
    app = App(Path(__file__).parent / "pages" / "router.py", routes=routes(), lifespan=lifespan)
except KlingError as error:
    sys.exit(f"The dashboard cannot start. {error}")
