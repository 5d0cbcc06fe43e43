"""The files for hosting hold what they promise: limits agree, and what is not run here is read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from kling.media.limits import MB, UPLOAD_BYTES
from tests.pages.app_test import Pages
from tests.processes import ROOT

DEPLOY = ROOT / "deploy"
AROUND = 1
"""MB that the form around an uploaded file may take."""


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_nobody_refuses_what_the_page_takes(pages: Pages) -> None:
    takes = UPLOAD_BYTES // MB
    streamlit = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    [uploader] = pages.open("upload.py").get("file_uploader")
    assert uploader.proto.max_upload_size_mb == takes
    assert streamlit["server"]["maxUploadSize"] == takes
    assert re.findall(r"client_max_body_size (\w+);", text("nginx.conf")) == [f"{takes + AROUND}m"]
    assert re.findall(r"max_size (\w+)", text("Caddyfile")) == [f"{takes + AROUND}MiB"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(\d+) MB", readme)) == {str(takes)}


def test_the_dockerfile_has_nothing_that_its_linter_finds() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    found = subprocess.run([linter, "--no-color", DEPLOY / "Dockerfile"], capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (0, "")


def test_compose_names_what_there_is() -> None:
    compose = yaml.safe_load(text("compose.yaml"))
    services = compose["services"]
    assert set(services) == {"dashboard", "database", "proxy"}
    build = services["dashboard"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    assert all(":" in service["image"] for service in services.values() if "image" in service)
    assert all(service["restart"] == "unless-stopped" for service in services.values())
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for source, *_ in (volume.split(":") for volume in service["volumes"]):
            assert (DEPLOY / source).exists() if source.startswith(".") else source in compose["volumes"]


def test_compose_reaches_each_service_by_its_name() -> None:
    services = yaml.safe_load(text("compose.yaml"))["services"]
    environment = services["dashboard"]["environment"]
    database = services["database"]["environment"]
    user, name = database["POSTGRES_USER"], database["POSTGRES_DB"]
    assert re.fullmatch(rf"postgresql://{user}:\$\{{.+\}}@database/{name}", environment["KLING_DATABASE_URL"])
    assert services["proxy"]["environment"]["DASHBOARD"] == "dashboard:8501"
    assert '"--server.port", "8501"' in text("Dockerfile")
    assert "ports" not in services["dashboard"]


def test_compose_gives_the_dashboard_every_setting_of_its_file() -> None:
    assert yaml.safe_load(text("compose.yaml"))["services"]["dashboard"]["env_file"] == ".env"


def test_compose_asks_only_for_settings_that_there_are() -> None:
    environment = yaml.safe_load(text("compose.yaml"))["services"]["dashboard"]["environment"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in environment if f"`{name}`" not in readme] == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "motion-desk.service"
    # The program is not installed here; systemd would say so.
    unit.write_text(text("motion-desk.service").replace("/opt/motion-desk/.venv/bin/streamlit", sys.executable))
    found = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert [line for line in found.stderr.splitlines() if unit.name in line] == []
    offline = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)]
    exposed = subprocess.run(offline, capture_output=True, text=True)
    assert exposed.returncode == 0, exposed.stdout


def test_under_systemd_too_files_are_read_without_a_network() -> None:
    [allowed] = re.findall(r"^RestrictNamespaces=(.*)$", text("motion-desk.service"), re.MULTILINE)
    assert {"user", "net"} <= set(allowed.split())
