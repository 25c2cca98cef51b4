"""One piece of work in a process of its own: CPU seconds, wall seconds and peak memory.

The work is a function ``work(clock, **arguments)`` that does what it measures inside ``with clock:``, so that imports
and preparation cost nothing, and returns something that JSON can say. CPU seconds are user and system time of the
process and of the processes that it started and waited for. Peak memory is that of the whole process, imports included;
where several processes run at once, of their sum, as sampled.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_SAMPLE_S = 0.05
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Clock:
    """Adds up the CPU and wall seconds spent inside ``with clock:``."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self.wall_s = 0.0

    def __enter__(self) -> Clock:
        self._cpu, self._wall = _cpu_s(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu_s += _cpu_s() - self._cpu
        self.wall_s += time.perf_counter() - self._wall


@dataclass(frozen=True)
class Cost:
    """What one run cost, and what it gave."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    value: Any = None


def measure(work: Callable[..., Any], **arguments: Any) -> Cost:
    """Runs a function of one of the modules here in a fresh Python. A failure is raised with what the process said."""
    target = f"{work.__module__}:{work.__name__}"
    with tempfile.TemporaryDirectory() as folder:
        letter = Path(folder) / "letter.json"  # not the command line: a list of parts may be too long for that
        letter.write_text(json.dumps(arguments, default=str))
        whole = run_command([sys.executable, "-m", __name__, target, str(letter)])
        inner = json.loads(letter.read_text())
    return Cost(inner["cpu_s"], inner["wall_s"], whole.peak_mb, inner["value"])


def run_command(command: Sequence[str]) -> Cost:
    """Runs a command; its whole process counts, start-up included. ``value`` is what it wrote to stdout.

    The caller must be small: Linux counts into a process's high-water mark what its parent held when it was started.
    """
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, "PYTHONPATH": path})
        watch = _MemoryWatch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop()
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command} gave {process.returncode}: {err.read().decode(errors='replace')[-2_000:]}")
        peak = max(usage.ru_maxrss * _MAXRSS_UNIT, watch.peak_bytes)
        return Cost(usage.ru_utime + usage.ru_stime, wall_s, peak / 1e6, out.read().decode())


def alternate(rounds: int, *works: Callable[[], Cost]) -> list[Cost]:
    """Runs the works in turn, A B A B, so that a slow minute of the machine meets both; the median of each."""
    costs: list[list[Cost]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, costs, strict=True):
            found.append(work())
    return [median(found) for found in costs]


def median(costs: Sequence[Cost]) -> Cost:
    """Medians of CPU and wall, the highest peak, the last value."""
    return Cost(
        statistics.median(c.cpu_s for c in costs),
        statistics.median(c.wall_s for c in costs),
        max(c.peak_mb for c in costs),
        costs[-1].value,
    )


def _cpu_s() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


class _MemoryWatch:
    """Samples the resident memory of a process and all below it. Sees nothing where there is no /proc.

    One process alone is left to the kernel's own high-water mark, which misses nothing.
    """

    def __init__(self, pid: int) -> None:
        self.peak_bytes = 0
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._done.wait(_SAMPLE_S):
            family = _family(self._pid)
            if len(family) > 1:
                self.peak_bytes = max(self.peak_bytes, sum(map(_resident_pages, family)) * page)


def _family(pid: int) -> list[int]:
    found = [pid]
    for member in found:
        for task in Path(f"/proc/{member}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:  # it ended while we looked
                continue
    return found


def _resident_pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):  # it ended while we looked
        return 0


def _answer() -> None:
    target, letter = sys.argv[1:]
    module, name = target.split(":")
    clock = Clock()
    value = getattr(importlib.import_module(module), name)(clock, **json.loads(Path(letter).read_text()))
    said = {"cpu_s": clock.cpu_s, "wall_s": clock.wall_s, "value": value}
    Path(letter).write_text(json.dumps(said, default=str))


if __name__ == "__main__":
    _answer()
