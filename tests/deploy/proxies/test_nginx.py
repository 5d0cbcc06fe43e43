"""`deploy/nginx.conf` as it stands, on a port that is not 443, before a dashboard under a path of its own."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.deploy.proxies import journey
from tests.deploy.proxies.stage import nginx
from tests.processes import dashboard


def test_the_journey_behind_nginx_under_a_path(page: Page, tmp_path: Path) -> None:
    with (
        dashboard(tmp_path / "data", STREAMLIT_SERVER_BASE_URL_PATH="studio", KLING_OPEN="1") as server,
        nginx(tmp_path, server) as origin,
    ):
        journey.go(page, f"{origin}/studio", tmp_path)
