"""The way in and out: what somebody sees who is not known yet, may not come in, or leaves."""

from __future__ import annotations

import html

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kling.people import Identity, Person
from pages import streamlit_internals
from pages.server.document import TITLE
from pages.server.identity import claims_of, identity_of
from pages.server.requester import address_of
from pages.ui.session import people, shared
from pages.ui.session.signed_cookies import base_path, cookie, read_cookie

WANTED = "kling_wanted"
"""The cookie that keeps where somebody wanted to go."""
WANTED_SECONDS = 600
PROXY_RENEWS_WITHIN = 3600.0
"""A proxy signs anew all the time: that is a new sign-in only after so many seconds."""
THIS_MACHINE_ONLY = (
    "This dashboard is open to its own machine only, because nobody signs in here. "
    "Whoever runs it can set up sign-in, or set KLING_OPEN=1 where everybody in the network may use it."
)
OTHER_NAME = "This dashboard is not known under this name. Open it at the address in KLING_PUBLIC_URL."
NOT_SAID = "The proxy in front of this dashboard did not say who you are. Sign in there, or ask whoever runs it."
ENDED = "Your sign-in has ended. Sign in again at the proxy in front of this dashboard."
NOT_VERIFIED = (
    "Whoever signed you in has not verified your e-mail address, so you cannot come in. "
    "Verify it there and sign in again, or sign in as somebody else."
)
SIGNED_OUT = "You are signed out."
NOT_COMPLETED = "The sign-in was not completed."
AGAIN = ("/", "Sign in")
OUT = ("/auth/logout", "Sign out")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>
:root{{color-scheme:light dark}}
body{{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}}
</style><h1>{title}</h1><p>{text}</p>{link}</html>"""


async def answer(connection: HTTPConnection, identity: Identity | None, person: Person | None) -> Response | None:
    """What somebody gets who asks for a page; None for the page."""
    if identity is not None and (person is not None or not people.register().is_welcome(identity.email)):
        await run_in_threadpool(_note, identity, person, address_of(connection))
    if person is not None:
        return _to_wanted_page(connection)
    if identity is not None and not people.register().is_welcome(identity.email):
        return _unwelcome(identity.email)
    if shared.settings().sign_in == "proxy":
        return _page(NOT_SAID if identity is None else ENDED, 401)
    if identity is None and claims_of(connection.cookies) is not None:
        return _page(NOT_VERIFIED, 403, OUT)
    return _to_provider(connection)


async def pass_through(app: ASGIApp, scope: Scope, receive: Receive, send: Send, path: str) -> None:
    """What Streamlit does about signing in and out. A sign-out ends every copy of the cookie as well."""
    connection = HTTPConnection(scope)
    if path == "/auth/logout":
        if connection.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            await _page("Another page has tried to sign you out.", 403, OUT)(scope, receive, send)
            return
        await run_in_threadpool(_sign_out, connection)
        await app(scope, receive, _to_signed_out(send))
    elif path == "/oauth2callback" and "code" not in connection.query_params:
        # What a provider leads to after a sign-out, or with an error.
        text = NOT_COMPLETED if "error" in connection.query_params else SIGNED_OUT
        await _page(text, 200, AGAIN)(scope, receive, send)
    else:
        await app(scope, receive, send)


def _note(identity: Identity, person: Person | None, address: str) -> None:
    renews_within = PROXY_RENEWS_WITHIN if shared.settings().sign_in == "proxy" else 0.0
    if people.register().came(identity, renews_within):
        people.audit().note(identity.email, "signed in" if person else "was refused", address=address)


def _sign_out(connection: HTTPConnection) -> None:
    """Of a sign-in that still counts only: an old copy of a cookie must not throw anybody out."""
    identity = identity_of(connection)
    if identity is not None and people.register().admit(identity) is not None:
        people.register().sign_out(identity.email)
        people.audit().note(identity.email, "signed out", address=address_of(connection))


def _to_provider(connection: HTTPConnection) -> Response:
    response = RedirectResponse(streamlit_internals.login_address(), 302)
    query = connection.url.query
    wanted = connection.scope["path"] + (f"?{query}" if query else "")
    response.headers.append("Set-Cookie", cookie(WANTED, wanted, WANTED_SECONDS))
    return response


def _to_wanted_page(connection: HTTPConnection) -> Response | None:
    """To where somebody wanted to go before they signed in."""
    wanted = read_cookie(connection.cookies, WANTED)
    if wanted is None or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return None
    response = RedirectResponse(wanted, 302)
    response.headers.append("Set-Cookie", cookie(WANTED, "", 0))
    return response


def _to_signed_out(send: Send) -> Send:
    """Where the provider has no sign-out of its own, Streamlit would lead to the pages, and they to the sign-in."""

    async def with_page(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if headers.get("location") in (f"{base_path()}/", base_path()):
                headers["location"] = f"{base_path()}/oauth2callback"
        await send(message)

    return with_page


def _unwelcome(email: str) -> Response:
    ask = people.register().whom_to_ask() or "whoever runs this dashboard"
    out = OUT if shared.settings().sign_in == "oidc" else None
    return _page(f"You are signed in as {email}, who may not come in here. Ask {ask} to let you in.", 403, out)


def _page(text: str, status: int, link: tuple[str, str] | None = None) -> HTMLResponse:
    anchor = f'<p><a href="{base_path()}{link[0]}">{html.escape(link[1])}</a></p>' if link else ""
    page = PAGE.format(title=TITLE, text=html.escape(text), link=anchor)
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})
