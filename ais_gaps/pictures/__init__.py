"""Pictures of tracks, silences and reception for papers and reports, drawn with matplotlib.

Each function takes a `pandas.DataFrame` with the documented columns (docs/tables.md), a `pyarrow.Table`, or anything with
``__arrow_c_stream__``, and gives the axes. Without `ax` a pyplot figure is made; with it no pyplot state is touched.
What is null is drawn as unknown: hatched or hollow, or left out and counted below the picture. `notes`, and those of the
rows themselves, stand there too, so that a reconstruction says that it is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["durations", "gaps", "reception", "timeline", "track"]


def track(
    track: Any, gaps: Any = None, *, ax: Axes | None = None, notes: Sequence[str] = (), places: Any = None
) -> Axes:
    """Where a vessel was heard, on a map: a line, parted at silences, over which a dashed line joins off and on.

    Between reports that are farther apart than a ship gets (`summary.kernel.JUMP_KN`) there is no line either.

    Args:
        track: reports of one vessel: `ts` (UTC), `lat`, `lon` (degrees WGS84); `mmsi`, `track` and `name` where there are any.
        gaps: silences of `schema.GAPS`; those of other vessels are left out. Silences over 6 h are found in the reports anyway.
        ax: axes to draw on; None = a new pyplot figure. Legend and notes stand below: ``layout="constrained"`` makes room.
        notes: sentences below the picture, before those that the rows carry.
        places: places with `name`, `lat`, `lon` to be named on the map.

    Raises:
        MissingExtra: matplotlib is not installed.
        UsageError: a column is missing.

    Example:
        >>> axes = pictures.track(archive.track("ANGARA"), archive.gaps("9179842"))
        >>> axes.figure.savefig(folder / "track.pdf")
    """
    _needed()
    from ais_gaps.pictures.heard import draw

    return draw(track, gaps, ax, notes, places)


def reception(cells: Any, *, ax: Axes | None = None, notes: Sequence[str] = ()) -> Axes:
    """How well ships are heard, on a map: cells coloured by `estimate`; hatched where too few ships tell.

    Args:
        cells: rows of `schema.RECEPTION`. Of several kinds of receiver one is drawn: any, else the first.
        ax, notes: as of `track`.

    Raises:
        MissingExtra, UsageError: as of `track`.

    Example:
        >>> pictures.reception(archive.reception()).get_title(loc="left")
        'How well ships were heard by any receiver...'
    """
    _needed()
    from ais_gaps.pictures.hearing import draw

    return draw(cells, ax, notes)


def timeline(gaps: Any, *, observations: Any = None, ax: Axes | None = None, notes: Sequence[str] = ()) -> Axes:
    """When vessels were silent: a row a vessel, bars shaded by `p_switched_off`, hatched where that is null.

    Args:
        gaps: rows of `schema.GAPS`. Of more than 40 vessels those with the longest silences are drawn.
        observations: rows of evidence (`date_start`, `date_end`, `ts`, `kind`, `vessel_imos`, `vessel_mmsis`). Those that tell
            a vessel by number stand in her row; ships without a name and looks that saw nothing stand in rows of their own.
        ax, notes: as of `track`.

    Raises:
        MissingExtra, UsageError: as of `track`.

    Example:
        >>> pictures.timeline(archive.gaps("ANGARA"), observations=archive.evidence("ANGARA")).figure.savefig(folder / "time.svg")
    """
    _needed()
    from ais_gaps.pictures.dated import draw

    return draw(gaps, observations, ax, notes)


def gaps(gaps: Any, *, ax: Axes | None = None, notes: Sequence[str] = ()) -> Axes:
    """Where silences began and ended, on a map: sized by duration, coloured by `p_switched_off`, hollow where that is null.

    Args:
        gaps: rows of `schema.GAPS`.
        ax, notes: as of `track`.

    Raises:
        MissingExtra, UsageError: as of `track`.

    Example:
        >>> pictures.gaps(archive.gaps()).figure.savefig(folder / "gaps.png", dpi=200)
    """
    _needed()
    from ais_gaps.pictures.spots import draw

    return draw(gaps, ax, notes)


def durations(gaps: Any, *, ax: Axes | None = None, notes: Sequence[str] = ()) -> Axes:
    """How long silences last, counted in bins of a logarithmic axis, parted by `p_switched_off`: 0.5 or more, less, unknown.

    Args:
        gaps: rows of `schema.GAPS`. Open ones count with the hours that they have lasted so far, which is said below.
        ax, notes: as of `track`.

    Raises:
        MissingExtra, UsageError: as of `track`.

    Example:
        >>> pictures.durations(archive.gaps(min_hours=2)).get_xscale()
        'log'
    """
    _needed()
    from ais_gaps.pictures.lasting import draw

    return draw(gaps, ax, notes)


def _needed() -> None:
    from ais_gaps.extras import need

    need("matplotlib", "plot")
