"""The examples of the guide run, one after the other, as a reader would type them."""

import re
from typing import Any

import pytest
from conftest import ROOT

GUIDE = ROOT / "docs/guide/python.md"


def test_the_guide_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) > 5
    typed: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(GUIDE), "exec"), typed)
    assert typed["policy"].name == "重庆市"
    assert typed["result"].num_rows == 13
    assert typed["run"].claims == 11
    # What the guide says is printed, is printed.
    [said] = re.findall(r"print\(error.zh\) +# (.*)", GUIDE.read_text())
    assert capsys.readouterr().out.strip() == said
