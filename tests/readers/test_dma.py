"""Danish Maritime Authority: what only it means, and the real files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ais_gaps.errors import UnknownFormat
from ais_gaps.itu import TRANSMITTERS
from ais_gaps.readers.dma import COLUMNS
from tests.readers.reading import FORMATS, rows, table, written

LAYOUTS = ("dma_26_columns.csv", "dma_22_columns_numbered.csv", "dma_without_header.csv")


def one(folder: Path, **cells: str) -> dict[str, object]:
    """The one row of a file that has some cells."""
    row = dict.fromkeys(COLUMNS, "") | {"# Timestamp": "08/02/2018 01:02:03", "MMSI": "219000001"} | cells
    (found,) = rows(written(folder, ",".join(COLUMNS) + "\n" + ",".join(row.values()) + "\n"))
    return found


class TestTransmitters:
    @pytest.mark.parametrize("name", LAYOUTS)
    def test_that_are_no_ships_are_told_apart(self, name: str) -> None:
        others = [row for row in rows(FORMATS / name) if "transmitter" in row]
        assert [(row["mmsi"], row["transmitter"], row.get("msg_type")) for row in others] == [
            (3380999, "base_station", 4),
            (993389991, "aton", 21),
            (111338999, "aircraft", 9),
            (970339991, "sart", None),
        ]
        assert not any("ais_class" in row for row in others)

    def test_are_known_to_the_tables(self) -> None:
        from ais_gaps.readers.dma import _MOBILES

        assert {transmitter for transmitter, _, _ in _MOBILES.values()} - {None} <= set(TRANSMITTERS)

    def test_of_a_new_kind_are_left_open(self, tmp_path: Path) -> None:
        row = one(tmp_path, **{"Type of mobile": "Submarine", "Latitude": "1", "Longitude": "2"})
        assert not {"transmitter", "ais_class", "msg_type"} & row.keys()


class TestCells:
    def test_days_come_first(self, tmp_path: Path) -> None:
        assert one(tmp_path)["ts"] == datetime(2018, 2, 8, 1, 2, 3, tzinfo=UTC)

    def test_words_for_nothing_are_nothing(self, tmp_path: Path) -> None:
        unknown = {"Callsign": "Unknown", "IMO": "Unknown", "Destination": "Unknown", "Ship type": "Undefined"}
        assert one(tmp_path, **unknown, **{"Navigational status": "Unknown value"}).keys() == {"record", "mmsi", "ts"}

    def test_positions_that_are_not_available_stay_as_they_are_sent(self, tmp_path: Path) -> None:
        row = one(tmp_path, Latitude="91.0", Longitude="0.0")
        assert (row["lat"], row["lon"]) == (91.0, 0.0)

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("Under way using engine", 0),
            ("Restricted maneuverability", 3),
            ("Constrained by her draught", 4),
            ("Engaged in fishing", 7),
            ("Reserved for future amendment [HSC]", 9),
            ("Reserved for future use", None),
        ],
    )
    def test_status_is_in_words(self, tmp_path: Path, words: str, code: int | None) -> None:
        assert one(tmp_path, **{"Navigational status": words}).get("nav_status") == code

    def test_types_keep_the_authoritys_words(self, tmp_path: Path) -> None:
        assert one(tmp_path, **{"Ship type": "Pleasure"})["ship_type"] == "Pleasure"
        assert one(tmp_path, **{"Ship type": "Fishing"})["ship_type"] == "Fishing"

    def test_a_base_stations_number_keeps_its_value(self, tmp_path: Path) -> None:
        assert one(tmp_path, MMSI="002190064")["mmsi"] == 2190064


class TestLayouts:
    def test_may_be_parquet(self, tmp_path: Path) -> None:
        columns = {
            "# Timestamp": pa.array([datetime(2024, 5, 1)], pa.timestamp("us")),
            "Type of mobile": ["Class A"],
            "MMSI": ["219000001"],
            "Latitude": [57.5],
            "Longitude": [10.5],
        }
        pq.write_table(pa.table(columns), tmp_path / "p")
        assert rows(tmp_path / "p")[0]["ts"] == datetime(2024, 5, 1, tzinfo=UTC)

    def test_without_header_are_known_by_their_cells_only(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownFormat):
            rows(written(tmp_path, "13/05/2014 00:00:00;Class Z;219000001" + ";" * 19 + "\n"))


class TestRealFiles:
    def test_of_2026_give_every_row_and_what_pandas_reads(self, shared_data: Path) -> None:
        path = shared_data / "ais" / "dma" / "aisdk-2026-04-26_first97s.csv"
        found = table(path)
        book = pd.read_csv(
            path,
            dtype={"Name": str},
            keep_default_na=False,
            na_values=dict.fromkeys(("SOG", "COG", "Heading", "Draught"), ""),
        )
        assert len(found) == len(book) == 19_999
        assert found.column("reason").null_count == 19_999
        assert np.array_equal(found.column("mmsi").to_numpy(), book["MMSI"].to_numpy())
        for ours, theirs in (
            ("lat", "Latitude"),
            ("lon", "Longitude"),
            ("sog", "SOG"),
            ("cog", "COG"),
            ("draught", "Draught"),
        ):
            assert np.array_equal(found.column(ours).to_numpy(), book[theirs].to_numpy(), equal_nan=True), theirs
        stamps = pd.to_datetime(book["# Timestamp"], format="%d/%m/%Y %H:%M:%S").dt.tz_localize("UTC")
        assert (found.column("ts").to_pandas().astype("datetime64[us, UTC]") == stamps).all()
        kinds = pd.Series(found.column("transmitter").to_pylist()).value_counts().to_dict()
        mobiles = book["Type of mobile"].value_counts()
        assert kinds == {"base_station": mobiles["Base Station"], "aton": mobiles["AtoN"]} | (
            {"aircraft": mobiles["SAR Airborne"]} if "SAR Airborne" in mobiles else {}
        )
        # "for future use" is said of three codes
        words = set(book["Navigational status"]) - {"Unknown value", "Reserved for future use"}
        coded = found.filter(pa.array(book["Navigational status"].isin(words)))
        assert coded.column("nav_status").null_count == 0

    def test_of_2018_give_every_row(self, shared_data: Path) -> None:
        found = rows(shared_data / "ais" / "dma" / "aisdk-2018-02-08_rows.csv")
        assert [row["mmsi"] for row in found[:2]] == [265177000, 244678000]
        assert len(found) == 10
        assert found[0] == {
            "record": 2,
            "mmsi": 265177000,
            "ts": datetime(2018, 2, 8, tzinfo=UTC),
            "lat": 57.602225,
            "lon": 11.644943,
            "sog": 15.7,
            "cog": 61.4,
            "heading": 63.0,
            "nav_status": 0,
            "ais_class": "A",
        }
