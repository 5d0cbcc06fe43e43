"""The settings: plain mappings in, frozen `Settings` out; read once by the composition root.

Order: argument, environment (`KLING_API_TOKEN`), secrets.toml section `[kling]` (`api_token`), default.
"""

import ipaddress
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from kling.addresses import web_address
from kling.errors import InvalidInput, NotConfigured

SECRETS = Path(".streamlit/secrets.toml")
ARCHIVE_TASKS = ("ours", "all")
MODES = ("auto", "live", "practice")
YES_OR_NO = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
OIDC = ("oidc_metadata_url", "oidc_client_id", "oidc_client_secret")
# Streamlit's names for them in `[auth]`.
AUTH = {
    "server_metadata_url": "oidc_metadata_url",
    "client_id": "oidc_client_id",
    "client_secret": "oidc_client_secret",
    "cookie_secret": "cookie_secret",
}
CALLBACK = "/oauth2callback"


@dataclass(frozen=True)
class Settings:
    """What whoever runs the dashboard decided. No secret is in its repr."""

    api_token: str | None = field(default=None, repr=False)
    api_url: str = "https://api.useapi.net/v1/kling"
    account: str | None = None
    mode: str = "auto"
    data_dir: Path = Path(".data")
    database_url: str = field(default="sqlite:///.data/orders.sqlite", repr=False)
    archive: str = ".data/archive"
    """Where results are kept: a folder, or `s3://bucket/…`, `gs://…`, `az://…`."""
    archive_tasks: str = "ours"
    """Whose results: `ours`, or `all` that are seen in the list of tasks."""
    archive_gb: float | None = None
    """How much may be kept, in GB; nothing new is once that is reached."""
    archive_days: int | None = None
    """After so many days a result is deleted for good, but for those with a star; never without."""
    refresh_seconds: float = 5.0
    upload_mb: int = 1024
    """Megabytes of memory for files that were just uploaded, in all; one person may have half of it."""
    public_url: str | None = None
    """Where people open this dashboard and Kling's service reaches it; without it nothing is called back."""
    oidc_metadata_url: str | None = None
    """Where the provider that signs people in describes itself (`.../.well-known/openid-configuration`)."""
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    proxy_header: str | None = None
    """The header in which a proxy in front says who somebody is."""
    proxy_keys_url: str | None = None
    """Where the keys are that the proxy signs this header with (JWKS); without them it is believed as it stands."""
    proxy_audience: str | None = None
    proxy_issuer: str | None = None
    proxy_addresses: tuple[str, ...] = ()
    """From where the header may come: addresses and networks."""
    allowed: tuple[str, ...] = ()
    """Who may come in: e-mail addresses, and domains as `@example.com`."""
    admins: tuple[str, ...] = ()
    """Who may come in and sees what everybody does."""
    budget_person: float | None = None
    """Credits a month that each person may spend, who is not given another budget; without it there is no end."""
    budget_team: float | None = None
    """Credits a month that all may spend together."""
    session_hours: float = 12.0
    """How long somebody who has signed in may stay."""
    notify_url: str | None = field(default=None, repr=False)
    """A web hook of the team that is told what has finished. Its address may hold a secret."""
    time_zone: str = "UTC"
    """Where the team is, as IANA names it: by its clock days and months begin."""
    open: bool = False
    """Whether everybody who reaches the dashboard may use it, where nobody signs in."""
    cookie_secret: str | None = field(default=None, repr=False)
    """What cookies are signed with, if not what the other secrets give."""
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
        given = {**_from_auth(secrets or {}), **_given(section), **_given(from_environ), **_given(arguments)}
        settings = cls(**_with_places({name: _CHECKS[name](name, given[name]) for name in given}))
        if settings.mode == "live" and not settings.api_token:
            raise NotConfigured("Live mode needs a token: set KLING_API_TOKEN, or api_token in [kling].")
        _refuse_half_closed(settings)
        return settings

    @property
    def sign_in(self) -> Literal["oidc", "proxy", "none"]:
        """Who says who somebody is: a provider of the OpenID Connect kind, a proxy in front, or nobody."""
        return "oidc" if self.oidc_metadata_url else "proxy" if self.proxy_header else "none"

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


