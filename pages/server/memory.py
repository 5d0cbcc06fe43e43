"""When memory is looked through and given back: once for everybody, in place of after every script run."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from contextlib import suppress

import anyio

COLLECT_SECONDS = 30.0
LARGE_BYTES = 256 * 1024
M_MMAP_THRESHOLD = -3
"""By this number `mallopt` knows it (`malloc.h`)."""


def keep_large_apart() -> None:
    """Let what is large go back to the system as soon as it is freed. Left to itself glibc takes up to 32 MB out of the
    heap of everything small, which uploads then tear to pieces: a process doubled within an hour in which Python's own
    objects stayed as many as they were."""
    with suppress(AttributeError, OSError):  # neither macOS nor musl has it
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def freeze() -> None:
    """What the start has made stays for good: frozen, it is not walked by every collection."""
    gc.collect()
    gc.freeze()


async def collect_garbage() -> None:
    """Once for everybody. Streamlit's way, after every script run, makes a hundred viewers pay for each other."""
    while True:
        await asyncio.sleep(COLLECT_SECONDS)
        gc.collect()
        await anyio.to_thread.run_sync(_give_back)


def _give_back() -> None:
    """What the C library holds free at the end of its heaps."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
