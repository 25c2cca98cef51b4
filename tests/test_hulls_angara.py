"""The ANGARA case: twelve hulls without a name at Rajin stay candidates, each with its rivals."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from ais_gaps.hulls import HOW, Fit, Hull, Others, Ship, Window, candidates, hull_of, others, part, ships
from ais_gaps.reach import cut, fixes
from tests.angara_case import ANGARA, evidence, gaps, utc
from tests.hulls_case import straight

UNNAMED = ("O032", "O039", "O043", "O044", "O048", "O049", "O050", "O051", "O055", "O056", "O057", "O058")
SPEED_KN = 13.0


@cache
def places() -> dict[str, dict[str, Any]]:
    return {row["place_id"]: row for row in evidence().places.to_pylist()}


@cache
def long_silence() -> dict[str, Any]:
    return next(g for g in gaps().to_pylist() if g["imo"] == ANGARA and g["off_ts"].date() == utc(2023, 8, 10).date())


@cache
def case() -> tuple[Ship, tuple[Hull, ...], Others]:
    silence, rows = long_silence(), evidence().observations.to_pylist()
    hulls = tuple(
        hull
        for row in rows
        if row["kind"] == "vessel" and not row["vessels_named"]
        for hull in [hull_of(row, places())]
        if silence["off_ts"] <= hull.earliest and hull.latest <= silence["on_ts"]
    )
    sighted, _ = fixes(rows, places(), ANGARA, [273210440], silence["off_ts"], silence["on_ts"])
    windows = tuple(Window.of(leg, SPEED_KN) for leg in cut(silence, sighted))
    bare = Ship("ANGARA", ANGARA, (273210440,))
    own, of_case, rest = part(ships(evidence().observations, evidence().vessels, places()), bare)
    her = Ship("ANGARA", ANGARA, (273210440,), case=of_case, namings=own, windows=windows)
    return her, hulls, others(hulls, rest, gaps(), straight)


@cache
def told() -> dict[str, Fit]:
    her, hulls, rest = case()
    return {fit.hull.ref: fit for fit in candidates(hulls, her, rest, straight)}


def test_the_twelve_unnamed_hulls_are_candidates_in_order_of_time() -> None:
    assert tuple(sorted(told())) == UNNAMED
    assert [fit.hull.earliest for fit in told().values()] == sorted(fit.hull.earliest for fit in told().values())
    assert all(fit.fits for fit in told().values())


def test_none_of_them_is_hers_more_than_it_may_be_of_the_three_others() -> None:
    for fit in told().values():
        assert {"LADY R", "MAIA-1", "MARIA"} <= {rival.name for rival in fit.rivals}
        assert fit.share is not None
        assert 0.0 < fit.share < 0.5
        assert fit.share + sum(rival.share for rival in fit.rivals) == pytest.approx(1.0, abs=1e-5)
        assert all(rival.imo != ANGARA for rival in fit.rivals)


def test_her_length_is_not_known_and_weighs_nothing() -> None:
    for ref, fit in told().items():
        (term,) = [term for term in fit.terms if term.name == "length"]
        assert term.nats == 0.0
        assert ("No length is stated" if ref == "O044" else "her length is not known") in term.text


def test_the_ship_of_20_october_was_there_at_a_minute() -> None:
    hull = told()["O044"].hull
    assert hull.earliest == hull.latest == utc(2023, 10, 20, 2, 1)
    assert (hull.lat, hull.lon, hull.place_ids) == (42.233333, 130.3, ("P01",))
    assert "98 nm from where she was named at Dunai port (O035)" in told()["O044"].text


def test_two_hulls_of_one_row_are_said() -> None:
    assert told()["O032"].hull.ships == 2
    assert "The row speaks of 2 ships" in told()["O032"].text
    assert told()["O058"].hull.ships is None  # 150 m of containers are no ships


def test_the_other_ships_of_her_name_are_neither_she_nor_rivals() -> None:
    her, _, rest = case()
    assert {naming.ref for naming in her.namings} >= {"O035", "O054", "O059"}
    assert 9124043 in {ship.imo for ship in rest.named}
    for fit in told().values():
        assert not {9124043} & {rival.imo for rival in fit.rivals}
        assert "FESCO ANGARA" not in {rival.name for rival in fit.rivals}


def test_sources_that_have_lady_r_at_vladivostok_are_shown_beside_her() -> None:
    (lady,) = [rival for rival in told()["O051"].rivals if rival.name == "LADY R"]
    assert "a source has her at Vladivostok, 2023-10-25 to 2024-01-16 (O065)" in lady.text
    assert {"O065", "V4"} <= set(lady.refs)


def test_the_weights_are_said_to_be_priors() -> None:
    assert "priors of this project, which nobody has measured" in HOW
    for fit in told().values():
        assert "by weights that are our choice" in fit.text
        assert "no probability" in fit.text


def test_a_hull_of_the_day_she_was_named_far_away_does_not_fit() -> None:
    her, _, rest = case()
    at_dunai_that_day = Hull(
        "H", utc(2023, 9, 12, 3), utc(2023, 9, 12, 4), 34.9, 128.7, 1.0, None, None, "Geoje", ("P99",)
    )
    (fit,) = candidates([at_dunai_that_day], her, rest, straight)
    assert not fit.fits
    assert "hours are missing" in fit.text
