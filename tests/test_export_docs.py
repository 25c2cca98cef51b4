"""What docs/export.md shows runs, and its tables are those of the program."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from ais_gaps.export.export import FORMS
from ais_gaps.export.form import SUFFIXES, Form
from ais_gaps.holdings import Holdings
from tests.conftest import ROOT
from tests.docs_site_case import run

PAGE = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
COLUMNS = (Form.KML, Form.GEOJSON, Form.GEOPARQUET, Form.CSV, Form.STAC, Form.FTM)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_every_command_and_every_script_runs(
    demo_archive: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Holdings.at(tmp_path / "other", create=True)
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(commands) > 8
    for command in commands:
        assert run(command if "--archive" in command else f"{command} --archive '{demo_archive.path}'")
    assert len(blocks("python")) == 5
    for script in blocks("python"):
        with redirect_stdout(io.StringIO()):
            exec(script, {})


def test_the_table_of_formats_is_that_of_the_program() -> None:
    for what, forms in FORMS.items():
        (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{what}` |")]
        cells = [cell.strip() for cell in line.split("|")[3:-1]]
        assert [form for form, cell in zip(COLUMNS, cells, strict=True) if cell.startswith("x")] == [
            form for form in COLUMNS if form in forms
        ]
    (suffixes,) = [line for line in PAGE.splitlines() if line.startswith("| suffix |")]
    assert set(re.findall(r"`([^`]+)`", suffixes)) == set(SUFFIXES)
