"""The files in `deploy` as they stand, on a port that is not 443: a dashboard with sign-in, under a path of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.attacks.protected import ProtectedDashboard, sign_in_settings
from tests.deploy.proxies import journey
from tests.deploy.proxies.stage import caddy, nginx, origin_at
from tests.processes import Server, dashboard, free_port

Proxy = Callable[[Path, int, Server], AbstractContextManager[None]]


@pytest.mark.parametrize("proxy", [caddy, nginx], ids=["Caddyfile", "nginx.conf"])
def test_the_journey_behind_a_proxy_under_a_path(
    page: Page, signing_provider: str, tmp_path: Path, proxy: Proxy
) -> None:
    data, port = tmp_path / "data", free_port()
    team = ProtectedDashboard(f"{origin_at(port)}/studio", signing_provider, data)
    settings = sign_in_settings(team.url, team.provider)
    with (
        dashboard(data, STREAMLIT_SERVER_BASE_URL_PATH="studio", **settings) as server,
        proxy(tmp_path, port, server),
    ):
        journey.go(page, team, tmp_path)
