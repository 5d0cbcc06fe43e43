"""What the practice API can be told about itself: limits, how tasks are listed, the generation."""

import math
from dataclasses import dataclass

GENERATIONS = (1, 2)
"""Of motion control: templates, and reference videos."""


@dataclass(frozen=True)
class Limits:
    """What is kept at most; beyond it the oldest go."""

    tasks: int = 2000
    upload_bytes: int = 1 << 30
    media_bytes: int = 256 << 20
    media_files: int = 300


@dataclass(frozen=True)
class Listing:
    """How `GET /tasks` lists, which upstream may do otherwise than one expects. ValueError for what cannot be."""

    late_seconds: float = 0.0
    """A task shows up there only so long after it was made."""
    page_limit: int = 100
    """A page holds no more than this, whatever `pageSize` says."""

    def __post_init__(self) -> None:
        if not 0 <= self.late_seconds < math.inf or type(self.page_limit) is not int or self.page_limit < 1:
            raise ValueError("late_seconds must be a number from 0 on, page_limit a whole number from 1 on")


def check_generation(generation: object) -> int:
    if type(generation) is not int or generation not in GENERATIONS:
        raise ValueError(f"generation must be {' or '.join(map(str, GENERATIONS))}")
    return generation
