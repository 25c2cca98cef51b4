"""What a person says of a silence stays with it: beside any score, through late data, and with no other silence."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.errors import Ambiguous, NotFound, UsageError
from ais_gaps.holdings import Holdings
from ais_gaps.store.archive import Store
from ais_gaps.watch import said
from ais_gaps.watch.columns import VERDICTS
from ais_gaps.watch.verdicts import on
from tests.rows import T0, H, Row, put
from tests.watch_case import gaps, hour, verdicts

RAJIN = {"lat": 42.2333, "lon": 130.3}
BUSAN = {"lat": 35.1, "lon": 129.04}
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def _ship(mmsi: int, place: dict[str, float], *hours: float, **more: object) -> list[Row]:
    return [{"mmsi": mmsi, "ts": int(T0 + hour * H), **place, **more} for hour in hours]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A ship silent for 20 h and heard again, and another that is silent to the end."""
    store = Store.create(tmp_path / "archive")
    put(store, _ship(273210440, RAJIN, 0, 1, 21, 22) + _ship(273999999, BUSAN, 0, 2) + _ship(273888888, BUSAN, 26), "a")
    return store


def _ids(archive: Holdings, mmsi: int, **question: Any) -> list[str]:
    found: list[str] = archive.gaps(str(mmsi), **question)["gap_id"].to_pylist()
    return found


def test_verdicts_stand_side_by_side_and_the_newest_is_shown(store: Store) -> None:
    archive = Holdings.at(store.path)
    [gap] = _ids(archive, 273210440)
    archive.note(gap, "Suspect", " dark\nnear \x1b[31mRajin ", author="ann", at=NOON)
    archive.note(gap[:6].upper(), "innocent", "in dry dock", author="bob")
    first, second = archive.verdicts().to_pylist()
    assert set(first) == set(VERDICTS.names)
    assert (first["verdict"], first["because"], first["author"], first["at"]) == (
        "suspect",
        "dark near [31mRajin",
        "ann",
        NOON,
    )
    assert (first["off_ts"].hour, first["until_ts"].hour) == (1, 21)
    assert (second["verdict"], second["author"], second["gap_id"]) == ("innocent", "bob", gap)
    table = archive.gaps()
    shown = {
        row["gap_id"]: told
        for row, told in zip(table.to_pylist(), said(table, archive.verdicts()).to_pylist(), strict=True)
    }
    assert shown.pop(gap) == {
        "verdict": "innocent",
        "verdict_because": "in dry dock",
        "verdict_author": "bob",
        "verdict_at": second["at"],
        "verdicts": 2,
    }
    assert [told["verdict"] for told in shown.values()] == [None]
    assert [told["verdicts"] for told in shown.values()] == [0]
    assert table.select(["p_switched_off", "cause"]).equals(archive.gaps().select(["p_switched_off", "cause"]))


def test_time_goes_forward_also_where_a_clock_does_not(store: Store) -> None:
    archive = Holdings.at(store.path)
    [gap] = _ids(archive, 273210440)
    ahead = datetime(2099, 1, 1, tzinfo=UTC)
    archive.note(gap, "suspect", "dark", author="ann", at=ahead)
    later = archive.note(gap, "innocent", "in dry dock", author="bob")  # by a clock that is behind
    assert later["at"][0].as_py() > ahead
    with pytest.raises(UsageError, match="no later than what was said before, at 2099-01-01"):
        archive.note(gap, "confirmed", "imaged", author="ann", at=ahead)
    assert [row["author"] for row in archive.verdicts().to_pylist()] == ["ann", "bob"]


