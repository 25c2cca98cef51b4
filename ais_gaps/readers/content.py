"""What a source seems to be when no reader knows it, in words for a person."""

from __future__ import annotations

import codecs

from ais_gaps.errors import SourceError
from ais_gaps.readers import cells, delimited, layout, parquet
from ais_gaps.readers.source import Source
from ais_gaps.readers.text import head_text

_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip file within another file"),
    (b"\x1f\x8b", "a file compressed twice"),
    (b"BZh", "a bzip2 file: unpack it first"),
    (b"\xfd7zXZ", "an xz file: unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip file: unpack it first"),
    (b"Rar!", "a RAR file: unpack it first"),
    (b"SQLite format 3", "an SQLite database (a GeoPackage is one): export its table as CSV or Parquet"),
    (b"\x89HDF", "an HDF5 or netCDF file"),
    (b"CDF", "a netCDF file"),
    (b"\x00\x00\x27\x0a", "a shapefile: export it as CSV or GeoParquet"),
    (b"\xd0\xcf\x11\xe0", "an old Office document: save its sheet as CSV"),
    (b"ARROW1", "an Arrow file: save it as Parquet"),
    (b"FEA1", "a Feather file: save it as Parquet"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_MARKUP = (
    ("<!doctype html", "an HTML page"),
    ("<html", "an HTML page"),
    ("<?xml", "XML"),
    ("<", "markup (HTML or XML)"),
)
_MAP_HINT = "if it is AIS, --map FIELD=COLUMN says which column is what (at least mmsi and ts, e.g. --map mmsi=ID --map ts=TIME)"


def described(source: Source) -> str:
    """What the content seems to be, in a few words."""
    head = source.head
    if not head.strip(b"\x00 \t\r\n" + codecs.BOM_UTF8):
        return "an empty file" if not head else "a file of nothing but blanks"
    for signature, words in _SIGNATURES:
        if head.startswith(signature):
            return words
    if parquet.is_parquet(source):
        try:
            return f"a Parquet table with the columns {cells.listed(parquet.schema_of(source).names)}; {_MAP_HINT}"
        except SourceError:
            return "a damaged Parquet file"
    text = head_text(source, None)
    start = text.lstrip()
    if not start:
        return "binary content that is not known (or text in UTF-16 without a byte order mark: give --encoding)"
    if columns := _columns(source):
        return f"a table with the columns {columns}; {_MAP_HINT}"
    for opening, words in _MARKUP:
        if start[:20].lower().startswith(opening):
            return words
    if start[0] in "{[":
        return "JSON of a kind that is not known"
    first = cells.shown(start.splitlines()[0])
    return f"text that starts {first!r}"


def _columns(source: Source) -> str:
    """The columns of the most plausible table that the text can be seen as; empty where it seems to be none."""
    best: list[str] = []
    for columns, dialect in layout.candidates(source):
        rows = [] if dialect is None else delimited.head_rows(source, dialect.separator, limit=20)
        if len(rows) > 1 and all(len(row) == len(columns) for row in rows):
            best = max(best, columns, key=len)
    return cells.listed(best)
