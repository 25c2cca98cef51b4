"""Vessels: what transmitters said of themselves, gathered into ships, and found again by what a person knows of them.

A vessel is an identity over time. It is keyed by its IMO number where it ever said a valid one, which stays with the hull
through names, flags and owners; else by its MMSI. One MMSI may carry two ships, and one ship several MMSI.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ais_gaps import itu, names
from ais_gaps.errors import Ambiguous, NotFound
from ais_gaps.schema import UTC_US, Column, Table

IDENTITIES: Final = pa.schema(
    [
        pa.field("mmsi", pa.int32(), nullable=False),
        pa.field("imo", pa.int64()),  # as claimed; the check digit is judged here
        pa.field("name", pa.string()),
        pa.field("call_sign", pa.string()),
        pa.field("ship_type", pa.string()),
        pa.field("length", pa.float64()),  # metres
        pa.field("beam", pa.float64()),  # metres
        pa.field("ais_class", pa.string()),
        pa.field("first_ts", UTC_US),
        pa.field("last_ts", UTC_US),
        pa.field("n", pa.int64()),  # how many messages said so
    ]
)
"""What `vessels` takes: one row for each distinct claim of an MMSI; an MMSI that claimed nothing has one row of nulls."""

TABLE: Final = Table(
    "vessels found",
    "vessels that answer to a name or number, best first: identities over time, gathered from what transmitters said of themselves",
    (
        Column(
            "vessel",
            pa.string(),
            "",
            "its key: IMO and number where it ever said a valid one, else MMSI and number",
            False,
        ),
        Column("imo", pa.int64(), "", "IMO number with a valid checksum"),
        Column("mmsi", pa.list_(pa.int32()), "", "Maritime Mobile Service Identities, newest first"),
        Column("name", pa.string(), "", "the latest"),
        Column("former_names", pa.list_(pa.string()), "", "newest first"),
        Column("call_signs", pa.list_(pa.string()), "", "newest first"),
        Column("flag", pa.string(), "", "ISO 3166-1 alpha-2, from the latest MMSI"),
        Column("ship_type", pa.string(), "", "as last said"),
        Column("length", pa.float64(), "m", "as last said"),
        Column("beam", pa.float64(), "m", "as last said"),
        Column("ais_class", pa.string(), "", "A, B or null"),
        Column("first_ts", UTC_US, "UTC", "first report"),
        Column("last_ts", UTC_US, "UTC", "newest report"),
        Column("reports", pa.int64(), "", "how many"),
        Column("notes", pa.list_(pa.string()), "", "what is odd about this identity, in words"),
        Column("score", pa.float64(), "", "how well it answers, 0 to 1", False),
        Column("reason", pa.string(), "", "why it answers, in words"),
    ),
)
VESSELS: Final = pa.schema(list(TABLE.arrow)[:-2])
"""What `vessels` gives, one row a vessel, in the order of `vessel`."""

PLACEHOLDER_IMOS: Final = (1234567, 5555555)
"""Numbers with a right check digit that are typed in by ships that have none."""

_CERTAIN: Final = 0.8  # what scores more is the name asked for, in whatever script
_FORMER: Final = 0.95  # weight of a former name

# A slip is said a hundred times less often than the usual number, and in its midst or with the same name or call sign.
# A number that three or more MMSI of different names say at once, or more than twenty ever, is nobody's.
# `ship` is the IMO number, or where there is none the negative MMSI. Times are microseconds since 1970.
_KEYED = """
    CREATE TEMP TABLE claim AS
    SELECT row_number() OVER () AS row, mmsi, imo, valid, nullif(trim(name), '') AS name,
        nullif(trim(call_sign), '') AS call_sign, ship_type, length, beam, nullif(ais_class, 'unknown') AS ais_class,
        first_ts, last_ts, coalesce(n, 0) AS n
    FROM identities;

    CREATE TEMP TABLE said AS
    SELECT mmsi, imo, sum(n) AS n, min(first_ts) AS first_ts, max(last_ts) AS last_ts,
        coalesce(list(DISTINCT name) FILTER (name IS NOT NULL), []) AS names,
        coalesce(list(DISTINCT call_sign) FILTER (call_sign IS NOT NULL), []) AS call_signs
    FROM claim WHERE valid GROUP BY mmsi, imo;

    CREATE TEMP TABLE crowd AS SELECT imo, count(*) AS mmsis FROM said GROUP BY imo HAVING count(*) > 20;

    CREATE TEMP TABLE rival AS
    SELECT DISTINCT a.imo, a.mmsi, b.mmsi AS other
    FROM said a JOIN said b USING (imo) ANTI JOIN crowd USING (imo)
    WHERE a.mmsi <> b.mmsi AND a.first_ts <= b.last_ts AND b.first_ts <= a.last_ts
        AND len(a.names) > 0 AND len(b.names) > 0 AND NOT list_has_any(a.names, b.names);

    CREATE TEMP TABLE nobodys AS
    SELECT imo, count(DISTINCT mmsi) AS mmsis FROM rival GROUP BY imo HAVING count(DISTINCT mmsi) >= 3
    UNION ALL SELECT * FROM crowd;

    CREATE TEMP TABLE owner AS
    WITH own AS (SELECT * FROM said WHERE imo NOT IN (SELECT imo FROM nobodys)),
    usual AS (SELECT DISTINCT ON (mmsi) * FROM own ORDER BY mmsi, n DESC, last_ts DESC, imo)
    SELECT o.*, u.n AS usual_n, CASE
        WHEN o.imo <> u.imo AND o.n * 100 <= u.n AND (
            (o.first_ts > u.first_ts AND o.last_ts < u.last_ts)
            OR list_has_any(o.names, u.names) OR list_has_any(o.call_signs, u.call_signs)
        ) THEN u.imo END AS meant
    FROM own o JOIN usual u USING (mmsi);

    CREATE TEMP TABLE keyed AS
    WITH direct AS (
        SELECT c.row, coalesce(o.meant, o.imo) AS key FROM claim c JOIN owner o USING (mmsi, imo) WHERE c.valid
    ), guessed AS (
        -- A claim without a number goes to the ship of that MMSI with its name or call sign, else to the nearest in time.
        SELECT c.row, o.imo AS key, row_number() OVER (PARTITION BY c.row ORDER BY
            coalesce(list_contains(o.names, c.name), false)::INT
                + coalesce(list_contains(o.call_signs, c.call_sign), false)::INT DESC,
            greatest(0, o.first_ts - c.last_ts, c.first_ts - o.last_ts),
            o.n DESC, o.imo
        ) AS rank
        FROM claim c JOIN owner o USING (mmsi)
        WHERE o.meant IS NULL AND c.row NOT IN (SELECT row FROM direct)
    )
    SELECT c.*, coalesce(k.key, -c.mmsi) AS ship
    FROM claim c LEFT JOIN (SELECT row, key FROM direct UNION ALL SELECT row, key FROM guessed WHERE rank = 1) k USING (row)
