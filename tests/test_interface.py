"""The interface for notebooks: its names are these, and each has an example that runs."""

from __future__ import annotations

import doctest
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ais_gaps
from ais_gaps import interface, pictures
from ais_gaps.holdings import Holdings
from ais_gaps.inline import Inline
from ais_gaps.interface import Archive, Dossier, Outages, Reception, Rows, Watchlist
from ais_gaps.interface.rows import Answer

SURFACE = {
    ais_gaps: {"Archive", "demo", "open"},
    interface: {"Archive", "Dossier", "Outages", "Reception", "Rows", "Watchlist"},
    Archive: {
        *("path", "ingest", "sources", "rejects", "add_place", "add_places", "places"),
        *("import_evidence", "evidence", "vessels", "track", "gaps", "reach", "dossier", "reception", "outages"),
        *("watchlist", "watch", "watched", "note", "verdicts", "sql", "relation", "export"),
    },
    Answer: {
        *("about", "meanings", "to_arrow", "to_geopandas", "to_movingpandas", "to_polars", "show_map", "show_timeline", "save"),
    },
    Dossier: {"of", "notes", "gaps", "html", "save", "show"},
    Watchlist: {"of", "table", "changed"},
    Reception: {"of", "table", "show"},
    Outages: {"of", "table"},
    Inline: {"save"},
    pictures: {"durations", "gaps", "reception", "timeline", "track"},
}  # fmt: skip


OURS = ("ais_gaps.interface", "ais_gaps.inline")


def _own(owner: Any) -> set[str]:
    if inspect.ismodule(owner):
        return set(owner.__all__)
    inherited = {name for base in owner.__mro__[1:] if not base.__module__.startswith(OURS) for name in vars(base)}
    ours = {name for base in owner.__mro__ if base.__module__.startswith(OURS) for name in vars(base)}
    return {name for name in ours - inherited if not name.startswith("_")}


@pytest.mark.parametrize("owner", SURFACE, ids=lambda owner: owner.__name__)
def test_the_surface_is_this_and_no_more(owner: Any) -> None:
    assert _own(owner) == SURFACE[owner]


def _documented() -> Iterator[tuple[str, Any]]:
    for owner in SURFACE:
        for name in sorted(_own(owner)):
            found = getattr(owner, name) if inspect.ismodule(owner) else inspect.getattr_static(owner, name)
            if name == "of" or (inspect.ismodule(owner) and not inspect.isfunction(found)):
                continue
            yield f"{owner.__name__}.{name}", getattr(found, "fget", found)


DOCUMENTED = dict(_documented())


@pytest.mark.parametrize("name", DOCUMENTED)
def test_each_public_name_has_an_example_that_runs(name: str, demo: Archive, tmp_path: Path) -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    found = [
        test
        for test in doctest.DocTestFinder(recurse=False).find(
            DOCUMENTED[name],
            name,
            globs={"ais_gaps": ais_gaps, "json": json, "pictures": pictures, "archive": demo, "folder": tmp_path},
        )
        if test.examples
    ]
    assert found, f"{name} has no example"
    said: list[str] = []
    for test in found:
        assert any(not example.options.get(doctest.SKIP) for example in test.examples), (
            f"the example of {name} does not run"
        )
        doctest.DocTestRunner(optionflags=flags).run(test, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_each_public_name_is_typed(name: str) -> None:
    signature = inspect.signature(DOCUMENTED[name])
    untyped = [p.name for p in signature.parameters.values() if p.name != "self" and p.annotation is p.empty]
    assert not untyped
    assert signature.return_annotation is not signature.empty


@pytest.fixture(scope="module")
def demo(demo_archive: Holdings) -> Archive:
    return Archive(demo_archive)


def test_rows_are_pandas_and_know_what_they_are(demo: Archive) -> None:
    import pandas as pd

    gaps = demo.gaps("ANGARA")
    assert isinstance(gaps, pd.DataFrame)
    for part in (
        gaps,
        gaps[gaps.duration_h > 100],
        gaps.head(1),
        gaps.sort_values("duration_h"),
        gaps[["name", "mmsi"]],
    ):
        assert isinstance(part, Rows)
        assert part.about == gaps.about
