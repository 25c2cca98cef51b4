"""The lines of a benchmark's table, and the table as text, Markdown and JSON."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_PACKAGES = ("duckdb", "pyarrow", "deltalake", "numpy", "pandas", "movingpandas")
_HEAD = ("measured", "ais_gaps", "against", "figure", "we hold", "")


@dataclass(frozen=True)
class Finding:
    """One line.

    Attributes:
        subject: what part of the work, e.g. "ingest".
        what: what was measured.
        ours: what it cost ais_gaps, in words.
        against: the rival or floor, and what it cost, in words; empty where there is none.
        figure: the number that is held against the bar.
        unit: of figure and bar; "x" for a ratio.
        bar: the bound; None where none is set.
        at_least: the bar is a lower bound, else an upper one.
    """

    subject: str
    what: str
    ours: str
    against: str
    figure: float
    unit: str
    bar: float | None = None
    at_least: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether the figure keeps to the bar; None without one."""
        if self.bar is None:
            return None
        return self.figure >= self.bar if self.at_least else self.figure <= self.bar

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as it is printed."""
        bar = "" if self.bar is None else f"{'>=' if self.at_least else '<='} {_number(self.bar)} {self.unit}"
        verdict = {None: "", True: "ok", False: "MISSED"}[self.holds]
        what = f"{self.subject}: {self.what}"
        return what, self.ours, self.against, f"{_number(self.figure)} {self.unit}", bar, verdict


def as_text(findings: Sequence[Finding]) -> str:
    """An aligned table."""
    lines = [_HEAD, *(finding.cells for finding in findings)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def as_markdown(findings: Sequence[Finding], settings: Mapping[str, Any], command: str) -> str:
    """The results file: when, where and at what size, then the table."""
    rows = [_HEAD, ("---",) * len(_HEAD), *(finding.cells for finding in findings)]
    table = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
    facts = "\n".join(f"- {name}: {value}" for name, value in settings.items())
    return (
        f"# Benchmark results\n\nWritten by `{command}`; a run replaces it.\n\n{facts}\n\n"
        "CPU is user and system seconds, start-up of Python not counted; where two things are compared they ran in turn, "
        "each in a process of its own, and the medians stand here. Whole commands are counted with their start-up. "
        "Files were in the page cache.\n\n"
        f"{table}\n"
    )


def as_json(findings: Sequence[Finding], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The same as data."""
    return {"settings": dict(settings), "findings": [asdict(f) | {"holds": f.holds} for f in findings]}


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    versions = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, {platform.system()}",
        "versions": ", ".join([f"Python {platform.python_version()}", *(f"{n} {v}" for n, v in versions.items())]),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