def _from_auth(secrets: Mapping[str, Any]) -> dict[str, Any]:
    """What Streamlit's own section `[auth]` says of the same."""
    section = secrets.get("auth")
    if not isinstance(section, Mapping) or "server_metadata_url" not in section:
        return {}
    found = _given({ours: section.get(theirs) for theirs, ours in AUTH.items()})
    back = str(section.get("redirect_uri") or "")
    return {**found, "public_url": back.removesuffix(CALLBACK)} if back.endswith(CALLBACK) else found


def _refuse_half_closed(settings: Settings) -> None:
    """A sign-in that lacks a part would let in nobody, or everybody."""
    is_oidc = any(getattr(settings, name) for name in OIDC)
    is_proxy = any(getattr(settings, name) for name in _CHECKS if name.startswith("proxy_"))
    if is_oidc and is_proxy:
        _refuse("oidc_metadata_url", "Either a provider signs people in or a proxy: set KLING_OIDC_… or KLING_PROXY_….")
    if is_oidc:
        _need(settings, *OIDC, why="Sign-in with a provider")
        _need(settings, "public_url", why="A provider sends people back to this dashboard. Sign-in with it")
    if is_proxy:
        _need(settings, "proxy_header", why="Sign-in by a proxy")
        if settings.proxy_keys_url or settings.proxy_audience or settings.proxy_issuer:
            _need(settings, "proxy_keys_url", "proxy_audience", "proxy_issuer", why="A header that the proxy signs")
        else:
            _need(settings, "proxy_addresses", why="Anybody can send a header that is not signed. Sign-in by it")
    if settings.sign_in == "none":
        for name in ("allowed", "admins"):
            if getattr(settings, name):
                _refuse(name, f"{environment_name(name)} says who may come in, but nobody signs in: set KLING_OIDC_….")
    elif settings.open:
        _refuse("open", "KLING_OPEN is for dashboards without a sign-in: take it away, or the sign-in.")
    elif not settings.allowed and not settings.admins:
        _refuse("allowed", "Say who may come in: KLING_ALLOWED and KLING_ADMINS, with addresses or @domains.")


def _need(settings: Settings, *names: str, why: str) -> None:
    for name in names:
        if not getattr(settings, name):
            _refuse(name, f"{why} needs {environment_name(name)}.")


def _refuse(name: str, sentence: str) -> None:
    raise InvalidInput(sentence, name)


