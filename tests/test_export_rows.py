"""Any rows in a file: the reader of each format gives them back, and no name does harm in them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import fastkml
import geopandas
import numpy as np
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from fastkml.utils import find_all
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ais_gaps.errors import UsageError
from ais_gaps.evidence import looks
from ais_gaps.export import rows, save
from ais_gaps.export.spans import Span, span_of
from ais_gaps.features.placed import with_geometry
from ais_gaps.holdings import Holdings
from ais_gaps.schema import GAPS, UTC_US
from tests.test_export import kml_schema

NOTE = "What is shown here is a reconstruction."
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LAST = datetime(2024, 6, 1, tzinfo=UTC)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.sampled_from(
    [
        "=1+1",
        "@SUM(A1)",
        '"',
        "a,b\nc",
        "<script>alert(1)</script>]]>",
        "$[description]",
        "\x1b[31m",
        "\u202eevil",
        "'x'",
    ]
)
times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
# As an archive keeps them: a millionth of a degree.
spots = st.none() | st.tuples(*(st.integers(-n * 10**6, n * 10**6).map(lambda n: n / 1e6) for n in (90, 180)))


@st.composite
def silences(draw: st.DrawFn) -> pa.Table:
    """Rows of the gaps table: open and closed, with and without a place, with names of strangers."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        off, on = draw(spots), draw(spots)
        off_ts, open_ = draw(times), draw(st.booleans())
        row: dict[str, Any] = {c.name: None for c in GAPS.columns}
        row |= {"gap_id": f"{number:016x}", "mmsi": 273210440 + number, "track": 0, "name": draw(st.none() | texts)}
        row |= {"off_ts": off_ts, "on_ts": None if open_ else off_ts + timedelta(hours=draw(st.floats(6, 900)))}
        row |= {
            "open": open_,
            "duration_h": draw(st.floats(6, 900)),
            "reasons": draw(st.none() | st.lists(texts, max_size=2)),
        }
        row |= dict.fromkeys(("reports_12h", "reports_12h_terrestrial", "reports_12h_satellite"), 1)
        row |= dict.fromkeys(("other_messages", "heard_without_position"), 0)
        row |= {"off_lat": off and off[0], "off_lon": off and off[1]}
        row |= {"on_lat": None if open_ or not on else on[0], "on_lon": None if open_ or not on else on[1]}
        found.append(row)
    return pa.Table.from_pylist(found, schema=GAPS.arrow)


def shapes_of(table: pa.Table) -> list[Any]:
    return list(shapely.from_wkb(with_geometry(table)["geometry"].to_pylist()))


def same(one: Any, other: Any, tolerance: float = 0.0) -> bool:
    if one is None or other is None:
        return one is other
    return bool(shapely.equals_exact(one, other, tolerance))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows")


@pytest.fixture(scope="module")
def tables(demo_archive: Holdings) -> Mapping[str, pa.Table]:
    """Rows of each kind, as the archive gives them."""
    evidence = demo_archive.evidence()
    return {
        "gaps": demo_archive.gaps(),
        "reach": demo_archive.reach("ANGARA"),
        "reception": demo_archive.reception().cells,
        "outages": demo_archive.outages().rows,
        "observations": evidence.observations,
        "looks": looks(evidence.observations),
        "places": demo_archive.places().slice(0, 200),
        "listings": evidence.listings,
        "sources": demo_archive.sources(),
        "vessels": demo_archive.vessels("ANGARA"),
        "track": demo_archive.sql("SELECT * FROM reports WHERE mmsi = 273210440"),
        "answer": demo_archive.sql("SELECT 1 AS a, 2 AS a, 'x' AS geometry, 3::DECIMAL(5, 2) AS lat, 4 AS lon"),
    }


