"""The judgement of an archive: the same whatever is asked, however the reports came, and as it was known at a time."""

from __future__ import annotations

import math
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from ais_gaps import worlds
from ais_gaps.holdings import Holdings
from ais_gaps.judgement.causes import ALONGSIDE, CAUSES, IDENTITY, LIKELY, SWITCHED_OFF, UNKNOWN
from tests.judgement_case import judged, log_odds, weights

SETTINGS = worlds.Settings(
    seed=21, vessels=50, days=9, pass_gap_h=3.0, outage_days=5.0, feed_outage_days=6.0, dark_ships=0.3, dark_trips=0.6, shared=0.06
)  # fmt: skip


class Made:
    """A world's reports as files, and archives of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        worlds.write(worlds.make(SETTINGS), folder / "world")
        head, *lines = (folder / "world" / "reports.csv").read_text().splitlines(keepends=True)
        columns = head.strip().replace('"', "").split(",")
        ts, mmsi = columns.index("ts"), columns.index("mmsi")
        self.head = head
        self.lines = [(line.split(",")[ts].strip('"'), int(line.split(",")[mmsi]), line) for line in lines]

    def file(self, name: str, lines: list[tuple[str, int, str]]) -> Path:
        path = self.folder / f"{name}.csv"
        path.write_text(self.head + "".join(line for *_, line in lines))
        return path

    def archive(self, name: str, *files: Path) -> Holdings:
        archive = Holdings.at(self.folder / name, create=True)
        archive.add_places(self.folder / "world" / "places.geojson")
        for file in files:
            assert [result.error for result in archive.ingest([file])] == [None]
        return archive


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("judged"))


@pytest.fixture(scope="module")
def archive(made: Made) -> Holdings:
    return made.archive("whole", made.folder / "world" / "reports.csv")


@pytest.fixture(scope="module")
def rows(archive: Holdings) -> list[dict[str, Any]]:
    return archive.gaps(min_hours=2).to_pylist()


@pytest.fixture(scope="module")
def every(archive: Holdings) -> dict[str, Any]:
    """All gaps over two hours, as the whole fleet's."""
    found = judged(archive.gaps(min_hours=2))
    assert len(found) > 120
    return found


def agrees(found: dict[str, Any], every: dict[str, Any], least: int) -> None:
    assert len(found) >= least
    assert {gap: every[gap] for gap in found} == found


@pytest.mark.parametrize("hours", [6.0, 6.5])
def test_a_threshold_chooses_and_changes_nothing(archive: Holdings, every: dict[str, Any], hours: float) -> None:
    agrees(judged(archive.gaps(min_hours=hours)), every, 20)


@pytest.mark.parametrize("hours", [2.0, 12.0])
def test_a_ship_by_herself_is_judged_as_in_the_fleet(archive: Holdings, every: dict[str, Any], hours: float) -> None:
    ships = sorted({row["mmsi"] for row in archive.gaps(min_hours=12).to_pylist()})[::20]
    for mmsi in ships:
        agrees(judged(archive.gaps(str(mmsi), min_hours=hours)), every, 1)


def test_neither_place_nor_time_nor_whether_it_is_over_changes_a_judgement(
    archive: Holdings, every: dict[str, Any]
) -> None:
    since, until = datetime(2023, 7, 5, tzinfo=UTC), datetime(2023, 7, 8, tzinfo=UTC)
    for which in (
        {"near": "Vladivostok", "within_nm": 80.0},
        {"since": since, "until": until, "min_hours": 7.0},
        {"open_only": True},
    ):
        agrees(judged(archive.gaps(**{"min_hours": 2.0, **which})), every, 5)  # type: ignore[arg-type]


def test_the_present_of_the_question_is_that_of_the_newest_report(archive: Holdings, every: dict[str, Any]) -> None:
    newest = archive.sql("SELECT max(ts) AS ts FROM reports")["ts"][0].as_py()
    agrees(judged(archive.gaps(min_hours=2, as_of=newest)), every, len(every))


def test_a_present_in_the_past_is_one_too(archive: Holdings) -> None:
    then = datetime(2023, 7, 8, 13, 20, tzinfo=UTC)
    whole = judged(archive.gaps(min_hours=2, as_of=then))
    agrees(judged(archive.gaps(min_hours=9, as_of=then)), whole, 20)
    for mmsi in sorted({row["mmsi"] for row in archive.gaps(min_hours=12).to_pylist()})[::40]:
        agrees(judged(archive.gaps(str(mmsi), as_of=then, min_hours=3)), whole, 0)


def test_asking_again_gives_the_same(archive: Holdings, every: dict[str, Any]) -> None:
    assert judged(Holdings.at(archive.path).gaps(min_hours=2)) == every


