"""What is wrong with a file is a plain sentence with its repair."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling import media
from kling.media import LIMITS, Convert, Crop, Media, Pad, Problem, Purpose, Scale, Shrink, Trim
from tests.media.samples import picture

PICTURE = Media("jpeg", False, "image/jpeg", 400, 600, 1000, codec="jpeg")
VIDEO = Media("mp4", True, "video/mp4", 720, 1280, 1000, 5.0, 30.0, "h264")


def changed(base: Media, **more: Any) -> Media:
    return Media(**{**vars(base), **more})


@pytest.mark.parametrize(
    ("found", "purpose"),
    [
        (PICTURE, "picture"),
        (changed(PICTURE, kind="png"), "cover"),
        (changed(PICTURE, width=400, height=1000), "picture"),
        (changed(PICTURE, width=400, height=2000), "cover"),
        (VIDEO, "template motion"),
        (changed(VIDEO, width=1920, height=1080, kind="mov", seconds=10.0), "template motion"),
        (changed(VIDEO, width=1280, height=500, seconds=2.0), "template motion"),
        (changed(VIDEO, width=340, height=3850, seconds=30.0, codec="hevc"), "reference motion"),
    ],
)
def test_what_kling_takes_has_no_problem(found: Media, purpose: Purpose) -> None:
    assert media.problems(found, purpose) == []


@pytest.mark.parametrize(
    ("found", "purpose", "words", "fixes"),
    [
        (changed(PICTURE, kind="webp"), "picture", "PNG and JPEG", (Convert(),)),
        (changed(PICTURE, width=299), "picture", "at least 300", (Scale(300),)),
        (changed(PICTURE, height=1001), "picture", "2.5 times", (Crop(2.5), Pad(2.5))),
        (changed(PICTURE, size=10 * 1024 * 1024 + 1), "cover", "10 MB", (Shrink(10 * 1024 * 1024),)),
        (changed(PICTURE, is_turned=True), "picture", "on its side", (Convert(),)),
        (VIDEO, "picture", "not a picture", ()),
        (PICTURE, "template motion", "not a video", ()),
        (changed(VIDEO, seconds=1.9), "template motion", "2 to 10 seconds", ()),
        (changed(VIDEO, seconds=10.1), "template motion", "2 to 10 seconds", (Trim(0.0, 10.0),)),
        (changed(VIDEO, seconds=2.9), "reference motion", "3 to 30 seconds", ()),
        (changed(VIDEO, seconds=31.0), "reference motion", "3 to 30 seconds", (Trim(0.0, 30.0),)),
        (changed(VIDEO, width=480, height=640), "template motion", "720p and 1080p", (Scale(720),)),
        (changed(VIDEO, width=3840, height=2160), "template motion", "720p and 1080p", (Scale(1080),)),
        (changed(VIDEO, width=339), "reference motion", "340 to 3850", (Scale(720),)),
        (changed(VIDEO, width=100, height=3000), "reference motion", "340 to 3850", ()),
        (changed(VIDEO, size=101 * 1024 * 1024), "template motion", "100 MB", (Shrink(100 * 1024 * 1024),)),
        (changed(VIDEO, kind="webm"), "template motion", "MP4 and MOV", (Convert(),)),
        (changed(VIDEO, codec="vp9"), "reference motion", "VP9", (Convert(),)),
    ],
)
def test_each_documented_limit_is_a_sentence_with_its_repair(
    found: Media, purpose: Purpose, words: str, fixes: tuple[Any, ...]
) -> None:
    [problem] = media.problems(found, purpose)
    assert words in problem.what
    assert problem.what.endswith(".")
    assert problem.fixes == fixes


def test_every_limit_names_its_source() -> None:
    assert all(limits.source for limits in LIMITS.values())


@settings(max_examples=25)
@given(
    width=st.integers(20, 1200),
    height=st.integers(20, 1200),
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "BMP"]),
    choose=st.integers(0, 1),
)
def test_any_picture_is_right_once_its_problems_are_repaired(width: int, height: int, kind: str, choose: int) -> None:
    data = picture(width, height, kind)
    for _ in range(3):
        found: list[Problem] = media.problems(media.inspect(data), "picture")
        if not found:
            return
        data = media.repair_picture(data, [each.fixes[min(choose, len(each.fixes) - 1)] for each in found])
    assert media.problems(media.inspect(data), "picture") == []
