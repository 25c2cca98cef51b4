"""What hulls speak of: a hull without a name, the ships it is held against, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ais_gaps.place_features import DEFAULT_RADIUS_NM
from ais_gaps.reach.legs import Span
from ais_gaps.reach.model import Fix, Term
from ais_gaps.reach.sightings import interval, position
from ais_gaps.schema import UTC_US

Row = Mapping[str, Any]
Floats = NDArray[np.float64]


class Way(Protocol):
    """Length of the way between positions in degrees, in nautical miles, such as `Sea.way_nm`."""

    def __call__(
        self, lat: float, lon: float, lats: Floats, lons: Floats, *, at_most_nm: float | None = None
    ) -> Floats:
        """From one position to several; inf where there is none, or none of at most ``at_most_nm``."""


@dataclass(frozen=True)
class Hull:
    """A ship that an observation saw and did not name.

    Attributes:
        ref: id of the observation. place: as its source names it. place_ids: in the places of the evidence.
        earliest, latest: when it may have been seen, UTC.
        lat, lon: degrees WGS84; null = not known. precision_nm: how far off they may be; null = not known.
        length_min_m, length_max_m: stated length; null = not stated.
        ships: of how many ships the row speaks; null = not stated.
        radius_nm: a ship heard within this distance was at the place.
    """

    ref: str
    earliest: datetime
    latest: datetime
    lat: float | None
    lon: float | None
    precision_nm: float | None
    length_min_m: float | None
    length_max_m: float | None
    place: str | None
    place_ids: tuple[str, ...] = ()
    ships: int | None = None
    radius_nm: float = DEFAULT_RADIUS_NM


def hull_of(row: Row, places: Mapping[str, Row]) -> Hull:
    """The hull of an observation (`evidence.tables.OBSERVATIONS`); places are rows with lat and lon by place id."""
    where = position(row, places)
    earliest, latest = interval(row, None if where is None else where[1])
    lat, lon, precision_nm = where or (None, None, None)
    ids = tuple(row["place_ids"] or ())
    radius_nm = places[ids[0]].get("radius_nm") if len(ids) == 1 and ids[0] in places else None
    counted = row["count"] is not None and (row["unit"] or "").lower() in ("ship", "ships", "vessel", "vessels")
    return Hull(
        ref=row["obs_id"],
        earliest=earliest,
        latest=latest,
        lat=lat,
        lon=lon,
        precision_nm=precision_nm,
        length_min_m=row["length_min_m"],
        length_max_m=row["length_max_m"],
        place=row["place"],
        place_ids=ids,
        ships=int(row["count"]) if counted else None,
        radius_nm=radius_nm or DEFAULT_RADIUS_NM,
    )


@dataclass(frozen=True)
class Window:
    """A leg of a silence, with the speed that the ship is reckoned to keep: where she can have been is its prism.

    Attributes:
        number: of the leg in its silence. end: null while it is open; it is then reckoned up to ``until``.
    """

    number: int
    start: Fix
    end: Fix | None
    until: datetime
    speed_kn: float

    @classmethod
    def of(cls, leg: Span, speed_kn: float) -> Window:
        """The window of a leg."""
        return cls(leg.number, leg.start, leg.end, leg.until, speed_kn)


@dataclass(frozen=True)
class Naming:
    """A source that names a ship at a place.

    Attributes:
        ref: id of the observation. date_start, date_end: its days as the source has them; earliest, latest: when that may be, UTC.
        lat, lon: degrees; null = not known, or several places.
        tally: said of a period as a whole, such as a number of trips; it places a ship at no one time.
    """

    ref: str
    place: str | None
    place_ids: tuple[str, ...]
    date_start: date
    date_end: date
    earliest: datetime
    latest: datetime
    lat: float | None
    lon: float | None
    precision_nm: float | None
    tally: bool = False


@dataclass(frozen=True)
class Ship:
    """A ship that a hull is held against: she whose dossier it is, or one that sources or the register know.

    Attributes:
        length_m: length over all; null = not known. length_from: who says so, e.g. "the register".
        case: the register counts her to the case. ref: id of her row in the register.
        namings: where sources name her. windows: the legs of her silence; only of her whose dossier it is.
        speed_kn: at what speed a rival is reckoned between two sightings.
    """

    name: str | None
    imo: int | None
    mmsi: tuple[int, ...]
    length_m: float | None = None
    length_from: str | None = None
    case: bool = False
    ref: str | None = None
    namings: tuple[Naming, ...] = ()
    windows: tuple[Window, ...] = ()
    speed_kn: float = 16.0


HEARD = pa.schema(
    [
        pa.field("hull", pa.string(), nullable=False),  # Hull.ref
        pa.field("mmsi", pa.int64(), nullable=False),
        pa.field("imo", pa.int64()),
        pa.field("name", pa.string()),
        pa.field("length_m", pa.float64()),
        pa.field("away_nm", pa.float64(), nullable=False),  # nearest
        pa.field("ts", UTC_US, nullable=False),  # when nearest
    ]
)
"""Ships that AIS heard where and when a hull was seen."""

SILENT = pa.schema(
    [
        pa.field("hull", pa.string(), nullable=False),  # Hull.ref
        pa.field("gap_id", pa.string(), nullable=False),
        pa.field("mmsi", pa.int64(), nullable=False),
        pa.field("imo", pa.int64()),
        pa.field("name", pa.string()),
        pa.field("length_m", pa.float64()),
        pa.field("speed_kn", pa.float64(), nullable=False),
        pa.field("off_ts", UTC_US, nullable=False),
        pa.field("on_ts", UTC_US),
        pa.field("spare_h", pa.float64(), nullable=False),  # hours to spare
    ]
)
"""Ships that were silent when a hull was seen, and can have been there."""


@dataclass(frozen=True)
class Others:
    """The other ships.

    Attributes:
        named: ships that sources or the register know, put into an order of their own.
        heard, silent: `HEARD`, `SILENT`, by the archive.
        elsewhere: (hull, MMSI) of named ships that AIS followed elsewhere at the time.
    """

    named: tuple[Ship, ...] = ()
    heard: pa.Table = field(default_factory=HEARD.empty_table)
    silent: pa.Table = field(default_factory=SILENT.empty_table)
    elsewhere: frozenset[tuple[str, int]] = frozenset()

    def __post_init__(self) -> None:
        # Once for all hulls: a table of detections names tens of thousands of ships
        ordered = sorted(self.named, key=lambda ship: (ship.imo is None, not ship.mmsi, repr(ship)))
        object.__setattr__(self, "named", tuple(ordered))


@dataclass(frozen=True)
class Rival:
    """Another ship that fits a hull without a name.

    Attributes:
        basis: the strongest reason: heard (by AIS, there and then), named (there by a source), silent (then, and in reach), or
            case (the register counts her to the same case).
        text: all the reasons in words. refs: their rows.
        share: hers among all ships that fit, as of the candidate.
    """

    name: str | None
    imo: int | None
    mmsi: int | None
    basis: str
    text: str
    share: float
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Fit:
    """A hull held against a ship. Never a fix, never a statement that it was she.

    Attributes:
        hull: which.
        fits: false where time and place, or length, rule her out.
        share: exp(her terms) over that of all ships that fit; null where she does not.
        terms: in nats. That of the rivals is minus the logarithm of their sum, so that all terms together are the logarithm of
            the odds of her against them.
        text: the same in words; refs: the rows that it rests on.
        rivals: best first, the first `priors.LISTED`; rivals_total counts all.
    """

    hull: Hull
    fits: bool
    share: float | None
    terms: tuple[Term, ...]
    text: str
    refs: tuple[str, ...]
    rivals: tuple[Rival, ...]
    rivals_total: int
