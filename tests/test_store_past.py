"""The commits of an archive are the log's, whether they are read one by one or were kept in one file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.store import past
from ais_gaps.store.log import Ingest, Log
from ais_gaps.store.parts import Part


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "EVERY", 4)


def commit(log: Log, number: int, note: str = "") -> None:
    sha = f"{note}{number:064x}"[-64:]
    times = (number * 86_400_000_000, number * 86_400_000_000 + 5)
    ingest = Ingest(
        *(f"{number:08d}-{note}", number, f"{note}.csv", sha, 10, "generic", "", None, note or None),
        *("2026-01-01T00:00:00+00:00", 1, 1, 0, 0, *times, {"days": sha}),
    )
    part = Part(f"parts/{ingest.id}-000.parquet", 10, 1, 201_000_000, 201_000_000, number * 86_400, number * 86_400)
    log.commit(ingest, [part])


def grown(folder: Path, count: int) -> Path:
    Log.create(folder / "reports")
    log = Log(folder / "reports")
    for number in range(1, count + 1):
        commit(log, number)
    return folder / "reports"


def one_by_one(table: Path) -> list[tuple[int, Ingest]]:
    shutil.rmtree(table.parent / "log", ignore_errors=True)
    return Log(table).commits()


def kept(table: Path) -> list[str]:
    return sorted(path.name[:20] for path in (table.parent / "log").glob("*.commits"))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5))
@settings(max_examples=6, deadline=None)
def test_commits_are_the_same_whenever_somebody_looked(pauses: list[int]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        table = grown(Path(folder), 0)
        number = 0
        for pause in pauses:
            log = Log(table)
            for _ in range(pause):
                number += 1
                commit(log, number)
            seen = Log(table).commits()
            assert [ingest.source for _, ingest in seen] == list(range(1, number + 1))
        assert Log(table).commits() == one_by_one(table)


def test_a_long_log_is_read_from_one_file_and_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = grown(tmp_path, 9)
    every = Log(table).commits()
    assert kept(table) == [f"{9:020d}"]
    commit(Log(table), 10)
    asked: list[int] = []

    class Counting(past.Past):
        def read(self, version: int) -> tuple[int, list[past.Commit]]:
            found = super().read(version)
            asked.append(version - found[0])
            return found

    monkeypatch.setattr("ais_gaps.store.log.Past", Counting)
    assert Log(table).commits()[:9] == every
    assert asked == [1]


def test_what_is_damaged_or_of_another_log_is_not_believed(tmp_path: Path) -> None:
    table = grown(tmp_path / "one", 6)
    other = tmp_path / "other" / "reports"
    shutil.copytree(table, other)
    for _ in range(2):
        Log(table).commits()
    for number in (7, 8):
        commit(Log(table), number, "left")
        commit(Log(other), number, "right")
    for number in (9, 10, 11):
        commit(Log(table), number, "left")
        commit(Log(other), number, "right")
    Log(table).commits()
    shutil.copytree(tmp_path / "one" / "log", tmp_path / "other" / "log")
    assert [ingest.note for _, ingest in Log(other).commits()][6:] == ["right"] * 5
    for path in (tmp_path / "one" / "log").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert Log(table).commits() == one_by_one(table)


def test_an_archive_that_cannot_be_written_to_is_read_all_the_same(tmp_path: Path) -> None:
    table = grown(tmp_path, 6)
    shutil.rmtree(tmp_path / "log", ignore_errors=True)
    (tmp_path / "log").write_text("a file where the folder should be")
    assert len(Log(table).commits()) == 6


def test_parts_are_those_of_the_newest_version(tmp_path: Path) -> None:
    table = grown(tmp_path, 2)
    log = Log(table)
    assert len(log.parts()) == len(log.parts()) == 2
    log.parts().clear()
    commit(log, 3)
    assert [part.rows for part in log.parts()] == [1, 1, 1]
