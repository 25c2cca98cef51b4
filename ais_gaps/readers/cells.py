"""What cells mean: arrays of whatever type a provider has, made into numbers and text, without a loop over rows.

A cell that cannot be read becomes null. Where a row is worth nothing without it (`Reasons` is given), the row says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

UNKNOWN_NUMBERS = ["", "NULL", "Null", "null", "None", "NaN", "nan", "NAN", "N/A", "n/a", "NA", "#N/A", "\\N"]
"""What stands for "no number" in exports of databases and statistics programs."""

_SHOWN_CHARACTERS, _SHOWN_NAMES = 60, 30
_PADDING = "@ \t\r\n\x00\xa0"  # "@" is what six-bit ASCII pads with: ITU-R M.1371-5, annex 8, table 47


class Reasons:
    """Why rows cannot be read, in plain words, one row after the other."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._text: pa.Array | None = None

    def array(self) -> pa.Array:
        """For each row its reasons, joined by semicolons; null where there are none."""
        return pa.nulls(self._rows, pa.string()) if self._text is None else self._text

    def add(self, rows: NDArray[np.bool_], text: str, cells: pa.Array | None = None) -> None:
        """Say of some rows that something is wrong with them, with the cell it is about, if any."""
        if not rows.any():
            return
        said = pa.array([text], pa.string()).take(pa.array(np.zeros(self._rows, dtype=np.int32)))
        if cells is not None:
            said = pc.binary_join_element_wise(said, _shown(cells), "'", "", null_handling="skip")
        known = self.array()
        both = pc.binary_join_element_wise(known, said, "; ", null_handling="skip")
        self._text = pc.if_else(pa.array(rows), both, known)


def number(cells: pa.Array, decimal: str = ".", what: str = "", reasons: Reasons | None = None) -> pa.Array:
    """Cells as float64; what is no finite number becomes null.

    Args:
        cells: numbers or text.
        decimal: the decimal mark of text.
        what: what the number is, for the reasons ("latitude").
        reasons: where to say that a cell is not a number; None where the row can be read without it.
    """
    plain = _plain(cells)
    if pa.types.is_string(plain.type):
        values = _parsed(plain, decimal)
    elif _is_number(plain.type):
        values = plain.cast(pa.float64(), safe=False)
    else:
        values = pa.nulls(len(plain), pa.float64())
    if not pc.all(pc.is_finite(values), min_count=0).as_py():
        values = pc.if_else(pc.is_finite(values), values, pa.scalar(None, pa.float64()))
    if reasons is not None and values.null_count:
        reasons.add(_lost(plain, values), f"{what} is not a number: '", plain)
    return values


def whole(cells: pa.Array, what: str = "", reasons: Reasons | None = None) -> pa.Array:
    """Cells as int64; what is no whole number becomes null. Numbers like 1.5E+08 are not whole: digits are lost in them."""
    plain = _plain(cells)
    if pa.types.is_integer(plain.type):
        values = plain.cast(pa.int64(), safe=False)
    elif pa.types.is_string(plain.type):
        text = pc.utf8_trim_whitespace(plain)
        fits = pc.match_substring_regex(text, r"^[+-]?[0-9]{1,18}(?:\.0*)?$")
        digits = pc.replace_substring_regex(pc.if_else(fits, text, None), r"^\+|\..*$", "")
        values = digits.cast(pa.int64())
    elif _is_number(plain.type):
        exact = plain.cast(pa.float64(), safe=False)
        fits = pc.and_kleene(pc.equal(exact, pc.round(exact)), pc.less(pc.abs(exact), _largest_exact(plain.type)))
        values = pc.if_else(fits, exact, None).cast(pa.int64())
    else:
        values = pa.nulls(len(plain), pa.int64())
    if reasons is not None and values.null_count:
        reasons.add(_lost(plain, values), f"{what} is not a whole number: '", plain)
    return values


def text(cells: pa.Array, unknown: Iterable[str] = ()) -> pa.Array:
    """Cells as strings, bare of padding; empty ones, and those that say `unknown` in any case, become null."""
    distinct, indices = _distinct(cells)
    trimmed = pc.utf8_trim(distinct, characters=_PADDING)
    nothing = pa.array(["", *(word.casefold() for word in unknown)])
    kept = pc.if_else(pc.is_in(pc.utf8_lower(trimmed), value_set=nothing), pa.scalar(None, pa.string()), trimmed)
    return kept.take(indices)


