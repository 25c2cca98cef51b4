"""Does reach find the ports of hidden calls? Asked of worlds with a known truth.

    python benchmarks/hidden_calls.py [--seeds 21-23] [--sea japan ...] [--like dense] [--vessels N] [--days D] [--json]

Makes the worlds (`ais_gaps.worlds`) in a temporary folder, ingests their reports, adds their places, and asks
`Archive.reach(min_hours=2, listed=50)`. Counted are hidden calls at ports that lie whole inside one silence of the archive. The
same inputs print the same figures. How ships go dark, where and for how long, are the generator's habits and no facts about
the sea: the figures say how well reach finds what was put there.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import worlds
from ais_gaps.geodesy import distance_nm
from ais_gaps.holdings import Holdings
from ais_gaps.worlds.seas import SEAS

LISTED = 50
ORDERS = ("reach", "straight distance", "slack", "nearest watched", "by lot")
HABITS = "Generated worlds: how ships go dark there are the generator's habits, and no facts about the sea."


@dataclass(frozen=True)
class Asked:
    """One hidden call: how many places were within reach, and the place of the true one by each order; 0 = not listed.

    Attributes:
        seed, sea: of its world.
        watched: the true place is watched.
        in_silence: it lies whole inside one silence that the archive lists.
        places: within reach on that silence.
        reach, straight, slack, nearest: rank of the true place by reach's terms; by the geodesic from where she was last heard; by
            the hours that are left to lie there, most first; by the geodesic, but watched places before others.
    """

    seed: int
    sea: str
    watched: bool
    in_silence: bool
    places: int = 0
    reach: int = 0
    straight: int = 0
    slack: int = 0
    nearest: int = 0


@dataclass(frozen=True)
class Figures:
    """What is printed of some calls. Shares are of the calls in a silence."""

    name: str
    calls: int
    in_silence: int
    within_reach: float
    places: float
    first: tuple[float, ...]
    first_three: tuple[float, ...]


def main() -> None:
    """Makes the worlds, asks them, prints the figures."""
    options = _options().parse_args()
    asked: list[Asked] = []
    for sea in options.sea:
        for seed in options.seeds:
            settings = worlds.Settings(
                seed=seed, sea=sea, vessels=options.vessels, days=options.days, **worlds.KINDS_OF_FEED[options.like]
            )
            with tempfile.TemporaryDirectory(prefix="ais_gaps-worlds-") as folder:
                asked += ask(settings, Path(folder))
            print(f"{sea}, seed {seed}: {len(asked)} hidden port calls so far", file=sys.stderr, flush=True)
    groups = {sea: [call for call in asked if call.sea == sea] for sea in options.sea}
    groups |= {"all": asked, "all, at watched places": [call for call in asked if call.watched]}
    groups |= {"all, at others": [call for call in asked if not call.watched]}
    found = [figures(name, calls) for name, calls in groups.items()]
    seeds = ", ".join(map(str, options.seeds))
    title = (
        f"Hidden calls at ports: {options.like} feed, {options.vessels} vessels, {options.days} days, seeds {seeds}."
    )
    if options.json:
        print(json.dumps({"title": title, "note": HABITS, "figures": [asdict(each) for each in found]}, indent=2))
    else:
        print(as_text(title, found))


def ask(settings: worlds.Settings, folder: Path) -> list[Asked]:
    """Every hidden call at a port of one world, with what reach says of it."""
    worlds.write(worlds.make(settings), folder / "world")
    archive = Holdings.at(folder / "archive", create=True)
    for result in archive.ingest([folder / "world" / "reports.csv"], note=worlds.NOTE):
        if result.error:
            raise RuntimeError(result.error)
    archive.add_places(folder / "world" / "places.geojson")
    gaps = archive.gaps(min_hours=2).select(["gap_id", "mmsi", "off_ts", "on_ts", "off_lat", "off_lon"])
    reach = archive.reach(min_hours=2, listed=LISTED).select(
        ["gap_id", "rank", "place_id", "watched", "lat", "lon", "slack_h", "places"]
    )
    with (folder / "world" / "calls.csv").open(encoding="utf-8", newline="") as stream:
        calls = [row for row in csv.DictReader(stream) if row["hidden_kind"] == "port"]
    return [_asked(settings, call, gaps, reach) for call in calls]


def _asked(settings: worlds.Settings, call: dict[str, str], gaps: pa.Table, reach: pa.Table) -> Asked:
    watched = call["watched"] == "true"
    begins, ends = (_utc(call[name]) for name in ("call_from", "call_to"))
    hers = gaps.filter(pc.equal(gaps["mmsi"], int(call["mmsi"]))).to_pylist()
    around = [gap for gap in hers if gap["off_ts"] <= begins and (gap["on_ts"] is None or ends <= gap["on_ts"])]
    if not around:
        return Asked(settings.seed, settings.sea, watched, False)
    gap = around[0]
    rows = reach.filter(pc.equal(reach["gap_id"], gap["gap_id"])).to_pylist()
    true = [row for row in rows if row["place_id"] == call["hidden_place_id"]]
    if not true:
        return Asked(settings.seed, settings.sea, watched, True, rows[0]["places"] if rows else 0)

    def straight(row: dict[str, Any]) -> tuple[float, str]:
        return float(distance_nm(gap["off_lat"], gap["off_lon"], row["lat"], row["lon"])), row["place_id"]

    def slack(row: dict[str, Any]) -> tuple[float, str]:
        return -row["slack_h"], row["place_id"]

    def nearest(row: dict[str, Any]) -> tuple[bool, float, str]:
        return not row["watched"], *straight(row)

    orders = [1 + sum(order(row) < order(true[0]) for row in rows) for order in (straight, slack, nearest)]
    return Asked(settings.seed, settings.sea, watched, True, rows[0]["places"], true[0]["rank"], *orders)


def figures(name: str, calls: Sequence[Asked]) -> Figures:
    """The shares of some calls. By lot: what drawing from the places within reach would give."""
    of = [call for call in calls if call.in_silence]

    def share(values: Sequence[float]) -> float:
        return sum(values) / len(of) if of else math.nan

    ranks = [[getattr(call, order) for call in of] for order in ("reach", "straight", "slack", "nearest")]
    listed = [call for call in of if call.reach]
    return Figures(
        name,
        len(calls),
        len(of),
        share([call.reach > 0 for call in of]),
        share([call.places for call in of]),
        tuple([share([rank == 1 for rank in by]) for by in ranks] + [share([1 / call.places for call in listed])]),
        tuple(
            [share([0 < rank <= 3 for rank in by]) for by in ranks]
            + [share([min(3 / call.places, 1.0) for call in listed])]
        ),
    )


def as_text(title: str, found: Sequence[Figures]) -> str:
    """The figures as a table, with the note that belongs to them."""
    heads = ["sea", "calls", "in a silence", "within reach", "places"]
    rows = [heads + [f"{order}: {what}" for order in ORDERS for what in ("1st", "first 3")]]
    for each in found:
        shares = [value for pair in zip(each.first, each.first_three, strict=True) for value in pair]
        row = [each.name, str(each.calls), str(each.in_silence), f"{each.within_reach:.1%}", f"{each.places:.1f}"]
        rows.append(row + [f"{value:.1%}" for value in shares])
    lines = [
        "| " + " | ".join(rows[0]) + " |",
        "| --- " + "| ---: " * (len(rows[0]) - 1) + "|",
        *("| " + " | ".join(row) + " |" for row in rows[1:]),
    ]
    notes = (
        "In a silence: the whole call lies in one silence of over 2 h that the archive lists. Places: within reach on such a "
        "silence, on average. Shares are of the calls in a silence."
    )
    return "\n".join([title, HABITS, "", *lines, "", notes])


def _utc(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=_seeds, default=_seeds("21-23"), help="a number or FIRST-LAST (default 21-23)")
    parser.add_argument("--sea", nargs="+", choices=SEAS, default=["japan"], help="seas by name (default japan)")
    parser.add_argument("--like", choices=sorted(worlds.KINDS_OF_FEED), default="dense", help="kind of feed")
    parser.add_argument("--vessels", type=int, default=300, help="ships of a world (default %(default)s)")
    parser.add_argument("--days", type=int, default=30, help="days of a world (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


if __name__ == "__main__":
    main()
