"""What is dated into a silence: sightings that name the ship, and how often somebody looked at the places within her reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ais_gaps.reach.legs import end_of
from ais_gaps.reach.sightings import fixes, interval

Row = Mapping[str, Any]

HULLS = frozenset({"vessel"})


@dataclass(frozen=True)
class Meanwhile:
    """Evidence inside a silence.

    Attributes:
        lines: one each.
        named: how many sightings name the ship.
        unnamed: at how many places within reach hulls without a name were seen meanwhile.
    """

    lines: tuple[str, ...]
    named: int
    unnamed: int


class Seen:
    """Observations, asked for one silence after the other."""

    def __init__(self, observations: Sequence[Row], located: Mapping[str, Row]) -> None:
        self._located = located
        self._naming = [row for row in observations if row["vessel_imos"] or row["vessel_mmsis"]]
        self._at: dict[str, list[tuple[datetime, datetime, Row]]] = {}
        for row in observations:
            for place_id in row["place_ids"] or ():
                longitude = located[place_id]["lon"] if place_id in located else None
                self._at.setdefault(place_id, []).append((*interval(row, longitude), row))

    def naming(self, gap: Row) -> tuple[Any, ...]:
        """The sightings that cut a silence (`reach.Fix`), by time."""
        return fixes(self._naming, self._located, gap["imo"], (gap["mmsi"],), gap["off_ts"], end_of(gap))[0]

    def inside(self, gap: Row, sightings: Sequence[Any], places: Mapping[str, str]) -> Meanwhile:
        """What is dated into a silence.

        Args:
            gap: a row of `schema.GAPS`. sightings: as `naming` gives them.
            places: names of the places within reach, by id.
        """
        lines = [f"{fix.dated or fix.earliest.date()}, {fix.place or 'at sea'}: {fix.text}" for fix in sightings]
        unnamed = 0
        for place_id, name in places.items():
            rows = [
                row
                for first, last, row in self._at.get(place_id, ())
                if first >= gap["off_ts"] and last <= end_of(gap) and not (row["vessel_imos"] or row["vessel_mmsis"])
            ]
            hulls = sum(row["kind"] in HULLS for row in rows)
            nothing = sum(row["kind"] == "nothing_seen" for row in rows)
            if hulls or nothing:
                said = [
                    f"unnamed hulls in {hulls} observation{'s' * (hulls != 1)}" if hulls else "",
                    f"nothing seen in {nothing}" if nothing else "",
                ]
                lines.append(f"{name} meanwhile: {', '.join(part for part in said if part)}")
                unnamed += hulls > 0
        return Meanwhile(tuple(lines), len(sightings), unnamed)
