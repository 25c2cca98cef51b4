"""The page as text: it says all that the dossier says, proves where from, and nothing in the data becomes markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.dossier.model import Citation, Finding, Series, SeriesValue, Statement
from ais_gaps.report.page import chart, folding, marks, render, showing, summary, timeline
from ais_gaps.report.page.anchors import Anchors
from ais_gaps.report.page.axis import MOST_TICKS, Axis
from ais_gaps.report.page.landmass import landmass
from tests import page_case as case

ALL = (case.full, case.plain, case.nothing, case.many, case.hostile, case.antimeridian)
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Parsed(HTMLParser):
    """Tags, attributes, visible text and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: set[tuple[str, str]] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.said: list[str] = []
        self.headings: list[int] = []
        self.policy = ""
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        found = dict(attrs)
        self.attributes |= {(tag, name) for name in found}
        if "id" in found:
            self.ids.append(str(found["id"]))
        if tag == "a" and "href" in found:
            self.links.append(str(found["href"]))
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(found["content"])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "script":
            self.scripts.append("data" if found.get("type") else "")
        if tag == "style":
            self.styles.append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "script" and self.scripts[-1] != "data":
            self.scripts[-1] += data
        elif inside == "style":
            self.styles[-1] += data
        elif inside != "script":
            self.said.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.said))


@cache
def page(made: Any) -> str:
    return render(made())


@cache
def parsed(made: Any) -> Parsed:
    return Parsed(page(made))


# -- what it says ------------------------------------------------------------------------------------------------------


def statements(value: Any) -> list[str]:
    """Texts of all statements, findings and remarks of a dossier as JSON."""
    found = []
    if isinstance(value, dict):
        if isinstance(value.get("text"), str) and value["text"]:
            found.append(value["text"])
        for name, item in value.items():
            if name != "gap":
                found += statements(item)
    elif isinstance(value, list):
        for item in value:
            found += statements(item)
    return found


@pytest.mark.parametrize("made", [case.full, case.plain, case.nothing, case.antimeridian])
def test_every_statement_of_the_dossier_stands_on_the_page(made: Any) -> None:
    # The map in words says many things again: they must stand in their sections too.
    text = Parsed(re.sub(r"<summary>The map in words.*?</details>", "</details>", page(made), flags=re.DOTALL)).text
    told = json.loads(made().to_json())
    fixes = {fix["text"] for s in told["silences"] for leg in s["legs"] for fix in (leg["start"], leg["end"]) if fix}
    for said in set(statements(told)) - fixes:
        assert re.sub(r"\s+", " ", said) in text, said


def test_the_sections_stand_in_the_order_in_which_a_reader_asks() -> None:
    ids = parsed(case.full).ids
    order = ["short", "map", "timeline", "who", "listed", "silent", "where", "seen", "context", "disagree", "limits"]
    assert [ids.index(name) for name in [*order, "sources", "made"]] == sorted(
        ids.index(name) for name in [*order, "sources", "made"]
    )


def test_the_reconstruction_is_said_before_anything_else() -> None:
    text = parsed(case.full).text
    assert 0 < text.index("reconstruction from public facts") < text.index("Who is she?") < text.index("181.1 days")


def test_each_row_of_a_hull_says_that_it_is_not_attached_to_her() -> None:
    assert page(case.full).count("None of these ships is attached to her.") == sum(
        any(group.role == "unnamed" for group in silence.groups) for silence in case.full().silences
    )


def test_candidates_without_a_group_are_told_with_the_same_sentence() -> None:
    silence = case.full().silences[0]
    bare = replace(silence, groups=tuple(group for group in silence.groups if group.role != "unnamed"))
    text = Parsed(render(replace(case.full(), silences=(bare,)))).text
    assert "None of these ships is attached to her." in text
    assert silence.candidates[0].finding.text in text


def test_a_summary_counts_what_the_dossier_holds_and_says_only_what_it_says() -> None:
    dossier = case.full()
    assert [(f.value, f.unit) for f in summary.figures(dossier)] == [
        ("181.1", "days"),
        ("3", "sightings"),
        ("12", "unnamed ships"),
        ("2", "looks"),
    ]
    known = set(statements(json.loads(dossier.to_json())))
    for line in summary.lines(dossier):
        if line.label != "Not to be confused with":
            for statement in line.statements:
                assert statement.text in known or statement.text.split(", ", 1)[1] in known


