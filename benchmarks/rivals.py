"""What others do for the same job: the floors and rivals that `benchmarks.run` measures against.

Each takes the Parquet parts of an archive as they lie (integers: seconds, 1e-6 degree) and, where it finds gaps, writes
them as a Parquet table of `GAP_COLUMNS`, so that all finders can be compared row by row.
"""

from __future__ import annotations

from typing import Any

from benchmarks.measure import Clock

GAP_COLUMNS = ("mmsi", "off_s", "off_lat", "off_lon", "on_s", "on_lat", "on_lon")
"""Times in seconds since 1970, coordinates in 1e-6 degree."""

SCANNED = ("mmsi", "ts", "lat", "lon")


def convert(clock: Clock, *, csv: str, out: str) -> int:
    """DuckDB's own conversion of a CSV to Parquet, all defaults. Gives the rows."""
    import duckdb

    connection = duckdb.connect()
    with clock:
        connection.execute(f"COPY (SELECT * FROM read_csv('{csv}')) TO '{out}' (FORMAT parquet)")
    return int(connection.execute(f"SELECT count(*) FROM read_parquet('{out}')").fetchall()[0][0])


def scan(clock: Clock, *, parts: list[str]) -> int:
    """The least that any gap finder does: read four columns. Gives the rows."""
    import pyarrow.parquet as pq

    rows = 0
    with clock:
        for part in parts:
            file = pq.ParquetFile(part, memory_map=True)
            for group in range(file.num_row_groups):
                rows += len(file.read_row_group(group, columns=list(SCANNED), use_threads=False))
    return rows


def sql_window(clock: Clock, *, parts: list[str], min_hours: float, out: str) -> int:
    """The plain SQL: LEAD over each vessel's reports in DuckDB. Gives the gaps."""
    import duckdb

    connection = duckdb.connect()
    with clock:
        connection.execute(
            """
            CREATE TEMP TABLE gaps AS
            SELECT mmsi, ts AS off_s, lat AS off_lat, lon AS off_lon, on_s, on_lat, on_lon
            FROM (
                SELECT mmsi, ts, lat, lon,
                       lead(ts) OVER w AS on_s, lead(lat) OVER w AS on_lat, lead(lon) OVER w AS on_lon
                FROM read_parquet($parts, hive_partitioning = false)
                WINDOW w AS (PARTITION BY mmsi ORDER BY ts)
            )
            WHERE on_s - ts > $threshold_s
            """,
            {"parts": parts, "threshold_s": min_hours * 3_600},
        )
    connection.execute(f"COPY gaps TO '{out}' (FORMAT parquet)")
    return int(connection.execute("SELECT count(*) FROM gaps").fetchall()[0][0])


def pandas_diff(clock: Clock, *, parts: list[str], min_hours: float, out: str) -> int:
    """What a notebook does: one frame, sorted, ``groupby().diff()``. Gives the gaps."""
    import pandas as pd

    with clock:
        frame = pd.concat([pd.read_parquet(part, columns=list(SCANNED)) for part in parts])
        frame = frame.sort_values(["mmsi", "ts"], ignore_index=True)
        apart = frame.groupby("mmsi")["ts"].diff()
        on = frame[apart > min_hours * 3_600]
        gaps = _paired(frame.loc[on.index - 1], on)
    gaps.to_parquet(out)
    return len(gaps)


def movingpandas_splitter(clock: Clock, *, parts: list[str], min_hours: float, out: str) -> int:
    """MovingPandas: trajectories split by ObservationGapSplitter; a gap is what lies between two pieces of one vessel.

    It drops pieces of a single report, so a silence on either side of a lone report comes out as one. Gives the gaps.
    """
    import warnings

    import geopandas as gpd  # type: ignore[import-untyped]
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of its optional smoothers
        import movingpandas as mpd  # type: ignore[import-untyped]

    with clock:
        frame = pd.concat([pd.read_parquet(part, columns=list(SCANNED)) for part in parts])
        frame = frame.sort_values(["mmsi", "ts"], ignore_index=True)
        times = pd.DatetimeIndex(pd.to_datetime(frame["ts"], unit="s"), name="t")
        points = gpd.points_from_xy(frame["lon"] / 1e6, frame["lat"] / 1e6, crs=4326)
        located = gpd.GeoDataFrame(frame.set_index(times), geometry=points)
        trajectories = mpd.TrajectoryCollection(located, traj_id_col="mmsi")
        pieces = mpd.ObservationGapSplitter(trajectories).split(gap=pd.Timedelta(hours=min_hours))
    # A piece is named after its vessel: "209006893_0".
    frames = [piece.df[list(SCANNED)].iloc[[0, -1]] for piece in pieces.trajectories]
    ends = pd.concat(frames, ignore_index=True) if frames else frame.iloc[:0]
    ends = ends.assign(mmsi=ends["mmsi"].astype("str").str.partition("_")[0].astype("int64"))
    ends = ends.sort_values(["mmsi", "ts"], ignore_index=True, kind="stable")
    on = ends.iloc[2::2]
    on = on[on["mmsi"].to_numpy() == ends["mmsi"].iloc[1:-1:2].to_numpy()]
    gaps = _paired(ends.loc[on.index - 1], on)
    gaps.to_parquet(out)
    return len(gaps)


def _paired(off: Any, on: Any) -> Any:
    """Reports last heard and reports heard again, side by side, as `GAP_COLUMNS`."""
    import pandas as pd

    values = [off["mmsi"], off["ts"], off["lat"], off["lon"], on["ts"], on["lat"], on["lon"]]
    return pd.DataFrame({name: value.to_numpy() for name, value in zip(GAP_COLUMNS, values, strict=True)})


def compare(clock: Clock, *, one: str, other: str) -> dict[str, int]:
    """How many gaps each of two tables holds, and how many rows they share, equal in every column."""
    with clock:
        first, second = _ordered(one), _ordered(other)
        shared = first.join(second, keys=list(GAP_COLUMNS), join_type="inner")
    return {"one": len(first), "other": len(second), "shared": len(shared)}


def _ordered(path: str) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=list(GAP_COLUMNS))
    schema = pa.schema([(name, pa.int64()) for name in GAP_COLUMNS])
    return table.cast(schema).sort_by([(name, "ascending") for name in GAP_COLUMNS])
