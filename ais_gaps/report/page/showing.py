"""How text, times and links from strangers are shown in HTML: as text that can neither run, hide nor reorder anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from ais_gaps.dossier import wording
from ais_gaps.dossier.model import Finding, SeriesValue
from ais_gaps.plain import plain

LONGEST = 3_000
_LONGEST_URL = 2_000
_UNSAFE_IN_SCRIPT = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&"})


def shown(text: object, longest: int = LONGEST) -> str:
    """Text on one line without controls and bidirectional marks (`ais_gaps.plain`), and not endless. It is not escaped."""
    said = str(text)
    safe = plain(said[: 2 * longest])
    return safe if len(safe) <= longest else f"{safe[:longest]} …"


def finalize(value: object) -> object:
    """What every expression of a template goes through before it is escaped; null prints nothing."""
    if isinstance(value, Markup):
        return value
    return "" if value is None else shown(value)


def href(url: str | None) -> Markup | None:
    """The address as the value of an ``href``, escaped; null unless it is plainly http or https with a host."""
    if url is None or len(url) > _LONGEST_URL or plain(url) != url or any(c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return escape(url) if parts.scheme.lower() in ("http", "https") and host else None


def embedded(value: Any) -> Markup:
    """JSON for ``<script type="application/json">``: ASCII, and no ``<``, ``>`` or ``&`` in it.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_UNSAFE_IN_SCRIPT))


def dated(found: Finding) -> str:
    """When, as closely as the source says; ``~`` before a month or a third of one."""
    if found.ts is not None:
        return wording.minute(found.ts)
    return wording.days(found.date_start, found.date_end, found.approximate)


def spell(value: SeriesValue) -> str:
    """The days of a counted value."""
    return wording.days(value.date_start, value.date_end)


def hours(value: float | None) -> str:
    """``12.0 hours`` up to two days, ``9.4 days`` beyond; empty where it is not known."""
    return "" if value is None else wording.lasting(value)


def machine(when: datetime) -> str:
    """A time for a ``datetime`` attribute."""
    utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ")


def known_by(vessel: Mapping[str, Any], title: str) -> list[tuple[str, str]]:
    """What identifies her, as label and value, from the row of the vessels table; only what is known
    and not in the title."""
    length = vessel.get("length")
    told = {
        "IMO": None if f"IMO {vessel.get('imo')}" in title else vessel.get("imo"),
        "MMSI": ", ".join(str(mmsi) for mmsi in vessel.get("mmsi") or ()),
        "Call sign": ", ".join(vessel.get("call_signs") or ()),
        "Flag": vessel.get("flag"),
        "Type": vessel.get("ship_type"),
        "Length": f"{length:g} m" if length else None,
        "AIS reports held": f"{vessel['reports']:,}" if vessel.get("reports") is not None else None,
    }
    return [(label, str(value)) for label, value in told.items() if value]
