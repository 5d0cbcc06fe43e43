"""The public keys that a proxy in front signs with."""

from __future__ import annotations

import json
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from kling.errors import UnexpectedAnswer, Unreachable

SECONDS = 5.0
BYTES = 1024 * 1024


def fetch_keys(url: str) -> Any:
    """The JSON at an address of the settings (a JSON Web Key Set). `Unreachable` or `UnexpectedAnswer`."""
    try:
        with requests.get(url, timeout=SECONDS, stream=True, allow_redirects=False) as answer:
            answer.raise_for_status()
            body = answer.raw.read(BYTES, decode_content=True)
        return json.loads(body)
    except (requests.RequestException, HTTPError):  # urllib3's own come out of a body that is read piece by piece
        raise Unreachable("The keys of the proxy cannot be fetched.", sent=None) from None
    except ValueError:
        raise UnexpectedAnswer("What should be the keys of the proxy is something else.") from None
