"""Writes docs/judgement.md: how a silence is judged, with the constants and weights that the program uses.

python docs/make_judgement.py            write it
python docs/make_judgement.py --check    exit 1 if it is not up to date
"""

from __future__ import annotations

import math
import sys
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from ais_gaps.evaluation import calibration, honest, injection, metrics, natural, question, rules
from ais_gaps.gaps.set_aside import CLOCK_H
from ais_gaps.gaps.stitch import JUMPS_OF_A_SHARED_MMSI
from ais_gaps.judgement import (
    around,
    causes,
    coverage,
    detours,
    episodes,
    exposure,
    factor,
    own_hours,
    paths,
    peers,
)
from ais_gaps.judgement import silences as silent
from ais_gaps.judgement import terms as raw
from ais_gaps.judgement.judge import CONTEXT_H
from ais_gaps.judgement.model import FALLING, KNOTS, LEAST_SLOPES, ONLY_CLOSED, RISING, Model, shipped
from ais_gaps.judgement.reasons import GROUPS
from ais_gaps.outages import hours, quiet, silence
from ais_gaps.reception import shiphours
from ais_gaps.summary.kernel import JUMP_FLOOR_H, JUMP_KN
from ais_gaps.tracks.assign import HOPELESS_TRACKS, LEAST_FIXES

PAGE = Path(__file__).parent / "judgement.md"

TERMS = {
    "unexplained": f"ln(1 - P(silent &#124; on)), at least {raw._LEAST_UNEXPLAINED:g}: what chance alone explains is no choice",
    "factor_way": "Bayes factor of the silence in nats, if she was under way at off",
    "factor_rest": "the same, if she was not",
    "first": f"how often she should have been heard in the first {exposure.FIRST_H:g} h, least of the ways without a detour",
    "last": f"the same in the last {exposure.FIRST_H:g} h",
    "outage": "ln(1 + S ashore of the long run) - ln(1 + S ashore of these very hours), if above 0",
    "off_rate": "reports in the hour up to off, as a share of what ships send that are heard without a break",
    "on_rate": "the same in the hour from on",
    "log_hours": "ln of the length in hours",
    "log_slack": "ln(1 + hours that the straight way at her usual speed leaves over), if under way at off",
    "log_nm": "ln(1 + miles from off to on)",
    "off_course": f"cosine between her course at off and the way that she made; {raw._NEUTRAL_COS:g} where not known",
    "on_course": "the same at on",
    "off_port_nm": f"miles to the nearest known place at off, at most {raw._FAR_NM:g}",
    "on_port_nm": "the same at on",
    "moored": f"1 if she said moored, or made less than {raw._MOORED_KN:g} kn",
    "alongside": f"1 if at rest within {raw.PORT_NM:g} nm of a place, and back there (or not back)",
    "left_port": f"1 if at rest within {raw.PORT_NM:g} nm of a place, and back elsewhere",
    "way": f"1 if above {raw.UNDER_WAY_KN:g} kn at off",
    "way_after": "the same at on",
    "habit": (
        "ln(1 + Bayes factor in nats), less the mean of that of her other silences under way, of these 30 days and of those "
        "beside"
    ),
    "history": (
        f"ln(1 + sum of the probabilities of her earlier silences of these 30 days and of those before), of those above "
        f"{raw.PROBABLE:g}"
    ),
    "class_b": "1 if class B",
    "fishing": "1 if she said in the period that she was fishing",
    "shared": "1 if several ships seem to send under the MMSI",
}
SENTENCES = {
    "reception": "We should have heard her ...",
    "outage": "In the long run ...",
    "rate": "... reports in her last hour",
    "time": "Silent for ...",
    "course": "Her course ...",
    "place": "She was under way / at rest ...",
    "habit": "Her other silences ...",
    "history": "Earlier silences of hers ...",
    "class": "Class B ...",
    "fishing": "She fishes ...",
    "shared": "More than one ship ...",
}
LONG = float(factor.frailty(np.array([1e12]))[0])
SHORT = float(factor.frailty(np.array([1.0]))[0]) - LONG
SEAS = {"japan": "the Sea of Japan", "black": "the Black Sea", "gulf": "the Persian Gulf"}


def _numbers(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:.2g}" for value in values)


def _slopes(model: Model, name: str) -> str:
    if name not in model.slopes:
        return "-"
    return _numbers(model.slopes[name]) if any(model.slopes[name]) else "0"


