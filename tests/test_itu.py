"""Tables of the ITU and the form of identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps import itu


@st.composite
def imo_numbers(draw: st.DrawFn) -> int:
    digits = [draw(st.integers(1, 9)), *(draw(st.integers(0, 9)) for _ in range(5))]
    check = sum(weight * digit for weight, digit in zip(range(7, 1, -1), digits, strict=True)) % 10
    return int("".join(map(str, [*digits, check])))


@given(imo_numbers(), st.integers(0, 6), st.integers(1, 9))
def test_a_mistyped_imo_digit_is_caught_unless_its_weight_hides_it(imo: int, place: int, shift: int) -> None:
    """The weights 2, 4, 6 hide a shift by 5, and 5 hides an even shift: the check digit is no stronger than that."""
    assert itu.imo_valid(imo)
    digits = [int(digit) for digit in str(imo)]
    digits[place] = (digits[place] + shift) % 10
    weight = [7, 6, 5, 4, 3, 2, -1][place]
    wrong = int("".join(map(str, digits)))
    caught = weight * shift % 10 != 0 or digits[0] == 0
    assert itu.imo_valid(wrong) != caught


@given(st.integers(-(10**12), 10**12))
def test_only_seven_digits_can_be_an_imo_number(number: int) -> None:
    if not 1_000_000 <= number <= 9_999_999:
        assert not itu.imo_valid(number)


def test_imo_numbers_of_real_ships() -> None:
    assert all(map(itu.imo_valid, (9179842, 9124043, 8517839, 9358010, 9161003)))
    assert not itu.imo_valid(9179843)
    assert itu.imos_valid(np.array([9179842, 9179843, 0, 91798420])).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("mmsi", "transmitter", "flag"),
    [
        (273210440, "ship", "RU"),
        (445000001, "ship", "KP"),
        (2655619, "base_station", "SE"),
        (111265583, "aircraft", "SE"),
        (992655001, "aton", "SE"),
        (982111111, "craft", "DE"),
        (970123456, "sart", None),
        (972123456, "sart", None),
        (974123456, "sart", None),
        (979000001, "device", None),
        (823212345, "handheld", "GB"),
        (23212345, "group", "GB"),
        (123456789, "ship", None),  # misprogrammed, and still a ship
        (111111111, "ship", None),
        (999999999, "ship", None),
        (290000000, "ship", None),  # a MID that is not allocated
    ],
)
def test_the_form_of_an_mmsi_tells_what_transmits(mmsi: int, transmitter: str, flag: str | None) -> None:
    assert itu.transmitter_of(mmsi) == transmitter
    assert itu.flag_of(mmsi) == flag
    assert itu.mmsi_problem(mmsi) is None


@pytest.mark.parametrize(
    ("mmsi", "said"),
    [
        (0, "zero"),
        (-5, "negative"),
        (1_234_567_890, "more than nine"),
        (1193046, "fewer than nine"),
        (12345678, "fewer than nine"),
        (99, "fewer than nine"),
    ],
)
def test_a_malformed_mmsi_says_why_and_has_no_flag(mmsi: int, said: str) -> None:
    assert said in (itu.mmsi_problem(mmsi) or "")
    assert itu.flag_of(mmsi) is None


@given(st.lists(st.one_of(st.integers(-10, 10**10), st.integers(10**6, 10**9)), max_size=50))
def test_arrays_say_what_single_numbers_say(numbers: list[int]) -> None:
    array = np.array(numbers, dtype=np.int64)
    assert [itu.TRANSMITTERS[index] for index in itu.transmitters(array)] == [itu.transmitter_of(n) for n in numbers]
    assert itu.flags(array).tolist() == [itu.flag_of(n) for n in numbers]
    assert itu.malformed(array).tolist() == [itu.mmsi_problem(n) is not None for n in numbers]
    assert itu.imos_valid(array).tolist() == [itu.imo_valid(n) for n in numbers]


def test_each_ship_type_and_status_has_its_own_words() -> None:
    assert sorted(itu.SHIP_TYPE_WORDS) == list(range(1, 100))
    words = [itu.ship_type_words(code) for code in range(1, 256)]
    assert None not in words
    assert len(set(words)) == 255
    assert itu.ship_type_words(70) == "Cargo"
    assert itu.ship_type_words(71) == "Cargo, hazardous category A"
    assert itu.ship_type_words(30) == "Fishing"
    assert [itu.ship_type_words(code) for code in (0, -1, 256, 1004)] == [None] * 4
    assert sorted(itu.NAV_STATUS_WORDS) == list(range(16))
    assert len(set(itu.NAV_STATUS_WORDS.values())) == 16


def test_the_table_of_flags_is_whole() -> None:
    assert len(itu.MID_FLAGS) == 292
    assert all(len(flag) == 2 and flag.isalpha() and flag.isupper() for flag in itu.MID_FLAGS.values())
    known = {
        201: "AL",
        273: "RU",
        445: "KP",
        441: "KR",
        412: "CN",
        477: "HK",
        319: "KY",
        667: "SL",
        538: "MH",
        775: "VE",
    }
    assert {mid: itu.MID_FLAGS[mid] for mid in known} == known
