"""The page for a terminal: it fits, it is harmless, and it leaves out nothing without saying so."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from ais_gaps.dossier import Dossier, Finding, ReportSource, Statement, build
from ais_gaps.report.terminal import WIDEST, render
from tests import angara_case as case
from tests.angara_case import ANGARA, LADY_R, OTHER_ANGARA
from tests.test_dossier import changed, dossier

HOSTILE = "\x1b[31mRED\x1b]0;title\x07 \u202egnp.exe\u200b\x9b2J[bold red]x[/] :ship: \r\n\ttail"


def page(of: Dossier, width: int = 100, **settings_: Any) -> str:
    stream = io.StringIO()
    render(of, Console(file=stream, width=width, **settings_))
    return stream.getvalue()


def unwrapped(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("width", [40, 58, 63, 64, 80, 99, 100, 140])
@pytest.mark.parametrize("imo", [ANGARA, OTHER_ANGARA, LADY_R])
def test_no_line_is_wider_than_the_terminal_or_the_page_and_none_ends_in_blanks(width: int, imo: int) -> None:
    lines = page(dossier(imo), width).splitlines()
    assert max(map(cell_len, lines)) <= min(width, WIDEST)
    assert all(line == line.rstrip() for line in lines)


def test_sections_come_in_the_order_of_questions_after_the_warning() -> None:
    text = page(dossier())
    parts = ["Read this first", "WHO SHE IS", "WHO SHE IS NOT", "LISTED", "WHEN SHE WAS SILENT: 4 TIMES"]
    parts += ["NAMED AT OTHER TIMES", "WHERE SOURCES DISAGREE", "WHAT THIS CANNOT TELL", "Made by"]
    at = [text.index(part) for part in parts]
    assert at == sorted(at)
    assert text.splitlines()[0] == "ANGARA, IMO 9179842"
    assert text.index("reconstruction") < text.index("WHO SHE IS")


@pytest.mark.parametrize("width", [50, 100])
def test_every_statement_and_every_sighting_by_name_is_on_the_page(width: int) -> None:
    text = unwrapped(page(dossier(), width))
    for said in (*dossier().banner, *dossier().who, *dossier().listed, *dossier().limits, *dossier().conflicts):
        assert said.text in text
    for silence in dossier().silences:
        assert silence.when.text in text and silence.where.text in text
        assert all(remark.text in text for remark in silence.remarks)
        for group in silence.groups:
            assert group.heading in text
            if group.role in ("named", "named_range"):
                assert all(found.text in text and f"[{found.refs[0]}: " in text for found in group.findings)


def test_what_is_cut_is_counted() -> None:
    text = page(dossier())
    for silence in dossier().silences[:1]:
        for group in silence.groups:
            if group.role != "unnamed":
                continue
            shown = sum(f"[{found.refs[0]}" in text for found in group.findings)
            assert 0 < shown < len(group.findings)
            assert f"and {len(group.findings) - shown} more: --format json" in text


@pytest.mark.parametrize(("count", "shown"), [(5, 5), (6, 6), (7, 5), (12, 5)])
def test_a_single_line_too_many_is_shown_instead_of_counted(count: int, shown: int) -> None:
    first = dossier().silences[0]
    (hulls,) = [group for group in first.groups if group.role == "unnamed"]
    told = replace(first, groups=(replace(hulls, findings=hulls.findings[:count]),))
    text = page(replace(dossier(), silences=(told,)))
    assert sum(f"[{found.refs[0]}:" in text for found in hulls.findings) == shown
    assert ("more: --format json" in text.split("Meanwhile")[0]) == (shown < count)


def test_a_cause_that_differs_stands_with_its_silence() -> None:
    assert page(dossier()).count("to be silent is not judged") == 1
    gaps = changed(case.gaps(), p_switched_off=0.5)
    first = gaps.slice(0, 0)
    for i in range(len(gaps)):  # judged and not judged by turns
        row = (gaps if i % 2 else case.gaps()).slice(i, 1)
        first = row if i == 0 else type(gaps).from_batches([*first.to_batches(), *row.to_batches()])
    mixed = build(case.vessel(ANGARA), case.vessels(), first, case.evidence(), case.provenance())
    text = page(mixed)
    assert text.count("to be silent is not judged") == sum(s.gap["p_switched_off"] is None for s in mixed.silences)
    assert text.count("is reckoned as 0.50") == sum(s.gap["p_switched_off"] is not None for s in mixed.silences)


def test_many_silences_are_told_briefly_beyond_the_first_few() -> None:
    quiet = {**case.vessel(ANGARA), "imo": None, "mmsi": [1]}
    rows = case.gaps().slice(0, 1).to_pylist()
    many = [{**rows[0], "mmsi": 1, "imo": None, "gap_id": f"g{i}", "duration_h": 7.0 + i} for i in range(40)]
    gaps = case.gaps().from_pylist(many, schema=case.gaps().schema)
    bare = replace(case.evidence(), observations=case.evidence().observations.slice(0, 0))
    text = page(build(quiet, case.vessels(), gaps, bare, case.provenance()))
    assert "WHEN SHE WAS SILENT: 40 TIMES" in text
    assert text.count("Last heard at") == 6
    assert "and 24 more shorter silences: --format json" in text


def hostile(text: str) -> Dossier:
    """The case with a text from a stranger wherever data is shown."""
    of = dossier()

    def told(found: Finding) -> Finding:
        return replace(found, text=text, refs=(text,), publisher=text, published=text, place=text)

    def said(statement: Statement) -> Statement:
        return replace(statement, text=text, refs=(text,))

    silences = tuple(
        replace(
            silence,
            when=said(silence.when),
            where=said(silence.where),
            cause=said(silence.cause),
            remarks=tuple(replace(r, kind=text, text=text, refs=(text,)) for r in silence.remarks),
            groups=tuple(replace(g, heading=text, findings=tuple(map(told, g.findings))) for g in silence.groups),
            events=tuple(map(told, silence.events)),
            wider=said(Statement("")),
        )
        for silence in of.silences
    )
    return replace(
        of,
        title=text,
        banner=tuple(map(said, of.banner)),
        who=tuple(map(said, of.who)),
        not_her=tuple(replace(n, name=text, statements=tuple(map(said, n.statements))) for n in of.not_her),
        silences=silences,
        elsewhere=tuple(map(told, of.elsewhere)),
        limits=tuple(map(said, of.limits)),
        provenance=replace(of.provenance, program=text, sources=(ReportSource(text, None, 3, None),)),
    )


def harmless(text: str) -> bool:
    return all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


@settings(max_examples=30)
@given(st.text(max_size=60) | st.just(HOSTILE))
def test_nothing_in_the_data_reaches_the_terminal_as_a_command(text: str) -> None:
    assert harmless(page(hostile(text), 80))


def test_markup_and_emoji_codes_in_the_data_are_only_text() -> None:
    text = page(hostile("[bold red]x[/] :ship:"), 100)
    assert "[bold red]x[/] :ship:" in text


def test_an_endless_text_is_cut() -> None:
    assert len(page(hostile("A" * 1_000_000))) < 200_000


def test_colour_only_where_the_console_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in page(dossier())
    assert "\x1b[" in page(dossier(), force_terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search("\x1b\\[[0-9;]*3[0-9]m", page(dossier(), force_terminal=True))


def test_page_and_json_tell_the_same_silences() -> None:
    written = json.loads(dossier().to_json())
    text = unwrapped(page(dossier()))
    assert all(silence["when"]["text"] in text for silence in written["silences"])
