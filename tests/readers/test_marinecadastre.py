"""MarineCadastre: what only it means, and the real files."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.errors import MissingInformation, SourceError, UnknownFormat
from ais_gaps.readers import layout
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.readers.marinecadastre import MarineCadastre
from tests.readers.reading import batches, rows, table, written
from tests.readers.test_text import Memory

HEADER = "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status"
ROW = "367000140,2020-01-01T00:00:00,40.5,-74.1,1.0,90.0,91.0,SHIP,IMO9318503,WEX,70,0"


class TestCells:
    @pytest.mark.parametrize(
        ("said", "course"), [("-49.6", 360.0), ("-60.6", 349.0), ("-204.8", 204.8), ("204.7", 204.7), ("", None)]
    )
    def test_negative_courses_are_signed_numbers_of_twelve_bits(
        self, tmp_path: Path, said: str, course: float | None
    ) -> None:
        path = written(tmp_path, f"{HEADER}\n{ROW.replace('90.0', said)}\n")
        assert rows(path)[0].get("cog") == course

    def test_sentinels_stay_as_they_are_sent(self, tmp_path: Path) -> None:
        path = written(
            tmp_path, f"{HEADER}\n367000140,2020-01-01T00:00:00,91.0,181.0,102.3,360.0,511.0,,IMO0000000,,0,15\n"
        )
        (row,) = rows(path)
        assert {name: row[name] for name in ("lat", "lon", "sog", "cog", "heading", "imo", "nav_status")} == {
            "lat": 91.0,
            "lon": 181.0,
            "sog": 102.3,
            "cog": 360.0,
            "heading": 511.0,
            "imo": 0,
            "nav_status": 15,
        }
        assert "ship_type" not in row

    def test_status_may_be_in_words(self, tmp_path: Path) -> None:
        path = written(
            tmp_path,
            f"{HEADER}\n{ROW.removesuffix('0')}under way using engine\n{ROW.removesuffix('0')}reserved for future use\n",
        )
        assert [row.get("nav_status") for row in rows(path)] == [0, None]

    def test_only_the_geodatabase_says_what_heard_it(self, tmp_path: Path) -> None:
        broadcast = (
            "X,Y,BaseDateTime,MMSI,ReceiverType,ReceiverID\n-70.1,42.1,2009/01/01 00:00:01,367000140,b,003669945\n"
        )
        for kind in "brBR":
            (row,) = rows(written(tmp_path, broadcast.replace(",b,", f",{kind},")))
            assert (row["receiver"], row["station"]) == ("terrestrial", "003669945")
        assert "receiver" not in rows(written(tmp_path, broadcast.replace(",b,", ",x,")))[0]
        assert "receiver" not in rows(written(tmp_path, f"{HEADER}\n{ROW}\n"))[0]
        assert rows(written(tmp_path, f"{HEADER}\n{ROW}\n"), receiver="terrestrial")[0]["receiver"] == "terrestrial"

    def test_rows_that_cannot_be_read_keep_their_place_and_text(self, tmp_path: Path) -> None:
        bad = [
            ROW.replace("40.5", "abc"),
            ROW.replace("2020-01-01T00:00:00", "2020-13-01T00:00:00"),
            "1,2,3",
            ROW.replace("367000140", ""),
        ]
        path = written(tmp_path, "\n".join([HEADER, ROW, *bad, ROW]) + "\n")
        (batch,) = batches(path)
        assert batch.rows.column("reason").to_pylist() == [
            None,
            "latitude is not a number: 'abc'",
            "time cannot be read: '2020-13-01T00:00:00'",
            "expected 12 columns, found 3",
            "MMSI is missing",
            None,
        ]
        assert batch.rows.column("record").to_pylist() == [2, 3, 4, 5, 6, 7]
        assert batch.raw([1, 2, 3, 4]) == bad

    def test_what_is_no_number_elsewhere_costs_the_cell_only(self, tmp_path: Path) -> None:
        path = written(tmp_path, f"{HEADER}\n{ROW.replace('90.0', 'east')}\n")
        (row,) = rows(path)
        assert "cog" not in row
        assert "reason" not in row


class TestDates:
    HEAD = "POINT_X,POINT_Y,BaseDateTime,MMSI\n"

    def test_with_the_year_last_are_read_when_the_file_proves_their_order(self, tmp_path: Path) -> None:
        late = self.HEAD + "-70,42,3/1/2009 12:00:00 AM,1\n" * 20_000 + "-70,42,3/31/2009 1:02:03 PM,1\n"
        found = table(written(tmp_path, late))
        assert found.column("ts")[0].as_py() == datetime(2009, 3, 1, tzinfo=UTC)
        assert found.column("ts")[-1].as_py() == datetime(2009, 3, 31, 13, 2, 3, tzinfo=UTC)

    def test_with_the_year_last_are_asked_for_otherwise(self, tmp_path: Path) -> None:
        path = written(tmp_path, self.HEAD + "-70,42,3/1/2009 12:00:00 AM,1\n")
        with pytest.raises(MissingInformation, match="--time-format"):
            rows(path)
        assert rows(path, time_format="%m/%d/%Y %I:%M:%S %p")[0]["ts"] == datetime(2009, 3, 1, tzinfo=UTC)

    def test_that_contradict_each_other_are_asked_for(self, tmp_path: Path) -> None:
        path = written(tmp_path, self.HEAD + "-70,42,3/31/2009 1:00,1\n-70,42,31/3/2009 1:00,1\n")
        with pytest.raises(MissingInformation, match="both"):
            rows(path)


class TestPlaces:
    def test_may_be_well_known_text(self, tmp_path: Path) -> None:
        path = written(
            tmp_path,
            'WKT,MMSI,BaseDateTime\n"POINT (-70.1 42.1)",1,2009/01/01 00:00:01\n"LINE",1,2009/01/01 00:00:01\n',
        )
        first, second = rows(path)
        assert (first["lon"], first["lat"]) == (-70.1, 42.1)
        assert second["reason"] == "geometry is no point: 'LINE'"

    @pytest.mark.parametrize("geometry", ["geometry", "GEOM"])
    @pytest.mark.parametrize("kind", ["wkb", "wkb_z", "struct", "list", "dictionary_text"])
    def test_may_be_geoparquet(self, tmp_path: Path, geometry: str, kind: str) -> None:
        array = {
            "wkb": pa.array([shapely.to_wkb(shapely.Point(-70.1, 42.1)), None]),
            "wkb_z": pa.array([shapely.to_wkb(shapely.Point(-70.1, 42.1, 0)), None]),
            "struct": pa.array([{"x": -70.1, "y": 42.1}, None]),
            "list": pa.array([[-70.1, 42.1], None], pa.list_(pa.float64(), 2)),
            "dictionary_text": pa.array(["POINT (-70.1 42.1)", None]).dictionary_encode(),
        }[kind]
        stamps = pa.array([datetime(2024, 1, 1)] * 2, pa.timestamp("ns"))
        pq.write_table(pa.table({"MMSI": ["367000140"] * 2, "Base_Date_Time": stamps, geometry: array}), tmp_path / "p")
        first, second = rows(tmp_path / "p")
        assert (first["mmsi"], first["ts"]) == (367000140, datetime(2024, 1, 1, tzinfo=UTC))
        assert (first["lon"], first["lat"]) == (-70.1, 42.1)
        assert "lon" not in second
        assert "reason" not in second

    def test_in_metres_are_refused(self, tmp_path: Path) -> None:
        geo = {
            "columns": {
                "geometry": {
                    "crs": {
                        "type": "ProjectedCRS",
                        "name": "WGS 84 / UTM 19N",
                        "id": {"authority": "EPSG", "code": 32619},
                    }
                }
            }
        }
        columns = {
            "mmsi": [1],
            "base_date_time": ["2024-01-01 00:00:00"],
            "geometry": [shapely.to_wkb(shapely.Point(1, 2))],
        }
        pq.write_table(pa.table(columns).replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "p")
        with pytest.raises(SourceError, match="WGS 84 / UTM 19N"):
            rows(tmp_path / "p")

    def test_in_a_compressed_parquet_file_or_a_zip_are_found(self, tmp_path: Path) -> None:
        buffer = io.BytesIO()
        pq.write_table(
            pa.table({"mmsi": [1], "basedatetime": ["2024-01-01 00:00:00Z"], "lat": [1.0], "lon": [2.0]}), buffer
        )
        (first,) = rows(written(tmp_path, gzip.compress(buffer.getvalue())))
        assert first == {"record": 1, "mmsi": 1, "ts": datetime(2024, 1, 1, tzinfo=UTC), "lat": 1.0, "lon": 2.0}


class TestReader:
    def test_refuses_what_it_is_told_to_read_and_cannot(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownFormat, match="MarineCadastre"):
            rows(written(tmp_path, "a,b\n1,2\n"), name="marinecadastre")

    def test_knows_semicolons(self, tmp_path: Path) -> None:
        path = written(tmp_path, f"{HEADER}\n{ROW}\n".replace(",", ";").replace(".", ","))
        assert rows(path, decimal=",")[0]["lat"] == 40.5

    _CELLS = st.sampled_from(
        ["1", "-5.5", " 7", "abc", "", "1e999", "NULL", "2020-01-01 00:00:00", "2020-01-01T00:00:00Z", "inf", '"x,y"']
    )

    @given(st.lists(st.lists(_CELLS, min_size=11, max_size=13).map(",".join), max_size=15), st.integers(1, 300))
    def test_gives_the_same_whatever_the_blocks(self, lines: list[str], size: int) -> None:
        source = Memory("\n".join([HEADER, *lines, ROW]).encode())
        with mock.patch.object(layout, "BLOCK_BYTES", size):
            small = pa.Table.from_batches([batch.rows for batch in MarineCadastre().read(source, ReadOptions())])
        (whole,) = MarineCadastre().read(source, ReadOptions())
        assert small.to_pylist() == whole.rows.to_pylist()
        assert len(whole.rows) == len(lines) + 1


class TestRealFiles:
    @pytest.mark.parametrize(
        ("name", "count"),
        [
            ("NYHarbor_2020_06_30_first_hour.csv", 8_689),
            ("AIS_2020_01_01_california.csv.gz", 491_378),
            ("zone19_2009-03_04_10min.csv.gz", 647_124),
        ],
    )
    def test_give_every_row_and_what_pandas_reads(self, shared_data: Path, name: str, count: int) -> None:
        path = shared_data / "ais" / "marinecadastre" / name
        found = table(path)
        book = pd.read_csv(
            path,
            dtype={"VesselName": str, "IMO": str, "CallSign": str},
            keep_default_na=False,
            na_values={"COG": "", "Heading": ""},
        )
        assert len(found) == len(book) == count
        assert found.column("reason").null_count == count
        assert np.array_equal(found.column("record").to_numpy(), np.arange(2, count + 2))
        assert np.array_equal(found.column("mmsi").to_numpy(), book["MMSI"].to_numpy())
        for ours, theirs in (("lat", "LAT"), ("lon", "LON"), ("sog", "SOG"), ("heading", "Heading")):
            assert np.array_equal(found.column(ours).to_numpy(), book[theirs].to_numpy(), equal_nan=True), theirs
        stamps = pd.to_datetime(book["BaseDateTime"]).dt.tz_localize("UTC")
        assert (found.column("ts").to_pandas().astype("datetime64[us, UTC]") == stamps).all()
        names = pc.fill_null(found.column("name"), "").to_pandas()
        assert (names == book["VesselName"].str.strip(" @")).all()
        numbers = book["IMO"].str.extract(r"(\d+)")[0].astype(float)
        assert np.array_equal(found.column("imo").to_numpy().astype(float), numbers.to_numpy(), equal_nan=True)

    def test_have_courses_that_agree_with_headings(self, shared_data: Path) -> None:
        found = table(shared_data / "ais" / "marinecadastre" / "NYHarbor_2020_06_30_first_hour.csv").to_pandas()
        book = pd.read_csv(shared_data / "ais" / "marinecadastre" / "NYHarbor_2020_06_30_first_hour.csv")
        moving = ((book["COG"] < 0) & (found["sog"] > 5) & (found["heading"] < 360) & (found["cog"] < 360)).to_numpy()
        apart = (found["cog"] - found["heading"] + 180) % 360 - 180
        assert moving.sum() > 100
        assert apart[moving].abs().median() < 5
