"""What listening is made of: lines, times of receipt, records of when it listened. Nothing that was sent is lost or changed."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.errors import MissingInformation, UsageError
from ais_gaps.listen import ledger, log
from ais_gaps.listen.address import AISSTREAM_URL, address, box, feed_name
from ais_gaps.listen.backoff import LONGEST_S, Backoff
from ais_gaps.listen.counts import Counts
from ais_gaps.listen.envelopes import Envelopes, RefusedError
from ais_gaps.listen.framing import LONGEST_LINE_BYTES, Lines
from ais_gaps.listen.parts import WORK
from ais_gaps.listen.sentences import Sentences, header
from ais_gaps.listen.status import EVERY_S, Status
from ais_gaps.readers import recognise
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.readers.nmea import NmeaReader
from ais_gaps.readers.source import Source
from tests.listen_case import sentence

NOW = 1_700_000_000.25
HEADER = header("feed", "2023-11-14T22:13:20Z")


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """Some bytes in pieces of these sizes, the last of what is left."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(data[at : at + size])
        at += size
    return [*pieces, data[at:]]


@given(
    st.lists(st.binary(max_size=30) | st.just(b"x" * 5000), max_size=12), st.lists(st.integers(0, 6000), max_size=30)
)
def test_lines_are_the_same_however_they_come(lines: list[bytes], sizes: list[int]) -> None:
    data = b"\n".join(lines)
    cutting = Lines()
    got = [line for piece in cut(data, sizes) for line in cutting.feed(piece)]
    last = cutting.end()
    *whole, rest = data.replace(b"\r", b"\n").split(b"\n")
    assert got == [line for line in whole if line.strip() and len(line) <= LONGEST_LINE_BYTES]
    too_long = [line for line in (*whole, rest) if len(line) > LONGEST_LINE_BYTES]
    assert cutting.overlong == len(too_long)
    assert last == (b"" if len(rest) > LONGEST_LINE_BYTES else rest.strip())


def test_an_endless_line_takes_no_memory() -> None:
    cutting = Lines()
    for _ in range(1000):
        assert cutting.feed(b"A" * 65_536) == []
        assert len(cutting._rest) <= LONGEST_LINE_BYTES
    assert cutting.feed(b"\nnext\n") == [b"next"]
    assert cutting.overlong == 1


def written(data: bytes, seed: int = 1) -> tuple[bytes, Counts]:
    """What is written of a stream that comes in pieces."""
    draws, counts = random.Random(seed), Counts()
    form, cutting, out, at = Sentences("feed", counts), Lines(), [], 0
    while at < len(data):
        size = draws.choice((1, 7, 100, 3000, 65_536))
        out.append(form.take(cutting.feed(data[at : at + size]), NOW))
        at += size
    return b"".join([*out, form.last(cutting.end(), NOW)]), counts


def rows(path: Path, **options: Any) -> pa.Table:
    return pa.Table.from_batches([batch.rows for batch in NmeaReader().read(Source(path), ReadOptions(**options))])


FILES = (
    "aisdb_20211101_tagblock.nm4",
    "aislib_stream_example_20100611_pghp.txt",
    "dma_aisd_20131112_pghp.txt.gz",
    "goais_201902_nanotime.nmea",
    "kystverket_1000lines_tagblock.nm4",
    "pyais_nmea_data_sample.txt",
    "uscg_noaadata_test.ais",
)


@pytest.mark.parametrize("name", FILES)
def test_what_is_written_of_a_real_feed_reads_as_the_feed_itself(shared_data: Path, tmp_path: Path, name: str) -> None:
    data = (shared_data / "ais" / "nmea" / name).read_bytes()
    data = gzip.decompress(data) if name.endswith(".gz") else data
    original, heard = tmp_path / "original", tmp_path / "heard"
    original.write_bytes(data)
    text, _ = written(data)
    heard.write_bytes(HEADER + text)
    leave = ["record"]
    try:
        expected = rows(original)
    except MissingInformation:  # it has no times: then they are ours, and so is the station
        expected, leave = rows(original, start_time=datetime(2020, 1, 1, tzinfo=UTC)), ["record", "ts", "station"]
    got = rows(heard)
    assert len(got) > 500
    assert got.drop_columns(leave).equals(expected.drop_columns(leave))
    if "ts" in leave:
        read = got.filter(pa.compute.is_null(got["reason"]))
        assert set(read["ts"].to_pylist()) == {datetime.fromtimestamp(int(NOW), UTC)}
        assert set(read["station"].to_pylist()) == {"feed"}


