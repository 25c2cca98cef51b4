"""What people watch in an archive besides the watched places, and what they say of its silences."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import moments
from ais_gaps.errors import NotFound
from ais_gaps.gaps import as_of_of
from ais_gaps.ships import Ships

if TYPE_CHECKING:
    from ais_gaps.watch.entry import Asked
    from ais_gaps.watch.record import Added


class Watching(Ships):
    """Entries and verdicts of an archive: rows are added, none is ever changed."""

    def watch(
        self,
        *wanted: Asked | int | str,
        label: str | None = None,
        because: str | None = None,
        author: str | None = None,
        at: datetime | None = None,
    ) -> Added:
        """Watches ships, owners, lists or areas. What is watched already is not added again. All is checked before any goes in.

        Args:
            wanted: what: numbers and names as they are; anything else as `watch.Asked`.
            label: what it is called where it is shown; for one entry.
            because: why. author: who says so; None = the login name.
            at: when it is said; None = now.

        Raises:
            UsageError: a number is none, a name or area cannot be one, or ``at`` lies before what was said of the entry earlier.
            NotFound: no list of that name; with the nearest.
            SourceError: a file of an area cannot be read or holds none.
        """
        from ais_gaps.watch import entries, entry, record

        evidence = self.evidence()
        asked = record.labelled(entry.read(wanted, evidence), label)
        sayings = self._said_by(self._store.ingests(), None)
        with self._store.writing():
            log = self._log()
            new = record.rows(asked, log, because=because, author=author, at=at)
            self._put("watched", new)
        standing = entries.in_force(pa.concat_tables([log, new]))
        return record.added(asked, standing, new, evidence, sayings)

    def watched(self, *, as_known: datetime | None = None) -> pa.Table:
        """What is watched besides the watched places: the entries in force (`watch.WATCHED`), the oldest first."""
        from ais_gaps.watch import entries

        return entries.in_force(self._log(as_known))

    def unwatch(
        self, entry: str, *, because: str | None = None, author: str | None = None, at: datetime | None = None
    ) -> pa.Table:
        """Ends the watch on an entry; the row that says so. What was watched before is still told by ``as_known``.

        Args:
            entry: its id or the first digits of it, or its value or label.
            because, author, at: as of `watch`.

        Raises:
            NotFound, Ambiguous: no such entry, or several.
            UsageError: ``at`` lies before what was said of the entry earlier.
        """
        from ais_gaps.watch import entries, record

        with self._store.writing():
            log = self._log()
            found = entries.meant_by(entries.in_force(log), entry)
            row = record.ending(found, log, because=because, author=author, at=at)
            self._put("watched", row)
        return row

    def note(
        self, gap: str, verdict: str, because: str, *, author: str | None = None, at: datetime | None = None
    ) -> pa.Table:
        """Says what a person thinks of a silence; the row that went in (`watch.VERDICTS`). Earlier verdicts stay beside it.

        Args:
            gap: gap_id of a silence, or its first digits, at least six.
            verdict: innocent, suspect or confirmed. because: the reason.
            author: who says so; None = the login name.
            at: when it is said; None = now.

        Raises:
            NotFound, Ambiguous: no such silence, or several.
            UsageError: another word, no reason, nobody who says it, or ``at`` lies before an earlier verdict on the ship.
        """
        from ais_gaps.watch import opinion, silence

        held = opinion.of(verdict, because, author)
        found = self._silence(silence.digits(gap), None)
        until = found["on_ts"] or moments.at(as_of_of(self._store.ingests()))
        with self._store.writing():
            row = opinion.row(held, found, until, self.verdicts(), at)
            self._put("verdicts", row)
        return row

    def verdicts(self, gap: str | None = None, *, as_known: datetime | None = None) -> pa.Table:
        """What people said of silences (`watch.VERDICTS`), oldest first.

        Args:
            gap: only on this silence, by gap_id or its first digits: then with ``earlier_form``, whether it was said before late
                data gave the silence the id that it has. One that late data took back is found by the id that it had.
            as_known: as ever.

        Raises:
            NotFound, Ambiguous: no such silence, or several.
        """
        from ais_gaps.watch import silence, verdicts
        from ais_gaps.watch.columns import VERDICTS

        rows = verdicts.ordered(self._tables.read(VERDICTS.name, VERDICTS.arrow, as_known=as_known))
        if gap is None:
            return rows
        wanted = silence.digits(gap)
        try:
            found = self._silence(wanted, as_known)
        except NotFound:
            of_id = rows.filter(pc.starts_with(rows["gap_id"], wanted))
            if not len(of_id):
                raise
            return of_id.append_column("earlier_form", pa.array([True] * len(of_id)))
        return verdicts.on(pa.Table.from_pylist([found], schema=verdicts.OF_GAP), rows)

    def _silence(self, wanted: str, as_known: datetime | None) -> dict[str, Any]:
        from ais_gaps.watch import silence

        ingests = self._store.ingests(as_known=as_known)
        sayings, places = self._said_by(ingests, None), self.places(as_known=as_known)
        return silence.the_one(self._store, ingests, sayings, places, wanted)

    def _log(self, as_known: datetime | None = None) -> pa.Table:
        from ais_gaps.watch.columns import WATCHED

        return self._tables.read(WATCHED.name, WATCHED.arrow, as_known=as_known)

    def _put(self, name: str, rows: pa.Table) -> None:
        if len(rows):
            first = rows.slice(0, 1).to_pylist()[0]
            self._tables.append(name, rows, key=f"{next(iter(first.values()))}|{first['at'].isoformat()}")
