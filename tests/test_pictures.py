"""Pictures: what is drawn of tracks, reception and silences, and what is left undrawn because nobody knows it."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import matplotlib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

import ais_gaps
from ais_gaps import geodesy, pictures
from ais_gaps.errors import MissingExtra, UsageError
from tests.picture_rows import T0, cells_of, found, gaps_of, has, observations_of, track_of, words, written

matplotlib.use("Agg")
import matplotlib.pyplot as plt


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def archive() -> ais_gaps.Archive:
    return ais_gaps.demo()


def test_nothing_of_matplotlib_is_imported_before_a_picture_is_drawn() -> None:
    code = "import sys, ais_gaps.pictures; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", pictures.__all__)
def test_where_matplotlib_is_missing_the_extra_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"ais_gaps\[plot\]"):
        getattr(pictures, name)(pd.DataFrame())


@pytest.mark.parametrize("name", pictures.__all__)
def test_a_missing_column_is_named(name: str) -> None:
    with pytest.raises(UsageError, match="need the column"):
        getattr(pictures, name)(pd.DataFrame({"a": [1]}))
    with pytest.raises(UsageError, match="DataFrame"):
        getattr(pictures, name)([1, 2])


def test_every_picture_of_the_demo_says_that_its_reports_are_a_reconstruction(archive: ais_gaps.Archive) -> None:
    gaps = archive.gaps("ANGARA")
    drawn = [
        pictures.track(archive.track("ANGARA"), gaps, places=archive.evidence(what="places")),
        pictures.timeline(gaps, observations=archive.evidence()),
        pictures.gaps(gaps),
        pictures.durations(gaps),
        pictures.reception(archive.reception()),
        pictures.timeline(gaps, ax=Figure().subplots(), notes=["Something else."]),
    ]
    for ax in drawn:
        read = " ".join(words(ax).split())
        assert "a reconstruction from public facts" in read
        written(ax, "pdf")
    assert "Something else." in words(drawn[-1])
    assert drawn[0].get_title(loc="left") == "ANGARA (MMSI 273210440), 2023-08-05 to 2024-04-27 UTC"
    assert "Rajin port" in words(drawn[0])
    assert "off 2023-08-10 06:40" in words(drawn[0]) and "on 2024-02-07 08:50" in words(drawn[0])
    assert drawn[4].get_title(loc="left") == "How well ships were heard by any receiver, 2022-06-24 to 2024-04-30 UTC"


def test_axes_of_the_caller_are_drawn_on_and_pyplot_is_left_alone(archive: ais_gaps.Archive) -> None:
    own = plt.figure()
    axes = Figure(figsize=(12, 9), layout="constrained").subplots(2, 3).ravel()
    gaps = archive.gaps()
    assert pictures.track(archive.track("ANGARA"), gaps, ax=axes[0], notes=["A note."]) is axes[0]
    assert pictures.reception(archive.reception(), ax=axes[1]) is axes[1]
    assert pictures.timeline(gaps, observations=archive.evidence(), ax=axes[2]) is axes[2]
    assert pictures.gaps(gaps, ax=axes[3]) is axes[3]
    assert pictures.durations(gaps, ax=axes[4]) is axes[4]
    written(axes[0])
    assert "A note." in words(axes[0])
    assert plt.get_fignums() == [own.number] and plt.gcf() is own and not own.axes


def test_rows_may_come_from_arrow_polars_or_pandas() -> None:
    rows = track_of([0, 1, 2, 12, 13], [130, 130.1, 130.2, 131, 131.1])
    table = pa.Table.from_pandas(rows, preserve_index=False)
    drawn = [found(pictures.track(one), "heard").get_xydata() for one in (rows, table, pl.from_arrow(table))]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    np.testing.assert_array_equal(drawn[0], drawn[2])


def test_a_column_called_notes_is_no_note() -> None:
    rows = track_of([0, 1], [130, 130.1])
    rows["notes"] = "of the row"
    assert "of the row" not in words(pictures.track(rows))


def test_a_silence_is_a_dashed_line_that_says_that_it_is_no_path() -> None:
    ax = pictures.track(track_of([0, 1, 2, 12, 13], [130, 130.1, 130.2, 131, 131.1]))
    np.testing.assert_allclose(found(ax, "silent").get_xdata(), [130.2, 131, np.nan])
    assert found(ax, "silent").is_dashed()
    assert words(ax).count("silent: not a path") == 2  # in the legend and along it
    assert found(ax, "off").get_xdata() == pytest.approx([130.2])
    assert found(ax, "on").get_xdata() == pytest.approx([131.0])
    assert not has(ax, "off, open")


def test_silences_of_other_vessels_and_other_times_are_not_hers() -> None:
    rows = track_of([0, 1, 2, 5, 6], [130, 130.1, 130.2, 130.5, 130.6])
    hers = gaps_of([{"off_h": 2, "duration_h": 3}])
    others = gaps_of([{"off_h": 2, "duration_h": 3, "mmsi": 999}, {"off_h": 900}])
    assert not has(pictures.track(rows, others), "off")
    ax = pictures.track(rows, pd.concat([hers, others]))
    assert len(found(ax, "off").get_xdata()) == 1
    assert (
        np.isnan(found(ax, "heard").get_xdata()).sum() == 1
    )  # parted though shorter than 6 h: she is said to be silent


def test_an_open_silence_has_no_end() -> None:
    ax = pictures.track(track_of([0, 1], [130, 130.1]), gaps_of([{"off_h": 1, "open": True, "off_lon": 130.1}]))
    assert len(found(ax, "off, open").get_xdata()) == 1
    assert not has(ax, "silent") and not has(ax, "on")


def test_no_line_is_drawn_where_no_ship_gets() -> None:
    ax = pictures.track(track_of([0, 1, 2, 3], [130, 130.1, 10.0, 10.1]))
    assert np.isnan(found(ax, "heard").get_xdata()).sum() == 1
    assert not has(ax, "silent")
    assert "1 move faster than 50 kn" in words(ax)


def test_reports_without_a_place_are_counted_not_drawn() -> None:
    rows = track_of([0, 1, 2], [130, np.nan, 130.2])
    ax = pictures.track(rows)
    assert len(found(ax, "heard").get_xdata()) == 2
    assert "1 report without a position or time: not drawn." in words(ax)


def test_a_million_reports_become_as_many_points_as_can_be_told_apart() -> None:
    dice = np.random.default_rng(7)
    many = 1_000_000
    rows = track_of(np.arange(many) / 180.0, 130 + dice.normal(0, 1e-5, many) + np.linspace(0, 3, many))
    line = found(pictures.track(rows), "heard")
    assert 1000 < len(line.get_xdata()) < 20_000


def test_land_is_drawn_on_both_sides_of_the_antimeridian() -> None:
    ax = pictures.track(track_of([0, 4], [178.0, -178.0], 67.0))
    assert ax.get_xlim()[0] < 178 < 182 < ax.get_xlim()[1]
    (x,) = [line.get_xdata() for line in [found(ax, "heard")]]
    np.testing.assert_allclose(x, [178, 182])
    vertices = np.concatenate([p.vertices for a in ax.collections if a.get_gid() == "land" for p in a.get_paths()])
    assert vertices[:, 0].min() < 179 and vertices[:, 0].max() > 181
    labels = [text.get_text() for text in ax.get_xticklabels()]
    written(ax)
    assert any(label.endswith("E") for label in labels) and any(label.endswith("W") for label in labels)


@pytest.mark.parametrize("lat", [0.0, 40.0, -65.0])
def test_the_scale_is_as_long_as_it_says(lat: float) -> None:
    ax = pictures.track(track_of([0, 6], [10.0, 11.0], lat))
    (bar,) = [p for p in found(ax, "scale").findobj(matplotlib.patches.Rectangle) if p.get_width() < 5]
    (text,) = [t.get_text() for t in found(ax, "scale").findobj(matplotlib.text.Text)]
    nm = geodesy.distance_nm(lat, 0.0, lat, bar.get_width())
    assert float(text.split()[0]) == pytest.approx(float(nm), rel=0.01)
    assert ax.get_aspect() == pytest.approx(1 / np.cos(np.radians(lat)), rel=0.01)


def test_bars_are_shaded_hatched_or_open_as_they_are_judged() -> None:
    gaps = gaps_of(
        [
            {"p_switched_off": 0.9},
            {"p_switched_off": 0.1},
            {},
            {"open": True, "duration_h": 40.0},
            {"mmsi": 273_000_002},
        ]
    )
    ax = pictures.timeline(gaps)
    judged, unknown = found(ax, "judged"), found(ax, "not judged")
    assert judged.get_array().tolist() == [0.9, 0.1] and len(judged.get_paths()) == 2
    assert len(unknown.get_paths()) == 3 and unknown.get_hatch() and unknown.get_array() is None
    assert len(found(ax, "open").get_xdata()) == 1
    rows = [text.get_text() for text in ax.get_yticklabels()]
    assert rows == ["ANGARA (MMSI 273000001)", "ANGARA (MMSI 273000002)"]
    edges = judged.get_paths()[0].vertices[:, 0]
    assert (edges.max() - edges.min()) * 24 == pytest.approx(12.0)


def test_tracks_of_one_mmsi_have_rows_of_their_own() -> None:
    ax = pictures.timeline(gaps_of([{"track": 0}, {"track": 1}]))
    assert [text.get_text() for text in ax.get_yticklabels()][1].endswith("track 1")


def test_of_many_vessels_the_longest_silences_are_drawn_and_the_rest_is_said() -> None:
    gaps = gaps_of([{"mmsi": 1000 + n, "off_h": 0, "duration_h": 6.0 + n} for n in range(60)])
    ax = pictures.timeline(gaps)
    assert ax.get_yticklabels()[0].get_text() == "ANGARA (MMSI 1059)"
    assert len(found(ax, "not judged").get_paths()) == 40
    assert "40 of 60 vessels" in words(ax)


def test_only_what_a_source_tells_by_number_stands_in_a_vessels_row() -> None:
    gaps = gaps_of([{"duration_h": 2400.0}])
    ax = pictures.timeline(
        gaps,
        observations=observations_of(
            [
                {"date_start": "2024-03-10", "kind": "vessel", "vessel_imos": [9179842], "vessels_named": ["ANGARA"]},
                {"date_start": "2024-03-11", "kind": "vessel", "vessel_mmsis": [273_000_001]},
                {"date_start": "2024-03-12", "kind": "vessel", "vessels_named": ["ANGARA"], "vessel_imos": [None]},
                {"date_start": "2024-03-13", "kind": "vessel"},
                {"date_start": "2024-03-14", "kind": "nothing_seen", "vessel_imos": [9179842]},
                {"date_start": "2024-03-15", "kind": "containers"},
                {"date_start": "2024-03-16", "kind": "vessel", "vessel_imos": [9000001]},
                {"date_start": "2020-01-01", "kind": "vessel"},
                {"date_start": None, "kind": "vessel"},
                {"date_start": "2024-03-10", "date_end": "2024-05-10", "kind": "count", "vessel_imos": [9179842]},
            ]
        ),
    )
    assert found(ax, "names").get_ydata().tolist() == [0, 0]
    assert found(ax, "unnamed").get_ydata().tolist() == [1, 1]
    assert found(ax, "nothing").get_ydata().tolist() == [2]
    assert found(ax, "nothing").get_markerfacecolor() == "white"  # hollow
    assert found(ax, "other").get_ydata().tolist() == [3]
    assert len(found(ax, "names, some time in it").get_xdata()) == 2  # from when until when, and no mark between
    for said in ("1 observation of other ships", "1 observation dated outside", "1 observation without a date"):
        assert said in words(ax)


def test_spots_are_sized_by_duration_coloured_by_probability_and_hollow_where_it_is_unknown() -> None:
    gaps = gaps_of(
        [
            {"duration_h": 6.0, "p_switched_off": 0.2},
            {"duration_h": 600.0, "p_switched_off": 0.8},
            {"duration_h": 60.0},
            {"off_lat": None},
        ]
    )
    ax = pictures.gaps(gaps)
    judged, unknown = found(ax, "judged"), found(ax, "not judged")
    assert judged.get_array().tolist() == [0.8, 0.2]
    assert judged.get_sizes()[0] > unknown.get_sizes()[0] > judged.get_sizes()[1]
    assert len(unknown.get_offsets()) == 1 and unknown.get_facecolor().size == 0
    assert len(found(ax, "on").get_xdata()) == 4
    assert "Of 1 silence it is not known where it began" in words(ax)
    assert "silent: not a path" in words(ax)


def test_a_few_strays_do_not_make_the_map_a_world_map_but_are_counted() -> None:
    rows = [{"off_lon": 130 + 0.01 * n, "off_lat": 40.0, "on_lon": None, "on_lat": None} for n in range(300)]
    ax = pictures.gaps(gaps_of([*rows, {"off_lon": -60.0, "off_lat": -50.0, "on_lon": None, "on_lat": None}]))
    assert ax.get_xlim()[1] - ax.get_xlim()[0] < 10
    assert "1 silence began outside of this map." in words(ax)


def test_durations_are_counted_by_what_is_thought_of_them() -> None:
    gaps = gaps_of(
        [
            *({"duration_h": 7.0, "p_switched_off": p} for p in (0.5, 0.49, 0.1, None)),
            {"duration_h": 300.0, "p_switched_off": 0.7, "open": True},
            {"duration_h": None},
        ]
    )
    ax = pictures.durations(gaps)
    counts = [sum(bar.get_height() for bar in bars) for bars in ax.containers]
    assert counts == [2, 2, 1]
    assert all(bar.get_hatch() for bar in ax.containers[2])
    assert ax.get_xscale() == "log"
    read = words(ax)
    assert "p ≥ 0.5: more likely switched off: 2 (40 %)" in read
    assert "1 silence of unknown duration: not counted." in read
    assert "1 silence not over yet: counted with the time that had passed so far." in read


def test_cells_are_coloured_where_enough_ships_tell_and_hatched_elsewhere() -> None:
    ax = pictures.reception(cells_of([0.2, None, 0.9]))
    assert found(ax, "told").get_array().tolist() == pytest.approx([0.2, 0.9])
    assert len(found(ax, "not told").get_paths()) == 1 and found(ax, "not told").get_hatch()
    assert "estimated chance that a ship is heard within an hour" in words(ax)
    assert "too few ships to tell" in words(ax)


def test_where_no_cell_tells_there_is_no_colour_bar() -> None:
    assert "estimated chance" not in words(pictures.reception(cells_of([None, None])))


def test_of_several_receivers_one_is_drawn_and_it_is_said() -> None:
    both = pd.concat([cells_of([0.2, 0.3], receiver="satellite"), cells_of([0.9], receiver="any")])
    ax = pictures.reception(both)
    assert found(ax, "told").get_array().tolist() == [0.9]
    assert "only 'any' is drawn" in words(ax)


def test_cells_across_the_antimeridian_lie_beside_one_another() -> None:
    ax = pictures.reception(cells_of([0.1, 0.2, 0.3, 0.4], west=179.5))
    x = np.concatenate([path.vertices[:, 0] for path in found(ax, "told").get_paths()])
    assert x.max() - x.min() == pytest.approx(1.0)


@pytest.mark.parametrize(
    "name", ["$\\frac{1}{$", "US$ $x_1$", "</text><script>alert(1)</script>", "A&B \x1b[31m\u202eX"]
)
def test_a_name_is_drawn_as_it_is_and_escaped(name: str) -> None:
    rows = track_of([0, 1, 9], [130, 130.1, 130.5], name=name)
    gaps = gaps_of([{"name": name}])
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        for ax in (
            pictures.track(rows, places=pd.DataFrame({"name": [name], "lat": [40.0], "lon": [130.2]})),
            pictures.timeline(gaps),
        ):
            root = ET.fromstring(written(ax))
            read = "".join(root.itertext())
            assert name.replace("\x1b", "").replace("\u202e", "")[:10] in read
            assert not [element for element in root.iter() if element.tag.endswith("script")]


def test_letters_that_the_font_lacks_are_replaced() -> None:
    ax = pictures.timeline(gaps_of([{"name": "МАРИЯ 万景峰 만경봉 \U0010fffd"}]))
    (label,) = [text.get_text() for text in ax.get_yticklabels()]
    assert label == "МАРИЯ WanJingFeng ManGyeong… (MMSI 273000001)"
    for kind in ("png", "svg", "pdf"):
        written(ax, kind)  # a missing glyph would warn


def test_probabilities_darken_evenly_so_that_a_grey_print_can_be_read() -> None:
    from ais_gaps.pictures import shades

    for colours in (shades.P_COLOURS, shades.HEARD_COLOURS):
        grey = [float(np.dot(to_rgb(colours(p)), (0.299, 0.587, 0.114))) for p in np.linspace(0, 1, 21)]
        assert (np.diff(grey) < -0.01).all()


def test_the_period_and_the_axis_are_utc_whatever_the_zone_of_the_reader() -> None:
    gaps = gaps_of([{"off_h": -0.5, "duration_h": 30.0}])
    with matplotlib.rc_context({"timezone": "Asia/Vladivostok"}):
        ax = pictures.timeline(gaps)
        written(ax)
        labels = [label.get_text() for label in ax.get_xticklabels()]
    assert "2024-02-29 to 2024-03-02 UTC" in ax.get_title(loc="left")
    midnight = [text for text, at in zip(labels, ax.get_xticks(), strict=True) if at % 1 == 0]
    assert midnight and all(":" not in text for text in midnight)
    local = gaps.assign(off_ts=gaps["off_ts"].dt.tz_convert("Asia/Vladivostok"))
    assert pictures.timeline(local).get_title(loc="left") == ax.get_title(loc="left")
    assert pd.Timestamp("2024-03-01", tz="UTC") == T0
