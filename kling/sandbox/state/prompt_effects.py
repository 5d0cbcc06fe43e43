"""Words in a prompt that bring about a failure on purpose. `PROMPT_WORDS` is what the README quotes."""

from collections.abc import Callable
from dataclasses import dataclass

from kling.sandbox import errors
from kling.sandbox.errors import ApiError


@dataclass(frozen=True)
class Effect:
    description: str
    """What the word does, in plain words."""
    error: Callable[[], ApiError] | None = None
    """The answer to the request; no task is made."""
    fails: bool = False
    """The task is made and ends failed."""
    duration_factor: float = 1.0
    """How many times longer the task takes."""
    late_seconds: float = 0.0
    """How long the task is missing in the list of tasks."""
    length_factor: float = 1.0
    """Of the length that the video was to have."""
    lost: bool = False
    """The task is made and charged, and the connection dropped without an answer."""


EFFECTS = {
    "[fail]": Effect("The task is made and ends as failed; its credits come back.", fails=True),
    "[slow]": Effect("The task takes five times as long.", duration_factor=5.0),
    "[lost]": Effect("The task is made and charged, but the connection drops before the answer.", lost=True),
    "[late]": Effect("The task shows up in the list of tasks after 8 seconds only.", late_seconds=8.0),
    "[short]": Effect("The video is shorter than its motion, as it may be for fast movement.", length_factor=0.6),
    "[nobody]": Effect("400: no person is found in the picture.", errors.nobody_in_picture),
    "[expired]": Effect("402: the subscription has expired.", errors.subscription_expired),
    "[credits]": Effect("412: not enough credits.", errors.not_enough_credits),
    "[refused]": Effect("422: the prompt is refused.", errors.prompt_refused),
    "[busy]": Effect("429: all slots are busy, try again in 10 seconds."),
    "[moderation]": Effect("500: refused by moderation.", errors.moderation),
    "[error]": Effect("500: a real fault, not moderation.", errors.fault),
    "[html]": Effect("502: a proxy answers with an HTML page.", errors.bad_gateway),
    "[down]": Effect("503: the service is down.", errors.down),
    "[broken]": Effect("596: the session of the Kling account is broken.", errors.session_broken),
}

PROMPT_WORDS: dict[str, str] = {word: effect.description for word, effect in EFFECTS.items()}

NO_EFFECT = Effect("Nothing out of the ordinary.")
BUSY_SECONDS = 10


def find_effect(prompt: str, now: float) -> Effect:
    """The effect of the words in a prompt; raises the ApiError that one of them stands for."""
    found = [(word, effect) for word, effect in EFFECTS.items() if word in prompt.lower()]
    for word, effect in found:
        if word == "[busy]":
            raise errors.busy(BUSY_SECONDS, now)
        if effect.error:
            raise effect.error()
    effects = [effect for _, effect in found]
    return Effect(
        description=NO_EFFECT.description,
        fails=any(effect.fails for effect in effects),
        duration_factor=max((effect.duration_factor for effect in effects), default=1.0),
        late_seconds=max((effect.late_seconds for effect in effects), default=0.0),
        length_factor=min((effect.length_factor for effect in effects), default=1.0),
        lost=any(effect.lost for effect in effects),
    )
