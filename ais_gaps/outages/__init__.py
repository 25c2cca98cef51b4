"""Outages: hours in which a receiver, those of an area or a whole feed heard nobody, found from the hours of all ships.

`quiet` says how surprising it is that a series falls silent; `areas`, `feed` and `stations` say of what; `search` goes through an
archive; `ask` does all of it and gives rows. `silent_hours` and `usual` tell an empty sea from a dead receiver.
"""

from ais_gaps.outages.hours import AREA, silent_hours, usual
from ais_gaps.outages.question import Outages, Question, ask

__all__ = ["AREA", "Outages", "Question", "ask", "silent_hours", "usual"]
