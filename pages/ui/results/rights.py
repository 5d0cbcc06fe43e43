"""What this person may do with results, beside looking at them."""

from __future__ import annotations

from pages.ui.session.identity import me


def may_make() -> bool:
    return me().may("order")


def is_admin() -> bool:
    return me().may("delete for good")
