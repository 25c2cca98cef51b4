"""Listening to servers on this machine: what they send is in the inbox once, whatever they and the machine do."""

from __future__ import annotations

import asyncio
import csv
import json
import random
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ais_gaps.errors import AisGapsError
from ais_gaps.holdings import Holdings
from ais_gaps.listen.address import address
from ais_gaps.listen.counts import Counts
from ais_gaps.listen.listener import Settings, listen
from ais_gaps.listen.parts import WORK, held
from tests.listen_case import HERE, Server, commands, free_port, numbers, process, sentence, tcp_server, wait_for

pytestmark = pytest.mark.allow_hosts([HERE])


def heard(source: str, inbox: Path, said: list[str] | None = None, **more: Any) -> Counts:
    settings = {"for_s": 1.0, "rotate_s": 3600.0, "idle_s": 30.0, "backoff_s": 0.05, "draws": random.Random(1), **more}
    return listen(Settings(address(source), inbox, "feed", **settings), [].append if said is None else said.append)


def ledger(inbox: Path) -> list[dict[str, str]]:
    rows = []
    for path in sorted(inbox.glob("feed-*.listening.csv"), key=lambda path: path.stat().st_mtime_ns):
        rows += list(csv.DictReader(path.read_text().splitlines()))
    return rows


def left(inbox: Path) -> list[str]:
    return [path.name for path in (inbox / WORK).iterdir() if path.suffix != ".lock"]


def test_a_server_that_closes_time_and_again_is_heard_time_and_again(tmp_path: Path) -> None:
    said: list[int] = []

    async def talk(writer: asyncio.StreamWriter) -> None:
        for _ in range(50):
            said.append(len(said))
            writer.write(sentence(said[-1]) + b"\r\n")
        await writer.drain()

    with tcp_server(talk) as server:
        counts = heard(f"tcp://{HERE}:{server.port}", tmp_path)
    got = numbers(tmp_path)
    assert got == sorted(set(got))
    assert counts.messages == len(got) >= 400
    assert counts.connections >= 8  # each wait is the first one's, since something was heard
    assert left(tmp_path) == []
    assert ledger(tmp_path)[-1]["reason"] == "the listener was stopped"


def test_half_a_line_is_left_out_and_a_whole_one_without_line_end_is_not(tmp_path: Path) -> None:
    ends = [sentence(1), sentence(2)[:-9]]

    async def talk(writer: asyncio.StreamWriter) -> None:
        if ends:
            writer.write(sentence(len(ends) + 10) + b"\n" + ends.pop(0))
            await writer.drain()
        else:
            await asyncio.sleep(9)

    with tcp_server(talk) as server:
        counts = heard(f"tcp://{HERE}:{server.port}", tmp_path)
    assert numbers(tmp_path) == [12, 1, 11]
    assert counts.halves == 1


def test_garbage_is_counted_and_kept_out_however_long(tmp_path: Path) -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"\x1f\x8b\x00\xff\xfe binary\n" + sentence(1) + b"\n" + b"A" * 9_000_000 + b"\n" + sentence(2) + b"\n"
        )
        writer.write(b"!AIVDM" + b",\x00" * 5_000 + b"\n<html>\n" + sentence(3) + b"\n")
        await writer.drain()
        await asyncio.sleep(9)

    with tcp_server(talk) as server:
        counts = heard(f"tcp://{HERE}:{server.port}", tmp_path)
    assert numbers(tmp_path) == [1, 2, 3]
    assert (counts.other, counts.overlong) == (2, 2)


def test_a_server_that_hangs_is_left_and_the_time_since_its_last_word_is_not_listening(tmp_path: Path) -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(sentence(1) + b"\n")
        for _ in range(90):
            writer.write(b"still here\n")  # but no AIS
            await asyncio.sleep(0.1)

    with tcp_server(talk) as server:
        counts = heard(f"tcp://{HERE}:{server.port}", tmp_path, idle_s=1.5, for_s=3.2, backoff_s=1.0)
    assert counts.connections >= 2
    rows = ledger(tmp_path)
    assert any(row["state"] == "not_listening" and row["reason"] == "nothing came for 1.5 s" for row in rows)
    assert [row["to_ts"] for row in rows[:-1]] == [row["from_ts"] for row in rows[1:]]


