"""Messages of aisstream.io: envelopes, bodies alone, and whatever else a line may hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.errors import MissingInformation
from ais_gaps.readers.aisstream import READER, AisstreamReader
from ais_gaps.readers.nmea import READER as NMEA
from ais_gaps.readers.orbcomm import READER as ORBCOMM
from ais_gaps.readers.source import Source
from tests.readers.streams import FORMATS, Memory, read, reasons

ENVELOPES, BODIES = FORMATS / "aisstream.jsonl", FORMATS / "aisstream_bodies.ndjson"
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
WHEN = "2022-12-29 18:22:32.318353 +0000 UTC"
TS = datetime(2022, 12, 29, 18, 22, 32, 318353, tzinfo=UTC)


def envelope(kind: str, number: int, meta: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    body = {"MessageID": number, "UserID": 273999001, "Valid": True, **body}
    meta = {"MMSI": 273999001, "ShipName": "", "time_utc": WHEN, **(meta or {})}
    return {"MessageType": kind, "MetaData": meta, "Message": {kind: body}}


def one(value: Any, **options: Any) -> dict[str, Any]:
    (row,) = read(READER, json.dumps(value).encode(), **options)
    return row


def position(**body: Any) -> dict[str, Any]:
    place = {
        "Latitude": 42.5,
        "Longitude": 131.5,
        "Sog": 7.4,
        "Cog": 200.5,
        "TrueHeading": 199,
        "NavigationalStatus": 0,
    }
    return envelope("PositionReport", 1, **{**place, **body})


def test_envelopes_of_every_kind() -> None:
    rows = read(READER, Source(ENVELOPES))
    assert (len(rows), reasons(rows)) == (25, [])
    assert rows[0]["ts"] == NOON + timedelta(seconds=5, microseconds=318353)
    static = next(row for row in rows if row["msg_type"] == 5)
    assert [static[name] for name in ("name", "imo", "call_sign", "ship_type", "length", "beam", "draught", "eta")] == [
        *("EXAMPLE CARGO", 9999997, "UZZ1", "Cargo, hazardous category A", 142, 23, 7.4, "03-02 06:30")
    ]
    a, b = (row for row in rows if row["msg_type"] == 24)
    assert (a["name"], a["call_sign"], a["ship_type"], a["length"]) == ("EXAMPLE YACHT", None, None, None)
    assert (b["call_sign"], b["ship_type"], b["length"], b["static"]) == ("DZ0002", "Pleasure craft", 14, True)
    base = next(row for row in rows if row["msg_type"] == 4)
    assert (base["transmitter"], base["lat"], base["static"]) == ("base_station", 42.1, False)
    far = next(row for row in rows if row["msg_type"] == 27)
    assert (far["sog"], far["cog"], far["lat"], far["ais_class"]) == (None, None, 42.1, None)
    yacht = next(row for row in rows if row["msg_type"] == 18)
    assert (yacht["sog"], yacht["heading"], yacht["ais_class"], yacht["name"]) == (102.3, 511, "B", "EXAMPLE YACHT")


def test_a_report_as_it_is() -> None:
    row = one(position(), receiver="terrestrial")
    wanted = {"mmsi": 273999001, "ts": TS, "lat": 42.5, "lon": 131.5, "sog": 7.4, "cog": 200.5, "heading": 199}
    wanted |= {
        "nav_status": 0,
        "msg_type": 1,
        "ais_class": "A",
        "static": False,
        "receiver": "terrestrial",
        "record": 1,
    }
    assert {name: row[name] for name in wanted} == wanted
    assert row["name"] is row["reason"] is row["transmitter"] is None


def test_the_providers_name_counts_as_a_claim_but_the_ships_own_goes_first() -> None:
    meta = {"ShipName": "ANOTHER             "}
    assert one(envelope("PositionReport", 1, meta))["name"] == "ANOTHER"
    assert one(envelope("ShipStaticData", 5, meta, Name="OWN"))["name"] == "OWN"
    assert one(envelope("ShipStaticData", 5, meta, Name="   "))["name"] == "ANOTHER"


@pytest.mark.parametrize(
    ("time", "ts"),
    [
        ("2022-12-29 18:22:32.318353123 +0000 UTC", TS),
        ("2022-12-29 18:22:32.318353 +0000 UTC m=+0.5", TS),
        ("2022-12-29 18:22:32 +0000 UTC", TS.replace(microsecond=0)),
        ("2022-12-29 18:22:32.5 +0000 UTC", TS.replace(microsecond=500_000)),
        ("2022-12-29 20:22:32.318353 +0200 EET", TS),
        ("2022-12-29T18:22:32.318353Z", TS),
    ],
)
def test_times_as_go_prints_them(time: str, ts: datetime) -> None:
    assert one(envelope("PositionReport", 1, {"time_utc": time}))["ts"] == ts
    # also where they stand among others, which are read together
    both = [position(), envelope("PositionReport", 1, {"time_utc": time})]
    rows = read(READER, "\n".join(map(json.dumps, both)).encode())
    assert [row["ts"] for row in rows] == [TS, ts]


@pytest.mark.parametrize(
    ("kind", "number"), [("SafetyBroadcastMessage", 14), ("BinaryBroadcastMessage", 8), ("Interrogation", 15)]
)
def test_other_messages_are_signs_of_life(kind: str, number: int) -> None:
    row = one(envelope(kind, number, Latitude=None))
    assert (row["msg_type"], row["static"], row["mmsi"], row["lat"]) == (number, True, 273999001, None)


def test_a_kind_that_is_not_known_yet_is_kept() -> None:
    row = one(
        {"MessageType": "UnknownMessage", "MetaData": {"MMSI": 5, "time_utc": WHEN}, "Message": {"UnknownMessage": {}}}
    )
    assert (row["mmsi"], row["msg_type"], row["static"], row["reason"]) == (5, None, None, None)


def test_speeds_in_whole_knots_have_their_own_not_available() -> None:
    assert one(envelope("StandardSearchAndRescueAircraftReport", 9, Sog=1023))["sog"] is None
    aircraft = one(envelope("StandardSearchAndRescueAircraftReport", 9, Sog=140))
    assert (aircraft["sog"], aircraft["transmitter"]) == (140, "aircraft")


def test_an_aid_to_navigation_has_a_name_in_two_parts() -> None:
    row = one(
        envelope(
            "AidsToNavigationReport", 21, Name="LONG", NameExtension="ER", Dimension={"A": 1, "B": 1, "C": 1, "D": 1}
        )
    )
    assert (row["name"], row["length"], row["transmitter"]) == ("LONGER", 2, "aton")


def test_an_auxiliary_craft_has_no_size_where_its_parent_ship_is_named() -> None:
    part = {
        "ReportB": {"Valid": True, "ShipType": 37, "CallSign": "ABC", "Dimension": {"A": 9, "B": 9, "C": 9, "D": 9}}
    }
    assert one(envelope("StaticDataReport", 24, UserID=211999002, **part))["length"] == 18
    assert one(envelope("StaticDataReport", 24, UserID=982119990, **part))["length"] is None


def test_bodies_alone_need_a_start_time() -> None:
    with pytest.raises(MissingInformation, match="--start-time"):
        read(READER, Source(BODIES))
    rows = read(READER, Source(BODIES), start_time=NOON)
    assert [row["ts"] for row in rows] == [NOON + timedelta(seconds=20 * i + 4) for i in range(10)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not a JSON object"),
        ("[1]", "not a JSON object: it is an array"),
        ("null", "not a JSON object: it is null"),
        ('"text"', "not a JSON object: it is a text"),
        ("[" * 100_000, "not a JSON object: nested too deeply"),
        ('{"a":' * 100_000, "not a JSON object: nested too deeply"),
        ("{}", "not a message of aisstream.io: it has no MessageType"),
        ('{"error":"Api Key Is Not Valid"}', "not a message of aisstream.io: it has no MessageType"),
        ('{"MessageType":"PositionReport"}', "envelope holds no PositionReport"),
        ('{"MessageType":[1],"Message":{}}', "envelope holds no message"),
        ('{"MessageType":"\\u001b[31m","Message":3}', "envelope holds no \\x1b[31m"),
        (json.dumps(position(Latitude="north")), "Latitude is not a number: 'north'"),
        (json.dumps(position(Latitude=True)), "Latitude is not a number: true"),
        (json.dumps(position(Sog=[1])), "Sog is not a number: an array"),
        (json.dumps(position(Longitude=10**400)), "Longitude is not a number: a number of too many digits"),
        (json.dumps(position(UserID="X")), "UserID is not a whole number: 'X'"),
        (json.dumps(position(UserID=1.5)), "UserID is not a whole number: 1.5"),
        (json.dumps(position(UserID=10**40)), "UserID is not a whole number: "),
        (json.dumps(position(NavigationalStatus=70000)), "NavigationalStatus is too large or negative: 70000"),
        (json.dumps(position(NavigationalStatus={})), "NavigationalStatus is not a whole number: an object"),
        (json.dumps(position(Valid=False)), "marked as not valid by the provider"),
        (json.dumps(envelope("PositionReport", 1, {"time_utc": "noon"})), "time_utc is not a time: 'noon'"),
        (json.dumps(envelope("PositionReport", 1, {"time_utc": None})), "message has no time_utc"),
        (json.dumps(envelope("PositionReport", 1, {"MMSI": None}, UserID=None)), "message has no UserID"),
        (json.dumps(envelope("ShipStaticData", 5, Name={})), "name is not a text: an object"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(line: str, reason: str) -> None:
    good = json.dumps(position())
    rows = read(READER, f"{good}\n{line}\n{good}\n".encode())
    assert [row["record"] for row in rows] == [1, 2, 3]
    assert [row["reason"] is None for row in rows] == [True, False, True]
    assert rows[1]["reason"].startswith(reason)
    assert rows[1]["raw"] == line
    assert "\n" not in rows[1]["reason"]


def test_text_that_is_not_unicode_costs_its_own_line_only() -> None:
    good = json.dumps(position()).encode()
    rows = read(READER, good + b'\n{"MessageType":"\xff"}\n' + good)
    assert [row["reason"] for row in rows] == [None, "not a JSON object: not UTF-8", None]
    lone = json.dumps(envelope("ShipStaticData", 5, Name="A\ud800B")).encode()
    assert one(json.loads(lone))["name"] == "A?B"


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just(2**80)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)
KEYS = (
    "MessageID",
    "UserID",
    "Latitude",
    "Sog",
    "Cog",
    "TrueHeading",
    "NavigationalStatus",
    "Timestamp",
    "Valid",
    "Name",
)
KEYS += (
    "Type",
    "Dimension",
    "Eta",
    "ImoNumber",
    "MaximumStaticDraught",
    "ReportA",
    "ReportB",
    "UtcYear",
    "Destination",
)
KINDS = ("PositionReport", "ShipStaticData", "StaticDataReport", "BaseStationReport", "AidsToNavigationReport", "New")


@st.composite
def hostile(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(KINDS))
    body = draw(st.dictionaries(st.sampled_from(KEYS), values, max_size=6))
    numbers = st.sampled_from([None, 1, 4, 5, 19, 21, 24, 27, 99, "5"])
    body |= {} if (number := draw(numbers)) is None else {"MessageID": number}
    meta = draw(st.one_of(values, st.dictionaries(st.sampled_from(["MMSI", "ShipName", "time_utc"]), values)))
    whole = {"MessageType": kind, "MetaData": meta, "Message": {kind: body}}
    return json.dumps(draw(st.sampled_from([whole, body, meta, [whole]])))


@given(st.lists(st.one_of(hostile(), st.text(max_size=30).map(lambda t: "".join(t.split()) or "x")), max_size=15))
def test_nothing_in_a_record_raises_and_no_line_is_lost(lines: list[str]) -> None:
    content = "\n".join([json.dumps(position()), *lines]).encode("utf-8", "surrogatepass")
    rows = read(READER, content, start_time=NOON)
    assert [row["record"] for row in rows] == [
        number for number, line in enumerate(content.split(b"\n"), 1) if line.strip()
    ]


@given(st.binary(max_size=500))
def test_bytes_never_raise(content: bytes) -> None:
    READER.recognises(Memory(content))
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        read(READER, content, start_time=NOON)


@settings(max_examples=30)
@given(st.integers(1, 5000))
def test_any_cut_into_blocks_gives_the_same_rows(block_bytes: int) -> None:
    content = ENVELOPES.read_bytes() + b"{\n\n" + ENVELOPES.read_bytes()
    assert read(AisstreamReader(block_bytes=block_bytes), content) == read(READER, content)


@pytest.mark.parametrize("path", [ENVELOPES, BODIES])
def test_it_is_recognised_and_taken_for_nothing_else(path: Path) -> None:
    source = Source(path)
    assert (READER.recognises(source), ORBCOMM.recognises(source), NMEA.recognises(source)) == (True, False, False)


def test_real_bodies(shared_data: Path) -> None:
    source = Source(shared_data / "ais" / "aisstream" / "positions_message_bodies.ndjson")
    assert READER.recognises(source)
    with pytest.raises(MissingInformation, match="--start-time"):
        read(READER, source)
    rows = read(READER, source, start_time=NOON)
    assert (len(rows), reasons(rows)) == (5850, [])
    # a feed of the world in which 9 of 10 reports are a few seconds old: the clock neither runs away nor falls behind
    middles = [sorted(row["ts"] for row in rows[i : i + 450])[225] for i in range(0, 5850, 450)]
    assert middles == sorted(middles)
    assert NOON < middles[0] < middles[-1] < NOON + timedelta(seconds=40)