def test_what_is_no_verdict_is_refused_in_plain_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Holdings.at(store.path)
    [gap] = _ids(archive, 273210440)
    with pytest.raises(UsageError, match="'guilty' is no verdict: it is innocent, suspect or confirmed"):
        archive.note(gap, "guilty", "because")
    with pytest.raises(UsageError, match="needs a reason"):
        archive.note(gap, "suspect", " \u202e ")
    with pytest.raises(UsageError, match="too long: at most 2,000"):
        archive.note(gap, "suspect", "x" * 2001)
    with pytest.raises(UsageError, match="is no id of a silence"):
        archive.note(gap[:5], "suspect", "because")
    with pytest.raises(UsageError, match="is no id of a silence"):
        archive.note("../../etc", "suspect", "because")
    with pytest.raises(NotFound, match="No silence of the archive has the id 000000"):
        archive.note("000000", "suspect", "because")

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    with pytest.raises(UsageError, match="needs somebody who says it: --author"):
        archive.note(gap, "suspect", "because")
    assert len(archive.verdicts()) == 0


def test_digits_that_several_silences_begin_with_are_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ais_gaps.watch.silence._LEAST_DIGITS", 0)
    import re

    monkeypatch.setattr("ais_gaps.watch.silence._ID", re.compile("[0-9a-f]*"))
    archive = Holdings.at(store.path)
    with pytest.raises(
        Ambiguous, match=r"2 silences have an id that begins with .*MMSI 273210440, silent since 2023-08-01 01:00"
    ):
        archive.note("", "suspect", "because")


def test_a_silence_of_an_hour_can_be_judged_too(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "archive")
    put(store, _ship(273210440, RAJIN, 0, 1, 4, 5), "a")
    archive = Holdings.at(store.path)
    [gap] = _ids(archive, 273210440, min_hours=2)
    assert archive.note(gap, "innocent", "so short", author="ann")["gap_id"].to_pylist() == [gap]


def test_late_data_that_move_cut_or_fill_a_silence_do_not_lose_what_was_said_of_it(store: Store) -> None:
    archive = Holdings.at(store.path)
    [gap] = _ids(archive, 273210440)
    archive.note(gap, "confirmed", "imaged", author="ann", at=NOON)
    time.sleep(0.01)
    before = datetime.now(UTC)
    time.sleep(0.01)
    form = "(said of an earlier form of this silence: 2023-08-01 {}:00 to 2023-08-01 21:00 UTC)"

    def told() -> list[tuple[str | None, int]]:
        table = archive.gaps("273210440")
        return [(row["verdict_because"], row["verdicts"]) for row in said(table, archive.verdicts()).to_pylist()]

    put(store, _ship(273210440, RAJIN, 3), "moved")
    assert told() == [("imaged " + form.format("01"), 1)]
    [moved] = _ids(archive, 273210440)
    assert moved != gap
    assert archive.verdicts(moved)["earlier_form"].to_pylist() == [True]
    assert archive.verdicts(gap)["earlier_form"].to_pylist() == [True]  # what is left of it lasts two hours
    assert archive.verdicts(gap, as_known=before)["earlier_form"].to_pylist() == [False]
    archive.note(moved, "suspect", "less sure", author="bob")
    put(store, _ship(273210440, RAJIN, 12), "cut")
    assert told() == [("less sure " + form.format("03"), 2)] * 2
    put(store, _ship(273210440, RAJIN, 7, 17), "filled")
    assert told() == []
    assert [row["because"] for row in archive.verdicts().to_pylist()] == ["imaged", "less sure"]
    assert archive.verdicts(moved)["because"].to_pylist() == ["imaged", "less sure"]
    assert archive.verdicts(gap)["because"].to_pylist() == ["imaged"]
    put(store, _ship(273210440, RAJIN, *(0.5 * half for half in range(44))), "no silence at all")
    assert archive.verdicts(gap)["because"].to_pylist() == ["imaged"]
    assert archive.verdicts(gap)["earlier_form"].to_pylist() == [True]
    put(store, _ship(273210440, RAJIN, 40), "afterwards")
    assert told() == [(None, 0)]


