"""The JSON of the answers, field for field as in the samples of the documentation.

`base` is the address under which the caller reached us, with a slash at its end: links begin with it.
"""

from typing import Any

Json = dict[str, Any]


def media_url(base: str, name: str) -> str:
    """The link to a file, empty for a file without name."""
    return f"{base}media/{name}" if name else ""
