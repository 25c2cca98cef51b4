"""What a watchlist and a list of outages show in a notebook: their tables, one after the other."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ais_gaps.interface.rows import Rows
from ais_gaps.outages import words
from ais_gaps.plain import plain

if TYPE_CHECKING:
    from ais_gaps.interface.shown import Outages, Watchlist


def watchlist_html(found: Watchlist) -> str:
    """Heading, counts, the rows, what changed, what heard nobody."""
    counts = found.counts
    said = (
        f"{counts['newly_dark']} newly dark, {counts['still_dark']} still dark, {counts['back_again']} back again; "
        f"{counts['ships_heard']:,} ships were heard."
    )
    parts = [f"<h3>Watchlist of {found.day.isoformat()}</h3>", f"<p>{escape(said)}</p>", found.table._repr_html_()]
    if found.changes.num_rows:
        parts += ["<h4>What changed</h4>", Rows.of(found.changes.select(["kind", "text"]), "changes")._repr_html_()]
    if found.outages.num_rows:
        parts += [
            "<h4>What heard nobody: silences there are not ships</h4>",
            Rows.of(found.outages, "outages")._repr_html_(),
        ]
    return "\n".join(parts)


def outages_html(found: Outages) -> str:
    """The rows, how many they are in words, and what they cannot tell."""
    said = (words.summary(found), words.LIMITS)
    return "\n".join([found.table._repr_html_(), *(f"<p>{escape(plain(line))}</p>" for line in said)])
