"""What comes in is not to be trusted: names, cells, files, archives of files. Nothing of it may break, hide or run anything."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import os
import socket
import subprocess
import sys
import unicodedata
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from ais_gaps.readers.source import ARCHIVE_MARK
from ais_gaps.store import archive as store_archive
from tests.command import environment
from tests.conftest import ROOT

MC = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"
    "TransceiverClass\n"
)
LIMIT_MB = 1536

NAMES = [
    "PLAIN JANE",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "=1+1",
    "\t=1+2",
    "\uff1d1+1",
    "\x1b[31mRED\x1b[0m\x1b]0;title\x07\x1b[2J",
    "\x9b31m8 BIT",
    "abc\u202egnp.exe",
    "\u200b\u2066hidden\u2069",
    "nul\x00byte",
    "bell\x07back\x08\x7f",
    "A" * 10_240,
    "'; DROP TABLE reports; --",
    'quote " and "" quotes',
    "new\nline",
    "carriage\rreturn",
    "line\u2028separator",
    "--help",
    "-h",
    "--archive",
    "%s%n{0}$HOME`id`",
    "../../etc/passwd",
    "[bold red]markup[/bold red]",
    "[link=http://x]y[/link]",
    "a\x1fb\x1ec",
    "Тест",
    "나진 1호",
    "\U0001f6a2",
    "NaN",
    "null",
    "\u0378 not a character \uffff",
]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Done(NamedTuple):
    """How a command ended, and what it printed."""

    arguments: list[str]
    code: int
    out: str
    err: str


RUNNER = """
import io, json, resource, sys
from ais_gaps.cli import main

def peak_mb():
    # Not ru_maxrss where it can be helped: Linux counts what the process was before exec, a copy of the whole test run.
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

said = []
for arguments in json.load(sys.stdin):
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2)]
    sys.stdout, sys.stderr = streams
    sys.argv = ["ais-gaps", *arguments]
    try:
        main()
    except SystemExit as stop:
        code = stop.code
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", "surrogateescape"))
    said.append([arguments, code, *texts])
json.dump([peak_mb(), said], sys.__stdout__)
"""


def commands(archive: Path, asked: Sequence[Sequence[str]], timeout_s: float = 100) -> tuple[float, list[Done]]:
    """Runs commands one after the other in one new process; its peak memory in MB, and how each ended."""
    lines = [["--archive", str(archive), *arguments] for arguments in asked]
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment(),
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    peak_mb, said = json.loads(done.stdout)
    return peak_mb, [Done(arguments[2:], *rest) for arguments, *rest in said]


def well_behaved(done: Done) -> None:
    """The exit status is one of the documented ones, nothing unexpected is told, and each format is what it is called."""
    assert done.code in (0, 1, 2), done
    assert "Traceback" not in done.err, done
    assert "ais-gaps: unexpected " not in done.err, done
    assert not _unprintable(done.err), done
    if done.code == 1 and "ingest" not in done.arguments:
        assert len(done.err.splitlines()) == 1, done
    if done.code:
        return
    match done.arguments[done.arguments.index("-f") + 1] if "-f" in done.arguments else "table":
        case "json" | "geojson":
            json.loads(done.out, parse_constant=_no_number)
        case "ndjson":
            for line in done.out.split("\n")[:-1]:
                json.loads(line, parse_constant=_no_number)
        case "csv":
            rows = list(csv.reader(io.StringIO(done.out, newline="")))
            assert len({len(row) for row in rows}) == 1, done.arguments
            risky = {
                cell for row in rows for cell in row if cell.lstrip(" ").startswith(FORMULA) and not _is_number(cell)
            }
            assert risky == set(), done.arguments
        case _:
            assert not _unprintable(done.out), done.arguments


def _unprintable(text: str) -> set[str]:
    """Controls, bidirectional and invisible marks, surrogates."""
    return {c for c in set(text) - {"\n"} if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _no_number(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def marinecadastre(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    text.write(MC)
    csv.writer(text).writerows(rows)
    return text.getvalue()


def two_days(mmsi: int, name: str = "X") -> list[list[Any]]:
    """A ship's two reports, two days apart: one gap."""
    return [
        [mmsi, f"2023-08-1{day}T00:00:00", 42.1, 130.3, 1, 2, 3, name, "", f"C{mmsi % 1000}", 70, 0, 1, 1, 1, 70, "A"]
        for day in (0, 2)
    ]


