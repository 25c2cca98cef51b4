"""Every command and option says what it does, in the help and in docs/commands.md, and help costs next to nothing."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import typer

from ais_gaps.cli import app
from ais_gaps.readers.interface import MAPPABLE_FIELDS
from tests.command import environment, run
from tests.conftest import ROOT


def every_command(path: str = "ais-gaps", command: Any = None) -> Iterator[tuple[str, Any]]:
    command = command or typer.main.get_command(app)
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from every_command(f"{path} {name}", below)


COMMANDS = dict(every_command())


def command_pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_commands", ROOT / "docs" / "make_commands.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_has_help_and_examples_that_name_the_command(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    assert f"\b\nExamples:\n  {path}" in command.help.replace("\n    ", "\n").replace("\n  ais", "\n  ais")
    for param in command.params:
        assert param.help, param.name
        assert param.help.endswith("."), param.name
        assert param.metavar or getattr(param, "is_flag", False), f"{param.name} shows a Python type"


def test_first_lines_of_help_are_not_cut_short_in_the_list_of_commands() -> None:
    shown = run("--help")
    assert "..." not in shown.stdout.partition("Commands:")[2]
    assert "completion" not in shown.stdout


def test_the_command_reference_is_up_to_date() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == command_pages().page(), "run python docs/make_commands.py"
    for path, command in COMMANDS.items():
        assert f"# {path}\n" in page
        for param in command.params:
            assert all(name in page for name in param.opts if name.startswith("--"))


def test_rows_are_printed_in_the_same_formats_everywhere() -> None:
    for path, command in COMMANDS.items():
        forms = [param for param in command.params if "--format" in param.opts]
        if path in (
            "ais-gaps",
            *(
                f"ais-gaps {name}"
                for name in ("places", "evidence", "watch", "alerts", "alerts again", "daily", "listen")
            ),
        ):
            assert not forms
        else:
            assert [param.opts for param in forms] == [["--format", "-f"]], path


def test_the_help_of_map_names_every_field() -> None:
    (option,) = [param for param in COMMANDS["ais-gaps ingest"].params if "--map" in param.opts]
    listed = option.help.partition("Fields: ")[2].rstrip(".").split(", ")
    assert listed == list(MAPPABLE_FIELDS)


@pytest.mark.parametrize("arguments", [["--help"], ["gaps", "--help"], ["--version"], ["gaps", "--no-such"]])
def test_help_and_usage_errors_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import json, sys\n"
        "from ais_gaps.cli import main\n"
        f"sys.argv = ['ais-gaps', *{arguments!r}]\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    print(); print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    modules = set(json.loads(done.stdout.splitlines()[-1]))
    assert "typer" in modules
    assert not modules & {"pyarrow", "duckdb", "deltalake", "pandas", "numpy", "shapely", "pyais", "rapidfuzz"}
