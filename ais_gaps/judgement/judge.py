"""The judgement of silences: terms from what peers tell and from what she was doing, summed by the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.judgement import own_hours
from ais_gaps.judgement.blocks import BLOCK_DAYS
from ais_gaps.judgement.detours import Detours
from ais_gaps.judgement.exposure import Exposure, exposure
from ais_gaps.judgement.model import KNOTS, Model, Models, probability
from ais_gaps.judgement.paths import Paths
from ais_gaps.judgement.peers import Peers, Period
from ais_gaps.judgement.silences import H_US, Silences, apart_nm
from ais_gaps.judgement.terms import earlier, habit, terms
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

CONTEXT_H: Final = 6.0
"""A ship's other silences count for her habits and her history from this length on, whatever threshold was asked for."""
AT_ONCE: Final = 500_000
"""Silences that are judged together; memory is bounded by this."""

_DAY_US: Final = 24 * H_US
_LOOKBACK_H: Final = 240.0
_RADIUS_NM: Final = 3440.065


@dataclass(frozen=True)
class Judged:
    """Silences with all that was found out about them; arrays of one length.

    Attributes:
        silences: as arrays.
        values: raw terms by name (`terms`), ``habit`` and ``history`` among them.
        parts: what each term adds to the log-odds, in nats; and ``bias``.
        found: the exposure.
        via, stay_h: the place out of hearing that is best, if a watched one, and the time left there (`detours`).
        ports_nm: distance to the nearest known place at off and at on.
        full_rate: reports an hour of ships of her class that are heard without a break; NaN where not known.
        first_day, last_day: of the period that the evidence is of, days since 1970.
        by_kind: whether reports say what kind of receiver heard them.
        p: the probability that it was a choice.
    """

    silences: Silences
    values: dict[str, Floats]
    parts: dict[str, Floats]
    found: Exposure
    via: Ints
    stay_h: Floats
    ports_nm: tuple[Floats, Floats]
    full_rate: Floats
    first_day: Ints
    last_day: Ints
    by_kind: Flags
    p: Floats


@dataclass(frozen=True)
class _Base:
    """What is known of silences of one period before their ships' other silences are looked at."""

    rows: Ints
    silences: Silences
    values: dict[str, Floats]
    found: Exposure
    via: Ints
    stay_h: Floats
    ports_nm: tuple[Floats, Floats]
    full_rate: Floats
    first_day: Ints
    last_day: Ints
    by_kind: Flags


def judge(
    store: Store,
    ingests: Sequence[Ingest],
    gaps: pa.Table,
    context: pa.Table,
    places: pa.Table,
    *,
    as_of_us: int,
    models: Models,
    own: pa.Table | None = None,
) -> Judged:
    """Judges silences.

    Args:
        store, ingests: the archive, and which of it counts.
        gaps: silences to be judged (`gaps.BARE_GAPS`), with positions at their ends.
        context: all silences of the same ships over `CONTEXT_H`, likewise.
        places: known places, as `places.shipped` gives them.
        as_of_us: the present of the question, microseconds since 1970.
        models: weights.
        own: None: the silences are the archive's own. Else they are made up, each for itself: these ship-hours
            (`own_hours.SCHEMA`) of the silent ships lie inside them in the archive, and are left out.
    """
    known = context if own is not None else context.filter(_absent(context, gaps))
    every = pa.concat_tables([known.select(gaps.schema.names), gaps])
    mine = None if own is None else own.set_column(0, "silence", pc.add(own["silence"].cast(pa.int64()), len(known)))
    bases = list(_bases(store, ingests, every, places, as_of_us, mine))
    order = np.argsort(np.concatenate([np.empty(0, np.int64), *(base.rows for base in bases)]), kind="stable")
    s = _joined([base.silences for base in bases], order, Silences.of(every.slice(0, 0), as_of_us))
    values = {
        name: np.concatenate([np.empty(0), *(base.values[name] for base in bases)])[order]
        for name in (bases[0].values if bases else (*KNOTS, "factor"))
    }
    target = np.arange(len(every)) >= len(known)
    long = (s.hours > CONTEXT_H) & (~target if own is not None else True)
    if len(every):
        values["habit"] = habit(s, values["factor"], values["way"] > 0, long)
        first = _summed(models.closed_first, models.open_first, values, s.open)[0]
        values["history"] = earlier(s, probability(first), long)
    log_odds, parts = _summed(models.closed, models.open, values, s.open)
    picked = np.flatnonzero(target)

    def column(name: str) -> Any:
        return np.concatenate([getattr(base, name) for base in bases])[order][picked] if bases else np.empty(0)

    ports = [
        np.concatenate([base.ports_nm[k] for base in bases])[order][picked] if bases else np.empty(0) for k in (0, 1)
    ]
    return Judged(
        _taken(s, picked),
        {name: each[picked] for name, each in values.items()},
        {name: each[picked] for name, each in parts.items()},
        _joined([base.found for base in bases], order[picked], Exposure.empty(0)),
        column("via"),
        column("stay_h"),
        (ports[0], ports[1]),
        column("full_rate"),
        column("first_day"),
        column("last_day"),
        column("by_kind"),
        probability(log_odds)[picked],
    )


