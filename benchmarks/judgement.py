"""What the judgement of silences costs: of a fleet beside its gap pass, of one ship, and of the last day of a long archive."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import ours
from benchmarks.findings import Finding
from benchmarks.measure import Clock, Cost, alternate, measure, median
from benchmarks.world import World

MIN_HOURS = 6
BAR_FLEET, BAR_DAY = 3.0, 1.3  # issue 4
BAR_MB = 1.5 * 2**30 / 1e6
WEEK_DAYS = 7


def fleet(world: World, parts: list[str], rounds: int) -> Iterator[Finding]:
    """All silences of an archive, nothing of it kept from an earlier question, against the gap pass of the same reports."""
    out = world.folder / "judged-gaps.parquet"
    gaps, judged = alternate(
        rounds,
        lambda: measure(ours.gap_pass, parts=parts, min_hours=MIN_HOURS, out=out),
        lambda: measure(judge_fleet, archive=world.archive, min_hours=MIN_HOURS),
    )
    out.unlink()
    subject = f"judgement, {world.title}"
    took = f"{judged.cpu_s:.2f} s CPU, {judged.wall_s:.2f} s wall"
    against = f"gap pass: {gaps.cpu_s:.2f} s CPU"
    what = f"{judged.value:,} silences over {MIN_HOURS} h, probability, cause and reasons, CPU"
    yield Finding(subject, what, took, against, judged.cpu_s / gaps.cpu_s, "x", BAR_FLEET)
    bare = measure(find_fleet, archive=world.archive, min_hours=MIN_HOURS)
    found = f"finding them: {bare.peak_mb:,.0f} MB"
    yield Finding(subject, "peak memory, with finding them", "", found, judged.peak_mb, "MB", BAR_MB)
    (who,) = world.identities([0])
    asked = {"archive": world.archive, "mmsi": who["mmsi"]}
    first = median([measure(judge_ship, forget=True, **asked) for _ in range(rounds)])
    again = median([measure(judge_ship, forget=False, **asked) for _ in range(rounds)])
    what = f"one ship's {again.value:,} silences, when something was asked before"
    against = f"when nothing was: {first.cpu_s:.2f} s CPU"
    yield Finding(subject, what, f"{again.cpu_s:.2f} s CPU", against, again.wall_s, "s")


def last_day(year: World, week: World, days: int, rounds: int) -> Iterator[Finding]:
    """The silences that end on a day that is added to a long archive, against one that is added to a week.

    Args:
        year: with ``days`` days in it; the next is added. week: nothing in it yet.
        days, rounds: as elsewhere.
    """
    week.ingest_days(1, WEEK_DAYS)
    for world, number in ((week, WEEK_DAYS + 1), (year, days + 1)):
        # As if the archive had been asked each day.
        measure(judge_last_day, archive=world.archive, min_hours=MIN_HOURS)
        world.ingest_days(number, number)

    def added(world: World) -> Cost:
        with world.copy(world.archive) as copy:
            return measure(judge_last_day, archive=copy, min_hours=MIN_HOURS)

    late, early = alternate(rounds, lambda: added(year), lambda: added(week))
    yield Finding(
        f"judgement, {year.title}",
        f"the {late.value:,} silences that end on day {days + 1}, CPU of one",
        f"{late.cpu_s:.2f} s CPU",
        f"day {WEEK_DAYS + 1}: {early.cpu_s:.2f} s CPU for {early.value:,}",
        (late.cpu_s / late.value) / (early.cpu_s / early.value),
        "x",
        BAR_DAY,
    )


def find_fleet(clock: Clock, *, archive: str, min_hours: float) -> int:
    """Finds all silences and gives how many."""
    with clock:
        return len(_found(archive, min_hours)[2])


def judge_fleet(clock: Clock, *, archive: str, min_hours: float) -> int:
    """Judges all silences, which are found before; gives how many."""
    import pandas  # noqa: F401 - see `ours`

    from ais_gaps.judgement import judgement

    _forget(archive)
    opened, as_of_us, gaps = _found(archive, min_hours)
    store, places = opened._store, opened.places()
    with clock:
        return len(judgement(store, store.ingests(), gaps, places, as_of_us=as_of_us, whole=True))


def judge_last_day(clock: Clock, *, archive: str, min_hours: float) -> int:
    """Judges the silences that ended on the archive's last day, which are found before; gives how many."""
    import pandas  # noqa: F401 - see `ours`
    import pyarrow.compute as pc

    from ais_gaps.judgement import judgement

    opened, as_of_us, gaps = _found(archive, min_hours)
    store, places = opened._store, opened.places()
    day_us = 24 * 3_600_000_000
    ended = gaps.filter(pc.greater_equal(gaps["on_us"], as_of_us // day_us * day_us))
    with clock:
        return len(judgement(store, store.ingests(), ended, places, as_of_us=as_of_us))


def judge_ship(clock: Clock, *, archive: str, mmsi: int, forget: bool) -> int:
    """One ship's silences, found, named, placed and judged; gives how many."""
    import pandas  # noqa: F401 - see `ours`

    from ais_gaps.holdings import Holdings

    if forget:
        _forget(archive)
    opened = Holdings.at(Path(archive))
    with clock:
        return len(opened.gaps(str(mmsi)))


def _found(archive: str, min_hours: float) -> tuple[Any, int, Any]:
    from ais_gaps.gaps import as_of_of, find
    from ais_gaps.holdings import Holdings

    opened = Holdings.at(Path(archive))
    store = opened._store
    as_of_us = as_of_of(store.ingests())
    return opened, as_of_us, find(store, store.ingests(), min_hours=min_hours, as_of_us=as_of_us).gaps


def _forget(archive: str) -> None:
    """Removes what questions kept."""
    shutil.rmtree(Path(archive) / "judgement", ignore_errors=True)
