"""One question for gaps, answered whole: found, narrowed to a place, and described."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from ais_gaps.gaps.describe import describe
from ais_gaps.gaps.find import as_of_of, find
from ais_gaps.gaps.history import superseded
from ais_gaps.gaps.narrow import near, recount
from ais_gaps.gaps.stitch import BARE_GAPS, Stitched
from ais_gaps.store.archive import Store
from ais_gaps.store.log import Ingest

Judge = Callable[[pa.Table, int, bool], pa.Table]
"""Of bare gaps, the present of the question and whether they are all of their ships' over six hours: columns of `GAPS` by name."""

_CONTEXT_H = 6.0


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        min_hours: threshold in hours; a gap is strictly longer.
        mmsi: only these vessels; None = the fleet.
        as_of_us: the present of the question, microseconds since 1970; None = the newest report.
        place: only gaps with off or on near the place of this name.
        within_nm: how near in nautical miles; None = the place's own radius.
        during_us: only gaps that begin before the second of these times and are not over by the first; None = all.
        superseded: instead, gaps that late data split, shortened or removed.
    """

    min_hours: float = 6.0
    mmsi: Sequence[int] | None = None
    as_of_us: int | None = None
    place: str | None = None
    within_nm: float | None = None
    during_us: tuple[int, int] | None = None
    superseded: bool = False


def ask(
    store: Store,
    ingests: Sequence[Ingest],
    question: Question,
    *,
    sayings: Callable[[], pa.Table],
    places: pa.Table,
    judge: Judge | None = None,
) -> pa.Table:
    """The gaps asked for, as `GAPS`; superseded ones with known_from, superseded_at and superseded_by (number of a source).

    Args:
        store: the archive.
        ingests: which ingests count.
        question: what is asked.
        sayings: gives what vessels said of themselves, as `identities.known` does.
        places: known places, as `places.shipped` gives them.
        judge: what is to be thought of the gaps; None = they are not judged.

    Raises:
        UsageError: the threshold is below the floor.
        NotFound, Ambiguous: no such place, or several.
    """
    as_of_us = as_of_of(ingests) if question.as_of_us is None else question.as_of_us
    extra: pa.Table | None = None
    if question.superseded:
        history = superseded(store, ingests, min_hours=question.min_hours, as_of_us=as_of_us, mmsi=question.mmsi)
        found = Stitched.of(history.select(BARE_GAPS.names))
        extra = history.select(["known_from", "superseded_at", "superseded_by"])
    else:
        found = find(
            store,
            ingests,
            min_hours=question.min_hours,
            as_of_us=as_of_us,
            mmsi=question.mmsi,
            during_us=question.during_us,
        )
        if question.as_of_us is not None and ingests:
            parts = [store.part_path(part) for part in store.parts()]
            found = recount(found, parts, as_of_us, last_source=ingests[-1].source)
    if question.place is not None:
        keep = near(found.gaps, places, question.place, question.within_nm)
        found = replace(found, gaps=found.gaps.filter(keep))
        extra = None if extra is None else extra.filter(keep)
    table = describe(found, sayings(), places, as_of_us=as_of_us)
    if judge is not None and not question.superseded:
        whole = question.min_hours <= _CONTEXT_H and question.place is None and question.during_us is None
        thought = judge(found.gaps, as_of_us, whole)
        for name in thought.schema.names:
            table = table.set_column(table.schema.get_field_index(name), thought.schema.field(name), thought[name])
    if extra is not None:
        for name in extra.schema.names:
            table = table.append_column(name, extra[name])
    return table
