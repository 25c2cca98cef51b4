"""What single cells mean: numbers, words, points."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.itu import NAV_STATUS_WORDS, SHIP_TYPE_WORDS
from ais_gaps.readers import cells, points, words
from ais_gaps.readers.cells import Reasons


def numbers(values: list[str | None], decimal: str = ".") -> tuple[list[float | None], list[str | None]]:
    reasons = Reasons(len(values))
    found = cells.number(pa.array(values, pa.string()), decimal, "latitude", reasons)
    return found.to_pylist(), reasons.array().to_pylist()


def wholes(values: pa.Array) -> tuple[list[int | None], list[str | None]]:
    reasons = Reasons(len(values))
    return cells.whole(values, "MMSI", reasons).to_pylist(), reasons.array().to_pylist()


class TestNumbers:
    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_are_read_as_they_are_printed(self, value: float) -> None:
        assert numbers([repr(value)]) == ([value], [None])

    @given(st.text(max_size=8))
    def test_of_any_text_are_numbers_or_nothing_with_a_reason(self, text: str) -> None:
        (value,), (reason,) = numbers([text])
        if value is None:
            nothing = text.strip() in cells.UNKNOWN_NUMBERS
            assert (reason is None) == nothing
        else:
            assert math.isfinite(value)
            assert float(text) == value

    def test_that_are_none_say_so(self) -> None:
        assert numbers(["57.5", "abc", "", None, "NULL", "1e999", "+3", "nan"]) == (
            [57.5, None, None, None, None, None, 3.0, None],
            [
                None,
                "latitude is not a number: 'abc'",
                None,
                None,
                None,
                "latitude is not a number: '1e999'",
                None,
                None,
            ],
        )

    def test_may_have_a_decimal_comma(self) -> None:
        assert numbers(["57,5", "57.5"], ",") == ([57.5, None], [None, "latitude is not a number: '57.5'"])

    @pytest.mark.parametrize("kind", [pa.int8(), pa.uint32(), pa.float32(), pa.decimal128(9, 2)])
    def test_of_any_type_will_do(self, kind: pa.DataType) -> None:
        assert cells.number(pa.array([1, None], pa.int8()).cast(kind)).to_pylist() == [1.0, None]

    def test_that_are_nan_are_missing_without_fault(self) -> None:
        reasons = Reasons(1)
        assert cells.number(pa.array([float("nan")]), ".", "latitude", reasons).to_pylist() == [None]
        assert reasons.array().to_pylist() == [None]

    def test_hostile_cells_are_shown_short_and_harmless(self) -> None:
        _, (reason,) = numbers(["\x1b[31m" + "x" * 1000])
        assert reason is not None
        assert len(reason) < 120
        assert "\x1b" not in reason


class TestWholeNumbers:
    def test_keep_their_digits_or_are_refused(self) -> None:
        values, reasons = wholes(
            pa.array(["367000140", "367000140.0", " 12 ", "+7", "002190064", "-1", "3.67E+08", "1.5", "x", ""])
        )
        assert values == [367000140, 367000140, 12, 7, 2190064, -1, None, None, None, None]
        assert [reason is not None for reason in reasons] == [False] * 6 + [True] * 3 + [False]
        assert reasons[6] == "MMSI is not a whole number: '3.67E+08'"

    def test_come_out_of_floats_that_are_whole(self) -> None:
        values, reasons = wholes(pa.array([367000140.0, 1.5, None, float("nan")]))
        assert values == [367000140, None, None, None]
        assert reasons[:3] == [None, "MMSI is not a whole number: '1.5'", None]

    def test_too_long_for_any_machine_are_refused(self) -> None:
        assert wholes(pa.array(["9" * 30]))[0] == [None]


class TestReasons:
    def test_of_one_row_are_joined(self) -> None:
        reasons = Reasons(2)
        reasons.add(pa.array([True, False]).to_numpy(zero_copy_only=False), "one")
        reasons.add(pa.array([True, False]).to_numpy(zero_copy_only=False), "two: '", pa.array(["x", "y"]))
        assert reasons.array().to_pylist() == ["one; two: 'x'", None]


class TestText:
    def test_is_bare_of_padding(self) -> None:
        found = cells.text(
            pa.array(["ANGARA@@@@", " @@", "@", "A@B", "", None, "Unknown", "UNKNOWN ", "unknown star"]), ("Unknown",)
        )
        assert found.to_pylist() == ["ANGARA", None, None, "A@B", None, None, None, None, "unknown star"]

    def test_of_codes_does_not_depend_on_how_numbers_are_stored(self) -> None:
        for stored in (pa.array([70, None]), pa.array([70.0, None]), pa.array(["70", None]), pa.array(["70.0", ""])):
            assert cells.coded(stored, words.ship_type, pa.string()).to_pylist() == ["Cargo", None]


class TestWords:
    @pytest.mark.parametrize(("code", "said"), NAV_STATUS_WORDS.items())
    def test_of_status_are_known_in_any_case_and_as_numbers(self, code: int, said: str) -> None:
        assert words.nav_status(said.upper()) == words.nav_status(str(code)) == words.nav_status(f"{code}.0") == code

    def test_of_status_by_providers(self) -> None:
        said = {
            "restricted maneuverability": 3,
            "Constrained by her draft": 4,
            "power-driven vessel pushing ahead or towing alongside": 12,
            "Reserved for future amendment [HSC]": 9,
            "Reserved for future use": None,
            "Unknown value": None,
            "16": None,
            "-1": None,
        }
        assert {cell: words.nav_status(cell) for cell in said} == said

    def test_of_type_are_the_tables_or_the_providers(self) -> None:
        assert words.ship_type("80.0") == "Tanker"
        assert words.ship_type("0") is None
        assert words.ship_type("FISHING") == "Fishing"
        assert words.ship_type("Pleasure") == "Pleasure"
        assert words.ship_type("1004") == SHIP_TYPE_WORDS[70]
        assert words.ship_type("9999") is None

    def test_of_class_and_receiver(self) -> None:
        said = {"A": "A", "class b": "B", "Class B CS": "B", "1": "A", "18": "B", "5": "A", "27": None, "x": None}
        assert {cell: words.ais_class(cell) for cell in said} == said
        assert [words.receiver(said) for said in ("T", "terrestrial", "S", "SAT", "dynamic", "")] == [
            "terrestrial",
            "terrestrial",
            "satellite",
            "satellite",
            None,
            None,
        ]

    def test_of_imo_numbers(self) -> None:
        said = {
            "IMO9318503": 9318503,
            "imo 9318503": 9318503,
            "9318503.0": 9318503,
            "IMO0000000": 0,
            "IMO": None,
            "Unknown": None,
        }
        assert {cell: words.imo(cell) for cell in said} == said


class TestPoints:
    @given(
        st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=20),
        st.booleans(),
        st.booleans(),
    )
    def test_come_out_of_any_wkb(self, places: list[tuple[float, float]], big_endian: bool, with_srid: bool) -> None:
        shapes = [shapely.set_srid(shapely.Point(place), 4326 if with_srid else 0) for place in places]
        binary = [shapely.to_wkb(shape, byte_order=0 if big_endian else 1, include_srid=with_srid) for shape in shapes]
        reasons = Reasons(len(places))
        lon, lat = points.coordinates(pa.array(binary), reasons)
        assert list(zip(lon.to_pylist(), lat.to_pylist(), strict=True)) == places
        assert reasons.array().null_count == len(places)

    def test_that_are_none_say_so(self) -> None:
        line = shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)]))
        geometry = pa.array(
            [line, b"junk", None, shapely.to_wkb(shapely.Point()), shapely.to_wkb(shapely.Point(1, 2, 3))]
        )
        reasons = Reasons(5)
        lon, lat = points.coordinates(geometry, reasons)
        assert lon.to_pylist() == [None, None, None, None, 1.0]
        assert lat.to_pylist() == [None, None, None, None, 2.0]
        assert reasons.array().to_pylist() == ["geometry is no point", "geometry is no point", None, None, None]

    def test_come_out_of_text_and_geoarrow(self) -> None:
        parted = pa.array([{"x": 1.0, "y": 2.0}, None])
        mixed = pa.array([[1.0, 2.0], None], pa.list_(pa.float64(), 2))
        for geometry in (
            pa.array(["POINT (1 2)", ""]),
            pa.array(["SRID=4326;point z(1.0 2.0 5)", None]),
            parted,
            mixed,
        ):
            reasons = Reasons(2)
            lon, lat = points.coordinates(geometry, reasons)
            assert (lon.to_pylist(), lat.to_pylist()) == ([1.0, None], [2.0, None])
            assert reasons.array().null_count == 2
