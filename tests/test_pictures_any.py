"""Pictures of any rows: they are drawn without an error or a warning, and no line runs over a silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps import pictures
from ais_gaps.schema import GAPS, RECEPTION
from tests.picture_rows import T0, cells_of, found, gaps_of, has, track_of, words, written

matplotlib.use("Agg")
import matplotlib.pyplot as plt

_ODD_NUMBERS = st.one_of(
    st.none(),
    st.sampled_from([0.0, -0.0, 90.0, -90.0, 180.0, -180.0, 181.0, 91.0, float("inf"), float("nan"), 1e300, -1e300]),
    st.floats(-400.0, 400.0),
)
_ODD_TIMES = st.one_of(
    st.none(),
    st.sampled_from(["1677-09-22", "1970-01-01", "9999-12-31", "2024-02-29T23:59:59.999999", "2262-04-11"]).map(
        lambda text: pd.Timestamp(text, tz="UTC").as_unit("us")
    ),
    st.sampled_from(["2024-03-01", "2024-03", "garbage", "", 7, 1e20, float("nan"), date(1, 1, 1), date(2024, 2, 3)]),
    st.integers(0, 4_000_000_000).map(lambda s: pd.Timestamp(s, unit="s", tz="UTC").as_unit("us")),
)
_ODD_TEXTS = st.one_of(
    st.none(), st.sampled_from(["$", "$$x$$", "\\", "\n", "한국", "\x00", "%s", "_a"]), st.text(max_size=60)
)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def _frames(columns: dict[str, Any], most: int = 6) -> st.SearchStrategy[pd.DataFrame]:
    """Rows of any values; now and then of none."""
    return (
        st.integers(0, most)
        .flatmap(
            lambda rows: st.fixed_dictionaries(
                {name: st.lists(of, min_size=rows, max_size=rows) for name, of in columns.items()}
            )
        )
        .map(lambda values: pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in values.items()}))
    )


_GAPS = _frames(
    {
        "mmsi": st.one_of(st.none(), st.integers(-1, 3), st.just(2**31)),
        "track": st.integers(0, 1),
        "imo": _ODD_NUMBERS,
        "name": _ODD_TEXTS,
        "off_ts": _ODD_TIMES,
        "on_ts": _ODD_TIMES,
        "off_lat": _ODD_NUMBERS,
        "off_lon": _ODD_NUMBERS,
        "on_lat": _ODD_NUMBERS,
        "on_lon": _ODD_NUMBERS,
        "duration_h": _ODD_NUMBERS,
        "p_switched_off": st.one_of(_ODD_NUMBERS, st.floats(0, 1)),
        "open": st.one_of(st.none(), st.booleans()),
    }
)
_TRACKS = _frames(
    {"mmsi": st.integers(0, 2), "ts": _ODD_TIMES, "lat": _ODD_NUMBERS, "lon": _ODD_NUMBERS, "name": _ODD_TEXTS}
)
_CELLS = _frames(
    {
        **dict.fromkeys(("south", "north", "west", "east", "estimate"), _ODD_NUMBERS),
        "receiver": st.sampled_from(["any", "satellite", None]),
    }
)
_SEEN = _frames(
    {
        "date_start": _ODD_TIMES,
        "date_end": _ODD_TIMES,
        "ts": _ODD_TIMES,
        "kind": st.sampled_from(["vessel", "nothing_seen", "count", None]),
        "vessel_imos": st.one_of(st.none(), st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=2)),
        "vessel_mmsis": st.one_of(st.none(), _ODD_TEXTS, st.lists(st.integers(0, 3), max_size=2)),
    }
)


@settings(max_examples=8)
@given(_GAPS, _TRACKS, _SEEN, st.lists(st.text(max_size=300), max_size=3))
def test_any_silences_and_tracks_can_be_drawn(
    gaps: pd.DataFrame, track: pd.DataFrame, seen: pd.DataFrame, notes: list[str]
) -> None:
    places = track.rename(columns={"ts": "other"})
    for ax in (
        pictures.track(track, gaps, notes=notes, places=places),
        pictures.timeline(gaps, observations=seen, notes=notes),
        pictures.gaps(gaps, notes=notes),
        pictures.durations(gaps, notes=notes),
    ):
        written(ax, "png")
        plt.close("all")


@settings(max_examples=10)
@given(_CELLS)
def test_any_cells_can_be_drawn(cells: pd.DataFrame) -> None:
    written(pictures.reception(cells), "png")
    plt.close("all")


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_an_empty_archive_has_pictures(kind: str) -> None:
    empty = GAPS.arrow.empty_table()
    for ax in (
        pictures.gaps(empty),
        pictures.timeline(empty),
        pictures.durations(empty),
        pictures.reception(RECEPTION.arrow.empty_table()),
        pictures.track(track_of([], [], []), empty),
    ):
        written(ax, kind)
        assert "0" in ax.get_title(loc="left") or "No positions" in words(ax) or "How well" in words(ax)


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from([0.1, 0.5, 2.0, 5.9, 6.0, 6.1, 30.0]), min_size=1, max_size=30),
    st.sets(st.integers(0, 29)),
    st.randoms(use_true_random=False),
)
def test_a_line_joins_just_the_reports_between_which_she_was_not_silent(
    steps: list[float], said: set[int], dice: Any
) -> None:
    # Times of silences may be rounded to the second.
    hours = np.concatenate([[0.0], np.cumsum(steps)]) + 1e-5
    lon = 130.0 + 0.05 * np.arange(len(hours))  # each report has a longitude of its own
    silent = {n for n in said if n < len(steps)}
    gaps = gaps_of(
        [
            {"off_h": round(hours[n], 3), "duration_h": steps[n], "off_lat": 40.0, "off_lon": lon[n]}
            for n in sorted(silent)
        ]
        or [{"mmsi": 1}]
    )
    order = list(range(len(hours)))
    dice.shuffle(order)
    ax = pictures.track(track_of(hours, lon).iloc[order], gaps)
    x = found(ax, "heard").get_xdata()
    drawn = {round((a - 130.0) / 0.05) for a, b in pairwise(x) if np.isfinite(a + b)}
    parted = {n for n, step in enumerate(steps) if step > 6.0} | silent
    assert drawn == set(range(len(steps))) - parted
    alone = {round((a - 130.0) / 0.05) for a in found(ax, "heard alone").get_xdata()}
    assert alone == {n for n in range(len(hours)) if {n - 1, n} <= parted | {-1, len(steps)}}
    assert (len(found(ax, "off").get_xdata()) if has(ax, "off") else 0) == len(parted)
    plt.close("all")


@settings(max_examples=10)
@given(st.floats(-180, 180), st.lists(st.floats(-0.9, 0.9), min_size=1, max_size=40), st.booleans())
def test_nothing_is_torn_where_the_world_is_cut(start: float, steps: list[float], round_the_world: bool) -> None:
    # An hour and at most 0.9 degree a step, far in the north: no step is faster than a ship.
    ways = [0.9] * 420 if round_the_world else steps
    lon = (start + np.concatenate([[0.0], np.cumsum(ways)]) + 180.0) % 360.0 - 180.0
    ax = pictures.track(track_of(np.arange(len(lon)), lon, 60.0))
    x = found(ax, "heard").get_xdata()
    step = np.abs(np.diff(x))
    assert (step[np.isfinite(step)] < 1.0).all()
    west, east = ax.get_xlim()
    assert east - west <= 360.0 + 1e-6
    for one in lon:
        seen = np.abs((x - one + 180.0) % 360.0 - 180.0) < 0.2
        assert (seen & (x >= west - 1e-6) & (x <= east + 1e-6)).any()
    plt.close("all")


@settings(max_examples=10)
@given(st.lists(st.one_of(st.none(), st.floats(0.0, 1.0)), min_size=1, max_size=12), st.floats(-180.0, 179.0))
def test_what_is_not_known_is_never_coloured(chances: list[float | None], west: float) -> None:
    known = sum(p is not None for p in chances)
    gaps = gaps_of(
        [{"p_switched_off": p, "off_h": 24.0 * n, "off_lat": 0.0, "on_lat": 1.0} for n, p in enumerate(chances)]
    )
    for ax in (pictures.timeline(gaps), pictures.gaps(gaps)):
        judged, unknown = found(ax, "judged"), found(ax, "not judged")
        assert sorted(judged.get_array()) == sorted(p for p in chances if p is not None)
        assert unknown.get_array() is None
    ax = pictures.reception(cells_of(chances, west=west))
    assert len(found(ax, "told").get_paths()) == known
    assert len(found(ax, "not told").get_paths()) == len(chances) - known
    plt.close("all")


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(1.0, 20_000.0), st.one_of(st.none(), st.floats(0, 1))), min_size=1, max_size=40))
def test_every_silence_is_counted_once(rows: list[tuple[float, float | None]]) -> None:
    ax = pictures.durations(gaps_of([{"duration_h": hours, "p_switched_off": p, "off_h": 0} for hours, p in rows]))
    assert sum(bar.get_height() for bars in ax.containers for bar in bars) == len(rows)
    plt.close("all")


def test_times_may_have_no_zone_or_another() -> None:
    rows = track_of([0, 1], [130, 130.1])
    titles = {
        pictures.track(rows.assign(ts=ts)).get_title(loc="left")
        for ts in (
            rows["ts"],
            rows["ts"].dt.tz_localize(None),
            rows["ts"].dt.tz_convert("Asia/Tokyo"),
            rows["ts"].astype(object),
            rows["ts"].astype(pd.ArrowDtype(pa.timestamp("us", "UTC"))),
            rows["ts"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
    }
    assert titles == {f"ANGARA (MMSI 273000001), {T0:%Y-%m-%d} UTC"}
