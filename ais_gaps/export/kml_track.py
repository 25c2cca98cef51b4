"""Every position heard, as KML: one gx:Track a run, so that each keeps its time and Google Earth can play them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.dossier import Dossier
from ais_gaps.dossier.wording import minute
from ais_gaps.export.balloon import balloon
from ais_gaps.export.kml import dossier_document
from ais_gaps.export.kml_document import document
from ais_gaps.export.markup import Markup
from ais_gaps.tabular.cells import chunks

LONGEST = 10_000
"""Positions in one gx:Track: what Google Earth still moves about with ease."""


def write_kml_track(dossier: Dossier, runs: Iterable[tuple[pa.Table, bool]], stream: BinaryIO) -> int:
    """One document, a placemark a run (see `positions.runs`); how many positions are in it."""
    with dossier_document(dossier, stream) as page:
        return _folder(page, runs)


def write_kml_positions(
    title: str, said: Sequence[str], runs: Iterable[tuple[pa.Table, bool]], stream: BinaryIO
) -> int:
    """The same of positions that come without a dossier, with a title and what must be said."""
    with document(stream, title, said, ["track"]) as page:
        return _folder(page, runs)


def _folder(page: Markup, runs: Iterable[tuple[pa.Table, bool]]) -> int:
    count = 0
    with page.element("Folder"):
        page.leaf("name", "Heard by AIS: every position")
        for run, goes_on in runs:
            _run(page, run)
            count += len(run) - goes_on
    return count


def _run(page: Markup, run: pa.Table) -> None:
    mmsi = run["mmsi"][0].as_py()
    span = pc.min_max(run["ts"])
    first, last = minute(span["min"].as_py()), minute(span["max"].as_py())
    name = f"MMSI {mmsi}, {first}" + (f" to {last}" if last != first else "")
    with page.element("Placemark"):
        page.leaf("name", name)
        page.leaf("Snippet", "", {"maxLines": "0"})
        said = f"{len(run):,} positions heard by AIS under MMSI {mmsi}, without a silence between them."
        page.leaf("description", balloon(name, [said]))
        page.leaf("styleUrl", "#track")
        with page.element("gx:Track"):
            for (times,) in chunks(run.select(["ts"])):
                for time in times:
                    page.leaf("when", time)
            for lons, lats in chunks(run.select(["lon", "lat"])):
                for lon, lat in zip(lons, lats, strict=True):
                    page.leaf("gx:coord", f"{lon!r} {lat!r} 0")