"""

_NOTES = """
    CREATE TEMP TABLE note AS
    SELECT meant AS ship, format('MMSI {} said IMO {} in {} of its messages and IMO {} in {}: taken for a slip',
        mmsi, imo, n, meant, usual_n) AS note
    FROM owner WHERE meant IS NOT NULL
    UNION ALL
    SELECT ship, format('said IMO {} in {} messages, which is no IMO number', imo, sum(n)::BIGINT)
    FROM keyed WHERE NOT valid AND imo IS NOT NULL GROUP BY ship, imo
    UNION ALL
    SELECT k.ship, format('said IMO {} like {} other MMSI that are other ships: nobody''s number',
        b.imo, b.mmsis - 1)
    FROM keyed k JOIN nobodys b USING (imo) WHERE k.valid GROUP BY k.ship, b.imo, b.mmsis
    UNION ALL
    SELECT imo, format('MMSI {} and MMSI {} say this IMO number at the same time under different names',
        mmsi, other)
    FROM rival WHERE mmsi < other AND imo NOT IN (SELECT imo FROM nobodys)
        AND (mmsi, imo) NOT IN (SELECT (mmsi, imo) FROM owner WHERE meant IS NOT NULL)
        AND (other, imo) NOT IN (SELECT (mmsi, imo) FROM owner WHERE meant IS NOT NULL)
    UNION ALL
    SELECT a.ship, format('MMSI {} was also used by IMO {}', a.mmsi, b.ship)
    FROM (SELECT DISTINCT ship, mmsi FROM keyed) a JOIN (SELECT DISTINCT ship, mmsi FROM keyed) b USING (mmsi)
    WHERE a.ship <> b.ship
