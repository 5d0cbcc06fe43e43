"""A browser gets one random name and keeps it."""

from __future__ import annotations

import requests
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from kling.sandbox import serve
from pages.server.cookies import NameVisitors
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


def test_a_name_that_is_none_of_ours_counts_for_nothing() -> None:
    assert visitor_of({COOKIE: "<script>"}) is None
    assert visitor_of({}) is None
