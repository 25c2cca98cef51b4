"""Evidence as an archive keeps it: a small table for each of `tables.STORED`, with the rows as their files give them.

What follows from several files (which ship a name tells, which place) is worked out when the rows are read, so that it does not
depend on the order in which the files came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps.evidence import read as files
from ais_gaps.evidence.names import placed, resolve
from ais_gaps.evidence.parcel import Parcel
from ais_gaps.evidence.read import Evidence, EvidenceFile
from ais_gaps.evidence.spots import of_interest, spotted
from ais_gaps.evidence.tables import FILES, REFUSED, STORED
from ais_gaps.place_features import PLACES as ARCHIVE_PLACES
from ais_gaps.store.tables import Tables


@dataclass(frozen=True)
class Added:
    """What became of the rows of one file.

    Attributes:
        taken: rows that went in. known: rows that the archive has already, word for word.
        refused: those not taken (`REFUSED`), the file's own and those that clash with the archive.
        already_known: the file itself was in already; nothing was read of it.
    """

    taken: pa.Table
    known: int
    refused: pa.Table
    already_known: bool = False


def read(tables: Tables, *, places: pa.Table | None = None, as_known: datetime | None = None) -> Evidence:
    """All evidence that was added, or was by a time; each table in the order of its ids.

    Args:
        tables: where it lies.
        places: the archive's places; observations that name one, or lie at one, get its id (`names.placed`, `spots.spotted`), and
            those that evidence is of stand with its own (`spots.of_interest`).
        as_known: the time.
    """
    found = {t.name: _ordered(tables.read(_name(t.name), t.arrow, as_known=as_known)) for t in STORED}
    kept = tuple(EvidenceFile(**row) for row in found.pop(FILES.name).to_pylist())
    observations = resolve(found["observations"], found["vessels"])
    if places is not None:
        observations = placed(observations, places.select(["place_id", "name", "aliases"]), found["places"])
        added = tables.read("places", ARCHIVE_PLACES, as_known=as_known)["place_id"].to_pylist()
        found["places"] = of_interest(found["places"], places, added, observations)
        observations = spotted(observations, found["places"], places)
    return Evidence(**{**found, "observations": observations}, files=kept)


def holds(tables: Tables, sha256: str) -> bool:
    """Whether a file of this SHA-256 is in."""
    return tables.holds(_name(FILES.name), sha256)


def add(tables: Tables, parcel: Parcel) -> Added:
    """Adds what one file gave; a file that is in already, by its SHA-256, is not added twice.

    A row whose id the archive has with the same content is not added again; one with other content is refused.
    """
    if holds(tables, parcel.sha256):
        return Added(parcel.rows.slice(0, 0), 0, parcel.refused.slice(0, 0), already_known=True)
    # True after a writer that was killed in between: then the archive's own rows are this file's
    half_done = tables.holds(_name(parcel.table), parcel.sha256)
    taken, known, clashes = _held_against(parcel, tables.read(_name(parcel.table), parcel.rows.schema))
    refused = pa.concat_tables([parcel.refused, clashes])
    count = len(taken) + (known if half_done else 0)
    file = EvidenceFile(parcel.file, parcel.sha256, count, len(refused), parcel.format, parcel.table)
    tables.append(_name(parcel.table), taken, key=parcel.sha256)
    tables.append(_name(REFUSED.name), refused, key=parcel.sha256)
    tables.append(_name(FILES.name), pa.Table.from_pylist([vars(file)], schema=FILES.arrow), key=parcel.sha256)
    return Added(taken, known, refused)


def _held_against(parcel: Parcel, there: pa.Table) -> tuple[pa.Table, int, pa.Table]:
    """The rows that are new, how many are there already, and those that clash with what is there."""
    key = parcel.rows.column_names[0]
    met = pc.is_in(parcel.rows[key], there[key].combine_chunks())
    new, again = parcel.rows.filter(pc.invert(met)), parcel.rows.filter(met).to_pylist()
    before = {
        row[key]: row for row in there.filter(pc.is_in(there[key], parcel.rows[key].combine_chunks())).to_pylist()
    }
    numbers = pc.indices_nonzero(met).to_pylist()
    clashes = [
        (
            parcel.lines[number],
            f"{key} {row[key]} is in the archive with other content ({_differing(row, before[row[key]])})",
        )
        for number, row in zip(numbers, again, strict=True)
        if row != before[row[key]]
    ]
    return new, len(again) - len(clashes), files.refusals(parcel.file, clashes)


def _differing(row: dict[str, object], other: dict[str, object]) -> str:
    return ", ".join(name for name, value in row.items() if value != other[name])


def _ordered(rows: pa.Table) -> pa.Table:
    names = rows.column_names if rows.column_names == REFUSED.names else rows.column_names[:2]
    return rows.sort_by([(name, "ascending") for name in names])


def _name(table: str) -> str:
    return f"evidence_{table}"
