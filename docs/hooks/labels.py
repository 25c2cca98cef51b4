"""Gives the search its name for screen readers, which the theme leaves out."""

from __future__ import annotations

from typing import Any

UNNAMED = '<div class="md-search" data-md-component="search" role="dialog">'
NAMED = UNNAMED.replace(">", ' aria-label="Search">')


def on_post_page(output: str, **_: Any) -> str:
    """The page with its search named."""
    return output.replace(UNNAMED, NAMED)
