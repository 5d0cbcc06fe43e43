"""Two dashboards on one database behind `deploy/nginx.conf`: one is killed, and its people land on the other.

They stay signed in.
"""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.attacks.protected import ProtectedDashboard, sign_in_settings
from tests.browser.conftest import give, sign_in
from tests.deploy.proxies.stage import nginx, origin_at
from tests.media.samples import picture
from tests.orders.worker_processes import postgres
from tests.processes import TOKEN, Server, dashboard_at, free_port, practice_api


def test_who_was_on_the_one_that_is_killed_finds_everything_on_the_other(
    page: Page, signing_provider: str, tmp_path: Path
) -> None:
    port = free_port()
    team = ProtectedDashboard(origin_at(port), signing_provider, tmp_path)
    with ExitStack() as stack:
        api, database = stack.enter_context(practice_api("--seconds", "8")), stack.enter_context(postgres())
        settings = {
            "KLING_API_TOKEN": TOKEN,
            "KLING_API_URL": f"{api.url}/v1/kling",
            "KLING_DATABASE_URL": database,
            "KLING_ARCHIVE": str(tmp_path / "archive"),
            **sign_in_settings(team.url, team.provider),
        }
        folders = [tmp_path / "one", tmp_path / "two"]
        servers = [stack.enter_context(dashboard_at(free_port(), folder, **settings)) for folder in folders]
        stack.enter_context(nginx(tmp_path, port, *servers))
        sign_in(page, team, "ann")
        order(page)
        os.kill(in_use(servers, folders).pid, signal.SIGKILL)
        page.goto(f"{team.url}/tasks")
        row = page.get_by_text("anna · Wave").first
        expect(row).to_be_visible()
        row.click()
        expect(page.locator(".st-key-task").get_by_text("Ready", exact=True)).to_be_visible()
        page.goto(f"{team.url}/results")
        expect(page.get_by_text("anna · Wave").first).to_be_visible()


def order(page: Page) -> None:
    """A video, until Kling has taken it."""
    page.get_by_role("button", name="Wave", exact=True).click()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    give(page, {"name": "anna.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(page.get_by_text("Choose another picture")).to_be_visible()
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text("Kling has accepted it")).to_be_visible()


def in_use(servers: list[Server], folders: list[Path]) -> Server:
    """The one that this person is on: it has the picture of their draft."""
    (serving,) = [server for server, folder in zip(servers, folders, strict=True) if list(folder.glob("drafts/*"))]
    return serving
