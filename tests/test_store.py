"""An archive survives whatever happens to its writers: kill -9 at any moment, two at once, the same file twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from ais_gaps.errors import ArchiveError, ArchiveLocked
from ais_gaps.holdings import Holdings
from ais_gaps.store.archive import Store
from tests.rows import T0, H, put

HEADER = "mmsi,ts,lat,lon,sog,name\n"


def _file(path: Path, seed: int, rows: int = 20_000) -> Path:
    """A file of reports in our own layout."""
    rng = random.Random(seed)
    lines = [
        f"{273000000 + rng.randrange(50)},2023-08-{1 + rng.randrange(20):02d}T{rng.randrange(24):02d}:{rng.randrange(60):02d}:"
        f"{rng.randrange(60):02d}Z,{42 + rng.random():.5f},{130 + rng.random():.5f},{rng.randrange(150) / 10},SHIP {seed}\n"
        for _ in range(rows)
    ]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def _ingest(archive: Path, *files: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "ais_gaps",
        "--archive",
        str(archive),
        "ingest",
        *map(str, files),
        "--format",
        "json",
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_killed_ingest_leaves_all_of_a_source_or_nothing(tmp_path: Path) -> None:
    files = [_file(tmp_path / f"{seed}.csv", seed) for seed in range(3)]
    whole = tmp_path / "whole"
    started = time.monotonic()
    process = _ingest(whole, *files)
    process.communicate()
    assert process.returncode == 0
    lasts = time.monotonic() - started
    expected = Holdings.at(whole)
    archive = tmp_path / "archive"
    rng = random.Random(7)
    killed = 0
    for _ in range(12):
        process = _ingest(archive, *files)
        try:
            process.wait(timeout=rng.uniform(0.1, 1.0) * lasts)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
        if not (archive / "ais_gaps.json").exists():
            continue
        held = Holdings.at(archive)
        assert held.verify().problems == []
        for source in held.sources().to_pylist():
            assert source["rows_read"] == 20_000
            found = held.sql("SELECT count(*) AS n FROM reports WHERE source = ?", [source["source"]])
            assert found["n"][0].as_py() == source["rows_kept"]
    assert killed >= 3, "the kills came too late to prove anything"
    final = _ingest(archive, *files)
    _, err = final.communicate()
    assert final.returncode == 0, err.decode()
    held = Holdings.at(archive)
    assert held.verify().problems == []
    columns = "mmsi, ts, lat, lon, sog"
    question = f"SELECT {columns}, count(*) AS n FROM reports GROUP BY ALL ORDER BY ALL"
    assert held.sql(question).equals(expected.sql(question))
    assert held.gaps(min_hours=2).equals(expected.gaps(min_hours=2))
    assert list((archive / "tmp").iterdir()) == []
    stems = {i.id for i in Store(archive).ingests()}
    assert {f.name for f in (archive / "ingests").iterdir()} == stems, "what was killed is swept"


def test_two_writers_at_once_both_land(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    files = [_file(tmp_path / f"{seed}.csv", seed, 5_000) for seed in range(4)]
    writers = [_ingest(archive, *files[:2]), _ingest(archive, *files[2:]), _ingest(archive, *files)]
    results = [writer.communicate() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], results
    held = Holdings.at(archive)
    assert sorted(held.sources()["file"].to_pylist()) == ["0.csv", "1.csv", "2.csv", "3.csv"]
    assert held.sources()["rows_read"].to_pylist() == [5_000] * 4
    assert held.verify().problems == []
    known = [row["already_known"] for out, _ in results for row in json.loads(out)]
    assert sum(known) == 4, "each file went in once and was known the other time"


def test_a_writer_that_may_not_wait_says_so(tmp_path: Path) -> None:
    store, other = Store.create(tmp_path / "archive"), Store(tmp_path / "archive")
    waits = []
    in_vain = other.writing(timeout_s=0.2, on_wait=lambda: waits.append(1))
    with store.writing(), pytest.raises(ArchiveLocked, match="another process is writing"), in_vain:
        pass
    assert waits
    with other.writing():
        pass


def test_the_same_source_goes_in_once(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    row = {"mmsi": 273210440, "ts": T0, "lat": 42.2, "lon": 130.3}
    assert not put(store, [row], "one").already_known
    assert put(store, [row], "one").already_known
    again = put(store, [row], "other name")
    assert (again.rows_kept, again.rows_duplicate) == (0, 1)
    assert len(store.ingests()) == 2


def test_an_archive_is_told_from_anything_else(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="does not exist"):
        Holdings.at(tmp_path / "nowhere")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").touch()
    with pytest.raises(ArchiveError, match="is not an ais_gaps archive"):
        Holdings.at(tmp_path / "photos")
    with pytest.raises(ArchiveError, match="not an ais_gaps archive; name another folder"):
        Holdings.at(tmp_path / "photos", create=True)
    archive = tmp_path / "archive"
    Holdings.at(archive, create=True)
    (archive / "ais_gaps.json").write_text('{"format": 99}')
    with pytest.raises(ArchiveError, match="format 99"):
        Holdings.at(archive)
    (archive / "ais_gaps.json").write_text("nonsense")
    with pytest.raises(ArchiveError, match="damaged"):
        Holdings.at(archive)


def test_an_empty_archive_answers(tmp_path: Path) -> None:
    archive = Holdings.at(tmp_path / "archive", create=True)
    assert (
        len(archive.gaps()) == len(archive.sources()) == len(archive.rejects()) == len(archive.vessels("ANGARA")) == 0
    )
    assert archive.sql("SELECT count(*) AS n FROM reports")["n"].to_pylist() == [0]
    assert archive.verify().problems == []
    assert archive.compact().parts_after == 0


@pytest.fixture
def three_days(tmp_path: Path) -> Path:
    """An archive of three daily sources in two months."""
    store = Store.create(tmp_path / "archive")
    for day in range(3):
        start = T0 + (day - 2) * 24 * H
        rows = [
            {"mmsi": 273210440 + k, "ts": start + h * H, "lat": 42.2, "lon": 130.3, "name": f"S{k}"}
            for k in range(3)
            for h in (1, 2, 9)
        ]
        put(store, rows, f"day {day}")
    return tmp_path / "archive"


def _damage_part(archive: Path) -> None:
    part = sorted((archive / "reports" / "parts").iterdir())[0]
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)


def _lose_part(archive: Path) -> None:
    sorted((archive / "reports" / "parts").iterdir())[0].unlink()


def _change_summary(archive: Path) -> None:
    from ais_gaps.store import summaries

    folder = sorted((archive / "ingests").iterdir())[0]
    import pyarrow.parquet as pq

    days = pq.read_table(folder / "days.parquet")
    summaries.write(days.slice(1), folder / "days.parquet")


def _lose_claims(archive: Path) -> None:
    (sorted((archive / "ingests").iterdir())[0] / "claims.parquet").unlink()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_damage_part, "SHA-256 differs"),
        (_lose_part, "is missing: its 9 reports are lost"),
        (_change_summary, "SHA-256 differs"),
        (_lose_claims, "claims of source 1"),
    ],
)
def test_verify_finds_harm(three_days: Path, harm: object, says: str) -> None:
    assert Holdings.at(three_days).verify().problems == []
    harm(three_days)  # type: ignore[operator]
    problems = Holdings.at(three_days).verify().problems
    assert any(says in problem for problem in problems), problems


def test_lost_summaries_are_computed_again(three_days: Path) -> None:
    archive = Holdings.at(three_days)
    before = archive.gaps(min_hours=1)
    for folder in (three_days / "ingests").iterdir():
        (folder / "days.parquet").unlink()
        (folder / "gaps.parquet").unlink()
    with pytest.raises(ArchiveError, match="verify"):
        Holdings.at(three_days).gaps(min_hours=1)
    assert len([p for p in archive.verify().problems if "computed again" in p]) == 6
    assert archive.verify().problems == []
    assert Holdings.at(three_days).gaps(min_hours=1).equals(before)


def test_compaction_changes_no_answer(three_days: Path) -> None:
    archive = Holdings.at(three_days)
    question = "SELECT * FROM reports ORDER BY ALL"
    before = archive.sql(question), archive.gaps(min_hours=1)
    done = archive.compact()
    assert (done.parts_before, done.parts_after) == (3, 2)
    assert archive.verify().problems == []
    assert archive.sql(question).equals(before[0])
    assert archive.gaps(min_hours=1).equals(before[1])
    assert archive.compact().parts_after == 2
    (three_days / "tmp" / "left by a killed writer").mkdir()
    archive.compact()
    assert archive.verify().problems == [], "what is swept after a kill is not what was merged"
    old = time.time() - 2 * 86_400
    for part in (three_days / "reports" / "parts").iterdir():
        os.utime(part, (old, old))
    archive.compact()
    assert len(list((three_days / "reports" / "parts").iterdir())) == 2, "replaced parts go after a day"
    assert Holdings.at(three_days).sql(question).equals(before[0])


def test_folded_summaries_change_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ais_gaps.maintenance import compaction

    store = Store.create(tmp_path / "archive")
    rng = random.Random(3)

    def further(name: str) -> None:
        rows = [
            {
                "mmsi": 273210440 + rng.randrange(3),
                "ts": T0 + rng.randrange(200) * H,
                "lat": 42.2,
                "lon": 130.3,
                "name": "A",
            }
            for _ in range(9)
        ]
        put(store, rows, name)

    for i in range(6):
        further(f"{i}")
    archive = Holdings.at(tmp_path / "archive")
    middle = archive.sources()["ingested_at"][3].as_py()
    questions = [
        lambda: archive.gaps(min_hours=1),
        lambda: archive.gaps(min_hours=1, as_known=middle),
        lambda: archive.gaps("273210441", min_hours=1),
        lambda: archive.gaps(min_hours=1, superseded=True),
        lambda: archive.vessels("A"),
        lambda: archive.vessels("A", as_known=middle),
    ]
    monkeypatch.setattr(compaction, "FOLD_AT", 4)
    before = [ask() for ask in questions]
    archive.compact()
    assert [f.name for f in (tmp_path / "archive" / "folds").iterdir()] == ["00000001-00000006"]
    assert [ask() for ask in questions] == before
    for i in range(5):
        further(f"more {i}")
    before = [ask() for ask in questions]
    archive.compact()
    assert len(list((tmp_path / "archive" / "folds").iterdir())) == 2
    assert [ask() for ask in questions] == before
    assert archive.verify().problems == []
    import pyarrow.parquet as pq

    from ais_gaps.store import summaries

    days = tmp_path / "archive" / "folds" / "00000001-00000006" / "days.parquet"
    summaries.write(pq.read_table(days).slice(1), days)
    assert ["rows differ" in problem for problem in archive.verify().problems] == [True]


def test_a_small_table_of_an_earlier_version_gains_columns(tmp_path: Path) -> None:
    from ais_gaps.store.tables import Tables

    tables = Tables(tmp_path)
    old = pa.schema([pa.field("a", pa.string(), nullable=False)])
    new = pa.schema([pa.field("a", pa.string()), pa.field("b", pa.list_(pa.int64()))])
    assert tables.append("x", pa.table({"a": ["1"]}, schema=old), key="1")
    assert tables.append("x", pa.table({"a": ["2", None], "b": [[1], None]}, schema=new), key="2")
    rows = sorted(tables.read("x", new).to_pylist(), key=str)
    assert rows == [{"a": "1", "b": None}, {"a": "2", "b": [1]}, {"a": None, "b": None}]
    assert tables.read("x", old)["a"].to_pylist().count("1") == 1


def test_an_archive_may_lie_in_a_folder_with_a_space(tmp_path: Path) -> None:
    archive = Holdings.at(tmp_path / "early 100% draft", create=True)
    archive.add_place("Here", 42.2, 130.3, 5.0)
    assert "Here" in archive.places()["name"].to_pylist()
