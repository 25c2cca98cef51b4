"""Looks as STAC: valid without a network, the same rows to pystac, and the same looks to an archive that takes them in."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas
import pandas
import pyarrow as pa
import pystac
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.errors import UsageError
from ais_gaps.evidence import LOOKS, OBSERVATIONS, Evidence, content, looks
from ais_gaps.evidence.judge import Judge
from ais_gaps.evidence.stac import LOOK_PREFIX, TOLD
from ais_gaps.export import Form, What, export, save
from ais_gaps.export.looks import looks_of
from ais_gaps.export.rows import of_rows
from ais_gaps.export.stac import write_stac
from ais_gaps.holdings import Holdings
from ais_gaps.place_features import PLACES
from ais_gaps.tabular.cells import chunks

NOBODY = PLACES.empty_table()
NASTY = "<script>alert(1)</script>]]>=1+1\x1b[31m\u202eevil"


def exported(archive: Holdings, vessel: str | None, form: Form = Form.STAC, what: What = What.LOOKS) -> bytes:
    stream = io.BytesIO()
    export(archive, vessel, stream, form, what)
    return stream.getvalue()


def items(data: bytes) -> list[pystac.Item]:
    assert data.isascii()
    return list(pystac.ItemCollection.from_dict(json.loads(data)))


def stac(evidence: Evidence, places: pa.Table = NOBODY) -> bytes:
    stream = io.BytesIO()
    write_stac(of_rows(looks_of(evidence, places, told=True), "looks", "Looks", {}), stream)
    return stream.getvalue()


def taken_in(data: bytes, folder: Path) -> pa.Table:
    """The observations that an archive takes from a file."""
    file = folder / "looks.stac.json"
    file.write_bytes(data)
    parcel = content.read(file, content.Saying({}))
    assert len(parcel.refused) == 0, parcel.refused.to_pylist()
    return parcel.rows


def plain_rows(table: pa.Table) -> list[dict[str, Any]]:
    return [
        dict(zip(table.column_names, values, strict=True))
        for columns in chunks(table)
        for values in zip(*columns, strict=True)
    ]


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12) | st.just(NASTY)
spots = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
days = st.dates(date(2020, 1, 1), date(2024, 1, 1))


@st.composite
def observations(draw: st.DrawFn) -> pa.Table:
    """Rows as the reader of evidence takes them: with and without hour, place, outline, source; of shared looks and of none."""
    judge, found = Judge(OBSERVATIONS), []
    for number in range(draw(st.integers(0, 6))):
        first = draw(days)
        cells: dict[str, Any] = {
            "obs_id": f"O{number}",
            "kind": draw(st.sampled_from(["vessel", "nothing_seen", "containers", "look", "ais", "count"])),
            "observed": draw(words),
            "place": draw(st.none() | words | st.just("Rajin")),
            "place_ids": draw(st.none() | st.just(["P01"]) | st.just(["P01", "P02"])),
            "sensor": draw(st.none() | st.just("Planet") | words),
            "provider": draw(st.none() | words),
            "publisher": draw(st.none() | words),
            "url": draw(st.none() | st.just("https://example.org/a?b=<c>")),
            "resolution_m": draw(st.none() | st.floats(0.3, 30)),
            "vessels_named": draw(st.none() | st.lists(words, min_size=1, max_size=2)),
            "look_id": draw(st.none() | st.just("shared")),
        }
        if draw(st.booleans()):
            ts = datetime(first.year, first.month, first.day, 3, 4, 5, draw(st.integers(0, 999_999)), tzinfo=UTC)
            cells |= {"ts": ts.isoformat(), "ts_end": draw(st.none() | st.just((ts + timedelta(hours=1)).isoformat()))}
        else:
            cells |= {
                "date_start": first.isoformat(),
                "date_end": (first + timedelta(draw(st.integers(0, 40)))).isoformat(),
            }
        if (spot := draw(spots)) is not None:
            cells |= {"lat": spot[0], "lon": spot[1], "precision_nm": draw(st.none() | st.floats(0, 10))}
        if draw(st.booleans()):
            cells["footprint"] = "POLYGON ((130 42, 131 42, 131 43, 130 42))"
        try:
            found.append(judge.row(cells))
        except ValueError:
            continue  # a text that the reader refuses is in no archive
    return pa.Table.from_pylist(found, schema=OBSERVATIONS.arrow)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stac")


@settings(max_examples=30)
@given(observations())
def test_what_is_exported_and_taken_in_again_is_the_same_looks(folder: Path, table: pa.Table) -> None:
    of_looks = looks(table)
    data = stac(Evidence.of({"observations": table}))
    assert len(items(data)) == len(of_looks)
    if len(of_looks):
        again = taken_in(data, folder)
        assert looks(again).equals(of_looks)
        kept = {row["obs_id"]: row for row in table.to_pylist()}
        for row in again.to_pylist():
            assert {**row, "look_id": None} == {**kept[row["obs_id"]], "look_id": None}


@settings(max_examples=30)
@given(observations())
def test_every_item_is_valid_stac_and_pystac_gives_back_the_row(table: pa.Table) -> None:
    for item, row in zip(items(stac(Evidence.of({"observations": table}))), plain_rows(looks(table)), strict=True):
        item.validate()  # by pystac's own copy of the schemas: sockets are shut
        assert item.id == row.pop("look_id")
        assert {name: item.properties.get(f"{LOOK_PREFIX}{name}") for name in row} == row
        assert (item.geometry is None) == (row["lat"] is None and row["footprint"] is None)
        assert (item.bbox is None) == (item.geometry is None)
        if row["ts"] is None:
            assert item.datetime is None and item.common_metadata.start_datetime is not None
        else:
            assert item.datetime == datetime.fromisoformat(row["ts"])


def test_the_looks_of_an_archive_go_round(demo_archive: Holdings, tmp_path: Path) -> None:
    data = exported(demo_archive, None)
    found = items(data)
    for item in found:
        item.validate()
    known = looks(demo_archive.evidence().observations)
    assert [item.id for item in found] == known["look_id"].to_pylist()
    (tmp_path / "looks.stac.json").write_bytes(data)
    other = Holdings.at(tmp_path / "other", create=True)
    (result,) = other.import_evidence([tmp_path / "looks.stac.json"])
    assert result.error is None
    assert looks(other.evidence().observations).equals(known)
    assert b"reconstruction" in data and json.loads(data)["banner"]


def test_her_looks_are_those_set_out_under_her_silences(demo_archive: Holdings) -> None:
    dossier = demo_archive.dossier("ANGARA")
    refs = {
        str(silence.gap["gap_id"]): {ref for g in silence.groups for f in g.findings for ref in f.refs}
        for silence in dossier.silences
    }
    found = items(exported(demo_archive, "ANGARA"))
    everything = plain_rows(looks(demo_archive.evidence().observations))
    assert [item.id for item in found] == [
        row["look_id"] for row in everything if any(ids & set(row["obs_ids"]) for ids in refs.values())
    ]
    for item in found:
        ids = set(item.properties[f"{LOOK_PREFIX}obs_ids"])
        assert item.properties[f"{LOOK_PREFIX}silences"] == [gap for gap, of in refs.items() if of & ids]


def test_who_says_so_is_there_and_no_hull_without_a_name_gets_one(demo_archive: Holdings) -> None:
    rows = {row["obs_id"]: row for row in demo_archive.evidence().observations.to_pylist()}
    for item in items(exported(demo_archive, "ANGARA")):
        named = {name for one in item.properties[f"{LOOK_PREFIX}obs_ids"] for name in rows[one]["vessels_named"] or ()}
        assert set(item.properties[f"{LOOK_PREFIX}vessels_named"]) == named
        told_at = [rows[one]["url"] for one in item.properties[f"{LOOK_PREFIX}obs_ids"]]
        assert item.properties[f"{LOOK_PREFIX}urls"] == list(dict.fromkeys(told_at)) == [x.href for x in item.links]
        for told in item.properties[TOLD]:
            assert told.get("vessels_named") == rows[told["obs_id"]]["vessels_named"]


@pytest.mark.parametrize("form", [Form.GEOJSON, Form.GEOPARQUET, Form.CSV])
def test_other_formats_hold_the_same_looks(demo_archive: Holdings, tmp_path: Path, form: Form) -> None:
    file = tmp_path / "looks"
    file.write_bytes(exported(demo_archive, "ANGARA", form))
    match form:
        case Form.GEOJSON:
            frame = geopandas.read_file(file.rename(tmp_path / "looks.geojson"))
        case Form.GEOPARQUET:
            frame = geopandas.read_parquet(file)
        case _:
            frame = pandas.read_csv(file)
    found = items(exported(demo_archive, "ANGARA"))
    assert frame["look_id"].tolist() == [item.id for item in found]
    assert frame["geometry"].isna().tolist() == [item.geometry is None for item in found]
    assert set(frame["located_by"].dropna()) == {"place"}  # no publisher gives a position of its own: it says so


def test_a_bbox_across_the_antimeridian_runs_from_west_to_east() -> None:
    outline = shapely.MultiPolygon([shapely.box(170, 0, 180, 1), shapely.box(-180, 0, -175, 1)])
    row = {
        "obs_id": "O1",
        "kind": "look",
        "observed": "an image",
        "ts": "2023-08-10T00:00:00Z",
        "footprint": outline.wkt,
    }
    table = pa.Table.from_pylist([Judge(OBSERVATIONS).row(row)], schema=OBSERVATIONS.arrow)
    (item,) = items(stac(Evidence.of({"observations": table})))
    assert item.bbox == [170, 0, -175, 1]


def test_looks_that_are_only_rows_are_saved_as_stac_too(demo_archive: Holdings, tmp_path: Path) -> None:
    table = looks(demo_archive.evidence().observations)
    for name in ("looks.json", "looks.stac.json"):
        assert save(table, tmp_path / name, kind="looks", notes=["A reconstruction."]) == len(table)
        found = pystac.ItemCollection.from_file(str(tmp_path / name))
        assert [item.id for item in found] == table["look_id"].to_pylist()
        assert found.extra_fields["banner"] == ["A reconstruction."]
    with pytest.raises(UsageError, match="no look_id"):
        save(table.select(["place"]), tmp_path / "other.json", kind="looks")


@pytest.mark.parametrize("told", [["nonsense"], [{"kind": "look"}], [{}], [{"kind": "x", "observed": "y", "ts": "z"}]])
def test_a_listed_observation_that_is_none_is_refused_by_itself(told: list[Any], tmp_path: Path) -> None:
    good = {
        "obs_id": "O1",
        "kind": "look",
        "observed": "an image",
        "date_start": "2023-08-10",
        "date_end": "2023-08-10",
    }
    item = {"type": "Feature", "stac_version": "1.1.0", "id": "a", "geometry": None, "links": [], "assets": {}}
    file = tmp_path / "a.json"
    file.write_text(json.dumps({**item, "properties": {"datetime": None, TOLD: [*told, good]}}))
    parcel = content.read(file, content.Saying({}))
    assert parcel.rows["obs_id"].to_pylist() == ["O1"] and len(parcel.refused) == len(told)
    assert looks(parcel.rows).select(["look_id", "ts"]).to_pylist() == [{"look_id": "a", "ts": None}]
    assert set(LOOKS.names) <= set(looks(parcel.rows).column_names)
