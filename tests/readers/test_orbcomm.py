"""Records of Global Fishing Watch and Orbcomm: two styles, NaN, arrays, and values of any type."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.errors import SourceError
from ais_gaps.readers.aisstream import READER as AISSTREAM
from ais_gaps.readers.orbcomm import READER, OrbcommReader
from ais_gaps.readers.source import Source
from tests.readers.streams import FORMATS, Memory, read, reasons

LINES, ARRAY = FORMATS / "records.jsonl", FORMATS / "records.json"
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
RECORD = {
    "type": "AIS.1",
    "ssvid": "273999001",
    "timestamp": "2024-03-01T12:00:00+00:00",
    "lon": 131.5,
    "lat": 42.5,
    "speed": 7.4,
    "course": 200.5,
    "heading": 199.0,
    "status": 0.0,
    "receiver_type": "satellite",
    "receiver": "rX",
}


def one(value: dict[str, Any], **options: Any) -> dict[str, Any]:
    (row,) = read(READER, json.dumps(value).encode(), **options)
    return row


def changed(**values: Any) -> dict[str, Any]:
    return {**RECORD, **values}


def test_a_record_as_it_is() -> None:
    row = one(RECORD)
    wanted = {"mmsi": 273999001, "ts": NOON, "lat": 42.5, "lon": 131.5, "sog": 7.4, "cog": 200.5, "heading": 199}
    wanted |= {
        "nav_status": 0,
        "msg_type": 1,
        "ais_class": "A",
        "static": False,
        "receiver": "satellite",
        "station": "rX",
    }
    assert {name: row[name] for name in wanted} == wanted
    assert row["reason"] is row["name"] is row["transmitter"] is None


def test_lines_and_an_array_of_them_say_the_same() -> None:
    lines, array = read(READER, Source(LINES)), read(READER, Source(ARRAY))
    assert (len(lines), reasons(lines)) == (23, [])
    assert [repr(json.loads(row["raw"])) for row in lines] == [repr(json.loads(row["raw"])) for row in array]
    assert [{**row, "raw": ""} for row in lines] == [{**row, "raw": ""} for row in array]


def test_static_messages() -> None:
    rows = read(READER, Source(LINES))
    static = next(row for row in rows if row["msg_type"] == 5)
    names = ("name", "imo", "call_sign", "ship_type", "length", "beam", "static", "lat")
    assert [static[name] for name in names] == ["EXAMPLE CARGO", 9999997, "UZZ1", "Cargo", 142, 23, True, None]
    empty = next(row for row in rows if row["msg_type"] == 24)
    assert [empty[name] for name in names] == ["EXAMPLE YACHT", None, None, None, None, None, True, None]


def test_the_older_style() -> None:
    row = one({"mmsi": 376091000, "timestamp": "2015-01-01 00:06:42.000000", "lon": 181.0, "lat": 91.0, "speed": 8})
    assert (row["mmsi"], row["ts"]) == (376091000, datetime(2015, 1, 1, 0, 6, 42, tzinfo=UTC))
    assert (row["lat"], row["lon"], row["sog"], row["msg_type"], row["static"]) == (91, 181, 8, None, None)


@pytest.mark.parametrize(
    "timestamp",
    [
        *("2024-03-01T12:00:00Z", "2024-03-01 12:00:00 UTC", "2024-03-01 12:00:00", "2024-03-01T15:00:00.000+03:00"),
        *(1709294400, 1709294400.0, "1709294400", 1709294400000, "2024-03-01T12:00:00.000000000Z"),
    ],
)
def test_styles_of_time(timestamp: Any) -> None:
    assert one(changed(timestamp=timestamp))["ts"] == NOON
    rows = read(READER, "\n".join(map(json.dumps, [RECORD, changed(timestamp=timestamp)])).encode())
    assert [row["ts"] for row in rows] == [NOON, NOON]


def test_a_zone_is_for_times_without_an_offset_only() -> None:
    values = [changed(timestamp="2024-03-01 21:00:00"), RECORD, changed(timestamp="2024-03-01 21:00:00.0")]
    rows = read(READER, "\n".join(map(json.dumps, values)).encode(), time_zone="Asia/Tokyo")
    assert [row["ts"] for row in rows] == [NOON] * 3


def test_what_received_it() -> None:
    assert one(changed(receiver_type=None), receiver="terrestrial")["receiver"] == "terrestrial"
    assert one(RECORD, receiver="terrestrial")["receiver"] == "satellite"
    assert one(changed(receiver_type="dynamic"), receiver="terrestrial")["receiver"] is None
    assert one(changed(receiver_type=[]))["receiver"] is None


def test_ship_types_by_word_or_number() -> None:
    said = ["Fishing", "Not available", "", 70, "70", 0, None, []]
    types = [one(changed(type="AIS.5", shiptype=each))["ship_type"] for each in said]
    assert types == ["Fishing", None, None, "Cargo", "Cargo", None, None, None]


def test_an_unreadable_imo_number_costs_no_more_than_itself() -> None:
    rows = [one(changed(type="AIS.5", imo=imo, shipname="X")) for imo in ("9999997", 9999997.0, "IMO9999997", [], "")]
    assert [row["imo"] for row in rows] == [9999997, 9999997, None, None, None]
    assert [row["name"] for row in rows] == ["X"] * 5
    assert not reasons(rows)


NAN_TEXTS = [
    ": NaN,",
    '": NaN,',
    'x": NaN}',
    "NaN",
    '\\": NaN,',
    ", NaN",
    '":NaN,',
    '"a":NaN, "b": NaN,',
    "\\",
    '\\\\": NaN}',
]


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(NAN_TEXTS), st.text(max_size=3).filter(lambda key: key not in RECORD)),
        st.just(float("nan")),
        max_size=3,
    ),
    st.one_of(st.sampled_from(NAN_TEXTS), st.text(max_size=10)),
    st.sampled_from([(",", ":"), (", ", ": ")]),
)
def test_nan_is_null_and_texts_that_look_like_it_stay(
    more: dict[str, float], name: str, separators: tuple[str, str]
) -> None:
    record = {"shipname": name, "speed": float("nan"), **more, "destination": name, "lat": float("nan")}
    text = json.dumps({**RECORD, **record, "timestamp": RECORD["timestamp"]}, separators=separators)
    (row,) = read(READER, text.encode())
    trimmed = name.strip(" \t\r\n\0@").strip(" \t\r\n\0@") or None
    assert row["reason"] is None
    assert (row["sog"], row["lat"], row["lon"]) == (None, None, 131.5)
    assert (row["name"], row["destination"]) == (trimmed, trimmed)


def test_infinities_are_passed_on_to_be_judged_with_all_others() -> None:
    assert one(changed(lat=float("inf")))["lat"] == float("inf")
    assert one(changed(lat=float("-inf")))["lat"] == float("-inf")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"ssvid": None}, "record has no ssvid or mmsi"),
        ({"ssvid": "abc"}, "mmsi is not a whole number: 'abc'"),
        ({"ssvid": -1.5}, "mmsi is not a whole number: -1.5"),
        ({"ssvid": "9" * 30}, "mmsi is not a whole number: '99"),
        ({"ssvid": {}}, "mmsi is not a whole number: an object"),
        ({"ssvid": True}, "mmsi is not a whole number: true"),
        ({"timestamp": None}, "record has no timestamp"),
        ({"timestamp": "yesterday\x1b[31m"}, "timestamp is not a time: 'yesterday\\x1b[31m'"),
        ({"timestamp": "2024-02-30T00:00:00Z"}, "timestamp is not a time: '2024-02-30T00:00:00Z'"),
        ({"timestamp": [1]}, "timestamp is not a time: an array"),
        ({"timestamp": 10**30}, "timestamp is not a time: "),
        ({"timestamp": -5}, "timestamp is not a time: -5"),
        ({"lat": "x"}, "lat is not a number: 'x'"),
        ({"lat": "1_0"}, "lat is not a number: '1_0'"),
        ({"lat": {}}, "lat is not a number: an object"),
        ({"lat": 10**400}, "lat is not a number: a number of too many digits"),
        ({"type": "AIS.99"}, "type is no AIS message type: 'AIS.99'"),
        ({"type": 5}, "type is no AIS message type: 5"),
        ({"status": 1000}, "status is too large or negative: 1000"),
        ({"status": -1}, "status is too large or negative: -1"),
        ({"shipname": ["X"]}, "shipname is not a text: an array"),
    ],
)
def test_a_record_that_cannot_be_read_says_why(values: dict[str, Any], reason: str) -> None:
    text = json.dumps(changed(**values))
    rows = read(READER, f"{json.dumps(RECORD)}\n{text}\n{json.dumps(RECORD)}".encode())
    assert [row["reason"] is None for row in rows] == [True, False, True]
    assert rows[1]["reason"].startswith(reason)
    assert rows[1]["raw"] == text


def test_numbers_may_be_written_as_texts() -> None:
    row = one(changed(lat=" 42.25 ", ssvid=" 273999001 ", speed=""))
    assert (row["lat"], row["mmsi"], row["sog"], row["reason"]) == (42.25, 273999001, None, None)


def test_a_bad_line_is_one_reject() -> None:
    rows = read(READER, f"{json.dumps(RECORD)}\n{{'mmsi': 1}}\n\n{json.dumps(RECORD)}\n".encode())
    assert [(row["record"], row["reason"] is None) for row in rows] == [(1, True), (2, False), (4, True)]
    assert rows[1]["reason"].startswith("not a JSON object: ")
    assert rows[1]["raw"] == "{'mmsi': 1}"


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just(2**80)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from([*RECORD, "mmsi", "imo", "shiptype", "length", "shipname"]), values), max_size=8
    )
)
def test_nothing_in_a_record_raises_and_none_is_lost(records: list[dict[str, Any]]) -> None:
    everything = [RECORD, *({**RECORD, **record} for record in records), *records]
    for content in ("\n".join(map(json.dumps, everything)), json.dumps(everything)):
        rows = read(READER, content.encode())
        assert [row["record"] for row in rows] == list(range(1, len(everything) + 1))
        assert rows[0]["reason"] is None


@settings(max_examples=30)
@given(st.integers(4, 3000), st.sampled_from([LINES, ARRAY]))
def test_any_cut_into_blocks_gives_the_same_rows(block_bytes: int, path: Path) -> None:
    assert read(OrbcommReader(block_bytes=block_bytes), Source(path)) == read(READER, Source(path))


@pytest.mark.parametrize("block_bytes", [4, 7, 1 << 20])
def test_arrays_hold_whatever_json_allows(block_bytes: int) -> None:
    text = f" [ {json.dumps(RECORD)},12345, null,{json.dumps(RECORD, indent=2)} ]\n[{json.dumps(RECORD)}]\n[]"
    rows = read(OrbcommReader(block_bytes=block_bytes), text.encode())
    wanted = [None, "not a JSON object: it is a number", "not a JSON object: it is null", None, None]
    assert [row["reason"] for row in rows] == wanted
    assert rows[1]["raw"] == "12345"


@pytest.mark.parametrize("end", ["", ",", ',{"mmsi":', "] x", ",[1", ",}]"])
def test_an_array_that_breaks_off_is_an_error_in_one_line(end: str) -> None:
    with pytest.raises(SourceError, match="stream: "):
        read(READER, f"[{json.dumps(RECORD)}{end}".encode())


def test_an_array_nested_too_deeply_is_an_error_in_one_line() -> None:
    with pytest.raises(SourceError, match="nested too deeply"):
        read(READER, b"[" * 100_000)


def test_it_is_recognised_by_its_content() -> None:
    assert [READER.recognises(Source(path)) for path in (LINES, ARRAY)] == [True, True]
    assert [AISSTREAM.recognises(Source(path)) for path in (LINES, ARRAY)] == [False, False]
    for content in (
        b"",
        b"{}",
        b"[",
        b"[]",
        b"mmsi,timestamp\n",
        b'{"mmsi":1,"timestamp":2}',
        b"\xff\xfe",
        b"{" * 9999,
    ):
        assert not READER.recognises(Memory(content))


def test_real_records(shared_data: Path) -> None:
    source = Source(shared_data / "ais" / "orbcomm" / "orbcomm_31vessels_2021-01.jsonl.gz")
    assert READER.recognises(source)
    rows = read(READER, source)
    assert (len(rows), len({row["mmsi"] for row in rows}), reasons(rows)) == (49_029, 31, [])
    types = Counter(row["msg_type"] for row in rows)
    assert types == {1: 30076, 5: 6691, 3: 5707, 18: 3036, None: 1968, 24: 550, 19: 541, 27: 460}
    receivers = Counter(row["receiver"] for row in rows)
    assert receivers == {"satellite": 31716, "terrestrial": 15345, None: 1968}
    assert sum(row["lat"] == 91 for row in rows) == 630
    assert sum(row["lat"] is None for row in rows) == 7297  # NaN, of which 56 in records without the key
    assert sum(row["name"] is not None for row in rows) == 7663
