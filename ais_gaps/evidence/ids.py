"""Ids of rows that come without one: made from what the row says, so that the same row has the same id everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

_DIGITS = 16


def made(key: str, row: Mapping[str, Any]) -> str:
    """An id for a row without one: the key column's name without its last word, and 16 digits of the SHA-256 of the rest.

    Args:
        key: the column that holds ids; not part of what is hashed.
        row: the values. Those that are null do not count, so that a column that is added one day changes no id.
    """
    said = {name: value for name, value in row.items() if value is not None and name != key}
    return digest(key.rpartition("_")[0], orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z))


def digest(prefix: str, content: bytes | str) -> str:
    """``prefix-`` and the first 16 hexadecimal digits of the content's SHA-256."""
    data = content.encode() if isinstance(content, str) else content
    return f"{prefix}-{hashlib.sha256(data).hexdigest()[:_DIGITS]}"
