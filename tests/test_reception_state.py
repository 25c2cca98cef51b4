"""Reception's state: whatever way reports come in, the counts are those of all of them together."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.ingest import run, staging
from ais_gaps.maintenance import compact, compaction, verify
from ais_gaps.reception import Fixes, peer_hours, ship_cells
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from tests.reception_case import arrivals, by_definition, made, peer_hours_of, rows_of, ship_cells_of
from tests.rows import Row, S, put

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


@given(arrivals(), st.sampled_from([1, 5, 10**6]), st.sampled_from([1, 4, 10**6]), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_state_is_that_of_all_reports_however_they_came(
    files: list[list[Row]], slice_rows: int, bucket_rows: int, random: object
) -> None:
    random.shuffle(files)  # type: ignore[attr-defined]
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(staging, "SLICE_ROWS", slice_rows),
        patch.object(run, "BUCKET_ROWS", bucket_rows),
    ):
        store = Store.create(Path(folder) / "archive")
        for number, file in enumerate(files):
            put(store, file, f"{number}")
        for known in range(1, len(files) + 1):
            agrees(store, store.ingests()[:known], [row for file in files[:known] for row in file])


@given(arrivals(), st.sampled_from([2, 10**6]))
@settings(max_examples=3, deadline=None)
def test_upkeep_changes_nothing_of_it(files: list[list[Row]], bucket_rows: int) -> None:
    files = [part for file in files for part in (file[::2], file[1::2])]
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(run, "BUCKET_ROWS", bucket_rows),
        patch.object(compaction, "FOLD_AT", 2),
    ):
        store = Store.create(Path(folder) / "archive")
        for number, file in enumerate(files[:-1]):
            put(store, file, f"{number}")
        compact(store)
        put(store, files[-1], "last")
        assert verify(store).problems == []
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
