"""A track as trajectories of MovingPandas."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ais_gaps import extras
from ais_gaps.errors import UsageError
from ais_gaps.interface import columns

if TYPE_CHECKING:
    import movingpandas

_NEEDED = ("mmsi", "ts", "lat", "lon")


def trajectories(track: pa.Table, min_hours: float | None) -> movingpandas.TrajectoryCollection:
    """Trajectories by MMSI and stretch; ids such as ``273210440-0-2``: MMSI, track, stretch. See `Answer.to_movingpandas`."""
    if missing := sorted(set(_NEEDED) - set(track.column_names)):
        raise UsageError(f"trajectories need columns mmsi, ts, lat and lon: there is no {', '.join(missing)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on import it tells of libraries of its own that are not needed here
        library: Any = extras.need("movingpandas", "geo")
    import geopandas
    import pandas as pd

    from ais_gaps.interface.georows import CRS

    known = pc.and_(pc.is_valid(track["lat"]), pc.is_valid(track["lon"]))
    order = ["mmsi", "track", "ts"] if "track" in track.column_names else ["mmsi", "ts"]
    for name in order:
        known = pc.and_(known, pc.is_valid(track[name]))
    track = track.filter(known).sort_by([(name, "ascending") for name in order])
    frame = columns.to_pandas(track.drop_columns([name for name in ("geometry",) if name in track.column_names]))
    whose = [track[name].to_numpy() for name in order[:-1]]
    other, silent = np.zeros(len(track), bool), np.zeros(len(track), bool)
    other[:1] = True
    for ids in whose:
        other[1:] |= ids[1:] != ids[:-1]
    if min_hours is not None:
        time = track["ts"].to_numpy().astype("datetime64[us]")
        silent[1:] = np.diff(time) > np.timedelta64(round(min_hours * 3.6e9), "us")
    stretch = np.cumsum(other | silent)
    first = np.maximum.accumulate(np.where(other, stretch, 0)) if len(stretch) else stretch
    numbers = zip(*(ids.tolist() for ids in whose), (stretch - first + 1).tolist(), strict=True)
    frame["trajectory"] = pd.Series(["-".join(map(str, number)) for number in numbers], dtype="str")
    frame["ts"] = frame["ts"].dt.tz_localize(None)  # trajectories have no time zone: theirs is UTC
    points = geopandas.GeoDataFrame(frame, geometry=geopandas.points_from_xy(frame["lon"], frame["lat"]), crs=CRS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, about what MovingPandas asks of it
        return library.TrajectoryCollection(points, traj_id_col="trajectory", t="ts")
