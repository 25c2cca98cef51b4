"""A source: one file of provider data, or one member of a zip, opened through its compression."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import zstandard

from ais_gaps.errors import SourceError

HEAD_BYTES = 256 * 1024
_GZIP, _ZSTD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"


class Source:
    """One file, or one member of a zip file. Compression is told from the content, never from the name."""

    def __init__(self, path: Path, member: str | None = None) -> None:
        self.path = path
        self.member = member

    def __repr__(self) -> str:
        return f"Source({self.name!r})"

    @property
    def name(self) -> str:
        """File name, for a zip member ``file.zip/member.csv``."""
        return self.path.name if self.member is None else f"{self.path.name}/{self.member}"

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
            return _Guarded(gzip.GzipFile(fileobj=stored), stored, self.name)
        if self.magic.startswith(_ZSTD):
            reader = zstandard.ZstdDecompressor().stream_reader(stored, read_across_frames=True)
            return _Guarded(reader, stored, self.name)
        return stored

    def _stored(self) -> BinaryIO:
        try:
            if self.member is None:
                return self.path.open("rb")
            archive = zipfile.ZipFile(self.path)
            return _Guarded(archive.open(self.member), archive, self.name)
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise SourceError(f"{self.name}: cannot be opened: {error}") from error


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
        except (OSError, EOFError, zipfile.BadZipFile, zstandard.ZstdError) as error:
            raise SourceError(f"{self._name}: the compressed content is damaged: {error}") from error
        except Exception as error:  # zlib.error is no OSError
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

    Hidden files and folders are passed over.

    Raises:
        SourceError: there is nothing at the path, or a zip is damaged.
    """
    if path.is_dir():
        for below in sorted(path.iterdir()):
            if not below.name.startswith("."):
                yield from sources(below)
        return
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder")
    with path.open("rb") as stream:
        magic = stream.read(4)
    if magic != _ZIP:
        yield Source(path)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m.filename for m in archive.infolist() if not m.is_dir()]
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path.name}: not a readable zip file: {error}") from error
    for member in members:
        if not any(part.startswith((".", "__MACOSX")) for part in member.split("/")):
            yield Source(path, member)
