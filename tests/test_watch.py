"""What a user watches: checked when it is said, kept with who said it and when, and never changed."""

from __future__ import annotations

import json
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.errors import Ambiguous, NotFound, SourceError, UsageError
from ais_gaps.evidence import Evidence
from ais_gaps.holdings import Holdings
from ais_gaps.store.archive import Store
from ais_gaps.watch import Asked, areas
from ais_gaps.watch.columns import KINDS, WATCHED
from ais_gaps.watch.entries import in_force
from ais_gaps.watch.entry import read
from tests.conftest import ROOT
from tests.rows import T0, H, put
from tests.watch_case import entries

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Holdings:
    """Two ships, and the evidence of the case."""
    store = Store.create(tmp_path / "archive")
    ship = {"lat": 42.2, "lon": 130.3, "ts": int(T0), "name": "LADY R", "mmsi": 273210440}
    put(store, [ship, ship | {"ts": int(T0 + H)}, ship | {"mmsi": 273999999, "name": "STAR", "imo": 9082142}], "a")
    archive = Holdings.at(store.path)
    archive.add_evidence(ROOT / "fixtures" / "angara")
    return archive


def _kept(archive: Holdings) -> list[tuple[str, str]]:
    rows = archive.watched()
    return list(zip(rows["kind"].to_pylist(), rows["value"].to_pylist(), strict=True))


def test_an_entry_is_kept_with_who_said_it_when_and_why_and_once(archive: Holdings) -> None:
    added = archive.watch(9179842, because=" seen\nat Rajin \x1b[31m", author="ann", at=NOON)
    [row] = added.rows.to_pylist()
    assert (row["kind"], row["value"], row["label"]) == ("imo", "9179842", "9179842")
    assert (row["because"], row["author"], row["at"], row["removed"]) == ("seen at Rajin [31m", "ann", NOON, False)
    assert len(row["entry_id"]) == 16
    assert added.new == 1
    again = archive.watch("IMO 9179842", because="another reason", author="bob")
    assert again.new == 0
    assert again.rows.equals(added.rows)
    assert again.notes == ("imo 9179842 is watched already, since 2026-11-01: nothing is added",)
    assert archive.watched().equals(added.rows)
    assert archive.watched().schema.names == WATCHED.names


def test_what_is_watched_no_longer_is_told_of_the_time_before(archive: Holdings) -> None:
    archive.watch("LADY R", author="ann")
    time.sleep(0.01)
    before = datetime.now(UTC)
    time.sleep(0.01)
    ended = archive.unwatch("lady r", because="sold", author="bob")
    assert [(row["removed"], row["because"], row["author"]) for row in ended.to_pylist()] == [(True, "sold", "bob")]
    assert _kept(archive) == []
    assert archive.watched(as_known=before)["author"].to_pylist() == ["ann"]
    with pytest.raises(NotFound, match="Nothing is watched but the watched places"):
        archive.unwatch("LADY R")
    assert archive.watch("LADY R", author="carl").new == 1
    assert archive.watched()["author"].to_pylist() == ["carl"]


def test_an_entry_is_meant_by_id_value_or_label(archive: Holdings) -> None:
    first, second = (archive.watch(n, label="Twin").rows["entry_id"][0].as_py() for n in (9179842, 9161003))
    with pytest.raises(Ambiguous, match=f"{first} \\(imo Twin\\), {second} \\(imo Twin\\). Give the id"):
        archive.unwatch("twin")
    with pytest.raises(NotFound, match=r"No watched entry 'Tvin'. 'watch list' shows them. Nearest: Twin."):
        archive.unwatch("Tvin")
    with pytest.raises(NotFound):
        archive.unwatch(first[:5])
    archive.unwatch(first[:6])
    archive.unwatch("9161003")
    assert _kept(archive) == []


def test_a_clock_that_was_put_back_does_not_undo_what_was_said(archive: Holdings) -> None:
    ahead = datetime(2099, 1, 1, tzinfo=UTC)
    archive.watch(9179842, at=ahead)
    archive.unwatch("9179842")
    assert _kept(archive) == []
    archive.watch(9179842)
    assert archive.watched()["at"].to_pylist() == [ahead + timedelta(microseconds=2)]
    with pytest.raises(UsageError, match="no later than what was said before"):
        archive.unwatch("9179842", at=NOON)


def test_all_is_checked_before_anything_goes_in(archive: Holdings) -> None:
    with pytest.raises(UsageError, match="9179843 is no IMO number: its check digit is wrong"):
        archive.watch(9179842, 9179843)
    with pytest.raises(UsageError, match="a label is for one entry, and here are 2"):
        archive.watch(9179842, 9161003, label="both")
    with pytest.raises(UsageError, match="too long: at most 2,000"):
        archive.watch(9179842, because="x" * 2001)
    assert _kept(archive) == []
    assert archive.watch(9179842, "IMO9179842", Asked(9179842, "imo")).new == 1


