"""What an archive holds, as Arrow tables and models: what commands, pages and the interface for notebooks ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import gaps as gap_finding
from ais_gaps import moments
from ais_gaps.errors import AisGapsError, Ambiguous, NotFound, UsageError
from ais_gaps.ingest import Progress, SourceResult
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.schema import CLAIMS, DAY_GAPS, UTC_US, VESSEL_DAYS
from ais_gaps.sources import Sources
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

    from ais_gaps.dossier import Dossier
    from ais_gaps.dossier.recheck import Recheck
    from ais_gaps.maintenance import Compaction, Verification
    from ais_gaps.views import Views


_NOT_IN_DOSSIERS = ("watched", "verdicts", "listening")
"""Small tables that no dossier reads: what is added to them changes none."""


class Holdings(Sources):
    """All that an archive holds.

    Every question takes ``as_known``: the answer is then what the archive held at that time. In a notebook use `ais_gaps.open`.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._kept_views: tuple[object, Views] | None = None

    @classmethod
    def at(cls, path: Path | str, *, create: bool = False) -> Self:
        """The holdings of the archive at a path.

        Args:
            path: its folder.
            create: make an empty archive where there is none.

        Raises:
            ArchiveError: there is no archive, or it is of another format.
        """
        folder = Path(path)
        return cls(Store.create(folder) if create else Store(folder))

    def __repr__(self) -> str:
        return f"Holdings({str(self.path)!r})"

    @property
    def path(self) -> Path:
        """Its folder."""
        return self._store.path

    def gaps(
        self,
        vessel: str | None = None,
        *,
        min_hours: float = 6.0,
        near: str | None = None,
        within_nm: float | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        open_only: bool = False,
        as_of: datetime | None = None,
        as_known: datetime | None = None,
        superseded: bool = False,
    ) -> pa.Table:
        """Silences longer than ``min_hours`` (`schema.GAPS`), by vessel and time.

        Args:
            vessel: name, IMO, MMSI or call sign of a vessel (of all vessels of just that name); None = the fleet.
            min_hours: threshold in hours, at least 1; a gap is strictly longer.
            near: name of a place: only gaps with off or on near it.
            within_nm: how near, in nautical miles; None = the place's own radius.
            since: only gaps that begin at this time or later.
            until: only gaps that begin before this time.
            open_only: only gaps that last until ``as_of``.
            as_of: the present of the question; later reports are not seen. None = the newest report of the archive.
            as_known: what the archive held at this time.
            superseded: instead, gaps that late data split, shortened or removed, with from when and until when each was believed.

        Raises:
            NotFound, Ambiguous: no such vessel or place, or several.
            UsageError: impossible values.
        """
        if within_nm is not None and near is None:
            raise UsageError("--within-nm needs --near PLACE")
        ingests = self._store.ingests(as_known=as_known)
        mmsi = (
            None if vessel is None else sorted({m for row in self._fleet.meant(vessel, ingests) for m in row["mmsi"]})
        )
        as_of_us = None if as_of is None else moments.microseconds(as_of)
        question = gap_finding.Question(min_hours, mmsi, as_of_us, near, within_nm, superseded=superseded)
        table = self._ask(question, as_known)
        begins = table["off_ts"]
        keep = pc.and_(
            pc.greater_equal(begins, pa.scalar(moments.utc(since or moments.EPOCH), UTC_US)),
            pc.less(begins, pa.scalar(moments.utc(until or moments.NEVER), UTC_US)),
        )
        return table.filter(pc.and_(keep, table["open"]) if open_only else keep)

    def reach(
        self,
        vessel: str | None = None,
        *,
        listed: int = 10,
        straight: bool = False,
        as_known: datetime | None = None,
        **which: Any,
    ) -> pa.Table:
        """Places that silent ships could have called at, by leg and rank (`schema.REACH`; see `reach`).

        Args:
            vessel: as of `gaps`.
            listed: places of a leg at most.
            straight: ways are straight: for generated worlds without a coast.
            as_known: as ever.
            **which: what else `gaps` takes: min_hours, near, within_nm, since, until, open_only, as_of.

        Raises:
            NotFound, Ambiguous, UsageError: as of `gaps`.
        """
        chosen = self.gaps(vessel, as_known=as_known, **which)
        return self.reach_of(chosen, listed=listed, straight=straight, as_of=which.get("as_of"), as_known=as_known)

    def reach_of(
        self,
        gaps: pa.Table,
        *,
        listed: int = 10,
        straight: bool = False,
        as_of: datetime | None = None,
        as_known: datetime | None = None,
    ) -> pa.Table:
        """The same of some silences.

        Args:
            gaps: rows of `schema.GAPS`. as_of: the present of the question. All else as of `reach`.
        """
        from ais_gaps.investigation import reached

        sayings = self._fleet.sayings(self._store.ingests(as_known=as_known))
        return reached(self, gaps, sayings, listed=listed, straight=straight, as_of=as_of, as_known=as_known)

    def track(
        self,
        vessel: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        as_known: datetime | None = None,
    ) -> pa.Table:
        """Every position that was heard of a vessel (`heard.TABLE`), by MMSI and time.

        Args:
            vessel: name, IMO, MMSI or call sign of one vessel.
            since, until: from the one, before the other; None = all.
            as_known: as ever.

        Raises:
            NotFound, Ambiguous: no such vessel, or several.
        """
        from ais_gaps.heard import positions

        found = self._the_one(vessel, as_known)
        return positions(
            lambda query, parameters: self.sql(query, parameters, as_known=as_known),
            self._store,
            self._store.ingests(as_known=as_known),
            found["mmsi"],
            moments.utc(since or moments.EPOCH),
            moments.utc(until or moments.NEVER),
        )

    def silence(self, gap_id: str, *, as_known: datetime | None = None) -> pa.Table:
        """The one silence of an id (`schema.GAPS`, a row).

        Args:
            gap_id: the id, or its first digits, at least six.
            as_known: as ever.

        Raises:
            NotFound, Ambiguous: no such silence, or several.
            UsageError: it can be no id.
        """
        from ais_gaps.watch import silence

        found = self._silence(silence.digits(gap_id), as_known)
        hours = min(6.0, found["duration_h"] / 2) if found["duration_h"] <= 6.0 else 6.0
        of_her = self._ask(gap_finding.Question(max(1.0, hours), [found["mmsi"]]), as_known)
        return of_her.filter(pc.equal(of_her["gap_id"], found["gap_id"]))

    def silent_between(
        self, start: datetime, end: datetime, *, as_of: datetime | None = None, as_known: datetime | None = None
    ) -> pa.Table:
        """The fleet's silences over six hours that begin before ``end`` and are not over by ``start`` (`schema.GAPS`)."""
        during = (moments.microseconds(start), moments.microseconds(end))
        as_of_us = None if as_of is None else moments.microseconds(as_of)
        return self._ask(gap_finding.Question(as_of_us=as_of_us, during_us=during), as_known, judged=False)

    def _ask(self, question: gap_finding.Question, as_known: datetime | None, *, judged: bool = True) -> pa.Table:
        ingests = self._store.ingests(as_known=as_known)
        places = self.places(as_known=as_known)

        def judge(gaps: pa.Table, as_of_us: int, whole: bool) -> pa.Table:
            from ais_gaps.evaluation.calibration import newest
            from ais_gaps.judgement import judgement

            found = newest(self._tables, as_known=as_known)
            calibration = (found.bias, found.slope)
            return judgement(
                self._store, ingests, gaps, places, as_of_us=as_of_us, whole=whole, calibration=calibration
            )

        return gap_finding.ask(
            self._store,
            ingests,
            question,
            sayings=lambda: self._said_by(ingests, question.as_of_us),
            places=places,
            judge=judge if judged else None,
        )

    def dossier(
        self,
        vessel: str,
        *,
        min_hours: float = 6.0,
        as_of: datetime | None = None,
        as_known: datetime | None = None,
    ) -> Dossier:
        """All of it for one vessel: who she is and is not, her silences, what is dated into them, what cannot be told.

        A name that several vessels bear means the one that the archive's evidence speaks of, where that is one only; the dossier
        tells the others apart.

        Raises:
            NotFound: no such vessel; with the nearest names.
            Ambiguous: several.
        """
        (found,) = self.dossiers([vessel], min_hours=min_hours, as_of=as_of, as_known=as_known)
        if isinstance(found, AisGapsError):
            raise found
        return found

    def dossiers(
        self,
        queries: Iterable[str],
        *,
        min_hours: float = 6.0,
        as_of: datetime | None = None,
        as_known: datetime | None = None,
    ) -> Iterator[Dossier | NotFound | Ambiguous]:
        """The dossiers of several vessels, each as `dossier` gives it; what they share is read and reckoned once.

        Args:
            queries: each means one vessel. All else as of `dossier`.

        Returns:
            One for each query, in their order; in the place of a dossier the reason why there is none.
        """
        from ais_gaps.investigation import Inquiry, dossiers

        def gaps(mmsi: list[int]) -> pa.Table:
            as_of_us = None if as_of is None else moments.microseconds(as_of)
            return self._ask(gap_finding.Question(min_hours, mmsi, as_of_us), as_known)

        ingests = self._store.ingests(as_known=as_known)
        return dossiers(
            Inquiry(self, self._sea, min_hours, as_of, as_known),
            queries,
            ingests,
            {
                name: version
                for name, version in self._tables.versions(as_known=as_known).items()
                if name not in _NOT_IN_DOSSIERS
            },
            meant=lambda query: self._the_one(query, as_known),
            about=lambda name: self._fleet.about(name, ingests),
            gaps=gaps,
        )

    def _append(self, name: str, rows: pa.Table, key: str) -> bool:
        self._kept_views = None  # gaps and places in them name places
        return super()._append(name, rows, key)

    def compact(self) -> Compaction:
        """Merges the small parts of closed months, and the summaries of many ingests. No report is lost or changed."""
        from ais_gaps.maintenance import compact

        return compact(self._store)

    def verify(self) -> Verification:
        """Checks every part, table and claim against its hash, and every summary against the reports it was made from."""
        from ais_gaps.maintenance import verify

        return verify(self._store)

    def verify_dossier(self, path: Path | str) -> Recheck:
        """Makes a dossier again from the sources and tables that it states, later ones left out, and says what differs.

        Args:
            path: JSON that `Dossier.to_json` gave.

        Raises:
            SourceError: the file is no dossier of this form.
            NotFound, Ambiguous: the archive has no such vessel, or several.
        """
        from ais_gaps.dossier.again import made_again
        from ais_gaps.dossier.claim import read_claim

        return made_again(self, self._store, self._tables, read_claim(Path(path)))

    def sql(self, query: str, parameters: Sequence[object] = (), *, as_known: datetime | None = None) -> pa.Table:
        """The answer to a SELECT over the views reports, claims, sources, rejects, gaps (longer than 6 h), places and vessel_days.

        Args:
            query: SQL as DuckDB has it; values that come from outside go in ``parameters`` as ``?``.
            parameters: bound values.
            as_known: as ever.

        Raises:
            UsageError: the query is wrong.
        """
        try:
            return self._views(as_known).sql(query, parameters)
        except UsageError:
            self._kept_views = None
            raise

    def relation(
        self, query: str, parameters: Sequence[object] = (), *, as_known: datetime | None = None
    ) -> DuckDBPyRelation:
        """The same as a relation of DuckDB, which is asked when it is looked at, and can be asked further.

        Raises:
            UsageError: the query is wrong.
        """
        return self._views(as_known).relation(query, parameters)

    def _views(self, as_known: datetime | None) -> Views:
        """The views, kept for the next question about the same ingests: opening them costs more than most answers."""
        from ais_gaps import views
        from ais_gaps.evaluation.calibration import CALIBRATIONS

        ingests = self._store.ingests(as_known=as_known)
        parts = [self._store.part_path(part) for part in self._store.parts()]
        kept = len(self._tables.read(CALIBRATIONS.name, CALIBRATIONS.arrow, as_known=as_known))
        key = (ingests[-1].source if ingests else 0, tuple(parts), kept)
        if self._kept_views is None or self._kept_views[0] != key:
            tables: dict[str, Callable[[], pa.Table]] = {
                "claims": lambda: summaries.read(self._store, ingests, CLAIMS),
                "rejects": lambda: self.rejects(as_known=as_known),
                "sources": lambda: self.sources(as_known=as_known),
                "gaps": lambda: self.gaps(as_known=as_known),
                "places": lambda: self.places(as_known=as_known),
                "vessel_days": lambda: gap_finding.newest(
                    summaries.read(self._store, ingests, VESSEL_DAYS), DAY_GAPS.arrow.empty_table()
                )[0],
            }
            self._kept_views = (key, views.connect(parts, key[0], tables))
        return self._kept_views[1]


__all__ = ["Holdings", "Progress", "ReadOptions", "SourceResult"]
