"""Rows as a table of HTML: the columns that matter first, and what must be said above them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ais_gaps.interface.figures import drawn, timed
from ais_gaps.plain import plain

if TYPE_CHECKING:
    from ais_gaps.interface.rows import About

_LONGEST = 400
_ROWS = 20
_DECIMALS = {"h": 1, "nm": 1, "kn": 1, "degree": 5}
"""By unit; all else has up to three, probabilities two, as they are not known more finely."""
_STYLE = (
    "<style>table.ais-gaps-rows td,table.ais-gaps-rows th{text-align:left!important;vertical-align:top;padding:.2em .6em .2em 0}"
    ".ais-gaps-note{border-left:4px solid #c60;padding:.2em .6em;margin:.3em 0}"
    ".ais-gaps-more{opacity:.75;margin:.3em 0}</style>"
)


def table_html(frame: pd.DataFrame, about: About) -> str:
    """A fragment of HTML; text from the data is escaped, and what hides or reorders characters is out."""
    shown, left = _shown(frame, about)
    parts = [_STYLE, *(f'<p class="ais-gaps-note">{escape(plain(note))}</p>' for note in about.notes)]
    head = _readable(frame[shown].head(_ROWS), {c.name: c.unit for c in about.declared.columns})
    parts.append(
        head.to_html(
            na_rep="",
            max_cols=None,
            border=0,
            classes="ais-gaps-rows",
            index=not isinstance(frame.index, pd.RangeIndex),
        )
    )
    told = [f"{len(frame):,} row{'' if len(frame) == 1 else 's'}"]
    if len(frame) > _ROWS:
        told.append(f"the first {_ROWS} are shown")
    if left:
        told.append(f"{left} more columns: <code>.columns</code>, and what they mean: <code>.meanings</code>")
    names = [str(name) for name in frame.columns]
    if len(frame) and drawn(about.kind, names):
        told.append("as a map: <code>.show_map()</code>")
    if len(frame) and timed(about.kind, names):
        told.append("in time: <code>.show_timeline()</code>")
    parts.append(f'<p class="ais-gaps-more">{"; ".join(told)}</p>')
    return "\n".join(parts)


def _shown(frame: pd.DataFrame, about: About) -> tuple[list[str], int]:
    """The columns to show: those that matter first of all that the kind has; all where somebody has chosen among them."""
    names = [str(name) for name in frame.columns]
    wanted = [name for name in about.declared.shown if name in names]
    whole = wanted and ({c.name for c in about.declared.columns} or set(about.declared.shown)) <= set(names)
    chosen = wanted if whole else [name for name in names if name != "geometry" or len(names) == 1]
    return chosen, len([name for name in names if name not in chosen and name != "geometry"])


def _readable(frame: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """The same as text where that reads better: minutes, few decimals, lists in a line, nothing without end."""
    found = {}
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            found[name] = column.dt.strftime("%Y-%m-%d %H:%M").where(column.notna(), "")
        elif column.dtype == "geometry" or column.dtype == object or pd.api.types.is_string_dtype(column.dtype):
            found[name] = column.map(_text)
        elif pd.api.types.is_float_dtype(column.dtype):
            decimals = 2 if str(name).startswith("p_") else _DECIMALS.get(units.get(str(name), ""), 3)
            found[name] = column.map(partial(_number, decimals=decimals))
        else:
            found[name] = column.astype(object).where(column.notna(), "")
    return pd.DataFrame(found, index=frame.index)


def _number(value: Any, decimals: int) -> str:
    """A number in few digits; nothing where it is not known."""
    if pd.isna(value):
        return ""
    if decimals == 2 and 0 < value < 0.005:
        return "<0.01"
    said = f"{value:,.{decimals}f}"
    return said.rstrip("0").rstrip(".") if decimals > 2 else said


def _text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    several = isinstance(value, (list, tuple, np.ndarray))
    said = plain("; ".join(str(item) for item in value) if several else str(value))
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
