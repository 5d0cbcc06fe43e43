"""A new kind of thing is a table and a migration, which one command writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from kling.store import MotionNames, Store
from tests.processes import ROOT

CHANGE = """
teams = sa.Table("kling_teams", metadata, sa.Column("id", _text, primary_key=True))
orders.append_column(sa.Column("team", _text))
"""
CHECK = """
import sys
from alembic import command
from kling.store import MotionNames, Store
from kling.store.upgrade import run_alembic
store = Store(sys.argv[1])
store.open()
with store.engine.connect() as connection:
    run_alembic(connection, command.check)
print(MotionNames(store, "kling").all())
"""


def python(folder: Path, *words: str) -> str:
    return subprocess.run([sys.executable, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_one_command_writes_the_migration_that_a_changed_table_needs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/orders.sqlite"
    store = Store(url)
    MotionNames(store, "kling").give("1", "Wave")
    store.close()
    code = tmp_path / "code"
    shutil.copytree(ROOT / "kling", code / "kling", ignore=shutil.ignore_patterns("__pycache__"))
    with (code / "kling" / "store" / "tables.py").open("a") as tables:
        tables.write(CHANGE)
    assert "teams_of_orders.py" in python(code, "-m", "kling.store", "teams of orders")
    assert python(code, "-c", CHECK, url).splitlines()[-1] == "{'1': 'Wave'}"
    assert len(list(tmp_path.glob("orders.00*.sqlite"))) == 1
