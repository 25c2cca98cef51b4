"""Writes docs/python.md: the reference of the Python interface, from its docstrings.

python docs/make_interface.py            write it
python docs/make_interface.py --check    exit 1 if it is not up to date
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import ais_gaps
from ais_gaps import inline, interface, pictures

PAGE = Path(__file__).parent / "python.md"
INTRODUCTION = """\
# Python

Made from the docstrings by `python docs/make_interface.py`; a test checks that it is up to date. [An
exploration](uses/exploration.md) shows how it goes together; columns are explained in [tables](tables.md), and by `meanings` of any
rows.
"""
SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Example):\n((?:(?:    .*)?\n)*)", re.MULTILINE)
ITEM = re.compile(r"^(\w[\w, ]*): ")


def page() -> str:
    """The whole reference as Markdown."""
    lines = [INTRODUCTION]
    for name in ais_gaps.__all__:
        if isinstance(found := getattr(ais_gaps, name), FunctionType):
            lines += _member("ais_gaps", name, found, level=2)
    for name in interface.__all__:
        lines += _class(name, getattr(interface, name))
    lines += _class("Inline", inline.Inline)
    lines += ["## Pictures", "", *_text(inspect.getdoc(pictures) or ""), ""]
    for name in pictures.__all__:
        lines += _member("pictures", name, getattr(pictures, name), level=3)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip("\n") + "\n"


def _class(name: str, found: type) -> Iterator[str]:
    yield from (f"## {name}", "", *_text(inspect.getdoc(found) or ""), "")
    for member, value in _public(found):
        yield from _member(name, member, value, level=3)


def _public(found: type) -> Iterator[tuple[str, Any]]:
    """Methods and properties that are documented here: those of our own classes, each as the nearest class has it."""
    seen: set[str] = set()
    for owner in found.__mro__:
        if not owner.__module__.startswith("ais_gaps."):
            continue
        for name, value in vars(owner).items():
            if name.startswith("_") or name in seen:
                continue
            seen.add(name)
            if isinstance(value, (FunctionType, property)) and inspect.getdoc(value):
                yield name, value


def _member(owner: str, name: str, value: Any, level: int) -> Iterator[str]:
    yield from (f"{'#' * level} {owner}.{name}", "")
    if not isinstance(value, property):
        yield from ("```python", *_signature(owner, name, value), "```", "")
    yield from (*_text(inspect.getdoc(value) or ""), "")


def _signature(owner: str, name: str, function: Any) -> Iterator[str]:
    signature = inspect.signature(function)
    parameters = [p for p in signature.parameters.values() if p.name != "self"]
    shown = signature.replace(parameters=parameters)
    before = "ais_gaps" if owner == "ais_gaps" else owner.lower()
    line = f"{before}.{name}{_plain(str(shown))}"
    if len(line) <= 100:
        yield line
        return
    yield f"{before}.{name}("
    star = False
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            star = True
            yield "    *,"
        yield f"    {_plain(str(parameter))},"
    yield f"){_plain(str(signature.replace(parameters=[])))[2:]}"


def _plain(text: str) -> str:
    return text.replace("'", "") if '"' not in text else re.sub(r"'([^']*)'", r"\1", text)


def _text(docstring: str) -> Iterator[str]:
    """A docstring as Markdown: its sections as lists, its example as a session."""
    text = docstring.replace("``", "`") + "\n"
    first = SECTION.search(text)
    yield text[: first.start() if first else None].strip()
    for section in SECTION.finditer(text):
        body = inspect.cleandoc(section[2])
        if section[1] == "Example":
            yield from ("", "```pycon", body, "```")
        else:
            yield from ("", f"**{section[1]}**", "", *_items(body))


def _items(body: str) -> Iterator[str]:
    for line in re.sub(r"\n +", " ", body).splitlines():
        item = ITEM.match(line)
        names = ", ".join(f"`{name.strip()}`" for name in item[1].split(",")) if item else ""
        yield f"- {names}: {line[item.end() :]}" if item else f"- {line}"


def main() -> int:
    """Write the page, or check it."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/python.md is not up to date: run python docs/make_interface.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
