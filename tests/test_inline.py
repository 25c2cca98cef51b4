"""Figures for notebooks, as text: what is drawn, what is said, and that nothing from the data becomes more than text."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ais_gaps import inline
from ais_gaps.errors import UsageError
from ais_gaps.inline import Inline, drawing, framed
from ais_gaps.inline.rows import ship
from ais_gaps.report.page.unrolling import unrolled
from tests import inline_case as case

NOTE = "These reports are a reconstruction; no real AIS is in them."

ALL: dict[str, Callable[..., Inline]] = {
    "gaps": lambda **kw: inline.gaps_map(case.gaps(case.gap(), case.still_dark(1)), **kw),
    "track": lambda **kw: inline.track_map(case.track((1, 0.0, [(40.0, 130.0), (40.1, 130.1)])), **kw),
    "reach": lambda **kw: inline.reach_map(case.reach({}), **kw),
    "reception": lambda **kw: inline.reception_map(case.cells(0.9, None), **kw),
    "observations": lambda **kw: inline.observations_map(case.observations({}), **kw),
    "looks": lambda **kw: inline.observations_map(case.looks({}), **kw),
    "places": lambda **kw: inline.places_map(case.places({}), **kw),
    "timeline": lambda **kw: inline.timeline(case.gaps(case.gap(), case.still_dark(1)), **kw),
}
EMPTY: dict[str, Callable[..., Inline]] = {
    "gaps": lambda **kw: inline.gaps_map(case.gaps(), **kw),
    "track": lambda **kw: inline.track_map(case.track(), **kw),
    "reach": lambda **kw: inline.reach_map(case.reach(), **kw),
    "reception": lambda **kw: inline.reception_map(case.cells(), **kw),
    "observations": lambda **kw: inline.observations_map(case.observations(), **kw),
    "looks": lambda **kw: inline.observations_map(case.looks(), **kw),
    "places": lambda **kw: inline.places_map(case.places(), **kw),
    "timeline": lambda **kw: inline.timeline(case.gaps(), **kw),
}


class Read(HTMLParser):
    """Tags with their attributes, and the text outside of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in ("script", "style") else self._inside

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        self.text += "" if self._inside else data


