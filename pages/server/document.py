"""The document that a browser loads first: Streamlit's own, with our style, title and skip link in it from the start.

As an element of the page the style would come with the first things drawn, and move them about.
"""

from __future__ import annotations

import functools
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse

from pages import streamlit_internals
from pages.ui.session.media_links import PAGES

PATHS = ("", *PAGES)
"""Where the pages are, under the base path."""
STYLE = Path(__file__).parents[1] / "ui" / "style.css"
SKIP = Path(__file__).with_name("skip.js")
TITLE = "Motion desk"


async def document(_: Request) -> HTMLResponse:
    """The same for every page."""
    return HTMLResponse(html(), headers={"Cache-Control": "no-cache"})


@functools.cache
def html() -> str:
    """The document as it is sent."""
    index = streamlit_internals.index_html()
    # At the end of the body, because of two rules of the same weight the later one holds, and Streamlit adds its own
    # to the head.
    style = f"<style>\n{STYLE.read_text('utf-8')}</style>\n"
    # Before everything else, so that the Tab key comes to it first.
    skip = '<a class="skip" href="#stMain">Skip to the cards or the table</a>'
    titled = index.replace("<title>Streamlit</title>", f"<title>{TITLE}</title>").replace("<body>", f"<body>{skip}")
    return titled.replace("</body>", f"{style}<script>{SKIP.read_text('utf-8')}</script></body>")