def test_an_open_silence_keeps_its_verdict_when_it_ends_and_does_not_give_it_to_the_next(store: Store) -> None:
    archive = Holdings.at(store.path)
    [gap] = _ids(archive, 273999999)
    noted = archive.note(gap, "suspect", "dark", author="ann")
    assert noted["until_ts"][0].as_py() == datetime.fromtimestamp((T0 + 26 * H) / 1e6, UTC)
    put(store, _ship(273999999, BUSAN, 50, 51, 70), "b")
    assert said(archive.gaps("273999999"), archive.verdicts())["verdict"].to_pylist() == ["suspect", None]


def test_of_two_ships_under_one_mmsi_only_the_one_that_is_meant() -> None:
    both = gaps({"gap_id": "a" * 16, "track": 0}, {"gap_id": "b" * 16, "track": 1, "off_ts": hour(2)})
    noted = verdicts({"gap_id": "a" * 16})
    assert said(both, noted)["verdicts"].to_pylist() == [1, 0]
    renumbered = gaps({"gap_id": "c" * 16, "track": 2})
    assert said(renumbered, noted)["verdicts"].to_pylist() == [1]


def test_no_verdicts_and_no_silences() -> None:
    assert said(gaps({}), verdicts()).to_pylist() == [
        {"verdict": None, "verdict_because": None, "verdict_author": None, "verdict_at": None, "verdicts": 0}
    ]
    assert len(said(gaps(), verdicts({}))) == 0


_GAPS = st.lists(
    st.fixed_dictionaries(
        {
            "mmsi": st.integers(1, 2),
            "track": st.integers(0, 1),
            "off": st.integers(0, 6),
            "lasts": st.integers(1, 4) | st.none(),
            "gap_id": st.sampled_from(["a", "b", "c"]),
        }
    ),
    max_size=6,
)


@given(_GAPS, _GAPS)
def test_a_verdict_is_on_what_overlaps_what_was_judged(
    known: list[dict[str, Any]], judged: list[dict[str, Any]]
) -> None:
    table = gaps(
        *(
            {**{k: g[k] for k in ("mmsi", "track", "gap_id")}, "off_ts": hour(g["off"])}
            | {"on_ts": None if g["lasts"] is None else hour(g["off"] + g["lasts"])}
            for g in known
        )
    )
    rows = verdicts(
        *(
            {**{k: v[k] for k in ("mmsi", "track", "gap_id")}, "off_ts": hour(v["off"])}
            | {"until_ts": hour(v["off"] + (v["lasts"] or 9)), "because": str(number)}
            for number, v in enumerate(judged)
        )
    )

    def is_on(g: dict[str, Any], v: dict[str, Any]) -> bool:
        if g["mmsi"] != v["mmsi"]:
            return False
        hours = {g["off"] + h for h in range(g["lasts"] or 99)} & {v["off"] + h for h in range(v["lasts"] or 9)}
        return g["gap_id"] == v["gap_id"] or g["off"] == v["off"] or (g["track"] == v["track"] and bool(hours))

    expected = [[str(number) for number, v in enumerate(judged) if is_on(g, v)] for g in known]
    told = said(table, rows).to_pylist()
    assert [row["verdicts"] for row in told] == list(map(len, expected))
    assert [row["verdict_because"] and row["verdict_because"].split()[0] for row in told] == [
        some[-1] if some else None for some in expected
    ]
    for number, some in enumerate(expected):
        found = on(table.slice(number, 1), rows)
        assert found["because"].to_pylist() == some
        gap = table.slice(number, 1).to_pylist()[0]
        assert found["earlier_form"].to_pylist() == [
            gap["gap_id"] != v["gap_id"] or (gap["on_ts"] is not None and gap["on_ts"] < v["until_ts"])
            for v in (rows.to_pylist()[int(n)] for n in some)
        ]
    order = list(range(len(rows)))[::-1]
    assert said(table, rows.take(order) if order else rows).equals(said(table, rows))
