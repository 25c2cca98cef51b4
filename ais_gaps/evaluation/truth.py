"""The truth of a generated world, to hold its archive's silences against.

A CSV file with at least the columns ``mmsi``, ``off_ts`` (ISO 8601, UTC, the second in which the ship was last heard), ``hours``
and ``cause``, as `ais_gaps.worlds` writes it in truth.csv. A silence of cause "switched off" was a choice, every other was not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import SourceError

SWITCHED_OFF: Final = "switched off"
_COLUMNS: Final = {
    "mmsi": pa.int64(),
    "off_ts": pa.timestamp("s", tz="UTC"),
    "hours": pa.float64(),
    "cause": pa.string(),
}
_EXPECTED: Final = f"a CSV file with the columns {', '.join(_COLUMNS)}, such as truth.csv of a generated world"

Flags = npt.NDArray[np.bool_]


def read(path: Path) -> pa.Table:
    """The truth: mmsi, off_ts, hours, cause.

    Raises:
        SourceError: it is no such file.
    """
    from pyarrow import csv

    convert = csv.ConvertOptions(column_types=_COLUMNS, strings_can_be_null=True)
    try:
        with path.open("rb") as stream:
            rows = csv.read_csv(stream, convert_options=convert)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
    except pa.ArrowInvalid as error:
        reason = " ".join(str(error).split())[:200]
        raise SourceError(f"{path.name} is no truth of silences ({reason}): expected {_EXPECTED}") from error
    if missing := [name for name in _COLUMNS if rows.schema.names.count(name) != 1]:
        raise SourceError(f"{path.name} is no truth of silences (no column {missing[0]}): expected {_EXPECTED}")
    rows = rows.select(list(_COLUMNS))
    if any(rows[name].null_count for name in ("mmsi", "off_ts", "cause")):
        raise SourceError(f"{path.name}: every row must say mmsi, off_ts and cause: expected {_EXPECTED}")
    return rows


def chosen(gaps: pa.Table, truth: pa.Table, min_hours: float) -> tuple[Flags, int, int]:
    """Which silences were choices.

    Args:
        gaps: silences found (`gaps.BARE_GAPS`).
        truth: as `read` gives it.
        min_hours: only truths longer than this can be missed.

    Returns:
        Of each silence whether it was one; how many choices of the truth are no silence that was found; and how many of the found
        silences the truth does not know.
    """
    keys = _key(truth["mmsi"], pc.cast(truth["off_ts"], pa.int64()))
    was = pc.equal(truth["cause"], SWITCHED_OFF).to_numpy(zero_copy_only=False)
    own = _key(gaps["mmsi"], pc.floor(pc.divide(pc.cast(gaps["off_us"], pa.float64()), 1e6)))
    choices = np.unique(keys[was & (pc.fill_null(truth["hours"], 0.0).to_numpy() > min_hours)])
    positive = np.isin(own, keys[was])
    return positive, int((~np.isin(choices, own)).sum()), int((~np.isin(own, keys)).sum())


def _key(mmsi: Any, seconds: Any) -> npt.NDArray[np.int64]:
    key: npt.NDArray[np.int64] = (mmsi.to_numpy().astype(np.int64) << 33) + seconds.to_numpy().astype(np.int64)
    return key
