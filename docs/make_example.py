"""Writes what README's commands on a generated world print into its block ``text judged``.

python docs/make_example.py            write it
python docs/make_example.py --check    exit 1 if it is not up to date
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
COMMANDS, SHOWN = "```sh judged\n", "```text judged\n"
SILENCES = 1
"""So many silences are shown, the most probable choices first; of all commands but `gaps`, `outages` and `watchlist` nothing is."""
WIDTH = "110"


def _block(text: str, fence: str) -> tuple[int, int]:
    """Where the lines of a fenced block begin and end."""
    begin = text.index(fence) + len(fence)
    return begin, text.index("```\n", begin)


def printed(commands: str) -> str:
    """What the commands print, run one after another in an empty folder."""
    said = []
    with tempfile.TemporaryDirectory() as folder:
        for line in commands.splitlines():
            program, *arguments = shlex.split(line)
            start = arguments if program == "python" else ["-m", program.replace("-", "_"), *arguments]
            run = subprocess.run(
                [sys.executable, *start],
                cwd=folder,
                env=os.environ | {"COLUMNS": WIDTH, "PYTHONPATH": str(README.parent)},
                capture_output=True,
                text=True,
                check=True,
            )
            if {"gaps", "watchlist"} & set(arguments):
                said.append(_first(run.stdout))
            elif "outages" in arguments:
                said.append(run.stdout)
    return "\n".join(said)


def _first(text: str) -> str:
    """What stands above a table with reasons, its heading, and its first silences."""
    lines = text.splitlines()
    ruled = next(n for n, line in enumerate(lines) if line.startswith("───"))
    begins = [n for n, line in enumerate(lines) if n > ruled and not line.startswith("    ")]
    if len(begins) > SILENCES:
        lines = [*lines[: begins[SILENCES]], "[...]"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def main() -> None:
    """Write the block, or check it."""
    text = README.read_text(encoding="utf-8")
    made = printed(text[slice(*_block(text, COMMANDS))])
    begin, end = _block(text, SHOWN)
    if "--check" not in sys.argv[1:]:
        README.write_text(text[:begin] + made + text[end:], encoding="utf-8")
    elif text[begin:end] != made:
        sys.exit("README.md does not show what its commands on a generated world print: python docs/make_example.py")


if __name__ == "__main__":
    main()