@pytest.mark.parametrize("made", ALL)
def test_every_link_within_the_page_leads_somewhere_and_each_id_is_there_once(made: Any) -> None:
    found = parsed(made)
    assert [name for name, count in Counter(found.ids).items() if count > 1] == []
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)


def test_every_id_of_a_row_with_a_source_is_a_link_to_it() -> None:
    dossier, text = case.plain(), page(case.plain)
    for number, citation in enumerate(dossier.citations, 1):
        assert f'<a href="#source-{number}">{citation.ref}</a>' in text, citation.ref


def test_each_source_has_its_link_and_each_file_its_hash() -> None:
    text = page(case.full)
    for citation in case.full().citations:
        if citation.url:
            assert f'href="{showing.href(citation.url)}" rel="noopener noreferrer nofollow"' in text
    for source in (*case.full().provenance.sources, *case.full().evidence):
        assert source.sha256 is not None and source.sha256 in text


@pytest.mark.parametrize("made", ALL)
def test_headings_descend_one_level_at_a_time(made: Any) -> None:
    levels = parsed(made).headings
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_hundreds_of_silences_are_folded() -> None:
    dossier = case.many()
    assert len(folding.in_full(dossier.silences)) == folding.IN_FULL
    assert "294 more silences, in a line each" in parsed(case.many).text
    folded = page(case.many)[page(case.many).index('<details class="rest">') :]
    folded = Parsed(folded[: folded.index("</details>")]).text
    for number, silence in enumerate(dossier.silences, 1):
        if number not in folding.in_full(dossier.silences):
            assert silence.when.text in folded and silence.where.text in folded
    assert len(page(case.many)) < 1_600_000


def test_a_silence_that_names_her_is_never_folded() -> None:
    silences = (*case.many().silences[:50], case.full().silences[0], *case.many().silences[50:])
    assert 51 in folding.in_full(silences)
    assert folding.main(silences) == 51


def test_a_leg_that_tells_nothing_is_a_line_and_one_that_tells_something_a_table() -> None:
    silence = case.full().silences[0]
    leg = silence.legs[0]
    assert folding.says_nothing(leg)
    line = "Within reach, as all places reckoned with are, by way out"
    assert page(case.full).index(line) < page(case.full).index("Ways and times of each place")
    short = replace(leg, reach=tuple(replace(place, slack_h=20.0, sure_slack_h=None) for place in leg.reach))
    text = render(replace(case.full(), silences=(replace(silence, legs=(short,)),)))
    assert line not in text and "Ways and times of each place" not in text
    told = Parsed(text).text
    assert "98.6 nm" in told or "99 nm" in told
    alone = replace(leg, reach=short.reach[:1])
    one = Parsed(render(replace(case.full(), silences=(replace(silence, legs=(alone,)),)))).text
    assert "the only one" in one and "52 %" not in one
    assert "20.0 hours" in told and "2023-08-10 15:40" in told and "52 %" in told


# -- the same bytes, and nothing from outside -----------------------------------------------------------------------


def test_the_same_dossier_gives_the_same_bytes() -> None:
    assert render(case.full()) == page(case.full)


@pytest.mark.parametrize("made", ALL)
def test_only_what_stands_in_the_page_may_run(made: Any) -> None:
    found = parsed(made)
    directives = dict(part.strip().split(" ", 1) for part in found.policy.split(";"))
    assert directives["default-src"] == "'none'"
    run = [script for script in found.scripts if script != "data"]
    assert directives["script-src"].split() == [f"'sha256-{digest(script)}'" for script in run]
    assert directives["style-src"].split() == [f"'sha256-{digest(style)}'" for style in found.styles]
    assert "unsafe" not in found.policy and "http" not in found.policy


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@pytest.mark.parametrize("made", ALL)
def test_nothing_in_it_is_fetched_and_no_handler_or_style_stands_in_markup(made: Any) -> None:
    found = parsed(made)
    names = {name for _, name in found.attributes}
    assert not {name for name in names if name.startswith("on")} | (
        names & {"src", "srcset", "style", "background", "ping"}
    )
    assert not set(found.tags) & {"img", "iframe", "object", "embed", "link", "base", "form", "video", "audio"}
    assert not re.search(r"url\((?!#)|@import|sourceMappingURL", "".join(found.styles) + "".join(found.scripts))


