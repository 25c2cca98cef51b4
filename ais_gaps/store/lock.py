"""One writer at a time. The kernel drops the lock of a killed process, so that none is ever left behind."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ais_gaps.errors import ArchiveLocked

_POLL_S = 0.1


@contextmanager
def writer_lock(
    path: Path, *, on_wait: Callable[[], None] | None = None, timeout_s: float | None = None
) -> Iterator[None]:
    """Holds the archive's write lock.

    Args:
        path: the lock file; made where it is missing.
        on_wait: called each time the lock is found taken, some ten times a second.
        timeout_s: give up after so many seconds; None waits as long as it takes.

    Raises:
        ArchiveLocked: another process still held it after ``timeout_s``.
    """
    with path.open("a") as stream:
        waited = 0.0
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if timeout_s is not None and waited >= timeout_s:
                    raise ArchiveLocked(
                        f"another process is writing to {path.parent}; try again when it is done"
                    ) from None
                if on_wait is not None:
                    on_wait()
                time.sleep(_POLL_S)
                waited += _POLL_S
        try:
            yield
        finally:
            fcntl.flock(stream, fcntl.LOCK_UN)
