"""The pages of vessels, made anew where what they show is other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ais_gaps.errors import AisGapsError
from ais_gaps.site import assets, ledger
from ais_gaps.site.data import day_file
from ais_gaps.site.files import Written, clear, remove, write_all
from ais_gaps.site.keys import vessel_key
from ais_gaps.site.ledger import Ledger
from ais_gaps.site.vessels import pages
from ais_gaps.site.vessels.choice import DOSSIERS, MOST, chosen
from ais_gaps.site.vessels.held import Held
from ais_gaps.site.vessels.index import INDEX, Index, spans, unspan
from ais_gaps.site.vessels.opinions import Opinions

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings

PAGE, DATA, DOSSIER = "vessel/{}.html", "data/vessel/{}.json", "data/dossier/{}.json"
"""Files of a vessel by her key, relative to the site's root."""

_KEY: Final = re.compile(r"(imo|mmsi)-[0-9]{1,10}")


def write(folder: Path, archive: Holdings, *, dossiers: int = DOSSIERS, most: int = MOST) -> Written:
    """Writes the pages of all vessels that the site's lists or their changes name.

    To be called after `site.build`: the lists are read from the days' data files, and only those of days that are other than at
    the last call. Dossiers are as of the newest list, for the vessels that `choice.chosen` gives; they are made anew when that
    list is made from other sources or tables. The same site and archive give the same bytes, in however many calls.

    Args:
        folder: the site's.
        archive: which the lists are of; it is asked for dossiers and verdicts.
        dossiers: how many vessels at the newest list's head have their dossier made. most: how many dossiers in all.

    Raises:
        AisGapsError: a file cannot be read or written, with the reason.
    """
    try:
        return _Work(Path(folder), archive).run(dossiers, most)
    except OSError as error:
        raise AisGapsError(f"the site in {folder}: {error.strerror or error}") from error


