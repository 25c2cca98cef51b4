"""Danish Maritime Authority: what the Danish shore stations heard, from 2006.

Three layouts of one content, of the same columns in the same order:

- from about 2020: a header that starts "# Timestamp", commas, 26 columns;
- from October 2016: the same without the last four (A to D, the place of the antenna), in some files with the number of the
  row, without a name, before them;
- before: no header, semicolons, decimal commas.

Times are DD/MM/YYYY HH:MM:SS in UTC (the authority's README: "Timestamp from the AIS basestation, format: 31/12/2015 23:59:59").
Latitude 91 with longitude 0 is its "not available". Rows are position messages with what is known of the vessel beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pyarrow as pa

from ais_gaps.errors import UnknownFormat
from ais_gaps.readers import cells, layout, times
from ais_gaps.readers.decode import Fields, Rules, batch
from ais_gaps.readers.delimited import Dialect
from ais_gaps.readers.frame import Frame, ahead
from ais_gaps.readers.interface import Batch, ReadOptions
from ais_gaps.readers.layout import Layout
from ais_gaps.readers.source import Source

COLUMNS = (
    "# Timestamp",
    "Type of mobile",
    "MMSI",
    "Latitude",
    "Longitude",
    "Navigational status",
    "ROT",
    "SOG",
    "COG",
    "Heading",
    "IMO",
    "Callsign",
    "Name",
    "Ship type",
    "Cargo type",
    "Width",
    "Length",
    "Type of position fixing device",
    "Draught",
    "Destination",
    "ETA",
    "Data source type",
    "A",
    "B",
    "C",
    "D",
)
"""The columns of the newest layout."""

_ROLES = {
    "ts": ("timestamp",),
    "mobile": ("typeofmobile",),
    "mmsi": ("mmsi",),
    "lat": ("latitude",),
    "lon": ("longitude",),
    "nav_status": ("navigationalstatus",),
    "sog": ("sog",),
    "cog": ("cog",),
    "heading": ("heading",),
    "imo": ("imo",),
    "call_sign": ("callsign",),
    "name": ("name",),
    "ship_type": ("shiptype",),
    "beam": ("width",),
    "length": ("length",),
    "draught": ("draught",),
    "destination": ("destination",),
    "eta": ("eta",),
}
_NEEDED = {"ts", "mobile", "mmsi", "lat", "lon"}
_UNKNOWN = ("Unknown", "Undefined", "Unknown value")

# type of mobile -> what transmits (None: tell from the MMSI), class, and the message number where it can be no other one
_MOBILES: dict[str, tuple[str | None, str | None, int | None]] = {
    "class a": (None, "A", None),
    "class b": (None, "B", None),
    "base station": ("base_station", None, 4),
    "aton": ("aton", None, 21),
    "sar airborne": ("aircraft", None, 9),
    "search and rescue transponder": ("sart", None, None),
    "man overboard device": ("sart", None, None),
    "emergency pirb": ("sart", None, None),
    "emergency position indicating radio beacon": ("sart", None, None),
}
_FIRST_CELL = re.compile(r"\d{2}/\d{2}/\d{4} \d{2}:\d{2}:\d{2}")
_FORMS = (times.DAY_FIRST, times.ISO)


class DanishMaritimeAuthority:
    """Reads the daily and monthly files of the Danish Maritime Authority."""

    name = "dma"
    title = "Danish Maritime Authority CSV"
    provider = "Danish Maritime Authority"

    def recognises(self, source: Source) -> bool:
        """True if the columns, by their names or (without a header) by their content, are those of the authority."""
        return _layout(source, ReadOptions()) is not None

    def read(self, source: Source, options: ReadOptions) -> Iterator[Batch]:
        """The rows of the source; see `Reader.read`."""
        found = _layout(source, options)
        if found is None:
            raise UnknownFormat(
                f"{source.name}: no table of the Danish Maritime Authority: it needs columns # Timestamp,"
                " Type of mobile, MMSI, Latitude and Longitude"
            )
        forms = (times.strptime_form(options.time_format),) if options.time_format else _FORMS
        decimal = "." if found.dialect is None else found.dialect.decimal
        rules = Rules(
            times.Clock(forms, "UTC"), decimal=decimal, unknown=_UNKNOWN, change=_change, receiver=options.receiver
        )
        return ahead(batch(frame, rules) for frame in found.frames(source))


def _layout(source: Source, options: ReadOptions) -> Layout | None:
    for columns, dialect in layout.candidates(source, options):
        places = layout.roles_of(columns, _ROLES)
        if places.keys() >= _NEEDED:
            return layout.located(columns, dialect, places)
        if dialect is not None and _is_bare(columns):
            decimal = options.decimal or ("," if dialect.separator == ";" else ".")
            names = COLUMNS[: len(columns)]
            bare = Dialect(names, dialect.separator, header=False, decimal=decimal, encoding=dialect.encoding)
            return layout.located(names, bare, layout.roles_of(names, _ROLES))
    return None


def _is_bare(cells_: list[str]) -> bool:
    """Whether the first row is one of data, in the authority's columns."""
    if len(cells_) not in (len(COLUMNS), len(COLUMNS) - 4):
        return False
    return _FIRST_CELL.fullmatch(cells_[0]) is not None and cells_[1].casefold() in _MOBILES and cells_[2].isdigit()


def _change(frame: Frame, fields: Fields) -> None:
    for index, (name, kind) in enumerate(
        (("transmitter", pa.string()), ("ais_class", pa.string()), ("msg_type", pa.int16()))
    ):
        fields.columns[name] = cells.coded(frame.cells["mobile"], partial(_of_mobile, index), kind)


def _of_mobile(index: int, said: str) -> object:
    known = _MOBILES.get(said.casefold())
    return None if known is None else known[index]
