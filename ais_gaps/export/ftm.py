"""Entities of FollowTheMoney as a file: JSON, one entity a line."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import BinaryIO

from ais_gaps.export.entities import Entity
from ais_gaps.export.geojson import json_of


def write_ftm(entities: Iterable[Entity], stream: BinaryIO) -> int:
    """ASCII only; how many entities."""
    text = io.TextIOWrapper(stream, encoding="ascii", newline="\n")
    try:
        count = 0
        for entity in entities:
            text.write(f"{json_of(entity)}\n")
            count += 1
        return count
    finally:
        text.detach()
