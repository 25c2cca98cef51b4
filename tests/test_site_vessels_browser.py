"""The pages of vessels in a real browser, off-line, from disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from ais_gaps.site import vessels
from ais_gaps.site.keys import vessel_page
from ais_gaps.site.publish import build
from tests import watchlist_case as case
from tests.browser import WIDTHS, Browser, Opened, browser, chromium
from tests.vessels_case import Archive, verdict

__all__ = ["browser", "chromium"]

KINDS = ("light", "full", "hostile")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With land, of one day of ordinary ships and, in a folder beside it, of one whose names say what they should not."""
    folder = tmp_path_factory.mktemp("site") / "a folder with spaces"
    for name, hostile, form in (("plain", False, "full"), ("hostile", True, "hostile")):
        one = case.watchlist(rows=12, hostile=hostile)
        build(folder / name, [case.watchlist(case.NEWEST.replace(day=12), 12), one], vessel_page=vessel_page)
        said = [verdict(row, "suspect", because=case.HOSTILE[0]) for row in one.rows.to_pylist()]
        vessels.write(folder / name, Archive(said, form), dossiers=6, most=6)  # type: ignore[arg-type]
    return folder


def page(site: Path, kind: str) -> Path:
    folder = site / ("hostile" if kind == "hostile" else "plain")
    dossiers = {path.stem for path in (folder / "data/dossier").iterdir()}
    pages = sorted((folder / "vessel").iterdir(), key=lambda path: -path.stat().st_size)
    return next(path for path in pages if (path.stem in dossiers) == (kind != "light"))


def at_peace(opened: Opened, site: Path) -> bool:
    """Nothing was asked for outside the site's folder, nothing went wrong, nothing popped up."""
    assert all(url.startswith(site.as_uri() + "/") for url in opened.requests)
    assert opened.complaints == [] and opened.dialogs == []
    return True


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_asks_for_nothing_from_elsewhere_and_fits(browser: Browser, site: Path, kind: str, width: int) -> None:
    opened = browser.open(page(site, kind), width=width)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    box = opened.page.locator(".onlist").first.bounding_box()
    assert box["width"] > 300 and box["height"] > 100
    assert at_peace(opened, site)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["light", "full"])
def test_everybody_can_use_it(browser: Browser, site: Path, kind: str, width: int, dark: bool) -> None:
    opened = browser.open(page(site, kind), width=width, dark=dark)
    assert opened.accessibility() == []


def test_the_map_of_a_dossier_has_the_land_of_the_site(browser: Browser, site: Path) -> None:
    opened = browser.open(page(site, "full"))
    opened.page.wait_for_selector("#map[data-land]", state="attached", timeout=20_000)
    opened.page.locator("#map path.land").first.wait_for(state="attached")
    assert any("/assets/land-" in url for url in opened.requests)
    assert max(land.bounding_box()["width"] for land in opened.page.locator("#map path.land").all()) > 100
    assert opened.page.locator("#map path.line-gap").count() >= 1
    assert at_peace(opened, site)


@pytest.mark.parametrize("kind", ["light", "full"])
def test_it_leads_to_the_day_and_back(browser: Browser, site: Path, kind: str) -> None:
    opened = browser.open(page(site, kind))
    link = opened.page.locator(".ondays a").first
    gap = link.get_attribute("href").partition("#")[2]
    link.click()
    assert "/day/" in opened.page.url and opened.page.url.endswith(gap)
    row = opened.page.locator(f"[id='{gap}']")
    row.wait_for()
    row.locator("a[href*='vessel/']").first.click()
    opened.page.locator(".onlist").first.wait_for()
    assert at_peace(opened, site)


def test_without_scripts_it_can_be_read(browser: Browser, site: Path) -> None:
    opened = browser.open(page(site, "full"), scripts=False)
    assert opened.page.locator("#lists .onlist").count() >= 1
    assert opened.page.get_by_role("link", name="This dossier as JSON").count() == 1
