"""A page in a frame of its own, and what it shows in words."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

from ais_gaps.errors import UsageError
from ais_gaps.plain import plain

_LONGEST_SAID = 1_000
_ALLOWED = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"


@dataclass(frozen=True, repr=False)
class Inline:
    """A figure that a notebook shows.

    Attributes:
        page: a whole HTML document that asks nobody for anything.
        height_px: of the frame that it is shown in, in pixels; its width is that of the notebook's cell.
        said: what it shows, in a sentence or two: for screen readers, and where no HTML can be shown.
    """

    page: str
    height_px: int
    said: str

    def __repr__(self) -> str:
        return self.said

    def _repr_html_(self) -> str:
        """The page in a frame that may run its scripts, save what it offers and open links beside, and cannot reach the notebook.

        It is ASCII: a script that is read in another encoding than UTF-8 is not the one that the page's policy lets run.
        """
        page, said = (
            html.escape(text).encode("ascii", "xmlcharrefreplace").decode() for text in (self.page, self.said)
        )
        return (
            f'<iframe srcdoc="{page}" sandbox="{_ALLOWED}" title="{said}" '
            f'loading="lazy" style="display:block;width:100%;border:0;height:{self.height_px:d}px"></iframe>'
        )

    def save(self, path: Path | str) -> Path:
        """Writes the page to a file, whole or not at all.

        Args:
            path: a file that ends in ``.html``.

        Raises:
            UsageError: it ends otherwise, or its folder is not there.
            OSError: it cannot be written.

        Example:
            >>> archive.gaps("ANGARA").show_map().save(folder / "map.html").name
            'map.html'
        """
        from ais_gaps.export import replaced

        file = Path(path)
        if file.suffix.lower() != ".html":
            raise UsageError(f"{file.name}: this is a page of HTML; name a file that ends in .html")
        with replaced(file) as stream:
            stream.write(self.page.encode())
        return file


def framed(page: str, height_px: int, said: str) -> Inline:
    """A whole page that is there already, such as that of a dossier.

    Args:
        page: an HTML document that asks nobody for anything.
        height_px: of its frame, in pixels.
        said: what it shows, in words; it is put on one line, without controls and bidirectional marks.
    """
    return Inline(page, height_px, plain(said[:_LONGEST_SAID]))
