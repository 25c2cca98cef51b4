"""Notebooks: kept without outputs, run from a clean kernel, with maps and pictures, and as pages of the documentation."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from tests.conftest import ROOT
from tests.notebook_case import NOTEBOOKS, all_executed, executed, hook

LEAST_FIGURES = {"angara": (5, 3), "a_day_of_traffic": (3, 3), "your_own_data": (3, 3)}
"""Maps and other figures, and pictures, that a notebook shows at least."""

EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _code(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in _read(path)["cells"] if cell["cell_type"] == "code"]


def _outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def _html(notebook: Any) -> list[str]:
    return [output.data["text/html"] for output in _outputs(notebook) if "text/html" in output.get("data", {})]


def test_there_are_three() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(LEAST_FIGURES)


@EACH
def test_it_is_kept_without_outputs_and_as_the_format_wants_it(path: Path) -> None:
    notebook = _read(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # such as of ids that are there twice
        nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        assert not cell.get("outputs") and cell.get("execution_count") is None
        assert set(cell["metadata"]) <= {"alt"}
        assert re.fullmatch(r"[a-z][a-z0-9-]+", cell["id"]), "an id says what the cell is, so that it stays"


@EACH
def test_its_pictures_have_words(path: Path) -> None:
    """Each cell that draws with pictures or plot says in its metadata what is to be seen."""
    for cell in _read(path)["cells"]:
        if re.search(r"pictures\.\w+\(|\.plot\b|\bplt\.", "".join(cell["source"])) and cell["cell_type"] == "code":
            assert cell["metadata"].get("alt"), cell["id"]


def test_from_an_empty_notebook_to_her_gap_and_her_dossier_in_five_lines() -> None:
    first, second, *_ = _code(ROOT / "notebooks" / "angara.ipynb")
    lines = [line for line in f"{first}\n{second}".splitlines() if line.strip()]
    assert len(lines) == 5
    assert len(ast.parse("\n".join(lines)).body) == 5
    map_of_gap, dossier = _html(executed(ROOT / "notebooks" / "angara.ipynb"))[:2]
    assert "Map of 1 silence of ANGARA" in map_of_gap and map_of_gap.startswith("<iframe")
    assert "The dossier of ANGARA, IMO 9179842" in dossier and dossier.startswith("<iframe")


@EACH
def test_it_runs_and_shows_what_it_should(path: Path) -> None:
    notebook = executed(path)
    outputs = _outputs(notebook)
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    frames = sum("<iframe" in found for found in _html(notebook))
    pictures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert frames >= LEAST_FIGURES[path.stem][0]
    assert pictures >= LEAST_FIGURES[path.stem][1]


@EACH
def test_its_outputs_know_nothing_of_this_machine(path: Path) -> None:
    told = json.dumps(_outputs(executed(path)))
    for folder in (ROOT, Path.home(), Path(tempfile.gettempdir()), Path(sys.prefix)):
        assert f"{folder}/" not in told
    assert "Traceback" not in told and "Warning:" not in told


@EACH
def test_what_must_be_said_of_its_data_stands_at_its_head_and_on_its_figures(path: Path) -> None:
    notebook = executed(path)
    assert re.search(r"\*\*.*(reconstruct|invented|generated)", notebook.cells[0].source)
    for shown in _html(notebook):
        if "<iframe" in shown and not re.search(r'title="Map of \d+ (place|observation|look)', shown):
            assert re.search(r"reconstruct|[Ii]nvented|generated", shown)


def _of(notebook: Any, cell: str) -> str:
    """What a cell shows, as text and HTML."""
    (found,) = [each for each in notebook.cells if each.id == cell]
    return "".join(o.get("text", "") + "".join(o.get("data", {}).values()) for o in found.outputs)


def test_what_the_text_of_the_case_says_of_its_figures_holds() -> None:
    notebook = executed(ROOT / "notebooks" / "angara.ipynb")
    reasons = _of(notebook, "reasons")
    assert "p = 0.11, not enough evidence" in reasons
    assert "70 of 336 ship-hours were heard ashore" in reasons and "about 1.0 times" in reasons
    assert "1 with a look that shows none" in _of(notebook, "looked")
    assert "37 hours, 0 watched ports within reach" in _of(notebook, "reach-short")
    (legs,) = pd.read_html(StringIO(_table(notebook, "reach")), header=0)
    assert legs["least_hours_to_spare"].dropna().astype(float).min() > 100


def test_what_the_text_of_your_own_data_says_of_its_figures_holds() -> None:
    notebook = executed(ROOT / "notebooks" / "your_own_data.ipynb")
    assert "166 after" in _of(notebook, "late") and "is still there: False" in _of(notebook, "late")
    (outages,) = pd.read_html(StringIO(_table(notebook, "outages")))
    assert outages.from_ts.tolist() == ["2025-03-08 13:00"]
    (truth,) = pd.read_html(StringIO(_table(notebook, "truth")), header=0, index_col=0)
    truth = truth.loc["under 1 %":].astype(int)
    assert truth.to_numpy().sum() == 166
    assert truth["switched off"].to_dict() == {
        "under 1 %": 0,
        "1 to 10 %": 0,
        "10 to 50 %": 3,
        "over 50 %": 2,
        "not judged": 0,
    }
    assert not truth.drop(columns="switched off").loc[["10 to 50 %", "over 50 %"]].to_numpy().any()


def _table(notebook: Any, cell: str) -> str:
    shown = _of(notebook, cell)
    return shown[shown.index("<table") : shown.index("</table>") + len("</table>")]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@EACH
def test_as_a_page_it_keeps_its_figures_as_files(path: Path) -> None:
    notebook = executed(path)
    page = hook().made(json.loads(nbformat.writes(notebook)), path.stem)
    read = _Page()
    read.feed("\n".join(page.outputs))
    asked = _Page()
    asked.feed("\n".join(_html(notebook)))
    frames = [found for tag, found in read.tags if tag == "iframe"]
    images = [found for tag, found in read.tags if tag == "img"]
    before = [found for tag, found in asked.tags if tag == "iframe"]
    assert [found["sandbox"] for found in frames] == [found["sandbox"] for found in before]
    assert all("srcdoc" not in found and found["title"] for found in frames)
    assert all("allow-same-origin" not in str(found["sandbox"]) for found in frames)
    assert all(found["alt"] for found in images)
    wanted = {str(found["src"]).strip("{}").removeprefix(f"{path.stem}/") for found in frames + images}
    assert wanted == set(page.files)
    for name, content in page.files.items():
        assert content.startswith(b"\x89PNG" if name.endswith(".png") else b"<!doctype html>"), name
    assert max(map(len, page.outputs)) < 100_000
    assert ".ipynb)" not in page.markdown.replace(f"({path.stem}.ipynb)", "") and "../docs/" not in page.markdown


def test_outputs_are_escaped_and_links_lead_on(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["See [a](../docs/limits.md#x), [b](other.ipynb), [c](../fixtures/a.md)."]},
        {
            "cell_type": "code",
            "source": ["print(1)"],
            "metadata": {},
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["<script>alert(1)</script>"]},
                {"output_type": "execute_result", "data": {"text/plain": ["<b>"]}, "metadata": {}},
                {
                    "output_type": "execute_result",
                    "data": {"text/html": ['<iframe srcdoc="&lt;p&gt;&quot;"></iframe>']},
                },
            ],
        },
        {"cell_type": "code", "source": ["x = 1"], "metadata": {}, "outputs": []},
    ]
    page = hook().made({"cells": cells}, "some")
    assert "[a](../limits.md#x), [b](other.md), [c](../../fixtures/a.md)" in page.markdown
    assert page.markdown.count("data-output") == 1
    assert "<script>" not in page.outputs[0] and "&lt;script&gt;" in page.outputs[0] and "&lt;b&gt;" in page.outputs[0]
    assert page.files == {"figure-1.html": b'<p>"'}


@pytest.mark.parametrize("folders", [False, True])
def test_the_site_has_the_pages_with_all_that_they_show(folders: bool, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A site\n", "utf-8")
    settings = {
        "site_name": "A site",
        "theme": {"name": "mkdocs"},
        "plugins": [],
        "use_directory_urls": folders,
        "hooks": [str(ROOT / "docs" / "hooks" / "notebooks.py")],
    }
    (tmp_path / "mkdocs.yml").write_text(json.dumps(settings), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(tmp_path / "mkdocs.yml")],
        env=os.environ | {"AIS_GAPS_DOCS_EXECUTED": str(all_executed())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stderr
    site = tmp_path / "site"
    for path in NOTEBOOKS:
        page = site / "notebooks" / (f"{path.stem}/index.html" if folders else f"{path.stem}.html")
        read = _Page()
        read.feed(page.read_text("utf-8"))
        shown = [found["src"] for tag, found in read.tags if tag == "iframe" or (tag == "img" and found.get("loading"))]
        assert len(shown) >= sum(LEAST_FIGURES[path.stem])
        assert all((page.parent / str(src)).is_file() for src in shown)
        assert any(tag == "link" and "notebooks.css" in str(found.get("href")) for tag, found in read.tags)
        assert (site / "notebooks" / path.name).read_bytes() == path.read_bytes()


def test_a_cell_that_fails_fails_the_run(tmp_path: Path) -> None:
    broken = _read(NOTEBOOKS[0])
    broken["cells"] = [
        {"cell_type": "code", "id": "fails", "metadata": {}, "outputs": [], "execution_count": None, "source": "1 / 0"}
    ]
    (tmp_path / "broken.ipynb").write_text(json.dumps(broken), "utf-8")
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        hook().run(tmp_path / "broken.ipynb", tmp_path / "out")
    assert not (tmp_path / "out" / "broken.ipynb").exists()