# -- the same rows come back -------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(silences())
def test_pandas_csv_and_duckdb_read_the_same_rows_from_csv(folder: Path, table: pa.Table) -> None:
    file = folder / "gaps.csv"
    assert save(table, file, kind="gaps", notes=[NOTE]) == len(table)
    with file.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [row["gap_id"] for row in found] == table["gap_id"].to_pylist()
    for row, given_, shape in zip(found, table.to_pylist(), shapes_of(table), strict=True):
        assert row["archive_note"] == NOTE
        assert datetime.fromisoformat(row["off_ts"]) == given_["off_ts"]
        assert (datetime.fromisoformat(row["on_ts"]) if row["on_ts"] else None) == given_["on_ts"]
        assert float(row["duration_h"]) == given_["duration_h"]
        assert same(shapely.from_wkt(row["geometry"]) if row["geometry"] else None, shape)
        name = given_["name"] or ""
        assert row["name"] == (f"'{name}" if name.lstrip(" ").startswith(FORMULAS) else name)
        for cell in row.values():
            assert not cell.lstrip(" ").startswith(FORMULAS) or cell.removeprefix("-")[:1].isdigit()
    frame = pandas.read_csv(file, keep_default_na=False, na_values={"on_ts": [""], "off_lat": [""]})
    assert frame["gap_id"].astype(str).str.zfill(16).tolist() == table["gap_id"].to_pylist()


@settings(max_examples=25)
@given(silences())
def test_geopandas_and_duckdb_read_the_same_rows_from_geoparquet(folder: Path, table: pa.Table) -> None:
    file = folder / "gaps.parquet"
    assert save(table, file, kind="gaps", title="Silences", notes=[NOTE]) == len(table)
    frame = geopandas.read_parquet(file)
    assert frame.crs == "OGC:CRS84"
    assert all(map(same, frame.geometry, shapes_of(table)))
    assert pq.read_table(file).select(table.column_names).cast(table.schema).equals(table)
    about = json.loads(pq.read_metadata(file).metadata[b"ais_gaps"])
    assert about == {"title": "Silences", "banner": [NOTE]}
    with duckdb.connect() as connection:
        query = "SELECT * EXCLUDE geometry, geometry IS NULL AS nowhere FROM read_parquet(?)"
        found = connection.sql(query, params=[str(file)]).to_arrow_table()
    assert found["nowhere"].to_pylist() == [shape is None for shape in shapes_of(table)]
    assert found["gap_id"].to_pylist() == table["gap_id"].to_pylist()
    assert found["off_ts"].cast(pa.int64()).to_pylist() == table["off_ts"].cast(pa.int64()).to_pylist()
    assert found["name"].to_pylist() == table["name"].to_pylist()


@settings(max_examples=25)
@given(silences())
def test_geopandas_reads_the_same_rows_from_geojson(folder: Path, table: pa.Table) -> None:
    file = folder / "gaps.geojson"
    assert save(table, file, kind="gaps", notes=[NOTE]) == len(table)
    text = file.read_bytes()
    assert text.isascii() and NOTE.encode() in text
    found = json.loads(text)["features"]
    for feature, given_, shape in zip(found, table.to_pylist(), shapes_of(table), strict=True):
        properties = feature["properties"]
        assert feature["id"] == properties["gap_id"] == given_["gap_id"]
        assert {name: properties[name] for name in ("name", "reasons", "open")} == {
            name: given_[name] for name in ("name", "reasons", "open")
        }
        assert datetime.fromisoformat(properties["off_ts"]) == given_["off_ts"]
        assert same(None if feature["geometry"] is None else shapely.geometry.shape(feature["geometry"]), shape)
    if len(table):
        frame = geopandas.read_file(file)
        assert frame["gap_id"].tolist() == table["gap_id"].to_pylist()
        assert [shape is None for shape in frame.geometry] == [shape is None for shape in shapes_of(table)]


@settings(max_examples=25)
@given(silences())
def test_fastkml_reads_the_same_rows_with_their_times_from_kml(folder: Path, table: pa.Table) -> None:
    file = folder / "gaps.kml"
    assert save(table, file, kind="gaps", notes=[NOTE]) == len(table)
    kml_schema().assertValid(etree.parse(file))
    assert NOTE in file.read_text(encoding="utf-8") and "no paths" in file.read_text(encoding="utf-8")
    marks = list(find_all(fastkml.KML.parse(file), of_type=fastkml.Placemark))
    for mark, given_, shape in zip(marks, table.to_pylist(), shapes_of(table), strict=True):
        said = {data.name: data.value for data in mark.extended_data.elements}
        assert said["gap_id"] == given_["gap_id"] and ("on_ts" in said) == (given_["on_ts"] is not None)
        assert datetime.fromisoformat(said["off_ts"]) == given_["off_ts"]
        begin, end = (mark.begin, mark.end) if mark.time_stamp is None else (mark.time_stamp, mark.time_stamp)
        assert begin.dt == given_["off_ts"] and (end.dt if end else None) == given_["on_ts"]
        assert (mark.geometry is None) == (shape is None)
        if shape is not None:
            ends = shapely.get_coordinates(shape)
            got = shapely.get_coordinates(shapely.geometry.shape(mark.geometry.__geo_interface__))[:, :2]
            assert np.allclose(got, ends, atol=1e-7)


