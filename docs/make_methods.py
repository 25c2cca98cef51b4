"""Writes docs/methods.md: how legs, reach, hulls, counts and lists are reckoned, with the constants that the program uses.

python docs/make_methods.py            write it
python docs/make_methods.py --check    exit 1 if it is not up to date
"""

from __future__ import annotations

import sys
from pathlib import Path

from ais_gaps import hulls
from ais_gaps.dossier import beyond, legs, series
from ais_gaps.hulls import priors
from ais_gaps.reach import LISTED, MIN_CALL_H, rank, sightings, speed
from ais_gaps.sea import berths
from ais_gaps.watchlist import attention, build, changes, deaf, heard, late
from ais_gaps.watchlist.known import LONG_DAYS
from ais_gaps.watchlists import WITHIN_NM

PAGE = Path(__file__).parent / "methods.md"
TEXT = f"""\
# How it is reckoned

Made by `python docs/make_methods.py`; a test checks that the constants here are those of the program.

## Sightings and legs

A **sighting** is an observation that places a vessel by IMO number, or by MMSI where it gives no IMO number. A ship's name alone
is none, and neither is a hull without a name, a tally over a period, or what was seen of several places at once.

Its date is an interval. A time is that time; a day is the publisher's calendar day, which may be that of UTC or that of the
place (15 degrees of longitude an hour): both count. "Late September" is the 21st to the 30th. Its position is its own, else the
point of its one place, which may be {sightings.PLACE_NM:g} nm off.

A gap is cut at its sightings into **legs**. The most narrowly dated are taken first; another cuts as well where its interval
overlaps none of them, for only then is their order known. At the same place it is taken along as a further source. Those that
cannot cut, because their time, place or order is not known, are listed with the reason.

Two sightings that are farther apart than any ship goes in the time between, even at {beyond.FASTEST_KN:g} knots and with dates and
places as is best for them, are told where sources disagree; so is a leg that she cannot have made at her speed.

## Reach

Between two fixes a ship can have been wherever her speed leaves time for the way out and the way on: the **space-time prism** of
time geography (T. Hägerstrand, 1970, "What about people in regional science?", Papers of the Regional Science Association 24).
For a leg from *a* to *b* in *L* hours, a place *w* and a speed *v*:

    slack = L - (way(a, w) + way(w, b)) / v        w is listed where slack >= {MIN_CALL_H:g} h

*L* is taken with both fixes' dates at their widest (`slack_h`) and at their narrowest (`sure_slack_h`; null where nothing is
left). Earliest arrival and latest departure are with the dates at their most favourable. Of an open leg only the way out counts.

**The speed** is the 95th percentile of the speed over ground that she reported under way (above {speed.UNDER_WAY_KN:g} knots), given
at least {speed.ENOUGH_REPORTS} such reports in {speed.ENOUGH_HOURS} different hours; else what ships of her type and length seldom exceed, by
Froude's number; else a figure for the type. The dossier says which.

**Ways** go along the sea: the coastline of Natural Earth 1:10m, with straits, canals and rivers that its scale closes opened by
name. Neither depth nor ice, weather or traffic separation is known to them. What lies more than {berths.MAX_SNAP_NM:g} nm from any water
(rivers, lakes) has straight ways, so that nothing is ruled out for want of a map; `--straight` takes all ways straight, for
generated worlds without a coast.

**The order** of places, at most {LISTED} of a leg, is by the sum of these terms, in nats:

| term | nats |
|---|---|
| stay | -((ln slack - ln {rank.USUAL_CALL_H:g}) / {rank.CALL_SPREAD:g})² / 2; of a longer one ln of (exp of that + {rank.MORE_THAN_A_CALL:g}) / {1 + rank.MORE_THAN_A_CALL:g}, as it may hold more than a call |
| way | -way out / {rank.WAY_SCALE_NM:g} nm |
| watched | 0; of a place of yours that is not watched ln {rank.UNWATCHED:g} |
| course out | ln({1 - rank.OTHER_COURSES:g} exp v + {rank.OTHER_COURSES:g}) with v = {rank.COURSE_OUT:g} (cos(course - bearing to w) - 1), times way / {rank.COURSE_FROM_NM:g} nm below that; if under way when last heard |
| course back | the same with v = {rank.COURSE_BACK:g} (cos(course - bearing from w) - 1) |
| at start, at end | {rank.AT_PLACE_NATS:g} where she was heard within {rank.AT_PLACE_NM:g} nm just before or after |

They are priors of this project and no facts about the sea. `share` is exp(sum) over that of all places of the leg; it orders
places and is no probability that she was there. A silence that a note explains has no places. A leg that leaves {legs.LONG_H / 24:g} days at every place is said to tell nothing.

## Hulls without a name

{hulls.HOW}

A candidate shows its terms and its rivals: at most {priors.LISTED} one by one, all by number.

## Counts over time

{series.RULE} An event up to {series.AFTER.days} days before a value stands beside it: after is not because.

## The watchlist of a day

A day is one of UTC; its list is as of its last microsecond, and nothing that was sent, said or told later is in it. A silence longer
than `--min-hours` is **newly dark** on the day on which it becomes so, **still dark** on those after it while it lasts, and **back
again** on that on which it ends. Hours in which the whole feed heard nobody (`outages`, those of the last {deaf.LOOKBACK_DAYS} days, what a
listener wrote down included) do not count, in an archive of {deaf.LEAST_SHIPS} ships and more: silences that are no longer than the threshold
without them are counted (`feed_silent`), not listed.

Listed is what begins or ends within {WITHIN_NM:g} nm of a watched place (`--within-nm`), and what a user watches. Not listed but
counted (`gone`) are silences that last for more than {build.GONE_DAYS} days and are a choice with a probability under {build.GONE_P:g}, and those
of more than {LONG_DAYS} days, unless a list, a sighting, a person's verdict or the user's own watch speaks of the ship.

**The order** is by attention, the sum of these, in nats. They are choices of this project; they order a list, and the probability is
not touched by them. What a person called innocent comes last.

| what speaks for a look | nats |
|---|---|
| the probability of a choice | its log-odds, -7 to 7; {attention.NOT_JUDGED:.1f} where nothing was judged |
| off or on near a watched place | {attention.PLACE:g} exp(-distance / {attention.PLACE_NM:g} nm) |
| a watched place within reach | {attention.REACH:g} |
| on a list when it began | {attention.LISTED:g} |
| watched by name, list or area | {attention.WATCHED:g} |
| a dated sighting names her | {attention.NAMED:g} |
| hulls without a name were seen meanwhile at a place within reach | {attention.UNNAMED:g} |

Reach is reckoned as above, with the speed that she kept in the {heard.LOOKBACK_DAYS} days before, else that of her kind. **A probability has
changed** where it crosses {changes.LEVEL:g} from one day to the next and moves by {changes.MARGIN:g} or more. **Late data** are sources that hold reports of days before the archive's
newest; what they take back of silences that were listed (so far back as {late.LOOKBACK_DAYS} days before them) is told on the list of that newest
day and of the day after, and is one change.

## Verifying

`ais-gaps verify DOSSIER.json` makes a dossier again from the sources and tables that it states, later ones left out, and says
what differs. The form of a dossier is [dossier.schema.json](../ais_gaps/data/dossier.schema.json).
"""


def main() -> None:
    """Write the page, or check it."""
    if "--check" in sys.argv[1:]:
        if PAGE.read_text(encoding="utf-8") != TEXT:
            sys.exit("docs/methods.md is not up to date: python docs/make_methods.py")
        return
    PAGE.write_text(TEXT, encoding="utf-8")


if __name__ == "__main__":
    main()
