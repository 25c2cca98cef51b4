"""Records in the manner of Global Fishing Watch's messages from Orbcomm and Spire: JSON objects, one a line or in an array.

A record has ``ssvid`` or ``mmsi``, ``timestamp``, ``lon``, ``lat``, ``speed``, ``course`` and ``heading``; static
messages have ``shipname``, ``callsign``, ``imo``, ``shiptype`` (words), ``length``, ``width``, ``destination``. ``type``
is "AIS.1" to "AIS.27". NaN stands for what is not there. Times without an offset are UTC, as that publisher's are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ais_gaps.itu import ship_type_words
from ais_gaps.readers import messages
from ais_gaps.readers.instants import zone_of
from ais_gaps.readers.interface import Batch, ReadOptions
from ais_gaps.readers.json_columns import Columns, integer_or_none
from ais_gaps.readers.jsonlines import BLOCK_BYTES, Object, Objects, head_objects, read_objects
from ais_gaps.readers.rows import gathered, record_batch
from ais_gaps.readers.source import Source

_TYPE = re.compile(r"AIS\.(\d{1,2})", re.ASCII)
_NUMBERS: Final = {
    "lat": "lat",
    "lon": "lon",
    "sog": "speed",
    "cog": "course",
    "heading": "heading",
    "draught": "draught",
}
_TEXTS: Final = {
    "station": "receiver",
    "name": "shipname",
    "call_sign": "callsign",
    "destination": "destination",
    "eta": "eta",
}
_SIZES: Final = {"length": "length", "beam": "width"}
_KEYS: Final = (
    *("type", "ssvid", "mmsi", "timestamp", "status", "receiver_type", "imo", "shiptype"),
    *_NUMBERS.values(),
    *_SIZES.values(),
    *_TEXTS.values(),
)
_KINDS_OF_TYPE = (str, type(None))
_NO_SHIP_TYPE = frozenset({"", "not available", "unknown"})


@dataclass(frozen=True)
class OrbcommReader:
    """Reads such records. ``block_bytes`` is how much of the text is read at a time."""

    name: str = "orbcomm"
    title: str = "JSON records of Global Fishing Watch and Orbcomm"
    provider: str = "Global Fishing Watch"
    block_bytes: int = BLOCK_BYTES

    def recognises(self, source: Source) -> bool:
        """True if a record of the head has an identity, a time and a position, or a type such as "AIS.5"."""
        return any(_is_record(value) for value in head_objects(source))

    def read(self, source: Source, options: ReadOptions) -> Iterator[Batch]:
        """The rows of the source, a batch for each block.

        Raises:
            SourceError: a line is longer than 64 MiB, or an array is broken.
        """
        zone = zone_of(options.time_zone)
        read = read_objects(source, _take, options.encoding, self.block_bytes)
        yield from gathered(_batch(found, Columns(zone), options) for found in read if found.record or found.faults)


READER = OrbcommReader()


def _take(each: Object) -> tuple[Any, ...]:
    return tuple(map(each.get, _KEYS))


def _is_record(value: Object) -> bool:
    if "timestamp" not in value or ("ssvid" not in value and "mmsi" not in value):
        return False
    kind = value.get("type")
    return ("lat" in value and "lon" in value) or (type(kind) is str and _TYPE.fullmatch(kind) is not None)


def _batch(found: Objects, columns: Columns, options: ReadOptions) -> Batch:
    values = found.columns(_KEYS)
    mmsi = values["ssvid"]
    if None in mmsi:
        mmsi = tuple(older if one is None else one for one, older in zip(mmsi, values["mmsi"], strict=True))
    read: dict[str, Any] = {
        "record": found.record,
        "mmsi": columns.integers(mmsi, "mmsi"),
        "ts": columns.times(values["timestamp"], "timestamp"),
        **{to: columns.numbers(values[name], name) for to, name in _NUMBERS.items()},
        **{to: _sizes(columns.numbers(values[name], name)) for to, name in _SIZES.items()},
        **{to: columns.texts(values[name], name) for to, name in _TEXTS.items()},
        "nav_status": columns.small_integers(values["status"], "status"),
        "receiver": _receivers(values["receiver_type"], options.receiver),
        "imo": [None if said is None else integer_or_none(said) for said in values["imo"]],
        "ship_type": [None if said is None else _ship_type(said) for said in values["shiptype"]],
        **messages.columns(_message_numbers(values["type"], columns)),
    }
    columns.require(read["mmsi"], "record has no ssvid or mmsi")
    columns.require(read["ts"], "record has no timestamp")
    read["reason"] = columns.reason_column(len(found.record))
    return found.batch(record_batch(len(found.record), read))


def _message_numbers(kinds: Sequence[Any], columns: Columns) -> NDArray[np.int64]:
    numbers: dict[Any, int] = {None: 0}
    found = []
    for i, kind in enumerate(kinds):
        number = numbers.get(kind) if type(kind) in _KINDS_OF_TYPE else None
        if number is None:
            match = _TYPE.fullmatch(kind) if type(kind) is str else None
            number = int(match[1]) if match else 0
            if not 1 <= number <= messages.LAST:
                columns.reasons.setdefault(i, f"type is no AIS message type: {ascii(kind)[:60]}")
                number = 0
            else:
                numbers[kind] = number
        found.append(number)
    return np.array(found, dtype=np.int64)


def _sizes(values: pa.Array) -> pa.Array:
    """Lengths and widths; 0 stands for "not available"."""
    sizes = values.to_numpy(zero_copy_only=False)
    return pa.array(np.where(sizes == 0, np.nan, sizes), from_pandas=True)


def _receivers(said: Sequence[Any], otherwise: str | None) -> list[str | None]:
    """Receiver kinds; the user's word where a record has none, null where it says another."""
    known = {
        "terrestrial": "terrestrial",
        "satellite": "satellite",
        None: otherwise,
        "": otherwise,
        "unknown": otherwise,
    }
    return [known.get(kind) if type(kind) in _KINDS_OF_TYPE else None for kind in said]


def _ship_type(said: Any) -> str | None:
    if type(said) is str and said.strip().lower() in _NO_SHIP_TYPE:
        return None
    code = integer_or_none(said)
    if code is not None:
        return ship_type_words(code)
    return said.encode("utf-8", "replace").decode().strip() if type(said) is str else None
