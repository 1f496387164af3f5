"""What the tests share: the program they agree with, and claims."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gongji

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

    def adjudicated(self, folder: Path, *files: str | Path) -> dict[str, dict[str, Any]]:
        """What `gongji adjudicate`, which settles one claim at a time, makes of files: by bill."""
        path = folder / "results.parquet"
        self.run("adjudicate", *files, "--output", path)
        return {str(row["bill"]): row for row in pq.read_table(path).to_pylist()}

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


class Town:
    """Invented people and their year of claims, with chronic diseases, pharmacies and reversals."""

    def __init__(self, folder: Path) -> None:
        self.files = sorted(folder.glob("claims-*.parquet"))
        self.table: pa.Table = pa.concat_tables([pq.read_table(file) for file in self.files])


@pytest.fixture(scope="session")
def town(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A small town."""
    folder = tmp_path_factory.mktemp("town") / "town"
    program.run("synth", "--region", "500000", "--people", "400", "--seed", "5", "--out", folder)
    return Town(folder)


@pytest.fixture(scope="session")
def policy() -> gongji.Policy:
    """Chongqing's."""
    return gongji.Policy.load("500000")
