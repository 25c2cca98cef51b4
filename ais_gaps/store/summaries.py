"""The summaries of committed ingests, read back: all of them, or those of some vessels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ais_gaps.errors import ArchiveError
from ais_gaps.schema import (
    CLAIMS,
    DAY_GAPS,
    DAY_RUNS,
    PEER_HOURS,
    SHIP_CELLS,
    SHIP_HOURS,
    VESSEL_DAYS,
    Table,
)
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.parts import mmsi_ranges, sync

ROW_GROUP_ROWS = 8192
"""Small, so that one vessel is found without reading the others."""
MANY_FILES = 32
RANGE_ROWS = 2_000_000
"""Vessel-days that a question about the whole fleet holds in memory at a time."""
HOUR_ROWS = 65_536
"""Rows of a row group of sums by hour: some hours of a world."""
FILES = {
    "vessel_days": "days",
    "day_gaps": "gaps",
    "day_runs": "runs",
    "claims": "claims",
    "rejects": "rejects",
    "ship_cells": "ship_cells",
    "peer_hours": "peer_hours",
}
"""Which of an ingest's files holds which table."""
_SHARE = 4
"""A fold is read for a fourth of its ingests or more."""
_FOLDED = (VESSEL_DAYS, DAY_GAPS, DAY_RUNS, CLAIMS, SHIP_CELLS)
_FOLD = "SELECT * FROM apart WHERE mmsi BETWEEN ? AND ? ORDER BY {}"
_ORDER = {
    "vessel_days": "mmsi, day, seq",
    "day_gaps": "mmsi, off_us, seq",
    "day_runs": "mmsi, day, seq, run",
    "claims": "mmsi, source, first_ts, claim, ais_class",
    "ship_cells": "mmsi, day, seq, cell, ais_class, moving",
}


def write(rows: pa.Table, path: Path) -> None:
    """Writes one of an ingest's tables, sorted by mmsi."""
    pq.write_table(rows, path, compression="zstd", row_group_size=ROW_GROUP_ROWS)


class Growing:
    """One of an ingest's tables that is written piece by piece; a context."""

    def __init__(self, path: Path, table: Table) -> None:
        delta = [name for name in ("mmsi", "cell") if name in table.names]
        self._rows = ROW_GROUP_ROWS if "mmsi" in table.names else HOUR_ROWS
        self._writer = pq.ParquetWriter(
            path,
            table.arrow,
            compression="zstd",
            use_dictionary=[name for name in table.names if name not in delta],
            column_encoding=dict.fromkeys(delta, "DELTA_BINARY_PACKED"),
        )

    def write(self, rows: pa.Table) -> None:
        """Takes further rows, in the table's order."""
        if len(rows):
            self._writer.write_table(rows, row_group_size=self._rows)

    def __enter__(self) -> Growing:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def read(
    store: Store,
    ingests: Sequence[Ingest],
    table: Table,
    *,
    within: tuple[int, int] | None = None,
    columns: list[str] | None = None,
) -> pa.Table:
    """The rows of one of the ingests' tables, in the order of the ingests.

    Args:
        store: the archive.
        ingests: the ingests that count, in order and without a hole (rejects: any).
        table: `VESSEL_DAYS`, `DAY_GAPS`, `DAY_RUNS`, `CLAIMS` or `REJECTS`.
        within: only MMSI from the first to the second, both included; None = all.
        columns: only these columns; None = all.

    Raises:
        ArchiveError: a file is missing; the message says how to mend it.
    """
    schema = table.arrow if columns is None else pa.schema([table.arrow.field(c) for c in columns])
    number = "seq" if "seq" in table.names else "source"
    found: list[pa.Table] = []
    files = list(_files(store, ingests, table))
    if len(files) > MANY_FILES and within is not None:
        apart = [path for path, only in files if only is None]
        found.append(_of_many(store, apart, schema.names, within))
        files = [(path, only) for path, only in files if only is not None]
    for path, only in files:
        with _open(store, path) as part:
            groups = range(part.num_row_groups) if within is None else _groups(part, "mmsi", *within)
            if not groups:
                continue
            asked = columns if columns is None or only is None else sorted({*columns, number})
            rows = part.read_row_groups(list(groups), columns=asked, use_threads=False)
        if within is not None:
            rows = _within(rows, *within)
        if only is not None:
            rows = rows.filter(pc.and_(pc.greater_equal(rows[number], only[0]), pc.less_equal(rows[number], only[1])))
        found.append(rows.select(schema.names))
    # Together, for many small files: a filter costs more than their rows.
    return pa.concat_tables(found).cast(schema) if found else schema.empty_table()


def _within(rows: pa.Table, first: int, last: int) -> pa.Table:
    """Rows of an MMSI range; not copied where they lie together, as in all but the files of large ingests."""
    mmsi = rows["mmsi"].to_numpy()
    if (mmsi[1:] >= mmsi[:-1]).all():
        start, stop = np.searchsorted(mmsi, [first, last + 1])
        return rows.slice(start, stop - start)
    return rows.filter(pa.array((mmsi >= first) & (mmsi <= last)))


