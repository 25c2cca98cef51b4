"""Vessels' dossiers out of an archive: everything is asked of the archive as it was known, and put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import __version__, dossier, moments, reach, vessels
from ais_gaps.dossier.around import Around
from ais_gaps.dossier.identity import register_row
from ais_gaps.dossier.model import TableVersion
from ais_gaps.dossier.track import track
from ais_gaps.errors import AisGapsError, Ambiguous, NotFound
from ais_gaps.gaps import as_of_of
from ais_gaps.schema import GAPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ais_gaps.evidence import Evidence
    from ais_gaps.holdings import Holdings
    from ais_gaps.sea import Sea
    from ais_gaps.store.log import Ingest


def provenance(
    ingests: Sequence[Ingest],
    tables: Mapping[str, int],
    vessel: str,
    min_hours: float,
    as_of: datetime | None,
    as_known: datetime | None,
) -> dossier.Provenance:
    """What a dossier is made from: the sources and the versions of tables that are its snapshot, and the question."""
    return dossier.Provenance(
        f"ais_gaps {__version__}",
        min_hours,
        as_of or moments.at(as_of_of(ingests)),
        as_known,
        tuple(dossier.ReportSource(i.file, i.sha256, i.rows_kept, i.note) for i in ingests),
        vessel=vessel,
        asked_as_of=as_of,
        tables=tuple(TableVersion(*table) for table in tables.items()),
    )


class Inquiry:
    """What the dossiers of one present share: read and reckoned when the first of them needs it.

    Args:
        archive: asked for everything.
        sea: ways by sea.
        min_hours: threshold of a gap in hours.
        as_of: the present of the question; None = the newest report. as_known: what the archive held at this time.
    """

    def __init__(
        self, archive: Holdings, sea: Sea, min_hours: float, as_of: datetime | None, as_known: datetime | None
    ) -> None:
        self._archive = archive
        self.sea = sea
        self.min_hours = min_hours
        self.as_of = as_of
        self.as_known = as_known

    @cached_property
    def evidence(self) -> Evidence:
        """What is publicly known."""
        return self._archive.evidence(as_known=self.as_known)

    @cached_property
    def places(self) -> pa.Table:
        """Where ships may have called."""
        places = self._archive.places(as_known=self.as_known)
        return reach.callable_places(places, self._archive.own_places(as_known=self.as_known))

    def sql(self, query: str, parameters: Sequence[object]) -> pa.Table:
        """Asks the archive's views."""
        return self._archive.sql(query, parameters, as_known=self.as_known)

    def fleet(self, start: datetime, end: datetime) -> pa.Table:
        """The gaps of all ships that begin before a time and last beyond another."""
        return self._archive.silent_between(start, end, as_of=self.as_of, as_known=self.as_known)


def dossiers(
    inquiry: Inquiry,
    queries: Iterable[str],
    ingests: Sequence[Ingest],
    tables: Mapping[str, int],
    *,
    meant: Callable[[str], Mapping[str, Any]],
    about: Callable[[str], pa.Table],
    gaps: Callable[[list[int]], pa.Table],
) -> Iterator[dossier.Dossier | NotFound | Ambiguous]:
    """The dossier of each vessel that is asked for, or why there is none.

    Args:
        inquiry: the question, and what they share.
        queries: each means one vessel.
        ingests: the sources that count. tables: versions of the archive's small tables.
        meant: gives the one vessel that a query means. about: all that can matter to a name (`vessels.about`).
        gaps: gives the gaps of some MMSIs.
    """
    found = [_resolved(meant, query) for query in queries]
    everyone = sorted({mmsi for row in found if not isinstance(row, AisGapsError) for mmsi in row["mmsi"]})
    silent = gaps(everyone) if everyone else GAPS.arrow.empty_table()
    for row in found:
        if isinstance(row, AisGapsError):
            yield row
            continue
        yield investigate(
            inquiry,
            row,
            vessels.search(about(row["name"]), row["name"]) if row["name"] else vessels.VESSELS.empty_table(),
            silent.filter(pc.is_in(silent["mmsi"], pa.array(row["mmsi"], silent["mmsi"].type))),
            provenance(ingests, tables, row["vessel"], inquiry.min_hours, inquiry.as_of, inquiry.as_known),
        )


