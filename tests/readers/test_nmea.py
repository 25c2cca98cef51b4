"""Raw NMEA: what is in the sentences, when they were received, and what cannot be read."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyais
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyais.bit_vector import bit_vector
from pyais.messages import MSG_CLASS

from ais_gaps.errors import MissingInformation, UsageError
from ais_gaps.itu import ship_type_words
from ais_gaps.readers import nmea_assembly
from ais_gaps.readers.aisstream import READER as AISSTREAM
from ais_gaps.readers.clock import Clock
from ais_gaps.readers.nmea import READER, NmeaReader
from ais_gaps.readers.nmea_payloads import decode
from ais_gaps.readers.nmea_times import checksum
from ais_gaps.readers.orbcomm import READER as ORBCOMM
from ais_gaps.readers.source import Source
from tests.readers.streams import FORMATS, Memory, closed, read, reasons

TIMED = ("tag_blocks.nm4", "gatehouse.txt", "coast_guard.ais", "nanoseconds.nmea")
POSITION = "!AIVDM,1,1,,A,145CTV@P2>9Gbr0H25P170t9P000,0*11"
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
EPOCH = int(NOON.timestamp())
ARMOUR = [chr(c) for c in (*range(48, 88), *range(96, 120))]


def at(sentence: str, seconds: float = EPOCH) -> str:
    """A sentence with a time before it."""
    return f"\\{closed(f'c:{seconds}')}\\{sentence}"


def sentence(payload: str, fill: int = 0) -> str:
    return "!" + closed(f"AIVDM,1,1,,A,{payload},{fill}")


def encode(**fields: Any) -> str:
    return at("\n".join(pyais.encode_dict(fields, talker_id="AI", sentence_type="VDM")))


def one(text: str, **options: Any) -> dict[str, Any]:
    (row,) = read(READER, (text + "\n").encode(), **options)
    return row


# what is in a message


def plain(value: Any) -> Any:
    """A value of pyais as a row has it."""
    if isinstance(value, str):  # pyais keeps what stands behind the first @
        return value.split("@")[0].strip() or None
    return None if value is None else int(value) if isinstance(value, int) else float(value)


def expected(message: Any, vector: bit_vector) -> dict[str, Any]:
    """What a row should say, from pyais's own decoding of the whole message."""
    number = message.msg_type
    row = {"msg_type": number, "mmsi": message.mmsi}
    for column, name in (("lat", "lat"), ("lon", "lon"), ("sog", "speed"), ("cog", "course"), ("nav_status", "status")):
        row[column] = plain(getattr(message, name, None))
    row["heading"] = plain(getattr(message, "heading", None))
    if number == 27:
        row["sog"] = None if row["sog"] == 63 else row["sog"]
        row["cog"] = None if row["cog"] == 511 else row["cog"]
    if number == 9 and row["sog"] == 1023:
        row["sog"] = None
    row["name"] = plain(getattr(message, "shipname", None))
    if number == 21:
        # the extension has room for 14 characters in its 88 bits; pyais makes a 15th of the rest
        row["name"] = (plain(message.name) or "") + (plain(vector.get_str(272, 84)) or "") or None
    for column, name in (("call_sign", "callsign"), ("destination", "destination"), ("imo", "imo")):
        row[column] = plain(getattr(message, name, None))
    # pyais takes the codes that its enumeration lacks for 0
    starts = {5: 232, 19: 263, 24: 40}
    typed = number in starts and hasattr(message, "ship_type")
    row["ship_type"] = ship_type_words(vector.get(starts[number], 8)) if typed else None
    sizes = {name: getattr(message, name, None) for name in ("to_bow", "to_stern", "to_port", "to_starboard")}
    whole = None not in sizes.values()
    row["length"] = float(sizes["to_bow"] + sizes["to_stern"]) or None if whole else None
    row["beam"] = float(sizes["to_port"] + sizes["to_starboard"]) or None if whole else None
    row["draught"] = plain(getattr(message, "draught", None)) or None
    row["eta"] = None
    if number == 5 and message.month and message.day:
        row["eta"] = f"{message.month:02}-{message.day:02} {message.hour:02}:{message.minute:02}"
    return row


