"""Files of evidence come into an archive: every format, row by row, once."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.errors import DataWarning, SourceError, UnknownFormat, UsageError
from ais_gaps.evidence import OBSERVATIONS, content, kept
from ais_gaps.evidence.content import Saying
from ais_gaps.evidence.intake import Imported
from ais_gaps.evidence.judge import Judge
from ais_gaps.evidence.parcel import Parcel
from ais_gaps.evidence.read import refusals
from ais_gaps.holdings import Holdings
from ais_gaps.store.tables import Tables
from tests.angara_case import utc
from tests.conftest import ROOT

FIXTURES = ROOT / "fixtures" / "evidence"
ROW = {"obs_id": "O1", "date_start": "2023-09-12", "date_end": "2023-09-12", "kind": "vessel", "observed": "docked"}


@pytest.fixture
def archive(tmp_path: Path) -> Holdings:
    return Holdings.at(tmp_path / "archive", create=True)


def take(archive: Holdings, *paths: Path, **said: Any) -> list[Imported]:
    """Imports files, whose warnings other tests look at."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return archive.import_evidence(paths, **said)


def observations(archive: Holdings) -> dict[str, dict[str, Any]]:
    return {row["obs_id"]: row for row in archive.evidence().observations.to_pylist()}


def file(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def csv_file(tmp_path: Path, name: str, *rows: dict[str, str]) -> Path:
    names = list(dict.fromkeys(column for row in rows for column in row))
    lines = [",".join(names), *(",".join(row.get(n, "") for n in names) for row in rows)]
    return file(tmp_path, name, "\n".join(lines) + "\n")


def test_every_example_goes_in_with_what_it_says_of_itself(archive: Holdings) -> None:
    found = {r.file: (r.format, r.rows_read, r.rows_taken, r.rows_refused) for r in take(archive, FIXTURES)}
    assert found.pop("README.md") == (None, 0, 0, 0)
    assert found == {
        "detections_gfw.csv": ("table of detections (CSV)", 5, 3, 2),
        "detections_xview3.csv": ("table of detections (CSV)", 4, 3, 1),
        "item.json": ("STAC Item", 1, 1, 0),
        "items.json": ("STAC ItemCollection", 3, 2, 1),
        "observations.csv": ("table of observations (CSV)", 5, 4, 1),
        "observations.geojson": ("GeoJSON observations", 3, 2, 1),
    }
    assert archive.evidence().refused.num_rows == 6
    assert len(observations(archive)) == 15


def test_a_file_goes_in_once_whatever_its_name(archive: Holdings, tmp_path: Path) -> None:
    take(archive, FIXTURES)
    before = archive.evidence()
    again = take(archive, FIXTURES, file(tmp_path, "other.csv", (FIXTURES / "observations.csv").read_bytes()))
    assert all(r.already_known for r in again if not r.passed_over)
    assert archive.evidence() == before


def test_rows_of_another_file_that_are_there_word_for_word_are_known_and_others_of_their_id_refused(
    archive: Holdings, tmp_path: Path
) -> None:
    take(archive, csv_file(tmp_path, "a.csv", ROW, {**ROW, "obs_id": "O2"}))
    (result,) = take(
        archive,
        csv_file(
            tmp_path,
            "b.csv",
            {**ROW, "obs_id": "O3"},
            {**ROW, "observed": "at sea", "count": "1"},
            {**ROW, "obs_id": "O2"},
        ),
    )
    assert (result.rows_read, result.rows_taken, result.rows_known, result.rows_refused) == (3, 1, 1, 1)
    assert archive.evidence().refused.to_pylist() == [
        {"file": "b.csv", "line": 3, "reason": "obs_id O1 is in the archive with other content (observed, count)"}
    ]
    assert observations(archive)["O1"]["observed"] == "docked"


def test_rows_without_an_id_have_the_same_one_in_every_file(archive: Holdings, tmp_path: Path) -> None:
    bare = {name: value for name, value in ROW.items() if name != "obs_id"}
    (first,) = take(archive, csv_file(tmp_path, "a.csv", bare))
    (second,) = take(archive, csv_file(tmp_path, "b.csv", {**bare, "observed": "at sea"}, {"obs_id": "", **bare}))
    assert (first.rows_taken, second.rows_taken, second.rows_known) == (1, 1, 1)
    assert all(i.startswith("obs-") for i in observations(archive))
    assert [Judge(OBSERVATIONS).row(bare)["obs_id"]] == [
        i for i, r in observations(archive).items() if r["observed"] == "docked"
    ]


def test_what_was_known_at_a_time_is_still_told(archive: Holdings, tmp_path: Path) -> None:
    take(archive, csv_file(tmp_path, "a.csv", ROW))
    then = datetime.now(UTC)
    take(archive, csv_file(tmp_path, "b.csv", {**ROW, "obs_id": "O2"}, {**ROW, "obs_id": "O3", "kind": "?"}))
    known = archive.evidence(as_known=then)
    assert (known.observations["obs_id"].to_pylist(), known.refused.num_rows, len(known.files)) == (["O1"], 0, 1)
    assert (len(observations(archive)), archive.evidence().refused.num_rows) == (2, 1)


def test_an_import_that_was_killed_in_between_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = Tables(tmp_path / "tables")
    parcel = content.read(csv_file(tmp_path, "a.csv", ROW, {**ROW, "obs_id": "O2", "kind": "?"}), Saying({}))
    append = Tables.append

    def killed(self: Tables, name: str, rows: pa.Table, *, key: str) -> bool:
        if name == "evidence_refused":
            raise KeyboardInterrupt
        return append(self, name, rows, key=key)

    with monkeypatch.context() as patch:
        patch.setattr(Tables, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            kept.add(tables, parcel)
    assert not kept.holds(tables, parcel.sha256)
    kept.add(tables, parcel)
    found = kept.read(tables)
    assert (found.observations.num_rows, found.refused.num_rows) == (1, 1)
    assert [(f.name, f.rows, f.refused) for f in found.files] == [("a.csv", 1, 1)]


def test_the_order_of_files_does_not_matter_for_what_names_mean(tmp_path: Path) -> None:
    seen = csv_file(tmp_path, "o.csv", {**ROW, "vessels_named": "MARIA", "place": "Our pier"})
    ships = csv_file(tmp_path, "v.csv", {"vessel_id": "V1", "name": "MARIA", "imo": "8517839"})
    places = csv_file(tmp_path, "p.csv", {"place_id": "Q1", "name": "The pier", "aliases": "Our pier"})
    for number, order in enumerate(([seen, ships, places], [ships, places, seen])):
        archive = Holdings.at(tmp_path / f"a{number}", create=True)
        take(archive, *order)
        row = observations(archive)["O1"]
        assert (row["vessel_imos"], row["place_ids"]) == ([8517839], ["Q1"])


@pytest.mark.parametrize("name", ["Rajin", "rajin port", "NAJIN", "Port of Rason", "나진항", "Раджин"])
def test_a_place_is_known_by_its_names_in_any_script(archive: Holdings, tmp_path: Path, name: str) -> None:
    take(archive, csv_file(tmp_path, "a.csv", {**ROW, "place": name}))
    assert observations(archive)["O1"]["place_ids"] == ["P01"]


@pytest.mark.parametrize("name", ["Rajin-Dunai", "near Rajin", "Port", "North Korea", "..."])
def test_a_text_that_is_more_or_less_than_one_name_is_no_place(archive: Holdings, tmp_path: Path, name: str) -> None:
    take(archive, csv_file(tmp_path, "a.csv", {**ROW, "place": name}))
    assert observations(archive)["O1"]["place_ids"] is None


def test_a_name_of_several_places_is_not_guessed_and_ids_that_are_given_stay(archive: Holdings, tmp_path: Path) -> None:
    archive.add_place("Rajin", 10.0, 10.0, 1.0)
    take(
        archive,
        csv_file(
            tmp_path, "a.csv", {**ROW, "place": "Rajin"}, {**ROW, "obs_id": "O2", "place": "Dunai", "place_ids": "P01"}
        ),
    )
    assert observations(archive)["O1"]["place_ids"] is None
    assert observations(archive)["O2"]["place_ids"] == ["P01"]


def test_ids_of_unknown_places_and_columns_without_a_place_are_kept_or_passed_over_and_told_once(
    archive: Holdings, tmp_path: Path
) -> None:
    rows = [{**ROW, "obs_id": f"O{i}", "place_ids": "NOWHERE", "my_own": "x"} for i in range(3)]
    with pytest.warns(DataWarning) as told:
        archive.import_evidence([csv_file(tmp_path, "a.csv", *rows)])
    assert sorted(str(w.message) for w in told) == [
        "a.csv: columns passed over: my_own",
        "no place has the id NOWHERE, which O0, O1, O2 give; kept as it is",
    ]
    assert observations(archive)["O1"]["place_ids"] == ["NOWHERE"]


def test_the_demo_case_says_nothing_but_what_went_in(archive: Holdings) -> None:
    results = archive.add_evidence(ROOT / "fixtures" / "angara")
    assert [(r.table, r.rows_taken, r.rows_refused) for r in results if r.table == "observations"] == [
        ("observations", 96, 0)
    ]
    with pytest.raises(SourceError, match="no evidence there"):
        archive.add_evidence(FIXTURES.parent / "formats")


def test_the_source_that_the_user_gives_stands_for_rows_that_give_none(archive: Holdings, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "a.csv", ROW, {**ROW, "obs_id": "O2", "publisher": "VOA"})
    take(
        archive,
        path,
        FIXTURES / "item.json",
        FIXTURES / "detections_gfw.csv",
        source={"publisher": "Somebody", "url": "https://x.org/"},
    )
    publishers = {row["publisher"] for row in observations(archive).values()}
    assert publishers == {"Somebody", "VOA", "Invented Catalogue"}
    assert {row["url"] for row in observations(archive).values() if row["score"]} == {"https://x.org/"}
    with pytest.raises(UsageError, match="url is not an http"):
        take(archive, path, source={"url": "javascript:alert(1)"})


def test_a_list_of_sanctions_comes_in_with_the_day_of_its_copy(archive: Holdings, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "list.csv", {"imo": "9179842", "name": "ANGARA", "authority": "US"})
    (result,) = take(archive, path, seen_on=date(2023, 1, 21))
    assert (result.table, result.rows_taken) == ("listings", 1)
    (row,) = archive.evidence().listings.to_pylist()
    assert (row["imo"], row["seen_on"]) == (9179842, date(2023, 1, 21))


def test_geojson_gives_place_and_precision_and_lists() -> None:
    parcel = content.read(FIXTURES / "observations.geojson", Saying({}))
    point, outline = parcel.rows.to_pylist()
    assert (point["obs_id"], point["lat"], point["lon"], point["precision_nm"]) == ("EX-G1", 42.23, 130.3, None)
    assert point["vessels_named"] == ["FIXTURE ONE", "FIXTURE; TWO"]
    assert point["vessel_imos"] == [9179842, None]
    assert point["date_start"] == point["date_end"] == date(2023, 11, 3)
    # From the middle of a square of 0.02 degrees to its corner: 0.6 nm up, 0.44 nm across.
    assert outline["precision_nm"] == pytest.approx(0.747, abs=0.01)
    assert outline["footprint"].startswith("POLYGON ((130.29 42.22")


def test_an_outline_over_the_antimeridian_is_where_it_is() -> None:
    ring = [[179.0, 50.0], [-179.0, 50.0], [-179.0, 51.0], [179.0, 51.0], [179.0, 50.0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "geometry": geometry, "properties": {**ROW}}
    parcel = content._features([feature], content.features.row, "GeoJSON", b"", Path("x.json"), Saying({}))
    (row,) = parcel.rows.to_pylist()
    assert abs(row["lon"]) > 179.0
    assert row["precision_nm"] < 100


def test_a_stac_item_is_a_look_that_says_nothing_of_what_it_shows(archive: Holdings) -> None:
    take(archive, FIXTURES / "item.json")
    (row,) = observations(archive).values()
    assert {
        name: value for name, value in row.items() if value is not None and name not in ("obs_id", "footprint")
    } == {
        "date_start": date(2023, 11, 3),
        "date_end": date(2023, 11, 3),
        "date_precision": "day",
        "ts": utc(2023, 11, 3, 2, 10),
        "kind": "look",
        "observed": "an image exists; what it shows is not stated",
        "place_ids": ["P01"],  # Rajin lies in its outline
        "lat": 42.225,
        "lon": 130.3,
        "precision_nm": pytest.approx(6.335),
        "sensor": "invented-1 camera",
        "provider": "Invented Imagery",
        "resolution_m": 3.0,
        "look_id": "invented-image-20231103T021000",
        "publisher": "Invented Catalogue",
        "title": "An invented image of Rajin",
        "url": "https://example.org/stac/items/invented-image-20231103T021000.json",
        "note": "cloud cover 12.5 %; collection invented-images; licence CC-BY-4.0",
    }


def test_who_looked_at_a_stac_image_says_so_by_prefixed_columns(archive: Holdings) -> None:
    take(archive, FIXTURES / "items.json")
    rows = {row["look_id"]: row for row in observations(archive).values()}
    night, ship = rows["invented-pass-1"], rows["invented-image-2"]
    assert (night["ts"], night["ts_end"]) == (utc(2023, 11, 4, 16, 30), utc(2023, 11, 4, 16, 36))
    assert (ship["kind"], ship["length_min_m"], ship["place_ids"], ship["url"]) == ("vessel", 115.0, ["P05"], None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"properties": {"datetime": "2023-11-03T02:10:00"}}, "datetime has no time zone"),
        ({"properties": {"datetime": None}}, "is no STAC item: "),
        ({"properties": None}, "is no STAC item: "),
        ({"links": 5}, "is no STAC item: a part of it is not what STAC has there"),
        ({"id": 7}, "is no STAC item: its id is no text"),
        ({"geometry": {"type": "Point", "coordinates": [1]}}, "its geometry"),
        ({"geometry": {"type": "Point", "coordinates": [200.0, 100.0]}}, "its geometry has a latitude beyond 90"),
        (
            {"properties": {"datetime": "2023-11-03T02:10:00Z", "ais_gaps:colour": "red"}},
            "ais_gaps:colour is no column",
        ),
        ({"properties": {"datetime": "2023-11-03T02:10:00Z", "ais_gaps:kind": "ufo"}}, "kind is none of vessel"),
        ({"properties": {"datetime": "2023-11-03T02:10:00Z", "gsd": "coarse"}}, "resolution_m is not a number"),
    ],
)
def test_a_stac_item_that_is_none_is_refused_in_plain_words(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    good = json.loads((FIXTURES / "item.json").read_text())
    bad = {**good, "id": "bad", **change}
    path = file(tmp_path, "items.json", json.dumps({"type": "FeatureCollection", "features": [bad, good]}))
    parcel = content.read(path, Saying({}))
    assert (parcel.rows.num_rows, parcel.refused["line"].to_pylist()) == (1, [1])
    assert parcel.refused["reason"][0].as_py().startswith(reason)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "colour,size\nred,2\n", "found text that starts with the columns colour, size"),
        ("a.csv", "mmsi,ts,lat,lon,sog\n1,2,3,4,5\n", "AIS reports go in by 'ais-gaps ingest'"),
        ("a.txt", "Dear Sir,\nplease find enclosed\n", "found text that starts with the columns Dear Sir"),
        ("a.bin", b"\x00\x01\x02", "found bytes that are no text"),
        ("a.csv", "", "found an empty file"),
        ("a.csv", " \n ", "found an empty file"),
        ("a.csv", b"caf\xe9,obs\n", "not UTF-8 text"),
        ("a.json", "[1, 2]", "found JSON of another kind"),
        ("a.json", '{"type": "FeatureCollection", "features": []}', "a FeatureCollection without features"),
        (
            "a.json",
            '{"type": "Feature", "properties": {"name": "x"}}',
            "no feature has the properties kind and observed; found name",
        ),
        (
            "a.json",
            '{"type": "Collection", "stac_version": "1.0.0"}',
            "a STAC Collection, which holds no images itself",
        ),
        ("a.json", '{"type": ', "not readable as JSON"),
        ("a.json", '{"a": NaN}', "not readable as JSON"),
        ("a.parquet", b"PAR1 and nothing", "not readable as Parquet"),
        ("a.csv", "obs_id,kind\nO1,vessel\n", "no column date_start; observations need"),
    ],
)
def test_a_file_that_is_nothing_known_says_what_was_expected_and_found(
    tmp_path: Path, name: str, text: str | bytes, words: str
) -> None:
    with pytest.raises(SourceError) as raised:
        content.read(file(tmp_path, name, text), Saying({}))
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 600
    if "found " in words and "no feature" not in words:
        assert isinstance(raised.value, UnknownFormat)
        assert "expected a table of evidence" in str(raised.value)


