"""A map around a longitude, so that what is drawn is not cut at the antimeridian."""

from __future__ import annotations

from collections.abc import Sequence


def unrolled(lon: float, centre: float) -> float:
    """A longitude within 180 degrees of a centre."""
    return (lon - centre + 180.0) % 360.0 - 180.0 + centre


def centre_of(lons: Sequence[float]) -> float:
    """Opposite of the middle of the widest stretch of longitude without anything in it."""
    around = sorted({lon % 360.0 for lon in lons})
    if not around:
        return 0.0
    stretches = [
        (after - before, before) for before, after in zip(around, [*around[1:], around[0] + 360.0], strict=True)
    ]
    width, start = max(stretches)
    centre = (start + width / 2 + 180.0) % 360.0
    return round(centre - 360.0 if centre > 180.0 else centre, 3)
