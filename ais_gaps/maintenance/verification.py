"""The proof that an archive is as it was written, and that its summaries follow from its reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow.parquet as pq

from ais_gaps import identities
from ais_gaps.errors import ArchiveError
from ais_gaps.maintenance.rebuild import SUMMARIES, restore, resummarise
from ais_gaps.readers.interface import CLAIM_FIELDS
from ais_gaps.reception.counts import added
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.parts import Part, hashed

_UNSORTED = """
    SELECT count(*) FROM (
        SELECT (mmsi, ts, us) < lag((mmsi, ts, us)) OVER (ORDER BY file_row_number) AS wrong
        FROM read_parquet(?, file_row_number = true)
    ) WHERE wrong
"""
_BY_SOURCE = "SELECT source, count(*) AS n FROM stored GROUP BY source"
_FALSE_CLAIMS = f"""
    SELECT count(*) FROM claims WHERE claim <> (md5_number_upper(concat_ws(chr(31),
        {", ".join(f"coalesce({c}::VARCHAR, chr(30))" for c in CLAIM_FIELDS)})) >> 1)::BIGINT
"""  # noqa: S608 - column names are constants of the schema


@dataclass(frozen=True)
class Verification:
    """What was checked and what is wrong.

    Attributes:
        checked: number of files, sources and summaries checked.
        problems: one plain line each; none where all is well.
    """

    checked: int
    problems: list[str]


def verify(store: Store) -> Verification:
    """Checks parts and tables against their hashes, counts against the reports, and summaries against what the reports give.

    Summaries that are missing are computed again from the reports, and said.
    """
    with store.writing():
        ingests, parts = store.ingests(), store.parts()
        problems: list[str] = []
        checked = 0
        hashes = {path: digest for i in ingests for path, digest in i.files.items() if path.endswith(".parquet")}
        for compaction in store.log.compactions():
            hashes |= compaction.files
        for part in parts:
            checked += 1
            problems += _part_problems(store, part, hashes)
        whole = not problems
        for ingest in ingests:
            checked += 1
            problems += _table_problems(store, ingest, whole)
        if whole:
            problems += _count_problems(store, ingests, parts)
            if all(_complete(store, ingest) for ingest in ingests):
                problems += summaries.fold_problems(store, ingests)
                problems += identities.index_problems(store, ingests)
            for ingest in ingests:
                checked += 1
                problems += _summary_problems(store, ingest)
    return Verification(checked, problems)


def _part_problems(store: Store, part: Part, hashes: dict[str, str]) -> Iterator[str]:
    path = store.log.path / part.path
    if not path.is_file():
        yield f"part {part.path} is missing: its {part.rows:,} reports are lost; restore it from a copy"
    elif hashed(path) != hashes.get(part.path):
        yield f"part {part.path} is not as it was written: its SHA-256 differs"
    else:
        rows = pq.read_metadata(path).num_rows
        if rows != part.rows:
            yield f"part {part.path} holds {rows:,} reports, the log says {part.rows:,}"
        if duckdb.execute(_UNSORTED, [str(path)]).fetchall()[0][0]:
            yield f"part {part.path} is not sorted by mmsi and ts"


def _table_problems(store: Store, ingest: Ingest, whole: bool) -> Iterator[str]:
    said = f"source {ingest.source} ({ingest.file})"
    if ingest.rows_read != ingest.rows_kept + ingest.rows_duplicate + ingest.rows_rejected:
        yield f"{said}: rows read are not rows kept, duplicate and rejected"
    try:
        for restored in restore(store, ingest) if whole and not _complete(store, ingest) else []:
            yield f"{said}: {restored.name} was missing and has been computed again from the reports"
    except ArchiveError as error:
        yield str(error)
        return
    for name, digest in ingest.files.items():
        path = store.ingest_file(ingest.id, name)
        compared = whole and name in SUMMARIES  # with what the reports give
        if not name.endswith(".parquet") and not compared and path.is_file() and hashed(path) != digest:
            yield f"{said}: {path.name} is not as it was written: its SHA-256 differs"
    rejects = store.ingest_file(ingest.id, "rejects")
    if rejects.is_file() and pq.read_metadata(rejects).num_rows != ingest.rows_rejected:
        yield f"{said}: the quarantine does not hold the {ingest.rows_rejected:,} rejected rows"
    claims = store.ingest_file(ingest.id, "claims")
    if claims.is_file():
        database = duckdb.connect()
        database.register("claims", pq.read_table(claims))
        wrong = database.execute(_FALSE_CLAIMS).fetchall()[0][0]
        if wrong:
            yield f"{said}: {wrong:,} claims do not have the id that their fields give"


def _complete(store: Store, ingest: Ingest) -> bool:
    return all(store.ingest_file(ingest.id, name).is_file() for name in (*SUMMARIES, "claims", "rejects"))


def _count_problems(store: Store, ingests: list[Ingest], parts: list[Part]) -> Iterator[str]:
    if not parts:
        return
    database = duckdb.connect()
    database.from_parquet([store.part_path(p) for p in parts]).create_view("stored")
    found = dict(database.execute(_BY_SOURCE).fetchall())
    for ingest in ingests:
        if found.pop(ingest.source, 0) != ingest.rows_kept:
            yield f"source {ingest.source} ({ingest.file}): its reports are not the {ingest.rows_kept:,} that were kept"
    if found:
        yield f"there are reports of sources {sorted(found)}, which were never committed"


def _summary_problems(store: Store, ingest: Ingest) -> Iterator[str]:
    """Whether an ingest's summaries are what its reports give. Vessel-days that it only found again are not compared.

    One that was computed again may hold the same rows in another order: only then is its hash another.
    """
    said = f"source {ingest.source} ({ingest.file})"
    for name, fresh in resummarise(store, ingest).items():
        path = store.ingest_file(ingest.id, name)
        if not path.is_file():
            continue
        kept = pq.read_table(path).cast(fresh.schema)
        if name == "peer_hours":
            # They lie there in pieces: what these add up to is compared.
            fresh, kept = added([fresh]), added([kept])
        database = duckdb.connect()
        database.register("fresh", fresh)
        database.register("kept", kept)
        missing, more = (int(database.execute(question).fetchall()[0][0]) for question in _DIFFERENCES)
        if (missing or more) and hashed(path) != ingest.files[name]:
            yield f"{said}: {path.name} is not as it was written: its SHA-256 differs"
        if wrong := max(missing, more * (name in _EXACT)):
            yield f"{said}: {wrong:,} rows of its {name} summary are not what the reports give"


_EXACT = ("ship_cells", "peer_hours")  # of what changed only, so that nothing is there of what was only found again
_DIFFERENCES = tuple(
    f"SELECT count(*) FROM (SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other})"  # noqa: S608 - constants
    for one, other in (("fresh", "kept"), ("kept", "fresh"))
)
