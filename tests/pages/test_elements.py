"""Saved characters: read as either page of the documentation shows them, and chosen on Create."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from kling import KlingClient
from kling.feed import Feeds
from kling.sandbox import serve
from kling.sandbox.state.state import State
from tests.media.samples import picture
from tests.pages.app_test import Pages
from tests.recorder import Recorder, answer, recording
from tests.sandbox_server import Sandbox

OF_FEBRUARY = {
    "id": "u_123456789012345",
    "name": "Fashion lady",
    "userId": 12345678,
    "type": "IMAGE",
    "description": "Elegant woman in red dress",
    "cover": {"resource": "https://cdn.example.com/cover.jpg", "width": 768, "height": 1365, "cover": True},
    "resources": [{"resource": "https://cdn.example.com/side.png", "slotKey": "side"}],
    "tagList": [],
    "favored": False,
    "official": False,
    "createTime": 1736640000000,
}
OF_JANUARY = {"id": 300171730302481, "name": "Old sailor", "coverImage": "https://cdn.example.com/sailor.jpg"}


@pytest.fixture
def upstream() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


def listed(upstream: Recorder, elements: Any) -> list[Any]:
    upstream.will(answer(200, {"elementsList": elements, "pageNum": 1, "pageSize": 50, "total": 3}))
    return KlingClient("user:1-token", upstream.url).list_elements()


def test_both_forms_that_the_documentation_shows_are_read(upstream: Recorder) -> None:
    lady, sailor = listed(upstream, [OF_FEBRUARY, OF_JANUARY])
    assert (lady.key, lady.name, lady.cover_url) == (
        "u_123456789012345",
        "Fashion lady",
        "https://cdn.example.com/cover.jpg",
    )
    assert (sailor.key, sailor.cover_url) == ("300171730302481", "https://cdn.example.com/sailor.jpg")


@pytest.mark.parametrize("cover", [None, "text", {"resource": 5}, {"resource": "/etc/passwd"}, []])
def test_a_character_whose_picture_cannot_be_read_stays(upstream: Recorder, cover: Any) -> None:
    [only] = listed(upstream, [{**OF_FEBRUARY, "cover": cover}])
    assert (only.key, only.cover_url) == ("u_123456789012345", None)


@pytest.mark.parametrize("broken", [{}, {"id": None}, {"id": ""}, {"id": {"x": 1}}, {"id": True}, "text", None])
def test_one_without_an_id_is_left_out(upstream: Recorder, broken: Any) -> None:
    assert [each.key for each in listed(upstream, [broken, OF_JANUARY])] == ["300171730302481"]


def test_the_pages_are_read_until_one_brings_nothing_new(upstream: Recorder) -> None:
    whole = [{"id": f"u_{number}", "name": str(number)} for number in range(100)]
    page = answer(200, {"elementsList": whole})
    upstream.will(page, page, page)
    feeds = Feeds(KlingClient("user:1-token", upstream.url, "me@x.y"), start=lambda look: look())
    assert len(feeds.elements.snapshot().value or []) == 100
    assert [seen.target.partition("?")[0] for seen in upstream.seen] == ["/v1/kling/elements/"] * 2


# --- on Create ------------------------------------------------------------------------------------------------


class Characters:
    """What `GET /elements` answers in front of the practice API."""

    def __init__(self) -> None:
        self.elements: list[Any] = [OF_FEBRUARY, OF_JANUARY]
        self.status = 200
        self.asked = 0

    async def answer(self, _: Request) -> Response:
        self.asked += 1
        if self.status != 200:
            return JSONResponse({"error": "not now"}, self.status)
        return JSONResponse({"elementsList": self.elements})


@pytest.fixture
def characters(pages: Pages, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Characters]:
    """The service of `pages` has the second generation of motions and lists characters."""
    sandbox.lever("generation", generation=2)
    found = Characters()
    routes = [Route("/v1/kling/elements/", found.answer), Mount("/", sandbox.app)]
    with serve(Starlette(routes=routes)) as origin:
        monkeypatch.setenv("KLING_API_URL", f"{origin}/v1/kling")
        # Those that it lists here it takes, too.
        monkeypatch.setattr(State, "check_element", lambda state, element: None)
        yield found


def ready(pages: Pages) -> None:
    pages.open()
    pages.choose_card(pages.card_names()[0])
    pages.choose_picture(picture())


def sent(pages: Pages) -> dict[str, object]:
    pages.press("Make the video")
    return pages.posted("/videos/motion-create")[-1]


def keys(pages: Pages) -> set[str | None]:
    return {field.key for field in pages.at.text_input}


def test_a_character_is_chosen_by_name_and_picture_and_sent_by_its_id(pages: Pages, characters: Characters) -> None:
    ready(pages)
    cards = {card["name"]: card["cover"] for card in pages.cards()}
    assert cards == {
        "Fashion lady": "https://cdn.example.com/cover.jpg",
        "Old sailor": "https://cdn.example.com/sailor.jpg",
    }
    assert "create element" not in keys(pages)
    pages.choose_card("Fashion lady")
    assert "**Fashion lady**" in pages.words()
    assert sent(pages)["element_1"] == "u_123456789012345"


def test_a_number_is_sent_as_the_text_that_the_service_wants_and_can_be_taken_out(
    pages: Pages, characters: Characters
) -> None:
    ready(pages)
    pages.choose_card("Old sailor")
    assert sent(pages)["element_1"] == "300171730302481"
    pages.press("Make another video")
    pages.press("Take it out")
    assert "element_1" not in sent(pages)


def test_without_saved_characters_the_page_says_where_they_come_from(pages: Pages, characters: Characters) -> None:
    characters.elements = []
    ready(pages)
    assert "No character is saved at Kling" in pages.words()
    assert "create element" not in keys(pages)
    assert "element_1" not in sent(pages)


@pytest.mark.parametrize(
    ("status", "told"), [(404, "has no list of saved characters"), (503, "has a fault or is too busy to answer")]
)
def test_where_characters_cannot_be_listed_one_is_typed(
    pages: Pages, characters: Characters, status: int, told: str
) -> None:
    characters.status = status
    ready(pages)
    assert f"{told}. So they cannot be shown here. Type the id of one" in pages.words()
    pages.at.text_input(key="create element").set_value("u_7").run()
    assert sent(pages)["element_1"] == "u_7"


def test_a_list_that_fails_later_keeps_what_it_showed(pages: Pages, characters: Characters) -> None:
    ready(pages)
    characters.status = 503
    pages.look_again()
    assert "What you see is from" in pages.words()
    assert {card["name"] for card in pages.cards()} == {"Fashion lady", "Old sailor"}


def test_characters_are_not_asked_for_where_none_can_be_used(pages: Pages, characters: Characters) -> None:
    ready(pages)
    pages.at.segmented_control(key="create model").set_value("kling-v2-6").run()
    assert pages.cards() == []
    asked = characters.asked
    pages.sandbox.lever("generation", generation=1)
    pages.press("Choose another motion")
    pages.look_again()
    assert characters.asked == asked
