"""A vessel for Google Earth and QGIS: her dossier, her gaps or every position heard of her, as KML, GeoJSON or GeoParquet.

kml          KML 2.2 with Google's gx:Track, by the standard library's SAX writer
geojson      RFC 7946
geoparquet   GeoParquet 1.1, geometries as WKB
"""

from ais_gaps.export.export import export
from ais_gaps.export.file import replaced
from ais_gaps.export.form import Form, What, form_of
from ais_gaps.export.save import save

__all__ = ["Form", "What", "export", "form_of", "replaced", "save"]
