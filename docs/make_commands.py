"""Writes docs/commands.md from the commands themselves.

python docs/make_commands.py            write it
python docs/make_commands.py --check    exit 1 if it is not up to date
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from ais_gaps.cli import app

PAGE = Path(__file__).parent / "commands.md"
INTRODUCTION = """\
# Commands

Made from the program's own help by `python docs/make_commands.py`; a test checks that it is up to date.
`--archive DIR` may stand before the command or after it.
"""


def page() -> str:
    """The whole reference as Markdown."""
    return "\n".join([INTRODUCTION, *_command("ais-gaps", typer.main.get_command(app), level=2)]).rstrip("\n") + "\n"


def _command(path: str, command: Any, level: int) -> Iterator[str]:
    subcommands = getattr(command, "commands", {})
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    usage = [
        path,
        *(["[OPTIONS]"] if options else []),
        *map(_usage, arguments),
        *(["COMMAND ..."] if subcommands else []),
    ]
    yield from (f"{'#' * level} {path}", "", "```", " ".join(usage), "```", "")
    yield from _help(command.help)
    if arguments or options:
        yield from ("| | |", "|---|---|")
        yield from (f"| `{_usage(param)}` | {_cell(param)} |" for param in arguments)
        yield from (f"| `{_names(param)}` | {_cell(param)} |" for param in options)
        yield ""
    for name, subcommand in subcommands.items():
        yield from _command(f"{path} {name}", subcommand, level + (path != "ais-gaps"))


def _help(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b\n"):
            title, *lines = paragraph.removeprefix("\b\n").split("\n")
            yield from (title, "", "```sh", *(line.removeprefix("  ") for line in lines), "```", "")
        else:
            yield from (" ".join(paragraph.split()), "")


def _usage(argument: Any) -> str:
    name = f"{argument.metavar}{'...' if argument.nargs != 1 else ''}"
    return name if argument.required else f"[{name}]"


def _names(option: Any) -> str:
    names = ", ".join(sorted(option.opts, key=len)) + "".join(f" / {name}" for name in option.secondary_opts)
    return names if option.is_flag else f"{names} {option.metavar}"


def _cell(param: Any) -> str:
    notes = []
    if param.required and param.param_type_name == "option":
        notes.append("required")
    if param.envvar:
        notes.append(f"environment: `{param.envvar}`")
    if param.default is not None and not getattr(param, "is_flag", False):
        notes.append(f"default: {getattr(param.default, 'value', param.default)}")
    text = f"{param.help} ({'; '.join(notes)})" if notes else param.help
    return str(text).replace("|", "\\|")


def main() -> int:
    """Write the page, or check it."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/commands.md is not up to date: run python docs/make_commands.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
