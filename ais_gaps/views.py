"""The documented views of an archive in DuckDB: compact columns shown in degrees, knots and timestamps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import duckdb
import pyarrow as pa

from ais_gaps import itu
from ais_gaps.errors import UsageError
from ais_gaps.schema import CLASSES, KINDS, RECEIVERS, STORED_REPORTS


def _words(column: str, words: Sequence[str], null: str | None = None) -> str:
    """A CASE that turns an index into its word; the words are constants of the schema."""
    cases = " ".join(f"WHEN {i} THEN '{w}'" for i, w in enumerate(words) if w != null)
    return f"CASE {column} {cases} END AS {column}"


_REPORTS = f"""
    CREATE VIEW reports AS SELECT mmsi, make_timestamptz(ts * 1000000::BIGINT + us) AS ts,
        lat / 1e6 AS lat, lon / 1e6 AS lon, sog / 100 AS sog, cog / 100 AS cog, heading, nav_status, msg_type,
        {_words("kind", KINDS)}, {_words("transmitter", itu.TRANSMITTERS)}, {_words("ais_class", CLASSES, "unknown")},
        {_words("receiver", RECEIVERS, "unknown")}, station, claim, source
    FROM reports_stored WHERE source <= getvariable('last_source')
"""  # noqa: S608 - the words are constants of the schema


def connect(parts: Sequence[str], last_source: int, tables: Mapping[str, Callable[[], pa.Table]]) -> Views:
    """An in-memory DuckDB over an archive.

    Args:
        parts: the Parquet parts.
        last_source: reports of later sources are not seen.
        tables: further views by name, each made only when a query names it.
    """
    database = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET parquet_metadata_cache = true")
    database.execute("SET VARIABLE last_source = ?", [last_source])
    if parts:
        database.from_parquet(list(parts)).create_view("reports_stored")
    else:
        database.register("reports_stored", STORED_REPORTS.arrow.empty_table())
    database.execute(_REPORTS)
    # A query reads the archive and nothing else, and writes nothing: queries are pasted from anywhere.
    database.execute("SET allowed_paths = ?", [list(parts)])
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return Views(database, tables)


class Views:
    """A DuckDB connection that makes costly views only when a query names them."""

    def __init__(self, database: duckdb.DuckDBPyConnection, tables: Mapping[str, Callable[[], pa.Table]]) -> None:
        self._database = database
        self._tables = tables
        self._made: set[str] = set()

    def sql(self, query: str, parameters: Sequence[object] = ()) -> pa.Table:
        """The answer to one SELECT, parameters bound.

        Raises:
            UsageError: the query is wrong; the message is DuckDB's, in one line.
        """
        try:
            return self.relation(query, parameters).to_arrow_table()
        except duckdb.Error as error:
            raise UsageError(" ".join(str(error).split())) from error

    def relation(self, query: str, parameters: Sequence[object] = ()) -> duckdb.DuckDBPyRelation:
        """The same as a relation, not yet carried out.

        Raises:
            UsageError: the query is wrong.
        """
        try:
            # By the word: DuckDB 2.0 binds a query to name its tables, and fails where they are not made yet.
            for name in set(re.findall(r"\w+", query.lower())):
                if name in self._tables and name not in self._made:
                    self._database.register(name, self._tables[name]())
                    self._made.add(name)
            relation = self._database.sql(query, params=list(parameters))
        except duckdb.Error as error:
            raise UsageError(" ".join(str(error).split())) from error
        if relation is None:
            raise UsageError("the query gives no rows: ask with SELECT")
        return relation
