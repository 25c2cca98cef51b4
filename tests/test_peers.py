"""The gap cases of Global Fishing Watch's pipe-gaps, through the archive: what it gets right we get too, and what not is shown.

Everywhere:

- The peer answers for a range of days and a look-back before it; gaps from earlier runs come back to it as rows. We answer for the
  archive up to a moment (``as_of``), and of our gaps those are compared that end, or are still open, within the range.
- Its MMSI 12345 and 999 are none: such a case runs under another number. Thresholds below an hour are below our floor: such a
  case runs with its clock three times as slow.
- ``gap_id`` is another hash. That of an open gap, and of the same gap closed, is one here too.
- Its open gaps have no duration; ours runs up to ``as_of``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ais_gaps.errors import UsageError
from ais_gaps.holdings import Holdings
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.store.archive import Store
from tests.conftest import SHARED
from tests.rows import Row, brute_force

PEER = SHARED / "data" / "peers" / "pipe_gaps"
CASES = {case["id"]: case for case in json.loads((PEER / "cases.json").read_text())["cases"]} if PEER.is_dir() else {}
pytestmark = pytest.mark.skipif(not CASES, reason="the peer's cases (../shared/data/peers) are not on this machine")

FIELDS = {"mmsi": "mmsi", "ts": "timestamp", "lat": "lat", "lon": "lon", "receiver": "receiver_type"}
OPTIONS = ReadOptions(mapping={**FIELDS, "ais_class": "ais_class"})
STAND_INS, SLOWER = {"12345": "257012345", "999": "257000999"}, 3
DAY = timedelta(days=1)
M_A_NM = 1852.0

# Where we differ on purpose, beyond the above: what the peer emits, and why that is not the answer.
OTHER_COUNTS = {
    # its row of the open gap has no counts; ours come from the reports
    ("closing__one_open_gap_one_closed_gap", 0): (1, 1, 0),
    # its row of the open gap brings a count of 4, of reports that are in no file
    ("between_days__one_ssvid_with_open_gaps", 0): (1, 1, 0),
    # OFF at 20:00, heard at 10:00 and 14:00: it counts 2 of these 3, because 10:00 lies before its look-back
    ("periods__period_1_day_no_duplicated_closed_gap_2", 0): (3, 3, 0),
}
"""(case, row) -> our counts; the brute force has them too."""
TOLD_BEFORE = "periods__period_1_day_no_duplicated_open_gap"
"""It emits nothing, because the gap was told the day before. We tell the same gap, of the same id, as long as it is open."""


@dataclass(frozen=True)
class Case:
    """One case, with our stand-ins for what we do not take."""

    id: str
    hours: float
    rows: list[dict[str, str]]
    expected: list[dict[str, str]]
    range_start: datetime | None
    as_of: datetime
    since: datetime | None
    open_too: bool
    dates: list[datetime]
    slower: int

    @property
    def reports(self) -> list[Row]:
        """Its positions as the brute force takes them."""
        return reports(self.rows)


def reports(rows: Sequence[dict[str, str]]) -> list[Row]:
    """Positions as the brute force takes them."""
    return [
        {
            "mmsi": int(row["mmsi"]),
            "ts": _us(_time(row["timestamp"])),
            "lat": _number(row["lat"]),
            "lon": _number(row["lon"]),
            "receiver": row["receiver_type"] if row["receiver_type"] in ("terrestrial", "satellite") else None,
        }
        for row in rows
    ]


def case(name: str) -> Case:
    spec = CASES[name]
    said = spec["params"]
    slower = SLOWER if said["threshold_h"] < 1 else 1
    rows = _rows(spec["positions"], slower)
    if spec["open_gaps"]:
        earlier = [
            {
                **dict.fromkeys(rows[0], ""),
                "mmsi": gap["mmsi"],
                "timestamp": gap["gap_start"],
                "lat": gap["start_lat"],
                "lon": gap["start_lon"],
                "receiver_type": gap["start_receiver_type"],
                "ais_class": "A",
            }
            for gap in _rows(spec["open_gaps"], slower)
        ]
        rows = [row for row in earlier if row["timestamp"] not in {r["timestamp"] for r in rows}] + rows
    start, end = map(_time, said["date_range"]) if said.get("date_range") else (None, None)
    last = max(_time(row["timestamp"]) for row in rows)
    as_of = end or last.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    since = said.get("start_time")
    return Case(
        name,
        said["threshold_h"] * slower,
        rows,
        _rows(spec["expected"], slower),
        start,
        as_of,
        None if since is None else _slow(_time(since), slower),
        said.get("eval_last", False),
        [_time(day) for day in said.get("dates", ())],
        slower,
    )


def _rows(path: str, slower: int) -> list[dict[str, str]]:
    with (PEER / path).open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["mmsi"] = STAND_INS.get(row["mmsi"], row["mmsi"])
        for column in ("timestamp", "gap_start", "gap_end"):
            if row.get(column):
                row[column] = _slow(_time(row[column]), slower).isoformat()
    return rows


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _slow(moment: datetime, slower: int) -> datetime:
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    return begin + (moment - begin) * slower


def _us(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def archive_of(folder: Path, files: Iterable[Sequence[dict[str, str]]]) -> Holdings:
    """An archive into which files of positions went, one after the other, as a user's CSV by ``--map``."""
    Store.create(folder / "archive")
    archive = Holdings.at(folder / "archive")
    for number, rows in enumerate(files):
        add(archive, folder / f"{number}.csv", rows)
    return archive


