"""Rows in the hands of other libraries: each test uses the real one."""

from __future__ import annotations

import subprocess
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import geopandas
import pandas as pd
import polars
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import ais_gaps
from ais_gaps.errors import AisGapsError, UsageError
from ais_gaps.holdings import Holdings
from ais_gaps.interface import Archive, Rows
from ais_gaps.schema import GAPS, REPORTS


@pytest.fixture(scope="module")
def archive(demo_archive: Holdings) -> Archive:
    return Archive(demo_archive)


def test_geopandas_gets_places_and_a_crs(archive: Archive) -> None:
    gaps = archive.gaps("9179842")
    assert isinstance(gaps, geopandas.GeoDataFrame)
    assert gaps.crs == "EPSG:4326"
    for row in gaps.itertuples():
        ends = [(row.off_lon, row.off_lat)] if row.open else [(row.off_lon, row.off_lat), (row.on_lon, row.on_lat)]
        assert list(row.geometry.coords) == ends or row.off_lon == row.on_lon
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        here = archive.track("ANGARA").sjoin(archive.reception().table[["cell", "estimate", "geometry"]])
    assert len(here) > 0
    assert here.cell.notna().all()


def test_geopandas_keeps_what_must_be_said(archive: Archive) -> None:
    gaps = archive.gaps("ANGARA")
    for made in (gaps.to_crs(3857), gaps.copy(), gaps[gaps.open], gaps.set_index("gap_id")):
        assert isinstance(made, geopandas.GeoDataFrame)
        assert isinstance(made, Rows)
        assert made.about.notes


def test_what_is_put_together_says_what_must_be_said_of_each_part(archive: Archive) -> None:
    gaps, plain = archive.gaps("ANGARA"), Rows.of(pa.table({"mmsi": [273210440], "mine": ["x"]}), "answer", ["Mine."])
    for made in (
        pd.concat([gaps, plain]),
        pd.concat([gaps, gaps]),
        gaps.merge(plain, on="mmsi"),
        gaps.merge(pd.DataFrame(plain), on="mmsi"),
    ):
        assert isinstance(made, Rows)
        assert made.about.notes[:1] == gaps.about.notes
    assert pd.concat([gaps, plain]).about.notes[-1] == gaps.merge(plain, on="mmsi").about.notes[-1] == "Mine."


