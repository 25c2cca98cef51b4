"""The site's content as files for programs: JSON, CSV and GeoJSON a day, an index of the days, and an Atom feed of changes.

    data/day/2024-03-01.json .csv .geojson   a day's watchlist
    data/latest.json .csv .geojson           the newest day's, the same bytes
    data/days.json                           which days there are, with their counts
    feed.xml                                 one entry a change, the newest first

Whatever a page says of a day is made from the same `Watchlist`, so its numbers are these.
"""

from __future__ import annotations

from ais_gaps.site.data.day import canonical, day_file, latest_file, write_day, write_latest
from ais_gaps.site.data.feed import FEED, FEED_DAYS, write_feed
from ais_gaps.site.data.index import entry, write_index

__all__ = [
    "FEED",
    "FEED_DAYS",
    "canonical",
    "day_file",
    "entry",
    "latest_file",
    "write_day",
    "write_feed",
    "write_index",
    "write_latest",
]
