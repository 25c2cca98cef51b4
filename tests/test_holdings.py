"""The archive as a person asks it: what was known when, late data, places, names."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from ais_gaps.errors import Ambiguous, NotFound, UsageError
from ais_gaps.holdings import Holdings
from ais_gaps.schema import GAPS, REPORTS
from ais_gaps.store.archive import Store
from tests.rows import T0, H, Row, put

RAJIN = {"lat": 42.2333, "lon": 130.3}
BUSAN = {"lat": 35.1, "lon": 129.04}


def _at(hours: float) -> datetime:
    return datetime.fromtimestamp((T0 + hours * H) / 1e6, UTC)


def _ship(mmsi: int, place: dict[str, float], *hours: float, **more: object) -> list[Row]:
    return [{"mmsi": mmsi, "ts": int(T0 + hour * H), **place, **more} for hour in hours]


@pytest.fixture
def told_late(tmp_path: Path) -> tuple[Holdings, list[datetime]]:
    """A gap of 20 h, of which a late file first tells a report in the middle, and another that she was heard all along."""
    store = Store.create(tmp_path / "archive")
    moments = []
    for name, hours in (("first", (0, 1, 21, 22)), ("late", (12,)), ("later", (4, 8, 16, 19)), ("other", ())):
        rows = _ship(273210440, RAJIN, *hours) or _ship(273999999, BUSAN, 0, 22)
        put(store, rows, name)
        time.sleep(0.02)
        moments.append(datetime.now(UTC))
        time.sleep(0.02)
    return Holdings.at(tmp_path / "archive"), moments


def _spans(gaps: pa.Table) -> list[tuple[datetime, datetime]]:
    return list(zip(gaps["off_ts"].to_pylist(), gaps["on_ts"].to_pylist(), strict=True))


def test_what_was_known_when(told_late: tuple[Holdings, list[datetime]]) -> None:
    archive, moments = told_late
    known = [_spans(archive.gaps("273210440", as_known=moment)) for moment in moments[:3]]
    assert known == [[(_at(1), _at(21))], [(_at(1), _at(12)), (_at(12), _at(21))], []]
    counts = [archive.sql("SELECT count(*) AS n FROM reports", as_known=m)["n"][0].as_py() for m in moments]
    assert counts == [4, 5, 9, 11]
    assert len(archive.sources(as_known=moments[1])) == 2
    assert len(archive.vessels("273999999", as_known=moments[2])) == 0
    assert len(archive.gaps(as_known=datetime(2020, 1, 1, tzinfo=UTC))) == 0


def test_superseded_gaps_are_kept_with_the_time_they_were_believed(told_late: tuple[Holdings, list[datetime]]) -> None:
    archive, moments = told_late
    gone = archive.gaps(superseded=True)
    assert _spans(gone) == [(_at(1), _at(21)), (_at(1), _at(12)), (_at(12), _at(21))]
    assert gone["superseded_by"].to_pylist() == [2, 3, 3]
    for row, (from_, until) in zip(gone.to_pylist(), [(0, 1), (1, 2), (1, 2)], strict=True):
        assert row["known_from"] < moments[from_] < row["superseded_at"] < moments[until]
    assert len(archive.gaps("273999999", superseded=True, min_hours=1)) == 0


def test_an_open_gap_keeps_its_id_when_it_closes(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    put(store, _ship(273210440, RAJIN, 0, 1) + _ship(273999999, BUSAN, 30), "a")
    archive = Holdings.at(tmp_path / "archive")
    [open_] = archive.gaps("273210440").to_pylist()
    assert (open_["open"], open_["on_ts"], open_["duration_h"]) == (True, None, 29.0)
    put(store, _ship(273210440, RAJIN, 40), "b")
    [closed] = archive.gaps("273210440").to_pylist()
    assert (closed["open"], closed["duration_h"]) == (False, 39.0)
    assert closed["gap_id"] == open_["gap_id"]
    assert len(archive.gaps(superseded=True)) == 0, "a gap that closes was not wrong"
    [again] = archive.gaps("273210440", as_of=_at(30)).to_pylist()
    assert again == open_
    assert len(archive.gaps("273210440", as_of=_at(6.5))) == 0


def test_columns_are_those_that_others_build_on(told_late: tuple[Holdings, list[datetime]]) -> None:
    archive, _ = told_late
    assert archive.gaps(min_hours=1).schema == GAPS.arrow
    assert archive.sql("SELECT * FROM reports").schema.names == REPORTS.names
    assert archive.sql("SELECT * FROM gaps").schema.names == GAPS.names
    for view in ("claims", "sources", "rejects", "places", "vessel_days"):
        archive.sql(f"SELECT * FROM {view}")
    with pytest.raises(UsageError, match="nonsense"):
        archive.sql("SELECT nonsense FROM reports")


def test_sql_sees_what_came_since_the_last_question(told_late: tuple[Holdings, list[datetime]]) -> None:
    archive, _ = told_late
    count = "SELECT count(*) AS n FROM {}"
    before = [archive.sql(count.format(view))["n"][0].as_py() for view in ("reports", "places", "sources")]
    put(Store(archive.path), _ship(273210440, RAJIN, 100), "more")
    archive.add_place("Pier 9", 42.2, 130.3, 1.0)
    after = [archive.sql(count.format(view))["n"][0].as_py() for view in ("reports", "places", "sources")]
    assert after == [n + 1 for n in before]
    archive.sql("DROP VIEW reports")
    with pytest.raises(UsageError):
        archive.sql(count.format("reports"))
    assert archive.sql(count.format("reports"))["n"][0].as_py() == after[0], (
        "a query cannot spoil the archive for the next"
    )


def test_gaps_near_a_place(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    put(store, _ship(273210440, RAJIN, 0) + _ship(273210440, BUSAN, 20, 40), "a")
    archive = Holdings.at(tmp_path / "archive")
    both = archive.gaps()
    assert both["off_place"].to_pylist() == ["Rajin port", "Busan"]
    assert both["on_place"].to_pylist() == ["Busan", "Busan"]
    assert both["distance_nm"].to_pylist() == pytest.approx([431.6, 0.0], abs=0.1)
    assert both["implied_speed_kn"].to_pylist() == pytest.approx([21.6, 0.0], abs=0.1)
    assert len(archive.gaps(near="Rajin")) == 1
    assert len(archive.gaps(near="나진항", within_nm=1)) == 1
    assert len(archive.gaps(near="Busan", within_nm=20)) == 2
    assert len(archive.gaps(near="Rajin", within_nm=500)) == 2
    with pytest.raises(NotFound) as none:
        archive.gaps(near="Rajjn Harbor City")
    assert none.value.nearest
    with pytest.raises(UsageError, match="--near"):
        archive.gaps(within_nm=3)


def test_a_place_across_the_antimeridian(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    put(
        store,
        _ship(273210440, {"lat": 52.0, "lon": 179.99}, 0) + _ship(273210440, {"lat": 52.0, "lon": -179.99}, 20),
        "a",
    )
    archive = Holdings.at(tmp_path / "archive")
    archive.add_place("Date line buoy", 52.0, -179.98, 3.0)
    [gap] = archive.gaps(near="Date line buoy").to_pylist()
    assert gap["distance_nm"] == pytest.approx(0.741, abs=0.01)
    assert (gap["off_place"], gap["on_place"]) == ("Date line buoy", "Date line buoy")
    assert gap["off_place_nm"] == pytest.approx(1.11, abs=0.02)


def test_gaps_that_begin_within_a_time(told_late: tuple[Holdings, list[datetime]]) -> None:
    archive, moments = told_late
    known = {"as_known": moments[1], "vessel": "273210440"}
    assert len(archive.gaps(since=_at(1), until=_at(12), **known)) == 1
    assert len(archive.gaps(since=_at(12), **known)) == 1
    assert len(archive.gaps(until=_at(1), **known)) == 0
    assert len(archive.gaps(open_only=True, **known)) == 0


def test_a_null_position_gives_no_distance(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    put(store, _ship(273210440, {"lat": 42.2}, 0) + _ship(273210440, RAJIN, 20), "a")
    [gap] = Holdings.at(tmp_path / "archive").gaps().to_pylist()
    assert [gap[c] for c in ("off_lat", "off_lon", "distance_nm", "implied_speed_kn", "off_place")] == [
        42.2,
        None,
        None,
        None,
        None,
    ]
    assert gap["on_place"] == "Rajin port"


def test_what_no_ship_sent_makes_no_gap(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    others = (2190064, 992351234, 111232501, 972123456, 982731234)
    rows = [row for mmsi in others for row in _ship(mmsi, RAJIN, 0, 20)]
    rows += _ship(273210440, RAJIN, 0, 20, transmitter="aton")
    result = put(store, rows, "a")
    assert result.rows_kept == 12
    archive = Holdings.at(tmp_path / "archive")
    assert len(archive.gaps()) == 0
    kinds = archive.sql("SELECT DISTINCT transmitter FROM reports ORDER BY ALL")["transmitter"].to_pylist()
    assert kinds == ["aircraft", "aton", "base_station", "craft", "sart"]


def test_identity_of_a_gap_is_what_she_said_before_it(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    said = [
        *_ship(273210440, RAJIN, 0, name="OLD NAME", imo=9179842, ship_type="Cargo", ais_class="A"),
        *_ship(273210440, RAJIN, 20, name="NEW NAME", imo=9179842, ship_type="Cargo", ais_class="A"),
        *_ship(273210440, RAJIN, 40, name="NEW NAME"),
        *_ship(636000001, RAJIN, 0, 20, imo=9179843),
    ]
    put(store, said, "a")
    gaps = Holdings.at(tmp_path / "archive").gaps().to_pylist()
    assert [g["name"] for g in gaps] == ["OLD NAME", "NEW NAME", None, None]
    assert [(g["imo"], g["flag"], g["ship_type"], g["ais_class"]) for g in gaps[:2]] == [
        (9179842, "RU", "Cargo", "A")
    ] * 2
    assert (gaps[2]["imo"], gaps[2]["flag"]) == (None, "LR"), "9179843 fails its check digit"


def test_a_shared_mmsi_is_said_to_be_one(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    rows = [row for k in range(20) for row in _ship(273210440, (RAJIN, BUSAN)[k % 2], k * 0.2)]
    put(store, rows + _ship(273210440, RAJIN, 30), "a")
    gaps = Holdings.at(tmp_path / "archive").gaps().to_pylist()
    assert [(g["track"], g["off_place"], g["open"]) for g in gaps] == [(0, "Rajin port", False), (1, "Busan", True)]
    assert [g["cause"] for g in gaps] == ["identity break"] * 2
    said = "MMSI 273210440 moves 19 times as no ship can: more than one ship may send under it, on 2 tracks"
    assert gaps[0]["reasons"][0] == said
    assert gaps[0]["p_switched_off"] is None


def test_two_of_a_name_are_not_mixed(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    put(
        store,
        _ship(273210440, RAJIN, 0, 20, name="ANGARA", imo=9179842)
        + _ship(667000001, BUSAN, 0, 20, name="ANGARA", imo=9124043),
        "a",
    )
    archive = Holdings.at(tmp_path / "archive")
    assert set(archive.gaps("ANGARA")["imo"].to_pylist()) == {9179842, 9124043}
    assert archive.gaps("IMO 9124043")["mmsi"].to_pylist() == [667000001]
    with pytest.raises(Ambiguous, match="9179842"):
        archive.dossier("ANGARA")
    with pytest.raises(NotFound) as none:
        archive.gaps("ANGRA MAINU")
    assert "ANGARA" in none.value.nearest


def test_a_naive_time_is_utc(told_late: tuple[Holdings, list[datetime]]) -> None:
    archive, _ = told_late
    naive = _at(10).replace(tzinfo=None)
    assert archive.gaps(as_of=naive).equals(archive.gaps(as_of=_at(10)))


def test_importing_is_light() -> None:
    heavy = "{'pandas', 'pyarrow', 'duckdb', 'deltalake', 'shapely', 'scipy'}"
    loaded = f"import sys, ais_gaps; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_fleet_silent_between_two_times_is_just_that_of_its_gaps(demo_archive: Holdings) -> None:
    every = demo_archive.gaps().to_pylist()
    start, end = datetime(2023, 10, 1, tzinfo=UTC), datetime(2023, 11, 1, tzinfo=UTC)
    wanted = {row["gap_id"] for row in every if row["off_ts"] < end and (row["open"] or row["on_ts"] >= start)}
    found = demo_archive.silent_between(start, end).to_pylist()
    assert wanted and {row["gap_id"] for row in found} == wanted and len(wanted) < len(every)
