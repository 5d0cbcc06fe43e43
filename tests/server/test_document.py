"""What a browser loads first."""

from __future__ import annotations

import requests
from starlette.applications import Starlette
from starlette.routing import Route

from kling.sandbox import serve
from pages.server.document import PATHS, STYLE, document


def test_every_page_comes_with_the_style_after_streamlits_own() -> None:
    with serve(Starlette(routes=[Route(f"/{path}", document) for path in PATHS])) as origin:
        answers = [requests.get(f"{origin}/{path}", timeout=10) for path in PATHS]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["cache-control"] for answer in answers} == {"no-cache"}
    (html,) = {answer.text for answer in answers}
    assert html.index('<div id="root">') < html.index(STYLE.read_text("utf-8")) < html.index("</body>")
    assert '<script type="module"' in html
    assert "<title>Motion desk</title>" in html
