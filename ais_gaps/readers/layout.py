"""A provider's layout: which column holds what, in delimited text or Parquet, told from the names of the columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from ais_gaps.errors import SourceError
from ais_gaps.readers import decode, delimited, parquet
from ais_gaps.readers.delimited import SEPARATORS, Dialect
from ais_gaps.readers.frame import Frame
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.readers.source import Source
from ais_gaps.readers.text import BLOCK_BYTES

_SAMPLE_BYTES, _SAMPLE_ROWS = 1 << 18, 1 << 12
_IGNORED = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Layout:
    """Where the roles of a table are.

    Attributes:
        roles: role -> name of its column; in delimited text -> index of its column, which `dialect` describes.
        dialect: how the text is written; None for Parquet.
    """

    roles: Mapping[str, str | int]
    dialect: Dialect | None = None

    def frames(
        self, source: Source, sample: bool = False, hopes: Mapping[str, pa.DataType] | None = None
    ) -> Iterator[Frame]:
        """The rows of the source as frames whose cells go by role.

        Args:
            source: the table.
            sample: whether small frames will do, since only the first is wanted.
            hopes: role -> the type that text is hoped to have, where it is not the usual one.
        """
        if self.dialect is None:
            names = {role: str(name) for role, name in self.roles.items()}
            return parquet.frames(source, names, _SAMPLE_ROWS if sample else parquet.BATCH_ROWS)
        size = _SAMPLE_BYTES if sample else BLOCK_BYTES
        wanted = {
            role: (int(index), (hopes or {}).get(role, decode.type_of(role))) for role, index in self.roles.items()
        }
        return delimited.frames(source, self.dialect, wanted, size)

    def only(self, *roles: str) -> Layout:
        """The same table with fewer roles."""
        return Layout({role: self.roles[role] for role in roles if role in self.roles}, self.dialect)


def simplified(name: str) -> str:
    """A column name without case, spaces and signs, by which names are compared."""
    return _IGNORED.sub("", name.casefold())


def roles_of(columns: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Role -> index of its column, for the roles that have one; of several names the one named first wins."""
    places: dict[str, int] = {}
    for index, column in enumerate(columns):
        places.setdefault(simplified(column), index)
    found: dict[str, int] = {}
    for role, accepted in names.items():
        known = [name for name in accepted if name in places]
        if known:
            found[role] = places[known[0]]
    return found


def candidates(source: Source, options: ReadOptions | None = None) -> Iterator[tuple[list[str], Dialect | None]]:
    """The ways to see a source as a table: the names of its columns, and how it is written (None: as Parquet)."""
    options = options or ReadOptions()
    if parquet.is_parquet(source):
        try:
            yield list(parquet.schema_of(source).names), None
        except SourceError:
            return
        return
    said = options.separator
    for separator in SEPARATORS if said is None else (delimited.separator_of(said),):
        rows = delimited.head_rows(source, separator, options.encoding, limit=1)
        if rows and len(rows[0]) > 1:
            dialect = Dialect(tuple(rows[0]), separator, decimal=options.decimal or ".", encoding=options.encoding)
            yield rows[0], dialect


def located(columns: Sequence[str], dialect: Dialect | None, places: Mapping[str, int]) -> Layout:
    """The layout of a table whose roles stand at some places."""
    roles: dict[str, str | int] = dict(places) if dialect is not None else {r: columns[i] for r, i in places.items()}
    return Layout(roles, dialect)


def check_geometry(source: Source, found: Layout) -> None:
    """Refuse a GeoParquet table whose geometry is in no degrees.

    Raises:
        SourceError: its metadata name another reference system.
    """
    if found.dialect is None and "geometry" in found.roles:
        parquet.check_reference(parquet.schema_of(source), str(found.roles["geometry"]), source.name)
