"""What the page about watchlists shows is what its commands print, on a world that it generates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs_site_case import COLUMNS, check


def test_it_shows_what_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", COLUMNS)
    (tmp_path / "inbox").mkdir()
    check("uses/watchlist.md", tmp_path)
