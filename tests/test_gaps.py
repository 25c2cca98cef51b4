"""Gaps equal their definition by brute force: in any order of arrival, with duplicates and late files, bit by bit or at once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.errors import UsageError
from ais_gaps.gaps import as_of_of, find, recount
from ais_gaps.ingest import run, staging
from ais_gaps.maintenance import compact, verify
from ais_gaps.schema import DAY_GAPS, DAY_RUNS, VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.summary import Summary, parts, summarise_part, whole_days
from tests.rows import T0, H, Row, S, put
from tests.track_rows import jumping
from tests.tracks_oracle import expected

MMSI = st.sampled_from([273210440, 273210441, 440123456])
TIMES = st.builds(
    lambda day, hour, second, us: T0 + day * 24 * H + hour * H + second * S + us,
    st.integers(0, 6),
    st.integers(0, 23),
    st.sampled_from([0, 0, 1, 599, 1800, 3599]),
    st.sampled_from([0, 0, 0, 0, 1, 500_000]),
)
PLACES = {"lat": st.sampled_from([42.2, 42.200001, -13.0]), "lon": st.sampled_from([130.3, 180.0, -179.9])}
HEARD_BY = {"receiver": st.sampled_from(["terrestrial", "satellite", None])}
SAID = {
    "sog": st.sampled_from([None, 0.0, 3.0, 3.01, 12.5, 101.9]),
    "cog": st.sampled_from([None, 0.0, 359.9]),
    "nav_status": st.sampled_from([None, 0, 15]),
    "ais_class": st.sampled_from([None, "A", "B"]),
}


def _position(**more: object) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries({"mmsi": MMSI, "ts": TIMES, **PLACES, **HEARD_BY, **SAID, **more})  # type: ignore[dict-item]


REPORTS = st.one_of(
    _position(),
    _position(),
    _position(),
    _position(lat=st.just(91.0), lon=st.sampled_from([181.0, 0.0])),
    _position(lat=st.none(), lon=st.sampled_from([130.3])),
    st.fixed_dictionaries(
        {
            "mmsi": MMSI,
            "ts": TIMES,
            "static": st.just(True),
            "msg_type": st.just(5),
            "name": st.sampled_from(["ANGARA", "MARIA"]),
        }
    ),
)


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[Row]]:
    """Files of rows: some rows in several of them, each in any order."""
    rows = draw(st.lists(REPORTS, min_size=1, max_size=40))
    several_ships = draw(st.none() | st.integers(0, 10**6))
    rows += [] if several_ships is None else jumping(several_ships, 273210441)[:60]
    rows += draw(st.lists(st.sampled_from(rows), max_size=8))
    files = draw(st.integers(1, 4))
    by_day = draw(st.booleans())
    where = [(row["ts"] // (24 * H)) % files if by_day else draw(st.integers(0, files - 1)) for row in rows]
    out = [[row for row, at in zip(rows, where, strict=True) if at == file] for file in range(files)]
    return draw(st.permutations([draw(st.permutations(file)) for file in out if file]))


@given(
    arrivals(),
    st.sampled_from([1, 1.5, 6, 30]),
    st.integers(0, 8 * 24),
    st.sampled_from([1, 9, 10**6]),
    st.sampled_from([1, 10, 10**6]),
)
@settings(max_examples=30)
def test_gaps_are_what_the_definition_says(
    files: list[list[Row]], hours: float, as_of_h: int, bucket_rows: int, slice_rows: int
) -> None:
    rows = [row for file in files for row in file]
    # Small buckets and batches, so that a handful of rows crosses all the seams that millions would.
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(run, "BUCKET_ROWS", bucket_rows),
        patch.object(staging, "SLICE_ROWS", slice_rows),
    ):
        store = Store.create(Path(folder) / "archive")
        for i, file in enumerate(files):
            result = put(store, file, f"{i}")
            assert result.rows_read == len(file) == result.rows_kept + result.rows_duplicate + result.rows_rejected
        ingests = store.ingests()
        assert as_of_of(ingests) == max(row["ts"] for row in rows)
        for as_of in (as_of_of(ingests), T0 + as_of_h * H):
            found = find(store, ingests, min_hours=hours, as_of_us=as_of)
            found = recount(found, [store.part_path(p) for p in store.parts()], as_of, last_source=len(files))
            assert told(found.gaps) == expected(rows, hours, as_of)
        everyone = find(store, ingests, min_hours=1, as_of_us=as_of).gaps.to_pylist()
        one = find(store, ingests, min_hours=1, as_of_us=as_of, mmsi=[273210440]).gaps.to_pylist()
        assert one == [gap for gap in everyone if gap["mmsi"] == 273210440]


def told(gaps: pa.Table) -> list[Row]:
    """Gaps as brute force tells them."""
    kn = [None if kn is None else round(kn, 6) for kn in gaps["under_way_kn"].to_pylist()]
    return [gap | {"under_way_kn": k} for gap, k in zip(gaps.to_pylist(), kn, strict=True)]


@given(arrivals(), st.sampled_from([1, 9, 10**6]))
@settings(max_examples=12)
def test_every_summary_follows_from_the_reports_by_another_way(files: list[list[Row]], bucket_rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder, patch.object(run, "BUCKET_ROWS", bucket_rows):
        store = Store.create(Path(folder) / "archive")
        for i, file in enumerate(files):
            put(store, file, f"{i}")
        assert verify(store).problems == []
        before = find(store, store.ingests(), min_hours=1, as_of_us=T0 + 10 * 24 * H).gaps
        compact(store)
        assert verify(store).problems == []
        assert find(store, store.ingests(), min_hours=1, as_of_us=T0 + 10 * 24 * H).gaps.equals(before)


@given(arrivals(), st.randoms(use_true_random=False))
@settings(max_examples=12)
def test_the_order_of_arrival_does_not_matter(files: list[list[Row]], random: object) -> None:
    found = []
    for order in (files, files[::-1], [[row for file in files for row in file]]):
        with tempfile.TemporaryDirectory() as folder:
            store = Store.create(Path(folder) / "archive")
            kept = sum(put(store, file, f"{i}").rows_kept for i, file in enumerate(order))
            found.append((kept, find(store, store.ingests(), min_hours=1, as_of_us=T0 + 10 * 24 * H).gaps.to_pylist()))
    assert found[0] == found[1] == found[2]


def test_a_gap_is_strictly_longer_than_its_threshold(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    here = {"mmsi": 273210440, "lat": 42.2, "lon": 130.3}
    put(store, [{**here, "ts": T0}, {**here, "ts": T0 + 6 * H}, {**here, "ts": T0 + 12 * H + 1}], "a")
    found = find(store, store.ingests(), min_hours=6, as_of_us=T0 + 18 * H + 1)
    assert [(g["off_us"], g["on_us"]) for g in found.gaps.to_pylist()] == [(T0 + 6 * H, T0 + 12 * H + 1)]


def test_a_threshold_below_the_floor_is_refused(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    with pytest.raises(UsageError, match="shortest gap"):
        find(store, store.ingests(), min_hours=0.5, as_of_us=T0)
    with pytest.raises(UsageError):
        find(store, store.ingests(), min_hours=float("nan"), as_of_us=T0)


def test_two_ships_on_one_mmsi_are_flagged(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    rows = [{"mmsi": 273210440, "ts": T0 + i * H // 4, "lat": 42.2 if i % 2 else 35.0, "lon": 130.3} for i in range(12)]
    put(store, [*rows, *({**row, "mmsi": 273210441, "lat": 42.2} for row in rows)], "a")
    found = find(store, store.ingests(), min_hours=1, as_of_us=T0 + 30 * H)
    assert (found.jumping.tolist(), found.jumps.tolist()) == ([273210440], [11])


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 90), st.integers(0, 3)), max_size=60),
    st.integers(1, 9),
)
def test_batches_are_cut_anew_so_that_no_vessel_day_is_in_two(
    reports: list[tuple[int, int, int, int]], size: int
) -> None:
    rows = sorted((273000000 + v, (T0 // S) + d * 86_400 + s, lat, 0) for v, d, s, lat in reports)
    table = pa.table(
        {c: pa.array([r[i] for r in rows], pa.int32()) for i, c in enumerate(("mmsi", "ts", "lat", "lon"))}
    )
    cut = list(whole_days(table.slice(start, size) for start in range(0, len(table), size)))
    assert pa.concat_tables([table.slice(0, 0), *cut]).equals(table)
    days = [{(m, t // 86_400) for m, t in zip(c["mmsi"].to_pylist(), c["ts"].to_pylist(), strict=True)} for c in cut]
    assert sum(len(d) for d in days) == len(set().union(*days)) if days else not rows


@given(arrivals())
@settings(max_examples=15)
def test_a_part_gives_the_same_summary_as_its_ingest(files: list[list[Row]]) -> None:
    with tempfile.TemporaryDirectory() as folder, patch.object(parts, "BATCH_ROWS", 3):
        store = Store.create(Path(folder) / "archive")
        put(store, [row for file in files for row in file], "a")
        [ingest] = store.ingests()
        lookback, found = (), []
        for part in store.parts():
            summary, tail = summarise_part(store.part_path(part), lookback, seq=1, motion=True)
            lookback = (tail,)
            found.append(summary)
        whole = Summary.joined(found)
        assert whole.days.equals(summaries.read(store, [ingest], VESSEL_DAYS))
        assert whole.gaps.equals(summaries.read(store, [ingest], DAY_GAPS))
        assert whole.runs.equals(summaries.read(store, [ingest], DAY_RUNS))


@pytest.mark.parametrize("bucket_rows", [1, 10**6])
@pytest.mark.parametrize("slice_rows", [1, 10**6])
@pytest.mark.parametrize("files", [1, 2, 5])
def test_the_twelve_hours_before_a_gap_reach_over_midnight(
    files: int, bucket_rows: int, slice_rows: int, tmp_path: Path
) -> None:
    hours = (10, 18, 20, 25, 40, 47, 49, 60)
    rows = [
        {"mmsi": mmsi, "ts": T0 + h * H, "lat": 42.2, "lon": 130.3} for mmsi in (273210440, 273210441) for h in hours
    ]
    with patch.object(run, "BUCKET_ROWS", bucket_rows), patch.object(staging, "SLICE_ROWS", slice_rows):
        store = Store.create(tmp_path / "archive")
        for i in range(files):
            put(store, rows[i::files], f"{i}")
    found = find(store, store.ingests(), min_hours=4, as_of_us=T0 + 60 * H).gaps
    assert found["off_12h"].to_pylist() == [1, 3, 3, 1, 3] * 2
    assert told(found) == expected(rows, 4, T0 + 60 * H)
