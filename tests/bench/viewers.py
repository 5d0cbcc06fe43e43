"""Sessions without a browser: what Streamlit's front end says over its websocket, and how long the answers take."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
WAIT_SECONDS = 120
TIMERS = ("-tasks tick", "-refresh", "-create order")
"""The keys of ours and of the reference's."""
SIGNED_IN = {"X-Email": "viewer@team.example"}
"""Who they are where `stage.SIGN_IN` holds; nothing else reads it."""
_counter = itertools.count(1)


@dataclass
class Viewer:
    """One open page. `runs` are the seconds from asking to the end of each run, `received` bytes."""

    url: str
    page: str = ""
    query: str = ""
    runs: list[float] = field(default_factory=list)
    received: int = 0
    timer: str = ""
    interval: float = 0.0
    """Seconds to its next tick, as the page has said last."""
    fragment: str = ""
    table: str = ""
    """As it was drawn last, in Arrow's format."""
    fragments: set[str] = field(default_factory=set)
    widgets: dict[str, tuple[str, Any]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=lambda: dict(SIGNED_IN))
    _socket: ClientConnection | None = None
    _hashes: set[str] = field(default_factory=set)
    _script: str = ""

    async def open(self) -> float:
        """Connect, and run the page for the first time; seconds."""
        began = time.perf_counter()
        address = f"ws{self.url.removeprefix('http')}/_stcore/stream"
        self._socket = await connect(
            address, subprotocols=["streamlit"], max_size=None, open_timeout=WAIT_SECONDS, ping_interval=None,  # type: ignore[list-item]
            additional_headers=self.headers,
        )  # fmt: skip
        await self._run()
        return time.perf_counter() - began

    async def tick(self) -> float:
        """What the timer in the page does: its value grows, and its fragment (or page) runs; seconds.

        A page that shows another timer, because it is in trouble, is run whole.
        """
        if self.timer:
            self.widgets[self.timer] = ("json_value", json.dumps(next(_counter)))
        seconds = await self._run(self.fragment if self.timer else "")
        self.runs.append(seconds)
        return seconds

    async def rerun(self, fragment: str = "") -> float:
        return await self._run(fragment)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def _run(self, fragment: str = "") -> float:
        began = time.perf_counter()
        await self._say(self._request(fragment))
        while not self._is_end(await self._hear()):
            pass
        return time.perf_counter() - began

    async def _say(self, message: BackMsg) -> None:
        assert self._socket is not None
        await self._socket.send(message.SerializeToString())

    async def _hear(self) -> ForwardMsg:
        assert self._socket is not None
        data = await asyncio.wait_for(self._socket.recv(), WAIT_SECONDS)
        assert isinstance(data, bytes)
        self.received += len(data)
        message = ForwardMsg()
        message.ParseFromString(data)
        return message

    def _request(self, fragment: str) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.page_script_hash, state.fragment_id = self.page, self._script, fragment
        state.query_string = self.query
        state.cached_message_hashes.extend(self._hashes)
        state.context_info.timezone = "Europe/Berlin"
        state.context_info.url = f"{self.url}/{self.page}"
        for name, (kind, value) in self.widgets.items():
            widget = state.widget_states.widgets.add(id=name)
            if isinstance(value, Message):
                getattr(widget, kind).CopyFrom(value)
            else:
                setattr(widget, kind, value)
        return message

    def _is_end(self, message: ForwardMsg) -> bool:
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._notice(message)
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash
        return kind == "script_finished" and message.script_finished in DONE

    def _notice(self, message: ForwardMsg) -> None:
        if message.metadata.cacheable:
            self._hashes.add(message.hash)
        if message.delta.fragment_id:
            self.fragments.add(message.delta.fragment_id)
        element = message.delta.new_element
        which = element.WhichOneof("type")
        # The sidebar has a timer of its own, which ticks more rarely and draws next to nothing.
        if which == "component_instance" and element.component_instance.id.endswith(TIMERS):
            self.timer, self.fragment = element.component_instance.id, message.delta.fragment_id
            self.interval = json.loads(element.component_instance.json_args)["interval"] / 1000
        elif which == "bidi_component" and element.bidi_component.component_name.endswith("tasks.table"):
            self.table = element.bidi_component.json
        elif which == "exception":
            self.errors.append(element.exception.message)


async def opened(url: str, page: str, count: int, within: float) -> tuple[list[Viewer], list[float]]:
    """So many people who come within so many seconds, and how long each waited for the first run."""

    async def come(viewer: Viewer, after: float) -> float:
        await asyncio.sleep(after)
        return await viewer.open()

    viewers = [Viewer(url, page) for _ in range(count)]
    waits = [come(viewer, within * number / count) for number, viewer in enumerate(viewers)]
    return viewers, list(await asyncio.gather(*waits))


async def watch(viewers: list[Viewer], seconds: float, every: float) -> None:
    """Everybody ticks, at moments of their own; one who is kept waiting ticks later, as in a browser."""
    until = time.perf_counter() + seconds

    async def look(viewer: Viewer) -> None:
        await asyncio.sleep(random.random() * every)
        while time.perf_counter() < until:
            began = time.perf_counter()
            await viewer.tick()
            await asyncio.sleep(max(0.0, every - (time.perf_counter() - began)))

    for viewer in viewers:
        viewer.runs.clear()
    await asyncio.gather(*(look(viewer) for viewer in viewers))


async def watch_as_told(viewers: list[Viewer], warm_up: float, seconds: float) -> None:
    """Everybody ticks when their page says so; what was in the warm-up does not count.

    A browser counts from its last tick, or from when it was told another interval.
    """
    counted_from = time.perf_counter() + warm_up
    until = counted_from + seconds

    async def look(viewer: Viewer) -> None:
        wait = viewer.interval
        while time.perf_counter() < until:
            await asyncio.sleep(wait)
            told, took = viewer.interval, await viewer.tick()
            wait = viewer.interval if viewer.interval != told else max(0.0, viewer.interval - took)
            if time.perf_counter() < counted_from:
                viewer.runs.clear()

    await asyncio.gather(*(look(viewer) for viewer in viewers))


async def leave(viewers: list[Viewer]) -> None:
    await asyncio.gather(*(viewer.close() for viewer in viewers))
