"""Puts the notebooks, which are made into pages when the site is built, into the navigation: after the three uses."""

from __future__ import annotations

from typing import Any

from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files

AFTER, SECTION, FOLDER = "Three uses", "Notebooks", "notebooks/"
FIRST = ("notebooks/angara.md", "notebooks/a_day_of_traffic.md")
"""In this order; others follow by name."""


@event_priority(-100)  # after the hook that makes the pages
def on_files(files: Files, config: Any) -> Files:
    """The same files; the navigation has their section where there are any."""
    found = {file.src_uri for file in files.documentation_pages() if file.src_uri.startswith(FOLDER)}
    pages = [*(page for page in FIRST if page in found), *sorted(found - set(FIRST))]
    sections = [next(iter(entry)) for entry in config.nav]
    if pages and SECTION not in sections:
        config.nav.insert(sections.index(AFTER) + 1, {SECTION: pages})
    return files
