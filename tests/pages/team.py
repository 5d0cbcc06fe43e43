"""The pages as signed-in people have them, each with a role."""

from __future__ import annotations

import json
from unittest import mock

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kling import MotionCreateRequest
from kling.orders import PictureFile
from kling.people import Identity
from pages.ui.session import identity, people, shared
from tests.media.samples import picture
from tests.pages.app_test import Pages
from tests.sandbox_server import Sandbox

ADMIN, MIA, VERA = "boss@team.example", "mia@team.example", "vera@team.example"
MOTION = -100_000_000_000_004


class Visit:
    """The context of a page whose browser `pages.server.access` has let in."""

    ip_address = "192.0.2.7"
    timezone = "UTC"
    url = "http://localhost/"
    cookies: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, email: str) -> None:
        self.headers = {identity.HEADER: json.dumps([email, email.partition("@")[0].title(), 4e9])}


@pytest.fixture
def team(pages: Pages, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Pages:
    """The pages where a proxy signs people in."""
    for name, value in {
        "KLING_PROXY_HEADER": "x-user",
        "KLING_PROXY_ADDRESSES": "127.0.0.1",
        "KLING_ALLOWED": f"@team.example, {VERA}",
        "KLING_ADMINS": ADMIN,
        "KLING_BUDGET_PERSON": "0",
        "KLING_TIME_ZONE": "Europe/Berlin",
    }.items():
        monkeypatch.setenv(name, value)
    st.cache_resource.clear()
    people.register().came(Identity(MIA, "Mia", 1.0))
    people.register().give_role(VERA, "viewer")
    return pages


def open_as(team: Pages, email: str, page: str) -> AppTest:
    with mock.patch.object(st, "context", Visit(email)):
        return team.open(page)


def placed(order_id: str, person: str) -> None:
    request = MotionCreateRequest(work_id=MOTION, image="https://file.invalid/pending")
    image = PictureFile("person.jpg", picture(), "image/jpeg")
    shared.orders().place_video(order_id, "Wave", request, image, person=person)
