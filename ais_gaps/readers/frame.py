"""A frame: the cells of consecutive rows as the provider wrote them, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_T = TypeVar("_T")


@dataclass(frozen=True)
class Frame:
    """The cells of consecutive rows of one source.

    Attributes:
        cells: for each role that the reader asked for an array of the rows, of whatever type the source has or the
            parser could make: no cell is judged yet.
        records: the record number of each of these rows, ascending.
        broken: rows whose cells cannot be told apart: record number -> why. They are not among ``records``.
        raw: the raw text of rows by their record numbers.
    """

    cells: Mapping[str, pa.Array]
    records: NDArray[np.int64]
    raw: Callable[[Sequence[int]], list[str]]
    broken: Mapping[int, str] = field(default_factory=dict)


def ahead(items: Iterator[_T]) -> Iterator[_T]:
    """The same items, the next one made on a second thread while the caller works on this one."""
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="ais-gaps-read") as pool:
        waiting = pool.submit(next, items, end)
        while (item := waiting.result()) is not end:
            waiting = pool.submit(next, items, end)
            yield item  # type: ignore[misc]
