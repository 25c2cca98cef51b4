"""The daily run: takes what has arrived, stores it, builds the site, sends alerts; can be killed and run again at any point."""

from __future__ import annotations

from ais_gaps.daily.record import Record
from ais_gaps.daily.run import Settings, run

__all__ = ["Record", "Settings", "run"]
