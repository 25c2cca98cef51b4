"""Places: what ships with the package, what a user adds, which is meant and which is nearest."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps import geodesy, places
from ais_gaps.errors import Ambiguous, NotFound, SourceError, UsageError
from ais_gaps.place_features import DEFAULT_RADIUS_NM, PLACES
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def shipped() -> pa.Table:
    return places.shipped()


def row(table: pa.Table, place_id: str) -> dict[str, Any]:
    (found,) = table.filter(pc.equal(table["place_id"], place_id)).to_pylist()
    return found


def feature(geometry: Any = "point", **properties: Any) -> dict[str, Any]:
    if geometry == "point":
        geometry = {"type": "Point", "coordinates": [132.0, 43.0]}
    return {"type": "Feature", "properties": {"name": "Pier"} | properties, "geometry": geometry}


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def read(tmp_path: Path, *features: Any) -> tuple[pa.Table, list[str]]:
    path = tmp_path / "own.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return places.read_places(path)


# Shipped


def test_the_watched_set_and_the_worlds_ports_ship(shipped: pa.Table) -> None:
    assert shipped.schema == PLACES
    assert len(shipped) > 3700
    ids = shipped["place_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    watched = shipped.filter(shipped["watched"])["name"].to_pylist()
    for name in (
        "Rajin port",
        "Dunai",
        "Vostochny port",
        "Vladivostok",
        "Nakhodka",
        "Slavyanka",
        "Zarubino",
        "Chongjin",
        "Nampo",
    ):
        assert name in watched
    assert row(shipped, "WPI60520")["source"] == "NGA World Port Index (Pub. 150)"
    assert set(shipped["precision"].to_pylist()) >= {"arc-minute harbour point", None}
    assert "NA" in shipped["country"].to_pylist()  # Namibia


def test_a_watched_port_is_there_once(shipped: pa.Table) -> None:
    names = shipped["name"].to_pylist()
    assert "Najin" not in names
    assert "Vostochnyy" not in names
    assert names.count("Vladivostok") == names.count("Nakhodka") == 1
    assert "RUVVO" in row(shipped, "P07")["aliases"]


def test_a_place_that_nobody_locates_has_no_location(shipped: pa.Table) -> None:
    for place_id in ("P02", "P03", "P04", "P11", "P16", "P17", "P18"):
        place = row(shipped, place_id)
        assert (place["lat"], place["lon"], place["geometry"]) == (None, None, None)
        assert np.isnan(places.distance_nm(place, np.array([42.0]), np.array([130.0]))).all()


def test_watched_places_agree_with_the_case(shipped: pa.Table, shared_data: Path) -> None:
    with (shared_data / "case" / "places.csv").open(encoding="utf-8", newline="") as stream:
        for given_ in csv.DictReader(stream):
            place = row(shipped, given_["place_id"])
            expected = (None, None) if given_["lat"] == "unknown" else (float(given_["lat"]), float(given_["lon"]))
            assert (place["lat"], place["lon"]) == expected


def test_the_ports_are_what_the_script_makes_of_the_index(shared_data: Path, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_ports", ROOT / "fixtures" / "ports" / "make_ports.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (
        script.main([str(shared_data / "ports" / "nga_world_port_index_pub150.csv"), str(tmp_path / "ports.csv")]) == 0
    )
    assert (tmp_path / "ports.csv").read_bytes() == (ROOT / "ais_gaps" / "data" / "ports.csv").read_bytes()


# Found by name


@pytest.mark.parametrize(
    ("query", "place_id"),
    [
        *(
            (name, "P01")
            for name in ("Rajin", "rajin port", "Najin", "Rason", "라진", "나진항", "羅津", "Раджин", "KPRJN", "p01")
        ),
        *((name, "P05") for name in ("Dunai", "Dunay", "Дунай", "Danube", "두나이항", "Dunaj")),
        *((name, "P06") for name in ("Vostochny", "Vostochnyy", "Port of Vostochny", "Восточный", "VOSTOCHNYJ")),
        *((name, "P07") for name in ("Vladivostok", "Владивосток", "Wladiwostok", "浦塩")),
        *((name, "P08") for name in ("Chongjin", "Ch'ŏngjin", "청진", "Cheongjin")),
        *((name, "P10") for name in ("Tumangang", "Туманган", "두만강역")),
        ("Rajin Pier 1", "P02"),
        ("Nahodka", "P13"),
        ("Slavianka", "P15"),
        ("Senbong", "WPI60520"),
    ],
)
def test_a_place_is_found_by_any_of_its_names(shipped: pa.Table, query: str, place_id: str) -> None:
    assert places.find(shipped, query)["place_id"] == place_id
    assert places.search(shipped, query)["place_id"][0].as_py() == place_id


def test_numbers_of_piers_are_exact(shipped: pa.Table) -> None:
    with pytest.raises(NotFound, match="Nearest: Rajin Pier"):
        places.find(shipped, "Rajin Pier 4")


def test_two_ports_of_one_name_are_told_apart_by_id(shipped: pa.Table) -> None:
    with pytest.raises(Ambiguous, match="WPI7150") as told:
        places.find(shipped, "Portland")
    assert len(told.value.candidates) == 3
    assert places.find(shipped, "WPI7150")["country"] == "US"


def test_a_watched_place_is_meant_before_a_port_of_its_name(shipped: pa.Table) -> None:
    own = places.place_at("Portland", 50.5, -2.4)
    assert places.find(places.combine(own, shipped), "portland")["watched"]


@pytest.mark.parametrize("query", ["Vladivostk", "", "zzzzzz", "\x00", "(((", "'"])
def test_no_such_place_names_the_nearest(shipped: pa.Table, query: str) -> None:
    with pytest.raises(NotFound) as told:
        places.find(shipped, query)
    if query == "Vladivostk":
        assert told.value.nearest[0] == "Vladivostok"
        assert places.search(shipped, query)["name"].to_pylist()[0] == "Vladivostok"


# Own places


def test_own_places_are_read(tmp_path: Path) -> None:
    table, refused = read(
        tmp_path,
        feature(name="Pier A", aliases=["A-Kai", "부두"], radius_nm=1.5, watched=False),
        feature(polygon(box(130, 42, 131, 43)), name="Roads", aliases="Reede; Rada"),
    )
    assert refused == []
    assert table.schema == PLACES
    pier, roads = table.to_pylist()
    assert (pier["lat"], pier["lon"], pier["radius_nm"], pier["watched"]) == (43.0, 132.0, 1.5, False)
    assert pier["aliases"] == ["A-Kai", "부두"]
    assert pier["geometry"] is None
    assert (roads["radius_nm"], roads["watched"], roads["aliases"]) == (None, True, ["Reede", "Rada"])
    assert shapely.from_wkb(roads["geometry"]).area == 1.0
    assert shapely.intersects_xy(shapely.from_wkb(roads["geometry"]), roads["lon"], roads["lat"])


def test_a_point_without_a_radius_gets_the_stated_one(tmp_path: Path) -> None:
    table, _ = read(tmp_path, feature())
    assert table["radius_nm"].to_pylist() == [DEFAULT_RADIUS_NM]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (feature(name=None), "it has no name"),
        (feature(name="  \u202e"), "it has no name"),
        (feature(name=7), "its name is no text"),
        (feature(None), "it has no geometry"),
        ({"type": "Feature"}, "it has no properties"),
        ("no feature", "it has no properties"),
        (feature({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}), "but LineString"),
        (feature("nothing"), "but None"),
        (feature({"type": "Point", "coordinates": []}), "no longitude and latitude"),
        (feature({"type": "Point", "coordinates": ["1", "2"]}), "no longitude and latitude"),
        (feature({"type": "Point", "coordinates": [43.0, 132.0]}), "longitude first"),
        (feature({"type": "Point", "coordinates": [432.0, 13.0]}), "beyond 360"),
        (feature(polygon()), "incomplete"),
        (feature(polygon([[1, 2], [3, 4]])), "cannot be read"),
        (feature(polygon([[1, 2], [3, None], [1, 1], [1, 2]])), "cannot be read"),
        (feature(polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]])), "not valid"),
        (feature(polygon([[0, 0], [1, 1], [2, 2], [0, 0]])), "not valid"),
        (feature(polygon(box(42, 130, 43, 131))), "longitude first"),
        (feature({"type": "MultiPolygon", "coordinates": 7}), "cannot be read"),
        (feature(radius_nm=0), "radius_nm"),
        (feature(radius_nm="5"), "radius_nm"),
        (feature(radius_nm=True), "radius_nm"),
        (feature(watched="yes"), "neither true nor false"),
        (feature(aliases=[1]), "aliases"),
        (feature(aliases={"a": 1}), "aliases"),
    ],
)
def test_a_bad_feature_is_refused_and_the_others_are_taken(tmp_path: Path, bad: Any, reason: str) -> None:
    table, refused = read(tmp_path, feature(name="Good"), bad, feature(name="Also good"))
    assert table["name"].to_pylist() == ["Good", "Also good"]
    (said,) = refused
    assert said.startswith("own.geojson: feature 2")
    assert reason in said


def test_a_place_given_twice_is_taken_once(tmp_path: Path) -> None:
    table, refused = read(tmp_path, feature(), feature())
    assert len(table) == len(refused) == 1


@pytest.mark.parametrize("content", ["", "[]", "7", '{"type": "FeatureCollection"}', "\x00", "name,lat,lon\n"])
def test_what_is_no_geojson_is_refused_as_a_whole(tmp_path: Path, content: str) -> None:
    path = tmp_path / "own.geojson"
    path.write_text(content)
    with pytest.raises(SourceError, match=r"own\.geojson"):
        places.read_places(path)
    with pytest.raises(SourceError, match="cannot be read"):
        places.read_places(tmp_path / "absent.geojson")


def test_one_feature_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.geojson"
    path.write_text(json.dumps(feature()), encoding="utf-8-sig")
    assert len(places.read_places(path)[0]) == 1


def test_a_place_given_directly() -> None:
    (place,) = places.place_at("North pier", 42.9, 132.4, 1.0, aliases=["Pier 4"]).to_pylist()
    assert (place["place_id"], place["lat"], place["radius_nm"], place["aliases"]) == (
        "own-north-pier",
        42.9,
        1.0,
        ["Pier 4"],
    )
    for wrong in (("", 1.0, 2.0, 1.0), ("X", 91.0, 2.0, 1.0), ("X", float("nan"), 2.0, 1.0), ("X", 1.0, 2.0, 0.0)):
        with pytest.raises(UsageError):
            places.place_at(*wrong)


def test_an_own_place_takes_the_place_of_the_port_of_its_name(shipped: pa.Table, tmp_path: Path) -> None:
    own, _ = read(tmp_path, feature(polygon(box(-21.40, 63.83, -21.33, 63.87)), name="Þorlákshöfn port"))
    both = places.combine(own, shipped)
    assert len(both) == len(shipped)
    assert "Thorlakshofn" in row(both, own["place_id"][0].as_py())["aliases"]
    assert places.find(both, "Thorlakshofn")["watched"]


def test_a_place_of_the_same_name_elsewhere_stays(shipped: pa.Table) -> None:
    both = places.combine(places.place_at("Rotterdam", 10.0, 10.0), shipped)
    assert len(both) == len(shipped) + 1


# Outlines over the antimeridian

ACROSS = {
    "cut, as RFC 7946 has it": {
        "type": "MultiPolygon",
        "coordinates": [[box(179, -1, 180, 1)], [box(-180, -1, -179, 1)]],
    },
    "jumping": polygon(box(179, -1, -179, 1)),
    "beyond 180": polygon(box(179, -1, 181, 1)),
    "beyond -180": polygon(box(-181, -1, -179, 1)),
    "clockwise": polygon(box(179, -1, -179, 1)[::-1]),
}


@pytest.mark.parametrize("way", ACROSS)
def test_an_outline_over_the_antimeridian_is_small_whatever_the_way_of_writing_it(tmp_path: Path, way: str) -> None:
    table, refused = read(tmp_path, feature(ACROSS[way]))
    assert refused == []
    lat, lon = np.array([0.0, 0.5, 0.0, 0.0, 0.0, 0.0]), np.array([179.5, -179.5, 180.0, -180.0, 0.0, 178.0])
    distance = places.distance_nm(table.to_pylist()[0], lat, lon)
    assert distance[:4].tolist() == [0.0] * 4
    assert distance[4] > 10_000
    assert distance[5] == pytest.approx(60.108, abs=0.01)
    index, nm = places.nearest(table, lat, lon)
    assert index.to_pylist() == [0] * 6
    assert nm.to_pylist() == distance.tolist()


def test_an_edge_along_a_parallel_stays_on_it_over_the_antimeridian(tmp_path: Path) -> None:
    table, _ = read(tmp_path, feature(polygon(box(170, 60, -170, 61))))
    assert shapely.from_wkb(table["geometry"][0].as_py()).bounds == (-180.0, 60.0, 180.0, 61.0)


def test_an_outline_counted_from_0_to_360_lies_where_it_lies(tmp_path: Path) -> None:
    table, _ = read(
        tmp_path, feature(polygon(box(190, 0, 191, 1))), feature({"type": "Point", "coordinates": [190, 0]}, name="P")
    )
    assert shapely.from_wkb(table["geometry"][0].as_py()).bounds == (-170.0, 0.0, -169.0, 1.0)
    assert table["lon"][1].as_py() == -170.0


# Nearest


def test_of_places_equally_near_the_first_is_taken() -> None:
    outline_first, point_first = place_table([(0, 0, 1.0), (0.5, 0.5, 0)]), place_table([(0.5, 0.5, 0), (0, 0, 1.0)])
    for table in (outline_first, point_first):
        assert places.nearest(table, np.array([0.5]), np.array([0.5]))[0].to_pylist() == [0]


def test_nothing_unknown_has_a_nearest_place(shipped: pa.Table) -> None:
    lat, lon = pa.array([42.3, None, np.nan, 42.3]), pa.array([130.3, 130.3, 130.3, None])
    index, nm = places.nearest(shipped, lat, lon)
    assert shipped["name"].take(index).to_pylist() == ["Rajin port", None, None, None]
    assert nm.to_pylist()[0] == pytest.approx(4.0, abs=0.1)
    assert nm.null_count == 3


def test_no_place_is_no_nearest_place() -> None:
    index, nm = places.nearest(PLACES.empty_table(), np.zeros(2), np.zeros(2))
    assert index.to_pylist() == nm.to_pylist() == [None, None]
    index, nm = places.nearest(places.shipped(), np.zeros(0), np.zeros(0))
    assert len(index) == len(nm) == 0


def test_no_ship_is_nearest_to_a_railway_station(shipped: pa.Table) -> None:
    station = row(shipped, "P10")
    index, _ = places.nearest(shipped, np.array([station["lat"]]), np.array([station["lon"]]))
    assert shipped["kind"].take(index).to_pylist() == ["port"]


LOCATIONS = st.lists(
    st.tuples(
        st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 0.0, 89.9])),
        st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 179.9, -179.9])),
        st.sampled_from([0.0, 0.0, 0.5, 3.0]),  # half a side of a square; 0 = a point
    ),
    min_size=1,
    max_size=8,
)


def place_table(locations: list[tuple[float, float, float]]) -> pa.Table:
    rows = []
    for number, (lat, lon, half) in enumerate(locations):
        place = dict.fromkeys(PLACES.names) | {
            "place_id": str(number),
            "name": str(number),
            "kind": "place",
            "watched": True,
        }
        if half:
            lat, lon = max(-80.0, min(80.0, lat)), max(-170.0, min(170.0, lon))
            place["geometry"] = shapely.box(lon - half, lat - half, lon + half, lat + half).wkb
        rows.append(place | {"lat": lat, "lon": lon})
    return pa.Table.from_pylist(rows, PLACES)


@settings(max_examples=60)
@given(LOCATIONS, st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=20))
def test_the_nearest_place_is_the_nearest_by_brute_force(
    locations: list[tuple[float, float, float]], positions: list[tuple[float, float]]
) -> None:
    table, (lat, lon) = place_table(locations), np.array(positions).T
    every = np.stack([places.distance_nm(place, lat, lon) for place in table.to_pylist()])
    index, nm = places.nearest(table, lat, lon)
    # A distance reckoned with others at once may differ in its last digit: then another place that is as near may be named.
    assert nm.to_pylist() == pytest.approx(every.min(axis=0).tolist(), rel=1e-12, abs=1e-9)
    named = [float(every[place, at]) for at, place in enumerate(index.to_pylist())]
    assert named == pytest.approx(every.min(axis=0).tolist(), rel=1e-12, abs=1e-9)


def test_many_positions_at_once_agree_with_few(shipped: pa.Table) -> None:
    chance = np.random.default_rng(1)
    lat = np.degrees(np.arcsin(chance.uniform(-1, 1, 20_000)))
    lon = chance.uniform(-180, 180, 20_000)
    index, nm = places.nearest(shipped, lat, lon)
    some = chance.integers(0, 20_000, 200)
    few_index, few_nm = places.nearest(shipped, lat[some], lon[some])  # so few that all pairs are looked at
    assert index.take(pa.array(some)).equals(few_index)
    assert nm.take(pa.array(some)).equals(few_nm)
    located = shipped.filter(
        pc.and_(pc.is_valid(shipped["lat"]), pc.invert(pc.is_in(shipped["kind"], pa.array(list(places.ASHORE)))))
    )
    for at in some[:20]:
        every = geodesy.distance_nm(lat[at], lon[at], located["lat"].to_numpy(), located["lon"].to_numpy())
        assert every.min() == nm[at].as_py()
