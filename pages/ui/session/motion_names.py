"""What people call motions and tasks: put together once for all sessions, until something of it has changed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from threading import Lock

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from kling import Motion
from kling.feed import Feeds, Snapshot
from kling.orders.ownership import Makers
from pages.ui import wording
from pages.ui.session import shared

Motions = Snapshot[list[Motion]]


class Names(dict[str, str]):
    """Names by the motion's source, or by `wording.task_key`. There may be twenty thousand, so they are compared, as
    part of what a cache goes by, as the object that they are: whatever is different is another one."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other


def motion_names(of: Feeds) -> Names:
    """What people call each motion, by its source, and each task, by `wording.task_key`.

    Looks upstream only where nothing is known yet.
    """
    own, official = of.own_motions.once(), of.official_motions.once()
    return _motion_names(of.account, own, official, shared.names().all(), shared.makers())


def _by_version(
    account: str | None, own: Motions, official: Motions, given: Mapping[str, str], makers: Makers
) -> Hashable:
    return hashkey(account, own.version, official.version, tuple(given.items()), makers.version)


@cached(LRUCache(maxsize=16), key=_by_version, lock=Lock())
def _motion_names(
    account: str | None, own: Motions, official: Motions, given: Mapping[str, str], makers: Makers
) -> Names:
    motions = [*(own.value or []), *(official.value or [])]
    named = {motion.source: wording.name_of(motion, given) for motion in motions}
    named |= {wording.task_key(task_id): title for task_id, title in makers.titles.items()}
    named |= {key: name for key, name in given.items() if wording.is_task_key(key)}
    made = {wording.task_key(motion.task_id): named[motion.source] for motion in motions if motion.task_id is not None}
    return Names(named | made)
