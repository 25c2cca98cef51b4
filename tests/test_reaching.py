"""Silences that reach into a day, found from a carry and the days since: the same as from the whole archive."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.errors import UsageError
from ais_gaps.gaps import carry, reaching
from ais_gaps.gaps.carry import Carry
from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.gaps.reaching import Reaching
from ais_gaps.gaps.stitch import DAY_US
from ais_gaps.store.archive import Store
from tests.rows import T0, H, Row, put
from tests.test_gaps import arrivals

SHIP = {"mmsi": 273_210_440, "lat": 42.24, "lon": 130.3, "ais_class": "A", "receiver": "terrestrial"}


def same(found: pa.Table, expected: pa.Table, but: tuple[str, ...] = ()) -> None:
    found, expected = found.drop_columns(list(but)), expected.drop_columns(list(but))
    order = [("mmsi", "ascending"), ("off_us", "ascending"), ("track", "ascending")]
    found, expected = found.sort_by(order).to_pylist(), expected.sort_by(order).to_pylist()
    for rows in (found, expected):
        for row in rows:
            row["under_way_kn"] = None if row["under_way_kn"] is None else round(row["under_way_kn"], 6)
    assert found == expected


@given(arrivals(), st.sampled_from([1, 2, 3]), st.integers(0, 8), st.sampled_from([1, 6, 30]))
@settings(max_examples=40, deadline=None)
def test_what_reaches_into_a_day_is_what_the_whole_archive_says(
    files: list[list[Row]], block_days: int, after: int, hours: int
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(carry, "BLOCK_DAYS", block_days),
        patch.object(reaching, "BLOCK_DAYS", block_days),
    ):
        store = Store.create(Path(folder) / "archive")
        for number, file in enumerate(files):
            put(store, file, f"{number}")
        since_us = T0 // DAY_US * DAY_US + after * DAY_US
        as_of_us = since_us + DAY_US - 1
        # Of the ingests up to each: what was carried for fewer of them must not be taken for more.
        for known in range(1, len(files) + 1):
            ingests = store.ingests()[:known]
            expected = find(store, ingests, min_hours=hours, as_of_us=as_of_us, during_us=(since_us, as_of_us + 1))
            asked = Reaching(store, ingests, since_us=since_us, as_of_us=as_of_us)
            same(asked.gaps(hours).gaps, expected.gaps)
            of_ships(asked, store, as_of_us, block_days, known)


def of_ships(asked: Reaching, store: Store, as_of_us: int, block_days: int, known: int) -> None:
    """The others of the ships of silences over six hours are those of the whole archive, of the days that count."""
    gaps = asked.gaps(6).gaps
    everything = find(store, store.ingests()[:known], min_hours=6, as_of_us=as_of_us).gaps
    found = asked.others(gaps, 6)
    for row in gaps.to_pylist():
        first = (row["off_us"] // DAY_US // block_days - 2) * block_days * DAY_US
        last = (row["off_us"] // DAY_US // block_days + 1) * block_days * DAY_US
        hers = [
            t.filter(
                pc.and_(
                    pc.and_(pc.equal(t["mmsi"], row["mmsi"]), pc.equal(t["track"], row["track"])),
                    pc.and_(pc.greater_equal(t["off_us"], first), pc.less(t["off_us"], last)),
                )
            )
            for t in (found, everything)
        ]
        # Days without a position are not read where nothing hangs on them.
        same(*hers, but=("others", "no_position"))


def days_of(store: Store, days: int, per_day: int = 4) -> None:
    for day in range(days):
        put(store, [{**SHIP, "ts": T0 + (24 * day + 6 * k) * H} for k in range(per_day)], f"{day}")


def test_a_carry_is_kept_and_a_late_file_makes_it_anew(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    days_of(store, 65)
    last = as_of_of(store.ingests()) // DAY_US
    first = Carry.to(store, store.ingests(), last)
    assert len(first.last) == 1 and first.before % 30 == 0 and len(first.jumping) == 0
    files = set((tmp_path / "archive" / "gaps").iterdir())
    assert len(files) == 2, "one for each border of 30 days that was crossed"
    with patch.object(carry, "_next", side_effect=AssertionError("it is kept")):
        assert Carry.to(store, store.ingests(), last).last.equals(first.last)
    put(store, [{**SHIP, "mmsi": 273_210_441, "ts": T0 + 5 * H}], "late")
    again = Carry.to(store, store.ingests(), last)
    assert sorted(again.last["mmsi"].to_pylist()) == [273_210_440, 273_210_441]
    for file in files:
        file.write_bytes(b"damaged")
    assert Carry.to(store, store.ingests()[:-1], last).last.equals(first.last)


def test_one_more_day_reads_the_days_since_the_carry_only(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    days_of(store, 65)
    newest = as_of_of(store.ingests()) // DAY_US

    def asked() -> list[tuple[int, int]]:
        spans = []
        real = carry.read

        def spy(store: Store, ingests: object, days: tuple[int, int], mmsi: object = None) -> object:
            if mmsi is None or len(mmsi):  # type: ignore[arg-type]
                spans.append(days)
            return real(store, ingests, days, mmsi)  # type: ignore[arg-type]

        with patch.object(carry, "read", spy), patch.object(reaching, "read", spy):
            Reaching(store, store.ingests(), since_us=newest * DAY_US, as_of_us=(newest + 1) * DAY_US - 1).gaps(6)
        return spans

    assert len(asked()) == 3, "two carries, and the days since"
    assert asked() == [(newest // 30 * 30, newest)]


def test_a_threshold_below_the_floor_is_refused(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    days_of(store, 2)
    with pytest.raises(UsageError, match="shortest gap"):
        Reaching(store, store.ingests(), since_us=T0, as_of_us=T0 + 48 * H).gaps(0.5)


def test_an_empty_archive_has_none(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    asked = Reaching(store, [], since_us=T0, as_of_us=T0 + 24 * H)
    assert len(asked.gaps(6).gaps) == 0
    assert len(asked.others(asked.gaps(6).gaps, 6)) == 0
    assert np.array_equal(Carry.to(store, [], T0 // DAY_US).jumping, [])


def test_others_of_the_days_before_are_found(tmp_path: Path) -> None:
    """A ship that was silent for eight hours on each of three days, and is again."""
    store = Store.create(tmp_path / "archive")
    hours = [*range(8), *range(16, 32), *range(40, 56), *range(64, 80)]
    put(store, [{**SHIP, "ts": T0 // DAY_US * DAY_US + hour * H} for hour in hours], "all")
    with patch.object(carry, "BLOCK_DAYS", 1), patch.object(reaching, "BLOCK_DAYS", 1):
        since_us = T0 // DAY_US * DAY_US + 3 * DAY_US
        asked = Reaching(store, store.ingests(), since_us=since_us, as_of_us=since_us + DAY_US - 1)
        gaps = asked.gaps(6).gaps
        assert len(gaps) == 1 and gaps["on_us"].null_count == 1
        found = sorted((us - T0 // DAY_US * DAY_US) // H for us in asked.others(gaps, 6)["off_us"].to_pylist())
    assert found == [31, 55, 79], "of the same block of days and of the two before"
