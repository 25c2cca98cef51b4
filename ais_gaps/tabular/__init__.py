"""Tables as text: an Arrow table in, characters on a stream out.

    text      a grid for a person, through rich; control and bidirectional characters removed
    json      one array of objects
    ndjson    one object a line
    csv       RFC 4180 with ``\\n`` line ends, safe to open in a spreadsheet
    geojson   a FeatureCollection (RFC 7946), where the table says where things are

Field names are the table's column names. Times are ISO 8601 in UTC with ``Z`` and as many decimals as they carry, lists
are arrays, null is null (an empty cell in csv and text), and what is no number (NaN, infinity) is null too.
"""

from __future__ import annotations

from ais_gaps.tabular.delimited import write_csv
from ais_gaps.tabular.geojson import has_geometry, write_geojson
from ais_gaps.tabular.grid import write_grid
from ais_gaps.tabular.objects import write_json, write_ndjson

__all__ = ["has_geometry", "write_csv", "write_geojson", "write_grid", "write_json", "write_ndjson"]
