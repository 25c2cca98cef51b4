"""The documentation as a site: it builds strictly and without a network, and opens from disk without one."""

from __future__ import annotations

import importlib.util
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from tests.browser import WIDTHS, Browser, Opened, browser, chromium
from tests.conftest import ROOT
from tests.docs_site_case import DOCS

__all__ = ["browser", "chromium"]

LOADED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
    "embed": "src",
}
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "manifest", "modulepreload"}
PAGES = ("index.html", "judged.html", "uses/investigation.html", "limits.html", "tables.html")
SEARCHED = "reception"


class Page(HTMLParser):
    """What a page links to, loads, and can be jumped to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.ids |= {said[name] for name in ("id", "name") if said.get(name)}
        if tag in ("a", "area") and "href" in said:
            self.links.append(said["href"])
        if tag in LOADED and said.get(LOADED[tag]):
            self.loads.append(said[LOADED[tag]])
        if tag == "link" and LOADING_LINKS & set(said.get("rel", "").split()):
            self.loads.append(said["href"])
        self.loads += re.findall(r"url\(['\"]?([^'\")]+)", said.get("style", ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site in a folder with spaces, built with sockets blocked; a warning of the builder ends it.

    Notebooks are not run for it: their pages are made of them as they are kept, without outputs.
    """
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    folder = tmp_path_factory.mktemp("site") / "a folder with spaces"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        patch.setenv("AIS_GAPS_DOCS_EXECUTED", str(shutil.copytree(ROOT / "notebooks", folder.parent / "notebooks")))
        config = load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(folder))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    found = {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    assert len(found) > 15
    return found


def test_every_page_of_the_documentation_is_in_it(site: Path) -> None:
    for page in DOCS.rglob("*.md"):
        assert (site / page.relative_to(DOCS).with_suffix(".html")).is_file()
    assert not list(site.rglob("*.py"))


def test_notebooks_are_in_the_navigation(site: Path, pages: dict[Path, Page]) -> None:
    linked = set(pages[site / "index.html"].links)
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert f"notebooks/{notebook.stem}.html" in linked


def test_links_lead_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    lost = []
    for path, page in pages.items():
        if path.name == "404.html":  # the builder gives it addresses from a server's root
            continue
        for link in page.links:
            if urlsplit(link).scheme in ("http", "https", "mailto"):
                continue
            address, anchor = urldefrag(link)
            target = (path.parent / unquote(address)).resolve() if address else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_relative_to(site) or not target.is_file():
                lost.append(f"{path.relative_to(site)}: {link}")
            elif anchor and target.suffix == ".html" and unquote(anchor) not in pages[target].ids | {"__skip"}:
                lost.append(f"{path.relative_to(site)}: no anchor {link}")
    assert lost == []


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for address in page.loads:
            assert not urlsplit(address).netloc, f"{path.relative_to(site)}: {address}"
    for style in site.rglob("*.css"):
        for address in re.findall(r"(?:url\(|@import\s+)['\"]?([^'\")\s]+)", style.read_text("utf-8")):
            assert not urlsplit(address).netloc, f"{style.relative_to(site)}: {address}"


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda page: page.name)
def test_links_hold_on_the_pages_of_the_repository_too(page: Path) -> None:
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        address = urldefrag(link)[0]
        if address and not urlsplit(address).scheme:
            assert (page.parent / address).exists() or address.startswith("notebooks/"), link


@pytest.mark.parametrize(
    ("page", "link", "there"),
    [
        ("judgement.md", "../ais_gaps/data/weights.json", "ais_gaps/data/weights.json"),
        ("uses/watchlist.md", "../../ais_gaps/data/weights.json", "ais_gaps/data/weights.json"),
        ("uses/watchlist.md", "../methods.md", None),
        ("judgement.md", "../../outside.txt", None),
        ("judgement.md", "../../../etc/passwd", None),
        ("judgement.md", "../no/such/file", None),
    ],
)
def test_only_files_of_the_repository_are_taken_along(page: str, link: str, there: str | None) -> None:
    spec = importlib.util.spec_from_file_location("outside", DOCS / "hooks" / "outside.py")
    assert spec is not None and spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    assert hook._outside(page, link) == there


def _at_peace(opened: Opened, site: Path) -> bool:
    assert [url for url in opened.requests if not url.startswith(site.as_uri() + "/")] == []
    assert opened.complaints == [] and opened.dialogs == []
    return True


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_it_opens_from_disk_and_fits(browser: Browser, site: Path, name: str, width: int) -> None:
    opened = browser.open(site / name, width=width)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.page.locator("h1").count() == 1
    assert _at_peace(opened, site)


def test_every_page_opens_without_a_request(browser: Browser, site: Path, pages: dict[Path, Page]) -> None:
    opened = browser.open(site / "index.html")
    for path in pages:
        if path.name != "404.html":
            opened.page.goto(path.as_uri())
    assert _at_peace(opened, site)


def test_search_finds_what_the_pages_say(browser: Browser, site: Path) -> None:
    opened = browser.open(site / "index.html")
    page = opened.page
    page.locator("input.md-search__input").click()
    page.keyboard.type(SEARCHED, delay=20)
    page.locator(".md-search-result__item").first.wait_for(timeout=10_000)
    assert page.locator(".md-search-result__item").count() >= 3
    assert SEARCHED in page.locator(".md-search-result__item").first.inner_text().lower()
    page.locator(".md-search-result__link").first.click()
    page.wait_for_load_state()
    assert page.url.startswith(site.as_uri()) and SEARCHED in page.locator("main").inner_text().lower()
    assert _at_peace(opened, site)


def test_formulas_are_drawn_without_a_script(browser: Browser, site: Path) -> None:
    page = browser.open(site / "judged.html", scripts=False).page
    assert page.locator("div.formula math mfrac").count() >= 4
    assert page.locator("span.formula math").count() >= 10
    assert page.locator("div.formula").nth(1).bounding_box()["height"] > 20
    assert "```" not in page.locator("article").inner_text() and "$`" not in page.locator("article").inner_text()


LOOKS = [(name, 1280, dark) for name in PAGES[:4] for dark in (False, True)] + [
    (name, 390, False) for name in ("judged.html", "tables.html", "commands.html", "listen.html")
]


@pytest.mark.parametrize(("name", "width", "dark"), LOOKS)
def test_everybody_can_use_it(browser: Browser, site: Path, name: str, width: int, dark: bool) -> None:
    opened = browser.open(site / name, width=width, dark=dark)
    assert opened.page.evaluate("document.body.dataset.mdColorScheme") == ("slate" if dark else "default")
    assert opened.accessibility() == []
