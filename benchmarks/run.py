"""Measures what README says: one command, every figure a ratio or a size within one run.

    python benchmarks/run.py [--vessels N] [--days D] [--work DIR] [--year] [--json]

Generates a fleet, ingests it day by day, and measures ais_gaps against the rivals of `rivals`. Files lie in a folder of
their own below ``--work``, removed at the end: at full size some 5 GB at a time. At full size the table is written to
benchmarks/RESULTS.md; at smaller ones only where ``--results`` says.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.findings import as_json, as_markdown, as_text, machine
from benchmarks.measure import ROOT
from benchmarks.suite import Settings, run

FULL = Settings(vessels=50_000, days=30)
RESULTS = ROOT / "benchmarks" / "RESULTS.md"


def main() -> None:
    """Runs the suite and prints its table."""
    options = _options().parse_args()
    settings = Settings(
        options.vessels, options.days, options.rounds, options.seed, options.year_vessels * options.year
    )
    full = settings.vessels >= FULL.vessels and settings.days >= FULL.days
    results: Path | None = options.results or (RESULTS if full else None)
    if options.work is not None:
        options.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ais_gaps-benchmark-", dir=options.work) as work:
        outcome = run(settings, Path(work), say=_say)
    facts = machine() | outcome.sizes
    print(json.dumps(as_json(outcome.findings, facts), indent=2) if options.json else as_text(outcome.findings))
    if results is not None:
        # Where files lay is this machine's affair; the rest of the command is what makes the figures.
        places = {"--work", "--results", str(options.work), str(options.results)}
        command = " ".join(["python benchmarks/run.py", *(a for a in sys.argv[1:] if a not in places)])
        results.write_text(as_markdown(outcome.findings, facts, command))
        _say(f"written to {results}")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--vessels", type=int, default=FULL.vessels, help="vessels of the fleet (default %(default)s)")
    parser.add_argument("--days", type=int, default=FULL.days, help="days in the archive (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=FULL.rounds, help="runs of which the median is taken")
    parser.add_argument("--seed", type=int, default=FULL.seed)
    parser.add_argument(
        "--year", action="store_true", help="also build a year-old archive and measure its daily update"
    )
    parser.add_argument("--year-vessels", type=int, default=2_000, help="vessels of it (default %(default)s)")
    parser.add_argument(
        "--work", type=Path, help="where the files lie meanwhile (default: the system's temporary folder)"
    )
    parser.add_argument("--results", type=Path, help="where to write the table as Markdown")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
