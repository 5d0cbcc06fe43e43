"""What all sessions of the process share: settings, clients, lists, orders. Nothing of one person."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from kling import Download, KlingClient, KlingError, Settings, Task
from kling.feed import Feed, Feeds
from kling.orders import Orders
from kling.sandbox import TOKEN, practice


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The settings; `NotConfigured` or `InvalidInput` with a sentence where they are wrong."""
    return Settings.read(os.environ, _secrets())


def _secrets() -> Mapping[str, Any]:
    try:
        return dict(st.secrets.get("kling", {}))
    except StreamlitSecretNotFoundError:
        return {}


@st.cache_resource(show_spinner=False)
def feeds(account: str | None) -> Feeds:
    return Feeds(_client(account), settings().refresh_seconds)


def _client(account: str | None) -> KlingClient:
    chosen = settings()
    if has_own_practice_api():
        return KlingClient(TOKEN, practice().url, account)
    return KlingClient(chosen.api_token or (TOKEN if chosen.is_practice else ""), chosen.api_url, account)


def api_url() -> str:
    """Where requests go, as the person may be shown it."""
    return practice().url if has_own_practice_api() else settings().api_url


def has_own_practice_api() -> bool:
    return settings().is_practice and settings().api_url == Settings.api_url


@st.cache_resource(show_spinner=False, max_entries=200)
def one_task(account: str | None, task_id: int) -> Feed[Task]:
    return Feed(lambda: feeds(account).client().get_task(task_id), lambda task: 600.0 if task.is_final else 5.0)


@st.cache_resource(show_spinner=False, max_entries=200)
def download(account: str | None, work_id: int) -> Feed[Download]:
    return Feed(lambda: feeds(account).client().get_download([work_id]), lambda _: 600.0)


@st.cache_resource(show_spinner=False)
def failed_fetches() -> dict[int, KlingError]:
    """Why the last download of a task failed, by the task's id."""
    return {}


@st.cache_resource(show_spinner=False)
def orders() -> Orders:
    """Every order of this process."""
    return Orders()


def upload_folder() -> Path:
    """Where files under way lie; what is older than a day was left by a process that ended, and goes."""
    folder = Path(settings().data_dir) / "uploads"
    for path in folder.glob("*"):
        if time.time() - path.stat().st_mtime > 86_400:
            path.unlink(missing_ok=True)
    return folder
