"""Land for the site's maps: the world coarsely in one script, and finely in tiles that a map loads where it is looked at closely.

Scripts, because a browser lets a page that was opened from disk load nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ais_gaps.site.files import Written, write_all

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

TILE_DEG: Final = 20
_NORTH: Final = 84.0  # degrees: the map's projection (Web Mercator) ends shortly beyond
_WORLD_TOLERANCE_DEG: Final = 0.05
_WORLD_LEAST_DEG2: Final = 0.01  # islands smaller than this are left out of the coarse world
_TILE_TOLERANCE_DEG: Final = 0.002  # about 200 m: what the source knows
_STEP_DEG: Final = 0.001
_WORLD: Final = "world.js"


@cache
def version() -> str:
    """Hash of all that the files come from."""
    from ais_gaps.sea.land import FILE

    made_with = (TILE_DEG, _NORTH, _WORLD_TOLERANCE_DEG, _WORLD_LEAST_DEG2, _TILE_TOLERANCE_DEG, _STEP_DEG, "2")
    return hashlib.sha256(FILE.read_bytes() + repr(made_with).encode()).hexdigest()[:12]


def write_coast(folder: Path, name: str) -> Written:
    """Writes ``world.js`` and the tiles into a folder of the site; the world last, so that where it is, all are.

    Where it is there already nothing is made.
    """
    if (folder / name / _WORLD).is_file():
        return Written(tuple(sorted(f"{name}/{file.name}" for file in (folder / name).glob("[!.]*.js"))))
    found = write_all(folder, ((f"{name}/{tile}.js", data) for tile, data in _tiles()))
    tiles = sorted(path.rsplit("/", 1)[1].removesuffix(".js") for path in found.paths)
    world = {"step": _STEP_DEG, "tile": TILE_DEG, "tiles": tiles, "rings": _world()}
    return found + write_all(folder, [(f"{name}/{_WORLD}", f"Land.world({_json(world)});\n".encode())])


def _world() -> list[list[list[int]]]:
    from ais_gaps.sea.land import land

    whole = land(-180.0, -90.0, 180.0, _NORTH, tolerance_deg=_WORLD_TOLERANCE_DEG)
    return [_rings(part, 10) for part in _polygons(whole) if part.area >= _WORLD_LEAST_DEG2]


def _tiles() -> Iterator[tuple[str, bytes]]:
    """Each tile with land by its name, south-western corner: ``120_40``."""
    from ais_gaps.sea.land import land

    for south in range(-80, 84, TILE_DEG):
        for west in range(-180, 180, TILE_DEG):
            north = min(float(south + TILE_DEG), _NORTH)
            found = land(west, south, west + TILE_DEG, north, tolerance_deg=_TILE_TOLERANCE_DEG)
            rings = [_rings(part, 1) for part in _polygons(found)]
            if rings:
                name = f"{west}_{south}"
                yield name, f"Land.tile({_json(name)},{_json(rings)});\n".encode()


def _polygons(geometry: BaseGeometry) -> Iterator[Any]:
    if geometry.geom_type == "Polygon":
        if not geometry.is_empty:
            yield geometry
    else:
        for part in getattr(geometry, "geoms", ()):
            yield from _polygons(part)


def _rings(polygon: Any, coarse: int) -> list[list[int]]:
    """Each ring as x, y and then the steps from point to point, in `_STEP_DEG`, at multiples of `coarse`."""
    rings = []
    for ring in (polygon.exterior, *polygon.interiors):
        steps: list[int] = []
        x = y = 0
        for lon, lat in ring.coords[:-1]:
            to_x, to_y = (coarse * round(degrees / _STEP_DEG / coarse) for degrees in (lon, lat))
            if (to_x, to_y) != (x, y) or not steps:
                steps += [to_x - x, to_y - y]
                x, y = to_x, to_y
        rings.append(steps)
    return rings


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
