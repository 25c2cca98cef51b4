"""The ANGARA case as an archive: reports reconstructed from public facts, and the facts themselves."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from ais_gaps import evidence
from ais_gaps.errors import AisGapsError, ArchiveError
from ais_gaps.holdings import Holdings
from ais_gaps.ingest import Progress


def build(out: Path, on_progress: Callable[[Progress], None] | None = None) -> Holdings:
    """Builds the case into an archive; one that is there already is completed.

    Args:
        out: the archive's folder.
        on_progress: called while reports are read.

    Raises:
        ArchiveError: the fixture is not where the package was installed, or the folder is taken.
    """
    case = _case()
    archive = Holdings.at(out, create=True)
    notes = evidence.read_folder(case).notes.to_pylist()
    said = [note["text"] for note in notes if note["kind"] == "source" and "reports.csv" in (note["refs"] or ())]
    for result in archive.ingest([case / "reports.csv"], note=said[0], on_progress=on_progress):
        if result.error:
            raise AisGapsError(result.error)
    archive.add_evidence(case)
    return archive


def passing_folder() -> Path:
    """A folder for an archive that goes when Python ends."""
    folder = Path(tempfile.mkdtemp(prefix="ais-gaps-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _case() -> Path:
    """The fixture: in an installed package inside it, in a checkout beside it."""
    package = Path(str(resources.files("ais_gaps")))
    for folder in (package / "fixtures" / "angara", package.parent / "fixtures" / "angara"):
        if folder.is_dir():
            return folder
    raise ArchiveError("the ANGARA case is not installed with this package")
