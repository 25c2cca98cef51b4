"""What is judged of a silence, as the dossier, its page and the terminal tell it: no more than is judged, and all of it."""

from __future__ import annotations

import html
import io
import json
import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ais_gaps.dossier import Dossier, Reason, build
from ais_gaps.dossier.judged import LIKELY, QUIET, chance, reasons
from ais_gaps.export.kml import write_kml
from ais_gaps.features import draw, unplaced
from ais_gaps.judgement import causes
from ais_gaps.report.page import render as render_page
from ais_gaps.report.terminal import render
from tests import angara_case as case
from tests.angara_case import ANGARA, OTHER_ANGARA
from tests.test_dossier import changed

SAID = (
    "We should have heard her about 10 times in 30.0 h; a ship that transmits falls silent so by chance once in 123 times [+1.3]",
    "Others near her in the same hours: 18 of 19 ship-hours were heard, 18 would be usual",
    "Start, before all that, as in generated worlds [-4.4]",
)
NOTHING = "Only 1 ship-hours of others are known in these waters from 2022-04-28 to 2022-07-26"


@cache
def judged(p: float | None, cause: str | None, said: tuple[str, ...] = SAID, imo: int = ANGARA) -> Dossier:
    gaps = changed(case.gaps(), p_switched_off=p, cause=cause, reasons=list(said))
    return build(case.vessel(imo), case.vessels(), gaps, case.evidence(), case.provenance())


@cache
def _page(written: str) -> str:
    return render_page(_dossiers[written])


_dossiers: dict[str, Dossier] = {}


def page_of(of: Dossier) -> str:
    """The page; each is made once."""
    written = of.to_json()
    _dossiers[written] = of
    return _page(written)


def text(of: Dossier, width: int = 100) -> str:
    stream = io.StringIO()
    render(of, Console(file=stream, width=width))
    return stream.getvalue()


def one_line(of: str) -> str:
    return re.sub(r"\s+", " ", of)


def article(of: Dossier, number: int = 1) -> str:
    found = re.search(rf'<article class="silence" id="silence-{number}">.*?</article>', page_of(of), flags=re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("p", "cause", "said"),
    [
        (
            0.62,
            causes.SWITCHED_OFF,
            "Judged as switched off: the probability that she chose to be silent is reckoned as 0.62.",
        ),
        (
            0.004,
            causes.NO_COVERAGE,
            "Judged as no coverage: the probability that she chose to be silent is reckoned as below 0.01.",
        ),
        (
            0.3,
            causes.UNKNOWN,
            "The probability that she chose to be silent is reckoned as 0.30; what its cause was cannot be told: "
            "not enough evidence.",
        ),
        (None, causes.UNKNOWN, "Whether she chose to be silent is not judged: not enough evidence."),
        (None, causes.IDENTITY, "Whether she chose to be silent is not judged: identity break."),
        (None, None, "Whether she chose to be silent is not judged."),
    ],
)
def test_a_silence_is_told_as_it_is_judged_and_not_beyond(p: float | None, cause: str | None, said: str) -> None:
    found = judged(p, cause)
    assert {silence.cause.text for silence in found.silences} == {said}
    assert said in one_line(text(found))
    assert said in article(found)


def test_causes_of_reception_are_causes_and_a_choice_begins_where_the_judgement_says() -> None:
    assert set(causes.CAUSES) > QUIET
    assert causes.LIKELY == LIKELY


@given(st.floats(0, 1))
def test_a_probability_is_never_told_as_certain(p: float) -> None:
    words = chance(p)
    assert words not in ("0.00", "1.00")
    assert (words == "below 0.01") == (p < 0.01) and (words == "above 0.99") == (p > 0.99)


@given(st.lists(st.text(max_size=40) | st.sampled_from(SAID), max_size=5), st.floats(-30, 30))
def test_every_reason_is_kept_in_its_order_and_its_weight_set_apart(said: list[str], nats: float) -> None:
    weighed = [f"Because of this [{nats:+.1f}]", *said]
    found = reasons({"reasons": weighed})
    assert len(found) == 1 + sum(bool(one) for one in said)
    assert found[0] == Reason("Because of this.", round(float(f"{nats:+.1f}"), 1) + 0.0)
    assert reasons({"reasons": None}) == ()


def test_json_has_probability_cause_and_reasons_as_given_and_parted() -> None:
    silence = json.loads(judged(0.62, causes.SWITCHED_OFF).to_json())["silences"][0]
    assert (silence["gap"]["p_switched_off"], silence["gap"]["cause"]) == (0.62, "switched off")
    assert silence["gap"]["reasons"] == list(SAID)
    assert [reason["nats"] for reason in silence["reasons"]] == [1.3, None, -4.4]
    assert silence["reasons"][1]["text"] == f"{SAID[1]}."


