"""What an order is expected to take: by the account's own orders of the same settings and length."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kling import MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest
from kling.orders.estimates import Finished, expected_price, expected_seconds, finished_from_row

LINK = "https://cdn/picture.jpg"


def template(**options: Any) -> MotionCreateRequest:
    return MotionCreateRequest(work_id=-1, image=LINK, **options)


def reference(**options: Any) -> ReferenceMotionRequest:
    return ReferenceMotionRequest(image_url=LINK, motion_url="https://cdn/motion.mp4", **options)


def finished(request: Any, kind: str, credits: float | None, seconds: float = 0, is_exact: bool = True) -> Finished:
    task = {"works": [{"resource": {"duration": seconds * 1000}}]} if seconds else {}
    return finished_from_row(
        {
            "kind": kind,
            "body": json.dumps(request.to_wire()),
            "task": json.dumps(task),
            "cost": credits,
            "cost_is_exact": is_exact,
            "accepted_at": 100.0,
            "ended_at": 340.0,
        }
    )


def test_a_template_costs_what_those_of_its_quality_and_length_did() -> None:
    recent = [
        finished(template(), "video", 20),
        finished(template(duration="5", mode="std"), "video", 20),
        finished(template(duration="10"), "video", 40),
        finished(template(mode="pro"), "video", 35),
    ]
    price = expected_price(recent, template())
    assert price is not None
    assert (price.credits, price.count) == (20, 2)
    assert [
        (price := expected_price(recent, wanted)) and price.credits
        for wanted in (template(duration="10"), template(mode="pro"), template(mode="pro", duration="10"))
    ] == [40, 35, None]


def test_what_the_balance_showed_alone_outweighs_what_several_shared() -> None:
    shared = [finished(template(), "video", cost, is_exact=False) for cost in (26, 26, 26)]
    price = expected_price([*shared, finished(template(), "video", 20)], template())
    assert price is not None
    assert price.credits == 20
    price = expected_price(shared, template())
    assert price is not None
    assert price.credits == 26


@pytest.mark.parametrize(("motion_ms", "credits"), [(4000, 20), (4200, 20), (8000, 40), (None, 60)])
def test_a_reference_costs_by_its_length_and_unknown_lengths_as_the_dearest(
    motion_ms: float | None, credits: float
) -> None:
    recent = [finished(reference(), "reference", 20, 4), finished(reference(), "reference", 60, 12)]
    price = expected_price(recent, reference(), motion_ms)
    assert price is not None
    assert price.credits == credits


def test_a_version_of_kling_tells_nothing_of_another() -> None:
    recent = [finished(reference(model_name="kling-v2-6"), "reference", 20, 4)]
    assert expected_price(recent, reference(), 4000) is None
    assert expected_price(recent, reference(model_name="kling-v2-6"), 4000) is not None


def test_without_a_balance_nothing_is_known() -> None:
    assert expected_price([], template()) is None
    assert expected_price([finished(template(), "video", None)], template()) is None


def test_what_takes_the_motion_from_a_clip_has_a_price_of_its_own() -> None:
    request = MotionUploadRequest(resource_url="https://cdn/a.mp4", cover_url=LINK)
    price = expected_price([finished(request, "motion", 0), finished(template(), "video", 20)], request)
    assert price is not None
    assert price.credits == 0


def test_time_is_told_by_those_most_alike_and_else_by_the_kind() -> None:
    recent = [finished(template(), "video", None)]
    assert expected_seconds(recent, "video", template().to_wire()) == 240
    assert expected_seconds(recent, "video", template(mode="pro", duration="10").to_wire()) == 240
    assert expected_seconds(recent, "reference", reference().to_wire()) is None


def test_a_task_that_cannot_be_read_says_no_length() -> None:
    row = {"kind": "reference", "body": "{}", "cost": 8, "cost_is_exact": True, "accepted_at": None, "ended_at": None}
    lengths = [finished_from_row({**row, "task": task}).length for task in (None, "", "[1]", '{"works": []}', "7")]
    assert lengths == [None] * 5