WIDTHS = {1: 168, 2: 168, 3: 168, 4: 168, 5: 424, 9: 168, 11: 168, 18: 168, 19: 312, 21: 360, 24: 168, 27: 96}


@given(st.sampled_from(sorted(WIDTHS)), st.data())
def test_every_field_is_what_pyais_decodes(number: int, data: st.DataObject) -> None:
    width = WIDTHS[number]
    bits = (number << width - 6) | data.draw(st.integers(0, 2 ** (width - 6) - 1))
    if number == 24:  # parts 2 and 3 do not exist
        bits &= ~(1 << width - 39)
    if number in (1, 2, 3):  # pyais knows no other
        bits |= 1 << width - 42
    fill = -width % 6
    payload = "".join(ARMOUR[(bits << fill) >> shift & 63] for shift in range(width + fill - 6, -1, -6))
    vector = bit_vector(payload.encode(), fill)
    message = MSG_CLASS[number].from_vector(vector)
    row = one(at(sentence(payload, fill)))
    want = expected(message, vector)
    assert {name: row[name] for name in want} == want
    assert row["reason"] is None
    assert row["ts"] == NOON


@given(
    st.sampled_from([1, 2, 3, 18]),
    st.integers(1, 999_999_999),
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.integers(0, 1022),
    st.integers(0, 3599),
)
def test_a_report_comes_back_as_it_was_sent(n: int, mmsi: int, lat: float, lon: float, sog: int, cog: int) -> None:
    row = one(encode(msg_type=n, mmsi=mmsi, lat=lat, lon=lon, speed=sog / 10, course=cog / 10, heading=77))
    assert row["mmsi"] == mmsi
    assert row["lat"] == pytest.approx(lat, abs=2e-6)
    assert row["lon"] == pytest.approx(lon, abs=2e-6)
    assert (row["sog"], row["cog"], row["heading"]) == (sog / 10, cog / 10, 77)


def test_not_available_is_passed_on_as_sent() -> None:
    row = one(encode(msg_type=1, mmsi=273999001, lat=91, lon=181, speed=102.3, course=360, heading=511, status=15))
    found = [row[name] for name in ("lat", "lon", "sog", "cog", "heading", "nav_status")]
    assert found == [91, 181, 102.3, 360, 511, 15]


def test_long_range_reports_and_aircraft_have_their_own_not_available() -> None:
    far = one(encode(msg_type=27, mmsi=273999001, lat=91, lon=181, speed=63, course=511))
    assert (far["lat"], far["lon"], far["sog"], far["cog"], far["ais_class"]) == (91, 181, None, None, None)
    assert one(encode(msg_type=27, mmsi=273999001, lat=1, lon=1, speed=62, course=359))["sog"] == 62
    assert one(encode(msg_type=9, mmsi=111257001, lat=1, lon=1, speed=1023, course=0))["sog"] is None
    assert one(encode(msg_type=9, mmsi=111257001, lat=1, lon=1, speed=140, course=0))["sog"] == 140


def test_what_sent_a_message_and_of_which_class() -> None:
    def told(**fields: Any) -> tuple[Any, ...]:
        row = one(encode(lat=1, lon=1, **fields))
        return row["ais_class"], row["transmitter"], row["static"]

    assert [told(msg_type=n, mmsi=273999001) for n in (1, 2, 3)] == [("A", None, False)] * 3
    assert told(msg_type=5, mmsi=273999001) == ("A", None, True)
    assert [told(msg_type=n, mmsi=211999002) for n in (18, 19)] == [("B", None, False)] * 2
    assert told(msg_type=24, mmsi=211999002, partno=0) == ("B", None, True)
    assert told(msg_type=4, mmsi=2579999) == (None, "base_station", False)
    assert told(msg_type=9, mmsi=111257001) == (None, "aircraft", False)
    assert told(msg_type=21, mmsi=992579001) == (None, "aton", False)
    # an answer to an inquiry has the form of a base station's report, but a ship sends it
    assert told(msg_type=11, mmsi=273999001) == (None, None, False)


@pytest.mark.parametrize("number", [6, 7, 8, 10, 12, 13, 14, 15, 16, 17, 20, 22, 23, 25, 26])
def test_other_messages_are_signs_of_life(number: int) -> None:
    row = one(at(sentence(ARMOUR[number] + "45CTV@" + "0" * 20)))
    assert (row["msg_type"], row["mmsi"], row["static"]) == (number, 273999001, True)
    assert row["reason"] is row["lat"] is row["name"] is None