def test_what_a_probability_is_is_said_once_where_there_is_one() -> None:
    for found in (judged(0.62, causes.SWITCHED_OFF), judged(0.01, causes.NO_COVERAGE)):
        assert one_line(text(found)).count("with weights fitted on generated worlds") == 1
        assert page_of(found).count("with weights fitted on generated worlds: nobody saw a switch") >= 1
        assert any(limit.text.startswith("That a transmitter was switched off by hand.") for limit in found.limits)
    none = judged(None, causes.UNKNOWN, (NOTHING,))
    assert none.judged is None and "generated worlds" not in text(none)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_terminal_shows_each_reason_of_a_choice_with_its_weight_in_a_column(width: int) -> None:
    lines = text(_one(judged(0.62, causes.SWITCHED_OFF)), width).splitlines()
    at = {
        line.index(weight)
        for weight in ("+1.3", "-4.4")
        for line in lines
        if re.search(rf"^ +{re.escape(weight)}  ", line)
    }
    assert len(at) == 1
    told = one_line(" ".join(lines))
    assert all(f"{one.split(' [')[0].split(';')[0].split(',')[0]}" in told for one in SAID)


def test_a_silence_of_reception_is_told_in_a_paragraph_with_its_first_reason_and_the_rest_counted() -> None:
    told = one_line(text(_one(judged(0.01, causes.NO_COVERAGE))))
    assert "reckoned as 0.01. We should have heard her about 10 times" in told
    assert "[+1.3]. And 2 more reasons: --format json" in told
    assert "before all that" not in told


def test_a_silence_that_a_note_explains_is_not_laid_open_to_suspicion() -> None:
    found = judged(0.9, causes.SWITCHED_OFF, imo=OTHER_ANGARA)
    (silence,) = found.silences
    assert silence.cause.text.startswith("Its cause is reported. Reckoned without that report,")
    assert "Judged as switched off" not in text(found) + page_of(found)
    assert "We should have heard her" not in text(found)
    assert len(silence.reasons) == len(SAID)


def test_a_sole_reason_to_abstain_stands_beside_it() -> None:
    found = judged(None, causes.UNKNOWN, (NOTHING,))
    assert f"not enough evidence. {NOTHING}." in one_line(text(_one(found)))
    assert f"{NOTHING}." in article(found) and "<details" not in article(found).split("</div>")[3]


def test_on_the_page_reasons_are_a_list_that_opens_without_a_script() -> None:
    choice, reception = (article(judged(p, cause)) for p, cause in ((0.62, "switched off"), (0.01, "no coverage")))
    assert '<details class="reasons" open><summary>3 reasons, with their weights</summary>' in choice
    assert '<details class="reasons"><summary>3 reasons, with their weights</summary>' in reception
    for told in (choice, reception):
        items = re.findall(r"<li>(.*?)</li>", told.split('class="weighed"')[1].split("</ul>")[0])
        assert len(items) == len(SAID)
        assert "Weight </span>+1.3" in items[0] and "Weight </span>\u22124.4" in items[2]
        assert "Weight" not in items[1]


def test_reasons_are_only_text() -> None:
    hostile = ("<script>alert(1)</script> [+1.0]", "\x1b[31m\u202eevil [-2.0]", '"><img src=x>')
    found = judged(0.7, causes.SWITCHED_OFF, hostile)
    assert "<script>alert" not in page_of(found) and "<img" not in page_of(found)
    assert not re.search("[\x1b\u202e]", text(found) + page_of(found))


def test_google_earth_is_told_the_reasons_with_their_weights() -> None:
    stream = io.BytesIO()
    found = _one(judged(0.62, causes.SWITCHED_OFF))
    write_kml(found, draw(found), unplaced(found), stream)
    told = html.unescape(html.unescape(stream.getvalue().decode()))
    assert "reckoned as 0.62." in told and "-4.4  Start, before all that, as in generated worlds." in told


def test_a_choice_is_set_out_before_longer_silences_of_others() -> None:
    first = case.gaps().slice(0, 1).to_pylist()[0]
    rows: list[dict[str, Any]] = [
        {
            **first,
            "mmsi": 1,
            "imo": None,
            "gap_id": f"g{i}",
            "duration_h": 7.0 + i,
            "p_switched_off": 0.9 if i == 0 else 0.0,
        }
        for i in range(40)
    ]
    gaps = case.gaps().from_pylist(
        [{**row, "cause": "no coverage", "reasons": []} for row in rows], schema=case.gaps().schema
    )
    quiet = {**case.vessel(ANGARA), "imo": None, "mmsi": [1]}
    bare = case.evidence().none()
    found = build(quiet, case.vessels(), gaps, bare, case.provenance())
    told = one_line(text(found))
    number = next(n for n, s in enumerate(found.silences, 1) if s.gap["gap_id"] == "g0")
    assert re.search(rf" {number} (Silent from|Not heard) ", told)
    assert "No coverage, probability below 0.01." in told
    assert f'id="silence-{number}"><h3>' in re.sub(r"\n", "", page_of(found))


def _one(of: Dossier) -> Dossier:
    """The dossier with its first silence only."""
    return Dossier(**{**vars(of), "silences": of.silences[:1]})
