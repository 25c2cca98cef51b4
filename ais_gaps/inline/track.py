"""What was heard of ships, as lines that end where a silence begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.dossier import wording
from ais_gaps.inline.drawing import Card, Drawing, Path, Position, Spot
from ais_gaps.inline.figure import map_of
from ais_gaps.inline.inline import Inline
from ais_gaps.inline.rows import columns, counted, ship

SILENCE_H: Final = 6.0
"""Longer than this no line is drawn from report to report."""

_MOST_POINTS: Final = 5_000
_MOST_RUNS: Final = 3_000
_COLOURS: Final = 6
_NAMED: Final = 8  # ships whose names stand on the map
_JUMP_KN: Final = 50.0  # faster than this no ship goes (as summary.JUMP_KN): two ships on one number
_JUMP_FLOOR_NM: Final = 12.5
_TOLERANCES_DEG: Final = (0.0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def track_map(track: pa.Table, *, gaps: pa.Table | None = None, notes: Sequence[str] = ()) -> Inline:
    """What was heard, as lines; none is drawn over a silence of more than `SILENCE_H` hours.

    Args:
        track: reports: mmsi, ts, lat, lon, and name where there is one; in any order.
        gaps: silences (`schema.GAPS`) to draw with it.
        notes: what must be said with these data; they stand above the map.
    """
    from ais_gaps.inline import telling
    from ais_gaps.inline.gaps import draw_gaps

    drawing = Drawing(
        "No positions", "A map without positions: there are none.", nothing="There are no positions to draw."
    )
    draw_track(drawing, track, ends=True)
    if gaps is not None and len(gaps):
        draw_gaps(drawing, telling.silences(gaps))
    return map_of(drawing, notes)


def draw_track(drawing: Drawing, track: pa.Table, *, ends: bool) -> None:
    """Adds lines of what was heard to a map; with the first and the last report of each ship where `ends`, and its title."""
    whole = columns(track, ("mmsi", "track", "ts", "lat", "lon", "name"))
    found = _placed(whole)
    if len(whole) > len(found):
        left = len(whole) - len(found)
        drawing.remarks.append(
            f"{counted(left, 'report')} without a position {'is' if left == 1 else 'are'} not drawn."
        )
    if not len(found):
        return
    names = _names(found)
    runs = list(_runs(found))
    styles = {mmsi: f"track-{number}" if len(names) <= _COLOURS else "track-0" for number, mmsi in enumerate(names)}
    if ends:
        _title(drawing, found, names)
    longest = sorted(runs, key=lambda run: -len(run[1]))[:_MOST_RUNS]
    thinned = _thinned([run[2] for run in longest])
    for (mmsi, times, _), points in zip(longest, thinned, strict=True):
        _draw(drawing, names[mmsi], times, points, styles[mmsi])
    if ends:
        for mmsi, name in names.items():
            _ends(drawing, name, [run for run in runs if run[0] == mmsi], len(names) <= _NAMED)
    _explain(drawing, names, styles, runs, longest, sum(map(len, thinned)))


def _placed(whole: pa.Table) -> pa.Table:
    """Reports with a time and a position on Earth, by ship, track and time."""
    lat, lon = (pc.cast(whole[name], pa.float64()) for name in ("lat", "lon"))
    on_earth = pc.and_kleene(pc.less_equal(pc.abs(lat), 90.0), pc.less_equal(pc.abs(lon), 180.0))
    told = pc.and_kleene(on_earth, pc.and_(pc.is_valid(whole["ts"]), pc.is_valid(whole["mmsi"])))
    tracks = pc.fill_null(pc.cast(whole["track"], pa.int64()), 0)
    kept = whole.set_column(whole.column_names.index("track"), "track", tracks).filter(pc.fill_null(told, False))
    return kept.sort_by([("mmsi", "ascending"), ("track", "ascending"), ("ts", "ascending")])


def _names(found: pa.Table) -> dict[int, str]:
    """Each ship by its MMSI, in words."""
    last = found.group_by("mmsi", use_threads=False).aggregate([("name", "max")]).to_pylist()
    return {row["mmsi"]: ship({"mmsi": row["mmsi"], "name": row["name_max"]}) for row in last}


Run = tuple[int, Ints, Floats]
"""MMSI; times, seconds since 1970; latitude and longitude of each, longitudes going on past 180."""


def _runs(found: pa.Table) -> Iterator[Run]:
    mmsi, track = (np.asarray(found[name].to_numpy()) for name in ("mmsi", "track"))
    seconds = found["ts"].cast(pa.int64()).to_numpy() // 1_000_000
    lat, lon = (found[name].cast(pa.float64()).to_numpy() for name in ("lat", "lon"))
    turn = (np.diff(lon) + 180.0) % 360.0 - 180.0
    hours = np.diff(seconds) / 3600.0
    miles = 60.0 * np.hypot(np.diff(lat), turn * np.cos(np.radians(lat[1:])))
    parted = (np.diff(mmsi) != 0) | (np.diff(track) != 0) | (hours > SILENCE_H)
    parted |= miles > np.maximum(_JUMP_KN * hours, _JUMP_FLOOR_NM)
    for part in np.split(np.arange(len(lat)), np.flatnonzero(parted) + 1):
        along = lon[part[0]] + np.concatenate([[0.0], np.cumsum(turn[part[:-1]])])
        yield int(mmsi[part[0]]), seconds[part], np.column_stack([lat[part], along])


def _thinned(runs: list[Floats]) -> list[list[Position]]:
    """The lines with as few points as they need: together no more than some thousand, or what ends alone make."""
    import shapely

    found = runs
    for tolerance in _TOLERANCES_DEG:
        if sum(map(len, found)) <= _MOST_POINTS:
            break
        # Not keeping the topology: a moored ship's track crosses itself all the time.
        lines = [
            shapely.simplify(shapely.linestrings(run), tolerance, preserve_topology=False)
            for run in runs
            if len(run) > 2
        ]
        simple = iter(lines)
        found = [shapely.get_coordinates(next(simple)) if len(run) > 2 else run for run in runs]
    return [[(float(lat), float((lon + 180.0) % 360.0 - 180.0)) for lat, lon in run] for run in found]


def _draw(drawing: Drawing, name: str, times: Ints, points: list[Position], style: str) -> None:
    first, last = _when(times[0]), _when(times[-1])
    if len(times) == 1:
        lines = (f"Heard once: {wording.minute(first)}", wording.position(*points[0]))
        card = drawing.card(Card(name, lines))
        drawing.spots.append(Spot(points[0], "lone", card))
        return
    told = f"Heard: {len(times):,} reports from {wording.minute(first)} to {wording.minute(last)}"
    drawing.paths.append(Path(points, f"track {style}", drawing.card(Card(name, (told,)))))


def _ends(drawing: Drawing, name: str, runs: list[Run], named: bool) -> None:
    """The first and the last report of a ship."""
    first, last = min(runs, key=lambda run: int(run[1][0])), max(runs, key=lambda run: int(run[1][-1]))
    for run, at, sign, words in ((last, -1, "last", "Last report"), (first, 0, "first", "First report")):
        when = wording.minute(_when(run[1][at]))
        lat, lon = float(run[2][at][0]), float((run[2][at][1] + 180.0) % 360.0 - 180.0)
        card = drawing.card(Card(name, (f"{words}: {when}", wording.position(lat, lon))))
        drawing.spots.append(Spot((lat, lon), sign, card, f"{name}, {when[:10]}" if named else ""))


def _title(drawing: Drawing, found: pa.Table, names: dict[int, str]) -> None:
    whose = next(iter(names.values())) if len(names) == 1 else f"{len(names):,} ships"
    edges = pc.min_max(found["ts"]).as_py()
    span = f"{edges['min']:%Y-%m-%d} to {edges['max']:%Y-%m-%d}"
    drawing.title = f"Heard of {whose}: {counted(len(found), 'report')}, {span}"
    drawing.said = f"Map of what was heard of {whose}: {counted(len(found), 'report')}, {span}."


def _explain(
    drawing: Drawing,
    names: dict[int, str],
    styles: dict[int, str],
    runs: list[Run],
    drawn: list[Run],
    points: int,
) -> None:
    if len(names) <= _COLOURS:
        drawing.signs += [(styles[mmsi], f"Heard: {name}") for mmsi, name in names.items()]
    else:
        drawing.signs.append(("track-0", "Heard"))
    if any(spot.sign == "first" for spot in drawing.spots):
        drawing.signs += [("first", "First report"), ("last", "Last report")]
    if any(spot.sign == "lone" for spot in drawing.spots):
        drawing.signs.append(("lone", f"Heard once, more than {SILENCE_H:g} h from any other report"))
    if len(runs) > len(names):
        drawing.remarks.append(
            f"No line is drawn over {SILENCE_H:g} hours of silence, or over a move that no ship makes: no path is known there."
        )
    reports = sum(len(run[1]) for run in drawn)
    if points < reports:
        drawing.remarks.append(
            f"The lines are thinned for drawing: {points:,} of {reports:,} reports are corners of them."
        )
    if len(drawn) < len(runs):
        drawing.remarks.append(f"{len(drawn):,} of {len(runs):,} stretches are drawn: those of most reports.")


def _when(seconds: Any) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))
