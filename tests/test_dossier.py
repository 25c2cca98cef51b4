"""What a dossier says, in which order, on which rows, and that it never says more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.dossier import SCHEMA, Dossier, Finding, Provenance, Reason, ReportSource, Silence, build
from ais_gaps.dossier.beyond import Places
from ais_gaps.evidence import Evidence
from ais_gaps.schema import GAPS
from tests import angara_case as case
from tests.angara_case import ANGARA, LADY_R, MAIA, OTHER_ANGARA, distance_nm, utc


@cache
def dossier(imo: int = ANGARA) -> Dossier:
    return build(case.vessel(imo), case.vessels(), case.gaps(), case.evidence(), case.provenance())


def told(silence: Silence) -> dict[str, list[str]]:
    return {group.role: [ref for found in group.findings for ref in found.refs] for group in silence.groups}


def findings(of: Dossier) -> Iterator[tuple[str, Finding]]:
    for silence in of.silences:
        for group in silence.groups:
            for found in group.findings:
                yield group.role, found


def changed(table: pa.Table, **columns: Any) -> pa.Table:
    """The table with some columns set to one value in every row."""
    for name, value in columns.items():
        field = table.schema.field(name)
        at = table.schema.get_field_index(name)
        table = table.set_column(at, field, pa.array([value] * len(table), field.type))
    return table


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


# -- who ---------------------------------------------------------------------------------------------------------------


def test_it_says_who_she_is_and_where_her_numbers_come_from() -> None:
    said = " ".join(statement.text for statement in dossier().who)
    assert dossier().title == "ANGARA, IMO 9179842"
    assert "8,811 GT" in said and "M Leasing LLC" in said and "second-hand" in said
    assert "Not known: length" in said


def test_it_says_who_she_is_not_from_the_archive_and_from_the_register() -> None:
    burned, freighter = dossier().not_her
    assert (burned.imo, burned.mmsi, burned.found_in) == (OTHER_ANGARA, (667999043,), ("archive", "register"))
    said = " ".join(statement.text for statement in burned.statements)
    assert "2022-06-25 19:00 UTC" in said and "burned" in said and "innocent silence" in said
    assert "Not heard again by 2024-04-30" in said
    assert (freighter.name, freighter.found_in) == ("FESCO ANGARA", ("register",))
    assert "ANGARA" in freighter.statements[0].text


def test_she_is_never_her_own_namesake_and_other_names_are_none() -> None:
    assert {other.imo for other in dossier(OTHER_ANGARA).not_her} == {ANGARA, None}
    assert dossier(LADY_R).not_her == ()


def test_the_register_is_never_entered_by_name() -> None:
    stranger = {**case.vessel(ANGARA), "imo": None, "mmsi": [273999111], "vessel": "MMSI273999111"}
    found = build(stranger, case.vessels(), case.gaps(), case.evidence(), case.provenance())
    assert found.title == "ANGARA, MMSI 273999111"
    assert any("no entry of her" in statement.text for statement in found.who)
    assert {other.imo for other in found.not_her} == {ANGARA, OTHER_ANGARA, None}
    assert "do not name her" in found.listed[0].text
    assert found.silences == found.elsewhere == ()


def test_listings_come_with_day_and_source() -> None:
    us, eu, fellows = dossier().listed
    assert "US (OFAC SDN) since 2022-05-08" in us.text and "Read in: OFAC" in us.text
    assert "EU" in eu.text and "since 2024-06-25" in eu.text
    assert "ADLER and ASCALON" in fellows.text


# -- when, and who saw her ---------------------------------------------------------------------------------------------


def test_her_gaps_are_told_with_off_on_duration_and_places() -> None:
    first, strait, yard, last = dossier().silences
    assert first.when.text == "Silent from 2023-08-10 06:40 UTC to 2024-02-07 08:50 UTC: 181.1 days."
    assert "22 nm from Dunai" in first.where.text and "Heard again at 35.050 N 129.500 E" in first.where.text
    assert strait.when.text.endswith("36.7 hours.")
    assert "the same position" in yard.where.text
    assert (
        last.when.text == "Not heard in this archive since 2024-04-27 18:17 UTC: 2.2 days up to 2024-04-30 00:00 UTC."
    )


def test_only_rows_that_name_her_are_sightings_of_her() -> None:
    roles = told(dossier().silences[0])
    assert roles["named"] == ["O035", "O054", "O059"]
    assert roles["named_range"] == ["O053", "O036", "O060"]
    for role, found in findings(dossier()):
        assert (role in ("named", "named_range")) <= ("ANGARA" in found.names)


def test_hulls_without_a_name_are_never_attached_to_her() -> None:
    roles = told(dossier().silences[0])
    assert len(roles["unnamed"]) == 12
    unnamed = [found for role, found in findings(dossier()) if role == "unnamed"]
    assert all(found.names == () and "not named" in found.text and "ANGARA" not in found.text for found in unnamed)
    (heading,) = {group.heading for s in dossier().silences for group in s.groups if group.role == "unnamed"}
    assert "none of them is attached to her" in heading
    assert {found.length_min_m for found in unnamed} >= {100, 110, 140}


def test_looks_that_saw_nothing_are_told_as_such() -> None:
    assert told(dossier().silences[0])["nothing_seen"] == ["O045", "O064"]
    assert told(dossier().silences[2])["nothing_seen"] == ["O071"]


def test_a_name_that_several_ships_bear_is_told_as_open() -> None:
    (found,) = [found for _, found in findings(dossier()) if found.refs == ("O095",)]
    assert "which ship of that name is not said" in found.text
    assert "O095" in told(dossier(OTHER_ANGARA).silences[0])["ais"]


def test_sightings_of_another_ship_are_told_as_hers_only_in_her_own_dossier() -> None:
    assert "O066" in told(dossier().silences[0])["others"]
    assert "O066" in told(dossier(LADY_R).silences[0])["named"]


def test_places_out_of_the_question_are_left_out_and_counted() -> None:
    strait = dossier().silences[1]  # 36.7 hours from the Korea Strait to Zhoushan: nobody calls at Vostochny meanwhile
    assert set(told(strait)) == {"ais"}
    assert strait.wider is not None and "O067" in strait.wider.refs
    assert "could not have called at even at 30 knots" in strait.wider.text


@given(hours=st.floats(0.1, 200), lat=st.floats(30, 50), lon=st.floats(120, 140), back=st.booleans())
def test_no_place_is_left_out_that_a_ship_of_thirty_knots_can_call_at(
    hours: float, lat: float, lon: float, back: bool
) -> None:
    gap = {"off_lat": lat, "off_lon": lon, "on_lat": lat if back else None, "on_lon": lon, "duration_h": hours}
    beyond = Places(case.evidence().places).beyond(gap)
    for place in case.evidence().places.to_pylist():
        if place["lat"] is None:
            assert place["place_id"] not in beyond
        elif place["watched"]:
            way = distance_nm({"lat": lat, "lon": lon}, place) * (2 if back else 1)
            assert (place["place_id"] in beyond) == (way > 30 * hours + 10)


def test_a_sighting_on_the_day_itself_may_be_before_or_after() -> None:
    (found,) = [found for _, found in findings(dossier(MAIA)) if found.refs == ("O075",)]
    assert not found.within
    assert "may be before or after" in found.text


def test_conflicts_stand_as_conflicts_and_other_explanations_beside_them() -> None:
    yard = dossier().silences[2]
    kinds = {remark.kind: remark for remark in yard.remarks}
    assert set(kinds["conflict"].refs) >= {"O028", "O030", "O094", "O095"}
    assert "E03" in kinds["alternative"].refs and "missing reception" in kinds["alternative"].text
    assert any("May 2023" in statement.text for statement in dossier().conflicts)


def test_an_explained_silence_is_told_with_its_explanation_and_without_insinuation() -> None:
    (silence,) = dossier(OTHER_ANGARA).silences
    assert silence.remarks[0].kind == "explanation"
    assert silence.cause.text == "Its cause is reported."
    assert set(told(silence)) == {"ais"}
    assert [event.refs for event in silence.events] == [("E29",)]
    assert silence.wider is not None and "not set out" in silence.wider.text


def test_a_note_stands_only_with_the_silence_of_its_days() -> None:
    ids = [
        {ref for remark in silence.remarks for ref in remark.refs if ref.startswith("N")}
        for silence in dossier().silences
    ]
    assert ids == [{"N07", "N08", "N20"}, {"N09"}, {"N10", "N11", "N12"}, {"N12", "N13"}]


def test_a_short_word_in_a_longer_name_makes_no_namesake() -> None:
    short = {**case.vessel(ANGARA), "imo": None, "mmsi": [1], "vessel": "MMSI1", "name": "R"}
    assert build(short, case.vessels(), case.gaps(), case.evidence(), case.provenance()).not_her == ()


def test_what_is_reconstructed_is_said_first_and_with_each_silence() -> None:
    assert "reconstruction" in dossier().banner[0].text
    assert all(any(remark.kind == "reconstruction" for remark in silence.remarks) for silence in dossier().silences)


def test_the_note_of_a_source_is_said_once_and_only_where_the_source_is() -> None:
    note = dossier().banner[0].text
    with_note = replace(
        case.provenance(), sources=(ReportSource("reports.csv", None, 1, note), ReportSource("b", None, 1, "B."))
    )
    noted = build(case.vessel(ANGARA), case.vessels(), case.gaps(), case.evidence(), with_note)
    assert [statement.text for statement in noted.banner] == [note, "B."]
    elsewhere = replace(case.provenance(), sources=(ReportSource("other.csv", None, 1, None),))
    assert build(case.vessel(ANGARA), case.vessels(), case.gaps(), case.evidence(), elsewhere).banner == ()


def test_what_names_her_outside_every_silence_is_kept() -> None:
    assert [found.refs for found in dossier().elsewhere] == [("O082",)]


# -- what cannot be said -----------------------------------------------------------------------------------------------


def test_no_cause_is_given_where_none_was_judged() -> None:
    assert {silence.cause.text for silence in dossier().silences} == {"Whether she chose to be silent is not judged."}
    said = " ".join(s.text for silence in dossier().silences for s in (silence.when, silence.where, silence.cause))
    assert not re.search(r"dark|deliberate|switched|turned off|hid", said)


def test_a_judgement_is_told_with_its_reasons() -> None:
    judged = changed(case.gaps(), p_switched_off=0.8374, reasons=["others were heard there"])
    found = build(case.vessel(ANGARA), case.vessels(), judged, case.evidence(), case.provenance())
    first = found.silences[0]
    assert first.cause.text == "The probability that she chose to be silent is reckoned as 0.84."
    assert first.reasons == (Reason("Others were heard there.", None),)
    assert found.judged is not None and "generated worlds" in found.judged.text
    assert not any(statement.text.startswith("Why she was silent") for statement in found.limits)


def test_an_identity_break_is_flagged() -> None:
    flagged = changed(case.gaps(), cause="identity break", reasons=["off and on are 60 kn apart"])
    found = build(case.vessel(ANGARA), case.vessels(), flagged, case.evidence(), case.provenance())
    assert found.silences[0].cause.text == "Whether she chose to be silent is not judged: identity break."
    assert found.silences[0].reasons == (Reason("Off and on are 60 kn apart.", None),)
    assert found.judged is None


def test_limits_name_cargo_hulls_piers_reach_and_the_second_hand() -> None:
    said = " ".join(statement.text for statement in dossier().limits)
    for words in (
        "not what is in them",
        "her own length is not known",
        "Rajin Pier 2",
        "is not judged",
        "second-hand",
    ):
        assert words in said


def test_without_evidence_it_still_tells_the_silences_and_claims_nothing() -> None:
    found = build(case.vessel(ANGARA), case.vessels(), case.gaps(), Evidence.none(), Provenance("test"))
    assert len(found.silences) == 4
    assert all(not s.groups and not s.remarks and s.wider is None for s in found.silences)
    assert [other.imo for other in found.not_her] == [OTHER_ANGARA]
    assert "no check against the lists in force" in found.listed[0].text


# -- form --------------------------------------------------------------------------------------------------------------


def test_every_reference_leads_to_a_row() -> None:
    ids = set(case.gaps()["gap_id"].to_pylist()) | {"reports.csv"}
    ids |= {f"MMSI {mmsi}" for mmsi in case.reports()}
    ids |= {f"OFAC {uid}" for uid in case.evidence().fleet["ofac_uid"].to_pylist()}
    for table in ("vessels", "listings", "places", "observations", "events", "notes"):
        rows: pa.Table = getattr(case.evidence(), table)
        ids |= set(rows[rows.column_names[0]].to_pylist())
    for imo in (ANGARA, OTHER_ANGARA, LADY_R, MAIA):
        written = json.loads(dossier(imo).to_json())
        cited = set(_refs(written))
        assert cited and cited <= ids
        assert {citation["ref"] for citation in written["citations"]} <= cited


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("refs", ())
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _refs(item)


def test_every_finding_names_its_publisher() -> None:
    assert all(found.publisher and found.url for _, found in findings(dossier()))


def test_json_is_ascii_in_order_with_utc_times_and_every_column_of_a_gap() -> None:
    text = dossier().to_json()
    assert text.isascii()
    written = json.loads(text)
    assert written["schema"] == SCHEMA
    assert list(written)[3:9] == ["vessel", "who", "not_her", "listed", "silences", "elsewhere"]
    gap = written["silences"][0]["gap"]
    assert list(gap) == GAPS.names
    assert gap["off_ts"] == "2023-08-10T06:40:00Z"
    assert written["provenance"]["as_of"] == "2024-04-30T00:00:00Z"
    assert written["silences"][3]["gap"]["on_ts"] is None


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_gaps_does_not_matter_and_the_same_rows_give_the_same_bytes(rng: Any) -> None:
    order = list(range(len(case.gaps())))
    rng.shuffle(order)
    shuffled = build(case.vessel(ANGARA), case.vessels(), case.gaps().take(order), case.evidence(), case.provenance())
    assert shuffled.to_json() == dossier().to_json()


def test_gaps_of_another_ship_under_the_same_mmsi_are_not_hers() -> None:
    others = changed(case.gaps(), imo=OTHER_ANGARA)
    assert build(case.vessel(ANGARA), case.vessels(), others, case.evidence(), case.provenance()).silences == ()


@settings(max_examples=60)
@given(hours=st.integers(7, 5000), start=st.integers(-2000, 12000))
def test_each_observation_is_told_at_most_once_in_a_silence_and_lies_in_its_days(hours: int, start: int) -> None:
    off = utc(2023, 1, 1) + timedelta(hours=start)
    row = case.gaps().filter(pa.array([True] + [False] * (len(case.gaps()) - 1))).to_pylist()[0]
    row |= {"mmsi": 273210440, "imo": ANGARA, "off_ts": off, "on_ts": off + timedelta(hours=hours), "duration_h": hours}
    gap = pa.Table.from_pylist([row], schema=GAPS.arrow)
    (silence,) = build(case.vessel(ANGARA), case.vessels(), gap, case.evidence(), case.provenance()).silences
    shown = [ref for refs in told(silence).values() for ref in refs] + list(silence.wider.refs if silence.wider else ())
    assert len(shown) == len(set(shown))
    for group in silence.groups:
        for found in group.findings:
            assert found.date_start <= row["on_ts"].date() and found.date_end >= off.date()
            assert not found.within or (found.date_start >= off.date() and found.date_end <= row["on_ts"].date())


def test_a_note_of_the_archive_on_her_identity_is_told() -> None:
    noted = {**case.vessel(ANGARA), "notes": ["also said IMO 1234567"], "former_names": ["OLD NAME"]}
    said = [s.text for s in build(noted, case.vessels(), case.gaps(), case.evidence(), case.provenance()).who]
    assert "also said IMO 1234567." in said
    assert "Earlier names that she sent: OLD NAME." in said


@pytest.mark.parametrize("imo", [ANGARA, OTHER_ANGARA, LADY_R, MAIA])
def test_statements_are_whole_sentences_without_holes(imo: int) -> None:
    for text in texts(json.loads(dossier(imo).to_json())["silences"]):
        assert "None" not in text and "nan" not in text.split() and "  " not in text
