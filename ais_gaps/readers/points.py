"""Point geometries as longitudes and latitudes: well-known binary and text, and GeoArrow points."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ais_gaps.readers import cells
from ais_gaps.readers.cells import Reasons

_WKT_POINT = r"(?i)^\s*(?:SRID=\d+;)?POINT\s*(?:Z|M|ZM)?\s*\(\s*(?P<x>[-+0-9.eE]+)\s+(?P<y>[-+0-9.eE]+)(?:\s+[-+0-9.eE]+)*\s*\)\s*$"
_WKB_BYTES = 21  # byte order, uint32 type, two float64
_WKB_POINT = bytes((1, 1, 0, 0, 0))  # little endian, OGC type 1


def coordinates(geometry: pa.Array, reasons: Reasons) -> tuple[pa.Array, pa.Array]:
    """Longitude and latitude of each point as float64; null where there is no geometry or an empty one.

    Rows whose geometry is no point say so in ``reasons``.
    """
    if isinstance(geometry, pa.ExtensionArray):
        geometry = geometry.storage
    kind = geometry.type
    if pa.types.is_struct(kind):
        x, y = (pc.struct_field(geometry, name).cast(pa.float64()) for name in ("x", "y"))
    elif pa.types.is_fixed_size_list(kind) or pa.types.is_list(kind):
        x, y = (pc.list_element(geometry, index).cast(pa.float64()) for index in (0, 1))
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
        found = pc.extract_regex(cells.as_text(geometry), _WKT_POINT)
        x, y = (cells.number(pc.struct_field(found, name)) for name in ("x", "y"))
        reasons.add(_nothing(x) & ~cells.missing(geometry), "geometry is no point: '", geometry)
    else:
        x, y, odd = _from_wkb(geometry)
        reasons.add(odd, "geometry is no point")
    # an empty point has NaN for coordinates
    whole = pc.and_(pc.is_finite(x), pc.is_finite(y))
    none = pa.scalar(None, pa.float64())
    return pc.if_else(whole, x, none), pc.if_else(whole, y, none)


def _from_wkb(geometry: pa.Array) -> tuple[pa.Array, pa.Array, NDArray[np.bool_]]:
    present = ~_nothing(geometry)
    x, y = np.full(len(geometry), np.nan), np.full(len(geometry), np.nan)
    plain = present & _is_plain(geometry)
    content = np.frombuffer(b"".join(geometry.filter(pa.array(plain)).to_pylist()), dtype=np.uint8).reshape(
        -1, _WKB_BYTES
    )
    x[plain], y[plain] = content[:, 5:].copy().view("<f8").T
    odd = present & ~plain
    if odd.any():  # other byte orders, with Z or M, with an SRID, empty, or no points at all
        import shapely

        shapes = shapely.from_wkb(geometry.filter(pa.array(odd)).to_pylist(), on_invalid="ignore")
        x[odd], y[odd] = shapely.get_x(shapes), shapely.get_y(shapes)
        odd[odd] = shapely.get_type_id(shapes) != shapely.GeometryType.POINT
    return pa.array(x), pa.array(y), odd


def _is_plain(geometry: pa.Array) -> NDArray[np.bool_]:
    sized = pc.equal(pc.binary_length(geometry), _WKB_BYTES)
    headed = pc.starts_with(geometry, _WKB_POINT)
    return np.asarray(pc.and_(sized, headed).fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def _nothing(values: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=bool)
