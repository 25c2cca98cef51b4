"""The endless world of the daily benchmark: a month forwards and backwards, a day a file, and no ship jumps in between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pytest

from benchmarks import daily, endless
from benchmarks.endless import MONTH_DAYS, START
from benchmarks.measure import Clock, Cost


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("endless") / "month"
    assert endless.generate(Clock(), folder=str(folder), vessels=12, seed=3) > 10_000
    return folder


def days(month: Path, *numbers: int) -> list[pa.Table]:
    return [pa_csv.read_csv(path) for path in endless.write_days(Clock(), folder=str(month), days=numbers)]


def test_a_file_holds_its_day_and_the_days_together_hold_the_month(month: Path) -> None:
    tables = days(month, *range(1, MONTH_DAYS + 1))
    whole = pa_csv.read_csv(month / "reports.csv")
    assert sum(map(len, tables)) == len(whole)
    for number, table in enumerate(tables):
        stamps = table["ts"].cast(pa.timestamp("s"))
        assert {t.date().toordinal() for t in stamps.to_pylist()} == {START.toordinal() + number}
        assert stamps.to_pylist() == sorted(stamps.to_pylist())


def test_backwards_a_day_is_itself_mirrored(month: Path) -> None:
    forwards, backwards = days(month, 3, 2 * MONTH_DAYS - 2)
    assert len(forwards) == len(backwards)
    for name in ("mmsi", "lat", "lon", "sog", "station", "name"):
        assert sorted(map(str, forwards[name].to_pylist())) == sorted(map(str, backwards[name].to_pylist()))
    turned = np.sort((forwards["cog"].drop_null().to_numpy() + 180.0) % 360.0)
    assert np.allclose(turned, np.sort(backwards["cog"].drop_null().to_numpy()))


@pytest.mark.parametrize("last", [MONTH_DAYS, 2 * MONTH_DAYS])
def test_no_ship_jumps_where_months_meet(month: Path, last: int) -> None:
    before, after = days(month, last, last + 1)
    ends = {row["mmsi"]: row for row in before.to_pylist()}
    begins = {row["mmsi"]: row for row in reversed(after.to_pylist())}
    assert len(ends) > 5
    for mmsi, row in ends.items():
        assert (begins[mmsi]["lat"], begins[mmsi]["lon"]) == (row["lat"], row["lon"])
        seconds = pc.subtract(*(pa.scalar(r["ts"]).cast(pa.timestamp("s")) for r in (begins[mmsi], row))).as_py()
        assert seconds.total_seconds() % 2 == 1, "as long after the seam as it was before it"


def test_the_figure_is_the_ratio_to_the_youngest_archive() -> None:
    def cost(cpu_s: float) -> Cost:
        return Cost(cpu_s, 1.0, 1.0, {"rows": 1, "read_mb": 2.0})

    lines = list(daily._findings({30: {"a": cost(2.0)}, 120: {"a": cost(2.2)}, 360: {"a": cost(3.0)}}))
    assert [(round(line.figure, 6), line.holds) for line in lines] == [(1.1, True), (1.5, False)]
    assert "360 days against 30" in lines[1].what
