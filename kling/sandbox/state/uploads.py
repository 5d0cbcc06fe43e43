"""The uploaded files: found by name, listed by account, and gone when there is no room for them."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from kling.sandbox import errors
from kling.sandbox.state import reference_motions
from kling.sandbox.state.models import Account, Asset


class InUse(NamedTuple):
    """Ids of uploads that somebody still needs."""

    running: set[str]
    """By tasks that are not final: these stay."""
    motions: set[str]
    """By motions people have made: these go last."""


class Uploads:
    """Under the lock of the state that it is a part of."""

    def __init__(self, limit: int, lock: threading.RLock, in_use: Callable[[], InUse]) -> None:
        """`limit` in bytes, covers and what is still arriving included."""
        self.limit = limit
        self._lock = lock
        self._in_use = in_use
        self._arriving = 0
        self._by_id: dict[str, Asset] = {}
        self._by_name: dict[str, Asset] = {}

    def __contains__(self, asset_id: str) -> bool:
        return asset_id in self._by_id

    @contextlib.contextmanager
    def reserve(self, size: int) -> Iterator[None]:
        """Keep `size` bytes free while an upload arrives; old uploads go for it."""
        with self._lock:
            self._arriving += size
            self.evict()
            if self._bytes() > self.limit:
                self._arriving -= size
                raise errors.disk_full()
        try:
            yield
        finally:
            with self._lock:
                self._arriving -= size

    def add(self, asset: Asset) -> None:
        with self._lock:
            self._by_id[asset.id] = asset
            self._by_name[asset.name] = asset
            if asset.cover:
                self._by_name[asset.cover] = asset

    def list_for(self, account: Account) -> list[Asset]:
        """Newest first."""
        with self._lock:
            newest = reversed(self._by_id.values())
            return [asset for asset in newest if asset.account == account.email and not asset.deleted]

    def motions(self) -> set[str]:
        """Ids of the uploads that are motions of the second generation."""
        return {asset.id for asset in self._by_id.values() if reference_motions.is_motion(asset)}

    def delete(self, account: Account, ids: Sequence[str]) -> list[str]:
        with self._lock:
            found = [asset for asset in self.list_for(account) if asset.id in ids]
            for asset in found:
                asset.deleted = True
            self.evict()
        if not found:
            raise errors.resource_not_found()
        return [asset.id for asset in found]

    def find(self, link: str, kind: str, now: float) -> Asset:
        """The upload a link leads to, whatever host it names; as an image a video's cover will do."""
        name = file_name(link)
        with self._lock:
            asset = self._by_name.get(name)
            if asset is None or asset.deleted:
                raise errors.resource_not_found()
            if ("image" if name == asset.cover else asset.kind) != kind:
                raise errors.resource_not_found()
            asset.used = now
            return asset

    def path(self, name: str, now: float) -> Path | None:
        with self._lock:
            asset = self._by_name.get(name)
            if asset is None:
                return None
            asset.used = now
            return asset.path_of(name)

    def evict(self) -> None:
        """Deleted files go when nothing needs them; then the least recently wanted, until the rest fits."""
        in_use = self._in_use()
        for asset in list(self._by_id.values()):
            if asset.deleted and asset.id not in in_use.running | in_use.motions:
                self._drop(asset)
        removable = [asset for asset in self._by_id.values() if asset.id not in in_use.running]
        for asset in sorted(removable, key=lambda asset: (asset.id in in_use.motions, asset.used)):
            if self._bytes() <= self.limit:
                return
            self._drop(asset)

    def clear(self) -> None:
        for asset in list(self._by_id.values()):
            self._drop(asset)

    def _bytes(self) -> int:
        return self._arriving + sum(asset.size for asset in self._by_id.values())

    def _drop(self, asset: Asset) -> None:
        del self._by_id[asset.id]
        for name in filter(None, (asset.name, asset.cover)):
            del self._by_name[name]
            asset.path_of(name).unlink(missing_ok=True)


def file_name(link: str) -> str:
    """The last part of a link's path: uploads are known by it under every address."""
    try:
        return urlsplit(link).path.rsplit("/", 1)[-1]
    except ValueError:
        return ""
