"""Of which vessels the site has the dossier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ais_gaps.site.keys import vessel_key

DOSSIERS: Final = 25
"""So many vessels at the head of the newest list have their dossier made, whatever is known of them."""

MOST: Final = 100
"""So many dossiers are made at most: with evidence, listings and watched vessels a list may hold hundreds."""


def chosen(rows: Iterable[Mapping[str, Any]], first: int = DOSSIERS, most: int = MOST) -> list[str]:
    """The vessels of the newest list whose dossier is made, the most worth a look first.

    Those at the list's head, and of the others those that a list names, that evidence is dated into the silence of, or that a
    user watches.

    Args:
        rows: the newest list's, in its order.
        first: so many at its head. most: so many in all, but for the head.
    """
    keys: dict[str, bool] = {}
    for row in rows:
        key = vessel_key(row)
        # `watched_for` begins with the watched place that is near, if any; what follows are the user's own entries.
        by_user = len(row["watched_for"]) > (row["watched_place"] is not None)
        keys[key] = keys.get(key, False) or bool(row["listed"] or row["evidence"] or by_user)
    ranked = list(keys)
    head, rest = ranked[:first], [key for key in ranked[first:] if keys[key]]
    return head + rest[: max(most - len(head), 0)]
