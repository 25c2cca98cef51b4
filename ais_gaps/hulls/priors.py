"""What a hull is held against ships with: weights that are choices of this project, each with its reason.

None of them is measured. They order ships and state how strongly; a share made from them is no probability.
"""

from __future__ import annotations

import math
from typing import Final

LENGTH_SIGMA: Final = 0.07
"""Standard deviation of the natural logarithm of a length read off an image: such lengths are good to about 5 to 10 %."""

LENGTH_SPREAD: Final = 0.5
"""The same of ships' lengths at large: what a ship of unknown length is held to, so that not knowing weighs nothing."""

LENGTH_OUT_SIGMAS: Final = 4.0
"""A length further off than this many `LENGTH_SIGMA` from what is stated rules a ship out: about a quarter of its length."""

HEARD_NATS: Final = math.log(20.0)
"""A ship that AIS heard at the place at the time was there; one that was silent merely may have been."""

NAMED_NATS: Final = math.log(10.0)
"""A ship that a source names at the place on the day itself: ships that call at a place once call there again."""

NAMED_DAYS: Final = 10.0
"""By e less for each of so many days between the naming and the hull: two or three turns of a shuttle of four days."""

NAMED_WITHIN_DAYS: Final = 14.0
"""A naming further off than this makes a ship no rival by itself; if she is one otherwise, it still counts by its days."""

CASE_NATS: Final = math.log(3.0)
"""A ship that the register counts to the same case has been at such places before."""

HEARD_TOLERANCE_H: Final = 3.0
"""Heard so many hours before or after the hull's time still counts as then: a transmitter in port is heard now and then only."""

MIN_SILENT_H: Final = 6.0
"""A shorter silence makes no rival: ships that are heard so often are followed."""

LONGEST_SILENT_DAYS: Final = 365.0
"""A transmitter not heard for longer is more likely gone than silent; its ship is no rival by silence alone."""

LISTED: Final = 10
"""Rivals listed of a hull; all are counted."""

HOW: Final = (
    "How hulls are held against ships. A ship fits where she can have been at the place at the time and on in time for her next "
    "fix, positions being off as far as they may be and as is best for her, and where a known length is within "
    f"{LENGTH_OUT_SIGMAS:g} times {LENGTH_SIGMA:.0%} of the stated one. Ships that fit "
    "are weighed by priors of this project, which nobody has measured: the length, as a normal curve of its logarithm with a "
    f"standard deviation of {LENGTH_SIGMA:.0%}, and no weight at all where a length is not known; heard at the place by AIS, "
    f"{math.exp(HEARD_NATS):.0f} times; named there by a source on the same day, {math.exp(NAMED_NATS):.0f} times, and e times "
    f"less for each {NAMED_DAYS:g} days between; of the same case in the register, {math.exp(CASE_NATS):.0f} times. Silences of "
    f"under {MIN_SILENT_H:g} hours, and those that had gone on for over {LONGEST_SILENT_DAYS:g} days, make no rival. A share is "
    "among the ships that this archive and these sources know; others may have been there."
)
"""The weights in words, to be said once where candidates are shown."""
