"""The files of a world: what an archive takes in, and the truth to hold its answers against.

- reports.csv: reports in the project's own field names, by time; static fields on some rows only. What the archive gets.
- places.geojson: the sea's ports, each watched or not. What the archive gets.
- truth.csv: each silence of more than 2 h of each ship, between her sound reports: `mmsi` that she sent under, `ship` (her number),
  `off_ts`, `on_ts` (empty while `open`), `hours`, positions, `cause` (see `silences`), and the first hidden call inside it:
  `hidden_kind` (port, or ship to ship), `hidden_place_id`, `hidden_place`, `call_from`, `call_to`; `calls` is their number.
- calls.csv: all hidden calls, also those before a ship was first heard.
- ships.csv: who really sent under which MMSI, and what is wrong with the reports.
- outages.csv: when a station, all satellites or the whole feed heard nobody.
- senders.parquet: of each row of reports.csv the ship that sent it, the station that heard it, and what is wrong with it.
- world.json: settings and counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv
from pyarrow import parquet as pq

from ais_gaps.errors import UsageError
from ais_gaps.itu import ship_type_words
from ais_gaps.worlds.seas import Sea, features
from ais_gaps.worlds.silences import Silence
from ais_gaps.worlds.voyages import HiddenCall
from ais_gaps.worlds.world import Told, World

NOTE: Final = "generated; no real AIS"

_INSTANT: Final = "%Y-%m-%dT%H:%M:%SZ"


def write(world: World, out: Path) -> dict[str, Any]:
    """Writes a world's files into a new or empty folder; what world.json says.

    Raises:
        UsageError: the folder holds something else.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is there already and is no empty folder.")
    out.mkdir(parents=True, exist_ok=True)
    reports, senders = _reports(world)
    _csv(reports, out / "reports.csv")
    pq.write_table(senders, out / "senders.parquet")
    (out / "places.geojson").write_bytes(orjson.dumps(features(world.sea), option=orjson.OPT_INDENT_2) + b"\n")
    truth = [_silence(world, told, silence) for told in world.ships for silence in told.silences]
    calls = [_hidden(world, told, call) for told in world.ships for call in told.calls]
    for name, rows, schema in (
        ("truth", truth, _TRUTH),
        ("calls", calls, _CALLS),
        ("ships", _ships(world), _SHIPS),
        ("outages", _outages(world), _OUTAGES),
    ):
        _csv(pa.Table.from_pylist(rows, schema), out / f"{name}.csv")
    said = _said(world, len(reports), truth, calls)
    (out / "world.json").write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n")
    return said


_TIME: Final = pa.timestamp("s", tz="UTC")
_HIDDEN: Final = [("hidden_kind", pa.string()), ("hidden_place_id", pa.string()), ("hidden_place", pa.string())]
_TRUTH: Final = pa.schema(
    [
        ("mmsi", pa.int64()),
        ("ship", pa.int64()),
        ("off_ts", _TIME),
        ("on_ts", _TIME),
        ("open", pa.bool_()),
        ("hours", pa.float64()),
        *((name, pa.float64()) for name in ("off_lat", "off_lon", "on_lat", "on_lon")),
        ("cause", pa.string()),
        *_HIDDEN,
        ("call_from", _TIME),
        ("call_to", _TIME),
        ("calls", pa.int64()),
    ]
)
_CALLS: Final = pa.schema(
    [
        ("mmsi", pa.int64()),
        ("ship", pa.int64()),
        *_HIDDEN,
        ("watched", pa.bool_()),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("call_from", _TIME),
        ("call_to", _TIME),
    ]
)
_SHIPS: Final = pa.schema(
    [
        ("ship", pa.int64()),
        ("mmsi", pa.int64()),
        ("own_mmsi", pa.int64()),
        ("shared_mmsi", pa.bool_()),
        ("name", pa.string()),
        ("imo", pa.int64()),
        ("kind", pa.string()),
        ("ais_class", pa.string()),
        ("length", pa.float64()),
        ("knots", pa.float64()),
        ("goes_dark", pa.bool_()),
        ("reports", pa.int64()),
        ("clock_errors", pa.int64()),
        ("teleports", pa.int64()),
        ("first_ts", _TIME),
        ("last_ts", _TIME),
    ]
)
_OUTAGES: Final = pa.schema([("receiver", pa.string()), ("from_ts", _TIME), ("to_ts", _TIME)])


