"""The rows of a day's list: what is silent within range, judged, with what was in reach, who lists her and what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.gaps import describe
from ais_gaps.gaps.reaching import Reaching
from ais_gaps.gaps.stitch import Stitched
from ais_gaps.judgement import judgement
from ais_gaps.judgement.ask import JUDGEMENT
from ais_gaps.judgement.judge import CONTEXT_H
from ais_gaps.watch import areas, match, matched_mmsi
from ais_gaps.watchlist import heard, nearby
from ais_gaps.watchlist.attention import Signs, attention
from ais_gaps.watchlist.columns import BACK, NEWLY, STATES, WATCHLIST
from ais_gaps.watchlist.day import DAY_US, Day, states
from ais_gaps.watchlist.deaf import Deaf
from ais_gaps.watchlist.known import LONG_DAYS, Known
from ais_gaps.watchlist.listed import Listed
from ais_gaps.watchlist.meanwhile import Seen
from ais_gaps.watchlist.why import why
from ais_gaps.watchlist.within_reach import within

Row = Mapping[str, Any]

VERDICT_COLUMNS = ("verdict", "verdict_because", "verdict_author", "verdict_at", "verdicts")


@dataclass(frozen=True)
class Core:
    """A day's list before people's verdicts, and counts of all silences of the archive to the day.

    Attributes:
        rows: `columns.WATCHLIST`, in no matter which order, verdicts null, rank 0. counts: `model.Watchlist.counts`.
        outages: `schema.OUTAGES` of the day.
    """

    rows: pa.Table
    counts: Mapping[str, int]
    outages: pa.Table


def core(known: Known, day: Day, min_hours: float, within_nm: float) -> Core:
    """The rows of a day's list.

    Args:
        known: what the archive holds.
        day: the day. min_hours: silences longer than this. within_nm: how near a watched place.
    """
    reaching = Reaching(known.store, known.ingests, since_us=day.start_us, as_of_us=day.as_of_us)
    found = reaching.gaps(min_hours)
    deaf = Deaf.of(known, day, reaching.ships)
    state = states(found.gaps, day, min_hours, deaf.hours)
    near = nearby.near(found.gaps, known.places)
    sayings = known.sayings(day.as_of_us)
    in_range = near.nm <= within_nm
    by_name = nearby.inside(found.gaps, list(areas(known.entries)))
    by_name |= nearby.of_ships(found.gaps, matched_mmsi(known.entries, known.evidence, sayings))
    wanted = in_range | by_name
    gone = _gone(known, day, found.gaps) & in_range & ~by_name
    rows = np.flatnonzero(wanted & ~gone & (state != None))  # noqa: E711 - an array of words and None
    bare = found.gaps.take(pa.array(rows))
    gaps = _described(known, replace(found, gaps=bare), reaching.others(bare, CONTEXT_H), sayings, day)
    table = _told(known, day, gaps, bare, sayings, state[rows], near.nm[rows], near.place[rows], within_nm)
    listed = table["state"].to_pylist()
    counts = {name.replace(" ", "_"): listed.count(name) for name in STATES}
    counts |= {
        "fleet_newly_dark": int((state == NEWLY).sum()),
        "fleet_open": int(found.gaps["on_us"].null_count),
        "fleet_back_again": int((state == BACK).sum()),
        "gone": int((gone & (state != None)).sum()),  # noqa: E711
        "feed_silent": int((wanted & (state == None)).sum()),  # noqa: E711
        "ships_heard": heard.ships_heard(known.store, known.ingests, day),
    }
    return Core(table, counts, deaf.outages)


def _gone(known: Known, day: Day, gaps: pa.Table) -> npt.NDArray[np.bool_]:
    """Which silences have lasted for so long that they are not looked at any more, unless somebody speaks of the ship.

    Else each day would judge anew, with the evidence of its own time, every ship that ever left.
    """
    old = gaps["on_us"].is_null().to_numpy() & (gaps["off_us"].to_numpy() < day.as_of_us - LONG_DAYS * DAY_US)
    if not old.any():
        return np.asarray(old, np.bool_)
    said = known.verdicts_before(day.as_of_us - LONG_DAYS * DAY_US)["mmsi"].to_pylist()
    evidence = known.evidence
    imos = {imo for some in evidence.observations["vessel_imos"].to_pylist() for imo in some or ()}
    imos |= set(evidence.listings["imo"].to_pylist())
    lists = (evidence.observations["vessel_mmsis"], evidence.listings["mmsi"])
    spoken_of = {mmsi for some in lists for of_row in some.to_pylist() for mmsi in of_row or ()} | set(said)
    sayings = known.sayings(day.as_of_us)
    of_these = pc.is_in(sayings["imo"], value_set=pa.array(sorted(imos - {None}), sayings["imo"].type))
    spoken_of |= set(sayings["mmsi"].filter(of_these).to_pylist())
    return np.asarray(old & ~nearby.of_ships(gaps, spoken_of - {None}), np.bool_)


def _described(known: Known, found: Stitched, others: pa.Table, sayings: pa.Table, day: Day) -> pa.Table:
    """Silences as `schema.GAPS`, judged beside the other ones of their ships."""
    table = describe(found, sayings, known.places, as_of_us=day.as_of_us)
    thought = judgement(
        known.store,
        known.ingests,
        found.gaps,
        known.places,
        as_of_us=day.as_of_us,
        context=others,
        calibration=known.calibration,
    )
    for field in JUDGEMENT:
        table = table.set_column(table.schema.get_field_index(field.name), field, thought[field.name])
    return table


def _told(
    known: Known,
    day: Day,
    gaps: pa.Table,
    bare: pa.Table,
    sayings: pa.Table,
    state: npt.NDArray[np.object_],
    nm: npt.NDArray[np.float64],
    place: npt.NDArray[np.object_],
    within_nm: float,
) -> pa.Table:
    """The rows with all that is told beside the judgement."""
    evidence = known.evidence
    located = {
        row["place_id"]: row
        for row in (*known.places.to_pylist(), *evidence.places.to_pylist())
        if row["lat"] is not None
    }
    rows = gaps.to_pylist()
    seen = Seen(evidence.observations.to_pylist(), located)
    sightings = [seen.naming(row) for row in rows]
    lengths = _lengths(sayings.filter(pc.is_in(sayings["mmsi"], value_set=pc.unique(gaps["mmsi"]))))
    kinds = {row["mmsi"]: row["ship_type"] for row in rows}
    ships = [(mmsi, kind, lengths.get(mmsi)) for mmsi, kind in sorted(kinds.items())]
    speeds = heard.speeds(known.store, known.ingests, day, ships)
    reach = within(rows, bare, sightings, speeds, known.places, known.sea)
    listed = Listed(evidence.listings, day.date)
    calls = _call_signs(sayings, kinds)
    by_name = match(gaps, known.entries, evidence, sayings)
    told = []
    for at, row in enumerate(rows):
        meanwhile = seen.inside(row, sightings[at], reach[at].places)
        lists, any_then = listed.lines(row, calls.get(row["mmsi"], ()))
        near_nm = None if np.isnan(nm[at]) or nm[at] > within_nm else float(nm[at])
        signs = Signs(near_nm, reach[at].count, any_then, bool(by_name[at]), meanwhile.named, meanwhile.unnamed)
        total, terms = attention(row, signs)
        if near_nm is None and not by_name[at]:
            continue  # at the rim of an area, or of a ship that a list no longer has
        near_words = [] if near_nm is None else [f"within {within_nm:g} nm of {place[at]}: {near_nm:.1f} nm"]
        told.append(
            row
            | {
                "day": day.date,
                "rank": 0,
                "state": state[at],
                "attention": total,
                "attention_terms": terms,
                "watched_for": [*near_words, *by_name[at]],
                "watched_place": None if near_nm is None else place[at],
                "watched_nm": near_nm,
                "reach_place": reach[at].first,
                "reach_slack_h": reach[at].slack_h,
                "places_in_reach": reach[at].count,
                "listed": lists,
                "evidence": list(meanwhile.lines),
                **dict.fromkeys(VERDICT_COLUMNS),
                "verdicts": 0,
            }
        )
        told[-1]["why"] = why(told[-1])
    return pa.Table.from_pylist(told, schema=WATCHLIST.arrow)


def _lengths(sayings: pa.Table) -> dict[int, float | None]:
    """The length that each ship said last."""
    said = sayings.filter(pc.is_valid(sayings["length"])).sort_by([("last_ts", "ascending"), ("length", "ascending")])
    return dict(zip(said["mmsi"].to_pylist(), said["length"].to_pylist(), strict=True))


def _call_signs(sayings: pa.Table, ships: Mapping[int, object]) -> dict[int, tuple[str, ...]]:
    """The call signs that each of some ships said."""
    some = sayings.filter(pc.is_in(sayings["mmsi"], value_set=pa.array(sorted(ships), sayings["mmsi"].type)))
    found: dict[int, set[str]] = {}
    for mmsi, call in zip(some["mmsi"].to_pylist(), some["call_sign"].to_pylist(), strict=True):
        if call:
            found.setdefault(mmsi, set()).add(call)
    return {mmsi: tuple(sorted(calls)) for mmsi, calls in found.items()}
