"""Answers of more than one table, as they show themselves in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ais_gaps import outages as outages_of
from ais_gaps import reception as reception_of
from ais_gaps.dossier import model as dossier_of
from ais_gaps.interface.rows import Rows
from ais_gaps.schema import GAPS
from ais_gaps.watchlist import model as watchlist_of

if TYPE_CHECKING:
    from ais_gaps.inline import Inline

_PAGE_PX = 900


def _values(of: Any) -> dict[str, Any]:
    return {field.name: getattr(of, field.name) for field in fields(of)}


@dataclass(frozen=True)
class Dossier(dossier_of.Dossier):
    """All of it for one vessel. In a notebook it shows its page: the same that ``investigate --html`` writes."""

    @classmethod
    def of(cls, dossier: dossier_of.Dossier) -> Dossier:
        """The same dossier."""
        return cls(**_values(dossier))

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands at its head, one sentence each.

        Example:
            >>> len(archive.dossier("ANGARA").notes) > 0
            True
        """
        return tuple(statement.text for statement in self.banner)

    @property
    def gaps(self) -> Rows:
        """Her silences (columns of `schema.GAPS`).

        Example:
            >>> archive.dossier("ANGARA").gaps.about.kind
            'gaps'
        """
        rows = [dict(silence.gap) for silence in self.silences]
        return Rows.of(pa.Table.from_pylist(rows, schema=GAPS.arrow), "gaps", self.notes, self.title)

    def html(self) -> str:
        """The page, whole: it needs no network and no other file.

        Example:
            >>> archive.dossier("ANGARA").html().startswith("<!doctype html>")
            True
        """
        from ais_gaps.report.page import render

        return render(self)

    def save(self, path: Path | str) -> Path:
        """Writes the page (.html) or the dossier as JSON (.json); a file that is there is replaced.

        Raises:
            UsageError: another suffix.

        Example:
            >>> archive.dossier("ANGARA").save(folder / "angara.html").name
            'angara.html'
        """
        from ais_gaps.errors import UsageError
        from ais_gaps.export import replaced

        path = Path(path)
        if path.suffix not in (".html", ".json"):
            raise UsageError(f"{path.name}: a dossier is written as .html or .json")
        with replaced(path) as stream:
            stream.write((self.html() if path.suffix == ".html" else self.to_json()).encode())
        return path

    def show(self, height_px: int = _PAGE_PX) -> Inline:
        """The page as a notebook shows it, at a height.

        Example:
            >>> archive.dossier("ANGARA").show(400).height_px
            400
        """
        from ais_gaps.inline import framed

        return framed(self.html(), height_px, f"The dossier of {self.title}.")

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()

    def __repr__(self) -> str:
        return f"Dossier of {self.title}: {len(self.silences)} silences"


@dataclass(frozen=True)
class Watchlist(watchlist_of.Watchlist):
    """What deserves a look on a day. In a notebook it shows its silences, what changed, and what heard nobody."""

    @classmethod
    def of(cls, found: watchlist_of.Watchlist) -> Watchlist:
        """The same list."""
        return cls(**_values(found))

    @property
    def table(self) -> Rows:
        """Its silences, the most worth a look first (`watchlist.columns.WATCHLIST`).

        Example:
            >>> archive.watchlist().table.about.kind
            'watchlist'
        """
        return Rows.of(self.rows, "watchlist", self.notes, f"Watchlist of {self.day.isoformat()}")

    @property
    def changed(self) -> Rows:
        """What is other than on the list of the day before, and what late data took back (`watchlist.columns.CHANGES`).

        Example:
            >>> archive.watchlist("2023-08-10").changed.about.kind
            'changes'
        """
        return Rows.of(self.changes, "changes", self.notes, f"What changed on {self.day.isoformat()}")

    def _repr_html_(self) -> str:
        from ais_gaps.interface.pages import watchlist_html

        return watchlist_html(self)

    def __repr__(self) -> str:
        return f"Watchlist of {self.day.isoformat()}: {self.rows.num_rows} silences, {self.changes.num_rows} changes"


@dataclass(frozen=True)
class Reception(reception_of.Reception):
    """How well ships were heard, cell by cell. In a notebook it shows its map."""

    @classmethod
    def of(cls, found: reception_of.Reception) -> Reception:
        """The same."""
        return cls(**_values(found))

    @property
    def table(self) -> Rows:
        """A row a cell (`schema.RECEPTION`).

        Example:
            >>> archive.reception().table.about.kind
            'reception'
        """
        from ais_gaps.reception import words

        return Rows.of(self.cells, "reception", self.notes, words.title(self))

    def show(self) -> Inline:
        """The map of the cells.

        Example:
            >>> archive.reception().show().height_px > 0
            True
        """
        return self.table.show_map()

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()

    def __repr__(self) -> str:
        from ais_gaps.reception import words

        return f"{words.title(self)}: {self.cells.num_rows} cells"


@dataclass(frozen=True)
class Outages(outages_of.Outages):
    """Hours in which receivers heard nobody. In a notebook it shows its rows."""

    @classmethod
    def of(cls, found: outages_of.Outages) -> Outages:
        """The same."""
        return cls(**_values(found))

    @property
    def table(self) -> Rows:
        """A row an outage (`schema.OUTAGES`).

        Example:
            >>> archive.outages().table.about.kind
            'outages'
        """
        return Rows.of(self.rows, "outages", self.notes, "Outages of receivers")

    def _repr_html_(self) -> str:
        from ais_gaps.interface.pages import outages_html

        return outages_html(self)

    def __repr__(self) -> str:
        return f"Outages: {self.rows.num_rows}"
