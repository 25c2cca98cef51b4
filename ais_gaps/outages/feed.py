"""The whole feed, all terrestrial receivers, all satellites: hours in which none of them heard anybody."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from ais_gaps.outages import quiet
from ais_gaps.outages.quiet import Runs, Series

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_PRIOR: Final = 0.5  # Jeffreys' prior of a share


def runs(series: Series) -> Runs:
    """The quiet runs of one series of everything, with the greater of two evidences.

    Beside that of ships that come and go (see `quiet`): satellites hear many ships at once and then nobody for hours. How long
    such pauses last is told from the pauses themselves: by how many of the quiet hours another one followed.
    """
    found = quiet.runs(series)
    if not len(found):
        return found
    length = (found.last - found.first + 1).astype(np.float64)
    own = np.zeros(len(found))
    for _ in range(2):
        # Pauses that are outages themselves say nothing of usual ones.
        usual = np.maximum(found.evidence, own) < quiet.SURE
        # A pause may begin at any hour, a lull of ships once a stay: counted alike, see `Runs.log_odds`.
        own = _evidence(length, usual, len(series.hour)) - np.log(found.chance_h)
    return replace(found, evidence=np.where(found.heard == 0, np.maximum(found.evidence, own), found.evidence))


def _evidence(length: Floats, usual: Flags, hours: int) -> Floats:
    """Nats against a pause of each length by chance, from the usual pauses without that pause itself."""
    from scipy.special import betaln  # type: ignore[import-untyped]

    quiet_hours = (length * usual).sum() - length * usual
    pauses = usual.sum() - usual
    went_on = np.maximum(quiet_hours - pauses, 0.0)
    begins = (quiet_hours + _PRIOR) / (max(hours, 1) + 2.0 * _PRIOR)
    stays = betaln(went_on + _PRIOR + length - 1.0, pauses + _PRIOR) - betaln(went_on + _PRIOR, pauses + _PRIOR)
    return np.asarray(-np.log(np.minimum(begins, 1.0)) - stays)


def down(series: Series) -> Flags:
    """Hours in which nobody was heard, or almost nobody: whatever the reason, they say nothing of single places."""
    found = quiet.runs(series)
    marks = np.zeros(len(series.hour) + 1, np.int64)
    np.add.at(marks, found.first, 1)
    np.add.at(marks, found.last + 1, -1)
    return np.asarray(np.cumsum(marks[:-1]) > 0)
