"""Files for maps: they parse, they hold what the dossier holds, and no name does harm in them."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree

import fastkml
import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ais_gaps.dossier import Dossier, Statement
from ais_gaps.errors import UsageError
from ais_gaps.export import Form, form_of, layer, replaced
from ais_gaps.export.geojson import write_geojson
from ais_gaps.export.geoparquet import write_geoparquet
from ais_gaps.export.kml import write_kml
from ais_gaps.export.kml_track import write_kml_track
from ais_gaps.export.positions import SCHEMA, runs
from ais_gaps.features import Feature, draw, unplaced
from tests.angara_case import utc
from tests.full_dossier import full, real, renamed

K = {"k": "http://www.opengis.net/kml/2.2", "gx": "http://www.google.com/kml/ext/2.2"}
NASTY = "<script>alert(1)</script>]]><b>$[description]\x1b[31m\u202eevil\x00&amp;\ufffe\ud800"


def features(dossier: Dossier) -> list[Feature]:
    return [*draw(dossier), *unplaced(dossier)]


def kml(dossier: Dossier) -> bytes:
    stream = io.BytesIO()
    assert write_kml(dossier, draw(dossier), unplaced(dossier), stream) == len(features(dossier))
    return stream.getvalue()


def geojson(dossier: Dossier) -> dict[str, Any]:
    stream = io.BytesIO()
    write_geojson(layer.of_features(dossier, features(dossier)), stream)
    assert stream.getvalue().isascii()
    found: dict[str, Any] = json.loads(stream.getvalue())
    return found


def geoparquet(dossier: Dossier) -> pq.ParquetFile:
    stream = io.BytesIO()
    write_geoparquet(layer.of_features(dossier, features(dossier)), stream)
    return pq.ParquetFile(io.BytesIO(stream.getvalue()))


def hostile(text: str) -> Dossier:
    """The full dossier with a stranger's text wherever a stranger's text can be."""
    dossier = full()
    first = dossier.silences[0]
    groups = tuple(replace(g, findings=tuple(renamed(f, text) for f in g.findings)) for g in first.groups)
    legs = tuple(
        replace(
            leg, text=Statement(text, (text,)), reach=tuple(replace(p, place=text, place_id=text) for p in leg.reach)
        )
        for leg in first.legs
    )
    gap = {**first.gap, "off_place": text, "on_place": text}
    silence = replace(first, gap=gap, groups=groups, legs=legs, when=Statement(text, (text,)))
    return replace(
        dossier,
        title=text,
        banner=(Statement(text),),
        silences=(silence, *dossier.silences[1:]),
        citations=tuple(replace(c, publisher=text, url=text) for c in dossier.citations),
    )


# -- KML ---------------------------------------------------------------------------------------------------------------


@cache
def kml_schema() -> Any:
    """OGC's schema of KML 2.2 with Google's extensions, as fastkml carries it."""
    return etree.XMLSchema(etree.parse(str(Path(fastkml.__file__).parent / "schema" / "kml22gx.xsd")))


@pytest.mark.parametrize("dossier", [full(), real(), hostile(NASTY)], ids=["full", "real", "hostile"])
def test_kml_is_valid_by_the_schema_of_its_standard(dossier: Dossier) -> None:
    kml_schema().assertValid(etree.fromstring(kml(dossier)))


def coordinates(geometry: Any) -> Any:
    return shapely.get_coordinates(geometry)


def test_every_feature_is_in_the_kml_once_with_its_place_and_time() -> None:
    marks = {
        mark.findtext("k:ExtendedData/k:Data[@name='id']/k:value", namespaces=K): mark
        for mark in ElementTree.fromstring(kml(full())).iterfind(".//k:Placemark", K)
    }
    assert len(marks) == len(features(full()))
    for feature in features(full()):
        mark = marks[feature.id]
        assert mark.findtext("k:name", namespaces=K) == feature.name
        assert mark.findtext("k:styleUrl", namespaces=K) == f"#{feature.role}"
        text = " ".join(found.text or "" for found in mark.iterfind(".//k:coordinates", K))
        pairs = [[float(value) for value in pair.split(",")] for pair in text.split()]
        assert np.allclose(np.reshape(pairs, (-1, 2)), coordinates(feature.geometry), atol=1e-7)
        moment = feature.start is not None and feature.start == feature.end
        assert (mark.find("k:TimeStamp", K) is not None) == moment
        begin = mark.findtext("k:TimeStamp/k:when", namespaces=K) or mark.findtext("k:TimeSpan/k:begin", namespaces=K)
        assert begin is None if feature.start is None else datetime.fromisoformat(begin or "") == feature.start
        end = mark.findtext("k:TimeStamp/k:when", namespaces=K) or mark.findtext("k:TimeSpan/k:end", namespaces=K)
        assert end is None if feature.end is None else datetime.fromisoformat(end or "") == feature.end


def test_kml_has_a_folder_a_silence_and_says_first_that_it_is_a_reconstruction() -> None:
    document = ElementTree.fromstring(kml(full())).find("k:Document", K)
    assert document is not None
    names = [folder.findtext("k:name", namespaces=K) or "" for folder in document.iterfind("k:Folder", K)]
    assert [name.partition(":")[0] for name in names if name.startswith("Silence")] == [
        f"Silence {n}" for n in (1, 2, 3, 4)
    ]
    assert "reconstruction" in (document.findtext("k:description", namespaces=K) or "")
    styles = {style.get("id") for style in document.iterfind("k:Style", K)}
    assert styles == {feature.role for feature in features(full())}


def test_lines_follow_the_ground_and_a_source_stands_with_what_it_says() -> None:
    root = ElementTree.fromstring(kml(full()))
    lines = root.findall(".//k:LineString", K)
    assert lines and all(line.findtext("k:tessellate", namespaces=K) == "1" for line in lines)
    described = [mark.findtext("k:description", namespaces=K) or "" for mark in root.iterfind(".//k:Placemark", K)]
    assert any("O045:" in text and "https://" in text for text in described)


class Tags(HTMLParser):
    """Which tags and attributes a balloon would make, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[Any] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(max_examples=25)
