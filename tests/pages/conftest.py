"""Results to show."""

from __future__ import annotations

import time

import pytest

from pages.ui.session import shared
from tests.archive.made_up import fill
from tests.media.samples import picture
from tests.pages.app_test import Pages


@pytest.fixture
def filled(pages: Pages) -> list[str]:
    pages.at.run()
    files = {"video": b"a video", "cover": picture(), "picture": picture()}
    return fill(shared.archive(), 70, time.time(), files)
