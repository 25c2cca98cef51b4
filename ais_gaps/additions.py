"""What people add to an archive besides reports: places and evidence."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.errors import DataWarning, SourceError
from ais_gaps.readers.source import Source
from ais_gaps.store.archive import Store
from ais_gaps.store.tables import Tables

if TYPE_CHECKING:
    from ais_gaps.evidence import Evidence
    from ais_gaps.evidence.intake import Imported


class Additions:
    """Places and evidence of an archive: read as they were known at a time, and added to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tables = Tables(store.path / "tables")

    def places(
        self, query: str | None = None, *, watched: bool | None = None, as_known: datetime | None = None
    ) -> pa.Table:
        """Places: those shipped with the package and those added to the archive (see `places`).

        Args:
            query: only places of this or a like name, best first.
            watched: only watched ones, or only others.
            as_known: as ever.
        """
        from ais_gaps import places
        from ais_gaps.place_features import PLACES

        own = self._tables.read("places", PLACES, as_known=as_known)
        found = (
            places.combine(own.take(list(range(len(own)))[::-1]), places.shipped()) if len(own) else places.shipped()
        )
        if watched is not None:
            found = found.filter(pc.equal(found["watched"], watched))
        return found if query is None else places.search(found, query)

    def own_places(self, *, as_known: datetime | None = None) -> list[str]:
        """The ids of the places that were added to the archive."""
        from ais_gaps.place_features import PLACES

        ids: list[str] = self._tables.read("places", PLACES, as_known=as_known)["place_id"].to_pylist()
        return ids

    def add_places(self, path: Path | str) -> pa.Table:
        """Adds the features of a GeoJSON file; the places that went in.

        Raises:
            SourceError: the file cannot be read, or holds no usable place; the message gives the reasons.
        """
        from ais_gaps import places

        rows, refused = places.read_places(Path(path))
        if refused and not len(rows):
            raise SourceError(f"{Path(path).name}: no place could be taken: {refused[0]}")
        for reason in refused:
            warnings.warn(f"{Path(path).name}: {reason}", DataWarning, stacklevel=2)
        self._append("places", rows, Source(Path(path)).sha256)
        return rows

    def add_place(
        self,
        name: str,
        lat: float,
        lon: float,
        radius_nm: float,
        *,
        watched: bool = True,
        aliases: Sequence[str] = (),
    ) -> pa.Table:
        """Adds one place by name, point (degrees WGS84) and radius; the row that went in."""
        from ais_gaps import places

        row = places.place_at(name, lat, lon, radius_nm, watched=watched, aliases=aliases)
        self._append("places", row, f"{name}|{lat!r}|{lon!r}|{radius_nm!r}|{watched}|{'|'.join(aliases)}")
        return row

    def evidence(self, *, as_known: datetime | None = None) -> Evidence:
        """The dated observations, events and facts that were added (see `evidence.Evidence`)."""
        from ais_gaps.evidence import kept

        return kept.read(self._tables, places=self.places(as_known=as_known), as_known=as_known)

    def import_evidence(
        self, paths: Iterable[Path | str], *, source: Mapping[str, str] | None = None, seen_on: date | None = None
    ) -> list[Imported]:
        """Adds files of evidence, or those of folders, recognised from their content; what became of each.

        Args:
            paths: files or folders.
            source: publisher, title, url, published of the rows that do not give their own.
            seen_on: the day of a sanctions list's copy.
        """
        from ais_gaps.evidence import content, intake

        ids = self.places()["place_id"].to_pylist()
        with self._store.writing():
            return intake.take_in(self._tables, map(Path, paths), ids, content.Saying(source or {}, seen_on))

    def add_evidence(self, folder: Path | str) -> list[Imported]:
        """Adds a folder's tables of evidence (``TABLE.csv``, see `evidence.TABLES`); a file that is in already is not added twice.

        Raises:
            SourceError: there is none, or one cannot be read.
        """
        from ais_gaps.evidence.read import table_files

        results = self.import_evidence(table_files(Path(folder)))
        for result in results:
            if result.error is not None:
                raise SourceError(result.error)
        return results

    def add_observation(self, given: Mapping[str, Any]) -> pa.Table:
        """Adds one observation by column (`evidence.OBSERVATIONS`); the row as it is in now. UsageError where it is refused."""
        from ais_gaps.evidence import intake

        with self._store.writing():
            obs_id = intake.add_one(self._tables, given)
        rows = self.evidence().observations
        return rows.filter(pc.equal(rows["obs_id"], obs_id))

    def _append(self, name: str, rows: pa.Table, key: str) -> bool:
        with self._store.writing():
            return self._tables.append(name, rows, key=key)
