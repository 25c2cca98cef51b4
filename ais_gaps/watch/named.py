"""Which names are a name that is watched: the same rule by which `vessels` says that a name *is* the one asked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

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
        self._by_fold = _index(fold.replace(" ", "") for fold in folds)
        self._by_parts = _index(zip(self._letters, names.numbers_of(folds), strict=True))
        self._by_sound: dict[object, list[int]] | None = None

    def same_as(self, wanted: str) -> list[int]:
        """The indices of the names that are the wanted one, whatever script, case, spaces and punctuation; none merely alike."""
        maybe: set[int] = set()
        folds = [fold for fold in _without_prefixes(names.fold(wanted)) if fold]
        letters, numbers = names.letters_of(folds), names.numbers_of(folds)
        for fold, *parts in zip(folds, letters, numbers, strict=True):
            maybe |= {*self._by_fold.get(fold.replace(" ", ""), ()), *self._by_parts.get(tuple(parts), ())}
        if _ROMANISED.search(wanted):
            maybe |= {row for key in _sounds(letters) for row in self._sounding().get(key, ())}
        few = sorted(maybe)
        scores, how = names.match(wanted, [self._texts[row] for row in few])
        return [
            row
            for row, score, kind in zip(few, scores.tolist(), how.tolist(), strict=True)
            if kind == _IS or score >= _ANY_ROMANISATION
        ]

    def _sounding(self) -> dict[object, list[int]]:
        if self._by_sound is None:
            rows = list(range(len(self._letters))) * 2
            self._by_sound = _index(_sounds(self._letters), rows)
        return self._by_sound


def _sounds(letters: Sequence[str]) -> list[tuple[str, str]]:
    slavic, korean = names.slavic_keys(letters), names.korean_keys(letters)
    return [*(("slavic", key) for key in slavic), *(("korean", key) for key in korean)]


def _without_prefixes(fold: str) -> list[str]:
    """The fold, and what is left without one or two short words before it: M V, MT, SS are no part of a name."""
    words = fold.split()
    return [" ".join(words[dropped:]) for dropped in range(3) if all(len(word) <= 2 for word in words[:dropped])]


def _index(keys: Iterable[object], rows: Sequence[int] | None = None) -> dict[object, list[int]]:
    found: dict[object, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        found[key].append(number if rows is None else rows[number])
    return dict(found)
