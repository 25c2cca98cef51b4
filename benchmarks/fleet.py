"""A generated fleet: days of AIS in the MarineCadastre CSV layout of 2015-2024, the same bytes for the same seed.

Each vessel shuttles between two berths on a bent line, so that its position is a function of time alone: it never
jumps, whatever the reports, and a silence changes nothing of where it is. Whether it is *heard* is a process of
three phases: dense (a shore station hears it, a report each 60-180 s), sparse (satellites, about one an hour) and
silent (6 h and more). Only the phases are carried from day to day, so that a year costs no more memory than a day,
and day 2 is the same whether 4 days are asked for or 365.

    python benchmarks/fleet.py OUT [--vessels N] [--days D] [--seed S]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

FIRST_DAY = date(2023, 1, 1)
DAY_S = 86_400
COLUMNS = (
    "MMSI", "BaseDateTime", "LAT", "LON", "SOG", "COG", "Heading", "VesselName", "IMO", "CallSign", "VesselType",
    "Status", "Length", "Width", "Draft", "Cargo", "TransceiverClass",
)  # fmt: skip

DENSE, SPARSE, SILENT = 0, 1, 2
SATELLITE_INTERVAL_S = 4_500
MIN_SPACING_S = 10  # closer reports would make 3 m of GPS noise look like speed
GPS_NOISE_DEG = 3e-5
DUPLICATE_SHARE = 0.002  # exact duplicates; a real US day had 0.35 %

_BLOCK = 5_000  # vessels whose reports are made at once
_CHUNK = 250_000  # rows formatted at once
_UNKNOWN_HEADING = 511
# Streams of the random generator: the same seed gives each of them numbers of its own.
_IDENTITY, _ROUTE, _PHASES, _REPORTS, _EXPORT = range(5)

_MIDS = np.array([209, 211, 219, 229, 235, 244, 247, 248, 256, 257, 273, 303, 338, 351, 352, 366, 367, 368, 371, 372,
                  412, 413, 431, 440, 441, 445, 477, 538, 563, 636])  # fmt: skip
_FIRST = ("NORTHERN", "PACIFIC", "OCEAN", "GOLDEN", "SILVER", "EASTERN", "BLUE", "ROYAL", "LUCKY", "GRAND", "BALTIC",
          "SEA", "MISS", "LADY", "CAPE", "PORT", "STAR", "SUN", "POLAR", "ARCTIC", "CORAL", "AMBER", "IRON", "JADE",
          "WESTERN", "SOUTHERN", "CRYSTAL", "EVER", "NEW", "OLD")  # fmt: skip
_SECOND = ("TRADER", "SPIRIT", "PIONEER", "STAR", "HARMONY", "GLORY", "EXPRESS", "DAWN", "BREEZE", "FORTUNE", "HOPE",
           "WAVE", "EAGLE", "FALCON", "SWAN", "DOLPHIN", "ORCHID", "LOTUS", "TIGER", "DRAGON", "BRIDGE", "HORIZON",
           "VOYAGER", "PRINCESS", "MARINER", "CHALLENGER", "VENTURE", "ISLANDER", "RUNNER", "CARRIER")  # fmt: skip
# ITU ship type code, share of the fleet, class A share, shortest and longest (m), slowest and fastest (kn)
_TYPES = np.array([
    (30, 0.18, 0.55, 12, 90, 5, 12), (31, 0.10, 0.9, 18, 45, 5, 12), (37, 0.12, 0.02, 6, 30, 4, 20),
    (60, 0.06, 0.9, 20, 300, 10, 22), (70, 0.22, 1, 60, 300, 9, 18), (71, 0.04, 1, 80, 366, 10, 20),
    (79, 0.05, 1, 60, 230, 8, 15), (80, 0.13, 1, 70, 330, 8, 15), (89, 0.03, 1, 60, 250, 8, 14),
    (90, 0.05, 0.7, 15, 140, 5, 14), (0, 0.02, 0.5, 10, 60, 4, 12),
])  # fmt: skip

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Identity:
    """What one vessel of the fleet calls itself; ``imo`` and ``call_sign`` are empty where it does not say."""

    mmsi: int
    name: str
    imo: str
    call_sign: str


@dataclass(frozen=True)
class WrittenFile:
    """One CSV: where it is, how many data rows it holds, and how many of them repeat another row exactly."""

    path: Path
    rows: int
    duplicates: int


class Fleet:
    """Vessels, and what is heard of them day by day. Days count from 1, which is `FIRST_DAY`."""

    def __init__(self, vessels: int = 50_000, seed: int = 7) -> None:
        self.vessels = vessels
        self.seed = seed
        self._make_identities()
        self._make_routes()
        self._day = 0  # the last day whose phases were made
        self._kind: Ints = np.empty(0, np.int64)
        self._until: Ints = np.empty(0, np.int64)

    def identity(self, vessel: int) -> Identity:
        """Who the vessel of this index (0 to vessels - 1) says it is."""
        said = (self._static[c][vessel].as_py() or "" for c in ("VesselName", "IMO", "CallSign"))
        return Identity(int(self._static["MMSI"][vessel].as_py()), *said)

    def write_day(self, day: int, folder: Path) -> WrittenFile:
        """One day's reports of all vessels as ``AIS_YYYY_MM_DD.csv``, sorted by time as the published ones are."""
        segments = self._segments(day)
        blocks = [self._block(day, start, segments) for start in range(0, self.vessels, _BLOCK)]
        rows = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
        del blocks
        rng = self._rng(_REPORTS, day, self.vessels)
        repeats = 1 + (rng.random(len(rows["time"])) < DUPLICATE_SHARE)
        order = np.repeat(np.argsort(rows["time"], kind="stable"), repeats)
        stamp = FIRST_DAY + timedelta(days=day - 1)
        path = folder / f"AIS_{stamp:%Y_%m_%d}.csv"
        clock = _clock(stamp)
        with _CsvFile(path) as out:
            for start in range(0, len(order), _CHUNK):
                chunk = {name: column[order[start : start + _CHUNK]] for name, column in rows.items()}
                out.write(self._columns(chunk, clock.take(pa.array(chunk["time"] - (day - 1) * DAY_S))))
        return WrittenFile(path, len(order), int(len(order) - len(rows["time"])))

    def write_export(self, vessel: int, last_day: int, folder: Path, *, years: int = 5) -> WrittenFile:
        """One vessel's reports of some years up to and including ``last_day``, about one in ten minutes, as one CSV."""
        rng = self._rng(_EXPORT, vessel, last_day)
        end = last_day * DAY_S
        time = np.arange(end - years * 365 * DAY_S, end - 600, 600, dtype=np.int64)
        time += rng.integers(0, 600 - MIN_SPACING_S, len(time))
        time = time[rng.random(len(time)) < 0.8]
        rows = self._kinematics(np.full(len(time), vessel), time, rng)
        stamps = pa.array(np.datetime64(FIRST_DAY, "s") + time).cast(pa.string())
        path = folder / f"{self.identity(vessel).mmsi}_{years}_years.csv"
        with _CsvFile(path) as out:
            out.write(self._columns(rows, pa.compute.replace_substring(stamps, " ", "T")))
        return WrittenFile(path, len(time), 0)

    def _rng(self, *key: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, *key])

    def _make_identities(self) -> None:
        rng, n = self._rng(_IDENTITY), self.vessels
        mmsi = np.empty(0, np.int64)
        while len(mmsi) < n:
            more = rng.choice(_MIDS, n) * 1_000_000 + rng.integers(1_000, 1_000_000, n)
            mmsi = np.unique(np.concatenate([mmsi, more]))
        mmsi = rng.permutation(mmsi)[:n]
        kinds = _TYPES[rng.choice(len(_TYPES), n, p=_TYPES[:, 1] / _TYPES[:, 1].sum())]
        code, class_a_share, shortest, longest = (kinds[:, i] for i in (0, 2, 3, 4))
        self._class_a: Flags = rng.random(n) < class_a_share
        length = np.round(shortest + (longest - shortest) * rng.beta(1.3, 2.5, n)).astype(np.int64)
        self._draught_dm: Ints = np.where(self._class_a & (length > 40), np.round(length * 0.55), 0).astype(np.int64)
        number = rng.integers(1, 100, n)
        names = [
            f"{first} {second}" + (f" {k}" if numbered else "")
            for first, second, k, numbered in zip(
                rng.choice(_FIRST, n), rng.choice(_SECOND, n), number, rng.random(n) < 0.6, strict=True
            )
        ]
        letters = rng.integers(0, 26, (n, 3))
        signs = [f"{chr(65 + a)}{chr(65 + b)}{chr(65 + c)}{d}" for (a, b, c), d in zip(letters, number, strict=True)]
        has_imo = self._class_a & (length > 50)
        has_sign = self._class_a | (rng.random(n) < 0.5)
        cargo = np.where((code >= 70) & (code < 90), code, 0).astype(np.int64)
        self._static: dict[str, pa.Array] = {
            "MMSI": _texts(mmsi),
            "VesselName": pa.array(names, mask=rng.random(n) < 0.02),
            "IMO": _texts(_imo_numbers(rng, n), has_imo, "IMO{}"),
            "CallSign": pa.array(signs, mask=~has_sign),
            "VesselType": _texts(code.astype(np.int64), code > 0),
            "Length": _texts(length),
            "Width": _texts(np.maximum(2, length // 6)),
            "Cargo": _texts(cargo, cargo > 0),
            "TransceiverClass": pa.array(np.where(self._class_a, "A", "B")),
        }
        self._type_code: Ints = code.astype(np.int64)
        self._speed_kn: Floats = kinds[:, 5] + (kinds[:, 6] - kinds[:, 5]) * rng.random(n)
        self._no_heading: Flags = np.where(self._class_a, rng.random(n) < 0.12, rng.random(n) < 0.85)

    def _make_routes(self) -> None:
        """Two berths a vessel, the bend between them, and how long it stays at each."""
        rng, n = self._rng(_ROUTE), self.vessels
        ports_lat, ports_lon = rng.uniform(-45, 60, 400), rng.uniform(-180, 180, 400)
        port = rng.choice(400, n, p=rng.dirichlet(np.full(400, 0.7)))
        self._lat0: Floats = ports_lat[port] + rng.normal(0, 0.03, n)
        self._lon0: Floats = ports_lon[port] + rng.normal(0, 0.03, n)
        self._moored: Flags = rng.random(n) < 0.25
        distance_nm = np.minimum(rng.lognormal(np.log(150), 1.3, n), 2_500)
        bearing = rng.uniform(0, 2 * np.pi, n)
        north_nm = distance_nm * np.cos(bearing)
        north_nm = np.where(np.abs(self._lat0 + north_nm / 60) > 65, -north_nm, north_nm)
        self._north_nm: Floats = north_nm
        self._east_nm: Floats = distance_nm * np.sin(bearing)
        self._cos_mid: Floats = np.cos(np.radians(self._lat0 + north_nm / 120))
        self._bend: Floats = rng.uniform(-0.05, 0.05, n)
        self._bends: Floats = rng.integers(1, 4, n) * np.pi
        # The line is bent, and straight in degrees, so the speed over ground varies along it: a fifth more time keeps
        # it near the vessel's own speed.
        self._cruise_s: Floats = np.maximum(600, distance_nm / self._speed_kn * 3_600 * 1.2)
        self._dwell_s: Floats = rng.lognormal(np.log(14), 0.8, n) * 3_600
        self._offset_s: Floats = rng.random(n) * 2 * (self._cruise_s + self._dwell_s)
        self._berth_heading: Floats = rng.uniform(0, 360, n)
        self._interval_s: Ints = rng.integers(75, 150, n)  # with a jitter of a fifth: 60 to 180 s
        self._interval_offset_s: Ints = rng.integers(0, 150, n)
        self._dense_h: Floats = rng.lognormal(np.log(1.3), 0.9, n)  # how long shore hears it at a time

    def _segments(self, day: int) -> tuple[Ints, Ints, Ints, Ints]:
        """The heard stretches of a day: vessel, start, end (seconds since `FIRST_DAY`), kind of phase."""
        if day <= self._day:
            self._day = 0
        if self._day == 0:
            rng = self._rng(_PHASES, 0)
            self._kind = rng.choice(3, self.vessels, p=(0.15, 0.75, 0.10))
            self._until = np.zeros(self.vessels, np.int64) + self._durations(rng, np.arange(self.vessels))
        while True:
            self._day += 1
            found = self._advance(self._day)
            if self._day == day:
                return found

    def _advance(self, day: int) -> tuple[Ints, Ints, Ints, Ints]:
        rng = self._rng(_PHASES, day)
        end = day * DAY_S
        start = np.full(self.vessels, end - DAY_S, np.int64)
        open_: Ints = np.arange(self.vessels)
        found: list[tuple[Ints, Ints, Ints, Ints]] = []
        while len(open_):
            until, kind = self._until[open_], self._kind[open_]
            heard = kind != SILENT
            found.append((open_[heard], start[open_][heard], np.minimum(until, end)[heard], kind[heard]))
            open_ = open_[until < end]
            start[open_] = self._until[open_]
            chance = rng.random(len(open_))
            was = self._kind[open_]
            heard_next = np.where(was == SILENT, np.where(chance < 0.5, DENSE, SPARSE), np.where(was == DENSE, 1, 0))
            self._kind[open_] = np.where((was != SILENT) & (chance < 0.08), SILENT, heard_next)
            self._until[open_] += self._durations(rng, open_)
        vessel, starts, ends, kinds = (np.concatenate(column) for column in zip(*found, strict=True))
        return vessel, starts, ends, kinds

    def _durations(self, rng: np.random.Generator, vessel: Ints) -> Ints:
        """Seconds that the present phase of these vessels lasts."""
        n = len(vessel)
        dense = np.maximum(600, rng.exponential(self._dense_h[vessel]) * 3_600)
        sparse = np.maximum(3_600, rng.exponential(18 * 3_600, n))
        silent = 6 * 3_600 * (1 + rng.lognormal(0, 1.1, n))
        return np.choose(self._kind[vessel], (dense, sparse, silent)).astype(np.int64)

    def _block(
        self, day: int, first: int, segments: tuple[Ints, Ints, Ints, Ints]
    ) -> dict[str, npt.NDArray[np.generic]]:
        """The reports of a block of vessels in one day, by vessel and time."""
        rng = self._rng(_REPORTS, day, first)
        inside = (segments[0] >= first) & (segments[0] < first + _BLOCK)
        vessel, start, end, kind = (column[inside] for column in segments)
        dense, sparse = kind == DENSE, kind == SPARSE
        v1, t1 = self._shore_times(rng, vessel[dense], start[dense], end[dense])
        count = rng.poisson((end - start)[sparse] / SATELLITE_INTERVAL_S)
        v2 = np.repeat(vessel[sparse], count)
        t2 = np.repeat(start[sparse], count) + (rng.random(len(v2)) * np.repeat((end - start)[sparse], count)).astype(
            np.int64
        )
        time = np.concatenate([t1, t2]) - (day - 1) * DAY_S
        key = np.concatenate([v1, v2]) * DAY_S + time
        key = np.sort(key[(time >= 0) & (time < DAY_S - MIN_SPACING_S)])
        key = key[np.diff(key, prepend=-MIN_SPACING_S) >= MIN_SPACING_S]
        return self._kinematics(key // DAY_S, key % DAY_S + (day - 1) * DAY_S, rng)

    def _shore_times(self, rng: np.random.Generator, vessel: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Reports on each vessel's own beat, which runs on over midnight, with a jitter of a fifth of it."""
        beat, offset = self._interval_s[vessel], self._interval_offset_s[vessel]
        first = -((offset - start) // beat)
        count = np.maximum(0, (end - 1 - offset) // beat - first + 1)
        before = np.cumsum(count) - count
        index = np.arange(count.sum()) - np.repeat(before - first, count)
        beats = np.repeat(beat, count)
        jitter = ((rng.random(len(index)) - 0.5) * 0.4 * beats).astype(np.int64)
        return np.repeat(vessel, count), np.repeat(offset, count) + index * beats + jitter

    def _kinematics(self, vessel: Ints, time: Ints, rng: np.random.Generator) -> dict[str, npt.NDArray[np.generic]]:
        """Where the vessels are and what they say of their movement, in the units of the message (0.1 kn, 0.1 deg)."""
        n = len(vessel)
        dwell, cruise = self._dwell_s[vessel], self._cruise_s[vessel]
        in_cycle = (time + self._offset_s[vessel]) % (2 * (dwell + cruise))
        back = in_cycle >= dwell + cruise
        in_leg = np.where(back, in_cycle - dwell - cruise, in_cycle)
        at_berth = (in_leg < dwell) | self._moored[vessel]
        share = np.clip((in_leg - dwell) / cruise, 0, 1)
        share = np.where(self._moored[vessel], 0, np.where(back, 1 - share, share))

        north, east = self._north_nm[vessel], self._east_nm[vessel]
        bend, bends = self._bend[vessel], self._bends[vessel]
        aside = bend * np.sin(bends * share)
        cos_mid = self._cos_mid[vessel]
        lat = self._lat0[vessel] + (north * share - east * aside) / 60
        lon = self._lon0[vessel] + (east * share + north * aside) / 60 / cos_mid
        turn = bend * bends * np.cos(bends * share)
        ahead_kn = np.where(back, -3_600, 3_600) / cruise
        north_kn = (north - east * turn) * ahead_kn
        east_kn = (east + north * turn) * ahead_kn * np.cos(np.radians(lat)) / cos_mid

        course = np.degrees(np.arctan2(east_kn, north_kn))
        cog = np.where(at_berth, rng.random(n) * 360, course + rng.normal(0, 1.2, n)) % 360
        speed = np.where(at_berth, rng.exponential(0.04, n), np.hypot(north_kn, east_kn) + rng.normal(0, 0.12, n))
        heading = np.where(at_berth, self._berth_heading[vessel], course + rng.normal(0, 1.5, n)) % 360
        status = np.where(at_berth, np.where(vessel % 5 == 0, 1, 5), np.where(self._type_code[vessel] == 30, 7, 0))
        laden = ~back
        return {
            "vessel": vessel.astype(np.int32),
            "time": time,
            "lat": np.round(lat + rng.normal(0, GPS_NOISE_DEG, n), 5),
            "lon": np.round((lon + rng.normal(0, GPS_NOISE_DEG, n) + 180) % 360 - 180, 5),
            "sog": np.clip(np.round(speed * 10), 0, 1_022).astype(np.int16),
            "cog": (np.round(cog * 10) % 3_600).astype(np.int16),
            "heading": np.where(self._no_heading[vessel], _UNKNOWN_HEADING, np.round(heading) % 360).astype(np.int16),
            "status": np.where(self._class_a[vessel], status, 16).astype(np.int16),
            "draught": np.where(laden, self._draught_dm[vessel], self._draught_dm[vessel] * 7 // 10).astype(np.int16),
        }

    def _columns(self, rows: dict[str, npt.NDArray[np.generic]], stamps: pa.Array) -> pa.Table:
        vessel = pa.array(rows["vessel"])
        columns = {name: column.take(vessel) for name, column in self._static.items()}
        columns |= {
            "BaseDateTime": stamps,
            "LAT": pa.array(rows["lat"]),
            "LON": pa.array(rows["lon"]),
            "SOG": _TENTHS.take(pa.array(rows["sog"])),
            "COG": _TENTHS.take(pa.array(rows["cog"])),
            "Heading": _WHOLE.take(pa.array(rows["heading"])),
            "Status": _STATUS.take(pa.array(rows["status"])),
            "Draft": _DRAUGHTS.take(pa.array(rows["draught"])),
        }
        return pa.table({name: columns[name] for name in COLUMNS})


_TENTHS = pa.array([f"{k // 10}.{k % 10}" for k in range(3_600)])
_WHOLE = pa.array([f"{k}.0" for k in range(_UNKNOWN_HEADING + 1)])
_STATUS = pa.array([*(str(k) for k in range(16)), None])
_DRAUGHTS = pa.array([None, *(f"{k // 10}.{k % 10}" for k in range(1, 256))])


class _CsvFile:
    """A CSV written in chunks, without the quotes that pyarrow's own header would have."""

    def __init__(self, path: Path) -> None:
        self._stream = pa.OSFile(str(path), "wb")
        self._stream.write((",".join(COLUMNS) + "\n").encode())
        self._options = pa_csv.WriteOptions(include_header=False, quoting_style="none")

    def __enter__(self) -> _CsvFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def write(self, table: pa.Table) -> None:
        pa_csv.write_csv(table, self._stream, self._options)


def _texts(numbers: Ints, known: Flags | None = None, form: str = "{}") -> pa.Array:
    return pa.array([form.format(k) for k in numbers.tolist()], mask=None if known is None else ~known)


def _clock(day: date) -> pa.Array:
    """The 86,400 seconds of a day as they are written."""
    return pa.array([f"{day}T{s // 3_600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(DAY_S)])


def _imo_numbers(rng: np.random.Generator, n: int) -> Ints:
    """Distinct numbers whose last digit is the checksum (IMO Resolution A.1117(30): weights 7 down to 2)."""
    body = rng.permutation(np.arange(800_000, 1_000_000))[:n] if n <= 200_000 else rng.integers(100_000, 1_000_000, n)
    digits = body[:, None] // 10 ** np.arange(5, -1, -1) % 10
    return body * 10 + (digits * np.arange(7, 1, -1)).sum(1) % 10


def main() -> None:
    """Writes the days into a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--vessels", type=int, default=50_000)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    fleet = Fleet(options.vessels, options.seed)
    for day in range(1, options.days + 1):
        written = fleet.write_day(day, options.out)
        print(f"{written.path} {written.rows:,} rows, {written.duplicates:,} of them duplicates")


if __name__ == "__main__":
    main()