def only(tmp_path: Path, *lines: bytes) -> list[dict[str, Any]]:
    path = tmp_path / "feed.nmea"
    form = Sentences("feed", Counts())
    path.write_bytes(HEADER + form.take(list(lines), NOW))
    return rows(path).to_pylist()


def test_a_sentence_gets_the_time_of_receipt_unless_it_has_one(tmp_path: Path) -> None:
    ours = datetime.fromtimestamp(int(NOW), UTC)
    theirs = datetime(2021, 11, 1, 1, 58, 9, tzinfo=UTC)
    lines = [
        sentence(1),
        b"\\s:42809,c:1635731889*%02X\\" % _check(b"s:42809,c:1635731889") + sentence(2),
        b"\\s:42809*%02X\\" % _check(b"s:42809") + sentence(3),
        b"\\c:1635731889*00\\" + sentence(4),  # a wrong checksum: nobody knows what it said
        sentence(5) + b",r003669987,1635731889",
        b"2021-11-01 01:58:09 " + sentence(6),  # of which zone?
        sentence(7) + b",r003669987,2021-11-01 01:58:09",
    ]
    got = only(tmp_path, *lines)
    assert [row["reason"] for row in got] == [None] * 7
    assert [row["ts"] for row in got] == [ours, theirs, ours, ours, theirs, ours, ours]
    assert [row["station"] for row in got] == ["feed", "42809", "42809", "feed", "r003669987", "feed", "feed"]


def test_a_file_of_times_without_zone_is_still_refused_where_nothing_else_says_when(tmp_path: Path) -> None:
    path = tmp_path / "other.nmea"
    path.write_bytes(b"2021-11-01 01:58:09 " + sentence(6) + b"\n")
    with pytest.raises(MissingInformation, match="--time-zone"):
        rows(path)
    path.write_bytes(sentence(6) + b",2021-11-01 01:58:09\n")
    with pytest.raises(MissingInformation, match="--time-zone"):
        rows(path)


def _check(text: bytes) -> int:
    from ais_gaps.readers.nmea_times import checksum

    return checksum(text)


def test_whatever_a_stranger_sends_first_the_file_is_read_as_nmea(tmp_path: Path) -> None:
    lines = [b"\xff\xfe", b"\x1f\x8b\x08", b"PK\x03\x04", b"# Timestamp,Type of mobile,MMSI", b"mmsi,ts,lat,lon"]
    lines += [b"$GPGGA," + b"0" * 4000] * 80  # more than is looked at to tell the format
    path = tmp_path / "feed.nmea"
    counts = Counts()
    path.write_bytes(HEADER + Sentences("feed", counts).take([*lines, sentence(1)], NOW))
    assert counts.other == 5
    assert recognise(Source(path), None, ReadOptions()).name == "nmea"
    assert [row["reason"] for row in rows(path).to_pylist()] == [None]


@pytest.mark.parametrize(
    ("rest", "kept"), [(sentence(1), 1), (sentence(1)[:-1] + b"x", 0), (sentence(1)[:-3], 0), (b"", 0)]
)
def test_the_last_line_of_a_connection_is_kept_if_its_checksum_says_that_it_is_whole(rest: bytes, kept: int) -> None:
    counts = Counts()
    form = Sentences("feed", counts)
    assert form.last(rest, NOW).count(b"\n") == counts.messages == kept
    wrong = sentence(1)[:-2] + (b"00" if sentence(1)[-2:] != b"00" else b"01")
    assert form.last(wrong, NOW) == b""
    assert counts.halves == 1 + (1 - kept if rest else 0)


def test_broken_sentences_are_kept_for_the_reader_to_reject(tmp_path: Path) -> None:
    got = only(tmp_path, sentence(1)[:-2] + b"00", b"!AIVDM,1,1,,A", sentence(2) + sentence(3))
    assert [row["reason"] is None for row in got] == [False] * 3