@given(
    st.text(min_size=1, max_size=40) | st.just(NASTY) | st.text("<>&$[]'\"\x00\x1b\u202e\ufffe\ud800 ab", min_size=1)
)
def test_no_text_of_a_stranger_becomes_markup_in_a_balloon(text: str) -> None:
    root = ElementTree.fromstring(kml(hostile(text)))
    for found in root.iterfind(".//k:description", K):
        assert "$[" not in (found.text or "")
        tags = Tags()
        tags.feed(found.text or "")
        assert tags.tags <= {"div", "b", "p", "ul", "li"} and tags.attributes == []
    for found in root.iter():
        assert not set(found.text or "") & set("\x00\x1b\u202e\ufffe\ud800")
    assert {t.text for t in root.iterfind(".//k:BalloonStyle/k:text", K)} == {"$[description]"}


# -- GeoJSON -----------------------------------------------------------------------------------------------------------


def test_geojson_gives_back_every_feature_as_it_was_drawn() -> None:
    found = geojson(full())
    assert list(found) == ["type", "title", "banner", "provenance", "features"]
    assert "crs" not in found and "reconstruction" in found["banner"][0]
    assert found["provenance"]["sources"][0]["sha256"] == "0" * 64
    by_id = {item["id"]: item for item in found["features"]}
    assert len(by_id) == len(found["features"]) == len(features(full()))
    for feature in features(full()):
        item = by_id[feature.id]
        assert list(item) == ["type", "id", "geometry", "properties"]
        assert item["properties"]["refs"] == list(feature.refs)
        if feature.geometry.is_empty:
            assert item["geometry"] is None
        else:
            shape = shapely.geometry.shape(item["geometry"])
            assert shape.equals(feature.geometry) and shape.geom_type == feature.geometry.geom_type


def test_geojson_follows_the_right_hand_rule_and_stays_on_the_map() -> None:
    clockwise = [[0, 0], [0, 5], [5, 5], [5, 0], [0, 0]]
    silence = full().silences[0]
    area = {"type": "Polygon", "coordinates": [[[170, 0], [170, 5], [190, 5], [190, 0], [170, 0]]]}
    legs = (
        replace(silence.legs[0], area={"type": "Polygon", "coordinates": [clockwise]}),
        replace(silence.legs[1], area=area),
    )
    dossier = replace(full(), silences=(replace(silence, legs=legs), *full().silences[1:]))
    areas = [f["geometry"] for f in geojson(dossier)["features"] if f["properties"]["role"] == "reach_area"]
    one, two = map(shapely.geometry.shape, areas)
    assert one.exterior.is_ccw
    assert two.geom_type == "MultiPolygon" and all(part.exterior.is_ccw for part in two.geoms)
    assert two.bounds == (-180, 0, 180, 5) and two.area == pytest.approx(100)


