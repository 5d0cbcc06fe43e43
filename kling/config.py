"""The settings: plain mappings in, frozen `Settings` out; read once by the composition root.

Order: argument, environment (`KLING_API_TOKEN`), secrets.toml section `[kling]` (`api_token`), default.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from kling.errors import InvalidInput, NotConfigured
from kling.setting_checks import CHECKS, environment_name

SECRETS = Path(".streamlit/secrets.toml")
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
    log_format: Literal["text", "json"] = "text"
    """How the log is written: for people, or an object a line for programs."""
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
        from_environ = {name: environ.get(environment_name(name)) for name in CHECKS}
        given = {**_from_auth(secrets or {}), **_given(section), **_given(from_environ), **_given(arguments)}
        settings = cls(**_with_places({name: CHECKS[name](name, given[name]) for name in given}))
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
    is_proxy = any(getattr(settings, name) for name in CHECKS if name.startswith("proxy_"))
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
        if name not in CHECKS:
            raise InvalidInput(f"`{name}` is not {what}. There are: {', '.join(CHECKS)}.", str(name))


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
