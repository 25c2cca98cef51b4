"""Reading evidence row by row, and finding what falls into a time."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps import evidence
from ais_gaps.errors import SourceError
from ais_gaps.evidence import EVENTS, NOTES, OBSERVATIONS, PLACES, TABLES, VESSELS
from ais_gaps.evidence.tables import NULL_WORDS
from ais_gaps.schema import Table
from tests import angara_case as case
from tests.angara_case import utc

OBSERVATION = {
    "obs_id": "O1",
    "date_start": "2023-09-12",
    "date_end": "2023-09-12",
    "kind": "vessel",
    "observed": "docked",
}


def csv_of(*rows: dict[str, str]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def read(*rows: dict[str, str], table: Table = OBSERVATIONS) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    taken, refused = evidence.parse(csv_of(*rows), table, "file.csv")
    return taken.to_pylist(), refused.to_pylist()


def test_every_column_is_declared_with_a_meaning() -> None:
    for table in TABLES:
        assert len(set(table.names)) == len(table.columns)
        assert all(column.meaning for column in table.columns)


@pytest.mark.parametrize("word", [*sorted(NULL_WORDS), "Unknown", " not stated "])
def test_words_that_say_nothing_are_null(word: str) -> None:
    (row,), refused = read({**OBSERVATION, "place": word, "count": word, "vessels_named": word, "ts": word})
    assert refused == []
    assert row["place"] is row["count"] is row["vessels_named"] is row["ts"] is None


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"date_start": "12.9.2023"}, "date_start is not a day written YYYY-MM-DD"),
        ({"date_start": "20230912"}, "date_start is not a day written YYYY-MM-DD"),
        ({"date_start": "unknown"}, "date_start is missing"),
        ({"date_end": "2023-09-11"}, "date_end lies before date_start"),
        ({"ts": "2023-09-12T10:00:00"}, "ts has no time zone: write Z or an offset"),
        ({"ts": "10 o'clock"}, "ts is not an ISO 8601 time"),
        ({"ts": "0001-01-01T00:00:00+09:00"}, "ts is out of range"),
        ({"count": "many"}, "count is not a number"),
        ({"count": "nan"}, "count is not a number"),
        ({"vessels_named": "ANGARA", "vessel_imos": "12a"}, "vessel_imos is not a whole number"),
        ({"vessels_named": "ANGARA", "vessel_imos": "9179843"}, "IMO number 9179843 is not valid"),
        (
            {"vessels_named": "ANGARA", "vessel_imos": "9179842; 8517839"},
            "vessels_named and vessel_imos differ in number",
        ),
        ({"vessel_imos": "9179842", "vessel_mmsis": "1; 2"}, "vessel_imos and vessel_mmsis differ in number"),
        ({"kind": "submarine"}, "kind is none of vessel, nothing_seen"),
        ({"date_precision": "roughly"}, "date_precision is none of day"),
        ({"url": "javascript:alert(1)"}, "url is not an http or https address"),
        ({"published": "yesterday"}, "published is not YYYY-MM-DD, YYYY-MM or YYYY"),
        ({"observed": ""}, "observed is missing"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_alone_with_line_and_reason(cells: dict[str, str], reason: str) -> None:
    good = {**OBSERVATION, "obs_id": "O2", "vessel_imos": ""}
    taken, refused = read({**OBSERVATION, **cells}, good)
    assert [row["obs_id"] for row in taken] == ["O2"]
    assert refused[0]["line"] == 2
    assert refused[0]["reason"].startswith(reason)


@pytest.mark.parametrize(("lat", "lon"), [("91", "0"), ("0", "-181"), ("1", ""), ("", "1")])
def test_a_place_off_the_globe_or_half_given_is_refused(lat: str, lon: str) -> None:
    taken, refused = read({"place_id": "P1", "name": "Rajin", "lat": lat, "lon": lon}, table=PLACES)
    assert (len(taken), len(refused)) == (0, 1)


def test_a_second_row_of_the_same_id_is_refused() -> None:
    taken, refused = read(OBSERVATION, OBSERVATION)
    assert len(taken) == 1
    assert refused[0]["reason"] == "obs_id O1 is there twice"


def test_a_row_with_more_or_fewer_cells_than_the_header_is_refused() -> None:
    content = (
        b"event_id,date_start,date_end,event\nE1,2023-01-01,2023-01-01,a,b\nE2,2023-01-01\nE3,2023-01-01,2023-01-01,a\n"
    )
    taken, refused = evidence.parse(content, EVENTS, "events.csv")
    assert taken["event_id"].to_pylist() == ["E3"]
    assert refused["reason"].to_pylist() == ["5 cells where the header has 4", "2 cells where the header has 4"]


def test_columns_may_come_in_any_order_with_others_between_and_optional_ones_missing() -> None:
    (row,), _ = read(dict(reversed({**OBSERVATION, "my_own": "x"}.items())))
    assert row["obs_id"] == "O1"
    assert row["publisher"] is None


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=12), st.text(max_size=12)), max_size=20))
def test_every_row_is_taken_or_refused_whatever_the_cells_hold(cells: list[tuple[str, str, str]]) -> None:
    rows = [
        {**OBSERVATION, "obs_id": str(i), "date_start": d, "count": c, "observed": o}
        for i, (d, c, o) in enumerate(cells)
    ]
    rows = [
        {k: v.replace("\0", "").replace("\r", "").encode("utf-8", "replace").decode() for k, v in row.items()}
        for row in rows
    ]
    if rows:
        taken, refused = read(*rows)
        assert len(taken) + len(refused) == len(rows)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "no column date_start"),
        (b"obs_id,kind\n", "no column date_start"),
        (b"obs_id,kind,kind,date_start,observed\n", "the column kind is there twice"),
    ],
)
def test_a_file_that_is_no_table_is_an_error_in_one_line(content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words) as raised:
        evidence.parse(content, OBSERVATIONS, "observations.csv")
    assert "\n" not in str(raised.value)


def test_a_folder_without_evidence_is_an_error_and_one_with_some_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"looked for vessels\.csv"):
        evidence.read_folder(tmp_path)
    (tmp_path / "observations.csv").write_bytes(csv_of(OBSERVATION, {**OBSERVATION, "obs_id": "O2", "kind": "?"}))
    found = evidence.read_folder(tmp_path)
    assert (found.observations.num_rows, found.refused.num_rows, found.events.num_rows) == (1, 1, 0)
    assert [(f.name, f.rows, f.refused) for f in found.files] == [("observations.csv", 1, 1)]
    assert found.observations.schema == evidence.Evidence.none().observations.schema


def named(*names: str, imos: str = "") -> pa.Table:
    row = {**OBSERVATION, "vessels_named": "; ".join(names), "vessel_imos": imos}
    return evidence.parse(csv_of(row), OBSERVATIONS, "observations.csv")[0]


def register(**imo_of_name: str) -> pa.Table:
    rows = [
        {"vessel_id": f"V{i}", "name": name.replace("_", " "), "imo": imo, "former_names": former}
        for i, (name, value) in enumerate(imo_of_name.items())
        for imo, _, former in [value.partition("/")]
    ]
    return evidence.parse(csv_of(*rows), VESSELS, "vessels.csv")[0]


def test_a_name_that_tells_one_ship_gets_her_number() -> None:
    found = evidence.resolve(named("MARIA", "Lady R"), register(MARIA="8517839", LADY_R="9161003"))
    assert found["vessel_imos"].to_pylist() == [[8517839, 9161003]]


def test_a_name_of_several_ships_stays_unresolved_be_it_a_former_one_or_one_without_a_number() -> None:
    for other in ({"ANGARA_": "9124043"}, {"OLD": "9124043/ANGARA"}, {"FESCO_ANGARA": "/ANGARA"}):
        found = evidence.resolve(named("ANGARA", "MARIA"), register(ANGARA="9179842", MARIA="8517839", **other))
        assert found["vessel_imos"].to_pylist() == [[None, 8517839]]


def test_a_number_that_the_row_gives_stays() -> None:
    found = evidence.resolve(named("ANGARA", imos="9179842"), register(ANGARA="9124043"))
    assert found["vessel_imos"].to_pylist() == [[9179842]]


def test_in_the_case_only_the_row_that_gives_a_bare_name_stays_unresolved() -> None:
    rows = case.evidence().observations.to_pylist()
    assert [row["obs_id"] for row in rows if row["vessels_named"] and None in row["vessel_imos"]] == ["O095"]


@st.composite
def dated(draw: st.DrawFn) -> dict[str, str]:
    start = draw(st.dates(date(2023, 1, 1), date(2023, 1, 20)))
    end = start + timedelta(days=draw(st.integers(0, 10)))
    moment = datetime.combine(start, datetime.min.time(), UTC) + timedelta(minutes=draw(st.integers(0, 24 * 60 - 1)))
    ts = draw(st.sampled_from(["", moment.isoformat()]))
    places = draw(st.lists(st.sampled_from("ABC"), unique=True))
    return {"date_start": str(start), "date_end": str(end), "ts": ts, "place_ids": "; ".join(places)}


@given(
    rows=st.lists(dated(), max_size=12),
    start_h=st.integers(-24, 600),
    length_h=st.none() | st.integers(0, 400),
    places=st.none() | st.sets(st.sampled_from("ABCD")),
)
def test_observations_between_agree_with_their_definition(
    rows: list[dict[str, str]], start_h: int, length_h: int | None, places: set[str] | None
) -> None:
    start = utc(2023, 1, 1) + timedelta(hours=start_h)
    end = None if length_h is None else start + timedelta(hours=length_h)
    numbered = [{**OBSERVATION, **row, "obs_id": f"O{i:02}"} for i, row in enumerate(rows)]
    table = evidence.parse(csv_of(OBSERVATION, *numbered), OBSERVATIONS, "o.csv")[0].slice(1)

    expected = {}
    for row in table.to_pylist():
        first = row["ts"] or datetime.combine(row["date_start"], datetime.min.time(), UTC)
        last = row["ts"] or datetime.combine(row["date_end"], datetime.max.time(), UTC)
        at = places is None or bool(places & set(row["place_ids"] or ()))
        if at and last >= start and (end is None or first <= end):
            expected[row["obs_id"]] = first >= start and (end is None or last <= end)

    found = evidence.observations_between(table, start, end, places)
    assert dict(zip(found["obs_id"].to_pylist(), found["within"].to_pylist(), strict=True)) == expected
    assert found["date_start"].to_pylist() == sorted(found["date_start"].to_pylist())
    assert found.schema.names == [*table.schema.names, "within"]


def test_notes_of_an_unknown_kind_are_refused() -> None:
    taken, refused = read({"note_id": "N1", "kind": "gossip", "text": "x"}, table=NOTES)
    assert (len(taken), len(refused)) == (0, 1)


def test_an_observation_of_the_very_second_belongs_to_the_time() -> None:
    moment = utc(2023, 1, 5, 12, 30)
    row = {"obs_id": "O1", "kind": "vessel", "observed": "docked", "ts": moment.isoformat()}
    table = evidence.parse(csv_of(row), OBSERVATIONS, "o.csv")[0]
    hour = timedelta(hours=1)
    for start, end in ((moment, moment + hour), (moment - hour, moment), (moment, moment), (moment, None)):
        assert evidence.observations_between(table, start, end)["within"].to_pylist() == [True]


def test_evidence_kept_as_tables_comes_back_the_same_and_missing_tables_are_empty() -> None:
    kept = case.evidence().tables
    back = evidence.Evidence.of({name: rows.select(rows.column_names[::-1]) for name, rows in kept.items()})
    assert back.tables == kept
    assert evidence.Evidence.of({}).tables == evidence.Evidence.none().tables
    assert [rows.column_names[0] for rows in kept.values()] == [table.names[0] for table in TABLES]


def test_lists_may_be_json_arrays_or_parted_by_semicolons() -> None:
    for cell in ('["ANGARA", "MARIA"]', "ANGARA; MARIA", "ANGARA;MARIA"):
        (row,), _ = read({**OBSERVATION, "vessels_named": cell})
        assert row["vessels_named"] == ["ANGARA", "MARIA"]
    (row,), _ = read({**OBSERVATION, "vessels_named": "[not an array; SECOND"})
    assert row["vessels_named"] == ["[not an array", "SECOND"]


def test_the_publishers_calendar_may_be_a_day_off_but_not_more() -> None:
    for day, count in (("10", 0), ("11", 1), ("12", 1), ("13", 1), ("14", 0)):
        taken, _ = read({**OBSERVATION, "ts": f"2023-09-{day}T12:00:00Z"})
        assert len(taken) == count, day


def test_a_time_over_midnight_is_of_both_days() -> None:
    row = {
        "obs_id": "O1",
        "kind": "vessel",
        "observed": "x",
        "ts": "2023-09-12T23:00:00Z",
        "ts_end": "2023-09-13T01:00:00Z",
    }
    ((taken,), _) = read(row)
    assert (taken["date_start"], taken["date_end"]) == (date(2023, 9, 12), date(2023, 9, 13))


def test_an_observation_over_a_time_belongs_to_all_of_it() -> None:
    row = {
        "obs_id": "O1",
        "kind": "vessel",
        "observed": "x",
        "ts": "2023-09-12T10:00:00Z",
        "ts_end": "2023-09-12T14:00:00Z",
    }
    table = evidence.parse(csv_of(row), OBSERVATIONS, "o.csv")[0]
    noon = utc(2023, 9, 12, 12)
    assert evidence.observations_between(table, noon, None)["within"].to_pylist() == [False]
    assert evidence.observations_between(table, utc(2023, 9, 12), None)["within"].to_pylist() == [True]
    assert evidence.observations_between(table, utc(2023, 9, 12), noon)["within"].to_pylist() == [False]
    assert evidence.observations_between(table, utc(2023, 9, 12, 15), None).num_rows == 0


def test_a_made_id_does_not_depend_on_columns_that_say_nothing() -> None:
    bare = {name: value for name, value in OBSERVATION.items() if name != "obs_id"}
    ids = [read(row)[0][0]["obs_id"] for row in (bare, {**bare, "note": "", "place": "unknown"}, {**bare, "note": "x"})]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0] == "obs-01e1b4f5661c7008"  # the same from version to version