def _resolved(meant: Callable[[str], Mapping[str, Any]], query: str) -> dict[str, Any] | NotFound | Ambiguous:
    try:
        found = meant(query)
    except (NotFound, Ambiguous) as error:
        return error
    # without the score and the reason of the match: the same dossier however she is asked for
    return {name: found[name] for name in vessels.VESSELS.names}


def investigate(
    inquiry: Inquiry,
    vessel: Mapping[str, Any],
    like: pa.Table,
    gaps: pa.Table,
    made_from: dossier.Provenance,
) -> dossier.Dossier:
    """The dossier of a vessel.

    Args:
        inquiry: what it shares with others, and the present of the question.
        vessel: her row of `vessels.VESSELS`.
        like: vessels of like names.
        gaps: her gaps.
        made_from: what the dossier is made from.
    """
    evidence, sql = inquiry.evidence, inquiry.sql
    entry = register_row(vessel, evidence.vessels)
    length_m: float | None = vessel["length"] or (entry["length_m"] if entry else None)
    kind: str | None = vessel["ship_type"] or (entry["ship_type"] if entry else None)
    speeds = reach.speeds(sql, [(mmsi, kind, length_m) for mmsi in vessel["mmsi"]], inquiry.as_of)
    around = Around(
        # Of several transponders the one that was heard going fastest tells what the hull can do.
        speed=max(speeds.values(), key=lambda speed: (speed.own, speed.kn)),
        courses=lambda legs: reach.courses(sql, legs),
        places=inquiry.places,
        sea=inquiry.sea,
        sql=sql,
        fleet=inquiry.fleet,
        track=track(sql, vessel["mmsi"], gaps.to_pylist(), inquiry.as_of),
    )
    return dossier.build(vessel, like, gaps, evidence, made_from, around)


def reached(
    archive: Holdings,
    gaps: pa.Table,
    sayings: pa.Table,
    *,
    listed: int,
    straight: bool,
    as_of: datetime | None,
    as_known: datetime | None,
) -> pa.Table:
    """The places that each leg of some gaps leaves time to call at (`schema.REACH`).

    Args:
        archive: asked for everything else.
        gaps: rows of `schema.GAPS`.
        sayings: what vessels said of themselves, as `identities.known` gives it.
        listed: places of a leg at most.
        straight: ways are straight.
        as_of: the present of the question.
        as_known: what the archive held at this time.
    """
    from ais_gaps.sea import Sea

    evidence = archive.evidence(as_known=as_known)
    gaps = gaps.filter(pc.invert(pc.is_in(gaps["gap_id"], pa.array(sorted(_explained(gaps, evidence)), pa.string()))))
    places = archive.places(as_known=as_known)
    located = {
        row["place_id"]: row for row in (*places.to_pylist(), *evidence.places.to_pylist()) if row["lat"] is not None
    }
    silent = sayings.filter(pc.is_in(sayings["mmsi"], pc.unique(gaps["mmsi"])))
    lengths = silent.filter(pc.is_valid(silent["length"])).sort_by([("last_ts", "ascending"), ("length", "ascending")])
    return reach.ask(
        gaps,
        evidence.observations.to_pylist(),
        located,
        dict(zip(lengths["mmsi"].to_pylist(), lengths["length"].to_pylist(), strict=True)),
        reach.callable_places(places, archive.own_places(as_known=as_known)),
        Sea(archive.path / "sea", straight=straight),
        lambda query, parameters: archive.sql(query, parameters, as_known=as_known),
        listed=listed,
        as_of=as_of,
    )


def _explained(gaps: pa.Table, evidence: Evidence) -> set[str]:
    """The silences that a note explains, such as that of a ship that burned: where she could have been is no question."""
    notes = [note for note in evidence.notes.to_pylist() if note["kind"] == "explanation" and note["date_start"]]
    concerned = {imo for note in notes for imo in note["vessel_imos"] or ()}
    of_them = gaps.filter(pc.is_in(gaps["imo"], pa.array(sorted(concerned), pa.int64())))
    return {
        gap["gap_id"]
        for gap in of_them.to_pylist()
        for note in notes
        if gap["imo"] in (note["vessel_imos"] or ())
        and note["date_start"] <= reach.end_of(gap).date()
        and (note["date_end"] is None or note["date_end"] >= gap["off_ts"].date())
    }