def test_a_text_ends_at_its_first_at_sign() -> None:
    assert one(encode(msg_type=24, mmsi=211999002, partno=0, shipname="EXAMPLE@X"))["name"] == "EXAMPLE"
    assert one(encode(msg_type=24, mmsi=211999002, partno=0, shipname=""))["name"] is None


def test_the_name_of_a_buoy_goes_on_in_its_extension() -> None:
    row = one(encode(msg_type=21, mmsi=992579001, name="A" * 20, name_ext="BC", lat=1, lon=1))
    assert row["name"] == "A" * 20 + "BC"


def test_an_auxiliary_craft_has_no_size_where_its_parent_ship_is_named() -> None:
    static = {"msg_type": 24, "partno": 1, "callsign": "ABC", "ship_type": 37}
    ship = one(encode(mmsi=211999002, to_bow=8, to_stern=6, to_port=2, to_starboard=2, **static))
    craft = one(encode(mmsi=982119990, mothership_mmsi=211999002, **static))
    assert (ship["length"], ship["beam"]) == (14, 4)
    assert (craft["length"], craft["beam"], craft["call_sign"]) == (None, None, "ABC")


def test_a_static_message_without_its_last_bits_still_counts() -> None:
    fields = {"msg_type": 5, "mmsi": 273999001, "shipname": "EXAMPLE", "destination": "RAJIN", "imo": 9999997}
    body = "".join(s.split(",")[5] for s in pyais.encode_dict(fields, talker_id="AI"))
    row = one(at(sentence(body[:70])))
    assert (row["name"], row["destination"], row["reason"]) == ("EXAMPLE", "RAJIN", None)
    cut = one(at(sentence(body[:50])))
    assert (cut["name"], cut["destination"], cut["eta"]) == ("EXAMPLE", None, None)


# when it was received


def test_every_style_of_time_gives_the_same_rows() -> None:
    compared = ("mmsi", "msg_type", "lat", "lon", "sog", "cog", "name", "imo", "eta")
    files = [read(READER, Source(FORMATS / name)) for name in TIMED]
    assert [len(rows) for rows in files] == [29] * 4
    tables = [[[row[name] for name in compared] for row in rows] for rows in files]
    assert tables[0] == tables[1] == tables[2] == tables[3]
    times = [[row["ts"].replace(microsecond=0) for row in rows] for rows in files]
    assert times[0] == times[1] == times[2] == times[3]
    assert (times[0][0], times[0][-1]) == (NOON + timedelta(seconds=5), NOON + timedelta(seconds=195))
    stations = [{row["station"] for row in rows} for rows in files]
    assert stations == [{"2579999"}, {"2579999"}, {"r009999001", "r009999101"}, {None}]


@pytest.mark.parametrize(
    ("line", "ts"),
    [
        (at(POSITION, EPOCH * 1000 + 250), NOON + timedelta(milliseconds=250)),
        (f"{EPOCH} {POSITION}", NOON),
        (f"{EPOCH}.250 {POSITION}", NOON + timedelta(milliseconds=250)),
        (f"{EPOCH}250,{POSITION}", NOON + timedelta(milliseconds=250)),
        (f"{EPOCH}250000000\t{POSITION}", NOON + timedelta(milliseconds=250)),
        (f"2024-03-01T12:00:00.250Z {POSITION}", NOON + timedelta(milliseconds=250)),
        (f"2024-03-01 15:00:00+03:00;{POSITION}", NOON),
        (f"{POSITION},{EPOCH}", NOON),
        (f"{POSITION},r003669987,{EPOCH}", NOON),
        (f"{POSITION},2024-03-01T12:00:00Z", NOON),
        (f"\\{closed('s:rX')}\\\\{closed(f'c:{EPOCH}')}\\{POSITION}", NOON),
        (f"\\c:{EPOCH}\\{POSITION}", NOON),
        (f"\\{closed(f'1G1:77,c:{EPOCH}')}\\{POSITION}", NOON),
    ],
)
def test_styles_of_time(line: str, ts: datetime) -> None:
    row = one(line)
    assert (row["ts"], row["mmsi"], row["reason"]) == (ts, 273999001, None)
    assert READER.recognises(Memory(line.encode()))


