"""What ais_gaps does, as work for `benchmarks.measure`.

pyarrow imports pandas, where that is installed, when it first meets a numpy array. This is start-up like any import, so it
is done before the clock starts (`import pandas` below); whole commands and fresh processes are measured with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Clock


def ingest(clock: Clock, *, archive: str, paths: Sequence[str]) -> dict[str, int]:
    """Files into an archive, made where it is missing. Gives the counts of all files together."""
    import pandas  # noqa: F401 - see above

    from ais_gaps.holdings import Holdings

    with clock:
        results = list(Holdings.at(Path(archive), create=True).ingest([Path(path) for path in paths]))
    failed = [result.error for result in results if result.error is not None]
    if failed:
        raise RuntimeError(f"not ingested: {failed}")
    names = ("rows_read", "rows_kept", "rows_duplicate", "rows_rejected")
    return {name: sum(getattr(result, name) for result in results) for name in names}


def parts(clock: Clock, *, archive: str) -> dict[str, Any]:
    """The parts that hold the archive's reports: paths in order of time, rows and bytes in all."""
    from ais_gaps.store.archive import Store

    with clock:
        store = Store(Path(archive))
        found = sorted(store.parts(), key=lambda part: (part.first_ts, part.first_mmsi))
    return {
        "paths": [store.part_path(part) for part in found],
        "rows": sum(part.rows for part in found),
        "bytes": sum(part.size for part in found),
    }


def sample_parts(clock: Clock, *, parts: Sequence[str], mmsi: Sequence[int], folder: str) -> list[str]:
    """The reports of some vessels as parts of their own, written as the archive writes its own."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from ais_gaps.store.parts import ROW_GROUP_ROWS, WRITER

    wanted = pa.array(mmsi, pa.int32())
    out = []
    with clock:
        for index, part in enumerate(parts):
            table = pq.read_table(part, filters=pc.field("mmsi").isin(wanted))
            if len(table):
                out.append(str(Path(folder) / f"sample-{index:04d}.parquet"))
                pq.write_table(table, out[-1], row_group_size=ROW_GROUP_ROWS, **WRITER)
    return out


def gap_pass(
    clock: Clock, *, parts: Sequence[str], min_hours: float, out: str, floor_hours: float | None = None
) -> int:
    """Summaries of all parts, in order of time, stitched to gaps. Gives the closed gaps (an open one has no rival).

    ``floor_hours`` is the shortest silence that a summary notes: that asked for, if not said; 1 when days are ingested.
    """
    import pandas  # noqa: F401 - see above
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from ais_gaps.gaps import longer, newest_rows, of_newest, stitch
    from ais_gaps.summary import Lookback, Summary, summarise_part

    floor_s = round((min_hours if floor_hours is None else floor_hours) * 3_600)
    with clock:
        summaries: list[Summary] = []
        before: list[Lookback] = []
        for part in parts:
            summary, tail = summarise_part(part, before, floor_s=floor_s)
            summaries.append(Summary(summary.days, longer(summary.gaps, min_hours)))
            before = [tail]
        summary = Summary.joined(summaries)
        rows = newest_rows(summary.days)
        inside = of_newest(summary.gaps, summary.days, rows)
        as_of_us = pc.max(summary.days["last_us"]).as_py()
        gaps = stitch(summary.days, inside, min_hours=min_hours, as_of_us=as_of_us, rows=rows).gaps
    closed = gaps.filter(pc.is_valid(gaps["on_us"]))
    for name in ("off", "on"):
        seconds = pc.divide(closed[f"{name}_us"], 1_000_000)
        closed = closed.append_column(f"{name}_s", seconds)
    pq.write_table(closed, out)
    return len(closed)


def track(clock: Clock, *, archive: str, mmsi: Sequence[int]) -> dict[str, Any]:
    """One vessel's reports: of the first in ``clock``, with imports and opening; of the others again, each timed.

    Gives the rows of all, and the milliseconds of each of the others.
    """

    def ask(opened: Any, vessel: int) -> int:
        return len(opened.sql("SELECT * FROM reports WHERE mmsi = ? ORDER BY ts", [vessel]))

    return _look_up(clock, archive, mmsi, ask)


def vessel_gaps(clock: Clock, *, archive: str, mmsi: Sequence[int]) -> dict[str, Any]:
    """One vessel's gaps, timed as in `track`."""

    def ask(opened: Any, vessel: int) -> int:
        return len(opened.gaps(str(vessel)))

    return _look_up(clock, archive, mmsi, ask)


def all_gaps(clock: Clock, *, archive: str, min_hours: float) -> int:
    """Every gap of the archive, from its stored summaries, with names and places."""
    from ais_gaps.holdings import Holdings

    with clock:
        return len(Holdings.at(Path(archive)).gaps(min_hours=min_hours))


def _look_up(clock: Clock, archive: str, mmsi: Sequence[int], ask: Callable[[Any, int], int]) -> dict[str, Any]:
    with clock:
        from ais_gaps.holdings import Holdings

        opened = Holdings.at(Path(archive))
        rows = ask(opened, mmsi[0])
    warm_ms = []
    for vessel in mmsi[1:]:
        again = Clock()
        with again:
            rows += ask(opened, vessel)
        warm_ms.append(again.wall_s * 1e3)
    return {"rows": rows, "warm_ms": warm_ms}


def compact(clock: Clock, *, archive: str) -> None:
    """Merges the parts of closed months."""
    from ais_gaps.holdings import Holdings

    with clock:
        Holdings.at(Path(archive)).compact()
