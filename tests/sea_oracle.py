"""Exact ways among polygons, by the plain method: a visibility graph of all corners. Slow, so for small windows only."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from ais_gaps.geodesy import distance_nm
from ais_gaps.sea.land import land
from ais_gaps.sea.mercator import latitude, northing

_OFF = 2e-5  # degrees: about 2 m off the corner, so that the corner itself is not in the way


def projected(shape):
    """Longitude and Mercator's y: straight lines there are what the lattice and the coast are made of."""
    return shapely.transform(shape, lambda xy: np.column_stack([xy[:, 0], northing(xy[:, 1])]))


def exact_ways_nm(lat: NDArray[np.float64], lon: NDArray[np.float64], box: tuple[float, float, float, float]):
    """Shortest ways between positions in water, all of which lead within the box (west, south, east, north)."""
    west, south, east, north = box
    ground = projected(land(west - 1, south - 1, east + 1, north + 1))
    corners, edges = [], []
    for polygon in shapely.get_parts(ground):
        for ring in (polygon.exterior, *polygon.interiors):
            hole = ring is not polygon.exterior and ring in list(polygon.interiors)
            points = np.asarray(ring.coords)
            if shapely.is_ccw(ring) == hole:
                points = points[::-1]
            edges += [shapely.LineString(points[i : i + 2]) for i in range(len(points) - 1)]
            at = points[:-1]
            there, on = at - np.roll(at, 1, axis=0), np.roll(at, -1, axis=0) - at
            there /= np.linalg.norm(there, axis=1)[:, None]
            on /= np.linalg.norm(on, axis=1)[:, None]
            convex = there[:, 0] * on[:, 1] - there[:, 1] * on[:, 0] > 1e-9
            away = (there - on)[convex]
            corners.append(at[convex] + _OFF * away / np.linalg.norm(away, axis=1)[:, None])
    corner = np.concatenate(corners)
    y_south, y_north = northing(np.array([south, north]))
    inside = (corner[:, 0] > west) & (corner[:, 0] < east) & (corner[:, 1] > y_south) & (corner[:, 1] < y_north)
    node = np.vstack([np.column_stack([lon, northing(lat)]), corner[inside]])
    one, other = np.triu_indices(len(node), 1)
    lines = shapely.linestrings(np.stack([node[one], node[other]], axis=1))
    free = np.ones(len(one), dtype=bool)
    free[shapely.STRtree(edges).query(lines, predicate="intersects")[0]] = False
    one, other = one[free], other[free]
    node_lat = latitude(node[:, 1])
    nm = distance_nm(node_lat[one], node[one, 0], node_lat[other], node[other, 0])
    graph = csr_array((nm, (one, other)), shape=(len(node), len(node)))
    return dijkstra(graph, directed=False, indices=np.arange(len(lat)))[:, : len(lat)]
