"""The model: log-odds that a silence was a choice, as a sum of terms that can be read one by one.

A term is a broken line: slopes between knots of its value, constrained in sign where a mariner knows the sign. Weights lie in a
small file (`weights.json`), with where they come from: they are fitted on generated worlds, and priors, not facts about the sea.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson

Floats = npt.NDArray[Any]

KNOTS: Final[dict[str, tuple[float, ...]]] = {
    "unexplained": (-4.0,),
    "factor_way": (0.0, 2.0, 4.0, 6.0, 8.0, 11.0),
    "factor_rest": (0.0, 4.0, 8.0, 11.0),
    "first": (0.0, 1.0, 3.0, 6.0),
    "last": (0.0, 1.0, 3.0, 6.0),
    "outage": (0.0, 0.3, 1.0),
    "log_hours": (0.693, 1.8, 2.5, 3.2, 4.0, 4.8),
    "log_slack": (0.0, 1.0, 2.0, 2.8, 3.5, 4.3),
    "log_nm": (0.0, 1.0, 2.5, 3.5, 4.5, 5.3),
    "off_port_nm": (0.0, 5.0, 15.0, 35.0),
    "on_port_nm": (0.0, 5.0, 15.0, 35.0),
    "off_course": (-1.0, 0.0, 0.8),
    "on_course": (-1.0, 0.0, 0.8),
    "habit": (-3.0, -0.7, 0.0, 0.7, 1.5),
    "off_rate": (0.0, 0.25, 0.5, 0.75, 0.9),
    "on_rate": (0.0, 0.25, 0.5, 0.75, 0.9),
    "history": (0.0, 0.1, 0.4, 0.9),
    **dict.fromkeys(("way", "way_after", "moored", "alongside", "left_port", "class_b", "fishing", "shared"), (0.0,)),
}
"""Where the slope of each term may change."""
LEAST_SLOPES: Final[dict[str, tuple[float, ...]]] = {
    "unexplained": (1.0,),
    "factor_way": (0.6, 0.6, 0.6, 0.3, 0.0, 0.0),
}
"""Slopes that no fit may go below. What chance alone explains, ln(1 - P(silent | on)), is no choice, whatever else speaks for one.
And odds rise with the Bayes factor: by Bayes' rule as much as it does, here by a little less, since its assumptions may fail."""
RISING: Final = frozenset(
    ("factor_way", "factor_rest", "first", "last", "log_hours", "log_slack", "history", "habit", "off_rate", "on_rate")
)
FALLING: Final = frozenset(("outage", "shared", "alongside", "class_b", "fishing"))
"""Terms whose slopes are nowhere negative, and nowhere positive."""
ONLY_CLOSED: Final = frozenset(
    ("last", "log_nm", "on_port_nm", "off_course", "on_course", "on_rate", "way_after", "left_port")
)
"""Terms that a silence has only once it is over."""


@dataclass(frozen=True)
class Model:
    """One fitted sum.

    Attributes:
        bias: log-odds of a silence that is usual in every term.
        slopes: by term, one for each of its `KNOTS`: from that knot to the next.
        usual: by term, what it adds on the mean of all silences that the model was fitted on: that is taken off, so that a weight
            says how far a silence is from what is usual.
    """

    bias: float
    slopes: dict[str, tuple[float, ...]]
    usual: dict[str, float]

    def parts(self, values: dict[str, Floats]) -> dict[str, Floats]:
        """What each term adds to the log-odds, in nats."""
        # Not as a product of matrices: their last digit hangs on how many silences are judged together.
        return {
            name: (ramps(name, values[name]) * np.array(slopes)).sum(axis=1) - self.usual[name]
            for name, slopes in self.slopes.items()
            if any(slopes)
        }

    def log_odds(self, values: dict[str, Floats]) -> Floats:
        """The sum."""
        return np.asarray(self.bias + sum(self.parts(values).values()), np.float64)

    @classmethod
    def of(cls, said: dict[str, Any]) -> Model:
        """From the file's form."""
        slopes = {name: tuple(map(float, each)) for name, each in said["slopes"].items()}
        return cls(float(said["bias"]), slopes, {name: float(each) for name, each in said["usual"].items()})


@dataclass(frozen=True)
class Models:
    """All that is fitted: for closed silences and open ones, and for both a first one that knows no history."""

    closed: Model
    closed_first: Model
    open: Model
    open_first: Model
    origin: dict[str, Any]


def ramps(name: str, value: Floats) -> Floats:
    """A value as what lies between knots, shape (n, knots): the sum of the columns is the value above its first knot."""
    knots = KNOTS[name]
    least = np.array(knots)
    most = np.array([*knots[1:], np.inf])
    return np.asarray(np.clip(value[:, None], least, most) - least)


def probability(log_odds: Floats) -> Floats:
    """The logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -40.0, 40.0))))


@cache
def shipped() -> Models:
    """The weights that come with the package."""
    said = orjson.loads(resources.files("ais_gaps").joinpath("data", "weights.json").read_bytes())
    models = {name: Model.of(said[name]) for name in ("closed", "closed_first", "open", "open_first")}
    return Models(**models, origin=said["origin"])
