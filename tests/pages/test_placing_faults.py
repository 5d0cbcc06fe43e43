"""What a button says that could not place an order: a sentence in a toast, everything as it was chosen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from pages.ui.session import shared
from tests.media.samples import picture
from tests.orders.test_killed import until
from tests.pages.app_test import Pages
from tests.sandbox_server import mp4

CREATE, UPLOAD = "/videos/motion-create", "/videos/motion-upload"


@contextmanager
def without_database(words: str) -> Iterator[None]:
    """Whatever is asked of the database with these words in it fails."""

    def fail(*told: object) -> None:
        if words in str(told[2]):
            raise sqlite3.OperationalError("database or disk is full")

    engine = shared.orders()._context.repository.store.engine
    sa.event.listen(engine, "before_cursor_execute", fail)
    yield
    sa.event.remove(engine, "before_cursor_execute", fail)


def one_video(pages: Pages) -> str:
    pages.compose()
    return "Make the video"


def one_of_many(pages: Pages) -> str:
    pages.open()
    pages.at.segmented_control(key="batch how").set_value("Several at once").run()
    pages.at.file_uploader(key="batch pictures").set_value([("a.jpg", picture(), "image/jpeg")]).run()
    pages.settle()
    pages.pick_motions(pages.cards()[0]["key"])
    return "Make 1 video"


def one_motion(pages: Pages) -> str:
    pages.open("upload.py")
    pages.at.file_uploader(key="clip").set_value(("dance.mp4", mp4(), "video/mp4")).run()
    pages.settle()
    return "Send it to Kling"


def press(pages: Pages, label: str) -> list[str]:
    """What the toasts say then."""
    next(button for button in pages.at.button if button.label == label).click().run()
    assert not pages.at.exception
    return [toast.value for toast in pages.at.toast]


@pytest.mark.parametrize(("compose", "path"), [(one_video, CREATE), (one_of_many, CREATE), (one_motion, UPLOAD)])
def test_a_full_disk_is_told_and_the_next_press_places_it_once(
    pages: Pages, compose: Callable[[Pages], str], path: str
) -> None:
    label = compose(pages)
    with without_database("INSERT INTO kling_orders"):
        assert any("Nothing was sent" in toast for toast in press(pages, label))
    pages.settle()
    assert pages.posted(path) == []
    press(pages, label)
    until(lambda: len(pages.posted(path)) == 1)
