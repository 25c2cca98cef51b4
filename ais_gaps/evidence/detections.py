"""Tables of ships detected in imagery, such as those of Global Fishing Watch and xView3, as observations of hulls.

A row is a hull at a time and position. It names a ship only where the table's maker matched an MMSI to it. Columns are known by
the names in `ROLES`; the first that the table has counts. All rows are read at once, by column.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import SourceError
from ais_gaps.evidence import cells, ids
from ais_gaps.evidence.judge import LARGEST_MMSI, LONGEST_SHIP_M
from ais_gaps.evidence.parcel import Parcel
from ais_gaps.evidence.scenes import Scene, scene
from ais_gaps.evidence.tables import OBSERVATIONS, REFUSED
from ais_gaps.schema import UTC_US

ROLES: dict[str, tuple[str, ...]] = {
    "time": ("detect_timestamp", "timestamp", "acquisition_time", "detection_time", "time"),
    "lat": ("detect_lat", "lat", "latitude"),
    "lon": ("detect_lon", "lon", "longitude"),
    "length": ("length_m", "vessel_length_m", "inferred_length_m", "length"),
    "mmsi": ("matched_mmsi", "mmsi", "ssvid"),
    "presence": ("presence_score", "presence", "inferred_presence", "detect_prob", "detection_score"),
    "match": ("matching_score", "match_score"),
    "score": ("score",),
    "confidence": ("confidence",),
    "scene": ("scene_id", "source_id"),
    "detection": ("detect_id", "detection_id"),
    "is_vessel": ("is_vessel",),
    "category": ("matched_category",),
    "sensor": ("sensor", "satellite", "platform"),
    "provider": ("provider",),
}
"""What a column is, and the names it goes by. `score` is a match score in a table with `presence` or `ssvid` (the tables that
Global Fishing Watch documents), else the detector's own."""

_TELLING = ("presence", "match", "scene", "detection", "is_vessel", "category")
_TELLING_NAMES = frozenset({"matched_mmsi", "vessel_length_m", "inferred_length_m", "detect_lat", "detect_timestamp"})
_AIS = frozenset({"sog", "cog", "heading", "speed", "course", "speed_over_ground", "course_over_ground", "navstatus"})
_NULLS = ("", "nan", "none", "null", "na", "n/a", "<na>", "nat", "-")
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_IDENTIFYING = ("ts", "lat", "lon", "length_min_m", "observed", "score", "confidence_wording", "look_id", "note")
_HEAD_BYTES = 65_536
_NO_ROWS = ("Empty CSV", "Could not skip initial 1 rows")  # how Arrow says that a header is all there is
_NO_ZONE = "has no time zone, and no scene of Sentinel-1 or -2 of about that time vouches for UTC: write Z or an offset"


def roles_of(header: Sequence[str]) -> dict[str, str]:
    """The columns by role, of those that a header has."""
    lower = {name.strip().lower(): name for name in reversed(header)}
    return {
        role: next(lower[n] for n in names if n in lower) for role, names in ROLES.items() if lower.keys() & set(names)
    }


def recognise(header: Sequence[str]) -> bool:
    """Whether a header is that of a table of detections: positions, a time or a scene, and what only a detector says."""
    roles = roles_of(header)
    lower = {name.strip().lower() for name in header}
    placed = {"lat", "lon"} <= roles.keys() and bool({"time", "scene"} & roles.keys())
    told = bool(roles.keys() & set(_TELLING)) or bool(lower & _TELLING_NAMES)
    return placed and told and not (lower & _AIS and "scene" not in roles)


def is_ais(header: Sequence[str]) -> bool:
    """Whether a header looks like that of AIS reports."""
    lower = {name.strip().lower() for name in header}
    return "mmsi" in lower and bool(lower & {"lat", "latitude"}) and bool(lower & _AIS or "basedatetime" in lower)


