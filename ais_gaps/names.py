"""Names of ships and places, folded so that one name in two scripts, spellings or alphabets compares equal.

A name has four keys, from strict to loose:

- *fold*: Latin capitals, digits and single spaces; whatever the script, width, diacritics, punctuation and case were;
- *letters* and *numbers* of the fold, apart: numbers are always compared exactly (JI SONG 6 is not JI SONG 8);
- *Slavic key* of the letters: one value for the usual romanisations of a Cyrillic name;
- *Korean key*: one value for McCune-Reischauer, Revised and North Korean spellings, and for Hangul letter by letter.

The last two make different names equal now and then, so they rank below an equal fold. All functions take many names at
once: they work on one joined text, which costs about a microsecond a name and key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from ais_gaps.plain import plain

MATCHES: Final = (
    "",
    "is {name}",
    "{name} is {query} with a number",
    "{name} sounds like {query}",
    "{name} contains {query}",
    "{name} is spelt like {query}",
)
"""How a name answers a query, in words, by the codes of `match`."""

_NO_MATCH, _IS, _NUMBERED, _SOUNDS, _HAS, _SPELT = range(len(MATCHES))
_LEAST_ALIKE: Final = 0.7  # share of letters left in place: below it the hits are noise
_MAYBE_ALIKE: Final = 0.3  # two romanisations of one name have at least so much in common
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_SHIP_PREFIX: Final = re.compile(r"^(M ?[VTS]|F ?V|S ?[SVY]|R ?V) (?=.)")  # motor vessel, motor tanker, steam ship ...

_ROMAN: Final = ("II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII")
_ROMAN_VALUES: Final = dict(zip(_ROMAN, (2, 3, 4, 6, 7, 8, 9, *range(11, 19)), strict=True))
_ROMAN_ENDING: Final = re.compile(rf"(?m)(?<=[A-Z0-9]) ({'|'.join(_ROMAN)})$")
_LINE_EDGES: Final = re.compile(r"(?m)^ +| +$")
_LEADING_ZEROS: Final = re.compile(r"\b0+(?=[0-9])")
_CASE_EDGE: Final = re.compile(r"(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Z])")

# In this order. X stands for the sound sh/shch, Q for ch, H also for kh and ks, I for every y, j, zh and soft i.
_SLAVIC: Final = (
    *(("SHTCH", "X"), ("SHCH", "X"), ("STCH", "X"), ("SCH", "X"), ("SC", "X"), ("KH", "H"), ("KS", "H"), ("X", "H")),
    *(("TCH", "Q"), ("CH", "Q"), ("SH", "X"), ("DZH", "I"), ("DJ", "I"), ("ZH", "I")),
    *(("TS", "C"), ("TZ", "C"), ("CZ", "C"), ("W", "V"), ("PH", "F"), ("CK", "K"), ("OU", "U")),
    *(("YO", "E"), ("YE", "E"), ("JE", "E"), ("IE", "E"), ("Y", "I"), ("J", "I")),
)
# X is eaten by the rule for ks above when it comes from sh: mark it with a letter that no name has until the end.
_SLAVIC_RULES: Final = tuple((old, new.replace("X", "$")) for old, new in _SLAVIC)

# In this order. Q stands for the sound ng, C for ch and j.
_KOREAN_RULES: Final = (
    *(("CHKH", "C"), ("DZH", "C"), ("CHZH", "C"), ("ZH", "C"), ("TCH", "C"), ("CH", "C"), ("J", "C"), ("Z", "C")),
    *(("SH", "S"), ("KH", "K"), ("TH", "T"), ("PH", "P"), ("KKH", "K"), ("TKH", "T"), ("PKH", "P")),
    *(("WEO", "WO"), ("EO", "O"), ("EUI", "UI"), ("EU", "U"), ("OO", "U"), ("EE", "I"), ("OU", "O"), ("AE", "E")),
    *(("OE", "WE"), ("NG", "Q"), ("G", "K"), ("D", "T"), ("B", "P"), ("R", "L"), ("V", "P"), ("F", "P")),
    *(("KK", "K"), ("TT", "T"), ("PP", "P"), ("SS", "S"), ("CC", "C"), ("TC", "C"), ("NK", "Q"), ("QK", "Q")),
    # Consonants meeting over a syllable's edge are spelt as heard by some and as written by others.
    *(("QL", "QN"), ("ML", "MN"), ("KL", "QN"), ("KN", "QN"), ("KM", "QM"), ("PL", "MN"), ("PN", "MN"), ("PM", "MM")),
    *(("TN", "NN"), ("TM", "NM"), ("NL", "LL"), ("LN", "LL"), ("LL", "L"), ("NN", "N"), ("MM", "M")),
    # The first syllable: the South drops r and n before i and y, and says n for r elsewhere.
    *(("\nLI", "\nI"), ("\nLY", "\nY"), ("\nNI", "\nI"), ("\nNY", "\nY"), ("\nL", "\nN")),
)
_KEPT_PAIRS: Final = re.compile(r"([A-Z])\1+")


def tidy(name: str) -> str:
    """A name fit to be shown: one line, nothing hidden in it (see `ais_gaps.plain`), single spaces."""
    return " ".join(plain(name).split())


def fold_all(names: Sequence[str]) -> list[str]:
    """The fold of each name: capital Latin words and numbers with one space between, "" when nothing is left.

    Control, bidirectional and zero-width characters go; other scripts are romanised (anyascii, after Unicode NFKC);
    apostrophes and soft signs vanish, other punctuation parts words; letters and digits stand apart; zeros that lead a
    number go. Folding a fold changes nothing.
    """
    text = "\n".join(name if name.isascii() and name.isprintable() else _romanise(name) for name in names).upper()
    text = re.sub("['`\"]+", "", text)
    text = re.sub("[^A-Z0-9\n]+", " ", text)
    text = _CASE_EDGE.sub(" ", text)
    text = _LEADING_ZEROS.sub("", text)
    return _lines(_LINE_EDGES.sub("", text), names)


def fold(name: str) -> str:
    """The fold of one name (see `fold_all`)."""
    return fold_all([name])[0]


def letters_of(folds: Sequence[str]) -> list[str]:
    """The letters of each fold without spaces, digits and a roman numeral at the end."""
    return _lines(re.sub("[^A-Z\n]+", "", _ROMAN_ENDING.sub("", "\n".join(folds))), folds)


def numbers_of(folds: Sequence[str]) -> list[str]:
    """The numbers of each fold in order, with spaces between; a roman numeral of two letters or more at the end is one.

    STAR II reads as STAR 2. A single I, V or X is a letter: too many names end in an initial.
    """
    text = _ROMAN_ENDING.sub(lambda match: f" {_ROMAN_VALUES[match[1]]}", "\n".join(folds))
    return _lines(_LINE_EDGES.sub("", re.sub("[^0-9\n]+", " ", text)), folds)


def slavic_keys(letters: Sequence[str]) -> list[str]:
    """One key for the romanisations of a Cyrillic name: MARIYA, MARIJA, MARIA; MAYYA, MAIA, MAJA; SHCHUKIN, SCUKIN."""
    return _keys(letters, _SLAVIC_RULES, lambda text: _KEPT_PAIRS.sub(r"\1", text))


def korean_keys(letters: Sequence[str]) -> list[str]:
    """One key for the romanisations of a Korean name: JISONG, CHISONG, JISEONG; RAJIN, NAJIN; PAEKMA, BAENGMA."""
    return _keys(letters, _KOREAN_RULES, lambda text: text)


def match(query: str, candidates: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """How well each name answers a query: a score from 0 (not) to 1 (the same), and how, as index into `MATCHES`.

    Numbers are never approximate: a name with other numbers than the query's scores 0. Only a query without any number
    reaches a numbered name, and then below every name without one that is as alike. A query in Cyrillic or Hangul says
    nothing of the romanisation, so any that fits scores 1.
    """
    sounds = (1.0 if _CYRILLIC.search(query) else 0.9, 1.0 if _HANGUL.search(query) else 0.87)
    return _match_fold(fold(query), fold_all(candidates), sounds)


def _match_fold(
    wanted: str, folds: list[str], sounds: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    score, how = np.zeros(len(folds)), np.zeros(len(folds), dtype=np.int8)
    if not wanted or not folds:
        return score, how

    def rate(where: NDArray[np.bool_], value: float | NDArray[np.float64], kind: int) -> None:
        better = where & (value > score)
        score[better], how[better] = np.broadcast_to(value, score.shape)[better], kind

    letters, numbers = letters_of([wanted, *folds]), numbers_of([wanted, *folds])
    has_numbers: NDArray[np.bool_] = np.array([bool(number) for number in numbers[1:]])
    same_numbers: NDArray[np.bool_] = np.array([number == numbers[0] for number in numbers[1:]])
    extra = has_numbers if not numbers[0] else np.zeros(len(folds), dtype=np.bool_)
    less = np.where(extra, 0.15, 0.0)
    joined = wanted.replace(" ", "")
    rate(np.array([text.replace(" ", "") == joined for text in folds]), 1.0, _IS)
    if len(letters[0]) >= 3:
        padded = f" {wanted} "
        share = len(wanted) / np.maximum([len(text) for text in folds], 1)
        contained: NDArray[np.bool_] = np.array([padded in f" {text} " for text in folds])
        rate(contained & (same_numbers | extra), 0.6 + 0.2 * share - less, _HAS)
    if letters[0]:
        sizes = np.maximum([len(text) for text in letters[1:]], len(letters[0]))
        alike = process.cdist(letters[:1], letters[1:], scorer=OSA.normalized_similarity, dtype=np.float64)[0]
        comparable = same_numbers | extra
        rate(same_numbers & (alike == 1.0), 0.97, _IS)
        rate(extra & (alike == 1.0), 0.78, _NUMBERED)
        one_slip = ((1.0 - alike) * sizes < 1.5) & (sizes >= 3)
        rate(comparable & ((alike >= _LEAST_ALIKE) | one_slip), 0.8 * alike - less, _SPELT)
        maybe = np.flatnonzero(comparable & (alike >= _MAYBE_ALIKE) & (sizes >= 3))
        few = [letters[0], *(letters[1 + index] for index in maybe)]
        for keys, value in zip((slavic_keys(few), korean_keys(few)), sounds, strict=True):
            same = np.zeros(len(folds), dtype=np.bool_)
            same[maybe] = [key == keys[0] for key in keys[1:]]
            rate(same, value - less, _SOUNDS)
    bare = _SHIP_PREFIX.sub("", wanted)
    if bare != wanted:
        less_score, less_how = _match_fold(bare, folds, sounds)
        better = less_score - 0.02 > score
        score[better], how[better] = less_score[better] - 0.02, less_how[better]
    return score, how


def nearest(query: str, candidates: Sequence[str], n: int = 5) -> list[str]:
    """The names most like the query, however unlike, best first; for messages that say what there is instead."""
    from rapidfuzz import fuzz, process

    wanted, folds = fold(query), fold_all(candidates)
    best = process.extract(wanted, folds, scorer=fuzz.WRatio, limit=4 * n, score_cutoff=50) if wanted else []
    return list(dict.fromkeys(candidates[index] for _, _, index in best))[:n]


def _keys(letters: Sequence[str], rules: Sequence[tuple[str, str]], finish: Callable[[str], str]) -> list[str]:
    text = "\n" + "\n".join(letters)
    for old, new in rules:
        text = text.replace(old, new)
    return _lines(finish(text[1:]), letters)


def _lines(text: str, names: Sequence[str]) -> list[str]:
    # "".split("\n") is [""], which would be one name too many for none.
    return text.split("\n") if names else []


def _romanise(name: str) -> str:
    # Compatibility forms first: full-width letters, ligatures, and Hangul typed as separate jamo.
    return " ".join(anyascii(plain(unicodedata.normalize("NFKC", name))).split())