def differences(
    store: Store, ingests: Sequence[Ingest], asked: Sequence[Ingest], hours: tuple[int, int] | None
) -> Iterator[pa.Table]:
    """Rows of `PEER_HOURS`, a file at a time, that add up to what ingests say of some hours.

    Args:
        store: the archive.
        ingests: the ingests that count, in order and without a hole.
        asked: those of them that can say anything of the hours.
        hours: from the first to the second, both included; None = all.

    Raises:
        ArchiveError: a file is missing; the message says how to mend it.
    """
    for path in _sums(store, ingests, asked):
        with _open(store, path) as part:
            groups = range(part.num_row_groups) if hours is None else _groups(part, "hour", *hours)
            rows = part.read_row_groups(list(groups), use_threads=False).cast(PEER_HOURS.arrow)
        if hours is not None:
            rows = rows.filter(pc.and_(pc.greater_equal(rows["hour"], hours[0]), pc.less_equal(rows["hour"], hours[1])))
        if len(rows):
            yield rows


def _sums(store: Store, ingests: Sequence[Ingest], asked: Sequence[Ingest]) -> Iterator[Path]:
    """Their files; a fold's where all that it adds up counts."""
    whole = [
        (first, last)
        for first, last in _folds(store)
        if ingests and ingests[0].source <= first and last <= ingests[-1].source and not _few(asked, first, last)
    ]
    name = FILES[PEER_HOURS.name]
    yield from (store.path / "folds" / f"{first:08d}-{last:08d}" / f"{name}.parquet" for first, last in whole)
    for ingest in asked:
        if not any(first <= ingest.source <= last for first, last in whole):
            yield store.ingest_file(ingest.id, name)


def _of_many(store: Store, paths: list[Path], columns: list[str], within: tuple[int, int]) -> pa.Table:
    """Rows of an MMSI range out of many files: DuckDB opens these faster than one after the other."""
    database = duckdb.connect()
    try:
        relation = database.from_parquet([str(path) for path in paths]).project(", ".join(columns))
        relation.create_view("rows")
        return database.sql("SELECT * FROM rows WHERE mmsi BETWEEN ? AND ?", params=list(within)).to_arrow_table()
    except duckdb.Error as error:
        for path in paths:
            _open(store, path).close()
        raise ArchiveError(f"the summaries cannot be read: {' '.join(str(error).split())[:200]}") from error
    finally:
        database.close()


def ranges(store: Store, ingests: Sequence[Ingest]) -> list[tuple[int, int]]:
    """MMSI ranges that part the fleet so that each holds some `RANGE_ROWS` vessel-days."""
    paths = [path for path, _ in _files(store, ingests, VESSEL_DAYS)]
    try:
        return mmsi_ranges(paths, RANGE_ROWS)
    except (FileNotFoundError, pa.ArrowInvalid):
        for path in paths:
            _open(store, path).close()
        raise


def fold(store: Store, ingests: Sequence[Ingest], work: Path) -> None:
    """Gathers the tables of consecutive ingests into one fold, sorted by vessel; nothing that is read changes.

    A fold is found by its name, which says which ingests it holds, and put in its place by one rename.
    """
    draft = work / "fold"
    draft.mkdir()
    for table in _FOLDED:
        database = duckdb.connect(config={"memory_limit": "600MB", "temp_directory": str(work / "spill")})
        paths = [str(store.ingest_file(i.id, FILES[table.name])) for i in ingests]
        database.from_parquet(paths).create_view("apart")
        with Growing(draft / f"{FILES[table.name]}.parquet", table) as file:
            # Slice by slice, so that memory is bounded however many ingests are gathered.
            for vessels in mmsi_ranges(paths, RANGE_ROWS):
                rows = database.sql(_FOLD.format(_ORDER[table.name]), params=list(vessels)).to_arrow_table()
                file.write(rows.select(table.names).cast(table.arrow))
        database.close()
    _fold_sums(store, ingests, draft, work)
    for path in draft.iterdir():
        sync(path)
    folds = store.path / "folds"
    folds.mkdir(exist_ok=True)
    draft.rename(folds / f"{ingests[0].source:08d}-{ingests[-1].source:08d}")
    sync(folds)


