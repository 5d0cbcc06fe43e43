"""Where a setting comes from, what it may be, and that no secret is shown."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from kling.config import Settings
from kling.errors import InvalidInput, NotConfigured
from kling.setting_checks import environment_name

TOKEN = "user:1-s3cret"


def test_the_defaults() -> None:
    settings = Settings.read({})
    assert settings == Settings()
    assert settings.api_token is None
    assert settings.api_url == "https://api.useapi.net/v1/kling"
    assert settings.account is None
    assert settings.mode == "auto"
    assert settings.data_dir == Path(".data")
    assert settings.database_url == "sqlite:///.data/orders.sqlite"
    assert settings.refresh_seconds == 5
    assert settings.upload_mb == 1024
    assert settings.is_practice


VALUES: dict[str, Any] = {
    "api_token": TOKEN,
    "api_url": "http://localhost:8787/v1/kling",
    "account": "me@x.y",
    "mode": "live",
    "data_dir": "/srv/kling",
    "database_url": "postgresql://u:p@h/d",
    "archive": "s3://bucket/kept",
    "archive_tasks": "All",
    "archive_gb": "2.5",
    "archive_days": "90",
    "refresh_seconds": "2.5",
    "upload_mb": "300",
    "public_url": "https://desk.example",
    "log_format": "JSON",
    "metrics_token": "s3cret of metrics",
    "oidc_metadata_url": "https://id.example/.well-known/openid-configuration",
    "oidc_client_id": "desk",
    "oidc_client_secret": "s3cret",
    "proxy_header": "",
    "proxy_keys_url": "",
    "proxy_audience": "",
    "proxy_issuer": "",
    "proxy_addresses": "",
    "allowed": "Ann@x.y, @team.example",
    "admins": ["me@x.y"],
    "budget_person": "500",
    "budget_team": "2000",
    "session_hours": "8",
    "notify_url": "https://hooks.slack.com/services/x",
    "time_zone": "Europe/Berlin",
    "open": "0",
    "cookie_secret": "s3cret",
}
READ = VALUES | {
    "data_dir": Path("/srv/kling"),
    "archive_tasks": "all",
    "log_format": "json",
    "archive_gb": 2.5,
    "archive_days": 90,
    "refresh_seconds": 2.5,
    "upload_mb": 300,
    "proxy_header": None,
    "proxy_keys_url": None,
    "proxy_audience": None,
    "proxy_issuer": None,
    "proxy_addresses": (),
    "allowed": ("ann@x.y", "@team.example"),
    "admins": ("me@x.y",),
    "budget_person": 500.0,
    "budget_team": 2000.0,
    "session_hours": 8.0,
    "notify_url": "https://hooks.slack.com/services/x",
    "time_zone": "Europe/Berlin",
    "open": False,
}
PROVIDER = {name: VALUES[name] for name in VALUES if name.startswith("oidc_")} | {"public_url": "https://desk.example"}
SIGNED_HEADER = {
    "proxy_header": "Cf-Access-Jwt-Assertion",
    "proxy_keys_url": "https://team.example/certs",
    "proxy_audience": "desk",
    "proxy_issuer": "https://team.example",
}


@pytest.mark.parametrize("source", ["environ", "section", "file", "arguments"])
def test_every_setting_from_every_source(source: str) -> None:
    environ = {environment_name(name): value for name, value in VALUES.items()}
    settings = {
        "environ": lambda: Settings.read({**environ, "KLING_ADMINS": "me@x.y"}),
        "section": lambda: Settings.read({}, VALUES),
        "file": lambda: Settings.read({}, {"kling": VALUES, "auth": {"x": 1}}),
        "arguments": lambda: Settings.read({}, **VALUES),
    }[source]()
    assert {each.name: getattr(settings, each.name) for each in fields(settings)} == READ


def test_the_order() -> None:
    environ, secrets = {"KLING_ACCOUNT": "environ"}, {"kling": {"account": "secrets"}}
    assert Settings.read(environ, secrets, account="argument").account == "argument"
    assert Settings.read(environ, secrets, account=None).account == "environ"
    assert Settings.read({"KLING_ACCOUNT": " "}, secrets).account == "secrets"
    assert Settings.read({}, secrets).account == "secrets"


def test_the_database_follows_the_data_dir() -> None:
    assert Settings.read({}, data_dir=Path("/a")).database_url == "sqlite:////a/orders.sqlite"
    assert Settings.read({}, data_dir="/a", database_url="x://").database_url == "x://"
    assert Settings.read({}, data_dir="/a").archive == "/a/archive"
    assert Settings.read({}, data_dir="/a", archive="gs://b/c").archive == "gs://b/c"


@pytest.mark.parametrize(
    ("mode", "token", "practice"),
    [("auto", None, True), ("auto", TOKEN, False), ("practice", TOKEN, True), ("LIVE", TOKEN, False)],
)
def test_practice(mode: str, token: str | None, practice: bool) -> None:
    assert Settings.read({}, mode=mode, api_token=token).is_practice is practice


def test_live_needs_a_token() -> None:
    with pytest.raises(NotConfigured, match="KLING_API_TOKEN"):
        Settings.read({"KLING_MODE": "live", "KLING_API_TOKEN": "  "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "test"),
        ("mode", 1),
        ("upload_mb", "0"),
        ("budget_person", "-1"),
        ("budget_team", "much"),
        ("upload_mb", "much"),
        ("upload_mb", 1.5),
        ("upload_mb", True),
        ("archive", "ftp://host/folder"),
        ("archive", "s3://"),
        ("archive_tasks", "mine"),
        ("log_format", "xml"),
        ("archive_gb", "0"),
        ("archive_gb", "inf"),
        ("archive_days", "1.5"),
        ("archive_days", "0"),
        ("refresh_seconds", "0.5"),
        ("refresh_seconds", "often"),
        ("refresh_seconds", "nan"),
        ("refresh_seconds", "inf"),
        ("refresh_seconds", True),
        ("refresh_seconds", 10**400),
        ("refresh_seconds", []),
        ("api_url", "api.useapi.net"),
        ("api_url", "ftp://x"),
        ("api_url", "http://["),
        ("api_url", 5),
        ("api_token", 5),
        ("account", ["a"]),
        ("data_dir", 5),
        ("allowed", "ann"),
        ("allowed", 5),
        ("admins", ["a@b", 5]),
        ("proxy_addresses", "proxy.example"),
        ("session_hours", "0"),
        ("time_zone", "Berlin"),
        ("time_zone", "../etc"),
        ("time_zone", 1),
        ("session_hours", True),
        ("session_hours", "long"),
        ("open", "perhaps"),
        ("api_tokn", TOKEN),
    ],
)
def test_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(InvalidInput, match=name.upper() if name != "api_tokn" else name) as caught:
        Settings.read({}, {"kling": {name: value}})
    assert caught.value.field == name
    assert "s3cret" not in str(caught.value)


def test_a_misspelt_name_is_refused_everywhere() -> None:
    with pytest.raises(InvalidInput, match="refresh"):
        Settings.read({}, refresh=3)
    with pytest.raises(InvalidInput, match="api_tokn"):
        Settings.read({}, {"api_tokn": TOKEN})
    with pytest.raises(InvalidInput):
        Settings.read({}, {"kling": "x"})


def test_a_file_with_other_sections_only() -> None:
    assert Settings.read({}, {"auth": {"cookie_secret": "x"}, "debug": True}) == Settings()


@pytest.mark.parametrize(
    ("given", "sign_in"),
    [
        ({}, "none"),
        ({"open": True}, "none"),
        (PROVIDER | {"admins": "me@x.y"}, "oidc"),
        (SIGNED_HEADER | {"allowed": ["@x.y"]}, "proxy"),
        ({"proxy_header": "X-Email", "proxy_addresses": "127.0.0.1, 10.0.0.0/8", "allowed": "@x.y"}, "proxy"),
    ],
)
def test_who_signs_people_in(given: dict[str, Any], sign_in: str) -> None:
    assert Settings.read({}, **given).sign_in == sign_in


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        *((({**PROVIDER, "admins": "a@b"}) | {name: None}, name) for name in PROVIDER),
        *((({**SIGNED_HEADER, "admins": "a@b"}) | {name: None}, name) for name in SIGNED_HEADER),
        ({"proxy_header": "X-Email", "admins": "a@b"}, "proxy_addresses"),
        ({"proxy_addresses": "127.0.0.1", "admins": "a@b"}, "proxy_header"),
        (PROVIDER | SIGNED_HEADER | {"admins": "a@b"}, "oidc_metadata_url"),
        (PROVIDER, "allowed"),
        (PROVIDER | {"admins": "a@b", "open": "1"}, "open"),
        ({"allowed": "@x.y"}, "allowed"),
        ({"admins": "a@b"}, "admins"),
    ],
)
def test_a_sign_in_that_lacks_a_part_is_refused_at_the_start(given: dict[str, Any], missing: str) -> None:
    with pytest.raises(InvalidInput, match=r"[.]$") as caught:
        Settings.read({}, **given)
    assert caught.value.field == missing
    assert "s3cret" not in str(caught.value)


def test_streamlits_own_section_sets_the_provider() -> None:
    auth = {
        "redirect_uri": "https://desk.example/oauth2callback",
        "cookie_secret": "of the file",
        "client_id": "desk",
        "client_secret": "s3cret",
        "server_metadata_url": PROVIDER["oidc_metadata_url"],
    }
    settings = Settings.read({}, {"auth": auth, "kling": {"admins": ["me@x.y"], "cookie_secret": "ours"}})
    assert settings.sign_in == "oidc"
    assert settings.public_url == "https://desk.example"
    assert (settings.oidc_client_id, settings.oidc_client_secret) == ("desk", "s3cret")
    assert settings.cookie_secret == "ours"


def test_secrets_stay_out_of_sight() -> None:
    settings = Settings.read({}, api_token=TOKEN, database_url="postgresql://u:s3cret@h/d", cookie_secret="s3cret",
                             **PROVIDER, admins="a@b")  # fmt: skip
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings)


def test_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().mode = "live"  # type: ignore[misc]


def test_the_trailing_slash_goes() -> None:
    assert Settings.read({}, api_url="http://x.y/v1/").api_url == "http://x.y/v1"
