"""Rows of reports made in a test, a reader that yields them, and the gaps that brute force finds in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians
from pathlib import Path
from typing import Any

import pyarrow as pa

from ais_gaps.ingest import SourceResult, ingest_source
from ais_gaps.readers.interface import ROWS, Batch, ReadOptions
from ais_gaps.schema import CLASSES, RECEIVERS
from ais_gaps.store.archive import Store

S = 1_000_000  # microseconds
H = 3600 * S
T0 = 1_690_848_000 * S  # 2023-08-01T00:00:00Z

Row = dict[str, Any]


@dataclass
class MadeSource:
    """A source that exists only in memory; two of one hash are one source."""

    name: str
    sha256: str
    size: int = 0
    path: Path = Path("made")


class MadeReader:
    """Yields rows in batches of a size."""

    name = title = "made"
    provider = "test"

    def __init__(self, rows: Sequence[Row], batch: int = 7) -> None:
        self.rows, self.batch = rows, batch

    def recognises(self, source: Any) -> bool:
        return True

    def read(self, source: Any, options: ReadOptions) -> Iterator[Batch]:
        for start in range(0, len(self.rows), self.batch):
            some = [{"record": start + i + 1, **row} for i, row in enumerate(self.rows[start : start + self.batch])]
            columns = [pa.array([row.get(f.name) for row in some], f.type) for f in ROWS]
            yield Batch(pa.record_batch(columns, schema=ROWS), lambda at, some=some: [repr(some[i]) for i in at])


def put(store: Store, rows: Sequence[Row], name: str, batch: int = 7) -> SourceResult:
    """Ingests rows as one source."""
    return ingest_source(store, MadeSource(name, name), MadeReader(rows, batch), ReadOptions())  # type: ignore[arg-type]


def without_duplicates(rows: Sequence[Row]) -> list[Row]:
    """The rows that differ in anything."""
    seen, out = set(), []
    for row in rows:
        key = tuple(sorted((k, v) for k, v in row.items() if v is not None))
        if key not in seen:
            seen.add(key)
            out.append(row)
    return out


def is_position(row: Row) -> bool:
    """Whether a row says where: latitude 91 says that it does not."""
    return (
        not row.get("static") and row.get("lat") != 91.0 and (row.get("lat") is not None or row.get("lon") is not None)
    )


def brute_force(rows: Sequence[Row], min_hours: float, as_of: int) -> list[Row]:
    """The gaps by the definition of the design, report by report, where each MMSI is one ship."""
    out = []
    rows = [row for row in without_duplicates(rows) if row["ts"] <= as_of]
    for mmsi in sorted({row["mmsi"] for row in rows}):
        own = [row for row in rows if row["mmsi"] == mmsi]
        positions = [(r["ts"], micro(r["lat"]), micro(r["lon"]), r.get("receiver")) for r in own if is_position(r)]
        positions.sort(key=lambda p: (p[0], *(-(10**9) if x is None else x for x in p[1:3])))
        for i, off in enumerate(positions):
            on = positions[i + 1] if i + 1 < len(positions) else None
            end = on[0] if on else as_of
            if end - off[0] <= min_hours * H:
                continue
            before = [p for p in positions if off[0] - 12 * H <= p[0] <= off[0]]
            inside = [r for r in own if not is_position(r) and off[0] < r["ts"] < (on[0] if on else as_of + 1)]
            out.append(
                {
                    "mmsi": mmsi,
                    "off_us": off[0],
                    "off_lat": off[1],
                    "off_lon": off[2],
                    "on_us": on[0] if on else None,
                    "on_lat": on[1] if on else None,
                    "on_lon": on[2] if on else None,
                    "off_1h": sum(p[0] >= off[0] - H for p in before),
                    "on_1h": len([p for p in positions[i + 1 :] if _in_the_hour(p[0], on[0])]) if on else None,
                    "off_12h": len(before),
                    "off_12h_terrestrial": sum(p[3] == "terrestrial" for p in before),
                    "off_12h_satellite": sum(p[3] == "satellite" for p in before),
                    "others": sum(bool(r.get("static")) for r in inside),
                    "no_position": sum(not r.get("static") for r in inside),
                }
            )
    return out


def _in_the_hour(us: int, since_us: int) -> bool:
    """Whether a time is in the hour from another, on the same UTC day."""
    return us <= since_us + H and us // (24 * H) == since_us // (24 * H)


def _in_order(row: Row) -> tuple[Any, ...]:
    return (row["ts"], *(-1e9 if x is None else x for x in (row["lat"], row["lon"])))


def said(rows: Sequence[Row], i: int) -> tuple[Any, ...]:
    """Speed, course, status, receiver and class at a position; of several reports of that time and place, the greatest."""
    tied = [row for row in rows if _in_order(row) == _in_order(rows[i])]
    numbers = [tuple(-1 if row.get(c) is None else row[c] for c in ("sog", "cog", "nav_status")) for row in tied]
    codes = [
        (RECEIVERS.index(row.get("receiver") or "unknown"), CLASSES.index(row.get("ais_class") or "unknown"))
        for row in tied
    ]
    sog, cog, nav, *who = max((*n, *c) for n, c in zip(numbers, codes, strict=True))
    return (*(None if x < 0 else round(x * scale) for x, scale in ((sog, 100), (cog, 100), (nav, 1))), *who)


def made_good(stretch: Sequence[tuple[int, int | None, int | None]], at: int) -> tuple[int | None, int | None]:
    """Speed and course made good at the first (``at`` 0) or the last (-1) of some (time, latitude, longitude), in stored units."""
    here = stretch[at]
    apart = [fix for fix in (stretch if at == 0 else stretch[::-1]) if abs(fix[0] - here[0]) >= H // 12]
    if not apart or None in (*apart[0], *here):
        return None, None
    (t0, lat0, lon0), (t1, lat1, lon1) = sorted([here, apart[0]])
    north, middle = (lat1 - lat0) * 60e-6, radians((lat0 + lat1) / 2e6)
    east = ((lon1 - lon0 + 180_000_000) % 360_000_000 - 180_000_000) * 60e-6 * cos(middle)
    nm, hours = hypot(north, east), (t1 - t0) / H
    if nm > 50 * hours:
        return None, None
    return round(nm / hours * 100), round(degrees(atan2(east, north)) * 100) % 36_000 if nm >= 0.1 else None


def micro(value: float | None) -> int | None:
    """Degrees in stored units."""
    return None if value is None else round(value * 1e6)