def _sign(name: str) -> str:
    if name in LEAST_SLOPES:
        return "at least " + ", ".join(f"{slope:g}" for slope in LEAST_SLOPES[name])
    return "rising" if name in RISING else "falling" if name in FALLING else "free"


def term_rows() -> str:
    """The terms as rows of a table: by the sentence that tells them, with signs, knots and the weights shipped."""
    models = shipped()
    names = [name for group in GROUPS.values() for name in group]
    if set(names) != set(KNOTS) or set(names) != set(TERMS) or set(GROUPS) != set(SENTENCES):
        raise LookupError(f"docs/make_judgement.py does not know {set(names) ^ set(KNOTS) ^ set(TERMS)}")
    rows = [
        f"| {SENTENCES[group] if name == of[0] else ''} | `{name}` | {TERMS[name]} | {_sign(name)} | {_numbers(KNOTS[name])} "
        f"| {_slopes(models.closed, name)} | {_slopes(models.open, name)} |"
        for group, of in GROUPS.items()
        for name in of
    ]
    return "\n".join(rows)


def origin() -> str:
    """Where the weights come from, in sentences."""
    said: dict[str, Any] = shipped().origin
    if "worlds" not in said:
        return f"The file says of itself: {said.get('note', 'nothing')}."
    by_sea = Counter((each["sea"], each["like"]) for each in said["worlds"])
    places = "; ".join(
        f"{SEAS.get(sea, sea)} with "
        + ", ".join(f"{n} {like}" for (of, like), n in sorted(by_sea.items()) if of == sea)
        for sea in sorted({sea for sea, _ in by_sea})
    )
    return (
        f"They were fitted on {said['date']} with version {said['version']} by `{said['by']}`: on {said['silences']:,} silences of "
        f"more than {said['least_hours']:g} h, {said['choices']:,} of them choices, in {len(said['worlds'])} generated worlds of "
        f"{said['vessels']:,} ships and {said['days']} days each ({places}), with different shares and habits of dark trips. The "
        "settings of every world stand in the file."
    )


def filled(text: str) -> str:
    """The same with its paragraphs and points wrapped anew, since numbers are longer or shorter than their names."""
    blocks = text.rstrip("\n").split("\n\n")
    return "\n\n".join(map(_filled, blocks)) + "\n"


def _filled(block: str) -> str:
    if block.startswith(("#", "|", " ")):
        return block
    if block.startswith("> "):
        return textwrap.indent(_wrapped(block.replace("\n> ", " ").removeprefix("> ")), "> ")
    if not block.startswith("- "):
        return _wrapped(block)
    points = block.removeprefix("- ").split("\n- ")
    return "\n".join(f"- {_wrapped(point, '  ')}" for point in points)


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        " ".join(text.split()), 128, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


