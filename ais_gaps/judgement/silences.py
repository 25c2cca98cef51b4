"""Silences as arrays: what a judgement needs to know of each, in degrees, knots and hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.schema import CLASSES, COORDINATE_SCALE

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

H_US: Final = 3_600_000_000
RECKONED_H: Final = 12.0
"""So long an open silence is reckoned on at the last speed and course; then she is taken to have stopped."""
LEAST_DISTANCE_NM: Final = 1.0
MOORED, FISHING = 5, 7  # ITU-R M.1371 navigational status

_USUAL_KN = {"A": 8.0, "B": 8.0}
_SLOWEST_KN, _FASTEST_KN = 4.0, 22.0
_RADIUS_NM: Final = 3440.065
_SENT: Final = ("sog", "cog")
_MADE: Final = ("made_sog", "made_cog")


@dataclass(frozen=True)
class Silences:
    """Arrays of one length, a silence each.

    Attributes:
        mmsi, track: whose. ship: number of the MMSI among those here, ascending.
        off_us, end_us: last heard, and heard again or the present of the question; microseconds since 1970.
        open: not heard again.
        hours: how long.
        off_lat, off_lon, on_lat, on_lon: degrees; of an open one where she would be, see `RECKONED_H`.
        off_kn, on_kn, off_course, on_course: speed and course over ground as sent, else made good; NaN where not known.
        off_nav: navigational status, -1 where not said.
        off_receiver: code of the receiver of the last report.
        off_1h, on_1h: reports in the hour up to off and in the hour from on, an hour that was cut short by the end of a day
            reckoned up.
        class_b: she says class B.
        knots: her usual speed under way.
        nm: from off to on (or to where she would be).
        jumps, tracks: impossible moves of the MMSI, and the ships that seem to send under it.
    """

    mmsi: Ints
    track: Ints
    ship: Ints
    off_us: Ints
    end_us: Ints
    open: Flags
    hours: Floats
    off_lat: Floats
    off_lon: Floats
    on_lat: Floats
    on_lon: Floats
    off_kn: Floats
    on_kn: Floats
    off_course: Floats
    on_course: Floats
    off_nav: Ints
    off_receiver: Ints
    off_1h: Floats
    on_1h: Floats
    class_b: Flags
    knots: Floats
    nm: Floats
    jumps: Ints
    tracks: Ints

    def __len__(self) -> int:
        return len(self.mmsi)

    @classmethod
    def of(cls, gaps: pa.Table, as_of_us: int) -> Silences:
        """From bare gaps (`gaps.BARE_GAPS`), each with positions at its ends."""
        mmsi = gaps["mmsi"].to_numpy()
        off_us = gaps["off_us"].to_numpy()
        opened = gaps["on_us"].is_null().to_numpy()
        end_us = gaps["on_us"].fill_null(as_of_us).to_numpy()
        hours = np.maximum((end_us - off_us) / H_US, 1e-3)
        off_lat, off_lon = _degrees(gaps, "off_lat"), _degrees(gaps, "off_lon")
        (off_kn, off_course), (on_kn, on_course) = _motion(gaps, "off"), _motion(gaps, "on")
        knots = np.nan_to_num(_scaled(gaps, "under_way_kn", 1.0), nan=8.0).clip(_SLOWEST_KN, _FASTEST_KN)
        run_nm = np.nan_to_num(off_kn) * np.minimum(hours, RECKONED_H)
        run_nm[np.isnan(off_course)] = 0.0
        course = np.radians(np.nan_to_num(off_course))
        ahead_lat = np.clip(off_lat + run_nm * np.cos(course) / 60.0, -89.0, 89.0)
        ahead_lon = off_lon + run_nm * np.sin(course) / 60.0 / np.maximum(np.cos(np.radians(off_lat)), 0.02)
        on_lat = np.where(opened, ahead_lat, _degrees(gaps, "on_lat"))
        on_lon = np.where(opened, ahead_lon, _degrees(gaps, "on_lon"))
        return cls(
            mmsi,
            gaps["track"].to_numpy(),
            np.unique(mmsi, return_inverse=True)[1],
            off_us,
            end_us,
            opened,
            hours,
            off_lat,
            off_lon,
            on_lat,
            on_lon,
            off_kn,
            on_kn,
            off_course,
            on_course,
            gaps["off_nav"].fill_null(-1).to_numpy(),
            gaps["off_receiver"].fill_null(0).to_numpy(),
            gaps["off_1h"].cast(pa.float64()).to_numpy(),
            _whole_hour(gaps["on_1h"].cast(pa.float64()).fill_null(0.0).to_numpy(), end_us),
            gaps["ais_class"].to_numpy() == CLASSES.index("B"),
            knots,
            apart_nm(off_lat, off_lon, on_lat, on_lon),
            gaps["jumps"].to_numpy(),
            gaps["tracks"].to_numpy(),
        )


def placed(gaps: pa.Table) -> pa.Array:
    """Which silences have a position at off, and at on where they are over: others cannot be judged."""
    off, on = (
        pc.and_(pc.is_valid(gaps[f"{end}_lat"]), pc.is_valid(gaps[f"{end}_lon"])).combine_chunks()
        for end in ("off", "on")
    )
    return pc.and_(off, pc.or_(on, pc.is_null(gaps["on_us"]).combine_chunks()))


def apart_nm(lat0: Floats, lon0: Floats, lat1: Floats, lon1: Floats) -> Floats:
    """Great-circle distance on the sphere in nautical miles, within 0.6 percent; shapes as numpy broadcasts them."""
    a, b = np.radians(lat0), np.radians(lat1)
    h = np.sin((b - a) / 2.0) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon1 - lon0) / 2.0) ** 2
    return np.asarray(2.0 * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0))) * _RADIUS_NM)


def bearing(lat0: Floats, lon0: Floats, lat1: Floats, lon1: Floats) -> Floats:
    """Course to steer from one position to another, radians from north, as on a plane between them."""
    east = (lon1 - lon0 + 180.0) % 360.0 - 180.0
    return np.asarray(np.arctan2(east * np.cos(np.radians((lat0 + lat1) / 2.0)), lat1 - lat0))


def _whole_hour(reports: Floats, from_us: Ints) -> Floats:
    """Reports of the hour from a time as of a whole one, where the UTC day ended before it was over."""
    left_h = np.clip((24 * H_US - from_us % (24 * H_US)) / H_US, 0.25, 1.0)
    return reports / left_h


def _degrees(gaps: pa.Table, name: str) -> Floats:
    return _scaled(gaps, name, 1.0 / COORDINATE_SCALE)


def _motion(gaps: pa.Table, end: str) -> tuple[Floats, Floats]:
    """Speed and course at an end: what she said, else what two fixes tell."""
    sent, made = ([_scaled(gaps, f"{end}_{name}", 0.01) for name in names] for names in (_SENT, _MADE))
    kn, course = (np.where(np.isnan(said), told, said) for said, told in zip(sent, made, strict=True))
    return kn, course


def _scaled(gaps: pa.Table, name: str, unit: float) -> Floats:
    return gaps[name].cast(pa.float64()).fill_null(np.nan).to_numpy() * unit  # type: ignore[no-any-return]
