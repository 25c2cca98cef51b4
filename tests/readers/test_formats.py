"""The same half hour at sea, out of every layout of table."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

from ais_gaps.readers import recognise
from ais_gaps.readers.interface import ReadOptions
from ais_gaps.readers.source import Source
from tests.readers.reading import FORMATS, rows

GERMAN: dict[str, Any] = {
    "mapping": {"mmsi": "MMSI-Nr", "ts": "Zeit", "lat": "Breite", "lon": "Länge", "sog": "km/h", "name": "Schiff"},
    "encoding": "cp1252",
    "decimal": ",",
    "time_format": "%d.%m.%Y %H:%M",
    "time_zone": "Europe/Berlin",
    "sog_unit": "km/h",
}


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_tables", FORMATS / "make_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["make_tables"] = module
    spec.loader.exec_module(module)
    return module


make_tables = load_script()
TABLES = [*make_tables.TEXTS, *make_tables.TABLES]
KNOWN = [name for name in TABLES if name != "unknown_german.csv"]


def expected(*fields: str) -> list[dict[str, Any]]:
    """What any layout must give, of some fields."""
    found = []
    for report in make_tables.reports():
        ship = report.ship
        whole = {
            "mmsi": ship.mmsi,
            "lat": report.lat,
            "lon": report.lon,
            "sog": ship.sog,
            "name": ship.name,
            "call_sign": ship.call_sign,
            "ship_type": ship.type_words,
            "length": float(ship.length),
            "beam": float(ship.beam),
            "ais_class": ship.ais_class,
        }
        found.append({field: whole[field] for field in fields})
    return found


class TestFixtures:
    @pytest.mark.parametrize("name", make_tables.TEXTS)
    def test_are_what_their_script_writes(self, name: str) -> None:
        content = make_tables.TEXTS[name]()
        assert (FORMATS / name).read_bytes() == (content if isinstance(content, bytes) else content.encode())

    @pytest.mark.parametrize("name", make_tables.TABLES)
    def test_of_parquet_hold_what_their_script_writes(self, name: str) -> None:
        assert pq.read_table(FORMATS / name).equals(make_tables.TABLES[name]())


class TestLayouts:
    @pytest.mark.parametrize("name", KNOWN)
    def test_are_recognised_from_their_content(self, name: str, tmp_path: Path) -> None:
        path = tmp_path / "no-name-that-tells"
        path.write_bytes((FORMATS / name).read_bytes())
        provider = {"ma": "marinecadastre", "dm": "dma", "ow": "native"}[name[:2]]
        assert recognise(Source(path), None, ReadOptions()).name == provider

    @pytest.mark.parametrize("name", TABLES)
    def test_give_the_same_positions(self, name: str) -> None:
        found = rows(FORMATS / name, **(GERMAN if name == "unknown_german.csv" else {}))
        ships = [row for row in found if row["mmsi"] in {ship.mmsi for ship in make_tables.SHIPS}]
        fields = ("mmsi", "lat", "lon")
        assert [{field: row[field] for field in fields} for row in ships] == expected(*fields)
        assert not any("reason" in row for row in found)
        # the German table lies twenty days earlier, so that its days could be months
        days = 20 if name == "unknown_german.csv" else 0
        times = [row["ts"].replace(tzinfo=None) for row in ships]
        assert times == [report.ts - make_tables.timedelta(days=days) for report in make_tables.reports()]
        assert [round(row["sog"], 1) for row in ships] == pytest.approx(
            [report.ship.sog for report in make_tables.reports()], abs=0.06
        )

    @pytest.mark.parametrize(
        "name", [n for n in KNOWN if "2009" not in n and "2014" not in n and "11_" not in n and "dma" not in n]
    )
    def test_give_the_same_claims(self, name: str) -> None:
        fields = ("name", "call_sign", "ship_type", "length", "beam", "ais_class")
        assert [{field: row[field] for field in fields} for row in rows(FORMATS / name)] == expected(*fields)
        assert [row.get("imo", 0) for row in rows(FORMATS / name)] == [
            report.ship.imo for report in make_tables.reports()
        ]

    @pytest.mark.parametrize("name", TABLES)
    def test_keep_the_number_of_each_row(self, name: str) -> None:
        options = GERMAN if name == "unknown_german.csv" else {}
        numbers = [row["record"] for row in rows(FORMATS / name, **options)]
        first = 1 if name.endswith(".parquet") or "without_header" in name else 2
        assert numbers == list(range(first, first + len(numbers)))
