"""Reception's state: whatever way reports come in, the counts are those of all of them together."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.errors import ArchiveError
from ais_gaps.ingest import run, staging
from ais_gaps.maintenance import compact, compaction, verify
from ais_gaps.reception import Fixes, peer_hours, ship_cells, shiphours
from ais_gaps.schema import SHIP_CELLS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from tests.reception_case import arrivals, by_definition, made, peer_hours_of, rows_of, ship_cells_of
from tests.rows import T0, H, Row, S, put

ALWAYS = (-(2**31), 2**31 - 1)
NUMBERS = {None: 0, "terrestrial": 1, "satellite": 2, "A": 1, "B": 2}


def fixes_of(rows: list[Row]) -> Fixes:
    found = set()
    for row in rows:
        if row["lat"] != 91.0:
            there = round(row["lat"] * 1e6), round(row["lon"] * 1e6)
            found.add((row["mmsi"], row["ts"] // S, *there, NUMBERS[row["ais_class"]], NUMBERS[row["receiver"]]))
    return made(sorted(found))


def agrees(store: Store, ingests: list[Ingest], rows: list[Row]) -> None:
    """The state of some ingests is what the definition says of their rows."""
    found = by_definition(fixes_of(rows))
    assert rows_of(ship_cells(store, ingests, within=None, days=ALWAYS)) == ship_cells_of(found)
    assert rows_of(peer_hours(store, ingests, hours=ALWAYS)) == peer_hours_of(found)


@given(
    arrivals(),
    st.sampled_from([1, 5, 10**6]),
    st.sampled_from([1, 4, 10**6]),
    st.sampled_from([1, 10**6]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=15, deadline=None)
def test_the_state_is_that_of_all_reports_however_they_came(
    files: list[list[Row]], slice_rows: int, bucket_rows: int, block: int, random: object
) -> None:
    random.shuffle(files)  # type: ignore[attr-defined]
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(staging, "SLICE_ROWS", slice_rows),
        patch.object(run, "BUCKET_ROWS", bucket_rows),
        patch.object(shiphours, "_BLOCK", block),
    ):
        store = Store.create(Path(folder) / "archive")
        for number, file in enumerate(files):
            put(store, file, f"{number}")
        for known in range(1, len(files) + 1):
            agrees(store, store.ingests()[:known], [row for file in files[:known] for row in file])


@given(arrivals(), st.sampled_from([2, 10**6]))
@settings(max_examples=2, deadline=None)
def test_upkeep_changes_nothing_of_it(files: list[list[Row]], bucket_rows: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(run, "BUCKET_ROWS", bucket_rows),
        patch.object(compaction, "FOLD_AT", 2),
    ):
        store = Store.create(Path(folder) / "archive")
        for number, file in enumerate(files):
            put(store, file, f"{number}")
            if number == 1:
                compact(store)
        for known in range(1, len(files) + 1):
            agrees(store, store.ingests()[:known], [row for file in files[:known] for row in file])
        for ingest in store.ingests():
            for name in ("ship_cells", "peer_hours"):
                store.ingest_file(ingest.id, name).unlink()
        problems = verify(store).problems
        assert len(problems) == 2 * len(files), problems
        assert all("computed again" in problem for problem in problems), problems
        assert verify(store).problems == []
        agrees(store, store.ingests(), [row for file in files for row in file])


def test_five_fixes_count_alike_however_two_files_share_them(tmp_path: Path) -> None:
    """Mornings and evenings of three days, one of them where she cannot be."""
    here = {"mmsi": 273_210_440, "lat": 42.24, "lon": 130.3, "ais_class": "A", "receiver": "terrestrial"}
    rows = [{**here, "ts": T0 + hour * H} for hour in (10, 29, 47, 49, 71)]
    rows[3]["lat"] = -30.0
    for first in range(0, 2 ** len(rows), 3):
        files = [[row for i, row in enumerate(rows) if first >> i & 1 == side] for side in (1, 0)]
        with patch.object(run, "BUCKET_ROWS", 1):
            store = filled(tmp_path / f"{first}", files)
        agrees(store, store.ingests()[:1], files[0])
        agrees(store, store.ingests(), rows)


def daily(days: int, **more: object) -> list[list[Row]]:
    """A ship under way, heard every three hours, and one that lies still; a file a day."""
    under_way = {"mmsi": 273_210_440, "lat": 42.24, "ais_class": "A", "receiver": "terrestrial", **more}
    still = {"mmsi": 273_210_441, "lat": 35.1, "lon": 129.05, "ais_class": "B", "receiver": "satellite", **more}
    return [
        [{**under_way, "ts": T0 + hour * H, "lon": 130.3 + hour / 10} for hour in range(24 * day, 24 * day + 24, 3)]
        + [{**still, "ts": T0 + hour * H} for hour in range(24 * day + 2, 24 * day + 24, 5)]
        for day in range(days)
    ]


def filled(folder: Path, files: list[list[Row]]) -> Store:
    folder.mkdir(exist_ok=True)
    store = Store.create(folder / "archive")
    for number, file in enumerate(files):
        put(store, file, f"{number}", 500)
    return store


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
def test_some_days_and_hours_are_read_from_few_ingests(tmp_path: Path, folded: bool, backwards: bool) -> None:
    files = daily(12)[:: -1 if backwards else 1]
    store = filled(tmp_path, files)
    if folded:
        with patch.object(compaction, "FOLD_AT", 2):
            compact(store)
    ingests = store.ingests()
    first = T0 // (24 * H)
    cells, hours = ship_cells(store, ingests, within=None, days=ALWAYS), peer_hours(store, ingests, hours=ALWAYS)
    assert set(cells["mmsi"].to_pylist()) == {273_210_440, 273_210_441}
    assert cells.equals(cells.sort_by([(name, "ascending") for name in ("mmsi", "day", "cell")]))
    assert hours.equals(hours.sort_by([(name, "ascending") for name in ("hour", "cell")]))
    for ingest in [*ingests[:3], *ingests[9:]]:
        store.ingest_file(ingest.id, "ship_cells").unlink()
        store.ingest_file(ingest.id, "peer_hours").unlink()
    days = (first + 5, first + 6)
    of_days = pc.and_(pc.greater_equal(cells["day"], days[0]), pc.less_equal(cells["day"], days[1]))
    assert ship_cells(store, ingests, within=None, days=days).equals(cells.filter(of_days))
    of_ship = pc.equal(cells["mmsi"], 273_210_441)
    for within in ((273_210_441, 273_210_441), (273_210_441, ALWAYS[1])):
        found = ship_cells(store, ingests, within=within, days=days)
        assert found.equals(cells.filter(pc.and_(of_days, of_ship)))
    asked = (24 * first + 120, 24 * first + 167)
    of_hours = pc.and_(pc.greater_equal(hours["hour"], asked[0]), pc.less_equal(hours["hour"], asked[1]))
    assert peer_hours(store, ingests, hours=asked).equals(hours.filter(of_hours))
    assert len(peer_hours(store, ingests, hours=asked)) > 20
    if folded:
        assert peer_hours(store, ingests, hours=ALWAYS).equals(hours), "all of it is in the fold"
    else:
        with pytest.raises(ArchiveError, match="verify"):
            peer_hours(store, ingests, hours=ALWAYS)


def test_a_fold_that_adds_up_wrongly_is_found(tmp_path: Path) -> None:
    store = filled(tmp_path, daily(3))
    with patch.object(compaction, "FOLD_AT", 2):
        compact(store)
    assert verify(store).problems == []
    path = tmp_path / "archive" / "folds" / "00000001-00000003" / "peer_hours.parquet"
    summaries.write(pq.read_table(path).slice(1), path)
    (problem,) = verify(store).problems
    assert "peer_hours.parquet does not hold what its ingests found: 1 rows differ" in problem


@pytest.mark.parametrize("name", ["ship_cells", "peer_hours"])
def test_counts_that_reports_do_not_give_are_found(tmp_path: Path, name: str) -> None:
    store = filled(tmp_path, daily(2))
    path = store.ingest_file(store.ingests()[1].id, name)
    rows = pq.read_table(path)
    for harmed, wrong in ((rows.slice(1), 1), (pa.concat_tables([rows, rows.slice(0, 2)]), 2)):
        summaries.write(harmed, path)
        said = verify(store).problems
        assert [problem.split(": ")[1] for problem in said] == [
            f"{name}.parquet is not as it was written",
            f"{wrong} rows of its {name} summary are not what the reports give",
        ]


def test_a_late_report_takes_back_what_was_counted_without_it(tmp_path: Path) -> None:
    """A silence over midnight that a late fix shows to be no way that a ship makes: the day after has no ship-hour any more."""
    here = {"mmsi": 273_210_440, "lat": 42.24, "lon": 130.3, "ais_class": "A", "receiver": "terrestrial"}
    evening, morning = {**here, "ts": T0 + 20 * H}, {**here, "ts": T0 + 26 * H}
    elsewhere = {**here, "ts": T0 + 23 * H, "lat": -30.0, "lon": 10.0}
    store = filled(tmp_path, [[morning], [evening], [elsewhere]])
    files = [[morning], [evening], [elsewhere]]
    for known, ship_hours in ((1, 0), (2, 6), (3, 0)):
        ingests = store.ingests()[:known]
        agrees(store, ingests, [row for file in files[:known] for row in file])
        assert sum(peer_hours(store, ingests, hours=ALWAYS)["n"].to_pylist()) == ship_hours
    written = [summaries.read(store, [ingest], SHIP_CELLS) for ingest in store.ingests()]
    assert [len(rows) for rows in written] == [0, 1, 1]
    assert written[2]["n"].to_pylist() == [0]


def test_a_day_that_nothing_new_was_said_of_is_not_written_again(tmp_path: Path) -> None:
    files = daily(3)
    again = [{**files[1][0], "name": "SOMEBODY"}, files[1][0]]
    store = filled(tmp_path, [*files, again])
    last = store.ingests()[-1:]
    assert len(summaries.read(store, last, SHIP_CELLS)) == 0
    assert list(summaries.differences(store, store.ingests(), last, None)) == []
    assert verify(store).problems == []
