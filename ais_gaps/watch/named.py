"""Which names are a name that is watched: the same rule by which `vessels` says that a name *is* the one asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import names

_IS: Final = names.MATCHES.index("is {name}")
_ANY_ROMANISATION: Final = 0.98
"""What `names.match` gives at least to a romanisation of a name that was asked for in Cyrillic or Hangul."""

_ROMANISED: Final = re.compile("[\u0400-\u052f\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")


class Names:
    """Names by their keys, so that the few that may be a wanted one are found without comparing it with each.

    Args:
        texts: the names.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        folds = names.fold_all([text.replace("\n", " ") for text in texts])
        self._letters = names.letters_of(folds)
        self._folds = pc.replace_substring(_array(folds), " ", "")
        self._parts = _parts(self._letters, names.numbers_of(folds))
        self._sounds: list[pa.Array] | None = None

    def same_as(self, wanted: str) -> list[int]:
        """The indices of the names that are the wanted one, whatever script, case, spaces and punctuation; none merely alike."""
        folds = [fold for fold in _without_prefixes(names.fold(wanted)) if fold]
        letters = names.letters_of(folds)
        compared = [
            (self._folds, [fold.replace(" ", "") for fold in folds]),
            (self._parts, _parts(letters, names.numbers_of(folds)).to_pylist()),
        ]
        if _ROMANISED.search(wanted):
            compared += zip(self._sounding(), [names.slavic_keys(letters), names.korean_keys(letters)], strict=True)
        maybe = {row for keys, ours in compared for key in ours for row in _where(keys, key)}
        few = sorted(maybe)
        scores, how = names.match(wanted, [self._texts[row] for row in few])
        return [
            row
            for row, score, kind in zip(few, scores.tolist(), how.tolist(), strict=True)
            if kind == _IS or score >= _ANY_ROMANISATION
        ]

    def _sounding(self) -> list[pa.Array]:
        if self._sounds is None:
            self._sounds = [_array(keys(self._letters)) for keys in (names.slavic_keys, names.korean_keys)]
        return self._sounds


def _array(texts: Sequence[str]) -> pa.Array:
    return pa.array(texts, pa.string())


def _parts(letters: Sequence[str], numbers: Sequence[str]) -> pa.Array:
    return pc.binary_join_element_wise(_array(letters), _array(numbers), " ")


def _where(keys: pa.Array, key: str) -> list[int]:
    rows: list[int] = pc.indices_nonzero(pc.equal(keys, key)).to_pylist()
    return rows


def _without_prefixes(fold: str) -> list[str]:
    """The fold, and what is left without one or two short words before it: M V, MT, SS are no part of a name."""
    words = fold.split()
    return [" ".join(words[dropped:]) for dropped in range(3) if all(len(word) <= 2 for word in words[:dropped])]