def ship(number: int) -> str:
    """A small file of its own ship."""
    return marinecadastre(two_days(273_900_000 + number))


# -- names -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    rows = [row for i, name in enumerate(NAMES) for row in two_days(273_000_000 + i, name)]
    (folder / "ships.csv").write_text(marinecadastre(rows), encoding="utf-8", newline="")
    bad = [[name, "2023-08-10T00:00:00", name, *row[3:]] for name in NAMES for row in two_days(0)[:1]]
    (folder / "=bad\x1b[31m\u202e.csv").write_text(marinecadastre(bad), encoding="utf-8", newline="")
    _, [good, refused] = commands(
        folder / "a",
        [["ingest", str(folder / "ships.csv"), "-f", "json"], ["ingest", str(folder / "=bad\x1b[31m\u202e.csv")]],
    )
    well_behaved(good)
    well_behaved(refused)
    [result] = json.loads(good.out)
    assert (result["rows_kept"], result["rows_rejected"]) == (2 * len(NAMES), 0)
    assert refused.code == 1
    return folder / "a"


EVERYTHING = (
    ["gaps"],
    ["gaps", "--superseded"],
    ["gaps", "--near", "Rajin", "--within-nm", "40"],
    ["vessels", "273000002"],
    ["sources"],
    ["rejects"],
    ["evidence"],
    ["places", "list", "--watched"],
    ["sql", "SELECT * FROM claims"],
    ["sql", 'SELECT r.*, c.name AS "=1+1" FROM reports r JOIN claims c USING (claim, mmsi, source)'],
    [
        "sql",
        "SELECT name, [name] AS list, {'k': name} AS struct, map {name: 1} AS map, encode(name) AS bytes FROM claims",
    ],
    [
        "sql",
        "SELECT 'nan'::DOUBLE AS n, 1e400::DOUBLE AS i, -'inf'::FLOAT AS f, DATE '0044-03-15 (BC)' AS d, TIMESTAMP 'infinity' AS t",
    ],
    ["sql", "SELECT '@SUM(A1)' AS \"@a\", ' -1+2' AS \"-b\", '\uff20x' AS c, '\uff0bx' AS d, -1.5 AS e, ['=1'] AS f"],
    ["investigate", "273000002"],
)


@pytest.mark.parametrize("form", ["table", "json", "csv", "ndjson", "geojson"])
def test_every_output_of_every_command_is_safe(form: str, archive: Path) -> None:
    page = {"investigate": "text"} if form == "table" else {}
    asked = [[*arguments, "-f", page.get(arguments[0], form)] for arguments in EVERYTHING]
    for done in commands(archive, asked)[1]:
        well_behaved(done)
        has_it = (
            form in ("table", "json")
            or done.arguments[0] == "gaps"
            or (form != "geojson" and done.arguments[0] != "investigate")
        )
        assert done.code == 0 or not has_it, done


def test_names_come_back_as_they_are_but_for_padding(archive: Path) -> None:
    _, [gaps, claims] = commands(
        archive, [["gaps", "-f", "json"], ["sql", "SELECT DISTINCT name FROM claims", "-f", "ndjson"]]
    )
    expected = [name.strip("@ \t\r\n\x00\xa0") for name in NAMES]
    assert [gap["name"] for gap in json.loads(gaps.out)] == expected
    assert {json.loads(line)["name"] for line in claims.out.split("\n")[:-1]} == set(expected)


