"""Where the rows of a source wait to be sorted: a DuckDB database that spills to disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ais_gaps.clean import Cleaned
from ais_gaps.readers.interface import CLAIM_FIELDS
from ais_gaps.schema import CLAIMS, REJECTS, STORED_REPORTS
from ais_gaps.store.parts import Part

MEMORY_LIMIT = "600MB"
INSERT_ROWS = 400_000
SLICE_ROWS = 2_000_000
"""Rows sorted at a time: memory is bounded by this, whatever the source and the archive hold."""
ORDERED_FROM_SLICES = 5
"""From so many slices on, what is staged is put in order once, so that a slice is read without passing over the others."""
DAY_S = 86_400

_OWN = [c.name for c in STORED_REPORTS.columns if c.name not in ("claim", "source")]
_SAID = ", ".join(CLAIM_FIELDS)
_SILENT = " AND ".join(f"{c} IS NULL" for c in CLAIM_FIELDS)
_TAKE_REPORTS = f"""
    INSERT INTO staged SELECT {", ".join(_OWN)}, CASE WHEN {_SILENT} THEN NULL ELSE hash({_SAID}) END FROM cleaned
"""  # noqa: S608 - column names are constants of the schema
# Most rows say what was said before: only new sayings are kept in words, once, whoever says them.
_TAKE_SAYINGS = f"""
    INSERT INTO sayings SELECT local, {", ".join(f"any_value({c})" for c in CLAIM_FIELDS)}
    FROM (SELECT hash({_SAID}) AS local, {_SAID} FROM cleaned WHERE NOT ({_SILENT})) said
    ANTI JOIN sayings USING (local) GROUP BY local
"""  # noqa: S608
# The id must be the same on every machine and in every version, so it is MD5 of the fields in words, not DuckDB's own hash.
_CLAIM_IDS = f"""
    CREATE TABLE claim_ids AS SELECT *, (md5_number_upper(concat_ws(chr(31),
        {", ".join(f"coalesce({c}::VARCHAR, chr(30))" for c in CLAIM_FIELDS)})) >> 1)::BIGINT AS claim FROM sayings
"""  # noqa: S608
_CLAIMS = f"""
    WITH said AS (
        SELECT local, mmsi, ais_class, count(*) AS n,
            min(ts * 1000000::BIGINT + us) AS first, max(ts * 1000000::BIGINT + us) AS last
        FROM staged WHERE local IS NOT NULL GROUP BY ALL
    )
    SELECT claim, mmsi, {_SAID}, ais_class, ?::INTEGER AS source,
        make_timestamp(first) AS first_ts, make_timestamp(last) AS last_ts, n
    FROM said JOIN claim_ids USING (local) ORDER BY mmsi, first_ts, claim, ais_class
"""  # noqa: S608
_NEW = f"""
    SELECT {", ".join(f"s.{c}" for c in _OWN)}, c.claim, $source::INTEGER AS source, false AS old
    FROM staged s LEFT JOIN claim_ids c USING (local)
    WHERE s.ts >= $first AND s.ts < $last AND s.mmsi BETWEEN $low AND $high
"""  # noqa: S608
_OLD = f"""
    SELECT {", ".join(f"r.{c.name}" for c in STORED_REPORTS.columns)}, true AS old
    FROM archived r JOIN wanted w ON w.mmsi = r.mmsi AND w.day = r.ts // 86400
    WHERE w.bucket = $bucket AND r.mmsi BETWEEN $low AND $high AND r.ts >= $first AND r.ts < $last + 86400
"""  # noqa: S608
_SORTED = " ORDER BY mmsi, ts, us, lat NULLS FIRST, lon NULLS FIRST"
_BEFORE = """
    SELECT r.mmsi, r.ts * 1000000::BIGINT + r.us AS us, r.receiver
    FROM archived r JOIN before b ON b.mmsi = r.mmsi AND b.day = r.ts // 86400
    WHERE r.kind = 0 AND r.transmitter = 0 AND r.ts % 86400 >= 43200 AND b.bucket = $bucket
      AND r.mmsi BETWEEN $low AND $high AND r.ts >= $first - 86400 AND r.ts < $last
    ORDER BY 1, 2
