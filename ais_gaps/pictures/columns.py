"""Rows of a caller, from pandas or Arrow, as columns that can be drawn: what cannot be understood is null."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from ais_gaps.errors import UsageError

# A date axis cannot show any year; no AIS report is of another century.
_EARLIEST: Final = np.datetime64("1970-01-01", "us")
_LATEST: Final = np.datetime64("2200-01-01", "us")

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]


class Columns:
    """Columns of some rows; a column that is not there is null in every row.

    Attributes:
        rows: how many.
        notes: sentences that the rows carry.
    """

    def __init__(self, rows: Any, needed: Sequence[str] = (), what: str = "the rows") -> None:
        """Takes the rows.

        Args:
            rows: a DataFrame, an Arrow table, or anything with ``__arrow_c_stream__``; None = no rows.
            needed: columns that must be there.
            what: what the rows are, for the error.

        Raises:
            UsageError: it is none of these, or a needed column is missing.
        """
        self._frame = pd.DataFrame(columns=list(needed)) if rows is None else _frame(rows, what)
        self.notes = _notes(rows)
        self.rows = len(self._frame)
        for name in needed:
            if name not in self:
                raise UsageError(
                    f"{what} need the column {name!r}; there are: {', '.join(map(str, self._frame.columns))}"
                )

    def __contains__(self, name: str) -> bool:
        return name in self._frame.columns

    def __len__(self) -> int:
        return self.rows

    def taken(self, chosen: NDArray[Any]) -> Columns:
        """Some of the rows, by mask or number."""
        found = Columns(self._frame.iloc[np.flatnonzero(chosen) if chosen.dtype == bool else chosen])
        found.notes = self.notes
        return found

    def floats(self, name: str) -> Floats:
        """Finite numbers; null and all else are NaN."""
        column = self._column(name)
        if column is None:
            return np.full(self.rows, np.nan)
        found = np.array(pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan))
        found[~np.isfinite(found)] = np.nan
        return found

    def whole(self, name: str) -> NDArray[np.int64]:
        """Whole numbers as those of vessels; -1 where null."""
        found = self.floats(name)
        return np.where(np.isfinite(found) & (np.abs(found) < 2**53), found, -1.0).astype(np.int64)

    def chances(self, name: str) -> Floats:
        """Probabilities; what lies outside 0 to 1 is none, so NaN."""
        found = self.floats(name)
        found[(found < 0.0) | (found > 1.0)] = np.nan
        return found

    def places(self, lat: str, lon: str) -> tuple[Floats, Floats]:
        """Latitudes and longitudes, degrees, both NaN where either is no place."""
        lats, lons = self.floats(lat), self.floats(lon)
        nowhere = ~((np.abs(lats) <= 90.0) & (np.abs(lons) <= 540.0))
        lats[nowhere] = lons[nowhere] = np.nan
        return lats, lons

    def times(self, name: str) -> Times:
        """UTC times in microseconds without a zone; NaT where null. Times without a zone are taken as UTC."""
        column = self._column(name)
        if column is None:
            return np.full(self.rows, "NaT", "datetime64[us]")
        if not isinstance(column.dtype, np.dtype | pd.DatetimeTZDtype) or column.dtype.kind != "M":
            # Days, times and ISO 8601, as evidence from a file has them. A number is no time: of what would it be?
            column = pd.Series([value if isinstance(value, str | date) else None for value in column], dtype=object)
            column = pd.to_datetime(column, utc=True, errors="coerce", format="ISO8601")
        read = pd.to_datetime(column, utc=True).dt.tz_localize(None)
        found = np.array(read.to_numpy(), dtype="datetime64[us]")
        found[~((found >= _EARLIEST) & (found < _LATEST))] = np.datetime64("NaT")
        return found

    def truths(self, name: str) -> NDArray[np.bool_]:
        """Whether each is true; null is not."""
        column = self._column(name)
        if column is None:
            return np.zeros(self.rows, np.bool_)
        return np.array([value is True or (isinstance(value, np.bool_) and bool(value)) for value in column], np.bool_)

    def texts(self, name: str) -> list[str | None]:
        """Texts; None where null or blank."""
        column = self._column(name)
        if column is None:
            return [None] * self.rows
        return [value if isinstance(value, str) and value.strip() else None for value in column]

    def numbers(self, name: str) -> list[frozenset[int]]:
        """Of lists of numbers the numbers in each."""
        column = self._column(name)
        if column is None:
            return [frozenset()] * self.rows
        return [_numbers(value) for value in column]

    def _column(self, name: str) -> Any:
        if name not in self:
            return None
        column = self._frame[name]
        # Several columns of one name are a frame of their own.
        return column.iloc[:, 0] if isinstance(column, pd.DataFrame) else column


def said(given: Sequence[str], *rows: Columns | None) -> list[str]:
    """All notes of a picture, each once: those given, then those that the rows carry, which cannot be left out."""
    given = (given,) if isinstance(given, str) else given
    return list(dict.fromkeys([*map(str, given), *(note for one in rows if one is not None for note in one.notes)]))


def _frame(rows: Any, what: str) -> pd.DataFrame:
    if isinstance(rows, pd.DataFrame):
        return rows
    if hasattr(rows, "__arrow_c_stream__"):
        found: pd.DataFrame = pa.table(rows).to_pandas()
        return found
    if isinstance(table := getattr(rows, "table", None), pd.DataFrame):  # of an answer such as `interface.Reception`
        return table
    raise UsageError(f"{what} are no DataFrame and no Arrow table but {type(rows).__name__}")


def _notes(rows: Any) -> tuple[str, ...]:
    """What must be said with the rows: in their `about` (see `interface.rows`) or `notes`, where these are no columns."""
    for holder in (getattr(rows, "about", None), rows):
        found = getattr(holder, "notes", None)
        if isinstance(found, list | tuple) and found and all(isinstance(note, str) for note in found):
            return tuple(found)
    return ()


def _numbers(value: Any) -> frozenset[int]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return frozenset()
    return frozenset(
        int(one) for one in value if isinstance(one, int | float | np.integer | np.floating) and np.isfinite(one)
    )
