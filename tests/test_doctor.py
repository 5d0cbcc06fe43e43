"""The doctor names what is wrong here, with what to do, and never the token."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from kling import doctor
from kling.archive import Archive, open_files
from kling.doctor import examine
from kling.store import Store
from tests.archive.made_up import fill
from tests.raw_server import answering
from tests.sandbox_server import Sandbox

SECRET = "user:1-s3cret"


@pytest.fixture
def wrong(sandbox: Sandbox, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """What is wrong with a dashboard that has these settings, by what was looked at."""

    def look(**settings: str) -> dict[str, str]:
        given = {"api_token": sandbox.token, "api_url": sandbox.url, "data_dir": str(tmp_path / "data"), **settings}
        environ = {f"KLING_{name.upper()}": value for name, value in given.items()}
        findings = list(examine(environ, tmp_path / "secrets.toml"))
        assert not any(SECRET in str(finding) or sandbox.token in str(finding) for finding in findings)
        return {finding.what: finding.finding for finding in findings if not finding.is_well}

    return look


def test_nothing_is_wrong_where_all_is_well(wrong: Callable[..., dict[str, str]]) -> None:
    assert wrong() == {}


def test_a_token_that_is_refused(wrong: Callable[..., dict[str, str]]) -> None:
    assert list(wrong(api_token=SECRET)) == ["Service"]
    assert "KLING_API_TOKEN" in wrong(api_token=SECRET)["Service"]


def test_an_account_that_is_not_there(wrong: Callable[..., dict[str, str]]) -> None:
    assert "KLING_ACCOUNT" in wrong(account="nobody@example.com")["Service"]


def test_a_service_that_is_not_there(wrong: Callable[..., dict[str, str]]) -> None:
    assert "KLING_API_URL" in wrong(api_url="http://127.0.0.1:9/v1/kling")["Service"]


def test_a_folder_that_cannot_be_written(wrong: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "KLING_DATA_DIR" in wrong(data_dir=str(tmp_path / "file" / "data"))["Data folder"]


def test_a_database_that_is_not_there(wrong: Callable[..., dict[str, str]]) -> None:
    told = wrong(database_url="postgresql://me:s3cret@127.0.0.1:9/orders")["Database"]
    assert "KLING_DATABASE_URL" in told
    assert "s3cret" not in told


def test_a_database_that_was_put_back_from_an_old_copy(wrong: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "orders.sqlite.count").write_text("7")
    assert "orders.sqlite.count" in wrong()["Database"]
    assert not (tmp_path / "data" / "orders.sqlite").exists()


def test_a_disk_without_room(wrong: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ROOM", 1 << 62)
    assert "2 GB" in wrong()["Room"]


def test_a_clock_that_is_wrong(wrong: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    # Its own clock alone: the practice API is in this process and says what time it is.
    monkeypatch.setattr(doctor, "time", SimpleNamespace(time=lambda: 1e9))
    assert "NTP" in wrong()["Clock"]


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\nDate: soon\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_what_is_no_service_at_all(wrong: Callable[..., dict[str, str]], answer: bytes) -> None:
    """Another program at that address ends it with a sentence, not with a traceback."""
    with answering(answer) as url:
        assert "no usable answer" in wrong(api_url=url)["Service"]


def test_settings_that_contradict_each_other(wrong: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    assert "KLING_MODE" in wrong(mode="sometimes")["Settings"]
    (tmp_path / "secrets.toml").write_text("not TOML")
    assert "secrets.toml" in wrong()["Settings"]


def test_its_exit_code_tells_a_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kling.doctor"]
    environ = {"KLING_DATA_DIR": str(tmp_path), "KLING_MODE": "practice"}
    well = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert (well.returncode, well.stderr) == (0, "")
    ill = subprocess.run(command, env={**environ, "KLING_MODE": "live"}, capture_output=True, text=True)
    assert ill.returncode == 1
    assert ill.stdout.startswith("WRONG  Settings: Live mode needs a token")


def test_an_archive_whose_disk_is_away(wrong: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    store = Store(f"sqlite:///{tmp_path}/data/orders.sqlite")
    kept = Archive(store, "practice", open_files(str(tmp_path / "kept"), tmp_path))
    fill(kept, 1, 0.0, {"video": b"video", "cover": b"cover", "picture": b"picture"})
    store.close()
    assert "Archive" not in wrong(archive=str(tmp_path / "kept"))
    assert "disk" in wrong(archive=str(tmp_path / "other"))["Archive"]


def test_an_archive_that_does_not_answer(wrong: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "KLING_ARCHIVE" in wrong(archive=str(tmp_path / "file" / "kept"))["Archive"]