def test_a_message_without_a_time_gets_that_of_receipt_and_one_with_a_time_stays_as_it_is() -> None:
    timed = b'{"MessageType":"X","MetaData":{"time_utc":"t"},"Message":{"X":{}}}'
    form, counts = Envelopes(Counts()), Counts()
    assert form.take([timed], NOW) == timed + b"\n"
    bare = b'{\r\n"MessageType":"X",\r\n"Message":{"X":{}}\n}\n'
    assert form.take([bare], NOW) == (
        b'{  "MessageType":"X",  "Message":{"X":{}} ,"received_utc":"2023-11-14T22:13:20Z"}\n'
    )
    form = Envelopes(counts)
    assert form.take([b"[1]", b"\xff", b'{"MessageType":1,"Message":{}}', b"{" * 100_000], NOW) == b""
    assert counts.other == 4
    with pytest.raises(RefusedError, match="no"):
        form.take([b'{"error":"no"}'], NOW)


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_waits_double_up_to_a_minute_and_begin_anew_after_success(seed: int, failures: int) -> None:
    backoff = Backoff(random.Random(seed))
    waits = [backoff.wait_s() for _ in range(failures)]
    assert all(min(2.0**n, LONGEST_S) / 2 <= wait <= min(2.0**n, LONGEST_S) for n, wait in enumerate(waits))
    assert waits == [Backoff(random.Random(seed)).wait_s(), *waits[1:]]
    backoff.succeeded()
    assert backoff.wait_s() <= 1.0


def test_it_says_something_once_a_minute_and_when_it_begins() -> None:
    said: list[str] = []
    counts = Counts()
    status = Status("feed", counts, said.append)
    for tick in range(1000):
        if tick == 3:
            status.now("listening")
        counts.messages += 7
        status.tick(float(tick))
    assert len(said) == 1 + (999 - 3) // int(EVERY_S)
    assert said[0].startswith("feed: listening; 28 messages")
    assert "(420 a minute)" in said[1]


def test_addresses() -> None:
    assert address("tcp://example.org:5631").feed == "tcp-example-org-5631"
    assert (address("udp://[::1]:10110").host, address("udp://[::1]:10110").shown) == ("::1", "udp://[::1]:10110")
    assert address("aisstream").url == AISSTREAM_URL
    assert address("aisstream").feed == "aisstream"
    assert address("wss://example.org/v0").feed == "websocket-example-org-v0"
    for wrong in (
        "",
        "tcp://",
        "tcp://x",
        "tcp://x:99999",
        "udp://x:1/path",
        "file:///etc/passwd",
        "x:1",
        "tcp://[::1:1",
    ):
        with pytest.raises(UsageError):
            address(wrong)
    with pytest.raises(UsageError, match="unencrypted"):
        address("ws://example.org/v0")
    for secret in ("wss://example.org/v0?key=hush", "wss://u:hush@example.org/v0", "tcp://u:hush@example.org:1"):
        with pytest.raises(UsageError) as error:
            address(secret)
        assert "hush" not in str(error.value)


def test_boxes_and_names() -> None:
    assert box("-20,170,0,-175") == (-20.0, 170.0, 0.0, -175.0)
    for wrong in ("", "1,2,3", "1,2,3,x", "10,0,5,1", "-91,0,0,1", "0,0,1,nan", "0,5,1,5", "0,0,1,181"):
        with pytest.raises(UsageError, match="--box"):
            box(wrong)
    assert feed_name("roof-1.a_B") == "roof-1.a_B"
    for wrong in ("", ".x", "../x", "a/b", "a b", "é", "x" * 41, "a\\b", "a,b"):
        with pytest.raises(UsageError, match="--feed"):
            feed_name(wrong)


T0 = 1_700_000_000


def intervals(inbox: Path) -> list[dict[str, Any]]:
    """The rows of all records in the inbox, finished or not, in order."""
    found = []

    def written(path: Path) -> tuple[int, bool]:
        """When; of two of one tick of the clock the one with the open end is the later."""
        return path.stat().st_mtime_ns, "Z,,not_listening" in path.read_text(encoding="utf-8")

    for path in sorted([*inbox.glob("*.csv"), *(inbox / WORK).glob("*.csv.part")], key=written):
        read = log.read(Source(path))
        assert read.rejected == {}
        found += read.rows.to_pylist()
    return found


