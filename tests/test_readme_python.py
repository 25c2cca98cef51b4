"""What README shows in Python runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)


def test_the_blocks_run_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(BLOCKS) == 2
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, str(README), "exec"), names)
    assert (tmp_path / "gaps.kml").stat().st_size > 0


def test_from_nothing_to_a_map_and_a_dossier_in_five_lines() -> None:
    lines = [line for line in BLOCKS[0].splitlines() if line.strip()]
    assert len(lines) <= 5
    names: dict[str, Any] = {}
    exec("\n".join(lines[:-2]), names)
    shown = [eval(line, names)._repr_html_() for line in lines[-2:]]
    assert all("<iframe" in html and "srcdoc=" in html for html in shown)
    assert all("reconstruction" in html for html in shown), "reconstructed data say so"
