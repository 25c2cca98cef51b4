"""What a dossier holds: statements that cite rows, in the order in which a reader asks.

`Dossier.to_json` writes exactly these classes, field by field: tuples as arrays, times as ISO 8601 with ``Z``, what is not known
as null. ``schema`` names this form; it changes when a field does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from ais_gaps.hulls.model import Rival as Rival
from ais_gaps.reach.model import Fix as Fix
from ais_gaps.reach.model import Reachable as Reachable
from ais_gaps.reach.model import Term as Term

SCHEMA = "ais_gaps.dossier/3"


@dataclass(frozen=True)
class Statement:
    """One or more whole sentences, and the ids of the rows that they rest on (obs_id, event_id, gap_id, ...)."""

    text: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One dated row of evidence.

    Attributes:
        text: what was seen where, and what the source calls the ship.
        refs: id of the row.
        date_start, date_end: the days it may concern; `ts`, the moment, where the source gives it.
        approximate: the source gives a month or a third of one, not days.
        within: all of that time lies inside the silence; false where it may have been before or after.
        kind: kind of observation or event. place: as the source names it.
        names: ships that the source names; length_min_m, length_max_m: stated lengths of hulls in metres.
        wording: how sure the source says it is, in its words or their translation.
        lat, lon: degrees WGS84, of the thing seen or else of its place; precision_nm: how far off they may be; null = not known.
        also: other publications of the same look, each "publisher, published".
    """

    text: str
    refs: tuple[str, ...]
    date_start: date
    date_end: date
    ts: datetime | None
    approximate: bool
    within: bool
    kind: str | None
    place: str | None
    names: tuple[str | None, ...]
    length_min_m: float | None
    length_max_m: float | None
    wording: str | None
    publisher: str | None
    published: str | None
    url: str | None
    lat: float | None = None
    lon: float | None = None
    precision_nm: float | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Findings of one role in a silence, by date. Roles, in their order, are in `silences.ROLES`."""

    role: str
    heading: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Remark:
    """A note that belongs to a silence: kind is reconstruction, conflict, alternative or explanation."""

    kind: str
    text: str
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Leg:
    """The part of a silence between two fixes.

    Attributes:
        number: 1, 2, ... within the silence.
        end: null for an open leg; it is then reckoned up to `until`.
        until: the end of the time reckoned with: the latest time of `end`, or the present of the question.
        hours_least, hours_most: how long it lasted, with the fixes' dates at their nearest and widest.
        way_nm: by sea from start to end; null where either place is not known or the leg is open.
        feasible: she can have made the way at `speed_kn`; null where it cannot be told. False means that something is wrong:
            a date, a place, a name, or the speed.
        speed_kn: what she is reckoned to keep; the dossier's `speed` says why.
        text: the leg in words. reach: watched places she can have called at, by rank. no_reach: why none is listed, or what
            limits the list.
        area: GeoJSON geometry of where she can have been (the potential path area), null where it is not drawn;
            area_text says how far, or why not.
    """

    number: int
    start: Fix
    end: Fix | None
    until: datetime
    hours_least: float
    hours_most: float
    way_nm: float | None
    feasible: bool | None
    speed_kn: float
    text: Statement
    reach: tuple[Reachable, ...]
    no_reach: Statement | None
    area: Mapping[str, Any] | None
    area_text: str | None


@dataclass(frozen=True)
class Candidate:
    """A hull without a name, held against this ship. Never a fix, never a statement that it was she.

    Attributes:
        finding: the observation.
        fits: false where time and place, or length, rule her out.
        share: hers among the ships known to fit (her terms over hers and the rivals'); ships that neither the archive nor the
            evidence knows are not counted, so this is no probability. Null where she does not fit.
        terms: what the share rests on. text: the same in words.
        rivals: the other ships that fit, best first; rivals_total counts them all.
    """

    finding: Finding
    fits: bool
    share: float | None
    terms: tuple[Term, ...]
    text: Statement
    rivals: tuple[Rival, ...]
    rivals_total: int


@dataclass(frozen=True)
class SeriesValue:
    """One counted value of a series; `text` holds it against the earlier ones, with span, number and maximum of these.

    Attributes:
        ratio: value over the highest earlier one; null without one.
        unusual: above every earlier value; null where there is too little to say.
        after: context events shortly before, "N days after ...": after, which is not because of.
    """

    date_start: date
    date_end: date
    value: float | None
    out_of: float | None
    text: str
    ratio: float | None
    unusual: bool | None
    after: tuple[Statement, ...]
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """Counts of one kind and unit at one place over time."""

    place: str
    kind: str
    unit: str | None
    text: Statement
    values: tuple[SeriesValue, ...]


@dataclass(frozen=True)
class TrackRun:
    """Positions heard without a silence between them, thinned for drawing: (time, lat, lon) each, degrees WGS84."""

    points: tuple[tuple[datetime, float, float], ...]
    reports: int


@dataclass(frozen=True)
class Reason:
    """One reason of a judgement: a whole sentence, and its weight in nats of log-odds; null where it only says what is known."""

    text: str
    nats: float | None


@dataclass(frozen=True)
class Silence:
    """One gap with what is known of its time.

    Attributes:
        gap: the row of the gaps table, column by column.
        when, where, cause: from when to when, where last heard and heard again, and what is judged of the cause.
        remarks: notes on this silence.
        groups: evidence dated into it.
        wider: evidence that overlaps it and is not set out, with the reason; by ids only.
        events: context on the same timeline.
        listed: which lists named her while it lasted.
        legs: it, cut by the sightings that can cut it. uncut: sightings that cannot, and why.
        candidates: hulls without a name, each with its rivals.
        reasons: what the judgement rests on, in its order; probability and cause stand in `gap`.
    """

    gap: Mapping[str, Any]
    when: Statement
    where: Statement
    cause: Statement
    remarks: tuple[Remark, ...]
    groups: tuple[Group, ...]
    wider: Statement | None
    events: tuple[Finding, ...]
    listed: tuple[Statement, ...] = ()
    legs: tuple[Leg, ...] = ()
    uncut: Statement | None = None
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Namesake:
    """Another vessel of the same name: in the archive, the register or both."""

    name: str
    imo: int | None
    mmsi: tuple[int, ...]
    found_in: tuple[str, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Citation:
    """Where a cited row comes from."""

    ref: str
    publisher: str | None
    title: str | None
    url: str | None
    published: str | None


@dataclass(frozen=True)
class ReportSource:
    """A file of AIS reports in the archive; `note` is what must be said with it."""

    file: str
    sha256: str | None
    rows_kept: int | None
    note: str | None


@dataclass(frozen=True)
class TableVersion:
    """A small table of the archive (places, evidence_observations, ...) and its version, counted from 0."""

    table: str
    version: int


@dataclass(frozen=True)
class Provenance:
    """What the dossier was made from: enough for ``verify`` to make it again.

    Attributes:
        program: name and version. min_hours: threshold of a gap in hours.
        as_of: the present of the question. as_known: what later ingests added is left out; null = everything.
        sources: files of AIS reports in the archive: its snapshot, with `tables`.
        vessel: the vessel asked for, as the archive keys it. asked_as_of: `as_of` as it was asked; null = the newest report.
        tables: versions of the archive's small tables.
    """

    program: str
    min_hours: float | None = None
    as_of: datetime | None = None
    as_known: datetime | None = None
    sources: tuple[ReportSource, ...] = ()
    vessel: str | None = None
    asked_as_of: datetime | None = None
    tables: tuple[TableVersion, ...] = ()


@dataclass(frozen=True)
class EvidenceSource:
    """A file of evidence: rows taken and refused."""

    file: str
    sha256: str
    rows: int
    refused: int


@dataclass(frozen=True)
class Dossier:
    """All of it for one vessel.

    Attributes:
        banner: what must be said before anything else, such as that reports are a reconstruction.
        vessel: the row of the vessels table. who: who she is.
        not_her: other vessels of her name. listed: sanctions lists.
        silences: her gaps, by time.
        elsewhere: observations that name her at other times. conflicts: disagreements not of one silence.
        limits: what cannot be told.
        citations: sources of every row cited, by id.
        speed: at what speed she is reckoned, and why. series: counts at places over time. looks: how often was looked.
        how: how speed, reach, hulls and counts are reckoned, once. track: what was heard of her, for drawing.
        judged: what probabilities are and rest on; null where none is given.
    """

    schema: str
    title: str
    banner: tuple[Statement, ...]
    vessel: Mapping[str, Any]
    who: tuple[Statement, ...]
    not_her: tuple[Namesake, ...]
    listed: tuple[Statement, ...]
    silences: tuple[Silence, ...]
    elsewhere: tuple[Finding, ...]
    conflicts: tuple[Statement, ...]
    limits: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    provenance: Provenance
    evidence: tuple[EvidenceSource, ...]
    speed: Statement | None = None
    series: tuple[Series, ...] = ()
    looks: tuple[Statement, ...] = ()
    how: tuple[Statement, ...] = ()
    track: tuple[TrackRun, ...] = ()
    judged: Statement | None = None

    def to_json(self) -> str:
        """The dossier as JSON, ASCII only and so harmless on any terminal; the same dossier gives the same text."""
        return json.dumps(as_json_value(self), indent=2, ensure_ascii=True, allow_nan=False)


def as_json_value(value: Any) -> Any:
    """Dataclasses, tuples, mappings and times as what JSON has."""
    if is_dataclass(value):
        return {f.name: as_json_value(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): as_json_value(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json_value(item) for item in value]
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value != value:
        return None
    return value


def iso(when: datetime) -> str:
    """A time as ISO 8601 in UTC with ``Z``; naive times are UTC. Fractions of a second only where there are any."""
    utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat() + "Z"
