"""The sheet that a picture is drawn on: axes of the caller or of a new figure, with title, legend and notes around them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Final

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from ais_gaps.pictures.lettering import AS_IT_IS, shown

INK: Final = "#1a1a1a"
FAINT: Final = "#6b6b6b"
SMALL: Final = 7.0
"""Size of the type around the drawing, points."""

WIDTH_IN: Final = 7.2
"""Width of a new figure: two columns of a journal."""

_LONGEST_NOTE: Final = 600
_MOST_LINES: Final = 16
_LETTER: Final = 0.49  # width of a letter of the usual type as a part of its size


class Sheet:
    """Axes, and whether the figure is ours: then the notes go to its foot, else below the axes."""

    def __init__(self, ax: Axes | None, height_in: float, notes: Sequence[str], *, beside_in: float = 0.6) -> None:
        """Takes the caller's axes, or makes a figure.

        Args:
            ax: the caller's axes or None.
            height_in: height of the axes in a new figure, inches; what stands around them comes on top.
            notes: what stands below.
            beside_in: what labels and a colour bar take from the width of a new figure, inches.
        """
        self.own = ax is None
        self._beside_in = beside_in
        self._height_in = height_in
        self._title_lines = 1
        if ax is None:
            import matplotlib.pyplot as plt

            self._lines = _wrapped(notes, WIDTH_IN)
            _, ax = plt.subplots(figsize=(WIDTH_IN, height_in), layout="compressed")
        else:
            self._lines = _wrapped(notes, _size_in(ax)[0])
        self.ax: Axes = ax

    @property
    def size_in(self) -> tuple[float, float]:
        """Width and height of the axes, inches; in a new figure about, as they are laid out when they are drawn."""
        return (WIDTH_IN - self._beside_in, self._height_in) if self.own else _size_in(self.ax)

    def titled(self, title: str) -> None:
        """Writes the title, plain letters only."""
        size = 10.0
        beyond_in = 0.7 if self.own and self._beside_in > 1.0 else 0.0  # above the colour bar
        room = int((self.size_in[0] + beyond_in) * 72.0 / (size * 0.53))
        lines = textwrap.wrap(title, max(room, 24))
        self._title_lines = len(lines)
        self.ax.set_title("\n".join(lines), fontsize=size, loc="left", color=INK, **AS_IT_IS)

    def finished(self, handles: Sequence[Artist], *, below_pt: float = 20.0) -> Axes:
        """Puts the legend and the notes below the axes, and gives the axes.

        Args:
            handles: of the legend, with labels.
            below_pt: where they begin, points below the drawing.
        """
        ax = self.ax
        last: Any = None
        rows = 0
        if handles:
            down = ScaledTranslation(0.0, -below_pt / 72.0, _figure(ax).dpi_scale_trans)
            longest = max(len(str(handle.get_label())) for handle in handles)
            columns = max(1, min(len(handles), int(self.size_in[0] * 72.0 / (longest * SMALL * 0.5 + 36.0))))
            rows = -(-len(handles) // columns)
            last = ax.legend(
                handles=list(handles),
                loc="upper left",
                bbox_to_anchor=(0.0, 0.0),
                bbox_transform=ax.transAxes + down,
                ncols=columns,
                fontsize=SMALL,
                frameon=False,
                borderaxespad=0.0,
                handlelength=2.4,
                columnspacing=1.4,
            )
        if self._lines:
            text = "\n".join(self._lines)
            look = {"fontsize": SMALL, "color": FAINT, "linespacing": 1.25, **AS_IT_IS}
            if self.own:
                _figure(ax).supxlabel(text, x=0.012, ha="left", **look)
            else:
                where: dict[str, Any] = {"xycoords": last or "axes fraction", "textcoords": "offset points"}
                ax.annotate(
                    text,
                    (0.0, 0.0),
                    xytext=(0.0, -4.0 if last else -below_pt),
                    va="top",
                    annotation_clip=False,
                    **where,
                    **look,
                )
        if self.own:
            around_pt = self._title_lines * 13.0 + below_pt + rows * SMALL * 1.7 + len(self._lines) * SMALL * 1.3 + 18.0
            _figure(ax).set_size_inches(WIDTH_IN, self._height_in + around_pt / 72.0)
        return ax


def _figure(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def _size_in(ax: Axes) -> tuple[float, float]:
    box = ax.get_position(original=True)
    width, height = _figure(ax).get_size_inches()
    return max(box.width * width, 0.5), max(box.height * height, 0.5)


def _wrapped(notes: Sequence[str], width_in: float) -> list[str]:
    room = max(int(width_in * 72.0 / (SMALL * _LETTER)), 30)
    lines = [line for note in notes if note.strip() for line in textwrap.wrap(shown(note, _LONGEST_NOTE), room)]
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "…"]
