"""Which silences are watched for, and in which words."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from ais_gaps.evidence import FLEET, LISTINGS, VESSELS, Evidence
from ais_gaps.evidence.listings import later_copies_without
from ais_gaps.watch import areas, lists, match, matched_mmsi
from ais_gaps.watch.area import inside
from tests.watch_case import entries, gaps, hour, sayings

ANGARA, LADY_R, MAIA = 9179842, 9161003, 9358010
NOTHING = sayings()
NO_EVIDENCE = Evidence.none()
BY = ", watched by ann since 2026-01-01: why"


def _evidence(**rows: list[dict[str, Any]]) -> Evidence:
    tables = {t.name: t for t in (VESSELS, LISTINGS, FLEET)}
    keys = {"vessels": "vessel_id", "listings": "listing_id", "fleet": "ofac_uid"}
    filled = {
        name: [{keys[name]: f"{name}{n}", "name": "X", "authority": "US"} | row for n, row in enumerate(some)]
        for name, some in rows.items()
    }
    schema = {name: pa.schema([f.with_nullable(True) for f in tables[name].arrow]) for name in filled}
    return Evidence.of({name: pa.Table.from_pylist(some, schema=schema[name]) for name, some in filled.items()})


def _circle(lat: float, lon: float, radius_nm: float) -> str:
    return orjson.dumps({"type": "Point", "coordinates": [lon, lat], "radius_nm": radius_nm}).decode()


def test_numbers_are_told_in_one_sentence_with_who_watches_and_why() -> None:
    rows = gaps({"mmsi": 273210440, "imo": ANGARA}, {"mmsi": 273999999}, {"mmsi": 2, "imo": LADY_R})
    wanted = entries(("imo", str(ANGARA)), ("mmsi", "273999999"))
    found = match(rows, wanted, NO_EVIDENCE, NOTHING)
    assert found == [[f"IMO {ANGARA}{BY}"], [f"MMSI 273999999{BY}"], []]
    assert match(rows, entries(("mmsi", "273999999"), because=None, author=None), NO_EVIDENCE, NOTHING)[1] == [
        "MMSI 273999999, watched since 2026-01-01"
    ]
    assert match(rows.slice(0, 0), wanted, NO_EVIDENCE, NOTHING) == []
    assert match(rows, wanted.slice(0, 0), NO_EVIDENCE, NOTHING) == [[], [], []]


def test_a_ship_that_changed_her_imo_number_is_told_with_both() -> None:
    rows = gaps({"mmsi": 1, "imo": MAIA})
    said = sayings((1, ANGARA, None, None), (1, MAIA, None, None))
    [[reason]] = match(rows, entries(("imo", str(ANGARA))), NO_EVIDENCE, said)
    assert reason == (
        f"IMO {ANGARA} (MMSI 000000001 said IMO {ANGARA} at another time, and IMO {MAIA} at this silence){BY}"
    )


def test_an_entry_that_is_no_longer_in_force_watches_nothing() -> None:
    rows = gaps({"mmsi": 273999999})
    log = entries(("mmsi", "273999999"), ("mmsi", "273999999"))
    ended = log.set_column(log.schema.get_field_index("removed"), log.schema.field("removed"), pa.array([False, True]))
    assert match(rows, log.slice(0, 1), NO_EVIDENCE, NOTHING) == [[f"MMSI 273999999{BY}"]]
    for order in ([0, 1], [1, 0]):
        assert match(rows, ended.take(order), NO_EVIDENCE, NOTHING) == [[]]
        assert matched_mmsi(ended.take(order), NO_EVIDENCE, NOTHING) == set()


def test_a_name_means_all_who_bear_or_bore_it_and_says_that_ships_share_names() -> None:
    rows = gaps({"mmsi": 1, "name": "LADY R"}, {"mmsi": 2, "name": "MAIA"}, {"mmsi": 3, "name": "LADY RO"}, {"mmsi": 4})
    said = sayings(
        (1, None, "LADY R", None), (2, None, "LADY-R", None), (2, None, "MAIA", None), (4, None, "lady r", None)
    )
    found = match(rows, entries(("name", "Lady R")), NO_EVIDENCE, said)
    assert found == [
        [f"MMSI 000000001, called Lady R (ships share names){BY}"],
        [f"MMSI 000000002, called Lady R at another time and MAIA at this silence (ships share names){BY}"],
        [],
        [f"MMSI 000000004, called Lady R at another time (ships share names){BY}"],
    ]
    assert matched_mmsi(entries(("name", "Lady R")), NO_EVIDENCE, said) == {1, 2, 4}


def test_owners_are_those_that_register_lists_and_fleet_name() -> None:
    evidence = _evidence(
        vessels=[
            {"imo": ANGARA, "owner": "M Leasing LLC, Moscow (company IMO 6246853)", "linked_to": "M Leasing LLC"},
            {"mmsi": 5, "owner": "M. Leasing LLC"},
            {"mmsi": 6, "owner": "M. Leasing LLC"},
        ],
        listings=[{"imo": LADY_R, "linked_to": "ACME; M LEASING LLC (Moscow)", "list": "OFAC SDN"}],
        fleet=[{"imo": MAIA, "linked_to": "M LEASING LLC"}, {"linked_to": "M LEASING LLC"}],
    )
    rows = gaps(
        {"mmsi": 1, "imo": ANGARA},
        {"mmsi": 2, "imo": LADY_R},
        {"mmsi": 3, "imo": MAIA},
        {"mmsi": 5},
        {"mmsi": 6},
        {"mmsi": 7},
    )
    said = sayings((6, 9082142, "OTHER", None))
    found = match(rows, entries(("owner", "m leasing llc")), evidence, said)
    assert found == [
        [f"M Leasing LLC, named with her by the register{BY}"],
        [f"ACME; M LEASING LLC (Moscow), listed with her by US (OFAC SDN){BY}"],
        [f"M LEASING LLC, listed with her by OFAC{BY}"],
        [
            "M. Leasing LLC, her owner by the register "
            f"(the register gives her MMSI 000000005, which says no IMO number itself){BY}"
        ],
        [],  # says an IMO number, which the register does not have: another ship
        [],
    ]
    assert matched_mmsi(entries(("owner", "m leasing llc")), evidence, sayings((9, ANGARA, None, None))) == {5, 6, 9}


def test_ships_on_a_list_by_imo_number_else_by_mmsi_with_a_name_or_call_sign() -> None:
    day = {"list": "OFAC SDN", "listed_on": date(2022, 5, 8)}
    evidence = _evidence(
        listings=[
            {"imo": ANGARA} | day,
            {"name": "LADY R", "mmsi": [2]} | day,
            {"name": "OTHER", "mmsi": [3]} | day,
            {"name": "CALLED", "mmsi": [4], "call_sign": ["UB YT2"]} | day,
            {"imo": MAIA, "list": "another list"},
            {"name": "NAMESAKE"} | day,
            {"imo": ANGARA, "name": "TWIN", "mmsi": [7]} | day,
        ]
    )
    said = sayings(
        (2, None, "lady r", None),
        (3, None, "STAR", None),
        (4, LADY_R, None, "UBYT2"),
        (6, None, "NAMESAKE", None),
        (7, 9082142, "TWIN", None),
    )
    rows = gaps(
        {"mmsi": 1, "imo": ANGARA},
        *({"mmsi": mmsi} for mmsi in (2, 3, 4)),
        {"mmsi": 5, "imo": MAIA},
        {"mmsi": 6},
        {"mmsi": 7},
    )
    for name in ("OFAC SDN", "US (OFAC SDN)"):
        found = match(rows, entries(("listing", name)), evidence, said)
        on = "On the list US (OFAC SDN), listed since 2022-05-08"
        assert found == [
            [f"{on}{BY}"],
            [f"{on} (a list gives MMSI 000000002, and a name or call sign agrees){BY}"],
            [],
            [f"{on} (a list gives MMSI 000000004, and a name or call sign agrees){BY}"],
            [],
            [],
            [],  # says another IMO number: another ship
        ]
    assert matched_mmsi(entries(("listing", "US")), evidence, said) == {2, 4}
    assert [len(r) for r in match(rows, entries(("listing", "US")), evidence, said)] == [1, 1, 0, 1, 1, 0, 0]


def test_a_ship_is_on_a_list_until_she_is_taken_off_it_or_lacks_in_its_newest_copy() -> None:
    copy = {"list": "L", "title": "t", "entity_id": "e1", "imo": ANGARA}
    evidence = _evidence(
        listings=[
            {"imo": LADY_R, "list": "L", "listed_on": date(2020, 1, 1), "delisted_on": date(2026, 1, 1)},
            {"imo": MAIA, "list": "L", "listed_on": date(2026, 1, 2)},
            copy | {"seen_on": date(2025, 1, 1), "source_sha256": "a" * 64},
            copy | {"entity_id": "e2", "imo": 9082142, "seen_on": date(2025, 12, 1), "source_sha256": "b" * 64},
        ]
    )

    def at(days: float, imo: int) -> dict[str, Any]:
        return {"mmsi": 1, "imo": imo, "off_ts": hour(24 * days), "on_ts": hour(24 * days + 12)}

    rows = gaps(at(-1, LADY_R), at(0, LADY_R), at(0, MAIA), at(-200, ANGARA), at(0, ANGARA))
    each = [match(rows.slice(n, 1), entries(("listing", "L")), evidence, NOTHING)[0] for n in range(5)]
    assert each == [
        [f"On the list US (L), listed since 2020-01-01, until 2026-01-01{BY}"],
        [],
        [f"On the list US (L), listed only from 2026-01-02, after this silence ended{BY}"],
        [
            "On the list US (L), in the list of 2025-01-01; since when is not said, but not in the list of 2025-12-01; "
            f"until when is not said{BY}"
        ],
        [],
    ]


_HASHES = st.sampled_from(["a" * 64, "b" * 64, "c" * 64])
_LISTED = st.fixed_dictionaries(
    {
        "list": st.sampled_from(["L", "M", None]),
        "title": st.sampled_from(["t", None]),
        "entity_id": st.sampled_from(["e1", "e2", None]),
        "imo": st.sampled_from([ANGARA, LADY_R, None]),
        "seen_on": st.sampled_from([date(2025, 1, 1), date(2025, 2, 1), None]),
        "source_sha256": _HASHES,
    }
)


@given(st.lists(_LISTED, max_size=8))
def test_later_copies_that_lack_a_ship_are_told_as_for_one_row(rows: list[dict[str, Any]]) -> None:
    listings = _evidence(listings=rows).listings
    read = list(lists.read(listings, listings))
    assert [found.absent_on for found in read] == [later_copies_without(listings, row) for row in listings.to_pylist()]


@pytest.mark.parametrize(
    ("geometry", "hits"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]}, [0, 3]),
        (
            {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[170, -5], [180, -5], [180, 5], [170, 5], [170, -5]]],
                    [[[-180, -5], [-170, -5], [-170, 5], [-180, 5], [-180, -5]]],
                ],
            },
            [1, 2],
        ),
        ({"type": "Polygon", "coordinates": [[[170, -5], [180, -5], [180, 5], [170, 5], [170, -5]]]}, [1, 2]),
    ],
)
def test_an_area_is_where_a_silence_begins_or_ends(geometry: dict[str, Any], hits: list[int]) -> None:
    rows = gaps(
        {"off_lat": 5.0, "off_lon": 5.0, "on_lat": 50.0, "on_lon": 5.0},
        {"off_lat": 0.0, "off_lon": -180.0},
        {"off_lat": 0.0, "off_lon": 180.0, "on_lat": 0.0, "on_lon": 179.0},
        {"off_lat": 50.0, "off_lon": 5.0, "on_lat": 5.0, "on_lon": 5.0},
        {},
    )
    wanted = entries(("area", orjson.dumps(geometry).decode()))
    found = match(rows, wanted, NO_EVIDENCE, NOTHING)
    assert [row for row, reasons in enumerate(found) if reasons] == hits
    begins = ["Went silent in", "Went silent in", "Went silent and heard again in", "Heard again in"]
    assert all(found[row][0].startswith(begins[row] + " {") for row in hits)
    assert matched_mmsi(wanted, NO_EVIDENCE, NOTHING) == set()


def _around(lat: float, lon: float, nm: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[Any, Any]:
    """Latitudes and longitudes at these distances, in all directions."""
    from pyproj import Geod

    n = len(nm)
    x, y, _ = Geod(ellps="WGS84").fwd(np.full(n, lon), np.full(n, lat), np.arange(n) * (360.0 / n), nm * 1852)
    return y, (x + 180.0) % 360.0 - 180.0


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0.1, 1000), st.integers(0, 2**32 - 1))
@example(80.0, 180.0, 599.0, 0)
@example(-90.0, 0.0, 10.0, 0)
def test_a_circle_holds_what_is_no_farther_than_its_radius(lat: float, lon: float, radius_nm: float, seed: int) -> None:
    share = np.random.default_rng(seed).choice([0.1, 0.9999, 1.0005, 1.5], 60)
    y, x = _around(lat, lon, radius_nm * share)
    [found] = inside(entries(("area", _circle(lat, lon, radius_nm))), y, x)
    assert set(found) == set(np.flatnonzero(share < 1.0))


@pytest.mark.parametrize("lat", [0.0, 60.0, -73.5, 80.0, 88.0, -89.5, 90.0])
@pytest.mark.parametrize("radius_nm", [0.1, 29.0, 121.0, 599.0, 601.0, 1000.0])
def test_the_outline_of_a_circle_holds_all_of_it_and_little_more(lat: float, radius_nm: float) -> None:
    for lon in (0.0, 179.9, -180.0):
        [outline] = areas(entries(("area", _circle(lat, lon, radius_nm))))
        assert outline.is_valid
        west, _, east, _ = outline.bounds
        assert -180 <= west <= east <= 180
        y, x = _around(lat, lon, np.full(1440, radius_nm))
        assert shapely.intersects_xy(outline, x, y).all()
        y, x = _around(lat, lon, np.full(1440, radius_nm * 1.002))
        near_pole = 90 - np.abs(y) < radius_nm * 0.1 / 60
        assert not shapely.intersects_xy(outline, x, y)[~near_pole].any()


_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "mmsi": st.integers(1, 6),
            "imo": st.sampled_from([None, ANGARA, LADY_R]),
            "name": st.sampled_from([None, "LADY R", "STAR", "LADY-R"]),
            "off_lat": st.sampled_from([None, 0.0, 50.0]),
            "off_lon": st.sampled_from([0.0, 179.9]),
        }
    ),
    max_size=10,
)
_SAYINGS = st.lists(
    st.tuples(
        st.integers(1, 6), st.sampled_from([None, ANGARA, MAIA]), st.sampled_from([None, "LADY R"]), st.just("C1")
    ),
    max_size=6,
)
_WATCHED = entries(
    ("imo", str(ANGARA)),
    ("mmsi", "000000003"),
    ("name", "lady r"),
    ("owner", "acme"),
    ("listing", "L"),
    ("area", _circle(0, 179, 90)),
)
_KNOWN = _evidence(
    vessels=[{"imo": ANGARA, "mmsi": 4, "owner": "ACME"}],
    listings=[{"imo": LADY_R, "list": "L"}, {"mmsi": [5], "call_sign": ["C1"], "list": "L", "linked_to": "acme; x"}],
)


@given(_ROWS, _SAYINGS, st.integers(0, 10))
def test_reasons_of_a_silence_do_not_depend_on_the_others_and_are_of_mmsi_that_are_told_beforehand(
    rows: list[dict[str, Any]], said: list[tuple[int, int | None, str | None, str | None]], cut: int
) -> None:
    # all that gaps say of their ships was said: as in an archive
    whole, heard = gaps(*rows), sayings(*said, *((r["mmsi"], r["imo"], r["name"], None) for r in rows))
    together = match(whole, _WATCHED, _KNOWN, heard)
    parted = [match(part, _WATCHED, _KNOWN, heard) for part in (whole.slice(0, cut), whole.slice(cut))]
    assert together == parted[0] + parted[1]
    told = matched_mmsi(_WATCHED, _KNOWN, heard)
    for row, reasons in zip(rows, together, strict=True):
        by_area = [reason for reason in reasons if reason.startswith("Went silent")]
        assert bool(by_area) == (row["off_lat"] == 0.0 and row["off_lon"] == 179.9)
        assert (len(reasons) > len(by_area)) == (row["mmsi"] in told)


def test_fifty_thousand_silences_take_a_fraction_of_a_second() -> None:
    import time

    random = np.random.default_rng(5)
    mmsi = random.integers(201_000_000, 775_999_999, 50_000)
    names = [f"STAR {number}" for number in range(50_000)]
    one = gaps({"off_lat": 1.0, "off_lon": 2.0, "on_lat": 3.0, "on_lon": 4.0})
    many = pa.concat_tables([one] * 50_000).combine_chunks()
    many = many.set_column(many.schema.get_field_index("mmsi"), "mmsi", pa.array(mmsi, pa.int32()))
    many = many.set_column(many.schema.get_field_index("name"), "name", pa.array(names))
    empty = sayings()
    wanted = entries(
        *(("name", f"STAR {n}") for n in range(20)),
        *(("area", _circle(lat, 100, 50)) for lat in range(20)),
        ("imo", str(ANGARA)),
    )
    start = time.process_time()
    found = match(many, wanted, NO_EVIDENCE, empty)
    assert time.process_time() - start < 2.0  # 0.4 s alone on a machine
    assert [row for row, reasons in enumerate(found) if reasons] == list(range(20))
