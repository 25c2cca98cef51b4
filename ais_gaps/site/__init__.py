"""The watchlist as a static site: pages and data files that any web server or folder can serve.

index.html                 the newest day
day/2026-11-20.html        a day: numbers, outages, changes, map, the list
calendar.html              all days with their counts
search.html, search/*.js   ships of all days by name or number
vessel/imo-9176187.html    a vessel (`site.vessels`)
data/, feed.xml            the same for programs (`site.data`)
assets/, places.js         what the pages load from beside them
site.json                  what each page was made from, so that a new day costs a day
"""

from __future__ import annotations

from ais_gaps.site.build import Built, build

__all__ = ["Built", "build"]
