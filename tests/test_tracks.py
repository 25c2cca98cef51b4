"""Several ships under one MMSI, and positions that are none: neither hides a silence, ends one, or makes one up."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps import worlds
from ais_gaps.gaps import as_of_of, find, identity, set_aside, stitch, superseded
from ais_gaps.gaps.find import found_in
from ais_gaps.gaps.parted import deal
from ais_gaps.gaps.stitch import Stitched
from ais_gaps.holdings import Holdings
from ais_gaps.schema import DAY_GAPS, DAY_RUNS, VESSEL_DAYS
from ais_gaps.store import summaries
from ais_gaps.store.archive import Store
from ais_gaps.tracks import Pieces, assign
from tests.rows import T0, H, Row, put, without_duplicates
from tests.track_rows import every, jumping, sailing, stored, summary
from tests.tracks_oracle import expected

SHIP = 273210440
DAY = 24 * H


@given(st.integers(0, 10**6), st.sampled_from([1, 2, 6]), st.integers(1, 80))
@settings(max_examples=150)
def test_tracks_of_summaries_are_those_of_the_rules_fix_by_fix(seed: int, hours: int, as_of_h: int) -> None:
    rows = without_duplicates(jumping(seed))
    made = summary(rows)
    for as_of in (max((row["ts"] for row in rows), default=T0), T0 + as_of_h * H):
        found = told(found_in(made.days, made.gaps, made.runs, min_hours=hours, as_of_us=as_of))
        true = expected(rows, hours, as_of)
        if as_of < max((row["ts"] for row in rows), default=T0):  # messages in open gaps are counted anew in an archive
            found, true = (
                [{**g, **({} if g["on_us"] else {"others": 0, "no_position": 0})} for g in some]
                for some in (found, true)
            )
        assert found == true


def told(found: Stitched) -> list[Row]:
    kn = found.gaps["under_way_kn"].to_pylist()
    return [
        {**gap, "under_way_kn": None if k is None else round(k, 6)}
        for gap, k in zip(found.gaps.to_pylist(), kn, strict=True)
    ]


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_runs_do_not_depend_on_the_order_of_what_says_one_time_and_place(seed: int, random: Any) -> None:
    rows = without_duplicates(jumping(seed))
    rows += [{**row, "ais_class": c, "sog": s} for row in rows[:5] for c, s in (("A", 3.0), ("B", None), ("B", 9.0))]
    rows = without_duplicates(rows)
    once = summary(rows)
    random.shuffle(rows)
    again = summary(rows)
    for one, other in zip(once.tables.values(), again.tables.values(), strict=True):
        assert one.equals(other)
    assert stored(rows).num_rows == len(rows)


def gaps_of(rows: Sequence[Row], as_of_h: float, min_hours: float = 2) -> list[tuple[int, float, float | None]]:
    """Track, off and on of each gap, hours since T0."""
    made = summary(rows)
    found = found_in(made.days, made.gaps, made.runs, min_hours=min_hours, as_of_us=T0 + round(as_of_h * H))
    return [
        (g["track"], (g["off_us"] - T0) / H, None if g["on_us"] is None else (g["on_us"] - T0) / H)
        for g in found.gaps.to_pylist()
    ]


A_PLACE, B_PLACE = (42.2, 130.3), (35.1, 129.1)


def test_neither_of_two_ships_hides_the_others_silence() -> None:
    one = sailing([*every(0.25, 0, 20), *every(0.25, 50, 72)], *A_PLACE, ais_class="A")
    other = sailing([*every(0.25, 0.1, 30), *every(0.25, 37.1, 72)], *B_PLACE)
    assert gaps_of(one + other, 72) == [(0, 19.75, 50.0), (1, 29.6, 37.1)]


def test_a_ship_that_left_months_ago_is_still_silent_whoever_sends_under_her_mmsi() -> None:
    one = sailing(every(1, 0, 72), *A_PLACE)
    other = sailing(every(1, 0.5, 24 * 90), *B_PLACE)
    assert gaps_of(one + other, 24 * 90) == [(0, 71.0, None)]


@pytest.mark.parametrize("wrong", [(30.0, 130.3), (-42.2, -50.0), (0.0, 0.0)])
@pytest.mark.parametrize("at", [10.1, 35.0])
def test_a_wrong_position_neither_ends_nor_invents_a_silence(wrong: tuple[float, float], at: float) -> None:
    sound = sailing([*every(0.25, 0, 20), *every(0.25, 50, 72)], *A_PLACE, 8, 90)
    assert gaps_of(sound + sailing([at], *wrong, 8, 90), 72) == gaps_of(sound, 72) == [(0, 19.75, 50.0)]


def test_a_wrong_position_that_comes_again_is_no_ship() -> None:
    sound = sailing(every(0.5, 0, 24 * 30), *A_PLACE)
    wrong = sailing([k * 24 + 5.1 for k in range(30)], 0.0, 0.0)
    assert gaps_of(sound + wrong, 24 * 30) == []


def test_a_misled_receiver_is_not_a_ship_that_then_falls_silent_for_good() -> None:
    sound = sailing([*every(0.1, 0, 30), *every(0.1, 36, 72)], *A_PLACE)
    misled = sailing(every(0.1, 30.1, 35.9), *B_PLACE)
    assert gaps_of(sound + misled, 24 * 30) == [(0, pytest.approx(29.9), 36.0), (0, pytest.approx(71.9), None)]
    made = summary(sound + misled)
    [gap, _] = found_in(made.days, made.gaps, made.runs, min_hours=2, as_of_us=T0 + 30 * DAY).gaps.to_pylist()
    assert (gap["elsewhere"], gap["shared"], gap["tracks"]) == (58, False, 1), "what was sent meanwhile is counted"


def test_another_ship_in_a_silence_is_known_for_one_when_the_first_is_back() -> None:
    one = sailing([*every(0.5, 0, 20), *every(0.5, 70, 96)], *A_PLACE)
    other = sailing(every(0.5, 50, 96), *B_PLACE)
    rows = one + other
    assert gaps_of([r for r in rows if r["ts"] < T0 + 60 * H], 60) == [(0, 19.5, 50.0)], "so it looks until then"
    assert gaps_of(rows, 96) == [(0, 19.5, 70.0)]


def test_a_fast_ferry_is_one_ship() -> None:
    there = sailing(every(0.2, 0, 5), *B_PLACE, 38, 90)
    back = sailing(every(0.2, 0, 5), there[-1]["lat"], there[-1]["lon"], 38, 270)
    back = [{**row, "ts": row["ts"] + 12 * H} for row in back]
    wrong = sailing([6.0], 0.0, 0.0)
    assert gaps_of(there + back + wrong, 17) == [(0, pytest.approx(4.8), 12.0)]


def test_class_a_and_class_b_are_two_transmitters_where_an_mmsi_jumps() -> None:
    one = sailing([*every(0.25, 0, 20), *every(0.25, 30, 48)], *A_PLACE, ais_class="A")
    other = sailing(every(0.25, 0.1, 48), A_PLACE[0] + 0.3, A_PLACE[1], ais_class="B")
    far = sailing(every(0.25, 0.15, 48), *B_PLACE, ais_class="B")
    assert gaps_of(one + other + far, 48) == [(0, 19.75, 30.0)]


def test_fewer_than_ten_fixes_are_a_track_where_there_is_no_other() -> None:
    few = sailing([0, 5, 9, 30], *A_PLACE)
    assert gaps_of(few + sailing([9.1], 0.0, 0.0), 40, 3) == [(0, 0, 5), (0, 5, 9), (0, 9, 30), (0, 30, None)]


def test_without_a_jump_a_class_that_changes_parts_nothing() -> None:
    rows = sailing(every(1, 0, 20), *A_PLACE, ais_class="A") + sailing(every(1, 40, 60), *A_PLACE, ais_class="B")
    assert gaps_of(rows, 60) == [(0, 19, 40)]


def test_more_ships_than_are_looked_at_take_bounded_work_and_one_answer() -> None:
    rows = [
        row for k in range(60) for row in sailing([h + k / 100 for h in every(2, 0, 24)], -60 + 2 * k, -170 + 5 * k)
    ]
    assert gaps_of(rows, 24) == gaps_of(rows[::-1], 24)


def test_of_hundreds_of_ships_under_one_mmsi_no_silence_is_claimed() -> None:
    rows = [
        row
        for k in range(300)
        for row in sailing([h + k / 300 for h in every(1, 0, 12)], -60 + k / 3, (k * 37) % 360 - 180)
    ]
    assert gaps_of(rows, 40) == []


def test_where_neither_of_two_is_a_track_yet_no_silence_is_claimed_but_of_one_that_has_half_of_the_fixes() -> None:
    three = [
        row for k, place in enumerate((A_PLACE, B_PLACE, (0.0, 0.0))) for row in sailing([k, 4 + k, 8 + k], *place)
    ]
    assert gaps_of(three, 20) == []
    assert gaps_of([row for row in three if row["lat"] != 0], 20) == [(0, 0, 4), (0, 4, 8), (0, 8, None)]


def test_identity_tells_jumps_tracks_and_whether_another_was_there() -> None:
    rows = sailing([*every(0.5, 0, 40), *every(0.5, 60, 90)], *A_PLACE) + sailing(every(0.5, 0.2, 30), *B_PLACE)
    made = summary(rows)
    found = found_in(made.days, made.gaps, made.runs, min_hours=6, as_of_us=T0 + 90 * H)
    jumps, tracks, shared = identity(found)
    assert [g["track"] for g in found.gaps.to_pylist()] == [1, 0]
    assert (jumps.tolist(), tracks.tolist(), shared.tolist()) == ([118, 118], [2, 2], [True, False])
    assert found.jumping.tolist() == [SHIP] and found.jumps.tolist() == [118]


def archive_of(folder: Path, files: Sequence[Sequence[Row]]) -> Store:
    store = Store.create(folder / "archive")
    for i, rows in enumerate(files):
        put(store, rows, f"{i}")
    return store


def test_what_is_set_aside_is_listed_with_its_reason(tmp_path: Path) -> None:
    sound = sailing(every(0.25, 0, 48), *A_PLACE, 10, 90)
    place = sailing([12.1], 35.0, 130.3)
    clock = [{**row, "ts": row["ts"] - 9 * H - 60 * 1_000_000} for row in sound if row["ts"] == T0 + 40 * H]
    misled = [{**row, "mmsi": SHIP + 1} for row in sailing(every(0.1, 10, 14), *B_PLACE)]
    beside = [{**row, "mmsi": SHIP + 1} for row in sailing([*every(0.1, 0, 10), *every(0.1, 14, 48)], *A_PLACE)]
    store = archive_of(tmp_path, [sound + place + clock + misled + beside])
    rows = set_aside(store, store.ingests(), as_of_us=as_of_of(store.ingests())).to_pylist()
    assert [(r["mmsi"] - SHIP, r["positions"], (r["first_us"] - T0) / H) for r in rows] == [
        (0, 1, pytest.approx(12.1)),
        (0, 1, pytest.approx(31, abs=0.02)),
        (1, 40, 10.0),
    ]
    assert rows[0]["reason"] == "impossible fix: 4498 kn from the fix before and 3004 to the one after"
    assert rows[1]["reason"].startswith(
        "clock error, it seems: the ship was within 1 nm of it 9.0 h later; impossible fix"
    )
    assert rows[2]["reason"].startswith("40 positions in 3.9 h where the ship cannot have been")
    assert set_aside(store, store.ingests(), as_of_us=T0 + 12 * H, mmsi=[SHIP]).num_rows == 0


@pytest.mark.parametrize("files", [1, 5])
def test_a_silence_that_turns_out_to_be_anothers_is_superseded_and_said_when(files: int, tmp_path: Path) -> None:
    one = sailing([*every(0.5, 0, 20), *every(0.5, 70, 96)], *A_PLACE)
    rows = one + sailing(every(0.5, 50, 96), *B_PLACE)
    by_day = [[row for row in rows if (row["ts"] - T0) // DAY % files == k] for k in range(files)]
    store = archive_of(tmp_path, [file for file in by_day if file])
    as_of = T0 + 96 * H
    gone = superseded(store, store.ingests(), min_hours=6, as_of_us=as_of).to_pylist()
    wrong = [((g["off_us"] - T0) / H, (g["on_us"] - T0) / H, g["superseded_by"]) for g in gone]
    # By then the second day with reports; the first ship's return on that evening is ten fixes long on the day after only.
    assert wrong == ([(19.5, 50.0, 3)] if files == 5 else [])
    assert find(store, store.ingests(), min_hours=6, as_of_us=as_of).gaps["on_us"].to_pylist() == [T0 + 70 * H]


def test_history_misses_nothing() -> None:
    changes = 0
    for seed in range(120):
        rows = [row for row in without_duplicates(jumping(seed)) if row.get("lat") != 91.0]
        if not rows:
            continue
        days = sorted({row["ts"] // DAY for row in rows})
        made = [summary([r for r in rows if r["ts"] // DAY == day], seq=k + 1) for k, day in enumerate(days)]
        own = [pa.concat_tables([m.tables[name] for m in made]) for name in ("days", "gaps", "runs")]
        as_of = max(row["ts"] for row in rows)
        dealt = deal(np.array([SHIP]), *own, as_of_us=as_of)
        revising = {days.index(int(d)) + 1 for d in dealt.pieces["day"][dealt.assigned.revises]}
        before: set[tuple[int, int]] = set()
        for seq in range(1, len(days) + 1):
            known = [t.filter(pa.array(t["seq"].to_numpy() <= seq)) for t in own]
            gaps = found_in(*known, min_hours=1, as_of_us=as_of).gaps.to_pylist()
            after = {(g["off_us"], g["on_us"]) for g in gaps if g["on_us"] is not None}
            if before - after:
                changes += 1
                assert seq in revising
            before = after
    assert changes > 2


def test_worlds_with_shared_mmsi_and_wrong_positions(tmp_path: Path) -> None:
    """Of a generated world, whose senders are known; its own habits, no facts about the sea."""
    made = worlds.make(worlds.Settings(seed=5, days=8, vessels=60, shared=0.1))
    worlds.write(made, tmp_path / "world")
    archive = Holdings.at(tmp_path / "archive", create=True)
    [result] = archive.ingest([tmp_path / "world" / "reports.csv"])
    assert result.error is None
    store = Store(tmp_path / "archive")
    ingests = store.ingests()
    as_of = as_of_of(ingests)
    gaps = find(store, ingests, min_hours=2, as_of_us=as_of).gaps.to_pylist()
    days, inside = (summaries.read(store, ingests, table) for table in (VESSEL_DAYS, DAY_GAPS))
    whole = stitch(days, inside.filter(pa.array(apart_h(inside) > 2)), min_hours=2, as_of_us=as_of).gaps.to_pylist()
    truth = {(r["mmsi"], r["off"], r["on"]) for r in true_silences(tmp_path / "world")}
    ships = pa.csv.read_csv(tmp_path / "world" / "ships.csv").to_pylist()
    shared = {row["mmsi"] for row in ships if row["shared_mmsi"]}
    found, merged = ({(g["mmsi"], g["off_us"], g["on_us"]) for g in some} for some in (gaps, whole))
    of_shared = {silence for silence in truth if silence[0] in shared}
    figures = {
        "true": len(truth),
        "found": len(truth & found),
        "invented": len(found - truth),
        "true under a shared MMSI": len(of_shared),
        "found of these": len(of_shared & found),
        "without tracks": len(of_shared & merged),
    }
    print(figures, f"{right_track(store, tmp_path / 'world'):.5f} of the fixes are in the main track of their ship")
    # Two ships of one MMSI that are silent at a time can be taken for one another: as some are in this world.
    assert figures["found"] >= 0.96 * len(truth) and figures["invented"] <= 0.015 * len(truth)
    assert figures["found of these"] >= 0.85 * len(of_shared) > 2 * figures["without tracks"]
    assert right_track(store, tmp_path / "world") >= 0.998
    assert {g["mmsi"] for g in gaps if g["tracks"] > 1} <= shared


def apart_h(inside: pa.Table) -> Any:
    return (inside["on_us"].to_numpy() - inside["off_us"].to_numpy()) / H


def true_silences(world: Path) -> list[dict[str, Any]]:
    rows = pa.csv.read_csv(world / "truth.csv").to_pylist()
    us = [
        {c: None if row[f"{c}_ts"] is None else round(row[f"{c}_ts"].timestamp()) * 1_000_000 for c in ("off", "on")}
        for row in rows
    ]
    return [
        {**row, **times}
        for row, times in zip(rows, us, strict=True)
        if times["on"] is None or times["on"] - times["off"] > 2 * H
    ]


def tracks_of(store: Store, mmsi: int, jumps: bool) -> tuple[Pieces, Any]:
    tables = [summaries.read(store, store.ingests(), t, within=(mmsi, mmsi)) for t in (VESSEL_DAYS, DAY_GAPS, DAY_RUNS)]
    pieces = Pieces.of(*tables)
    return pieces, assign(pieces).track if jumps else np.zeros(len(pieces), int)


def track_at(pieces: Pieces, track: Any, us: int, lat: int, lon: int) -> int:
    """Track of a fix: that of the piece that holds its time; of several the one whose edge it is."""
    at = np.flatnonzero((pieces["first_us"] <= us) & (pieces["last_us"] >= us) & (pieces["positions"] > 0))
    edge = [k for k in at if (lat, lon) in ((pieces[f"{e}_lat"][k], pieces[f"{e}_lon"][k]) for e in ("first", "last"))]
    return int(track[(edge or at.tolist())[0]])


def right_track(store: Store, world: Path) -> float:
    """Share of the sound fixes of jumping MMSI that are in the track that holds most of their ship's."""
    senders = pq.read_table(world / "senders.parquet").to_pylist()
    reports = pa.csv.read_csv(world / "reports.csv").to_pylist()
    jumping_mmsi = set(find(store, store.ingests(), min_hours=2, as_of_us=as_of_of(store.ingests())).jumping.tolist())
    dealt = {mmsi: tracks_of(store, mmsi, True) for mmsi in jumping_mmsi}
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for report, sender in zip(reports, senders, strict=True):
        if report["mmsi"] in dealt and not sender["wrong"]:
            us = round(report["ts"].timestamp()) * 1_000_000
            at = (round(report["lat"] * 1e6), round(report["lon"] * 1e6))
            counts[sender["ship"]][track_at(*dealt[report["mmsi"]], us, *at)] += 1
    return sum(c.most_common(1)[0][1] for c in counts.values()) / sum(sum(c.values()) for c in counts.values())


