"""Reception: how well ships were heard, where and when, told from ships that were heard before and after.

`ship_hours` makes of a ship's fixes the hours in which she was about; `count` adds them up by hour, cell, class, moving and
receiver, in sums that merge; `estimate.chance` makes of them the chance that a ship is heard; `ask` does all of it for an archive.
"""

from ais_gaps.reception.counts import count, merged
from ais_gaps.reception.fixes import Fixes
from ais_gaps.reception.question import Question, Reception, ask, daily
from ais_gaps.reception.shiphours import ShipHours, ship_hours

__all__ = ["Fixes", "Question", "Reception", "ShipHours", "ask", "count", "daily", "merged", "ship_hours"]
