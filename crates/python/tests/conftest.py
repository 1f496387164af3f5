"""What the tests share: the program they agree with, and claims."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of examples."""
    return ROOT / "examples"


class Program:
    """The command line, which the package must agree with."""

    def __init__(self, path: str) -> None:
        self.path = path

    def run(self, *arguments: str | Path) -> str:
        """What it prints."""
        command = [self.path, *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def result(self, folder: Path, *arguments: str | Path) -> dict[str, Any]:
        """What `gongji simulate` writes for `merge`."""
        path = folder / "result.json"
        self.run("simulate", *arguments, "--result", path)
        result: dict[str, Any] = json.loads(path.read_text())
        return result


@pytest.fixture(scope="session")
def program() -> Program:
    """The built program; `cargo xtask python` says where it is."""
    return Program(os.environ.get("GONGJI_PROGRAM", str(ROOT / "target/release/gongji")))
