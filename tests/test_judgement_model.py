"""The sum of terms: it adds up, its signs are a mariner's, and chance alone is never called a choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.judgement import terms as terms_of
from ais_gaps.judgement.detours import Detours
from ais_gaps.judgement.exposure import Exposure
from ais_gaps.judgement.factor import frailty, log_factor
from ais_gaps.judgement.model import (
    FALLING,
    KNOTS,
    LEAST_SLOPES,
    ONLY_CLOSED,
    RISING,
    Model,
    probability,
    ramps,
    shipped,
)
from ais_gaps.judgement.paths import PATHS, VIA, Paths
from ais_gaps.judgement.reasons import GROUPS
from ais_gaps.judgement.silences import Silences
from ais_gaps.judgement.terms import earlier, habit, terms
from tests.judgement_case import silences

MODELS = {name: getattr(shipped(), name) for name in ("closed", "closed_first", "open", "open_first")}
PLACE = (42.1, 131.1)
WIDE = st.floats(-50.0, 200.0)
counts = st.lists(st.floats(0.0, 300.0), min_size=PATHS, max_size=PATHS)
weighed = st.lists(st.floats(0.01, 1.0), min_size=PATHS, max_size=PATHS)
lengths = st.floats(0.5, 50_000.0)


def exposed(ashore: list[float], space: list[float], heard: list[float]) -> Exposure:
    return replace(
        Exposure.empty(1), ashore=np.array([ashore]), space=np.array([space]), heard_ashore=np.array([heard])
    )


def factor(ashore: list[float], space: list[float], heard: list[float], weights: list[float], hours: float) -> float:
    share = np.array([weights]) / sum(weights)
    return float(log_factor(exposed(ashore, space, heard), share, np.array([hours]))[0])


@given(counts, counts, counts, weighed, lengths)
def test_silence_is_never_likelier_of_a_ship_that_transmits(
    ashore: list[float], space: list[float], heard: list[float], weights: list[float], hours: float
) -> None:
    found = factor(ashore, space, heard, weights, hours)
    assert np.isfinite(found) and found >= -1e-12
    assert factor([0.0] * PATHS, [0.0] * PATHS, heard, weights, hours) == pytest.approx(0.0, abs=1e-12)


@given(counts, counts, counts, weighed, lengths, st.integers(0, VIA), st.floats(0.0, 50.0))
def test_it_rises_with_how_often_she_should_have_been_heard_and_with_what_shows_no_outage(
    ashore: list[float],
    space: list[float],
    heard: list[float],
    weights: list[float],
    hours: float,
    at: int,
    more: float,
) -> None:
    before = factor(ashore, space, heard, weights, hours)
    for values in (ashore, space, heard):
        kept, values[at] = values[at], values[at] + more
        assert factor(ashore, space, heard, weights, hours) >= before - 1e-9
        values[at] = kept


@given(lengths, lengths)
def test_long_silences_are_the_less_likely_by_chance(one: float, other: float) -> None:
    short, long = sorted((one, other))
    assert frailty(np.array([short]))[0] >= frailty(np.array([long]))[0] > 0


@given(st.sampled_from(sorted(KNOTS)), st.lists(WIDE, min_size=1, max_size=20))
def test_the_pieces_of_a_broken_line_add_up_to_its_value(name: str, values: list[float]) -> None:
    array = np.array(values)
    pieces = ramps(name, array)
    assert pieces.shape == (len(array), len(KNOTS[name]))
    assert (pieces >= 0).all()
    assert pieces.sum(axis=1) == pytest.approx(np.maximum(array - KNOTS[name][0], 0.0))


@pytest.mark.parametrize("name", MODELS)
@given(st.data())
def test_parts_and_start_are_the_log_odds_and_each_term_has_its_sentence(name: str, data: st.DataObject) -> None:
    model: Model = MODELS[name]
    values = {term: np.array(data.draw(st.lists(WIDE, min_size=3, max_size=3))) for term in KNOTS}
    parts = model.parts(values)
    total = model.bias + sum(parts.values())
    assert np.array_equal(total, model.log_odds(values))
    p = probability(total)
    kept = np.abs(total) < 30
    assert np.log(p[kept] / (1 - p[kept])) == pytest.approx(total[kept], abs=1e-3)
    told = [term for terms_ in GROUPS.values() for term in terms_]
    assert len(told) == len(set(told))
    assert set(parts) <= set(told)


@pytest.mark.parametrize("name", MODELS)
def test_shipped_slopes_have_the_signs_of_a_mariner(name: str) -> None:
    model: Model = MODELS[name]
    for term, slopes in model.slopes.items():
        assert len(slopes) == len(KNOTS[term])
        assert term in model.usual
        if term in RISING:
            assert min(slopes) >= 0, term
        if term in FALLING:
            assert max(slopes) <= 0, term
        if term in LEAST_SLOPES:
            assert all(a >= b for a, b in zip(slopes, LEAST_SLOPES[term], strict=True)), term


def test_open_models_know_no_end_and_first_models_no_history() -> None:
    for name, model in MODELS.items():
        assert bool(ONLY_CLOSED & set(model.slopes)) == name.startswith("closed"), name
        assert ("history" in model.slopes) == (not name.endswith("first")), name


@pytest.mark.parametrize("name", MODELS)
@given(st.data(), st.sampled_from(sorted(RISING | FALLING)), st.floats(0.0, 20.0))
def test_more_of_a_rising_term_never_lowers_the_odds(name: str, data: st.DataObject, term: str, more: float) -> None:
    values = {each: np.array([data.draw(WIDE)]) for each in KNOTS}
    before = MODELS[name].log_odds(values)[0]
    values[term] = values[term] + more
    after = MODELS[name].log_odds(values)[0]
    assert after >= before - 1e-9 if term in RISING else after <= before + 1e-9


@pytest.mark.parametrize("name", MODELS)
@given(st.data())
def test_what_chance_alone_explains_is_no_choice_whatever_else_speaks_for_it(name: str, data: st.DataObject) -> None:
    """A ship that should not have been heard at all: of two silences alike in all else, hers is the less likely a choice."""
    values = {each: np.array([data.draw(WIDE)]) for each in KNOTS}
    low, high = ({**values, "unexplained": np.array([value])} for value in (-4.0, 0.0))
    gained = MODELS[name].log_odds(high)[0] - MODELS[name].log_odds(low)[0]
    assert gained >= 4.0 - 1e-9


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_a_probability_is_one(log_odds: list[float]) -> None:
    p = probability(np.array(log_odds))
    assert ((p > 0) & (p <= 1)).all()


@st.composite
def hers(draw: st.DrawFn) -> Silences:
    """Silences of a ship or two, open and closed."""
    rows = []
    for off_h in draw(st.lists(st.integers(0, 200), min_size=1, max_size=8, unique=True)):
        on_h = draw(st.one_of(st.none(), st.floats(0.5, 90.0).map(lambda lasts, off_h=off_h: off_h + lasts)))
        row = {"mmsi": draw(st.integers(1, 2)), "track": draw(st.integers(0, 1)), "off_h": off_h, "on_h": on_h}
        row |= {"off": PLACE, "on": None if on_h is None else (42.0 + draw(st.floats(0.0, 3.0)), 131.0)}
        row |= {
            name: draw(st.sampled_from([None, 0, 400, 1200])) for name in ("off_sog", "on_sog", "off_cog", "on_cog")
        }
        row |= {"off_nav": draw(st.sampled_from([None, 0, 5, 7])), "tracks": draw(st.integers(1, 3))}
        rows.append(
            row | {"ais_class": draw(st.integers(0, 2)), "under_way_kn": draw(st.sampled_from([None, 1.0, 12.0, 90.0]))}
        )
    return silences(rows, as_of_us=silences(rows).off_us.max() + 10 * 3_600_000_000)


@given(hers(), st.sampled_from([np.nan, 1.0, 12.0]), st.sampled_from([0.0, 3.0, 500.0, np.inf]))
def test_terms_are_numbers_whatever_is_not_known(s: Silences, full_rate: float, port_nm: float) -> None:
    n = len(s)
    paths = Paths.of(s, Detours.none(n))
    found = terms(
        s,
        paths,
        Exposure.empty(n),
        np.full(n, full_rate),
        np.zeros(n, bool),
        (np.full(n, port_nm), np.full(n, port_nm)),
    )
    assert set(found) | {"habit", "history"} == set(KNOTS) | {"factor"}
    for name, values in found.items():
        assert values.shape == (n,) and np.isfinite(values).all(), name
    assert (found["alongside"] * found["left_port"] == 0).all()
    assert (found["alongside"] * found["way"] == 0).all()


@given(hers(), st.randoms(use_true_random=False), st.sampled_from([1, 30]))
def test_history_is_of_the_same_ships_earlier_silences_that_are_over(s: Silences, dice: object, days: int) -> None:
    p = np.array([dice.random() for _ in range(len(s))])  # type: ignore[attr-defined]
    counted = np.array([dice.random() < 0.8 for _ in range(len(s))])  # type: ignore[attr-defined]
    with patch.object(terms_of, "BLOCK_DAYS", days):
        found = earlier(s, p, counted)
    block = s.off_us // (86_400_000_000 * days)
    for i in range(len(s)):
        same = (s.mmsi == s.mmsi[i]) & (s.track == s.track[i]) & (s.off_us < s.off_us[i]) & ~s.open & counted
        same &= block >= block[i] - 1
        assert found[i] == pytest.approx(np.log1p(p[same & (p > 0.25)].sum()), abs=1e-9)


@given(hers(), st.randoms(use_true_random=False), st.sampled_from([1, 30]))
def test_habit_compares_a_silence_with_her_others_and_falls_as_these_are_more_surprising(
    s: Silences, dice: object, days: int
) -> None:
    with patch.object(terms_of, "BLOCK_DAYS", days):
        _habit_compares(s, dice, s.off_us // (86_400_000_000 * days))


def _habit_compares(s: Silences, dice: object, block: np.ndarray[Any, Any]) -> None:
    values = np.array([dice.random() * 10 for _ in range(len(s))])  # type: ignore[attr-defined]
    way, counted = np.ones(len(s), bool), np.ones(len(s), bool)
    found = habit(s, values, way, counted)
    assert np.isfinite(found).all()
    for i in range(len(s)):
        hers_too = (s.mmsi == s.mmsi[i]) & (s.track == s.track[i]) & ~s.open
        others = hers_too & (np.abs(block - block[i]) <= 1)
        others[i] = False
        raised = np.where(others, values + 1.0, values)
        again = habit(s, raised, way, counted)[i]
        assert again < found[i] if others.any() else again == found[i]
        alone = habit(s, np.where(np.arange(len(s)) == i, values + 1.0, values), way, counted)[i]
        assert alone > found[i]
