"""MarineCadastre: the US Coast Guard's shore stations, published by NOAA and BOEM.

Three layouts of one content, told by their column names (case, order and further columns do not matter):

- 2009-2014: the Broadcast table of the yearly geodatabases, exported by whoever needs it as text: SOG, COG, Heading, ROT,
  BaseDateTime, Status, VoyageID, MMSI, ReceiverType (b = base station, r = receiver), ReceiverID, with the point as X and Y
  (ogr2ogr), POINT_X and POINT_Y (ArcGIS), LON and LAT, or WKT. NOAA InPort items 49026, 49046, 49051.
- 2015-2024: MMSI, BaseDateTime, LAT, LON, SOG, COG, Heading, VesselName, IMO, CallSign, VesselType, Status, Length, Width,
  Draft, Cargo, TransceiverClass (once spelt TranscieverClass); files cut from it have fewer of them.
- from 2025, and older years published anew: mmsi, base_date_time, longitude, latitude, ..., transceiver; also as GeoParquet
  with the point in `geometry` (github.com/ocm-marinecadastre/ais-vessel-traffic).

Times are UTC (the data dictionaries say "Full UTC date and time"). Vessel types are ITU codes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import UnknownFormat
from ais_gaps.readers import cells, layout, time_options, times
from ais_gaps.readers.decode import Fields, Rules, batch
from ais_gaps.readers.frame import Frame, ahead
from ais_gaps.readers.interface import Batch, ReadOptions
from ais_gaps.readers.layout import Layout
from ais_gaps.readers.source import Source

_COLUMNS = {
    "mmsi": ("mmsi",),
    "ts": ("basedatetime", "basedateti"),  # a shapefile cuts names at ten characters
    "lat": ("lat", "latitude", "y", "pointy", "ycoord"),
    "lon": ("lon", "long", "longitude", "x", "pointx", "xcoord"),
    "sog": ("sog",),
    "cog": ("cog",),
    "heading": ("heading",),
    "nav_status": ("status",),
    "name": ("vesselname",),
    "imo": ("imo",),
    "call_sign": ("callsign",),
    "ship_type": ("vesseltype",),
    "length": ("length",),
    "beam": ("width",),
    "draught": ("draft", "draught"),
    "ais_class": ("transceiverclass", "transcieverclass", "transceiver", "transceive", "transcieve"),
    "destination": ("destination",),
    "eta": ("eta",),
    "receiver": ("receivertype", "receiverty"),
    "station": ("receiverid",),
}
_GEOMETRY = ("geometry", "geom", "shape", "wkt", "wkb", "wkbgeometry", "thegeom")

_FORMS = (times.ISO, times.ISO_DATE)
# COG is sent in tenths of a degree as twelve bits, 3600 = not available; some years publish it as a signed number
_COG_TURN = 409.6


class MarineCadastre:
    """Reads what MarineCadastre publishes, as text or GeoParquet."""

    name = "marinecadastre"
    title = "MarineCadastre CSV or GeoParquet"
    provider = "MarineCadastre (NOAA, BOEM; US Coast Guard)"

    def recognises(self, source: Source) -> bool:
        """True if there are columns for MMSI, BaseDateTime and a position."""
        return _layout(source, ReadOptions()) is not None

    def read(self, source: Source, options: ReadOptions) -> Iterator[Batch]:
        """The rows of the source; see `Reader.read`."""
        found = _layout(source, options)
        if found is None:
            raise UnknownFormat(
                f"{source.name}: no MarineCadastre table: it needs columns MMSI, BaseDateTime, and LAT and LON or a geometry"
            )
        layout.check_geometry(source, found)
        forms: tuple[times.Form, ...] = _FORMS
        if options.time_format:
            forms = (times.strptime_form(options.time_format), *_FORMS)
        else:
            forms = (*time_options.year_last(source, found, dates=True), *_FORMS)
        rules = Rules(
            times.Clock(forms, "UTC"), decimal=options.decimal or ".", change=_change, receiver=options.receiver
        )
        return ahead(batch(frame, rules) for frame in found.frames(source, hopes={"ts": pa.timestamp("us")}))


def _layout(source: Source, options: ReadOptions) -> Layout | None:
    for columns, dialect in layout.candidates(source, options):
        places = layout.roles_of(columns, _COLUMNS)
        if not {"mmsi", "ts"} <= places.keys():
            continue
        if not {"lat", "lon"} <= places.keys():
            geometry = layout.roles_of(columns, {"geometry": _GEOMETRY})
            if not geometry:
                continue
            places = {role: index for role, index in places.items() if role not in ("lat", "lon")} | geometry
        return layout.located(columns, dialect, places)
    return None


def _change(frame: Frame, fields: Fields) -> None:
    columns = fields.columns
    if "cog" in columns:
        turned = pc.round(pc.add(columns["cog"], _COG_TURN), 1)
        columns["cog"] = pc.if_else(pc.less(columns["cog"], 0.0), turned, columns["cog"])
    if "receiver" in frame.cells:
        columns["receiver"] = cells.coded(frame.cells["receiver"], _receiver, pa.string())


def _receiver(said: str) -> str | None:
    """Base stations and receivers alike stand on shore."""
    return "terrestrial" if said.casefold() in ("b", "r") else None
