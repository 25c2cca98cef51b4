"""What the pages of the documentation show is what their commands and Python lines do: those that need no ways by sea."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import ais_gaps
from tests.docs_site_case import COLUMNS, check, text
from tests.test_docs_site_examples import OTHERS


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the case, without her dossier."""
    return ais_gaps.demo(tmp_path_factory.mktemp("judged") / "demo").path


@pytest.mark.parametrize("page", OTHERS["test_docs_site_judged.py"])
def test_a_page_shows_what_it_does(page: str, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", COLUMNS)
    check(page, tmp_path, demo)


def test_the_readers_are_those_of_the_code() -> None:
    from ais_gaps.readers import READERS, reader
    from ais_gaps.readers.interface import MAPPABLE_FIELDS

    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", text("formats.md"), flags=re.MULTILINE)
    assert rows == [(name, reader(name).title.replace("|", "\\|")) for name in READERS]
    fields = re.search(r"<!-- fields -->\n(.*?)\n\n", text("formats.md"), flags=re.DOTALL)
    assert fields is not None
    assert re.findall(r"`(\w+)`", fields[1]) == list(MAPPABLE_FIELDS)


def test_the_constants_are_those_of_the_code() -> None:
    from ais_gaps.judgement import causes, coverage, exposure, factor, paths
    from ais_gaps.judgement.model import shipped
    from ais_gaps.summary.kernel import JUMP_FLOOR_H, JUMP_KN

    text_of = " ".join(text("judged.md").split())
    direct, wait_first, wait_last, detour = paths.WEIGHTS
    least, more = (float(factor.frailty(np.array([hours]))[0]) for hours in (1e12, 1.0))
    weights = shipped()
    for said in (
        f"faster than {JUMP_KN:g} knots over $`\\sqrt{{\\Delta t^2 + ({JUMP_FLOOR_H:g}\\ \\text{{h}})^2}}`$",
        f"\\frac{{H + {coverage._PULL:g}\\,q_{{\\text{{parent}}}}}}{{N + {coverage._PULL:g}}}",
        f"(H_S + {coverage._PULL_SPACE:g}\\,S_0) / (N_S + {coverage._PULL_SPACE:g})",
        f"\\min\\left({exposure._MOST_UP:g},\\ \\frac{{\\text{{heard}} + {exposure._SOME_SHORE:g}}}"
        f"{{\\text{{expected}} + {exposure._SOME_SHORE:g}}}",
        f"\\frac{{\\text{{heard}} + {exposure._SOME_SPACE:g}}}{{\\text{{expected}} + {exposure._SOME_SPACE:g}}}",
        f"Of a silence longer than {exposure.LONGEST_H / 24:g} days the first {exposure.LONGEST_H / 24:g} count",
        f"straight on (weight {direct:g}), waiting first ({wait_first:g}), waiting last ({wait_last:g})",
        f"*detour out of hearing* ({detour:g})",
        f"k = {least:g} + \\frac{{{more - least:g}}}{{\\text{{hours}}}}",
        f"a small chance, at most {factor._UNSEEN_MOST * 100:g} %",
        f"The start is about {weights.closed.bias:.0f} for a silence that is over and {weights.open.bias:.0f} for one that is not",
        f"generated worlds, {len(weights.origin['worlds'])} of them in three seas",
        f"Fewer than {causes.LEAST_BASIS:g} ship-hours of others",
    ):
        assert " ".join(said.split()) in text_of, said
    assert len({world["sea"] for world in weights.origin["worlds"]}) == 3


def test_sentences_to_print_have_the_figures_of_the_other_pages() -> None:
    said, watchlist, investigation = text("limits.md"), text("uses/watchlist.md"), text("uses/investigation.md")
    for figure in ("130 of 306 ship-hours", "about 43 times", "92 %", "Wonsan"):
        assert figure in said and figure in watchlist, figure
    assert "end on 10 August and resume on 7 February" in said
    assert "2023-08-10T06:40:00Z" in investigation and "on 49 of the 109 days" in said.lower()
