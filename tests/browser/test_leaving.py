"""Leaving a page just when its timer ticks: the tick reaches the dashboard while it makes the next page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.test_board import TaskBoard, board, open_board

__all__ = ["board"]


def is_end(message: str | bytes) -> bool:
    assert isinstance(message, bytes)
    return bool(ForwardMsg.FromString(message).WhichOneof("type") == "script_finished")


class Latecomer:
    """Between browser and dashboard: a tick it has seen comes again as soon as the next request is being answered."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tick: bytes | None = None
        self.stage = ""
        page.route_web_socket(lambda url: "_stcore/stream" in url, self.connect)

    def connect(self, browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()

        def from_browser(message: str | bytes) -> None:
            assert isinstance(message, bytes)
            if self.stage == "waits" and BackMsg.FromString(message).rerun_script.fragment_id:
                self.tick, self.stage = message, "ticks"
            elif self.stage == "armed":
                self.stage = "asked"
            server.send(message)

        def from_server(message: str | bytes) -> None:
            if self.stage == "ticks" and is_end(message):
                self.stage = "rests"
            elif self.stage == "asked" and self.tick is not None:
                self.stage = "late"
                server.send(self.tick)
            browser.send(message)

        browser.on_message(from_browser)
        server.on_message(from_server)

    def await_tick(self) -> None:
        """Until the page has beaten, and the tick is answered."""
        self.stage = "waits"
        while self.stage != "rests":
            self.page.wait_for_timeout(20)

    def repeat_it_after(self, click: Callable[[], None]) -> None:
        self.stage = "armed"
        click()
        while self.stage != "late":
            self.page.wait_for_timeout(20)


def test_a_tick_of_the_page_one_leaves_by_the_menu_does_not_empty_the_next(board: TaskBoard, page: Page) -> None:
    latecomer = Latecomer(page)
    page.goto(f"{board.url}/motions")
    expect(page.get_by_role("heading", name="Motions", level=1)).to_be_visible()
    latecomer.await_tick()
    latecomer.repeat_it_after(page.get_by_role("link", name="Tasks").click)
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()  # the test after this one orders
    latecomer.await_tick()  # by then the late one is long answered
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()


def test_a_tick_of_the_page_one_leaves_by_a_button_does_not_empty_the_next(board: TaskBoard, page: Page) -> None:
    latecomer = Latecomer(page)
    open_board(page, board, f"?task={board.order()}")
    expect(page.get_by_role("button", name="Make another like this")).to_be_visible()
    latecomer.await_tick()
    latecomer.repeat_it_after(page.get_by_role("button", name="Make another like this").click)
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    latecomer.await_tick()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