def test_times_without_an_offset_are_asked_for_never_assumed() -> None:
    line = f"2024-03-01 21:00:00 {POSITION}"
    with pytest.raises(MissingInformation, match="--time-zone"):
        one(line)
    assert one(line, time_zone="Asia/Tokyo")["ts"] == NOON
    with pytest.raises(UsageError, match="no time zone"):
        one(line, time_zone="Asia/Nowhere")


def pghp(seconds: int, station: str = "2579999") -> str:
    moment = NOON + timedelta(seconds=seconds)
    return "$" + closed(f"PGHP,1,2024,3,1,{moment.hour},{moment.minute},{moment.second},0,257,,{station},1,11")


def test_a_time_on_the_line_itself_stands_above_the_line_before() -> None:
    row = one(f"{pghp(30)}\n{POSITION},{EPOCH}")
    assert (row["ts"], row["station"], row["record"]) == (NOON, "2579999", 2)


def test_a_line_before_speaks_for_the_next_sentence_only() -> None:
    text = f"{pghp(0)}\n{POSITION}\n{POSITION}\n{pghp(9)}\n$PSTT,30A,20240301,120000*62\n{POSITION}\n"
    rows = read(READER, text.encode())
    assert [row["ts"] for row in rows] == [NOON, None, None]
    assert reasons(rows) == ["nothing says when this sentence was received"] * 2


def test_tag_blocks_on_a_line_of_their_own_lie_between() -> None:
    row = one(f"{pghp(0)}\n\\{closed('si:AISD')}\\\n{POSITION}")
    assert row["ts"] == NOON


def test_a_damaged_time_is_not_used() -> None:
    good = "\n" + at(POSITION)
    block = closed(f"c:{EPOCH}")
    rows = read(READER, f"\\{block[:-2]}00\\{POSITION}{good}".encode())
    assert reasons(rows) == [f"checksum of the tag block is wrong: expected 00, computed {block[-2:]}"]
    rows = read(READER, f"{pghp(0)[:-2]}00\n{POSITION}{good}".encode())
    assert reasons(rows)[0].startswith("checksum of the $PGHP line is wrong: expected 00")


def test_the_norwegian_feed_puts_the_group_before_an_older_checksum() -> None:
    block = closed(f"c:{EPOCH}")
    assert one(f"\\g:1-1-9999,{block}\\{POSITION}")["ts"] == NOON


def test_the_first_line_of_a_group_speaks_for_all_of_it() -> None:
    lines = [f"\\{closed(f'g:1-2-7,s:r1,c:{EPOCH}')}\\$ARVSI,r1,,120000.00,1454,-119,0*14"]
    lines += [f"\\{closed('g:2-2-7')}\\{POSITION}", at(POSITION, EPOCH + 1)]
    rows = read(READER, "\n".join(lines).encode())
    assert [(row["ts"], row["station"]) for row in rows] == [(NOON, "r1"), (NOON + timedelta(seconds=1), None)]


def test_a_file_without_times_is_refused_in_one_line_that_names_the_option() -> None:
    with pytest.raises(MissingInformation) as refused:
        read(READER, Source(FORMATS / "no_times.nmea"))
    text = str(refused.value)
    assert "--start-time" in text
    assert "2024-03-01T12:01:29Z" in text  # what its base station claims
    assert "\n" not in text


def test_a_start_time_is_carried_on_by_the_seconds_in_reports() -> None:
    rows = read(READER, Source(FORMATS / "no_times.nmea"), start_time=NOON)
    received = read(READER, Source(FORMATS / "tag_blocks.nm4"))
    away = [abs(a["ts"] - b["ts"]) for a, b in zip(rows, received, strict=True)]
    assert max(away) <= timedelta(seconds=30)
    assert all(row["reason"] is None for row in rows)


def test_a_start_time_also_serves_single_lines_without_a_time() -> None:
    text = f"{at(POSITION, EPOCH + 600)}\n{POSITION}\n"
    rows = read(READER, text.encode(), start_time=NOON)
    assert rows[0]["ts"] == NOON + timedelta(minutes=10)
    assert rows[1]["ts"] == NOON + timedelta(minutes=10, seconds=4)  # its own second


