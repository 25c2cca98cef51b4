"""Who said what, when: the claims of an archive gathered for the search of vessels."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from ais_gaps.schema import CLASSES

_GATHER = """
    WITH said AS (
        SELECT mmsi, imo, name, call_sign, ship_type, length, beam, max(ais_class) AS ais_class,
            min(first_ts) AS first_ts, max(last_ts) AS last_ts, sum(n)::BIGINT AS n
        FROM claims SEMI JOIN heard USING (mmsi)
        GROUP BY mmsi, imo, name, call_sign, ship_type, length, beam
    )
    SELECT * FROM said
    UNION ALL
    SELECT mmsi, NULL, NULL, NULL, NULL, NULL, NULL, 0, make_timestamptz(first_us), make_timestamptz(last_us), n
    FROM heard ANTI JOIN said USING (mmsi)
    ORDER BY mmsi, first_ts, last_ts, name, imo
"""

IDENTITIES = pa.schema(
    [
        pa.field("mmsi", pa.int32()),
        pa.field("imo", pa.int64()),
        pa.field("name", pa.string()),
        pa.field("call_sign", pa.string()),
        pa.field("ship_type", pa.string()),
        pa.field("length", pa.float64()),
        pa.field("beam", pa.float64()),
        pa.field("ais_class", pa.string()),
        pa.field("first_ts", pa.timestamp("us", tz="UTC")),
        pa.field("last_ts", pa.timestamp("us", tz="UTC")),
        pa.field("n", pa.int64()),
    ]
)


def gather(claims: pa.Table, heard: pa.Table) -> pa.Table:
    """One row for each thing that a ship's MMSI said of itself, and one of nulls for each that said nothing, by mmsi.

    Args:
        claims: rows of `CLAIMS`.
        heard: mmsi, first_us, last_us, n of the ships heard; claims of stations and other craft are left out.

    Returns:
        `IDENTITIES`.
    """
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    database.register("claims", claims)
    database.register("heard", heard)
    found = database.sql(_GATHER).to_arrow_table()
    database.close()
    words = pa.array([c if c != "unknown" else None for c in CLASSES])
    classes = words.take(found["ais_class"].combine_chunks().cast(pa.int32()))
    columns = [classes if f.name == "ais_class" else found[f.name].cast(f.type) for f in IDENTITIES]
    return pa.table(columns, schema=IDENTITIES)
