"""How a day goes: who comes, what fails when, and what is waited for at its end."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from tests.bench import stage
from tests.bench.day.books import Books
from tests.bench.day.dashboard_process import DashboardProcess
from tests.bench.day.figures import Samples
from tests.bench.day.people import Team
from tests.bench.day.troubles import CUT_SECONDS, FAULTS, RESTARTS, Relay
from tests.bench.trials.processes import Cluster

WATCHING, SENDING, ORDERING = 35, 5, 10
ORDERS, CLIPS = 300, 30
ENDING_SECONDS = 600.0
"""So long orders have to end after the last was placed: a lost answer is looked for up to five minutes."""
SETTLING_SECONDS = 150.0
"""Streamlit keeps for two minutes what may come back, and lets go of it when the next one leaves."""
COLLECTED_SECONDS = 45.0
"""The dashboard collects garbage every half a minute."""
RESTARTED_FROM, RESTARTED_UNTIL = 0.06, 0.5
CUT_AT, DATABASE_AT = 0.75, 0.82
"""Shares of the day."""


@dataclass
class Day:
    """One day, and what is known of it at its end."""

    seconds: float
    dashboard: DashboardProcess
    upstream: stage.Server
    relay: Relay
    database: Cluster | None
    began: float = field(default_factory=time.monotonic)
    ends: list[tuple[str, float, int]] = field(default_factory=list)
    """How the dashboard was ended, the seconds that it took, and its exit code."""
    calls: int = 0

    async def live(self, team: Team, samples: Samples) -> None:
        sampling, telling = asyncio.create_task(samples.take()), asyncio.create_task(self._tell_figures(samples))
        wrong = [asyncio.create_task(each) for each in (self._faults(), self._restarts(), self._outages())]
        work = asyncio.create_task(team.work(WATCHING, SENDING, ORDERING, ORDERS, CLIPS))
        await self._until(1.0)
        await asyncio.gather(*wrong)
        team.is_over = True
        await asyncio.wait_for(work, 180)
        self.calls = self.upstream.calls()
        for each in (sampling, telling):
            each.cancel()

    async def _tell_figures(self, samples: Samples) -> None:
        """Now and then, for who watches."""
        for number in range(1, 30):
            await self._until(number / 30)
            now = samples.taken[-1]
            self.say(
                f"{now.memory:.1f} MB, {now.threads} threads, {now.files} files, process of {now.age / 60:.1f} min"
            )

    async def _until(self, share: float) -> None:
        await asyncio.sleep(max(0.0, self.began + share * self.seconds - time.monotonic()))

    def say(self, what: str) -> None:
        print(f"{time.monotonic() - self.began:6.0f} s  {what}", flush=True)

    async def _faults(self) -> None:
        for number, fault in enumerate(FAULTS):
            await self._until(0.02 + 0.94 * number / len(FAULTS))
            await asyncio.to_thread(self._lever, fault)
            self.say(f"fault {fault}")

    def _lever(self, fault: dict[str, object]) -> None:
        requests.post(f"{self.upstream.url}/sandbox/trouble", json=fault, timeout=30).raise_for_status()

    async def _restarts(self) -> None:
        for number, how in enumerate(RESTARTS):
            share = RESTARTED_FROM + (RESTARTED_UNTIL - RESTARTED_FROM) * number / (len(RESTARTS) - 1)
            await self._until(share)
            took, code = await asyncio.to_thread(self.dashboard.end, how)
            self.ends.append((how.name, took, code))
            await asyncio.to_thread(self.dashboard.start)
            self.say(f"{how.name}: ended after {took:.1f} s with {code}, started again")

    async def _outages(self) -> None:
        await self._until(CUT_AT)
        await self.relay.cut()
        self.say("network cut")
        await asyncio.sleep(min(CUT_SECONDS, self.seconds / 10))
        await self.relay.mend()
        self.say("network mended")
        await self._until(DATABASE_AT)
        if self.database is not None:
            await asyncio.to_thread(self.database.stop)
            await asyncio.sleep(2)
            await asyncio.to_thread(self.database.start)
            self.say("PostgreSQL restarted")


async def play(
    seconds: float, dashboard: DashboardProcess, upstream: stage.Server, database: Cluster | None
) -> tuple[Day, Samples, Team]:
    relay = Relay(urlsplit(dashboard.settings["KLING_API_URL"]).port or 0, urlsplit(upstream.url).port or 0)
    await relay.mend()
    await asyncio.to_thread(dashboard.start)
    day, samples, team = (
        Day(seconds, dashboard, upstream, relay, database),
        Samples(dashboard),
        Team(dashboard.url, seconds),
    )
    await day.live(team, samples)
    await asyncio.to_thread(
        Books(dashboard.settings["KLING_DATABASE_URL"], upstream.url).wait_until_ended, ENDING_SECONDS
    )
    day.say("every order ended, or none of them will")
    settling = asyncio.create_task(samples.take())
    await asyncio.sleep(SETTLING_SECONDS)
    await team.look_in()
    await asyncio.sleep(COLLECTED_SECONDS)
    settling.cancel()
    await relay.cut()
    return day, samples, team
