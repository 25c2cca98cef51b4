"""Any table by --map: what is said is done, what is certain is told, the rest is asked for."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.errors import MissingInformation, UnknownFormat, UsageError
from ais_gaps.readers.interface import MAPPABLE_FIELDS, ReadOptions
from ais_gaps.readers.mapped import Mapped
from tests.readers.reading import FORMATS, batches, rows, written
from tests.readers.test_formats import GERMAN
from tests.readers.test_text import Memory

NOON = datetime(2023, 8, 10, 12, tzinfo=UTC)
WHO_WHEN = {"mmsi": "id", "ts": "when"}
PLACE = WHO_WHEN | {"lat": "la", "lon": "lo"}


def times(folder: Path, *cells: str, column: str = "when", **options: Any) -> list[datetime | None]:
    """The times of a table of these cells."""
    content = io.StringIO(newline="")
    csv.writer(content).writerows([["id", column], *([367000140, cell] for cell in cells)])
    mapping = {"mmsi": "id", "ts": column}
    return [row.get("ts") for row in rows(written(folder, content.getvalue()), mapping=mapping, **options)]


class TestTimes:
    @pytest.mark.parametrize(
        "cell",
        [
            "2023-08-10T12:00:00Z",
            "2023-08-10 14:00:00+02:00",
            "1691668800",
            "1691668800.0",
            "1691668800000",
            "1691668800000000",
            "20230810T120000Z",
        ],
    )
    def test_that_can_be_read_in_one_way_need_nothing(self, tmp_path: Path, cell: str) -> None:
        assert times(tmp_path, cell) == [NOON]

    @pytest.mark.parametrize("column", ["date_time_utc", "Timestamp (UTC)", "UTC", "timeUTC", "BaseDateTimeGMT"])
    def test_are_utc_where_the_column_says_so(self, tmp_path: Path, column: str) -> None:
        assert times(tmp_path, "2023-08-10 12:00:00", column=column) == [NOON]

    @pytest.mark.parametrize("column", ["when", "time", "outcast", "Kutch_time"])
    def test_without_zone_are_asked_for(self, tmp_path: Path, column: str) -> None:
        with pytest.raises(MissingInformation, match="--time-zone"):
            times(tmp_path, "2023-08-10 12:00:00", column=column)

    def test_may_be_in_any_zone(self, tmp_path: Path) -> None:
        assert times(tmp_path, "2023-08-10 21:00:00", time_zone="Asia/Pyongyang") == [NOON]
        assert times(tmp_path, "2023-08-10 21:00:00", time_zone="+09:00") == [NOON]
        with pytest.raises(UsageError, match="nearest: Asia/Pyongyang"):
            times(tmp_path, "2023-08-10 21:00:00", time_zone="Asia/Pyonyang")

    @pytest.mark.parametrize(
        "cell", ["10/08/2023 12:00", "10.08.2023 12:00:00", "8-10-2023 12:00", "08/10/2023 12:00:00 PM"]
    )
    def test_whose_day_could_be_the_month_are_asked_for(self, tmp_path: Path, cell: str) -> None:
        with pytest.raises(MissingInformation, match=r"day or the month.*--time-format"):
            times(tmp_path, cell, "01/02/2023 00:00", time_zone="UTC")

    def test_whose_days_prove_their_order_are_read(self, tmp_path: Path) -> None:
        assert times(tmp_path, "10/08/2023 12:00", "13/08/2023 12:00", time_zone="UTC")[0] == NOON
        assert times(tmp_path, "08/10/2023 12:00", "08/13/2023 12:00", time_zone="UTC")[0] == NOON

    def test_by_a_format_are_read_by_it(self, tmp_path: Path) -> None:
        assert times(tmp_path, "10/08/23 12h00", time_format="%d/%m/%y %Hh%M", time_zone="UTC") == [NOON]
        assert times(tmp_path, "10/08/23 12:00Z", time_format="%d/%m/%y %H:%MZ") == [NOON]
        assert times(tmp_path, "10/08/23 14:00 +0200", time_format="%d/%m/%y %H:%M %z") == [NOON]
        with pytest.raises(MissingInformation, match="--time-zone"):
            times(tmp_path, "10/08/23 12:00", time_format="%d/%m/%y %H:%M")

    @pytest.mark.parametrize("cell", ["12345", "45148.5", "2023-08-10", "10 o'clock", "42"])
    def test_that_could_be_anything_are_asked_for(self, tmp_path: Path, cell: str) -> None:
        with pytest.raises(MissingInformation, match="--time-format"):
            times(tmp_path, cell, time_zone="UTC")

    def test_may_count_seconds_from_a_start(self, tmp_path: Path) -> None:
        start = datetime(2023, 8, 10, 11)
        assert times(tmp_path, "3600", "3600.5", time_format="seconds", start_time=start)[0] == NOON
        with pytest.raises(MissingInformation, match="--start-time"):
            times(tmp_path, "3600", time_format="seconds")

    def test_may_count_what_the_user_says(self, tmp_path: Path) -> None:
        assert times(tmp_path, "86400", time_format="unix") == [datetime(1970, 1, 2, tzinfo=UTC)]
        assert times(tmp_path, "86400000", time_format="unix_ms") == [datetime(1970, 1, 2, tzinfo=UTC)]

    def test_that_are_wrong_cost_their_row_only(self, tmp_path: Path) -> None:
        found = rows(
            written(tmp_path, "id,when\n1,2023-08-10T12:00:00Z\n2,soon\n3,2023-08-10T12:00:00\n"),
            mapping=WHO_WHEN,
            time_zone="UTC",
        )
        assert [row.get("reason") for row in found] == [None, "time cannot be read: 'soon'", None]


class TestNumbers:
    def test_of_speed_may_have_another_unit(self, tmp_path: Path) -> None:
        for unit, cell in (("kn", "36.0"), ("m/s", "18.52"), ("km/h", "66.672"), ("0.1kn", "360")):
            path = written(tmp_path, f"id,when,v\n1,1691668800,{cell}\n")
            assert rows(path, mapping=WHO_WHEN | {"sog": "v"}, sog_unit=unit)[0]["sog"] == pytest.approx(36.0)
        with pytest.raises(UsageError, match="--sog-unit mph: must be one of kn, m/s"):
            rows(path, mapping=WHO_WHEN | {"sog": "v"}, sog_unit="mph")

    @pytest.mark.parametrize("column", ["speed_kmh", "Speed (km/h)", "v [m/s]", "sog_mps", "speed_m_s"])
    def test_of_speed_whose_column_names_another_unit_are_asked_for(self, tmp_path: Path, column: str) -> None:
        path = written(tmp_path, f"id,when,{column}\n1,1691668800,10\n")
        with pytest.raises(MissingInformation, match="--sog-unit"):
            rows(path, mapping=WHO_WHEN | {"sog": column})
        assert rows(path, mapping=WHO_WHEN | {"sog": column}, sog_unit="kn")[0]["sog"] == 10.0

    def test_with_commas_are_asked_for(self, tmp_path: Path) -> None:
        path = written(tmp_path, "id;when;la;lo\n1;1691668800;57,5;10,25\n2;1691668800;;\n")
        with pytest.raises(MissingInformation, match="--decimal ,"):
            rows(path, mapping=PLACE)
        assert rows(path, mapping=PLACE, decimal=",")[0]["lat"] == 57.5
        with pytest.raises(UsageError, match="--decimal"):
            rows(path, mapping=PLACE, decimal="'")

    def test_that_are_broken_by_a_computer_program_are_refused(self, tmp_path: Path) -> None:
        (row,) = rows(written(tmp_path, "id,when\n3.67E+08,1691668800\n"), mapping=WHO_WHEN)
        assert row["reason"] == "MMSI is not a whole number: '3.67E+08'"


class TestColumns:
    def test_that_do_not_exist_are_named_with_the_nearest(self, tmp_path: Path) -> None:
        path = written(tmp_path, "vessel_mmsi,timestamp,latitude\n1,1691668800,2\n")
        with pytest.raises(
            UsageError,
            match=r"--map mmsi=mmsi: file has no column 'mmsi'; nearest: vessel_mmsi.*all: vessel_mmsi, timestamp, latitude",
        ):
            rows(path, mapping={"mmsi": "mmsi", "ts": "timestamp"})

    def test_are_found_without_regard_to_case(self, tmp_path: Path) -> None:
        path = written(tmp_path, "ID , When\n1,1691668800\n")
        assert rows(path, mapping=WHO_WHEN)[0]["ts"] == NOON

    def test_of_one_name_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="2 columns of that name"):
            rows(written(tmp_path, "id,when,when\n1,1691668800,2\n"), mapping=WHO_WHEN)

    def test_for_fields_that_do_not_exist_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="there is no field 'latitude'; nearest: lat"):
            rows(written(tmp_path, "id,when\n1,2\n"), mapping=WHO_WHEN | {"latitude": "id"})

    def test_that_must_be_said_are_asked_for(self, tmp_path: Path) -> None:
        path = written(tmp_path, "id,when,la\n1,1691668800,1\n")
        for mapping in ({"mmsi": "id"}, {"ts": "when"}, WHO_WHEN | {"lat": "la"}):
            with pytest.raises(MissingInformation, match="--map"):
                rows(path, mapping=mapping)

    def test_without_positions_make_messages_without_positions(self, tmp_path: Path) -> None:
        (row,) = rows(written(tmp_path, "id,when,n\n1,1691668800,ANGARA\n"), mapping=WHO_WHEN | {"name": "n"})
        assert row == {"record": 2, "mmsi": 1, "ts": NOON, "static": True, "name": "ANGARA"}

    @given(st.permutations(MAPPABLE_FIELDS), st.sampled_from(",;\t|"), st.booleans())
    def test_may_have_any_names_order_and_separator(self, fields: list[str], separator: str, as_parquet: bool) -> None:
        cells = dict.fromkeys(MAPPABLE_FIELDS, "7") | {
            "ts": "2023-08-10T12:00:00Z",
            "ais_class": "B",
            "receiver": "S",
            "imo": "9124043",
        }
        names = {field: f"column of {field[::-1]}" for field in fields}
        content = io.StringIO(newline="")
        csv.writer(content, delimiter=separator).writerows(
            [[names[field] for field in fields], [cells[field] for field in fields]]
        )
        source = Memory(content.getvalue().encode())
        (batch,) = Mapped().read(source, ReadOptions(mapping=names))
        (row,) = batch.rows.to_pylist()
        assert row["reason"] is None
        assert row["ts"] == NOON
        assert (row["ais_class"], row["receiver"], row["imo"], row["nav_status"]) == ("B", "satellite", 9124043, 7)
        assert {
            row[field] for field in ("mmsi", "lat", "lon", "sog", "cog", "heading", "length", "beam", "draught")
        } == {7}
        assert {row[field] for field in ("name", "call_sign", "destination", "eta")} == {"7"}

    def test_need_a_header(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownFormat, match="header"):
            rows(written(tmp_path, b"\x89PNG\r\n\x1a\n"), mapping=WHO_WHEN)


class TestSaid:
    def test_everything_of_a_german_table(self) -> None:
        path = FORMATS / "unknown_german.csv"
        assert rows(path, **GERMAN)[0] == {
            "record": 2,
            "mmsi": 338999001,
            "ts": datetime(2023, 8, 5, 23, 45, tzinfo=UTC),
            "lat": 40.6,
            "lon": -73.9,
            "sog": pytest.approx(12.3, abs=0.03),
            "name": "EXAMPLE TRADER",
        }

    @pytest.mark.parametrize("option", ["decimal", "time_format", "time_zone", "sog_unit"])
    def test_nothing_of_it_can_be_left_out(self, option: str) -> None:
        said = {name: value for name, value in GERMAN.items() if name != option}
        with pytest.raises(MissingInformation, match=f"--{option.replace('_', '-')}"):
            rows(FORMATS / "unknown_german.csv", **said)

    def test_receiver_of_rows_that_do_not_say_theirs(self, tmp_path: Path) -> None:
        path = written(tmp_path, "id,when,by\n1,1691668800,T\n2,1691668800,dynamic\n3,1691668800,\n")
        found = rows(path, mapping=WHO_WHEN | {"receiver": "by"}, receiver="satellite")
        assert [row["receiver"] for row in found] == ["terrestrial", "satellite", "satellite"]
        assert "receiver" not in rows(path, mapping=WHO_WHEN)[0]

    def test_separator(self, tmp_path: Path) -> None:
        path = written(tmp_path, "id!when\n1!1691668800\n")
        assert rows(path, mapping=WHO_WHEN, separator="!")[0]["ts"] == NOON
        with pytest.raises(UnknownFormat):
            rows(path, mapping=WHO_WHEN)


class TestParquet:
    def test_of_any_types(self, tmp_path: Path) -> None:
        columns = {
            "id": pa.array(["367000140", "x"]).dictionary_encode(),
            "when": pa.array([datetime(2023, 8, 10, 12), None], pa.timestamp("ms")),
            "la": pa.array([57.5, float("nan")]),
            "lo": pa.array([10, None], pa.int64()),
            "raw": pa.array([b"\x00\xff", None]),
        }
        pq.write_table(pa.table(columns), tmp_path / "p")
        with pytest.raises(MissingInformation, match="--time-zone"):
            rows(tmp_path / "p", mapping=PLACE)
        (batch,) = batches(tmp_path / "p", mapping=PLACE, time_zone="UTC")
        first, second = batch.rows.to_pylist()
        assert (first["mmsi"], first["ts"], first["lat"], first["lon"], first["reason"]) == (
            367000140,
            NOON,
            57.5,
            10.0,
            None,
        )
        assert second["reason"] == "MMSI is not a whole number: 'x'; time is missing"
        assert batch.raw([1]) == ['{"id": "x", "when": null, "la": NaN, "lo": null}']

    def test_numbers_as_times(self, tmp_path: Path) -> None:
        pq.write_table(pa.table({"id": [1, 2], "when": [1691668800, 1691668801]}), tmp_path / "p")
        assert rows(tmp_path / "p", mapping=WHO_WHEN)[0]["ts"] == NOON

    def test_points_in_one_column(self, tmp_path: Path) -> None:
        columns = {"id": [1], "when": [1691668800], "place": [shapely.to_wkb(shapely.Point(10, 57))]}
        pq.write_table(pa.table(columns), tmp_path / "p")
        (row,) = rows(tmp_path / "p", mapping=WHO_WHEN | {"lat": "place", "lon": "place"})
        assert (row["lat"], row["lon"]) == (57.0, 10.0)

    def test_in_many_batches_keep_counting(self, tmp_path: Path) -> None:
        count = 300_000
        pq.write_table(pa.table({"id": list(range(count)), "when": [1691668800] * count}), tmp_path / "p")
        found = batches(tmp_path / "p", mapping=WHO_WHEN)
        assert [batch.rows.column("record")[0].as_py() for batch in found] == [1, 131_073, 262_145]
        assert sum(batch.rows.num_rows for batch in found) == count
