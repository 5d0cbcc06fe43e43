"""The practice API: an emulator of useapi.net's Kling API, made from its documentation alone.

`create_app` builds it, `serve` runs one for as long as a ``with`` lasts, `practice` is the process's own;
``python -m kling.sandbox`` runs it alone. The emulator imports nothing else of the project, so that one
misreading of the documentation cannot be wrong on both sides and stay unseen.
"""

from kling.sandbox.api.media_routes import media_app
from kling.sandbox.app import PRACTICE_EMAIL, TOKEN, create_app
from kling.sandbox.server import Practice, practice, serve
from kling.sandbox.state.models import AccountSetup
from kling.sandbox.state.prompt_effects import PROMPT_WORDS
from kling.sandbox.state.settings import Limits, Listing

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
