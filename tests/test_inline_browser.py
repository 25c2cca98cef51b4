"""Figures in a real browser, off-line and in a frame of a notebook: they ask for nothing, complain of nothing, and can be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ais_gaps import inline
from ais_gaps.inline import Inline, framed
from ais_gaps.report.page import render
from tests import inline_case as case
from tests import page_case
from tests.browser import AXE, Browser, Opened, browser, chromium

__all__ = ["browser", "chromium"]

NOTE = "These reports are a reconstruction; no real AIS is in them."
HERE = [(42.0 + n / 20, 132.0 + n / 20) for n in range(30)]


def pacific() -> Inline:
    """Silences on both sides of the antimeridian and across it, with a track."""
    rows = [
        case.gap(0, off_lat=50.0, off_lon=176.0, on_lat=51.0, on_lon=-176.0),
        case.gap(1, off_lat=54.0, off_lon=-170.0, on_lat=53.0, on_lon=170.0, p_switched_off=None),
        case.still_dark(2, off_lat=48.0, off_lon=-179.9, p_switched_off=0.3),
    ]
    track = case.track((9, 0.0, [(45.0 + n / 30, (178.0 + n / 10 + 180) % 360 - 180) for n in range(40)]))
    return inline.gaps_map(case.gaps(*rows), track=track, notes=[NOTE])


FIGURES: dict[str, Callable[[], Inline]] = {
    "gaps": lambda: inline.gaps_map(case.gaps(case.gap(), case.still_dark(1, off_lat=45.0)), notes=[NOTE]),
    "pacific": pacific,
    "track": lambda: inline.track_map(
        case.track((1, 0.0, HERE), (1, 30.0, HERE[:1])), gaps=case.gaps(case.gap()), notes=[NOTE]
    ),
    "reach": lambda: inline.reach_map(
        case.reach({}, {"rank": 2, "place_id": "P2", "lat": 38.7}, {"leg": 2}), notes=[NOTE]
    ),
    "reception": lambda: inline.reception_map(case.cells(0.1, 0.5, None, 0.95), notes=[NOTE]),
    "observations": lambda: inline.observations_map(
        case.observations({}, {"kind": "nothing_seen", "lat": 43.0}), notes=[NOTE]
    ),
    "places": lambda: inline.places_map(
        case.places({}, {"place_id": "P2", "watched": False, "lat": 43.0}), notes=[NOTE]
    ),
    "timeline": lambda: inline.timeline(
        case.gaps(case.gap(), case.still_dark(1, p_switched_off=None)), observations=case.observations({}), notes=[NOTE]
    ),
    "nothing": lambda: inline.gaps_map(case.gaps(), notes=[NOTE]),
}


@pytest.fixture(scope="module")
def made() -> dict[str, Inline]:
    """Figures that were made already."""
    return {}


@pytest.fixture
def shown(browser: Browser, made: dict[str, Inline], tmp_path: Path) -> Callable[..., tuple[Opened, Any]]:
    """Shows a figure as a notebook does; the window, and the frame that the figure is in."""

    def show(name: str, figure: Inline | None = None, **window: Any) -> tuple[Opened, Any]:
        if figure is None:
            figure = made.get(name) or made.setdefault(name, FIGURES[name]())
        file = tmp_path / f"{name}.html"
        # No encoding is said: a figure must not need one.
        text = f"<!doctype html><html lang=en><title>A notebook</title><main><h1>Out</h1>{figure._repr_html_()}</main></html>"
        file.write_text(text, encoding="ascii")
        opened = browser.open(file, **window)
        opened.page.set_default_timeout(5_000)
        frame = opened.page.frames[1]
        frame.wait_for_load_state()
        if 'id="map-data"' in figure.page and window.get("scripts", True):
            frame.wait_for_selector("#map[data-ready]", state="attached", timeout=10_000)
        return opened, frame

    return show


@pytest.mark.parametrize("name", FIGURES)
def test_it_asks_for_nothing_and_says_what_must_be_said(shown: Any, name: str) -> None:
    opened, frame = shown(name, width=960)
    assert opened.quiet()
    assert frame.locator(".banner").is_visible() and NOTE in frame.locator(".banner").inner_text()
    height, needed = frame.evaluate("[innerHeight, document.querySelector('main').getBoundingClientRect().bottom]")
    assert needed <= height <= needed + 80
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("name", "dark", "width"),
    [
        ("pacific", True, 960),
        ("reach", False, 390),
        ("reception", True, 390),
        ("timeline", True, 960),
        ("timeline", False, 390),
    ],
)
def test_everybody_can_use_it(shown: Any, name: str, dark: bool, width: int) -> None:
    opened, frame = shown(name, dark=dark, width=width)
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    found = frame.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    assert [(v["id"], v["nodes"][0]["target"]) for v in found if v["impact"] in ("serious", "critical")] == []
    assert opened.quiet()
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_silences_have_signs_lines_and_land_and_tell_of_themselves(shown: Any) -> None:
    opened, frame = shown("gaps")
    assert frame.locator(".sign-at").count() == 3
    assert frame.locator("path.line-gap").count() == 1
    assert frame.evaluate("getComputedStyle(document.querySelector('path.line-gap')).strokeDasharray") != "none"
    assert frame.locator("path.land").evaluate("e => e.getAttribute('d').length") > 500
    assert "no path is known" in frame.locator("body").inner_text()
    frame.locator(".sign-at").first.focus()
    opened.page.keyboard.press("Enter")
    told = frame.locator(".leaflet-popup-content").inner_text()
    assert "SHIP" in told and "Probability of a choice 0.90: switched off" in told and "[+1.0]" in told
    opened.page.keyboard.press("Escape")
    frame.locator(".leaflet-popup").wait_for(state="detached")
    assert opened.quiet()


def test_lines_and_signs_stay_together_across_the_antimeridian(shown: Any) -> None:
    _, frame = shown("pacific", width=960)
    wide = frame.locator("#map").bounding_box()["width"]
    for path in frame.locator("path.line-gap, path.line-track").all():
        assert path.bounding_box()["width"] < wide
    xs = [sign.bounding_box()["x"] for sign in frame.locator(".sign-at").all()]
    assert len(xs) >= 5 and max(xs) - min(xs) < wide
    assert frame.locator("path.land").evaluate("e => e.getAttribute('d').length") > 500


def test_signs_that_would_lie_over_one_another_are_one_that_lists_them(shown: Any) -> None:
    rows = [case.gap(n, off_lon=132.0 + n / 1e4, on_lat=None, on_lon=None) for n in range(60)]
    opened, frame = shown("many", inline.gaps_map(case.gaps(*rows, case.gap(99, off_lat=30.0, off_lon=120.0))))
    assert frame.locator(".sign-at").count() == 3
    many = frame.locator(".sign-at[aria-label^='60 here']")
    many.click()
    assert frame.locator(".leaflet-popup-content .card").count() == 41
    assert "20 more here" in frame.locator(".leaflet-popup-content").inner_text()
    assert opened.quiet()


def test_a_leg_at_a_time(shown: Any) -> None:
    _, frame = shown("reach")
    assert frame.locator(".sign-at").count() == 2
    frame.locator("#view").select_option("1")
    assert frame.locator(".sign-at").count() == 1
    assert frame.locator(".spot-number").get_attribute("data-number") == "1"


def test_it_is_fitted_to_a_frame_that_gets_its_size_late(shown: Any) -> None:
    opened, frame = shown("gaps")
    apart = [sign.bounding_box()["x"] for sign in frame.locator(".sign-at").all()]
    opened.page.set_viewport_size({"width": 260, "height": 900})
    opened.page.wait_for_timeout(300)
    left, right = frame.locator("#map").bounding_box()["x"], 260
    close = [sign.bounding_box()["x"] for sign in frame.locator(".sign-at").all()]
    assert all(left < x < right for x in close)
    assert max(close) - min(close) < (max(apart) - min(apart)) * 0.9


def test_hostile_text_is_only_text(shown: Any) -> None:
    rows = [case.gap(n, name=text, cause=text, reasons=[text], off_place=text) for n, text in enumerate(case.HOSTILE)]
    seen = case.observations(*({"obs_id": t, "place": t, "observed": t, "publisher": t} for t in case.HOSTILE))
    for name, figure in (
        ("map", inline.gaps_map(case.gaps(*rows), notes=case.HOSTILE)),
        ("timeline", inline.timeline(case.gaps(*rows), observations=seen, notes=case.HOSTILE)),
        ("seen", inline.observations_map(seen, notes=case.HOSTILE)),
        ("frame", framed("<!doctype html><title>x</title><p>x", 100, case.HOSTILE[0])),
    ):
        opened, frame = shown(name, figure)
        for sign in frame.locator(".sign-at").all():
            sign.dispatch_event("click")
        assert opened.quiet()
        assert len(opened.page.frames) == 2
        assert frame.evaluate("document.querySelectorAll('img, b b, [onload], [onerror], iframe').length") == 0
        assert opened.page.evaluate("document.querySelectorAll('script, img, [onload]').length") == 0
        assert "\u202e" not in frame.locator("html").inner_text()


def test_the_frame_reaches_nobody(shown: Any) -> None:
    opened, frame = shown("gaps")
    assert frame.evaluate("(() => { try { return parent.document.title } catch (error) { return 'no' } })()") == "no"
    assert frame.evaluate("fetch('https://example.org').then(() => 'yes', () => 'no')") == "no"
    assert not [address for address in opened.requests if "example.org" not in address]


def test_a_dossier_in_a_frame_leads_to_its_own_parts(shown: Any) -> None:
    figure = framed(render(page_case.plain()), 700, "Dossier of ANGARA")
    opened, frame = shown("dossier", figure)
    frame.locator("nav a[href='#sources']").click()
    opened.page.wait_for_timeout(200)
    assert frame.url == "about:srcdoc"
    assert frame.evaluate("document.activeElement.id") == "sources"
    assert opened.quiet()


def test_a_source_opens_beside_the_notebook_and_the_dossier_can_be_saved(shown: Any) -> None:
    opened, frame = shown("dossier", framed(render(page_case.plain()), 700, "Dossier of ANGARA"))
    with opened.page.context.expect_page() as beside:
        frame.locator("a[href^='http']").first.evaluate("link => link.click()")
    assert beside.value is not opened.page
    assert frame.url == "about:srcdoc", "the frame stays what it was"
    assert frame.locator("h1").count() == 1
    with opened.page.expect_download() as saved:
        frame.locator("button:has-text('JSON'), a[download]").first.evaluate("button => button.click()")
    assert saved.value.suggested_filename.endswith(".json")


def test_it_can_be_read_without_scripts(shown: Any) -> None:
    _, frame = shown("gaps", scripts=False)
    assert "The map needs scripts" in frame.locator("#no-map").inner_text()
    frame.locator("summary").click()
    assert "SHIP 0" in frame.locator("details").inner_text()
