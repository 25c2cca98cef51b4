"""When an archive held just these sources and these versions of its small tables, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from ais_gaps.moments import EPOCH
from ais_gaps.store.archive import Store
from ais_gaps.store.tables import Tables

_WITHIN_THE_MILLISECOND = timedelta(microseconds=500)  # commits are dated in milliseconds


def moment(
    store: Store, tables: Tables, sources: Mapping[str, str], versions: Mapping[str, int], stated: datetime | None
) -> datetime | None:
    """A time whose ``as_known`` gives that snapshot; None where there is none.

    Args:
        store, tables: the archive.
        sources: file names of the sources of reports, by SHA-256.
        versions: versions of the small tables; a table that is not named had none.
        stated: the time that the snapshot is said to be of; then no other is tried.
    """
    histories = tables.commits()
    made = {(name, version): ms for name, history in histories.items() for version, ms in history}
    if any(stated_version not in made for stated_version in versions.items()):
        return None
    since = max((made[stated_version] for stated_version in versions.items()), default=0)
    commits = {*made.values(), *(ms for ms, _ in store.log.commits())}
    times = [EPOCH + timedelta(milliseconds=ms) + _WITHIN_THE_MILLISECOND for ms in sorted(commits) if ms >= since]
    for time in times if stated is None else [stated]:
        known = {name: v for name in histories if (v := tables.version(histories[name], time)) is not None}
        if known != dict(versions):
            return None  # a table has moved on, and no later time brings it back
        if {ingest.sha256 for ingest in store.ingests(as_known=time)} == set(sources):
            return time
    return None


def reasons(
    store: Store, tables: Tables, sources: Mapping[str, str], versions: Mapping[str, int], stated: datetime | None
) -> list[str]:
    """Why `moment` finds none, a sentence each; at least one."""
    held = {ingest.sha256 for ingest in store.ingests()}
    newest = tables.versions()
    said = [f"{file} (SHA-256 {sha}) is not in this archive" for sha, file in sources.items() if sha not in held]
    for name, version in versions.items():
        if name not in newest:
            said.append(f"this archive has no table {name}, of which the dossier states version {version}")
        elif version > newest[name]:
            said.append(f"the dossier states version {version} of {name}; this archive has {newest[name]}")
    if not said and stated is not None and moment(store, tables, sources, versions, None) is not None:
        said.append(f"as known at {stated:%Y-%m-%d %H:%M:%S} UTC this archive held other sources or versions of tables")
    return said or [
        "this archive never held just these sources and versions of tables at one time: it was filled in another order, "
        "or the dossier was made while it was written to"
    ]
