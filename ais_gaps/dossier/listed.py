"""Which sanctions lists name her, and which did when a silence of hers began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from ais_gaps.dossier import wording
from ais_gaps.dossier.identity import imo_of
from ais_gaps.dossier.model import Statement
from ais_gaps.dossier.wording import Row
from ais_gaps.evidence import Evidence
from ais_gaps.evidence.listings import Match, in_force, later_copies_without, matches

_FELLOWS: Final = 6  # ships of the same company that are named
_OTHERS: Final = 3  # rows of other ships of her name, or that may mean her, that are told


class Listed:
    """The rows of lists that are about a ship, and those that may be or are not."""

    def __init__(self, vessel: Row, entry: Row | None, evidence: Evidence) -> None:
        self.imo = imo_of(vessel, entry)
        names = [vessel["name"], *(vessel["former_names"] or ()), entry and entry["name"]]
        found = matches(
            evidence.listings,
            imo=self.imo,
            mmsi=vessel["mmsi"],
            call_signs=[call for call in vessel["call_signs"] or () if call],
            names=[name for name in names if name],
        )
        self._evidence = evidence
        self._hers = sorted((match for match in found if match.certain), key=_by_date)
        self._others: Sequence[Match] = [match for match in found if not match.certain]

    def statements(self) -> tuple[Statement, ...]:
        """The lists that name her, the ships listed with the same company, and how far that goes."""
        said = [_listing(match) for match in self._hers]
        companies = {match.row["linked_to"] for match in self._hers} - {None}
        fleet = self._evidence.fleet.to_pylist()
        fellows = [row for row in fleet if row["linked_to"] in companies and row["imo"] != self.imo]
        if fellows:
            names = wording.listing([row["name"] for row in fellows[:_FELLOWS]])
            if len(fellows) > _FELLOWS:
                names = f"{len(fellows)} ships, among them {names}"
            text = f"Listed with {wording.listing(sorted(companies))} as well: {names}."
            said.append(Statement(text, tuple(f"OFAC {row['ofac_uid']}" for row in fellows)))
        if not self._hers:
            said.append(Statement("The listings at hand do not name her. That is no check against the lists in force."))
        said += [
            Statement(f"{_list(other.row)} has {other.row['name']}. {other.text}", (other.row["listing_id"],))
            for other in self._others[:_OTHERS]
        ]
        if len(self._others) > _OTHERS:
            rest = tuple(other.row["listing_id"] for other in self._others[_OTHERS:])
            said.append(
                Statement(f"{len(rest)} more rows of lists bear a name or number of hers and are not hers.", rest)
            )
        return tuple(said)

    def when(self, start: date, end: date | None) -> tuple[Statement, ...]:
        """What each list says of the day on which a silence began, and of the rest of it."""
        said = []
        for match in self._hers:
            absent = later_copies_without(self._evidence.listings, match.row)
            yes, words = in_force(match.row, start, end, absent_on=absent)
            known = {True: "Listed when it began", False: "Not listed when it began", None: "Whether listed then"}[yes]
            tail = f"{words}." if yes is not None else f"cannot be told: {words}."
            said.append(Statement(f"{known}, {_list(match.row)}: {tail}", (match.row["listing_id"],)))
        return tuple(said)


def _by_date(match: Match) -> tuple[str, str]:
    return str(match.row["listed_on"]), match.row["listing_id"]


def _list(row: Row) -> str:
    return " ".join(part for part in (row["authority"], row["list"] and f"({row['list']})") if part) or "A list"


def _listing(match: Match) -> Statement:
    row = match.row
    since = f" since {row['listed_on'].isoformat()}" if row["listed_on"] else ""
    until = f" until {row['delisted_on'].isoformat()}" if row["delisted_on"] else ""
    seen = f", in the list of {row['seen_on'].isoformat()}" if row["seen_on"] and not row["listed_on"] else ""
    why = "; ".join(part for part in (row["programme"], row["basis"]) if part)
    company = f", with {row['linked_to']}" if row["linked_to"] else ""
    read = ", ".join(part for part in (row["publisher"], row["title"]) if part)
    words = f"{_list(row)}{since}{until}{seen}{': ' + why if why else ''}{company}."
    if match.basis != "IMO number":
        words += f" {match.text}"
    return Statement(words + (f" Read in: {read}." if read else ""), (row["listing_id"],))
