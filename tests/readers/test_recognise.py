"""Which reader reads what, and what is said of everything else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ais_gaps.errors import MissingInformation, SourceError, UnknownFormat, UsageError
from ais_gaps.readers import READERS, reader, recognise
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.readers.source import Source
from tests.readers.reading import rows, written

NONE = ReadOptions()


class TestReaders:
    @pytest.mark.parametrize("name", READERS)
    def test_have_the_name_they_are_called_by(self, name: str) -> None:
        found = reader(name)
        assert found.name == name
        assert found.title
        assert found.provider

    @pytest.mark.parametrize("name", READERS)
    @pytest.mark.parametrize(
        "content", [b"", b"\x00" * 100, b"PAR1", b"{", b'"', b"\xff\xfe", b"a,b\n", b"\x80" * 50, b"!AIVDM,"]
    )
    def test_recognise_without_raising(self, name: str, content: bytes, tmp_path: Path) -> None:
        assert reader(name).recognises(Source(written(tmp_path, content))) in (True, False)

    def test_that_do_not_exist_are_refused_with_the_nearest(self, tmp_path: Path) -> None:
        with pytest.raises(
            UsageError, match="--reader marinecadaster: there is no such reader; nearest: marinecadastre"
        ):
            recognise(Source(written(tmp_path, b"")), "marinecadaster", NONE)

    def test_that_are_named_win(self, tmp_path: Path) -> None:
        assert recognise(Source(written(tmp_path, b"\x89PNG")), "dma", NONE).name == "dma"

    def test_by_a_mapping_are_one(self, tmp_path: Path) -> None:
        source, said = Source(written(tmp_path, b"x")), ReadOptions(mapping={"mmsi": "a", "ts": "b"})
        assert recognise(source, None, said).name == recognise(source, "mapped", said).name == "mapped"
        with pytest.raises(UsageError, match="--map goes with --reader mapped"):
            recognise(source, "dma", said)
        with pytest.raises(MissingInformation, match="--map"):
            recognise(source, "mapped", NONE)

    def test_load_nothing_heavy_before_they_are_asked(self) -> None:
        heavy = ("pyarrow", "numpy", "pandas", "duckdb", "pyais", "shapely")
        code = f"import sys, ais_gaps.readers; print([m for m in {heavy} if m in sys.modules])"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


class TestUnknown:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "an empty file"),
            (b"\n \n", "nothing but blanks"),
            (b"\x89PNG\r\n\x1a\n", "a PNG image"),
            (b"%PDF-1.7", "a PDF document"),
            (b"<!DOCTYPE html><html></html>", "an HTML page"),
            (b"SQLite format 3\x00", "GeoPackage"),
            (b"PAR1....", "a damaged Parquet file"),
            (b"\x01\x02\x00\x03", "binary content"),
            ("a,b\n".encode("utf-16-le"), "--encoding"),
            (b"id;when\n1;2\n", "a table with the columns id, when; if it is AIS, --map FIELD=COLUMN"),
            (b"dear diary\ntoday\n", "text that starts 'dear diary'"),
        ],
    )
    def test_content_is_described_in_one_line(self, tmp_path: Path, content: bytes, said: str) -> None:
        with pytest.raises(UnknownFormat) as caught:
            recognise(Source(written(tmp_path, content)), None, NONE)
        message = str(caught.value)
        assert message.startswith("file: ")
        assert said in message
        assert "\n" not in message
        assert "MarineCadastre" in message

    def test_names_of_columns_are_harmless_and_short(self, tmp_path: Path) -> None:
        content = ",".join(["\x1b[31mred"] + ["x" * 500] * 500) + "\n" + "1," * 500 + "1\n"
        with pytest.raises(UnknownFormat) as caught:
            recognise(Source(written(tmp_path, content)), None, NONE)
        assert "\x1b" not in str(caught.value)
        assert len(str(caught.value)) < 3000

    def test_damage_is_no_format(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="damaged"):
            recognise(Source(written(tmp_path, b"\x1f\x8b\x08junk")), None, NONE)


class TestOwnNames:
    def test_need_zones_or_the_users_word(self, tmp_path: Path) -> None:
        path = written(tmp_path, "mmsi,ts,lat,lon\n1,2023-08-10T12:00:00,1,2\n")
        with pytest.raises(MissingInformation, match="--time-zone"):
            rows(path)
        assert rows(path, time_zone="UTC")[0]["lat"] == 1.0

    def test_may_say_everything_that_a_row_can(self, tmp_path: Path) -> None:
        header = "mmsi,ts,lat,lon,msg_type,transmitter,static,station"
        path = written(tmp_path, f"{header}\n2190064,2023-08-10T12:00:00Z,1,2,4,base_station,false,AARHUS\n")
        (row,) = rows(path)
        assert (row["msg_type"], row["transmitter"], row["static"], row["station"]) == (
            4,
            "base_station",
            False,
            "AARHUS",
        )

    def test_need_all_four_columns(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownFormat):
            rows(written(tmp_path, "mmsi,ts,lat\n1,2023-08-10T12:00:00Z,1\n"))
        with pytest.raises(UnknownFormat, match="mmsi, ts, lat and lon"):
            rows(written(tmp_path, "mmsi,ts,lat\n1,2023-08-10T12:00:00Z,1\n"), name="native")