def us(seconds: float) -> int:
    return (EPOCH + int(seconds)) * 1_000_000


def report(second: float, mmsi: int = 1) -> tuple[int | None, int, int | None, int]:
    return None, int(second) % 60, None, mmsi


def base(seconds: float, mmsi: int) -> tuple[int | None, int, int | None, int]:
    return None, int(seconds) % 60, us(seconds), mmsi


@given(st.integers(0, 2**32), st.integers(3, 30), st.floats(0, 0.05))
def test_the_clock_holds_among_transmitters_that_run_wrong(seed: int, per_second: int, wrong: float) -> None:
    source, true = random.Random(seed), [i / per_second for i in range(1000)]
    rows = [report(source.randrange(60) if source.random() < wrong else t - source.random()) for t in true]
    clock = Clock(us(0))
    clock.run(rows)
    assert abs(clock.now - us(true[-1])) <= 12_000_000


def test_base_stations_bridge_an_interruption_when_two_agree() -> None:
    clock, later = Clock(us(0)), 5 * 3600
    clock.run([report(i) for i in range(10)])
    clock.run([base(later, 2570001)])
    assert clock.now < us(60)  # one alone may run wrong
    clock.run([base(later + 3, 2570002)])
    assert clock.now == us(later + 3)


def test_a_single_base_station_bridges_it_if_it_agreed_before() -> None:
    clock, later = Clock(us(0)), 5 * 3600
    clock.run([report(0), base(2, 2570001), base(later, 2570001), base(later + 10, 2570001)])
    assert clock.now == us(later + 10)
    wrong = Clock(us(0))
    wrong.run([report(0), base(later, 2570001), base(later + 10, 2570001), base(-later, 2570002)])
    assert wrong.now < us(60)


# messages of several sentences


def two_parts(name: str, mmsi: int, seq: int, station: str) -> list[str]:
    # the destination's end lies in the second part, so that a wrong join shows
    fields = {"msg_type": 5, "mmsi": mmsi, "shipname": name, "destination": f"FOR {name} {station}".rjust(20, ".")}
    parts = pyais.encode_dict(fields, talker_id="AI", sentence_type="VDM", seq_id=seq)
    return [f"{part},{station},{EPOCH}" for part in parts]


@given(st.integers(2, 6), st.integers(1, 4), st.randoms(use_true_random=False))
def test_messages_of_several_stations_are_told_apart_however_interleaved(
    stations: int, messages: int, source: random.Random
) -> None:
    # the same sequence number and channel at every station, which is the worst case
    queues = [
        [line for m in range(messages) for line in two_parts(f"SHIP {s} {m}", 273000000 + 10 * s + m, 3, f"r00{s}")]
        for s in range(stations)
    ]
    want = {(273000000 + 10 * s + m, f"SHIP {s} {m}", f"r00{s}") for s in range(stations) for m in range(messages)}
    lines = []
    while any(queues):
        lines.append(source.choice([queue for queue in queues if queue]).pop(0))
    rows = read(READER, "\n".join(lines).encode())
    assert {(row["mmsi"], row["name"], row["station"]) for row in rows} == want
    assert all(row["destination"].endswith(f"FOR {row['name']} {row['station'].upper()}") for row in rows)
    assert not reasons(rows)
    assert all(len(row["raw"].split("\n")) == 2 for row in rows)


def test_groups_tell_messages_apart_that_share_a_sequence_number() -> None:
    a, b = (
        [part.split(",r1")[0] for part in two_parts(name, mmsi, 1, "r1")] for name, mmsi in (("ONE", 1), ("TWO", 2))
    )
    first, second = (
        [f"\\{closed(f'g:1-2-{g},c:{EPOCH}')}\\{parts[0]}", f"\\{closed(f'g:2-2-{g}')}\\{parts[1]}"]
        for g, parts in ((11, a), (12, b))
    )
    rows = read(READER, "\n".join([first[0], second[0], first[1], second[1]]).encode())
    assert [(row["mmsi"], row["name"], row["record"]) for row in rows] == [(1, "ONE", 1), (2, "TWO", 2)]
    assert [row["destination"][-10:] for row in rows] == ["FOR ONE R1", "FOR TWO R1"]