def test_the_page_stays_small() -> None:
    assert len(page(case.full).encode()) < 1_500_000
    assert len(page(case.nothing).encode()) < 300_000


# -- hostile ---------------------------------------------------------------------------------------------------------


def test_names_add_no_tag_and_no_attribute_and_end_no_script() -> None:
    clean, bad = parsed(case.full), parsed(case.hostile)
    assert set(bad.tags) <= set(clean.tags)
    assert bad.attributes <= clean.attributes
    assert [s for s in bad.scripts if s != "data"] == [s for s in clean.scripts if s != "data"]
    assert "<script>alert(1)</script>" in bad.text


def test_no_control_and_no_bidirectional_mark_is_in_any_page() -> None:
    for made in ALL:
        hidden = {c for c in page(made) if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t"}
        assert hidden == set()


def test_only_plain_web_addresses_are_links() -> None:
    links = [link for link in parsed(case.hostile).links if not link.startswith("#")]
    assert links and all(re.match(r"https?://[^\s<>\"]+$", link) for link in links)


@given(st.text(), st.text(alphabet="htps:/.javscriptd \t\n\x00\u202e<>\"'&@#?[]", max_size=40))
def test_an_address_is_a_link_only_where_a_browser_goes_to_the_web(anything: str, likely: str) -> None:
    for url in (anything, likely, f"https://{likely}", f"javascript:{likely}", f" {likely}"):
        address = showing.href(url)
        if address is not None:
            assert re.match(r"https?://", url, re.IGNORECASE)
            assert not set(address) & set("<>\"' \t\n\x00\u202e")


NO_ADDRESS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "//example.org",
    "",
)
BAD_ADDRESS = (
    "https://",
    "https:///x",
    "http://[",
    "ftp://e.org/",
    "/etc/passwd",
    "https://e.org/\u202e",
    "https://e.org/" + "a" * 3000,
)


@pytest.mark.parametrize("url", [*NO_ADDRESS, *BAD_ADDRESS, None])
def test_what_is_no_web_address_is_no_link(url: str | None) -> None:
    assert showing.href(url) is None


LEAVES = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_embedded_json_ends_no_script_and_is_what_it_was(value: Any) -> None:
    text = showing.embedded(value)
    assert text.isascii() and not set(text) & set("<>&")
    assert json.loads(text) == json.loads(json.dumps(value))


@given(st.text(max_size=200))
def test_shown_text_is_on_one_line_and_hides_nothing(text: str) -> None:
    assert not [c for c in showing.shown(text) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(st.text(min_size=1, max_size=60))
def test_any_name_can_be_shown(name: str) -> None:
    dossier = replace(
        case.nothing(), title=name, who=(Statement(name, (name,)),), citations=(Citation(name, name, name, name, name),)
    )
    found = Parsed(render(dossier))
    assert set(found.tags) <= set(parsed(case.full).tags)
    assert re.sub(r"\s+", " ", showing.shown(name)).strip() in found.text


def test_the_dossier_in_the_page_is_the_dossier() -> None:
    (held,) = re.findall(r'<script type="application/json" id="dossier-data">(.*?)</script>', page(case.full))
    assert json.loads(held) == json.loads(case.full().to_json())


# -- time ------------------------------------------------------------------------------------------------------------

moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(moments, st.floats(0.02, 400_000))
def test_an_axis_keeps_order_and_has_a_few_ticks(start: datetime, hours: float) -> None:
    axis = Axis.around(start, start + timedelta(hours=hours))
    assert 0 < axis.x(start) <= axis.x(start + timedelta(hours=hours)) < 100
    assert axis.x(start - timedelta(days=90_000)) == 0 and axis.x(start + timedelta(days=90_000)) == 100
    ticks = axis.ticks()
    assert len(ticks) <= MOST_TICKS + 1
    assert [tick.x for tick in ticks] == sorted(tick.x for tick in ticks)
    labelled = [tick for tick in ticks if tick.label]
    assert ticks[:1] == tuple(labelled[:1])
    assert all(before.x + 0.9 * len(before.label) < after.x for before, after in pairwise(labelled))


def test_ticks_say_the_year_where_the_axis_begins_and_where_it_turns() -> None:
    axis = Axis.around(datetime(2023, 8, 10, tzinfo=UTC), datetime(2024, 2, 7, tzinfo=UTC))
    labels = [tick.label for tick in axis.ticks()]
    assert labels == ["Sep 2023", "Oct", "Nov", "Dec", "Jan 2024", "Feb"]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30), st.text("ab ", max_size=20)), max_size=30))
