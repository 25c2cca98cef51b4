"""What was heard of a vessel: each position once, and of which track it is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps import interface, worlds
from ais_gaps.heard import positions
from ais_gaps.holdings import Holdings
from ais_gaps.moments import EPOCH, NEVER
from ais_gaps.store.archive import Store
from tests.rows import T0, H, Row, put

MMSI = 273210440


def _sent(start_us: int, minutes: int, count: int, lat: float, lon: float) -> list[Row]:
    """A ship going east at about 9 kn."""
    step = 60_000_000 * minutes
    return [
        {"mmsi": MMSI, "ts": start_us + i * step, "lat": lat, "lon": round(lon + i * minutes * 0.0033, 6)}
        for i in range(count)
    ]


def _tracks(folder: Path, rows: list[Row]) -> pd.DataFrame:
    store = Store.create(folder)
    put(store, rows, "a", 1000)
    return pd.DataFrame(interface.Archive(Holdings.at(folder)).track(str(MMSI)))


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 45), st.integers(7, 50), st.integers(0, 3), st.booleans())
def test_two_ships_of_one_mmsi_are_told_apart(
    tmp_path_factory: pytest.TempPathFactory, first: int, second: int, late_h: int, together: bool
) -> None:
    north = _sent(T0, first, 1200 // first, 42.0, 131.0)
    south = _sent(T0 + (0 if together else 37_000_000) + late_h * H, second, 1200 // second, 35.0, 129.0)
    found = _tracks(tmp_path_factory.mktemp("two") / "archive", north + south)
    assert len(found) == len(north) + len(south)
    for lat in (42.0, 35.0):
        assert found[found.lat == lat].track.nunique() == 1, "one ship, one track"
    assert found.track.nunique() == 2


def test_one_ship_is_one_track_and_a_strange_fix_is_set_aside(tmp_path: Path) -> None:
    rows = _sent(T0, 10, 200, 42.0, 131.0)
    assert set(_tracks(tmp_path / "one", rows).track) == {0}
    strange = {"mmsi": MMSI, "ts": T0 + 905 * 60_000_000, "lat": -10.0, "lon": -20.0}
    found = _tracks(tmp_path / "strange", [*rows, strange])
    assert found[found.lat == -10.0].track.isna().tolist() == [True]
    assert set(found[found.lat != -10.0].track) == {0}


def test_gaps_lie_between_positions_that_follow_one_another_in_their_track(tmp_path: Path) -> None:
    worlds.write(worlds.make(worlds.Settings(seed=5, days=5, vessels=40, shared=0.2)), tmp_path / "files")
    archive = Holdings.at(tmp_path / "archive", create=True)
    assert [r.error for r in archive.ingest([tmp_path / "files" / "reports.csv"])] == [None]
    gaps = archive.gaps(min_hours=2).to_pandas()
    jumping = gaps[gaps.track > 0].mmsi.unique()[:5]
    assert len(jumping), "a world with shared MMSI"
    store, checked = Store(tmp_path / "archive"), 0
    for mmsi in jumping:
        heard = positions(archive.sql, store, store.ingests(), [int(mmsi)], EPOCH, NEVER).to_pandas()
        for gap in gaps[(gaps.mmsi == mmsi) & ~gaps.open].itertuples():
            of_track = heard[heard.track == gap.track]
            inside = of_track[(of_track.ts > gap.off_ts) & (of_track.ts < gap.on_ts)]
            assert not len(inside), "nothing of the track was heard in its gap"
            assert {gap.off_ts, gap.on_ts} <= set(of_track.ts)
            checked += 1
    assert checked > 10


def test_a_period_and_what_was_known(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    put(store, _sent(T0, 60, 48, 42.0, 131.0), "a", 1000)
    held = Holdings.at(tmp_path / "archive")
    day = pd.Timestamp(T0 + 24 * H, unit="us", tz="UTC").to_pydatetime()
    assert len(held.track(str(MMSI), since=day)) == len(held.track(str(MMSI), until=day)) == 24
    assert held.track(str(MMSI), since=day).schema.field("track").type == pa.int16()
