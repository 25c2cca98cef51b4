"""Who said what, when: the claims of an archive gathered for the search of vessels, with an index that keeps this quick.

The index is what the first ingests give, gathered once; the rest is added when asked. It is only ever a shortcut: its name says
which ingests it holds, and without it the same answer is made from the claims.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ais_gaps.gaps.stitch import newest
from ais_gaps.schema import CLAIMS, CLASSES, DAY_GAPS, VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.vessels import IDENTITIES

LATER_SHARE, LATER_INGESTS = 0.25, 32
"""The index is made anew when so much has come since, in rows of it or in ingests: seldom enough to cost little on the whole."""

_SAYINGS = ("mmsi", "imo", "name", "call_sign", "ship_type", "length", "beam")
_READ = [*_SAYINGS, "ais_class", "first_ts", "last_ts", "n"]
_GROUPED = f"""
    SELECT {", ".join(_SAYINGS)}, max(ais_class) AS ais_class,
        min(first_ts) AS first_ts, max(last_ts) AS last_ts, sum(n)::BIGINT AS n
    FROM said GROUP BY {", ".join(_SAYINGS)} ORDER BY ALL
"""  # noqa: S608 - column names are constants
_HEARD = "SELECT mmsi, min(first_us) AS first_us, max(last_us) AS last_us FROM days GROUP BY mmsi ORDER BY mmsi"


def identities(said: pa.Table, heard: pa.Table) -> pa.Table:
    """One row for each thing that a ship said of itself, and one of nulls for each that said nothing, by mmsi.

    Claims of stations and other craft, and of ships of which no position was ever heard, are left out.

    Args:
        said, heard: as `known` gives them.

    Returns:
        `vessels.IDENTITIES`. ``n`` of those that said nothing is 0: `with_counts` fills it in.
    """
    said = said.filter(pc.is_in(said["mmsi"], value_set=heard["mmsi"].combine_chunks()))
    words = pa.array([c if c != "unknown" else None for c in CLASSES])
    classes = words.take(said["ais_class"].combine_chunks().cast(pa.int32()))
    spoke = pa.table(
        [classes if f.name == "ais_class" else said[f.name].cast(f.type) for f in IDENTITIES], schema=IDENTITIES
    )
    silent = heard.filter(pc.invert(pc.is_in(heard["mmsi"], value_set=said["mmsi"].combine_chunks())))
    facts = {"mmsi": silent["mmsi"], "first_ts": silent["first_us"], "last_ts": silent["last_us"]}
    facts["n"] = pa.repeat(pa.scalar(0, pa.int64()), len(silent))
    nulls = [facts[f.name].cast(f.type) if f.name in facts else pa.nulls(len(silent), f.type) for f in IDENTITIES]
    return pa.concat_tables([spoke, pa.table(nulls, schema=IDENTITIES)]).combine_chunks()


def with_counts(store: Store, ingests: Sequence[Ingest], rows: pa.Table) -> pa.Table:
    """Few identities with the number of position reports of those that said nothing."""
    silent = rows.filter(pc.equal(rows["n"], 0))["mmsi"].to_pylist()
    counts = {}
    for mmsi in silent:
        days = summaries.read(store, ingests, VESSEL_DAYS, within=(mmsi, mmsi))
        counts[mmsi] = pc.sum(newest(days, DAY_GAPS.arrow.empty_table())[0]["positions"]).as_py() or 0
    n = [count or counts[mmsi] for mmsi, count in zip(rows["mmsi"].to_pylist(), rows["n"].to_pylist(), strict=True)]
    return rows.set_column(rows.schema.get_field_index("n"), "n", pa.array(n, pa.int64()))


def refresh(store: Store, ingests: Sequence[Ingest], work: Path) -> None:
    """Makes the index anew where enough has come since. For the writer only."""
    held, before = _newest(store, ingests)
    later = [i for i in ingests if i.source > held]
    rows = sum(pq.read_metadata(store.ingest_file(i.id, "claims")).num_rows for i in later)
    size = 0 if before is None else pq.read_metadata(before / "said.parquet").num_rows
    if not later or (before is not None and rows < LATER_SHARE * size and len(later) < LATER_INGESTS):
        return
    draft = work / "index"
    draft.mkdir()
    for name, table in zip(("said", "heard"), known(store, ingests), strict=True):
        summaries.write(table, draft / f"{name}.parquet")
    folder = store.path / "index"
    folder.mkdir(exist_ok=True)
    draft.rename(folder / f"{ingests[-1].source:08d}")
    for older in folder.iterdir():
        if int(older.name) < held:  # the one before stays for those who are reading it
            shutil.rmtree(older, ignore_errors=True)


def index_problems(store: Store, ingests: Sequence[Ingest]) -> Iterator[str]:
    """Whether the index gives what the claims give, one plain line each."""
    for name, short, long in zip(
        ("said", "heard"), known(store, ingests), known(store, ingests, by_index=False), strict=True
    ):
        if not short.sort_by([(c, "ascending") for c in short.schema.names]).equals(
            long.sort_by([(c, "ascending") for c in long.schema.names])
        ):
            yield f"the index of vessels ({name}) is not what the claims give: remove the folder {store.path / 'index'}"


def known(store: Store, ingests: Sequence[Ingest], *, by_index: bool = True) -> tuple[pa.Table, pa.Table]:
    """What was said and who was heard.

    Args:
        store: the archive.
        ingests: which ingests count, from the first on.
        by_index: whether to take the shortcut.

    Returns:
        Distinct sayings of an MMSI with voyages left out (mmsi, imo, name, call_sign, ship_type, length, beam, ais_class as in
        `CLAIMS`, first_ts, last_ts, n reports), and ships with a position (mmsi, first_us, last_us).
    """
    held, folder = _newest(store, ingests) if by_index else (0, None)
    said = [pq.read_table(folder / "said.parquet", columns=_READ)] if folder else []
    heard = [pq.read_table(folder / "heard.parquet")] if folder else []
    if not folder or held < ingests[-1].source:
        later = [i for i in ingests if i.source > held]
        said.append(summaries.read(store, later, CLAIMS, columns=_READ))
        days = summaries.read(store, later, VESSEL_DAYS, columns=["mmsi", "first_us", "last_us"])
        heard.append(days.filter(pc.is_valid(days["first_us"])))
    if len(said) == 1 and folder:
        return said[0], heard[0]
    database = duckdb.connect()
    database.register("said", pa.concat_tables([t.cast(said[-1].schema) for t in said]))
    database.register("days", pa.concat_tables([t.cast(heard[-1].schema) for t in heard]))
    out = database.sql(_GROUPED).to_arrow_table(), database.sql(_HEARD).to_arrow_table()
    database.close()
    return out


def _newest(store: Store, ingests: Sequence[Ingest]) -> tuple[int, Path | None]:
    """The newest index that holds none but these ingests: the number of its last, and its folder; 0 and None without one."""
    last = ingests[-1].source if ingests else 0
    folder = store.path / "index"
    held = [int(f.name) for f in folder.iterdir() if f.name.isdigit()] if folder.is_dir() else []
    best = max((n for n in held if n <= last), default=0)
    return best, folder / f"{best:08d}" if best else None
