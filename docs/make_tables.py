"""Writes docs/tables.md from the declarations of the tables.

python docs/make_tables.py            write it
python docs/make_tables.py --check    exit 1 if it is not up to date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ais_gaps import schema
from ais_gaps.alerts.columns import STANDINGS, TRIALS, UNDELIVERED
from ais_gaps.evaluation.calibration import CALIBRATIONS
from ais_gaps.evaluation.figures import FIGURES, RELIABILITY
from ais_gaps.evidence import LOOKS, STORED
from ais_gaps.heard import TABLE as TRACK
from ais_gaps.listen.columns import LISTENING
from ais_gaps.place_features import TABLE as PLACES
from ais_gaps.schema import Table
from ais_gaps.vessels import TABLE as VESSELS
from ais_gaps.watch import VERDICTS, WATCHED
from ais_gaps.watchlist.columns import CHANGES, WATCHLIST

PAGE = Path(__file__).parent / "tables.md"
INTRODUCTION = """\
# Tables

Made from the declarations in `ais_gaps/schema.py` and beside what gives each table by `python docs/make_tables.py`; a test
checks that it is up to date.

`archive.sql(query)` and `ais-gaps sql QUERY` see the views `reports`, `gaps` (longer than 6 h), `claims`, `sources`, `rejects`,
`places` and `vessel_days`; `ais-gaps reach` gives `reach`, `ais-gaps reception` gives `reception`, `ais-gaps outages` gives
`outages`, `ais-gaps vessels` gives `vessels found`, and `archive.track` in Python `track`. `evaluation figures` is what
`ais-gaps evaluate` prints as CSV or NDJSON; its JSON holds `reliability` too. `ais-gaps calibrate --show` gives `calibrations`.
`ais-gaps watchlist` gives `watchlist`, with `--show changes` `changes`; `watch` and `watch notes` give `watched` and `verdicts`,
`alerts status` `standings`, with `--undelivered` `undelivered`, `alerts test` `trials`. A null is what is not known or not
available.
"""
ASKED = (
    schema.REPORTS,
    TRACK,
    VESSELS,
    PLACES,
    schema.GAPS,
    schema.REACH,
    schema.RECEPTION,
    schema.OUTAGES,
    WATCHLIST,
    CHANGES,
    WATCHED,
    VERDICTS,
    STANDINGS,
    UNDELIVERED,
    TRIALS,
    FIGURES,
    RELIABILITY,
    CALIBRATIONS,
    schema.CLAIMS,
    schema.SOURCES,
    schema.REJECTS,
)
KEPT = (
    schema.STORED_REPORTS,
    schema.VESSEL_DAYS,
    schema.DAY_GAPS,
    schema.DAY_RUNS,
    schema.SHIP_CELLS,
    schema.PEER_HOURS,
    LISTENING,
)


def page() -> str:
    """The whole page as Markdown."""
    lines = [INTRODUCTION, "## What is asked", "", *_all(ASKED), "## What lies on disk", "", *_all(KEPT)]
    lines += ["## Evidence", "", "Each table is read from a file `TABLE.csv` of a folder.", "", *_all((*STORED, LOOKS))]
    return "\n".join(lines).rstrip("\n") + "\n"


def _all(tables: tuple[Table, ...]) -> Iterator[str]:
    for table in tables:
        yield from (f"### {table.name}", "", f"{table.meaning[0].upper()}{table.meaning[1:]}.", "")
        yield from ("| column | type | unit | meaning |", "| --- | --- | --- | --- |")
        for column in table.columns:
            meaning = column.meaning.replace("|", "\\|")
            yield f"| `{column.name}` | {column.type} | {column.unit} | {meaning} |"
        yield ""


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(
            PAGE.read_text(encoding="utf-8") != page()
            and f"{PAGE.name} is not up to date: run python docs/make_tables.py"
        )
    PAGE.write_text(page(), encoding="utf-8")
