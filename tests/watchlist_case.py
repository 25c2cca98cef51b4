"""Watchlists made up for tests: ships around the world, dark, dark still and back, judged and not; the same from run to run.

A ship's silences follow from her number alone, so that the lists of neighbouring days agree: what is newly dark today is still
dark tomorrow, under the same gap_id, and a list of more rows holds those of fewer. All of it is invented.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import pyarrow as pa

from ais_gaps.schema import OUTAGES
from ais_gaps.watchlist.columns import BACK, CHANGES, NEWLY, STILL, WATCHLIST
from ais_gaps.watchlist.model import Watchlist
from ais_gaps.watchlist.why import why

NEWEST: Final = date(2026, 11, 20)
MIN_HOURS, WITHIN_NM = 6.0, 25.0

HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><!--",
    "javascript:alert(1)",
    "../../etc/passwd",
    "\u202egnp.exe\u202c\x00\x1b[31m",
    "=HYPERLINK(1)",
    "{{ 7 * 7 }} {% raw %}",
    "]]>&amp;",
    "W" * 300,
)

PORTS: Final = (
    ("Rajin port", "KP", 42.2333, 130.3, True),
    ("Vostochny port", "RU", 42.75, 133.0833, True),
    ("Dunai", "RU", 42.8803, 132.3375, True),
    ("Chongjin", "KP", 41.7667, 129.8167, True),
    ("Vladivostok", "RU", 43.1167, 131.9, True),
    ("Nampo", "KP", 38.7167, 125.4, True),
    ("Kerch", "UA", 45.35, 36.48, True),
    ("Tartus", "SY", 34.9, 35.87, True),
    ("Bandar Abbas", "IR", 27.14, 56.21, True),
    ("Fujairah", "AE", 25.18, 56.36, False),
    ("Singapore", "SG", 1.25, 103.83, False),
    ("Rotterdam", "NL", 51.95, 4.05, False),
    ("Ust-Luga", "RU", 59.68, 28.4, False),
    ("Lagos", "NG", 6.43, 3.4, False),
    ("Suva", "FJ", -18.13, 178.42, False),
    ("Dutch Harbor", "US", 53.9, -166.53, False),
    ("Valparaíso", "CL", -33.03, -71.63, False),
)
"""Name, country, latitude, longitude, watched."""

_FLAGS = (
    ("RU", 273),
    ("KP", 445),
    ("PA", 352),
    ("LR", 636),
    ("CN", 412),
    ("MH", 538),
    ("GA", 626),
    ("CM", 613),
    ("KM", 620),
)
_TYPES = ("cargo", "tanker", "cargo", "tanker", "fishing", "tug", None)
_FIRST = (
    "SEA",
    "NORTHERN",
    "GOLDEN",
    "OCEAN",
    "SILVER",
    "BLUE",
    "EASTERN",
    "LUCKY",
    "NOVA",
    "ÅSE",
    "ÖRESUND",
    "ЗАРЯ",
    "SÃO",
    "강성",
)
_SECOND = (
    "STAR",
    "DAWN",
    "PEARL",
    "BRIDGE",
    "TRADER",
    "GLORY",
    "SPIRIT",
    "WAVE",
    "MAYA",
    "ANGARA",
    "CARRIER",
    "JOÃO",
    "STRELA",
)
_CAUSES = ("switched off", "no coverage", "not enough evidence", "outage")


@dataclass(frozen=True)
class Ship:
    """A ship of the tests, by her number."""

    number: int

    def share(self, what: str) -> float:
        """A number from 0 to 1 that is hers."""
        digest = hashlib.sha256(f"{self.number} {what}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48

    @property
    def name(self) -> str | None:
        first = _FIRST[int(self.share("first") * len(_FIRST))]
        return (
            None if self.number % 31 == 13 else f"{first} {_SECOND[self.number % len(_SECOND)]} {1 + self.number % 9}"
        )

    @property
    def flag(self) -> str:
        return _FLAGS[self.number % len(_FLAGS)][0]

    @property
    def mmsi(self) -> int:
        return _FLAGS[self.number % len(_FLAGS)][1] * 10**6 + self.number

    @property
    def imo(self) -> int | None:
        if self.number % 5 == 4:
            return None
        head = 900_000 + self.number
        return (
            head * 10 + sum(int(digit) * weight for digit, weight in zip(str(head), range(7, 1, -1), strict=True)) % 10
        )

    @property
    def port(self) -> tuple[str, str, float, float, bool]:
        # More of them where it is watched.
        return PORTS[min(int(self.share("port") ** 1.6 * len(PORTS)), len(PORTS) - 1)]

    def off(self, begun: date) -> datetime:
        """When her silence began that is newly dark on a day."""
        return datetime.combine(begun, time(), UTC) + timedelta(minutes=int(self.share(f"off {begun}") * 17 * 60))

    def on(self, begun: date, ended: date) -> datetime:
        """When that silence ended."""
        return datetime.combine(ended, time(), UTC) + timedelta(minutes=30 + int(self.share(f"on {begun}") * 23 * 60))

    def silence(self, day: date) -> tuple[str, date, int] | None:
        """On a day: her state, the day on which the silence began, and how many days it lasts in all; null if she is heard."""
        lasts = 1 + int(self.share("lasts") ** 3 * 40)
        period = lasts + 2 + self.number % 4
        at = (day.toordinal() + self.number * 7) % period
        begun = day - timedelta(days=at)
        if at > lasts:
            return None
        return (NEWLY if at == 0 else BACK if at == lasts else STILL), begun, lasts


def watchlist(day: date = NEWEST, rows: int = 40, *, hostile: bool = False, outages: bool | None = None) -> Watchlist:
    """A day's list.

    Args:
        day: its day.
        rows: how many silences it has.
        hostile: every text that comes from data says what it should not.
        outages: with outages, or without; None = on some days.
    """
    found = _rows(day, rows)
    if hostile:
        found = [_hostile(row, number) for number, row in enumerate(found)]
    changes = _changes(day, found)
    if hostile:
        changes = [
            row | {"text": HOSTILE[n % len(HOSTILE)], "name": HOSTILE[n % len(HOSTILE)]}
            for n, row in enumerate(changes)
        ]
    down = _outages(day) if outages is None else _outages(day, every=True) if outages else []
    if hostile:
        down = [row | {"reason": HOSTILE[0], "place": HOSTILE[1], "station": HOSTILE[2]} for row in down]
    states = [row["state"] for row in found]
    counts = {
        "newly_dark": states.count(NEWLY),
        "still_dark": states.count(STILL),
        "back_again": states.count(BACK),
        "fleet_newly_dark": 3 * states.count(NEWLY) + 11,
        "fleet_open": 4 * (states.count(NEWLY) + states.count(STILL)) + 70,
        "fleet_back_again": 3 * states.count(BACK) + 8,
        "ships_heard": 0 if not rows else 18_000 + int(Ship(0).share(f"heard {day}") * 900),
    }
    notes = ["Some of these data are a reconstruction and no record of what was heard."] if day.day % 7 == 6 else []
    return Watchlist(
        day=day,
        as_of=datetime.combine(day + timedelta(days=1), time(), UTC),
        as_known=None,
        min_hours=MIN_HOURS,
        within_nm=WITHIN_NM,
        rows=pa.Table.from_pylist(found, schema=WATCHLIST.arrow),
        changes=pa.Table.from_pylist(changes, schema=CHANGES.arrow),
        outages=pa.Table.from_pylist(down, schema=OUTAGES.arrow),
        counts=counts,
        notes=tuple([*notes, *HOSTILE[:2]] if hostile else notes),
        sources=hashlib.sha256(f"{day} {rows} {hostile} {outages}".encode()).hexdigest(),
    )


def nothing(day: date = NEWEST) -> Watchlist:
    """A day of which the archive has no report."""
    return watchlist(day, 0, outages=False)


def month(days: int = 30, rows: int = 40, newest_rows: int | None = None, *, newest: date = NEWEST) -> list[Watchlist]:
    """Lists of days that follow one another, the newest last, which may be longer than the others."""
    found = [newest - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return [watchlist(day, newest_rows or rows if day == newest else rows) for day in found]


def places() -> list[dict[str, Any]]:
    """The watched ones of `PORTS`, as rows of a table of places hold them."""
    return [{"name": name, "lat": lat, "lon": lon, "watched": True} for name, _, lat, lon, watched in PORTS if watched]


def _rows(day: date, rows: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    number = 0
    while len(found) < rows:
        ship = Ship(number)
        silence = ship.silence(day)
        if silence is not None:
            found.append(_row(day, ship, *silence))
        number += 1
    found.sort(key=lambda row: (-row["attention"], row["gap_id"]))
    return [{"day": day, "rank": rank, **row} for rank, row in enumerate(found, 1)]


def _row(day: date, ship: Ship, state: str, begun: date, lasts: int) -> dict[str, Any]:
    port, _, port_lat, port_lon, watched = ship.port
    off = ship.off(begun)
    back = state == BACK
    on = ship.on(begun, begun + timedelta(days=lasts)) if back else None
    end = on or datetime.combine(day + timedelta(days=1), time(), UTC)
    duration_h = (end - off).total_seconds() / 3600
    known = ship.number % 23 != 17
    away = 0.01 + 0.35 * ship.share("away") ** 2
    turn = 2 * math.pi * ship.share("turn")
    lat, lon = (
        port_lat + away * math.sin(turn),
        _turned(port_lon + away * math.cos(turn) / math.cos(math.radians(port_lat))),
    )
    on_lat = on_lon = distance_nm = None
    if back:
        drift = 0.02 + ship.share("drift") ** 4 * 2.5
        on_lat = round(lat - drift * math.cos(turn), 5)
        on_lon = round(_turned(lon + drift * math.sin(turn) / math.cos(math.radians(port_lat))), 5)
        distance_nm = round(drift * 60, 2)
    judged = ship.number % 9 != 4
    p = round(ship.share("p") ** 0.7, 4) if judged else None
    cause = (
        "not enough evidence"
        if p is None or 0.3 < p < 0.7
        else _CAUSES[0]
        if p >= 0.7
        else _CAUSES[1 + 2 * (ship.number % 2)]
    )
    logit = None if p is None else math.log(max(p, 1e-4) / max(1 - p, 1e-4))
    listed = (
        ["OFAC SDN since 2022-05-08", "UN 1718 since 2018-03-30"][: 1 + ship.number % 2] if ship.number % 8 == 3 else []
    )
    evidence = (
        [f"{begun + timedelta(days=1)}: a ship of 150 to 170 m at {port}, not named (Sentinel-2)"]
        if watched and state != NEWLY and ship.number % 6 == 2
        else []
    )
    in_reach = int(ship.share("reach") * 5) if watched else 0
    verdict = (
        ("suspect", "innocent", "confirmed")[ship.number % 3] if ship.number % 13 == 5 and state != NEWLY else None
    )
    attention = round(
        (logit if logit is not None else -0.8) + (1.4 if watched else 0) + 1.1 * len(listed) + 0.9 * len(evidence), 4
    )
    nm = round(away * 60, 2)
    reasons = (
        [
            f"We should have heard her about {int(duration_h / 3)} times in {duration_h:.1f} h; a ship that transmits falls "
            f"silent so once in {12 + ship.number % 200} times [{0.4 * (logit or 0):+.1f}]",
            f"Others near her in the same hours: {40 + ship.number % 90} of {120 + ship.number % 90} ship-hours were heard "
            f"ashore, {44 + ship.number % 90} would be usual [{0.3 * (logit or 0):+.1f}]",
            f"In the 30 days before she was silent {ship.number % 4} times for longer than 6 h [{0.3 * (logit or 0):+.1f}]",
            "Start, before all that, as in generated worlds [-4.4]",
        ]
        if judged
        else ["No position is known at the beginning, so that nothing can be weighed"]
    )
    row: dict[str, Any] = {
        "state": state,
        "gap_id": hashlib.sha256(f"{ship.mmsi} {begun}".encode()).hexdigest()[:32],
        "mmsi": ship.mmsi,
        "track": 0,
        "imo": ship.imo,
        "name": ship.name,
        "flag": ship.flag,
        "ship_type": _TYPES[ship.number % len(_TYPES)],
        "ais_class": "A",
        "off_ts": off,
        "off_lat": round(lat, 5) if known else None,
        "off_lon": round(lon, 5) if known else None,
        "on_ts": on,
        "on_lat": on_lat,
        "on_lon": on_lon,
        "open": not back,
        "duration_h": round(duration_h, 4),
        "distance_nm": distance_nm if known else None,
        "implied_speed_kn": round(distance_nm / duration_h, 3) if known and distance_nm is not None else None,
        "reports_12h": 40 + ship.number % 300,
        "reports_12h_terrestrial": 40 + ship.number % 300,
        "reports_12h_satellite": 0,
        "other_messages": 0,
        "heard_without_position": 0,
        "off_place": port if known else None,
        "off_place_nm": nm if known else None,
        "on_place": port if back else None,
        "on_place_nm": round(nm + 3, 2) if back else None,
        "p_switched_off": p,
        "cause": cause,
        "reasons": reasons,
        "episode_ts": off,
        "attention": attention,
        "attention_terms": [f"probability of a choice [{logit or -0.8:+.1f}]",
                            *([f"within range of {port} [+1.4]"] if watched else []),
                            *(f"listed: {one} [+1.1]" for one in listed), *("dated evidence meanwhile [+0.9]" for _ in evidence)],
        "watched_for": [f"within {WITHIN_NM:g} nm of {port}"] if watched else ["list: tankers of interest"],
        "watched_place": port if watched and known else None,
        "watched_nm": nm if watched and known else None,
        "reach_place": port if in_reach else None,
        "reach_slack_h": round(duration_h * 0.6, 2) if in_reach else None,
        "places_in_reach": in_reach,
        "listed": listed,
        "evidence": evidence,
        "verdict": verdict,
        "verdict_because": f"Her owner says that she lay at the quay in {port}." if verdict else None,
        "verdict_author": "m.keller" if verdict else None,
        "verdict_at": datetime.combine(day, time(9, 30), UTC) if verdict else None,
        "verdicts": 1 + ship.number % 2 if verdict else 0,
    }  # fmt: skip
    return row | {"why": why(row)}


def _changes(day: date, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        named = row["name"] or f"MMSI {row['mmsi']}"
        where = row["off_place"] or "an unknown place"
        if row["state"] == NEWLY:
            found.append(_change(day, NEWLY, row, f"{named} fell silent near {where}."))
        if row["state"] == BACK:
            found.append(_change(day, BACK, row, f"{named} is heard again after {row['duration_h'] / 24:.1f} days."))
        if row["verdict"] and row["mmsi"] % 2:
            found.append(_change(day, "verdict", row, f"{named}: m.keller calls her silence {row['verdict']}."))
        if row["p_switched_off"] is not None and row["state"] == STILL and row["mmsi"] % 10 == day.day % 10:
            found.append(
                _change(day, "probability", row, f"{named}: now {row['p_switched_off']:.0%}, from 41% the day before.")
            )
    late = datetime.combine(day + timedelta(days=1), time(3, 15), UTC)
    for number, kind in enumerate(("withdrawn", "corrected", "withdrawn")[: day.day % 4] if rows else ()):
        row = rows[number * 3 % len(rows)]
        ship = Ship(90_000 + number + day.toordinal() % 1000)
        said = (
            "was no silence: late data hold her reports"
            if kind == "withdrawn"
            else "began 3 hours later, as late data show"
        )
        like = row | {
            "gap_id": hashlib.sha256(f"{kind} {ship.number} {day}".encode()).hexdigest()[:32],
            "mmsi": ship.mmsi,
        }
        like |= {"imo": ship.imo, "name": ship.name, "p_switched_off": None}
        found.append(
            _change(day, kind, like, f"{ship.name or ship.mmsi}: what was told on {day - timedelta(days=2)} {said}.")
            | {"known_at": late}
        )
    return found


def _change(day: date, kind: str, row: dict[str, Any], text: str) -> dict[str, Any]:
    at = "on" if row["state"] == BACK else "off"
    return {
        "change_id": hashlib.sha256(f"{day} {kind} {row['gap_id']}".encode()).hexdigest()[:32],
        "day": day,
        "kind": kind,
        "gap_id": row["gap_id"],
        "mmsi": row["mmsi"],
        "imo": row["imo"],
        "name": row["name"],
        "off_ts": row["off_ts"],
        "on_ts": row["on_ts"],
        "p_switched_off": row["p_switched_off"],
        "lat": row[f"{at}_lat"],
        "lon": row[f"{at}_lon"],
        "text": text,
        "known_at": None,
    }


def _outages(day: date, *, every: bool = False) -> list[dict[str, Any]]:
    start = datetime.combine(day, time(4), UTC)
    found = []
    if every or day.day % 5 == 0:
        found.append(
            _outage("area", start, 9, "Vladivostok", 43.1167, 131.9, (131.0, 42.5, 133.5, 43.5), "near Vladivostok")
        )
    if every or day.day % 10 == 0:
        found.append(_outage("area", start, 5, "Suva", -18.13, 178.42, (177.0, -19.0, -179.0, -17.0), "near Suva"))
    if every or day.day % 11 == 0:
        found.append(_outage("feed", start + timedelta(hours=2), 3, None, None, None, None, "anywhere"))
    return found


def _outage(
    kind: str,
    start: datetime,
    hours: int,
    place: str | None,
    lat: float | None,
    lon: float | None,
    box: tuple[float, float, float, float] | None,
    where: str,
) -> dict[str, Any]:
    west, south, east, north = box or (None, None, None, None)
    end = start + timedelta(hours=hours)
    return {
        "kind": kind, "receiver": None, "station": None, "from_ts": start, "to_ts": end, "open": False, "duration_h": float(hours),
        "place": place, "place_nm": None if place is None else 2.5, "lat": lat, "lon": lon, "west": west, "south": south,
        "east": east, "north": north, "cells": None, "ships_expected": 310.0, "ships_heard": 2.0, "ships_known": 41,
        "usual_ships": 34.0, "usual_share": 0.82, "log_odds": 14.2,
        "reason": f"2 of about 310 ship-hours usual at such times {where} were heard from {start:%Y-%m-%d %H:%M} "
        f"to {end:%Y-%m-%d %H:%M} ({hours} h)",
    }  # fmt: skip


def _hostile(row: dict[str, Any], number: int) -> dict[str, Any]:
    text = HOSTILE[number % len(HOSTILE)]
    return row | {
        "name": text, "flag": text[:2], "ship_type": text, "off_place": text, "watched_place": text, "reach_place": text,
        "places_in_reach": 1, "reach_slack_h": 1.0, "watched_nm": 1.0, "cause": text, "reasons": [text, text], "why": text,
        "attention_terms": [text], "watched_for": [text], "listed": [text], "evidence": [text], "verdict_because": text,
        "verdict_author": text, "verdict": "suspect", "verdict_at": row["off_ts"], "verdicts": 1,
    }  # fmt: skip


def _turned(lon: float) -> float:
    return (lon + 180) % 360 - 180
