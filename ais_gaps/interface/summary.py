"""What an archive says of itself in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from ais_gaps.plain import plain

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings


def archive_html(held: Holdings) -> str:
    """Where it is, how much it holds and of when, and what must be said of it; a fragment of HTML."""
    sources = held.sources()
    kept, span = pc.sum(sources["rows_kept"]).as_py() or 0, (pc.min(sources["first_ts"]), pc.max(sources["last_ts"]))
    first, last = (time.as_py() for time in span)
    period = "" if first is None else f", from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    count = len(sources)
    told = f"{kept:,} reports of {count} source{'' if count == 1 else 's'}{period}"
    notes = dict.fromkeys(note for note in sources["note"].to_pylist() if note)
    parts = [f"<p><b>Archive</b> <code>{escape(plain(str(held.path)))}</code><br>{escape(told)}</p>"]
    parts += [f"<p><em>{escape(plain(note))}</em></p>" for note in notes]
    return "\n".join(parts)
