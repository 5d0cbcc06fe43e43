"""The house's own promises: who may import whom, and which names are public."""

import ast
import functools
from collections.abc import Iterator, Set
from pathlib import Path

import pytest

import kling

ROOT = Path(__file__).parent.parent
# Room of kling (a module or a package at its top) -> rooms of kling it may import.
KLING: dict[str, set[str]] = {
    "errors": set(),
    "addresses": set(),
    "cells": set(),
    "config": {"errors", "setting_checks"},
    "setting_checks": {"addresses", "errors"},
    "logs": set(),
    "callbacks": set(),
    "data_folder": {"errors"},
    "models": {"addresses", "errors"},
    "http": {"addresses", "models", "errors"},
    "client": {"http", "models", "errors"},
    "media": {"errors"},
    "generations": {"models", "errors", "media"},
    "zip_stream": {"errors"},
    "backup": {"config", "errors", "store", "orders"},
    "doctor": {"archive", "config", "client", "errors", "store", "orders"},
    "store": {"errors"},
    "feed": {"client", "models", "errors"},
    "orders": {"addresses", "client", "models", "errors", "feed", "generations", "logs", "media", "store"},
    "notify": {"http", "orders", "store", "errors"},
    "people": {"cells", "errors", "store"},
    "archive": {"cells", "client", "config", "http", "models", "errors", "store", "media"},
}
# What every page and every folder of pages/ui may draw with; a page's own folder is nobody else's.
FOR_ALL_PAGES = {
    "session",
    "allowed",
    "sidebar",
    "job_options",
    "previews",
    "fragments",
    "panels",
    "deleting",
    "wording",
    "picker",
    "components",
    "orders",
    "downloads",
    "price",
    "compare",
    "spreadsheets",
}
SERVER_MAY = {"session", "wording"}
# Between Streamlit and both of them; it imports nothing of ours.
INTERNALS = "pages.streamlit_internals"
INSIDES = (
    "streamlit.proto",
    "streamlit.runtime",
    "streamlit.file_util",
    "streamlit.web",
    "streamlit.auth_util",
    "streamlit.user_info",
    "streamlit_autorefresh",
)


def sources() -> list[Path]:
    folders = [ROOT / "kling", ROOT / "pages"]
    return [path for path in [ROOT / "app.py", *(p for f in folders for p in f.rglob("*.py"))] if path.exists()]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def imports(path: Path) -> frozenset[str]:
    """Every module named by an import, wherever in the file; `from a import b` counts as `a` and `a.b`."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def rooms(names: Set[str], package: str) -> set[str]:
    """The modules and packages right under `package` that are among the names."""
    depth = package.count(".") + 1
    inside = {name.split(".")[depth] for name in names if is_within(name, package) and name != package}
    folder = ROOT / package.replace(".", "/")
    return {name for name in inside if (folder / f"{name}.py").exists() or (folder / name).is_dir()}


def room_of(module: str, package: str) -> str:
    return module.removeprefix(package).lstrip(".").partition(".")[0]


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_who_may_import_whom(path: Path) -> None:
    module, names = module_of(path), imports(path)
    if is_within(module, "kling.sandbox"):
        assert all(is_within(name, "kling.sandbox") for name in names if is_within(name, "kling"))
    elif is_within(module, "kling"):
        room = room_of(module, "kling")
        assert not room or room in KLING, f"{module} has no place in the table"
        assert not room or rooms(names, "kling") <= KLING[room] | {room}
        assert not any(is_within(name, "pages") or is_within(name, "app") for name in names)
    elif module == INTERNALS:
        assert not any(is_within(name, "pages") or is_within(name, "kling") for name in names)
    elif is_within(module, "pages.server"):
        assert rooms(names, "pages") <= {"server", "ui", "streamlit_internals"}
        assert rooms(names, "pages.ui") <= SERVER_MAY
    elif is_within(module, "pages.ui"):
        assert rooms(names, "pages") <= {"ui", "streamlit_internals"}
        assert rooms(names, "pages.ui") <= FOR_ALL_PAGES | {room_of(module, "pages.ui")}
    elif is_within(module, "pages"):
        assert rooms(names, "pages") <= {"ui"}
    else:
        assert rooms(names, "pages") <= {"server", "ui", "streamlit_internals"}


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_who_knows_of_requests_and_streamlit(path: Path) -> None:
    module, names = module_of(path), imports(path)
    if module not in (
        "kling.http.transport",
        "kling.http.media",
        "kling.http.destinations",
        "kling.http.keys",
        "kling.http.post_json",
    ):
        assert not any(is_within(name, "requests") for name in names)
    if is_within(module, "kling") or is_within(module, "pages.ui.wording"):
        assert not any(is_within(name, "streamlit") for name in names)


@pytest.mark.parametrize(
    "path", sorted({*(ROOT / "pages").glob("*.py")} - {ROOT / "pages/streamlit_internals.py"}), ids=module_of
)
def test_a_page_writes_no_text_that_stands_by_itself(path: Path) -> None:
    """Streamlit would draw it."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    assert not [node for node in body[1:] if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_one_file_leans_on_the_insides_of_streamlit(path: Path) -> None:
    if module_of(path) != INTERNALS:
        assert not any(is_within(name, inside) for name in imports(path) for inside in INSIDES)


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_one_room_names_the_session_state(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if is_within(module_of(path), "pages.ui.session") or module_of(path) == INTERNALS or "session_state" not in text:
        return
    assert not [node for node in ast.walk(ast.parse(text)) if _is_state(node)]


def _is_state(node: ast.AST) -> bool:
    name = {ast.Attribute: "attr", ast.Name: "id", ast.alias: "name"}.get(type(node))
    return name is not None and getattr(node, name) == "session_state"


PUBLIC = [
    "KlingClient",
    "MotionCreateRequest",
    "ReferenceMotionRequest",
    "MotionUploadRequest",
    "Motion",
    "Task",
    "KlingError",
    "NotConfigured",
    "InvalidInput",
    "NotAllowed",
    "Unreachable",
    "UnexpectedAnswer",
    "ApiError",
    "BadRequest",
    "Unauthorized",
    "PaymentNeeded",
    "Forbidden",
    "NotFound",
    "Expired",
    "Refused",
    "RateLimited",
    "AccountBroken",
    "ServerError",
]
METHODS = [
    "list_accounts",
    "get_account",
    "get_capacity",
    "upload_asset",
    "list_uploads",
    "list_motions",
    "upload_motion",
    "create_motion_video",
    "list_tasks",
    "get_task",
    "delete_task",
    "get_download",
    "delete_uploads",
    "stop_tracking",
]


def test_the_public_names() -> None:
    assert set(PUBLIC) <= set(kling.__all__)
    assert all(hasattr(kling, name) for name in kling.__all__)
    assert all(callable(getattr(kling.KlingClient, name)) for name in METHODS)


def test_the_errors_form_the_documented_tree() -> None:
    parents = {name: getattr(kling, name).__base__.__name__ for name in PUBLIC[6:]}
    assert parents.pop("KlingError") == "Exception"
    under_kling = {name for name, parent in parents.items() if parent == "KlingError"}
    assert under_kling == {"NotConfigured", "InvalidInput", "NotAllowed", "Unreachable", "UnexpectedAnswer", "ApiError"}
    assert set(parents.values()) == {"KlingError", "ApiError"}
