"""What the pages of the documentation show is what their commands do (`tests/docs_site_case.py`): the first ones."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ais_gaps.holdings import Holdings
from tests.conftest import ROOT
from tests.docs_site_case import BUILDS_DEMO, COLUMNS, DOCS, absent, check, run, steps, text

PAGES = ("index.md", "start.md")
OTHERS = {
    "test_docs_site_investigation.py": ("uses/investigation.md",),
    "test_docs_site_judged.py": ("judged.md", "formats.md", "limits.md", "uses/exploration.md"),
    "test_interface.py": ("python.md",),  # made from the docstrings, whose examples are run there
    "test_docs_site_watchlist.py": ("uses/watchlist.md",),
}


@pytest.fixture(scope="module")
def built(demo_archive: Holdings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The archive that the pages use, completed by the command that they name (ways by sea are kept), and what it prints."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(demo_archive.path, folder / "demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COLUMNS", COLUMNS)
        return folder / "demo", run(BUILDS_DEMO)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_it_does(
    page: str, built: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", COLUMNS)
    check(page, tmp_path, *built)


def test_every_page_with_something_to_run_is_run() -> None:
    found = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if any(steps(page.read_text("utf-8")))}
    assert found == {*PAGES, *(page for pages in OTHERS.values() for page in pages if any(steps(text(page))))}
    assert all((ROOT / "tests" / name).is_file() for name in OTHERS)


def test_extras_that_pages_name_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    rows = [line.split("`")[1] for line in text("start.md").splitlines() if line.startswith("| `")]
    assert rows and set(rows) <= set(extras)


LINES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=6), min_size=1, max_size=12
)


@given(LINES, st.data())
def test_what_is_printed_may_be_shown_with_any_passages_left_out(lines: list[str], data: st.DataObject) -> None:
    assume(lines[0] and lines[-1] and "[...]" not in lines)
    begin = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(begin, len(lines)))
    shown = [*lines[:begin], "[...]", *lines[end:]]
    assert absent("\n".join(shown) + "\n", "\n".join(lines) + "\n") is None
    assert absent("\n".join(lines) + "\n", "\n".join(lines) + "\n") is None


@given(LINES, st.data())
def test_a_line_that_is_not_printed_is_found_out(lines: list[str], data: st.DataObject) -> None:
    shown = list(lines)
    shown.insert(data.draw(st.integers(0, len(lines))), "what nobody printed")
    assert absent("\n".join(["[...]", *shown, "[...]"]) + "\n", "\n".join(lines) + "\n") is not None


PRINTED = "one\ntwo at 12:00:01\nthree\n"


@pytest.mark.parametrize(
    "shown",
    [PRINTED, "one\n[...]\n", "[...]\nthree\n", "[...]\ntwo at [..]\n[...]\n", "one\n[...]\nthree\n", "[...]\n"],
)
def test_what_is_printed_may_be_shown_in_part(shown: str) -> None:
    assert absent(shown, PRINTED) is None


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "one\n",
        "one\ntwo at [..]\n",
        "two at [..]\n[...]\n",
        "[...]\ntwo at [..]\n",
        "three\n[...]\none\n",
        "one\n[...]\ntwo\n[...]\nthree\n",
        PRINTED + "four\n",
    ],
)
def test_what_is_not_printed_is_found_out(shown: str) -> None:
    assert absent(shown, PRINTED) is not None


def test_steps_are_found() -> None:
    page = "```console\n$ a \\\n    b\nout\n$ c\n```\n\n```pycon\n>>> 1\n1\n```\n\n```sh\nd\n```\n"
    assert [(step.line, step.kind, step.said, step.shown) for step in steps(page)] == [
        (2, "console", "a b", "out\n"),
        (2, "console", "c", ""),
        (9, "pycon", ">>> 1\n1\n", ""),
    ]
