"""What was reckoned once, kept in a folder. Nothing is lost with it: what is missing or broken is reckoned again."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ais_gaps.sea import land, passages

FORM: Final = "3"
"""Changes with whatever changes what is reckoned: lattice, links, form of the files."""


@dataclass(frozen=True)
class Kept:
    """Arrays by name, each set in a file of its own.

    Attributes:
        folder: made when first needed; None keeps nothing. One that cannot be written to keeps nothing either.
    """

    folder: Path | None

    def read(self, kind: str, *key: object) -> dict[str, NDArray[Any]] | None:
        """What was kept under a key; None where there is nothing, or nothing whole."""
        if self.folder is None:
            return None
        name, full = self._name(kind, key)
        try:
            # Opened here, because numpy leaves a file open that it cannot read.
            with (self.folder / name).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                arrays = {array: file[array] for array in file.files}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError):
            return None
        return arrays if str(arrays.pop("key", "")) == full else None

    def write(self, kind: str, *key: object, **arrays: NDArray[Any]) -> None:
        """Keeps arrays under a key. A reader finds all of them or nothing."""
        if self.folder is None:
            return
        name, full = self._name(kind, key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", suffix=".part", delete=False) as file:
                try:
                    # Steps of networks hardly compress, and take seconds over it.
                    save = np.savez if kind == "network" else np.savez_compressed
                    save(file, allow_pickle=False, key=np.array(full), **arrays)
                    file.close()
                    Path(file.name).replace(self.folder / name)
                except BaseException:
                    Path(file.name).unlink(missing_ok=True)
                    raise
        except OSError:
            return

    @staticmethod
    def _name(kind: str, key: tuple[object, ...]) -> tuple[str, str]:
        full = "|".join([FORM, land.version(), passages.version(), kind, *map(str, key)])
        return f"{kind}-{hashlib.sha256(full.encode()).hexdigest()[:32]}.npz", full
