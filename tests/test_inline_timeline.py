"""The timeline of silences, read as the XML that its drawing is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ais_gaps import inline
from ais_gaps.inline import Inline
from ais_gaps.inline.times import MOST_SHIPS
from tests import inline_case as case

SVG = "{http://www.w3.org/2000/svg}"

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def svg(figure: Inline) -> ElementTree.Element:
    """The timeline's drawing, read as XML."""
    found = re.search(r'<svg xmlns="http://www.w3.org/2000/svg" class="times".*?</svg>', figure.page, re.DOTALL)
    assert found
    return ElementTree.fromstring(html_entities(found[0]))


def html_entities(text: str) -> str:
    """Jinja writes numeric entities only, which XML knows as well."""
    assert not re.search(r"&(?!#\d+;|amp;|lt;|gt;|quot;)", text)
    return text


def bars(figure: Inline) -> list[ElementTree.Element]:
    """The silences of a timeline."""
    return [e for e in svg(figure).iter(f"{SVG}rect") if "silence-bar" in e.get("class", "")]


@quick
@given(st.lists(case.any_gap(), min_size=1, max_size=25))
def test_a_timeline_is_xml_and_has_a_bar_for_every_silence(rows: list[dict[str, Any]]) -> None:
    figure = inline.timeline(case.gaps(*rows))
    found = bars(figure)
    ships = {row["mmsi"] for row in rows}
    assert len(ships) <= MOST_SHIPS
    assert len(found) == len(rows)
    unknown = sum(row["p_switched_off"] is None for row in rows)
    assert sum("p-unknown" in bar.get("class", "") for bar in found) == unknown
    arrows = [e for e in svg(figure).iter(f"{SVG}path") if e.get("class") == "silence-arrow"]
    assert len(arrows) == sum(row["open"] for row in rows)
    width = float(svg(figure).get("viewBox", "").split()[2])
    assert all(
        0 <= float(b.get("x", "nan")) <= float(b.get("x", "")) + float(b.get("width", "")) <= width for b in found
    )


def test_more_ships_than_a_timeline_has_rows_are_counted() -> None:
    rows = [case.gap(n, p_switched_off=n / 100) for n in range(60)]
    figure = inline.timeline(case.gaps(*rows))
    assert len(bars(figure)) == MOST_SHIPS
    assert f"And {60 - MOST_SHIPS} more ships" in figure.page
    assert "SHIP 59<" in figure.page and "SHIP 0<" not in figure.page


def test_observations_stand_with_the_ship_whose_number_they_give_and_no_other() -> None:
    seen = case.observations(
        {"obs_id": "A", "vessel_mmsis": [273_000_000], "vessels_named": ["SHIP 0"], "observed": "seen by MMSI"},
        {"obs_id": "B", "vessels_named": ["SHIP 0"], "observed": "seen by name alone"},
        {"obs_id": "C", "vessel_imos": [9_179_842], "vessels_named": ["SHIP 0"], "observed": "seen by IMO"},
        {"obs_id": "D", "kind": "nothing_seen", "observed": "nothing"},
        {
            "obs_id": "E",
            "date_start": case.T0.date() - timedelta(days=900),
            "date_end": case.T0.date() - timedelta(days=900),
        },
    )
    figure = inline.timeline(case.gaps(case.gap(imo=9_179_842)), observations=seen)
    bands = [e for e in svg(figure).iter(f"{SVG}g") if e.get("class") == "band"]
    told = [[e.get("aria-label", "") for e in band.iter(f"{SVG}g") if e.get("class") == "seen"] for band in bands]
    assert [len(some) for some in told] == [2, 2]
    assert all("MMSI" in said or "IMO" in said for said in told[0])
    assert "1 observation before or after that" in figure.page


def test_of_too_many_silences_the_most_telling_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [case.gap(n % 5, gap_id=f"{n:016x}", p_switched_off=[None, 0.2, 0.99][n % 3]) for n in range(40)]
    monkeypatch.setattr("ais_gaps.inline.times.MOST", 10)
    figure = inline.timeline(case.gaps(*rows))
    assert len(bars(figure)) == 10 and "10 of 40 silences are drawn" in figure.page
    assert all("p4" in bar.get("class", "") for bar in bars(figure))


def test_silences_at_the_same_time_lie_below_one_another_and_others_beside() -> None:
    apart = inline.timeline(case.gaps(case.gap(1), case.gap(1, off_ts=case.T0 + timedelta(hours=40))))
    assert len({bar.get("y") for bar in bars(apart)}) == 1
    together = inline.timeline(case.gaps(case.gap(1), case.gap(1, off_ts=case.T0 + timedelta(hours=20))))
    assert len({bar.get("y") for bar in bars(together)}) == 2


def test_a_bar_is_where_its_time_is() -> None:
    first, second = bars(inline.timeline(case.gaps(case.gap(0, duration_h=100.0), case.gap(50, duration_h=50.0))))
    left, right = float(first.get("x", "")), float(first.get("x", "")) + float(first.get("width", ""))
    assert float(second.get("x", "")) == pytest.approx((left + right) / 2, abs=0.1)
    assert float(second.get("width", "")) == pytest.approx((right - left) / 2, abs=0.1)
