"""A generated month without end: played forwards and backwards in turn, so that no ship jumps where one month meets the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.measure import Clock

START = date(2023, 7, 1)
MONTH_DAYS = 30
DAY_S = 86_400


def generate(clock: Clock, *, folder: str, vessels: int, seed: int) -> int:
    """Makes the month; how many reports it has."""
    from ais_gaps.worlds import files, world
    from ais_gaps.worlds.settings import Settings as OfWorld

    with clock:
        made = world.make(
            OfWorld(seed=seed, vessels=vessels, days=MONTH_DAYS, start=START.isoformat(), stations_named=True)
        )
        return int(files.write(made, Path(folder))["reports"])


def write_days(clock: Clock, *, folder: str, days: Sequence[int]) -> list[str]:
    """Files of some days of the endless world, counted from 1."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv as pa_csv

    with clock:
        month = pa_csv.read_csv(Path(folder) / "reports.csv")
        begins = int(datetime(START.year, START.month, START.day, tzinfo=UTC).timestamp())
        second = pc.subtract(month["ts"].cast(pa.timestamp("s", tz="UTC")).cast(pa.int64()), begins)
        paths = []
        for day in days:
            turn, within = divmod(day - 1, MONTH_DAYS)
            backwards = turn % 2 == 1
            own = MONTH_DAYS - 1 - within if backwards else within
            rows = pc.and_(pc.greater_equal(second, own * DAY_S), pc.less(second, (own + 1) * DAY_S))
            table, at = month.filter(rows), second.filter(rows)
            if backwards:
                at = pc.subtract(MONTH_DAYS * DAY_S - 1, at)
                cog = pc.add(table["cog"], 180.0)
                cog = pc.if_else(pc.greater_equal(cog, 360.0), pc.subtract(cog, 360.0), cog)
                table = table.set_column(table.schema.get_field_index("cog"), "cog", cog).drop_columns(["heading"])
            stamps = pc.add(at, begins + turn * MONTH_DAYS * DAY_S).cast(pa.timestamp("s", tz="UTC"))
            table = table.set_column(
                table.schema.get_field_index("ts"), "ts", pc.strftime(stamps, "%Y-%m-%dT%H:%M:%SZ")
            )
            paths.append(str(Path(folder) / f"day-{day:04d}.csv"))
            pa_csv.write_csv(table.sort_by("ts"), paths[-1])
        return paths
