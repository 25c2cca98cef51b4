"""How any command ends, and what goes to which stream: pipes, odd terminals, errors of every kind.

The commands here are made for the purpose; what prints, progresses and fails is the program's own.
"""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import environment

# What a shell starts in the background ignores Ctrl-C, and so do its children: here it must count wherever the tests run.
PREAMBLE = """
import signal
import sys
import typer
signal.signal(signal.SIGINT, signal.default_int_handler)
from ais_gaps import errors
from ais_gaps.cli.outcome import run
from ais_gaps.cli.stdout import Format, MapFormat, print_rows
from ais_gaps.cli.progress import shown_progress
app = typer.Typer()
@app.command()
def command() -> None:
    {body}
sys.exit(run(app, []))
"""
ROWS = "import pyarrow as pa; print_rows(pa.table({{'name': ['Ангара 나진 {hostile}'] * {count}}}), Format.{form})"


def process(body: str, **how: object) -> subprocess.Popen[bytes]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment()} | how
    return subprocess.Popen([sys.executable, "-c", PREAMBLE.format(body=body)], **pipes)  # type: ignore[call-overload, no-any-return]


def result(body: str, **changes: str) -> tuple[int, str, str]:
    out, err = (started := process(body, env=environment(**changes))).communicate(timeout=60)
    return started.returncode, out.decode(), err.decode()


def on_terminal(body: str, **changes: str) -> tuple[int, str]:
    """Exit status and all that a terminal of 80 columns receives."""
    main, other = pty.openpty()
    env = environment(**{"TERM": "xterm-256color", "COLUMNS": "80", **changes})
    started = process(body, stdout=other, stderr=other, env=env)
    os.close(other)
    received = b""
    try:
        while block := os.read(main, 1 << 16):
            received += block
    except OSError:  # Linux says EIO when the other end has closed
        pass
    os.close(main)
    return started.wait(timeout=60), received.decode()


@pytest.mark.parametrize("lines_read", [0, 1])
@pytest.mark.parametrize("form", ["TABLE", "JSON", "CSV", "NDJSON"])
def test_a_reader_that_leaves_ends_the_command_quietly(form: str, lines_read: int) -> None:
    with process(ROWS.format(hostile="", count=200_000, form=form)) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        for _ in range(lines_read):
            started.stdout.readline()
        started.stdout.close()
        assert (started.wait(timeout=60), started.stderr.read()) == (0, b"")


def test_a_full_disk_is_one_line_and_status_1() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb") as full:
        started = process(ROWS.format(hostile="", count=10, form="JSON"), stdout=full)
        _, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (1, b"ais-gaps: No space left on device\n")


