"""What the command line does before there is an archive: parsing, wrong usage, streams, exit codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps import __version__
from ais_gaps.cli import _archive_first
from ais_gaps.cli.ingest import _columns_by_field
from ais_gaps.cli.moments import parse_moment
from ais_gaps.errors import UsageError
from tests.command import run


def test_version_and_help_go_to_stdout_and_exit_0() -> None:
    version = run("--version")
    assert (version.returncode, version.stdout, version.stderr) == (0, f"ais-gaps {__version__}\n", "")
    assert run("-h").stdout == run("--help").stdout


@pytest.mark.parametrize("module", ["ais_gaps", "ais_gaps.cli"])
def test_both_modules_run_the_command(module: str) -> None:
    done = run("--version", module=module)
    assert done.stdout == f"ais-gaps {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gasp"], "Did you mean 'gaps'"),
        (["gaps", "--min-hours", "0.5"], "--min-hours"),
        (["gaps", "--min-hours", "nan"], "--min-hours"),
        (["gaps", "--min-hours", "inf"], "--min-hours"),
        (["gaps", "--within-nm", "nan", "--near", "x"], "--within-nm"),
        (["gaps", "--since", "yesterday"], "no ISO date"),
        (["gaps", "--format", "xml"], "geojson"),
        (["vessels", "ANGARA", "--format", "geojson"], "'table', 'json', 'csv', 'ndjson'"),
        (["vessels"], "QUERY"),
        (["vessels", "x", "--limit", "0"], "--limit"),
        (["investigate", "ANGARA", "--html"], "--html"),
        (["ingest"], "PATH"),
        (["ingest", "x.csv", "--sog-unit", "mph"], "km/h"),
        (["ingest", "x.csv", "--receiver", "aeroplane"], "satellite"),
        (["ingest", "x.csv", "--map", "mmsi"], "FIELD=COLUMN"),
        (["ingest", "x.csv", "--map", "colour=x"], "no field colour"),
        (["places", "add"], "--name"),
        (["places", "add", "--name", "x", "--lat", "91", "--lon", "0", "--radius-nm", "1"], "--lat"),
        (["places", "add", "x.geojson", "--name", "x"], "not both"),
        (["places", "--colour"], "--colour"),
        (["--archive"], "--archive"),
        (["--archive", "", "sources"], "--archive"),
        (["watchful"], "No such command"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_right(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["sources"],
        ["rejects"],
        ["vessels", "ANGARA"],
        ["gaps"],
        ["investigate", "ANGARA"],
        ["places"],
        ["evidence"],
        ["sql", "SELECT 1"],
        ["compact"],
        ["verify"],
    ],
)
def test_without_an_archive_every_command_says_so_in_one_line_and_makes_none(
    arguments: list[str], tmp_path: Path
) -> None:
    for named in ([], ["--archive", "nowhere"]):
        done = run(*named, *arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("ais-gaps: ")
        assert done.stderr.count("\n") == 1
        assert (named[1] if named else "ais_archive") in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_is_not_there_stops_an_ingest_before_anything_is_made(tmp_path: Path) -> None:
    done = run("ingest", "typo\x1b[2J.csv", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "ais-gaps: typo[2J.csv: no such file or folder; nothing was read\n"
    assert list(tmp_path.iterdir()) == []


def test_the_archive_may_be_named_before_or_after_the_command() -> None:
    assert _archive_first(["gaps", "X", "--archive", "a", "--open"]) == ["--archive", "a", "gaps", "X", "--open"]
    assert _archive_first(["gaps", "--archive=a"]) == ["--archive=a", "gaps"]
    assert _archive_first(["vessels", "--", "--archive"]) == ["vessels", "--", "--archive"]
    assert _archive_first(["gaps", "--archive"]) == ["--archive", "gaps"]


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), st.integers(-14 * 60, 14 * 60))
def test_times_are_utc_unless_they_have_an_offset(moment: datetime, minutes: int) -> None:
    offset = timedelta(minutes=minutes)
    utc = moment.replace(tzinfo=UTC)
    assert parse_moment(moment.isoformat()) == utc
    assert parse_moment(f"{moment.isoformat()}Z") == utc
    sign, (hours, rest) = "+-"[minutes < 0], divmod(abs(minutes), 60)
    assert parse_moment(f"{moment.isoformat()}{sign}{hours:02}:{rest:02}") == utc - offset
    assert parse_moment(f"{moment:%Y}-{moment:%m-%d}".zfill(10)) == utc.replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    assert parse_moment(moment.isoformat()).tzinfo is UTC


@pytest.mark.parametrize("text", ["", "now", "2023-13-01", "10/08/2023", "2023-08-10T25:00", "0001-01-01T00:00+14:00"])
def test_what_is_no_iso_time_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        parse_moment(text)


def test_a_mapped_column_may_have_any_name() -> None:
    assert _columns_by_field(["ts=time = UTC", "lat=y"]) == {"ts": "time = UTC", "lat": "y"}
    with pytest.raises(UsageError, match="twice"):
        _columns_by_field(["ts=a", "ts=b"])
