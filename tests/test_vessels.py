"""A vessel is an identity over time: what claims make one, and how a person finds it again."""

from __future__ import annotations

import random
import string
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps import itu
from ais_gaps.errors import Ambiguous, NotFound
from ais_gaps.vessels import IDENTITIES, VESSELS, about, nearest_names, query_problem, resolve, search, vessels

START = datetime(2023, 8, 1, tzinfo=UTC)


def claim(
    mmsi: int, imo: int | None = None, name: str | None = None, call_sign: str | None = None, **more: Any
) -> dict[str, Any]:
    """One claim, said 10 times from day `since` to day `until` of August 2023."""
    row: dict[str, Any] = dict.fromkeys(IDENTITIES.names) | {
        "mmsi": mmsi,
        "imo": imo,
        "name": name,
        "call_sign": call_sign,
        "n": 10,
    }
    since, until = more.pop("since", 0), more.pop("until", 10)
    return row | {"first_ts": START + timedelta(days=since), "last_ts": START + timedelta(days=until)} | more


def gathered(*claims: dict[str, Any]) -> dict[str, dict[str, Any]]:
    table = vessels(pa.Table.from_pylist(list(claims), IDENTITIES))
    assert table.schema == VESSELS
    return {row["vessel"]: row for row in table.to_pylist()}


FLEET = [
    claim(273210440, 9179842, "ANGARA", "UBYT2", ship_type="Cargo", n=5000),
    claim(667001234, 9124043, "ANGARA", "9LU2222"),
    claim(538000001, None, "FESCO ANGARA", since=3),
    claim(538000001, None, "ESPERANSA", until=2),
    claim(273000002, 8517839, "MARIA"),
    claim(273000003, 9358010, "MAIA-1"),
    claim(273000004, 9161003, "LADY R"),
    claim(273000005, 9349289, "LADY D"),
    claim(445000006, None, "JI SONG 6", "HMYX5"),
    claim(445000008, None, "JI SONG 8"),
    claim(445000009, None, "CHONG CHON GANG"),
    claim(445000010, None, "RYE SONG GANG 1"),
    claim(273000011),
]


@pytest.fixture(scope="module")
def fleet() -> pa.Table:
    return vessels(pa.Table.from_pylist(FLEET, IDENTITIES))


def hits(fleet: pa.Table, query: str) -> list[tuple[str, str]]:
    return [(row["vessel"], row["reason"]) for row in search(fleet, query).to_pylist()]


# What makes a vessel


def test_two_imo_numbers_of_one_mmsi_are_two_vessels() -> None:
    found = gathered(claim(273000001, 9179842, "ANGARA", until=4), claim(273000001, 9124043, "OTHER", since=5))
    assert {row["imo"] for row in found.values()} == {9179842, 9124043}
    assert all(row["mmsi"] == [273000001] for row in found.values())
    assert found["IMO9179842"]["notes"] == ["MMSI 273000001 was also used by IMO 9124043"]


def test_one_imo_number_of_two_mmsi_is_one_vessel_with_a_history() -> None:
    found = gathered(
        claim(273000001, 9179842, "ANGARA", "UBYT2", until=4), claim(667000001, 9179842, "RENAMED", "9LU1", since=5)
    )
    (row,) = found.values()
    assert row["mmsi"] == [667000001, 273000001]
    assert (row["name"], row["former_names"], row["flag"]) == ("RENAMED", ["ANGARA"], "SL")
    assert row["call_signs"] == ["9LU1", "UBYT2"]
    assert row["reports"] == 20
    assert (row["first_ts"], row["last_ts"]) == (START, START + timedelta(days=10))


def test_a_slip_stays_with_its_vessel_and_is_said() -> None:
    found = gathered(
        claim(273000001, 9179842, "ANGARA", n=5000), claim(273000001, 9179854, "ANGARA", since=3, until=3, n=4)
    )
    assert set(found) == {"IMO9179842"}
    assert found["IMO9179842"]["notes"] == [
        "MMSI 273000001 said IMO 9179854 in 4 of its messages and IMO 9179842 in 5000: taken for a slip"
    ]


