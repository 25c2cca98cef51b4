"""The page in a real browser, off-line: it asks for nothing, complains of nothing, and can be used by everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ais_gaps.dossier.model import Dossier
from ais_gaps.report.page import render
from tests import page_case as case
from tests.browser import WIDTHS, Browser, Opened, browser, chromium

__all__ = ["browser", "chromium"]

SECTIONS = ("short", "who", "listed", "silent", "where", "seen", "context", "disagree", "limits", "sources", "made")
CASES = {
    made.__name__: made
    for made in (case.full, case.plain, case.nothing, case.many, case.hostile, case.antimeridian, case.judged)
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Pages as files, each rendered once."""
    folder = tmp_path_factory.mktemp("pages")

    def file(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            dossier: Dossier = CASES[name]()
            path.write_text(render(dossier), encoding="utf-8")
        return path

    return file


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CASES)
def test_it_asks_for_nothing_and_fits(browser: Browser, written: Any, name: str, width: int) -> None:
    opened = browser.open(written(name), width=width)
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for section in SECTIONS:
        box = page.locator(f"#{section}").bounding_box()
        assert box["width"] > 300 and box["height"] > 20, section
        assert page.locator(f"#{section} h2").count() == 1
    assert opened.quiet()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_has_size_land_and_what_was_found(browser: Browser, written: Any, width: int) -> None:
    page = browser.open(written("full"), width=width).page
    box = page.locator("#map").bounding_box()
    assert box["width"] > 300 and box["height"] > 300
    land = page.locator("#map path.land").bounding_box()
    assert land["width"] > 100 and land["height"] > 100
    assert painted(page, "#map path.land") not in painted(page, "#map")
    for shape in (
        "path.line-gap",
        "path.line-track",
        "path.area",
        ".sign-sighting",
        ".sign-hull",
        ".sign-nothing_seen",
    ):
        assert page.locator(f"#map {shape}").count() >= 1, shape
    assert "Natural Earth" in page.locator("#map .leaflet-control-attribution").inner_text()
    assert "nm" in page.locator("#map .scale").inner_text()
    assert page.get_by_text("not heard; no path is known", exact=True).is_visible()


def test_the_silence_is_dashed_and_the_track_is_not(browser: Browser, written: Any) -> None:
    page = browser.open(written("full")).page
    dash = "getComputedStyle(document.querySelector('{}')).strokeDasharray"
    assert page.evaluate(dash.format("#map path.line-gap")) != "none"
    assert page.evaluate(dash.format("#map path.line-track")) == "none"


def test_dozens_at_one_place_are_one_sign_that_lists_them(browser: Browser, written: Any) -> None:
    page = browser.open(written("full")).page
    sign = page.locator("#map .leaflet-marker-icon[aria-label^='Rajin port']")
    assert sign.count() == 1
    assert "12 × Ship seen, not named" in sign.get_attribute("aria-label")
    sign.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    hulls = popup.locator("h4:has(.sign-hull) + ul > li")
    assert hulls.count() == 12
    assert "2023-12-09" in popup.inner_text()


def test_a_view_shows_one_leg_only(browser: Browser, written: Any) -> None:
    opened = browser.open(written("full"))
    page = opened.page
    before = page.locator("#map path.area").count()
    page.select_option("#view", label=page.locator("#view option", has_text="Leg 1.3").inner_text())
    assert page.locator("#map path.area").count() == 1 < before
    page.uncheck(".legend input[value=reach_area]")
    assert page.locator("#map path.area").count() == 0
    assert opened.quiet()


def test_across_the_antimeridian_nothing_goes_round_the_world(browser: Browser, written: Any) -> None:
    page = browser.open(written("antimeridian")).page
    frame = page.locator("#map").bounding_box()
    signs = [page.locator(f"#map .leaflet-marker-icon:has(.sign-{role})").bounding_box() for role in ("off", "on")]
    for sign in signs:
        assert frame["x"] < sign["x"] < frame["x"] + frame["width"]
        assert frame["y"] < sign["y"] < frame["y"] + frame["height"]
    assert signs[0]["x"] < signs[1]["x"]
    gap = page.locator("#map path.line-gap").bounding_box()
    assert gap["width"] == pytest.approx(signs[1]["x"] - signs[0]["x"], abs=12)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_can_use_it(browser: Browser, written: Any, width: int, dark: bool) -> None:
    opened = browser.open(written("full"), width=width, dark=dark)
    assert opened.accessibility() == []


@pytest.mark.parametrize("name", ["nothing", "many", "judged"])
def test_so_can_they_where_little_or_much_is_known(browser: Browser, written: Any, name: str) -> None:
    assert browser.open(written(name), width=390).accessibility() == []


def test_it_is_dark_where_the_reader_wants_that(browser: Browser, written: Any) -> None:
    lights = [browser.open(written("full"), dark=dark).page for dark in (False, True)]
    light, dark = (sum(colour(page, "html", "backgroundColor")) for page in lights)
    assert light > 600 and dark < 200
    light, dark = (sum(colour(page, "#map", "backgroundColor")) for page in lights)
    assert light > 600 and dark < 200


