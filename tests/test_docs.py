"""Pages that are made from the program are up to date."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

MAKERS = (
    "make_commands.py",
    "make_tables.py",
    "make_methods.py",
    "make_judgement.py",
    "make_dossier_schema.py",
    "make_example.py",
    "make_interface.py",
)


@pytest.mark.parametrize("maker", MAKERS)
def test_it_is_up_to_date(maker: str) -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "docs" / maker, "--check"], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, f"run python docs/{maker}: {made.stderr}"


def test_every_maker_is_checked() -> None:
    assert {path.name for path in (ROOT / "docs").glob("make_*.py")} == set(MAKERS)
