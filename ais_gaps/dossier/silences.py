"""When she was silent, and what is dated into each silence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from ais_gaps.dossier import judged, wording
from ais_gaps.dossier.beyond import FASTEST_KN, Places
from ais_gaps.dossier.identity import cite
from ais_gaps.dossier.legs import Cut
from ais_gaps.dossier.listed import Listed
from ais_gaps.dossier.model import Finding, Group, Remark, Silence, Statement
from ais_gaps.dossier.wording import Row
from ais_gaps.evidence import Evidence, between, observations_between, ships_of
from ais_gaps.evidence.looks import same_as
from ais_gaps.names import fold
from ais_gaps.reach import end_of
from ais_gaps.reach.sightings import position, spot

ROLES = {
    "named": "Named as her, on these days",
    "named_range": "Named as her, at some time within",
    "name_only": "Of her name; which ship of that name is not said",
    "ais": "What publishers read from AIS",
    "unnamed": "Ships seen, not named: none of them is attached to her",
    "nothing_seen": "Looked, and no ship seen",
    "look": "Images that exist; what they show is not stated",
    "containers": "Containers, no ship named",
    "others": "Other ships, named",
    "land": "On land along the route",
    "counts": "Counts over a period: of different things, not to be added up",
}
"""What an observation is to a silence, in the order of the page."""

_OF_HER = ("named", "named_range", "name_only", "ais")
_LAND = {"railcars", "night_light", "construction", "other"}
_REMARKS = ("explanation", "reconstruction", "conflict", "alternative")
_NO_NEWS = {"reported", "captured", "detected", "observed", "photographed"}  # says nothing of how sure the source is
_SHORT = timedelta(days=3)  # an observation dated this closely is shown even where it may have been before or after


class Subject:
    """Whose silences these are: her IMO number, her MMSIs, and her name, folded."""

    def __init__(self, imo: int | None, name: str | None, mmsi: Collection[int] = ()) -> None:
        self.imo = imo
        self.mmsi = mmsi
        self.name = fold(name or "")

    def named_in(self, row: Row) -> bool:
        """The row, of any table, means her: by IMO number, or an observation by MMSI where it gives no IMO number."""
        imos = [imo for imo in row["vessel_imos"] or () if imo is not None]
        if imos:
            return self.imo in imos
        return any(mmsi in self.mmsi for mmsi in row.get("vessel_mmsis") or () if mmsi is not None)

    def perhaps_in(self, row: Row) -> bool:
        """The row gives her name, and it does not tell which ship of that name."""
        return any(imo is None is mmsi and fold(name or "") == self.name != "" for name, imo, mmsi in ships_of(row))


@dataclass(frozen=True)
class _Record:
    """What every silence of hers is held against."""

    subject: Subject
    evidence: Evidence
    lists: Listed
    places: Places
    same: Mapping[str, str]


def silences(
    gaps: Sequence[Row], subject: Subject, evidence: Evidence, cuts: Sequence[Cut], lists: Listed
) -> tuple[Silence, ...]:
    """The silences of the given gaps, in their order, each with its legs."""
    chosen = not evidence.files or any(file.table in (None, "places") for file in evidence.files)
    places = Places(evidence.places, chosen=chosen)
    record = _Record(subject, evidence, lists, places, same_as(evidence.observations))
    return tuple(_silence(gap, cut, record) for gap, cut in zip(gaps, cuts, strict=True))


def _silence(gap: Row, cut: Cut, record: _Record) -> Silence:
    subject, evidence, places = record.subject, record.evidence, record.places
    off, end = gap["off_ts"], end_of(gap)
    seen = observations_between(evidence.observations, off, end).to_pylist()
    roles: dict[str, list[Finding]] = {role: [] for role in ROLES}
    wider: list[str] = []
    unneeded: list[str] = []
    too_far: list[str] = []
    unwatched = 0
    beyond = places.beyond(gap)
    remarks = _remarks(gap, end, subject, evidence.notes)
    explained = any(remark.kind == "explanation" for remark in remarks)
    for row in seen:
        role = _role(row, subject)
        of_her = role in _OF_HER
        if not of_her and not places.watch(row):
            unwatched += 1
            continue
        if explained and not of_her:
            unneeded.append(row["obs_id"])
        elif not of_her and row["place_ids"] and beyond.issuperset(row["place_ids"]):
            too_far.append(row["obs_id"])
        elif row["within"] or _mostly_inside(row, off, end):
            roles[role].append(finding(row, role, subject, places.located))
        else:
            wider.append(row["obs_id"])
    events = between(evidence.events, off, end).sort_by([("date_start", "ascending"), ("event_id", "ascending")])
    return Silence(
        gap=gap,
        when=_when(gap, end),
        where=_where(gap),
        cause=judged.cause(gap, explained),
        remarks=remarks,
        groups=tuple(Group(role, ROLES[role], _once(found, record.same)) for role, found in roles.items() if found),
        wider=_left_out(wider, too_far, unneeded, unwatched),
        events=tuple(
            _event(row) for row in events.to_pylist() if subject.named_in(row) or (row["within"] and not explained)
        ),
        listed=record.lists.when(off.date(), None if gap["on_ts"] is None else end.date()),
        # What is explained needs no list of ports: of a ship that burned it would read as an accusation
        legs=() if explained and len(cut.legs) == 1 else cut.legs,
        uncut=cut.uncut(),
        reasons=judged.reasons(gap),
    )


def _once(found: Sequence[Finding], same: Mapping[str, str]) -> tuple[Finding, ...]:
    """Findings that say the same thing of one look as one, with all its publications."""
    merged: dict[str, Finding] = {}
    for one in found:
        root = same.get(one.refs[0], one.refs[0])
        if root not in merged:
            merged[root] = one
            continue
        first = merged[root]
        by = ", ".join(part for part in (one.publisher, one.published) if part)
        merged[root] = replace(first, refs=first.refs + one.refs, also=first.also + ((by,) if by else ()))
    return tuple(merged.values())


def _when(gap: Row, end: datetime) -> Statement:
    off, lasted = wording.minute(gap["off_ts"]), wording.lasting(gap["duration_h"])
    if gap["on_ts"] is None:
        text = f"Not heard in this archive since {off}: {lasted} up to {wording.minute(end)}."
    else:
        text = f"Silent from {off} to {wording.minute(gap['on_ts'])}: {lasted}."
    return Statement(text, (gap["gap_id"],))


def _where(gap: Row) -> Statement:
    text = f"Last heard at {_spot(gap, 'off')}"
    if gap["reports_12h"] is not None:
        count = gap["reports_12h"]
        text += f"; {'1 report' if count == 1 else f'{count:,} reports'} in the 12 hours up to then"
    text += "."
    if gap["on_ts"] is not None:
        apart_nm = gap["distance_nm"]
        text += f" Heard again at {_spot(gap, 'on')}"
        text += (
            "."
            if apart_nm is None
            else ", the same position."
            if apart_nm < 0.05
            else f"; {wording.miles(apart_nm)} apart."
        )
    if placeless := (gap["heard_without_position"] or 0) + (gap["other_messages"] or 0):
        text += f" In between {placeless:,} messages without a position: signs of life, no place."
    return Statement(text, (gap["gap_id"],))


def _spot(gap: Row, end: str) -> str:
    at = wording.position(gap[f"{end}_lat"], gap[f"{end}_lon"])
    return at + wording.near(gap[f"{end}_place"], gap[f"{end}_place_nm"])


def _remarks(gap: Row, end: datetime, subject: Subject, notes: pa.Table) -> tuple[Remark, ...]:
    first, last = gap["off_ts"].date(), end.date()
    found = []
    for note in notes.to_pylist():
        if note["kind"] not in _REMARKS or note["date_start"] is None:
            continue
        if note["vessel_imos"] and not subject.named_in(note):
            continue
        if note["date_start"] <= last and (note["date_end"] is None or note["date_end"] >= first):
            found.append(Remark(note["kind"], note["text"], cite(note)))
    return tuple(sorted(found, key=lambda remark: _REMARKS.index(remark.kind)))


def _role(row: Row, subject: Subject) -> str:
    kind, hers, perhaps = row["kind"], subject.named_in(row), subject.perhaps_in(row)
    if kind == "ais" and (hers or perhaps):
        return "ais"
    if kind == "count":
        return "counts"
    if hers:
        days = row["date_end"] - row["date_start"]
        return "named" if row["date_precision"] == "day" and days < timedelta(days=2) else "named_range"
    if perhaps:
        return "name_only"
    if ships_of(row):
        return "others"
    if kind in _LAND:
        return "land"
    return {"vessel": "unnamed", "ais": "others"}.get(kind, str(kind))


def _mostly_inside(row: Row, off: datetime, end: datetime) -> bool:
    """At least half of the days it may be of lie in the silence, or it is dated closely and may as well be of it."""
    start = datetime.combine(row["date_start"], time(), UTC)
    after = datetime.combine(row["date_end"], time(), UTC) + timedelta(days=1)
    return after - start <= _SHORT or 2 * (min(after, end) - max(start, off)) >= after - start


def finding(row: Row, role: str, subject: Subject, located: Mapping[str, Row]) -> Finding:
    """One observation in words: place, what was seen, what the source calls the ship, how sure it says it is."""
    where = position(row, located)
    text = f"{_site(row, where, located)}: {row['observed']}"
    if row["ts"] is not None and row["time_as_stated"]:
        text += f", {row['time_as_stated']} as its source gives the hour"
    amount = wording.amount(row)
    if amount and role == "counts":
        text += f": {amount}"
    elif amount and row["kind"] in ("railcars", "containers"):
        text += f" ({amount})"
    if role in ("named", "named_range", "name_only", "others", "counts") and (ships := wording.names(row)):
        text += f"; named {wording.listing(ships)}"
    if role == "unnamed":
        text += "; not named"
    if role in ("name_only", "ais") and subject.perhaps_in(row):
        text += "; which ship of that name is not said"
    stated = row["confidence_wording"]
    if stated and stated not in _NO_NEWS and role in ("named", "named_range", "name_only", "ais", "counts"):
        text += f"; stated as: {stated}"
    if not row.get("within", True) and role != "ais":
        short = row["date_end"] - row["date_start"] < _SHORT
        text += "; may be before or after" if short else "; reaches beyond this silence"
    return Finding(
        text=text + ".",
        refs=(row["obs_id"],),
        date_start=row["date_start"],
        date_end=row["date_end"],
        ts=row["ts"],
        approximate=row["date_precision"] not in ("day", None),
        within=row.get("within", False),
        kind=row["kind"],
        place=row["place"],
        names=wording.names(row),
        length_min_m=row["length_min_m"],
        length_max_m=row["length_max_m"],
        wording=row["confidence_wording"],
        publisher=row["publisher"],
        published=row["published"],
        url=row["url"],
        lat=None if where is None else where[0],
        lon=None if where is None else where[1],
        precision_nm=None if where is None else where[2],
    )


def _site(row: Row, where: tuple[float, float, float] | None, located: Mapping[str, Row]) -> str:
    """The place in the source's words; where there are none, its position, and the place that lies there."""
    if row["place"] or row["pier_as_stated"] or where is None:
        return wording.site(row)
    ids = list(row["place_ids"] or ())
    near = f", near {located[ids[0]]['name']}" if len(ids) == 1 and ids[0] in located else ""
    lat, lon, _ = where
    return spot(lat, lon) + near


