"""One name in two scripts, spellings or alphabets is one name; two numbers never are."""

from __future__ import annotations

import random
import string
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps import names

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=30)


@given(ANY_TEXT)
def test_folding_a_fold_changes_nothing(name: str) -> None:
    folded = names.fold(name)
    assert names.fold(folded) == folded
    assert set(folded) <= set(string.ascii_uppercase + string.digits + " ")
    assert folded == " ".join(folded.split())


@given(st.lists(ANY_TEXT, max_size=8))
def test_many_names_fold_as_each_alone(several: list[str]) -> None:
    """A line end, or anything else in one name, never moves another."""
    assert names.fold_all(several) == [names.fold(name) for name in several]
    folds = names.fold_all(several)
    letters = names.letters_of(folds)
    assert letters == [names.letters_of([fold])[0] for fold in folds]
    assert names.numbers_of(folds) == [names.numbers_of([fold])[0] for fold in folds]
    assert names.slavic_keys(letters) == [names.slavic_keys([word])[0] for word in letters]
    assert names.korean_keys(letters) == [names.korean_keys([word])[0] for word in letters]


@given(st.text(string.ascii_uppercase + " 0123456789-", max_size=20), st.integers(0, 20), st.sampled_from("​‮﻿\x00\x1b⁦"))
def test_hidden_characters_change_no_name(name: str, at: int, hidden: str) -> None:
    assert names.fold(name[:at] + hidden + name[at:]) == names.fold(name)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Łódź", "LODZ"),
        ("Çeşme", "CESME"),
        ("Ørsted", "ORSTED"),
        ("Ξενία", "XENIA"),
        ("ＡＮＧＡＲＡ　１", "ANGARA 1"),
        ("M/V  Lady-R@@@", "M V LADY R"),
        ("JI SONG 06", "JI SONG 6"),
        ("JISONG6", "JISONG 6"),
        ("O'NEIL", "ONEIL"),
        ("ANGARA\u202e", "ANGARA"),
        ("", ""),
        ("@@@", ""),
    ],
)
def test_folds(name: str, folded: str) -> None:
    assert names.fold(name) == folded


def test_letters_typed_in_parts_are_whole_letters() -> None:
    assert names.fold(unicodedata.normalize("NFD", "지성6")) == names.fold("지성6") == "JISEONG 6"
    assert names.fold(unicodedata.normalize("NFD", "Юрий")) == names.fold("Юрий") == "YURIY"


def _slavic(name: str) -> str:
    return names.slavic_keys(names.letters_of([names.fold(name)]))[0]


def _korean(name: str) -> str:
    return names.korean_keys(names.letters_of([names.fold(name)]))[0]


@pytest.mark.parametrize(
    "spellings",
    [
        "Мария MARIA MARIYA MARIJA MARIIA",
        "Майя MAIA MAYA MAJA MAYYA",
        "Ангара ANGARA",
        "Щукин SHCHUKIN SCHUKIN ŠČUKIN",
        "Евгений YEVGENIY EVGENIJ EVGENY YEVGENII",
        "Алексей ALEKSEY ALEXEI ALEXEY ALEKSEJ",
        "Царь TSAR TZAR CZAR",
        "Хасан KHASAN HASAN XASAN",
        "Жигули ZHIGULI JIGULI",
        "Юрий YURIY JURIJ YURI IURII",
        "Восточный VOSTOCHNY VOSTOCHNYY VOSTOCHNYJ",
        "Находка NAKHODKA NAHODKA",
        "Ульяновск ULYANOVSK ULIANOVSK UL'JANOVSK",
        "Владивосток VLADIVOSTOK WLADIWOSTOK",
    ],
)
def test_romanisations_of_a_cyrillic_name_have_one_key(spellings: str) -> None:
    assert len({_slavic(name) for name in spellings.split()}) == 1


@pytest.mark.parametrize(
    "spellings",
    [
        "지성 JI-SONG CHI-SONG JI-SEONG Chisŏng",
        "라진 나진 RAJIN NAJIN Раджин",
        "라선 RASON NASON Расон",
        "청진 CHONGJIN CHEONGJIN Ch'ŏngjin",
        "백마 PAEKMA PAENGMA BAEKMA BAENGMA",
        "청천강 CHONG-CHON-GANG CHONG-CHON-KANG CHONGCHONGANG Ch'ŏngch'ŏn'gang CHEONGCHEONGANG",
        "례성강 예성강 RYE-SONG-GANG YESONGGANG",
        "혁신 HYOK-SIN HYEOKSIN HYOKSHIN",
        "을지봉 UL-JI-BONG ULCHIBONG EULJIBONG",
        "두만강 TUMANGANG DUMANGANG",
        "금릉 KUM-NUNG KUMRUNG GEUMNEUNG",
        "보통강 PO-THONG-GANG POTHONGGANG BOTONGGANG",
        "남포 NAMPO Namp'o NAMPHO",
        "로동 RODONG NODONG",
    ],
)
def test_romanisations_of_a_korean_name_have_one_key(spellings: str) -> None:
    assert len({_korean(name) for name in spellings.split()}) == 1