def test_notes_say_whom_an_entry_means(archive: Holdings) -> None:
    def notes(*what: Any) -> str:
        (note,) = archive.watch(*what).notes
        return note

    assert notes("LADY") == "no ship of the archive bears the name LADY so far; nearest: LADY R"
    assert notes("lady-r") == "names are not unique: whoever else says lady-r will be watched too"
    assert archive.watch("MMSI 273210440").notes == ()
    assert archive.watch(9082142).notes == ()
    assert notes("273210441") == "MMSI 273210441 has said nothing of itself in the archive so far"
    # the register of the case gives her IMO number this ship's MMSI, and the ship says no number
    assert archive.watch(9179842).notes == ()
    assert notes(9161003) == "no ship of the archive says IMO 9161003 so far"
    owner = notes(Asked("M Leasing LLC", "owner"))
    assert owner.startswith("M Leasing LLC: ")
    assert "the register's owner in 3 of 8 rows, the register's linked_to in 8 of 8 rows" in owner
    other = notes(Asked("M Leesing LLC", "owner"))
    assert other.startswith("no ship of the evidence is named with a company M Leesing LLC so far; nearest: M L")
    assert notes(Asked("OFAC SDN", "listing")) == (
        "OFAC SDN: 6 ships by the evidence, 1 MMSI of the archive known to be of them; "
        "2 rows with neither IMO number nor MMSI tell no ship"
    )
    with pytest.raises(
        NotFound, match=r"No list 'ofac sdn' in the archive's evidence. Nearest: OFAC SDN, US \(OFAC SDN\)"
    ):
        archive.watch(Asked("ofac sdn", "listing"))