def test_marks_in_a_lane_do_not_lie_over_one_another(drawn: list[tuple[float, float, str]]) -> None:
    made = [marks.Mark(x, min(x + wide, 100), "named", f"{n}", label=label) for n, (x, wide, label) in enumerate(drawn)]
    lane = marks.stacked("named", "x", made)
    assert Counter(mark.title for mark in lane.marks) == Counter(mark.title for mark in made)
    assert marks.ROW <= lane.height <= marks.MOST_ROWS * marks.ROW
    assert len(drawn) > marks.MOST_ROWS or all(
        bool(mark.label) == bool(drawn[int(mark.title)][2]) for mark in lane.marks
    )
    for row in range(marks.MOST_ROWS - 1):
        spans = sorted(span(mark) for mark in lane.marks if mark.y == row * marks.ROW)
        assert all(before[1] <= after[0] + 0.01 for before, after in pairwise(spans))


def span(mark: marks.Mark) -> tuple[float, float]:
    words = len(mark.label) * marks.LETTER
    left, right = (edge * marks.NARROWEST / 100 for edge in (mark.x, mark.to))
    return (left - 8 - words, right + 8) if mark.label_left else (left - 8, right + 8 + words)


def test_a_day_is_a_sign_and_a_month_a_bar() -> None:
    dossier = case.full()
    line = timeline.of_silence(dossier, 1, Anchors(dossier))
    (named,) = [lane for lane in line.lanes if lane.key == "named"]
    wide = {mark.title[:10]: mark.wide for mark in named.marks}
    assert wide == {
        "2023-09-12": False, "2023-12-09": False, "2024-01-08": False, "~2023-09-0": True, "2023-09-07": True, "~2024-01-0": True
    }  # fmt: skip
    (hulls,) = [lane for lane in line.lanes if lane.key == "hulls"]
    assert len(hulls.marks) == 12 and all(not mark.label for mark in hulls.marks)
    assert line.lanes[0].key == "ais"


def test_a_listing_is_drawn_from_the_day_that_its_statement_says() -> None:
    axis = Axis.around(datetime(2023, 8, 10, tzinfo=UTC), datetime(2024, 2, 7, tzinfo=UTC))
    said = (
        "US (X) since 2022-05-08: A.",
        "EU since 2024-06-25.",
        "No date.",
        "UK since 2023-99-99.",
        "CH since 2023-09-01 until 2023-10-01: B.",
    )
    lane = marks.of_listings([Statement(text) for text in said], axis)
    assert [(mark.label, mark.x == 0, mark.to == 100) for mark in lane.marks] == [
        ("US (X) since 2022-05-08", True, True),
        ("CH since 2023-09-01 until 2023-10-01", False, False),
    ]


def test_columns_of_a_series_are_as_high_as_their_values() -> None:
    values = [
        SeriesValue(date(2023, 1, n), date(2023, 1, n), v, None, "x", None, None, (), ())
        for n, v in ((1, 10.0), (5, 40.0), (9, None))
    ]
    line = timeline.of_series(Series("P", "railcars", "railcars", Statement("s"), tuple(values)))
    assert line is not None
    low, high = line.lanes[0].marks
    assert high.height == pytest.approx(4 * low.height, abs=2)


# -- place -----------------------------------------------------------------------------------------------------------


def test_points_at_one_place_are_one_spot() -> None:
    payload = chart.Chart(case.full(), Anchors(case.full())).payload()
    (rajin,) = [spot for spot in payload["spots"] if spot["name"] == "Rajin port"]
    roles = Counter(item["role"] for item in rajin["items"])
    assert roles["hull"] == 12 and roles["sighting"] >= 2 and roles["nothing_seen"] == 2
    drawn = sum(len(spot["items"]) for spot in payload["spots"]) + len(payload["shapes"])
    assert drawn == len(chart.Chart(case.full(), Anchors(case.full())).features)


