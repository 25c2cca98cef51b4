"""Takes from README.md what it promises, so that the checks run just that.

    python .ci/readme_commands.py main      the command that sets up and runs the main job
    python .ci/readme_commands.py tests     the command that sets up and runs the tests
    python .ci/readme_commands.py shows F   exit 1 unless file F holds, in order, what README shows as the output

README marks them by the words after the fence: ```sh main, ```sh tests and ```text output. A line ``[...]`` in the
shown output stands for lines that are left out.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
LEFT_OUT = "[...]"


def block(words: str, text: str) -> str:
    """The one fenced block of these words.

    Raises:
        LookupError: there is none, or more than one.
    """
    found = re.findall(rf"^```{re.escape(words)}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    if len(found) != 1:
        raise LookupError(f"README.md has {len(found)} blocks ```{words}, not one")
    return str(found[0])


def first_absent(shown: str, printed: str) -> str | None:
    """None if the printed lines hold the shown ones in order, without a break but at `LEFT_OUT`; else what is absent."""
    lines = [line.rstrip() for line in printed.splitlines()]
    start = 0
    for passage in shown.split(f"{LEFT_OUT}\n"):
        wanted = [line.rstrip() for line in passage.splitlines()]
        while lines[start : start + len(wanted)] != wanted:
            start += 1
            if start > len(lines):
                return passage
        start += len(wanted)
    return None


def main(arguments: list[str]) -> int:
    """Print a command, or compare an output."""
    text = README.read_text(encoding="utf-8")
    match arguments:
        case ["main" | "tests" as which]:
            print(block(f"sh {which}", text), end="")
            return 0
        case ["shows", file]:
            absent = first_absent(block("text output", text), Path(file).read_text(encoding="utf-8"))
            if absent is None:
                return 0
            print(f"README.md shows what the command does not print:\n{absent}", file=sys.stderr)
            return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
