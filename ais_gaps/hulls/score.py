"""Hulls without a name held against a ship: whether each could be she, and which others fit as well."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ais_gaps.hulls import length, named, words
from ais_gaps.hulls.model import Fit, Floats, Hull, Others, Ship, Way
from ais_gaps.hulls.priors import CASE_NATS
from ais_gaps.hulls.prism import best
from ais_gaps.hulls.rivals import rivals
from ais_gaps.reach.model import Term


def candidates(hulls: Iterable[Hull], her: Ship, others: Others, way: Way) -> tuple[Fit, ...]:
    """Each hull held against a ship, in order of time.

    Args:
        hulls: ships seen and not named.
        her: with the windows of her silence.
        others: the ships that may fit as well; she may be among them and is left out.
        way: gives ways along the sea.
    """
    ordered = sorted(hulls, key=lambda hull: (hull.earliest, hull.latest, hull.ref))
    return tuple(_fit(hull, her, others, way) for hull in ordered)


def _fit(hull: Hull, her: Ship, others: Others, way: Way) -> Fit:
    prism = best(hull, her.windows, way)
    long = np.nan if her.length_m is None else her.length_m
    fits = prism is not None and prism.spare_h >= 0.0 and not bool(length.ruled_out(hull, long))
    naming = named.strongest(her, hull)
    terms = [
        Term("reach", 0.0, words.reach_text(prism)),
        Term("length", float(length.nats(hull, long)), words.length_text(hull, her)),
        Term("named there", 0.0 if naming is None else named.nats(naming, hull), words.named_text(naming)),
    ]
    if her.case:
        terms.append(Term("case", CASE_NATS, "The register counts her to the case."))
    terms = [Term(term.name, round(term.nats, 6), term.text) for term in terms]
    found = rivals(hull, her, others)
    own, against = shares(sum(term.nats for term in terms) if fits else -np.inf, found.nats)
    listed = found.listed(against)
    total = len(found.keys)
    odds = -round(float(np.logaddexp.reduce(found.nats)), 6) if total else 0.0
    terms.append(Term("rivals", odds, words.rivals_text(total)))
    share = round(own, 6) if fits else None
    at = () if prism is None else (*prism.window.start.refs, *(prism.window.end.refs if prism.window.end else ()))
    named_by = () if naming is None else (naming.ref,)
    return Fit(
        hull=hull,
        fits=fits,
        share=share,
        terms=tuple(terms),
        text=words.candidate_text(hull, her, prism, share, listed, total, found.left_out),
        refs=tuple(dict.fromkeys((hull.ref, *at, *named_by, *(ship.ref for ship in found.left_out if ship.ref)))),
        rivals=listed,
        rivals_total=total,
    )


def shares(hers: float, theirs: Floats) -> tuple[float, Floats]:
    """Her share and those of the rivals, from their weights in nats; minus infinity = does not fit. Together 1."""
    every = np.concatenate([[hers], theirs])
    top = every.max()
    if top == -np.inf:
        return 0.0, theirs
    weights = np.exp(every - top)
    found: Floats = weights / weights.sum()
    return float(found[0]), found[1:]