def test_a_rare_number_of_another_name_after_the_usual_one_is_no_slip() -> None:
    found = gathered(
        claim(273000001, 9179842, "ANGARA", until=5, n=5000), claim(273000001, 9179854, "ADLER", since=6, n=4)
    )
    assert set(found) == {"IMO9179842", "IMO9179854"}


def test_a_slip_does_not_take_over_the_ship_whose_number_it_hits() -> None:
    found = gathered(
        claim(273000001, 9179842, "ANGARA", n=5000),
        claim(273000001, 9179854, "ANGARA", since=3, until=3, n=4),
        claim(273000009, 9179854, "ADLER", n=3000),
    )
    assert found["IMO9179854"]["mmsi"] == [273000009]
    assert found["IMO9179854"]["former_names"] == []


def test_numbers_said_about_as_often_are_two_vessels_even_of_one_name() -> None:
    assert len(gathered(claim(273000001, 9179842, "ANGARA", n=60), claim(273000001, 9179854, "ANGARA", n=40))) == 2


def test_claims_without_a_number_never_join_a_slip() -> None:
    found = gathered(
        claim(273000001, 9179842, "ANGARA", n=5000),
        claim(273000001, 9179854, "ANGRA", since=3, until=3, n=4),
        claim(273000001, None, "ANGRA", since=3, until=3),
    )
    assert set(found) == {"IMO9179842"}


def test_claims_without_a_number_go_to_the_ship_of_their_name_then_of_their_time() -> None:
    found = gathered(
        claim(273000001, 9179842, "ANGARA", until=4),
        claim(273000001, 9124043, "OTHER", since=6),
        claim(273000001, None, "OTHER", since=0, until=1, n=7),
        claim(273000001, None, None, since=0, until=1, n=100),
    )
    assert found["IMO9124043"]["reports"] == 17
    assert found["IMO9179842"]["reports"] == 110


def test_a_number_that_fails_its_check_keys_nothing_and_is_said() -> None:
    found = gathered(claim(273000001, 9179843, "ANGARA"))
    assert found["MMSI273000001"]["imo"] is None
    assert found["MMSI273000001"]["notes"] == ["said IMO 9179843 in 10 messages, which is no IMO number"]


def test_a_number_that_many_other_ships_say_at_once_is_nobodys() -> None:
    found = gathered(
        *(claim(412000000 + i, 9876543, f"BOAT {i}") for i in range(4)), claim(412000009, 1234567, "KEYBOARD")
    )
    assert itu.imo_valid(9876543)
    assert itu.imo_valid(1234567)
    assert len(found) == 5
    assert all(row["imo"] is None for row in found.values())
    assert "nobody's" in found["MMSI412000000"]["notes"][0]


def test_two_ships_that_claim_one_number_at_once_are_flagged() -> None:
    found = gathered(claim(273000001, 9179842, "ANGARA"), claim(613000001, 9179842, "GHOST"))
    assert found["IMO9179842"]["notes"] == [
        "MMSI 273000001 and MMSI 613000001 say this IMO number at the same time under different names"
    ]


def test_an_mmsi_without_a_name_contradicts_nobody() -> None:
    assert gathered(claim(273000001, 9179842, "ANGARA"), claim(613000001, 9179842))["IMO9179842"]["notes"] == []


def test_only_ships_are_vessels_and_a_silent_mmsi_is_one() -> None:
    found = gathered(claim(2655619, name="BASE"), claim(992655001, name="BUOY"), claim(111265583), claim(273000011))
    assert set(found) == {"MMSI273000011"}
    assert found["MMSI273000011"]["name"] is None
    assert found["MMSI273000011"]["former_names"] == []


def test_spacing_and_case_make_no_former_name() -> None:
    (row,) = gathered(claim(273000001, None, "LADY-R", until=2), claim(273000001, None, "Lady R", since=3)).values()
    assert (row["name"], row["former_names"]) == ("Lady R", [])


