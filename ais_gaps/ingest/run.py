"""One ingest: a source goes in whole or not at all."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import moments
from ais_gaps.clean import clean
from ais_gaps.errors import ArchiveError
from ais_gaps.ingest.duplicates import duplicates
from ais_gaps.ingest.staging import Staging, beside
from ais_gaps.readers.interface import Reader, ReadOptions
from ais_gaps.readers.source import Source
from ais_gaps.reception.counts import Changes
from ais_gaps.reception.fixes import Fixes
from ais_gaps.schema import PEER_HOURS, SHIP_CELLS, STORED_REPORTS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest
from ais_gaps.store.parts import Part, PartWriter, hashed, sync
from ais_gaps.summary import Lookback, Reports, Summary, summarise

BUCKET_ROWS = 1_000_000
"""Days are sorted into parts together until a part has so many rows: a world's day is a part, a ship's five years are one too."""


@dataclass(frozen=True)
class Progress:
    """How far an ingest is. ``stage``: "waiting for another writer", "reading", "sorting and writing", "committing"."""

    source: str
    stage: str
    rows: int
    seconds: float


@dataclass(frozen=True)
class SourceResult:
    """What became of one source. ``error`` is one plain line where it could not be read; then nothing of it went in."""

    source: str
    sha256: str = ""
    already_known: bool = False
    reader: str = ""
    rows_read: int = 0
    rows_kept: int = 0
    rows_duplicate: int = 0
    rows_rejected: int = 0
    rejected_by_reason: dict[str, int] = field(default_factory=dict)
    first_ts: datetime | None = None
    last_ts: datetime | None = None
    seconds: float = 0.0
    error: str | None = None


def ingest_source(
    store: Store,
    source: Source,
    reader: Reader,
    options: ReadOptions,
    *,
    note: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    lock_timeout_s: float | None = None,
) -> SourceResult:
    """Reads a source into the archive: one commit, or none.

    Args:
        store: the archive.
        source: the file.
        reader: the reader that recognises it.
        options: what the user says about it.
        note: what must be said wherever these data are shown, e.g. that they are a reconstruction.
        on_progress: called often.
        lock_timeout_s: how long to wait for another writer; None = as long as it takes.

    Raises:
        SourceError: the source cannot be read; nothing of it went in.
        ArchiveLocked: another writer did not finish in time.
    """
    begun = time.monotonic()

    def tell(stage: str, rows: int) -> None:
        if on_progress is not None:
            on_progress(Progress(source.name, stage, rows, time.monotonic() - begun))

    with store.writing(on_wait=lambda: tell("waiting for another writer", 0), timeout_s=lock_timeout_s) as work:
        if store.log.holds(source.sha256):
            known = next(i for i in store.ingests() if i.sha256 == source.sha256)
            counts = (known.rows_read, known.rows_kept, known.rows_duplicate, known.rows_rejected)
            span = (moments.at(known.first_us), moments.at(known.last_us))
            return SourceResult(
                source.name, source.sha256, True, known.reader, *counts, {}, *span, time.monotonic() - begun
            )
        now = datetime.now(UTC)
        number = max((i.source for i in store.ingests()), default=0) + 1
        ingest_id = f"{number:08d}-{uuid.uuid4().hex[:8]}"
        staging = Staging(work)
        try:
            for batch in reader.read(source, options):
                staging.take(clean(batch, receiver=options.receiver, now_us=moments.microseconds(now)), number)
                tell("reading", staging.read)
            staging.finish()
            claims, (first_us, last_us) = staging.claims(number), staging.span()
            written = _write(store, staging, number, ingest_id, work, lambda rows: tell("sorting and writing", rows))
        except duckdb.Error as error:
            raise ArchiveError(
                f"{source.name}: it could not be sorted: {' '.join(str(error).split())[:200]}"
            ) from error
        finally:
            staging.close()
        folder = store.ingest_file(ingest_id, "days").parent
        folder.mkdir(parents=True)
        for name in ("rejects", "ship_cells", "peer_hours"):
            (work / f"{name}.parquet").rename(folder / f"{name}.parquet")
        for name, rows in {"claims": claims, **written.summary.tables}.items():
            summaries.write(rows, folder / f"{name}.parquet")
        tables = sorted(folder.iterdir())
        for path in (*tables, folder, store.log.path / "parts"):
            if path.exists():
                sync(path)
        tell("committing", staging.read)
        result = SourceResult(
            source.name,
            source.sha256,
            False,
            reader.name,
            staging.read,
            written.kept,
            staging.read - staging.rejected - written.kept,
            staging.rejected,
            dict(sorted(staging.reasons.items(), key=lambda item: (-item[1], item[0]))),
            moments.at(first_us),
            moments.at(last_us),
            time.monotonic() - begun,
        )
        store.log.commit(
            Ingest(
                ingest_id,
                number,
                source.name,
                source.sha256,
                source.size,
                reader.name,
                reader.provider,
                options.receiver,
                note,
                now.isoformat(),
                result.rows_read,
                result.rows_kept,
                result.rows_duplicate,
                result.rows_rejected,
                first_us,
                last_us,
                {part.path: part.sha256 for part in written.parts} | {path.stem: hashed(path) for path in tables},
            ),
            written.parts,
        )
        return result


@dataclass(frozen=True)
class _Outcome:
    parts: list[Part]
    summary: Summary

    @property
    def kept(self) -> int:
        return sum(part.rows for part in self.parts)


def _write(store: Store, staging: Staging, number: int, stem: str, work: Path, tell: Callable[[int], None]) -> _Outcome:
    """Sorts, deduplicates against the archive, writes the new reports as parts and summarises the vessel-days they touch.

    What it changes in the counts of reception is written below ``work``, slice by slice.
    """
    with (
        summaries.Growing(work / "ship_cells.parquet", SHIP_CELLS) as ship_cells,
        summaries.Growing(work / "peer_hours.parquet", PEER_HOURS) as peer_hours,
    ):
        return _sorted(store, staging, number, stem, ship_cells, peer_hours, tell)


def _sorted(
    store: Store,
    staging: Staging,
    number: int,
    stem: str,
    ship_cells: summaries.Growing,
    peer_hours: summaries.Growing,
    tell: Callable[[int], None],
) -> _Outcome:
    days = staging.days()
    if not len(days):
        return _Outcome([], Summary.joined([]))
    near = [store.part_path(part) for part in beside(store.parts(), days["day"].to_numpy())]
    slices = staging.relate(_buckets(days), near)
    writer = PartWriter(store.log.path, stem)
    found: list[Summary] = []
    carried = Lookback.joined([])
    changes = Changes(number)
    rows = 0
    for _, bucket in groupby(slices, key=attrgetter("bucket")):
        tails: list[Lookback] = []
        for part in bucket:
            table = staging.sorted_rows(part, number)
            table = table.filter(pa.array(~duplicates(table)))
            new = table.filter(pc.invert(table["old"])) if near else table
            writer.write(new.select(STORED_REPORTS.names).cast(STORED_REPORTS.arrow))
            before = staging.lookback_rows(part)
            earlier = Lookback.of(*(before[c].to_numpy() for c in ("mmsi", "us", "receiver")), scattered=True)
            reports = Reports.of(table)
            found.append(summarise(reports, [carried, earlier], seq=number))
            tails.append(reports.tail())
            last = staging.last_rows(part)
            ship_cells.write(changes.of(table, Fixes.none() if last is None else Fixes.of(last)))
            rows += len(table)
            tell(rows)
        writer.close()
        carried = Lookback.joined(tails)
        peer_hours.write(changes.hours())
    return _Outcome(writer.parts, Summary.joined(found))


def _buckets(days: pa.Table) -> pa.Table:
    """Consecutive days taken together until `BUCKET_ROWS` are full: day, bucket."""
    rows, bucket, filled = days["rows"].to_numpy(), [], 0
    number = 0
    for count in rows.tolist():
        if filled and filled + count > BUCKET_ROWS:
            number, filled = number + 1, 0
        bucket.append(number)
        filled += count
    return pa.table({"day": days["day"], "bucket": pa.array(bucket, pa.int32())})
