"""One message in the words of each service, which its address tells; plain JSON for all others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

DISCORD_LENGTH = 2000
"""Characters that Discord takes; https://discord.com/developers/docs/resources/webhook#execute-webhook"""


@dataclass(frozen=True)
class Message:
    """A sentence on what finished, a link to it if this dashboard has an address, and the facts for programs."""

    text: str
    link: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def body_for(url: str, message: Message) -> dict[str, Any]:
    """What the service at `url` is sent. Nobody is called out by what somebody wrote (`@channel`)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    said = f"{message.text} {message.link}".strip()
    if _is_of(host, "slack.com"):
        return {"text": said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    if _is_of(host, "discord.com", "discordapp.com"):
        return {"content": said[:DISCORD_LENGTH], "allowed_mentions": {"parse": []}}
    if _is_of(host, "webhook.office.com", "logic.azure.com", "powerplatform.com"):
        return _card(message)
    return {"text": said, **message.facts}


def _is_of(host: str, *domains: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _card(message: Message) -> dict[str, Any]:
    """For Teams, as its workflows and its older web hooks take it (an adaptive card)."""
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": message.text, "wrap": True}],
    }
    if message.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": message.link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}
