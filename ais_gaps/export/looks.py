"""Looks as rows: the images and passes of an archive, or those that bear on a vessel's silences, and what each showed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from ais_gaps.dossier import Dossier
from ais_gaps.evidence import LOOKS, OBSERVATIONS, Evidence, looks
from ais_gaps.evidence.choice import located

TOLD = "observations"
"""The column that holds a look's observations, each with all of its columns."""

_STRINGS = pa.list_(pa.string())
_OWN = (*(name for name in LOOKS.names if name not in ("obs_ids", "publications")), "located_by")


def looks_of(evidence: Evidence, places: pa.Table, dossier: Dossier | None = None, *, told: bool = False) -> pa.Table:
    """A row a look, by day, time and id: the columns of `LOOKS`, and

    - ``located_by``: whether ``lat`` and ``lon`` are the look's own ("position") or those of the one place that it is of ("place");
      null where no position is known;
    - ``observed``: what its observations say was seen, in the order of ``obs_ids``; ``vessels_named``: ships that they name;
    - ``urls``: where they are published;
    - ``silences``: the gaps, by id, that it is set out under in the dossier; null where no vessel was asked for.

    Args:
        evidence: all of it. places: the archive's places.
        dossier: only looks that are set out under one of its silences; None = all.
        told: with a column `TOLD`.
    """
    rows = located(looks(evidence.observations), evidence.places, places)
    found = [*_said(rows, evidence.observations, told)]
    schema = pa.schema({"observed": _STRINGS, "vessels_named": _STRINGS, "urls": _STRINGS, "silences": _STRINGS})
    if told:
        schema = schema.append(pa.field(TOLD, pa.list_(pa.struct(list(OBSERVATIONS.arrow)))))
    if dossier is not None:
        bearing = _bearing(dossier)
        for row, ids in zip(found, rows["obs_ids"].to_pylist(), strict=True):
            row["silences"] = [gap for gap, refs in bearing.items() if not refs.isdisjoint(ids)]
    said = pa.Table.from_pylist(found, schema=schema)
    for name in schema.names:
        rows = rows.append_column(schema.field(name), said[name])
    return rows if dossier is None else rows.filter(pa.array([bool(row["silences"]) for row in found], pa.bool_()))


def _said(rows: pa.Table, observations: pa.Table, told: bool) -> Iterable[dict[str, Any]]:
    by_id: dict[str, dict[str, Any]] = {row["obs_id"]: row for row in observations.to_pylist()}
    for ids in rows["obs_ids"].to_pylist():
        of_look = [by_id[obs_id] for obs_id in ids]
        named = [name for row in of_look for name in row["vessels_named"] or () if name]
        yield {
            "observed": [row["observed"] for row in of_look],
            "vessels_named": list(dict.fromkeys(named)),
            "urls": list(dict.fromkeys(row["url"] for row in of_look if row["url"])),
            TOLD: of_look if told else None,
        }


def _bearing(dossier: Dossier) -> Mapping[str, set[str]]:
    """The observations set out under each silence, by the id of the gap."""
    found: dict[str, set[str]] = defaultdict(set)
    for silence in dossier.silences:
        for group in silence.groups:
            for finding in group.findings:
                found[str(silence.gap["gap_id"])].update(finding.refs)
    return found