def test_an_archive_without_evidence_says_so(tmp_path: Path) -> None:
    archive = Holdings.at(Store.create(tmp_path / "archive").path)
    with pytest.raises(NotFound, match="the archive has no sanctions list; 'evidence import' adds one"):
        archive.watch(Asked("OFAC SDN", "listing"))
    (note,) = archive.watch(Asked("ACME", "owner")).notes
    assert note.endswith("The archive has no register and no list, so nothing names owners")
    assert len(archive.watched()) == 1


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("9179843", "9179843 is no IMO number: its check digit is wrong"),
        ("IMO 12", "'IMO 12' is no IMO number: seven digits, the last a check digit"),
        (1234567, "1234567 is typed in by ships that have no IMO number"),
        ("12345678", "neither an IMO number .seven digits. nor an MMSI"),
        ("1234567890123", "neither an IMO number"),
        (0, "neither an IMO number"),
        (Asked("MMSI 123", "mmsi"), "'MMSI 123' is no MMSI: MMSI has fewer than nine digits"),
        (Asked("12345678901", "mmsi"), "is no MMSI"),
        (Asked("LADY R", "mmsi"), "'LADY R' is no MMSI: nine digits"),
        (Asked("9179842x", "imo"), "is no IMO number"),
        (Asked("MMSI 9179842", "imo"), "is no IMO number"),
        (Asked("002734567", "mmsi"), "is the MMSI of no ship but of a base station"),
        ("", "'' is no name: it has no letter or digit"),
        ("\u202e\x00 -", "'-' is no name"),
        ("x" * 201, "a name of 201 characters is too long: at most 200"),
        (Asked("...", "owner"), "'...' is no owner"),
        (Asked("9179842", "ship"), "'ship' cannot be watched: it is none of imo, mmsi, name, owner, listing, area"),
        (Asked("91,0,5", "area"), "area '91,0,5': a latitude, which stands first, is from -90 to 90 degrees"),
        (Asked("0,400,5", "area"), "a longitude is beyond 360 degrees"),
        (Asked("0,0,0", "area"), "its radius_nm is no number above 0 and up to 1000"),
        (Asked("0,0,1001", "area"), "its radius_nm is no number above 0 and up to 1000"),
        (Asked("0,0,-3", "area"), "its radius_nm is no number above 0 and up to 1000"),
    ],
)
def test_what_cannot_be_watched_is_refused_in_plain_words(asked: Any, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        read([asked], Evidence.none())


@pytest.mark.parametrize(
    ("asked", "kind", "value"),
    [
        (9179842, "imo", "9179842"),
        ("imo9179842", "imo", "9179842"),
        ("IMO: 9179842", "imo", "9179842"),
        (273210440, "mmsi", "273210440"),
        ("MMSI 273210440", "mmsi", "273210440"),
        (" Lady  R", "name", "Lady R"),
        (Asked("12345", "name"), "name", "12345"),
        ("7 SEAS", "name", "7 SEAS"),
        ("백마", "name", "백마"),
    ],
)
def test_numbers_and_names_are_told_by_their_form(asked: Any, kind: str, value: str) -> None:
    [entry] = read([asked], Evidence.none())
    assert (entry.kind, entry.value) == (kind, value)


@given(
    st.lists(
        st.text(max_size=30) | st.integers() | st.builds(Asked, st.text(max_size=12), st.sampled_from(KINDS)),
        max_size=3,
    )
)
def test_whatever_is_asked_is_an_entry_or_an_error_in_one_line(asked: list[Any]) -> None:
    try:
        found = read(asked, Evidence.none())
    except (UsageError, NotFound, SourceError) as error:
        assert str(error).isprintable()
    else:
        shown = "".join(entry.value + entry.label for entry in found)
        assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert all(entry.value for entry in found)
        assert len({entry.id for entry in found}) == len(found)


def test_an_entry_does_not_hang_on_capitals() -> None:
    ids = [read([Asked(text, "name")], Evidence.none())[0].id for text in ("LADY R", "Lady R", "lady r", "LADY S")]
    assert len(set(ids)) == 2
    assert read([Asked("LADY R", "owner")], Evidence.none())[0].id not in ids


@given(st.permutations(range(6)), st.lists(st.booleans(), min_size=6, max_size=6))
def test_of_an_entry_the_newest_row_counts_in_whatever_order_they_lie(order: list[int], removed: list[bool]) -> None:
    log = entries(*[("name", "AB"[number % 2]) for number in range(6)])
    rows = [row | {"removed": gone} for row, gone in zip(log.to_pylist(), removed, strict=True)]
    table = type(log).from_pylist([rows[at] for at in order], schema=WATCHED.arrow)
    found = in_force(table)
    assert found["value"].to_pylist() == [rows[at]["value"] for at in (4, 5) if not removed[at]]
    assert found["at"].to_pylist() == [rows[at]["at"] for at in (4, 5) if not removed[at]]
    assert in_force(found).equals(found)


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
ACROSS = {"type": "Polygon", "coordinates": [[[179, 0], [181, 0], [181, 1], [179, 1], [179, 0]]]}


def _file(folder: Path, content: Any) -> Asked:
    path = folder / "roads.geojson"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return Asked(path, "area")


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_areas_come_from_files_and_circles(archive: Holdings, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [130.3, 42.2]}
    collection = [_feature(SQUARE, name="Square\u202e"), _feature(ACROSS), _feature(point, name="Rajin", radius_nm=25)]
    added = archive.watch(_file(tmp_path, {"type": "FeatureCollection", "features": collection}))
    assert added.rows["label"].to_pylist() == ["Square", "roads 2", "Rajin"]
    assert json.loads(added.rows["value"][2].as_py()) == point | {"radius_nm": 25.0}
    assert archive.watch(_file(tmp_path, SQUARE)).new == 0  # the same outline under another label
    circle = archive.watch(Asked("42.2, 130.3,25", "area"))
    assert (circle.new, circle.rows["label"].to_pylist()) == (0, ["Rajin"])
    outlines = areas(archive.watched())
    assert sorted(round(outline.area, 3) for outline in outlines) == pytest.approx([0.73, 1.0, 2.0], abs=0.01)
    assert [bounds for outline in outlines if (bounds := outline.bounds)[0] == -180] == [(-180, 0, 180, 1)]
    assert archive.watch(Asked("-33.9,18.4,25", "area")).rows["label"].to_pylist() == ["25 nm around 33.9S 18.4E"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "roads.geojson: is not JSON"),
        ("[1, 2]", "is not GeoJSON: a FeatureCollection, a Feature or a geometry is expected"),
        ("[" * 100_000, "is not JSON"),
        ({"type": "FeatureCollection", "features": []}, "it has no features"),
        ({"type": "FeatureCollection", "features": [_feature(SQUARE), None]}, "feature 2 is no area"),
        (_feature(None), "it is no area: it has no geometry"),
        (_feature({"type": "Point", "coordinates": [1, 2]}), "a point needs the property radius_nm"),
        (_feature({"type": "Point", "coordinates": [1, 95]}, radius_nm=3), "a latitude is beyond 90 degrees"),
        (_feature({"type": "Point", "coordinates": [1, 2]}, radius_nm="wide"), "its radius_nm is no number above 0"),
        (
            _feature({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}),
            "is no Point, Polygon or MultiPolygon but LineString",
        ),
        (
            _feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}),
            "its outline is not valid",
        ),
        (_feature({"type": "Polygon", "coordinates": "all"}), "its coordinates"),
        (
            _feature({"type": "Polygon", "coordinates": [[[n / 1e4, n * n / 1e8] for n in range(20_001)] + [[0, 0]]]}),
            "more than 20,000 corners",
        ),
    ],
)
def test_a_file_that_is_no_area_is_refused_whole(tmp_path: Path, content: Any, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        read([_file(tmp_path, content)], Evidence.none())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.geojson", tmp_path, "a\x00b"):
        with pytest.raises(SourceError, match=r"cannot be read|embedded null"):
            read([Asked(path, "area")], Evidence.none())