def _refuse_unknown(names: Mapping[str, Any], what: str) -> None:
    for name in names:
        if name not in _CHECKS:
            raise InvalidInput(f"`{name}` is not {what}. There are: {', '.join(_CHECKS)}.", str(name))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: `KLING_ACCOUNT=` sets nothing."""
    trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in trimmed.items() if value is not None and value != ""}


def _with_places(checked: dict[str, Any]) -> dict[str, Any]:
    """Database and archive lie in the data folder where nothing else is said."""
    if "data_dir" in checked:
        folder: Path = checked["data_dir"]
        database = f"sqlite:///{(folder / 'orders.sqlite').as_posix()}"
        return {"database_url": database, "archive": (folder / "archive").as_posix(), **checked}
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


def _archive(name: str, value: Any) -> str:
    where = value.as_posix() if isinstance(value, Path) else _text(name, value)
    if "://" in where and not re.match(r"(s3|gs|az)://[^/]", where):
        raise InvalidInput(f"{environment_name(name)} must be a folder, or start with s3://, gs:// or az://.", name)
    return where


def _archive_tasks(name: str, value: Any) -> str:
    whose = _text(name, value).lower()
    if whose not in ARCHIVE_TASKS:
        raise InvalidInput(f"{environment_name(name)} must be one of {', '.join(ARCHIVE_TASKS)}.", name)
    return whose


def _gigabytes(name: str, value: Any) -> float:
    gigabytes = _number(value)
    if not 0 < gigabytes < math.inf:
        raise InvalidInput(f"{environment_name(name)} must be a number of gigabytes, more than 0.", name)
    return gigabytes


def _days(name: str, value: Any) -> int:
    days = _number(value)
    if not 1 <= days < math.inf or days != int(days):
        raise InvalidInput(f"{environment_name(name)} must be a whole number of days, at least 1.", name)
    return int(days)


def _folder(name: str, value: Any) -> Path:
    return Path(value if isinstance(value, Path) else _text(name, value))


def _web_address(name: str, value: Any) -> str:
    """Without the slash at its end."""
    address = web_address(_text(name, value))
    if address is None:
        raise InvalidInput(f"{environment_name(name)} must start with http:// or https://.", name)
    return address.rstrip("/")


def _seconds(name: str, value: Any) -> float:
    seconds = _number(value)
    if not 1 <= seconds < math.inf:
        raise InvalidInput(f"{environment_name(name)} must be a number of seconds, at least 1.", name)
    return seconds


def _megabytes(name: str, value: Any) -> int:
    try:
        megabytes = 0 if isinstance(value, (bool, float)) else int(value)
    except (TypeError, ValueError):
        megabytes = 0
    if megabytes < 1:
        raise InvalidInput(f"{environment_name(name)} must be a whole number of megabytes, at least 1.", name)
    return megabytes


def _hours(name: str, value: Any) -> float:
    hours = _number(value)
    if not 0 < hours < math.inf:
        raise InvalidInput(f"{environment_name(name)} must be a number of hours, more than 0.", name)
    return hours


def _credits(name: str, value: Any) -> float:
    credits = _number(value)
    if not 0 <= credits < math.inf:
        raise InvalidInput(f"{environment_name(name)} must be a number of credits a month, 0 or more.", name)
    return credits


def _number(value: Any) -> float:
    """Not a number where it is none."""
    try:
        return math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _yes_or_no(name: str, value: Any) -> bool:
    said = YES_OR_NO.get(str(value).lower())
    if said is None:
        raise InvalidInput(f"{environment_name(name)} must be 1 or 0.", name)
    return said


def _time_zone(name: str, value: Any) -> str:
    zone = _text(name, value)
    try:
        return ZoneInfo(zone).key
    except (KeyError, ValueError, OSError):
        raise InvalidInput(f"{environment_name(name)} must be a time zone such as Europe/Berlin.", name) from None


def _list(name: str, value: Any) -> tuple[str, ...]:
    """A list, or a text with commas or blanks between."""
    listed = re.split(r"[\s,]+", value) if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(each, str) for each in listed):
        raise InvalidInput(f"{environment_name(name)} must be a list of texts.", name)
    return tuple(each.strip() for each in listed if each.strip())


def _people(name: str, value: Any) -> tuple[str, ...]:
    listed = _list(name, value)
    for each in listed:
        if not re.fullmatch(r"[!-?A-~]*@[!-?A-~]+", each):
            raise InvalidInput(f"{environment_name(name)} must list e-mail addresses, or domains as @x.com.", name)
    return tuple(each.lower() for each in listed)


def _networks(name: str, value: Any) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(each, strict=False)) for each in _list(name, value))
    except ValueError:
        raise InvalidInput(f"{environment_name(name)} must list addresses as 10.0.0.5, or networks.", name) from None


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "api_token": _text,
    "api_url": _web_address,
    "account": _text,
    "mode": _mode,
    "data_dir": _folder,
    "database_url": _text,
    "archive": _archive,
    "archive_tasks": _archive_tasks,
    "archive_gb": _gigabytes,
    "archive_days": _days,
    "refresh_seconds": _seconds,
    "upload_mb": _megabytes,
    "public_url": _web_address,
    "oidc_metadata_url": _web_address,
    "oidc_client_id": _text,
    "oidc_client_secret": _text,
    "proxy_header": _text,
    "proxy_keys_url": _web_address,
    "proxy_audience": _text,
    "proxy_issuer": _text,
    "proxy_addresses": _networks,
    "allowed": _people,
    "admins": _people,
    "budget_person": _credits,
    "budget_team": _credits,
    "session_hours": _hours,
    "notify_url": _web_address,
    "time_zone": _time_zone,
    "open": _yes_or_no,
    "cookie_secret": _text,
    "metrics_token": _text,
}
