"""What goes into an archive, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from ais_gaps.holdings import Holdings, ReadOptions
from ais_gaps.interface.rows import Rows
from ais_gaps.interface.times import Time, day, moment

Paths = Path | str | Iterable[Path | str]


class Intake:
    """The part of an archive that takes in: files, places, evidence, what to watch, what a person thinks."""

    def __init__(self, held: Holdings) -> None:
        self._held = held

    def __repr__(self) -> str:
        return f"Archive({str(self.path)!r})"

    def _repr_html_(self) -> str:
        from ais_gaps.interface.summary import archive_html

        return archive_html(self._held)

    @property
    def path(self) -> Path:
        """Its folder.

        Example:
            >>> archive.path.is_dir()
            True
        """
        return self._held.path

    def _notes(self) -> tuple[str, ...]:
        return self._held.notes()

    def ingest(
        self,
        paths: Paths,
        *,
        columns: Mapping[str, str] | None = None,
        reader: str | None = None,
        note: str | None = None,
        time_format: str | None = None,
        time_zone: str | None = None,
        sog_unit: str | None = None,
        encoding: str | None = None,
        separator: str | None = None,
        decimal: str | None = None,
        start_time: Time | None = None,
        receiver: str | None = None,
    ) -> Rows:
        """Reads files, folders and zips, one commit a source; what became of each. ``error`` says why one could not be read.

        It names what is missing as the command line calls it: ``--time-zone`` is ``time_zone`` here, and ``--map`` is ``columns``.

        Args:
            paths: a file or folder, or several.
            columns: the file's own column by field, such as ``{"mmsi": "vessel_id", "ts": "time"}`` (``--map``).
            reader: name of a reader; None = recognised from the content.
            note: what must be said wherever these data are shown.
            time_format: strptime format, unix or unix_ms. time_zone: of times without an offset.
            sog_unit: kn, m/s, km/h or 0.1kn. encoding, separator, decimal: of text files.
            start_time: when a source without times starts. receiver: terrestrial or satellite, for rows that do not say it.

        Raises:
            UsageError: impossible values.

        Example:
            >>> lines = ["MMSI,BaseDateTime,LAT,LON,SOG", "273210440,2024-01-01T00:00:00,42.0,131.0,9.5"]
            >>> _ = (folder / "day.csv").write_text("\\n".join(lines))
            >>> mine = ais_gaps.open(folder / "mine", create=True)
            >>> mine.ingest(folder / "day.csv").rows_kept.tolist()
            [1]
        """
        options = ReadOptions(
            mapping=dict(columns or {}),
            time_format=time_format,
            time_zone=time_zone,
            sog_unit=sog_unit,
            encoding=encoding,
            separator=separator,
            decimal=decimal,
            start_time=moment(start_time),
            receiver=receiver,
        )
        results = self._held.ingest(_several(paths), reader=reader, options=options, note=note)
        rows = [
            {"file": result.source, **asdict(result), "rejected_by_reason": _counted(result.rejected_by_reason)}
            for result in results
        ]
        for row in rows:
            del row["source"]
        return Rows.of(pa.Table.from_pylist(rows), "ingested", (), "What became of the sources")

    def sources(self, *, as_known: Time | None = None) -> Rows:
        """What went in, a row a source: rows read = kept + duplicate + rejected.

        Example:
            >>> archive.sources()[["file", "rows_read", "rows_kept"]].shape
            (1, 3)
        """
        return Rows.of(self._held.sources(as_known=moment(as_known)), "sources", (), "Sources")

    def rejects(self, source: str | None = None, *, as_known: Time | None = None) -> Rows:
        """Rows that were not taken, each with its reason and as it stood in the file.

        Args:
            source: file name or SHA-256 of a source; None = all.

        Raises:
            UsageError: no such source.

        Example:
            >>> len(archive.rejects())
            0
        """
        return Rows.of(self._held.rejects(source, as_known=moment(as_known)), "rejects", (), "Rows not taken")

    def add_places(self, path: Path | str) -> Rows:
        """Adds the features of a GeoJSON file; the places that went in.

        Raises:
            SourceError: the file cannot be read, or holds no usable place; the message gives the reasons.

        Example:
            >>> point = {"type": "Point", "coordinates": [130.3, 42.2]}
            >>> pier = {"type": "Feature", "properties": {"name": "Pier 9"}, "geometry": point}
            >>> _ = (folder / "piers.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [pier]}))
            >>> ais_gaps.open(folder / "piers", create=True).add_places(folder / "piers.geojson").name.tolist()
            ['Pier 9']
        """
        return Rows.of(self._held.add_places(path), "places", (), "Places added")

    def add_place(
        self, name: str, lat: float, lon: float, radius_nm: float, *, watched: bool = True, aliases: Sequence[str] = ()
    ) -> Rows:
        """Adds one place by name, point (degrees WGS84) and radius in nautical miles; the row that went in.

        Raises:
            UsageError: it cannot be a place.

        Example:
            >>> mine = ais_gaps.open(folder / "with-a-place", create=True)
            >>> mine.add_place("Pier 9", 42.23, 130.29, 1.0).watched.tolist()
            [True]
        """
        return Rows.of(self._held.add_place(name, lat, lon, radius_nm, watched=watched, aliases=aliases), "places")

    def import_evidence(
        self, paths: Paths, *, source: Mapping[str, str] | None = None, seen_on: Time | None = None
    ) -> Rows:
        """Adds files of evidence, recognised from their content; what became of each.

        Args:
            paths: a file or folder, or several.
            source: publisher, title, url, published of rows that do not give their own.
            seen_on: the day of a sanctions list's copy.

        Raises:
            UsageError: what is said of the source is wrong.

        Example:
            >>> columns = "kind,observed,date_start,date_end,date_precision,place"
            >>> lines = [columns, "vessel,alongside,2023-09-12,2023-09-12,day,Dunai"]
            >>> _ = (folder / "seen.csv").write_text("\\n".join(lines))
            >>> mine = ais_gaps.open(folder / "seen", create=True)
            >>> mine.import_evidence(folder / "seen.csv", source={"publisher": "Mine"}).rows_taken.tolist()
            [1]
        """
        found = self._held.import_evidence(map(Path, _several(paths)), source=source, seen_on=day(seen_on))
        rows = [{**asdict(one), "refused_by_reason": _counted(one.refused_by_reason)} for one in found]
        return Rows.of(pa.Table.from_pylist(rows), "imported", (), "What became of the evidence")

    def watch(self, *wanted: int | str, label: str | None = None, because: str | None = None) -> Rows:
        """Watches ships, owners, lists or areas; the entries as they are in force now.

        Args:
            wanted: IMO numbers, MMSI, names, owners or lists.
            label: what it is called where it is shown; for one entry.
            because: why.

        Raises:
            UsageError: a number is none, or a name cannot be one.
            NotFound: no list of that name; with the nearest.

        Example:
            >>> mine = ais_gaps.open(folder / "watching", create=True)
            >>> mine.watch("ANGARA", because="seen at Rajin").value.tolist()
            ['ANGARA']
        """
        added = self._held.watch(*wanted, label=label, because=because)
        return Rows.of(added.rows, "watched", added.notes, "Watched")

    def watched(self, *, as_known: Time | None = None) -> Rows:
        """What is watched besides the watched places, the oldest first.

        Example:
            >>> len(archive.watched())
            0
        """
        return Rows.of(self._held.watched(as_known=moment(as_known)), "watched", (), "Watched")

    def note(self, gap: str, verdict: str, because: str, *, author: str | None = None) -> Rows:
        """Says what a person thinks of a silence: kept apart from the score, beside all that was said before.

        Args:
            gap: gap_id, or its first digits, at least six.
            verdict: innocent, suspect or confirmed.
            because: the reason.
            author: who says so; None = the login name.

        Raises:
            NotFound, Ambiguous: no such silence, or several.
            UsageError: another word, or no reason.

        Example:
            >>> mine = ais_gaps.demo()
            >>> gap = mine.gaps("ANGARA").gap_id.iloc[0]
            >>> mine.note(gap, "suspect", "seen at Rajin meanwhile", author="me").verdict.tolist()
            ['suspect']
        """
        return Rows.of(self._held.note(gap, verdict, because, author=author), "verdicts", (), "Verdict")

    def verdicts(self, gap: str | None = None, *, as_known: Time | None = None) -> Rows:
        """What people said of silences, the oldest first.

        Args:
            gap: only on this silence, by gap_id or its first digits.

        Raises:
            NotFound, Ambiguous: no such silence, or several.

        Example:
            >>> len(archive.verdicts())
            0
        """
        return Rows.of(self._held.verdicts(gap, as_known=moment(as_known)), "verdicts", (), "Verdicts")


def _several(paths: Paths) -> list[Path | str]:
    return [paths] if isinstance(paths, (str, Path)) else list(paths)


def _counted(reasons: Mapping[str, int]) -> str | None:
    """Reasons with their counts in a line; None where there are none."""
    return "; ".join(f"{count:,} {reason}" for reason, count in reasons.items()) or None
