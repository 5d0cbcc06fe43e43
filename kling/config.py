"""The settings: plain mappings in, frozen `Settings` out; read once by the composition root.

Order: argument, environment (`KLING_API_TOKEN`), secrets.toml section `[kling]` (`api_token`), default.
"""

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from kling.addresses import web_address
from kling.errors import InvalidInput, NotConfigured

SECRETS = Path(".streamlit/secrets.toml")
MODES = ("auto", "live", "practice")


@dataclass(frozen=True)
class Settings:
    """What whoever runs the dashboard decided. No secret is in its repr."""

    api_token: str | None = field(default=None, repr=False)
    api_url: str = "https://api.useapi.net/v1/kling"
    account: str | None = None
    mode: str = "auto"
    data_dir: Path = Path(".data")
    database_url: str = field(default="sqlite:///.data/orders.sqlite", repr=False)
    refresh_seconds: float = 5.0
    public_url: str | None = None
    """Where Kling's service reaches this dashboard; without it nothing is called back."""
    metrics_token: str | None = field(default=None, repr=False)
    """What a program shows to read `/metrics`; without it nobody reads them."""

    @classmethod
    def read(cls, environ: Mapping[str, Any], secrets: Mapping[str, Any] | None = None, **arguments: Any) -> Self:
        """Settings from all sources; `secrets` is what secrets.toml holds, or its section `[kling]` alone.

        Raises `InvalidInput` naming the setting, or `NotConfigured` when live mode has no token.
        """
        section = _section(secrets or {})
        _refuse_unknown(arguments, "an argument")
        _refuse_unknown(section, "a setting in [kling]")
        from_environ = {name: environ.get(environment_name(name)) for name in _CHECKS}
        given = {**_given(section), **_given(from_environ), **_given(arguments)}
        settings = cls(**_with_database({name: _CHECKS[name](name, given[name]) for name in given}))
        if settings.mode == "live" and not settings.api_token:
            raise NotConfigured("Live mode needs a token: set KLING_API_TOKEN, or api_token in [kling].")
        return settings

    @property
    def is_practice(self) -> bool:
        """Whether the sandbox answers instead of Kling: nothing is sent, nothing is charged."""
        return self.mode == "practice" or (self.mode == "auto" and not self.api_token)


def read_secrets(path: Path = SECRETS) -> Mapping[str, Any]:
    """What secrets.toml holds, for programs without Streamlit; `InvalidInput` when it cannot be read."""
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (OSError, ValueError):
        raise InvalidInput(f"{path} cannot be read as TOML: correct it, or see to its rights.", "kling") from None


def environment_name(setting: str) -> str:
    """`api_token` -> `KLING_API_TOKEN`."""
    return f"KLING_{setting.upper()}"


def _section(secrets: Mapping[str, Any]) -> Mapping[str, Any]:
    """`[kling]` of the whole file, or that section itself. A file may hold other sections only."""
    section = secrets.get("kling", secrets)
    if not isinstance(section, Mapping):
        raise InvalidInput("[kling] in the secrets must be a section of settings.", "kling")
    is_other_file = section is secrets and any(isinstance(value, Mapping) for value in secrets.values())
    return {} if is_other_file else section


def _refuse_unknown(names: Mapping[str, Any], what: str) -> None:
    for name in names:
        if name not in _CHECKS:
            raise InvalidInput(f"`{name}` is not {what}. There are: {', '.join(_CHECKS)}.", str(name))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: `KLING_ACCOUNT=` sets nothing."""
    trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in trimmed.items() if value is not None and value != ""}


def _with_database(checked: dict[str, Any]) -> dict[str, Any]:
    if "data_dir" in checked:
        default = f"sqlite:///{(checked['data_dir'] / 'orders.sqlite').as_posix()}"
        return {"database_url": default, **checked}
    return checked


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{environment_name(name)} must be a text.", name)
    return value


def _mode(name: str, value: Any) -> str:
    mode = _text(name, value).lower()
    if mode not in MODES:
        raise InvalidInput(f"{environment_name(name)} must be one of {', '.join(MODES)}.", name)
    return mode


def _folder(name: str, value: Any) -> Path:
    return Path(value if isinstance(value, Path) else _text(name, value))


def _web_address(name: str, value: Any) -> str:
    """Without the slash at its end."""
    address = web_address(_text(name, value))
    if address is None:
        raise InvalidInput(f"{environment_name(name)} must start with http:// or https://.", name)
    return address.rstrip("/")


def _seconds(name: str, value: Any) -> float:
    try:
        seconds = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not 1 <= seconds < math.inf:
        raise InvalidInput(f"{environment_name(name)} must be a number of seconds, at least 1.", name)
    return seconds


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "api_token": _text,
    "api_url": _web_address,
    "account": _text,
    "mode": _mode,
    "data_dir": _folder,
    "database_url": _text,
    "refresh_seconds": _seconds,
    "public_url": _web_address,
    "metrics_token": _text,
}
