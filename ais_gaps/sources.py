"""What goes into an archive from files, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ais_gaps import moments, readers
from ais_gaps.errors import AisGapsError, UsageError
from ais_gaps.ingest import Progress, SourceResult, ingest_source
from ais_gaps.listen import log as listening_log
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.readers.source import Source, sources
from ais_gaps.schema import REJECTS, SOURCES
from ais_gaps.store import summaries
from ais_gaps.watchlists import Watchlists


class Sources(Watchlists):
    """Files of an archive: read once, and accounted for to the row."""

    def ingest(
        self,
        paths: Iterable[Path | str],
        *,
        reader: str | None = None,
        options: ReadOptions | None = None,
        note: str | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        lock_timeout_s: float | None = None,
    ) -> Iterator[SourceResult]:
        """Reads files, folders and zips, one commit a source. A source that cannot be read is told in its result; others go on.

        Args:
            paths: files or folders.
            reader: name of a reader; None = recognised from the content.
            options: what the user says about the sources.
            note: what must be said wherever these data are shown, e.g. that they are a reconstruction.
            on_progress: called often, with what is going on.
            lock_timeout_s: how long to wait for another writer; None = as long as it takes.
        """
        options = options or ReadOptions()
        for path in paths:
            try:
                found = list(sources(Path(path)))
            except AisGapsError as error:
                yield SourceResult(str(path), error=str(error))
                continue
            for source in found:
                yield self._ingest(source, reader, options, note, on_progress, lock_timeout_s)

    def _ingest(
        self,
        source: Source,
        reader: str | None,
        options: ReadOptions,
        note: str | None,
        on_progress: Callable[[Progress], None] | None,
        lock_timeout_s: float | None,
    ) -> SourceResult:
        try:
            if listening_log.recognises(source):
                return self._take_listening(source)
            chosen = readers.recognise(source, reader, options)
            result = ingest_source(
                self._store, source, chosen, options, note=note, on_progress=on_progress, lock_timeout_s=lock_timeout_s
            )
            if not result.already_known:
                self._refresh_index()
            return result
        except UsageError:
            raise
        except AisGapsError as error:
            return SourceResult(source.name, error=str(error))

    def _refresh_index(self) -> None:
        from ais_gaps import identities

        with self._store.writing() as work:
            identities.refresh(self._store, self._store.ingests(), work)

    def sources(self, *, as_known: datetime | None = None) -> pa.Table:
        """What went in, one row a source (`schema.SOURCES`)."""
        rows = [
            {
                **{c.name: getattr(ingest, c.name, None) for c in SOURCES.columns},
                "ingested_at": datetime.fromisoformat(ingest.ingested_at),
                "first_ts": moments.at(ingest.first_us),
                "last_ts": moments.at(ingest.last_us),
            }
            for ingest in self._store.ingests(as_known=as_known)
        ]
        return pa.Table.from_pylist(rows, schema=SOURCES.arrow)

    def notes(self, *, as_known: datetime | None = None) -> tuple[str, ...]:
        """What must be said wherever the reports are shown, one sentence each, such as that they are a reconstruction."""
        return tuple(dict.fromkeys(i.note for i in self._store.ingests(as_known=as_known) if i.note))

    def rejects(self, source: str | None = None, *, as_known: datetime | None = None) -> pa.Table:
        """Rows that were not taken (`schema.REJECTS`, with the file's name), all or of one source.

        Args:
            source: number or file name of a source.
            as_known: as ever.

        Raises:
            UsageError: no such source.
        """
        ingests = self._store.ingests(as_known=as_known)
        if source is not None:
            ingests = [i for i in ingests if source in (i.file, str(i.source), i.sha256)]
            if not ingests:
                raise UsageError(f"no source {source!r} in this archive; `sources` lists them")
        rows = summaries.read(self._store, ingests, REJECTS)
        files = {i.source: i.file for i in ingests}
        names = pa.array([files[s] for s in rows["source"].to_pylist()], pa.string())
        return rows.add_column(1, "file", names)