def test_keys_keep_different_names_apart() -> None:
    assert _slavic("ANGARA") != _slavic("AURORA")
    assert _slavic("OLGA") != _slavic("OLEG")
    assert _korean("JI SONG") != _korean("JI SAN")
    assert _korean("KUM SONG") != _korean("KUM SAN")


def test_a_roman_numeral_at_the_end_is_a_number() -> None:
    folds = names.fold_all(["STAR II", "STAR 2", "STAR III", "VI", "LADY X", "II STAR"])
    assert names.numbers_of(folds) == ["2", "2", "3", "", "", ""]
    assert names.letters_of(folds) == ["STAR", "STAR", "STAR", "VI", "LADYX", "IISTAR"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("JI SONG 6", "JI SONG 8"),
        ("MAIA-1", "MAIA"),
        ("MAIA-1", "MAIA-11"),
        ("STAR II", "STAR III"),
        ("지성6", "JI SONG 8"),
        ("MAIA 1", "MAIA 1 STAR 2"),
    ],
)
def test_numbers_are_compared_exactly(query: str, name: str) -> None:
    assert names.match(query, [name])[0][0] == 0.0


@pytest.mark.parametrize(
    ("query", "name", "how"),
    [
        ("angara", "ANGARA", "is {name}"),
        ("M/V Angara", "ANGARA", "is {name}"),
        ("STAR 2", "STAR II", "is {name}"),
        ("Майя-1", "MAIA-1", "{name} sounds like {query}"),
        ("지성6", "JI SONG 6", "{name} sounds like {query}"),
        ("ANGARA", "FESCO ANGARA", "{name} contains {query}"),
        ("ANGRA", "ANGARA", "{name} is spelt like {query}"),
        ("OLE", "OLA", "{name} is spelt like {query}"),
        ("JI SONG", "JI SONG 6", "{name} is {query} with a number"),
        ("ANGARA", "POLAR ROCK", ""),
    ],
)
def test_a_match_says_how(query: str, name: str, how: str) -> None:
    assert names.MATCHES[names.match(query, [name])[1][0]] == how


def test_a_query_in_cyrillic_prefers_no_romanisation() -> None:
    assert names.match("Мария", ["MARIYA", "MARIA", "MARIJA"])[0].tolist() == [1.0, 1.0, 1.0]
    latin = names.match("MARIYA", ["MARIYA", "MARIA"])[0]
    assert latin[0] > latin[1] > 0.8


def test_closer_matches_score_higher() -> None:
    score, _ = names.match("ANGARA", ["ANGARA", "ANGGARA", "FESCO ANGARA", "ANGARA 2", "BALTIKA"])
    assert score[0] == 1.0 > score[1:4].max()
    assert score[4] == 0.0


def _one_edit(name: str, chance: random.Random) -> str:
    at = chance.choice([index for index, char in enumerate(name) if char.isalpha()])
    other = chance.choice(string.ascii_uppercase)
    swapped = name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
    return chance.choice(
        [name[:at] + name[at + 1 :], name[:at] + other + name[at:], name[:at] + other + name[at + 1 :], swapped]
    )


@pytest.fixture(scope="module")
def two_thousand() -> list[str]:
    chance = random.Random(7)
    syllables = [c + v + e for c in "BDGKLMNPRSTV" for v in "AEIOU" for e in ("", "N", "R", "S")]
    made: dict[str, None] = {}
    while len(made) < 2000:
        words = ["".join(chance.choices(syllables, k=chance.randint(2, 3))) for _ in range(chance.randint(1, 2))]
        made[" ".join([*words, *([str(chance.randint(1, 20))] if chance.random() < 0.2 else [])])] = None
    return list(made)


@given(st.randoms(use_true_random=False))
def test_a_name_is_found_after_one_slip_of_the_finger(two_thousand: list[str], chance: random.Random) -> None:
    name = chance.choice(two_thousand)
    score, _ = names.match(_one_edit(name, chance), two_thousand)
    third = np.sort(score)[-3]
    assert score[two_thousand.index(name)] > 0.0
    assert score[two_thousand.index(name)] >= third


def test_nearest_names_are_offered_however_unlike() -> None:
    assert names.nearest("Vladivostk", ["Nampo", "Vladivostok", "Rajin"])[0] == "Vladivostok"
    assert names.nearest("", ["Nampo"]) == []
    assert names.nearest("x", []) == []