def test_geojson_of_strangers_text_parses_and_holds_no_control_characters() -> None:
    text = json.dumps(geojson(hostile(NASTY)), ensure_ascii=False)
    assert not {"\x1b", "\u202e", "\x00"} & set(text)


def test_gaps_keep_all_columns_of_their_table() -> None:
    stream = io.BytesIO()
    assert write_geojson(layer.of_gaps(full()), stream) == 4
    first, *_, last = json.loads(stream.getvalue())["features"]
    assert first["id"] == first["properties"]["gap_id"] == full().silences[0].gap["gap_id"]
    assert set(first["properties"]) == set(full().silences[0].gap)
    assert first["geometry"]["type"] == "LineString" and last["geometry"]["type"] == "Point"
    assert first["properties"]["off_ts"] == "2023-08-10T06:40:00Z"


# -- GeoParquet --------------------------------------------------------------------------------------------------------

GEO = {
    "type": "object",
    "required": ["version", "primary_column", "columns"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "1.1.0"},
        "primary_column": {"const": "geometry"},
        "columns": {
            "type": "object",
            "additionalProperties": False,
            "required": ["geometry"],
            "properties": {
                "geometry": {
                    "type": "object",
                    "required": ["encoding", "geometry_types"],
                    "additionalProperties": False,
                    "properties": {
                        "encoding": {"const": "WKB"},
                        "geometry_types": {
                            "type": "array",
                            "uniqueItems": True,
                            "items": {"pattern": "^(GeometryCollection|(Multi)?(Point|LineString|Polygon))( Z)?$"},
                        },
                        "orientation": {"const": "counterclockwise"},
                        "edges": {"enum": ["planar", "spherical"]},
                        "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
                    },
                }
            },
        },
    },
}
"""The part of GeoParquet 1.1.0's schema.json (https://geoparquet.org/releases/v1.1.0/schema.json) that these files use."""


def test_geoparquet_holds_the_features_and_its_metadata_are_those_of_the_standard() -> None:
    file = geoparquet(full())
    geo = json.loads(file.metadata.metadata[b"geo"])
    jsonschema.validate(geo, GEO)
    table = file.read()
    shapes = {f.id: f.geometry for f in features(full())}
    found = dict(zip(table["id"].to_pylist(), shapely.from_wkb(table["geometry"].to_numpy()), strict=True))
    assert found.keys() == shapes.keys()
    for key, shape in found.items():
        assert shapes[key].is_empty if shape is None else shape.equals(shapes[key])
    placed = [shape for shape in found.values() if shape is not None]
    column = geo["columns"]["geometry"]
    assert column["bbox"] == shapely.total_bounds(placed).tolist()
    assert column["geometry_types"] == sorted({shape.geom_type for shape in placed})
    about = json.loads(file.metadata.metadata[b"ais_gaps"])
    assert "reconstruction" in about["banner"][0] and about["title"] == full().title
    assert table.schema.field("start").type == pa.timestamp("us", tz="UTC")


def test_a_geoparquet_without_any_place_has_no_bounds() -> None:
    stream = io.BytesIO()
    assert write_geoparquet(layer.of_features(full(), unplaced(full())[:1]), stream) == 1
    geo = json.loads(pq.read_metadata(io.BytesIO(stream.getvalue())).metadata[b"geo"])
    jsonschema.validate(geo, GEO)
    assert geo["columns"]["geometry"]["geometry_types"] == [] and "bbox" not in geo["columns"]["geometry"]


def test_strangers_text_goes_into_geoparquet_without_what_hides_or_reorders() -> None:
    names = "".join(geoparquet(hostile(NASTY)).read()["name"].to_pylist())
    assert "<script>" in names and not {"\x1b", "\u202e", "\x00", "\ud800"} & set(names)


def test_the_same_dossier_gives_the_same_bytes() -> None:
    assert kml(full()) == kml(full())
    one, two = (io.BytesIO(), io.BytesIO())
    for stream in (one, two):
        write_geoparquet(layer.of_features(full(), features(full())), stream)
    assert one.getvalue() == two.getvalue()


# -- every position ----------------------------------------------------------------------------------------------------