@pytest.mark.parametrize("suffix", ["csv", "geojson", "kml", "parquet", "geoparquet"])
def test_rows_of_every_kind_go_into_every_format(tables: Mapping[str, pa.Table], tmp_path: Path, suffix: str) -> None:
    for kind, table in tables.items():
        file = tmp_path / f"{kind}.{suffix}"
        assert save(table, file, kind=kind, notes=[NOTE]) == len(table), kind
        assert NOTE.encode() in file.read_bytes() or not len(table), kind
        match suffix:
            case "csv":
                with file.open(encoding="utf-8", newline="") as stream:
                    assert len(list(csv.DictReader(stream))) == len(table)
            case "geojson":
                assert len(json.loads(file.read_bytes())["features"]) == len(table)
            case "kml":
                kml_schema().assertValid(etree.parse(file))
            case "geoparquet":
                assert len(geopandas.read_parquet(file)) == len(table)
            case "parquet":
                assert pq.read_metadata(file).num_rows == len(table)


def test_a_track_in_kml_is_a_line_with_the_time_of_each_position(demo_archive: Holdings, tmp_path: Path) -> None:
    table = demo_archive.sql("SELECT mmsi, lon, lat, ts FROM reports WHERE mmsi = 273210440 ORDER BY ts DESC")
    save(table, tmp_path / "track.kml", kind="track", title="Heard", notes=[NOTE])
    root = etree.parse(tmp_path / "track.kml").getroot()
    whens = [found.text for found in root.iter("{http://www.opengis.net/kml/2.2}when")]
    assert [datetime.fromisoformat(when) for when in whens] == sorted(table["ts"].to_pylist())


# -- where a row lies --------------------------------------------------------------------------------------------------


def placed(**columns: list[Any]) -> list[Any]:
    return list(shapely.from_wkb(with_geometry(pa.table(columns))["geometry"].to_pylist()))


def test_a_cell_is_a_box_and_one_across_the_antimeridian_two() -> None:
    edges = {"west": [10.0, 179.5, None, 0.0], "south": [1.0, 1.0, 1.0, 1.0]}
    one, two, none, off = placed(**edges, east=[10.25, -179.5, 1.0, 500.0], north=[1.25, 1.25, 1.25, 1.25])
    assert one.equals(shapely.box(10, 1, 10.25, 1.25)) and none is None and off is None
    assert two.geom_type == "MultiPolygon" and two.area == pytest.approx(0.25) and two.bounds == (-180, 1, 180, 1.25)


def test_what_is_given_comes_before_what_is_reckoned_and_nonsense_is_no_place() -> None:
    point = shapely.to_wkb(shapely.Point(5, 6))
    found = placed(geometry=[point, None, b"nonsense", None], lat=[1.0, 1.0, 1.0, 95.0], lon=[2.0, 2.0, 2.0, 2.0])
    assert found[0].equals(shapely.Point(5, 6)) and found[3] is None
    assert found[1].equals(shapely.Point(2, 1)) and found[2].equals(shapely.Point(2, 1))
    outlined = placed(footprint=["POLYGON ((0 0, 1 0, 1 1, 0 0))", "nonsense", None], lat=[9.0] * 3, lon=[9.0] * 3)
    assert [shape.geom_type for shape in outlined] == ["Polygon", "Point", "Point"]
    assert placed(lat=["a"], lon=["b"]) == [None] and placed(name=["x"]) == [None]


def test_a_line_across_the_antimeridian_goes_the_shorter_way() -> None:
    (line,) = placed(off_lat=[0.0], off_lon=[179.0], on_lat=[0.0], on_lon=[-179.0])
    assert line.geom_type == "MultiLineString" and line.length == pytest.approx(2)


