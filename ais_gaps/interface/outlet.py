"""What goes out of an archive into files for other programs."""

from __future__ import annotations

from pathlib import Path

from ais_gaps.errors import UsageError
from ais_gaps.interface.intake import Intake
from ais_gaps.interface.times import Time, moment


class Outlet(Intake):
    """The part of an archive that writes for other programs; what is in hand already is written by its own ``save``."""

    def export(
        self,
        path: Path | str,
        vessel: str | None = None,
        *,
        what: str = "dossier",
        min_hours: float = 6.0,
        as_of: Time | None = None,
        as_known: Time | None = None,
    ) -> int:
        """Writes what is known of a vessel as ``ais-gaps export`` does; how many features, rows or entities were written.

        Args:
            path: its suffix names the format: .kml, .geojson, .parquet, .csv, .stac.json for looks, .ftm.json for entities.
            vessel: name, IMO, MMSI or call sign; None = looks or entities of the whole archive.
            what: dossier, track, gaps, looks or entities.
            min_hours: threshold of a silence in hours, at least 1.

        Raises:
            UsageError: the suffix names no format, or these do not go together.
            NotFound, Ambiguous: no such vessel, or several.

        Example:
            >>> archive.export(folder / "angara.kml", "ANGARA") > 100
            True
            >>> archive.export(folder / "ships.ftm.json", what="entities") > 10
            True
        """
        from ais_gaps import export

        if what not in list(export.What):
            raise UsageError(f"there is no {what!r} to export: say {', '.join(export.What)}")
        form, wanted = export.form_of(str(path)), export.What(what)
        export.check(wanted, form, vessel)
        with export.replaced(Path(path)) as stream:
            return export.export(
                self._held,
                vessel,
                stream,
                form,
                wanted,
                min_hours=min_hours,
                as_of=moment(as_of),
                as_known=moment(as_known),
            )