def test_a_part_goes_to_the_youngest_message_that_waits_for_it() -> None:
    lost, (a, b) = two_parts("ONE", 1, 4, "r1")[0], two_parts("TWO", 2, 4, "r1")
    rows = read(READER, "\n".join([lost, a, b]).encode())
    assert [(row["record"], row["mmsi"], row["reason"]) for row in rows] == [
        (1, None, "a part of the message is missing: 2 of 2"),
        (2, 2, None),
    ]


def test_a_lost_part_is_a_reject_at_the_line_of_what_came() -> None:
    a, b = two_parts("ONE", 1, 4, "r1"), two_parts("TWO", 2, 4, "r1")
    rows = read(READER, "\n".join([a[1], b[0]]).encode())
    assert [(row["record"], row["reason"], row["raw"]) for row in rows] == [
        (1, "a part of the message is missing: 1 of 2", a[1]),
        (2, "a part of the message is missing: 2 of 2", b[0]),
    ]


def test_parts_far_apart_are_not_joined() -> None:
    a, b = two_parts("ONE", 1, 4, "r1")
    between = f"{POSITION},r1,{EPOCH}\n" * (nmea_assembly.WINDOW_LINES + 1)
    assert len(reasons(read(READER, f"{a}\n{between}{b}".encode()))) == 2
    late = b.replace(str(EPOCH), str(EPOCH + 61))
    assert len(reasons(read(READER, f"{a}\n{late}".encode()))) == 2
    assert not reasons(read(READER, f"{a}\n{b}".encode()))


def test_a_damaged_part_and_what_it_leaves_alone_are_both_rejected() -> None:
    a, b = two_parts("ONE", 1, 4, "r1")
    rows = read(READER, f"{a}\n{b.replace('2,2,4', '2,2,5')}".encode())
    assert [row["record"] for row in rows] == [1, 2]
    assert [reason.split(":")[0] for reason in reasons(rows)] == [
        "a part of the message is missing",
        "checksum is wrong",
    ]


def test_memory_stays_bounded_where_parts_never_come() -> None:
    first = two_parts("ONE", 1, 4, "r1")[0]
    assembler = nmea_assembly.Assembler()
    reader = NmeaReader(block_bytes=10_000)
    rows = read(reader, f"{first}\n".encode() * 5000)
    assert len(rows) == 5000
    assert len(reasons(rows)) == 5000
    assert not assembler.finish().faults


# what cannot be read


def test_faults_each_have_their_reason_and_their_raw_text() -> None:
    rows = read(READER, Source(FORMATS / "faults.nm4"))
    lines = (FORMATS / "faults.nm4").read_text().split("\n")
    assert [(row["record"], row["reason"]) for row in rows] == [
        (2, "a part of the message is missing: 2 of 2"),
        (3, None),
        (5, "checksum is wrong: expected 00, computed 11"),
        (6, "AIS sentence has no payload"),
        (7, "payload is too short: 18 bits"),
        (9, "AIS sentence is cut short: 6 of 7 fields"),
        (10, None),
    ]
    assert [row["raw"] for row in rows] == [lines[row["record"] - 1] for row in rows]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (sentence("045CTV@P2>9Gbr0H25P170t9P000"), "there is no AIS message 0"),
        (sentence("t45CTV@P2>9Gbr0H25P170t9P000"), "there is no AIS message 60"),
        (sentence("145CTV@P2>9Gbr"), "payload is too short for message 1: 84 bits"),
        (sentence("145CTV@P2>9Gbr0H~5P170t9P000"), "payload holds characters that no AIS message has"),
        (sentence("H45CTV@"), "payload is too short for message 24: 38 bits"),
        (sentence("H45CTV<00000"), "static data report has an unknown part number: 3"),
        ("!AIVDM,1,1,,A,145CTV@P2>9Gbr0H25P170t9P000,0", "AIS sentence has no checksum"),
        ("!AIVDM,1,1,,A,145CTV@P2>9Gbr0H25P170t9P000,9*11", "AIS sentence is not well formed"),
        ("!" + closed("AIVDM,2,3,1,A,145CTV,0"), "sentence says it is number 3 of 2"),
        (f"{POSITION}{POSITION}", "two sentences on one line"),
    ],
)
def test_reasons(text: str, reason: str) -> None:
    fill = 4 if text.startswith("!AIVDM,1,1,,A,H45CTV@,") else None
    if fill is not None:
        text = sentence("H45CTV@", fill)
    row = one(at(text))
    assert row["reason"] == reason
    assert row["raw"] == at(text)


