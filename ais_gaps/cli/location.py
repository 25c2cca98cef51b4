"""Which archive a command works on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ais_gaps.errors import ArchiveError

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings

DEFAULT = Path("ais_archive")


def open_archive(context: typer.Context, *, create: bool = False) -> Holdings:
    """Open the archive that ``--archive``, AIS_GAPS_ARCHIVE or the default names.

    Raises:
        ArchiveError: there is none, or it cannot be opened.
    """
    from ais_gaps.holdings import Holdings

    folder: Path | None = context.obj
    if folder is None:
        folder = DEFAULT
        if not create and not folder.exists():
            raise ArchiveError(
                f"no archive in ./{folder}: say where it is by --archive DIR or AIS_GAPS_ARCHIVE, "
                "or make one with 'ais-gaps ingest PATH'"
            )
    return Holdings.at(folder, create=create)
