"""What people do all day: some look at Tasks, some order on Create, some send clips on Upload. All come back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import requests
from websockets.exceptions import WebSocketException

from tests.bench.day.person import Person
from tests.sandbox_server import jpeg, mp4

GONE = (OSError, WebSocketException, requests.RequestException)
"""What a browser meets whose server is away."""
LOOKS = 1.0
"""Seconds between two tries to come back, as Streamlit's front end does it."""
MORE = "Make another video"
CLIP_BYTES = 20_000_000
REOPENED = 12
READY_SECONDS = 60.0
"""So long somebody waits for what a page is loading."""


@dataclass
class Seen:
    """What people saw. `ticks` are seconds."""

    ticks: list[float] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)
    """Descriptions of the orders that the page has said are placed."""
    sent: int = 0
    """Clips."""
    came_back: int = 0
    silent: int = 0
    """Runs whose end did not come."""
    refused: int = 0
    """Times that a page did not show what was expected on it."""


@dataclass
class Team:
    """Everybody, for one day of `seconds`."""

    url: str
    seconds: float
    seen: Seen = field(default_factory=Seen)
    is_over: bool = False
    everybody: list[Person] = field(default_factory=list)
    _numbers: int = 0

    async def work(self, watching: int, sending: int, ordering: int, orders: int, clips: int) -> None:
        """Until the day is over; so many orders and clips in all, evenly."""
        jobs: list[Awaitable[None]] = [self._stay("tasks", self._watch) for _ in range(watching)]
        jobs += [self._stay("upload", self._doing(self._send_clip, clips / sending)) for _ in range(sending)]
        jobs += [self._stay("", self._doing(self._order, orders / ordering)) for _ in range(ordering)]
        await asyncio.gather(*jobs)

    async def look_in(self) -> None:
        """One comes and leaves at once."""
        person = Person(self.url, "tasks", address="person0@team.example")
        await person.open()
        await person.close()

    async def _stay(self, page: str, live: Callable[[Person], Awaitable[None]]) -> None:
        """One of them, with their page open; whenever the connection breaks, they come back."""
        person = Person(self.url, page, address=f"person{len(self.everybody)}@team.example")
        self.everybody.append(person)
        await asyncio.sleep(random.random() * min(20.0, self.seconds / 60))
        is_here = False
        while not self.is_over:
            try:
                if not is_here:
                    await person.open()
                    is_here = person.is_new = True
                await live(person)
            except TimeoutError:
                self.seen.silent += 1
                is_here = False
                await person.close()
            except GONE:
                self.seen.came_back += is_here
                is_here = False
                await asyncio.sleep(LOOKS)
            except AssertionError:
                self.seen.refused += 1
                await asyncio.sleep(LOOKS)
                await self._reload(person)
        await person.close()

    async def _reload(self, person: Person) -> None:
        """As somebody does whose page does not show what they expect."""
        try:
            await person.rerun()
        except (*GONE, TimeoutError):
            await person.close()

    async def _watch(self, person: Person) -> None:
        """Look at Tasks; the page is opened anew every twelfth of the day, by everybody at another moment."""
        first, person.is_new = person.is_new, False
        until = time.monotonic() + self.seconds / REOPENED * (random.random() if first else 1.0)
        while not self.is_over and time.monotonic() < until:
            await asyncio.sleep(person.interval or 1.0)
            self.seen.ticks.append(await person.tick())
            person.runs.clear()
        await person.close()
        if not self.is_over:
            await person.open()

    def _doing(self, do: Callable[[Person], Awaitable[None]], times: float) -> Callable[[Person], Awaitable[None]]:
        """So many times in the day, evenly; in between their page ticks as it says."""

        async def live(person: Person) -> None:
            began = time.monotonic()
            await do(person)
            pause = self.seconds / times * random.uniform(0.7, 1.3) - (time.monotonic() - began)
            await self._wait(person, pause)

        return live

    async def _wait(self, person: Person, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_over and (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, person.interval if person.timer else 1.0))
            if person.timer:
                fragment = person.fragment
                await person.tick()
                person.runs.clear()
                # One that is not drawn again has stopped.
                person.timer = person.timer if person.fragment == fragment else ""

    async def _until(self, person: Person, is_there: Callable[[], object]) -> None:
        until = time.monotonic() + READY_SECONDS
        while not is_there():
            assert time.monotonic() < until, "the page shows something else"
            await asyncio.sleep(LOOKS)
            await person.rerun()

    async def _order(self, person: Person) -> None:
        """By the form, until the page says that it is placed: one that is not there after a restart is sent again."""
        if person.sees("button", MORE):
            await person.click(MORE)
        self._numbers += 1
        words = f"day {self._numbers}"
        while not self.is_over:
            try:
                await self.fill_in(person, words)
                await person.click("Make the video")
                await self._until(person, lambda: person.sees("button", MORE))
                self.seen.placed.append(words)
                return
            except GONE:
                self.seen.came_back += 1
                await self._come_back(person)
                what = sorted(label for kind, label in person.shown if kind == "button")
                print(f"          {words}: {person.address} came back to {what}", flush=True)
                if person.sees("button", MORE):
                    self.seen.placed.append(words)
                    return

    async def fill_in(self, person: Person, words: str) -> None:
        if not person.sees("button", "Choose another motion"):
            await self._until(person, lambda: person.picker and not person.picker.is_disabled)
            await person.choose_first_card()
        if not person.sees("button", "Choose another picture"):
            await person.give_file("A picture of one", "person.jpg", jpeg(), "image/jpeg")
        await person.type("Description", words)
        await self._until(person, lambda: person.sees("button", "Make the video"))

    async def _come_back(self, person: Person) -> None:
        while not self.is_over:
            await asyncio.sleep(LOOKS)
            try:
                await person.open()
                return
            except GONE:
                continue

    async def _send_clip(self, person: Person) -> None:
        """A large one, until the motion is made."""
        if person.sees("button", "Upload another"):
            await person.click("Upload another")
        await self._until(person, lambda: person.sees("file_uploader", "A video of one"))
        await person.give_file("A video of one", "clip.mp4", await asyncio.to_thread(large_clip), "video/mp4")
        await self._until(person, lambda: person.sees("button", "Send it to Kling"))
        await person.click("Send it to Kling")
        self.seen.sent += 1
        await self._until(person, lambda: person.sees("button", "Upload another"))


def large_clip() -> bytes:
    """One that is made large by a box that players skip."""
    clip = mp4(3.0)
    missing = CLIP_BYTES - len(clip)
    return clip + missing.to_bytes(4, "big") + b"free" + bytes(missing - 8)
