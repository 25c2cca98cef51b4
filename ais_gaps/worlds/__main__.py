"""``python -m ais_gaps.worlds --seed 1 --out DIR``: generates a world (see `ais_gaps.worlds`)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from ais_gaps import worlds
from ais_gaps.errors import AisGapsError
from ais_gaps.plain import plain
from ais_gaps.worlds.files import NOTE
from ais_gaps.worlds.seas import SEAS


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes a world as the command line says; 0, or 1 if it cannot be done."""
    given = vars(_parser().parse_args(arguments))
    out, like = given.pop("out"), given.pop("like")
    try:
        settings = worlds.Settings(**(worlds.KINDS_OF_FEED[like] | given))
        said = worlds.write(worlds.make(settings), out)
    except AisGapsError as error:
        print(f"Error: {plain(str(error))}", file=sys.stderr)
        return 1
    causes = ", ".join(f"{count:,} {cause}" for cause, count in said["silences_by_cause"].items())
    hidden = sum(said["hidden_calls"].values())
    print(
        f"{said['reports']:,} reports of {said['ships_heard']:,} ships, {said['silences']:,} silences over 2 h "
        f"({causes}), {hidden:,} hidden calls; {NOTE}."
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ais_gaps.worlds",
        description="Generates AIS of a sea with a known truth.",
        epilog="All habits are the generator's own, and no facts about the sea.",
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("--out", type=Path, required=True, help="new or empty folder")
    parser.add_argument(
        "--like", choices=sorted(worlds.KINDS_OF_FEED), default="dense", help="kind of feed (default %(default)s)"
    )
    for each in fields(worlds.Settings):
        name, meaning = f"--{each.name.replace('_', '-')}", f"{each.metadata['meaning']} (default {each.default})"
        if each.type == "bool":
            parser.add_argument(name, action="store_true", help=each.metadata["meaning"])
        elif each.name == "sea":
            parser.add_argument(name, choices=SEAS, help=meaning)
        else:
            parser.add_argument(name, type={"int": int, "float": float, "str": str}[str(each.type)], help=meaning)
    return parser


if __name__ == "__main__":
    sys.exit(main())
