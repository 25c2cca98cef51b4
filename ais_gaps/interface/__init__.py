"""An archive in a notebook: a question a line, answers as pandas or GeoPandas that show themselves.

`Archive` asks; `Rows` and, where GeoPandas is installed and rows have a place, `GeoRows` answer; `Dossier`, `Watchlist`,
`Reception` and `Outages` are answers of more than one table.
"""

from ais_gaps.interface.archive import Archive
from ais_gaps.interface.rows import Rows
from ais_gaps.interface.shown import Dossier, Outages, Reception, Watchlist

__all__ = ["Archive", "Dossier", "Outages", "Reception", "Rows", "Watchlist"]