def read_csv(content: bytes, file: str, separator: str, source: Mapping[str, Any]) -> Parcel:
    """The detections of a CSV file with a header, in UTF-8.

    Raises:
        SourceError: it cannot be read at all.
    """
    from pyarrow import csv

    ragged: list[tuple[int, str]] = []

    def passed_over(row: Any) -> str:
        if row.text.strip():
            ragged.append((row.number, f"{row.actual_columns} cells where the header has {row.expected_columns}"))
        else:
            ragged.append((row.number, ""))
        return "skip"

    names = next(iter(_header_cells(first_line(content), separator)), [])
    try:
        table = csv.read_csv(
            io.BytesIO(content),
            read_options=csv.ReadOptions(use_threads=False, column_names=names, skip_rows=1, block_size=1 << 24),
            parse_options=csv.ParseOptions(
                delimiter=separator, invalid_row_handler=passed_over, ignore_empty_lines=False
            ),
            convert_options=csv.ConvertOptions(column_types={n: pa.string() for n in names}, strings_can_be_null=False),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        if not any(words in str(error) for words in _NO_ROWS):
            raise SourceError(f"{file}: not readable as CSV: {' '.join(str(error).split())[:200]}") from error
        table = pa.table({n: pa.array([], pa.string()) for n in names})
    # The numbers of rows that Arrow gives count from 2, the header being skipped: these are the lines of the file.
    gone = {number for number, _ in ragged}
    lines = [n for n in range(2, 2 + len(table) + len(gone)) if n not in gone]
    return _parcel(table, lines, [r for r in ragged if r[1]], file, content, "table of detections (CSV)", source)


def read_parquet(content: bytes, file: str, source: Mapping[str, Any]) -> Parcel:
    """The detections of a Parquet file.

    Raises:
        SourceError: it cannot be read.
    """
    import pyarrow.parquet as pq

    try:
        parquet = pq.ParquetFile(pa.BufferReader(content))
        wanted = roles_of(parquet.schema_arrow.names)
        table = parquet.read(columns=list(wanted.values()))
        texts = pa.table({name: _texts(table[name]) for name in table.column_names})
        others = [name for name in parquet.schema_arrow.names if name not in texts.column_names]
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{file}: not readable as Parquet: {' '.join(str(error).split())[:200]}") from error
    lines = range(1, len(texts) + 1)
    return _parcel(texts, lines, [], file, content, "table of detections (Parquet)", source, others)


def parquet_header(content: bytes, file: str) -> list[str]:
    """The column names of a Parquet file.

    Raises:
        SourceError: it cannot be read.
    """
    import pyarrow.parquet as pq

    try:
        return list(pq.ParquetFile(pa.BufferReader(content)).schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{file}: not readable as Parquet: {' '.join(str(error).split())[:200]}") from error


def first_line(content: bytes) -> str:
    """The first line, whatever ends it; what is no UTF-8 replaced."""
    lines = content[:_HEAD_BYTES].splitlines()
    return lines[0].decode("utf-8-sig", errors="replace") if lines else ""


def _header_cells(line: str, separator: str) -> list[list[str]]:
    import csv

    return list(csv.reader([line], delimiter=separator))


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Any column as text, times as ISO 8601, with ``Z`` where they have a zone."""
    if pa.types.is_timestamp(column.type):
        texts = pc.strftime(column.cast(pa.timestamp("us", column.type.tz)), format="%Y-%m-%dT%H:%M:%S")
        return pc.binary_join_element_wise(texts, "Z", "") if column.type.tz else texts
    return column.cast(pa.string())


def _parcel(
    table: pa.Table,
    lines: Sequence[int],
    ragged: Sequence[tuple[int, str]],
    file: str,
    content: bytes,
    form: str,
    source: Mapping[str, Any],
    others: Sequence[str] = (),
) -> Parcel:
    roles = roles_of(table.column_names)
    blank = reduce(pc.and_, [pc.fill_null(pc.equal(column, ""), True) for column in table.columns])
    lines = pa.array(lines, pa.int64()).filter(pc.invert(blank).combine_chunks()).to_pylist()
    table = table.filter(pc.invert(blank)).combine_chunks()
    rows, reasons = _Detections(table, roles, source).rows()
    good = pc.is_null(reasons)
    numbers = pa.array(lines, pa.int64())
    bad = [*ragged, *zip(numbers.filter(pc.invert(good)).to_pylist(), reasons.drop_null().to_pylist(), strict=True)]
    refused = [{"file": file, "line": line, "reason": reason} for line, reason in sorted(bad)]
    return Parcel(
        file,
        hashlib.sha256(content).hexdigest(),
        form,
        OBSERVATIONS.name,
        rows.filter(good),
        pa.Table.from_pylist(refused, schema=REFUSED.arrow),
        numbers.filter(good).to_pylist(),
        tuple(name for name in (*table.column_names, *others) if name not in roles.values()),
    )


class _Detections:
    """The columns of one table, read by role; why rows are refused is gathered on the way, the first reason counts."""

    def __init__(self, table: pa.Table, roles: Mapping[str, str], source: Mapping[str, Any]) -> None:
        self.count = len(table)
        self.source = source
        self.reasons = pa.nulls(self.count, pa.string())
        self.texts = {role: self._text(_whole(table[name])) for role, name in roles.items()}
        names = {name.lower() for name in roles.values()}
        if "score" in self.texts:
            meant = "match" if "presence" in self.texts or "ssvid" in names else "presence"
            self.texts.setdefault(meant, self.texts["score"])

    def _text(self, column: pa.Array) -> pa.Array:
        trimmed = pc.utf8_trim_whitespace(column)
        self._refuse(pc.greater(pc.utf8_length(trimmed), cells.LONGEST_CELL), "a cell is too long")
        nothing = pc.is_in(pc.utf8_lower(trimmed), pa.array(_NULLS))
        return pc.if_else(nothing, pa.scalar(None, pa.string()), trimmed)

    def _refuse(self, where: pa.Array, reason: str | pa.Array) -> None:
        new = pc.and_(pc.fill_null(where, False), pc.is_null(self.reasons))
        self.reasons = pc.if_else(new, reason, self.reasons)

    def _given(self, role: str) -> pa.Array:
        return self.texts[role] if role in self.texts else pa.nulls(self.count, pa.string())

    def _number(self, role: str, least: float, most: float, problem: str) -> pa.Array:
        text = self._given(role)
        is_number = pc.match_substring_regex(text, _NUMBER)
        self._refuse(pc.invert(is_number), f"{role} is not a number")
        value = pc.if_else(is_number, text, pa.scalar(None, pa.string())).cast(pa.float64())
        self._refuse(pc.or_(pc.less(value, least), pc.greater(value, most)), f"{role} {problem}")
        return value

    def rows(self) -> tuple[pa.Table, pa.Array]:
        """Rows of `OBSERVATIONS`, and the reason for each that is not to be taken (null = it is)."""
        scenes = self._each("scene", scene)
        lat = self._number("lat", -90, 90, "is out of range")
        lon = self._number("lon", -180, 180, "is out of range")
        for role, value in (("lat", lat), ("lon", lon)):
            self._refuse(pc.is_null(value), f"{role} is missing")
        length = self._number("length", 0, LONGEST_SHIP_M, "is not the length of a ship in metres")
        length = pc.if_else(pc.greater(length, 0), length, pa.scalar(None, pa.float64()))
        ts, ts_end = self._times(scenes)
        day = ts.cast(pa.timestamp("us")).cast(pa.date32())
        is_vessel = self._is_vessel()
        ship = pc.equal(is_vessel, "yes")
        values: dict[str, Any] = {
            "date_start": day,
            "date_end": pc.coalesce(ts_end.cast(pa.timestamp("us")).cast(pa.date32()), day),
            "date_precision": self._all("day"),
            "ts": ts,
            "ts_end": ts_end,
            "kind": pc.if_else(ship, "vessel", "other"),
            "lat": lat,
            "lon": lon,
            "vessel_mmsis": self._mmsis(),
            "length_min_m": length,
            "length_max_m": length,
            "observed": self._observed(is_vessel, length),
            "count": pc.if_else(ship, 1.0, pa.scalar(None, pa.float64())),
            "unit": pc.if_else(ship, "ship", pa.scalar(None, pa.string())),
            "confidence_wording": self._wording(),
            "score": self._number("presence", 0, 1, "is not from 0 to 1"),
            "sensor": pc.coalesce(self._given("sensor"), self._of(scenes, "sensor")),
            "provider": pc.coalesce(self._given("provider"), self._of(scenes, "provider")),
            "look_id": self._given("scene"),
            "note": self._note(),
        }
        values |= {name: self._all(text) for name, text in self.source.items()}
        values["obs_id"] = self._ids(values)
        # Without the file's name: the same detection in next month's file is the same row.
        values.setdefault("title", self._all("(table of detections)"))
        nulls = {c.name: pa.nulls(self.count, c.type) for c in OBSERVATIONS.columns if c.name not in values}
        rows = pa.table({c.name: (values | nulls)[c.name] for c in OBSERVATIONS.columns})
        return rows.cast(pa.schema([f.with_nullable(True) for f in OBSERVATIONS.arrow])), self.reasons

    def _all(self, text: str) -> pa.Array:
        return pa.repeat(pa.scalar(text, pa.string()), self.count)

    def _each(self, role: str, read: Callable[[str], Any]) -> list[Any]:
        """What each row's text of a role means, each distinct text read once."""
        distinct = self._given(role).dictionary_encode()
        meant = [None if text is None else read(text) for text in distinct.dictionary.to_pylist()]
        return [None if i is None else meant[i] for i in distinct.indices.to_pylist()]

    def _of(self, scenes: list[Scene | None], name: str) -> pa.Array:
        return pa.array([None if s is None else getattr(s, name) for s in scenes], pa.string())

    def _times(self, scenes: list[Scene | None]) -> tuple[pa.Array, pa.Array]:
        """The time that a row gives, else that of its scene, from start to stop."""
        starts: list[datetime | None] = []
        stops: list[datetime | None] = []
        problems: list[str | None] = []
        for said, look in zip(self._each("time", _moment), scenes, strict=True):
            start, stop, problem = None, None, None
            if isinstance(said, str):
                problem = said
            elif said is not None:
                start = said.replace(tzinfo=UTC) if said.tzinfo is None else said
                if said.tzinfo is None and not (look is not None and look.agrees(start)):
                    start, problem = None, f"time {_NO_ZONE}"
            elif look is not None and look.stop is not None:
                start, stop = look.start, look.stop
            else:
                problem = "time is missing"
            starts.append(start)
            stops.append(stop)
            problems.append(problem)
        why = pa.array(problems, pa.string())
        self._refuse(pc.is_valid(why), why)
        return pa.array(starts, UTC_US), pa.array(stops, UTC_US)

    def _is_vessel(self) -> pa.Array:
        """yes, no or unknown; a table without the column is one of vessels."""
        if "is_vessel" not in self.texts:
            return self._all("yes")
        text = pc.utf8_lower(self.texts["is_vessel"])
        yes = pc.is_in(text, pa.array(["true", "1", "1.0", "yes", "t"]))
        no = pc.is_in(text, pa.array(["false", "0", "0.0", "no", "f"]))
        self._refuse(pc.and_(pc.is_valid(text), pc.invert(pc.or_(yes, no))), "is_vessel is neither true nor false")
        return pc.if_else(yes, "yes", pc.if_else(no, "no", "unknown"))

    def _mmsis(self) -> pa.Array:
        number = self._number("mmsi", 0, LARGEST_MMSI, "is not one (at most nine digits)")
        self._refuse(pc.not_equal(number, pc.floor(number)), "mmsi is not a whole number")
        whole = pc.if_else(pc.equal(number, pc.floor(number)), number, pa.scalar(None, pa.float64())).cast(pa.int64())
        matched = pc.fill_null(pc.greater(whole, 0), False)
        ends = pc.cumulative_sum(matched.cast(pa.int32()))
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
        lists = pa.ListArray.from_arrays(offsets, whole.filter(matched))
        return pc.if_else(matched, lists, pa.scalar(None, lists.type))

    def _observed(self, is_vessel: pa.Array, length: pa.Array) -> pa.Array:
        what = pc.if_else(
            pc.equal(is_vessel, "yes"),
            "vessel detected",
            pc.if_else(
                pc.equal(is_vessel, "no"),
                "object detected that is not taken for a vessel",
                "object detected, whether a vessel is not said",
            ),
        )
        metres = pc.round(length).cast(pa.int64()).cast(pa.string())
        return pc.coalesce(pc.binary_join_element_wise(what, ", length estimated at ", metres, " m", ""), what)

    def _wording(self) -> pa.Array:
        """HIGH, MEDIUM, LOW or other words; a number is no wording."""
        text = self._given("confidence")
        return pc.if_else(pc.match_substring_regex(text, _NUMBER), pa.scalar(None, pa.string()), text)

    def _note(self) -> pa.Array:
        """What has no column of its own: whose match the MMSI is and how good, and the table's own id."""
        confidence = self._given("confidence")
        numeric = pc.if_else(pc.match_substring_regex(confidence, _NUMBER), confidence, pa.scalar(None, pa.string()))
        said = (
            ("matching score ", self._given("match")),
            ("matched category ", self._given("category")),
            ("confidence ", numeric),
            ("detection ", self._given("detection")),
        )
        parts = [pc.fill_null(pc.binary_join_element_wise("; ", label, text, ""), "") for label, text in said]
        joined = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*parts, ""), start=len("; "))
        return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)

    def _ids(self, values: Mapping[str, Any]) -> pa.Array:
        """An id from what the row says: the same detection has the same id in every file; twice in one file it is refused."""
        said = [values[name] for name in _IDENTIFYING]
        texts = [pc.fill_null(column.cast(pa.string()), "") for column in (*said, self._given("mmsi"))]
        whole = pc.binary_join_element_wise(*texts, "\x1f").to_pylist()
        made = pa.array([ids.digest("obs", text) for text in whole], pa.string())
        order = pa.array(range(self.count), pa.int64())
        firsts = pa.table({"id": made, "row": order}).group_by("id").aggregate([("row", "min")])
        self._refuse(
            pc.invert(pc.is_in(order, firsts["row_min"].combine_chunks())), "the same detection is there twice"
        )
        return made


def _moment(text: str) -> datetime | str:
    """A time, without zone where the text has none; or in words why it is none. BigQuery writes ``2023-09-12 21:15:45 UTC``."""
    bare = text.removesuffix(" UTC")
    try:
        found = cells.moment(bare if _has_zone(bare) else f"{bare}Z")
    except ValueError as error:
        return f"time {error}"
    return found if _has_zone(bare) or bare != text else found.replace(tzinfo=None)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """The column as one array, also where it has no chunk."""
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _has_zone(text: str) -> bool:
    return text.endswith(("Z", "z")) or "+" in text[10:] or "-" in text[10:]
