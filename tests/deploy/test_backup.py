"""A copy saved in the middle of a batch, restored in an empty place: nothing is lost, nothing is paid twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
import sqlalchemy as sa

from kling import backup
from kling.config import Settings
from kling.errors import NotConfigured
from kling.orders import Orders, VideoOrder
from kling.store import Store
from kling.store.upgrade import VERSION_TABLE
from tests.databases import empty_postgresql
from tests.orders.test_killed import IDS, until
from tests.orders.upstream import PICTURE, QUICK, Kling, request
from tests.orders.worker_process import orders_of
from tests.orders.worker_processes import Worker, lever, practice_api, prompts_at


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The address of the database that is saved, and of an empty one."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old/orders.sqlite", f"sqlite:///{tmp_path}/new/orders.sqlite"
    server = request.getfixturevalue("postgres_server")
    return empty_postgresql(server).url, empty_postgresql(server).url


def test_what_was_sent_after_it_was_saved_is_not_sent_again(databases: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "desk.tar"
    old, new = (
        Settings(data_dir=tmp_path / name, database_url=url)
        for name, url in zip(("old", "new"), databases, strict=True)
    )
    old.data_dir.mkdir()
    with practice_api(1.0) as api:
        lever(api, "trouble", kind="slow", seconds=1.0, method="POST", path="motion-create", times=20)
        worker = Worker(old.data_dir / "orders", old.database_url, api, *IDS).until_ready()
        until(lambda: len(prompts_at(api)) >= 2)
        backup.save(old, file)
        until(lambda: len(prompts_at(api)) == len(IDS))
        worker.kill()

        assert backup.restore(new, file) > 0, "everything was sent before it was saved: this shows nothing"
        orders = orders_of(new.data_dir / "orders", new.database_url, api)
        orders.start()
        try:
            assert {orders.ended(order_id, 90).step for order_id in IDS} <= {"done", "unknown"}
        finally:
            orders.stop()
        assert prompts_at(api) == sorted(IDS)
        with pytest.raises(NotConfigured, match="already"):
            backup.restore(new, file)


def test_the_commands_say_what_is_wrong(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "KLING_DATA_DIR": str(tmp_path / "data")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kling.backup", *words]
        return subprocess.run(command, env=environ, capture_output=True, text=True)

    assert run().returncode == 2
    nothing = run("save", str(tmp_path / "desk.tar"))
    assert (nothing.returncode, "no database to save yet" in nothing.stderr) == (1, True)
    assert list(tmp_path.glob("desk*")) == []


def test_it_is_restored_beside_what_a_lost_database_left(tmp_path: Path) -> None:
    """The number of the newer database that was lost, and what was not yet in its file, count no more."""
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/orders.sqlite")
    file, kling = tmp_path / "desk.tar", Kling()

    def begin() -> Orders:
        return Orders(lambda _: kling, tmp_path, settings.database_url, service="test", pace=QUICK)

    orders = begin()
    orders.start()
    orders.place_videos([VideoOrder("kept", "Kept", request("kept"), PICTURE)])
    orders.ended("kept", 30)
    backup.save(settings, file)
    for number in range(20):
        orders.place_videos([VideoOrder(f"lost {number}", "Lost", request(f"lost {number}"), PICTURE)])
    left = {path.name: path.read_bytes() for path in tmp_path.glob("orders.sqlite-*")}
    orders.stop()
    (tmp_path / "orders.sqlite").unlink()
    for name, content in left.items():  # as they are after a fault of the machine
        (tmp_path / name).write_bytes(content)
    with pytest.raises(NotConfigured, match="emptied or is older"):
        begin().start()
    (tmp_path / "orders.sqlite").unlink(missing_ok=True)

    backup.restore(settings, file)
    restored = begin()
    restored.start()
    try:
        assert [row["id"] for row in restored._context.repository.find()] == ["kept"]
        restored.place_videos([VideoOrder("new", "New", request("new"), PICTURE)])
        assert restored.ended("new", 30).step == "done"
    finally:
        restored.stop()


def test_what_a_newer_version_saved_leaves_no_database_that_would_send_again(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    """An update would open it, with orders in it that nobody doubts."""
    file = tmp_path / "desk.tar"
    old, new = (
        Settings(data_dir=tmp_path / name, database_url=url)
        for name, url in zip(("old", "new"), databases, strict=True)
    )
    store = Store(old.database_url)
    store.open()
    with store.engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = 'of tomorrow'"))
    store.close()
    backup.save(old, file)
    with pytest.raises(NotConfigured, match="newer version") as refused:
        backup.restore(new, file)
    if new.database_url.startswith("sqlite"):
        assert not (tmp_path / "new" / "orders.sqlite").exists()
    else:
        assert "empty it before the dashboard is started" in str(refused.value)


def test_what_cannot_be_put_in_its_place_is_tried_again(tmp_path: Path) -> None:
    """The folder of results is a file, say: no database may be there before its files are."""
    file = tmp_path / "desk.tar"
    old, new = (
        Settings(data_dir=tmp_path / name, database_url=f"sqlite:///{tmp_path}/{name}/orders.sqlite")
        for name in ("old", "new")
    )
    Store(old.database_url).open()
    (old.data_dir / "archive").mkdir()
    (old.data_dir / "archive" / "video").write_bytes(b"a video")
    backup.save(old, file)
    new.data_dir.mkdir()
    (new.data_dir / "archive").write_bytes(b"in the way")
    with pytest.raises(OSError):  # noqa: PT011 - whichever the system names it
        backup.restore(new, file)
    (new.data_dir / "archive").unlink()
    assert backup.restore(new, file) == 0
    assert (new.data_dir / "archive" / "video").read_bytes() == b"a video"


def test_a_database_that_does_not_answer_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mock.patch.dict(os.environ, {"KLING_DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:9/none"}):
        assert backup.main(["restore", str(tmp_path / "desk.tar")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Nothing was restored. The database")
    assert "secret" not in said