def payload(figure: Inline) -> dict[str, Any]:
    """What the map's script is told."""
    found = re.search(r'id="map-data">(.*?)</script>', figure.page, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


@pytest.fixture(autouse=True, scope="module")
def plain_sea() -> Iterator[None]:
    """No land: it takes a second to make, and is tested in the browser."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("inline.figure", "reception.page.chart"):
            patch.setattr(f"ais_gaps.{module}.landmass", lambda *_: {"step": 0.001, "rings": []})
        yield


quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(st.lists(case.any_gap(), min_size=1, max_size=8), st.sampled_from(["gaps", "timeline"]))
def test_no_name_becomes_markup(rows: list[dict[str, Any]], kind: str) -> None:
    made = inline.timeline if kind == "timeline" else inline.gaps_map
    tame = [row | {"name": "SHIP" if ship({"name": row["name"]}) != ship({}) else None} for row in rows]
    wild, clean = (Read(made(case.gaps(*some)).page) for some in (rows, tame))
    assert [tag for tag, _ in wild.tags] == [tag for tag, _ in clean.tags]
    assert [sorted(attrs) for _, attrs in wild.tags] == [sorted(attrs) for _, attrs in clean.tags]


@quick
@given(
    st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=2, max_size=12),
    st.floats(-180, 180),
)
def test_a_line_never_jumps_around_the_world(points: list[tuple[float, float]], centre: float) -> None:
    parts = drawing.parted(points, centre)
    assert parts
    for part in parts:
        assert all(abs(lon - centre) <= 180.0002 for _, lon in part)
        assert all(abs(a[1] - b[1]) <= 180.0002 for a, b in pairwise(part))
    corners = {point for part in parts for point in part}
    for lat, lon in points:
        assert (round(max(-85.0, min(lat, 85.0)), 4), round(unrolled(lon, centre), 4)) in corners
    for before, after in pairwise(parts):
        assert before[-1][0] == after[0][0]
        assert abs(before[-1][1] - after[0][1]) == pytest.approx(360, abs=0.001)


@settings(max_examples=15, deadline=None)
@given(st.lists(case.any_gap(), min_size=1, max_size=20))
def test_a_silence_is_where_it_began_and_ended_or_counted_as_without_a_place(rows: list[dict[str, Any]]) -> None:
    def here(row: dict[str, Any], edge: str) -> bool:
        lat, lon = row[f"{edge}_lat"], row[f"{edge}_lon"]
        return lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180

    figure = inline.gaps_map(case.gaps(*rows))
    placed = [row for row in rows if here(row, "off") or here(row, "on")]
    without = len(rows) - len(placed)
    said = re.search(r"([\d,]+) silences? without a position (?:is|are) not drawn", figure.page)
    if not placed:
        assert "None of them has a position." in figure.page
        return
    told = payload(figure)
    assert len(told["cards"]) == len(placed)
    assert len(told["spots"]) == sum(here(row, edge) for row in rows for edge in ("off", "on"))
    assert sum(path[0] == "gap" for path in told["paths"]) == sum(here(r, "off") and here(r, "on") for r in rows)
    assert all(path[2] == "not heard; no path is known" for path in told["paths"])
    assert (int(said[1]) if said else 0) == without


@pytest.mark.parametrize("name", ALL)
def test_notes_stand_on_the_figure_and_are_said(name: str) -> None:
    for made in (ALL[name], EMPTY[name]):
        figure = made(notes=(NOTE, NOTE, "<b>Second</b>"))
        assert Read(figure.page).text.count(NOTE) == 1
        assert "<b>Second</b>" in Read(figure.page).text
        assert NOTE in figure.said
        assert figure.height_px > made().height_px


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_is_a_figure_that_says_so(name: str) -> None:
    figure = EMPTY[name]()
    assert re.search(r"There (is|are) no", Read(figure.page).text)
    assert "map-data" not in figure.page and "<script>" not in figure.page
    assert figure.height_px < 200 and len(figure.page) < 60_000
    assert repr(figure)


@pytest.mark.parametrize("name", ALL)
def test_a_figure_shows_in_a_frame_that_holds_it_whole(name: str) -> None:
    figure = ALL[name](notes=case.HOSTILE)
    ((tag, attrs),) = Read(figure._repr_html_()).tags
    assert tag == "iframe"
    assert set(attrs) == {"srcdoc", "sandbox", "title", "loading", "style"}
    assert attrs["srcdoc"] == figure.page
    assert attrs["sandbox"] == "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"
    assert attrs["title"] == figure.said == repr(figure)
    assert f"height:{figure.height_px}px" in str(attrs["style"])
    assert len(figure.page) < 500_000


@pytest.mark.parametrize("name", ALL)
def test_a_figure_asks_nobody_for_anything(name: str) -> None:
    page = ALL[name]().page
    assert "default-src 'none'" in page and "unsafe" not in page.split("<style>")[0]
    tags = Read(page).tags
    assert not [attrs for _, attrs in tags if attrs.get("src") or str(attrs.get("href", "#"))[0] != "#"]
    assert not re.search(r"url\((?!#)|@import|sourceMappingURL", page)


def test_it_is_saved_whole_as_html_only(tmp_path: Path) -> None:
    figure = framed("<!doctype html><p>\u00e4</p>", 300, "Words\u202e and\nlines")
    assert figure.said == "Words and lines"
    assert figure.save(tmp_path / "a.html").read_text(encoding="utf-8") == figure.page
    assert figure.save(str(tmp_path / "b.HTML")) == tmp_path / "b.HTML"
    for name in ("a.svg", "a", "html", ".html"):
        with pytest.raises(UsageError, match=r"\.html"):
            figure.save(tmp_path / name)
    with pytest.raises(UsageError, match="no folder"):
        figure.save(tmp_path / "none" / "a.html")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.html", "b.HTML"]


def test_importing_is_light() -> None:
    heavy = "{'pandas', 'pyarrow', 'numpy', 'duckdb', 'shapely', 'jinja2', 'geopandas'}"
    said = f"import sys, ais_gaps.inline; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout == "[]\n"
    assert all(callable(getattr(inline, name)) for name in inline.__all__)
    with pytest.raises(AttributeError, match="heatmap"):
        _ = inline.heatmap


def test_no_line_lies_over_a_silence_nor_over_a_move_that_no_ship_makes() -> None:
    hourly = [(40.0 + n / 10, 130.0) for n in range(5)]
    near = inline.track_map(case.track((1, 0.0, hourly), (1, 7.0, hourly)))
    apart = inline.track_map(case.track((1, 0.0, hourly), (1, 8.0, hourly)))
    assert len(payload(near)["paths"]) == 1
    assert len(payload(apart)["paths"]) == 2
    assert "No line is drawn over 6 hours" in apart.page and "No line is drawn" not in near.page
    spoofed = inline.track_map(case.track((1, 0.0, [(40.0, 130.0), (40.1, 130.0), (45.0, 130.0), (45.1, 130.0)])))
    assert len(payload(spoofed)["paths"]) == 2


def test_two_ships_on_one_map_have_their_own_lines_and_a_lone_report_is_a_dot() -> None:
    figure = inline.track_map(case.track((1, 0.0, [(40.0, 130.0), (40.1, 130.0)]), (2, 0.0, [(41.0, 130.0)])))
    told = payload(figure)
    assert [path[0] for path in told["paths"]] == ["track track-0"]
    assert sum(spot[2] == "lone" for spot in told["spots"]) == 1
    assert "Heard: MMSI 2" in Read(figure.page).text


def test_a_moored_ship_of_many_reports_is_thinned_and_said_to_be() -> None:
    points = [(42.0 + (n * 7919 % 101) / 1e5, 132.0 + (n * 104729 % 97) / 1e5) for n in range(20_000)]
    figure = inline.track_map(case.track((1, 0.0, points), minutes=1.0))
    drawn = sum(len(part) for path in payload(figure)["paths"] for part in path[3])
    assert drawn < 5_000
    assert re.search(r"thinned for drawing: [\d,]+ of 20,000 reports", figure.page)
    assert len(figure.page) < 500_000


def test_of_too_many_silences_the_most_telling_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [case.gap(n, p_switched_off=[None, 0.2, 0.99][n % 3], duration_h=6.0 + n % 7) for n in range(40)]
    monkeypatch.setattr("ais_gaps.inline.gaps.MOST", 10)
    figure = inline.gaps_map(case.gaps(*rows))
    assert "10 of 40 silences are drawn" in figure.page
    cards = payload(figure)["cards"]
    assert len(cards) == 10 and all("0.99" in card[1][1] for card in cards)
    wanted = sorted((r["duration_h"] for r in rows if r["p_switched_off"] == 0.99), reverse=True)[:10]
    assert [float(re.findall(r"([\d.]+) hours", card[1][0])[0]) for card in cards] == wanted


def test_unknown_is_not_low_and_not_coloured() -> None:
    figure = inline.gaps_map(case.gaps(case.gap(0, p_switched_off=None), case.gap(1, p_switched_off=0.0)))
    signs = [spot[2] for spot in payload(figure)["spots"]]
    assert sorted(signs) == ["on", "on", "p-unknown", "p0"]
    assert "Probability of a choice not known" in figure.page
    cells = payload(inline.reception_map(case.cells(0.0, None, 0.95)))["cells"]
    assert [cell[4] for cell in cells] == [0, -1, 5]


def test_reach_is_not_a_visit() -> None:
    rows = ({}, {"rank": 2, "place_id": "P2", "place": "Nampo", "lat": 38.7, "lon": 125.4}, {"leg": 2})
    figure = inline.reach_map(case.reach(*rows))
    assert "can have called at: not that she did" in figure.said
    told = payload(figure)
    assert [(spot[4], spot[6], spot[7]) for spot in told["spots"]] == [
        ("Rajin port", 1, 0),
        ("Nampo", 2, 0),
        ("Rajin port", 1, 1),
    ]
    assert len(told["views"]) == 2
    assert payload(inline.reach_map(case.reach({})))["views"] == []


def test_an_observation_without_a_position_is_drawn_at_its_place_and_said_to_be() -> None:
    rows = case.observations(
        {"obs_id": "A", "lat": None, "lon": None, "place_ids": ["P0", "P1"]}, {"obs_id": "B", "lat": None, "lon": None}
    )
    alone = inline.observations_map(rows)
    assert "None of them has a position" in alone.page
    figure = inline.observations_map(rows, places=case.places({}))
    assert [spot[:2] for spot in payload(figure)["spots"]] == [[42.2, 130.3]]
    assert "1 without a position is not drawn" in figure.page
    assert "the sign stands at the place that it names" in figure.page


def test_places_have_their_radius_or_their_outline() -> None:
    outline = shapely.box(179.0, -20.0, 180.0, -19.0).wkb
    figure = inline.places_map(
        case.places({}, {"place_id": "P2", "lat": -19.5, "lon": 179.5, "radius_nm": None, "geometry": outline})
    )
    round_, drawn = sorted(payload(figure)["areas"], key=len, reverse=True)
    assert round_[2] == 9260
    assert len(drawn[1][0]) == 5


def test_rows_that_have_been_a_data_frame_are_drawn_alike() -> None:
    rows = case.gaps(case.gap(), case.gap(1, imo=9_179_842), case.still_dark(2))
    back = pa.Table.from_pandas(rows.to_pandas().assign(extra="more"))
    assert payload(inline.gaps_map(back)) == payload(inline.gaps_map(rows))
    assert inline.timeline(back).page == inline.timeline(rows).page
    few = rows.select(["mmsi", "off_ts", "off_lat", "off_lon"])
    assert len(payload(inline.gaps_map(few))["spots"]) == 3


def test_what_stands_in_the_page_is_escaped_in_the_frame() -> None:
    figure = framed(f"<p>{html.escape(case.HOSTILE[0])}</p>", 100, case.HOSTILE[1])
    ((_, attrs),) = Read(figure._repr_html_()).tags
    assert attrs["srcdoc"] == figure.page
    assert attrs["title"] == case.HOSTILE[1]