def heard(steps_h: list[float], mmsi: int = 273210440) -> pa.Table:
    times = [utc(2023, 8, 1)]
    for step in steps_h:
        times.append(times[-1] + timedelta(hours=step))
    rows = [{"mmsi": mmsi, "ts": ts, "lat": 40 + i / 100, "lon": 130.0, "source": i} for i, ts in enumerate(times)]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def sliced(table: pa.Table, cuts: list[int]) -> Iterator[pa.Table]:
    edges = sorted({0, len(table), *(cut % len(table) for cut in cuts)})
    for start, end in pairwise(edges):
        yield table.slice(start, end - start)


STEPS = st.lists(st.sampled_from([0.0, 0.5, 6.0, 6.001, 30.0]), max_size=30)


@given(STEPS, st.lists(st.integers(0, 100), max_size=4), st.integers(2, 7))
def test_no_position_is_lost_and_no_line_crosses_a_silence(steps: list[float], cuts: list[int], longest: int) -> None:
    table = heard(steps)
    told = list(runs(sliced(table, cuts), 6.0, longest))
    seen = [row for run, goes_on in told for row in run["source"].to_pylist()[int(goes_on) :]]
    assert seen == table["source"].to_pylist()
    for (before, _), (run, goes_on) in pairwise(told):
        if goes_on:
            assert run.slice(0, 1).equals(before.slice(len(before) - 1))
    drawn = {pair for run, _ in told for pair in pairwise(run["source"].to_pylist())}
    assert drawn == {(i, i + 1) for i, step in enumerate(steps) if step <= 6.0}
    assert all(1 <= len(run) <= longest for run, _ in told)


def test_two_transmitters_of_one_ship_are_two_lines() -> None:
    told = list(runs([heard([1.0]), heard([1.0], mmsi=273000001)], 6.0, 100))
    assert [(run["mmsi"].to_pylist(), goes_on) for run, goes_on in told] == [
        ([273210440] * 2, False),
        ([273000001] * 2, False),
    ]


def test_a_kml_track_keeps_the_time_of_each_position() -> None:
    stream = io.BytesIO()
    table = heard([1.0, 7.0, 0.5])
    assert write_kml_track(full(), runs([table], 6.0, 10_000), stream) == 4
    kml_schema().assertValid(etree.fromstring(stream.getvalue()))
    tracks = ElementTree.fromstring(stream.getvalue()).findall(".//gx:Track", K)
    times = [[datetime.fromisoformat(when.text or "") for when in track.iterfind("k:when", K)] for track in tracks]
    assert [len(found) for found in times] == [2, 2] and [t for found in times for t in found] == table[
        "ts"
    ].to_pylist()
    spots = [coord.text for track in tracks for coord in track.iterfind("gx:coord", K)]
    assert spots == [f"130.0 {lat!r} 0" for lat in table["lat"].to_pylist()]


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.kml", Form.KML),
        ("A.GEOJSON", Form.GEOJSON),
        ("x/a.parquet", Form.GEOPARQUET),
        ("a.b.geoparquet", Form.GEOPARQUET),
    ],
)
def test_the_suffix_names_the_format(name: str, form: Form) -> None:
    assert form_of(name) is form


@pytest.mark.parametrize("name", ["a", "a.json", "a.kmz", ".kml", "kml"])
def test_a_suffix_that_names_no_format_is_asked_about(name: str) -> None:
    with pytest.raises(UsageError, match="--format"):
        form_of(name)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "a.kml"
    file.write_text("old")
    with pytest.raises(ZeroDivisionError), replaced(file) as stream:
        stream.write(b"half")
        raise ZeroDivisionError
    assert file.read_text() == "old" and list(tmp_path.iterdir()) == [file]
    file.chmod(0o640)
    with replaced(file) as stream:
        stream.write(b"new")
        assert file.read_text() == "old"
    assert file.read_text() == "new" and list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_links_target_is_replaced_and_a_folder_never(tmp_path: Path) -> None:
    file, link = tmp_path / "a.kml", tmp_path / "link.kml"
    file.write_text("old")
    link.symlink_to(file)
    with replaced(link) as stream:
        stream.write(b"new")
    assert link.is_symlink() and file.read_text() == "new"
    for path in (tmp_path, tmp_path / "none" / "a.kml"):
        with pytest.raises(UsageError), replaced(path):
            pass


def test_what_is_no_regular_file_is_written_to_and_stays_what_it_is(tmp_path: Path) -> None:
    # a pipe of the test's own stands for any device: were this broken, /dev/null itself would be replaced
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    with replaced(pipe) as stream:
        stream.write(b"x")
    assert pipe.is_fifo()
    reader.join(timeout=10)
    assert got == [b"x"]
