"""Ships, listings and owners as FollowTheMoney entities: its own library takes them as they are, and nothing is made up."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from followthemoney import model
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.dossier import Dossier
from ais_gaps.evidence import LISTINGS, VESSELS, Evidence, content
from ais_gaps.evidence.judge import Judge
from ais_gaps.export import Form, What, export
from ais_gaps.export.entities import Entity, of_evidence, of_vessel
from ais_gaps.holdings import Holdings
from ais_gaps.schema import Table
from tests import angara_case as case
from tests.full_dossier import real

NASTY = "<script>alert(1)</script>=1+1\x1b[31m\u202eevil"


def exported(archive: Holdings, vessel: str | None) -> list[Entity]:
    stream = io.BytesIO()
    count = export(archive, vessel, stream, Form.FTM, What.ENTITIES)
    lines = stream.getvalue().decode("ascii").splitlines()
    assert count == len(lines)
    return [json.loads(line) for line in lines]


def checked(entity: Entity) -> Any:
    """The entity as the library gives it back: every value as it was, none refused."""
    proxy = model.get_proxy(entity, cleaned=False)  # not cleaned: each value goes through the library's own cleaning
    assert proxy.id == entity["id"] and proxy.schema.name == entity["schema"]
    for name, values in entity["properties"].items():
        assert proxy.schema.get(name) is not None, name
        assert sorted(proxy.get(name)) == sorted(values), name
    assert proxy.properties.keys() == entity["properties"].keys()
    proxy.schema.validate(proxy.to_dict())
    return proxy


def of_schema(entities: list[Entity], schema: str) -> list[Entity]:
    return [entity for entity in entities if entity["schema"] == schema]


def one(entity: Entity, name: str) -> str:
    (value,) = entity["properties"][name]
    return str(value)


# -- the ANGARA case ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vessel", ["ANGARA", None])
def test_the_library_takes_every_entity_and_gives_its_values_back(demo_archive: Holdings, vessel: str | None) -> None:
    entities = exported(demo_archive, vessel)
    assert len({entity["id"] for entity in entities}) == len(entities)
    known = {entity["id"]: checked(entity) for entity in entities}
    for proxy in known.values():
        for prop, value in proxy.itervalues():
            if prop.type.name == "entity":
                assert known[value].schema.is_a(prop.range)


def test_she_is_who_the_archive_says_and_her_listings_are_hers() -> None:
    entities = list(of_vessel(real(), case.evidence()))
    (ship,) = of_schema(entities, "Vessel")
    assert ship["properties"]["name"] == ["ANGARA", "Ангара"]
    assert (one(ship, "imoNumber"), one(ship, "mmsi"), one(ship, "flag")) == ("IMO9179842", "273210440", "ru")
    assert "buildDate" not in ship["properties"] and "topics" not in ship["properties"]
    notes = " ".join(ship["properties"]["notes"])
    assert "reconstruction" in notes and "second-hand" in notes
    listed = {one(s, "authority"): s for s in of_schema(entities, "Sanction")}
    assert all(one(s, "entity") == ship["id"] for s in listed.values())
    assert one(listed["US"], "program") == "RUSSIA-EO14024" and one(listed["US"], "listingDate") == "2022-05-08"
    assert one(listed["EU"], "startDate") == "2024-06-25" and one(listed["EU"], "reason").startswith("Art. 3s(2)(a)")
    assert all(one(s, "sourceUrl").startswith("https://") and one(s, "publisher") for s in listed.values())


def test_an_owner_is_there_only_where_the_register_names_one(demo_archive: Holdings) -> None:
    entities = exported(demo_archive, None)
    register = [row for row in demo_archive.evidence().vessels.to_pylist() if row["owner"]]
    names = {entity["id"]: one(entity, "name") for entity in of_schema(entities, "LegalEntity")}
    owned = {one(o, "recordId"): o for o in of_schema(entities, "Ownership")}
    assert {key: names[one(o, "owner")] for key, o in owned.items()} == {r["vessel_id"]: r["owner"] for r in register}
    assert {entity["schema"] for entity in entities} == {"Vessel", "LegalEntity", "Ownership", "Sanction"}


def test_ships_of_one_name_stay_apart_and_one_number_is_one_ship(demo_archive: Holdings) -> None:
    ships = of_schema(exported(demo_archive, None), "Vessel")
    angara = [ship for ship in ships if "ANGARA" in ship["properties"]["name"]]
    assert {one(ship, "imoNumber") for ship in angara} == {"IMO9179842", "IMO9124043"} and len(angara) == 2
    numbers = [one(ship, "imoNumber") for ship in ships if "imoNumber" in ship["properties"]]
    assert len(numbers) == len(set(numbers))
    (hers,) = of_schema(exported(demo_archive, "ANGARA"), "Vessel")
    assert hers["id"] in {ship["id"] for ship in angara}, "one ship has one id in every export"


def test_the_same_archive_gives_the_same_lines(demo_archive: Holdings) -> None:
    assert exported(demo_archive, None) == exported(demo_archive, None)


def test_our_own_reader_of_lists_takes_the_listings_back(demo_archive: Holdings, tmp_path: Path) -> None:
    (tmp_path / "a.ftm.json").write_text("".join(f"{json.dumps(e)}\n" for e in exported(demo_archive, None)))
    parcel = content.read(tmp_path / "a.ftm.json", content.Saying({}))
    columns = ["name", "imo", "authority", "programme", "basis", "listed_on", "delisted_on"]
    assert parcel.table == "listings"

    def said(table: pa.Table) -> list[str]:
        return sorted(map(str, table.select(columns).to_pylist()))

    assert said(parcel.rows) == said(demo_archive.evidence().listings)


def test_the_heavy_library_is_not_imported() -> None:
    code = "import sys, ais_gaps.export.entities, ais_gaps.export.ftm; print('followthemoney' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# -- whatever the evidence says ----------------------------------------------------------------------------------------

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cn", "Cs"]), min_size=1, max_size=15
) | st.sampled_from([NASTY, '"ANGARA"', "'x'", "a\u00a0b", "=1+1", "-", "“Q”", '"', "''", "\"a'"])
urls = st.sampled_from(
    ["https://example.org", "http://example.org/a?b=<c>", "HTTPS://example.org/x#y", "javascript:alert(1)"]
)
dates = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat)
imos = st.none() | st.sampled_from([9179842, 9124043, 8517839])
strings = st.none() | words


def rows(table: Table, given_: list[dict[str, Any]]) -> pa.Table:
    judge, taken = Judge(table), []
    for cells in given_:
        try:
            taken.append(judge.row(cells))
        except ValueError:
            continue  # what the reader refuses is in no archive
    return pa.Table.from_pylist(taken, schema=table.arrow)


ships = st.fixed_dictionaries(
    {
        "vessel_id": st.integers(0, 99).map("V{}".format),
        "name": words,
        "name_native": strings,
        "imo": imos,
        "mmsi": st.none() | st.integers(1, 999_999_999),
        "call_sign": strings,
        "flag": st.sampled_from([None, "RU", "zz", "Russia", "gb"]),
        "ship_type": strings,
        "gross_tonnage": st.none() | st.floats(0, 1e6),
        "year_built": st.none() | st.integers(0, 3000),
        "former_names": st.none() | st.lists(words, min_size=1, max_size=2),
        "owner": strings,
        "linked_to": strings,
        "home_port": strings,
        "identity_note": strings,
        "url": st.none() | urls,
        "further_sources": st.none() | urls,
        "publisher": strings,
    }
)
listings = st.fixed_dictionaries(
    {
        "listing_id": st.integers(0, 99).map("L{}".format),
        "name": words,
        "imo": imos,
        "authority": words,
        "list": strings,
        "listed_on": dates,
        "delisted_on": dates,
        "seen_on": dates,
        "programme": strings,
        "basis": strings,
        "entity_id": strings,
        "aliases": st.none() | st.lists(words, min_size=1, max_size=2),
        "mmsi": st.none() | st.lists(st.integers(1, 999_999_999), min_size=1, max_size=2),
        "flag": st.sampled_from([None, "RU", "zz", "Russia"]),
        "year_built": st.none() | st.integers(0, 3000),
        "url": st.none() | urls,
        "note": strings,
    }
)


@settings(max_examples=30)
@given(st.lists(ships, max_size=3), st.lists(listings, max_size=3))
def test_whatever_is_in_the_evidence_the_library_takes_it_unchanged(
    register: list[dict[str, Any]], listed: list[dict[str, Any]]
) -> None:
    evidence = Evidence.of({"vessels": rows(VESSELS, register), "listings": rows(LISTINGS, listed)})
    entities = list(of_evidence(evidence))
    assert len({entity["id"] for entity in entities}) == len(entities)
    for entity in entities:
        letters = "".join(value for values in entity["properties"].values() for value in values)
        assert not {unicodedata.category(letter) for letter in letters} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert "javascript" not in str(entity["properties"].get("sourceUrl", ""))
        checked(entity)
    assert len(of_schema(entities, "Sanction")) == len(evidence.listings)
    numbers = [*evidence.vessels["imo"].to_pylist(), *evidence.listings["imo"].to_pylist()]
    assert len(of_schema(entities, "Vessel")) == len({*numbers} - {None}) + numbers.count(None)


def test_a_ship_that_is_listed_by_her_number_alone_gets_no_name() -> None:
    listing = {"listing_id": "L1", "imo": 9179842, "authority": "US"}
    ship, sanction = of_evidence(Evidence.of({"listings": rows(LISTINGS, [listing])}))
    assert ship["properties"] == {"imoNumber": ["IMO9179842"]} and one(sanction, "entity") == ship["id"]
    assert checked(ship).caption == "IMO9179842"


def test_a_listing_that_only_may_be_hers_is_not_bound_to_her() -> None:
    dossier: Dossier = real()
    alike = {"listing_id": "L1", "name": "ANGARA", "authority": "US"}
    other = {"listing_id": "L2", "name": "ANGARA", "imo": 9124043, "authority": "US"}
    hers = {"listing_id": "L3", "name": "X", "mmsi": [273210440], "call_sign": ["UBYT2"], "authority": "US"}
    entities = list(of_vessel(dossier, Evidence.of({"listings": rows(LISTINGS, [alike, other, hers])})))
    (sanction,) = of_schema(entities, "Sanction")
    assert one(sanction, "recordId") == "L3" and "The same MMSI and call sign" in str(
        sanction["properties"]["description"]
    )
