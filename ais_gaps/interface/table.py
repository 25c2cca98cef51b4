"""Rows as a table of HTML: the columns that matter first, and what must be said above them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ais_gaps.plain import plain

if TYPE_CHECKING:
    from ais_gaps.interface.rows import About

_LONGEST = 160
_ROWS = 20
_STYLE = (
    "<style>.ais-gaps-note{border-left:4px solid #c60;padding:.2em .6em;margin:.3em 0}"
    ".ais-gaps-more{opacity:.75;margin:.3em 0}</style>"
)


def table_html(frame: pd.DataFrame, about: About) -> str:
    """A fragment of HTML; text from the data is escaped, and what hides or reorders characters is out."""
    shown, left = _shown(frame, about)
    parts = [_STYLE, *(f'<p class="ais-gaps-note">{escape(plain(note))}</p>' for note in about.notes)]
    head = _readable(frame[shown].head(_ROWS))
    parts.append(head.to_html(na_rep="", max_cols=None, border=0, index=not isinstance(frame.index, pd.RangeIndex)))
    told = [f"{len(frame):,} row{'' if len(frame) == 1 else 's'}"]
    if len(frame) > _ROWS:
        told.append(f"the first {_ROWS} are shown")
    if left:
        told.append(f"{left} more columns: <code>.columns</code>, and what they mean: <code>.meanings</code>")
    parts.append(f'<p class="ais-gaps-more">{"; ".join(told)}</p>')
    return "\n".join(parts)


def _shown(frame: pd.DataFrame, about: About) -> tuple[list[str], int]:
    """The columns to show: those that matter first of all that the kind has; all where somebody has chosen among them."""
    names = [str(name) for name in frame.columns]
    wanted = [name for name in about.declared.shown if name in names]
    whole = wanted and {c.name for c in about.declared.columns} <= set(names)
    chosen = wanted if whole else [name for name in names if name != "geometry" or len(names) == 1]
    return chosen, len([name for name in names if name not in chosen and name != "geometry"])


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    """The same as text where that reads better: minutes, lists in a line, nothing without end."""
    found = {}
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            found[name] = column.dt.strftime("%Y-%m-%d %H:%M").where(column.notna(), "")
        elif column.dtype == "geometry" or column.dtype == object or pd.api.types.is_string_dtype(column.dtype):
            found[name] = column.map(_text)
        else:
            found[name] = column
    return pd.DataFrame(found, index=frame.index)


def _text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    several = isinstance(value, (list, tuple, np.ndarray))
    said = plain("; ".join(str(item) for item in value) if several else str(value))
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
