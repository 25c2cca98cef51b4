"""What the page about an investigation shows is what its commands print."""

from __future__ import annotations

from pathlib import Path

import pytest

from ais_gaps.holdings import Holdings
from tests.docs_site_case import COLUMNS, check


def test_it_shows_what_it_does(demo_archive: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", COLUMNS)
    check("uses/investigation.md", tmp_path, demo_archive.path)
