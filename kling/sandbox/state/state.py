"""Everything the practice API remembers, under one lock: two event loops serve it in one process.

What depends on the time is worked out from `now` on every question, never written down.
"""

import functools
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from kling.sandbox import errors
from kling.sandbox.media.file_cache import FileCache
from kling.sandbox.media.result_video import Source
from kling.sandbox.state import reference_motions
from kling.sandbox.state.catalog import Catalog
from kling.sandbox.state.models import (
    EXTRACTION,
    KEPT_MS,
    SUCCEED,
    Account,
    AccountSetup,
    Motion,
    ReferenceMotion,
    Task,
)
from kling.sandbox.state.settings import Limits, Listing, check_generation
from kling.sandbox.state.uploads import InUse, Uploads, file_name

IDS_PER_MS = 100
"""Ids that a millisecond has. The vendor's own script reads ids as JavaScript numbers: they stay below 2^53."""


class State:
    def __init__(
        self,
        setups: Sequence[AccountSetup],
        files: FileCache,
        catalog: Catalog,
        clock: Callable[[], float],
        limits: Limits,
        generation: int = 1,
        listing: Listing | None = None,
    ) -> None:
        """`generation` and `listing` are where it begins, and again after `reset`; ValueError for no generation."""
        self.setups = tuple(setups)
        self.files = files
        self.official = {motion.work_id: motion for motion in catalog.templates}
        self.official_references = {motion.clip: motion for motion in catalog.references}
        self.elements = catalog.elements
        self.clock = clock
        self.limits = limits
        self.lock = threading.RLock()
        self.uploads = Uploads(limits.upload_bytes, self.lock, self._in_use)
        self.tasks: dict[int, Task] = {}
        self._first_generation = check_generation(generation)
        self._first_listing = listing or Listing()
        self.reset()

    def reset(self) -> None:
        with self.lock:
            for task in self.tasks.values():
                self._remove_files(task)
            self.tasks = {}
            self.uploads.clear()
            self._last_id = 0
            self._last_created = 0
            self._generation = self._first_generation
            self.listing = self._first_listing
            now = self.now_ms()
            self.accounts = {
                setup.email: Account(setup, user_id=10_000_001 + number, opened=now)
                for number, setup in enumerate(self.setups)
            }

    @property
    def generation(self) -> int:
        """Which one is served now."""
        return self._generation

    def set_generation(self, generation: int) -> None:
        """Serve the other one from the next request on; whatever is kept stays. Raises ValueError."""
        with self.lock:
            self._generation = check_generation(generation)

    def set_listing(self, listing: Listing) -> None:
        """List tasks like this from the next request on."""
        self.listing = listing

    def now_ms(self) -> int:
        return round(self.clock() * 1000)

    def new_id(self) -> int:
        """A positive id below 2^53 that an earlier run of the practice API has not given either."""
        with self.lock:
            self._last_id = max(self._last_id + 1, IDS_PER_MS * self.now_ms())
            return self._last_id

    def new_created(self) -> int:
        """Now, but never twice the same: pages go by it."""
        with self.lock:
            self._last_created = max(self._last_created + 1, self.now_ms())
            return self._last_created

    # Accounts

    def find_account(self, email: str | None) -> Account:
        if email is None and len(self.accounts) == 1:
            return next(iter(self.accounts.values()))
        if not email:
            raise errors.bad_parameter("email", "is required")
        if email not in self.accounts:
            raise errors.account_not_found(email)
        return self.accounts[email]

    def balance(self, account: Account) -> int:
        """Points left. A failed task has given its own back."""
        now = self.now_ms()
        with self.lock:
            return account.granted - account.settled - sum(task.spent(now) for task in self._tasks_of(account))

    def executing(self, account: Account) -> list[Task]:
        now = self.now_ms()
        with self.lock:
            return [task for task in self._tasks_of(account) if task.takes_slot(now)]

    # Motions

    def own_motions(self, account: Account) -> list[Motion]:
        """Newest first."""
        now = self.now_ms()
        with self.lock:
            tasks = [task for task in reversed(self._tasks_of(account)) if self._is_motion(task, now)]
        return [Motion(task.work_id, task.name, task.clip, task.cover, task_id=task.id) for task in tasks]

    def find_motion(self, account: Account, work_id: int) -> Motion:
        own = {motion.work_id: motion for motion in self.own_motions(account)}
        motion = self.official.get(work_id) or own.get(work_id)
        if motion is None:
            raise errors.resource_not_found()
        return motion

    def own_references(self, account: Account) -> list[ReferenceMotion]:
        """Newest first."""
        return [
            reference_motions.motion_of(asset)
            for asset in self.uploads.list_for(account)
            if reference_motions.is_motion(asset)
        ]

    def find_reference(self, link: str) -> ReferenceMotion:
        """The motion a link leads to, whatever host it names."""
        if official := self.official_references.get(file_name(link)):
            return official
        asset = self.uploads.find(link, "video", self.clock())
        reference_motions.check(asset.width, asset.height, asset.duration)
        return reference_motions.motion_of(asset)

    def motion_source(self, motion: Motion | ReferenceMotion) -> Source:
        """Where the clip of a motion is found when a result is made from it."""
        return Source(self._finder(motion.clip), motion.tag)

    def clip_of(self, task: Task) -> Callable[[], Path]:
        """How to get at the file of a finished task's work."""
        return self._finder(task.clip)

    def _finder(self, name: str) -> Callable[[], Path]:
        uploaded = self.uploads.path(name, self.clock())
        if uploaded is not None:
            return lambda: uploaded
        return functools.partial(self.files.get, name)

    def _is_motion(self, task: Task, now: int) -> bool:
        ready = task.kind == EXTRACTION and task.status_at(now) == SUCCEED
        return ready and all(asset_id in self.uploads for asset_id in task.assets)

    def _in_use(self) -> InUse:
        now = self.now_ms()
        running = [task for task in self.tasks.values() if not task.status_at(now).final]
        motions = [task for task in self.tasks.values() if self._is_motion(task, now)]
        uploads = self.uploads.motions() if self.generation == 2 else set()
        return InUse(
            {asset_id for task in running for asset_id in task.assets},
            {asset_id for task in motions for asset_id in task.assets} | uploads,
        )

    # Characters

    def check_element(self, element_id: str | None) -> None:
        """Raises an ApiError 404 for a character that nobody has saved."""
        if element_id is not None and element_id not in {element.id for element in self.elements}:
            raise errors.resource_not_found()

    # Tasks

    def start_task(self, task: Task, account: Account, max_jobs: int | None) -> None:
        """Take a slot and the credits; raises an ApiError 429 or 412 where there are none."""
        now = self.now_ms()
        with self.lock:
            running = self.executing(account)
            if len(running) >= min(account.setup.max_jobs, max_jobs or account.setup.max_jobs):
                wait = min(other.ends_at for other in running) - now
                raise errors.busy(wait / 1000, now / 1000)
            if task.points > self.balance(account):
                raise errors.not_enough_credits()
            if task.kind == EXTRACTION:
                account.motions_made += 1
                task.name = f"Motion {account.motions_made}"
            self.tasks[task.id] = task
            self._evict_tasks(now)

    def history(self, account: Account, before: int | None, after: int | None) -> list[Task]:
        """Newest first, between the two times in milliseconds, both left out themselves; the late ones not yet."""
        now = self.now_ms()
        oldest = max(now - KEPT_MS, -1 if after is None else after)
        late = self.listing.late_seconds
        with self.lock:
            return [
                task
                for task in reversed(self._tasks_of(account))
                if task.created > oldest and (before is None or task.created < before) and task.is_listed(now, late)
            ]

    def find_task(self, account: Account, task_id: str) -> Task:
        task = self._task(task_id)
        if task is None or task.account != account.email:
            raise errors.task_not_found(task_id[:40])
        if task.created <= self.now_ms() - KEPT_MS:
            raise errors.task_expired(task.id)
        return task

    def find_works(self, account: Account, work_ids: Sequence[int]) -> list[Task]:
        """The finished tasks whose works these are, in the order asked for."""
        now = self.now_ms()
        with self.lock:
            done = {task.work_id: task for task in self._tasks_of(account) if task.status_at(now) == SUCCEED}
        if not all(work_id in done for work_id in work_ids):
            raise errors.resource_not_found()
        return [done[work_id] for work_id in work_ids]

    def delete_task(self, account: Account, task_id: str) -> Task:
        """A task that is not final has no works yet, and stays."""
        now = self.now_ms()
        with self.lock:
            task = self._task(task_id)
            if task is None or task.account != account.email or not task.status_at(now).final:
                raise errors.no_works(task_id[:40])
            self._drop_task(task, now)
            self.uploads.evict()
            return task

    def stop_tracking(self, task_id: str) -> Task:
        with self.lock:
            task = self._task(task_id)
            if task is None or not task.takes_slot(self.now_ms()):
                raise errors.job_not_found(task_id[:40])
            task.tracked = False
            return task

    def _task(self, task_id: str) -> Task | None:
        is_id = task_id.isascii() and task_id.isdigit() and len(task_id) < 20
        return self.tasks.get(int(task_id)) if is_id else None

    def _tasks_of(self, account: Account) -> list[Task]:
        return [task for task in self.tasks.values() if task.account == account.email]

    def _evict_tasks(self, now: int) -> None:
        surplus = len(self.tasks) - self.limits.tasks
        if surplus > 0:
            final = [task for task in self.tasks.values() if task.status_at(now).final]
            for task in final[:surplus]:
                self._drop_task(task, now)

    def _drop_task(self, task: Task, now: int) -> None:
        self.accounts[task.account].settled += task.spent(now)
        del self.tasks[task.id]
        self._remove_files(task)

    def _remove_files(self, task: Task) -> None:
        for name in (task.clip, task.cover):
            self.files.remove(name)