"""

# Names that differ only in case and punctuation are one name.
_VESSELS = """
    WITH named AS (
        SELECT ship, arg_max(name, (last_ts, n, name)) AS name, max(last_ts) AS last_ts, sum(n) AS n FROM keyed
        WHERE name IS NOT NULL
        GROUP BY ship, coalesce(nullif(regexp_replace(upper(name), '[^A-Z0-9]', '', 'g'), ''), name)
    ), names AS (
        SELECT ship, list(name ORDER BY last_ts DESC NULLS LAST, n DESC, name) AS names FROM named GROUP BY ship
    ), signed AS (
        SELECT ship, call_sign, max(last_ts) AS last_ts FROM keyed WHERE call_sign IS NOT NULL GROUP BY ALL
    ), signs AS (
        SELECT ship, list(call_sign ORDER BY last_ts DESC NULLS LAST, call_sign) AS call_signs FROM signed GROUP BY ship
    ), numbered AS (
        SELECT ship, mmsi, max(last_ts) AS last_ts FROM keyed GROUP BY ALL
    ), mmsis AS (
        SELECT ship, list(mmsi ORDER BY last_ts DESC NULLS LAST, mmsi) AS mmsi FROM numbered GROUP BY ship
    ), notes AS (
        SELECT ship, list(DISTINCT note ORDER BY note) AS notes FROM note GROUP BY ship
    ), plain AS (
        SELECT ship,
            arg_max(ship_type, (last_ts, n, ship_type)) FILTER (ship_type IS NOT NULL) AS ship_type,
            arg_max(length, (last_ts, n, length)) FILTER (length IS NOT NULL) AS length,
            arg_max(beam, (last_ts, n, beam)) FILTER (beam IS NOT NULL) AS beam,
            arg_max(ais_class, (last_ts, n, ais_class)) FILTER (ais_class IS NOT NULL) AS ais_class,
            min(first_ts) AS first_ts, max(last_ts) AS last_ts, sum(n)::BIGINT AS reports
        FROM keyed GROUP BY ship
    )
    SELECT CASE WHEN ship > 0 THEN 'IMO' || ship ELSE 'MMSI' || lpad((-ship)::VARCHAR, 9, '0') END AS vessel,
        CASE WHEN ship > 0 THEN ship END AS imo, plain.* EXCLUDE (ship), mmsi,
        names[1] AS name, coalesce(names[2:], []) AS former_names,
        coalesce(call_signs, []) AS call_signs, coalesce(notes, []) AS notes
    FROM plain JOIN mmsis USING (ship) LEFT JOIN names USING (ship) LEFT JOIN signs USING (ship)
        LEFT JOIN notes USING (ship)
    ORDER BY vessel