def test_rows_without_geopandas_are_pandas(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ais_gaps.extras.have", lambda library: False)
    gaps = archive.gaps("ANGARA")
    assert type(gaps) is Rows
    assert not isinstance(gaps, geopandas.GeoDataFrame)
    assert isinstance(gaps.to_geopandas(), geopandas.GeoDataFrame)


def test_a_library_that_is_missing_is_named_with_its_extra() -> None:
    code = (
        "import sys; [sys.modules.__setitem__(name, None) for name in "
        "('geopandas', 'polars', 'movingpandas', 'matplotlib')]\n"
        "import ais_gaps.extras as extras\n"
        "extras.have = lambda library: False\n"
        "import ais_gaps\n"
        "track = ais_gaps.demo().track('ANGARA')\n"
        "for ask in (track.to_geopandas, track.to_polars, track.to_movingpandas):\n"
        "    try: ask()\n"
        "    except ais_gaps.errors.MissingExtra as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "this needs geopandas, which is not installed: pip install 'ais_gaps[geo]'",
        "this needs polars, which is not installed: pip install 'ais_gaps[polars]'",
        "this needs movingpandas, which is not installed: pip install 'ais_gaps[geo]'",
    ], done.stderr


def test_nothing_optional_is_imported_until_it_is_used() -> None:
    code = (
        "import sys, ais_gaps\n"
        "first = set(sys.modules)\n"
        "import ais_gaps.interface\n"
        "print(sorted({'pandas', 'pyarrow', 'duckdb', 'numpy'} & first))\n"
        "print(sorted({'geopandas', 'movingpandas', 'matplotlib', 'polars', 'lonboard', 'IPython'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]


def test_movingpandas_gets_trajectories_parted_at_silences(archive: Archive) -> None:
    track = archive.track("ANGARA")
    found = track.to_movingpandas()
    assert len(found) > 1
    longest = max((t.df.index.to_series().diff().max() for t in found.trajectories), default=pd.Timedelta(0))
    assert longest <= pd.Timedelta(hours=6)
    assert sum(len(t.df) for t in found.trajectories) + _lone(track) == len(track)
    (whole,) = track.to_movingpandas(min_hours=None).trajectories
    assert (whole.get_start_time(), whole.get_end_time()) == (
        track.ts.min().tz_localize(None).to_pydatetime(),
        track.ts.max().tz_localize(None).to_pydatetime(),
    )
    with pytest.raises(UsageError, match="no lat, lon, ts"):
        archive.gaps().to_movingpandas()


def _lone(track: Rows) -> int:
    """Positions that are silent on both sides."""
    silent = track.ts.diff() > pd.Timedelta(hours=6)
    stretch = silent.cumsum()
    sizes = stretch.value_counts()
    return int((sizes == 1).sum())


def test_polars_reads_the_arrow_stream(archive: Archive) -> None:
    gaps = archive.gaps("ANGARA")
    found = gaps.to_polars()
    assert found.columns == list(gaps.columns)
    assert found["off_ts"].dtype == polars.Datetime("us", "UTC")
    assert found["imo"].to_list() == [None if pd.isna(imo) else imo for imo in gaps.imo]
    assert found["duration_h"].to_list() == gaps.duration_h.tolist()
    shapes = shapely.from_wkb(found["geometry"].to_numpy())
    assert all(a.equals(b) for a, b in zip(shapes, gaps.geometry, strict=True))


def test_duckdb_reads_rows_and_gives_relations(archive: Archive) -> None:
    gaps = archive.gaps("ANGARA").to_arrow()
    (row,) = duckdb.sql("SELECT count(*), max(duration_h) FROM gaps").fetchall()
    assert row == (len(gaps), max(gaps["duration_h"].to_pylist()))
    relation = archive.relation("SELECT name, duration_h FROM gaps WHERE duration_h > ?", [100])
    assert isinstance(relation, duckdb.DuckDBPyRelation)
    assert relation.order("duration_h DESC").limit(1).fetchall() == [("ANGARA", row[1])]
    with pytest.raises(UsageError, match="nonsense"):
        archive.relation("SELECT nonsense FROM gaps")
    with pytest.raises(UsageError, match="locked"):
        archive.relation("SET threads = 1")


def test_cells_of_frames_are_values_of_queries(archive: Archive) -> None:
    track = archive.track("ANGARA")
    query = "SELECT count(*) AS n FROM reports WHERE mmsi = ? AND ts <= ? AND coalesce(?, 1) = 1"
    found = archive.sql(query, [track.mmsi.iloc[0], track.ts.iloc[9], pd.NA])
    assert found.n.tolist() == [10]
    assert archive.relation(query, [track.mmsi.iloc[0], track.ts.iloc[9], None]).fetchall() == [(10,)]


def test_the_whole_fleet_is_all_that_was_heard(archive: Archive) -> None:
    fleet = archive.vessels()
    assert fleet.vessel.is_unique
    assert fleet.last_ts.is_monotonic_decreasing
    of_ships = archive.sql("SELECT DISTINCT mmsi FROM reports WHERE transmitter = 'ship'").mmsi
    assert sorted(mmsi for several in fleet.mmsi for mmsi in several) == sorted(of_ships)
    assert fleet.reports.sum() == archive.sources().rows_kept.sum()
    assert len(archive.vessels(limit=2)) == 2


def test_silences_as_the_points_where_they_began_and_ended(archive: Archive) -> None:
    gaps = archive.gaps("9179842")
    for end in ("off", "on"):
        points = gaps.to_geopandas(at=end)
        assert [None if p is None else (p.x, p.y) for p in points.geometry] == [
            None if pd.isna(lon) else (lon, lat)
            for lon, lat in zip(gaps[f"{end}_lon"], gaps[f"{end}_lat"], strict=True)
        ]
        assert points.about == gaps.about
    with pytest.raises(UsageError, match="only silences"):
        archive.track("ANGARA").to_geopandas(at="off")


def test_lonboard_draws_rows_from_arrow(archive: Archive) -> None:
    import lonboard

    track = archive.track("ANGARA")
    layer = lonboard.ScatterplotLayer(table=track)
    assert layer.table.num_rows == len(track)
    lines = archive.gaps("ANGARA")
    lines = lines[lines.geom_type == "LineString"]
    assert lonboard.PathLayer(table=lines).table.num_rows == len(lines)
    assert lonboard.viz(track).layers


TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
LATITUDES = st.none() | st.floats(-90, 90)
LONGITUDES = st.none() | st.floats(-180, 180)


@st.composite
def gap_rows(draw: st.DrawFn) -> pa.Table:
    values: dict[str, list[object]] = {}
    count = draw(st.integers(0, 4))
    for field in GAPS.arrow:
        if field.name.endswith("_lat"):
            value: st.SearchStrategy[object] = LATITUDES
        elif field.name.endswith("_lon"):
            value = LONGITUDES
        elif pa.types.is_timestamp(field.type):
            value = TIMES
        elif pa.types.is_integer(field.type):
            value = st.integers(0, 2**15 - 1)
        elif pa.types.is_floating(field.type):
            value = st.floats(allow_nan=False)
        elif pa.types.is_boolean(field.type):
            value = st.booleans()
        elif pa.types.is_list(field.type):
            value = st.lists(st.text(max_size=3), max_size=2)
        else:
            value = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
        values[field.name] = draw(
            st.lists(value | st.none() if field.nullable else value, min_size=count, max_size=count)
        )
    return pa.table(values, schema=GAPS.arrow)


@settings(deadline=None, max_examples=60)
@given(gap_rows())
def test_arrow_comes_back_as_it_went(table: pa.Table) -> None:
    rows = Rows.of(table, "gaps")
    back = rows.to_arrow().drop_columns("geometry")
    assert back.schema == table.schema
    assert back.to_pylist() == table.to_pylist()
    placed = [row["off_lat"] is not None and row["off_lon"] is not None for row in table.to_pylist()]
    assert all(shape is not None for shape, known in zip(rows.geometry, placed, strict=True) if known)


@settings(deadline=None, max_examples=60)
@given(gap_rows())
def test_a_line_takes_the_shorter_way_round(table: pa.Table) -> None:
    for row, shape in zip(table.to_pylist(), Rows.of(table, "gaps").geometry, strict=True):
        if shape is None or None in (row["on_lon"], row["on_lat"], row["off_lat"], row["off_lon"]):
            continue
        assert shapely.length(shape) <= 361
        for part in shapely.get_parts(shape):
            west, _, east, _ = part.bounds
            assert east - west <= 180


def test_the_types_of_columns_do_not_hang_on_what_is_in_them() -> None:
    empty = Rows.of(GAPS.arrow.empty_table(), "gaps").dtypes
    one = pa.Table.from_pylist([{f.name: None if f.nullable else _some(f.type) for f in GAPS.arrow}], schema=GAPS.arrow)
    assert Rows.of(one, "gaps").dtypes.equals(empty)
    track = Rows.of(REPORTS.arrow.empty_table(), "track").dtypes
    assert {name: str(track[name]) for name in ("mmsi", "heading", "lat", "receiver")} == {
        "mmsi": "Int32",
        "heading": "Int16",
        "lat": "float64",
        "receiver": "str",
    }


def _some(kind: pa.DataType) -> object:
    if pa.types.is_boolean(kind):
        return False
    if pa.types.is_timestamp(kind):
        return pd.Timestamp("2024-01-01", tz="UTC")
    return "a" if pa.types.is_string(kind) else 0


def test_what_a_person_puts_into_a_column_is_not_lost(archive: Archive) -> None:
    gaps = pd.DataFrame(archive.gaps("ANGARA")).drop(columns="geometry").convert_dtypes()
    rows = archive.gaps("ANGARA")
    rows["mmsi"] = "not a number"
    rows["mine"] = range(len(rows))
    table = rows.to_arrow()
    assert set(table["mmsi"].to_pylist()) == {"not a number"}
    assert table["mine"].to_pylist() == list(range(len(gaps)))


def test_tables_of_html_escape_names_and_say_what_must_be_said() -> None:
    evil = "</script><img src=x onerror=alert(1)>\u202e"
    table = pa.table({"name": [evil], "note": ["$[name]"]})
    page = Rows.of(table, "answer", ["Reconstructed <b>data</b>."])._repr_html_()
    assert "<img" not in page
    assert "\u202e" not in page
    assert "Reconstructed &lt;b&gt;data" in page
    assert "1 row" in page


def test_each_error_is_one_of_ours(archive: Archive, tmp_path: Path) -> None:
    for ask in (
        lambda: archive.gaps("NOBODY AT ALL"),
        lambda: archive.gaps(since="yesterday"),
        lambda: archive.reach("zzz"),
        lambda: archive.reach(archive.gaps()[["mmsi"]]),
        lambda: archive.evidence(what="cargo"),
        lambda: archive.sql("SELECT"),
        lambda: archive.sources().show_map(),
        lambda: archive.track("ANGARA").show_timeline(),
        lambda: archive.sources().to_geopandas(),
        lambda: archive.gaps()[["name", "duration_h"]].show_map(),
        lambda: archive.gaps().rename(columns={"on_lat": "y"}).show_map(),
        lambda: archive.gaps()[["name", "duration_h"]].show_timeline(),
        lambda: archive.places()[["name"]].show_map(),
        lambda: archive.gaps().save(tmp_path / "gaps.docx"),
        lambda: archive.dossier("ANGARA").save(tmp_path / "angara.pdf"),
        lambda: ais_gaps.open(tmp_path / "nowhere"),
    ):
        with pytest.raises(AisGapsError) as raised:
            ask()
        assert "\n" not in str(raised.value)


def test_a_notebook_shows_one_line_of_an_error(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell()
    shell.user_ns["archive"] = archive
    with capture_output() as shown:
        shell.run_cell("archive.gaps('ANGRA\\x1b[2J')")
    assert shown.stdout.splitlines() == ["NotFound: No vessel 'ANGRA[2J'. Nearest: ANGARA, MARIA."]
    monkeypatch.setenv("AIS_GAPS_TRACEBACK", "1")
    with capture_output() as shown:
        shell.run_cell("archive.gaps('ANGRA')")
    assert "Traceback" in shown.stdout and "in gaps" in shown.stdout