def _reports(world: World) -> tuple[pa.Table, pa.Table]:
    """Rows of reports.csv and of senders.parquet, by time and ship."""
    ships = world.ships
    of = np.repeat(np.arange(len(ships)), [len(each.transcript.said_s) for each in ships])

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(each.transcript, name) for each in ships])[order]

    order = np.arange(len(of))
    order = np.lexsort((column("sent_s"), of, column("said_s")))
    of = of[order]
    told, trip = column("told"), column("trip")
    satellite, status, heading = column("satellite"), column("status"), column("heading")
    station = pa.array(world.reception.stations or [""]).take(pa.array(column("station")))
    station = pc.if_else(pa.array(satellite), pa.scalar(None, pa.string()), station)

    def said(values: Iterable[object], kind: pa.DataType) -> pa.Array:
        """What ships say of themselves, on the rows that tell it."""
        return pa.array(list(values), kind).take(pa.array(of, mask=~told))

    first_trip = np.append(0, np.cumsum([len(each.bound_for) for each in ships]))[:-1]
    of_trip = pa.array(first_trip[of] + trip, mask=~told)
    reports = {
        "mmsi": np.array([each.mmsi for each in ships])[of],
        "ts": _times(world, column("said_s")),
        **{name: column(name) for name in ("lat", "lon", "sog", "cog")},
        "heading": pa.array(np.nan_to_num(heading).astype(np.int64), mask=np.isnan(heading)),
        "nav_status": pa.array(status, mask=status < 0),
        "ais_class": pa.array([each.ship.ais_class for each in ships]).take(pa.array(of)),
        "receiver": pc.if_else(pa.array(satellite), "satellite", "terrestrial"),
        **({"station": station} if world.settings.stations_named else {}),
        "name": said((each.ship.name for each in ships), pa.string()),
        "imo": said((each.ship.imo for each in ships), pa.int64()),
        "call_sign": said((each.ship.call_sign for each in ships), pa.string()),
        "ship_type": said((ship_type_words(each.ship.type_code) for each in ships), pa.string()),
        "length": said((each.ship.length_m for each in ships), pa.float64()),
        "draught": pa.array(_trips(ships, world.sea, 0), pa.float64()).take(of_trip),
        "destination": pa.array(_trips(ships, world.sea, 1), pa.string()).take(of_trip),
    }
    wrong = np.select([column("clock"), column("place")], ["clock", "place"], "")
    senders = {"ship": pa.array(of, pa.int32()), "station": station, "wrong": pa.array(wrong.tolist(), pa.string())}
    return pa.table(reports), pa.table(senders)


def _trips(ships: Sequence[Told], sea: Sea, which: int) -> list[Any]:
    """Of each trip of each ship the draught (0) or the destination (1); class B says neither."""
    return [
        None if each.ship.ais_class == "B" else (draught, sea.ports[port].name.upper()[:20])[which]
        for each in ships
        for draught, port in zip(each.draughts_m, each.bound_for, strict=True)
    ]


