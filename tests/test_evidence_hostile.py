"""Hostile evidence: each bad thing costs its own row or file, in one plain line, and does no harm where it is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.errors import AisGapsError
from ais_gaps.evidence import OBSERVATIONS, content, shapes
from ais_gaps.evidence.content import Saying
from ais_gaps.evidence.judge import Judge
from tests.command import run

ROW = {"obs_id": "O1", "date_start": "2023-09-12", "date_end": "2023-09-12", "kind": "vessel", "observed": "docked"}
HEADER = "obs_id,date_start,date_end,kind,observed,lat,lon,url,count,ts,note\n"
GOOD = "GOOD,2023-09-12,2023-09-12,vessel,docked,,,,,,\n"


def read(tmp_path: Path, text: str | bytes, name: str = "a.csv") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    parcel = content.read(path, Saying({}))
    return parcel.rows.to_pylist(), parcel.refused.to_pylist()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"lat": "nan", "lon": "1"}, "lat is not a number"),
        ({"lat": "1", "lon": "inf"}, "lon is not a number"),
        ({"lat": "1e999", "lon": "1"}, "lat is not a number"),
        ({"lat": "90.0001", "lon": "1"}, "lat is out of range"),
        ({"lat": "1_0", "lon": "1"}, "lat is not a number"),
        ({"lat": "1"}, "lat without lon"),
        ({"date_start": "0202-09-12"}, "date_start is out of range"),
        ({"date_start": "9999-09-12", "date_end": "9999-09-12"}, "date_start is out of range"),
        ({"date_start": "2023-02-30"}, "date_start is not a day"),
        ({"ts": "9999-12-31T23:59:59-23:59"}, "ts is out of range"),
        ({"ts": "2023-09-20T00:00:00Z"}, "ts lies outside date_start to date_end"),
        ({"ts": "2023-09-12T10:00Z", "ts_end": "2023-09-12T09:00Z"}, "ts_end lies before ts"),
        ({"url": "javascript:alert(1)"}, "url is not an http"),
        ({"url": "data:text/html,<script>"}, "url is not an http"),
        ({"url": 'https://x.org/"onclick="alert(1)'}, "url is not an http"),
        ({"url": "https://x.org/\x1b[2J"}, "url is not an http"),
        ({"url": "https://x.org/a b"}, "url is not an http"),
        ({"url": "https:///" + "x" * 30_000}, "url is longer than 20,000 characters"),
        ({"observed": "x" * 30_000}, "observed is longer than 20,000 characters"),
        ({"vessels_named": ";" * 19_999 + "x" * 9}, "vessels_named is longer"),
        ({"vessels_named": [None] * 30_000}, "vessels_named has more than 20,000 entries"),
        ({"obs_id": "O\x1b[2J"}, "obs_id is longer than 200 characters or has hidden ones"),
        ({"obs_id": "\u202eO1"}, "obs_id is longer than 200 characters or has hidden ones"),
        ({"obs_id": "O" * 300}, "obs_id is longer than 200"),
        ({"observed": {"a": 1}}, "observed is neither a text, a number nor a list of them"),
        ({"observed": ["a"]}, "observed is neither a text"),
        ({"observed": "\ud800"}, "observed is not valid Unicode text"),
        ({"count": True}, "count is not a number"),
        ({"vessel_imos": [9179842.5]}, "vessel_imos is not a whole number"),
        ({"vessel_imos": [-9179842]}, "vessel_imos is not a whole number"),
        ({"vessel_imos": [10**400]}, "vessel_imos is not a whole number"),
        ({"vessel_mmsis": "1234567890"}, "MMSI 1234567890 is not one"),
        ({"length_min_m": 120, "length_max_m": 100}, "length_max_m is less than length_min_m"),
        ({"length_min_m": 9000}, "length_min_m is not the length of a ship"),
        ({"score": 1.01}, "score is not from 0 to 1"),
        ({"precision_nm": -1}, "precision_nm is not a distance"),
        ({"resolution_m": 0}, "resolution_m is not the size of a pixel"),
        ({"saved_sha256": "abc"}, "saved_sha256 is not 64 hexadecimal digits"),
        ({"footprint": "POLYGON((0 0, 1 1"}, "footprint is not an outline written as WKT"),
        ({"footprint": "POLYGON((0 95, 1 95, 1 94, 0 95))"}, "footprint has a latitude beyond 90"),
        ({"footprint": "POLYGON EMPTY"}, "footprint has no coordinates"),
        ({"footprint": "../../etc/passwd"}, "footprint is not an outline written as WKT"),
    ],
)
def test_a_bad_value_is_refused_in_plain_words(cells: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n\x1b]*$") as raised:
        Judge(OBSERVATIONS).row({**ROW, **cells})
    assert str(raised.value).startswith(reason)


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\u202eANGARA", "'; DROP TABLE x; --"]
)
def test_hostile_words_are_kept_as_they_are(text: str) -> None:
    assert Judge(OBSERVATIONS).row({**ROW, "observed": text, "note": text})["observed"] == text


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_any_line_ends_with_or_without_a_byte_order_mark(tmp_path: Path, ending: str, mark: str) -> None:
    rows, refused = read(tmp_path, (mark + HEADER + GOOD).replace("\n", ending))
    assert ([row["obs_id"] for row in rows], refused) == (["GOOD"], [])


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp949", "utf-16-le"])
def test_other_encodings_are_one_plain_line(tmp_path: Path, encoding: str) -> None:
    text = HEADER + GOOD.replace("docked", "나진항 정박" if encoding != "latin-1" else "à quai")
    with pytest.raises(AisGapsError) as raised:
        read(tmp_path, text.encode(encoding))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "bad",
    [
        'O2,2023-09-12,2023-09-12,vessel,"a "quoted" thing",,,,,,\n',
        "O2,2023-09-12,2023-09-12,vessel," + "x" * 200_000 + ",,,,,,\n",
        "O2,2023-09-12,2023-09-12,vessel,a,b,c,d,e,f,g,h,i\n",
        "O2\n",
        "\0\0\0\n",
        'O2,2023-09-12,2023-09-12,"ves\nsel",docked,,,,,,\n',
    ],
)
def test_a_broken_line_costs_no_other(tmp_path: Path, bad: str) -> None:
    rows, refused = read(tmp_path, HEADER + bad + GOOD)
    assert [row["obs_id"] for row in rows] == ["GOOD"]
    assert len(refused) == 1


def test_a_quote_that_is_never_closed_takes_the_rest_with_it_and_says_from_where(tmp_path: Path) -> None:
    rows, refused = read(tmp_path, HEADER + GOOD + 'O2,2023-09-12,2023-09-12,vessel,"open\n' + GOOD)
    assert [row["obs_id"] for row in rows] == ["GOOD"]
    assert [row["reason"][:38] for row in refused] == ["not readable as CSV from line 3: unexp"]


def deep(opening: str, closing: str, depth: int) -> str:
    return opening * depth + closing * depth


@pytest.mark.parametrize(
    "text",
    [
        deep("[", "]", 500_000),
        deep('{"a":', "}", 500_000),
        "[" * 5_000_000,
        '{"type":"FeatureCollection","features":' + deep("[", "]", 300) + "}",
        '{"type":"Feature","geometry":null,"properties":' + deep('{"kind":', "}", 100_000) + "}",
        '{"type":"FeatureCollection","features":{"0":1}}',
        '{"type":["Feature"]}',
        '{"type":"Feature","stac_version":"1.0.0","properties":[]}',
    ],
)
def test_json_of_any_depth_or_shape_is_one_plain_line_or_one_refused_row(tmp_path: Path, text: str) -> None:
    try:
        rows, refused = read(tmp_path, text, "a.json")
    except AisGapsError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 600
    else:
        assert (len(rows), len(refused)) == (0, 1)


def nested(depth: int) -> dict[str, Any]:
    geometry: dict[str, Any] = {"type": "Point", "coordinates": [1, 2]}
    for _ in range(depth):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    return geometry


@pytest.mark.parametrize(
    "geometry",
    [
        nested(400),
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Point", "coordinates": [None, None]},
        {"type": "Point", "coordinates": [1e308, 1e308]},
        {"type": "Point", "coordinates": 5},
        {"type": "Point"},
        {"type": "Blob", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]},
        {"type": "Polygon", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": [[[[0, 0]]]]},
        {"type": "LineString", "coordinates": [[i % 90, 0] for i in range(20_000)]},
        {"type": "LineString", "coordinates": [[0, 0]]},
        {"type": 7, "coordinates": {}},
        {},
    ],
)
def test_a_hostile_geometry_is_refused_or_is_a_place(geometry: dict[str, Any]) -> None:
    try:
        found = shapes.where(geometry)
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert -90 <= found.lat <= 90
        assert -180 <= found.lon <= 180


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from([*OBSERVATIONS.names, "datetime", "ais_gaps:kind", "providers", "gsd"]), json_values
    ),
    st.dictionaries(
        st.sampled_from(["id", "geometry", "bbox", "links", "assets", "collection", "stac_version"]), json_values
    ),
)
def test_any_feature_or_item_is_a_row_or_a_plain_reason(properties: dict[str, Any], rest: dict[str, Any]) -> None:
    feature = {"type": "Feature", "properties": {**ROW, **properties}, **rest}
    item = {"stac_version": "1.0.0", "id": "x", "links": [], "assets": {}, "geometry": None, **feature}
    for row, thing in ((content.features.row, feature), (content.stac.row, item)):
        try:
            found = row(json.loads(json.dumps(thing)), Judge(OBSERVATIONS))
        except ValueError as error:
            assert "\n" not in str(error).replace("\\n", "")
        else:
            assert found["kind"]


def test_hostile_evidence_through_the_command_line(tmp_path: Path) -> None:
    name = "\x1b[31mred\u202e.csv"
    text = HEADER.replace("note", "no\x1b[2Jte,place_ids")
    cells = "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\x1b]0;owned\x07"
    for number, cell in enumerate(cells):
        text += f"H{number},2023-09-12,2023-09-12,vessel,{cell},,,,,,{cell},P\x1b[2J{number}\n"
    text += "H9,2023-09-12,\x1b[2J,vessel,x,,,javascript:alert(1),,,,\n"
    (tmp_path / name).write_bytes(text.encode())
    done = run("evidence", "import", name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    shown = [done.stdout, done.stderr]
    for form in ("table", "csv", "json"):
        for what in ("observations", "refused", "files", "looks"):
            listed = run("evidence", "list", what, "--format", form, cwd=tmp_path)
            assert listed.returncode == 0
            shown += [listed.stdout, listed.stderr] if form == "table" else []
            if form == "csv":
                assert "\n=cmd" not in listed.stdout
                assert ",=cmd" not in listed.stdout
            if form == "json":
                assert "\x1b" not in listed.stdout
    for text in shown:
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\x07" not in text
    assert "Traceback" not in done.stderr
