"""Tables whose columns have the names of our own fields: recognised by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ais_gaps.errors import UnknownFormat
from ais_gaps.readers import layout
from ais_gaps.readers.interface import ROWS, Batch, ReadOptions
from ais_gaps.readers.mapped import read_mapped
from ais_gaps.readers.source import Source

_NEEDED = {"mmsi", "ts", "lat", "lon"}
_FIELDS = tuple(name for name in ROWS.names if name not in ("record", "reason"))


class Native:
    """Reads delimited text and Parquet whose header uses the field names of `ROWS`, at least mmsi, ts, lat and lon.

    Times must say their zone, or ``--time-zone`` must.
    """

    name = "native"
    title = "CSV or Parquet with columns mmsi, ts, lat, lon"
    provider = "unknown"

    def recognises(self, source: Source) -> bool:
        """True if there are columns mmsi, ts, lat and lon."""
        return _mapping(source, ReadOptions()) is not None

    def read(self, source: Source, options: ReadOptions) -> Iterator[Batch]:
        """The rows of the source; see `Reader.read`."""
        mapping = _mapping(source, options)
        if mapping is None:
            raise UnknownFormat(f"{source.name}: no table with the columns mmsi, ts, lat and lon")
        return read_mapped(source, mapping, options)


def _mapping(source: Source, options: ReadOptions) -> dict[str, str] | None:
    for columns, _ in layout.candidates(source, options):
        if all(columns.count(field) == 1 for field in _NEEDED):
            return {field: field for field in _FIELDS if columns.count(field) == 1}
    return None
