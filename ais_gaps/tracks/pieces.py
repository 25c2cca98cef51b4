"""What some MMSI sent, cut into pieces in order of time: the runs of days that jump, and other days cut at their silences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ais_gaps.summary.columns import filled
from ais_gaps.summary.reports import Ints

_EDGE = ("us", "lat", "lon", "sog", "cog", "nav", "made_sog", "made_cog")
_COUNTS = ("1h", "12h", "12h_terrestrial", "12h_satellite")
_MESSAGES = ("others", "no_position")


@dataclass(frozen=True)
class Pieces:
    """Pieces by (mmsi, time), as arrays under the names of `DAY_RUNS`.

    A day on which only messages without a position were sent is a piece of 0 positions, so that these are counted.
    """

    columns: dict[str, Ints]

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns["mmsi"])

    @classmethod
    def of(cls, days: pa.Table, inside: pa.Table, runs: pa.Table) -> Pieces:
        """From the summaries of some vessel-days, each of which is there once.

        Args:
            days: `VESSEL_DAYS`, by (mmsi, day).
            inside: all their silences, `DAY_GAPS`.
            runs: their runs, `DAY_RUNS`.
        """
        cut = _by_silences(days.filter(pa.array(filled(days["jumps"]) == 0)), inside)
        by_runs = {name: filled(runs[name]) for name in cut}
        columns = {name: np.concatenate([cut[name], by_runs[name]]) for name in cut}
        order = np.lexsort([columns["run"], columns["day"], columns["mmsi"]])
        return cls({name: values[order] for name, values in columns.items()})

    def until(self, as_of_us: int) -> Pieces:
        """Those that begin by a time, and the days without a position up to its own.

        Messages are counted until the next position, be it after that time (`gaps.narrow.recount` counts them anew).
        """
        day = as_of_us // 86_400_000_000
        seen = np.where(self["positions"] > 0, self["first_us"] <= as_of_us, self["day"] <= day)
        if seen.all():
            return self
        # What was sent between the last that is seen and the next may have been sent by then.
        next_one = np.flatnonzero(~seen[1:] & seen[:-1] & (self["mmsi"][1:] == self["mmsi"][:-1])) + 1
        columns = dict(self.columns)
        for name in _MESSAGES:
            columns[f"{name}_after"] = columns[f"{name}_after"].copy()
            columns[f"{name}_after"][next_one - 1] += columns[f"{name}_before"][next_one]
        return Pieces({name: values[seen] for name, values in columns.items()})


def _by_silences(days: pa.Table, inside: pa.Table) -> dict[str, Ints]:
    """Days without a jump, cut at their silences."""
    day_key = filled(days["mmsi"]).astype(np.int64) << 32 | filled(days["day"])
    key = filled(inside["mmsi"]).astype(np.int64) << 32 | filled(inside["day"])
    at = np.searchsorted(day_key, key)
    own = np.flatnonzero(np.append(day_key, -1)[at] == key)
    own = own[np.lexsort([filled(inside["off_us"])[own], at[own]])]
    count = np.bincount(at[own], minlength=len(days))
    of_day = np.repeat(np.arange(len(days)), count + 1)
    run = np.arange(len(of_day)) - np.repeat(np.cumsum(count + 1) - (count + 1), count + 1)
    # Number of the silence before each piece; the one after it is the next.
    before = (np.cumsum(count) - count)[of_day] + run - 1
    opens, closes = run == 0, run == count[of_day]

    def pick(name: str, of_gap: str, whole: Ints, silence: Ints) -> Ints:
        gap = filled(inside[of_gap])[own]
        mine = filled(days[name])[of_day]
        found = gap[np.where(whole, 0, silence)] if len(gap) else mine
        chosen: Ints = np.where(whole, mine, found)
        return chosen

    until = pick("positions", "positions", closes, before + 1)
    out = {
        "mmsi": filled(days["mmsi"])[of_day],
        "day": filled(days["day"])[of_day],
        "run": run,
        "positions": until - np.where(opens, 0, np.roll(until, 1)),
        "ais_class": pick("ais_class", "ais_class", closes, before + 1),
        "last_receiver": pick("last_receiver", "off_receiver", closes, before + 1),
    }
    for name in _EDGE:
        out[f"first_{name}"] = pick(f"first_{name}", f"on_{name}", opens, before)
        out[f"last_{name}"] = pick(f"last_{name}", f"off_{name}", closes, before + 1)
    for name in _COUNTS:
        out[f"last_{name}"] = pick(f"last_{name}", f"off_{name}", closes, before + 1)
    out["first_1h"] = pick("first_1h", "on_1h", opens, before)
    for name in _MESSAGES:
        out[f"{name}_before"] = pick(f"{name}_before", name, opens, before)
        out[f"{name}_after"] = np.where(closes, filled(days[f"{name}_after"])[of_day], 0)
    return out
