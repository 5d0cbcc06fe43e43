"""Whose something is, who may do what, and what is left of a budget."""

from __future__ import annotations

from collections.abc import Sequence

from kling.orders.standings import Standing, Standings
from pages.ui.wording.formats import plain

ROLES = {"viewer": "Viewer", "maker": "Maker", "admin": "Admin"}
WHAT_ROLES_MAY = (
    "A viewer looks and downloads. A maker has videos made, uploads motions, and deletes their own. "
    "An admin may do everything, with what is anybody's, and sees this page."
)
ONLY_LOOKS = "You may look and download here, but not have videos made or upload motions. Ask {admin} to let you."
MADE_ELSEWHERE = "Made elsewhere"
NO_NAME = "Without a name"
NAME_HELP = "Others then see whose orders and names are yours. Nobody checks it: it is shown as what you say to be."


def called(person: str, names: dict[str, str]) -> str:
    """What to call somebody by their id, which is empty for nobody here."""
    if not person:
        return MADE_ELSEWHERE
    name = names.get(person, "")
    if "@" in person:
        return name or person
    return f"{name} (says to be)" if name else NO_NAME


def describe_maker(person: str, names: dict[str, str]) -> str:
    """A line on whose something is."""
    return f"Made by {plain(called(person, names))}" if person else f"{MADE_ELSEWHERE}, not with this dashboard"


def credits(amount: float) -> str:
    return f"{amount:,.4g}" if amount < 1000 else f"{amount:,.0f}"


def share(standing: Standing) -> str:
    return f"{standing.used / standing.limit:.0%}" if standing.limit else "all"


def describe_waiting(person: str, names: dict[str, str], standings: Standings, prices: Sequence[float | None]) -> str:
    """Who waits for an admin, with how much, and what is left of their budget."""
    own = standings.of(person)
    count = "1 order" if len(prices) == 1 else f"{len(prices)} orders"
    known = [price for price in prices if price is not None]
    takes = f", about {credits(sum(known))} credits" if known and len(known) == len(prices) else ""
    whose = "" if own.limit is None else f" Used of their budget: {credits(own.used)} of {credits(own.limit)}."
    team = standings.team
    of_team = "" if team.limit is None else f" Of the team's: {credits(team.used)} of {credits(team.limit)}."
    return f"**{plain(called(person, names))}** waits with {count}{takes}.{whose}{of_team}"


def describe_month(standing: Standing, month: str) -> str:
    """What somebody has used of what they may use; empty where there is no end to it."""
    if standing.limit is None:
        return ""
    return f"Your {month}: {credits(standing.used)} of {credits(standing.limit)} credits"


def describe_team(team: Standing, month: str) -> str:
    """What everybody has used together."""
    limit = "" if team.limit is None else f" of the team's {credits(team.limit)}"
    return f"**{month}:** {credits(team.used)}{limit} credits, with what is under way"


def describe_end(standing: Standing) -> str:
    """What happens at the end of a budget, and how far it is."""
    held = "What you order beyond it waits for an admin or for the next month."
    if not standing.is_near_the_end:
        return held
    return f"{share(standing)} of your budget is used. {held}"


def explain_held(standing: Standing, team: Standing, price: float | None, month: str, admin: str | None) -> str:
    """Why an order waits that is not in the line, and how it goes on."""
    whose, short = ("Your", standing) if not standing.has_room(price) else ("The team's", team)
    if short.has_room(price):
        return "There is room for it in the budget again. It goes on in a moment."
    ask = f"ask {admin or 'an admin'} to raise it or to let this pass"
    if price is None and short.limit is not None and short.used < short.limit:
        return (
            f"{whose} budget for {month} has an end, and nobody knows yet what one like this takes. It goes on as soon "
            f"as the one before has told, or {ask}."
        )
    takes = "" if price is None else f" This takes about {credits(price)}."
    return (
        f"{whose} budget for {month} is used up: {credits(short.used)} of {credits(short.limit or 0)} credits.{takes} "
        f"Nothing was sent and nothing was charged. It goes on by itself next month, or {ask}."
    )
