"""A generated fleet: days of AIS in the MarineCadastre CSV layout of 2015-2024, the same bytes for the same seed.

Who the vessels are, where they are and when they are heard: `identities`, `voyages`, `hearing`. Here they become files.
Day 2 is the same whether 4 days are asked for or 365.

    python -m benchmarks.fleet OUT [--vessels N] [--days D] [--seed S]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from benchmarks.hearing import DAY_S, Phases, Receivers, Segments
from benchmarks.identities import Floats, Ints, make_identities
from benchmarks.measure import Clock
from benchmarks.voyages import Voyages

FIRST_DAY = date(2023, 1, 2)
"""So that 30 days end with January, and day 31 closes the month: closed months are what compaction merges."""
COLUMNS = (
    "MMSI", "BaseDateTime", "LAT", "LON", "SOG", "COG", "Heading", "VesselName", "IMO", "CallSign", "VesselType",
    "Status", "Length", "Width", "Draft", "Cargo", "TransceiverClass",
)  # fmt: skip

MIN_SPACING_S = 10  # closer reports would make 3 m of GPS noise look like speed
GPS_NOISE_DEG = 3e-5
DUPLICATE_SHARE = 0.002  # exact duplicates; a real day of all US waters had 0.35 %
NO_HEADING = 511

_BLOCK = 5_000  # vessels whose reports are made at once
_CHUNK = 250_000  # rows formatted at once
# Streams of the random generator: each part of the world has numbers of its own.
_IDENTITIES, _VOYAGES, _HEARING, _BERTHS, _PHASES, _REPORTS, _DUPLICATES, _EXPORT = range(8)

_TENTHS = pa.array([f"{k // 10}.{k % 10}" for k in range(3_600)])
_WHOLE = pa.array([f"{k}.0" for k in range(NO_HEADING + 1)])
_NO_STATUS = 16
_STATUS = pa.array([*(str(k) for k in range(_NO_STATUS)), None])
_DRAUGHTS = pa.array([None, *(f"{k // 10}.{k % 10}" for k in range(1, 256))])

Rows = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Identity:
    """What one vessel of the fleet calls itself; texts are empty where it does not say."""

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
        self._who = make_identities(self._rng(_IDENTITIES), vessels)
        self._where = Voyages(self._rng(_VOYAGES), self._who.speed_kn)
        self._receivers = Receivers(self._rng(_HEARING), vessels)
        self._berth_heading: Floats = self._rng(_BERTHS).uniform(0, 360, vessels)
        self._phases = Phases(self._rng(_PHASES, 0), vessels)

    def identity(self, vessel: int) -> Identity:
        """Who the vessel of this index (0 to vessels - 1) says it is."""
        mmsi, name, imo, call_sign = (
            self._who.texts[column][vessel].as_py() or "" for column in ("MMSI", "VesselName", "IMO", "CallSign")
        )
        return Identity(int(mmsi), name, imo, call_sign)

    def write_day(self, day: int, folder: Path) -> WrittenFile:
        """One day's reports of all vessels as ``AIS_YYYY_MM_DD.csv``, sorted by time as the published ones are."""
        segments = self._segments(day)
        blocks = [self._block(day, first, segments) for first in range(0, self.vessels, _BLOCK)]
        rows = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
        del blocks
        kept = len(rows["time"])
        repeats = 1 + (self._rng(_DUPLICATES, day).random(kept) < DUPLICATE_SHARE)
        order = np.repeat(np.argsort(rows["time"], kind="stable"), repeats)
        stamp = FIRST_DAY + timedelta(days=day - 1)
        path = folder / f"AIS_{stamp:%Y_%m_%d}.csv"
        clock = _clock(stamp)
        with _CsvFile(path) as out:
            for start in range(0, len(order), _CHUNK):
                chunk = {name: column[order[start : start + _CHUNK]] for name, column in rows.items()}
                out.write(self._columns(chunk, clock.take(pa.array(chunk["time"] - (day - 1) * DAY_S))))
        return WrittenFile(path, len(order), len(order) - kept)

    def write_export(self, vessel: int, last_day: int, folder: Path, *, years: int = 5) -> WrittenFile:
        """One vessel's reports of some years up to and including ``last_day``, about six an hour, as one CSV."""
        rng = self._rng(_EXPORT, vessel, last_day)
        end = last_day * DAY_S
        time = np.arange(end - years * 365 * DAY_S, end - 600, 600, dtype=np.int64)
        time += rng.integers(0, 600 - MIN_SPACING_S, len(time))
        time = time[rng.random(len(time)) < 0.9]
        rows = self._rows(np.full(len(time), vessel), time, rng)
        stamps = pa.array(np.datetime64(FIRST_DAY, "s") + time).cast(pa.string())
        path = folder / f"{self.identity(vessel).mmsi}_{years}_years.csv"
        with _CsvFile(path) as out:
            out.write(self._columns(rows, pc.replace_substring(stamps, " ", "T")))
        return WrittenFile(path, len(time), 0)

    def _rng(self, *key: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, *key])

    def _segments(self, day: int) -> Segments:
        """Going on from the day made last, or from the first when that is past."""
        if day <= self._phases.day:
            self._phases = Phases(self._rng(_PHASES, 0), self.vessels)
        while True:
            segments = self._phases.advance(self._rng(_PHASES, self._phases.day + 1))
            if self._phases.day == day:
                return segments

    def _block(self, day: int, first: int, segments: Segments) -> Rows:
        """The reports of a block of vessels in one day, by vessel and time."""
        rng = self._rng(_REPORTS, day, first)
        inside = (segments[0] >= first) & (segments[0] < first + _BLOCK)
        vessel, start, end, kind = (column[inside] for column in segments)
        heard, time = self._receivers.times(rng, (vessel, start, end, kind))
        time -= (day - 1) * DAY_S
        key = (heard * DAY_S + time)[(time >= 0) & (time < DAY_S - MIN_SPACING_S)]
        key = np.sort(key)
        key = key[np.diff(key, prepend=-MIN_SPACING_S) >= MIN_SPACING_S]
        return self._rows(key // DAY_S, key % DAY_S + (day - 1) * DAY_S, rng)

    def _rows(self, vessel: Ints, time: Ints, rng: np.random.Generator) -> Rows:
        """What the vessels send at these seconds, in the units of the message (0.1 kn, 0.1 degree, 0.1 m)."""
        n, who, moves = len(vessel), self._who, self._where.at(vessel, time)
        berth = moves.at_berth
        cog = np.where(berth, rng.random(n) * 360, moves.course + rng.normal(0, 1.2, n)) % 360
        speed_kn = np.where(berth, rng.exponential(0.04, n), moves.speed_kn + rng.normal(0, 0.12, n))
        heading = np.where(berth, self._berth_heading[vessel], moves.course + rng.normal(0, 1.5, n)) % 360
        under_way = np.where(who.type_code[vessel] == 30, 7, 0)
        status = np.where(berth, np.where(vessel % 5 == 0, 1, 5), under_way)
        laden_dm = who.draught_dm[vessel]
        lon = moves.lon + rng.normal(0, GPS_NOISE_DEG, n)
        return {
            "vessel": vessel.astype(np.int32),
            "time": time,
            "lat": np.round(moves.lat + rng.normal(0, GPS_NOISE_DEG, n), 5),
            "lon": np.round((lon + 180) % 360 - 180, 5),
            "sog": np.clip(np.round(speed_kn * 10), 0, 1_022).astype(np.int16),
            "cog": (np.round(cog * 10) % 3_600).astype(np.int16),
            "heading": np.where(who.no_heading[vessel], NO_HEADING, np.round(heading) % 360).astype(np.int16),
            "status": np.where(who.class_a[vessel], status, _NO_STATUS).astype(np.int16),
            "draught": np.where(moves.outbound, laden_dm, laden_dm * 7 // 10).astype(np.int16),
        }

    def _columns(self, rows: Rows, stamps: pa.Array) -> pa.Table:
        vessel = pa.array(rows["vessel"])
        columns = {name: texts.take(vessel) for name, texts in self._who.texts.items()}
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


def _clock(day: date) -> pa.Array:
    """The 86,400 seconds of a day as they are written."""
    return pa.array([f"{day}T{s // 3_600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(DAY_S)])


def generate(clock: Clock, *, folder: str, days: Sequence[int], vessels: int, seed: int) -> list[dict[str, Any]]:
    """The days as work for `benchmarks.measure`: what was written, a `WrittenFile` each."""
    with clock:
        fleet = Fleet(vessels, seed)
        return [asdict(fleet.write_day(day, Path(folder))) for day in days]


def generate_export(
    clock: Clock, *, folder: str, vessel: int, last_day: int, vessels: int, seed: int
) -> dict[str, Any]:
    """One vessel's five years as work for `benchmarks.measure`."""
    with clock:
        return asdict(Fleet(vessels, seed).write_export(vessel, last_day, Path(folder)))


def identities(clock: Clock, *, of: Sequence[int], vessels: int, seed: int) -> list[dict[str, Any]]:
    """Who the vessels of these indexes are, an `Identity` each."""
    with clock:
        fleet = Fleet(vessels, seed)
        return [asdict(fleet.identity(vessel)) for vessel in of]


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
        print(f"{written.path}: {written.rows:,} rows, {written.duplicates:,} of them duplicates")


if __name__ == "__main__":
    main()