def test_an_id_leads_to_its_row_even_where_that_is_folded(browser: Browser, written: Any) -> None:
    page = browser.open(written("full")).page
    folded = page.evaluate("[...document.querySelectorAll('details:not([open]) li[id]')].map(row => row.id)")
    assert folded
    page.evaluate(f"location.hash = '#{folded[0]}'")
    page.locator(f"#{folded[0]}").wait_for(state="visible")


def test_the_timeline_is_read_by_keyboard(browser: Browser, written: Any) -> None:
    page = browser.open(written("full")).page
    mark = page.locator("#timeline a.mark-named").first
    mark.focus()
    tip = page.locator(".tip")
    assert "ANGARA" in tip.inner_text()
    page.keyboard.press("Escape")
    assert tip.count() == 0
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash").startswith("#row-")


def test_a_long_timeline_scrolls_in_its_own_box(browser: Browser, written: Any) -> None:
    page = browser.open(written("full"), width=390).page
    wide, shown = page.evaluate("(t => [t.scrollWidth, t.clientWidth])(document.getElementById('timeline'))")
    assert wide > shown > 300


def test_names_that_would_run_do_not(browser: Browser, written: Any) -> None:
    opened = browser.open(written("hostile"))
    page = opened.page
    assert page.locator("img").count() == 0
    assert page.locator("script:not([type])").count() == 4
    assert page.evaluate(
        "[...document.querySelectorAll('a[href]')].every(a => /^(#|https?:)/.test(a.getAttribute('href')))"
    )
    for number in range(page.locator("#map .leaflet-marker-icon").count()):
        page.locator("#map .leaflet-marker-icon").nth(number).dispatch_event("click")
        assert page.locator("img, .leaflet-popup-content script").count() == 0
    assert "<script>alert(1)</script>" in page.locator("h1").inner_text()
    assert opened.quiet()


def test_paper_has_no_controls_and_the_addresses_of_sources(browser: Browser, written: Any) -> None:
    opened = browser.open(written("full"))
    page = opened.page
    page.emulate_media(media="print")
    for gone in (".leaflet-control-zoom", ".map-tools", ".contents", "#save", ".legend input"):
        assert not page.locator(gone).first.is_visible(), gone
    shown = page.evaluate("getComputedStyle(document.querySelector('.sources td a[href^=http]'), '::after').content")
    assert "http" in shown
    assert page.locator("#map").bounding_box()["width"] > 300
    assert len(page.pdf(format="A4")) > 50_000
    assert opened.quiet()


def test_without_scripts_everything_can_be_read(browser: Browser, written: Any) -> None:
    page = browser.open(written("full"), scripts=False).page
    assert page.get_by_text("The map is not drawn: it needs scripts").is_visible()
    assert page.locator("#timeline .mark-named").count() >= 3
    for section in SECTIONS:
        assert page.locator(f"#{section}").is_visible()


def test_reasons_open_without_scripts_and_stand_on_paper(browser: Browser, written: Any) -> None:
    page = browser.open(written("judged"), scripts=False).page
    choice, reception = (page.locator(f"#silence-{number} .weighed") for number in (1, 2))
    assert choice.is_visible() and not reception.is_visible()
    page.locator("#silence-2 details.reasons summary").click()
    assert reception.is_visible()
    page.locator("#silence-2 details.reasons summary").click()
    page.emulate_media(media="print")
    assert reception.bounding_box()["height"] > 20
    edges = page.evaluate(
        "[...document.querySelectorAll('#silence-1 .weighed .nats')].map(e => e.getBoundingClientRect().right)"
    )
    assert len(set(edges)) == 1  # weights stand in one column


def test_the_dossier_can_be_saved_from_the_page(browser: Browser, written: Any) -> None:
    import json

    opened = browser.open(written("full"))
    with opened.page.expect_download() as waiting:
        opened.page.click("#save")
    saved = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert saved == json.loads(case.full().to_json())
    assert opened.complaints == []


def painted(page: Any, what: str) -> tuple[str, str]:
    style = f"getComputedStyle(document.querySelector('{what}'))"
    return (page.evaluate(f"{style}.fill"), page.evaluate(f"{style}.backgroundColor"))


def colour(page: Any, what: str, which: str) -> tuple[int, ...]:
    value: str = page.evaluate(f"getComputedStyle(document.querySelector('{what}')).{which}")
    return tuple(int(float(part)) for part in value[value.index("(") + 1 : -1].split(",")[:3])


def test_the_harness_would_notice(browser: Browser, tmp_path: Path) -> None:
    """A page that asks, throws and alerts is caught: otherwise the tests above prove nothing."""
    file = tmp_path / "bad.html"
    file.write_text("<img src='https://example.org/x.png'><script>alert(1); throw new Error('no')</script>")
    opened: Opened = browser.open(file)
    assert opened.requests == ["https://example.org/x.png"]
    assert opened.dialogs == ["1"]
    assert any("no" in complaint for complaint in opened.complaints)
