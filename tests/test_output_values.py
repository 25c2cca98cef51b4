"""What a table says survives being printed: JSON, NDJSON and CSV against the Arrow values."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps import tabular

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WHOLE = st.integers(-(2**63), 2**63 - 1)
MOMENT = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))
ROWS = st.lists(
    st.tuples(
        st.none() | TEXT, st.none() | WHOLE, st.none() | st.floats(), st.none() | MOMENT, st.none() | st.lists(TEXT)
    ),
    max_size=6,
)
SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("count", pa.int64()),
        ("lat", pa.float64()),
        ("ts", pa.timestamp("us", tz="UTC")),
        ("reasons", pa.list_(pa.string())),
    ]
)


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[]] * len(SCHEMA), schema=SCHEMA)


def written(writer: Any, table: pa.Table) -> str:
    stream = io.StringIO(newline="")
    writer(table, stream)
    return stream.getvalue()


def refuse_constant(text: str) -> Any:
    raise AssertionError(f"{text} is no JSON")


def parsed_json(text: str) -> Any:
    return json.loads(text, parse_constant=refuse_constant)


def as_said(row: dict[str, Any]) -> tuple[Any, ...]:
    ts = row["ts"] and datetime.fromisoformat(row["ts"])
    return row["name"], row["count"], row["lat"], ts, row["reasons"]


def with_numbers_only(row: tuple[Any, ...]) -> tuple[Any, ...]:
    lat = row[2] if row[2] is not None and math.isfinite(row[2]) else None
    return (*row[:2], lat, *row[3:])


@given(ROWS)
def test_json_says_exactly_what_the_table_says_and_nan_is_null(rows: list[tuple[Any, ...]]) -> None:
    read = parsed_json(written(tabular.write_json, table_of(rows)))
    assert [as_said(row) for row in read] == [with_numbers_only(row) for row in rows]


@given(ROWS)
def test_ndjson_is_one_object_a_line_and_the_same_objects(rows: list[tuple[Any, ...]]) -> None:
    table = table_of(rows)
    text = written(tabular.write_ndjson, table)
    assert text.count("\n") == len(rows)
    objects = [parsed_json(line) for line in text.split("\n")[:-1]]
    assert objects == parsed_json(written(tabular.write_json, table))
    assert all(list(row) == SCHEMA.names for row in objects)


@given(ROWS)
def test_csv_holds_the_same_cells_and_none_that_a_spreadsheet_would_run(rows: list[tuple[Any, ...]]) -> None:
    read = list(csv.reader(io.StringIO(written(tabular.write_csv, table_of(rows)), newline="")))
    assert read[0] == SCHEMA.names
    assert len(read) == len(rows) + 1
    for cells, row in zip(read[1:], map(with_numbers_only, rows), strict=True):
        name, count, lat, ts, reasons = cells
        assert not name.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
        assert (row[0] or "") in (name, name.removeprefix("'"))
        assert count == ("" if row[1] is None else str(row[1]))  # numbers carry no apostrophe, also below zero
        assert (lat == "") if row[2] is None else (float(lat) == row[2])
        assert (ts == "") if row[3] is None else (datetime.fromisoformat(ts) == row[3])
        assert (reasons == "") if row[4] is None else (json.loads(reasons) == row[4])


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("  =1", "'  =1"),
        ("A=1", "A=1"),
        ("", ""),
    ],
)
def test_only_text_that_a_spreadsheet_would_run_is_marked(text: str, cell: str) -> None:
    read = list(csv.reader(io.StringIO(written(tabular.write_csv, pa.table({"=x": [text]})), newline="")))
    assert read == [["'=x"], [cell]] or (cell == "" and read[0] == ["'=x"])


@pytest.mark.parametrize(
    ("ticks", "unit", "said"),
    [
        (0, "s", "1970-01-01T00:00:00Z"),
        (1_691_640_720, "s", "2023-08-10T04:12:00Z"),
        (-1, "ms", "1969-12-31T23:59:59.999Z"),
        (1_500_000, "us", "1970-01-01T00:00:01.500Z"),
        (1_000_001, "us", "1970-01-01T00:00:01.000001Z"),
        (1_000, "ns", "1970-01-01T00:00:00.000001Z"),
        (5, "ns", "1970-01-01T00:00:00.000000005Z"),
        (2**63 - 1, "us", None),  # SQL's 'infinity'
    ],
)
def test_times_are_utc_with_as_many_decimals_as_they_carry(ticks: int, unit: str, said: str | None) -> None:
    for zone in (None, "UTC", "Asia/Tokyo"):
        table = pa.table({"ts": pa.array([ticks, None], pa.timestamp(unit, tz=zone))})
        assert parsed_json(written(tabular.write_json, table)) == [{"ts": said}, {"ts": None}]


def test_rare_types_become_what_json_knows() -> None:
    tokyo = timezone(timedelta(hours=9))
    table = pa.table(
        {
            "big": pa.array([Decimal(2**100)], pa.decimal128(38, 0)),
            "price": pa.array([Decimal("1.50")], pa.decimal128(5, 2)),
            "short": pa.array([12.3], pa.float32()),
            "day": pa.array([date(2023, 8, 10)]),
            "took": pa.array([timedelta(days=1, hours=3, microseconds=500_000)]),
            "wkb": pa.array([b"\x01\xff"]),
            "reasons": pa.array([[("a", 2)]], pa.map_(pa.string(), pa.int64())),
            "nested": pa.array([{"at": datetime(2023, 8, 10, 9, tzinfo=tokyo), "x": [math.nan, None]}]),
            "kind": pa.array(["ship"]).dictionary_encode(),
            "nothing": pa.nulls(1),
            "fact": pa.array([True]),
        }
    )
    assert parsed_json(written(tabular.write_json, table)) == [
        {
            "big": 2**100,
            "price": 1.5,
            "short": 12.3,
            "day": "2023-08-10",
            "took": "P1DT3H0.5S",
            "wkb": "01ff",
            "reasons": {"a": 2},
            "nested": {"at": "2023-08-10T00:00:00Z", "x": [None, None]},
            "kind": "ship",
            "nothing": None,
            "fact": True,
        }
    ]


def test_columns_of_one_name_are_all_there() -> None:
    table = pa.table([[1], [2], [3]], names=["n", "n", "n_2"])
    assert parsed_json(written(tabular.write_json, table)) == [{"n": 1, "n_2": 2, "n_2_2": 3}]


def test_text_that_is_no_utf8_is_printed_with_a_mark_and_does_not_crash() -> None:
    broken = pa.array([b"AB\xff", None]).cast(pa.large_binary()).view(pa.large_string())
    for writer in (tabular.write_json, tabular.write_csv, tabular.write_grid):
        assert "AB�" in written(writer, pa.table({"name": broken}))


@pytest.mark.parametrize(
    "writer",
    [tabular.write_json, tabular.write_ndjson, tabular.write_csv, tabular.write_geojson, tabular.write_grid],
)
def test_what_is_no_number_is_never_printed(writer: Any) -> None:
    numbers = [math.nan, math.inf, -math.inf, None]
    table = pa.table({"lat": numbers, "lon": pa.array(numbers, pa.float32()), "x": [[n] for n in numbers]})
    text = written(writer, table).lower()
    assert "nan" not in text
    assert "inf" not in text


def test_a_table_past_one_chunk_is_whole() -> None:
    table = pa.table({"n": list(range(20_001))})
    assert [row["n"] for row in parsed_json(written(tabular.write_json, table))] == list(range(20_001))


def test_a_table_without_rows_is_valid_in_every_format() -> None:
    empty = SCHEMA.empty_table()
    assert parsed_json(written(tabular.write_json, empty)) == []
    assert written(tabular.write_ndjson, empty) == ""
    assert written(tabular.write_csv, empty) == ",".join(SCHEMA.names) + "\n"
    assert parsed_json(written(tabular.write_geojson, empty)) == {"type": "FeatureCollection", "features": []}
    assert written(tabular.write_grid, empty).split()[: len(SCHEMA)] == SCHEMA.names
