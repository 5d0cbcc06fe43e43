"""Colleagues who put words of their own into everything that people can name."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kling.archive import Archive, open_files
from kling.archive.bin import Bin
from kling.archive.labels import Labels
from kling.archive.sharing import Shares
from kling.people import AuditTrail, Register
from kling.store import Store
from kling.store.names import MotionNames
from kling.store.saved_values import EVERYBODY, SavedValues
from kling.store.tables import orders
from tests.archive.made_up import change, fill
from tests.media.samples import picture
from tests.orders import history

SERVICE = "practice"
EVE = "e" * 32
"""A browser that somebody else uses."""
WAVE = "-100000000000004"


def name_everything(folder: Path, words: str, short: str) -> list[str]:
    """Results, orders, names, labels and the trail of a dashboard in practice mode that has not started yet.

    Returns the numbers of results: the last one is in the bin. `short` stands where only some signs are kept.
    """
    store = Store(f"sqlite:///{folder.as_posix()}/orders.sqlite")
    archive = Archive(store, SERVICE, open_files(str(folder / "archive"), folder))
    ids = fill(archive, 3, time.time(), {"video": b"a video", "cover": picture(), "picture": picture()}, person=EVE)
    change(archive, ids, title=words, prompt=words, motion_name=words, motion=WAVE, model=words, mode=words)
    labels = Labels(store, SERVICE)
    labels.put_into(labels.make_project(short, EVE), ids)
    labels.tag(ids, short)
    Bin(archive).put_in(ids[2:], EVE)
    Shares(store, SERVICE).make(ids[0], EVE, 7)
    Register(store).give_name(EVE, words)
    MotionNames(store, SERVICE).give(f"task {ids[1]}", words, EVE)
    MotionNames(store, SERVICE).give(WAVE, words, EVE)
    SavedValues(store, SERVICE).put(EVERYBODY, "preset", short, {})
    AuditTrail(store).note(words, "named", words, words)
    with store.engine.begin() as connection:
        connection.execute(sa.insert(orders), list(_orders(words)))
    store.close()
    return ids


def _orders(words: str) -> list[dict[str, Any]]:
    """Of this month, and one that waits for an admin."""
    now = time.time()
    found = list(history.rows(12, [EVE], now - 600, now - 60, SERVICE))
    for row in found:
        body = json.loads(row["body"])
        row |= {"title": words, "body": json.dumps({**body, "prompt": words, "mode": words, "model_name": words})}
        if row["task"]:
            row["task"] = json.dumps({**json.loads(row["task"]), "message": words})
    held = {**found[0], "id": "held", "step": "held", "accepted_at": None, "ended_at": None, "task_id": None,
            "task": None, "cost": None, "passed_at": None}  # fmt: skip
    return [*found, held]
