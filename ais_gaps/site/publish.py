"""The site of an archive: days' lists put into pages, and the pages of the vessels on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ais_gaps.site import vessels
from ais_gaps.site.build import build
from ais_gaps.site.keys import vessel_page
from ais_gaps.watchlist.model import Watchlist
from ais_gaps.watchlists import WITHIN_NM

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings


@dataclass(frozen=True)
class Published:
    """What was done: files whose bytes are new, and the days whose page was made anew."""

    changed: tuple[str, ...]
    days: tuple[date, ...]


def put(
    archive: Holdings,
    folder: Path,
    lists: Iterable[Watchlist],
    *,
    base_url: str | None = None,
    dossiers: int = vessels.DOSSIERS,
) -> Published:
    """Puts lists into a site and makes the pages of their vessels.

    Args:
        archive: which the lists are of. folder: the site's, made if there is none.
        lists: taken one at a time.
        base_url: where the site is served; None where nobody knows.
        dossiers: how many vessels at the newest list's head have their dossier made.

    Raises:
        AisGapsError: something cannot be written or read, with the reason.
    """
    places = archive.places(watched=True).to_pylist()
    days = build(folder, lists, vessel_page=vessel_page, places=places, base_url=base_url)
    pages = vessels.write(folder, archive, dossiers=dossiers)
    return Published(tuple(dict.fromkeys([*days.changed, *pages.changed])), days.made)


def publish(
    archive: Holdings,
    folder: Path,
    day: date | None = None,
    *,
    days: int = 1,
    base_url: str | None = None,
    min_hours: float = 6.0,
    within_nm: float = WITHIN_NM,
    dossiers: int = vessels.DOSSIERS,
) -> Published:
    """Puts the last days of an archive into a site.

    Args:
        archive: the archive. folder: the site's, made if there is none.
        day: the newest day, UTC; None = as of `Archive.watchlist`.
        days: so many days up to it, none before the archive's first.
        base_url, dossiers: as of `put`. min_hours, within_nm: as of `Archive.watchlist`.

    Raises:
        UsageError: impossible values, or an archive without reports.
        AisGapsError: something cannot be written or read, with the reason.
    """
    newest = archive.watchlist(day, min_hours=min_hours, within_nm=within_nm)
    first = archive.watch_days()[0] if archive.watch_days() else newest.day
    others = (newest.day - timedelta(days=n) for n in range(days - 1, 0, -1))
    lists = (archive.watchlist(each, min_hours=min_hours, within_nm=within_nm) for each in others if each >= first)
    return put(archive, folder, chain(lists, [newest]), base_url=base_url, dossiers=dossiers)
