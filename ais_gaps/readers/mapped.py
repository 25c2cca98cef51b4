"""Any table, by what the user says of its columns (``--map FIELD=COLUMN``). What cannot be told safely is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import MissingInformation, UnknownFormat, UsageError
from ais_gaps.readers import cells, layout, time_options
from ais_gaps.readers.decode import Fields, Rules, batch
from ais_gaps.readers.delimited import Dialect
from ais_gaps.readers.frame import Frame, ahead
from ais_gaps.readers.interface import MAPPABLE_FIELDS, Batch, ReadOptions
from ais_gaps.readers.layout import Layout
from ais_gaps.readers.source import Source

SOG_UNITS_KN = {"kn": 1.0, "m/s": 3600 / 1852, "km/h": 1 / 1.852, "0.1kn": 0.1}
"""Knots in a unit of speed; a knot is 1852 m an hour (International Hydrographic Conference, Monaco 1929)."""

_OTHER_UNITS = (
    ("m/s", re.compile(r"m/s|mps|(?:^|[^a-z])m_?s(?:$|[^a-z])", re.IGNORECASE)),
    ("km/h", re.compile(r"km/?h|kmph|kph|km_h", re.IGNORECASE)),
)


class Mapped:
    """Reads delimited text and Parquet by ``--map``."""

    name = "mapped"
    title = "any CSV or Parquet by --map FIELD=COLUMN"
    provider = "unknown"

    def recognises(self, source: Source) -> bool:
        """Never: what a column means must be said."""
        return False

    def read(self, source: Source, options: ReadOptions) -> Iterator[Batch]:
        """The rows of the source; see `Reader.read`."""
        _check(options)
        return read_mapped(source, options.mapping, options)


def read_mapped(source: Source, mapping: Mapping[str, str], options: ReadOptions) -> Iterator[Batch]:
    """The rows of a table of which it is said in which column each field is.

    Args:
        source: the table.
        mapping: field -> name of its column. Where `lat` and `lon` are in the same column, that holds point geometries.
        options: what else the user says; its own mapping is not looked at.

    Raises:
        MissingInformation: something cannot be told safely.
        UsageError: a column does not exist, or an option's value is impossible.
        SourceError: the content is damaged.
    """
    table = _table(source, mapping, options)
    layout.check_geometry(source, table)
    clock = time_options.of_column(source, table, mapping["ts"], options)
    decimal = options.decimal or "."
    hopes: dict[str, pa.DataType] = {}
    if table.dialect is not None:
        _check_decimal(source, table, mapping, options)
        if clock.unit is not None and decimal == ".":
            hopes["ts"] = pa.float64()
    rules = Rules(
        clock,
        decimal=decimal,
        change=partial(_to_knots, factor=_sog_factor(source, mapping, options)),
        receiver=options.receiver,
        constants={} if "lat" in mapping else {"static": True},
    )
    return ahead(batch(frame, rules) for frame in table.frames(source, hopes=hopes))


def _check(options: ReadOptions) -> None:
    for field in options.mapping:
        if field not in MAPPABLE_FIELDS:
            raise UsageError(
                f"--map {field}=...: there is no field {field!r}; nearest: {_nearest(field, MAPPABLE_FIELDS)}"
            )
    for field in ("mmsi", "ts"):
        if field not in options.mapping:
            raise MissingInformation(f"--map must say in which column {field} is: --map {field}=COLUMN")
    if ("lat" in options.mapping) != ("lon" in options.mapping):
        raise MissingInformation("--map needs both lat and lon, or neither of them (messages without a position)")


def _table(source: Source, mapping: Mapping[str, str], options: ReadOptions) -> Layout:
    """Where the mapped columns are."""
    if options.decimal not in (None, ".", ","):
        raise UsageError(f"--decimal {options.decimal!r}: must be '.' or ','")
    found = None
    ways = list(layout.candidates(source, options))
    for columns, dialect in ways:
        places = {field: _place(columns, name) for field, name in mapping.items()}
        if None not in places.values():
            if found is not None:
                raise MissingInformation(
                    f"{source.name}: cells can be separated in more than one way: give --separator"
                )
            found = _located(columns, dialect, {field: place for field, place in places.items() if place is not None})
    if found is not None:
        return found
    if not ways:
        raise UnknownFormat(f"{source.name}: no table: --map needs CSV with a header, or Parquet")
    columns = max((columns for columns, _ in ways), key=lambda names: (_hits(names, mapping), len(names)))
    field, name = next((field, name) for field, name in mapping.items() if _place(columns, name) is None)
    raise UsageError(
        f"--map {field}={name}: {source.name} has no column {name!r};"
        f" nearest: {_nearest(name, columns)}; all: {cells.listed(columns)}"
    )


def _located(columns: Sequence[str], dialect: Dialect | None, places: dict[str, int]) -> Layout:
    if "lat" in places and places["lat"] == places["lon"]:
        places = {field: place for field, place in places.items() if field not in ("lat", "lon")} | {
            "geometry": places["lat"]
        }
    return layout.located(columns, dialect, places)


def _place(columns: Sequence[str], name: str) -> int | None:
    """The index of the column of that name: as it stands, or else without regard to case and spaces around it.

    Raises:
        UsageError: several columns have that name.
    """
    exact = [index for index, column in enumerate(columns) if column == name]
    bare = name.strip().casefold()
    places = exact or [index for index, column in enumerate(columns) if column.strip().casefold() == bare]
    if len(places) > 1:
        raise UsageError(f"--map ...={name}: there are {len(places)} columns of that name")
    return places[0] if places else None


def _hits(columns: Sequence[str], mapping: Mapping[str, str]) -> int:
    return sum(name in columns for name in mapping.values())


def _nearest(name: str, names: Sequence[str]) -> str:
    from rapidfuzz import process, utils

    near = process.extract(name, [n for n in names if n.strip()], processor=utils.default_process, limit=3)
    return ", ".join(cells.shown(known) for known, _, _ in near)


def _check_decimal(source: Source, table: Layout, mapping: Mapping[str, str], options: ReadOptions) -> None:
    """Ask for the decimal mark where positions make no sense with a point but do with a comma."""
    if options.decimal is not None or "lat" not in table.roles:
        return
    frame = next(table.only("lat").frames(source, sample=True), None)
    if frame is None:
        return
    column = cells.as_text(frame.cells["lat"])
    said = int(np.count_nonzero(~cells.missing(column)))
    points, commas = (len(column) - cells.number(column, mark).null_count for mark in ".,")
    if commas >= 0.9 * said > 0.5 * said > points:
        raise MissingInformation(
            f"{source.name}: column {mapping['lat']!r} seems to have decimal commas: give --decimal ,"
        )


def _sog_factor(source: Source, mapping: Mapping[str, str], options: ReadOptions) -> float:
    if options.sog_unit is not None:
        if options.sog_unit not in SOG_UNITS_KN:
            raise UsageError(f"--sog-unit {options.sog_unit}: must be one of {', '.join(SOG_UNITS_KN)}")
        return SOG_UNITS_KN[options.sog_unit]
    for unit, pattern in _OTHER_UNITS:
        if pattern.search(mapping.get("sog", "")):
            raise MissingInformation(
                f"{source.name}: by its name column {mapping['sog']!r} is not in knots: give --sog-unit {unit} (or kn)"
            )
    return 1.0


def _to_knots(frame: Frame, fields: Fields, factor: float) -> None:
    if "sog" in fields.columns and factor != 1.0:
        fields.columns["sog"] = pc.round(pc.multiply(fields.columns["sog"], factor), 4)