def test_names_can_be_asked_for_and_run_nothing(archive: Path) -> None:
    names = [name for name in NAMES if "\0" not in name]
    asked = [["vessels", "-f", "json", "--", name] for name in names]
    for command in (["gaps", "-f", "csv"], ["investigate", "-f", "json"], ["investigate"], ["places", "list"], ["sql"]):
        asked += [[*command, "--", name] for name in names[2::3]]
    for done in commands(archive, asked)[1]:
        well_behaved(done)
        if done.arguments[0] == "vessels":
            found = [row["name"] for row in json.loads(done.out)] if done.code == 0 else []
            if any(character.isalnum() for character in done.arguments[-1]):
                assert done.arguments[-1].strip() in found, done.arguments
    _, [count] = commands(archive, [["sql", "SELECT count(*) AS n FROM reports", "-f", "csv"]])
    assert count.out == f"n\n{2 * len(NAMES)}\n"


# -- files -------------------------------------------------------------------------------------------------------------


def archive_of_files(folder: Path) -> dict[str, str | int]:
    """Files of every bad kind, and for each source what must be said of it, or how many reports it has."""
    whole = (MC + ship(0).removeprefix(MC) * 3000).encode()
    expected: dict[str, str | int] = {}

    def put(name: str, content: bytes | str, said: str | int) -> None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        expected[name] = said

    put("empty.csv", b"", "an empty file")
    put("blank.csv", b"\n \r\n\n", "nothing but blanks")
    put("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "a PNG image")
    put("random.bin", bytes(i * 7919 % 251 for i in range(5000)), "binary content")
    put("sixteen.csv", ship(1).encode("utf-16"), 2)
    put("sixteen without mark.csv", ship(2).encode("utf-16-le"), "--encoding")
    put("thirty-two.csv", ship(3).encode("utf-32"), 2)
    put("mark.csv", b"\xef\xbb\xbf" + ship(4).encode(), 2)
    put("commas.csv", ship(5).encode() + b"," * 1_000_000 + b"\n" + ship(6).removeprefix(MC).encode(), 4)
    put("only commas.csv", b"," * 1_000_000, "text that starts")
    put("cut off.csv.gz", gzip.compress(whole)[:-10], "damaged")
    put("cut off.csv.zst", zstandard.ZstdCompressor(level=1).compress(whole)[:-5], "damaged")
    put("two frames.zst", b"".join(zstandard.ZstdCompressor().compress(part.encode()) for part in (ship(7), "\n")), 2)
    put("two members.csv.gz", gzip.compress(MC.encode()) + gzip.compress(ship(8).removeprefix(MC).encode()), 2)
    put("not.zip", b"PK\x03\x04" + b"no zip" * 100, "not a readable zip")
    put("a\x1b[31m\u202e.csv", ship(9), 2)
    put("new\nline.csv", ship(10), 2)
    put("=cmd.csv", ship(11), 2)
    with zipfile.ZipFile(folder / "paths.zip", "w") as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, name in enumerate(
            ("../../up.csv", "./here.csv", "/top.csv", "C:\\drive.csv", "twice.csv", "twice.csv")
        ):
            out.writestr(name, ship(20 + number))
        out.writestr(".hidden.csv", ship(28))
        out.writestr("__MACOSX/._up.csv", ship(29))
    for name in ("../../up.csv", "./here.csv", "/top.csv", "C:\\drive.csv", "twice.csv"):
        expected[f"paths.zip/{name}"] = 2
    with zipfile.ZipFile(folder / "within.zip", "w") as out:
        out.writestr("in.csv.gz", gzip.compress(ship(30).encode()))
        out.writestr("in.csv.zst", zstandard.ZstdCompressor().compress(ship(31).encode()))
        out.writestr("in.zip", (folder / "paths.zip").read_bytes())
    expected |= {
        "within.zip/in.csv.gz": 2,
        "within.zip/in.csv.zst": 2,
        "within.zip/in.zip": "a zip file within another",
    }
    zipped = bytearray(_zip_of("secret.csv", ship(32)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        zipped[zipped.find(signature) + offset] |= 1
    put("locked.zip", bytes(zipped), 0)
    expected["locked.zip/secret.csv"] = "it is encrypted"
    del expected["locked.zip"]
    (folder / "no file.zip").write_bytes(b"PK\x05\x06" + b"\0" * 18)
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.csv").symlink_to(folder / "is not")
    (folder / "itself").symlink_to(folder / "itself")
    expected |= {"nowhere.csv": "No such file", "itself": "cannot be opened"}
    if Path("/proc/self/mem").exists():  # a file whose first byte cannot be read, not even by root
        (folder / "memory.csv").symlink_to("/proc/self/mem")
        expected["memory.csv"] = "cannot be opened"
    os.mkfifo(folder / "pipe.csv")
    (folder / "null.csv").symlink_to("/dev/null")
    expected |= {"pipe.csv": "pipe or a device", "null.csv": "pipe or a device"}
    return expected


def _zip_of(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def test_one_bad_file_in_a_folder_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    expected = archive_of_files(folder)
    _, [done] = commands(tmp_path / "a", [["ingest", str(folder), "-f", "json"]])
    well_behaved(done)
    results = json.loads(done.out)
    found: dict[str, str | int] = {}
    for result in results:
        assert result["rows_read"] == result["rows_kept"] + result["rows_duplicate"] + result["rows_rejected"]
        assert not result["already_known"], "links that lead back are not followed"
        found[result["source"]] = result["error"] or result["rows_kept"]
    assert set(found) == set(expected)
    assert [r["source"] for r in results].count("paths.zip/twice.csv") == 2
    for name, said in expected.items():
        assert found[name] == said or (isinstance(said, str) and said in str(found[name])), (name, found[name])
    assert done.code == 1
    assert len(done.err.splitlines()) == sum(isinstance(said, str) for said in expected.values()), "one line a refusal"
    _, [kept, verified] = commands(
        tmp_path / "a",
        [["sql", "SELECT count(DISTINCT mmsi) AS n FROM reports", "-f", "json"], ["verify", "-f", "json"]],
    )
    assert json.loads(kept.out) == [{"n": 18}]
    assert json.loads(verified.out) == []
    assert not list(tmp_path.glob("**/up.csv")), "nothing is unpacked beside the archive"


def test_an_archive_below_the_folder_does_not_go_into_itself(tmp_path: Path) -> None:
    assert store_archive._MARK == ARCHIVE_MARK
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ship.csv").write_text(ship(1))
    own = tmp_path / "in" / "below" / "mine"
    for each in commands(own, [["ingest", str(tmp_path / "in"), "-f", "json"]] * 2)[1]:
        well_behaved(each)
        assert (each.code, [row["source"] for row in json.loads(each.out)]) == (0, ["ship.csv"])
    _, [other] = commands(tmp_path / "other", [["ingest", str(own)]])
    well_behaved(other)
    assert (other.code, "nothing was read" in other.err) == (1, True)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("pipe", "pipe or a device"),
        ("socket", "pipe or a device"),
        ("empty.zip", "nothing was read"),
        ("folder", "nothing was read"),
    ],
)
def test_what_holds_nothing_to_read_is_refused_at_once(name: str, asked: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with socket.socket(socket.AF_UNIX) as listening:
        match name:
            case "pipe":
                os.mkfifo(path)
            case "socket":
                listening.bind(str(path))
            case "empty.zip":
                path.write_bytes(b"PK\x05\x06" + b"\0" * 18)
            case _:
                path.mkdir()
        _, [done] = commands(tmp_path / "a", [["ingest", str(path)]], timeout_s=30)
    well_behaved(done)
    assert done.code == 1
    assert asked in done.err


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.csv")).write_text(ship(1))
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    asked = [["ingest", str(folder), "-f", "json"], ["sources", "-f", "csv"], ["gaps"]]
    done = commands(tmp_path / "a", asked)[1]
    for each in done:
        well_behaved(each)
        assert each.code == 0
    assert json.loads(done[0].out)[0]["source"] == "\\xff\\xfe.csv"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "closed").mkdir(parents=True)
    for number, name in enumerate(("a.csv", "b.csv", "closed/c.csv", "d.csv")):
        (folder / name).write_text(ship(number))
    (folder / "b.csv").chmod(0)
    (folder / "closed").chmod(0)
    try:
        _, [done] = commands(tmp_path / "a", [["ingest", str(folder), "-f", "json"]])
    finally:
        (folder / "closed").chmod(0o700)
    well_behaved(done)
    errors = {result["source"]: result["error"] for result in json.loads(done.out)}
    assert set(errors) == {"a.csv", "b.csv", "closed", "d.csv"}
    assert errors["a.csv"] is None
    assert errors["d.csv"] is None
    assert "Permission denied" in errors["b.csv"]
    assert "Permission denied" in errors["closed"]


MILLION = 1_000_000
BOMBS: dict[str, tuple[str, bytes, int]] = {
    # name -> beginning, what is repeated, how often
    "blanks.csv": ("", b" " * MILLION, 100),
    "digits.csv": (MC, b"0" * MILLION, 80),
    "empty lines.csv": (ship(1), b"\n" * MILLION, 100),
    "short lines.csv": (ship(2), b"x,\n" * 1000, 300),
    "open quote.csv": (ship(3) + '273900001,2023-08-10T00:00:00,42.1,130.3,1,2,3,"', b"a,\n" * 1000, 300),
    "brackets.json": ("[", b"[" * MILLION, 100),
    "braces.json": ('{"ssvid":"1","timestamp":"2023-08-10T00:00:00Z","lat":1,"lon":1}\n', b'{"a":' * 200_000, 100),
    "marks.nmea": ("\\c:1565218798*53\\!BSVDM,1,1,,A,13mb9U0P00PRk8fT5nw>4?wj2006,0*5D\n", b"!AIVDM," * 140_000, 100),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_unpacks_to_much_more_stays_in_bounded_memory(name: str, tmp_path: Path) -> None:
    beginning, repeated, times = BOMBS[name]
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as out, out.open(name, "w") as member:
        member.write(beginning.encode())
        for _ in range(times):
            member.write(repeated)
    assert (tmp_path / "bomb.zip").stat().st_size < MILLION
    peak_mb, [done] = commands(tmp_path / "a", [["ingest", str(tmp_path / "bomb.zip"), "-f", "json"]])
    well_behaved(done)
    [result] = json.loads(done.out)
    assert result["error"] or result["rows_kept"] == 2
    assert result["rows_read"] == result["rows_kept"] + result["rows_duplicate"] + result["rows_rejected"]
    assert peak_mb < LIMIT_MB


def test_a_file_that_grows_gives_in_the_end_what_it_has_in_the_end(tmp_path: Path) -> None:
    text = marinecadastre([row for number in range(40) for row in two_days(273_100_000 + number)])
    path = tmp_path / "growing.csv"
    results = []
    for share in (0.0, 0.31, 0.62, 1.0):
        path.write_text(text[: max(len(MC) - 20, round(len(text) * share))])
        _, [done] = commands(tmp_path / "a", [["ingest", str(path), "-f", "json"]])
        well_behaved(done)
        results += json.loads(done.out)
    assert sum(result["rows_kept"] for result in results) == 80
    assert results[-1]["rows_rejected"] == 0
    assert sum(result["rows_rejected"] for result in results) <= 2, (
        "a last line cut off is a reject, then and only then"
    )
    (tmp_path / "whole.csv").write_text(text)
    _, [_, whole] = commands(tmp_path / "b", [["ingest", str(tmp_path / "whole.csv")], ["gaps", "-f", "json"]])
    _, [grown] = commands(tmp_path / "a", [["gaps", "-f", "json"]])
    assert grown.out == whole.out


# -- cells -------------------------------------------------------------------------------------------------------------

TIMES = {
    "1990-01-01T00:00:00Z": "1990-01-01T00:00:00Z",
    "1989-12-31T23:59:59Z": "before 1990",
    "0001-01-01T00:00:00Z": "before 1990",
    "9999-12-31T23:59:59Z": "more than a day after",
    "2106-02-07T06:28:16Z": "more than a day after",
    "0000-00-00 00:00:00Z": "time cannot be read",
    "10000-01-01T00:00:00Z": "time cannot be read",
    "2023-02-29T00:00:00Z": "time cannot be read",
    "2023-13-01T00:00:00Z": "time cannot be read",
    "2023-08-10T25:00:00Z": "time cannot be read",
    "1691668800": "time cannot be read",
    "NaT": "time cannot be read",
    "": "time is missing",
    "2023-08-10T12:00:00.1234567Z": "2023-08-10T12:00:00.123456Z",
    "2023-08-10T12:00:00+09:00": "2023-08-10T03:00:00Z",
    "2023-08-10T12:00:00-0930": "2023-08-10T21:30:00Z",
    " 2023-08-10 12:00Z ": "2023-08-10T12:00:00Z",
}
NUMBERS = {
    "273210440": 273210440,
    "273210440.0": 273210440,
    " 273210440 ": 273210440,
    "0273210440": 273210440,
    "+273210440": 273210440,
    "002190064": 2190064,
    "2.73210440E8": "not a whole number",
    "273 210 440": "not a whole number",
    "273210440.5": "not a whole number",
    "99999999999999999999": "not a whole number",
    "1e400": "not a whole number",
    "inf": "not a whole number",
    "\uff12\uff17\uff13\uff12\uff11\uff10\uff14\uff14\uff10": "not a whole number",
    "-273210440": "malformed MMSI",
    "0": "malformed MMSI",
    "1000000000": "malformed MMSI",
    "012345678": "malformed MMSI",
    "": "MMSI is missing",
    "nan": "MMSI is missing",
}
PLACES: dict[tuple[str, str], tuple[float | None, float | None] | str] = {
    ("90", "0"): (90, 0),
    ("-90", "180"): (-90, 180),
    ("0", "-180"): (0, -180),
    ("-0.0", "-0.0"): (0, 0),
    ("1e1", "+2"): (10, 2),
    ("89.99999999", "179.99999999"): (90, 180),
    ("91", "181"): (None, None),
    ("91", "0"): (None, None),
    ("0", "181"): (None, None),
    ("", ""): (None, None),
    ("nan", "NULL"): (None, None),
    ("", "5"): (None, 5),
    ("90.0000001", "0"): "out of range",
    ("0", "-180.1"): "out of range",
    ("1e400", "0"): "not a number",
    ("1.2.3", "0"): "not a number",
    ("42°12'N", "130°E"): "not a number",
}


@pytest.mark.parametrize("what", ["times", "numbers", "places"])
def test_odd_cells_are_read_or_refused_each_with_its_reason(what: str, tmp_path: Path) -> None:
    good = ("273210440", "2023-08-10T00:00:00Z", "1", "2")
    rows: list[tuple[str, ...]]
    match what:
        case "times":
            rows, truth = [(good[0], cell, *good[2:]) for cell in TIMES], list(TIMES.values())
        case "numbers":
            rows, truth = [(cell, *good[1:]) for cell in NUMBERS], list(NUMBERS.values())
        case _:
            rows, truth = [(*good[:2], *cells) for cells in PLACES], list(PLACES.values())
    # One file a row: a block of numbers alone is read another way than one with text among them.
    for number, row in enumerate(rows):
        with (tmp_path / f"{number:02d}.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([("mmsi", "ts", "lat", "lon"), good, row, ("999", *good[1:])])
    files = sorted(map(str, tmp_path.glob("*.csv")))
    well_behaved(commands(tmp_path / "a", [["ingest", *files, "-f", "csv"]])[1][0])
    fields = {"times": "ts", "numbers": "mmsi", "places": "lat, lon"}[what]
    _, [stored, refused] = commands(
        tmp_path / "a",
        [
            ["sql", f"SELECT file, {fields} FROM reports JOIN sources USING (source)", "-f", "json"],
            ["rejects", "-f", "json"],
        ],
    )
    assert (stored.code, refused.code) == (0, 0), stored
    kept: dict[int, list[Any]] = {}
    for each in json.loads(stored.out):
        kept.setdefault(int(each.pop("file")[:2]), []).append(tuple(each.values()))
    reasons = {int(each["file"][:2]): each["reason"] for each in json.loads(refused.out) if each["record"] == 3}
    expected_kept = {(273210440,), ("2023-08-10T00:00:00Z",), (1.0, 2.0)}
    for number, true in enumerate(truth):
        if isinstance(true, str) and not true[:1].isdigit():
            assert true in reasons[number], rows[number]
        else:
            value = true if isinstance(true, tuple) else (true,)
            assert number not in reasons, (rows[number], reasons[number])
            found = [row for row in kept.get(number, []) if row not in expected_kept]
            assert found in ([value], []), rows[number]


def test_parquet_of_all_kinds_of_columns_is_rows_or_rejects_or_refused(tmp_path: Path) -> None:
    seconds = [1_691_668_800, 1_691_668_900, None]
    times = pa.array(seconds).cast(pa.timestamp("s", "UTC"))
    mmsi = pa.array([273_210_440, 273_210_441, 273_210_442])
    nanoseconds = pa.array([1_691_668_800 * 10**9 + 1] * 3).cast(pa.timestamp("ns", "UTC"))
    good = {"mmsi": mmsi, "ts": times, "lat": pa.array([42.1, math.nan, math.inf]), "lon": pa.array([130.3, None, 1.0])}
    kinds: dict[str, dict[str, Any]] = {
        "good": {},
        "mmsi in words": {"mmsi": pa.array(["273210440", " 273210441 ", "x"]).dictionary_encode()},
        "mmsi decimal": {"mmsi": mmsi.cast(pa.decimal128(22, 2))},
        "mmsi 64": {"mmsi": mmsi.cast(pa.float64())},
        "mmsi 32": {"mmsi": mmsi.cast(pa.float32(), safe=False)},
        "mmsi unsigned": {"mmsi": pa.array([2**63 + 5, 2**64 - 1, 0], pa.uint64())},
        "mmsi bytes": {"mmsi": pa.array([b"273210440", b"\xff", None])},
        "mmsi lists": {"mmsi": pa.array([[1], [2], None])},
        "mmsi none": {"mmsi": pa.nulls(3)},
        "time far": {"ts": pa.array([2**62, -(2**62), 0]).cast(pa.timestamp("us", "UTC"))},
        "time fine": {"ts": nanoseconds, "lat": pa.array([95.0, 1.0, 2.0])},
        "time of day": {"ts": pa.array([1, 2, 3], pa.time32("s"))},
        "time date": {"ts": pa.array([1, 2, 3], pa.date32())},
        "time naive": {"ts": times.cast(pa.timestamp("ms"))},
        "time numbers": {"ts": pa.array([1_691_668_800.5, math.nan, 1e300])},
        "lat 16": {"lat": pa.array([42.0, 91.0, None]).cast(pa.float16())},
        "lat far": {"lat": pa.array([89.0, -3000.0, 2000.0])},
        "lat lists": {"lat": pa.array([[1.0], None, []])},
        "all odd": {
            "sog": pa.array(["x", "1e400", None]),
            "heading": pa.array([1e300, 511.0, -1.0]),
            "name": pa.array([["a"], None, []]),
            "imo": pa.array([1.5, math.nan, 1e300]),
            "length": pa.array([math.inf, -5.0, 1e300]),
            "station": pa.array([b"\xff", b"", None]),
            "msg_type": pa.array([2**40, -1, 5]),
        },
    }
    for name, columns in kinds.items():
        pq.write_table(pa.table(good | columns), tmp_path / f"{name}.parquet")
    twice = pa.table([*good.values(), good["lon"]], names=[*good, "lon"])
    pq.write_table(twice, tmp_path / "lon twice.parquet")
    whole = (tmp_path / "good.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[:-50])
    (tmp_path / "overwritten.parquet").write_bytes(whole[:20] + bytes(80) + whole[100:])
    files = sorted(map(str, tmp_path.glob("*.parquet")))
    asked = [["ingest", *files, "-f", "json"], ["rejects", "-f", "csv"], ["rejects"], ["verify"], ["gaps", "-f", "csv"]]
    _, done = commands(tmp_path / "a", asked)
    for each in done:
        well_behaved(each)
    assert [each.code for each in done] == [1, 0, 0, 0, 0]
    results = {Path(row["source"]).stem: row for row in json.loads(done[0].out)}
    assert set(results) == {*kinds, "lon twice", "cut", "overwritten"}
    assert all(row["error"] or row["rows_read"] == 3 for row in results.values())
    assert results["mmsi 32"]["rejected_by_reason"]["MMSI is not a whole number"] == 3, (
        "in 32 bits it is another number"
    )
    assert "273210440.0" not in done[1].out
    assert "+148108-07-06" in done[1].out or "148108-07-06" in done[1].out
    assert "12:00:00.000000001" in done[1].out


def test_mixed_kinds_in_json_are_rows_or_rejects(tmp_path: Path) -> None:
    moment = "2023-08-10T00:00:00Z"
    values: list[Any] = [1, -1, 1.5, True, None, "", "x", [], {}, [1], {"a": 1}, "1e5", 10**30, 1e308, "\u0000"]
    keys = (
        "ssvid",
        "timestamp",
        "lat",
        "lon",
        "speed",
        "course",
        "heading",
        "shipname",
        "imo",
        "status",
        "receiver_type",
        "type",
    )
    good = {"ssvid": "273210440", "timestamp": moment, "lat": 1.0, "lon": 2.0, "type": "AIS.1"}
    lines = [json.dumps({**good, key: value}) for key in keys for value in values]
    lines += [
        "[1, 2]",
        '"text"',
        "12",
        "null",
        "true",
        "{",
        '{"ssvid": }',
        '{"a":' * 5000,
        "NaN",
        '{"ssvid": NaN}',
        "\x00",
        "\ufeff{}",
    ]
    (tmp_path / "mixed.jsonl").write_text("\n".join([json.dumps(good), *lines]) + "\n", encoding="utf-8")
    _, done = commands(
        tmp_path / "a",
        [["ingest", str(tmp_path / "mixed.jsonl"), "-f", "json"], ["rejects", "-f", "csv"], ["gaps"], ["verify"]],
    )
    for each in done:
        well_behaved(each)
        assert each.code == 0, each
    [result] = json.loads(done[0].out)
    assert result["rows_read"] == len(lines) + 1
    assert result["rows_read"] == result["rows_kept"] + result["rows_duplicate"] + result["rows_rejected"]


# -- questions ---------------------------------------------------------------------------------------------------------


def test_impossible_questions_are_wrong_usage_and_extreme_ones_are_answered(archive: Path) -> None:
    wrong = [
        *(
            ["gaps", "--min-hours", hours]
            for hours in ("nan", "inf", "-inf", "-1", "0", "0.999999", "1e400", "1,5", "", "6h")
        ),
        *(["gaps", "--near", "Rajin", "--within-nm", nm] for nm in ("nan", "inf", "-1", "x")),
        *(["gaps", "--as-of", moment] for moment in ("", "now", "2023-13-01", "10000-01-01", "0001-01-01T00:00+14:00")),
        *(["gaps", "--as-known", moment] for moment in ("yesterday", "1e9", "2023-08-10T25:00")),
        ["gaps", "--within-nm", "5"],
        ["gaps", "--format", "xml"],
        ["vessels", "X", "--limit", "0"],
        ["sql", "SELECT 1; SELECT nonsense"],
        ["sql", ""],
        ["rejects", "no such source"],
    ]
    for done in commands(archive, wrong)[1]:
        well_behaved(done)
        assert done.code == 2, done
    ships = 2 * len(NAMES)
    answered: list[tuple[list[str], int]] = [
        (["--min-hours", "1"], ships // 2),
        (["--min-hours", "47.9999999"], ships // 2),
        (["--min-hours", "48"], 0),
        (["--min-hours", "1e9"], 0),
        (["--as-of", "1990-01-01"], 0),
        (["--as-of", "0001-01-01"], 0),
        (["--as-of", "9999-12-31T23:59:59.999999Z"], ships),
        (["--as-known", "2000-01-01"], 0),
        (["--as-known", "0001-01-01"], 0),
        (["--as-known", "9999-12-31"], ships // 2),
        (["--since", "9999-12-31"], 0),
        (["--until", "0001-01-01"], 0),
        (["--near", "Rajin", "--within-nm", "1e308"], ships // 2),
        (["--near", "Rajin", "--within-nm", "0"], 0),
    ]
    for done, (_, count) in zip(
        commands(archive, [["gaps", *more, "-f", "json"] for more, _ in answered])[1], answered, strict=True
    ):
        well_behaved(done)
        assert done.code == 0, done
        assert len(json.loads(done.out)) == count, done.arguments
