"""What every reader takes and gives: sources in, Arrow batches of one schema out.

A reader only *decodes*: it turns a provider's rows into the columns of `ROWS`, in natural units and with the
provider's sentinels left as they are. Ranges, sentinels, times and MMSI are judged once for all readers in
`ais_gaps.clean`, so that no two readers differ in what they reject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import pyarrow as pa

from ais_gaps.readers.source import Source

ROWS = pa.schema(
    [
        # 1-based number of the row's (first) line in a text file, of the record elsewhere
        pa.field("record", pa.int64(), nullable=False),
        # why the reader could not read this row, in plain words; null when it could
        pa.field("reason", pa.string()),
        pa.field("mmsi", pa.int64()),
        pa.field("ts", pa.timestamp("us", tz="UTC")),
        pa.field("lat", pa.float64()),  # degrees WGS84; 91 = not available, as sent
        pa.field("lon", pa.float64()),  # degrees WGS84; 181 = not available, as sent
        pa.field("sog", pa.float64()),  # knots; 102.3 = not available
        pa.field("cog", pa.float64()),  # degrees; 360 = not available
        pa.field("heading", pa.float64()),  # degrees; 511 = not available
        pa.field("nav_status", pa.int16()),  # ITU-R M.1371 navigational status, 0-15
        pa.field("msg_type", pa.int16()),  # ITU-R M.1371 message number, 1-27
        # what sent it, where the provider says: one of schema.TRANSMITTERS; null = tell from the MMSI
        pa.field("transmitter", pa.string()),
        pa.field("static", pa.bool_()),  # true: a message without a position by nature (5, 24); null = false
        pa.field("ais_class", pa.string()),  # "A" or "B"
        pa.field("receiver", pa.string()),  # "terrestrial" or "satellite"
        pa.field("station", pa.string()),  # the receiving station, as the provider names it
        pa.field("name", pa.string()),
        pa.field("imo", pa.int64()),  # as claimed, 0 = not available; no checksum applied here
        pa.field("call_sign", pa.string()),
        pa.field("ship_type", pa.string()),  # words; schema.ship_type_words() turns an ITU code into them
        pa.field("length", pa.float64()),  # metres
        pa.field("beam", pa.float64()),  # metres
        pa.field("draught", pa.float64()),  # metres
        pa.field("destination", pa.string()),
        pa.field("eta", pa.string()),  # as said; "MM-DD HH:MM" where decoded from message 5
    ]
)
"""The one schema that readers yield. Times are UTC."""

CLAIM_FIELDS = (
    "name",
    "imo",
    "call_sign",
    "ship_type",
    "length",
    "beam",
    "draught",
    "destination",
    "eta",
)
"""The columns of `ROWS` in which a vessel says something of itself."""

REPORT_FIELDS = ("mmsi", "ts", "lat", "lon", "sog", "cog", "heading", "nav_status", "ais_class", "receiver")
MAPPABLE_FIELDS = (*REPORT_FIELDS, *CLAIM_FIELDS)
"""The field names that ``--map FIELD=COLUMN`` takes."""


@dataclass(frozen=True)
class Batch:
    """Some consecutive rows of a source.

    Attributes:
        rows: a record batch of schema `ROWS`, in the order of the source. No row of the source is missing: one that
            cannot be read has its `reason`. (Lines that are no data rows by the format's own rules, such as comments,
            headers and sentences that carry no AIS message, are not rows.)
        raw: gives the raw text of rows, by their index in this batch, for the quarantine. Only called for rejects.
    """

    rows: pa.RecordBatch
    raw: Callable[[Sequence[int]], list[str]]


@dataclass(frozen=True)
class ReadOptions:
    """What the user says about a source; a reader uses what concerns it and ignores the rest.

    Attributes:
        mapping: field of `MAPPABLE_FIELDS` -> the source's column name (``--map``).
        time_format: strptime format, or "unix", "unix_ms" (``--time-format``).
        time_zone: IANA zone or "UTC" of times without an offset (``--time-zone``).
        sog_unit: "kn", "m/s", "km/h" or "0.1kn" (``--sog-unit``).
        encoding: text encoding (``--encoding``); None = UTF-8, byte order marks honoured.
        separator: column separator (``--separator``).
        decimal: decimal mark (``--decimal``).
        start_time: UTC time at which a source without times starts (``--start-time``).
        receiver: "terrestrial" or "satellite" for rows that do not say it themselves (``--receiver``).
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    time_format: str | None = None
    time_zone: str | None = None
    sog_unit: str | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    start_time: datetime | None = None
    receiver: str | None = None


class Reader(Protocol):
    """One format.

    Attributes:
        name: what ``--reader`` takes, e.g. "marinecadastre".
        title: the format in words, for messages, e.g. "MarineCadastre CSV".
        provider: who publishes such files, or "unknown".
    """

    name: str
    title: str
    provider: str

    def recognises(self, source: Source) -> bool:
        """True if the content is of this format. Looks at ``source.head`` (never at the name), cheap, never raises."""
        ...

    def read(self, source: Source, options: ReadOptions) -> Iterator[Batch]:
        """The rows of the source, in order, in batches of some 10^5 to 10^6 rows, in bounded memory.

        Raises:
            MissingInformation: something cannot be told safely and an option must say it.
            SourceError: the content is broken beyond row by row rejection.
        """
        ...