def _event(row: Row) -> Finding:
    return Finding(
        text=row["event"] + ("" if row["event"].endswith(".") else "."),
        refs=(row["event_id"],),
        date_start=row["date_start"],
        date_end=row["date_end"],
        ts=None,
        approximate=row["date_precision"] not in ("day", None),
        within=row["within"],
        kind=row["kind"],
        place=None,
        names=(),
        length_min_m=None,
        length_max_m=None,
        wording=None,
        publisher=row["publisher"],
        published=row["published"],
        url=row["url"],
    )


def _left_out(
    wider: Sequence[str], too_far: Sequence[str], unneeded: Sequence[str], unwatched: int
) -> Statement | None:
    """What falls into these days and is not set out, and why; rows of unwatched places may be many, and are only counted."""
    said = []
    if wider:
        said.append(f"{_some(len(wider))} dated to periods that reach far beyond this silence, and not set out here.")
    if too_far:
        said.append(f"{_some(len(too_far))} of places that she could not have called at even at {FASTEST_KN:g} knots.")
    if unneeded:
        said.append(
            f"{_some(len(unneeded))} of these days; with her silence explained, and none naming her, they are not set out here."
        )
    if unwatched:
        said.append(f"{_some(unwatched)} of no place that is watched here, and not set out.")
    return Statement(" ".join(said), (*wider, *too_far, *unneeded)) if said else None


def _some(count: int) -> str:
    return "1 observation is" if count == 1 else f"{count} observations are"


def elsewhere(subject: Subject, told: Sequence[Silence], evidence: Evidence) -> tuple[Finding, ...]:
    """Observations that name her and overlap none of her silences."""
    inside: set[str] = set()
    for silence in told:
        overlapping: Any = between(evidence.observations, silence.gap["off_ts"], end_of(silence.gap))
        inside.update(overlapping["obs_id"].to_pylist())
    rows = [r for r in evidence.observations.to_pylist() if subject.named_in(r) and r["obs_id"] not in inside]
    ordered = sorted(rows, key=lambda row: (row["date_start"], row["obs_id"]))
    located = Places(evidence.places).located
    return tuple(finding(row, "ais" if row["kind"] == "ais" else "named_range", subject, located) for row in ordered)
