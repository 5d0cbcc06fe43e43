"""The one check of a web address, whoever gave it: upstream, a table, a person or a setting.

What a page draws or the client fetches must have passed it: Streamlit opens any other text as a file of the server.
"""

from typing import Any
from urllib.parse import urlsplit


def web_address(value: Any) -> str | None:
    """The address, without blanks around it, if it is one of http or https with a host; else None."""
    if not isinstance(value, str):
        return None
    address = value.strip()
    try:
        parts = urlsplit(address)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, an unclosed bracket
        return None
    return address if is_usable and address.isprintable() else None
