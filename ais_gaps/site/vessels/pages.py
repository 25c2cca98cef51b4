"""The page of a vessel: what the lists hold of her, alone or under her dossier."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, Final

from markupsafe import Markup

from ais_gaps.dossier import Dossier
from ais_gaps.report.page import SCRIPTS, STYLES, Beside, render_beside
from ais_gaps.site import frame, rows
from ais_gaps.site.assets import Assets
from ais_gaps.site.vessels.held import Held
from ais_gaps.site.vessels.opinions import Opinions
from ais_gaps.site.vessels.telling import told

MOST_DAYS: Final = 8
"""Days of a silence that are named at once; the others unfold."""

ROOT: Final = "../"


@dataclass(frozen=True)
class Newest:
    """The newest list of the site, which pages must agree with.

    Attributes:
        day: its day. as_of: the present of the dossiers, as the list states it. as_known: likewise; null = everything.
        min_hours: silences longer than this. sources: what it was made from.
    """

    day: date
    as_of: str
    as_known: str | None
    min_hours: float
    sources: str

    @property
    def present(self) -> tuple[datetime, datetime | None]:
        """The present of the question, and what the archive held at that time."""
        known = None if self.as_known is None else datetime.fromisoformat(self.as_known)
        return datetime.fromisoformat(self.as_of), known


def light(held: Held, opinions: Opinions, newest: Newest, assets: Assets, problem: str | None) -> bytes:
    """Her page without a dossier.

    Args:
        held: what the lists hold of her. opinions: what people said. newest: the newest list.
        assets: where styles and scripts lie.
        problem: why no dossier could be made, where one was to be.
    """
    who = held.who()
    title = _title(who)
    return frame.page(
        "vessel.html",
        assets,
        root=ROOT,
        section="vessel",
        title=f"{title}: dark-ship watchlist",
        styles=("site.css", "vessel.css"),
        scripts=("site.js",),
        heading=title,
        problem=problem,
        command=command(held.key, newest),
        **_context(held, who, opinions),
    )


def full(held: Held, opinions: Opinions, newest: Newest, assets: Assets, dossier: Dossier, file: str) -> bytes:
    """Her page with her dossier.

    Args:
        dossier: as of the newest list. file: where it lies as JSON, from the site's root. All else as of `light`.
    """
    template = frame.environment().get_template("vessel_lists.html")
    lists = template.render(**_context(held, held.who(), opinions), root=ROOT)
    beside = Beside(
        styles=tuple(ROOT + assets[name] for name in (*STYLES, "vessel.css")),
        scripts=tuple(ROOT + assets[name] for name in SCRIPTS),
        policy=frame.POLICY,
        dossier=ROOT + file,
        ways=tuple((label, ROOT + address) for _, label, address in frame.SECTIONS),
        land=ROOT + assets["land"] + "/",
        said=(f"This is her whole dossier, made for the list of {newest.day}.",),
        also=("lists", "On the lists of this site", Markup(lists)),
    )
    return render_beside(dossier, beside).encode()


def command(key: str, newest: Newest) -> str:
    """What prints her dossier. As of the archive's newest report, so that the page does not hang on the day it was made."""
    words = ["ais-gaps", "--archive", "DIR", "investigate", key.partition("-")[2]]
    if newest.as_known is not None:
        words += ["--as-known", newest.as_known]
    if newest.min_hours != 6.0:
        words += ["--min-hours", f"{newest.min_hours:g}"]
    return shlex.join([*words, "--html", f"{key}.html"])


@cache
def look() -> str:
    """Hash of what pages of vessels are made with: another version makes them anew."""
    digest = hashlib.sha256(frame.PROGRAM.encode())
    folders = [
        ("ais_gaps.site", ("", "templates", "static", "vessels", "data")),
        ("ais_gaps.report", ("",)),
        ("ais_gaps.report.page", ("", "templates", "static")),
    ]
    for package, parts in folders:
        for part in parts:
            for file in sorted((resources.files(package) / part).iterdir(), key=lambda file: file.name):
                if file.name.endswith((".py", ".html", ".css", ".js")):
                    digest.update(file.read_bytes())
    return digest.hexdigest()


def _context(held: Held, who: Mapping[str, Any], opinions: Opinions) -> dict[str, Any]:
    own = held.rows()
    said = opinions.on(own)
    return {
        "who": who,
        "listed": held.listed(),
        "told": [
            told(row, held.silences[row["gap_id"]].days, tuple(verdict for verdict, of in said if of is row))
            for row in own
        ],
        "changes": _changes(held),
        "most": MOST_DAYS,
        "percent": rows.percent,
        "file": f"data/vessel/{held.key}.json",
    }


def _changes(held: Held) -> Sequence[Mapping[str, Any]]:
    """The newest first; of one day in the order of silences."""
    found = sorted(held.changes, key=lambda one: (one["gap_id"], one["kind"], one["text"]))
    return sorted(found, key=lambda one: str(one["day"]), reverse=True)


def _title(who: Mapping[str, Any]) -> str:
    number = f"IMO {who['imo']}" if who["imo"] is not None else f"MMSI {who['mmsi'][0]}"
    return f"{who['names'][0]}, {number}" if who["names"] else f"A vessel without a name, {number}"
