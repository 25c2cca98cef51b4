"""Reading sanctions lists, matching ships with them, and whether a listing was in force."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps import evidence
from ais_gaps.errors import SourceError, UnknownFormat
from ais_gaps.evidence import LISTINGS
from ais_gaps.evidence.listings import FORMATS, Match, in_force, later_copies_without, matches, read, recognise
from ais_gaps.evidence.tables import REFUSED
from ais_gaps.itu import imo_valid

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "fixtures" / "listings"
CASE = ROOT / "fixtures" / "angara" / "listings.csv"
FILES = {
    "sdn.csv": "ofac_sdn",
    "maritime.csv": "opensanctions",
    "targets.simple.csv": "opensanctions",
    "entities.ftm.json": "ftm_json",
    "targets.nested.json": "ftm_json",
    "plain.csv": "plain",
}
ANGARA, OTHER_ANGARA, MARIA = 9179842, 9124043, 8517839
COPY = date(2023, 1, 21)
SILENCE = date(2023, 8, 10), date(2024, 2, 5)

Row = dict[str, Any]


def rows_of(path: Path, **options: Any) -> list[Row]:
    found: list[Row] = read(path, **options)[0].to_pylist()
    return found


def by_id(path: Path) -> dict[str, Row]:
    return {row["listing_id"].split("@")[0]: row for row in rows_of(path)}


def reasons(path: Path) -> dict[int, str]:
    return {row["line"]: row["reason"] for row in read(path)[1].to_pylist()}


def written(folder: Path, text: str | bytes, name: str = "list") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(*rows: Row) -> pa.Table:
    full = [{"listing_id": f"L{n}", "name": None, "authority": "US", **row} for n, row in enumerate(rows)]
    return pa.Table.from_pylist(full, schema=LISTINGS.arrow)


def sdn(*rows: tuple[str, ...], end: str = "\r\n\x1a") -> str:
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + end


def vessel(remarks: str, name: str = "FIXTURE", programme: str = "DPRK") -> tuple[str, ...]:
    return ("1", name, "vessel", programme, "-0- ", "-0- ", "-0- ", "-0- ", "-0- ", "-0- ", "-0- ", remarks)


# What a file is


@pytest.mark.parametrize(("name", "known_as"), FILES.items())
def test_a_list_is_known_by_its_content_whatever_its_name(name: str, known_as: str, tmp_path: Path) -> None:
    content = (LISTS / name).read_bytes()
    assert recognise(LISTS / name) == known_as
    assert recognise(written(tmp_path, content, "something.dat")) == known_as
    assert recognise(written(tmp_path, gzip.compress(content), "zipped.dat")) == known_as
    with zipfile.ZipFile(tmp_path / "one.dat", "w") as archive:
        archive.writestr("inner", content)
    assert recognise(tmp_path / "one.dat") == known_as
    plainly, packed = rows_of(LISTS / name), rows_of(tmp_path / "one.dat")
    assert [(row["name"], row["imo"], row["note"]) for row in packed] == [
        (row["name"], row["imo"], row["note"]) for row in plainly
    ]


def test_other_tables_are_no_lists(tmp_path: Path) -> None:
    for path in sorted((ROOT / "fixtures").rglob("*.csv")):
        if path.parent != LISTS and path != CASE:
            assert recognise(path) is None, path
    for text in (
        "",
        "\n\n",
        "a,b\n1,2\n",
        "name,imo,lat,lon\nX,9179842,1,2\n",
        "{}",
        "[1]",
        '{"schema": 1}',
        "\x00\x01",
    ):
        assert recognise(written(tmp_path, text)) is None


def test_companion_files_of_ofac_are_not_taken_for_the_list(tmp_path: Path) -> None:
    assert recognise(written(tmp_path, '37059,1001,"aka","FIXTURE","-0- "\n')) is None
    assert recognise(written(tmp_path, '37059,1001,"-0- ","Nampo","Korea, North","-0- "\n')) is None


def test_what_is_no_list_is_refused_in_one_plain_line(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat) as refused:
        read(written(tmp_path, "a,b\n1,2\n"))
    assert "\n" not in str(refused.value)
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "nothing.csv")
    with pytest.raises(SourceError, match="name the one"):
        read(tmp_path)


# OFAC


def test_a_row_of_ofac_becomes_a_row_of_ours() -> None:
    rows = by_id(LISTS / "sdn.csv")
    assert len(rows) == 6
    heron = rows["OFAC 90003"]
    assert heron["name"], heron["imo"] == ("FIXTURE HERON", 9999888)
    assert heron["mmsi"] == [273999201]
    assert heron["call_sign"] == ["FXH 3"]
    assert heron["aliases"] == ["FIXTURE EGRET", "HERON; THE"]
    assert heron["programme"] == "IRAN; SDGT; IFSR"
    assert heron["linked_to"] == "FIXTURE TRADING CO., LTD.; FIXTURE SHIPPING 2"
    assert (heron["flag"], heron["ship_type"], heron["gross_tonnage"]) == ("Panama", "Crude/Oil Products Tanker", 56068)
    assert (heron["authority"], heron["list"], heron["entity_id"]) == ("US", "OFAC SDN", "90003")
    for said in ("Tonnage as listed: 99,144.", "Owner as listed: FIXTURE OWNERS INC.", "Former flags: Malta."):
        assert said in heron["note"]
    crake = rows["OFAC 90005"]
    assert (crake["call_sign"], crake["year_built"], crake["imo"], crake["flag"]) == (["FXC5"], 2007, None, None)
    assert "Registration as listed, not called an IMO number: 15411 (Malta)." in crake["note"]
    assert rows["OFAC 90006"]["imo"] == 9999890
    assert rows["OFAC 90006"]["name"] == 'FIXTURE "BIG" COOT'


def test_a_wrong_imo_number_costs_no_row_and_is_told() -> None:
    rail = by_id(LISTS / "sdn.csv")["OFAC 90004"]
    assert rail["imo"] is None
    assert "IMO number '9999889' as listed is not valid" in rail["note"]


def test_an_ofac_file_says_no_day_and_none_is_guessed(tmp_path: Path) -> None:
    content = (LISTS / "sdn.csv").read_bytes()
    for row in rows_of(written(tmp_path, content, "sdn_2023-01-21.csv")):
        assert row["listed_on"] is row["delisted_on"] is row["seen_on"] is row["published"] is None
    for row in rows_of(LISTS / "sdn.csv", seen_on=COPY):
        assert (row["listed_on"], row["seen_on"]) == (None, COPY)


def test_a_header_and_other_line_ends_make_no_difference(tmp_path: Path) -> None:
    content = (LISTS / "sdn.csv").read_bytes()
    header = b"ID,Name,Type,Country,Title,Col_F,Col_G,Col_H,Col_I,Col_J,Col_K,Details\r\n"
    wanted = [row["name"] for row in rows_of(LISTS / "sdn.csv")]
    for text in (header + content, content.replace(b"\r\n", b"\n"), content.rstrip(b"\x1a"), b"\xef\xbb\xbf" + content):
        path = written(tmp_path, text)
        assert [row["name"] for row in rows_of(path)] == wanted
        assert reasons(path) == {}
    as_one_row = content.replace(b"\x1a", b"\x1a" + b"," * 11)
    assert [row["name"] for row in rows_of(written(tmp_path, as_one_row))] == wanted


def test_all_vessels_of_a_real_sdn_list_are_read(shared_data: Path) -> None:
    path = shared_data / "sanctions" / "ofac_sdn_2023-01-21.csv"
    taken, refused = read(path, seen_on=COPY)
    with path.open(encoding="utf-8", newline="") as stream:
        expected = {row[0]: row for row in csv.reader(stream) if row[2] == "vessel"}
    assert (taken.num_rows, refused.num_rows, len(expected)) == (685, 0, 685)
    with_imo = 0
    for row in taken.to_pylist():
        _, name, _, programmes, _, call, kind, _, gross, flag, _, remarks = expected.pop(row["entity_id"])
        assert row["name"] == name
        assert [row["programme"]] == [programmes.replace("] [", "; ")]
        said = re.search(r"IMO +(\d{7})", remarks)
        assert row["imo"] == (int(said[1]) if said else None)
        with_imo += row["imo"] is not None
        assert (row["mmsi"] or []) == [int(number) for number in re.findall(r"MMSI (\d{9})", remarks)]
        linked = re.findall(r"Linked To: (.*?)(?:;|\.$)", remarks)
        # The full stop that ends the remarks may be that of "LTD." as well: it is taken for the former.
        assert (row["linked_to"] or "") == "; ".join(linked)
        assert (row["aliases"] or []) == re.findall(r"[af]\.k\.a\. '(.+?)'", remarks)
        assert (row["flag"] or "-0- ") == flag.replace("None Identified", "-0- ")
        assert (row["ship_type"] or "-0- ") == kind
        assert (call == "-0- ") == (row["call_sign"] is None) or "Other Vessel Call Sign" in remarks
        assert row["gross_tonnage"] == (None if gross == "-0- " else float(gross.replace(",", "")))
        assert (row["seen_on"], row["listed_on"]) == (COPY, None)
    assert with_imo == 678


def test_the_case_in_the_real_list(shared_data: Path) -> None:
    found, _ = read(shared_data / "sanctions" / "ofac_sdn_2023-01-21.csv", seen_on=COPY)
    (angara,) = matches(found, imo=ANGARA, mmsi=[273210440], call_signs=["UBYT2"], names=["ANGARA"])
    assert (angara.certain, angara.basis, angara.row["linked_to"]) == (True, "IMO number", "M LEASING LLC")
    assert in_force(angara.row, *SILENCE) == (True, "in the list of 2023-01-21; since when is not said")
    assert in_force(angara.row, date(2022, 6, 1), date(2022, 7, 1))[0] is None
    (other,) = matches(found, imo=OTHER_ANGARA, mmsi=[], call_signs=[], names=["ANGARA"])
    assert (other.certain, other.possible) == (False, False)
    assert not any(m.certain for m in matches(found, imo=MARIA, mmsi=[], call_signs=[], names=["MARIA"]))


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["Linked To: FIXTURE; CO", "MMSI 273999201", "f.k.a. 'A'; B'", "f.k.a. 'never closed", ""]),
            st.text(max_size=30),
        )
    )
)
def test_remarks_of_any_kind_cost_neither_the_row_nor_the_imo_number(parts: list[str]) -> None:
    from ais_gaps.evidence.listings.ofac import _entry

    remarks = "; ".join([*parts, "Vessel Registration Identification IMO 9179842", *parts]) + "."
    entry = _entry(vessel(remarks))
    closes_later = any("k.a. '" in part and not part.rstrip().endswith("'") for part in parts)
    assert entry.imos == [ANGARA] or closes_later


# OpenSanctions


def test_ships_that_no_list_names_are_refused_with_the_reason() -> None:
    assert reasons(LISTS / "maritime.csv") == {
        4: "no list is said to name her: risk is mare.detained",
        5: "no list is said to name her: risk is mare.shadow; poi",
        6: "no list is said to name her: risk is sanction.linked",
    }
    assert reasons(LISTS / "targets.simple.csv") == {
        2: "no list is said to name her: the column sanctions is empty",
        5: "the data sets are of ships detained in ports, which is no sanction",
    }


def test_the_maritime_table() -> None:
    rows = by_id(LISTS / "maritime.csv")
    heron = rows["OpenSanctions fixture-heron"]
    assert (heron["name"], heron["imo"], heron["mmsi"]) == ("FIXTURE HERON", 9999888, [273999201, 273999202])
    assert (heron["flag"], heron["aliases"]) == ("PA", ["FIXTURE EGRET", "ФИКСТУРА"])
    assert (heron["authority"], heron["list"]) == ("US", "us_ofac_sdn; fixture_watch")
    assert "does not say which of them lists her" in heron["note"]
    assert rows["OpenSanctions fixture-tern"]["imo"] is None
    assert {row["imo"] for row in rows_of(LISTS / "maritime.csv") if row["name"] == "FIXTURE TWIN"} == {
        9999931,
        9999943,
    }
    assert len({row["listing_id"] for row in rows_of(LISTS / "maritime.csv")}) == 5


def test_the_simplified_table() -> None:
    (heron,) = rows_of(LISTS / "targets.simple.csv")
    assert (heron["imo"], heron["mmsi"]) == (9999888, None)
    assert heron["aliases"] == ["FIXTURE EGRET", "HERON; THE"]
    assert heron["authority"] == "authority not named"
    assert heron["programme"] == "US-FIX"
    assert heron["basis"] == "Fixture programme - moved goods - Active - 2022-05-08"
    assert heron["note"].startswith("Identifiers, not told apart: 273999201; FXH3.")
    assert "not valid" not in heron["note"]


@pytest.mark.parametrize("name", ["targets.simple.csv", "entities.ftm.json", "targets.nested.json"])
def test_when_it_was_first_seen_is_never_when_it_was_listed(name: str) -> None:
    for row in rows_of(LISTS / name):
        assert row["listed_on"] != date(2022, 5, 10)
        assert "2022-05-10" in row["note"]


@pytest.mark.parametrize("name", ["entities.ftm.json", "targets.nested.json"])
def test_sanctions_are_joined_with_their_ship(name: str) -> None:
    rows = by_id(LISTS / name)
    us, eu = rows["FtM fixture-s1"], rows["FtM fixture-s2"]
    assert us["imo"] == eu["imo"] == ANGARA
    assert (us["authority"], us["listed_on"]) == ("Office of Foreign Assets Control", date(2022, 5, 8))
    assert (eu["authority"], eu["listed_on"]) == ("Council of the European Union", date(2024, 6, 25))
    assert eu["basis"] == "Art. 3s(2)(a): transport of defence goods from or to Russia"
    assert us["programme"] == "US-RUSHAR; RUSSIA-EO14024"
    assert us["seen_on"] == eu["seen_on"] == date(2024, 6, 30)
    heron = rows["FtM fixture-s3"]
    assert (heron["listed_on"], heron["delisted_on"], heron["seen_on"]) == (date(2021, 3, 1), date(2023, 6, 30), None)
    assert (heron["aliases"], heron["year_built"]) == (["ФИКСТУРА", "HERON; THE", "FIXTURE EGRET"], 1999)
    assert (heron["mmsi"], heron["call_sign"], heron["flag"]) == ([273999201], ["FXH3"], "PA")
    assert heron["url"] == "https://example.org/notice"
    assert "In effect from: 2021-02-15." in heron["note"]
    assert "FtM fixture-s8" not in rows


def test_days_that_disagree_or_are_no_days_are_told_and_not_taken() -> None:
    rows = by_id(LISTS / "entities.ftm.json")
    assert rows["FtM fixture-s4"]["listed_on"] is None
    assert "several days, 2022-01-01, 2023-01-01; none is taken" in rows["FtM fixture-s4"]["note"]
    assert rows["FtM fixture-s6"]["listed_on"] is None
    assert "'2020-07' is not a day" in rows["FtM fixture-s6"]["note"]


def test_a_detention_in_the_form_of_a_sanction_is_none() -> None:
    assert "FtM fixture-s5" not in by_id(LISTS / "entities.ftm.json")
    assert reasons(LISTS / "entities.ftm.json") == {
        7: "a detention in a port, which is no sanction",
        12: "no list is said to name her: topics are mare.detained",
    }


def ftm(properties: Row, *sanctions: Row, **more: Any) -> str:
    nested = [{"id": f"s{n}", "schema": "Sanction", "properties": given} for n, given in enumerate(sanctions)]
    ship = {"id": "x", "schema": "Vessel", "properties": {"name": ["FIXTURE"], "sanctions": nested, **properties}}
    return json.dumps({**ship, **more})


def test_a_sanction_that_is_over_without_an_end_is_in_force_at_no_known_time(tmp_path: Path) -> None:
    given = {"listingDate": ["2021-01-01"], "status": ["Expired"]}
    (row,) = rows_of(written(tmp_path, ftm({}, given)), seen_on=COPY)
    assert row["listed_on"] is row["seen_on"] is None
    assert "Listed on 2021-01-01 and no longer" in row["note"]
    assert in_force(row, *SILENCE)[0] is None


def test_several_imo_numbers_give_a_row_each(tmp_path: Path) -> None:
    path = written(
        tmp_path, ftm({"imoNumber": ["IMO9999888", "9999905", "IMO1234560"]}, {"listingDate": ["2021-01-01"]})
    )
    rows = rows_of(path)
    assert [row["imo"] for row in rows] == [9999888, 9999905]
    assert all("several IMO numbers for her, 9999888, 9999905" in row["note"] for row in rows)
    assert all("'IMO1234560' as listed is not valid" in row["note"] for row in rows)
    assert len({row["listing_id"] for row in rows}) == 2


@given(
    st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5), st.lists, max_leaves=5)
)
def test_properties_of_any_shape_do_no_harm(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    names = ["imoNumber", "mmsi", "alias", "topics", "buildDate", "callSign", "flag", "sourceUrl", "type"]
    text = ftm(
        dict.fromkeys(names, value), {"listingDate": value, "endDate": value, "authority": value, "status": value}
    )
    path = written(
        tmp_path_factory.mktemp("ftm"), text + "\n" + json.dumps({"id": value, "schema": "Vessel", "properties": value})
    )
    taken, refused = read(path)
    assert taken.num_rows + refused.num_rows >= 1


# A plain table


def test_usual_words_for_our_columns_are_understood() -> None:
    us, maria, *_, smew, bare = rows_of(LISTS / "plain.csv")
    assert (us["name"], us["imo"], us["listed_on"], us["programme"]) == (
        "ANGARA",
        ANGARA,
        date(2022, 5, 8),
        "RUSSIA-EO14024",
    )
    assert (maria["imo"], maria["listed_on"]) == (MARIA, date(2023, 12, 12))
    assert maria["note"] == "Copies of a newspaper report say 2022."
    assert (smew["mmsi"], smew["call_sign"], smew["url"]) == ([273999204], ["FXS8"], None)
    assert "not an http or https address" in smew["note"]
    assert (bare["name"], bare["imo"], bare["listed_on"]) == (None, 9999981, None)
    assert "'June 2021' is not a day" in bare["note"]
    assert reasons(LISTS / "plain.csv") == {8: "neither a name nor a valid IMO number"}


def test_our_own_table_comes_back_as_it_was() -> None:
    ours, _ = evidence.parse(CASE.read_bytes(), LISTINGS, CASE.name)
    taken, refused = read(CASE)
    assert refused.num_rows == 0
    ignored = {"listing_id", "source_sha256"}
    for mine, theirs in zip(ours.to_pylist(), taken.to_pylist(), strict=True):
        assert {k: v for k, v in mine.items() if k not in ignored} == {
            k: v for k, v in theirs.items() if k not in ignored
        }
        assert theirs["listing_id"].startswith(f"{mine['listing_id']}@")


def test_what_was_read_survives_being_written_as_csv(tmp_path: Path) -> None:
    from ais_gaps.tabular.delimited import write_csv

    taken, _ = read(LISTS / "targets.nested.json")
    stream = io.StringIO()
    joined = [
        pa.array([None if v is None else ";".join(map(str, v)) for v in taken[n].to_pylist()], pa.string())
        if pa.types.is_list(taken.schema.field(n).type)
        else taken[n]
        for n in taken.column_names
    ]
    write_csv(pa.table(joined, names=taken.column_names), stream)
    again = rows_of(written(tmp_path, stream.getvalue()))
    for was, now in zip(taken.to_pylist(), again, strict=True):
        kept = (
            "name",
            "imo",
            "authority",
            "list",
            "listed_on",
            "delisted_on",
            "seen_on",
            "mmsi",
            "call_sign",
            "year_built",
        )
        assert [was[column] for column in kept] == [now[column] for column in kept]
        assert was["source_sha256"] != now["source_sha256"]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_each_row_of_a_table_is_taken_or_refused(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], end: str
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["name", "imo", "listed_on"])
    # Enough of other rows that a few control characters do not make it a binary file.
    names = [*names, *["FIXTURE"] * 200]
    writer.writerows([name, "9179842", "2022-05-08"] for name in names)
    path = written(tmp_path_factory.mktemp("plain"), stream.getvalue().encode("utf-8", "replace"))
    taken, refused = read(path)
    assert (taken.num_rows, refused.num_rows) == (len(names), 0)
    assert taken["imo"].to_pylist() == [ANGARA] * len(names)


def test_an_id_that_is_there_twice_is_taken_once_and_the_line_is_the_last_of_its_row(tmp_path: Path) -> None:
    path = written(tmp_path, 'listing_id,name\nA,X\nB,"Y\nZ"\nA,"V\nW"\nC,"U\n"\n')
    assert [row["name"] for row in rows_of(path)] == ["X", "Y Z", "U"]
    assert reasons(path) == {6: "listing_id A is there twice"}


def test_copies_of_a_list_on_two_days_share_no_ids(tmp_path: Path) -> None:
    one = rows_of(written(tmp_path, sdn(vessel("")), "a"))
    two = rows_of(written(tmp_path, sdn(vessel(""), vessel("")), "b"))
    ids = [row["listing_id"] for row in (*one, *two)]
    assert len(set(ids)) == 3


def test_days_in_the_wrong_order_cost_no_row(tmp_path: Path) -> None:
    (row,) = rows_of(written(tmp_path, "name,listed_on,delisted_on\nX,2024-01-01,2023-01-01\n"), seen_on=COPY)
    assert row["listed_on"] is row["delisted_on"] is None
    assert row["note"] == "Listed on 2024-01-01, delisted on 2023-01-01 before that: neither day is taken."


def test_a_copy_does_not_hold_who_was_taken_off_the_list(tmp_path: Path) -> None:
    path = written(tmp_path, "name,listed_on,delisted_on\nX,2022-01-01,2023-01-21\nY,2022-01-01,2023-01-22\n")
    assert [row["seen_on"] for row in rows_of(path, seen_on=COPY)] == [None, COPY]


# Hostile input


def test_a_stray_quotation_mark_costs_its_own_row_at_most(tmp_path: Path) -> None:
    good = 'A,9179842\n"stray,9999888\nB,8517839\n'
    rows = rows_of(written(tmp_path, "name,imo\n" + good))
    assert {row["imo"] for row in rows} >= {ANGARA, MARIA}


def test_values_from_strangers_come_in_on_one_line_with_nothing_hidden(tmp_path: Path) -> None:
    name = "A\x1b[31m\u202eB\u200b\nC"
    (row,) = rows_of(written(tmp_path, f'name,imo,note\n"{name}",9179842,"=cmd|\x00x"\n'))
    assert row["name"] == "A[31mB C"
    assert row["note"].isprintable()
    (row,) = rows_of(written(tmp_path, ftm({"name": [name]}, {"reason": ["\x1b]0;x\x07"]}, id="x\x1b[2J\ny")))
    assert all(value.isprintable() for value in row.values() if isinstance(value, str))


def test_huge_values_and_deep_objects_are_refused_alone(tmp_path: Path) -> None:
    path = written(tmp_path, f"name,imo\n{'A' * 70_000},9179842\nB,8517839\n")
    assert [row["imo"] for row in rows_of(path)] == [MARIA]
    assert reasons(path) == {2: "a value is longer than 65,536 characters"}
    deep = '{"id":"d","schema":"Vessel","properties":{"name":' + "[" * 100_000 + "]" * 100_000 + "}}"
    path = written(tmp_path, ftm({}, {"listingDate": ["2021-01-01"]}) + "\n" + deep + "\n[1]\nnot json\n")
    assert [row["name"] for row in rows_of(path)] == ["FIXTURE"]
    assert list(reasons(path)) == [2, 3, 4]


def test_one_line_of_json_cannot_fill_the_memory(tmp_path: Path) -> None:
    many = [str(number) for number in range(1_000_000, 1_020_000)]
    names = [str(number) * 100 for number in range(400)]
    sanctions = [{"authority": [str(number)]} for number in range(600)]
    topics = {"topics": ["sanction"]}
    lines = [ftm({**topics, "imoNumber": many}), ftm({**topics, "alias": names}), ftm({}, *sanctions)]
    path = written(tmp_path, "\n".join(lines))
    assert rows_of(path) == []
    assert reasons(path) == {
        1: "a value has more than 500 parts",
        2: "a value is longer than 65,536 characters",
        3: "more than 500 sanctions of one ship",
    }
    nested: Row = {"schema": "Sanction", "properties": {}}
    for _ in range(200):
        nested = {"schema": "Sanction", "properties": {"sanctions": [nested]}}
    assert len(rows_of(written(tmp_path, ftm({**topics, "sanctions": [nested]})))) == 1


def test_the_hash_is_that_of_the_file_whatever_the_file_says(tmp_path: Path) -> None:
    (row,) = rows_of(written(tmp_path, f"name,source_sha256\nX,{'0' * 64}\n"))
    assert row["source_sha256"] == hashlib.sha256((tmp_path / "list").read_bytes()).hexdigest()


def test_bytes_of_another_encoding_cost_no_row(tmp_path: Path) -> None:
    path = written(tmp_path, "name,imo\nMÅRE,9179842\n".encode("latin-1"))
    assert [(row["name"], row["imo"]) for row in rows_of(path)] == [("MÅRE", ANGARA)]
    path = written(tmp_path, "name,imo\nАНГАРА,9179842\n".encode("utf-16"))
    assert [(row["name"], row["imo"]) for row in rows_of(path)] == [("АНГАРА", ANGARA)]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://a b", "data:text/html,x", "//x"])
def test_addresses_that_are_none_are_not_taken(url: str, tmp_path: Path) -> None:
    (row,) = rows_of(written(tmp_path, f"name,url\nFIXTURE,{url.replace(',', ';')}\n"))
    assert row["url"] is None


def test_digits_of_other_scripts_are_no_numbers(tmp_path: Path) -> None:
    (row,) = rows_of(written(tmp_path, "name,imo,mmsi,year_built,listed_on\nX,٩١٧٩٨٤٢,٢٧٣٩٩٩٢٠١,٢٠٠٧,٢٠٢٢-٠٥-٠٨\n"))
    assert row["imo"] is row["mmsi"] is row["year_built"] is row["listed_on"] is None


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_its_source_and_the_declared_columns(name: str) -> None:
    taken, refused = read(LISTS / name)
    assert taken.schema == LISTINGS.arrow
    assert refused.schema == REFUSED.arrow
    for row in taken.to_pylist():
        assert len(row["source_sha256"]) == 64
        assert row["imo"] is None or imo_valid(row["imo"])
        assert row["listing_id"].isprintable()
    ids = taken["listing_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert read(LISTS / name)[0].equals(taken)


# Matching


def found(listings: pa.Table, **her: Any) -> tuple[Match, ...]:
    return matches(listings, **{"imo": None, "mmsi": [], "call_signs": [], "names": [], **her})


def test_the_case_by_imo_number_and_never_by_name() -> None:
    listed, _ = evidence.parse(CASE.read_bytes(), LISTINGS, CASE.name)
    hers = found(listed, imo=ANGARA, mmsi=[273210440], names=["ANGARA"])
    assert [(m.row["authority"], m.certain, m.basis) for m in hers] == [
        ("US", True, "IMO number"),
        ("EU", True, "IMO number"),
    ]
    others = found(listed, imo=OTHER_ANGARA, mmsi=[667999043], names=["ANGARA"])
    assert [(m.certain, m.possible) for m in others] == [(False, False)] * 2
    assert "the IMO numbers differ (9124043, in the list 9179842): another ship" in others[0].text
    by_name = found(listed, names=["ANGARA"])
    assert [(m.certain, m.possible) for m in by_name] == [(False, True)] * 2
    assert "No match: the same name; her IMO number is not known, the list gives 9179842" in by_name[0].text
    assert found(listed, names=["FESCO ANGARA"]) == ()


def test_without_an_imo_number_it_takes_an_mmsi_and_a_name_or_call_sign() -> None:
    listed = table({"name": "FIXTURE", "mmsi": [273999201, 273999202], "call_sign": ["FXH 3"], "aliases": ["ФИКСТУРА"]})

    def basis(**her: Any) -> list[tuple[str, bool, bool]]:
        return [(m.basis, m.certain, m.possible) for m in found(listed, **her)]

    assert basis(mmsi=[273999202], names=["Fixture"]) == [("MMSI and name", True, False)]
    assert basis(mmsi=[273999202], names=["OTHER", "Фикстура"], imo=ANGARA) == [("MMSI and name", True, False)]
    assert basis(mmsi=[273999202], call_signs=["fxh3"]) == [("MMSI and call sign", True, False)]
    assert basis(mmsi=[273999202], names=["OTHER"]) == [("MMSI", False, True)]
    assert basis(call_signs=["FXH3"]) == [("call sign", False, True)]
    assert basis(call_signs=["FXH3"], names=["FIXTURE"]) == [("name and call sign", False, True)]
    assert basis(names=["FIXTURE"]) == [("name", False, True)]
    assert basis(mmsi=[1], names=["", "\u200b"], call_signs=[""]) == []


def test_matches_come_first_then_what_may_be_then_others() -> None:
    listed = table(
        {"name": "FIXTURE", "imo": 9999905},
        {"name": "FIXTURE"},
        {"name": "FIXTURE", "imo": 9999888},
        {"name": "..."},
        {"name": None, "aliases": [""]},
        {"name": "OTHER", "imo": 9999888},
    )
    both = found(listed, imo=9999888, names=["FIXTURE", "?", ""])
    assert [match.row["listing_id"] for match in both] == ["L2", "L5", "L1", "L0"]


def test_different_imo_numbers_exclude_whatever_else_agrees() -> None:
    listed = table({"name": "FIXTURE", "imo": 9999888, "mmsi": [273999201], "call_sign": ["FXH3"]})
    (other,) = found(listed, imo=9999905, mmsi=[273999201], call_signs=["FXH3"], names=["FIXTURE"])
    assert (other.certain, other.possible) == (False, False)
    assert found(listed, imo=9999905, mmsi=[273999201], call_signs=["FXH3"], names=["OTHER"]) == ()


_NAMES = st.sampled_from(["ANGARA", "ANGARA 2", "MARIA", ""])
_IMOS = st.sampled_from([None, ANGARA, OTHER_ANGARA])
_LISTED = st.fixed_dictionaries(
    {
        "name": _NAMES,
        "imo": _IMOS,
        "mmsi": st.lists(st.sampled_from([273210440, 667999043]), max_size=2) | st.none(),
        "call_sign": st.lists(st.sampled_from(["UBYT2", "9LU0"]), max_size=1) | st.none(),
        "aliases": st.lists(_NAMES, max_size=2) | st.none(),
    }
)


@given(
    st.lists(_LISTED, max_size=5),
    _IMOS,
    st.lists(st.sampled_from([273210440, 667999043]), max_size=2),
    st.lists(st.sampled_from(["UBYT2", "9LU0"]), max_size=1),
    st.lists(_NAMES, max_size=2),
)
def test_rules_of_matching(
    rows: list[Row], imo: int | None, mmsi: list[int], calls: list[str], names: list[str]
) -> None:
    listed = table(*rows)
    for match in found(listed, imo=imo, mmsi=mmsi, call_signs=calls, names=names):
        row = match.row
        assert not (match.certain and match.possible)
        if imo is not None and row["imo"] is not None:
            assert match.certain == (imo == row["imo"])
            assert not match.possible
        elif match.certain:
            same_name = {*names} & {row["name"], *(row["aliases"] or ())} - {""}
            assert {*mmsi} & {*(row["mmsi"] or ())}
            assert same_name or {*calls} & {*(row["call_sign"] or ())}
        assert match.certain or match.text.startswith("No match: ")
    assert not any(m.certain for m in found(listed, names=names))
    certain = {
        m.row["listing_id"] for m in found(listed, imo=imo, mmsi=mmsi, call_signs=calls, names=names) if m.certain
    }
    assert certain >= {f"L{n}" for n, row in enumerate(rows) if imo is not None and row["imo"] == imo}


# In force


def test_the_case_was_listed_when_she_fell_silent() -> None:
    listed, _ = evidence.parse(CASE.read_bytes(), LISTINGS, CASE.name)
    us, eu = (m.row for m in found(listed, imo=ANGARA))
    assert in_force(us, *SILENCE) == (True, "listed since 2022-05-08")
    assert in_force(eu, *SILENCE) == (False, "listed only from 2024-06-25, after this silence ended")
    maria, _ = (m.row for m in found(listed, imo=MARIA))
    assert in_force(maria, *SILENCE) == (False, "listed only from 2023-12-12, after this silence began")
    assert in_force(maria, date(2023, 12, 12), None)[0] is True
    assert in_force(maria, date(2022, 12, 12), None)[0] is False


@pytest.mark.parametrize(
    ("known", "start", "answer", "words"),
    [
        ({}, "2023-08-10", None, "listed; since when is not said"),
        ({"seen_on": "2023-01-21"}, "2023-01-21", True, "in the list of 2023-01-21; since when is not said"),
        ({"seen_on": "2023-01-21"}, "2023-01-20", None, "in the list of 2023-01-21; since when is not said"),
        ({"delisted_on": "2023-08-10"}, "2023-08-10", False, "listed until 2023-08-10, before this silence began"),
        ({"delisted_on": "2023-08-11"}, "2023-08-10", None, "listed until 2023-08-11; since when is not said"),
        (
            {"listed_on": "2022-01-01", "delisted_on": "2023-09-01"},
            "2023-08-10",
            True,
            "listed since 2022-01-01, until 2023-09-01, while this silence lasted",
        ),
        (
            {"listed_on": "2022-01-01", "delisted_on": "2024-09-01"},
            "2023-08-10",
            True,
            "listed since 2022-01-01, until 2024-09-01",
        ),
        (
            {"listed_on": "2022-01-01", "delisted_on": "2022-09-01"},
            "2023-08-10",
            False,
            "listed since 2022-01-01 until 2022-09-01, before this silence began",
        ),
        (
            {"listed_on": "2022-01-01", "seen_on": "2021-01-01"},
            "2023-08-10",
            None,
            "in the list of 2021-01-01, yet listed only from 2022-01-01: the two contradict each other",
        ),
        (
            {"delisted_on": "2022-01-01", "seen_on": "2023-01-01"},
            "2023-08-10",
            None,
            "in the list of 2023-01-01, yet listed only until 2022-01-01: the two contradict each other",
        ),
    ],
)
def test_in_force_says_what_is_known(known: dict[str, str], start: str, answer: bool | None, words: str) -> None:
    row = {name: date.fromisoformat(value) for name, value in known.items()}
    assert in_force(row, date.fromisoformat(start), SILENCE[1]) == (answer, words)


def test_a_later_copy_of_the_list_that_lacks_her_takes_the_certainty_away(tmp_path: Path) -> None:
    hers, others = vessel("Vessel Registration Identification IMO 9179842."), ("2", *vessel("")[1:])
    early, _ = read(written(tmp_path, sdn(hers, others), "a"), seen_on=COPY)
    late, _ = read(written(tmp_path, sdn(others), "b"), seen_on=date(2023, 10, 1))
    both = pa.concat_tables([early, late])
    row, other = early.to_pylist()
    assert later_copies_without(both, row) == (date(2023, 10, 1),)
    assert later_copies_without(both, other) == ()
    assert later_copies_without(early, row) == ()
    answer, words = in_force(row, *SILENCE, absent_on=later_copies_without(both, row))
    assert answer is None
    assert (
        words
        == "in the list of 2023-01-21; since when is not said, but not in the list of 2023-10-01; until when is not said"
    )
    assert in_force(row, COPY, date(2024, 1, 1), absent_on=[date(2023, 10, 1)]) == (
        True,
        "in the list of 2023-01-21; since when is not said, but no longer in the list of 2023-10-01",
    )
    assert "no longer" not in in_force(row, COPY, date(2023, 9, 30), absent_on=[date(2023, 10, 1)])[1]


def test_an_earlier_copy_that_lacks_her_says_nothing_of_later(tmp_path: Path) -> None:
    hers, others = vessel("Vessel Registration Identification IMO 9179842."), ("2", *vessel("")[1:])
    early, _ = read(written(tmp_path, sdn(others), "a"), seen_on=date(2022, 1, 1))
    late, _ = read(written(tmp_path, sdn(hers, others), "b"), seen_on=COPY)
    both = pa.concat_tables([early, late])
    assert later_copies_without(both, late.to_pylist()[0]) == ()
    assert in_force({"seen_on": COPY}, *SILENCE, absent_on=[date(2022, 1, 1)])[0] is True


def test_an_end_that_the_list_gives_explains_why_a_later_copy_lacks_her() -> None:
    row = {"listed_on": date(2022, 1, 1), "delisted_on": date(2023, 9, 1)}
    assert in_force(row, *SILENCE, absent_on=[date(2023, 10, 1)])[0] is True
    assert in_force(row, *SILENCE, absent_on=[date(2023, 8, 1)])[0] is None


DAYS = st.integers(0, 40).map(lambda n: date(2023, 1, 1) + timedelta(days=n))
NEVER = date(2100, 1, 1)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[date, date, dict[str, date], list[date]]:
    """When she was really listed, from a day up to another, and all that lists could truly say of it."""
    begin = draw(DAYS)
    end = draw(st.just(NEVER) | DAYS.filter(lambda day: day > begin))
    seen = draw(DAYS.filter(lambda day: begin <= day < end))
    absent = [day for day in draw(st.lists(DAYS, max_size=3)) if day >= end]
    truth = {"listed_on": begin, "seen_on": seen}
    return begin, end, truth if end == NEVER else {**truth, "delisted_on": end}, absent


@given(
    worlds(),
    DAYS,
    st.none() | st.integers(0, 30),
    st.sets(st.sampled_from(["listed_on", "seen_on", "delisted_on"])),
    st.booleans(),
)
def test_what_is_said_of_a_listing_is_true(
    world: tuple[date, date, dict[str, date], list[date]], start: date, length: int | None, told: set[str], copies: bool
) -> None:
    begin, end, truth, absent = world
    row = {name: day for name, day in truth.items() if name in told}
    until = None if length is None else start + timedelta(days=length)
    answer, words = in_force(row, start, until, absent_on=absent if copies else ())
    listed = begin <= start < end
    if answer is False:
        assert not listed
    # That a list gives no end is taken for there being none; whatever it does give is never contradicted.
    if answer is True and ("delisted_on" in row or end == NEVER or (copies and absent)):
        assert listed
    assert words


@given(
    worlds(),
    DAYS,
    st.sets(st.sampled_from(["listed_on", "seen_on"])),
    st.sampled_from(["listed_on", "seen_on", "absent"]),
)
def test_knowing_more_never_turns_yes_into_no_or_no_into_yes(
    world: tuple[date, date, dict[str, date], list[date]], start: date, told: set[str], more: str
) -> None:
    _, _, truth, absent = world
    less = {name: day for name, day in truth.items() if name in told}
    before, _ = in_force(less, start, None)
    if more == "absent":
        after, _ = in_force(less, start, None, absent_on=absent)
    else:
        after, _ = in_force({**less, more: truth[more]}, start, None)
        assert before is None or after == before
    assert {before, after} != {True, False}


@given(worlds(), DAYS, st.sets(st.sampled_from(["listed_on", "seen_on"])))
def test_an_end_matters_from_its_day_on_only(
    world: tuple[date, date, dict[str, date], list[date]], start: date, told: set[str]
) -> None:
    _, end, truth, _ = world
    row = {name: day for name, day in truth.items() if name in told}
    before, _ = in_force(row, start, None)
    after, _ = in_force({**row, "delisted_on": truth.get("delisted_on")}, start, None)
    assert after == before if start < end else after is False


@given(worlds(), DAYS, st.integers(0, 30), st.integers(0, 30))
def test_the_answer_is_of_the_first_day(
    world: tuple[date, date, dict[str, date], list[date]], start: date, one: int, another: int
) -> None:
    _, _, truth, absent = world
    ends = (start + timedelta(days=one), start + timedelta(days=another), None)
    assert len({in_force(truth, start, end, absent_on=absent)[0] for end in ends}) == 1


# The page about it


def test_the_code_of_the_page_prints_what_the_page_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "listings.md").read_text(encoding="utf-8")
    monkeypatch.chdir(ROOT)
    exec(page.split("```python\n")[1].split("```")[0], {})
    assert capsys.readouterr().out == page.split("```text\n")[1].split("```")[0]


def test_the_page_names_every_format() -> None:
    page = (ROOT / "docs" / "listings.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` | " in page for name in FORMATS)
