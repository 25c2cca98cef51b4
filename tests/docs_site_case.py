"""Runs a page of the documentation from its top: its commands, and its Python lines.

In a block ```` ```console ```` a line that starts with ``$ `` is a command, and what follows is all that it prints, standard
output first and then standard error; a line ``[...]`` stands for lines that are left out, ``[..]`` for a part of a line that is
not the same in every run. In ```` ```pycon ```` stand Python lines as in a session. A page is run in an empty folder with the
repository's `fixtures` and, but for the page that builds it, the archive `demo` beside it.
"""

from __future__ import annotations

import doctest
import io
import re
import shlex
import shutil
import signal
import warnings
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

DOCS = ROOT / "docs"
COLUMNS = "104"
BUILDS_DEMO = "ais-gaps demo --out demo"
LEFT_OUT = re.compile(r"^ *\[\.\.\.\]\n", re.MULTILINE)
FENCE = re.compile(r"^( *)```(\w+)[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
MAY_FAIL = ' || echo "exit status $?"'
INTO_FILE = re.compile(r" > ([\w.]+)$")


@dataclass(frozen=True)
class Step:
    """One command or one block of Python lines, and what is shown of what it prints."""

    line: int
    kind: str
    said: str
    shown: str = ""


def text(page: str) -> str:
    """A page as it is written, by its path below docs/."""
    return (DOCS / page).read_text("utf-8")


def steps(page: str) -> Iterator[Step]:
    """What the text of a page runs, in order."""
    for fence in FENCE.finditer(page):
        line, kind, body = page.count("\n", 0, fence.start()) + 2, fence[2], fence[3]
        if kind == "pycon":
            yield Step(line, kind, body)
        elif kind == "console":
            first, *commands = re.split(r"^\$ ", body, flags=re.MULTILINE)
            assert not first.strip(), f"line {line}: a console block begins with a command"
            for command in commands:
                yield Step(line, kind, *_command(command))


def _command(lines: str) -> tuple[str, str]:
    said, _, shown = lines.partition("\n")
    while said.endswith("\\"):
        more, _, shown = shown.partition("\n")
        said = f"{said[:-1].rstrip()} {more.strip()}"
    return said, shown.strip("\n") + "\n" if shown.strip() else ""


def absent(shown: str, printed: str) -> str | None:
    """None if what is printed is what is shown, but for what is left out; else the passage that is not there."""
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    passages = [[line.rstrip() for line in part.splitlines()] for part in LEFT_OUT.split(shown)]
    if len(passages) == 1:
        return None if _same(passages[0], lines) else shown or "nothing"
    first, *middle, last = passages
    start, end = len(first), len(lines) - len(last)
    if not _same(first, lines[:start]):
        return "\n".join(first)
    if end < start or not _same(last, lines[end:]):
        return "\n".join(last)
    for passage in middle:
        while not _same(passage, lines[start : start + len(passage)]):
            start += 1
            if start + len(passage) > end:
                return "\n".join(passage)
        start += len(passage)
    return None


def _same(shown: list[str], printed: list[str]) -> bool:
    return len(shown) == len(printed) and all(
        re.fullmatch(".*".join(map(re.escape, line.split("[..]"))), other)
        for line, other in zip(shown, printed, strict=True)
    )


def run(command: str) -> str:
    """What a command prints, in this process; it must succeed unless it says that it may not."""
    may_fail = command.endswith(MAY_FAIL)
    command = command.removesuffix(MAY_FAIL)
    into = INTO_FILE.search(command)
    program, *arguments = shlex.split(INTO_FILE.sub("", command))
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    handler = signal.getsignal(signal.SIGINT)
    with warnings.catch_warnings(), redirect_stdout(out), redirect_stderr(err):
        status = _ais_gaps(arguments) if program == "ais-gaps" else _world(program, arguments)
    signal.signal(signal.SIGINT, handler)
    out.seek(0), err.seek(0)
    data, said = out.read(), err.read()
    if into:
        Path(into[1]).write_text(data, "utf-8")
        data = ""
    assert may_fail or not status, f"{command}\n{data}{said}"
    return f"{data}{said}exit status {status}\n" if status else data + said


def _ais_gaps(arguments: list[str]) -> int:
    from ais_gaps import cli

    return cli.run(cli.app, cli._archive_first(arguments))


def _world(program: str, arguments: list[str]) -> int:
    from ais_gaps.worlds.__main__ import main

    assert [program, *arguments[:2]] == ["python", "-m", "ais_gaps.worlds"], f"{program} is not run by the tests"
    return main(arguments[2:])


def check(
    page: str, folder: Path, demo: Path | None = None, printed: str = "", names: dict[str, Any] | None = None
) -> None:
    """Run a page in a folder (the current one, empty): every command prints what is shown, every Python line gives it.

    Args:
        page: its path below docs/. folder: where.
        demo: the archive of the case. printed: what the command that built it printed.
        names: what Python lines know from the start.
    """
    todo = list(steps(text(page)))
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    if demo and all(step.said != BUILDS_DEMO for step in todo):
        shutil.copytree(demo, folder / "demo")
    names = {"__name__": "__main__"} | (names or {})
    for step in todo:
        if step.kind == "pycon":
            _python(step, page, names)
            continue
        if step.said == BUILDS_DEMO and demo:
            shutil.copytree(demo, folder / "demo")
            got = printed
        else:
            got = run(step.said)
        missing = absent(step.shown, got)
        where = f"docs/{page}, the block from line {step.line}: {step.said}"
        assert missing is None, f"{where}\n--- shown, or not said to be left out:\n{missing}\n--- it prints:\n{got}"


def _python(step: Step, page: str, names: dict[str, Any]) -> None:
    parsed = doctest.DocTestParser().get_doctest(step.said, names, page, f"docs/{page}", step.line - 1)
    said = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(parsed, out=said.write, clear_globs=False)
    names.update(parsed.globs)
    assert not runner.failures, said.getvalue()