TEXT = filled(f"""\
# How a silence is judged

Made by `python docs/make_judgement.py`; a test checks that the constants and weights here are those of the program.

A ship that is not heard was out of range, or the receiver was down, or messages collided, or her transmitter failed, or it was
switched off. AIS does not tell which. What can be told is how likely such a silence is for a ship that goes on transmitting:
from how *other* ships were heard in the same waters and hours. That, and what she was doing, is weighed here, for each silence:

- `p_switched_off`: the probability that it was a choice; null where there is nothing to judge by;
- `cause`: what it is judged as, in a word;
- `reasons`: a sentence for each thing weighed, with its number and its weight. The weights add up to the log-odds of the
  probability, up to rounding: nothing else went in;
- `episode_ts`: when the episode began that it belongs to.

`ais-gaps gaps`, `investigate` and the page show them; `ais-gaps outages`, `reception`, `evaluate` and `calibrate` show
what stands
behind. **Read the limits at the end before you publish any of it.**

## 1. One ship, one track

Reports of one MMSI are not always of one ship. A move is *impossible* if it is faster than {JUMP_KN:g} kn over
hypot(time, {JUMP_FLOOR_H:g} h). An MMSI without any is one track. One that makes such moves is cut into pieces, and
each piece goes
to the track of its class from which it is most to be expected: near where the last position puts that ship, carried on at her
speed and course. A track needs {LEAST_FIXES} positions (unless none of the MMSI has); a long silence ends none, for
that would make two ships of a dark
trip. What belongs to no track (a wrong position, a wrong clock looked for {CLOCK_H:g} h around, a handful of strange fixes)
is set aside with its reason, and neither ends a silence nor makes one. An MMSI of more than {HOPELESS_TRACKS:,} tracks, one
for every two pieces, is no ship's: the rest of it is set aside.

Everything is told from daily summaries, so that a day costs a day and files may come in any order.

## 2. How well ships are heard: ship-hours

The trial is the **ship-hour**: in this clock hour a ship was about; was she heard at least once? How many messages of
a ship reach an
archive depends on its provider's thinning; whether one does, much less. A ship-hour counts where she was heard before and again
within {shiphours.LONGEST_S // 3600} h; it is *moving* if she made more than {shiphours.MOVING_NM:g} nm in it. Silences of up to
{own_hours.UNHEARD_H:g} h count as hours in which she was there and was not heard; of longer ones, and of those not
over, the first
{own_hours.RECKONED_ON_H} h after off and the last before on, at her speed and course. Else reception would look good
just where it is
poor: the edge of hearing would be known only from ships that were heard beyond it.

Counts are kept by cell, hour, class, moving and kind of receiver. Evidence is local and dated: of the
{peers.BLOCK_DAYS} days that a
silence begins in (counted from 1970), the {peers.BLOCK_DAYS} before and the {peers.BLOCK_DAYS} after, as far as the
archive goes.
Of a group (class, moving) the chance to be heard in an hour is in the long run

    base                    = min(T0, e, (HA + {coverage._PULL:g} e) / (NA + {coverage._PULL:g})), e = {coverage._EMPTY_SEA:g}
    parent (1 degree)       = (H1 + {coverage._PULL:g} base) / (N1 + {coverage._PULL:g})
    ashore (0.25 degree)    = (H + {coverage._PULL:g} parent) / (N + {coverage._PULL:g})
    satellite (2 degrees)   = (HS + {coverage._PULL_SPACE:g} S0 f) / (NS + {coverage._PULL_SPACE:g})

with N ship-hours, H those heard, HA and NA those of all groups of the parent cell, T0 and S0 the rates of the group everywhere,
NS only hours in which no terrestrial receiver heard
her, and f below 1 where fewer than {coverage._KNOWN_TO_SPACE:g} ship-hours are known in 2 degrees: a feed may end there. If
reports do not say what kind of receiver heard them, all count as ashore. **The ship that is judged is left out of all
of it**: else
a dark voyage would teach its cells to be holes.

## 3. That very hour

Receivers fail, satellites pass. So the long run is corrected by the others of the same hour, of whom by the long run
so many were *expected*:

    ashore:     u = min({exposure._MOST_UP:g}, (heard + {exposure._SOME_SHORE:g}) / (expected + {exposure._SOME_SHORE:g}))\
     in the cells of half a degree around
    satellite:  f = (heard + {exposure._SOME_SPACE:g}) / (expected + {exposure._SOME_SPACE:g})\
     weighted by a Gaussian of {around._PASS_NM:g} nm

In an hour in which the whole feed heard nobody both are 0. Where all ships of a place fell silent for so long that none is
expected any more, the place's usual traffic is. How well *she* is received as a rule, against others in her place, is r,
between {peers._LEAST_RECEIVED:g} and {peers._MOST_ASHORE:g} ashore ({peers._MOST_SPACE:g} by satellite), drawn towards 1.

    S = sum over hours of  r_ashore * -ln(1 - ashore u)  +  r_space * -ln(1 - satellite f)

S is how often we should have heard her. Of a silence longer than {exposure.LONGEST_H / 24:g} days only the first
{exposure.LONGEST_H / 24:g} days are counted. **So a hole in a feed, or a dead receiver, makes no ship dark**: in its
hours S hardly
grows. `ais-gaps outages` lists such hours by the same counts: an area, a station, all terrestrial receivers, all
satellites or the
whole feed heard no more than {quiet.LOW:.0%} of the usual ships, where so long a lull is unlikely by chance
({math.exp(silence.SURE):.0f} to 1, where one outage in {quiet.AMONG_H / 24:g} days is taken for granted beforehand).
Where fewer than {hours.LEAST_SHIPS:g} ships an
hour are usual none is looked for. The judgement does not need the list; it is for you to check.

## 4. Where she may have been

Nobody knows the way of a silent ship. Four are reckoned, with weights: straight on ({paths.WEIGHTS[0]:g}), waiting first and
then going ({paths.WEIGHTS[1]:g}), going and then waiting ({paths.WEIGHTS[2]:g}), and a **detour out of hearing**
({paths.WEIGHTS[3]:g}): the place within reach at {detours.FASTER:g} times her usual
speed, with {detours.LEAST_STAY_H:g} h left to lie there, by which she would be heard least in the long run: there, and at a few
points of the ways there and back. None is looked for where, by the better heard of the two ends,
she would be heard {detours._LEAST_HEARD:g} time at most in all the hours anyway.
The place is looked for among the watched places, and among points
{detours._POINTS_NM[0]:g} to {detours._POINTS_NM[-1]:g} nm around the middle of her way, where others are known to have
been or where
there is sea: an ocean that no receiver reaches is the plainest reason of all for a silence. An open silence is
reckoned on at the last
speed and course for {silent.RECKONED_H:g} h; then she is taken to have stopped.

## 5. The Bayes factor of the silence

exp(-S) would be the chance of silence if hours were independent. They are not, by orders of magnitude, so a gamma
frailty of shape
k = {LONG:g} + {SHORT:g} / hours stands in its place, and o, the chance of an outage that the others did not show:

    P(silent | on) = sum over ways w [(1 - o) (1 + S/k)^-k + o (1 + S_satellite/k)^-k]
    o = {factor._UNSEEN_MOST:g} min(1, {factor._UNSEEN_H:g} h / hours), at least {factor._UNSEEN_LEAST:g}, \
divided by 1 + ship-hours of others heard ashore

A ship that is off is silent for certain; so the Bayes factor is 1 / P(silent | on), and its logarithm, in nats, at most
{raw._MOST_FACTOR:g}, the first of the terms. "Falls silent so by chance about once in 1,000 times" is this number.

## 6. The sum

    log-odds = start + sum of terms,      p = 1 / (1 + exp(-log-odds))

Each term is a broken line: a slope from each of its knots to the next. Where a mariner knows the sign, it is held: a
*rising* term
never speaks against a choice for being greater, a *falling* one never for it. From each term what it is on average is
taken off and
put into the start, so that a weight says how far this silence is from a usual one; terms without a
sentence of their own are told with the start. A silence that is not over has a
sum of its own,
without the terms of its end, and grows with time. `history` is reckoned with a first pass that does not know it, so
that no silence
is its own witness.

Weights, in nats a unit of the term, from each knot on. The start is {shipped().closed.bias:.2f} for a silence that is over,
{shipped().open.bias:.2f} for one that is not.

| sentence | term | what it is | sign | knots | over | open |
| --- | --- | --- | --- | --- | --- | --- |
{term_rows()}

Two digits here; [weights.json](../ais_gaps/data/weights.json) has all, with the averages taken off and the first pass.
Terms of a weight of 0 were offered to the fit and not wanted. {len(ONLY_CLOSED)} terms (-) exist only once a silence is over.

{origin()}

**They are priors from generated worlds, and no facts about the sea.** How often ships switch off, for how long, near
what ports, is
the generator's own choice; so the probability is only as good as these habits are like those of your sea. The
sentences, not the
probability, are the evidence.

## 7. Causes, and when nothing is judged

The first that holds:

| cause | when |
| --- | --- |
| identity break | no ship can join off and on ({JUMP_KN:g} kn over hypot(time, {JUMP_FLOOR_H:g} h)): p is null |
| not enough evidence | fewer than {causes.LEAST_BASIS:g} ship-hours of others in the degree around her way: p is null \
(identity break, where the MMSI is on several tracks) |
| powered off alongside | at rest at a place and back there, p below {causes.LIKELY:g}, Bayes factor of at least \
{causes.SURE_FACTOR:g} nats (1 in 20) |
| switched off | p of at least {causes.LIKELY:g} |
| not enough evidence | p of at least {causes.OPEN_QUESTION:g}: no other cause is called either |
| not enough evidence | longer than {exposure.LONGEST_H:g} h and p of at least {causes.HARDLY:g}: only the first \
{exposure.LONGEST_H:g} h are reckoned |
| outage | S is more than {causes._MISSED:g} below what it would be by the long run ashore, and less than {causes._LOST:g} of it |
| class B reception | she is of class B, and the same holds against S were she of class A |
| no coverage | Bayes factor below {causes.SURE_FACTOR:g} nats |
| not enough evidence | else: hardly by chance, and not like a choice either |

Silences whose place is not known are not judged, nor are superseded ones. Null is no low probability.

**Episodes.** Silences over {CONTEXT_H:g} h with less than {episodes.BURST_H:g} h of reception between them are one case: a
short burst must not reset it. `episode_ts` is the off of the first; the reasons name how many there are. Each silence keeps
its own probability.

## 8. How good it is: evaluate

`ais-gaps evaluate` measures it on your own archive. Stretches of honest ships' tracks (at least {honest.FEWEST_FIXES}
positions, one
track, fewer than {JUMPS_OF_A_SHARED_MMSI} impossible moves) in which they were heard under way are deleted in memory,
each alone, at
most {injection.PER_SHIP} of a ship, as long as silences that the archive has: a known switch-off. They are held against natural
silences of the same length, within {metrics.WITHIN:.0%}, so that length itself tells nothing. It gives average
precision, AUROC,
precision and recall at so many alerts a day, Brier score and ECE with a reliability table and plot, by class, length, speed and
area, and the same for length alone, for the Bayes factor alone, and for the rule of Global Fishing Watch (Welch and
others 2022:
{rules.LEAST_H:g} h, {rules.LEAST_HEARD} reports by satellite in the 12 h before, {rules.SHORE_NM:g} nm from shore, more than
{rules.A_DAY:g} reports a day in the cell) with and without its shore and satellite conditions. The same seed gives the
same figures.
With fewer than {question.FEWEST} cases it says so and stops; at most {natural.OF_A_LENGTH} natural silences of a
length are asked.

What it cannot measure:

- who switches off, where, when or why: a deleted stretch has no motive, and no habits of hiding are in it;
- waters in which ships are not heard: nothing can be deleted there;
- how many silences are choices: precision, Brier and ECE take a share that you give (`--prevalence`);
- natural silences that are choices count against a judgement that finds them.

With `--truth` it scores against what a generated world knows of itself. That says how well the method finds what the
generator put
there, and no more: the generator and the weights share an author.

**Calibration.** `ais-gaps calibrate` refits two numbers on your archive, logit p' = bias + slope logit p, by injection
against natural
silences of the same length (conditional logistic regression; at least {calibration.FEWEST_SETS} sets). The slope is
held between
{calibration.LEAST_SLOPE:g} and {calibration.MOST_SLOPE:g} and drawn towards 1. The bias keeps the expected number of choices
as it was, or as `--prevalence` says, since no deletion can tell it. It is kept in the archive with its history, used
from then on,
named in the reasons ("recalibrated on this archive"), listed by `--show` and undone by `--reset`.

## 9. Limits

- **Only ships that were heard tell of reception.** No map of receivers, no provider's coverage and no weather is
  known. Where few
  ships are, little is known, and the sentence with the count says how little.
- **A transmitter's fault looks like a choice.** So does a loose cable, a blown fuse, a flooded antenna, or a set that
  is switched off
  for a lawful reason (piracy, orders, repair). Nothing here can part them.
- **A regional export ends at its edge.** If the provider cuts at a box or a coast, a ship that leaves looks silent
  from there on;
  the detour out of hearing allows for it, but cannot know the edge.
- **A provider that thins, filters or sells by vessel** breaks the assumption that one ship is heard as another is.
- **Positions are what ships send.** False positions, jammed or spoofed GNSS and borrowed identities are judged only as
  far as they
  make impossible moves.
- **Class B and fishing vessels** are heard worse and differently; their probabilities are the least sure.
- **A recent silence is judged by fewer days** than an old one: later files may change what is said. `--as-known TIME`
  judges from
  what was held then.
- **No intent is ever shown.** Neither a high probability nor a place within reach shows where she was or what she did there.

## 10. How to word a finding

Say what was not heard, what was expected, what that rests on, and what else it may be. For example:

> AIS reports of the vessel, in the data of PROVIDER, end on DATE at PLACE and resume on DATE at PLACE. In the same waters and
> hours N of M ship-hours of other vessels were received; had she gone on transmitting, she should have been received about S
> times. Missing reception is therefore an unlikely reason. A fault of the transmitter cannot be ruled out. Where she was in
> between is not known from AIS.

Not: "switched off her AIS", "went dark to", "hid", "was at". Not the probability alone: it needs its reasons, the
version and the
calibration. And not "no coverage" as an acquittal: it says that silence is no surprise there, and nothing of what she did.
""")


def main() -> None:
    """Write the page, or check it."""
    if "--check" in sys.argv[1:]:
        if PAGE.read_text(encoding="utf-8") != TEXT:
            sys.exit("docs/judgement.md is not up to date: python docs/make_judgement.py")
        return
    PAGE.write_text(TEXT, encoding="utf-8")


if __name__ == "__main__":
    main()
