"""A hull without a name is held against ships: what fits, what it weighs, and that nobody is called by name."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ais_gaps import geodesy
from ais_gaps.hulls import Fit, Hull, Others, Ship, candidates, length, named
from ais_gaps.hulls.priors import CASE_NATS, HEARD_NATS, LENGTH_SIGMA, LISTED, NAMED_NATS
from ais_gaps.hulls.rivals import rivals
from ais_gaps.hulls.score import shares
from tests.hulls_case import RAJIN, at, heard, her, hull, hulls, naming, others, silent, straight, window

few = settings(max_examples=40)


def held(one: Hull, ship: Ship, rest: Others) -> Fit:
    (fit,) = candidates([one], ship, rest, straight)
    return fit


@few
@given(hulls(), others(), st.booleans(), st.none() | st.floats(50, 250))
def test_shares_of_her_and_all_rivals_are_one(one: Hull, rest: Others, case: bool, metres: float | None) -> None:
    ship = her(case=case, length_m=metres)
    fit = held(one, ship, rest)
    found = rivals(one, ship, rest)
    assert fit.rivals_total == len(found.keys)
    own = sum(term.nats for term in fit.terms if term.name != "rivals")
    mine, theirs = shares(own if fit.fits else -np.inf, found.nats)
    if fit.fits or fit.rivals_total:
        assert mine + theirs.sum() == pytest.approx(1.0)
    assert (fit.share is None) == (not fit.fits)
    if fit.share is not None:
        assert fit.share == pytest.approx(mine, abs=1e-6)
    assert [rival.share for rival in fit.rivals] == pytest.approx(theirs[:LISTED].tolist(), abs=1e-6)


@few
@given(hulls(), others(), st.booleans())
def test_all_terms_together_are_the_logarithm_of_the_odds(one: Hull, rest: Others, case: bool) -> None:
    fit = held(one, her(case=case), rest)
    if fit.share is not None and fit.rivals_total:
        odds = sum(term.nats for term in fit.terms)
        assert fit.share == pytest.approx(1.0 / (1.0 + math.exp(-odds)), abs=1e-5)


@few
@given(hulls(), others(), st.data())
def test_one_rival_more_never_raises_her_share(one: Hull, rest: Others, data: st.DataObject) -> None:
    fuller = held(one, her(case=True), rest)
    fewer = []
    if rest.named:
        gone = data.draw(st.sampled_from(rest.named))
        fewer.append(replace(rest, named=tuple(ship for ship in rest.named if ship is not gone)))
    if len(rest.silent):
        fewer.append(replace(rest, silent=rest.silent.slice(1)))
    if len(rest.heard):
        fewer.append(replace(rest, heard=rest.heard.slice(1)))
    for less in fewer:
        share = held(one, her(case=True), less).share
        # A ship of known length may be ruled out by it: the row that told the length must not be the one taken away.
        if share is not None and fuller.share is not None and _tells_no_length(rest, less):
            assert fuller.share <= share + 2e-6


def _tells_no_length(rest: Others, less: Others) -> bool:
    gone = [s.length_m for s in rest.named if s not in less.named]
    gone += rest.silent["length_m"].to_pylist()[: len(rest.silent) - len(less.silent)]
    gone += rest.heard["length_m"].to_pylist()[: len(rest.heard) - len(less.heard)]
    return all(metres is None for metres in gone)


@few
@given(hulls(), others(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_plays_no_part(one: Hull, rest: Others, chance: random.Random) -> None:
    second = replace(one, ref="H2", earliest=one.earliest, latest=one.latest)
    told = candidates([one, second], her(case=True), rest, straight)
    known = list(rest.named)
    chance.shuffle(known)
    mixed = Others(
        tuple(known),
        rest.heard.take(_mixed(chance, len(rest.heard))),
        rest.silent.take(_mixed(chance, len(rest.silent))),
    )
    assert candidates([second, one], her(case=True), mixed, straight) == told


def _mixed(chance: random.Random, count: int) -> pa.Array:
    return pa.array(chance.sample(range(count), count), pa.int64())


degrees = st.tuples(st.floats(35, 45), st.floats(128, 140))


@given(
    degrees,
    degrees,
    st.floats(0, 200),
    st.floats(1, 200),
    st.floats(0, 400),
    st.sampled_from([0.0, 24.0]),
    st.floats(5, 20),
    st.booleans(),
)
@example((42.0, 131.0), (42.0, 131.0), 0.0, 24.0, 30.0, 0.0, 12.0, False)
def test_a_hull_fits_just_where_the_prism_reaches(
    start: tuple[float, float],
    end: tuple[float, float],
    off: float,
    lasted: float,
    seen: float,
    span: float,
    speed_kn: float,
    is_open: bool,
) -> None:
    leg = window((off, *start), None if is_open else (off + lasted, *end), off + lasted, speed_kn)
    one = hull(hours=(seen, seen + span), precision_nm=0.0)
    out_h, back_h = (
        float(geodesy.distance_nm(*RAJIN, lat, lon)) / speed_kn for lat, lon in (start, start if is_open else end)
    )
    moments = np.linspace(seen, seen + span, 2401)
    possible = (moments >= off + out_h) & (moments + (0.0 if is_open else back_h) <= off + lasted)
    fit = held(one, her(windows=(leg,)), Others())
    if possible.any():
        assert fit.fits
    elif fit.fits:  # possible at a moment between those tried
        arrival, departure = off + out_h, off + lasted - (0.0 if is_open else back_h)
        assert departure >= arrival - 1e-3
        assert max(arrival, seen) <= min(departure, seen + span) + 1e-3


@few
@given(hulls(), st.floats(50, 250))
def test_a_length_that_is_not_known_weighs_nothing(one: Hull, metres: float) -> None:
    unstated = replace(one, length_min_m=None, length_max_m=None)
    for case, ship in ((one, her()), (unstated, her(length_m=metres)), (unstated, her())):
        fit = held(case, ship, Others())
        assert [term.nats for term in fit.terms if term.name == "length"] == [0.0]
        assert fit.fits
    assert held(one, her(), Others()).share == held(unstated, her(), Others()).share


@given(st.floats(60, 200), st.floats(0.0, 0.25), st.floats(0.0, 0.25))
def test_a_length_further_off_never_weighs_more(stated: float, near: float, more: float) -> None:
    one = hull(length_min_m=stated, length_max_m=stated)
    close, far = length.nats(one, [stated * math.exp(near), stated * math.exp(near + more)])
    assert far <= close + 1e-9
    shorter, _ = length.nats(one, [stated * math.exp(-near), 0.0])
    assert shorter == pytest.approx(close)


def test_a_length_weighs_by_the_normal_curve_of_its_logarithm() -> None:
    one = hull(length_min_m=120.0, length_max_m=120.0)
    right, one_sigma = length.nats(one, [120.0, 120.0 * math.exp(LENGTH_SIGMA)])
    assert right - one_sigma == pytest.approx(0.5)
    assert right > 0  # against a ship of unknown length
    ranged = hull(length_min_m=100.0, length_max_m=140.0)
    assert 0 < length.nats(ranged, 120.0) < right  # a range tells less
    assert length.nats(ranged, 140.0) > length.nats(one, 140.0)
    assert length.nats(hull(length_min_m=10.0, length_max_m=400.0), 14.0) == 0.0


@pytest.mark.parametrize(
    "metres, fits",
    [
        (186.7, False),
        (165.0, False),
        (128.0, True),
        (118.0, True),
        (105.0, True),
        (80.0, False),
        (14.0, False),
        (None, True),
    ],
)
def test_length_rules_out_only_what_is_far_off(metres: float | None, fits: bool) -> None:
    fit = held(hull(length_min_m=110.0, length_max_m=120.0), her(length_m=metres, length_from="the register"), Others())
    assert fit.fits == fits
    assert (fit.share is None) == (not fits)
    assert ("does not fit" in fit.text) == (not fits)


def test_a_length_rules_out_rivals_too() -> None:
    one = hull(length_min_m=110.0, length_max_m=120.0)
    boat, coaster, unknown = (
        {"mmsi": 200000001 + n, "length_m": metres} for n, metres in enumerate((14.0, 105.0, None))
    )
    for rest in (Others((), heard(boat, coaster, unknown)), Others((), heard(), silent(boat, coaster, unknown))):
        assert {rival.mmsi for rival in held(one, her(), rest).rivals} == {200000002, 200000003}
    short = replace(CASE, length_m=60.0)
    fit = held(one, her(case=True), Others((short,)))
    assert fit.rivals == ()
    assert "LADY R" in fit.text
    assert held(one, her(case=True), Others((replace(short, length_m=118.0),))).rivals_total == 1


def test_one_end_of_a_range_stands_for_both() -> None:
    assert length.stated(hull(length_min_m=110.0)) == (110.0, 110.0)
    assert length.stated(hull(length_max_m=110.0)) == (110.0, 110.0)
    assert length.stated(hull(length_min_m=-3.0)) == (None, None)


def test_what_is_missing_is_said_in_hours() -> None:
    leg = window((0, 43.1, 131.9), (24, 43.1, 131.9), speed_kn=10.0)
    one = hull(hours=(12, 12), precision_nm=0.0)
    way_h = float(geodesy.distance_nm(*RAJIN, 43.1, 131.9)) / 10.0
    short = held(one, her(windows=(replace(leg, end=replace(leg.end, latest=at(10)), until=at(10)),)), Others())  # type: ignore[type-var]
    assert not short.fits
    assert short.share is None
    missing = 2 * way_h - 10.0
    assert f"{max(missing, 12 + way_h - 10):.1f} hours are missing" in short.text
    good = held(one, her(windows=(leg,)), Others())
    assert good.fits
    assert f"{min(12 - way_h, 24 - 2 * way_h):.1f} hours to spare" in good.text


def test_no_way_by_sea_is_no_fit() -> None:
    def nowhere(lat, lon, lats, lons, *, at_most_nm=None):  # type: ignore[no-untyped-def]
        return np.full(len(lats), np.inf)

    (fit,) = candidates([hull()], her(), Others(), nowhere)
    assert not fit.fits
    assert "no way by sea is known" in fit.text


def test_a_ship_without_a_silence_then_does_not_fit() -> None:
    fit = held(hull(), her(windows=()), Others())
    assert not fit.fits
    assert "No leg" in fit.text


def test_where_the_hull_was_is_not_known() -> None:
    fit = held(hull(lat=None, lon=None), her(), Others())
    assert fit.fits
    assert "only the time is compared" in fit.text
    assert not held(hull(hours=(2001, 2002), lat=None, lon=None), her(), Others()).fits


CASE = Ship("LADY R", 9161003, (), case=True, ref="V4", namings=(naming("O1", (500, 524)),))


def test_heard_outweighs_named_and_silent() -> None:
    rest = Others(
        (Ship("NAMED", 9358010, (), namings=(naming("O2", (500, 524)),)),),
        heard({"mmsi": 273000001, "name": "HEARD"}),
        silent({"mmsi": 273000002, "name": "SILENT"}),
    )
    fit = held(hull(), her(), rest)
    assert [(rival.name, rival.basis) for rival in fit.rivals] == [
        ("HEARD", "heard"),
        ("NAMED", "named"),
        ("SILENT", "silent"),
    ]
    odds = [rival.share / (fit.share or 0.0) for rival in fit.rivals]
    assert odds[0] == pytest.approx(math.exp(HEARD_NATS), rel=1e-3)
    assert 0.9 * math.exp(NAMED_NATS) < odds[1] <= math.exp(NAMED_NATS) + 1e-3
    assert odds[2] == pytest.approx(1.0, rel=1e-3)
    assert fit.rivals[2].refs == ("g273000002",)


def test_the_case_counts_for_her_as_for_the_others() -> None:
    fit = held(hull(), her(case=True, namings=CASE.namings), Others((CASE,)))
    assert fit.share == pytest.approx(0.5)
    assert fit.rivals[0].share == pytest.approx(0.5)
    assert fit.rivals[0].refs == ("O1", "V4")
    assert held(hull(), her(namings=CASE.namings), Others((CASE,))).share == pytest.approx(
        0.5
    )  # not of the case: no weight
    assert sum(term.nats for term in fit.terms if term.name == "case") == pytest.approx(CASE_NATS, abs=1e-6)


def test_a_ship_of_the_case_is_a_rival_though_nobody_heard_or_named_her() -> None:
    bare = Ship("MARIA", 8517839, (), case=True, ref="V2")
    assert [r.basis for r in held(hull(), her(case=True), Others((bare,))).rivals] == ["case"]
    assert held(hull(), her(case=False), Others((bare,))).rivals == ()


def test_the_same_ship_by_several_ways_is_one_rival() -> None:
    rest = Others(
        (replace(CASE, mmsi=(273999003,)), Ship("Lady R", None, (), namings=(naming("O9", (480, 490)),))),
        heard({"mmsi": 273999003, "name": "LADY R"}),
        silent(
            {"mmsi": 273999003, "name": "LADY R", "imo": 9161003},
            {"mmsi": 273999003, "gap_id": "later", "spare_h": 9.0},
            {"mmsi": 667000001, "name": "LADY R", "imo": 9161003},
        ),
    )
    fit = held(hull(), her(case=True), rest)
    assert fit.rivals_total == 1
    assert held(hull(), her(case=True), replace(rest, named=rest.named[::-1])) == fit
    (rival,) = fit.rivals
    assert (rival.name, rival.imo, rival.mmsi, rival.basis) == ("LADY R", 9161003, 273999003, "heard")
    assert "9.0 hours to spare" in rival.text


def test_she_is_never_her_own_rival_and_her_namesake_may_be_one() -> None:
    own = [
        Ship("ANGARA", 9179842, ()),
        Ship("ANGARA", None, (273210440,)),
        Ship("Ангара", None, (), namings=(naming("O95", (500, 510)),)),  # the name alone: may be she
    ]
    known = tuple(replace(ship, case=True) for ship in own)
    rows = ({"mmsi": 273210440}, {"mmsi": 111000111, "imo": 9179842})
    rest = Others(known, heard(*rows), silent(*rows))
    assert held(hull(), her(case=True), rest).rivals_total == 0
    namesake = Ship("ANGARA", 9124043, (667999043,), namings=(naming("O3", (500, 510)),))
    fit = held(hull(), her(case=True), replace(rest, named=(*known, namesake)))
    assert [rival.imo for rival in fit.rivals] == [9124043]
    shared = heard({"mmsi": 273210440, "imo": 9124043, "name": "ANGARA"})  # another ship under her MMSI
    assert [r.imo for r in held(hull(), her(), Others((), shared)).rivals] == [9124043]


def test_namings_part_into_hers_and_those_of_others() -> None:
    hers = Ship("ANGARA", 9179842, (), case=True, namings=(naming("O1", (500, 510)),))
    by_mmsi = Ship("?", None, (273210440,), namings=(naming("O2", (500, 510)),))
    perhaps = Ship("Angara", None, (), namings=(naming("O3", (500, 510)),))
    namesake = Ship("ANGARA", 9124043, ())
    own, case, rest = named.part((hers, by_mmsi, perhaps, namesake, CASE), her())
    assert [n.ref for n in own] == ["O1", "O2"]
    assert case
    assert rest == (namesake, CASE)
    assert named.part((namesake,), her()) == ((), False, (namesake,))


def test_a_ship_known_in_two_ways_has_all_her_namings_in_any_order() -> None:
    numbered = Ship(
        "MARIA", 8517839, (), namings=(naming("O8", (300, 310)),), length_m=118.0, length_from="the register"
    )
    by_name = Ship("Maria", None, (), namings=(naming("O9", (500, 524)),), case=True)
    one = held(hull(), her(case=True), Others((numbered, by_name)))
    assert one == held(hull(), her(case=True), Others((by_name, numbered)))
    (rival,) = one.rivals
    assert (rival.name, rival.imo, rival.basis) == ("MARIA", 8517839, "named")
    assert "O9" in rival.refs
    assert "118 m by the register" in rival.text


def test_a_ship_seen_too_far_away_then_is_no_rival_and_is_told() -> None:
    far = naming("O7", (505, 506), "P99", lat=10.0, lon=110.0)
    away = replace(CASE, namings=(*CASE.namings, far))
    fit = held(hull(), her(case=True), Others((away,)))
    assert fit.rivals == ()
    assert "Not counted, as another place or length is known of her then: LADY R." in fit.text
    assert "V4" in fit.refs
    long_ago = replace(away, namings=(naming("O7", (0, 1), "P99", lat=10.0, lon=110.0),))
    assert held(hull(), her(case=True), Others((long_ago,))).rivals_total == 1


def test_a_ship_that_ais_followed_elsewhere_is_no_rival() -> None:
    known = (replace(CASE, mmsi=(273999003,)),)
    assert held(hull(), her(case=True), Others(known, elsewhere=frozenset({("H1", 273999003)}))).rivals == ()
    assert held(hull(), her(case=True), Others(known, elsewhere=frozenset({("H2", 273999003)}))).rivals_total == 1


def test_a_source_that_has_a_rival_elsewhere_for_a_time_is_said_and_rules_nothing_out() -> None:
    away = naming("O65", (400, 700), "P07", lat=43.1, lon=131.9)
    (rival,) = held(hull(), her(case=True), Others((replace(CASE, namings=(away,)),))).rivals
    assert "a source has her at" in rival.text
    assert "O65" in rival.refs


def test_a_naming_weighs_less_the_further_off_and_the_wider_it_is() -> None:
    one = hull(hours=(500, 500))
    same, next_week, wide = (named.nats(naming("O", hours), one) for hours in ((500, 500), (668, 668), (260, 740)))
    assert same == pytest.approx(NAMED_NATS)
    assert next_week == pytest.approx(NAMED_NATS * math.exp(-0.7))
    assert wide == pytest.approx(NAMED_NATS * math.exp(-0.5))  # 5 days off at the mean of twenty
    assert not named.near(Ship("X", 1, (), namings=(naming("O", (500 + 15 * 24, 500 + 16 * 24)),)), one)


def test_all_rivals_are_counted_and_the_best_ten_listed() -> None:
    rows = [{"mmsi": 273000100 + n, "name": f"S{n % 7}", "length_m": 118.0 if n == 24 else None} for n in range(25)]
    fit = held(hull(length_min_m=118.0, length_max_m=118.0), her(), Others((), heard(), silent(*rows)))
    assert fit.rivals_total == 25
    assert len(fit.rivals) == 10
    assert fit.rivals[0].mmsi == 273000124
    assert [rival.name for rival in fit.rivals[1:]] == sorted(rival.name or "" for rival in fit.rivals[1:])
    assert "25 other ships fit as well: S3, S0, S0 and 22 more. The best 10 are listed." in fit.text


@few
@given(hulls(), others(), st.booleans())
def test_words_never_say_that_it_was_she(one: Hull, rest: Others, case: bool) -> None:
    fit = held(one, her(case=case), rest)
    texts = [fit.text, *(term.text for term in fit.terms), *(rival.text for rival in fit.rivals)]
    for text in texts:
        assert not any(words in text for words in (" is her", "was her", " is ANGARA", "was ANGARA", "identified"))
    assert "could be it, and no more" in fit.text or "does not fit" in fit.text
    assert fit.share is None or "no probability" in fit.text
    assert fit.hull is one
    assert fit.refs[0] == one.ref


def test_names_from_outside_are_tidied_in_sentences() -> None:
    rest = Others((), heard({"mmsi": 273000001, "name": "EVIL\u202e\x1b[31m\nSHIP"}))
    fit = held(hull(), her(), rest)
    assert "EVIL[31m SHIP" in fit.text
    assert fit.text.isprintable()