def _fold_sums(store: Store, ingests: Sequence[Ingest], draft: Path, work: Path) -> None:
    """Adds up what the ingests say of each hour: of use to those who ask of all these ingests."""
    database = duckdb.connect(config={"memory_limit": "600MB", "temp_directory": str(work / "spill")})
    paths = [str(store.ingest_file(i.id, FILES[PEER_HOURS.name])) for i in ingests]
    database.from_parquet(paths).create_view("apart")
    rows, first, last = database.execute("SELECT count(*), min(hour), max(hour) FROM apart").fetchall()[0]
    with Growing(draft / f"{FILES[PEER_HOURS.name]}.parquet", PEER_HOURS) as file:
        if rows:
            step = max(1, (last - first + 1) * RANGE_ROWS // rows)
            for hour in range(first, last + 1, step):
                some = database.sql(f"{_SUMS} ORDER BY ALL", params=[hour, hour + step - 1]).to_arrow_table()
                file.write(some.cast(PEER_HOURS.arrow))
    database.close()


def unfolded(store: Store, ingests: Sequence[Ingest]) -> list[Ingest]:
    """The ingests that no fold holds."""
    held = _folds(store)
    return [i for i in ingests if not any(first <= i.source <= last for first, last in held)]


def fold_problems(store: Store, ingests: Sequence[Ingest]) -> Iterator[str]:
    """What folds hold else than the ingests that they gather, one plain line each."""
    for first, last in _folds(store):
        gathered = [i for i in ingests if first <= i.source <= last]
        for table in (*_FOLDED, PEER_HOURS):
            name = FILES[table.name]
            path = store.path / "folds" / f"{first:08d}-{last:08d}" / f"{name}.parquet"
            database = duckdb.connect(config={"memory_limit": "600MB"})
            try:
                database.from_parquet([str(store.ingest_file(i.id, name)) for i in gathered]).create_view("apart")
                database.from_parquet([str(path)]).create_view("together")
                questions = (_UNEQUAL_SUMS,) if table is PEER_HOURS else _DIFFERENCES
                wrong = sum(int(database.execute(question).fetchall()[0][0]) for question in questions)
            except duckdb.Error as error:
                yield f"folds/{path.parent.name}/{path.name} cannot be compared: {' '.join(str(error).split())[:160]}"
                continue
            finally:
                database.close()
            if wrong:
                yield f"folds/{path.parent.name}/{path.name} does not hold what its ingests found: {wrong:,} rows differ"


_DIFFERENCES = tuple(
    f"SELECT count(*) FROM (SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other})"  # noqa: S608 - constants
    for one, other in (("apart", "together"), ("together", "apart"))
)
_KEYS = ", ".join(name for name in PEER_HOURS.names if name not in SHIP_HOURS)
_GROUPED = f"GROUP BY {_KEYS} HAVING {' OR '.join(f'sum({name}) <> 0' for name in SHIP_HOURS)}"
_SUMS = f"""
    SELECT {_KEYS}, {", ".join(f"sum({name})::INTEGER AS {name}" for name in SHIP_HOURS)}
    FROM apart WHERE hour BETWEEN ? AND ? {_GROUPED}
"""  # noqa: S608 - column names are constants of the schema
_UNEQUAL_SUMS = f"""
    SELECT count(*) FROM (SELECT {_KEYS} FROM (
        SELECT * FROM apart UNION ALL SELECT {_KEYS}, {", ".join(f"-{name}" for name in SHIP_HOURS)} FROM together
    ) {_GROUPED})
"""  # noqa: S608


def _files(store: Store, ingests: Sequence[Ingest], table: Table) -> Iterator[tuple[Path, tuple[int, int] | None]]:
    """Files to read, in the order of the ingests; where one holds others too, the first and the last that count."""
    held = _folds(store) if table in _FOLDED else []
    done = 0
    for ingest in ingests:
        if ingest.source <= done:
            continue
        within = [(first, last) for first, last in held if first <= ingest.source <= last]
        if not within or _few(ingests, *within[0]):
            yield store.ingest_file(ingest.id, FILES[table.name]), None
            continue
        first, done = within[0]
        path = store.path / "folds" / f"{first:08d}-{done:08d}" / f"{FILES[table.name]}.parquet"
        whole = ingests[0].source <= first and done <= ingests[-1].source
        yield path, None if whole else (ingests[0].source, ingests[-1].source)


def _few(ingests: Sequence[Ingest], first: int, last: int) -> bool:
    """Whether so few of a fold's ingests are asked for that their own files are less to read."""
    return sum(first <= ingest.source <= last for ingest in ingests) * _SHARE < last - first + 1


def _folds(store: Store) -> list[tuple[int, int]]:
    """First and last source of each fold."""
    folder = store.path / "folds"
    names = (f.name.split("-") for f in folder.iterdir()) if folder.is_dir() else ()
    return sorted((int(first), int(last)) for first, last in names)


def _open(store: Store, path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (FileNotFoundError, pa.ArrowInvalid) as error:
        what = "is missing" if isinstance(error, FileNotFoundError) else "is damaged"
        raise ArchiveError(f"{path} {what}: run `ais-gaps --archive {store.path} verify`") from error


def _groups(part: pq.ParquetFile, column: str, low: int, high: int) -> list[int]:
    """Row groups that may hold a value of the range."""
    at = part.schema_arrow.get_field_index(column)
    statistics = [part.metadata.row_group(g).column(at).statistics for g in range(part.num_row_groups)]
    return [g for g, s in enumerate(statistics) if s is None or (s.min <= high and s.max >= low)]
