"""What the evidence draws: who was seen, and who looked and saw nothing."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import UTC, datetime, time, timedelta

from ais_gaps.dossier import Candidate, Dossier, Finding, Silence, wording
from ais_gaps.features import shapes
from ais_gaps.features.feature import Feature

_ROLE_OF_GROUP = {"named": "sighting", "named_range": "sighting", "unnamed": "hull", "nothing_seen": "nothing_seen"}
"""By role of the finding's group (`dossier.silences.ROLES`); the others are ``observation``."""

_CERTAINTY = {"hull": "possible"}
_OF_HER_NAME = "name_only"  # which ship of that name is not said
_TITLES = {"sighting": "Named at", "hull": "Ship not named,", "nothing_seen": "No ship seen,"}


def of_silence(number: int, silence: Silence, drawn: Set[tuple[str, ...]]) -> Iterator[Feature]:
    """The findings of a silence, but those whose refs are drawn already; a hull with what is judged of it."""
    key = str(silence.gap["gap_id"])
    candidates = {candidate.finding.refs: candidate for candidate in silence.candidates}
    for candidate in candidates.values():
        yield _hull(number, key, candidate)
    done = drawn | set(candidates)
    for group in silence.groups:
        role = _ROLE_OF_GROUP.get(group.role, "observation")
        certainty = "possible" if group.role == _OF_HER_NAME else _CERTAINTY.get(role, "stated")
        for finding in group.findings:
            if finding.refs not in done:
                yield _feature(finding, role, certainty, key, number)


def at_other_times(dossier: Dossier) -> Iterator[Feature]:
    """Observations that name her outside her silences."""
    for finding in dossier.elsewhere:
        yield _feature(finding, "observation" if finding.kind == "ais" else "sighting", "stated", "elsewhere", None)


def _hull(number: int, key: str, candidate: Candidate) -> Feature:
    said = f"{candidate.finding.text} {candidate.text.text}"
    certainty = "possible" if candidate.fits else "stated"
    return _feature(candidate.finding, "hull", certainty, key, number, said)


def _feature(
    finding: Finding, role: str, certainty: str, key: str, number: int | None, text: str | None = None
) -> Feature:
    start, end = _time(finding)
    days = wording.days(finding.date_start, finding.date_end, finding.approximate)
    place = finding.place or "place not stated"
    return Feature(
        id=f"{role}:{key}:{'+'.join(finding.refs)}",
        role=role,
        name=f"{_TITLES.get(role, (finding.kind or 'observation').replace('_', ' ') + ',')} {place}, {days}",
        text=text or finding.text,
        geometry=shapes.point((finding.lat, finding.lon)),
        start=start,
        end=end,
        certainty=certainty,
        refs=finding.refs,
        silence=number,
        precision_nm=finding.precision_nm,
    )


def _time(finding: Finding) -> tuple[datetime, datetime]:
    if finding.ts is not None:
        return finding.ts, finding.ts
    last = datetime.combine(finding.date_end, time(), UTC)
    return datetime.combine(finding.date_start, time(), UTC), last + timedelta(days=1)