class _Work:
    """One call of `write`."""

    def __init__(self, folder: Path, archive: Holdings) -> None:
        self._folder, self._archive = folder, archive
        self._index = Index.read(folder)
        self._days = _digests(folder)
        self._written = Written()
        self._touched: dict[str, Held] = {}

    def run(self, dossiers: int, most: int) -> Written:
        for name in ("vessel", "data/vessel", "data/dossier", "data"):
            clear(self._folder / name)
        if self._days:
            self._take_in()
            newest = self._list(max(self._days))
            self._pages(newest, chosen(newest["rows"], dossiers, most))
        else:
            self._index = Index()
        self._sweep()
        self._index.days = dict(self._days)
        # Last: this tells the next call what is done.
        self._put(INDEX, self._index.bytes())
        return self._written

    def _take_in(self) -> None:
        """Brings what is held of the vessels up to the days' lists."""
        other = {day for day, digest in self._days.items() if self._index.days.get(day) != digest}
        other |= self._index.days.keys() - self._days.keys()
        for key, known in self._index.vessels.items():
            if other.intersection(unspan(known["days"])):
                self._held(key).drop(other)
        for day in sorted(other & self._days.keys()):
            found = self._list(day)
            for row in found["rows"]:
                self._held(vessel_key(row)).put(row)
            for change in found["changes"]:
                self._held(vessel_key(change)).put_change(change)
        for key in self._index.vessels:
            if not (self._folder / DATA.format(key)).is_file():
                self._held(key)
        self._look_up()
        if self._touched:
            self._announce(other)
        for key, held in self._touched.items():
            if not held.days():
                self._index.vessels.pop(key, None)
                continue
            data = held.bytes()
            self._put(DATA.format(key), data)
            before = self._index.vessels.get(key, {})
            self._index.vessels[key] = held.who() | {
                "days": spans(held.days()),
                "silences": len(held.silences),
                "data": hashlib.sha256(data).hexdigest()[:32],
                "page": before.get("page"),
                "dossier": before.get("dossier"),
            }

    def _announce(self, other: Collection[str]) -> None:
        """Says in the index, before a file is other, whose may be: if this run is killed, the next one goes through them again."""
        for key, held in self._touched.items():
            known = self._index.vessels.setdefault(key, {"key": key, "page": None, "dossier": None})
            known["days"] = spans({*unspan(known.get("days", ())), *held.days()})
        self._index.days = {day: digest for day, digest in self._index.days.items() if day not in other}
        write_all(self._folder, [(INDEX, self._index.bytes())])

    def _held(self, key: str) -> Held:
        """What is held of a vessel so far."""
        if key not in self._touched:
            held = Held(key)
            known = self._index.vessels.get(key)
            if known is not None:
                read = Held.read(self._folder / DATA.format(key), key)
                held = read if read is not None and read.days() == unspan(known["days"]) else self._again(key)
            self._touched[key] = held
        return self._touched[key]

    def _again(self, key: str) -> Held:
        """What is held of a vessel whose file is missing or broken, from the lists."""
        held = Held(key)
        for day in sorted(set(unspan(self._index.vessels[key]["days"])) & self._days.keys()):
            found = self._list(day)
            for row in found["rows"]:
                if vessel_key(row) == key:
                    held.put(row)
            for change in found["changes"]:
                if vessel_key(change) == key:
                    held.put_change(change)
        return held

    def _look_up(self) -> None:
        """Reads the rows that are not the newest of their silences' any more."""
        wanted: dict[str, list[str]] = {}
        for key, held in self._touched.items():
            for day in held.lost():
                wanted.setdefault(day, []).append(key)
        for day, keys in sorted(wanted.items()):
            rows = self._list(day)["rows"]
            for key in keys:
                held = self._touched[key]
                for row in rows:
                    silence = held.silences.get(row["gap_id"])
                    if silence is not None and silence.row is None and vessel_key(row) == key:
                        held.put(row)

    def _pages(self, newest: Mapping[str, Any], full: list[str]) -> None:
        of = pages.Newest(
            date.fromisoformat(newest["day"]),
            newest["as_of"],
            newest["as_known"],
            newest["min_hours"],
            newest["sources"],
        )
        opinions = Opinions(self._archive.verdicts(as_known=of.present[1]))
        wanted = {}
        for key, known in self._index.vessels.items():
            light = key not in full
            digest = self._digest(key, known, opinions, of, light)
            page = self._folder / PAGE.format(key)
            file = self._folder / DOSSIER.format(key)
            whole = page.is_file() and (not known["dossier"] or file.is_file())
            if known["page"] != digest or not whole:
                wanted[key] = digest
        if wanted:
            for key in wanted:
                self._index.vessels[key]["page"] = None
            write_all(self._folder, [(INDEX, self._index.bytes())])  # as in `_announce`
        self._light(wanted.keys() - set(full), opinions, of)
        self._full([key for key in full if key in wanted], opinions, of)
        for key, digest in wanted.items():
            self._index.vessels[key]["page"] = digest

    def _light(self, keys: Iterable[str], opinions: Opinions, of: pages.Newest) -> None:
        for key in sorted(keys):
            self._put(PAGE.format(key), pages.light(self._held(key), opinions, of, assets.names(), None))
            self._index.vessels[key]["dossier"] = None

    def _full(self, keys: list[str], opinions: Opinions, of: pages.Newest) -> None:
        as_of, as_known = of.present
        found = self._archive.dossiers(
            [key.partition("-")[2] for key in keys], min_hours=of.min_hours, as_of=as_of, as_known=as_known
        )
        for key, dossier in zip(keys, found, strict=True):
            held, known = self._held(key), self._index.vessels[key]
            if isinstance(dossier, AisGapsError):
                known["dossier"] = None
                self._put(PAGE.format(key), pages.light(held, opinions, of, assets.names(), str(dossier)))
                continue
            file = DOSSIER.format(key)
            self._put(file, f"{dossier.to_json()}\n".encode())
            self._put(PAGE.format(key), pages.full(held, opinions, of, assets.names(), dossier, file))
            known["dossier"] = of.as_of

    def _digest(self, key: str, known: Mapping[str, Any], opinions: Opinions, of: pages.Newest, light: bool) -> str:
        """Equal for pages that would be equal."""
        said = opinions.on(self._held(key).rows()) if opinions.mmsi().intersection(known["mmsi"]) else []
        question = (of.as_known, of.min_hours) if light else of
        parts = (
            pages.look(),
            known["data"],
            [verdict for verdict, _ in said],
            question,
            sorted(assets.names().items()),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]

    def _sweep(self) -> None:
        """Removes pages and files of vessels that the site has not any more."""
        for form, kept in ((PAGE, "key"), (DATA, "key"), (DOSSIER, "dossier")):
            before, after = form.split("{}")
            for path in sorted((self._folder / before).glob(f"*{after}")):
                key = path.name.removesuffix(after)
                known = self._index.vessels.get(key)
                if _KEY.fullmatch(key) and (known is None or not known[kept]):
                    remove(path)

    def _list(self, day: str) -> dict[str, Any]:
        return _list(self._folder / day_file(date.fromisoformat(day), "json"), self._days[day])

    def _put(self, name: str, data: bytes) -> None:
        self._written += write_all(self._folder, [(name, data)])


def _digests(folder: Path) -> dict[str, str]:
    """The days of the site, each with the digest of its list's file: as the ledger has it, else reckoned."""
    known = Ledger.read(folder).days
    found = {}
    for day, size in ledger.sizes(folder / "data/day", ".json").items():
        of = known.get(day)
        if of is None or of["bytes"] != size:
            of = ledger.held((folder / day_file(day, "json")).read_bytes())
        if of is not None:
            found[day.isoformat()] = str(of["digest"])
    return found


@lru_cache(maxsize=4)
def _list(path: Path, digest: str) -> dict[str, Any]:
    data = path.read_bytes()
    found = ledger.parsed(data)
    if found is None or hashlib.sha256(data).hexdigest() != digest:
        raise AisGapsError(f"{path} is not the list that the site's ledger knows; build the site again")
    return found
