"""The notebooks of the examples run, and are kept without what they print."""

from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, Town
from nbclient import NotebookClient

NOTEBOOKS = sorted((ROOT / "examples/notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
@pytest.mark.parametrize("own", [False, True], ids=["examples", "town"])
def test_a_notebook_runs(path: Path, own: bool, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    if own:
        monkeypatch.setenv("GONGJI_CLAIMS", str(town.files[0].parent / "claims-*.parquet"))
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs for cell in cells)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert all(cell.outputs for cell in cells)
