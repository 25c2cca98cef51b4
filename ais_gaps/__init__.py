"""ais_gaps: finds ships that go dark, and says how sure it is.

>>> import ais_gaps
>>> archive = ais_gaps.demo()
>>> archive.dossier("ANGARA").title
'ANGARA, IMO 9179842'
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ais_gaps.interface import Archive

__version__ = "0.1.0"
__all__ = ["Archive", "demo", "open"]


def open(path: Path | str, *, create: bool = False) -> Archive:
    """The archive at a path.

    Args:
        path: its folder.
        create: make an empty archive where there is none.

    Raises:
        ArchiveError: there is no archive, or it is of another format.

    Example:
        >>> ais_gaps.open(archive.path)
        Archive(...)
    """
    from ais_gaps.holdings import Holdings
    from ais_gaps.interface import Archive

    return Archive(Holdings.at(path, create=create))


def demo(path: Path | str | None = None) -> Archive:
    """The ANGARA case as an archive: positions reconstructed from public facts, which every answer says, and the facts.

    Args:
        path: folder to build it in; one that is there is completed. None = a folder of its own that goes when Python ends.

    Raises:
        ArchiveError: the folder is taken by something else.

    Example:
        >>> ais_gaps.demo().gaps("ANGARA").duration_h.round(0).tolist()
        [...]
    """
    from ais_gaps import angara as case
    from ais_gaps.interface import Archive

    return Archive(case.build(Path(path) if path is not None else case.passing_folder()))


def __getattr__(name: str) -> object:
    if name == "Archive":
        from ais_gaps.interface import Archive

        return Archive
    raise AttributeError(f"module 'ais_gaps' has no attribute {name!r}")
