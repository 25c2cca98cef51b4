"""What is new in a day's list against the day before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from ais_gaps.watchlist.columns import BACK, CHANGES, NEWLY
from ais_gaps.watchlist.day import Day
from ais_gaps.watchlist.why import percent

Row = Mapping[str, Any]

LEVEL: Final = 0.5
"""A silence whose probability crosses this from one day to the next, and moves by `MARGIN` or more, is a change."""
MARGIN: Final = 0.1


def changes(day: Day, today: Sequence[Row], before: Sequence[Row], verdicts: Sequence[Row]) -> list[dict[str, Any]]:
    """What is new in a list (`columns.CHANGES`), without what late data did.

    Args:
        day: the day. today, before: rows of its list and of the list of the day before (`columns.WATCHLIST`).
        verdicts: rows of `watch.columns.VERDICTS`: those said on the day about silences of its list are told.
    """
    of_before = {row["gap_id"]: row for row in before}
    found = [_change(day, kind, row, text) for row in today for kind, text in _of(row, of_before.get(row["gap_id"]))]
    of_today = {row["gap_id"]: row for row in today}
    start, end = day.date, day.date
    for said in verdicts:
        row = of_today.get(said["gap_id"])
        if row is not None and start <= said["at"].date() <= end:
            text = f"{named(row)}: {said['author']} calls the silence {said['verdict']}: {said['because']}"
            found.append(_change(day, "verdict", row, text, known_at=said["at"], also=str(said["at"])))
    return found


def _of(row: Row, before: Row | None) -> Iterator[tuple[str, str]]:
    if row["state"] == NEWLY:
        yield NEWLY, f"{named(row)} is silent since {when(row['off_ts'])}{_where(row, 'off')}; {_chance(row)}."
    elif row["state"] == BACK:
        lasted = (
            f"after {row['duration_h']:.0f} h" if row["duration_h"] < 72 else f"after {row['duration_h'] / 24:.0f} days"
        )
        yield (
            BACK,
            f"{named(row)} was heard again on {when(row['on_ts'])}{_where(row, 'on')}, {lasted}; {_chance(row)}.",
        )
    if before is not None and before["p_switched_off"] is not None and row["p_switched_off"] is not None:
        then, now = before["p_switched_off"], row["p_switched_off"]
        if (then < LEVEL) != (now < LEVEL) and abs(now - then) >= MARGIN:
            text = f"{named(row)}: the probability that the silence was a choice went from {percent(then)} to {percent(now)}."
            yield "probability", text


def _change(
    day: Day, kind: str, row: Row, text: str, *, known_at: datetime | None = None, also: str = ""
) -> dict[str, Any]:
    end = "on" if row["on_ts"] is not None and row["on_lat"] is not None else "off"
    return {
        "change_id": change_id(day, kind, row["gap_id"], also),
        "day": day.date,
        "kind": kind,
        **{name: row[name] for name in ("gap_id", "mmsi", "imo", "name", "off_ts", "on_ts", "p_switched_off")},
        "lat": row[f"{end}_lat"],
        "lon": row[f"{end}_lon"],
        "text": text,
        "known_at": known_at,
    }


def change_id(day: Day, kind: str, gap_id: str, also: str = "") -> str:
    """The id of a change: the same from run to run."""
    return hashlib.sha256("|".join((day.date.isoformat(), kind, gap_id, also)).encode()).hexdigest()[:32]


def table(rows: Sequence[Row]) -> pa.Table:
    """Changes as `columns.CHANGES`, in a fixed order: what is newest in kind first, the most probable first."""
    kinds = {kind: at for at, kind in enumerate(("withdrawn", "corrected", NEWLY, BACK, "probability", "verdict"))}
    order = sorted(rows, key=lambda r: (kinds[r["kind"]], -(r["p_switched_off"] or 0.0), r["gap_id"], r["change_id"]))
    return pa.Table.from_pylist(list(order), schema=CHANGES.arrow)


def named(row: Row) -> str:
    """A ship by what she calls herself, else by MMSI."""
    return f"{row['name']} (MMSI {row['mmsi']})" if row["name"] else f"MMSI {row['mmsi']}"


def when(moment: datetime) -> str:
    """A time to the minute, UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _where(row: Row, end: str) -> str:
    place, nm = row[f"{end}_place"], row[f"{end}_place_nm"]
    return f", {nm:.0f} nm from {place}" if place is not None and nm is not None else ""


def _chance(row: Row) -> str:
    p = row["p_switched_off"]
    return "not judged" if p is None else f"the probability of a choice is {percent(p)}"
