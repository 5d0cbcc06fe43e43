"""`deploy/Caddyfile` as it stands, on a port that is not 443."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.deploy.proxies import journey
from tests.deploy.proxies.stage import caddy
from tests.processes import dashboard


def test_the_journey_behind_caddy(page: Page, tmp_path: Path) -> None:
    with dashboard(tmp_path / "data", KLING_OPEN="1") as server, caddy(tmp_path, server) as origin:
        journey.go(page, origin, tmp_path)
