"""A browser gets one random name and keeps it."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from kling import Settings
from kling.people import Person
from kling.sandbox import serve
from pages.server.access import Access
from pages.server.cookies import NameVisitors
from pages.server.sockets import Owners, Socket
from pages.ui.session import shared
from pages.ui.session.visitor import COOKIE, visitor_of


def test_the_first_page_names_the_browser_and_later_ones_leave_it() -> None:
    routes = [Route("/", lambda _: HTMLResponse("page")), Route("/data", lambda _: JSONResponse({}))]
    with serve(Starlette(routes=routes, middleware=[Middleware(NameVisitors)])) as origin:
        browser = requests.Session()
        assert COOKIE not in browser.get(f"{origin}/data", timeout=10).cookies
        named = browser.get(origin, timeout=10).cookies
        assert visitor_of(named)
        assert COOKIE not in browser.get(origin, timeout=10).cookies
        assert requests.get(origin, timeout=10).cookies[COOKIE] != named[COOKIE]


def test_behind_tls_every_cookie_is_for_https_and_ours_for_this_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "settings", lambda: Settings(public_url="https://desk.example", open=True))

    def page(_: Request) -> Response:
        answer = HTMLResponse("page")
        answer.set_cookie("_streamlit_user", "x", httponly=True)
        return answer

    with serve(Starlette(routes=[Route("/", page)], middleware=[Middleware(Access), Middleware(NameVisitors)])) as at:
        given = requests.get(at, headers={"Host": "desk.example"}, timeout=10).raw.headers.getlist("set-cookie")
    assert [each.partition("=")[0] for each in given] == ["_streamlit_user", f"__Host-{COOKIE}"]
    for each in given:
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= set(each.lower().split("; "))
    assert "domain" not in given[1].lower()


def test_the_name_the_page_was_opened_with_is_what_streamlit_compares() -> None:
    headers = [(b"host", b"desk.example"), (b"origin", b"https://desk.example:8443")]
    socket = Socket({"type": "websocket", "headers": headers}, Person("ann"), Owners(), nothing, nothing)
    assert dict(socket.scope["headers"])[b"host"] == b"desk.example:8443"


async def nothing(*_: object) -> Any:
    return {}


def test_a_name_that_is_none_of_ours_counts_for_nothing() -> None:
    assert visitor_of({COOKIE: "<script>"}) is None
    assert visitor_of({COOKIE: "0" * 32}) is None  # of the right form, and made up
    assert visitor_of({}) is None
