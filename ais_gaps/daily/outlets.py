"""Where a day's list goes: the pages of the site, and the receivers of alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ais_gaps.daily.publish import Build
from ais_gaps.daily.run import Alert
from ais_gaps.holdings import Holdings
from ais_gaps.watchlist.model import Watchlist


def pages(archive: Holdings, base_url: str | None, dossiers: int | None = None) -> Build:
    """Makes the site's pages: those of days (see `site.build`), then those of the vessels on them (`site.vessels`).

    Args:
        archive: whose places are drawn.
        base_url: where the site is served; None where nobody knows.
        dossiers: how many vessels at the newest list's head have their dossier made; None = as `site.vessels` has it.
    """

    def build(site: Path, lists: Iterator[Watchlist]) -> int:
        from ais_gaps.site.publish import put
        from ais_gaps.site.vessels import DOSSIERS

        head = DOSSIERS if dossiers is None else dossiers
        return len(put(archive, site, lists, base_url=base_url, dossiers=head).changed)

    return build


def alerts(archive: Holdings, receivers: Path, base_url: str | None) -> Alert:
    """Tells of a list's changes (see `alerts.run`).

    Args:
        archive: which knows what was told before.
        receivers: the file that says to whom.
        base_url: where the site is served, for links.
    """

    def alert(watchlist: Watchlist, *, last: bool, problems: Sequence[str]) -> tuple[bool, list[str]]:
        from ais_gaps import alerts as sending

        report = sending.run(archive, watchlist, receivers, base_url=base_url, last=last, problems=problems)
        return report.ok, report.lines

    return alert