def test_nobody_there_is_not_listening_and_once_says_so(tmp_path: Path) -> None:
    source = f"tcp://{HERE}:{free_port()}"
    counts = heard(source, tmp_path, for_s=1.2)
    assert counts.messages == counts.files == 0
    assert {row["state"] for row in ledger(tmp_path)} == {"not_listening"}
    assert any("refused" in row["reason"] for row in ledger(tmp_path))
    with pytest.raises(AisGapsError, match=r"tcp://127\.0\.0\.1:\d+: .*[Rr]efused"):
        heard(source, tmp_path, once=True, for_s=None)


def test_files_end_by_the_clock_and_by_size_and_messages_stay_together(tmp_path: Path) -> None:
    first = b"!AIVDM,2,1,3,B,53:JiN02>=7T?@Pc:20hmb0p4I<Td6222222221@I0L?A5p10G0QCR@j,0*77"
    second = b"!AIVDM,2,2,3,B,00000000000,2*27"

    async def talk(writer: asyncio.StreamWriter) -> None:
        for number in range(14):
            writer.write(first + b"\n")
            await asyncio.sleep(0.18)
            writer.write(second + b"\n" + sentence(number) + b"\n")
            await asyncio.sleep(0.02)
        await asyncio.sleep(9)

    with tcp_server(talk) as server:
        counts = heard(f"tcp://{HERE}:{server.port}", tmp_path, for_s=2.6, rotate_s=1.0)
    files = sorted(tmp_path.glob("*.nmea"))
    assert len(files) == counts.files >= 2
    for path in files[:-1]:  # the last one ends where it was stopped
        lines = path.read_bytes().split(b"\n")
        assert sum(b",2,1,3," in line for line in lines) == sum(b",2,2,3," in line for line in lines)
    many = tmp_path / "many"
    with tcp_server(talk) as server:
        assert heard(f"tcp://{HERE}:{server.port}", many, for_s=1.5, rotate_bytes=200).files >= 2


def test_what_was_heard_is_ingested_and_known_to_have_been_heard(tmp_path: Path) -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        for number in range(20):
            writer.write(sentence(number) + b"\n")
        await writer.drain()

    before = int(time.time())
    with tcp_server(talk) as server:
        heard(f"tcp://{HERE}:{server.port}", tmp_path / "inbox", once=True)
    archive = Holdings.at(tmp_path / "archive", create=True)
    results = list(archive.ingest([tmp_path / "inbox"]))
    assert [(result.reader, result.error) for result in results] == [("nmea", None), ("listening", None)]
    rows = archive.sql("SELECT mmsi, ts, station FROM reports ORDER BY mmsi").to_pylist()
    assert [row["mmsi"] for row in rows] == [200_000_000 + number for number in range(20)]
    assert {row["station"] for row in rows} == {"feed"}
    assert all(before <= row["ts"].timestamp() <= time.time() for row in rows)
    assert [row["state"] for row in archive.listening().to_pylist()][-1] == "not_listening"
    assert all(result.already_known for result in archive.ingest([tmp_path / "inbox"]))


def test_datagrams_are_heard_and_the_port_counts_as_listened_to(tmp_path: Path) -> None:
    port = free_port()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.connect((HERE, port))
            for number in range(0, 300, 3):
                time.sleep(0.01)
                try:
                    out.send(sentence(number) + b"\r\n" + sentence(number + 1) + b"\n" + sentence(number + 2))
                except ConnectionRefusedError:  # not bound yet
                    continue

    sender = threading.Thread(target=send)
    sender.start()
    counts = heard(f"udp://{HERE}:{port}", tmp_path, for_s=2.2, idle_s=0.1)
    sender.join()
    got = numbers(tmp_path)
    assert got == list(range(got[0], 300))
    assert counts.connections == 1
    seconds = [row for row in ledger(tmp_path) if row["state"] == "listening"]
    assert seconds
    assert len(ledger(tmp_path)) - len(seconds) == 1


def test_datagrams_that_come_too_fast_are_counted() -> None:
    from ais_gaps.listen import udp

    async def flood() -> tuple[int | None, int | None]:
        async with udp.connection(address(f"udp://{HERE}:{free_port()}")) as bound:
            assert bound.buffer_bytes > 0
            bound._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            before = bound.dropped()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                for number in range(500):
                    out.sendto(sentence(number), bound._socket.getsockname())
            return before, bound.dropped()

    before, after = asyncio.run(flood())
    if not Path("/proc/net/udp").exists():
        pytest.skip("this kernel does not say what it drops (/proc/net/udp)")
    assert before == 0
    assert after is not None
    assert after > 100


