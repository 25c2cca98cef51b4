"""Hulls without a name, held against her: one candidate for each that was seen while she was silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ais_gaps import hulls
from ais_gaps.dossier.around import Around
from ais_gaps.dossier.model import Candidate, Finding, Silence, Statement
from ais_gaps.dossier.wording import Row
from ais_gaps.evidence import Evidence


def candidates(
    silence: Silence, her: hulls.Ship, evidence: Evidence, around: Around, as_of: datetime | None
) -> tuple[Candidate, ...]:
    """What each hull of a silence comes to, in the order of the findings.

    Args:
        silence: with its legs and groups.
        her: her IMO number, MMSIs and length; her windows are made of the silence's legs.
        evidence: places, register and observations.
        around: ways, reports and the silences of other ships.
        as_of: the present of the question.
    """
    found = [finding for group in silence.groups if group.role == "unnamed" for finding in group.findings]
    if not found:
        return ()
    located: Mapping[str, Row] = {row["place_id"]: row for row in evidence.places.to_pylist()}
    rows = {row["obs_id"]: row for row in evidence.observations.to_pylist()}
    seen = [hulls.hull_of(rows[finding.refs[0]], located) for finding in found]
    namings, case, others = hulls.part(hulls.ships(evidence.observations, evidence.vessels, located), her)
    windows = tuple(hulls.Window(leg.number, leg.start, leg.end, leg.until, leg.speed_kn) for leg in silence.legs)
    ship = hulls.Ship(**{**vars(her), "case": case, "namings": namings, "windows": windows})
    fleet = around.fleet(min(hull.earliest for hull in seen), max(hull.latest for hull in seen))
    rest = hulls.others(seen, others, fleet, around.sea.way_nm, around.sql, as_of)
    fits = {fit.hull.ref: fit for fit in hulls.candidates(seen, ship, rest, around.sea.way_nm)}
    return tuple(_candidate(finding, fits[finding.refs[0]]) for finding in found)


def _candidate(finding: Finding, fit: hulls.Fit) -> Candidate:
    return Candidate(
        finding=finding,
        fits=fit.fits,
        share=None if fit.share is None else round(fit.share, 4),
        terms=fit.terms,
        text=Statement(fit.text, fit.refs),
        rivals=tuple(replace(rival, share=round(rival.share, 4)) for rival in fit.rivals),
        rivals_total=fit.rivals_total,
    )
