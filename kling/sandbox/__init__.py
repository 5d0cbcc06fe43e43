"""The practice API: an emulator of useapi.net's Kling API, made from its documentation alone.

`create_app` builds it, `serve` runs one for as long as a ``with`` lasts, `practice` is the process's own;
``python -m kling.sandbox`` runs it alone. The emulator imports nothing else of the project, so that one
misreading of the documentation cannot be wrong on both sides and stay unseen.
"""

from .app import PRACTICE_EMAIL, TOKEN, create_app
from .media import media_app
from .records import AccountSetup
from .serve import Practice, practice, serve
from .state import Limits, Listing
from .words import PROMPT_WORDS

__all__ = [
    "PRACTICE_EMAIL",
    "PROMPT_WORDS",
    "TOKEN",
    "AccountSetup",
    "Limits",
    "Listing",
    "Practice",
    "create_app",
    "media_app",
    "practice",
    "serve",
]