"""


def vessels(identities: pa.Table) -> pa.Table:
    """Ships out of what transmitters claimed.

    Two valid IMO numbers under one MMSI are two vessels, unless one of them looks like a slip (said a hundred times less
    often, and in the midst of the usual one or with the same name or call sign): then it stays with the vessel and its
    notes say so. Several MMSI with one IMO number are one vessel. Claims without a number go to the vessel of that MMSI
    that has their name or call sign, else to the nearest in time. Stations, aids to navigation, aircraft, craft and
    beacons are no vessels and are left out.

    Args:
        identities: `IDENTITIES`, in any order; further columns are ignored.

    Returns:
        `VESSELS`.
    """
    claims = identities.select(IDENTITIES.names).cast(IDENTITIES)
    ships = itu.transmitters(claims["mmsi"].to_numpy()) == itu.TRANSMITTERS.index("ship")
    claims = claims.filter(pa.array(ships))
    imos = claims["imo"].fill_null(0).to_numpy()
    valid = itu.imos_valid(imos) & ~np.isin(imos, PLACEHOLDER_IMOS)
    for column in ("first_ts", "last_ts"):
        claims = claims.set_column(claims.column_names.index(column), column, claims[column].cast(pa.int64()))
    database = duckdb.connect()
    try:
        database.register("identities", claims.append_column("valid", pa.array(valid)))
        database.execute(_KEYED)
        database.execute(_NOTES)
        found = database.sql(_VESSELS).to_arrow_table()
    finally:
        database.close()
    newest = pc.list_element(found["mmsi"], 0).to_numpy()
    found = found.append_column("flag", pa.array(itu.flags(newest), pa.string()))
    return pa.table([found[field.name].cast(field.type) for field in VESSELS], schema=VESSELS)


def about(identities: pa.Table, query: str) -> pa.Table:
    """Only the claims that can matter to a query: `search` finds the same in ``vessels(about(identities, query))``.

    Gathering a hundred thousand vessels to look at three takes longer than looking. Kept are the claims of each MMSI that
    answers, and of every MMSI tied to one of those by an IMO number.
    """
    mmsi, imo = identities["mmsi"].to_numpy(), identities["imo"].fill_null(0).to_numpy()
    asked = _Asked(query)
    hit = np.isin(mmsi, asked.mmsi) | np.isin(imo, asked.imo)
    for column, score in () if asked.number else (("name", _name_score), ("call_sign", _sign_score)):
        coded = pc.dictionary_encode(identities[column].combine_chunks())
        # One more for null, which answers nothing.
        answers = np.append(score(query, coded.dictionary)[0] > 0.0, False)
        hit |= answers[coded.indices.fill_null(len(coded.dictionary)).to_numpy()]
    while True:
        tied = np.isin(mmsi, mmsi[hit]) | ((imo > 0) & np.isin(imo, imo[hit]))
        if tied.sum() == hit.sum():
            return identities.filter(pa.array(hit))
        hit = tied


def search(vessels: pa.Table, query: str, limit: int = 20) -> pa.Table:
    """The vessels that answer a query, best first: `VESSELS` with ``score`` (0 to 1) and ``reason`` in words.

    A query is an IMO number or MMSI (bare or with that word before it), a call sign, or a name: in any script or
    romanisation, misspelt, part of one, or one that the vessel had before. Numbers in names must agree. Vessels of one
    name stay apart. Nothing found is an empty table; `query_problem` may say why.
    """
    score, reasons = np.zeros(len(vessels)), {}
    for rows, points, words in _answers(vessels, query):
        for row, point, reason in zip(rows.tolist(), points.tolist(), words, strict=True):
            if point > score[row]:
                score[row], reasons[row] = point, reason
    found = vessels.append_column("score", pa.array(score)).filter(pa.array(score > 0.0))
    found = found.append_column(
        "reason", pa.array([reasons[row] for row in np.flatnonzero(score > 0.0).tolist()], pa.string())
    )
    best = [("score", "descending"), ("last_ts", "descending"), ("vessel", "ascending")]
    return found.take(pc.sort_indices(found, best)).slice(0, limit)


def query_problem(query: str) -> str | None:
    """What is wrong with a query that cannot find anything, in words; None when nothing is."""
    digits = re.fullmatch(r"(?:IMO)?(\d{7})", names.tidy(query).upper().replace(" ", ""))
    if digits and not itu.imo_valid(int(digits[1])) and (query[:1].isalpha() or itu.mmsi_problem(int(digits[1]))):
        return f"{digits[1]} is no IMO number: its check digit is wrong"
    return None


def nearest_names(vessels: pa.Table, query: str, n: int = 5) -> list[str]:
    """The names most like the query, current and former, best first; for messages that say what there is instead."""
    known = pa.chunked_array([vessels["name"].combine_chunks(), _flat(vessels["former_names"])[1]], pa.string())
    return names.nearest(query, pc.drop_null(pc.unique(known)).to_pylist(), n)


def resolve(vessels: pa.Table, query: str) -> dict[str, Any]:
    """The one vessel that a query means, as a row of `search`.

    An identifier or a name, current or former, that is hers up to script and romanisation. A vessel whose name is merely
    alike or longer is not meant: taking the wrong ship for the right one is worse than asking again.

    Raises:
        NotFound: no vessel; with the nearest names.
        Ambiguous: several; with their keys.
    """
    found = search(vessels, query, limit=len(vessels)).to_pylist()
    best = [row for row in found if row["score"] > _CERTAIN and row["score"] == found[0]["score"]]
    if len(best) == 1:
        return dict(best[0])
    if not best:
        problem = query_problem(query)
        nearest = [row["name"] for row in found if row["name"]] or nearest_names(vessels, query)
        raise NotFound(
            f"No vessel {names.tidy(query)!r}{': ' + problem if problem else ''}.", list(dict.fromkeys(nearest))[:5]
        )
    shown = ", ".join(f"{row['vessel']} ({_told_apart(row)})" for row in best[:5]) + (", ..." if len(best) > 5 else "")
    raise Ambiguous(
        f"{len(best)} vessels answer to {names.tidy(query)!r}: {shown}. Give the IMO number or MMSI of one.",
        [row["vessel"] for row in best],
    )


def _told_apart(row: dict[str, Any]) -> str:
    parts = [row["name"], f"flag {row['flag']}" if row["flag"] else None, f"MMSI {row['mmsi'][0]}", row["ship_type"]]
    last = f"last heard {row['last_ts']:%Y-%m-%d}" if row["last_ts"] else None
    return ", ".join(part for part in [*parts, last] if part)


class _Asked:
    """The numbers that a query may be: IMO numbers and MMSI. Where it is a `number` of their length, it is no name."""

    def __init__(self, query: str) -> None:
        parts = re.fullmatch(r"(IMO|MMSI)?[:#]?(\d{7,9})", names.tidy(query).upper().replace(" ", ""))
        kind, number = (parts[1], int(parts[2])) if parts else (None, 0)
        self.number = bool(parts)
        self.imo = [number] if kind != "MMSI" and itu.imo_valid(number) else []
        self.mmsi = [number] if kind != "IMO" and number and not itu.mmsi_problem(number) else []


_Answers = tuple[NDArray[np.int64], NDArray[np.float64], list[str]]
_Score = Callable[[str, pa.Array], tuple[NDArray[np.float64], dict[int, str]]]


def _answers(vessels: pa.Table, query: str) -> Iterator[_Answers]:
    """Rows of vessels that answer, with their scores and reasons, for each way of answering."""
    asked = _Asked(query)
    imo = np.flatnonzero(np.isin(vessels["imo"].fill_null(0).to_numpy(), asked.imo))
    yield imo, np.ones(len(imo)), ["IMO number"] * len(imo)
    owner, mmsi = _flat(vessels["mmsi"])
    carrying = owner[np.isin(mmsi.to_numpy(), asked.mmsi)]
    yield carrying, np.ones(len(carrying)), ["MMSI"] * len(carrying)
    if asked.number:
        return
    every = np.arange(len(vessels))
    yield _answers_in(*_flat(vessels["call_signs"]), query, _sign_score, 1.0)
    yield _answers_in(every, vessels["name"].combine_chunks(), query, _name_score, 1.0)
    owner, former = _flat(vessels["former_names"])
    rows, points, words = _answers_in(owner, former, query, _name_score, _FORMER)
    yield rows, points, [f"former {reason.replace('name is ', 'name ')}" for reason in words]


def _answers_in(owner: NDArray[np.int64], texts: pa.Array, query: str, score: _Score, weight: float) -> _Answers:
    """The texts that answer, each looked at once however many vessels carry it."""
    coded = pc.dictionary_encode(texts)
    points, words = score(query, coded.dictionary)
    codes = coded.indices.fill_null(-1).to_numpy()
    hits = np.flatnonzero((codes >= 0) & (np.append(points, 0.0)[codes] > 0.0))
    return owner[hits], points[codes[hits]] * weight, [words[code] for code in codes[hits].tolist()]


def _name_score(query: str, spelt: pa.Array) -> tuple[NDArray[np.float64], dict[int, str]]:
    """Score of each name, and reasons of those above 0 by their index."""
    points, how = names.match(query, spelt.to_pylist())
    words = {}
    for index in np.flatnonzero(points).tolist():
        name, asked = names.tidy(spelt[index].as_py()), names.tidy(query)
        words[index] = "name " + names.MATCHES[how[index]].format(name=name, query=asked)
    return points, words


def _sign_score(query: str, signs: pa.Array) -> tuple[NDArray[np.float64], dict[int, str]]:
    """The same for call signs, which answer in full or not at all."""
    wanted = re.sub("[^A-Z0-9]", "", query.upper())
    same = pc.equal(pc.replace_substring_regex(pc.utf8_upper(signs), "[^A-Z0-9]", ""), wanted)
    points = same.to_numpy(zero_copy_only=False).astype(np.float64) * bool(wanted)
    return points, {index: f"call sign {names.tidy(signs[index].as_py())}" for index in np.flatnonzero(points).tolist()}


def _flat(lists: pa.ChunkedArray) -> tuple[NDArray[np.int64], pa.Array]:
    """The elements of a list column, and the row of each."""
    whole = lists.combine_chunks()
    return pc.list_parent_indices(whole).to_numpy(), pc.list_flatten(whole)
