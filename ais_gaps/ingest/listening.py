"""What listeners wrote down of themselves goes into the archive's small table `listening`, once a file."""

from __future__ import annotations

import time
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.ingest.run import SourceResult
from ais_gaps.listen import log
from ais_gaps.listen.columns import LISTENING
from ais_gaps.readers.source import Source

READER = "listening"
"""What stands as the reader of such a file in results."""


def take_in(source: Source, append: Callable[[str, pa.Table, str], bool]) -> SourceResult:
    """Reads such a file and adds its rows.

    Args:
        source: the file.
        append: adds rows to a table under a key, False where they are there already.

    Raises:
        SourceError: it cannot be read; nothing of it went in.
    """
    begun = time.monotonic()
    found = log.read(source)
    rejected = sum(found.rejected.values())
    new = append(LISTENING.name, found.rows, source.sha256) if len(found.rows) else True
    times = pa.chunked_array([*found.rows["from_ts"].chunks, *found.rows["to_ts"].chunks], found.rows["from_ts"].type)
    span = pc.min_max(times).as_py()
    return SourceResult(
        source.name,
        source.sha256,
        already_known=not new,
        reader=READER,
        rows_read=found.lines,
        rows_kept=found.lines - rejected,
        rows_rejected=rejected,
        rejected_by_reason=found.rejected,
        first_ts=span["min"],
        last_ts=span["max"],
        seconds=time.monotonic() - begun,
    )