"""
LAST_OF_DAYS = """
    WITH found AS (
        -- The last position as one number that orders as parts do: time in microseconds, latitude, longitude.
        SELECT r.mmsi, r.ts // 86400 AS day, max(
            ((r.ts * 1000000::BIGINT + r.us) * 268435456::HUGEINT + (r.lat + 90000000)) * 536870912::HUGEINT + (r.lon + 180000000)
        ) AS last
        FROM {reports} r SEMI JOIN {days} b ON b.mmsi = r.mmsi AND b.day = r.ts // 86400
        WHERE r.kind = 0 AND r.transmitter = 0 AND r.lat IS NOT NULL AND r.lon IS NOT NULL
          AND r.mmsi BETWEEN $low AND $high AND r.ts BETWEEN $first AND $last
        GROUP BY ALL
    )
    SELECT mmsi, (last // 536870912 // 268435456 // 1000000)::INTEGER AS ts,
        (last // 536870912 % 268435456)::INTEGER - 90000000::INTEGER AS lat,
        (last % 536870912)::INTEGER - 180000000::INTEGER AS lon, 0::TINYINT AS ais_class, 0::TINYINT AS receiver
    FROM found ORDER BY mmsi, ts
"""
"""The last position of ships on some days, of reports between two times: columns that `Fixes` has, class and receiver unknown."""
_LAST = LAST_OF_DAYS.format(reports="archived", days="(SELECT mmsi, day FROM before WHERE bucket = $bucket)")
_COUNT_NEW = "SELECT bucket, mmsi, count(*) AS n FROM staged JOIN buckets ON day = ts // 86400 GROUP BY ALL"
_COUNT_OLD = """
    SELECT w.bucket, r.mmsi, count(*) AS n
    FROM archived r JOIN wanted w ON w.mmsi = r.mmsi AND w.day = r.ts // 86400 GROUP BY ALL
"""
_COUNTED = "SELECT bucket, mmsi, sum(n)::BIGINT AS n FROM ({}) GROUP BY ALL ORDER BY bucket, mmsi"


@dataclass(frozen=True)
class Slice:
    """Vessels of a stretch of days that are sorted together.

    Attributes:
        bucket: number of the stretch.
        first, last: its seconds since 1970, the end not included.
        low, high: MMSI, both included.
    """

    bucket: int
    first: int
    last: int
    low: int
    high: int


class Staging:
    """The rows of one source, and questions about them and about what the archive has of the same vessel-days."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": str(folder / "spill"),
                "preserve_insertion_order": False,
            },
        )
        types = {
            pa.int8(): "TINYINT",
            pa.int16(): "SMALLINT",
            pa.int32(): "INTEGER",
            pa.int64(): "BIGINT",
            pa.string(): "VARCHAR",
        }
        own = ", ".join(f"{c.name} {types[c.type]}" for c in STORED_REPORTS.columns if c.name in _OWN)
        said = {c.name: {**types, pa.float64(): "DOUBLE"}[c.type] for c in CLAIMS.columns if c.name in CLAIM_FIELDS}
        self._database.execute(f"CREATE TABLE staged ({own}, local UBIGINT)")
        words = ", ".join(f"{name} {kind}" for name, kind in said.items())
        self._database.execute(f"CREATE TABLE sayings (local UBIGINT, {words})")
        self._waiting: list[pa.Table] = []
        self._rejects = pq.ParquetWriter(folder / "rejects.parquet", REJECTS.arrow, compression="zstd")
        self.read = self.rejected = 0
        self.reasons: dict[str, int] = {}

    def close(self) -> None:
        """Lets go of the database's files."""
        self._rejects.close()
        self._database.close()

    def take(self, cleaned: Cleaned, source: int) -> None:
        """Adds a judged batch."""
        self.read += cleaned.read
        if cleaned.reasons:
            self.rejected += len(cleaned.reasons)
            for reason in cleaned.reasons:
                kind = reason_kind(reason)
                self.reasons[kind] = self.reasons.get(kind, 0) + 1
            columns = [[source] * len(cleaned.reasons), cleaned.records, cleaned.reasons, cleaned.raw]
            self._rejects.write_table(pa.table(columns, schema=REJECTS.arrow))
        if len(cleaned.reports):
            self._waiting.append(cleaned.reports)
        if sum(len(t) for t in self._waiting) >= INSERT_ROWS:
            self._insert()

    def _insert(self) -> None:
        if not self._waiting:
            return
        reports = pa.concat_tables(self._waiting)
        self._waiting = []
        self._database.register("cleaned", reports)
        self._database.execute(_TAKE_REPORTS)
        if any(reports[c].null_count < len(reports) for c in CLAIM_FIELDS):
            self._database.execute(_TAKE_SAYINGS)
        self._database.unregister("cleaned")

    def finish(self) -> None:
        """No further rows come: claims get their lasting ids."""
        self._insert()
        self._rejects.close()
        self._database.execute(_CLAIM_IDS)

    def claims(self, source: int) -> pa.Table:
        """What the vessels said of themselves, as `CLAIMS`."""
        table = self._database.sql(_CLAIMS, params=[source]).to_arrow_table()
        columns = [
            table[f.name].cast(pa.timestamp("us")).cast(f.type)
            if pa.types.is_timestamp(f.type)
            else table[f.name].cast(f.type)
            for f in CLAIMS.arrow
        ]
        return pa.table(columns, schema=CLAIMS.arrow)

    def days(self) -> pa.Table:
        """UTC days with their rows: day, rows, in order."""
        return self._database.sql(
            "SELECT ts // 86400 AS day, count(*) AS rows FROM staged GROUP BY 1 ORDER BY 1"
        ).to_arrow_table()

    def span(self) -> tuple[int | None, int | None]:
        """First and last time in microseconds; None where there is no row."""
        found = self._database.execute(
            "SELECT min(ts * 1000000::BIGINT + us), max(ts * 1000000::BIGINT + us) FROM staged"
        ).fetchall()
        return found[0][0], found[0][1]

    def relate(self, buckets: pa.Table, parts: list[str]) -> list[Slice]:
        """Finds what the archive has of the same vessels on the same days and beside them, and slices it all.

        Args:
            buckets: day, bucket: which stretch of consecutive days a day is sorted with, in order.
            parts: files that may hold reports of these days, of the day before and of the day after.

        Returns:
            Slices of bounded size that together hold each row once, in order of (bucket, mmsi).
        """
        db = self._database
        db.register("bucket_rows", buckets)
        db.execute("CREATE TABLE buckets AS SELECT day::INTEGER AS day, bucket::INTEGER AS bucket FROM bucket_rows")
        db.unregister("bucket_rows")
        self._with_archive = bool(parts)
        if parts:
            self._relate_to(parts)
        counted = _COUNTED.format(f"{_COUNT_NEW} UNION ALL {_COUNT_OLD}" if parts else _COUNT_NEW)
        slices = _sliced(db.sql(counted).to_arrow_table(), buckets)
        if len(slices) >= ORDERED_FROM_SLICES:
            db.execute(
                "CREATE TABLE ordered AS SELECT s.* FROM staged s JOIN buckets b ON b.day = ts // 86400 ORDER BY bucket, mmsi"
            )
            db.execute("DROP TABLE staged")
            db.execute("ALTER TABLE ordered RENAME TO staged")
        return slices

    def _relate_to(self, parts: list[str]) -> None:
        db = self._database
        db.execute("SET parquet_metadata_cache = true")
        db.from_parquet(parts).create_view("archived")
        db.execute("CREATE TABLE touched AS SELECT DISTINCT mmsi, ts // 86400 AS day FROM staged")
        # Beside the touched vessel-days: the day after looks back into them, so it is summarised anew; the day before is counted.
        db.execute("""
            CREATE TABLE wanted AS
            SELECT mmsi, day, bucket FROM touched JOIN buckets USING (day)
            UNION ALL
            SELECT t.mmsi, t.day + 1, coalesce(own.bucket, b.bucket) FROM touched t JOIN buckets b ON b.day = t.day
            LEFT JOIN buckets own ON own.day = t.day + 1
            ANTI JOIN touched n ON n.mmsi = t.mmsi AND n.day = t.day + 1
        """)
        db.execute("""
            CREATE TABLE before AS
            SELECT t.mmsi, t.day - 1 AS day, b.bucket FROM touched t JOIN buckets b ON b.day = t.day
            ANTI JOIN wanted w ON w.mmsi = t.mmsi AND w.day = t.day - 1
        """)

    def sorted_rows(self, part: Slice, source: int) -> pa.Table:
        """A slice's new rows and the archive's of the same vessel-days, sorted as parts are; with ``old``."""
        query = (f"{_NEW} UNION ALL {_OLD}" if self._with_archive else _NEW) + _SORTED
        values = {"source": source, "first": part.first, "last": part.last, "low": part.low, "high": part.high}
        values |= {"bucket": part.bucket} if self._with_archive else {}
        return self._database.sql(query, params=values).to_arrow_table()

    def lookback_rows(self, part: Slice) -> pa.Table:
        """Positions after noon of the days before, of vessels whose day before is not sorted here: mmsi, us, receiver."""
        if not self._with_archive:
            return pa.table(
                {"mmsi": pa.array([], pa.int32()), "us": pa.array([], pa.int64()), "receiver": pa.array([], pa.int8())}
            )
        return self._database.sql(_BEFORE, params=vars(part)).to_arrow_table()

    def last_rows(self, part: Slice) -> pa.Table | None:
        """The last position of each of those days; None where the archive has nothing near."""
        if not self._with_archive:
            return None
        values = vars(part) | {"first": part.first - DAY_S, "last": part.last}
        return self._database.sql(_LAST, params=values).to_arrow_table()


