"""The service's words in ours: each refusal that the documentation or the practice API has is a sentence of ours."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from kling.errors import ApiError, BadRequest, refusal
from kling.orders import Order
from kling.sandbox import errors as sandbox_errors
from kling.sandbox.api import control, parameters, upload_intake
from kling.sandbox.media import inspection
from pages.ui import wording
from pages.ui.wording import refusals

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NOT_FOR_PEOPLE = (
    "The body is not valid JSON",
    "The body must be a JSON object",
    "Not a fault",
    "Not a listing",
    "kind must be",
)
"""What only a programmer who writes requests by hand can bring about."""


def quoted(module: Any) -> Iterator[tuple[int, str]]:
    """Each refusal that a module of the practice API writes out, with its status; what is filled in is “7”."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ApiError" and len(node.args) > 1:
            status, words = node.args[0], node.args[1]
            if isinstance(status, ast.Constant) and isinstance(words, ast.Constant | ast.JoinedStr):
                text = words.value if isinstance(words, ast.Constant) else filled(words)
                yield int(str(status.value)), str(text)


def filled(words: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in words.values)


WRITTEN = sorted({
    each
    for module in (sandbox_errors, upload_intake, inspection, parameters, control)
    for each in quoted(module)
    if not each[1].startswith(NOT_FOR_PEOPLE)
})  # fmt: skip
DOCUMENTED = [
    (400, "Parameter workId is required"),
    (400, "Content-Type text/html is not supported. Valid values: image/png"),
    *((400, f"MOTION.{name}") for name in
      ("PIC_NOT_MATCHED", "DURATION_MORE_THAN_EXPECTED", "DURATION_LESS", "RESOLUTION_TOO_SMALL")),
    (404, "VALID.ResourceNotFound"), (404, "No works found for task 1"), (408, ""), (410, ""), (412, ""), (422, ""),
    (429, ""), (500, "appears to violate the community guidelines (CM_EXT.POther)"), (502, ""), (596, ""),
]  # fmt: skip


@pytest.mark.parametrize(("status", "words"), [*WRITTEN, *DOCUMENTED])
def test_what_the_service_says_is_a_sentence_of_ours_and_what_to_do(status: int, words: str) -> None:
    error = refusal(status, {"error": words}, None, NOW)
    told = wording.explain(error)
    for sentence in (told.what, told.next):
        assert re.fullmatch(r"[A-Z].*[.]", sentence), sentence
    assert "dashboard does not know" not in told.what
    assert not (words and words in told.what + told.next)
    assert words in told.detail


@pytest.mark.parametrize("name", ["image", "motionUrl", "prompt", "element_1", "replyUrl", "maxJobs"])
def test_a_parameter_goes_by_the_name_of_its_field(name: str) -> None:
    told = wording.explain(BadRequest(400, f"Parameter {name} must be something else"))
    assert refusals.FIELDS[name.casefold()][0] in told.what
    assert name == "prompt" or name not in told.what.split() or name == refusals.FIELDS[name.casefold()][0]


def test_what_is_not_known_is_told_so_and_its_words_stand_apart() -> None:
    error = BadRequest(400, "Blorp <b>17</b>")
    told = wording.explain_order(Order("1", "anna · Wave", 0.0, step="refused", error=error))
    assert "Blorp" not in told.what + told.next
    assert "Nothing was charged." in told.next
    assert "technical reason" in told.next
    assert "Blorp" in told.detail
    assert "Blorp" not in wording.explain(ApiError(418, "Blorp")).what


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Generation failed, the credits were given back. Please try again (practice)", "may go well at another time"),
        ("CM_EXT.POther", "check of contents"),
        ("Blorp 17", "Its own words: “Blorp 17”."),
        ("", "gave no reason"),
    ],
)
def test_why_kling_could_not_make_it(words: str, told: str) -> None:
    assert told in refusals.explain_failed(words)
    assert words == "Blorp 17" or not words or words not in refusals.explain_failed(words)
