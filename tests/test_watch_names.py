"""A watched name means the ships whose name it is, by the rule of the search for vessels, and none whose name is merely alike."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ais_gaps import names
from ais_gaps.watch.named import Names

_WORDS = st.sampled_from(
    [
        *("MV", "M/V", "MT", "SS", "F.V.", "M", "V", "LADY", "R", "STAR", "star", "MARIA", "MARIYA", "Мария", "Ангара"),
        *(
            "ANGARA",
            "Ángara",
            "6",
            "06",
            "II",
            "2",
            "X",
            "-",
            "'",
            "PAEKMA",
            "백마",
            "BAEKMA",
            "007",
            "",
            "ＬＡＤＹ",
            "Lady\n",
        ),
        *("JI", "SONG", "JISONG", "CHISONG", "지성"),
    ]
)
_NAMES = st.lists(_WORDS, min_size=0, max_size=4).map(" ".join) | st.text(max_size=8)
_IS = names.MATCHES.index("is {name}")


@settings(max_examples=300)
@given(_NAMES, st.lists(_NAMES, max_size=12))
@example("MV LADY R", ["LADY R", "M/V LADY-R", "LADYR", "LADY RUSSIA", "LADY"])
@example("Мария", ["MARIYA", "MARIJA", "MARIA", "MARINA"])
@example("STAR II", ["STAR 2", "STAR II", "STAR 3", "STAR"])
def test_it_is_the_rule_by_which_a_name_is_another(wanted: str, known: list[str]) -> None:
    known = [name.replace("\n", " ") for name in known]
    score, how = names.match(wanted, known)
    expected = [row for row in range(len(known)) if how[row] == _IS or score[row] >= 0.98]
    assert Names(known).same_as(wanted) == expected


@pytest.mark.parametrize(
    ("wanted", "same", "other"),
    [
        ("lady r", ["LADY R", "LADY-R", "Lady  R"], ["LADY RUSSIA", "LADY", "LADY RO", "LADY S"]),
        ("JI SONG 6", ["JI SONG-6", "JISONG 6", "JI SONG 06"], ["JI SONG 8", "JI SONG", "CHI SONG 6"]),
        ("Ангара", ["ANGARA"], ["ANGARSK", "ANGARA 2"]),
        ("M/V ANGARA", ["ANGARA", "MV ANGARA"], ["MT 2"]),
    ],
)
def test_other_spellings_are_the_name_and_likeness_is_not(wanted: str, same: list[str], other: list[str]) -> None:
    assert Names([*same, *other]).same_as(wanted) == list(range(len(same)))
