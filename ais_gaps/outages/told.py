"""What windows told when an archive was asked before: kept, for a day that is added changes the last of them only.

A window hangs on the ingests that can hold anything of its hours, and on nothing else; the kept file is found by their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from ais_gaps.outages.silence import Silence
from ais_gaps.store import kept
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

KEPT: Final = 128
"""Windows that are kept; the one that was made longest ago goes first."""

_FORM: Final = 1
_DAY_US: Final = 86_400_000_000
_DAY_H: Final = 24
_TEXTS: Final = ("kind", "receiver", "station")
_WHOLE: Final = ("from_h", "to_h")
_NUMBERS: Final = ("expected", "heard", "known", "usual", "share", "log_odds")
_ROWS: Final = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        *((name, pa.list_(kind)) for name, kind in (("cells", pa.int64()), ("middle", pa.float64()))),
        *((name, pa.int64()) for name in _WHOLE),
        *((name, pa.float64()) for name in _NUMBERS),
        ("begun", pa.bool_()),
    ]
)


class Told:
    """What windows of an archive told, by their hours and their core (see `windows.Windows`)."""

    def __init__(self, store: Store, ingests: Sequence[Ingest], present: int | None = None) -> None:
        """Of some ingests.

        Args:
            store, ingests: the archive, and which of it counts.
            present: hour since 1970 from which on less is known than the ingests tell (see `Question.as_of`); None = none is.
        """
        self._folder, self._present = store.path / "outages", present
        self._spans = [
            (i.first_us // _DAY_US, i.last_us // _DAY_US, i.id)
            for i in ingests
            if i.first_us is not None and i.last_us is not None
        ]

    def read(self, hours: tuple[int, int], core: tuple[int, int]) -> list[Silence] | None:
        """What a window told; None where it is not known."""
        tables = kept.read(self._folder / self._name(hours, core), [_ROWS])
        if tables is None:
            return None
        return [
            Silence(**row | {"cells": tuple(row["cells"]), "middle": row["middle"] and tuple(row["middle"])})
            for row in tables[0].to_pylist()
        ]

    def keep(self, hours: tuple[int, int], core: tuple[int, int], told: Sequence[Silence]) -> None:
        """Keeps what a window told."""
        rows = [{name: getattr(each, name) for name in _ROWS.names} for each in told]
        kept.keep(self._folder / self._name(hours, core), [pa.Table.from_pylist(rows, _ROWS)], most=KEPT)

    def _name(self, hours: tuple[int, int], core: tuple[int, int]) -> str:
        # The hours of a silence that ends on a day, or on the day after it, lie up to a day before.
        first, last = hours[0] // _DAY_H - 1, hours[1] // _DAY_H + 1
        about = (each for begins, ends, each in self._spans if ends >= first and begins <= last)
        present = self._present if self._present is not None and self._present <= hours[1] else None
        return kept.name((_FORM, hours, core, present, *about), "window")
