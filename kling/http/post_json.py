"""A message to an address that whoever runs the dashboard has set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import requests
from requests.exceptions import ConnectTimeout, ProxyError, SSLError
from urllib3.exceptions import MaxRetryError, NewConnectionError

SECONDS = 10.0
Taken = Literal["taken", "not taken", "unknown", "refused"]
"""not taken: it may be tried again · refused: trying again is of no use · unknown: it may have arrived."""
BUSY = (408, 425, 429)


def post_json(url: str, body: Mapping[str, Any]) -> tuple[Taken, str]:
    """What became of it, and a word for the log without the address: it may hold a secret. Redirects are refused."""
    try:
        with requests.post(url, json=body, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
            status = answer.status_code
    except (ConnectTimeout, ProxyError, SSLError):
        return "not taken", "no connection"
    except requests.ConnectionError as error:
        return ("not taken", "no connection") if _never_left(error) else ("unknown", "no answer")
    except (requests.RequestException, UnicodeError):
        return "unknown", "no answer"
    if 200 <= status < 300:
        return "taken", f"answer {status}"
    return ("not taken" if status in BUSY or status >= 500 else "refused"), f"answer {status}"


def _never_left(error: requests.ConnectionError) -> bool:
    """Whether there was no connection at all."""
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
