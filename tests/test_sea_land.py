"""Land: valid polygons, cut at the antimeridian, right at the poles; windows for maps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from ais_gaps.sea import land as ground
from ais_gaps.sea.land import land, on_land

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def world():
    return land(-180, -90, 180, 90)


def test_all_polygons_are_valid_and_within_the_world(world):
    assert world.is_valid
    assert all(part.is_valid for part in world.geoms)
    assert world.bounds == pytest.approx((-180, -90, 180, 83.634), abs=1e-3)


def test_land_is_small_enough_to_ship():
    assert ground.FILE.stat().st_size < 1_500_000


def test_no_polygon_jumps_the_antimeridian():
    """A ring that jumped would have an edge of nearly 360 degrees; only the one along the pole is long."""
    rings = ground.rings()
    long = np.abs(rings.lon[rings.following] - rings.lon) > 10
    assert (rings.lat[long] == -90).all()
    assert np.count_nonzero(long) == 1


def test_share_of_land_is_that_of_the_earth(world):
    """29 % of the surface, ice shelves aside."""
    parts = shapely.segmentize(world, 1.0)
    equal_area = shapely.transform(
        parts, lambda xy: np.column_stack([np.radians(xy[:, 0]), np.sin(np.radians(xy[:, 1]))])
    )
    assert equal_area.area / (4 * np.pi) == pytest.approx(0.288, abs=0.005)


@pytest.mark.parametrize(
    ("place", "lat", "lon", "is_land"),
    [
        ("south pole", -90, 0, True),
        ("Antarctica on the antimeridian", -86, 180, True),
        ("Antarctica", -80, 60, True),
        ("north pole", 90, 0, False),
        ("Chukotka east of the antimeridian", 67.0, -178, True),
        ("Chukotka west of it", 67.0, 178, True),
        ("Wrangel Island, both halves", 71.2, 179.9, True),
        ("Wrangel Island, both halves", 71.2, -179.9, True),
        ("open Pacific on the antimeridian", 0, 180, False),
        ("open Pacific on the antimeridian, counted from the west", 0, -180, False),
        ("Taveuni, Fiji", -16.85, 180.04, True),
        ("Caspian Sea", 42, 50.5, False),
        ("Lake Superior, as land", 47.5, -88, True),
        ("Moscow", 55.75, 37.6, True),
        ("Sea of Japan", 40, 134, False),
        ("Sea of Japan, a turn further", 40, 494, False),
    ],
)
def test_places(place, lat, lon, is_land):
    assert on_land(np.array([lat], float), np.array([lon], float))[0] == is_land, place


def test_a_window_holds_what_the_world_holds(world):
    window = shapely.box(125, 33, 145, 46)
    assert shapely.equals_exact(land(125, 33, 145, 46).normalize(), (world & window).normalize(), 1e-9) or (
        land(125, 33, 145, 46).symmetric_difference(world & window).area < 1e-9
    )


@pytest.mark.parametrize("tolerance", [0.0, 0.02])
def test_a_window_across_the_antimeridian_runs_on(tolerance):
    across = land(170, 60, 200, 72, tolerance_deg=tolerance)
    west, _, east, _ = across.bounds
    assert west >= 170 and 190 < east <= 200 and across.is_valid
    # Chukotka is one piece again.
    assert max(part.bounds[2] - part.bounds[0] for part in across.geoms) > 15
    back = land(-190, 60, -160, 72, tolerance_deg=tolerance)
    assert back.symmetric_difference(ground.turned(across, -360)).area < 1e-6


def test_a_window_across_the_antimeridian_as_rfc_7946_writes_it():
    cut = land(170, 60, -160, 72)
    assert cut.bounds[0] == -180 and cut.bounds[2] == 180
    assert cut.area == pytest.approx(land(170, 60, 200, 72).area)


def test_simplified_land_is_valid_smaller_and_near():
    full, simple = land(120, 30, 146, 52), land(120, 30, 146, 52, tolerance_deg=0.05)
    assert simple.is_valid
    assert shapely.get_num_coordinates(simple) < shapely.get_num_coordinates(full) / 5
    assert full.symmetric_difference(simple).area < 0.02 * full.area


def test_open_sea_is_empty():
    empty = land(-150, -5, -149, -4)
    assert empty.is_empty and empty.geom_type == "MultiPolygon"


def topology(*polygons):
    """A small TopoJSON with an arc for each ring, whole degrees counted from (-180, -85)."""
    arcs, shapes = [], []
    for rings in polygons:
        shape = []
        for ring in rings:
            points = np.array(ring) - [-180, -85]
            arcs.append(np.diff(points, axis=0, prepend=[[0, 0]]).tolist())
            shape.append([len(arcs) - 1])
        shapes.append(shape)
    geometry = {"type": "GeometryCollection", "geometries": [{"type": "MultiPolygon", "arcs": shapes}]}
    transform = {"scale": [1.0, 1.0], "translate": [-180.0, -85.0]}
    return {"type": "Topology", "transform": transform, "objects": {"land": geometry}, "arcs": arcs}


@pytest.mark.parametrize("begin", range(4))
def test_the_script_cuts_rings_that_jump(tmp_path, begin):
    """A square over the antimeridian, with a lake on one side, whichever corner its ring begins at; and a southern cap."""
    corners = [(170, 0), (-170, 0), (-170, 20), (170, 20)]
    square = [*corners[begin:], *corners[:begin], corners[begin]]
    lake = [(172, 5), (172, 10), (177, 10), (177, 5), (172, 5)]
    cap = [(-180, -70), (-90, -60), (0, -70), (90, -60), (180, -70), (-180, -70)]
    source, made = tmp_path / "land.json", tmp_path / "land.parquet"
    source.write_text(json.dumps(topology([square, lake], [cap])))
    script = ROOT / "fixtures" / "land" / "make_land.py"
    subprocess.run([sys.executable, str(script), str(source), str(made)], check=True, capture_output=True)
    code = (
        "import sys; from pathlib import Path; from ais_gaps.sea import land; land.FILE = Path(sys.argv[1])\n"
        "import numpy as np, json\n"
        "whole = land.land(-180, -90, 180, 90)\n"
        "lat, lon = np.array([[7., 175], [3, 175], [10, -175], [10, 180], [10, 165], [-80, 10], [-90, 0], [-50, 0]]).T\n"
        "print(json.dumps([whole.is_valid, whole.area, land.on_land(lat, lon).tolist()]))"
    )
    said = subprocess.run([sys.executable, "-c", code, str(made)], check=True, capture_output=True, text=True, cwd=ROOT)
    valid, area, wet = json.loads(said.stdout)
    assert valid
    assert area == pytest.approx(20 * 20 - 25 + 360 * 25, rel=0.001)
    assert wet == [False, True, True, True, False, True, True, False]
