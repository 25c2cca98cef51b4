"""Which silences the user's entries are about, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence import Evidence
from ais_gaps.names import tidy
from ais_gaps.watch.area import inside
from ais_gaps.watch.entries import in_force
from ais_gaps.watch.pairs import of_one_mmsi
from ais_gaps.watch.ships import ITSELF, NAME, NUMBER, ON_LIST, REGISTER, SAID, Meant, meant

_OF_GAP: Final = ("mmsi", "imo", "name", "off_ts", "on_ts")
_WHERE: Final = ("Went silent in", "Heard again in", "Went silent and heard again in")


def match(gaps: pa.Table, entries: pa.Table, evidence: Evidence, sayings: pa.Table) -> list[list[str]]:
    """For each gap why it is watched, one sentence for each entry that it answers, in the order of the entries.

    Args:
        gaps: `schema.GAPS`.
        entries: `columns.WATCHED`; those that are no longer in force do not count.
        evidence: says which ships are on lists and whose they are.
        sayings: what ships say of themselves, as `identities.known` gives it first.
    """
    entries = in_force(entries)
    reasons: list[list[str]] = [[] for _ in range(len(gaps))]
    if not len(gaps) or not len(entries):
        return reasons
    rows = entries.to_pylist()
    watched = [_watched(row) for row in rows]
    found = {**_by_ship(gaps, entries, evidence, sayings, rows), **_by_area(gaps, entries, rows)}
    for gap, entry in sorted(found):
        reasons[gap].append(found[gap, entry] + watched[entry])
    return reasons


def matched_mmsi(entries: pa.Table, evidence: Evidence, sayings: pa.Table) -> set[int]:
    """The MMSI that entries of all kinds but areas mean, whether ever heard or not."""
    return {found.mmsi for found in meant(in_force(entries), evidence, sayings.select(SAID))}


_Found = dict[tuple[int, int], str]
"""By gap and entry the beginning of the sentence."""


def _by_ship(
    gaps: pa.Table, entries: pa.Table, evidence: Evidence, sayings: pa.Table, rows: list[dict[str, Any]]
) -> _Found:
    # What the gaps say of their ships counts as said, whatever the sayings at hand are of.
    own = pa.table([gaps[c] if c in gaps.column_names else pa.nulls(len(gaps), pa.string()) for c in SAID], list(SAID))
    said = pa.concat_tables([sayings.select(SAID).cast(_SAID), own.cast(_SAID)])
    known = meant(entries, evidence, said)
    gap_of, known_of = of_one_mmsi(gaps["mmsi"].to_numpy(), np.array([m.mmsi for m in known], np.int64))
    few = gaps.select(_OF_GAP).take(pa.array(gap_of)).to_pylist()
    best: dict[tuple[int, int], tuple[int, str]] = {}
    for gap, number, row in zip(gap_of.tolist(), known_of.tolist(), few, strict=True):
        told = _told(known[number], row, rows[known[number].entry])
        key = (gap, known[number].entry)
        if told is not None and (key not in best or told < best[key]):
            best[key] = told
    return {key: text for key, (_, text) in best.items()}


_SAID: Final = pa.schema([("mmsi", pa.int32()), ("imo", pa.int64()), ("name", pa.string()), ("call_sign", pa.string())])


def _told(known: Meant, gap: Mapping[str, Any], entry: Mapping[str, Any]) -> tuple[int, str] | None:
    """How sure it is that the gap is hers, 0 the surest, and the beginning of the sentence; None where it is no longer so."""
    doubt, words = _doubt(known, gap)
    if known.listing is not None:
        start: date = gap["off_ts"].date()
        if known.listing.over_on is not None and known.listing.over_on <= start:
            return None
        since = known.listing.words(start, gap["on_ts"].date() if gap["on_ts"] else None)
        return doubt, f"On the list {tidy(known.listing.title)}, {since}{words}"
    if known.company is not None:
        return doubt, f"{tidy(known.company[0])}, {tidy(known.company[1])}{words}"
    if known.how == NAME:
        name, other = tidy(entry["value"]), "" if gap["name"] in known.names else f" at another time{_now(gap)}"
        return doubt, f"MMSI {known.mmsi:09}, called {name}{other} (ships share names)"
    number = f"MMSI {known.mmsi:09}" if known.how == NUMBER else f"IMO {known.imo}"
    return doubt, f"{number}{words}"


def _doubt(known: Meant, gap: Mapping[str, Any]) -> tuple[int, str]:
    """What must be said of how the gap's MMSI is known to be hers."""
    mmsi = f"MMSI {known.mmsi:09}"
    if known.how == ITSELF and gap["imo"] not in (None, known.imo):
        return 2, f" ({mmsi} said IMO {known.imo} at another time, and IMO {gap['imo']} at this silence)"
    if known.how == REGISTER:
        return 1, f" (the register gives her {mmsi}, which says no IMO number itself)"
    if known.how == ON_LIST:
        return 1, f" (a list gives {mmsi}, and a name or call sign agrees)"
    return 0, ""


def _now(gap: Mapping[str, Any]) -> str:
    return f" and {tidy(gap['name'])} at this silence" if gap["name"] else ""


def _by_area(gaps: pa.Table, entries: pa.Table, rows: list[dict[str, Any]]) -> _Found:
    numbers = pc.indices_nonzero(pc.equal(entries["kind"], "area")).to_pylist()
    if not numbers:
        return {}
    axes = [[gaps[f"{end}_{axis}"] for end in ("off", "on")] for axis in ("lat", "lon")]
    lat, lon = (np.concatenate([column.cast(pa.float64()).to_numpy() for column in both]) for both in axes)
    found: _Found = {}
    for entry, hits in zip(numbers, inside(entries, lat, lon), strict=True):
        off, on = hits[hits < len(gaps)], hits[hits >= len(gaps)] - len(gaps)
        label = tidy(rows[entry]["label"])
        kinds = (np.setdiff1d(off, on), np.setdiff1d(on, off), np.intersect1d(off, on))
        for where, some in zip(_WHERE, kinds, strict=True):
            found |= dict.fromkeys(((gap, entry) for gap in some.tolist()), f"{where} {label}")
    return found


def _watched(entry: Mapping[str, Any]) -> str:
    """The end of the sentence: under which label who watches since when, and why."""
    plain = entry["kind"] == "area" or entry["label"] == entry["value"]
    label = "" if plain else f" as {tidy(entry['label'])}"
    by = f" by {tidy(entry['author'])}" if entry["author"] else ""
    why = f": {tidy(entry['because'])}" if entry["because"] else ""
    return f", watched{label}{by} since {entry['at'].date().isoformat()}{why}"
