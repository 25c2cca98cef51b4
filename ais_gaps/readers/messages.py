"""What the number of an AIS message says about its row (ITU-R M.1371-5, annex 8)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

LAST: Final = 27
POSITION: Final = frozenset({1, 2, 3, 4, 9, 11, 18, 19, 21, 27})
"""Messages with a position; all others are signs of life without one."""
CLAIMS: Final = frozenset({5, 19, 21, 24})
"""Messages in which a transmitter says who it is."""

SOG_UNAVAILABLE: Final = {9: 1023.0, 27: 63.0}
"""Where "speed not available" is another number of knots than 102.3."""
COG_UNAVAILABLE: Final = {27: 511.0}
"""Where "course not available" is another number of degrees than 360."""

_STATIC: NDArray[np.bool_] = np.array([n not in POSITION for n in range(LAST + 1)])
# 27 comes from class A and from class B "SO" alike (section 3.25), so it says nothing of the class
_CLASS: NDArray[np.int8] = np.full(LAST + 1, -1, dtype=np.int8)
_CLASS[[1, 2, 3, 5]] = 0
_CLASS[[18, 19, 24]] = 1
# 11 has the layout of 4 but is a ship's answer to an inquiry (section 3.9), so the MMSI must tell
_TRANSMITTER: NDArray[np.int8] = np.full(LAST + 1, -1, dtype=np.int8)
_TRANSMITTER[[4, 9, 21]] = [0, 1, 2]

_CLASS_NAMES = pa.array(["A", "B"])
_TRANSMITTER_NAMES = pa.array(["base_station", "aircraft", "aton"])


def columns(msg_type: NDArray[Any]) -> dict[str, pa.Array]:
    """The columns ``msg_type``, ``static``, ``ais_class`` and ``transmitter`` of rows.

    Args:
        msg_type: message numbers, shape (n,); 0 where it is not known, which leaves the columns null.
    """
    unknown = msg_type == 0
    return {
        "msg_type": pa.array(msg_type.astype(np.int16), mask=unknown),
        "static": pa.array(_STATIC[msg_type], mask=unknown),
        "ais_class": _words(_CLASS_NAMES, _CLASS[msg_type]),
        "transmitter": _words(_TRANSMITTER_NAMES, _TRANSMITTER[msg_type]),
    }


def clear_unavailable(msg_type: NDArray[Any], sog: NDArray[np.float64], cog: NDArray[np.float64]) -> None:
    """Sets to NaN, in place, the speeds and courses that say "not available" in a message's own way."""
    for column, sentinels in ((sog, SOG_UNAVAILABLE), (cog, COG_UNAVAILABLE)):
        for number, sentinel in sentinels.items():
            column[(msg_type == number) & (column == sentinel)] = np.nan


def _words(names: pa.Array, codes: NDArray[np.int8]) -> pa.Array:
    return names.take(pa.array(codes, mask=codes < 0))
