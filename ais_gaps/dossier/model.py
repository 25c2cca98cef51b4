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

SCHEMA = "ais_gaps.dossier/1"


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
class Silence:
    """One gap with what is known of its time.

    Attributes:
        gap: the row of the gaps table, column by column.
        when, where, cause: from when to when, where last heard and heard again, and what is judged of the cause.
        remarks: notes on this silence.
        groups: evidence dated into it.
        wider: evidence that overlaps it and is not set out, with the reason; by ids only.
        events: context on the same timeline.
    """

    gap: Mapping[str, Any]
    when: Statement
    where: Statement
    cause: Statement
    remarks: tuple[Remark, ...]
    groups: tuple[Group, ...]
    wider: Statement | None
    events: tuple[Finding, ...]


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
class Provenance:
    """What the dossier was made from.

    Attributes:
        program: name and version. min_hours: threshold of a gap in hours.
        as_of: the present of the question. as_known: what later ingests added is left out; null = everything.
        sources: files of AIS reports in the archive.
    """

    program: str
    min_hours: float | None = None
    as_of: datetime | None = None
    as_known: datetime | None = None
    sources: tuple[ReportSource, ...] = ()


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
