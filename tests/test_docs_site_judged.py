"""What the pages of the documentation show is what their commands and Python lines do: those that need no ways by sea."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ais_gaps
from tests.docs_site_case import COLUMNS, check, text
from tests.test_docs_site_examples import OTHERS


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the case, without her dossier."""
    return ais_gaps.demo(tmp_path_factory.mktemp("judged") / "demo").path


@pytest.mark.parametrize("page", OTHERS["test_docs_site_judged.py"])
def test_a_page_shows_what_it_does(page: str, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", COLUMNS)
    check(page, tmp_path, demo)


def test_the_readers_are_those_of_the_code() -> None:
    from ais_gaps.readers import READERS, reader
    from ais_gaps.readers.interface import MAPPABLE_FIELDS

    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", text("formats.md"), flags=re.MULTILINE)
    assert rows == [(name, reader(name).title.replace("|", "\\|")) for name in READERS]
    fields = re.search(r"<!-- fields -->\n(.*?)\n\n", text("formats.md"), flags=re.DOTALL)
    assert fields is not None
    assert re.findall(r"`(\w+)`", fields[1]) == list(MAPPABLE_FIELDS)