def test_no_claims_are_no_vessels() -> None:
    assert vessels(IDENTITIES.empty_table()).equals(VESSELS.empty_table())


IMOS = st.sampled_from([None, 0, 9179842, 9124043, 9179854, 9179843])
CLAIMS = st.builds(
    lambda mmsi, imo, name, sign, since, length, n: claim(
        mmsi, imo, name, sign, since=since, until=since + length, n=n
    ),
    st.sampled_from([273000001, 273000002, 667000003, 2655619]),
    IMOS,
    st.sampled_from([None, "", "ANGARA", "ADLER", "MARIA"]),
    st.sampled_from([None, "UBYT2", "9LU1"]),
    st.integers(0, 9),
    st.integers(0, 9),
    st.sampled_from([1, 10, 5000]),
)


@settings(max_examples=25)
@given(st.lists(CLAIMS, max_size=8), st.randoms(use_true_random=False))
def test_no_message_is_lost_and_the_order_of_claims_changes_nothing(
    claims: list[dict[str, Any]], chance: random.Random
) -> None:
    table = vessels(pa.Table.from_pylist(claims, IDENTITIES))
    assert sum(table["reports"].to_pylist()) == sum(row["n"] for row in claims if row["mmsi"] != 2655619)
    ids = table["vessel"].to_pylist()
    assert ids == sorted(set(ids))
    shuffled = chance.sample(claims, len(claims))
    assert vessels(pa.Table.from_pylist(shuffled, IDENTITIES)).equals(table)


@settings(max_examples=25)
@given(
    st.lists(CLAIMS, max_size=10),
    st.sampled_from(["ANGARA", "Мария", "ADLR", "9179842", "IMO9124043", "273000001", "9lu1", "UBYT2", "nothing", ""]),
)
def test_looking_only_at_claims_about_a_query_finds_the_same(claims: list[dict[str, Any]], query: str) -> None:
    table = pa.Table.from_pylist(claims, IDENTITIES)
    assert search(vessels(about(table, query)), query).equals(search(vessels(table), query))


# Finding one again


@pytest.mark.parametrize(
    ("query", "vessel", "reason"),
    [
        ("9179842", "IMO9179842", "IMO number"),
        ("IMO 9179842", "IMO9179842", "IMO number"),
        ("imo9124043", "IMO9124043", "IMO number"),
        ("273210440", "IMO9179842", "MMSI"),
        ("MMSI273000011", "MMSI273000011", "MMSI"),
        ("ubyt 2", "IMO9179842", "call sign UBYT2"),
        ("lady r", "IMO9161003", "name is LADY R"),
        ("Мария", "IMO8517839", "name MARIA sounds like Мария"),
        ("MARIYA", "IMO8517839", "name MARIA sounds like MARIYA"),
        ("Майя-1", "IMO9358010", "name MAIA-1 sounds like Майя-1"),
        ("MAYA 1", "IMO9358010", "name MAIA-1 sounds like MAYA 1"),
        ("MAJA-1", "IMO9358010", "name MAIA-1 sounds like MAJA-1"),
        ("지성6", "MMSI445000006", "name JI SONG 6 sounds like 지성6"),
        ("CHI SONG 6", "MMSI445000006", "name JI SONG 6 sounds like CHI SONG 6"),
        ("청천강", "MMSI445000009", "name CHONG CHON GANG sounds like 청천강"),
        ("예성강 1", "MMSI445000010", "name RYE SONG GANG 1 sounds like 예성강 1"),
        ("Esperansa", "MMSI538000001", "former name ESPERANSA"),
    ],
)
def test_one_vessel_is_found_and_meant(fleet: pa.Table, query: str, vessel: str, reason: str) -> None:
    assert hits(fleet, query)[0] == (vessel, reason)
    assert resolve(fleet, query)["vessel"] == vessel


