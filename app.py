"""The dashboard as an ASGI app: `streamlit run app.py` finds `app` and serves it."""

import asyncio
import importlib
import logging
import pkgutil
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route
from streamlit import config
from streamlit.starlette import App

from kling import KlingError, data_folder, logs
from kling.sandbox import practice
from pages import streamlit_internals, ui
from pages.server import archive_files, memory, metrics, routes, share, stopping
from pages.server.access import Access, allowed_hosts
from pages.server.cookies import NameVisitors
from pages.server.document import PATHS, document
from pages.server.headers import SecurityHeaders
from pages.server.run_times import MeasureRuns
from pages.server.sign_in_rate import LimitSignIns
from pages.server.stale_reruns import DropStaleReruns
from pages.server.uploads import LimitUploads, Uploads, look_for_unused
from pages.ui.session import notices, people, shared

log = logging.getLogger(__name__)


def own_routes() -> list[BaseRoute]:
    """Our own routes, under the base path that Streamlit serves its pages under."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    ours: list[BaseRoute] = [
        Route(f"{prefix}/healthz", routes.healthz),
        Route(f"{prefix}/readyz", routes.readyz),
        Route(f"{prefix}/metrics", metrics.metrics),
        Route(f"{prefix}/hooks/kling/{{secret}}", routes.callback, methods=["POST"]),
        Route(f"{prefix}/zip/{{secret}}", routes.zip_of_videos),
        Route(f"{prefix}/clips/{{name}}", routes.clip),
        Route(f"{prefix}/kept/{{task_id}}/{{part}}", archive_files.archive_file),
        Route(f"{prefix}/share/{{token}}", share.shared_page),
        Route(f"{prefix}/share/{{token}}/video", share.shared_video),
        *(Route(f"{prefix}/{path}", document) for path in PATHS),
    ]
    if shared.has_own_practice_api():
        ours.append(Mount(f"{prefix}/practice", practice().media))
    return ours


def import_pages() -> None:
    """Everything the pages use, before anybody comes."""
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        importlib.import_module(module.name)


def set_up_log() -> None:
    if shared.settings().log_format == "json":
        logs.write_json()


def start_orders() -> None:
    """Go on with what was under way. Without a database every page says why, and tries again."""
    try:
        shared.orders().start()
    except KlingError as error:
        log.error("Nothing can be sent yet. %s", error)


def start_archive() -> None:
    """Keep results from now on. Where they cannot be kept, everything else goes on."""
    try:
        shared.archive_worker().start()
    except KlingError as error:
        log.error("Results are not kept. %s", error)


def stop_archive() -> None:
    with suppress(KlingError):
        shared.archive_worker().stop()


def start_notifier() -> None:
    if shared.settings().notify_url:
        notices.notifier().start()


def stop_notifier() -> None:
    if shared.settings().notify_url:
        notices.notifier().stop()


def stop_orders() -> None:
    with suppress(KlingError):
        shared.orders().stop()


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    set_up_log()  # once more: Streamlit has set up its own since
    stopping.end_well()
    streamlit_internals.keep_deferred_ids()
    streamlit_internals.keep_theme()
    streamlit_internals.keep_undelivered()
    streamlit_internals.keep_end_of_runs()
    streamlit_internals.keep_clicks()
    streamlit_internals.watch_no_files()
    await anyio.to_thread.run_sync(import_pages)
    await anyio.to_thread.run_sync(start_orders)
    await anyio.to_thread.run_sync(start_archive)
    await anyio.to_thread.run_sync(start_notifier)
    memory.keep_large_apart()
    memory.freeze()
    background = [asyncio.create_task(memory.collect_garbage()), asyncio.create_task(look_for_unused(uploads))]
    async with AsyncExitStack() as at_end:  # the last one first, and each whatever becomes of the others
        for stop in (stop_orders, stop_archive, stop_notifier):
            at_end.push_async_callback(anyio.to_thread.run_sync, stop)
        for task in background:
            at_end.callback(task.cancel)
        yield


def auth() -> dict[str, Any]:
    """Streamlit's own section on signing in, from our settings and what else the secrets say of it."""
    settings = shared.settings()
    if settings.sign_in != "oidc":
        return {}
    ours = {
        "redirect_uri": f"{settings.public_url}/oauth2callback",
        "cookie_secret": people.cookie_secret(),
        "client_id": settings.oidc_client_id,
        "client_secret": settings.oidc_client_secret,
        "server_metadata_url": settings.oidc_metadata_url,
    }
    return {"auth": {**shared.secrets().get("auth", {}), **ours}}


try:
    set_up_log()
    data_folder.make_private(shared.settings().data_dir)
    data_folder.check_writable(shared.settings().data_dir)
    uploads = Uploads(shared.settings().upload_mb * 1024 * 1024)
    # What a sign-in under way is kept in is signed with this one, and must be the same for every replica.
    config.set_option("server.cookieSecret", people.cookie_secret())
    config.set_option("server.allowedHosts", allowed_hosts())
    app = App(
        Path(__file__).parent / "pages" / "router.py",
        routes=own_routes(),
        lifespan=lifespan,
        middleware=[
            Middleware(SecurityHeaders, settings=shared.settings()),
            Middleware(LimitSignIns),
            Middleware(Access),
            Middleware(NameVisitors),
            Middleware(DropStaleReruns),
            Middleware(MeasureRuns),
            Middleware(LimitUploads, uploads=uploads),
        ],
        secrets=auth(),
    )
except KlingError as error:
    sys.exit(f"The dashboard cannot start. {error}")