def test_published_segments(shared_data: Path, tmp_path: Path) -> None:
    """Of 31 vessels a published segmenter's labels. It cuts after 8 h of silence, which is not ours to do: so a track may hold many
    of its segments, but each segment lies in one track. Elsewhere: 567000000 is what Thai transmitters send when nobody set a
    number, by several ships in one gulf (it joins class A and B), and 477320700 is two ferries of 40 kn, one with six fixes."""
    source = shared_data / "ais" / "orbcomm" / "orbcomm_31vessels_2021-01.jsonl.gz"
    [result] = Holdings.at(tmp_path / "archive", create=True).ingest([source])
    assert result.error is None
    store = Store(tmp_path / "archive")
    jumping_mmsi = set(find(store, store.ingests(), min_hours=2, as_of_us=as_of_of(store.ingests())).jumping.tolist())
    segments: dict[int, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    dealt: dict[int, tuple[Pieces, Any]] = {}
    with gzip.open(source, "rt") as lines:
        for row in map(json.loads, lines):
            lat, lon = row.get("lat"), row.get("lon")
            if not row.get("expected") or lat is None or not abs(lat) <= 90 or not abs(lon) <= 180:
                continue
            mmsi = int(row.get("ssvid") or row["mmsi"])
            us = round(datetime.fromisoformat(str(row["timestamp"]).replace(" UTC", "+00:00")).timestamp() * 1e6)
            if mmsi not in dealt:
                dealt[mmsi] = tracks_of(store, mmsi, mmsi in jumping_mmsi)
            pieces, track = dealt[mmsi]
            if len(pieces):  # not what is no ship
                at = track_at(pieces, track, us, round(lat * 1e6), round(lon * 1e6))
                segments[mmsi][row["expected"]][at] += 1
    fixes = {mmsi: sum(sum(c.values()) for c in of.values()) for mmsi, of in segments.items()}
    in_main = {mmsi: sum(c.most_common(1)[0][1] for c in of.values()) for mmsi, of in segments.items()}
    print(
        f"{sum(in_main.values()):,} of {sum(fixes.values()):,} fixes are in the main track of their published segment"
    )
    assert sum(fixes.values()) > 30_000
    elsewhere = {mmsi: fixes[mmsi] - in_main[mmsi] for mmsi in fixes if fixes[mmsi] > in_main[mmsi]}
    assert set(elsewhere) <= {412331088, 477320700, 567000000} and sum(elsewhere.values()) < 0.005 * sum(fixes.values())
