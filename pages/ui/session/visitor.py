"""Who is who, without a sign-in: a random name that the browser keeps, so that a reload finds one's own orders."""

from __future__ import annotations

import re

from pages.ui.session.signed_cookies import read_cookie

COOKIE = "kling_visitor"


def visitor_of(cookies: object) -> str | None:
    """The name in a browser's cookies; None when there is none, or not one of ours."""
    name = read_cookie(cookies, COOKIE)
    return name if name and re.fullmatch(r"[0-9a-f]{32}", name) else None