def test_one_listener_a_feed(tmp_path: Path) -> None:
    with held(tmp_path, "feed"), pytest.raises(AisGapsError, match="another process listens to the feed"):
        heard(f"tcp://{HERE}:{free_port()}", tmp_path)


def test_an_inbox_that_cannot_be_written_is_one_plain_line(tmp_path: Path) -> None:
    taken = tmp_path / "inbox"
    taken.write_text("")
    with pytest.raises(AisGapsError, match="cannot write into the inbox"):
        heard(f"tcp://{HERE}:{free_port()}", taken)


def test_killed_at_any_moment_it_loses_no_more_than_was_on_its_way_and_doubles_nothing(tmp_path: Path) -> None:
    sent: list[float] = []
    draws = random.Random(5)

    async def talk(writer: asyncio.StreamWriter) -> None:
        while True:
            for _ in range(20):
                writer.write(sentence(len(sent)) + b"\n")
                sent.append(time.monotonic())
            await writer.drain()
            await asyncio.sleep(0.01)

    kills = []
    arguments = ("--inbox", str(tmp_path), "--feed", "feed", "--rotate", "0.02")
    with tcp_server(talk) as server:
        source = f"tcp://{HERE}:{server.port}"
        for _ in range(2):
            begun = len(sent)
            with process(source, *arguments) as listener:
                wait_for(lambda begun=begun: len(sent) > begun + 50)
                time.sleep(draws.uniform(0.1, 1.0))
                listener.kill()
                kills.append(time.monotonic())
                listener.wait()
            time.sleep(1.1)  # the record is to the second
        begun = len(sent)
        with process(source, *arguments) as listener:
            wait_for(lambda: len(sent) > begun + 200)
            listener.send_signal(signal.SIGTERM)
            _, stderr = listener.communicate(timeout=20)
            kills.append(time.monotonic())
            assert listener.returncode == 0, stderr
            assert "feed: stopped; " in stderr
    got = numbers(tmp_path)
    assert len(got) == len(set(got))
    missing = set(range(len(sent))) - set(got)
    assert all(any(-1.0 < sent[number] - kill < 1.0 for kill in kills) for number in missing)
    assert len(got) > 0.5 * len(sent)
    assert left(tmp_path) == []
    rows = ledger(tmp_path)
    assert [row["reason"] for row in rows if row["to_ts"] == ""] == ["the listener was stopped"]
    assert any(row["reason"] == "the listener did not run" for row in rows)


def test_a_killed_run_that_left_half_a_line_is_completed_at_the_next_start(tmp_path: Path) -> None:
    work = tmp_path / WORK
    work.mkdir()
    part = work / "feed-20240101T000000Z.nmea.part"
    part.write_bytes(b"# x\n" + sentence(1) + b"\n" + sentence(2) + b"\n" + sentence(3)[:20] + b"\x00" * 100_000)
    (work / "feed-20240101T000001Z.nmea.part").write_bytes(b"# x\n\\s:fe")
    (work / "feed-20240101T000000Z.listening.csv.part").write_bytes(
        b"feed,from_ts,to_ts,state,reason\nfeed,2024-01-01T00:00:00Z,2024-01-01T00:01:00Z,listening,\nfeed,2024"
    )
    other = work / "feed-2-20240101T000000Z.nmea.part"
    other.write_bytes(b"another feed's")
    heard(f"tcp://{HERE}:{free_port()}", tmp_path, for_s=0.2)
    assert (tmp_path / "feed-20240101T000000Z.nmea").read_bytes() == b"# x\n" + sentence(1) + b"\n" + sentence(
        2
    ) + b"\n"
    assert left(tmp_path) == [other.name]
    rows = ledger(tmp_path)
    assert rows[0]["to_ts"] == rows[1]["from_ts"] == "2024-01-01T00:01:00Z"
    assert rows[1]["reason"] == "the listener did not run"
    assert not list(tmp_path.glob("feed-20240101T000001Z*"))


