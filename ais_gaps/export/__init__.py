"""What an archive holds of a vessel, or any rows, as files that other programs open.

kml          KML 2.2 with Google's gx:Track, by the standard library's SAX writer
geojson      RFC 7946
geoparquet   GeoParquet 1.1, geometries as WKB
csv          RFC 4180, safe to open in a spreadsheet, geometries as WKT
stac         a STAC 1.1 ItemCollection of looks
ftm          FollowTheMoney entities, one a line

docs/export.md says what goes into which, and who opens it.
"""

from ais_gaps.export.export import check, export
from ais_gaps.export.file import replaced
from ais_gaps.export.form import Form, What, form_of
from ais_gaps.export.save import save

__all__ = ["Form", "What", "check", "export", "form_of", "replaced", "save"]
