"""Counts at a place over time: each value held against the earlier ones, by a rule that is said in words."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.dossier import wording
from ais_gaps.dossier.looks import SHORT, look_of, with_looks
from ais_gaps.dossier.model import Series, SeriesValue, Statement
from ais_gaps.dossier.pixels import pixel
from ais_gaps.dossier.wording import Row

KINDS: Final = ("railcars", "containers", "night_light")
"""Kinds that make a series. Counts of kind `count` do not: visits, trips and ships are different countings."""

AFTER: Final = timedelta(days=30)
"""An event at most so long before a value is set beside it."""

NEAREST_EVENTS: Final = 2
"""So many events, the nearest, are set beside a value."""

ENOUGH: Final = 4
"""With fewer single counts before, being above them all says too little: by chance alone it would be so once in five."""

RULE: Final = (
    "A value is called unusual where it is above every earlier one, be these a stated highest of a period or at least "
    f"{ENOUGH} single counts. Only what is held here is compared. If nothing had changed, the newest of n + 1 single counts would "
    "be the highest once in n + 1; behind a stated highest stand looks of unknown number, so that this chance cannot be said."
)
"""Said once where series are shown."""

_AFTER_IS_NOT_BECAUSE: Final = "Events shortly before a value stand beside it: after is not because."
_HIGHEST: Final = ("highest", "maximum", "most", "peak", "record")
_FIRST_SOURCES: Final = {"primary": 0, "secondary": 1, "tertiary": 2}

Place = tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """What one look, or one statement on a period, says of a unit: its rows, the most direct source first."""

    rows: tuple[Row, ...]

    @property
    def first(self) -> Row:
        """The row that is quoted."""
        return self.rows[0]

    @property
    def value(self) -> float | None:
        """The value; of several publications that of the most direct."""
        return next((float(row["count"]) for row in self.rows if row["count"] is not None), None)

    @property
    def period(self) -> bool:
        """Said of a period, not of a look."""
        row = self.first
        return row["ts"] is None and row["date_end"] - row["date_start"] >= SHORT

    @property
    def highest(self) -> bool:
        """Said to be the highest of a period."""
        words = str(self.first["observed"]).lower().split()
        return self.period and self.value is not None and any(word in words for word in _HIGHEST)

    @property
    def refs(self) -> tuple[str, ...]:
        """Ids of its rows."""
        return tuple(row["obs_id"] for row in self.rows)


def series(observations: pa.Table, events: pa.Table, places: pa.Table) -> tuple[Series, ...]:
    """Every series that the observations give, by place, kind and unit.

    A series has at least two entries. What one look counts by type (ore cars, box cars) is no series over time; it is given
    once, as parts.

    Args:
        observations: `evidence.tables.OBSERVATIONS`; rows of several publications of one look are one entry.
        events: `evidence.tables.EVENTS`. places: `evidence.tables.PLACES`.
    """
    names = {row["place_id"]: row["name"] for row in places.to_pylist()}
    dated = [row for row in events.to_pylist() if row["date_start"] == row["date_end"]]
    by_unit: dict[tuple[Place, str, str | None], list[Row]] = {}
    wanted = observations.filter(pc.is_in(observations["kind"], pa.array(sorted({*KINDS, "vessel"}))))
    for row in sorted(
        with_looks(wanted).to_pylist(), key=lambda row: (row["date_start"], row["date_end"], row["obs_id"])
    ):
        for place in _places(row):
            if (kind := _kind(row)) is not None:
                by_unit.setdefault((place, kind, row["unit"] if kind != "night_light" else None), []).append(row)
    found: list[Series] = []
    single: dict[tuple[Place, str], list[Row]] = {}
    for (place, kind, unit), rows in sorted(by_unit.items(), key=repr):
        entries = _entries(rows)
        if len(entries) > 1:
            found.append(_series(_name(place, names, rows), kind, unit, entries, dated))
        else:
            single.setdefault((place, kind), []).extend(rows)
    for (place, kind), rows in sorted(single.items()):
        found += _parts(_name(place, names, rows), kind, rows, dated)
    return tuple(sorted(found, key=lambda s: (s.place, s.kind, s.unit or "", s.text.refs)))


def _kind(row: Row) -> str | None:
    """The kind of series that a row belongs to, if any."""
    unit = (row["unit"] or "").lower()
    if "containers" in unit.split() and row["kind"] in ("vessel", "containers"):
        return "containers"  # a ship and what stands beside her are one row of some sources
    if row["kind"] == "night_light":
        return "night_light"
    return "railcars" if row["kind"] == "railcars" and unit else None


def _places(row: Row) -> Iterator[Place]:
    """Where the row counts. A number given for several places is of none of them alone; a light at each is at each."""
    ids = sorted(row["place_ids"] or ())
    if row["count"] is None:
        yield from ((place,) for place in ids)
    elif ids:
        yield tuple(ids)


def _name(place: Place, names: dict[str, str], rows: Sequence[Row]) -> str:
    return wording.listing([names.get(one) or str(rows[0]["place"] or one) for one in place])


def _entries(rows: Iterable[Row]) -> list[Entry]:
    """One entry a look, pier and moment: several publications of one look are one."""
    grouped: dict[Hashable, list[Row]] = {}
    for row in rows:
        grouped.setdefault((look_of(row), row["pier_as_stated"], row["count"] is None), []).append(row)
    return [Entry(tuple(sorted(of_look, key=_directness))) for of_look in grouped.values()]


def _directness(row: Row) -> tuple[int, str]:
    return _FIRST_SOURCES.get(row["source_kind"] or "", len(_FIRST_SOURCES)), row["obs_id"]


def _series(place: str, kind: str, unit: str | None, entries: Sequence[Entry], events: Sequence[Row]) -> Series:
    values = tuple(_value(entry, [e for e in entries if e is not entry], place, kind, events) for entry in entries)
    singles = [e for e in entries if e.value is not None and not e.period]
    maxima = [e for e in entries if e.highest]
    others = len(entries) - len(singles) - len(maxima)
    counted = [
        (len(singles), "single count", "single counts"),
        (len(maxima), "stated highest of a period", "stated highest values of periods"),
        (others, "mention without a number of its own", "mentions without a number of their own"),
    ]
    parts = [f"{n} {one if n == 1 else many}" for n, one, many in counted if n]
    first, last = min(e.first["date_start"] for e in entries), max(e.first["date_end"] for e in entries)
    text = f"{_what(kind, unit)} at {place}: {wording.listing(parts)}, {wording.days(first, last)}."
    if any(value.after for value in values):
        text += f" {_AFTER_IS_NOT_BECAUSE}"
    return Series(place, kind, unit, Statement(text, _refs(entries)), values)


def _value(entry: Entry, rest: Sequence[Entry], place: str, kind: str, events: Sequence[Row]) -> SeriesValue:
    row = entry.first
    ratio, unusual, held = None, None, ""
    earlier = [e for e in rest if e.first["date_end"] < row["date_start"]]
    if entry.value is not None and not entry.period:
        ratio, unusual, held = _against(entry.value, earlier)
    text = f"{_said(entry, place)}{_otherwise(entry)}."
    if kind == "night_light":
        text += f" {pixel(row)}"
    return SeriesValue(
        date_start=row["date_start"],
        date_end=row["date_end"],
        value=entry.value,
        out_of=row["out_of"],
        text=f"{text} {held}".strip(),
        ratio=ratio,
        unusual=unusual,
        after=_after(row["date_start"], events),
        refs=entry.refs,
    )


def _said(entry: Entry, place: str) -> str:
    """The value as it is stated."""
    row = entry.first
    days = wording.days(row["date_start"], row["date_end"], row["date_precision"] not in ("day", None))
    site = wording.site(row)
    what = f"{row['observed']}" if site == place else f"{site}: {row['observed']}"
    stated = f"; stated as: {row['confidence_wording']}" if row["confidence_wording"] else ""
    if entry.value is None:
        return f"{days}: {what}; no number is given{stated}"
    amount = wording.amount(row)
    if entry.highest:
        who = row["publisher"] or "its source"
        return f"{amount}, stated as the highest of {days} by {who}; number of looks not given ({what}{stated})"
    if entry.period:
        return f"{amount} of {days}, a statement on a period and no count of one look ({what}{stated})"
    return f"{amount} on {days} ({what}{stated})"


def _otherwise(entry: Entry) -> str:
    """What other publications of the same look say otherwise."""
    said = {float(row["count"]) for row in entry.rows if row["count"] is not None} - {entry.value}
    if not said:
        return ""
    return f"; other publications of this look say {wording.listing([f'{value:,.10g}' for value in sorted(said)])}"


def _against(value: float, earlier: Sequence[Entry]) -> tuple[float | None, bool | None, str]:
    """Ratio to the highest earlier value, whether it is above all of them, and that in words."""
    singles = [e for e in earlier if e.value is not None and not e.period]
    maxima = [e for e in earlier if e.highest]
    known = [e.value for e in (*singles, *maxima) if e.value is not None]
    if not known:
        return None, None, "No earlier value is held here, so that nothing can be said of how unusual it is."
    most = max(known)
    said = []
    if singles:
        first, last = min(e.first["date_start"] for e in singles), max(e.first["date_end"] for e in singles)
        counts = "1 single count" if len(singles) == 1 else f"{len(singles)} single counts"
        said.append(f"{counts} ({wording.days(first, last)}), at most {max(e.value or 0.0 for e in singles):,.10g}")
    said += [
        f"{wording.amount(e.first)} stated as the highest of {wording.days(e.first['date_start'], e.first['date_end'])} "
        f"by {e.first['publisher'] or 'its source'}, number of looks not given"
        for e in maxima
    ]
    above, n = value > most, len(singles)
    text = f"Earlier: {'; and '.join(said)}. The highest is {most:,.10g}"
    text += f", this is {value / most:.3g} times that" if most > 0 else ""
    enough = bool(maxima) or n >= ENOUGH
    if not above:
        text += ": not above it."
    elif enough:
        text += ": above every earlier value, and so unusual by the rule."
    else:
        text += ": above every earlier value, which are too few to call it unusual."
    if above and maxima:
        text += " How often that would come about if nothing had changed cannot be said."
    elif above:
        text += f" If nothing had changed, it would be the highest once in {n + 1}."
    return (round(value / most, 4) if most > 0 else None), (above if enough or not above else None), text


def _after(day: date, events: Sequence[Row]) -> tuple[Statement, ...]:
    """The nearest events before a day, each dated to a day of its own."""
    before = [e for e in events if timedelta() < day - e["date_start"] <= AFTER]
    nearest = sorted(before, key=lambda e: (day - e["date_start"], e["event_id"]))[:NEAREST_EVENTS]
    return tuple(
        Statement(
            f"{_days((day - e['date_start']).days)} after {e['date_start'].isoformat()}: {e['event'].rstrip('.')}.",
            (e["event_id"],),
        )
        for e in nearest
    )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _parts(place: str, kind: str, rows: Sequence[Row], events: Sequence[Row]) -> Iterator[Series]:
    """What one look of one source counts by type, given once."""
    looks: dict[Hashable, list[Row]] = {}
    for row in rows:
        if row["count"] is not None and not Entry((row,)).period:
            looks.setdefault((look_of(row), row["publisher"], row["url"]), []).append(row)
    for of_look in looks.values():
        if len({row["unit"] for row in of_look}) < 2:
            continue
        entries = [Entry((row,)) for row in of_look]
        values = tuple(
            SeriesValue(
                row["date_start"],
                row["date_end"],
                float(row["count"]),
                row["out_of"],
                f"{_said(entry, place)}.",
                None,
                None,
                _after(row["date_start"], events),
                entry.refs,
            )
            for entry, row in zip(entries, of_look, strict=True)
        )
        row = of_look[0]
        text = (
            f"{_what(kind, None)} at {place} by type, one look, {wording.days(row['date_start'], row['date_end'])}, by "
            f"{row['publisher'] or 'one source'}: parts of one count, not held against counts of other units."
        )
        text += "".join(f" {words}" for words in _sums(of_look))
        if any(value.after for value in values):
            text += f" {_AFTER_IS_NOT_BECAUSE}"
        yield Series(place, kind, None, Statement(text, _refs(entries)), values)


def _sums(rows: Sequence[Row]) -> Iterator[str]:
    """Sums of the types that are of one noun (ore cars, box cars); the sums are ours."""
    nouns: dict[str, list[Row]] = {}
    for row in rows:
        nouns.setdefault(row["unit"].split()[-1].lower(), []).append(row)
    for noun, same in nouns.items():
        if len(same) > 1 and len({row["unit"] for row in same}) == len(same):
            listed = wording.listing([wording.amount(row) for row in same])
            yield f"Together {sum(row['count'] for row in same):,.10g} {noun}: our sum of {listed}."


def _what(kind: str, unit: str | None) -> str:
    words = kind.replace("_", " ").capitalize()
    return words if unit is None or unit.lower() == words.lower() else f"{words}, in {unit},"


def _refs(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ref for entry in entries for ref in entry.refs))
