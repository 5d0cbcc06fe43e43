"""The house's own promises: who may import whom, and which names are public."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kling

ROOT = Path(__file__).parent.parent
PARTS_OF_MODELS = {"answers", "tasks", "lenient", "strict"}
MODELS = {"models", *PARTS_OF_MODELS}

# Room of kling -> rooms of kling it may import. `models` is one room in several files, as is the client.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "addresses": set(),
    "lenient": {"addresses"},
    "tasks": {"lenient"},
    "answers": {"lenient", "tasks"},
    "strict": {"addresses", "errors"},
    "models": {*PARTS_OF_MODELS, "errors"},
    "config": {"addresses", "errors"},
    "limited": {"errors"},
    "media_limits": set(),
    "clips": {"errors", "media_limits"},
    "pictures": {"errors", "media_limits"},
    "media": {"errors", "limited", "media_limits", "clips", "pictures"},
    "workbench": {"errors", "media"},
    "generations": {*MODELS, "media_limits"},
    "kept": {"errors"},
    "wire": {"addresses", "strict", "errors"},
    "connection": {"errors"},
    "client": {*MODELS, "media", "errors", "wire", "connection"},
    "snapshot": {"errors"},
    "briefs": {"tasks"},
    "task_feed": {*MODELS, "errors", "snapshot", "briefs"},
    "feed": {*MODELS, "client", "errors", "snapshot", "briefs", "task_feed"},
    "hooks": set(),
    "zips": {"errors"},
    "batches": {*MODELS, "addresses", "errors", "generations"},
    "order_records": {*MODELS, "errors"},
    "order_line": {"errors"},
    "order_search": {*MODELS, "errors", "order_records"},
    "order_places": {*MODELS, "errors", "order_line"},
    "order_book": {"errors", "order_line", "order_records"},
    "order_work": {*MODELS, "errors", "order_book", "order_line", "order_places", "order_records", "order_search"},
    "order_engine": {"order_work"},
    "orders": {*MODELS, "errors", *(f"order_{part}" for part in ("book", "engine", "line", "records", "work"))},
}


def sources() -> list[Path]:
    folders = [ROOT / "kling", ROOT / "pages"]
    return [path for path in [ROOT / "app.py", *(p for f in folders for p in f.rglob("*.py"))] if path.exists()]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module named by an import, wherever in the file; `from a import b` counts as `a` and `a.b`."""
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


def rooms(path: Path) -> set[str]:
    """The files of kling that a file imports; a name from the package's front counts as no room."""
    names = {name.split(".")[1] for name in imports(path) if is_within(name, "kling") and "." in name}
    return {name for name in names if (ROOT / "kling" / f"{name}.py").exists() or name == "sandbox"}


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_who_may_import_whom(path: Path) -> None:
    module, names = module_of(path), set(imports(path))
    if is_within(module, "kling.sandbox"):
        inside = {name for name in names if is_within(name, "kling")}
        assert all(is_within(name, "kling.sandbox") for name in inside)
    elif is_within(module, "kling"):
        room = module.partition(".")[2]
        assert not room or room in ALLOWED, f"{module} has no place in the table"
        assert not room or rooms(path) <= ALLOWED[room]
        assert not any(is_within(name, "pages") or is_within(name, "app") for name in names)
    elif is_within(module, "pages"):
        others = {name for name in names if is_within(name, "pages") and name != "pages"}
        assert all(is_within(name, "pages.ui") for name in others)
    else:
        others = {name for name in names if is_within(name, "pages") and name != "pages"}
        assert all(is_within(name, "pages.ui") for name in others)


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_who_knows_of_requests_and_streamlit(path: Path) -> None:
    module, names = module_of(path), set(imports(path))
    if module != "kling.client":
        assert not any(is_within(name, "requests") for name in names)
    if is_within(module, "kling") or module == "pages.ui.wording":
        assert not any(is_within(name, "streamlit") for name in names)


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_one_file_names_the_session_state(path: Path) -> None:
    if module_of(path) != "pages.ui.session":
        named = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if _is_state(node)]
        assert not named


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
    assert under_kling == {"NotConfigured", "InvalidInput", "Unreachable", "UnexpectedAnswer", "ApiError"}
    assert set(parents.values()) == {"KlingError", "ApiError"}
