"""Cases: silences of which it is known, or taken, whether they were choices, each with what every method says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ais_gaps.evaluation import rules
from ais_gaps.evaluation.lengths import BANDS
from ais_gaps.reception import cells
from ais_gaps.schema import CLASSES

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

JUDGEMENT: Final = "judgement"
SILENCE: Final = "silence against peers"
LENGTH: Final = "length"
RULE: Final = "Global Fishing Watch's rule"
RULE_ANYWHERE: Final = "the rule at any distance, any receiver"
METHODS: Final = (JUDGEMENT, SILENCE, LENGTH, RULE, RULE_ANYWHERE)
"""What is compared: p_switched_off; the Bayes factor of the silence alone; length alone; `rules.welch` in its two forms."""

_UNDER_WAY_SOG: Final = 300  # 3 kn in 0.01 kn


@dataclass(frozen=True)
class Cases:
    """Arrays of one length, a silence each.

    Attributes:
        gaps: `gaps.BARE_GAPS`.
        hours: length.
        positive: it was a choice.
        weight: for how many silences it stands.
        p: p_switched_off; NaN where the judge abstains.
        scores: by method; -inf where it raises no alert.
        days: length of the archive, in which they all lie.
    """

    gaps: pa.Table
    hours: Floats
    positive: Flags
    weight: Floats
    p: Floats
    scores: dict[str, Floats]
    days: float

    @classmethod
    def of(
        cls,
        gaps: pa.Table,
        hours: Floats,
        positive: Flags,
        weight: Floats,
        judged: pa.Table,
        heard_a_day: Floats,
        days: float,
    ) -> Cases:
        """From silences, what a judge said of them (`judging.JUDGED`) and how often ships are heard there in a day."""
        p, factor = (judged[name].fill_null(np.nan).to_numpy() for name in ("p_switched_off", "silence_lbf"))
        scores = {
            JUDGEMENT: np.where(np.isnan(p), -np.inf, p),
            SILENCE: np.where(np.isnan(factor), -np.inf, factor),
            LENGTH: hours,
            RULE: rules.welch(gaps, heard_a_day, any_receiver=False, hours=hours),
            RULE_ANYWHERE: rules.welch(gaps, heard_a_day, any_receiver=True, hours=hours),
        }
        return cls(gaps, hours, positive, weight, p, scores, days)

    def groups(self) -> dict[str, list[tuple[str, Flags]]]:
        """Which cases are alike in something, by what, each group with its name: class, length, under way, area."""
        codes = self.gaps["ais_class"].to_numpy()
        band = BANDS.of(self.hours)
        sog = self.gaps["off_sog"].fill_null(-1).to_numpy()
        going = np.where(sog < 0, 2, sog > _UNDER_WAY_SOG)
        parts: dict[str, tuple[Any, list[str]]] = {
            "class": (codes, list(CLASSES)),
            "length": (band, [BANDS.name(number) for number in range(len(BANDS))]),
            "at off": (going, ["at 3 kn or less", "above 3 kn", "speed not said"]),
        }
        found = {
            name: [(names[number], number == of) for number in np.unique(of).tolist()]
            for name, (of, names) in parts.items()
        }
        lat, lon = (self.gaps[name].fill_null(0).to_numpy() for name in ("off_lat", "off_lon"))
        cell, of = np.unique(cells.of(lat, lon, cells.WIDE), return_inverse=True)
        return found | {"area": [(name, number == of) for number, name in enumerate(_areas(cell))]}


def _areas(cell: npt.NDArray[np.int64]) -> list[str]:
    edges = cells.edges(cell, cells.WIDE)
    sides = zip(edges.south.tolist(), edges.north.tolist(), edges.west.tolist(), edges.east.tolist(), strict=True)
    return [f"{_span(south, north, 'NS')}, {_span(west, east, 'EW')}" for south, north, west, east in sides]


def _span(low: float, high: float, letters: str) -> str:
    """Both ends of a range on one side of zero, or each with its letter."""
    ends = sorted((abs(low), abs(high)))
    if low * high >= 0:
        return f"{ends[0]:.4g}-{ends[1]:.4g} {letters[0] if high > 0 else letters[1]}"
    return f"{-low:.4g} {letters[1]} - {high:.4g} {letters[0]}"