def same(found: dict[str, Any], every: dict[str, Any]) -> None:
    """Equal but for the last digits of sums of floats in another order."""
    assert found.keys() == every.keys()
    for gap, (p, cause, reasons) in every.items():
        assert found[gap][0] == (p if p is None else pytest.approx(p, abs=1e-9))
        assert found[gap][1:] == (cause, reasons)


def test_files_in_any_order_and_however_they_are_split_give_the_same(made: Made, every: dict[str, Any]) -> None:
    days = sorted({ts[:10] for ts, *_ in made.lines})
    by_time = [
        [line for line in made.lines if line[0][:10] in days[start : start + 3]] for start in range(0, len(days), 3)
    ]
    files = [made.file(f"days-{number}", some) for number, some in enumerate(by_time)]
    same(judged(made.archive("late", *files[1:], files[0]).gaps(min_hours=2)), every)
    by_ship = [[line for line in made.lines if line[1] % 3 == part] for part in range(3)]
    files = [made.file(f"ships-{number}", some) for number, some in enumerate(by_ship)]
    same(judged(made.archive("parted", *files).gaps(min_hours=2)), every)


def test_what_was_known_is_what_an_archive_of_those_files_alone_says(made: Made) -> None:
    middle = "2023-07-07T17"
    early = made.file("early", [line for line in made.lines if line[0] < middle])
    late = made.file("later", [line for line in made.lines if line[0] >= middle])
    only = judged(made.archive("early-only", early).gaps(min_hours=2))
    both = made.archive("both", early)
    time.sleep(0.02)
    known = datetime.now(UTC)
    time.sleep(0.02)
    list(both.ingest([late]))
    same(judged(both.gaps(min_hours=2, as_known=known)), only)
    assert judged(both.gaps(min_hours=2)) != only


def test_every_gap_has_a_cause_and_what_is_judged_has_a_chance(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        p, cause = row["p_switched_off"], row["cause"]
        assert cause in CAUSES
        assert row["reasons"] and all(row["reasons"])
        if p is None:
            assert cause in (IDENTITY, UNKNOWN)
            assert "Nothing is judged." in row["reasons"][0]
        else:
            assert 0.0 < p < 1.0
            assert (cause == SWITCHED_OFF) == (p >= LIKELY)
    assert {SWITCHED_OFF, ALONGSIDE, UNKNOWN} <= {row["cause"] for row in rows}


def test_the_weights_that_are_printed_add_up_to_the_chance(rows: list[dict[str, Any]]) -> None:
    judged_ = [row for row in rows if row["p_switched_off"] is not None]
    assert len(judged_) > 120
    for row in judged_:
        told = weights(row["reasons"])
        # Each is rounded to a tenth.
        assert sum(told) == pytest.approx(log_odds(row["p_switched_off"]), abs=0.05 * len(told) + 0.05), row["reasons"]


def test_no_figure_is_no_number_and_no_name_is_in_the_reasons(rows: list[dict[str, Any]]) -> None:
    said = {row["name"] for row in rows if row["name"]}
    assert said
    text = "\n".join(sentence for row in rows for sentence in row["reasons"])
    assert not re.search(r"\b(nan|inf|none|null)\b", text, re.IGNORECASE)
    assert not re.search(r"-?0\.0\d*e|e[+-]\d\d", text)
    assert not any(name in text for name in said)


def test_reasons_are_of_the_period_and_count_what_they_rest_on(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["p_switched_off"] is None:
            continue
        found = [s for s in row["reasons"] if s.startswith("Reception is told from other ships from ")]
        assert len(found) == 1
        first, last, count = re.findall(r"from (\S+) to (\S+): ([\d,]+) ship-hours", found[0])[0]
        assert int(count.replace(",", "")) >= 6
        off = row["off_ts"]
        assert datetime.fromisoformat(first).replace(tzinfo=UTC) <= off
        assert off < datetime.fromisoformat(last).replace(tzinfo=UTC) + timedelta(days=1)
        assert math.isfinite(row["p_switched_off"])


def test_choices_of_the_world_stand_above_all_else(made: Made, archive: Holdings) -> None:
    """A plain check that the judgement knows anything: most of what it calls a choice was one, and it finds a good part of them."""
    from ais_gaps.evaluation import truth

    told = truth.read(made.folder / "world" / "truth.csv")
    was = {
        (row["mmsi"], row["off_ts"].timestamp())
        for row in told.filter(pc.equal(told["cause"], SWITCHED_OFF)).to_pylist()
    }
    rows = [row for row in archive.gaps(min_hours=2).to_pylist() if row["p_switched_off"] is not None]
    true = [(row["mmsi"], int(row["off_ts"].timestamp())) in was for row in rows]
    order = sorted(range(len(rows)), key=lambda i: -rows[i]["p_switched_off"])
    best = order[: sum(true)]
    assert sum(true) >= 10
    assert sum(true[i] for i in best) >= 0.6 * len(best)
