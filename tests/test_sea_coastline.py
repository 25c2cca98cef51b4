"""Lines on open water are told without looking at the coast: the answer is what the coast itself gives."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from ais_gaps.sea import coastline, mercator

PLACES = (
    (42.5, 131.5),
    (34.5, 133.5),
    (59.5, 25.0),
    (-50.0, -74.0),
    (65.0, 180.0),
    (-17.0, 179.5),
    (80.0, 20.0),
    (-84.0, 0.0),
)


def by_the_coast(lat1, lon1, lat2, lon2):
    """Every line held against every piece of the coast."""
    x1 = (lon1 + 180.0) % 360.0 - 180.0
    x2 = x1 + (lon2 - lon1 + 180.0) % 360.0 - 180.0
    ends = np.stack([x1, mercator.northing(lat1), x2, mercator.northing(lat2)], axis=1).reshape(-1, 2, 2)
    found = np.zeros(len(x1), dtype=np.bool_)
    found[coastline._tree().query(shapely.linestrings(ends), predicate="intersects")[0]] = True
    return found


@pytest.mark.parametrize("span_deg", [0.01, 0.2, 2.0, 19.0])
def test_lines_cross_the_coast_where_the_coast_says_so(span_deg):
    random = np.random.default_rng(7)
    around = np.array(PLACES)[random.integers(len(PLACES), size=2500)]
    lat1 = np.clip(around[:, 0] + random.uniform(-3, 3, 2500), -89, 89)
    lon1 = around[:, 1] + random.uniform(-5, 5, 2500)
    lat2 = np.clip(lat1 + random.uniform(-span_deg, span_deg, 2500), -89, 89)
    lon2 = lon1 + random.uniform(-span_deg, span_deg, 2500)
    crossed = coastline.crossed(lat1, lon1, lat2, lon2)
    assert (crossed == by_the_coast(lat1, lon1, lat2, lon2)).all()
    assert crossed.any() and not crossed.all()


def test_lines_from_the_coasts_own_points_and_along_its_cells():
    """Ends on vertices, and on the edges of the grid's cells, belong to both sides."""
    rings = coastline.land.rings()
    some = np.random.default_rng(8).integers(len(rings.lat), size=2000)
    lat, lon = rings.lat[some], rings.lon[some]
    away = np.where(np.arange(2000) % 2, 0.2, -0.2)
    lon2 = np.floor((lon + away) / 0.2) * 0.2
    assert (coastline.crossed(lat, lon, lat, lon2) == by_the_coast(lat, lon, lat, lon2)).all()
    assert coastline.crossed(lat, lon, lat, lon2).all()
