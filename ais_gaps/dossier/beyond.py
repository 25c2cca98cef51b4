"""Watched places that a ship cannot have been at in a silence: only what is impossible, no more is judged here."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ais_gaps import geodesy
from ais_gaps.dossier.wording import Row

FASTEST_KN = 30.0
"""Faster than cargo ships go; taken along the geodesic, which no sea route is shorter than."""

SLACK_NM = 10.0
"""Coordinates are harbour points, up to 1 nm off, and berths and roads lie up to 5 nm from them: there and back."""


class Places:
    """The watched places, and which of them lie beyond a silence."""

    def __init__(self, places: pa.Table, *, chosen: bool = True) -> None:
        """`places` of the evidence; `chosen` where somebody said which places it is of, false where they are the shipped ones."""
        rows = [row for row in places.to_pylist() if row["watched"] is not False]
        self.known = chosen and bool(places.num_rows)
        self.watched = {row["place_id"] for row in rows}
        self.located: dict[str, Row] = {row["place_id"]: row for row in places.to_pylist() if row["lat"] is not None}
        self._located = [row["place_id"] for row in rows if row["lat"] is not None]
        self._lat = np.array([row["lat"] for row in rows if row["lat"] is not None], float)
        self._lon = np.array([row["lon"] for row in rows if row["lat"] is not None], float)

    def watch(self, row: Row) -> bool:
        """The observation is of a watched place. Where nobody chose places, one that says in words where it was made counts too."""
        if any(place in self.watched for place in row["place_ids"] or ()):
            return True
        return not self.known and (row["lat"] is None or not self.watched)

    def beyond(self, gap: Row) -> set[str]:
        """The places that she could not have called at between off and on even at `FASTEST_KN`."""
        way_nm = np.zeros(len(self._located))
        for end in ("off", "on"):
            if gap[f"{end}_lat"] is not None:
                way_nm += geodesy.distance_nm(gap[f"{end}_lat"], gap[f"{end}_lon"], self._lat, self._lon)
        far = way_nm > FASTEST_KN * gap["duration_h"] + SLACK_NM
        return {place for place, out in zip(self._located, far.tolist(), strict=True) if out}
