"""What a command does not load."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType


class _Unneeded(MetaPathFinder):
    """Says of pandas that it is not installed."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not loaded on the command line", name=fullname)


def without_pandas() -> None:
    """Keep pandas out of this process.

    pyarrow loads it, where it is installed, with the first array it makes, only to recognise pandas objects. The command
    line hands it none, and loading pandas would be a large part of every command's start.
    """
    sys.meta_path.insert(0, _Unneeded())
