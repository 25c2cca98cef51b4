"""A dossier held against the same dossier made again: what differs, by its path in the JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SHOWN = 120
_BEFORE = 30  # characters shown before the first that differs

NOTHING = "nothing"
"""Stands for a value that one of the two does not have at all; null is ``null``."""


@dataclass(frozen=True)
class Difference:
    """One value that is not the same.

    Attributes:
        path: where, as JSONPath (RFC 9535); the index of an item counts in the list that has it, first of all the claimed one.
        claimed, found: the value in the file and in the dossier made again, as JSON, cut to what can be read; `NOTHING` = none.
    """

    path: str
    claimed: str
    found: str


@dataclass(frozen=True)
class Recheck:
    """What came of verifying a dossier.

    Attributes:
        title: as the file gives it.
        claimed_program, program: what is said to have made it, and what made it again.
        problems: why it could not be made again, a sentence each; then nothing was compared.
        differences: what is not the same.
    """

    title: str
    claimed_program: str
    program: str
    problems: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def same(self) -> bool:
        """It was made again, and nothing differs."""
        return not self.problems and not self.differences


def compare(claimed: dict[str, Any], made: dict[str, Any]) -> list[Difference]:
    """What differs between two dossiers given as JSON values, in the order of the claimed one; empty = nothing.

    Items of lists are held against those of the same id (gap, place, row, role, file, ...), wherever they stand; another
    order is a difference of its own. Items without ids are held against those of the same index.
    """
    return list(_compare("$", claimed, made))


def _compare(path: str, claimed: Any, made: Any) -> Iterator[Difference]:
    if isinstance(claimed, dict) and isinstance(made, dict):
        for name in (*claimed, *(name for name in made if name not in claimed)):
            inner = f"{path}{_step(name)}"
            if name not in made:
                yield Difference(inner, _shown(claimed[name]), NOTHING)
            elif name not in claimed:
                yield Difference(inner, NOTHING, _shown(made[name]))
            else:
                yield from _compare(inner, claimed[name], made[name])
    elif isinstance(claimed, list) and isinstance(made, list):
        yield from _compare_lists(path, claimed, made)
    elif not _same(claimed, made):
        yield Difference(path, *_around(claimed, made))


def _compare_lists(path: str, claimed: list[Any], made: list[Any]) -> Iterator[Difference]:
    pairs, reordered = _paired(claimed, made)
    if reordered:
        yield Difference(path, _shown(_order(claimed)), _shown(_order(made)))
    for i, j in pairs:
        if j is None:
            yield Difference(f"{path}[{i}]", _shown(claimed[i]), NOTHING)
        elif i is None:
            yield Difference(f"{path}[{j}]", NOTHING, _shown(made[j]))
        else:
            yield from _compare(f"{path}[{i}]", claimed[i], made[j])


def _paired(claimed: list[Any], made: list[Any]) -> tuple[list[Any], bool]:
    """Indices of items that belong together, None for none; and whether those of the same id stand in another order."""
    theirs, ours = [_key(item) for item in claimed], [_key(item) for item in made]
    by_id = all(None not in keys and len(keys) == len(set(keys)) for keys in (theirs, ours))
    at = {key: j for j, key in enumerate(ours)} if by_id else {}
    match = {i: at[key] for i, key in enumerate(theirs) if key in at}
    reordered = list(match.values()) != sorted(match.values())
    taken = set(match.values())
    left = [j for j in range(len(made)) if j not in taken]
    for i in (i for i in range(len(claimed)) if i not in match):
        # an item whose id was changed is held against the one that stands in its place
        if i in left:
            match[i] = i
            left.remove(i)
    pairs: list[Any] = [(i, match.get(i)) for i in range(len(claimed))]
    return [*pairs, *((None, j) for j in left)], reordered


_ID_NAMES = ("place_id", "ref", "table", "role", "number", "name")


def _key(item: Any) -> str | None:
    """The id of an item of a list, None where it has none."""
    match item:
        case str():
            return item
        case {"gap": {"gap_id": gap_id}}:
            return _dumped(gap_id)
        case {"finding": {"refs": refs}} if refs:
            return _dumped(refs)
        case {"file": file, "sha256": sha256}:
            return _dumped([file, sha256])
        case {"place": place, "kind": kind, "unit": unit}:
            return _dumped([place, kind, unit])
        case dict():
            name = next((name for name in _ID_NAMES if item.get(name) is not None), None)
            if name is not None:
                return _dumped(item[name])
            return _dumped([item.get("kind"), item["refs"]]) if item.get("refs") else None
    return None


def _order(items: list[Any]) -> list[str | None]:
    return [_key(item) for item in items]


def _same(claimed: Any, made: Any) -> bool:
    """Equal, where true is not 1."""
    return isinstance(claimed, bool) == isinstance(made, bool) and bool(claimed == made)


def _around(claimed: Any, made: Any) -> tuple[str, str]:
    """Two values, texts from a little before where they part."""
    if isinstance(claimed, str) and isinstance(made, str):
        pairs = zip(claimed, made, strict=False)
        parting = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(claimed), len(made)))
        start = max(0, parting - _BEFORE)
        while start < parting and len(_dumped(claimed[start:parting])) > _SHOWN // 2:
            start += 1  # an escaped letter takes six: what differs must still be shown
        if start > 1:
            claimed, made = f"...{claimed[start:]}", f"...{made[start:]}"
    return _shown(claimed), _shown(made)


def _shown(value: Any) -> str:
    text = _dumped(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _dumped(value: Any) -> str:
    """As JSON in ASCII, as a dossier's file has it: so that letters which look alike or do not show can be told apart."""
    return json.dumps(value, ensure_ascii=True)


def _step(name: str) -> str:
    """A member's step of a JSONPath: short for plain names, quoted for others."""
    return f".{name}" if name.isidentifier() and name.isascii() else f"[{_dumped(name)}]"
