"""The examples of the reference of the Python interface do what they show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ais_gaps
from tests.docs_site_case import check


def test_its_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    archive, folder = ais_gaps.demo(tmp_path / "demo"), tmp_path / "folder"
    folder.mkdir()
    check("python.md", tmp_path, names={"ais_gaps": ais_gaps, "archive": archive, "folder": folder, "json": json})
