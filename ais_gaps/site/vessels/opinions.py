"""What people have said of a vessel's silences: all of it, not only the newest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from ais_gaps.tabular.cells import chunks, field_names

Row = Mapping[str, Any]

_NEVER: Final = "9999-12-31T23:59:59Z"


class Opinions:
    """The verdicts of an archive by MMSI.

    Args:
        verdicts: `watch.columns.VERDICTS`, oldest first.
    """

    def __init__(self, verdicts: pa.Table) -> None:
        self._of: dict[int, list[Row]] = {}
        names = field_names(verdicts)
        for columns in chunks(verdicts):
            for values in zip(*columns, strict=True):
                row = dict(zip(names, values, strict=True))
                self._of.setdefault(row["mmsi"], []).append(row)

    def mmsi(self) -> set[int]:
        """Whose silences somebody has said something of."""
        return set(self._of)

    def on(self, rows: Iterable[Row]) -> list[tuple[Row, Row]]:
        """Each verdict on some silences with the silence's row, the newest first; a verdict may be on several.

        It is on the silence of its gap_id, on one of its MMSI that begins when the judged one did, and on those of its MMSI and
        track that overlap it: late data give a silence another gap_id (see `watch.verdicts`).
        """
        found = [(said, row) for row in rows for said in self._of.get(row["mmsi"], ()) if _is_on(said, row)]
        return sorted(found, key=lambda pair: (pair[0]["at"], pair[1]["off_ts"], pair[1]["gap_id"]), reverse=True)


def _is_on(said: Row, row: Row) -> bool:
    if said["gap_id"] == row["gap_id"] or said["off_ts"] == row["off_ts"]:
        return True
    # ISO 8601 in UTC sorts as time does
    overlap: bool = said["off_ts"] < (row["on_ts"] or _NEVER) and row["off_ts"] < said["until_ts"]
    return overlap and said["track"] == row["track"]
