"""A real browser without a network, for tests of pages: what it asked for and what it complained of is kept.

Needs Playwright's Python package and a Chromium (from the path, or named by the variable CHROMIUM). Where either is missing the
tests that use it skip and say so; on continuous integration (CI is set) they fail instead.

No socket is opened by the tests themselves: Playwright talks to its driver over pipes, its event loop uses a pair of unix sockets
(`--allow-unix-socket`), and every context is switched off-line.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).resolve().parent / "vendor" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 390)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Opened:
    """A page that was opened from a file, off-line.

    Attributes:
        page: Playwright's page. requests: addresses asked for besides the file. complaints: console messages and errors.
        dialogs: texts of alerts and the like.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def quiet(self) -> bool:
        """Nothing was asked for, nothing went wrong, nothing popped up."""
        assert self.requests == []
        assert self.complaints == []
        assert self.dialogs == []
        return True

    def accessibility(self) -> list[str]:
        """What axe-core finds that is serious or critical: rule, and where."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        return [
            f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
            for violation in found
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"][:5]
        ]


class Browser:
    """A running Chromium."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium
        self._contexts: list[Any] = []

    def open(self, file: Path, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Opened:
        """Open a file off-line in a window of its own."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        opened = Opened(page)
        address = file.as_uri()

        def asked(request: Any) -> None:
            if request.url.split("#")[0] != address:
                opened.requests.append(request.url)

        def popped(dialog: Any) -> None:
            opened.dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("request", asked)
        page.on("console", lambda message: opened.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("dialog", popped)
        page.goto(address)
        if scripts and page.locator("#map").count():
            page.wait_for_selector("#map[data-ready]", state="attached", timeout=20_000)
        return opened

    def close(self) -> None:
        """Close every window."""
        while self._contexts:
            self._contexts.pop().close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium, started once for a module."""
    sync_api = _playwright()
    executable = os.environ.get("CHROMIUM") or next((p for p in map(shutil.which, _NAMES) if p), None)
    if executable is None:
        _missing(f"no Chromium: none of {', '.join(_NAMES)} is on the path and CHROMIUM is not set")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Browser]:
    """The running browser; what a test opened is closed after it."""
    found = Browser(chromium)
    yield found
    found.close()


def _playwright() -> Any:
    try:
        from playwright import sync_api
    except ImportError:
        _missing("the Python package playwright is not installed")
    return sync_api


def _missing(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{why}; pages must be tested in a browser here")
    pytest.skip(why)
