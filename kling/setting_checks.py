"""What each setting may be: a check takes its name and what was given, and returns the value or refuses it."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kling.addresses import web_address
from kling.errors import InvalidInput

YES_OR_NO = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def environment_name(setting: str) -> str:
    """`api_token` -> `KLING_API_TOKEN`."""
    return f"KLING_{setting.upper()}"


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{environment_name(name)} must be a text.", name)
    return value


def _one_of(*choices: str) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        chosen = _text(name, value).lower()
        if chosen not in choices:
            raise InvalidInput(f"{environment_name(name)} must be one of {', '.join(choices)}.", name)
        return chosen

    return check


def _archive(name: str, value: Any) -> str:
    where = value.as_posix() if isinstance(value, Path) else _text(name, value)
    if "://" in where and not re.match(r"(s3|gs|az)://[^/]", where):
        raise InvalidInput(f"{environment_name(name)} must be a folder, or start with s3://, gs:// or az://.", name)
    return where


def _number(value: Any) -> float:
    """Not a number where it is none."""
    try:
        return math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _number_of(what: str, *, least: float, is_least_allowed: bool = True) -> Callable[[str, Any], float]:
    limit = f"at least {least:g}" if is_least_allowed else f"more than {least:g}"

    def check(name: str, value: Any) -> float:
        number = _number(value)
        if not least <= number < math.inf or (number == least and not is_least_allowed):
            raise InvalidInput(f"{environment_name(name)} must be a number of {what}, {limit}.", name)
        return number

    return check


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


def _megabytes(name: str, value: Any) -> int:
    try:
        megabytes = 0 if isinstance(value, (bool, float)) else int(value)
    except (TypeError, ValueError):
        megabytes = 0
    if megabytes < 1:
        raise InvalidInput(f"{environment_name(name)} must be a whole number of megabytes, at least 1.", name)
    return megabytes


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


CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "api_token": _text,
    "api_url": _web_address,
    "account": _text,
    "mode": _one_of("auto", "live", "practice"),
    "data_dir": _folder,
    "database_url": _text,
    "archive": _archive,
    "archive_tasks": _one_of("ours", "all"),
    "archive_gb": _number_of("gigabytes", least=0, is_least_allowed=False),
    "archive_days": _days,
    "refresh_seconds": _number_of("seconds", least=1),
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
    "budget_person": _number_of("credits a month", least=0),
    "budget_team": _number_of("credits a month", least=0),
    "session_hours": _number_of("hours", least=0, is_least_allowed=False),
    "notify_url": _web_address,
    "time_zone": _time_zone,
    "open": _yes_or_no,
    "cookie_secret": _text,
    "log_format": _one_of("text", "json"),
    "metrics_token": _text,
}