def test_closed_streams_are_no_crash() -> None:
    code = PREAMBLE.format(body=ROWS.format(hostile="", count=1, form="JSON"))
    script = 'exec "$0" -c "$1"'
    shell = ["sh", "-c"]
    no_out = subprocess.run(
        [*shell, f"{script} >&-", sys.executable, code], stderr=subprocess.PIPE, env=environment(), check=False
    )
    assert (no_out.returncode, no_out.stderr) == (1, b"ais-gaps: standard output is closed\n")
    failing = PREAMBLE.format(body="raise errors.ArchiveError('broken')")
    no_err = subprocess.run(
        [*shell, f"{script} 2>&-", sys.executable, failing], stdout=subprocess.PIPE, env=environment(), check=False
    )
    assert (no_err.returncode, no_err.stdout) == (1, b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1251"])
def test_a_terminal_that_lacks_the_letters_gets_marks_for_them_and_programs_get_utf8(encoding: str) -> None:
    started = process(ROWS.format(hostile="", count=1, form="TABLE"), env=environment(PYTHONIOENCODING=encoding))
    out, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (0, b"")
    assert out.decode(encoding)
    assert b"?" in out
    for form in ("JSON", "CSV", "NDJSON"):
        said = process(ROWS.format(hostile="", count=1, form=form), env=environment(PYTHONIOENCODING=encoding))
        assert "Ангара 나진" in said.communicate(timeout=60)[0].decode("utf-8")


@pytest.mark.parametrize(
    ("raised", "status", "line"),
    [
        ("errors.ArchiveError('no archive here')", 1, "no archive here"),
        ("errors.UsageError('options exclude each other')", 2, "options exclude each other"),
        ("errors.NotFound('No vessel ANGRA.', ['ANGARA'])", 1, "No vessel ANGRA. Nearest: ANGARA."),
        ("errors.SourceError('evil\\x1b[2J\\nname')", 1, "evil[2J name"),
        ("FileNotFoundError(2, 'No such file or directory', 'x.csv')", 1, "x.csv: No such file or directory"),
        ("KeyError('lat')", 1, "unexpected KeyError: 'lat' (AIS_GAPS_TRACEBACK=1 shows where)"),
        ("MemoryError()", 1, "unexpected MemoryError: no reason given (AIS_GAPS_TRACEBACK=1 shows where)"),
        ("KeyboardInterrupt()", 130, "interrupted"),
    ],
)
def test_an_error_is_one_line_on_stderr_and_its_exit_status(raised: str, status: int, line: str) -> None:
    assert result(f"raise {raised}") == (status, "", f"ais-gaps: {line}\n")


def test_the_traceback_is_there_for_who_asks() -> None:
    status, out, err = result("raise KeyError('lat')", AIS_GAPS_TRACEBACK="1")
    assert (status, out) == (1, "")
    assert err.startswith("Traceback")
    assert err.splitlines()[-1].startswith("ais-gaps: unexpected KeyError")


SLEEP = "import time; print('ready', flush=True); time.sleep(60)"
SLEEP_IN_A_LIBRARY = """
    try:
        import time; print('ready', flush=True); time.sleep(60)
    except KeyboardInterrupt as error:
        raise ValueError('a library says so') from error
"""


@pytest.mark.parametrize("body", [SLEEP, SLEEP_IN_A_LIBRARY.strip()])
def test_ctrl_c_is_one_line_and_status_130(body: str) -> None:
    with process(body) as started:
        assert started.stdout is not None
        started.stdout.readline()
        started.send_signal(signal.SIGINT)
        _, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (130, b"ais-gaps: interrupted\n")


def test_a_hostile_name_cannot_move_the_cursor_and_color_is_for_terminals_that_want_it() -> None:
    hostile = r"\x1b[2J\x1b]0;owned\x07\u202e"
    body = ROWS.format(hostile=hostile, count=1, form="TABLE")
    status, shown = on_terminal(body)
    assert status == 0
    assert "\x1b[2J" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "\x1b[1m" in shown  # the header is bold
    status, piped, _ = result(body)
    assert "\x1b" not in piped


def test_no_color_leaves_no_color() -> None:
    body = ROWS.format(hostile="", count=1, form="TABLE")
    _, shown = on_terminal(body, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*(3[0-9]|4[0-9]|9[0-7])[;m]", shown)


PROGRESS = """
    from types import SimpleNamespace as P
    import time
    with shown_progress() as show:
        print(show is not None)
        if show:
            show(P(source='evil\\x1b[2J[bold].csv', stage='reading', rows=1_000_000, seconds=2.0))
            time.sleep(0.3)
"""


def test_progress_is_shown_on_a_terminal_with_its_rate_and_nowhere_else() -> None:
    status, shown = on_terminal(PROGRESS.strip())
    assert status == 0
    assert "evil[2J[bold].csv: reading, 1,000,000 rows, 500,000 rows/s" in shown
    assert result(PROGRESS.strip()) == (0, "False\n", "")
    assert on_terminal(PROGRESS.strip(), TERM="dumb") == (0, "False\r\n")


def test_a_table_on_a_terminal_stays_within_its_width_and_names_what_is_left_out() -> None:
    body = "import pyarrow as pa; print_rows(pa.table({f'n{i}': ['x' * 30] for i in range(9)}), Format.TABLE)"
    _, shown = on_terminal(body)
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in shown.split("\r\n")]
    assert max(map(len, lines[:3])) <= 80
    assert re.search(r"ais-gaps: \d more columns with --format csv, json or ndjson: n\d", shown)
    _, piped, err = result(body)
    assert "n8" in piped
    assert err == ""


def test_no_rows_is_said() -> None:
    status, out, err = result(
        "import pyarrow as pa; print_rows(pa.table({'mmsi': pa.array([], 'int64')}), Format.TABLE)"
    )
    assert (status, out.split(), err) == (0, ["mmsi", "────"], "ais-gaps: no rows\n")


def test_geojson_of_rows_without_positions_is_wrong_usage() -> None:
    status, out, err = result("import pyarrow as pa; print_rows(pa.table({'n': [1]}), MapFormat.GEOJSON)")
    assert (status, out) == (2, "")
    assert "table, json, csv or ndjson" in err
