"""Evidence that a user adds to the case: what becomes of it in the dossier, and that nothing of it is lost."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from ais_gaps.dossier.model import Dossier, Silence
from ais_gaps.holdings import Holdings

_STAR = 273999101
_ROWS = f"""\
obs_id,ts,date_start,date_precision,kind,place,lat,lon,observed,vessels_named,vessel_imos,vessel_mmsis,publisher
HULL,2023-11-03T02:10:00Z,,,vessel,,42.24,130.31,one hull,,,,A
FAR,2023-11-03T02:10:00Z,,,vessel,,-10,-150,a hull in another ocean,,,,A
BY-MMSI,2023-11-03T02:10:00Z,,,vessel,,42.24,130.31,a ship,,,{_STAR},A
BY-IMO,2023-11-04T02:10:00Z,,,vessel,,42.24,130.31,a ship,,9082142,,A
HERS,2023-11-06T02:10:00Z,,,vessel,,42.24,130.31,a ship,,,273210440,A
STAR,2023-12-30T05:00:00Z,,,vessel,,39.2,130.8,a ship,,,{_STAR},A
HERE,,2024-03-20,day,vessel,Zhoushan anchorage,30.05,122.3,at anchor,ANGARA,9179842,,A
THERE,,2024-03-20,day,vessel,Vladivostok,,,alongside,ANGARA,9179842,,B
"""
_OUTLINE = {"type": "Polygon", "coordinates": [[[130, 42], [130.6, 42], [130.6, 42.4], [130, 42.4], [130, 42]]]}
_FRAME = {
    "type": "Feature",
    "id": "FRAME",
    "geometry": _OUTLINE,
    "properties": {"kind": "vessel", "observed": "a hull somewhere in the frame", "ts": "2023-11-03T02:10:00Z"},
}
_ITEM: dict[str, Any] = {
    "type": "Feature",
    "stac_version": "1.0.0",
    "id": "image",
    "geometry": _OUTLINE,
    "bbox": [130, 42, 130.6, 42.4],
    "properties": {"datetime": "2023-11-04T02:05:00Z"},
    "links": [],
    "assets": {},
}
_SCENE = "S1A_IW_GRDH_1SDV_20231107T213000_20231107T213025_050000_0600AA_FFFF"
_DETECTIONS = f"""\
scene_id,timestamp,lat,lon,presence_score,length_m,mmsi,matching_score
{_SCENE},2023-11-07 21:30:12 UTC,42.24,130.31,0.9,118,,
{_SCENE},2023-11-07 21:30:12 UTC,42.24,130.33,0.9,55,{_STAR},3
"""


@pytest.fixture(scope="module")
def archive(demo_archive: Holdings, tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    """The case with evidence of a user's own in every format."""
    folder = tmp_path_factory.mktemp("added")
    shutil.copytree(demo_archive.path, folder / "case")
    files = {
        "rows.csv": _ROWS,
        "frame.geojson": json.dumps(_FRAME),
        "item.json": json.dumps(_ITEM),
        "detections.csv": _DETECTIONS,
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    added = Holdings.at(folder / "case")
    added.import_evidence([folder / name for name in files])
    assert not added.evidence().refused.num_rows
    return added


@pytest.fixture(scope="module")
def hers(archive: Holdings) -> Dossier:
    return archive.dossier("ANGARA")


def roles(silence: Silence) -> dict[str, set[str]]:
    return {group.role: {ref for one in group.findings for ref in one.refs} for group in silence.groups}


def look_at(dossier: Dossier, start: str) -> str:
    return next(one.text for one in dossier.looks if one.text.startswith(start))


def test_a_hull_given_by_its_position_is_a_candidate_at_the_place_that_it_lies_at(hers: Dossier) -> None:
    silence = hers.silences[0]
    held = [one for one in silence.candidates if one.finding.refs == ("HULL",)]
    assert [one.finding.text for one in held] == ["42.240 N 130.310 E, near Rajin port: one hull; not named."]
    assert all("HULL" not in leg.start.refs for leg in silence.legs)  # never a fix


def test_what_lies_at_no_watched_place_is_counted(hers: Dossier) -> None:
    silence = hers.silences[0]
    assert not {"FAR", "FRAME"} & {ref for refs in roles(silence).values() for ref in refs}  # FRAME: wider than a place
    assert silence.wider is not None
    assert "3 observations are of no place that is watched here" in silence.wider.text


def test_a_ship_given_by_a_number_only_is_no_hull_without_a_name(hers: Dossier) -> None:
    found = roles(hers.silences[0])
    assert {"BY-MMSI", "BY-IMO"} <= found["others"]
    assert not {"BY-MMSI", "BY-IMO"} & found["unnamed"]


def test_a_sighting_by_mmsi_stands_among_those_that_name_her(hers: Dossier) -> None:
    silence = hers.silences[0]
    assert "HERS" in roles(silence)["named"]
    assert "the sighting at 42.240 N 130.310 E of 2023-11-06" in " ".join(leg.text.text for leg in silence.legs)


def test_a_ship_known_by_mmsi_only_is_named_by_it(archive: Holdings) -> None:
    silence = next(s for s in archive.dossier(str(_STAR)).silences if s.gap["off_ts"].month == 12)
    assert roles(silence)["named"] == {"STAR"}


def test_an_image_of_which_nobody_says_what_it_shows_is_listed_and_counted(hers: Dossier) -> None:
    (image,) = roles(hers.silences[0])["look"]
    rajin = next(one for one in hers.looks if one.text.startswith("Rajin port, 2023-08-10"))
    assert image in rajin.refs
    assert "of 1 it is not stated here what it shows" in rajin.text


def test_every_row_at_the_place_is_counted_as_the_look_that_it_is_of(hers: Dossier) -> None:
    # 20 of the case; HULL and BY-MMSI are of one time and place; BY-IMO, HERS, the image; two detections of one scene
    assert "25 looks are held here: 7 show a ship that the source names, 12 show ships" in look_at(
        hers, "Rajin port, 2023-08-10"
    )


def test_two_places_too_far_apart_on_one_day_disagree(hers: Dossier) -> None:
    (said,) = [one for one in hers.conflicts if {"HERE", "THERE"} == set(one.refs)]
    assert "909 nm" in said.text
    assert "A place, a date or the ship is wrong in one of them, or she went faster." in said.text
    uncut = hers.silences[2].uncut
    assert uncut is not None
    assert "THERE: it is of the same days as HERE, which has her elsewhere" in uncut.text


def test_sightings_of_the_case_do_not_contradict_each_other(demo_archive: Holdings) -> None:
    for imo in ("9179842", "9161003"):
        assert not any("straight line" in one.text for one in demo_archive.dossier(imo).conflicts)


def test_a_silence_that_is_explained_has_no_list_of_ports(demo_archive: Holdings) -> None:
    dossier = demo_archive.dossier("9124043")
    assert [silence.legs for silence in dossier.silences] == [()]
    assert not any("within reach" in limit.text for limit in dossier.limits)


def test_a_report_far_from_any_place_is_told_by_its_position(archive: Holdings) -> None:
    legs = [leg for silence in archive.dossier(str(_STAR)).silences for leg in silence.legs]
    heard = [leg.text.text for leg in legs if leg.start.kind == "heard"]
    assert heard
    assert all(text.startswith("From the last report at 3") for text in heard)  # 66 to 88 nm from the nearest port