def test_two_vessels_of_one_name_stay_two(fleet: pa.Table) -> None:
    for query in ("ANGARA", "Ангара", "angara "):
        found = hits(fleet, query)
        assert {found[0], found[1]} == {("IMO9179842", "name is ANGARA"), ("IMO9124043", "name is ANGARA")}
        assert found[2][0] == "MMSI538000001"
        with pytest.raises(
            Ambiguous, match=r"2 vessels answer to .*IMO9179842 \(ANGARA, flag RU, MMSI 273210440.*Give the"
        ) as told:
            resolve(fleet, query)
        assert set(told.value.candidates) == {"IMO9179842", "IMO9124043"}


def test_a_name_means_who_has_it_now_before_who_had_it() -> None:
    claims = [
        claim(273000001, name="OLGA"),
        claim(273000002, name="OLGA", until=1),
        claim(273000002, name="SONA", since=2),
    ]
    table = vessels(pa.Table.from_pylist(claims, IDENTITIES))
    assert hits(table, "OLGA") == [("MMSI273000001", "name is OLGA"), ("MMSI273000002", "former name OLGA")]
    assert resolve(table, "OLGA")["vessel"] == "MMSI273000001"


def test_one_mmsi_of_two_ships_is_ambiguous() -> None:
    table = vessels(
        pa.Table.from_pylist(
            [claim(273000001, 9179842, "A", until=4), claim(273000001, 9124043, "B", since=5)], IDENTITIES
        )
    )
    with pytest.raises(Ambiguous):
        resolve(table, "273000001")


def test_numbers_in_names_are_exact(fleet: pa.Table) -> None:
    assert [vessel for vessel, _ in hits(fleet, "JI SONG 6")] == ["MMSI445000006"]
    assert hits(fleet, "JI SONG 7") == []
    assert {vessel for vessel, _ in hits(fleet, "JI SONG")} == {"MMSI445000006", "MMSI445000008"}
    assert ("IMO9358010", "name MAIA-1 is MAIA with a number") in hits(fleet, "MAIA")
    with pytest.raises(NotFound, match="MAIA-1"):
        resolve(fleet, "MAIA")


def test_a_misspelt_name_is_found_but_never_taken_for_granted(fleet: pa.Table) -> None:
    assert hits(fleet, "ANGRA")[0][1] == "name ANGARA is spelt like ANGRA"
    with pytest.raises(NotFound, match="Nearest: ANGARA") as told:
        resolve(fleet, "ANGRA")
    assert told.value.nearest[0] == "ANGARA"
    assert nearest_names(fleet, "ANGRA")[0] == "ANGARA"


def test_a_wrong_check_digit_is_said(fleet: pa.Table) -> None:
    assert hits(fleet, "9179843") == []
    assert query_problem("9179843") == "9179843 is no IMO number: its check digit is wrong"
    assert query_problem("9179842") is None
    assert query_problem("ANGARA") is None
    with pytest.raises(NotFound, match="check digit is wrong"):
        resolve(fleet, "IMO9179843")


@pytest.mark.parametrize(
    "query",
    ["", "   ", "@@@", "\x00", "\u202e", "zzzzzzzz", "%", "'; DROP TABLE", "{name}", "(", "999999999999999999999"],
)
def test_nothing_found_is_an_empty_table(fleet: pa.Table, query: str) -> None:
    found = search(fleet, query)
    assert len(found) == 0
    assert found.column_names == [*VESSELS.names, "score", "reason"]
    with pytest.raises(NotFound):
        resolve(fleet, query)


def test_limit(fleet: pa.Table) -> None:
    assert len(search(fleet, "ANGARA", limit=1)) == 1


def test_hostile_names_are_shown_tamely() -> None:
    table = vessels(pa.Table.from_pylist([claim(273000001, None, "ANG\x1b[31mARA\u202e {query} \n")], IDENTITIES))
    (row,) = search(table, "273000001").to_pylist()
    assert row["reason"] == "MMSI"
    ((_, reason),) = hits(table, "ANG 31MARA QUERY")
    assert reason.isprintable()


@given(st.text(string.printable, max_size=12))
def test_any_query_has_an_answer_or_none(fleet: pa.Table, query: str) -> None:
    scores = search(fleet, query)["score"].to_pylist()
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 < score <= 1.0 for score in scores)
