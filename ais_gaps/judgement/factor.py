"""The Bayes factor of a silence: how much likelier it is if she had switched off than if she went on transmitting.

S is how often she should have been heard (`exposure`). Reception is patchy in ways that counts do not show, so that silence for no
reason is commoner than exp(-S) says: a gamma frailty of shape kappa gives

    P(silent | on) = sum over paths w [(1 - o) (1 + S / kappa)^-kappa + o (1 + S_space / kappa)^-kappa]

with o the chance of an outage ashore that peers did not show, the smaller the more of them were heard.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ais_gaps.judgement.exposure import Exposure

Floats = npt.NDArray[Any]

_UNSEEN_MOST, _UNSEEN_LEAST, _UNSEEN_H = 0.04, 0.004, 24.0


def frailty(hours: Floats) -> Floats:
    """Shape of the frailty by length: long silences are the less likely by chance. Fitted on simulated worlds."""
    return np.asarray(3.0 + 18.0 / hours)


def log_factor(found: Exposure, weights: Floats, hours: Floats) -> Floats:
    """Natural logarithm of the Bayes factor, at least 0: a ship that is off is silent for certain.

    Args:
        found: exposure by path. weights: of the paths, shape (silences, paths). hours: lengths of the silences.
    """
    kappa = frailty(hours)[:, None]
    unseen = np.clip(_UNSEEN_MOST * np.minimum(1.0, _UNSEEN_H / np.maximum(hours, 2.0)), _UNSEEN_LEAST, _UNSEEN_MOST)
    unseen = unseen[:, None] / (1.0 + found.heard_ashore)
    on = (1.0 - unseen) * _silent(found.ashore + found.space, kappa) + unseen * _silent(found.space, kappa)
    return np.asarray(-np.log((weights * on).sum(axis=1)))


def _silent(expected: Floats, kappa: Floats) -> Floats:
    return np.asarray(np.exp(-kappa * np.log1p(expected / kappa)))