@pytest.mark.parametrize(
    ("row", "span"),
    [
        ({"off_ts": "2023-08-10T06:40:00Z", "on_ts": None}, Span("2023-08-10T06:40:00Z", None)),
        ({"ts": "2023-08-10T06:40:00Z", "ts_end": None}, Span("2023-08-10T06:40:00Z", "2023-08-10T06:40:00Z")),
        ({"ts": None, "date_start": "2023-08-10", "date_end": "2023-08-12"}, Span("2023-08-10", "2023-08-12")),
        ({"listed_on": "2022-05-08"}, Span("2022-05-08", None)),
        ({"day": "2022-05-08"}, Span("2022-05-08", "2022-05-08")),
        ({"ts": "2023-99-10"}, None),
        ({"ts": "no time"}, None),
        ({"day": 12}, None),
        ({"name": "2023-08-10"}, None),
    ],
)
def test_when_a_row_is(row: Mapping[str, Any], span: Span | None) -> None:
    assert span_of(list(row), row) == span


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "geojson", "kml", "parquet"])
def test_a_few_rows_at_a_time_give_the_same_file(
    tables: Mapping[str, pa.Table], tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, files = tables["gaps"], []
    for at_once in (rows.ROWS_AT_ONCE, 3):
        monkeypatch.setattr(rows, "ROWS_AT_ONCE", at_once)
        file = tmp_path / f"{at_once}.{suffix}"
        save(table, file, kind="gaps", notes=[NOTE])
        files.append(str(pq.read_table(file).to_pylist()) if suffix == "parquet" else file.read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.txt", "names no format"),
        ("a", "names no format"),
        ("a.json", "names no format"),
        ("a.stac.json", "STAC holds looks"),
        ("a.ftm.json", "FollowTheMoney holds"),
        ("none/a.csv", "there is no folder"),
        ("odd.parquet", "Parquet cannot hold"),
    ],
)
def test_what_cannot_be_saved_is_one_line_and_leaves_the_old_file(tmp_path: Path, name: str, said: str) -> None:
    table = pa.table({"a": pa.array([(1, 2, 3)], pa.month_day_nano_interval())})
    if "/" not in name:
        (tmp_path / name).write_text("old")
    with pytest.raises(UsageError, match=said) as caught:
        save(table, tmp_path / name, kind="gaps")
    assert "\n" not in str(caught.value)
    assert "/" in name or (tmp_path / name).read_text() == "old"
    assert len(list(tmp_path.iterdir())) == ("/" not in name)


def test_rows_that_can_have_no_place_are_plain_parquet_and_null_in_maps(tmp_path: Path) -> None:
    table = pa.table({"a": [1, 2], "when": pa.array([0, 1], UTC_US), "day": [date(2023, 8, 1), None]})
    save(table, tmp_path / "a.parquet", kind="answer")
    assert pandas.read_parquet(tmp_path / "a.parquet")["a"].tolist() == [1, 2]
    assert b"geo" not in pq.read_metadata(tmp_path / "a.parquet").metadata
    save(table, tmp_path / "a.geojson", kind="answer")
    assert [f["geometry"] for f in json.loads((tmp_path / "a.geojson").read_bytes())["features"]] == [None, None]
    save(table, tmp_path / "a.kml", kind="answer")
    marks = list(find_all(fastkml.KML.parse(tmp_path / "a.kml"), of_type=fastkml.Placemark))
    assert [mark.geometry for mark in marks] == [None, None]


def test_the_position_alone_is_not_told_twice_in_csv(tmp_path: Path) -> None:
    save(pa.table({"lat": [1.5], "lon": [2.5]}), tmp_path / "a.csv", kind="answer")
    assert (tmp_path / "a.csv").read_text() == "lat,lon\n1.5,2.5\n"
    given_ = pa.table({"lat": [1.5], "lon": [2.5], "geometry": [shapely.to_wkb(shapely.Point(2.5, 1.5))]})
    save(given_, tmp_path / "b.csv", kind="answer")
    assert (tmp_path / "b.csv").read_text() == "lat,lon\n1.5,2.5\n"


def test_ids_that_are_there_twice_are_no_ids_of_features(tmp_path: Path) -> None:
    table = pa.table({"gap_id": ["a", "a"], "n": [1, 2]})
    save(table, tmp_path / "a.geojson", kind="gaps")
    assert all("id" not in feature for feature in json.loads((tmp_path / "a.geojson").read_bytes())["features"])
