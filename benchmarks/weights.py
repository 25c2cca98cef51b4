"""Fits the weights of the judgement on generated worlds and writes them: python benchmarks/weights.py [--worlds DIR] [--keep].

The worlds are of three seas with land and three kinds of feed, with different shares and habits of dark trips; each is given to an
archive as a user would, and judged at its end and as of several days before it, so that silences that are not over are learnt too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow.csv as pacsv

import ais_gaps
from ais_gaps import worlds
from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.holdings import Holdings
from ais_gaps.judgement.fitting import fit
from ais_gaps.judgement.judge import CONTEXT_H, judge
from ais_gaps.judgement.model import Model, Models, probability
from ais_gaps.judgement.terms import earlier

Floats = npt.NDArray[np.float64]

WORLDS: Final[list[dict[str, Any]]] = [
    {"seed": 201, "sea": "japan", "like": "dense"},
    {"seed": 202, "sea": "japan", "like": "sparse", "dark_call_h": 14.0, "open_callers": 0.25, "leaving": 0.15},
    {"seed": 203, "sea": "japan", "like": "terrestrial", "dark_call_h": 14.0, "open_callers": 0.25, "leaving": 0.3},
    {
        "seed": 204,
        "sea": "black",
        "like": "dense",
        "dark_ships": 0.06,
        "adrift": 0.3,
        "dark_call_h": 20.0,
        "leaving": 0.15,
    },
    {"seed": 205, "sea": "black", "like": "sparse", "shuttles": 0.0, "fishing_a": 0.25, "open_callers": 0.3},
    {"seed": 206, "sea": "black", "like": "terrestrial", "shuttles": 0.02, "dark_ships": 0.1, "open_callers": 0.3},
    {
        "seed": 207,
        "sea": "gulf",
        "like": "dense",
        "shuttles": 0.0,
        "dark_ships": 0.1,
        "dark_trips": 0.3,
        "leaving": 0.15,
    },
    {"seed": 208, "sea": "gulf", "like": "sparse", "dark_ships": 0.08, "shuttles": 0.01},
    {
        "seed": 209,
        "sea": "gulf",
        "like": "terrestrial",
        "shuttles": 0.0,
        "dark_ships": 0.1,
        "open_callers": 0.3,
        "leaving": 0.3,
    },
    {
        "seed": 210,
        "sea": "japan",
        "like": "dense",
        "shuttles": 0.0,
        "fishing_a": 0.2,
        "dark_call_h": 30.0,
        "leaving": 0.3,
    },
    {"seed": 211, "sea": "japan", "like": "sparse", "shuttles": 0.0, "dark_ships": 0.12},
    {
        "seed": 212,
        "sea": "japan",
        "like": "terrestrial",
        "shuttles": 0.0,
        "dark_ships": 0.12,
        "fishing_a": 0.2,
        "open_callers": 0.3,
    },
    {"seed": 213, "sea": "japan", "like": "terrestrial", "feed_share": 0.65, "shuttles": 0.01},
    {"seed": 214, "sea": "black", "like": "terrestrial", "feed_share": 0.55, "shuttles": 0.0, "dark_ships": 0.06},
    {"seed": 215, "sea": "gulf", "like": "dense", "feed_share": 0.6, "leaving": 0.2, "shuttles": 0.0},
    {"seed": 216, "sea": "black", "like": "sparse", "feed_share": 0.5, "shuttles": 0.0, "dark_ships": 0.08},
]
VESSELS, DAYS = 500, 40
OPEN_AT_DAYS: Final = (8, 13, 18, 23, 28, 33)
"""As of these days of a world too are its open silences judged, each with what was known by then."""
LEAST_H: Final = 2.0

_NOTHING: Final = Model(0.0, {}, {})
_NO_MODELS: Final = Models(_NOTHING, _NOTHING, _NOTHING, _NOTHING, {})


class Case:
    """What is learnt from: silences of one world at one time, with whether each was a choice."""

    def __init__(self, archive: Any, truth: dict[tuple[int, int], bool], as_of_us: int | None) -> None:
        store = archive._store
        ingests = store.ingests()
        present = as_of_of(ingests) if as_of_us is None else as_of_us
        found = find(store, ingests, min_hours=LEAST_H, as_of_us=present).gaps
        long = find(store, ingests, min_hours=CONTEXT_H, as_of_us=present).gaps
        judged = judge(store, ingests, found, long, archive.places(), as_of_us=present, models=_NO_MODELS)
        self.silences, self.values = judged.silences, judged.values
        keys = zip(self.silences.mmsi.tolist(), (self.silences.off_us // 1_000_000).tolist(), strict=True)
        self.chosen = np.array([truth.get(key, False) for key in keys], np.float64)
        self.missed = sum(truth.values()) - int(self.chosen.sum())

    def with_history(self, closed: Model, opened: Model) -> dict[str, Floats]:
        """The terms, earlier silences among them, by the models that know none."""
        log_odds = np.where(self.silences.open, opened.log_odds(self.values), closed.log_odds(self.values))
        counted = self.silences.hours > CONTEXT_H
        return self.values | {"history": earlier(self.silences, probability(log_odds), counted)}


def truth_of(world: Path) -> dict[tuple[int, int], bool]:
    """Whether each silence of a generated world was a choice, by MMSI and second of off."""
    table = pacsv.read_csv(world / "truth.csv")
    seconds = [int(ts.timestamp()) for ts in table["off_ts"].to_pylist()]
    return dict(
        zip(
            zip(table["mmsi"].to_pylist(), seconds, strict=True),
            (cause == "switched off" for cause in table["cause"].to_pylist()),
            strict=True,
        )
    )


def cases_of(folder: Path, given: dict[str, Any]) -> list[Case]:
    """The silences of one world at its end, and those that were open at earlier times."""
    like = given["like"]
    settings = {k: v for k, v in given.items() if k != "like"} | {"vessels": VESSELS, "days": DAYS}
    made = worlds.Settings(**(worlds.KINDS_OF_FEED[like] | settings))
    world = folder / f"{made.seed}"
    if not (world / "world.json").is_file():
        worlds.write(worlds.make(made), world)
    archive_path = folder / f"archive-{made.seed}"
    fresh = not archive_path.exists()
    archive = Holdings.at(archive_path, create=True) if fresh else Holdings.at(archive_path)
    if fresh:
        for result in archive.ingest([world / "reports.csv"]):
            if result.error:
                raise RuntimeError(result.error)
        archive.add_places(world / "places.geojson")
    truth = truth_of(world)
    start_us = made.start_s * 1_000_000
    cases = [Case(archive, truth, None)]
    cases += [Case(archive, truth, start_us + day * 86_400_000_000) for day in OPEN_AT_DAYS]
    return cases


def fitted(cases: list[list[Case]]) -> Models:
    """The models of all cases: closed silences of each world's end, open ones of all its times."""
    closed = [(world[0], ~world[0].silences.open) for world in cases]
    opened = [(case, case.silences.open) for world in cases for case in world]

    def one(some: list[tuple[Case, Any]], values: Any, *, closed: bool, history: bool) -> Model:
        together = {
            name: np.concatenate([values(case)[name][which] for case, which in some]) for name in values(some[0][0])
        }
        chosen = np.concatenate([case.chosen[which] for case, which in some])
        return fit(together, chosen, closed=closed, history=history)

    closed_first = one(closed, lambda case: case.values, closed=True, history=False)
    open_first = one(opened, lambda case: case.values, closed=False, history=False)
    cached: dict[int, dict[str, Floats]] = {}

    def history(case: Case) -> dict[str, Floats]:
        if id(case) not in cached:
            cached[id(case)] = case.with_history(closed_first, open_first)
        return cached[id(case)]

    return Models(
        one(closed, history, closed=True, history=True),
        closed_first,
        one(opened, history, closed=False, history=True),
        open_first,
        {},
    )


