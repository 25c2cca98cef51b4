"""Provider files into Arrow batches of one schema: one module a format, told apart by content.

Importing this package loads no reader, and nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ais_gaps.errors import MissingInformation, UnknownFormat, UsageError

if TYPE_CHECKING:
    from ais_gaps.readers.interface import Reader, ReadOptions
    from ais_gaps.readers.source import Source

READERS = {
    "marinecadastre": "ais_gaps.readers.marinecadastre:MarineCadastre",
    "dma": "ais_gaps.readers.dma:DanishMaritimeAuthority",
    "native": "ais_gaps.readers.native:Native",
    "nmea": "ais_gaps.readers.nmea:NmeaReader",
    "aisstream": "ais_gaps.readers.aisstream:AisstreamReader",
    "orbcomm": "ais_gaps.readers.orbcomm:OrbcommReader",
    "mapped": "ais_gaps.readers.mapped:Mapped",
}
"""What ``--reader`` takes -> where it is, in the order in which the readers are asked."""


def reader(name: str) -> Reader:
    """The reader of that name.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    if name not in READERS:
        from rapidfuzz import process

        near = ", ".join(known for known, _, _ in process.extract(name.lower(), list(READERS), limit=2))
        raise UsageError(f"--reader {name}: there is no such reader; nearest: {near}; all: {', '.join(READERS)}")
    module, _, attribute = READERS[name].partition(":")
    found: Reader = getattr(import_module(module), attribute)()
    return found


def recognise(source: Source, name: str | None, options: ReadOptions) -> Reader:
    """The reader of a source: the one that is named, `mapped` where columns are mapped, else the one that knows the content.

    Raises:
        UsageError: there is no reader of that name, or it does not go with a mapping.
        MissingInformation: the reader `mapped` is named, but nothing is mapped.
        UnknownFormat: no reader knows the content. The message says what it seems to be, and what there are readers for.
        SourceError: the source cannot be read at all.
    """
    if options.mapping and name not in (None, "mapped"):
        raise UsageError(f"--map goes with --reader mapped, not with --reader {name}")
    if name == "mapped" and not options.mapping:
        raise MissingInformation("--reader mapped needs --map FIELD=COLUMN, at least for mmsi and ts")
    if options.mapping:
        name = "mapped"
    if name is not None:
        return reader(name)
    asked = []
    for known in READERS:
        asked.append(reader(known))
        if asked[-1].recognises(source):
            return asked[-1]
    from ais_gaps.readers.content import described

    titles = "; ".join(candidate.title for candidate in asked)
    raise UnknownFormat(f"{source.name}: {described(source)}. There are readers for: {titles}")
