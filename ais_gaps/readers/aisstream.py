"""Messages of aisstream.io, JSON objects, one a line or in an array.

A message as received is an envelope: ``MessageType``, ``MetaData`` (with ``time_utc`` and the ship's name as the
provider knows it, which counts as a claim) and ``Message``, which holds the body under the message's type. Where there
is no ``time_utc``, ``received_utc`` beside these says when `ais_gaps.listen` received it. Some files hold only the bodies
(``MessageID``, ``UserID``, ...); those do not say when they were received, so the user must say when the file starts,
and times are those of `clock.Clock`, carried on by the UTC second of each report.

Names of types and fields are those of the provider's published models. Bodies carry the sentinels of AIS as they are,
the speeds of messages 9 and 27 in whole knots.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ais_gaps.errors import MissingInformation
from ais_gaps.itu import ship_type_words
from ais_gaps.readers import messages
from ais_gaps.readers.clock import Clock
from ais_gaps.readers.instants import utc_us, zone_of
from ais_gaps.readers.interface import Batch, ReadOptions
from ais_gaps.readers.json_columns import Columns, integer_or_none
from ais_gaps.readers.jsonlines import BLOCK_BYTES, NotARecordError, Object, Objects, head_objects, read_objects
from ais_gaps.readers.rows import gathered, record_batch
from ais_gaps.readers.source import Source

_NUMBER_OF: Final = {
    "PositionReport": 1,
    "BaseStationReport": 4,
    "ShipStaticData": 5,
    "AddressedBinaryMessage": 6,
    "BinaryAcknowledge": 7,
    "BinaryBroadcastMessage": 8,
    "StandardSearchAndRescueAircraftReport": 9,
    "CoordinatedUTCInquiry": 10,
    "AddressedSafetyMessage": 12,
    "SafetyBroadcastMessage": 14,
    "Interrogation": 15,
    "AssignedModeCommand": 16,
    "GnssBroadcastBinaryMessage": 17,
    "StandardClassBPositionReport": 18,
    "ExtendedClassBPositionReport": 19,
    "DataLinkManagementMessage": 20,
    "DataLinkManagementMessageData": 20,
    "AidsToNavigationReport": 21,
    "ChannelManagement": 22,
    "GroupAssignmentCommand": 23,
    "StaticDataReport": 24,
    "SingleSlotBinaryMessage": 25,
    "MultiSlotBinaryMessage": 26,
    "LongRangeAisBroadcastMessage": 27,
}
_BODY: Final = (
    *("UserID", "Latitude", "Longitude", "Sog", "Cog", "TrueHeading", "NavigationalStatus", "Timestamp", "Valid"),
)
_CLAIMS: Final = ("name", "imo", "call_sign", "ship_type", "length", "beam", "draught", "destination", "eta")
_NAMES: Final = ("number", "time_utc", "meta_mmsi", "base_us", *_BODY, *_CLAIMS)
_NOT_SAID: Final = (None,) * (len(_CLAIMS) - 1)
_NO_META: Final[Object] = {}


@dataclass(frozen=True)
class AisstreamReader:
    """Reads messages of aisstream.io. ``block_bytes`` is how much of the text is read at a time."""

    name: str = "aisstream"
    title: str = "messages of aisstream.io"
    provider: str = "aisstream.io"
    block_bytes: int = BLOCK_BYTES

    def recognises(self, source: Source) -> bool:
        """True if the head holds an envelope or a body."""
        return any(_is_envelope(value) or _is_body(value) for value in head_objects(source))

    def read(self, source: Source, options: ReadOptions) -> Iterator[Batch]:
        """The rows of the source.

        Raises:
            MissingInformation: no record of the first block says when it was received, and no option says it.
            SourceError: a line is longer than 64 MiB, or an array is broken.
        """
        yield from gathered(self._read(source, options))

    def _read(self, source: Source, options: ReadOptions) -> Iterator[Batch]:
        zone = zone_of(options.time_zone)
        clock = None if options.start_time is None else Clock(utc_us(options.start_time))
        timed = clock is not None
        for found in read_objects(source, _take, options.encoding, self.block_bytes):
            if not found.record and not found.faults:
                continue
            values = found.columns(_NAMES)
            if not timed and found.record:
                timed = any(time is not None for time in values["time_utc"])
                if not timed:
                    raise MissingInformation(
                        f"{source.name}: nothing says when these messages were received; "
                        "--start-time says when they begin"
                    )
            yield _batch(found, values, Columns(zone), clock, options)


READER = AisstreamReader()


def _is_envelope(value: Object) -> bool:
    return type(value.get("Message")) is dict and type(value.get("MessageType")) is str


def _is_body(value: Object) -> bool:
    return type(value.get("MessageID")) is int and "UserID" in value


def _take(value: Object) -> tuple[Any, ...]:
    """The values of a message, in the order of `_NAMES`."""
    kind = value.get("MessageType")
    if kind is not None:
        body, meta = _opened(value, kind)
    elif _is_body(value):
        body, meta = value, _NO_META
    else:
        raise NotARecordError("not a message of aisstream.io: it has no MessageType")
    number = body.get("MessageID")
    if type(number) is not int or not 1 <= number <= messages.LAST:
        number = 0 if kind is None else _NUMBER_OF.get(kind, 0)
    base_us = _base_us(body) if "UtcYear" in body else None
    time = meta.get("time_utc") or value.get("received_utc")
    known = (number, time, meta.get("MMSI"), base_us, *map(body.get, _BODY))
    if number not in messages.CLAIMS:
        return (*known, meta.get("ShipName"), *_NOT_SAID)
    name, *claims = _claims(body, number)
    return (*known, name if _says_something(name) else meta.get("ShipName"), *claims)


def _opened(value: Object, kind: Any) -> tuple[Object, Object]:
    """The body and the metadata of an envelope."""
    message = value.get("Message")
    body = message.get(kind) if type(message) is dict and type(kind) is str else None
    if type(body) is not dict:
        raise NotARecordError(f"envelope holds no {ascii(kind)[1:-1][:60] if type(kind) is str else 'message'}")
    meta = value.get("MetaData", value.get("Metadata"))
    return body, meta if type(meta) is dict else _NO_META


def _claims(body: Object, number: int) -> tuple[Any, ...]:
    """What a body says of its sender, in the order of `_CLAIMS`."""
    if number == 24:
        # a body has both parts, the one that was not sent marked as not valid
        a, b = _part(body, "ReportA"), _part(body, "ReportB")
        size = (None, None) if _is_auxiliary(body.get("UserID")) else _size(b)
        return (a.get("Name"), None, b.get("CallSign"), _ship_type(b.get("ShipType")), *size, None, None, None)
    name, more = body.get("Name"), body.get("NameExtension")
    if number == 21:
        return (
            name + more if type(name) is str is type(more) else name,
            None,
            None,
            None,
            *_size(body),
            *_NOT_SAID[:3],
        )
    voyage = (body.get("MaximumStaticDraught") or None, body.get("Destination"), _eta(body.get("Eta")))
    imo = integer_or_none(body.get("ImoNumber"))
    return (name, imo, body.get("CallSign"), _ship_type(body.get("Type")), *_size(body), *voyage)


def _part(body: Object, name: str) -> Object:
    part = body.get(name)
    return part if type(part) is dict and part.get("Valid") is not False else _NO_META


def _is_auxiliary(mmsi: Any) -> bool:
    """Whether that MMSI is of a parent ship's craft, whose message 24 has the parent's MMSI in place of a size."""
    return type(mmsi) is int and mmsi // 10_000_000 == 98


def _size(body: Object) -> tuple[int | None, int | None]:
    """Length and beam in metres."""
    size = body.get("Dimension")
    if type(size) is not dict:
        return None, None
    a, b, c, d = (each if type(each) is int and 0 <= each < 1000 else 0 for each in map(size.get, "ABCD"))
    return a + b or None, c + d or None


def _ship_type(code: Any) -> str | None:
    return ship_type_words(code) if type(code) is int else None


def _eta(said: Any) -> str | None:
    if type(said) is not dict:
        return None
    month, day, hour, minute = fields = tuple(map(said.get, ("Month", "Day", "Hour", "Minute")))
    if not all(type(each) is int and 0 <= each < 100 for each in fields) or not month or not day:
        return None
    return f"{month:02}-{day:02} {hour:02}:{minute:02}"


def _base_us(body: Object) -> int | None:
    try:
        year, month, day, hour, minute, second = (
            body[f"Utc{part}"] for part in ("Year", "Month", "Day", "Hour", "Minute", "Second")
        )
        return utc_us(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _says_something(name: Any) -> bool:
    return name is not None and (type(name) is not str or bool(name.strip("@ ")))


def _batch(
    found: Objects, values: dict[str, tuple[Any, ...]], columns: Columns, clock: Clock | None, options: ReadOptions
) -> Batch:
    number: NDArray[np.int64] = np.array(values["number"], dtype=np.int64)
    mmsi = columns.integers(
        [body if body is not None else meta for body, meta in zip(values["UserID"], values["meta_mmsi"], strict=True)],
        "UserID",
    )
    ts = columns.times(values["time_utc"], "time_utc")
    if clock is not None:
        ts = _run(clock, ts, values, mmsi)
    sog, cog = (columns.numbers(values[name], name).to_numpy(zero_copy_only=False).copy() for name in ("Sog", "Cog"))
    messages.clear_unavailable(number, sog, cog)
    read: dict[str, Any] = {
        "record": found.record,
        "mmsi": mmsi,
        "ts": ts,
        "lat": columns.numbers(values["Latitude"], "Latitude"),
        "lon": columns.numbers(values["Longitude"], "Longitude"),
        "sog": sog,
        "cog": cog,
        "heading": columns.numbers(values["TrueHeading"], "TrueHeading"),
        "nav_status": columns.small_integers(values["NavigationalStatus"], "NavigationalStatus"),
        "receiver": options.receiver,
        "imo": list(values["imo"]),
        "draught": columns.numbers(values["draught"], "MaximumStaticDraught"),
        **{name: columns.texts(values[name], name) for name in ("name", "call_sign", "destination")},
        **{name: list(values[name]) for name in ("ship_type", "length", "beam", "eta")},
        **messages.columns(number),
    }
    for i, valid in enumerate(values["Valid"]):
        if valid is False:
            columns.reasons.setdefault(i, "marked as not valid by the provider")
    columns.require(mmsi, "message has no UserID")
    columns.require(ts, "message has no time_utc")
    read["reason"] = columns.reason_column(len(found.record))
    return found.batch(record_batch(len(found.record), read))


def _run(clock: Clock, ts: pa.Array, values: dict[str, tuple[Any, ...]], mmsi: pa.Array) -> pa.Array:
    """The times of rows by the clock, where they do not say when they were received."""
    seconds = [second if type(second) is int else 60 for second in values["Timestamp"]]
    rows: Sequence[tuple[int | None, int, int | None, int]] = list(
        zip(ts.cast(pa.int64()).to_pylist(), seconds, values["base_us"], mmsi.fill_null(0).to_pylist(), strict=True)
    )
    return pa.array(clock.run(rows), pa.int64()).cast(ts.type)
