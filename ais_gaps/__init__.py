"""ais_gaps: finds ships that go dark, and says how sure it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ais_gaps.interface import Archive

__version__ = "0.1.0"
__all__ = ["Archive", "open"]


def open(path: Path | str, *, create: bool = False) -> Archive:
    """The archive at a path.

    Args:
        path: its folder.
        create: make an empty archive where there is none.

    Raises:
        ArchiveError: there is no archive, or it is of another format.
    """
    from ais_gaps.interface import Archive
    from ais_gaps.store.archive import Store

    folder = Path(path)
    return Archive(Store.create(folder) if create else Store(folder))


def __getattr__(name: str) -> object:
    if name == "Archive":
        from ais_gaps.interface import Archive

        return Archive
    raise AttributeError(f"module 'ais_gaps' has no attribute {name!r}")
