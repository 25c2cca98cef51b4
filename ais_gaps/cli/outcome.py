"""How a command ends: its exit status, and the one line that says why.

0     done (also when the reader of standard output has gone, as ``head`` does)
1     it could not be done
2     wrong usage
130   interrupted from the keyboard
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Sequence
from types import FrameType
from typing import TextIO

import typer

from ais_gaps.cli.stderr import say
from ais_gaps.errors import AisGapsError, DataWarning, UsageError

DONE, COULD_NOT, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

_LONGEST_REASON = 500
_PATIENCE_S = 1.0
_interruptions: list[float] = []


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run the command that the arguments name and give its exit status. Prints at most one line about a failure."""
    command = typer.main.get_command(app)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else the caller wants it ignored
        signal.signal(signal.SIGINT, _interrupted)
    warnings.showwarning = _say_warning
    warnings.simplefilter("always", DataWarning)
    try:
        with command.make_context("ais-gaps", list(arguments)) as context:
            command.invoke(context)
        if sys.stdout is not None:
            sys.stdout.flush()
    except typer.Exit as stop:
        return stop.exit_code
    except typer.TyperException as error:
        error.show()  # type: ignore[attr-defined]
        return error.exit_code
    except BrokenPipeError:
        _leave_stdout()
        return DONE
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except Exception as error:
        return _failed(error)
    return DONE


def _interrupted(_: int, __: FrameType | None) -> None:
    """Raise at the first Ctrl-C; leave at once at the next that comes later than an echo of the first."""
    _interruptions.append(time.monotonic())
    if len(_interruptions) == 1:
        raise KeyboardInterrupt
    if _interruptions[-1] > _interruptions[0] + _PATIENCE_S:
        os._exit(INTERRUPTED)


def _say_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    say(f"warning: {message}")


def _failed(error: Exception) -> int:
    if _interruptions:  # Ctrl-C inside Arrow or DuckDB comes back as an error of theirs
        say("interrupted")
        return INTERRUPTED
    if os.environ.get("AIS_GAPS_TRACEBACK"):
        traceback.print_exception(error)
    match error:
        case UsageError():
            say(str(error))
            return WRONG_USAGE
        case AisGapsError():
            say(str(error))
        case OSError(strerror=str(reason)):
            say(f"{error.filename}: {reason}" if error.filename else reason)
        case _:
            reason = str(error)[:_LONGEST_REASON] or "no reason given"
            say(f"unexpected {type(error).__name__}: {reason} (AIS_GAPS_TRACEBACK=1 shows where)")
    return COULD_NOT


def _leave_stdout() -> None:
    """Nobody reads any more: what the interpreter still flushes at its end goes nowhere, and says nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
