"""The document that a browser loads first: Streamlit's own, with our style and title in it from the start.

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
TITLE = "Motion desk"


async def document(_: Request) -> HTMLResponse:
    """The same for every page."""
    return HTMLResponse(_document(), headers={"Cache-Control": "no-cache"})


@functools.cache
def _document() -> str:
    index = streamlit_internals.index_html()
    # At the end of the body, because of two rules of the same weight the later one holds, and Streamlit adds its own
    # to the head.
    style = f"<style>\n{STYLE.read_text('utf-8')}</style>\n"
    return index.replace("<title>Streamlit</title>", f"<title>{TITLE}</title>").replace("</body>", f"{style}</body>")
