"""One daily run at a time per archive. The kernel drops the lock of a killed run, so that none is ever left behind."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from ais_gaps.errors import ArchiveLocked
from ais_gaps.moments import iso


@contextmanager
def only_run(folder: Path, *, now: datetime) -> Iterator[str | None]:
    """Holds the lock of an archive's daily runs; gives when the run before began, if it did not come to its end.

    Args:
        folder: the archive's.
        now: when this run begins.

    Raises:
        ArchiveLocked: another run is at work; the message says which.
    """
    path = folder / "runs" / "daily.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveLocked(
                f"a daily run is at work on {folder} already{_who(_written(stream))}: this one does nothing"
            ) from None
        unfinished = _written(stream)
        _write(stream, {"process": os.getpid(), "host": socket.gethostname(), "since": iso(now)})
        yield unfinished.get("since")
        _write(stream, {})  # only where the run ends by itself: what a killed one wrote tells the next


def _write(stream: TextIO, holder: dict[str, object]) -> None:
    stream.truncate(0)
    stream.write(json.dumps(holder) + "\n" if holder else "")
    stream.flush()


def _written(stream: TextIO) -> dict[str, str]:
    stream.seek(0)
    try:
        found = json.loads(stream.read() or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _who(holder: dict[str, str]) -> str:
    if not holder:
        return ""
    return f" (process {holder.get('process')} on {holder.get('host')}, since {holder.get('since')})"
