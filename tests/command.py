"""Runs the command line as a user does: another process, of this checkout's code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def environment(**changes: str) -> dict[str, str]:
    """The environment that commands run in: no archive named, this checkout's code, no terminal settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIS_GAPS", "COLUMNS"))}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


def run(
    *arguments: str, cwd: Path | None = None, module: str = "ais_gaps", **changes: str
) -> subprocess.CompletedProcess[str]:
    """What a command prints and its exit status."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env=environment(**changes),
        timeout=120,
        check=False,
    )