STEPS = st.lists(
    st.tuples(st.sampled_from(["connected", "alive", "lost", "beat", "sleep", "set back"]), st.integers(0, 2000)),
    max_size=25,
)


@given(STEPS)
@settings(max_examples=60)
def test_the_record_says_listening_only_of_times_with_a_sign_of_life(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    inbox = tmp_path_factory.mktemp("inbox")
    (inbox / WORK).mkdir()
    kept = ledger.Ledger(inbox, "feed", T0)
    now, heard, last = T0, set[int](), None
    for what, seconds in steps:
        before, now = now, now + (-seconds if what == "set back" else seconds)
        if what == "connected" and last is None:
            kept.connected(now)
            last = now
        elif what == "alive" and last is not None:
            kept.alive(now)
            heard |= set(range(last, now))
            last = now
        elif what == "lost" and last is not None:
            kept.lost("why")
            last = None
        elif what == "beat":
            kept.beat(now)
        elif what in ("sleep", "set back"):
            kept.jumped(before, now)
            last = None if last is None else now
    kept.stop(now)
    found = intervals(inbox)
    told = {
        second
        for row in found
        if row["state"] == "listening"
        for second in range(int(row["from_ts"].timestamp()), int(row["to_ts"].timestamp()))
    }
    assert told == heard
    assert found[-1]["to_ts"] is None
    assert [row["to_ts"] for row in found].count(None) == 1
    if not any(what == "set back" for what, _ in steps):
        assert [row["to_ts"] for row in found[:-1]] == [row["from_ts"] for row in found[1:]]


def test_a_record_is_handed_over_at_midnight_and_after_a_gap(tmp_path: Path) -> None:
    (tmp_path / WORK).mkdir()
    kept = ledger.Ledger(tmp_path, "feed", T0)
    midnight = (T0 // 86_400 + 1) * 86_400
    kept.connected(T0)
    kept.alive(midnight - 90)
    kept.beat(midnight - 80)
    assert not list(tmp_path.glob("*.csv"))
    kept.alive(midnight + 10)
    kept.beat(midnight + 10)
    assert len(list(tmp_path.glob("*.csv"))) == 1
    kept.lost("why")
    kept.connected(midnight + 300)
    kept.alive(midnight + 310)
    kept.lost("why")
    assert len(list(tmp_path.glob("*.csv"))) == 1
    kept.connected(midnight + 2000)
    assert len(list(tmp_path.glob("*.csv"))) == 2


def test_lines_of_a_record_that_cannot_be_read_are_counted_with_their_reason(tmp_path: Path) -> None:
    path = tmp_path / "x.listening.csv"
    lines = [
        "feed,2024-01-01T00:00:00Z,2024-01-01T00:01:00Z,listening,",
        "feed,2024-01-01T00:01:00Z,2024-01-01T00:02:00Z,listening,",
        "feed,2024-01-01T00:02:00Z,2024-01-01T00:03:00Z,not_listening,\x1b[2Jwhy\u202e",
        "../feed,2024-01-01T00:02:00Z,2024-01-01T00:03:00Z,listening,",
        "feed,2024-01-01T00:03:00,2024-01-01T00:03:00Z,listening,",
        "feed,2024-01-01T00:03:00Z,,listening,",
        "feed,2024-01-01T00:04:00Z,2024-01-01T00:03:00Z,listening,",
        "feed,2024-01-01T00:04:00Z,2024-01-01T00:05:00Z,asleep,",
        "feed,0001-01-01T00:00:00+23:59,2024-01-01T00:05:00Z,listening,",
        "feed,1",
        "a,b,c,d,e,f",
    ]
    path.write_text("\n".join([ledger.HEADER, *lines]) + "\n", encoding="utf-8")
    assert log.recognises(Source(path))
    found = log.read(Source(path))
    assert found.lines == 11
    assert sum(found.rejected.values()) == 8
    assert [(row["state"], row["to_ts"] - row["from_ts"], row["reason"]) for row in found.rows.to_pylist()] == [
        ("listening", timedelta(minutes=2), None),
        ("not_listening", timedelta(minutes=1), "[2Jwhy"),
    ]