def add(archive: Holdings, path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    [result] = archive.ingest([path], options=OPTIONS)
    assert result.error is None
    assert (result.rows_read, result.rows_rejected) == (len(rows), 0)
    assert result.rows_kept + result.rows_duplicate == len(rows)


def by_day(rows: Sequence[dict[str, str]]) -> list[list[dict[str, str]]]:
    days = sorted({row["timestamp"][:10] for row in rows})
    return [[row for row in rows if row["timestamp"][:10] == day] for day in days]


def in_range(gaps: pa.Table, of: Case) -> list[dict[str, Any]]:
    """Our gaps that the peer speaks of: closed ones that end in the range, and open ones where it looks for them."""
    return [
        gap
        for gap in gaps.to_pylist()
        if (of.open_too if gap["open"] else of.range_start is None or gap["on_ts"] >= of.range_start)
    ]


def agrees(gap: dict[str, Any], said: dict[str, str], of: Case, counts: tuple[int, ...] | None = None) -> None:
    """Our gap says what the peer's row does, but for other counts."""
    assert gap["mmsi"] == int(said["mmsi"])
    assert gap["off_ts"] == _time(said["gap_start"])
    assert gap["on_ts"] == (_time(said["gap_end"]) if said["gap_end"] else None)
    assert gap["open"] == (said["is_closed"] == "false")
    for ours, theirs in (
        ("off_lat", "start_lat"),
        ("off_lon", "start_lon"),
        ("on_lat", "end_lat"),
        ("on_lon", "end_lon"),
    ):
        assert gap[ours] == _number(said[theirs])
    if said["duration_h"]:
        assert gap["duration_h"] == pytest.approx(float(said["duration_h"]) * of.slower)
    metres, knots = _number(said["distance_m"]), _number(said["implied_speed_knots"])
    # Theirs is on a sphere, which is up to 0.6 % off.
    assert gap["distance_nm"] == (None if metres is None else pytest.approx(metres / M_A_NM, rel=6e-3))
    assert gap["implied_speed_kn"] == (None if knots is None else pytest.approx(knots / of.slower, rel=6e-3))
    names = ("positions_hours_before", "positions_hours_before_ter", "positions_hours_before_sat")
    assert _counts(gap) == (counts or tuple(int(said[name]) for name in names))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _counts(gap: dict[str, Any]) -> tuple[int, ...]:
    return tuple(gap[c] for c in ("reports_12h", "reports_12h_terrestrial", "reports_12h_satellite"))


def defined(reports: Sequence[Row], hours: float, as_of: datetime) -> list[tuple[Any, ...]]:
    """The gaps by brute force: who, off, on, the three counts, messages without a position inside."""
    columns = ("mmsi", "off_us", "on_us", "off_12h", "off_12h_terrestrial", "off_12h_satellite", "no_position")
    return [tuple(gap[c] for c in columns) for gap in brute_force(reports, hours, _us(as_of))]


def told(gaps: pa.Table) -> list[tuple[Any, ...]]:
    """Our gaps in the same form."""
    return [
        (
            g["mmsi"],
            _us(g["off_ts"]),
            None if g["on_ts"] is None else _us(g["on_ts"]),
            *_counts(g),
            g["heard_without_position"],
        )
        for g in gaps.to_pylist()
    ]


def test_all_thirty_cases_are_here() -> None:
    assert len(CASES) == 30
    assert all(len(_rows(spec["expected"], 1)) == spec["expected_count"] for spec in CASES.values())
    assert {name for name, _ in OTHER_COUNTS} | {TOLD_BEFORE} <= set(CASES)


@pytest.mark.parametrize("name", [n for n in CASES if CASES[n]["mode"] != "daily" and n != TOLD_BEFORE])
def test_the_same_gaps(name: str, tmp_path: Path) -> None:
    of = case(name)
    gaps = archive_of(tmp_path, [of.rows]).gaps(min_hours=of.hours, as_of=of.as_of, since=of.since)
    ours = in_range(gaps, of)
    said = sorted(of.expected, key=lambda row: (int(row["mmsi"]), row["gap_start"]))
    assert len(ours) == len(said)
    for i, (gap, row) in enumerate(zip(ours, said, strict=True)):
        agrees(gap, row, of, OTHER_COUNTS.get((name, i)))


@pytest.mark.parametrize("name", CASES)
def test_a_day_at_a_time_or_at_once_and_backwards_as_defined(name: str, tmp_path: Path) -> None:
    of = case(name)
    days = by_day(of.rows)
    found = []
    for i, files in enumerate(([of.rows], days, [of.rows[::-1], *days[::-1]])):
        (tmp_path / f"{i}").mkdir()
        found.append(archive_of(tmp_path / f"{i}", files).gaps(min_hours=of.hours, as_of=of.as_of))
    assert told(found[0]) == defined(of.reports, of.hours, of.as_of)
    assert all(gaps.equals(found[0]) for gaps in found)


def test_an_open_gap_is_told_as_long_as_it_is_open(tmp_path: Path) -> None:
    of = case(TOLD_BEFORE)
    assert of.expected == []
    assert of.range_start is not None
    archive = archive_of(tmp_path, [of.rows])
    [before] = archive.gaps(min_hours=of.hours, as_of=of.range_start).to_pylist()
    [still] = archive.gaps(min_hours=of.hours, as_of=of.as_of).to_pylist()
    assert (before["duration_h"], still["duration_h"]) == (24.0, 48.0)
    assert {**before, "duration_h": 48.0} == still


@pytest.mark.parametrize("name", [n for n in CASES if CASES[n]["mode"] == "daily"])
def test_daily_running_tells_each_day_what_is_new(name: str, tmp_path: Path) -> None:
    of = case(name)
    archive = archive_of(tmp_path, [])
    once = tmp_path / "once"
    once.mkdir()
    at_once = archive_of(once, [of.rows])
    known: list[tuple[str, bool]] = []
    said = iter(of.expected)
    fed: set[str] = set()
    for date in of.dates:
        due = {row["batch_date"] for row in of.rows if row["batch_date"] <= f"{date:%Y-%m-%d}"} - fed
        for day in sorted(due):
            add(archive, tmp_path / f"{day}.csv", [row for row in of.rows if row["batch_date"] == day])
        fed |= due
        gaps = archive.gaps(min_hours=of.hours, as_of=date + DAY)
        assert gaps.equals(at_once.gaps(min_hours=of.hours, as_of=date + DAY))
        new = [gap for gap in gaps.to_pylist() if (gap["gap_id"], gap["open"]) not in known]
        for gap in new:
            row = next(said)
            assert row["batch_date"] == f"{date:%Y-%m-%d}"
            agrees(gap, row, of)
        known += [(gap["gap_id"], gap["open"]) for gap in new]
    assert next(said, None) is None
    assert len({gap_id for gap_id, _ in known}) < len(known), "a gap that closes keeps its id"


# -- what the peer gets wrong ------------------------------------------------------------------------------------------


SHIP = "257000001"


def position(
    ts: str, lat: str = "65.4", lon: str = "12.0", mmsi: str = SHIP, receiver: str = "terrestrial"
) -> dict[str, str]:
    return {
        "seq": "",
        "mmsi": mmsi,
        "timestamp": f"{ts}Z",
        "lat": lat,
        "lon": lon,
        "receiver_type": receiver,
        "ais_class": "A",
    }


def check(archive: Holdings, rows: Sequence[dict[str, str]], hours: float, as_of: datetime) -> list[dict[str, Any]]:
    """Our gaps, which are those of the definition."""
    gaps = archive.gaps(min_hours=hours, as_of=as_of)
    assert told(gaps) == defined(reports(rows), hours, as_of)
    return gaps.to_pylist()


def test_a_late_report_inside_an_open_gap_parts_it(tmp_path: Path) -> None:
    """The peer closes an open gap with the first position of a later range, and never looks behind it again."""
    first, later = [position("2024-01-01T00:00:00")], [position("2024-01-04T06:00:00")]
    late = [position("2024-01-02T12:00:00")]
    archive = archive_of(tmp_path, [first, later])
    as_of = _time("2024-01-05")
    assert [gap["duration_h"] for gap in check(archive, first + later, 6, as_of)] == [78.0, 18.0]
    add(archive, tmp_path / "late.csv", late)
    parted = check(archive, first + late + later, 6, as_of)
    assert [gap["duration_h"] for gap in parted] == [36.0, 42.0, 18.0]
    gone = archive.gaps(superseded=True).to_pylist()
    assert [gap["duration_h"] for gap in gone] == [78.0]
    assert gone[0]["gap_id"] == parted[0]["gap_id"], (
        "she fell silent at the same moment: the gap is the same, its end another"
    )


def test_a_threshold_longer_than_any_look_back_in_daily_running(tmp_path: Path) -> None:
    """With a look-back of a day the peer never sees both ends of a silence of 63 h, nor one of 12 days."""
    rows = [position(ts) for ts in ("2024-01-01T12:00:00", "2024-01-04T03:00:00", "2024-01-16T03:00:00")]
    archive = archive_of(tmp_path, [[row] for row in rows])
    for hours, expected in ((30, [63.0, 288.0]), (63, [288.0]), (287.9, [288.0]), (288, [])):
        assert [gap["duration_h"] for gap in check(archive, rows, hours, _time("2024-01-17"))] == expected


def test_a_null_position_is_not_the_gulf_of_guinea(tmp_path: Path) -> None:
    """The peer hashes a missing coordinate as 0.0, and lets a message without any position end a gap."""
    rows = [
        position("2024-01-01T00:00:00"),
        position("2024-01-01T05:00:00", lat="", lon=""),
        position("2024-01-01T09:00:00", lat="91", lon="181"),
        position("2024-01-01T10:00:00", lon=""),
    ]
    archive = archive_of(tmp_path, [rows])
    [gap] = check(archive, rows, 9.5, _time("2024-01-01T12:00:00"))
    assert (gap["duration_h"], gap["heard_without_position"]) == (10.0, 2)
    assert (gap["on_lat"], gap["on_lon"], gap["distance_nm"], gap["implied_speed_kn"]) == (65.4, None, None, None)
    assert (gap["off_place"] is None, gap["on_place"]) == (False, None)
    ids = set()
    for i, lon in enumerate(("", "0.0")):
        (tmp_path / f"{i}").mkdir()
        own = [position("2024-01-01T00:00:00", lon=lon), position("2024-01-01T10:00:00")]
        ids |= set(archive_of(tmp_path / f"{i}", [own]).gaps()["gap_id"].to_pylist())
    assert len(ids) == 2, "no longitude and longitude 0 are two places"


def test_ties_at_off_are_all_counted_and_their_order_does_not_matter(tmp_path: Path) -> None:
    """Of several reports in OFF's second the peer counts only the OFF row; the count is of reports up to and including off."""
    rows = [
        position("2023-12-31T23:00:00"),
        position("2024-01-01T00:00:00", lat="65.40"),
        position("2024-01-01T00:00:00", lat="65.41", receiver="satellite"),
        position("2024-01-01T00:00:00", lat="65.42"),
        position("2024-01-01T08:00:00"),
    ]
    orders = (rows, rows[::-1], [rows[2], rows[4], rows[1], rows[0], rows[3]])
    found = []
    for i, order in enumerate(orders):
        (tmp_path / f"{i}").mkdir()
        files = [order] if i < 2 else [[row] for row in order]
        found.append(check(archive_of(tmp_path / f"{i}", files), order, 6, _time("2024-01-01T09:00:00")))
    assert found[0] == found[1] == found[2]
    [gap] = found[0]
    assert (gap["off_lat"], *_counts(gap)) == (65.42, 4, 3, 1)


def test_two_ships_under_one_mmsi_have_their_own_silences_and_are_flagged(tmp_path: Path) -> None:
    """The peer groups by MMSI: what two ships send looks like one that is never silent for 4 h; it does not say so."""
    rows = [
        position(f"2024-01-0{1 + hour // 24}T{hour % 24:02d}:00:00", lat=lat)
        for hour in range(0, 48, 2)
        for lat in [("65.4", "35.0")[hour // 2 % 2]]
    ]
    alone = position("2024-01-01T00:00:00", mmsi="257000002"), position("2024-01-01T12:00:00", mmsi="257000002")
    archive = archive_of(tmp_path, [[*rows, *alone]])
    gaps = archive.gaps(min_hours=1, as_of=_time("2024-01-02T23:00:00")).to_pylist()
    shared = [gap for gap in gaps if gap["mmsi"] == int(SHIP)]
    assert {(gap["track"], round(gap["off_lat"], 1)) for gap in shared} == {(0, 65.4), (1, 35.0)}
    assert [gap["duration_h"] for gap in shared] == [4.0] * 22 + [3.0], (
        "her newest report is an hour old: no gap longer than 1 h"
    )
    assert all(gap["distance_nm"] == 0 for gap in shared if not gap["open"])
    assert not any(gap["cause"] == "switched off" for gap in shared)
    assert all("more than one ship" in " ".join(gap["reasons"]) for gap in shared)
    assert not any("more than one ship" in " ".join(gap["reasons"]) for gap in gaps if gap["mmsi"] == 257000002)


def test_what_is_no_mmsi_and_a_threshold_below_the_floor_are_refused(tmp_path: Path) -> None:
    Store.create(tmp_path / "archive")
    archive = Holdings.at(tmp_path / "archive")
    path = PEER / CASES["detector__unsorted_input"]["positions"]
    [result] = archive.ingest([path], options=OPTIONS)
    assert (result.rows_read, result.rows_kept, result.rows_rejected) == (4, 0, 4)
    assert archive.rejects()["reason"].to_pylist() == ["malformed MMSI 12345"] * 4
    with pytest.raises(UsageError, match="shortest gap"):
        archive.gaps(min_hours=0.5)