def _sliced(counts: pa.Table, buckets: pa.Table) -> list[Slice]:
    """Slices of some `SLICE_ROWS` rows; a vessel's stretch is never cut.

    Args:
        counts: bucket, mmsi, n, in order.
        buckets: day, bucket.
    """
    days, numbers = buckets["day"].to_numpy(), buckets["bucket"].to_numpy()
    bucket, mmsi, n = (counts[c].to_numpy() for c in ("bucket", "mmsi", "n"))
    out = []
    for number in np.unique(bucket).tolist():
        own = days[numbers == number]
        first, last = int(own[0]) * DAY_S, (int(own[-1]) + 1) * DAY_S
        at = np.flatnonzero(bucket == number)
        turn = (np.cumsum(n[at]) - n[at]) // SLICE_ROWS
        starts = np.flatnonzero(np.append(True, turn[1:] != turn[:-1]))
        ends = np.append(starts[1:], len(at)) - 1
        out += [
            Slice(number, first, last, int(mmsi[at[a]]), int(mmsi[at[b]])) for a, b in zip(starts, ends, strict=True)
        ]
    return out


def reason_kind(reason: str) -> str:
    """A reason without its particulars, for counting: what stands before a colon or a digit."""
    for i, character in enumerate(reason):
        if character == ":" or (character.isdigit() and i):
            return reason[:i].rstrip(" -'\"") or reason
    return reason


def overlapping(parts: list[Part], first_day: int, last_day: int) -> list[Part]:
    """Parts that may hold reports from one day to another, both included."""
    return [p for p in parts if p.last_ts >= first_day * DAY_S and p.first_ts < (last_day + 1) * DAY_S]


def beside(parts: list[Part], days: npt.NDArray[np.int64]) -> list[Part]:
    """Parts that may hold reports of some days (ascending), or of the day before or after one: a wrong clock opens few others."""
    first, last = (np.array([getattr(part, name) for part in parts], np.int64) for name in ("first_ts", "last_ts"))
    at = np.searchsorted(days, first // DAY_S - 1)
    near = days[np.minimum(at, len(days) - 1)]
    return [parts[i] for i in np.flatnonzero((at < len(days)) & (near <= last // DAY_S + 1)).tolist()]
