"""The commands about how good the judgement is: evaluate, calibrate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ais_gaps.cli.gap_options import MinHours
from ais_gaps.cli.location import open_archive
from ais_gaps.cli.progress import shown_waiting
from ais_gaps.cli.stderr import say
from ais_gaps.cli.stdout import AsFormat, Format, open_data, open_page, print_rows
from ais_gaps.errors import UsageError

if TYPE_CHECKING:
    from ais_gaps.evaluation.question import Report

_PLOTS = (".svg", ".html")
_SHOWN = (
    "number",
    "bias",
    "slope",
    "prevalence",
    "given",
    "injected",
    "natural",
    "min_hours",
    "seed",
    "sources",
    "reset",
)

Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Seed of all draws: the same seed, the same figures.")]
Injections = Annotated[
    int, typer.Option("--injections", metavar="N", min=1, max=100_000, help="At most so many stretches are deleted.")
]


def evaluate(
    context: typer.Context,
    seed: Seed = 1,
    injections: Injections = 2000,
    min_hours: MinHours = 2.0,
    per_day: Annotated[
        float, typer.Option("--per-day", metavar="N", min=0.001, max=1e6, help="Alerts a day that a watch can look at.")
    ] = 5.0,
    prevalence: Annotated[
        float,
        typer.Option(
            "--prevalence",
            metavar="SHARE",
            min=1e-6,
            max=0.5,
            help="The share of silences taken to be switched off, since nobody knows it; not used with --truth.",
        ),
    ] = 0.01,
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth",
            metavar="FILE",
            help="CSV with mmsi, off_ts, hours, cause, as worlds are generated with: score against that, inject nothing.",
        ),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Write the reliability plot to FILE, .svg or .html.")
    ] = None,
    form: AsFormat = Format.TABLE,
) -> None:
    """Measure how well switched-off transmitters are found.

    Deletes stretches of honest ships' tracks (nothing in the archive changes), judges the silences that this makes, and
    compares them with natural silences of the same length. Beside p_switched_off it does the same with the length of a
    silence alone and with Global Fishing Watch's rule. The table shows the main figures; json has all of them, csv and
    ndjson those of each method and group.

    \b
    Examples:
      ais-gaps evaluate
      ais-gaps evaluate --injections 500 --seed 7 --plot reliability.svg
      ais-gaps evaluate --truth world/truth.csv --format json
    """
    if plot is not None and plot.suffix.lower() not in _PLOTS:
        raise UsageError(f"--plot writes {' or '.join(_PLOTS)}, not {plot.name!r}")
    archive = open_archive(context)
    from ais_gaps.evaluation import ask, words
    from ais_gaps.evaluation.question import Question

    asked = Question(seed, injections, min_hours, per_day, prevalence)
    with shown_waiting("judging silences"):
        report = ask.evaluate(archive, asked, truth)
    if plot is not None:
        _write_plot(report, plot)
    _print(report, form)
    for line in (*words.summary(report), *words.limits(report)):
        say(line)


def calibrate(
    context: typer.Context,
    seed: Seed = 1,
    injections: Injections = 2000,
    min_hours: MinHours = 2.0,
    prevalence: Annotated[
        float | None,
        typer.Option(
            "--prevalence",
            metavar="SHARE",
            min=1e-6,
            max=0.5,
            help="The share of this archive's silences that are switched off; what the judgement expects if not said.",
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Only list the calibrations that were kept, the last counts.")
    ] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Undo the calibrations; they stay in the history.")] = False,
    form: AsFormat = Format.TABLE,
) -> None:
    """Fit the judgement's probabilities to this archive.

    Deletes stretches of honest ships' tracks as evaluate does, and refits two numbers, logit p' = bias + slope logit p, so
    that the silences which this makes stand out from natural ones of the same length as much as their probabilities say.
    How often ships switch off cannot be learnt so: the expected number of choices stays as it was, or as --prevalence says.
    The result is kept in the archive and used from then on.

    \b
    Examples:
      ais-gaps calibrate
      ais-gaps calibrate --prevalence 0.005
      ais-gaps calibrate --show
      ais-gaps calibrate --reset
    """
    if show and reset:
        raise UsageError("say --show or --reset, not both")
    archive = open_archive(context)
    from ais_gaps.evaluation import ask
    from ais_gaps.evaluation.question import Question

    if show:
        print_rows(ask.calibrations(archive), form, columns=_SHOWN)
        return
    if reset:
        print_rows(ask.reset(archive), form, columns=_SHOWN)
        return
    with shown_waiting("judging silences"):
        rows = ask.calibrate(archive, Question(seed, injections, min_hours), prevalence)
    print_rows(rows, form, columns=_SHOWN)
    say(
        "injected silences lie where ships are heard, and have none of the habits of ships that hide: "
        "the slope is of what reception tells, not of what ships do"
    )


def _print(report: Report, form: Format) -> None:
    from ais_gaps import tabular
    from ais_gaps.evaluation import layout

    match form:
        case Format.JSON:
            import orjson

            open_data().write(orjson.dumps(layout.plain_object(report), option=orjson.OPT_INDENT_2).decode() + "\n")
        case Format.TABLE:
            page = open_page()
            for number, (title, table) in enumerate(layout.sections(report)):
                page.write(f"{'' if number == 0 else chr(10)}{title}\n\n")
                tabular.write_grid(table, page)
        case _:
            print_rows(report.figures, form)


def _write_plot(report: Report, path: Path) -> None:
    from ais_gaps.evaluation import plot
    from ais_gaps.export import replaced

    page = plot.html(report) if path.suffix.lower() == ".html" else plot.svg(report)
    with replaced(path) as stream:
        stream.write(page.encode())
    say(f"reliability plot in {path}")
