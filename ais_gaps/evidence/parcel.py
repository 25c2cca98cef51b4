"""What one file gave: rows of one table, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Parcel:
    """The evidence of one file.

    Attributes:
        file: its name. sha256: of its content, in hexadecimal. format: what it was recognised as.
        table: the table of `tables.TABLES` that its rows are of. rows: those taken. refused: the others (`REFUSED`).
        lines: where each row is in its file: the line it ends on, or the number of the feature or record; from 1.
        passed_over: columns or properties that have no place in the table.
    """

    file: str
    sha256: str
    format: str
    table: str
    rows: pa.Table
    refused: pa.Table
    lines: Sequence[int]
    passed_over: tuple[str, ...] = ()
