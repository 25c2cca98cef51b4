"""The commands about what is watched besides the watched places, and what people say of silences."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ais_gaps.cli.location import open_archive
from ais_gaps.cli.moments import AsKnown
from ais_gaps.cli.places import ListsByDefault
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import AsFormat, Format, print_rows
from ais_gaps.errors import UsageError


class Verdict(StrEnum):
    """What a person thinks of a silence."""

    INNOCENT = "innocent"
    SUSPECT = "suspect"
    CONFIRMED = "confirmed"


Because = Annotated[str | None, typer.Option("--because", metavar="TEXT", help="Why, in your words.")]
Author = Annotated[
    str | None, typer.Option("--author", metavar="NAME", help="Who says so; the login name if not said.")
]
Gap = Annotated[
    str, typer.Argument(metavar="GAP", help="A silence: its gap_id, or the first digits of it, at least six.")
]

_SHOWN = ("entry_id", "kind", "label", "because", "author", "at", "value")
_SHOWN_VERDICTS = ("verdict", "because", "author", "at", "mmsi", "off_ts", "earlier_form", "gap_id")

watch = typer.Typer(
    name="watch",
    cls=ListsByDefault,
    rich_markup_mode=None,
    subcommand_metavar="[list|add|remove|note|notes] [ARGS]...",
)


@watch.callback()
def settings() -> None:
    """Say what to watch, and what you think of a silence.

    Besides the watched places (see places): ships, owners, lists, areas. 'watch' is short for 'watch list'.

    \b
    Examples:
      ais-gaps watch
      ais-gaps watch add 9179842 --because "seen at Rajin"
      ais-gaps watch note 3f2a9c --verdict innocent --because "in dry dock"
    """


@watch.command("add")
def add_entries(
    context: typer.Context,
    vessels: Annotated[
        list[str] | None,
        typer.Argument(metavar="VESSEL", help="Ships: IMO numbers (seven digits), MMSI (nine) or names."),
    ] = None,
    imo: Annotated[list[str] | None, typer.Option("--imo", metavar="IMO", help="A ship by IMO number.")] = None,
    mmsi: Annotated[list[str] | None, typer.Option("--mmsi", metavar="MMSI", help="A ship by MMSI.")] = None,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="Every ship that bears or bore just this name, in any script."),
    ] = None,
    owner: Annotated[
        list[str] | None,
        typer.Option("--owner", metavar="NAME", help="Every ship with which the evidence names this company."),
    ] = None,
    listing: Annotated[
        list[str] | None,
        typer.Option("--listing", metavar="LIST", help="Every ship on a sanctions list of the evidence, by its name."),
    ] = None,
    area: Annotated[
        list[str] | None,
        typer.Option(
            "--area",
            metavar="AREA",
            help="An area: a GeoJSON file, or LAT,LON,RADIUS in degrees WGS84 and nautical miles.",
        ),
    ] = None,
    label: Annotated[
        str | None, typer.Option("--label", metavar="TEXT", help="What it is called where it is shown.")
    ] = None,
    because: Because = None,
    author: Author = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Watch ships, owners, lists or areas, and print them.

    Their silences are on the watchlist wherever they are. Each option may be given more than once. What is watched
    already is not added again; to give it another reason, remove it first. An area is watched for silences that begin
    or end in it.

    Names are compared as 'vessels' does when it says that a name is the one asked for, never by likeness, and are not
    unique. Companies are those that the register, the lists and the fleet in the evidence name with ships (owner,
    linked_to). Lists are called as 'evidence list listings' shows them: by list, or by authority.

    \b
    Examples:
      ais-gaps watch add 9179842 273210440 "LADY R" --because "seen at Rajin"
      ais-gaps watch add --owner "M Leasing LLC" --listing "OFAC SDN"
      ais-gaps watch add --area 42.2,130.3,25 --label "off Rajin"
      ais-gaps watch add --area roads.geojson --author ann
    """
    from ais_gaps.watch.entry import Asked

    wanted = [Asked(value) for value in vessels or ()]
    given = {"imo": imo, "mmsi": mmsi, "name": name, "owner": owner, "listing": listing, "area": area}
    wanted += [Asked(value, kind) for kind, values in given.items() for value in values or ()]
    if not wanted:
        options = ", ".join(f"--{kind}" for kind in given)
        raise UsageError(f"watch add needs something to watch: a VESSEL, or one of {options}")
    added = open_archive(context).watch(*wanted, label=label, because=because, author=author)
    print_rows(added.rows, form, columns=_SHOWN)
    for note in added.notes:
        say(note)


@watch.command("list")
def list_entries(context: typer.Context, as_known: AsKnown = None, form: AsFormat = Format.TABLE) -> None:
    """List what is watched besides the watched places.

    The oldest first, with who added it, when and why. Areas are GeoJSON in the column value.

    \b
    Examples:
      ais-gaps watch list
      ais-gaps watch list --as-known 2026-11-01 --format json
    """
    print_rows(open_archive(context).watched(as_known=as_known), form, columns=_SHOWN)


@watch.command("remove")
def remove_entry(
    context: typer.Context,
    entry: Annotated[
        str,
        typer.Argument(metavar="ENTRY", help="An entry: its id or the first digits of it, or its value or label."),
    ],
    because: Because = None,
    author: Author = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Watch an entry no longer, and print the row that says so.

    Nothing is deleted: --as-known still tells what was watched before.

    \b
    Examples:
      ais-gaps watch remove 9179842
      ais-gaps watch remove "off Rajin" --because "the inquiry is closed"
    """
    print_rows(open_archive(context).unwatch(entry, because=because, author=author), form, columns=_SHOWN)


@watch.command("note")
def note_verdict(
    context: typer.Context,
    gap: Gap,
    verdict: Annotated[Verdict, typer.Option("--verdict", metavar="VERDICT", help=f"One of {', '.join(Verdict)}.")],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why, in your words.")],
    author: Author = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Say what you think of a silence, and print what was noted.

    A verdict stands beside the score and changes none. It is kept with its time and author, and shown ever after; a
    later one stands beside it. Where late data change when the silence began, it is found again and says so.

    \b
    Examples:
      ais-gaps watch note 3f2a9c81d0e4b765 --verdict innocent --because "in dry dock, says the yard"
      ais-gaps watch note 3f2a9c --verdict confirmed --because "imaged at the pier" --author ann
    """
    noted = open_archive(context).note(gap, verdict.value, because, author=author)
    print_rows(noted, form, columns=_SHOWN_VERDICTS)


@watch.command("notes")
def list_verdicts(
    context: typer.Context,
    gap: Annotated[
        str | None,
        typer.Argument(
            metavar="GAP", help="Only of this silence: its gap_id, or the first digits of it, at least six."
        ),
    ] = None,
    as_known: AsKnown = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """List what people said of silences, the oldest first.

    \b
    Examples:
      ais-gaps watch notes
      ais-gaps watch notes 3f2a9c --format json
    """
    print_rows(open_archive(context).verdicts(gap, as_known=as_known), form, columns=_SHOWN_VERDICTS)
