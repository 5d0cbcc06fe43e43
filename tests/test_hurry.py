"""The page of tasks names the files of its table in its head."""

from __future__ import annotations

import re

import requests
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route

from kling.sandbox import serve
from pages.ui.hurry import SITE, HurryTable, links


def test_the_page_of_tasks_names_files_that_there_are() -> None:
    named = re.findall(r"<\./([^>]+)>", links())
    assert any("/DataFrame." in name and name.endswith(".js") for name in named)
    assert [name for name in named if not (SITE / name).is_file()] == []
    first_page = (SITE / "index.html").read_text("utf-8")
    assert [name for name in named if name in first_page] == []


def test_only_the_page_of_tasks_does_and_in_less_than_a_proxy_takes() -> None:
    routes = [Route(path, lambda _: HTMLResponse("page")) for path in ("/desk/tasks", "/desk/create")]
    with serve(Starlette(routes=routes, middleware=[Middleware(HurryTable)])) as origin:
        assert requests.get(f"{origin}/desk/tasks", timeout=10).headers["Link"] == links()
        assert "Link" not in requests.get(f"{origin}/desk/create", timeout=10).headers
    assert len(links()) < 3000
