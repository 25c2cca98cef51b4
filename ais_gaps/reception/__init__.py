"""Reception: how well ships were heard, where and when, told from ships that were heard before and after.

`ship_hours` makes of a ship's fixes the hours in which she was about; `Changes` is what an ingest keeps of them, by vessel-day and
by clock hour, in sums that merge; `ship_cells` and `peer_hours` read these back; `estimate.chance` makes of them the chance that
a ship is heard; `ask` answers for an archive.
"""

from ais_gaps.reception.counts import Changes
from ais_gaps.reception.fixes import Fixes
from ais_gaps.reception.question import Question, Reception, ask
from ais_gaps.reception.shiphours import ShipHours, ship_hours
from ais_gaps.reception.state import peer_hours, ship_cells

__all__ = [
    "Changes",
    "Fixes",
    "Question",
    "Reception",
    "ShipHours",
    "ask",
    "peer_hours",
    "ship_cells",
    "ship_hours",
]