def _silence(world: World, told: Told, silence: Silence) -> dict[str, Any]:
    heard = told.transcript
    rows = np.flatnonzero(heard.sound)
    off, on = int(rows[silence.off]), None if silence.on < 0 else int(rows[silence.on])
    until_s = world.as_of_s if on is None else int(heard.sent_s[on])
    return {
        "mmsi": told.mmsi,
        "ship": told.ship.number,
        "off_ts": _second(world, heard.sent_s[off]),
        "on_ts": None if on is None else _second(world, heard.sent_s[on]),
        "open": on is None,
        "hours": round((until_s - int(heard.sent_s[off])) / 3600.0, 4),
        "off_lat": heard.lat[off],
        "off_lon": heard.lon[off],
        "on_lat": None if on is None else heard.lat[on],
        "on_lon": None if on is None else heard.lon[on],
        "cause": silence.cause,
        **(_called(world, silence.calls[0]) if silence.calls else {}),
        "calls": len(silence.calls),
    }


def _called(world: World, call: HiddenCall) -> dict[str, Any]:
    port = None if call.port < 0 else world.sea.ports[call.port]
    return {
        "hidden_kind": call.kind,
        "hidden_place_id": port and port.place_id,
        "hidden_place": port and port.name,
        "call_from": _second(world, call.from_s),
        "call_to": _second(world, call.to_s),
    }


def _hidden(world: World, told: Told, call: HiddenCall) -> dict[str, Any]:
    return {
        "mmsi": told.mmsi,
        "ship": told.ship.number,
        **_called(world, call),
        "watched": call.port >= 0 and world.sea.ports[call.port].watched,
        "lat": round(call.lat, 5),
        "lon": round(call.lon, 5),
    }


def _ships(world: World) -> list[dict[str, Any]]:
    rows = []
    for told, shared in zip(world.ships, world.sharing.tolist(), strict=True):
        ship, heard = told.ship, told.transcript
        rows.append(
            {
                "ship": ship.number,
                "mmsi": told.mmsi,
                "own_mmsi": ship.mmsi,
                "shared_mmsi": shared,
                "name": ship.name,
                "imo": ship.imo,
                "kind": ship.kind,
                "ais_class": ship.ais_class,
                "length": ship.length_m,
                "knots": round(ship.knots, 2),
                "goes_dark": ship.dark,
                "reports": len(heard.said_s),
                "clock_errors": int(heard.clock.sum()),
                "teleports": int(heard.place.sum()),
                "first_ts": _second(world, heard.said_s.min()) if len(heard.said_s) else None,
                "last_ts": _second(world, heard.said_s.max()) if len(heard.said_s) else None,
            }
        )
    return rows


def _outages(world: World) -> list[dict[str, Any]]:
    return [
        {"receiver": each.receiver, "from_ts": _second(world, each.from_s), "to_ts": _second(world, each.to_s)}
        for each in world.reception.outages
    ]


def _said(world: World, reports: int, truth: list[dict[str, Any]], calls: list[dict[str, Any]]) -> dict[str, Any]:
    causes = Counter(row["cause"] for row in truth)
    return {
        "note": NOTE,
        "seed": world.settings.seed,
        "sea": world.sea.name,
        "settings": asdict(world.settings),
        "as_of": pc.strftime(_times(world, np.array([world.as_of_s])), format=_INSTANT)[0].as_py(),
        "reports": reports,
        "ships": len(world.ships),
        "ships_heard": sum(bool(len(told.transcript.said_s)) for told in world.ships),
        "silences": len(truth),
        "silences_by_cause": dict(sorted(causes.items())),
        "hidden_calls": dict(sorted(Counter(row["hidden_kind"] for row in calls).items())),
        "outages": len(world.reception.outages),
    }


def _second(world: World, seconds: Any) -> int:
    """Whole seconds since 1970; of what began or ended between two, the one before."""
    return world.settings.start_s + int(np.floor(seconds))


def _times(world: World, seconds: NDArray[np.int64]) -> pa.Array:
    return pa.array(seconds + world.settings.start_s).cast(_TIME)


def _csv(table: pa.Table, path: Path) -> None:
    for number, column in enumerate(table.schema):
        if column.type == _TIME:
            table = table.set_column(number, column.name, pc.strftime(table[column.name], format=_INSTANT))
    csv.write_csv(table, path, csv.WriteOptions(quoting_style="needed"))