def test_lines_that_are_no_ais_sentences_are_no_rows() -> None:
    others = ["# a comment", "", "$GPZDA,120000.00,01,03,2024,00,00*6E", "$ARVSI,r1,,1,2,3,4*00", "!AIABM,1,1,0*00"]
    assert read(READER, "\n".join(others).encode()) == []
    assert read(READER, b"") == []


def ais_lines(content: bytes) -> list[str]:
    """The lines that hold an AIS sentence, told in another way than the reader does."""
    import re

    lines = [line.rstrip(b"\r") for line in content.split(b"\n")]
    return [line.decode("utf-8", "backslashreplace") for line in lines if re.search(rb"[!$][^\n][^\n]VD[MO],", line)]


noise = st.binary(max_size=40).map(lambda text: text.replace(b"\n", b"").replace(b"\r", b""))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A line of a real kind, with some bytes put over others."""
    lines = [line for name in (*TIMED, "faults.nm4") for line in (FORMATS / name).read_bytes().split(b"\n")]
    line = bytearray(draw(st.sampled_from(lines)))
    for _ in range(draw(st.integers(0, 3))):
        if line:
            at_byte = draw(st.integers(0, len(line) - 1))
            line[at_byte : at_byte + draw(st.integers(0, 2))] = draw(
                st.sampled_from([b"", b",", b"*", b"\\", b"!", b"9"])
            )
    return bytes(line)


@given(st.lists(st.one_of(noise, damaged()), max_size=40), st.integers(1, 500))
def test_no_sentence_is_lost_and_nothing_raises(lines: list[bytes], block_bytes: int) -> None:
    content = at(POSITION).encode() + b"\n" + b"\n".join(lines)
    reader = NmeaReader(block_bytes=block_bytes)
    assert reader.recognises(Memory(content))
    rows = read(reader, content, time_zone="UTC", start_time=NOON)
    kept = [line for row in rows for line in row["raw"].split("\n")]
    assert Counter(kept) == Counter(ais_lines(content))


@given(st.binary(max_size=2000))
def test_garbage_is_never_recognised_at_the_price_of_an_error(content: bytes) -> None:
    if READER.recognises(Memory(content)):
        read(READER, content, start_time=NOON, time_zone="UTC")
    assert read(READER, content, start_time=NOON, time_zone="UTC") is not None


@settings(max_examples=40)
@given(st.integers(1, 20_000))
def test_any_cut_into_blocks_gives_the_same_rows(block_bytes: int) -> None:
    content = b"".join((FORMATS / name).read_bytes() for name in (*TIMED, "faults.nm4"))
    assert read(NmeaReader(block_bytes=block_bytes), content) == read(READER, content)


@settings(max_examples=40)
@given(st.integers(1, 3000))
def test_any_cut_into_blocks_gives_the_same_times_by_the_clock(block_bytes: int) -> None:
    lines = (FORMATS / "no_times.nmea").read_text().splitlines()
    for i in [i for i, line in enumerate(lines) if line.startswith("!AIVDM,2,2")]:
        lines.insert(i + 4, lines.pop(i))  # what lies between moves the clock
    content = "\n".join(lines).encode()
    cut = read(NmeaReader(block_bytes=block_bytes), content, start_time=NOON)
    assert cut == read(READER, content, start_time=NOON)


@given(st.integers(0, len(POSITION) - 4), st.integers(1, 255))
def test_a_single_wrong_byte_never_passes(position: int, flip: int) -> None:
    line = bytearray(POSITION.encode())
    line[position] ^= flip
    content = at(POSITION).encode() + b"\n" + at(line.decode("latin-1")).encode("latin-1")
    rows = read(READER, content, start_time=NOON)
    assert len([row for row in rows if row["reason"] is None]) <= 1 or position == 0


@given(
    st.one_of(
        st.binary(min_size=1, max_size=300), st.integers(60, 200).flatmap(lambda n: st.binary(min_size=n, max_size=n))
    )
)
def test_the_checksum_is_the_exclusive_or(text: bytes) -> None:
    slowly = 0
    for byte in text:
        slowly ^= byte
    assert checksum(text) == slowly


@pytest.mark.parametrize("ending", [b"\r\n", b"\r", b"\r\r\n"])
def test_line_ends_and_byte_order_marks(ending: bytes) -> None:
    content = (FORMATS / "tag_blocks.nm4").read_bytes()
    drop = ("raw",)
    plain_rows = [{k: v for k, v in row.items() if k not in drop} for row in read(READER, content)]
    for changed in (content.replace(b"\n", ending), b"\xef\xbb\xbf" + content):
        assert READER.recognises(Memory(changed))
        assert [{k: v for k, v in row.items() if k not in drop} for row in read(READER, changed)] == plain_rows


def test_a_receiver_is_what_the_user_says_or_unknown() -> None:
    assert one(at(POSITION))["receiver"] is None
    assert one(at(POSITION), receiver="satellite")["receiver"] == "satellite"


@pytest.mark.parametrize("name", [*TIMED, "no_times.nmea", "faults.nm4"])
def test_nmea_is_recognised_and_taken_for_nothing_else(name: str) -> None:
    source = Source(FORMATS / name)
    assert (READER.recognises(source), AISSTREAM.recognises(source), ORBCOMM.recognises(source)) == (True, False, False)


@pytest.mark.parametrize(
    "content",
    [b"", b"mmsi,time\n1,2\n", b'{"nmea":"' + POSITION.encode() + b'"}', b"1" * 200_000, b"12 34:5 " * 30_000],
)
def test_other_content_is_not_recognised(content: bytes) -> None:
    assert not READER.recognises(Memory(content))


def test_decoding_nothing_gives_nothing() -> None:
    assert decode([], []).columns["mmsi"].null_count == 0


# real files

COUNTS = {
    # rows, of which rejected, first and last reception
    "aisdb_20211101_tagblock.nm4": (979, 0, "2021-11-01 01:58:07", "2021-11-01 01:59:06"),
    "aislib_stream_example_20100611_pghp.txt": (4051, 0, "2010-06-11 11:46:10", "2010-06-11 11:46:38"),
    "dma_aisd_20131112_pghp.txt.gz": (26077, 0, "2013-11-12 12:00:00", "2013-11-12 12:04:59"),
    "dma_drift_212123000_20141002.ais": (3130, 0, "2014-10-02 16:30:03", "2014-10-03 06:59:53"),
    "dma_drift_538004030_20140928.ais": (5252, 0, "2014-09-28 16:00:04", "2014-09-28 18:29:54"),
    "goais_201902_nanotime.nmea": (913, 9, "2019-02-16 07:52:46", "2019-02-16 07:52:48"),
    "kystverket_1000lines_tagblock.nm4": (877, 0, "2019-08-07 22:59:58", "2019-08-07 23:00:27"),
    "uscg_noaadata_test.ais": (853, 0, "2006-07-15 00:01:32", "2006-07-15 00:02:20"),
}


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_real_files_go_in_whole(shared_data: Path, name: str) -> None:
    source = Source(shared_data / "ais" / "nmea" / name)
    rows = read(READER, source)
    times = [row["ts"] for row in rows if row["ts"] is not None]
    first, last = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (min(times), max(times)))
    assert (len(rows), len(reasons(rows)), first, last) == COUNTS[name]
    kept = [line for row in rows for line in row["raw"].split("\n")]
    with source.open() as stream:
        assert Counter(kept) == Counter(ais_lines(stream.read()))


def test_the_real_file_without_times_is_asked_about(shared_data: Path) -> None:
    source = Source(shared_data / "ais" / "nmea" / "pyais_nmea_data_sample.txt")
    with pytest.raises(MissingInformation, match="--start-time"):
        read(READER, source)
    rows = read(READER, source, start_time=datetime(2015, 6, 21, 9, 30, tzinfo=UTC))
    assert len(rows) == 898
    assert Counter(reason.split(":")[0] for reason in reasons(rows)) == {
        "AIS sentence has no payload": 100,
        "a part of the message is missing": 20,
    }
