"""Places that a ship can be near: the watched ones, the world's ports, and the user's own.

A place is a point with a radius, an outline (Polygon or MultiPolygon), or a name whose location nobody has published.
Distance is to the point itself, whatever the radius, and to the nearest edge of an outline, 0 inside.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ais_gaps import geodesy, names
from ais_gaps.errors import Ambiguous, NotFound, SourceError, UsageError
from ais_gaps.place_features import DEFAULT_RADIUS_NM, PLACES, row_of

ASHORE: Final = frozenset({"station", "bridge", "depot", "town"})
"""Kinds of place at which no ship calls: kept for what imagery shows there, never the place nearest to a ship."""

SAME_PLACE_NM: Final = 3.0
"""Two places of one name no further apart than this are one place."""

_GENERIC = frozenset({"PORT", "OF", "HARBOUR", "HARBOR"})


@cache
def shipped() -> pa.Table:
    """The places that come with the package: the watched ones first, then the ports of the World Port Index.

    A port that is watched is here once, as watched.
    """
    data = resources.files("ais_gaps") / "data"
    watched, _ = _places_of((data / "watched.geojson").read_bytes(), "watched.geojson", unlocated=True)
    return combine(watched, _ports((data / "ports.csv").read_bytes()))


def read_places(path: Path) -> tuple[pa.Table, list[str]]:
    """The places of a GeoJSON file (a FeatureCollection or one Feature), and why each of the others was refused.

    A feature needs a `name` and a Point, Polygon or MultiPolygon; it may have `watched` (default true), `radius_nm`,
    `aliases` (a list, or one text parted by semicolons), `place_id`, `kind`, `country`, `precision` and `source`.
    Outlines may cross the antimeridian in any of the usual ways of writing that.

    Raises:
        SourceError: the file cannot be read or is no GeoJSON.
    """
    try:
        return _places_of(path.read_bytes(), path.name)
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read: {error.strerror}") from error


def place_at(
    name: str,
    lat: float,
    lon: float,
    radius_nm: float = DEFAULT_RADIUS_NM,
    *,
    watched: bool = True,
    aliases: Sequence[str] = (),
) -> pa.Table:
    """One place given directly, as a table of one row; longitude and latitude in degrees.

    Raises:
        UsageError: it has no name, or its position or radius is none.
    """
    properties = {
        "name": name,
        "watched": watched,
        "radius_nm": radius_nm,
        "aliases": list(aliases),
        "source": "given by hand",
    }
    feature = {"properties": properties, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
    row = row_of(feature, unlocated=False)
    if isinstance(row, str):
        raise UsageError(f"Place {name!r}: {row}.")
    return pa.Table.from_pylist([row], PLACES)


def _places_of(text: bytes, file: str, *, unlocated: bool = False) -> tuple[pa.Table, list[str]]:
    try:
        content = orjson.loads(text.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise SourceError(f"{file}: is not JSON: {error.msg} in line {error.lineno}.") from error
    features = content.get("features") if isinstance(content, dict) else None
    if isinstance(content, dict) and content.get("type") == "Feature":
        features = [content]
    if not isinstance(features, list):
        raise SourceError(f"{file}: is not GeoJSON: a FeatureCollection or a Feature is expected.")
    rows: list[dict[str, Any]] = []
    refused: list[str] = []
    seen: set[str] = set()
    for number, feature in enumerate(features, start=1):
        row = row_of(feature, unlocated=unlocated)
        if not isinstance(row, str) and row["place_id"] in seen:
            row = f"the file has {row['place_id']} twice"
        if isinstance(row, str):
            refused.append(f"{file}: feature {number}{_called(feature)} is refused: {row}.")
        else:
            rows.append(row)
            seen.add(row["place_id"])
    return pa.Table.from_pylist(rows, PLACES), refused


def _called(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return f" ({names.tidy(name)})" if isinstance(name, str) and names.tidy(name) else ""


def _ports(text: bytes) -> pa.Table:
    from pyarrow import csv

    # "NA" is Namibia, not a missing value.
    convert = csv.ConvertOptions(
        column_types={"lat": pa.float64(), "lon": pa.float64(), "wpi_number": pa.string()},
        null_values=[""],
        strings_can_be_null=True,
    )
    ports = csv.read_csv(pa.BufferReader(text), convert_options=convert)
    spelt = pc.split_pattern(pc.fill_null(ports["alternate_names"], ""), "; ").to_pylist()
    aliases = [
        [alias for alias in [*alternates, locode] if alias]
        for alternates, locode in zip(spelt, ports["unlocode"].to_pylist(), strict=True)
    ]
    count = len(ports)
    columns = {
        **{name: ports[name] for name in ("place_id", "name", "lat", "lon", "country", "precision")},
        "kind": ["port"] * count,
        "watched": [False] * count,
        "radius_nm": [DEFAULT_RADIUS_NM] * count,
        "geometry": pa.nulls(count, pa.binary()),
        "aliases": aliases,
        "source": ["NGA World Port Index (Pub. 150)"] * count,
    }
    return pa.table(columns, schema=PLACES)


def combine(*tables: pa.Table) -> pa.Table:
    """Several tables of places as one, each place once, watched ones first; earlier tables win.

    A place gives way to an earlier one with the same `place_id`, and to one that shares a name with it (see `find`) within
    `SAME_PLACE_NM` and is of an earlier table, or is watched and stands earlier in its own: its names then become aliases of the
    one that stays. So a user who says that a shipped place is not watched is believed.
    """
    rows = pa.concat_tables([table.select(PLACES.names).cast(PLACES) for table in tables]).combine_chunks()
    table_of = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    by_table = pa.array(np.lexsort((~rows["watched"].to_numpy(), table_of)))
    rows, table_of = rows.take(by_table), table_of[by_table.to_numpy()]
    watched = rows["watched"].to_numpy()
    ids = rows["place_id"].to_pylist()
    first = {place_id: row for row, place_id in reversed(list(enumerate(ids)))}
    gone = {row for row, place_id in enumerate(ids) if first[place_id] != row}
    lat, lon = _degrees(rows["lat"]), _degrees(rows["lon"])
    gained: dict[int, list[str]] = {}
    wins = watched | (table_of < len(tables) - 1)
    for row in np.flatnonzero(wins & np.isfinite(lat)).tolist():
        if row in gone:
            continue
        # A box first: it settles all but a handful without a geodesic.
        reach = SAME_PLACE_NM / 60.0 * 1.01
        east = np.abs((lon - lon[row] + 180.0) % 360.0 - 180.0) * np.cos(np.radians(lat[row]))
        boxed = np.flatnonzero((np.abs(lat - lat[row]) <= reach) & (east <= reach * 1.01))
        after = [other for other in boxed.tolist() if other > row and other not in gone]
        rivals = [other for other in after if watched[row] or table_of[other] > table_of[row]]
        mine = _name_keys(rows, [row])[0] if rivals else set()
        for other, keys in zip(rivals, _name_keys(rows, rivals), strict=True):
            if mine & keys and geodesy.distance_nm(lat[row], lon[row], lat[other], lon[other]) <= SAME_PLACE_NM:
                gone.add(other)
                gained.setdefault(row, []).extend(_names_of(rows, other))
    if gained:
        aliases = rows["aliases"].to_pylist()
        for row, more in gained.items():
            aliases[row] = list(dict.fromkeys([*(aliases[row] or []), *more]))
        rows = rows.set_column(
            PLACES.get_field_index("aliases"),
            PLACES.field("aliases"),
            [pa.array(aliases, PLACES.field("aliases").type)],
        )
    left = [row for row in range(len(rows)) if row not in gone]
    return rows.take(pa.array(sorted(left, key=lambda row: not watched[row]), pa.int64()))


def _names_of(places: pa.Table, row: int) -> list[str]:
    return [places["name"][row].as_py(), *(places["aliases"][row].as_py() or [])]


def _name_keys(places: pa.Table, rows: Sequence[int]) -> list[set[str]]:
    return [{key for key in _keys(_names_of(places, row))[1] if key} for row in rows]


def _keys(spellings: Sequence[str]) -> tuple[list[str], list[str]]:
    """The fold of each name, and the fold without the words that any port may have in its name."""
    folds = names.fold_all(spellings)
    bare = [" ".join(word for word in fold.split() if word not in _GENERIC) for fold in folds]
    return folds, [short or fold for short, fold in zip(bare, folds, strict=True)]


def find(places: pa.Table, query: str) -> dict[str, Any]:
    """The one place that answers to a name, alias or `place_id`, as a row.

    In this order, and watched places before others: the id; the name; an alias (both folded, see `ais_gaps.names`);
    either without words like "port of"; either in another romanisation. UN/LOCODEs are aliases of the shipped ports.

    Raises:
        NotFound: none; with the nearest names.
        Ambiguous: several ports of that name; with their ids.
    """
    spellings, owner = _spellings(places)
    watched = places["watched"].to_numpy()
    for rows in _tiers(places, spellings, owner, query):
        rows = rows[watched[rows]] if watched[rows].any() else rows
        if len(rows) == 1:
            return dict(places.slice(int(rows[0]), 1).to_pylist()[0])
        if len(rows):
            candidates = [
                f"{row['place_id']} ({row['name']}, {row['country'] or 'country unknown'})"
                for row in places.take(pa.array(rows)).select(["place_id", "name", "country"]).to_pylist()
            ]
            raise Ambiguous(
                f"{len(rows)} places are named {names.tidy(query)!r}: {', '.join(candidates)}. Give one of these ids.",
                candidates,
            )
    raise NotFound(f"No place named {names.tidy(query)!r}.", names.nearest(query, spellings))


def search(places: pa.Table, query: str, limit: int = 20) -> pa.Table:
    """The places that answer a query at all, best first: as `find` reads names, then part of a name, then misspelt."""
    spellings, owner = _spellings(places)
    score, _ = names.match(query, spellings)
    loose = owner[np.argsort(-score, kind="stable")[: np.count_nonzero(score)]]
    found = np.concatenate([*_tiers(places, spellings, owner, query), loose])
    first = np.sort(np.unique(found, return_index=True)[1])[:limit]
    return places.take(pa.array(found[first], pa.int64()))


def _spellings(places: pa.Table) -> tuple[list[str], NDArray[np.int64]]:
    """Every name and alias, and the row of each; the names come first."""
    aliases = places["aliases"].combine_chunks()
    spellings = [*places["name"].to_pylist(), *pc.list_flatten(aliases).to_pylist()]
    return spellings, np.concatenate([np.arange(len(places)), pc.list_parent_indices(aliases).to_numpy()])


def _tiers(places: pa.Table, spellings: list[str], owner: NDArray[np.int64], query: str) -> Iterator[NDArray[np.int64]]:
    """Rows of the places that answer, from the strictest reading to the loosest."""
    yield np.flatnonzero(pc.equal(pc.utf8_upper(places["place_id"]), names.tidy(query).upper()).to_numpy())
    (wanted,), (wanted_bare,) = _keys([query])
    if not wanted:
        return
    folds, bare = _keys(spellings)
    same = np.flatnonzero(np.array(folds, dtype=object) == wanted)
    yield same[same < len(places)]
    yield np.unique(owner[same])
    yield np.unique(owner[np.array(bare, dtype=object) == wanted_bare])
    letters, (wanted_letters,) = names.letters_of(bare), names.letters_of([wanted_bare])
    numbers, (wanted_numbers,) = names.numbers_of(bare), names.numbers_of([wanted_bare])
    if wanted_letters:
        alike = np.array(numbers, dtype=object) == wanted_numbers
        for keys in (names.slavic_keys, names.korean_keys):
            yield np.unique(owner[alike & (np.array(keys(letters), dtype=object) == keys([wanted_letters])[0])])


def distance_nm(place: dict[str, Any], lat: Any, lon: Any) -> NDArray[np.float64]:
    """Distance from each position to one place (a row of `PLACES`), in nautical miles; NaN where either is unknown.

    `lat` and `lon` are NumPy or Arrow arrays of degrees.
    """
    y, x = _degrees(lat), _degrees(lon)
    if place["geometry"] is not None:
        import shapely

        return geodesy.outline_distance_nm(shapely.from_wkb(place["geometry"]), y, x)
    if place["lat"] is None:
        return np.full(y.shape, np.nan)
    return geodesy.distance_nm(y, x, place["lat"], place["lon"])


def nearest(places: pa.Table, lat: Any, lon: Any) -> tuple[pa.Int32Array, pa.DoubleArray]:
    """For each position the place nearest to it, and how far it is in nautical miles.

    Exact, on the ellipsoid. `lat` and `lon` are NumPy or Arrow arrays of degrees. The index counts rows of `places`, for
    `places["name"].take(index)`. Of two places equally far the earlier row is taken. Places `ASHORE` and places without
    a location are never the nearest. Null for a position that is unknown, and where no place is left.
    """
    y, x = _degrees(lat), _degrees(lon)
    known = np.flatnonzero(np.isfinite(y) & np.isfinite(x))
    callable_ = pc.invert(pc.is_in(places["kind"], pa.array(sorted(ASHORE)))).to_numpy()
    outlined = callable_ & pc.is_valid(places["geometry"]).to_numpy()
    points = np.flatnonzero(callable_ & ~outlined & pc.is_valid(places["lat"]).to_numpy())
    index, nm = np.full(len(known), -1, dtype=np.int64), np.full(len(known), np.inf)
    if len(points) and len(known):
        place_lat, place_lon = _degrees(places["lat"])[points], _degrees(places["lon"])[points]
        found, nm = geodesy.nearest_point(place_lat, place_lon, y[known], x[known])
        index = points[found]
    for row in np.flatnonzero(outlined).tolist():
        _nearer_outline(places, row, y[known], x[known], index, nm)
    every_index, every_nm = np.full(len(y), -1, dtype=np.int32), np.full(len(y), np.nan)
    every_index[known], every_nm[known] = index, nm
    return (
        pa.array(every_index, mask=every_index < 0),
        pa.array(every_nm, mask=every_index < 0),
    )


def _nearer_outline(
    places: pa.Table,
    row: int,
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    index: NDArray[np.int64],
    nm: NDArray[np.float64],
) -> None:
    """Puts an outline into `index` and `nm` wherever it is nearer than what they hold."""
    import shapely

    outline = shapely.from_wkb(places["geometry"][row].as_py())
    corners = shapely.get_coordinates(shapely.segmentize(outline, 0.5))
    centre = places["lat"][row].as_py(), places["lon"][row].as_py()
    reach = geodesy.at_most_nm(*centre, corners[:, 1], corners[:, 0]).max() + 1.0
    # Nowhere on the outline is nearer than the circle around it; only where that beats the best so far is it measured.
    at_least = (geodesy.at_most_nm(*centre, lat, lon) - reach) * (1.0 - geodesy.FLATTENING) - reach * geodesy.FLATTENING
    maybe = np.flatnonzero(at_least <= nm)
    distance = geodesy.outline_distance_nm(outline, lat[maybe], lon[maybe])
    nearer = (distance < nm[maybe]) | ((distance == nm[maybe]) & (row < index[maybe]))
    index[maybe[nearer]], nm[maybe[nearer]] = row, distance[nearer]


def _degrees(values: Any) -> NDArray[np.float64]:
    """A column of degrees as NumPy floats, null as NaN."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        values = values.to_numpy(zero_copy_only=False) if isinstance(values, pa.Array) else values.to_numpy()
    return np.atleast_1d(np.asarray(values, dtype=np.float64))
