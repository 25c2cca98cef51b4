"""Notebooks of the project, run once in a test run, whatever the number of tests and workers that look at them."""

from __future__ import annotations

import atexit
import fcntl
import importlib.util
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from tests.conftest import ROOT

NOTEBOOKS = tuple(sorted((ROOT / "notebooks").glob("*.ipynb")))


@cache
def hook() -> Any:
    """The hook of the documentation that runs notebooks and makes pages of them."""
    spec = importlib.util.spec_from_file_location("docs_hooks_notebooks", ROOT / "docs" / "hooks" / "notebooks.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@cache
def folder() -> Path:
    """Where notebooks with their outputs are kept in this test run: one folder for all of its workers."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        own = Path(tempfile.mkdtemp(prefix="ais-gaps-notebooks-"))
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        return own
    shared = Path(tempfile.gettempdir()) / f"ais-gaps-notebooks-{run}"
    shared.mkdir(mode=0o700, exist_ok=True)
    return shared


@cache
def executed(path: Path) -> Any:
    """A notebook with its outputs, run from a clean kernel in an empty folder.

    Raises:
        RuntimeError: a cell failed, or it took longer than `docs/hooks/notebooks.py` allows.
    """
    done = folder() / path.name
    with (folder() / f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.is_file():
            hook().run(path, folder())
    return nbformat.read(done, as_version=4)


def all_executed() -> Path:
    """The folder with all of them: what a build of the site takes from the variable AIS_GAPS_DOCS_EXECUTED."""
    for path in NOTEBOOKS:
        executed(path)
    return folder()
