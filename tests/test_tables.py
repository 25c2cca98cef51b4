"""The tables are what their declarations say, and so is the page about them."""

from __future__ import annotations

import importlib.util

from ais_gaps import schema
from tests.conftest import ROOT


def test_the_page_of_tables_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("make_tables", ROOT / "docs" / "make_tables.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == module.page(), "run python docs/make_tables.py"


def test_the_columns_that_others_build_on_are_there() -> None:
    assert " ".join(schema.GAPS.names) == (
        "gap_id mmsi track imo name flag ship_type ais_class off_ts off_lat off_lon on_ts on_lat on_lon open duration_h "
        "distance_nm implied_speed_kn reports_12h reports_12h_terrestrial reports_12h_satellite other_messages "
        "heard_without_position off_place off_place_nm on_place on_place_nm p_switched_off cause reasons episode_ts"
    )


def test_every_column_has_a_meaning() -> None:
    tables = [table for table in vars(schema).values() if isinstance(table, schema.Table)]
    assert len(tables) >= 8
    for table in tables:
        assert len(set(table.names)) == len(table.names)
        assert all(column.meaning for column in table.columns)