def test_one_bad_file_does_not_stop_the_others(archive: Holdings, tmp_path: Path) -> None:
    results = take(
        archive, file(tmp_path, "bad.csv", "x,y\n"), csv_file(tmp_path, "good.csv", ROW), tmp_path / "none.csv"
    )
    assert [(r.file, r.error is None) for r in results] == [("bad.csv", False), ("good.csv", True), ("none.csv", False)]


def test_files_of_a_folder_that_are_no_evidence_are_passed_over_but_damaged_ones_are_told(
    archive: Holdings, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    csv_file(folder / "below", "a.csv", ROW)
    file(folder, "readme.md", "# words\n")
    file(folder, "damaged.csv", "obs_id,kind\n")
    file(folder, ".hidden.csv", "x")
    results = take(archive, folder)
    assert [(r.file, r.rows_taken, r.passed_over) for r in results] == [
        ("a.csv", 1, False),
        ("damaged.csv", 0, False),
        ("readme.md", 0, True),
    ]
    with pytest.raises(SourceError, match="there is no file in it"):
        empty = tmp_path / "empty"
        empty.mkdir()
        take(archive, empty)


def cell() -> st.SearchStrategy[str]:
    return st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=12).map(
        str.strip
    )


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.dates(date(2020, 1, 1), date(2024, 1, 1)))
    names = draw(st.none() | st.lists(cell(), min_size=1, max_size=3))
    return {
        "date_start": start.isoformat(),
        "date_end": start.isoformat(),
        "kind": draw(st.sampled_from(["vessel", "railcars", "other"])),
        "observed": draw(cell()),
        "vessels_named": names,
        "vessel_mmsis": None if names is None else [draw(st.none() | st.integers(1, 999_999_999)) for _ in names],
        "lat": draw(st.floats(-90, 90)),
        "lon": draw(st.floats(-180, 180)),
        "count": draw(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
        "note": draw(st.none() | cell()),
    }


@given(st.lists(rows(), max_size=6))
def test_what_is_printed_as_geojson_comes_back_the_same(given_rows: list[dict[str, Any]]) -> None:
    import io

    from ais_gaps import tabular

    taken = []
    judge = Judge(OBSERVATIONS)
    for row in given_rows:
        try:
            taken.append(judge.row(row))
        except ValueError:
            continue
    table = pa.Table.from_pylist(taken, schema=OBSERVATIONS.arrow)
    stream = io.StringIO()
    tabular.write_geojson(table, stream)
    back = [content.features.row(f, Judge(OBSERVATIONS)) for f in json.loads(stream.getvalue())["features"]]
    assert pa.Table.from_pylist(back, schema=OBSERVATIONS.arrow).to_pylist() == table.to_pylist()


@given(st.lists(st.booleans(), max_size=8), st.lists(st.booleans(), max_size=8))
def test_rows_read_are_rows_taken_known_and_refused(first: list[bool], second: list[bool]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        tables = Tables(Path(folder))
        there: dict[str, str] = {}
        for number, changes in enumerate((first, second)):
            said = [{**ROW, "obs_id": f"O{i}", "observed": "new" if new else "old"} for i, new in enumerate(changes)]
            judge = Judge(OBSERVATIONS)
            table = pa.Table.from_pylist([judge.row(row) for row in said], schema=OBSERVATIONS.arrow)
            parcel = Parcel(
                "f.csv", str(number), "t", "observations", table, refusals("f.csv", []), range(2, 2 + len(table))
            )
            added = kept.add(tables, parcel)
            assert added.taken.num_rows + added.known + added.refused.num_rows == len(said)
            clashes = [r["obs_id"] for r in said if there.get(r["obs_id"], r["observed"]) != r["observed"]]
            assert added.refused.num_rows == len(clashes)
            there |= {r["obs_id"]: there.get(r["obs_id"], r["observed"]) for r in said}
        found = kept.read(tables).observations
        assert dict(zip(found["obs_id"].to_pylist(), found["observed"].to_pylist(), strict=True)) == there


def test_an_observation_given_by_hand_is_there_once_and_a_bad_one_is_refused(archive: Holdings) -> None:
    given = {**ROW, "obs_id": None, "place": "Rajin", "vessels_named": ["ANGARA"], "count": 1.0}
    rows_ = [archive.add_observation(given).to_pylist() for _ in range(2)]
    assert rows_[0] == rows_[1]
    assert rows_[0][0]["place_ids"] == ["P01"]
    assert len(observations(archive)) == 1
    with pytest.raises(UsageError, match="kind is none of"):
        archive.add_observation({**given, "kind": "ufo"})
    archive.add_observation({**ROW, "obs_id": "MINE"})
    with pytest.raises(UsageError, match=r"MINE is in the archive with other content \(observed\)"):
        archive.add_observation({**ROW, "obs_id": "MINE", "observed": "something else"})


def test_the_page_about_evidence_names_every_column_and_kind_and_its_examples_go_in(
    archive: Holdings, tmp_path: Path
) -> None:
    import re

    from ais_gaps.evidence.detections import ROLES
    from ais_gaps.evidence.tables import OBSERVATION_KINDS

    page = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    for name in (*OBSERVATION_KINDS, *(n for names in ROLES.values() for n in names)):
        assert f"`{name}`" in page, name
    examples = re.findall(r"```(csv|json)\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 4
    for number, (form, text) in enumerate(examples):
        (result,) = take(archive, file(tmp_path, f"{number}.{form}", text))
        assert (result.rows_taken, result.rows_refused) == (1, 0), result