def _bases(
    store: Store, ingests: Sequence[Ingest], gaps: pa.Table, places: pa.Table, as_of_us: int, own: pa.Table | None
) -> Any:
    """Period by period, some `AT_ONCE` silences of whole ships at a time."""
    block = gaps["off_us"].to_numpy() // _DAY_US // BLOCK_DAYS
    ports, watched = _positions(places), _positions(places.filter(pc.fill_null(places["watched"], False)))
    newest = max((i.last_us for i in ingests if i.last_us is not None), default=0)
    # Of a present in the past its own day tells nothing of the long run, nor its own hour of that hour, for later reports are in
    # both: but for a present that is the very end of a day or an hour.
    last_day, last_hour = (
        (as_of_us + 1) // unit - 1 if as_of_us < newest else as_of_us // unit for unit in (_DAY_US, H_US)
    )
    oldest = min((i.first_us for i in ingests if i.first_us is not None), default=0)
    held = oldest // _DAY_US // BLOCK_DAYS, last_hour // 24 // BLOCK_DAYS
    # Blocks whose periods hold the same days of the archive are judged together.
    periods: dict[tuple[int, int], list[int]] = {}
    for number in np.unique(block).tolist():
        periods.setdefault((max(number - 1, held[0]), min(number + 1, held[1])), []).append(number)
    for numbers in periods.values():
        period = Period.of(numbers[0], last_day, last_hour)
        if len(numbers) > 1:
            period = replace(Period.of(numbers[-1], last_day, last_hour), first_day=period.first_day)
        peers = Peers(store, ingests, period, as_of_us)
        of_block = np.flatnonzero(np.isin(block, numbers))
        of_block = of_block[np.argsort(gaps["mmsi"].to_numpy()[of_block], kind="stable")]
        for start in range(0, len(of_block), AT_ONCE):
            rows = of_block[start : start + AT_ONCE]
            s = Silences.of(gaps.take(pa.array(rows)), as_of_us)
            yield _base(rows, s, peers, ports, watched, _own_of(own, rows))


def _base(rows: Ints, s: Silences, peers: Peers, ports: Floats, watched: Floats, mine: pa.Table) -> _Base:
    own, received = peers.own(s)
    detours = Detours.of(s, watched, peers.coverage, own)
    paths = Paths.of(s, detours)
    natural = np.ones(len(s), np.bool_)
    natural[mine["silence"].to_numpy()] = False
    found = exposure(paths, peers.setting, own, received, mine, peers.hours_of, natural)
    ports_nm = _nearest_nm(s.off_lat, s.off_lon, ports), _nearest_nm(s.on_lat, s.on_lon, ports)
    full = peers.full_rate[s.class_b.astype(np.int64)]
    n = len(s)
    return _Base(
        rows,
        s,
        terms(s, paths, found, full, np.isin(s.mmsi, peers.fishers), ports_nm),
        found,
        detours.watched,
        detours.stay_h,
        ports_nm,
        full,
        np.full(n, peers.first_day),
        np.full(n, peers.last_day),
        np.full(n, peers.coverage.by_kind),
    )


def _own_of(own: pa.Table | None, rows: Ints) -> pa.Table:
    """Of made-up silences what was really heard inside them, by their number among some."""
    if own is None:
        return own_hours.SCHEMA.empty_table()
    number = np.full(int(max(own["silence"].to_numpy().max(initial=0), rows.max(initial=0))) + 1, -1)
    number[rows] = np.arange(len(rows))
    at = number[own["silence"].to_numpy()]
    return own.set_column(0, "silence", pa.array(at)).filter(pa.array(at >= 0)).cast(own_hours.SCHEMA)


def _summed(closed: Model, opened: Model, values: dict[str, Floats], open_: Flags) -> tuple[Floats, dict[str, Floats]]:
    """Log-odds, and the parts that add up to them."""
    parts: dict[str, Floats] = {"bias": np.where(open_, opened.bias, closed.bias)}
    of_closed, of_open = closed.parts(values), opened.parts(values)
    for name in {**of_closed, **of_open}:
        parts[name] = np.where(open_, of_open.get(name, 0.0), of_closed.get(name, 0.0))
    return np.asarray(sum(parts.values()), np.float64), parts


def _absent(context: pa.Table, gaps: pa.Table) -> pa.Array:
    """Which silences are not among others."""
    both = [pa.concat_tables([table.select(_WHICH) for table in (context, gaps)])[name].to_numpy() for name in _WHICH]
    ship = np.unique(both[0].astype(np.int64) << 16 | both[1], return_inverse=True)[1]
    # A track's silences are over an hour long, so that the second tells them apart.
    key = ship << 34 | both[2] // 1_000_000
    return pa.array(~np.isin(key[: len(context)], key[len(context) :]))


_WHICH: Final = ["mmsi", "track", "off_us"]


def _positions(places: pa.Table) -> Floats:
    """Latitudes and longitudes of places that have a position, shape (2, n)."""
    some = places.filter(pc.is_valid(places["lat"]))
    return np.stack([some["lat"].to_numpy(), some["lon"].to_numpy()])


def _nearest_nm(lat: Floats, lon: Floats, ports: Floats) -> Floats:
    """Distance to the nearest of some positions, in nautical miles."""
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    if not ports.shape[1]:
        return np.full(len(lat), np.inf)

    def vectors(phi: Floats, lam: Floats) -> Floats:
        phi, lam = np.radians(phi), np.radians(lam)
        return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=1)

    _, at = cKDTree(vectors(*ports)).query(vectors(lat, lon))
    return apart_nm(lat, lon, ports[0][at], ports[1][at])


def _joined(some: Sequence[Any], order: Ints, empty: Any) -> Any:
    """Arrays of several as one, in an order."""
    if not some:
        return empty
    each = [np.concatenate([getattr(one, f.name) for one in some])[order] for f in fields(empty)]
    return type(empty)(*each)


def _taken(s: Silences, rows: Ints) -> Silences:
    return Silences(*(getattr(s, f.name)[rows] for f in fields(Silences)))