def main() -> int:
    """Writes `ais_gaps/data/weights.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=Path, help="folder for the worlds; those that are there are used")
    parser.add_argument("--out", type=Path, default=Path(ais_gaps.__file__).parent / "data" / "weights.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as draft:
        folder = given.worlds or Path(draft)
        folder.mkdir(parents=True, exist_ok=True)
        cases = []
        for settings in WORLDS:
            cases.append(cases_of(folder, settings))
            end = cases[-1][0]
            print(
                settings, f"{len(end.chosen):,} silences, {int(end.chosen.sum())} choices", file=sys.stderr, flush=True
            )
        models = fitted(cases)
    said = {
        "origin": {
            "note": "fitted on worlds that python -m ais_gaps.worlds makes: priors, and no facts about the sea",
            "by": "python benchmarks/weights.py",
            "version": ais_gaps.__version__,
            "date": datetime.now(UTC).date().isoformat(),
            "vessels": VESSELS,
            "days": DAYS,
            "least_hours": LEAST_H,
            "silences": sum(len(world[0].chosen) for world in cases),
            "choices": int(sum(world[0].chosen.sum() for world in cases)),
            "worlds": WORLDS,
        }
    }
    for name in ("closed", "closed_first", "open", "open_first"):
        model = getattr(models, name)
        said[name] = {
            "bias": model.bias,
            "slopes": {term: list(slopes) for term, slopes in model.slopes.items()},
            "usual": model.usual,
        }
    given.out.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
