"""Ways by sea: how right they are, and what a place costs.

    python benchmarks/sea.py

Prints tables in Markdown. What is true: one published distance, the canals' lengths as commonly given, and exact ways among
the same polygons by a visibility graph of all corners. CPU seconds, each in a process of its own, imports included: the
first question of a window makes its network, a later one only a place's field.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ais_gaps.geodesy import METRES_PER_NM
from benchmarks.measure import Clock, measure

RAJIN = (42.2333, 130.3000)

# Start, end, kilometres where they are known, and what says so.
WAYS = (
    ("Rajin - Vladivostok", RAJIN, (43.1167, 131.9000), 176.5, "published"),
    ("Kiel Canal", (53.89, 9.13), (54.37, 10.15), 98.0, "the canal"),
    ("Suez Canal, port to port", (31.26, 32.31), (29.95, 32.56), 160.0, "the canal, about"),
    ("Panama Canal with its approaches", (9.42, -79.92), (8.83, -79.52), 82.0, "the canal"),
    ("Rajin - Dunai", RAJIN, (42.88028, 132.3375), None, ""),
    ("Rajin - Vostochny", RAJIN, (42.75, 133.0833), None, ""),
    ("Rajin - Nampo", RAJIN, (38.7167, 125.4), None, ""),
    ("Odessa - Piraeus", (46.49, 30.75), (37.94, 23.62), None, ""),
    ("Rotterdam - Singapore", (51.90, 4.48), (1.26, 103.84), None, ""),
    ("New York - San Francisco", (40.68, -74.02), (37.81, -122.42), None, ""),
    ("Punta Arenas - Valparaíso", (-53.17, -70.90), (-33.03, -71.63), None, ""),
    ("Adak - Petropavlovsk", (51.86, -176.64), (53.00, 158.65), None, ""),
    ("Murmansk - Tiksi", (68.97, 33.05), (71.64, 128.88), None, ""),
)

WATCHED = (
    *((42.2333, 130.3), (43.1167, 131.9), (42.88028, 132.3375), (42.75, 133.0833), (42.8, 132.8833)),
    *((42.6333, 131.0833), (42.8667, 131.3833), (41.7667, 129.8167), (42.33, 130.4), (42.97, 132.4)),
    *((43.0, 132.0), (42.7, 132.9), (42.66, 131.2), (42.9, 131.8), (42.5, 130.9)),
)
"""Fifteen places of one region, as an investigation of one ship has them."""


def distances(clock: Clock, cache: str) -> list[tuple[float, float, float]]:
    """Way, way back and geodesic of each line of `WAYS`."""
    import numpy as np

    from ais_gaps.geodesy import distance_nm
    from ais_gaps.sea import Sea

    sea = Sea(Path(cache))
    with clock:
        found = []
        for _, start, end, _, _ in WAYS:
            lat, lon = np.array([end]).T
            back_lat, back_lon = np.array([start]).T
            way, back = sea.way_nm(*start, lat, lon)[0], sea.way_nm(*end, back_lat, back_lon)[0]
            found.append((float(way), float(back), float(distance_nm(*start, *end))))
    return found


def exactness(clock: Clock) -> tuple[float, float, float]:
    """Largest share and largest surplus over exact ways in Peter the Great Gulf, and the most that ours fall short."""
    import numpy as np

    from ais_gaps.sea import Sea
    from ais_gaps.sea.berths import berths
    from tests.sea_oracle import exact_ways_nm

    lat, lon = np.array(WATCHED[:8]).T
    there = berths(lat, lon)
    with clock:
        exact = exact_ways_nm(there.lat, there.lon, (129.3, 41.3, 133.6, 43.5))
        exact += there.snap_nm[:, None] + there.snap_nm[None, :]
        np.fill_diagonal(exact, 0.0)
        ours = Sea().ways_nm(lat, lon, lat, lon, np.inf)
    over = ours - exact
    return float(np.max(over / np.maximum(exact, 1.0))), float(over.max()), float(-over.min())


def region(clock: Clock, cache: str, ends: int = 4) -> int:
    """Fifteen watched places against a few fixes of one ship, none further than the Korea Strait."""
    import numpy as np

    from ais_gaps.sea import Sea

    lat, lon = np.array(WATCHED).T
    fixes = np.array([(42.2, 130.4), (42.6, 132.9), (35.2, 129.8), (38.0, 131.0)][:ends]).T
    with clock:
        ways = Sea(Path(cache)).ways_nm(lat, lon, *fixes, np.inf)
    return int(np.isfinite(ways).sum())


def places(clock: Clock, cache: str, known: int, new: int) -> int:
    """So many new places in a window whose network is there, after as many as are known."""
    import numpy as np

    from ais_gaps.sea import Sea

    lat, lon = np.array(WATCHED).T
    sea = Sea(Path(cache))
    points = np.array([40.0]), np.array([134.0])
    sea.ways_nm(lat[:known], lon[:known], *points, np.inf)
    with clock:
        ways = sea.ways_nm(lat[known : known + new], lon[known : known + new], *points, np.inf)
    return int(ways.size)


def fleet(clock: Clock, cache: str, gaps: int, ports: int, hours: float) -> int:
    """Gaps of a day or so against ports of East Asia, all at once."""
    import numpy as np

    from ais_gaps.places import shipped
    from ais_gaps.sea import Sea
    from ais_gaps.sea.land import on_land

    rng = np.random.default_rng(5)
    table = shipped()
    at = np.column_stack([table["lat"].to_numpy(zero_copy_only=False), table["lon"].to_numpy(zero_copy_only=False)])
    east = at[(at[:, 0] > 15) & (at[:, 0] < 50) & (at[:, 1] > 108) & (at[:, 1] < 150)]
    some = east[np.sort(rng.permutation(len(east))[:ports])]
    lat, lon = rng.uniform(18, 48, gaps * 3), rng.uniform(110, 148, gaps * 3)
    wet = np.flatnonzero(~on_land(lat, lon))[:gaps]
    budget = np.full(len(wet), hours * 14.0)
    with clock:
        ways = Sea(Path(cache)).ways_nm(some[:, 0], some[:, 1], lat[wet], lon[wet], budget)
    return int(np.isfinite(ways).sum())


def area(clock: Clock, cache: str) -> int:
    """The area of one leg of 48 h at 10 kn from Rajin to Vostochny."""
    import shapely

    from ais_gaps.sea import Sea

    with clock:
        shape = Sea(Path(cache)).area(RAJIN, (42.75, 133.0833), 480.0)
    return int(shapely.get_num_coordinates(shape))


def line(*cells: Any) -> None:
    """One row of a table."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def main() -> int:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        cache = str(Path(folder) / "sea")
        found = measure(distances, cache=cache)
        line("way", "ours, nm", "km", "true, km", "difference", "there and back", "geodesic, nm")
        line(*["---"] * 7)
        for (name, _, _, true_km, source), (way_nm, back_nm, geodesic_nm) in zip(WAYS, found.value, strict=True):
            way_km = way_nm * METRES_PER_NM / 1000
            told = ("", "") if true_km is None else (f"{true_km:g} ({source})", f"{way_km / true_km - 1:+.1%}")
            line(name, f"{way_nm:.1f}", f"{way_km:.1f}", *told, f"{back_nm / way_nm - 1:+.2%}", f"{geodesic_nm:.1f}")
        share, over_nm, under_nm = measure(exactness).value
        print(
            f"\nAgainst a visibility graph of every corner of the coast, 8 ports of Peter the Great Gulf: at most {share:.1%} or "
            f"{over_nm:.2f} nm longer, {max(under_nm, 0.0):.2f} nm shorter.\n"
        )
        line("what it costs", "CPU s", "peak MB")
        line(*["---"] * 3)
        line("all ways above and back, nothing kept", f"{found.cpu_s:.2f}", f"{found.peak_mb:.0f}")
        near = str(Path(folder) / "near")
        for what, work, arguments in (
            ("15 places of one region and 4 fixes, nothing kept", region, {"cache": near}),
            ("the same again, from disk", region, {"cache": near}),
            (
                "five places more, network in memory",
                places,
                {"cache": str(Path(folder) / "five"), "known": 10, "new": 5},
            ),
        ):
            cost = measure(work, **arguments)
            line(what, f"{cost.cpu_s:.2f}", f"{cost.peak_mb:.0f}")
        east = str(Path(folder) / "east")
        sizes = {"gaps": 3_000, "ports": 300, "hours": 30.0}
        for what in ("nothing kept", "again, from disk"):
            cost = measure(fleet, cache=east, **sizes)
            line(
                f"3,000 gaps of 30 h, 300 ports of East Asia, {cost.value} ways, {what}",
                f"{cost.cpu_s:.2f}",
                f"{cost.peak_mb:.0f}",
            )
        cost = measure(area, cache=near)
        line(f"area of one leg of 48 h ({cost.value} points)", f"{cost.cpu_s:.2f}", f"{cost.peak_mb:.0f}")
        kept_mb = sum(path.stat().st_size for path in Path(folder).rglob("*.npz")) / 1e6
        print(f"\nKept on disk by all of these: {kept_mb:.0f} MB.")
    return 0


if __name__ == "__main__":
    # As a module of its package, which is how `measure` finds the work again.
    from benchmarks import sea

    sys.exit(sea.main())
