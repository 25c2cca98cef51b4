"""What a silent ship herself puts into the sums of all ships, which are to tell of the others."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from ais_gaps.judgement.paths import direct
from ais_gaps.judgement.silences import H_US, Flags, Floats, Ints, Silences
from ais_gaps.reception import cells
from ais_gaps.schema import CLASSES, RECEIVERS

UNHEARD_H: Final = 72.0
"""Of a silence that lasted no longer, a ship is taken to have been about, and not heard."""

KEPT_H: Final = 24.0
"""Silences up to this are in the kept ship-hours once they are over (`reception.shiphours.LONGEST_S`)."""
RECKONED_ON_H: Final = 6

_UNDER_WAY_KN: Final = 1.0
_A, _B = CLASSES.index("A"), CLASSES.index("B")
_SHORE, _SPACE = RECEIVERS.index("terrestrial"), RECEIVERS.index("satellite")

SCHEMA: Final = pa.schema(
    [
        pa.field("silence", pa.int64()),
        pa.field("hour", pa.int32()),
        pa.field("cell", pa.int32()),
        pa.field("ais_class", pa.int8()),
        pa.field("moving", pa.bool_()),
        *(pa.field(name, pa.int32()) for name in ("n", "heard", "kinds", "terrestrial", "satellite")),
    ]
)
"""Ship-hours in the columns of `schema.PEER_HOURS`, and before them the number of the silence that each lies in."""


def unheard(silences: Silences) -> pa.Table:
    """The clock hours in which a silent ship was about and was not heard (`SCHEMA`).

    Of a silence that is over and lasted no longer than `UNHEARD_H` the hours between off's and on's, on the straight way. Of a
    longer one, and of one that is not over, the first `RECKONED_ON_H` after off and the last before on, where she was under way:
    reckoned on from her speed and course. Else the edge of what receivers reach would be known only from ships heard beyond it.
    """
    return _unheard(silences, np.arange(len(silences)), None)


def inside(silences: Silences, which: Ints, hours: tuple[int, int]) -> pa.Table:
    """All that the ships of some silences put into the sums from the hour of off to that of on (`SCHEMA`).

    Args:
        silences: all. which: numbers of those that count.
        hours: from the first to the second, both included.
    """
    off, on = silences.off_us[which] // H_US, silences.end_us[which] // H_US
    first = which[(off >= hours[0]) & (off <= hours[1])]
    last = which[~silences.open[which] & (on > off) & (on >= hours[0]) & (on <= hours[1])]
    edges = [
        _table(silences, some, at_us[some] // H_US, heard=np.ones(len(some), np.bool_))
        for some, at_us in ((first, silences.off_us), (last, silences.end_us))
    ]
    return pa.concat_tables([_unheard(silences, which, hours), *edges])


def _unheard(s: Silences, which: Ints, hours: tuple[int, int] | None) -> pa.Table:
    """Hours without a report of some silences, those that lie in some hours; None = all."""
    return pa.concat_tables([_short(s, which, hours), *_long(s, which, hours)])


def _long(s: Silences, which: Ints, hours: tuple[int, int] | None) -> list[pa.Table]:
    """The hours after off and before on of silences that are too long for a straight way."""
    out = []
    # A silence that is not over yet and still shorter has put nothing in.
    which = which[s.hours[which] > np.where(s.open[which], KEPT_H, UNHEARD_H)]
    after, before = s.off_us[which] // H_US + 1, s.end_us[which] // H_US - 1
    for first, step, lat, lon, kn, course, from_us, has in (
        (after, 1, s.off_lat, s.off_lon, s.off_kn, s.off_course, s.off_us, True),
        (before, -1, s.on_lat, s.on_lon, s.on_kn, s.on_course, s.end_us, ~s.open[which]),
    ):
        sure = has & (np.nan_to_num(kn[which]) > _UNDER_WAY_KN) & ~np.isnan(course[which])
        count = np.where(sure, np.minimum(RECKONED_ON_H, np.maximum(before - after + 1, 0) // 2), 0)
        of = np.repeat(which, count)
        hour = np.repeat(first, count) + step * (np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count))
        if hours is not None:
            inside_ = (hour >= hours[0]) & (hour <= hours[1])
            of, hour = of[inside_], hour[inside_]
        run_nm = np.nan_to_num(kn)[of] * ((hour + 0.5) * H_US - from_us[of]) / H_US
        angle = np.radians(np.nan_to_num(course))[of]
        to_lat = np.clip(lat[of] + run_nm * np.cos(angle) / 60.0, -89.0, 89.0)
        to_lon = lon[of] + run_nm * np.sin(angle) / 60.0 / np.maximum(np.cos(np.radians(to_lat)), 0.02)
        out.append(_rows(s, of, hour, to_lat, to_lon, np.ones(len(of), np.bool_), np.zeros(len(of), np.bool_)))
    return out


def _short(s: Silences, which: Ints, hours: tuple[int, int] | None) -> pa.Table:
    which = which[~s.open[which] & (s.hours[which] <= UNHEARD_H)]
    first, last = s.off_us[which] // H_US + 1, s.end_us[which] // H_US - 1
    if hours is not None:
        first, last = np.maximum(first, hours[0]), np.minimum(last, hours[1])
    count = np.maximum(last - first + 1, 0)
    of = np.repeat(which, count)
    hour = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    return _table(s, of, hour, heard=np.zeros(len(of), np.bool_))


def _table(s: Silences, of: Ints, hour: Ints, heard: Ints) -> pa.Table:
    since_h = np.clip(((hour + 0.5) * H_US - s.off_us[of]) / H_US, 0.0, s.hours[of])
    lat, lon, moving = direct(s, of, since_h)
    return _rows(s, of, hour, lat, lon, moving, heard)


def _rows(s: Silences, of: Ints, hour: Ints, lat: Floats, lon: Floats, moving: Flags, heard: Ints) -> pa.Table:
    known = s.off_receiver[of] > 0
    columns = {
        "silence": of,
        "hour": hour,
        "cell": cells.of(np.rint(lat * 1e6), np.rint(lon * 1e6)),
        "ais_class": np.where(s.class_b[of], _B, _A),
        "moving": moving,
        "n": np.ones(len(of)),
        "heard": heard,
        "kinds": known,
        "terrestrial": heard & (s.off_receiver[of] == _SHORE),
        "satellite": heard & (s.off_receiver[of] == _SPACE),
    }
    arrays = [pa.array(columns[field.name].astype(field.type.to_pandas_dtype())) for field in SCHEMA]
    return pa.table(arrays, schema=SCHEMA)
