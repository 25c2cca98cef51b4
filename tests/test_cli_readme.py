"""README's commands and output can be taken from it, so that the checks run just what it promises."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from tests.conftest import ROOT

SHOWN = "one\n[...]\nthree\nfour\n"


@pytest.fixture(scope="module")
def promises() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme_commands", ROOT / ".ci" / "readme_commands.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_readme_has_one_command_for_the_main_job_and_one_for_the_tests(promises: ModuleType) -> None:
    text = promises.README.read_text(encoding="utf-8")
    main, tests = promises.block("sh main", text), promises.block("sh tests", text)
    assert main.count("\n") == tests.count("\n") == 1
    assert main.rstrip().endswith("ais-gaps demo")
    assert "/pytest -n auto" in tests
    assert text.index("```sh main") < text.index("```text output") < text.index("## ")


def test_a_block_that_is_absent_or_there_twice_is_an_error(promises: ModuleType) -> None:
    for text in ("", "```sh main\na\n```\n```sh main\nb\n```\n"):
        with pytest.raises(LookupError):
            promises.block("sh main", text)


@pytest.mark.parametrize("printed", ["one\ntwo\nthree\nfour\n", "zero\none\nthree\nfour\nfive\n", "one  \nthree\nfour"])
def test_output_that_holds_what_is_shown_is_found(promises: ModuleType, printed: str) -> None:
    assert promises.first_absent(SHOWN, printed) is None


@pytest.mark.parametrize("printed", ["", "three\nfour\none\n", "one\nthree\ntwo\nfour\n", "one!\nthree\nfour\n"])
def test_output_that_differs_is_found_out(promises: ModuleType, printed: str) -> None:
    assert promises.first_absent(SHOWN, printed) is not None