def test_a_spot_bears_the_name_of_what_was_seen_there_not_of_where_a_leg_began() -> None:
    silence = case.full().silences[0]
    refs = silence.groups[0].findings[0].refs
    leg = replace(silence.legs[0], text=Statement("x", refs))
    dossier = replace(case.full(), silences=(replace(silence, legs=(leg,)),))
    names = {(s["lat"], s["lon"]): s["name"] for s in chart.Chart(dossier, Anchors(dossier)).payload()["spots"]}
    assert names[(41.7667, 129.8167)] == "Chongjin"


@given(st.lists(st.floats(-180, 180), min_size=1, max_size=8))
def test_the_map_is_unrolled_opposite_of_the_widest_empty_stretch(lons: list[float]) -> None:
    centre = chart.centre_of(lons)
    assert -180 <= centre <= 180
    unrolled = [chart.unrolled(lon, centre) for lon in lons]
    assert all(abs(u - centre) <= 180.001 for u in unrolled)
    around = sorted(lon % 360 for lon in lons)
    widest = max(b - a for a, b in zip(around, [*around[1:], around[0] + 360], strict=True))
    assert max(unrolled) - min(unrolled) <= 360 - widest + 0.01


def test_across_the_antimeridian_the_map_runs_on() -> None:
    dossier = case.antimeridian()
    drawn = chart.Chart(dossier, Anchors(dossier))
    west, south, east, north = drawn.bounds() or (0.0,) * 4
    assert (round(west), round(south), round(east), round(north)) in {(178, 52, 184, 53), (-182, 52, -176, 53)}


def decoded(land: dict[str, Any]) -> Any:
    """The polygons of the page's land, read as its script reads them."""
    import numpy as np
    import shapely

    polygons = []
    for rings in land["rings"]:
        drawn = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) * land["step"] for ring in rings if len(ring) >= 6]
        if drawn:
            polygons.append(shapely.Polygon(drawn[0], drawn[1:]))
    return shapely.make_valid(polygons)


@pytest.mark.parametrize(
    ("bounds", "dry", "wet"),
    [
        ((129.0, 34.0, 133.0, 43.5), [(127.0, 37.5), (135.5, 34.7), (20.0, 50.0)], [(131.0, 40.0), (-150.0, 0.0)]),
        ((178.0, 51.0, 184.0, 53.0), [(172.9, 63.5), (199.0, 62.0)], [(181.0, 50.0)]),
    ],
)
def test_land_is_where_land_is(
    bounds: tuple[float, float, float, float], dry: list[tuple[float, float]], wet: list[tuple[float, float]]
) -> None:
    import shapely

    land = landmass(bounds, (bounds[0] + bounds[2]) / 2, [])
    shapes = shapely.union_all(decoded(land))
    centre = (bounds[0] + bounds[2]) / 2
    for points, is_dry in ((dry, True), (wet, False)):
        for lon, lat in points:
            assert shapely.contains_xy(shapes, chart.unrolled(lon, centre), lat) == is_dry, (lon, lat)
    assert len(json.dumps(land, separators=(",", ":"))) < 600_000


def test_land_is_fine_around_what_is_far_apart() -> None:
    land = landmass((18.0, -35.0, 132.0, 43.0), 75.0, [(-34.2, 18.4), (42.88, 132.34)])
    assert len(json.dumps(land, separators=(",", ":"))) < 700_000


def test_a_view_for_each_leg_of_what_is_cut() -> None:
    views = chart.Chart(case.full(), Anchors(case.full())).payload()["views"]
    assert [(view.get("silence"), view.get("leg")) for view in views][:6] == [
        (None, None),
        (1, None),
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
    ]


def test_a_finding_in_two_roles_is_one_row() -> None:
    dossier = case.full()
    anchors = Anchors(dossier)
    found: Finding = dossier.silences[0].candidates[0].finding
    assert anchors.take(1, found.refs) is not None
    assert anchors.take(1, found.refs) is None
    assert anchors.row(1, found.refs) is not None


def test_a_dossier_with_nothing_says_so() -> None:
    text = parsed(case.nothing).text
    for words in (
        "No silence longer than the threshold",
        "so there is no map",
        "No publication is cited",
        "No other vessel of her name",
    ):
        assert words in text
