"""Libraries that only some need: imported when they are used, and named where they are missing."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from ais_gaps.errors import MissingExtra


def need(module: str, extra: str) -> ModuleType:
    """A module of an optional library.

    Args:
        module: its name, such as ``matplotlib.pyplot``.
        extra: of this package, which brings it.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise
        library = module.partition(".")[0]
        raise MissingExtra(f"this needs {library}, which is not installed: pip install 'ais_gaps[{extra}]'") from None


def have(library: str) -> bool:
    """Whether a library is installed; it is not imported."""
    return find_spec(library) is not None
