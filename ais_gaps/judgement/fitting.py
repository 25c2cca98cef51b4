"""Fitting of a `Model`: logistic regression on broken lines, with slopes of the sign that a mariner expects.

Penalised by the squares of the slopes in units of their columns' spread (C = 0.3), solved by L-BFGS-B with bounds.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ais_gaps.judgement.model import FALLING, KNOTS, LEAST_SLOPES, ONLY_CLOSED, RISING, Model, ramps

Floats = npt.NDArray[Any]

C: Final = 0.3


def fit(values: dict[str, Floats], chosen: Floats, *, closed: bool, history: bool) -> Model:
    """The model that makes what is known likeliest.

    Args:
        values: raw terms by name (`terms`). chosen: 1 where the silence was a choice, else 0.
        closed: silences that are over; else those that are not, which lack the terms of their end.
        history: with the term of earlier silences.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    names = [name for name in KNOTS if (closed or name not in ONLY_CLOSED) and (history or name != "history")]
    columns = np.concatenate([ramps(name, values[name]) for name in names], axis=1)
    of = [name for name in names for _ in KNOTS[name]]
    spread = columns.std(axis=0) + 1e-9
    columns = np.column_stack([columns / spread, np.ones(len(columns))])
    least = [
        LEAST_SLOPES.get(name, (0.0,) * len(KNOTS[name]))[knot] for name in names for knot in range(len(KNOTS[name]))
    ]
    bounds = [
        (low * unit, None) if name in RISING or low else (None, 0.0) if name in FALLING else (None, None)
        for name, low, unit in zip(of, least, spread.tolist(), strict=True)
    ]

    def loss(weights: Floats) -> tuple[float, Floats]:
        log_odds = columns @ weights
        slope = columns.T @ (1.0 / (1.0 + np.exp(-np.clip(log_odds, -40.0, 40.0))) - chosen)
        slope[:-1] += weights[:-1] / C
        error = (np.logaddexp(0.0, log_odds) - chosen * log_odds).sum() + 0.5 * (weights[:-1] ** 2).sum() / C
        return float(error), slope

    start = np.append(np.zeros(len(of)), -5.0)
    options = {"maxiter": 800, "maxfun": 1200}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)], options=options).x
    slopes: dict[str, tuple[float, ...]] = dict.fromkeys(names, ())
    for name, slope in zip(of, (found[:-1] / spread).round(4).tolist(), strict=True):
        slopes[name] = (*slopes[name], slope)
    usual = {name: round(float((ramps(name, values[name]) @ np.array(slopes[name])).mean()), 4) for name in names}
    return Model(round(float(found[-1]) + sum(usual.values()), 4), slopes, usual)
