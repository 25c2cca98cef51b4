"""What the site's lists hold of one vessel, day by day, as it is kept and shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from ais_gaps.site.data import canonical

FORM: Final = "ais_gaps.watchlist.vessel/1"
_OF_DAY: Final = ("day", "rank", "state", "p_switched_off", "attention")
_OF_CHANGE: Final = ("day", "kind", "gap_id", "text", "known_at")
_WHO: Final = ("imo", "mmsi", "name")

Row = Mapping[str, Any]


@dataclass
class Silence:
    """A silence of hers: her row of the latest of the days that have it, and what each of those days says.

    Attributes:
        row: as the list has it; None while it must be looked up again. days: by day, columns `_OF_DAY`.
    """

    row: Row | None = None
    days: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def latest(self) -> str:
        """The latest of its days."""
        return max(self.days)


@dataclass
class Held:
    """What the lists hold of a vessel.

    Attributes:
        key: of her page (`keys.vessel_key`). silences: by gap_id. changes: columns `_OF_CHANGE`, with who she was then.
    """

    key: str
    silences: dict[str, Silence] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def put(self, row: Row) -> None:
        """A row of a day's list, which is the silence's own where no later day has one."""
        silence = self.silences.setdefault(row["gap_id"], Silence())
        silence.days[row["day"]] = {name: row[name] for name in _OF_DAY}
        if silence.latest == row["day"]:
            silence.row = row

    def put_change(self, change: Row) -> None:
        """A row of a day's changes."""
        self.changes.append({name: change[name] for name in (*_OF_CHANGE, *_WHO)})

    def drop(self, days: Collection[str]) -> None:
        """All that some days say. What they were the latest to say must then be looked up (`lost`)."""
        for gap_id, silence in list(self.silences.items()):
            if silence.latest in days:
                silence.row = None
            for day in days:
                silence.days.pop(day, None)
            if not silence.days:
                del self.silences[gap_id]
        self.changes = [change for change in self.changes if change["day"] not in days]

    def lost(self) -> set[str]:
        """Days whose lists must be read for the rows that are not known any more."""
        return {silence.latest for silence in self.silences.values() if silence.row is None}

    def days(self) -> list[str]:
        """All days that say something of her, in order."""
        said = {day for silence in self.silences.values() for day in silence.days}
        return sorted(said | {change["day"] for change in self.changes})

    def listed(self) -> list[str]:
        """The days on whose lists she is, in order."""
        return sorted({day for silence in self.silences.values() for day in silence.days})

    def rows(self) -> list[Row]:
        """The rows of her silences, the latest to begin first."""
        found = [silence.row for silence in self.silences.values() if silence.row is not None]
        return sorted(found, key=lambda row: (row["off_ts"], row["gap_id"]), reverse=True)

    def who(self) -> dict[str, Any]:
        """IMO number, MMSIs, names and what else is known of her, as the latest of her rows say it; names the latest first."""
        told = sorted(self._told(), key=lambda one: one["day"], reverse=True)
        names = list(dict.fromkeys(one["name"] for one in told if one["name"]))
        known = {
            name: next((one[name] for one in told if one.get(name) is not None), None) for name in ("flag", "ship_type")
        }
        mmsi = sorted({one["mmsi"] for one in told})
        return {"key": self.key, "imo": told[0]["imo"], "mmsi": mmsi, "names": names, **known}

    def bytes(self) -> bytes:
        """As it is kept: canonical JSON."""
        silences = [
            {"gap_id": row["gap_id"], "days": [days[day] for day in sorted(days)], "row": row}
            for row in self.rows()
            for days in (self.silences[row["gap_id"]].days,)
        ]
        changes = sorted(self.changes, key=lambda one: (one["day"], one["gap_id"], one["kind"], one["text"]))
        return canonical(
            {"form": FORM, **self.who(), "listed": self.listed(), "silences": silences, "changes": changes}
        )

    @classmethod
    def read(cls, path: Path, key: str) -> Held | None:
        """What is kept of her; None where nothing whole is."""
        try:
            found = orjson.loads(path.read_bytes())
            if found["form"] != FORM or found["key"] != key:
                return None
            silences = {
                one["gap_id"]: Silence(dict(one["row"]), {day["day"]: dict(day) for day in one["days"]})
                for one in found["silences"]
            }
            whole = all(one.row and one.days and one.row["day"] == one.latest for one in silences.values())
            return cls(key, silences, [dict(change) for change in found["changes"]]) if whole else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _told(self) -> list[Row]:
        return [*self.rows(), *self.changes]
