"""The examples of the guide run, one after the other, as a reader would type them."""

import re
from typing import Any

import pytest
from conftest import ROOT

import gongji

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


def test_everything_public_says_what_it_is() -> None:
    for name in gongji.__all__:
        if name.startswith("__"):
            continue
        public = getattr(gongji, name)
        assert public.__doc__, name
        for member in vars(public) if isinstance(public, type) else ():
            if not member.startswith("_"):
                assert getattr(public, member).__doc__, f"{name}.{member}"