def coded(cells: pa.Array, meaning: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """Cells by what each distinct one means: ``meaning`` is called with its text, bare of padding, and gives None for unknown."""
    distinct, indices = _distinct(cells)
    trimmed = pc.utf8_trim(distinct, characters=_PADDING)
    return pa.array([meaning(cell) if cell else None for cell in trimmed.to_pylist()], kind).take(indices)


def missing(cells: pa.Array) -> NDArray[np.bool_]:
    """For each cell whether it is null, or text that says nothing."""
    plain = _plain(cells)
    if pa.types.is_string(plain.type):
        nothing = pc.is_in(pc.utf8_trim_whitespace(plain), value_set=pa.array([*UNKNOWN_NUMBERS, None]))
        return np.asarray(nothing.to_numpy(zero_copy_only=False), dtype=bool)
    return np.asarray(plain.is_null(nan_is_null=True).to_numpy(zero_copy_only=False), dtype=bool)


def as_text(cells: pa.Array) -> pa.Array:
    """Cells of any type as strings, as they would be printed."""
    plain = _plain(cells)
    if pa.types.is_string(plain.type):
        return plain
    if pa.types.is_floating(plain.type):
        # 70.0 and 70 are the same code
        whole_number = pc.equal(plain, pc.round(plain)).fill_null(False)
        if pc.all(pc.or_(whole_number, plain.is_null())).as_py() and _within_int64(plain):
            plain = plain.cast(pa.int64(), safe=False)
    try:
        return plain.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([None if cell is None else str(cell) for cell in plain.to_pylist()], pa.string())


def shown(text: str) -> str:
    """A name or cell as it may stand in a message: short, and without control characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:_SHOWN_CHARACTERS])


def listed(names: Sequence[str]) -> str:
    """Names as they may stand in a message."""
    start = ", ".join(shown(name) for name in names[:_SHOWN_NAMES])
    return start if len(names) <= _SHOWN_NAMES else f"{start} and {len(names) - _SHOWN_NAMES} more"


def _within_int64(values: pa.Array) -> bool:
    return bool(pc.all(pc.less(pc.abs(values), 2.0**53), min_count=0).as_py())


def _largest_exact(kind: pa.DataType) -> float:
    """From here on not every whole number is one of that type: an MMSI in 32 bits is often another one."""
    return 2.0 ** (11 if pa.types.is_float16(kind) else 24 if pa.types.is_float32(kind) else 53)


def _distinct(cells: pa.Array) -> tuple[pa.StringArray, pa.Array]:
    """The distinct cells as strings, and for each row which one it holds."""
    if isinstance(cells, pa.ExtensionArray):
        cells = cells.storage
    if not pa.types.is_dictionary(cells.type):
        cells = as_text(cells).dictionary_encode()
    return as_text(cells.dictionary), cells.indices


def _plain(cells: pa.Array) -> pa.Array:
    """The cells without dictionary or extension, text of any kind as string."""
    if isinstance(cells, pa.ExtensionArray):
        cells = cells.storage
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    kind = cells.type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return cells.cast(pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        try:
            return cells.cast(pa.string())
        except pa.ArrowInvalid:
            return pa.array([None if c is None else c.decode(errors="replace") for c in cells.to_pylist()], pa.string())
    return cells


def _parsed(cells: pa.StringArray, decimal: str) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(cells)
    form = r"^[+-]?(?:[0-9]+(?:D[0-9]*)?|D[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$".replace(
        "D", r"\." if decimal == "." else decimal
    )
    fits = pc.match_substring_regex(trimmed, form)
    kept = pc.if_else(fits, trimmed, pa.scalar(None, pa.string()))
    if decimal != ".":
        kept = pc.replace_substring(kept, decimal, ".")
    return pc.replace_substring_regex(kept, r"^\+", "").cast(pa.float64())


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind)
    )


def _lost(cells: pa.Array, values: pa.Array) -> NDArray[np.bool_]:
    """Rows whose cell said something, of which nothing is left."""
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=bool) & ~missing(cells)


def _shown(cells: pa.Array) -> pa.Array:
    """Cells as they may stand in a message: short, and without control characters."""
    start = pc.utf8_slice_codeunits(as_text(cells), 0, _SHOWN_CHARACTERS)
    return pc.replace_substring_regex(start, r"[\x00-\x1f\x7f]", "?")
