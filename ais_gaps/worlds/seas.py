"""The seas that worlds lie in: a window of the real coast, and ports of the World Port Index in it.

How much traffic a port draws is this project's rough guess, for the sake of difference between ports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ais_gaps import places
from ais_gaps.errors import NotFound


@dataclass(frozen=True)
class Port:
    """A port: how much traffic it draws, and whether it has a station.

    Attributes:
        lat, lon: of the harbour's point, degrees WGS84.
        traffic: weight among the ports of the sea.
    """

    place_id: str
    name: str
    country: str
    lat: float
    lon: float
    watched: bool
    station: bool
    traffic: float


@dataclass(frozen=True)
class Sea:
    """A sea: name, window in degrees, ports, and flags (MID) of its ships."""

    name: str
    west: float
    south: float
    east: float
    north: float
    ports: tuple[Port, ...]
    mids: tuple[int, ...]


# place id: traffic; "w" = watched, "s" = station. Watched ports have few open callers and no station.
_JAPAN: Final = """
P01 1.2 w; P08 1.2 w; WPI60450 .8 w; WPI60440 .8 w; P05 .3 w; P07 6 s; P06 5 s; P13 4; P15 2 s; P14 1
WPI60431 3 s; WPI60410 4 s; WPI60400 6 s; WPI60390 9 s; WPI60435 .5; WPI62430 4 s; WPI61760 2 s; WPI61800 2 s
WPI61822 2 s; WPI61850 2; WPI61870 3 s; WPI61910 2 s; WPI61230 2 s; WPI61190 1.5 s; WPI61720 .5
"""
_BLACK: Final = """
WPI43760 1 w; WPI43850 1 w; WPI43900 1 w; WPI44162 1.5 w; WPI44320 .4 w; WPI44200 7 s; WPI44230 4 s; WPI44240 1
WPI44140 1; WPI43650 3 s; WPI43655 3; WPI43560 7 s; WPI43550 1; WPI43510 4 s; WPI43500 4 s; WPI44500 2 s; WPI44490 2
WPI44460 .7 s; WPI44450 4 s; WPI44390 3 s; WPI44350 4 s; WPI44340 3; WPI44380 .7; WPI43790 .4
"""
_GULF: Final = """
WPI48465 2 w; WPI48495 2.5 w; WPI48475 1.5 w; WPI48480 .8 w; WPI48535 .8 w; WPI48470 1 w; WPI48540 .6 w
WPI48276 9 s; WPI48275 3; WPI48278 4 s; WPI48282 3 s; WPI48262 7 s; WPI48257 3 s; WPI48264 1.5 s; WPI48290 2
WPI48297 5 s; WPI48287 2 s; WPI48320 2 s; WPI48335 5 s; WPI48338 4 s; WPI48340 4; WPI48349 1 s; WPI48361 4 s
WPI48392 4; WPI48277 1.5
"""

_SEAS: Final[dict[str, tuple[tuple[float, float, float, float], str, tuple[int, ...]]]] = {
    "japan": ((127.0, 33.2, 142.2, 46.0), _JAPAN, (273, 440, 431, 412, 477, 351, 538, 613)),
    "black": ((27.4, 40.85, 41.9, 46.95), _BLACK, (273, 271, 264, 207, 272, 248, 351, 538)),
    "gulf": ((47.6, 23.4, 59.0, 30.2), _GULF, (422, 470, 403, 466, 447, 351, 538, 636)),
}

SEAS: Final = tuple(_SEAS)
"""Names of the seas: the Sea of Japan, the Black Sea with the Sea of Azov, the Persian Gulf with the Gulf of Oman."""


def sea(name: str) -> Sea:
    """A sea by name.

    Raises:
        NotFound: no such sea.
    """
    if name not in _SEAS:
        raise NotFound(f"No sea named {name!r}; there are {', '.join(SEAS)}.")
    window, listing, mids = _SEAS[name]
    shipped = places.shipped()
    rows = {row["place_id"]: row for row in shipped.select(_COLUMNS).to_pylist()}
    return Sea(
        name, *window, tuple(_port(entry, rows) for entry in listing.replace("\n", ";").split(";") if entry), mids
    )


_COLUMNS: Final = ["place_id", "name", "country", "lat", "lon"]


def _port(entry: str, rows: dict[str, dict[str, object]]) -> Port:
    place_id, traffic, *marks = entry.split()
    row = rows[place_id]
    return Port(
        place_id,
        str(row["name"]),
        str(row["country"]),
        float(str(row["lat"])),
        float(str(row["lon"])),
        "w" in marks,
        "s" in marks,
        float(traffic),
    )


def features(of: Sea) -> dict[str, object]:
    """The ports as GeoJSON, as `places.read_places` takes it."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "place_id": port.place_id,
                    "name": port.name,
                    "kind": "port",
                    "watched": port.watched,
                    "radius_nm": 5.0,
                    "country": port.country,
                },
                "geometry": {"type": "Point", "coordinates": [port.lon, port.lat]},
            }
            for port in of.ports
        ],
    }
