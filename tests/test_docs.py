"""What README promises is so: commands, settings, words of practice, map; and the changelog knows the version."""

from __future__ import annotations

import dataclasses
import re
import shlex
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

import kling
from kling.config import Settings
from kling.sandbox import PROMPT_WORDS
from kling.sandbox.__main__ import parse
from kling.setting_checks import environment_name

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES = sorted({*re.findall(r"python -m ([\w.]+)", README), *re.findall(r"`(tests\.bench\.\w+)`", README)})
SCRIPTS = sorted(set(re.findall(r"bash (\S+?)(?=[`\s])", README)))
INDENT = 2


def section(title: str) -> str:
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of the first table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("module", MODULES)
def test_a_program_that_readme_names_exists(module: str) -> None:
    assert find_spec(module) is not None


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_that_readme_names_can_be_read_by_bash(script: str) -> None:
    assert subprocess.run(["bash", "-n", str(ROOT / script)]).returncode == 0


def test_readme_names_its_programs() -> None:
    assert {"kling.sandbox", "tests.bench.orders"} < set(MODULES)
    assert "tests/run" in SCRIPTS


def test_the_options_of_the_practice_api_are_as_told() -> None:
    told = set(re.findall(r"`(--[a-z-]+)(?: \d+)?`", section("Practice mode")))
    assert told
    values = [word for option in sorted(told) for word in (option, "2")]
    assert parse(values) is not None
    [alone] = re.findall(r"`python -m kling.sandbox ([^`]+)`", README)
    assert parse(shlex.split(alone)).port == 8787


def test_the_table_of_settings_is_that_of_the_code() -> None:
    fields = {field.name: field.default for field in dataclasses.fields(Settings)}
    told = {cells[1].strip("`"): cells for cells in rows(section("Settings"))}
    assert set(told) == set(fields)
    for name, (environment, _, default, *_) in told.items():
        assert environment == f"`{environment_name(name)}`"
        if default.startswith("`"):
            assert default == f"`{f'{fields[name]:g}' if isinstance(fields[name], float) else fields[name]}`"


def test_the_example_of_settings_names_only_settings() -> None:
    text = (ROOT / ".streamlit" / "secrets.example.toml").read_text(encoding="utf-8")
    uncommented = re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)
    assert Settings.read({}, tomllib.loads(uncommented)).refresh_seconds == 5


def test_the_words_of_practice_mode_are_all_there() -> None:
    told = [word for cells in rows(section("Practice mode")) for word in re.findall(r"`(\[\w+\])`", cells[0])]
    assert sorted(told) == sorted(PROMPT_WORDS)


def named_in_the_map() -> list[str]:
    """The paths that stand first in a line of the map, below the folder they are indented under."""
    folders: list[str] = []
    paths = []
    for line in section("A map of the code").split("```")[1].splitlines():
        depth = (len(line) - len(line.lstrip())) // INDENT
        if line.strip() and depth <= len(folders):
            name = line.split()[0].rstrip(",")
            folders = [*folders[:depth], name]
            paths.append("".join(folders))
            if not name.endswith("/"):
                folders = folders[:-1]
    return paths


@pytest.mark.parametrize("path", named_in_the_map())
def test_what_stands_in_the_map_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_map_names_every_room_and_every_file_beside_them() -> None:
    text = section("A map of the code")
    folders = [each for top in ("kling", "pages/ui") for each in (ROOT / top).iterdir() if each.is_dir()]
    rooms = [f"{each.name}/" for each in folders if list(each.glob("*.py"))]
    files = [each.name for each in (ROOT / "kling").glob("*.py") if each.name != "__init__.py"]
    assert [name for name in [*rooms, *files] if name not in text] == []


def test_the_files_that_documents_point_to_exist() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        text = document.read_text(encoding="utf-8")
        links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
        assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_changelog_knows_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## [{kling.__version__}] - " in changelog


def test_streamlit_is_pinned_to_the_version_whose_insides_are_known() -> None:
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    [pin] = [line for line in requirements if re.match(r"streamlit\b(?!-)", line)]
    assert re.fullmatch(r"streamlit==\d+\.\d+\.\d+", pin)
