"""What README shows in Python runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)


def test_what_is_shown_runs_and_four_lines_give_a_map_and_a_dossier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = BLOCKS
    lines = [line for line in first.splitlines() if line.strip()]
    assert len(lines) <= 5, "five lines from an empty notebook"
    names: dict[str, Any] = {}
    exec("\n".join(lines[:-2]), names)
    shown = [eval(line, names)._repr_html_() for line in lines[-2:]]
    assert all("<iframe" in html and "srcdoc=" in html for html in shown)
    assert all("reconstruction" in html for html in shown), "reconstructed data say so"
    exec(compile(second, str(README), "exec"), names)
    assert (tmp_path / "gaps.kml").stat().st_size > 0
