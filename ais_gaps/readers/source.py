"""A source: one file of provider data, or one member of a zip, opened through its compression."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from ais_gaps.errors import SourceError

HEAD_BYTES = 256 * 1024
ARCHIVE_MARK = "ais_gaps.json"
"""A folder with this file is an archive: what is in it came from elsewhere, and goes into no archive again."""

_GZIP, _ZSTD, _ZIP, _EMPTY_ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06"


class Source:
    """One file, or one member of a zip file. Compression is told from the content, never from the name."""

    def __init__(self, path: Path, member: str | None = None, entry: zipfile.ZipInfo | None = None) -> None:
        """Takes the file and, of a zip, the member's name, and which entry it is where two have that name."""
        self.path = path
        self.member = member
        self._entry = entry

    def __repr__(self) -> str:
        return f"Source({self.name!r})"

    @property
    def name(self) -> str:
        """File name, for a zip member ``file.zip/member.csv``. What is no UTF-8 in it is written as ``\\xff``."""
        file = _printable(self.path.name)
        return file if self.member is None else f"{file}/{self.member}"

    @cached_property
    def magic(self) -> bytes:
        """The first four bytes as they lie on disk (of the member, decompressed, in a zip)."""
        with self._stored() as stream:
            return stream.read(4)

    @cached_property
    def head(self) -> bytes:
        """Up to the first 256 KiB of the decompressed content."""
        with self.open() as stream:
            return _read_fully(stream, HEAD_BYTES)

    @cached_property
    def sha256(self) -> str:
        """SHA-256, hexadecimal, of the file as it lies on disk; of a zip member, of its decompressed content."""
        digest = hashlib.sha256()
        with self._stored() as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()

    @cached_property
    def size(self) -> int:
        """Bytes of the file as it lies on disk; of a zip member, of its decompressed content."""
        if self.member is None:
            return self.path.stat().st_size
        if self._entry is not None:
            return self._entry.file_size
        with zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(self.member).file_size

    @property
    def compressed(self) -> bool:
        """Whether it is gzip or Zstandard (in a zip: a member that is)."""
        return self.magic.startswith((_GZIP, _ZSTD))

    def open(self) -> BinaryIO:
        """The decompressed content from its start. A broken compression raises `SourceError` while reading."""
        stored = self._stored()
        if self.magic.startswith(_GZIP):
            return _Guarded(gzip.GzipFile(fileobj=stored, mode="rb"), stored, self.name)
        if self.magic.startswith(_ZSTD):
            # Arrow's, because zstandard's own reader takes a file that breaks off for one that ends.
            import pyarrow as pa

            return _Guarded(pa.CompressedInputStream(pa.PythonFile(stored, mode="r"), "zstd"), stored, self.name)
        return stored

    def _stored(self) -> BinaryIO:
        try:
            if self.member is None:
                return self.path.open("rb")
            archive = zipfile.ZipFile(self.path)
            return _Guarded(archive.open(self._entry or self.member), archive, self.name)
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise SourceError(f"{self.name}: cannot be opened: {_reason(error)}") from error


class Unreadable(Source):
    """Something that is there and cannot be read: whoever opens it gets the `SourceError`."""

    def __init__(self, path: Path, why: str) -> None:
        """Takes where it is, and why it cannot be read."""
        super().__init__(path)
        self._why = why

    def _stored(self) -> BinaryIO:
        raise SourceError(f"{self.name}: {self._why}")


class _Guarded(io.RawIOBase, BinaryIO):
    """A decompressing stream that closes what it rests on and reports damage as `SourceError`."""

    def __init__(self, stream: object, below: object, name: str) -> None:
        self._stream, self._below, self._name = stream, below, name

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` decompressed bytes; no fewer than one before the end."""
        try:
            return self._stream.read(size)  # type: ignore[attr-defined, no-any-return]
        except SourceError:
            raise
        except Exception as error:  # zlib.error, BadZipFile and EOFError are no OSError
            raise SourceError(f"{self._name}: the compressed content is damaged: {error}") from error

    def close(self) -> None:
        """Closes both streams."""
        if not self.closed:
            self._stream.close()  # type: ignore[attr-defined]
            self._below.close()  # type: ignore[attr-defined]
        super().close()


def _read_fully(stream: BinaryIO, size: int) -> bytes:
    """Up to ``size`` bytes, however few each read gives."""
    parts: list[bytes] = []
    while size > 0 and (block := stream.read(size)):
        parts.append(block)
        size -= len(block)
    return b"".join(parts)


def sources(path: Path) -> Iterator[Source]:
    """The sources of a path: the file itself, each member of a zip, or every file below a folder, by name.

    Passed over are hidden files and folders, archives, and links that lead back to a folder above. What cannot be read,
    such as a damaged zip or a pipe, is a source all the same, so that it is told and the others are read: see
    `Unreadable`.

    Raises:
        SourceError: there is nothing at the path.
    """
    if not os.path.lexists(path):
        raise SourceError(f"{_printable(str(path))}: no such file or folder")
    yield from _below(path, frozenset())


def _below(path: Path, above: frozenset[str]) -> Iterator[Source]:
    """The sources of a path within the folders ``above``."""
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            here = os.path.realpath(path)
            if here not in above and not (path / ARCHIVE_MARK).is_file():
                for below in sorted(path.iterdir()):
                    if not below.name.startswith("."):
                        yield from _below(below, above | {here})
        elif not stat.S_ISREG(kind):
            yield Unreadable(path, "it is a pipe or a device, not a file: save what comes out of it first")
        elif _is_zip(path):
            yield from _members(path)
        else:
            yield Source(path)
    except OSError as error:
        yield Unreadable(path, f"cannot be opened: {_reason(error)}")


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) in (_ZIP, _EMPTY_ZIP)


def _members(path: Path) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        yield Unreadable(path, f"not a readable zip file: {error}")
        return
    for entry in entries:
        parts = entry.filename.split("/")
        if not any(part.startswith((".", "__MACOSX")) for part in parts if part not in (".", "..")):
            yield Source(path, entry.filename, entry)


def _reason(error: Exception) -> str:
    if isinstance(error, RuntimeError) and "encrypted" in str(error):  # zipfile has no error of its own for it
        return "it is encrypted"
    return getattr(error, "strerror", None) or str(error)


def _printable(name: str) -> str:
    """A file's name as text that can be written; file systems hold names that are none."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