KEY = "secret-of-the-user"
BODY = {"MessageID": 1, "UserID": 211000001, "Latitude": 54.0, "Longitude": 10.0, "Sog": 1.0, "Cog": 2.0, "Valid": True}


def envelope(number: int, **more: Any) -> dict[str, Any]:
    return {
        "MessageType": "PositionReport",
        "MetaData": {"MMSI": 211000001, "ShipName": "A", "time_utc": f"2024-01-01 00:00:{number:02d}.5 +0000 UTC"},
        "Message": {"PositionReport": {**BODY, "Timestamp": number}},
        **more,
    }


def websocket_server(messages: list[Any], asked: list[Any]) -> Server:
    server = pytest.importorskip("websockets.asyncio.server", reason="the package websockets is not installed")

    async def talk(connection: Any) -> None:
        asked.append(json.loads(await connection.recv()))
        for message in messages:
            await connection.send(message if isinstance(message, bytes) else json.dumps(message, indent=1))

    return Server(lambda: server.serve(talk, HERE, 0))


def test_aisstream_is_subscribed_to_and_heard(tmp_path: Path) -> None:
    asked: list[Any] = []
    messages = [
        envelope(1),
        json.dumps(envelope(2)).encode(),
        envelope(3, MetaData={"MMSI": 211000001}),
        {"no": "message"},
        b"\xff\xfe",
        envelope(4),
    ]
    before = int(time.time())
    with websocket_server(messages, asked) as server:
        counts = heard(
            f"ws://{HERE}:{server.port}/v0/stream",
            tmp_path,
            once=True,
            for_s=None,
            key=KEY,
            boxes=[(-20, 170, 0, -175)],
        )
    assert asked == [
        {"APIKey": KEY, "BoundingBoxes": [[[-20.0, 170.0], [0.0, 180.0]], [[-20.0, -180.0], [0.0, -175.0]]]}
    ]
    assert (counts.messages, counts.other) == (4, 2)
    assert not any(KEY.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    archive = Holdings.at(tmp_path / "archive", create=True)
    results = list(archive.ingest(sorted(tmp_path.glob("*.jsonl"))))
    assert [(result.reader, result.rows_kept, result.rows_rejected) for result in results] == [("aisstream", 4, 0)]
    times = archive.sql("SELECT ts FROM reports ORDER BY ts")["ts"].to_pylist()
    assert [f"{ts:%Y-%m-%dT%H:%M:%S}" for ts in times[:3]] == [f"2024-01-01T00:00:0{n}" for n in (1, 2, 4)]
    assert before <= times[3].timestamp() <= time.time()


def test_a_server_that_refuses_is_asked_again_and_the_key_is_in_no_word(tmp_path: Path) -> None:
    asked: list[Any] = []
    said: list[str] = []
    with websocket_server([{"error": f"Api Key {KEY} Is Not Valid"}], asked) as server:
        heard(f"ws://{HERE}:{server.port}/", tmp_path, said, key=KEY)
    assert len(asked) >= 2
    assert any("the server says: Api Key (key) Is Not Valid" in line for line in said)
    rows = ledger(tmp_path)
    assert any(row["reason"] == "the server says: Api Key (key) Is Not Valid" for row in rows)
    assert KEY not in f"{said}{rows}"


def test_wrong_usage_is_one_line(tmp_path: Path) -> None:
    wrong = [
        (["aisstream"], "AISSTREAM_API_KEY"),
        (["tcp://127.0.0.1:1", "--box", "1,2,3,4"], "--box goes with aisstream only"),
        (["http://127.0.0.1:1"], "is no live source"),
        (["tcp://user:hush@127.0.0.1:1"], "the source holds a user or a password"),
        (["tcp://127.0.0.1:1", "--feed", "../x"], "--feed"),
    ]
    inbox = ["--inbox", str(tmp_path / "inbox")]
    done = commands(*([*arguments, *inbox] for arguments, _ in wrong), AISSTREAM_API_KEY="")
    lines = done.stderr.splitlines()
    assert done.stdout.split() == ["2"] * len(wrong)
    assert len(lines) == len(wrong)
    assert all(said in line for line, (_, said) in zip(lines, wrong, strict=True))
    assert "hush" not in done.stderr
    assert not (tmp_path / "inbox").exists()
