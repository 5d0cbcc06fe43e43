"""What the Dockerfile copies is enough to run, and its commands do what they are for."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.processes import ROOT, free_port

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COPIES = [line.split()[1:] for line in DOCKERFILE.splitlines() if line.startswith("COPY")]


def command(instruction: str) -> list[str]:
    """What an instruction runs, with this Python and its programs."""
    [found] = re.findall(rf"^{instruction}\b[^\[\n]*(\[.*\])$", DOCKERFILE, re.MULTILINE)
    program, *arguments = json.loads(found)
    return [str(Path(sys.executable).with_name(program)), *arguments]


def test_the_image_runs_and_its_health_check_sees_it(tmp_path: Path) -> None:
    image, data = tmp_path / "app", tmp_path / "data"
    for source, target in COPIES:
        copy(ROOT / source, image / target / (Path(source).name if target.endswith("/") and is_file(source) else ""))
    data.mkdir()
    port = str(free_port())
    start, check = (
        [word.replace("8501", port).replace("0.0.0.0", "127.0.0.1") for word in command(name)]
        for name in ("CMD", "HEALTHCHECK")
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KLING_", "PYTHON"))}
    environ = {**clean, "KLING_DATA_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(data)}
    assert not is_healthy(check)
    before = sorted(image.rglob("*"))
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(start, cwd=image, env=environ, stdout=log, stderr=log)
    try:
        while not is_healthy(check):
            assert process.poll() is None, (tmp_path / "log").read_text()
    finally:
        process.terminate()
        process.wait(30)
    assert list(data.iterdir())
    assert sorted(image.rglob("*")) == before, "it writes beside its own code"


def is_healthy(check: list[str]) -> bool:
    return subprocess.run(check, capture_output=True).returncode == 0


def is_file(source: str) -> bool:
    return (ROOT / source).is_file()


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        shutil.copy(source, target)
    else:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
