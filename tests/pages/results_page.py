"""The page Results in a test's hands."""

from __future__ import annotations

import json
from typing import Any

from tests.pages.app_test import Pages


def covers(pages: Pages) -> list[dict[str, Any]]:
    """What the grid is given to draw."""
    return [card for proto in pages._components("gallery") for card in json.loads(proto.json)["cards"]]


def shown(pages: Pages) -> list[str]:
    return [card["key"] for card in covers(pages)]


def open_results(pages: Pages, **query: str) -> None:
    pages.at.run()
    pages.at.switch_page("results.py")
    for name, value in query.items():
        pages.at.query_params[name] = value
    pages.at.run()
    pages.settle()


def links(pages: Pages) -> list[str]:
    return [each.proto.label for each in pages.at.get("link_button")]


def choose(pages: Pages, *task_ids: str) -> None:
    pages.tell("gallery", "chosen", list(task_ids))
