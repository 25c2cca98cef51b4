"""Tracks and their gaps by the rules, fix by fix in plain Python: what the summaries must come to.

One thing the summaries cannot tell, and so it is a rule here: fixes stay together that follow one another on one day within an
hour, and, on a day with an impossible move, at no more than 25 kn, no farther than their speeds explain, and in one class. Only at
other steps is a track chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import asin, cos, degrees, hypot, inf, nan, pi, radians, sin, sqrt
from typing import Any

from ais_gaps.schema import CLASSES, RECEIVERS
from tests.rows import H, Row, is_position, made_good, micro, said, without_duplicates

DAY = 24 * H


@dataclass
class Fix:
    """A position with all that was sent in its row; where not sent None."""

    us: int
    lat: int | None
    lon: int | None
    row: Row

    @property
    def ais_class(self) -> str | None:
        return self.row.get("ais_class")


@dataclass
class Piece:
    fixes: list[Fix]
    ais_class: str | None


@dataclass
class Track:
    pieces: list[Piece] = field(default_factory=list)
    guest: bool = False
    between: bool = False
    doubts: list[tuple[int, float]] = field(default_factory=list)  # pieces before the step, its length
    betweens: list[bool] = field(default_factory=list)  # ``between`` before each piece

    @property
    def fixes(self) -> int:
        return sum(len(p.fixes) for p in self.pieces)

    @property
    def last_us(self) -> int:
        return self.pieces[-1].fixes[-1].us

    @property
    def counts(self) -> bool:
        day = self.last_us - self.pieces[0].fixes[0].us >= DAY
        return self.fixes >= 10 and (not self.guest or self.between or day)


def knots(one: Fix, other: Fix) -> float:
    """Speed from one fix to the other, a quarter of an hour added in quadrature; 0 where a position is not known."""
    if None in (one.lat, one.lon, other.lat, other.lon):
        return 0.0
    a, o, b, p = (radians(x / 1e6) for x in (one.lat, one.lon, other.lat, other.lon))
    h = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin((p - o) / 2) ** 2
    return degrees(2 * asin(min(1.0, sqrt(h)))) * 60 / hypot((other.us - one.us) / H, 0.25)


def unexplained(one: Fix, other: Fix) -> bool:
    """Whether a way is 1.5 nm longer than one and a half times what either speed makes of it; not where one is not known."""
    speeds = [f.row.get("sog") for f in (one, other)]
    if None in speeds:
        return False
    hours = (other.us - one.us) / H
    return knots(one, other) * hypot(hours, 0.25) > 1.5 + 1.5 * max(speeds) * hours


def cut(fixes: Sequence[Fix]) -> list[Piece]:
    """Fixes that stay together."""
    jumpy = {b.us // DAY for a, b in pairwise(fixes) if a.us // DAY == b.us // DAY and knots(a, b) > 50}
    out: list[Piece] = []
    of_the_day: str | None = None
    for i, fix in enumerate(fixes):
        before = fixes[i - 1] if i else None
        new = before is None or before.us // DAY != fix.us // DAY
        of_the_day = None if new else of_the_day
        apart = before is not None and fix.us - before.us > H
        if before is not None and fix.us // DAY in jumpy:
            apart |= (
                knots(before, fix) > 25
                or unexplained(before, fix)
                or (None not in (fix.ais_class, of_the_day) and fix.ais_class != of_the_day)
            )
        of_the_day = fix.ais_class or of_the_day
        if new or apart:
            out.append(Piece([], None))
        out[-1].fixes.append(fix)
    for piece in out:
        known = [f.ais_class for f in piece.fixes if f.ais_class]
        by_runs = piece.fixes[0].us // DAY in jumpy
        piece.ais_class = (known[0] if known else None) if by_runs else tie(piece, -1)[4]
    return out


def tie(piece: Piece, at: int) -> tuple[Any, ...]:
    """What was sent at an edge of a piece, class as a word."""
    rows = [f.row for f in piece.fixes]
    *rest, code = said(rows, at % len(rows))
    return (*rest, CLASSES[code] if code else None)


def made(piece: Piece, at: int) -> tuple[int | None, int | None]:
    """Speed and course made good at an edge of a piece."""
    return made_good([(f.us, f.lat, f.lon) for f in piece.fixes], at)


def stand(pieces: Sequence[Piece]) -> tuple[tuple[float, ...], int, tuple[float, ...]]:
    """Where a track of these pieces was last known, when, and its velocity: on the unit sphere, radians an hour."""
    for piece in reversed(pieces):
        for fix, moves in ((piece.fixes[-1], True), (piece.fixes[0], False)):
            if fix.lat is None or fix.lon is None:
                continue
            a, o = radians(fix.lat / 1e6), radians(fix.lon / 1e6)
            sog, cog = tie(piece, -1)[:2]
            v, c = (sog / 100 / (10800 / pi), radians(cog / 100)) if moves and None not in (sog, cog) else (0.0, 0.0)
            north, east = v * cos(c), v * sin(c)
            velocity = (
                -east * sin(o) - north * sin(a) * cos(o),
                east * cos(o) - north * sin(a) * sin(o),
                north * cos(a),
            )
            return (cos(a) * cos(o), cos(a) * sin(o), sin(a)), fix.us, velocity
    return (nan, nan, nan), 0, (0.0, 0.0, 0.0)


def class_of(pieces: Sequence[Piece]) -> str | None:
    return next((p.ais_class for p in pieces if p.ais_class), None)


def cost(pieces: Sequence[Piece], to: Piece) -> tuple[float, float]:
    """How unexpected a piece is after others, and the miss in miles."""
    one, other = class_of(pieces), to.ais_class
    if one and other and one != other:
        return inf, 0.0
    point, us, velocity = stand(pieces)
    fix = to.fixes[0]
    if fix.lat is None or fix.lon is None or point[0] != point[0]:
        return 1e12, 0.0
    hours = (fix.us - us) / H
    a, o = radians(fix.lat / 1e6), radians(fix.lon / 1e6)
    there = (cos(a) * cos(o), cos(a) * sin(o), sin(a))
    chord = sqrt(sum((p - q) ** 2 for p, q in zip(point, there, strict=True)))
    if 2 * asin(min(1.0, chord / 2)) * 10800 / pi > 50 * hypot(hours, 0.25):
        return inf, 0.0
    carried = min(hours, 1.0)
    if hours > 1 and any(velocity):
        along = sum((t - p) * v for t, p, v in zip(there, point, velocity, strict=True)) / sum(v * v for v in velocity)
        carried = max(1.0, min(along, hours, 12.0))
    led = [p + v * carried for p, v in zip(point, velocity, strict=True)]
    miss = sqrt(sum((p - q) ** 2 for p, q in zip(led, there, strict=True))) * 10800 / pi
    spread = 0.25 + 16 * hours**2
    return (spread + miss**2) ** 1.5 / sqrt(spread), miss


def deal(pieces: Sequence[Piece]) -> list[Track]:
    """Tracks in order of their first fix."""
    every: list[Track] = []
    forgotten: list[Track] = []
    for piece in pieces:
        now = piece.fixes[0].us
        heard = max((t.last_us for t in every if t.counts), default=-1)
        if len(every) - len(forgotten) > 1:
            forgotten += [
                t
                for t in every
                if t not in forgotten and not t.counts and t.last_us < now - 20 * H and t.last_us < heard
            ]
        live = sorted((t for t in every if t not in forgotten), key=lambda t: -order(t, pieces))
        found = [
            (c * (1 if t.counts else 5), i, miss, t) for i, t in enumerate(live) for c, miss in [cost(t.pieces, piece)]
        ]
        least, _, miss, track = min(found, key=lambda f: f[:2], default=(inf, 0, 0.0, Track()))
        if least == inf:
            track, miss = Track(guest=any(t.counts for t in every)), 0.0
            every.append(track)
        if miss > 12.5:
            track.doubts = [*track.doubts, (len(track.pieces), miss)][-8:]
        few = track.fixes < 10
        track.betweens.append(track.between)
        if track.pieces and track.guest and track.last_us < heard:
            track.between = True
        track.pieces.append(piece)
        if few and track.fixes >= 10 and len(every) - len(forgotten) > 1:
            rehang(track, [t for t in live if t is not track], pieces)
    every.sort(key=lambda t: order_of(t.pieces[0], pieces))
    return every


def order_of(piece: Piece, pieces: Sequence[Piece]) -> int:
    return next(i for i, p in enumerate(pieces) if p is piece)


def order(track: Track, pieces: Sequence[Piece]) -> int:
    return order_of(track.pieces[-1], pieces)


def rehang(track: Track, others: Sequence[Track], pieces: Sequence[Piece]) -> None:
    """A track that has its tenth fix may continue another from before a step in doubt."""
    first = track.pieces[0]
    best: tuple[float, Track, int] | None = None
    for other in others:
        for k, (length, step) in enumerate(other.doubts):
            if order_of(other.pieces[length], pieces) > order_of(first, pieces):
                continue
            head = other.pieces[:length]
            one, two = class_of(head), class_of(track.pieces)
            c, miss = cost(head, Piece(first.fixes, None))
            few = other.fixes - sum(len(p.fixes) for p in head) < 10
            if (one and two and one != two) or c >= 1e12 or not (few or miss < step):
                continue
            if best is None or miss < best[0]:
                best = miss, other, k
    if best is None:
        return
    miss, other, k = best
    length, step = other.doubts[k]
    own = [(n + length, m) for n, m in track.doubts]
    between = other.betweens[length] if length < len(other.betweens) else other.between
    track.doubts = [*other.doubts[:k], *([(length, miss)] if miss > 12.5 else []), *own][-8:]
    track.betweens = other.betweens[:length] + [between or b for b in track.betweens]
    track.pieces, other.pieces = other.pieces[:length] + track.pieces, other.pieces[length:]
    track.guest, track.between = other.guest, between or track.between
    other.guest = other.guest or track.counts
    other.between, other.doubts, other.betweens = False, [], [False] * len(other.pieces)


def expected(rows: Sequence[Row], min_hours: float, as_of: int) -> list[Row]:
    """`BARE_GAPS` by (mmsi, off, track)."""
    out = []
    every = without_duplicates(rows)
    for mmsi in sorted({row["mmsi"] for row in every}):
        own = [row for row in every if row["mmsi"] == mmsi]
        fixes = [Fix(r["ts"], micro(r["lat"]), micro(r["lon"]), r) for r in own if is_position(r)]
        fixes.sort(key=lambda f: (f.us, *(-(10**9) if x is None else x for x in (f.lat, f.lon)), whole(f.row)))
        pieces = [p for p in cut(fixes) if p.fixes[0].us <= as_of]
        steps = [(a.fixes[-1], b.fixes[0]) for a, b in pairwise(pieces)]
        by_runs = any(knots(a, b) > 50 for a, b in pairwise([f for f in fixes if f.us // DAY <= as_of // DAY]))
        jumps = sum(knots(*step) > 50 for step in steps)
        tracks = deal(pieces) if jumps else [Track(list(pieces))] if pieces else []
        longest = sorted(tracks, key=lambda t: -t.fixes)[:1]
        half = [t for t in longest if not jumps or 2 * t.fixes >= sum(other.fixes for other in tracks)]
        counting = [t for t in tracks if t.counts] or half
        fast = [round(f.row["sog"] * 100) for f in fixes if f.us // DAY <= as_of // DAY and (f.row.get("sog") or 0) > 3]
        messages = [r for r in own if not is_position(r) and r["ts"] <= as_of]
        for number, track in enumerate(tracks):
            if not any(track is t for t in counting):
                continue
            for i, piece in enumerate(track.pieces):
                after = track.pieces[i + 1] if i + 1 < len(track.pieces) else None
                off, on = piece.fixes[-1], after.fixes[0] if after else None
                end = on.us if on else as_of
                if end - off.us <= min_hours * H:
                    continue
                begin, stop = order_of(piece, pieces), order_of(after, pieces) if after else len(pieces)
                apart = pieces[begin + 1 : stop]
                inside = [
                    r
                    for r in messages
                    if off.us < r["ts"] < (end if on else end + 1)
                    and not any(p.fixes[0].us <= r["ts"] <= p.fixes[-1].us for p in apart)
                ]
                before = [f for f in fixes if off.us - 12 * H <= f.us <= off.us]
                at_off, at_on = tie(piece, -1), tie(after, 0) if after else (None,) * 5
                made_off, made_on = made(piece, -1), made(after, 0) if after else (None, None)
                out.append(
                    {
                        "mmsi": mmsi,
                        "track": number,
                        "ais_class": CLASSES.index((piece.ais_class if by_runs else at_off[4]) or "unknown"),
                        "off_us": off.us,
                        "off_lat": off.lat,
                        "off_lon": off.lon,
                        **dict(zip(("off_sog", "off_cog", "off_nav", "off_receiver"), at_off, strict=False)),
                        **dict(zip(("off_made_sog", "off_made_cog"), made_off, strict=True)),
                        "on_us": on.us if on else None,
                        "on_lat": on.lat if on else None,
                        "on_lon": on.lon if on else None,
                        **dict(zip(("on_sog", "on_cog", "on_nav"), at_on, strict=False)),
                        **dict(zip(("on_made_sog", "on_made_cog"), made_on, strict=True)),
                        "off_1h": sum(f.us >= off.us - H for f in before),
                        "on_1h": sum(on.us <= f.us <= on.us + H and f.us // DAY == on.us // DAY for f in fixes)
                        if on
                        else None,
                        "off_12h": len(before),
                        "off_12h_terrestrial": sum(f.row.get("receiver") == "terrestrial" for f in before),
                        "off_12h_satellite": sum(f.row.get("receiver") == "satellite" for f in before),
                        "others": sum(bool(r.get("static")) for r in inside),
                        "no_position": sum(not r.get("static") for r in inside),
                        "elsewhere": sum(len(p.fixes) for p in apart),
                        "shared": any(
                            t.pieces[0].fixes[0].us <= end and t.last_us >= off.us for t in counting if t is not track
                        ),
                        "under_way_kn": round(sum(fast) / 100 / len(fast), 6) if fast else None,
                        "jumps": jumps,
                        "tracks": len(counting),
                    }
                )
    return sorted(out, key=lambda g: (g["mmsi"], g["off_us"], g["track"]))


def whole(row: Row) -> tuple[Any, ...]:
    """What a row says, in the order in which the summaries compare it."""
    codes = CLASSES.index(row.get("ais_class") or "unknown"), RECEIVERS.index(row.get("receiver") or "unknown")
    numbers = tuple(-1 if row.get(c) is None else row[c] for c in ("sog", "cog", "nav_status"))
    return (codes[0], *numbers, codes[1])
