"""The archive as a person explores it: a question a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from ais_gaps.errors import UsageError
from ais_gaps.interface.outlet import Outlet
from ais_gaps.interface.rows import Rows
from ais_gaps.interface.shown import Dossier, Outages, Reception, Watchlist
from ais_gaps.interface.times import Time, day, moment
from ais_gaps.schema import GAPS
from ais_gaps.watchlists import WITHIN_NM

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

Gap: TypeAlias = "str | pd.Series[Any] | pd.DataFrame"
"""A silence: its gap_id or the first digits of it, a row of `Archive.gaps`, or several rows."""


class Archive(Outlet):
    """An AIS archive. Open one with `ais_gaps.open`, or try `ais_gaps.demo`.

    Times are ISO 8601 text, datetimes or days; without an offset they are UTC. ``as_known`` answers from what the archive held at
    that time, ``as_of`` from what ships had sent by then. A name that nobody bears raises `NotFound`, with the nearest ones; a name
    of several vessels `Ambiguous`, with what tells them apart. All errors are `ais_gaps.errors.AisGapsError`.
    """

    def vessels(self, query: str | None = None, *, limit: int | None = None, as_known: Time | None = None) -> Rows:
        """Vessels by name, IMO, MMSI or call sign, best first, each with its reason; without a query all, the last heard first.

        Args:
            query: what is known of her; None = the whole fleet.
            limit: rows at most; None = 20 that answer to a query, all without one.

        Example:
            >>> archive.vessels("angra").imo.tolist()
            [9179842, ...]
            >>> archive.vessels().reports.sum() > 1000
            np.True_
        """
        known = moment(as_known)
        if query is None:
            found = self._held.fleet(as_known=known)
            found = found if limit is None else found.slice(0, limit)
            return Rows.of(found, "vessels", self._notes(), "Vessels")
        found = self._held.vessels(query, limit=20 if limit is None else limit, as_known=known)
        return Rows.of(found, "vessels", self._notes(), f"Vessels like {query}")

    def track(
        self, vessel: str, since: Time | None = None, until: Time | None = None, *, as_known: Time | None = None
    ) -> Rows:
        """Every position that was heard of a vessel, by MMSI and time: the columns of ``reports``, and ``track``.

        Where several transmitters share her MMSI, ``track`` tells them apart, as in `gaps`.

        Args:
            vessel: name, IMO, MMSI or call sign of one vessel.
            since, until: from the one, before the other.

        Raises:
            NotFound, Ambiguous: no such vessel, or several.

        Example:
            >>> track = archive.track("ANGARA", "2023-08-01", "2023-08-12")
            >>> track[["ts", "lat", "lon", "sog"]].shape[1]
            4
        """
        found = self._held.track(vessel, since=moment(since), until=moment(until), as_known=moment(as_known))
        return Rows.of(found, "track", self._notes(), f"Positions heard of {vessel}")

    def gaps(
        self,
        vessel: str | None = None,
        *,
        min_hours: float = 6.0,
        near: str | None = None,
        within_nm: float | None = None,
        since: Time | None = None,
        until: Time | None = None,
        open_only: bool = False,
        as_of: Time | None = None,
        as_known: Time | None = None,
        superseded: bool = False,
    ) -> Rows:
        """Silences longer than ``min_hours``, by vessel and time, each judged: was it a choice, and why.

        Args:
            vessel: name, IMO, MMSI or call sign (all vessels of just that name); None = the fleet.
            min_hours: threshold in hours, at least 1; a gap is strictly longer.
            near: name of a place: only gaps with off or on near it.
            within_nm: how near, in nautical miles; None = the place's own radius.
            since, until: only gaps that begin from the one, before the other.
            open_only: only gaps that last until ``as_of``.
            as_of: the present of the question; None = the newest report.
            superseded: instead, gaps that late data split, shortened or removed, with when each was believed.

        Raises:
            NotFound, Ambiguous: no such vessel or place, or several.
            UsageError: impossible values.

        Example:
            >>> gaps = archive.gaps("ANGARA", min_hours=24, near="Rajin", within_nm=100)
            >>> gaps[["off_ts", "duration_h", "p_switched_off", "cause"]].shape[1]
            4
        """
        found = self._held.gaps(
            vessel,
            min_hours=min_hours,
            near=near,
            within_nm=within_nm,
            since=moment(since),
            until=moment(until),
            open_only=open_only,
            as_of=moment(as_of),
            as_known=moment(as_known),
            superseded=superseded,
        )
        of = vessel or "the fleet"
        return Rows.of(found, "gaps", self._notes(), f"Silences of {of} over {min_hours:g} h")

    def reach(
        self,
        gap: Gap,
        *,
        listed: int = 10,
        straight: bool = False,
        as_of: Time | None = None,
        as_known: Time | None = None,
    ) -> Rows:
        """Places that a silent ship can have called at, by leg and rank: not that she did.

        Args:
            gap: a gap_id, a row of `gaps`, or several rows.
            listed: places of a leg at most.
            straight: ways are straight: for generated worlds without a coast.

        Raises:
            NotFound, Ambiguous: no such silence, or several.
            UsageError: it is no silence.

        Example:
            >>> longest = archive.gaps("9179842").nlargest(1, "duration_h")
            >>> archive.reach(longest)["rank"].min()
            np.int32(1)
        """
        times = {"as_of": moment(as_of), "as_known": moment(as_known)}
        found = self._held.reach_of(self._meant(gap, times["as_known"]), listed=listed, straight=straight, **times)
        return Rows.of(found, "reach", self._notes(), "Places within reach of a silence")

    def _meant(self, gap: Gap, as_known: Any) -> pa.Table:
        if isinstance(gap, str):
            return self._held.silence(gap, as_known=as_known)
        rows = gap.to_frame().T if isinstance(gap, pd.Series) else gap
        if missing := [name for name in GAPS.names if name not in rows.columns]:
            raise UsageError(
                f"a silence is a gap_id or rows of gaps() with all their columns: there is no {missing[0]}"
            )
        plain = [{name: _value(value) for name, value in row.items()} for row in rows[GAPS.names].to_dict("records")]
        return pa.Table.from_pylist(plain, schema=GAPS.arrow)

    def evidence(
        self,
        vessel: str | None = None,
        *,
        what: str = "observations",
        kind: str | None = None,
        near: str | None = None,
        within_nm: float | None = None,
        since: Time | None = None,
        until: Time | None = None,
        as_known: Time | None = None,
    ) -> Rows:
        """Dated evidence: what imagery and other publications saw, or looked for and did not see.

        Args:
            vessel: name, IMO number or MMSI: only what names this ship.
            what: observations, looks, listings, events, notes, vessels, fleet, places, files or refused.
            kind: only this kind, such as vessel or nothing_seen.
            near: only what is at this place, or has its position near it.
            within_nm: how near, in nautical miles; None = the place's own radius.
            since, until: days; only what may be of this time, both included.

        Raises:
            NotFound, Ambiguous: no such place, or several.
            UsageError: it is asked for what such evidence does not have.

        Example:
            >>> archive.evidence("ANGARA", near="Rajin")["date_start"].notna().all()
            np.True_
        """
        from ais_gaps.evidence.choice import Wanted, listed

        tables = (
            "observations",
            "looks",
            "listings",
            "events",
            "notes",
            "vessels",
            "fleet",
            "places",
            "files",
            "refused",
        )
        if what not in tables:
            raise UsageError(f"there is no evidence {what!r}: say {', '.join(tables)}")
        known = moment(as_known)
        wanted = Wanted(kind, None, within_nm, day(since), day(until), vessel)
        found = listed(
            self._held.evidence(as_known=known), self._held.places(as_known=known), what, wanted, near, on_map=True
        )
        name = what if what in ("observations", "looks", "listings", "places") else f"evidence_{what}"
        return Rows.of(found, name, (), f"Evidence: {what}")

    def dossier(
        self, vessel: str, *, min_hours: float = 6.0, as_of: Time | None = None, as_known: Time | None = None
    ) -> Dossier:
        """All of it for one vessel: who she is and is not, her silences, what is dated into them, what cannot be told.

        Args:
            vessel: name, IMO, MMSI or call sign; of several of one name the one that the evidence speaks of.
            min_hours: threshold of a silence in hours, at least 1.

        Raises:
            NotFound, Ambiguous: no such vessel, or several.

        Example:
            >>> archive.dossier("ANGARA")
            Dossier of ANGARA, IMO 9179842: 4 silences
        """
        found = self._held.dossier(vessel, min_hours=min_hours, as_of=moment(as_of), as_known=moment(as_known))
        return Dossier.of(found)

    def watchlist(
        self,
        day: Time | None = None,
        *,
        min_hours: float = 6.0,
        within_nm: float = WITHIN_NM,
        as_known: Time | None = None,
    ) -> Watchlist:
        """What deserves a look on a day: newly dark, still dark, back again, near what is watched.

        Args:
            day: of UTC; None = the newest whole one.
            min_hours: silences longer than this, at least 1.
            within_nm: how near a watched place off or on lies, nautical miles.

        Raises:
            UsageError: impossible values, or an archive without reports.

        Example:
            >>> archive.watchlist("2023-08-12").table["name"].tolist()
            [...'ANGARA'...]
        """
        from ais_gaps.interface.times import day as day_of

        found = self._held.watchlist(day_of(day), min_hours=min_hours, within_nm=within_nm, as_known=moment(as_known))
        return Watchlist.of(found)

    def reception(
        self,
        *,
        receiver: str = "any",
        ais_class: str | None = None,
        near: str | None = None,
        within_nm: float | None = None,
        since: Time | None = None,
        until: Time | None = None,
        as_known: Time | None = None,
    ) -> Reception:
        """How well ships were heard, cell by cell, told from ships that were heard before and after.

        Args:
            receiver: any, terrestrial or satellite.
            ais_class: only ships of class A or B; None = all.
            near: name of a place: only cells near it.
            within_nm: how near, in nautical miles; None = the place's own radius.
            since, until: only hours that begin from the one, before the other.

        Raises:
            NotFound, Ambiguous: no such place, or several.
            UsageError: impossible values.

        Example:
            >>> archive.reception().table[["lat", "lon", "ship_hours", "estimate"]].shape[1]
            4
        """
        found = self._held.reception(
            receiver=receiver,
            ais_class=ais_class,
            near=near,
            within_nm=within_nm,
            since=moment(since),
            until=moment(until),
            as_known=moment(as_known),
        )
        return Reception.of(found)

    def outages(
        self,
        *,
        since: Time | None = None,
        until: Time | None = None,
        near: str | None = None,
        within_nm: float | None = None,
        min_hours: float = 2.0,
        as_known: Time | None = None,
    ) -> Outages:
        """Hours in which a station, the receivers of an area or a whole feed heard nobody or almost nobody.

        Args:
            since, until: only outages that last beyond the one and begin before the other.
            near: name of a place: of areas and stations only those near it.
            within_nm: how near, in nautical miles; None = the place's own radius.
            min_hours: only outages of at least so many hours.

        Raises:
            NotFound, Ambiguous: no such place, or several.
            UsageError: impossible values.

        Example:
            >>> archive.outages()
            Outages: ...
        """
        found = self._held.outages(
            since=moment(since),
            until=moment(until),
            near=near,
            within_nm=within_nm,
            min_hours=min_hours,
            as_known=moment(as_known),
        )
        return Outages.of(found)

    def places(self, query: str | None = None, *, watched: bool | None = None, as_known: Time | None = None) -> Rows:
        """Places: those shipped with the package and those added to the archive.

        Args:
            query: only places of this or a like name, best first.
            watched: only watched ones, or only others.

        Example:
            >>> archive.places("rajin").name.tolist()[0]
            'Rajin...'
        """
        return Rows.of(self._held.places(query, watched=watched, as_known=moment(as_known)), "places", (), "Places")

    def sql(self, query: str, parameters: Sequence[object] = (), *, as_known: Time | None = None) -> Rows:
        """The answer to a SELECT over the views reports, claims, sources, rejects, gaps, places and vessel_days.

        Args:
            query: SQL as DuckDB has it; values from outside go in ``parameters`` as ``?``.
            parameters: bound values.

        Raises:
            UsageError: the query is wrong.

        Example:
            >>> archive.sql("SELECT count(*) AS n FROM reports WHERE mmsi = ?", [273210440]).n[0] > 0
            np.True_
        """
        return Rows.of(
            self._held.sql(query, _bound(parameters), as_known=moment(as_known)), "answer", self._notes(), "Answer"
        )

    def relation(
        self, query: str, parameters: Sequence[object] = (), *, as_known: Time | None = None
    ) -> DuckDBPyRelation:
        """The same as a relation of DuckDB, carried out when it is looked at.

        Raises:
            UsageError: the query is wrong.

        Example:
            >>> archive.relation("FROM gaps").filter("duration_h > 24").count("*").fetchall()[0][0] > 0
            True
        """
        return self._held.relation(query, _bound(parameters), as_known=moment(as_known))


def _bound(parameters: Sequence[object]) -> list[object]:
    """Values for a query: cells of frames as plain Python."""
    return [value.item() if isinstance(value, np.generic) else _value(value) for value in parameters]


def _value(value: Any) -> Any:
    """A cell of pandas as plain Python; what is missing as None."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return list(value)
    return None if pd.isna(value) else value
