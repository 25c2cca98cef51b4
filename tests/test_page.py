"""The page as text: it says all that the dossier says, proves where from, and nothing in the data becomes markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ais_gaps.dossier.model import Citation, Statement
from ais_gaps.report.page import folding, render, showing, summary
from tests import page_case as case

ALL = (case.full, case.plain, case.nothing, case.many, case.hostile, case.antimeridian)
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Parsed(HTMLParser):
    """Tags, attributes, visible text and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: set[tuple[str, str]] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.said: list[str] = []
        self.headings: list[int] = []
        self.policy = ""
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        found = dict(attrs)
        self.attributes |= {(tag, name) for name in found}
        if "id" in found:
            self.ids.append(str(found["id"]))
        if tag == "a" and "href" in found:
            self.links.append(str(found["href"]))
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(found["content"])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "script":
            self.scripts.append("data" if found.get("type") else "")
        if tag == "style":
            self.styles.append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "script" and self.scripts[-1] != "data":
            self.scripts[-1] += data
        elif inside == "style":
            self.styles[-1] += data
        elif inside != "script":
            self.said.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.said))


@cache
def page(made: Any) -> str:
    return render(made())


@cache
def parsed(made: Any) -> Parsed:
    return Parsed(page(made))


# -- what it says ------------------------------------------------------------------------------------------------------


def statements(value: Any) -> list[str]:
    """Texts of all statements, findings and remarks of a dossier as JSON."""
    found = []
    if isinstance(value, dict):
        if isinstance(value.get("text"), str) and value["text"]:
            found.append(value["text"])
        for name, item in value.items():
            if name != "gap":
                found += statements(item)
    elif isinstance(value, list):
        for item in value:
            found += statements(item)
    return found


@pytest.mark.parametrize("made", [case.full, case.plain, case.nothing, case.antimeridian])
def test_every_statement_of_the_dossier_stands_on_the_page(made: Any) -> None:
    # The map in words says many things again: they must stand in their sections too.
    text = Parsed(re.sub(r"<summary>The map in words.*?</details>", "</details>", page(made), flags=re.DOTALL)).text
    told = json.loads(made().to_json())
    fixes = {fix["text"] for s in told["silences"] for leg in s["legs"] for fix in (leg["start"], leg["end"]) if fix}
    for said in set(statements(told)) - fixes:
        assert re.sub(r"\s+", " ", said) in text, said


def test_the_sections_stand_in_the_order_in_which_a_reader_asks() -> None:
    ids = parsed(case.full).ids
    order = ["short", "map", "timeline", "who", "listed", "silent", "where", "seen", "context", "disagree", "limits"]
    assert [ids.index(name) for name in [*order, "sources", "made"]] == sorted(
        ids.index(name) for name in [*order, "sources", "made"]
    )


def test_the_reconstruction_is_said_before_anything_else() -> None:
    text = parsed(case.full).text
    assert 0 < text.index("reconstruction from public facts") < text.index("Who is she?") < text.index("181.1 days")


def test_each_row_of_a_hull_says_that_it_is_not_attached_to_her() -> None:
    assert page(case.full).count("None of these ships is attached to her.") == sum(
        any(group.role == "unnamed" for group in silence.groups) for silence in case.full().silences
    )


def test_candidates_without_a_group_are_told_with_the_same_sentence() -> None:
    silence = case.full().silences[0]
    bare = replace(silence, groups=tuple(group for group in silence.groups if group.role != "unnamed"))
    text = Parsed(render(replace(case.full(), silences=(bare,)))).text
    assert "None of these ships is attached to her." in text
    assert silence.candidates[0].finding.text in text


def test_a_summary_counts_what_the_dossier_holds_and_says_only_what_it_says() -> None:
    dossier = case.full()
    assert [(f.value, f.unit) for f in summary.figures(dossier)] == [
        ("181.1", "days"),
        ("3", "sightings"),
        ("12", "unnamed ships"),
        ("2", "looks"),
    ]
    known = set(statements(json.loads(dossier.to_json())))
    for line in summary.lines(dossier):
        if line.label != "Not to be confused with":
            for statement in line.statements:
                assert statement.text in known or statement.text.split(", ", 1)[1] in known


@pytest.mark.parametrize("made", ALL)
def test_every_link_within_the_page_leads_somewhere_and_each_id_is_there_once(made: Any) -> None:
    found = parsed(made)
    assert [name for name, count in Counter(found.ids).items() if count > 1] == []
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)


def test_every_id_of_a_row_with_a_source_is_a_link_to_it() -> None:
    dossier, text = case.plain(), page(case.plain)
    for number, citation in enumerate(dossier.citations, 1):
        assert f'<a href="#source-{number}">{citation.ref}</a>' in text, citation.ref


def test_each_source_has_its_link_and_each_file_its_hash() -> None:
    text = page(case.full)
    for citation in case.full().citations:
        if citation.url:
            assert f'href="{showing.href(citation.url)}" rel="noopener noreferrer nofollow"' in text
    for source in (*case.full().provenance.sources, *case.full().evidence):
        assert source.sha256 is not None and source.sha256 in text


@pytest.mark.parametrize("made", ALL)
def test_headings_descend_one_level_at_a_time(made: Any) -> None:
    levels = parsed(made).headings
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_hundreds_of_silences_are_folded() -> None:
    dossier = case.many()
    assert len(folding.in_full(dossier.silences)) == folding.IN_FULL
    assert "294 more silences, in a line each" in parsed(case.many).text
    folded = page(case.many)[page(case.many).index('<details class="rest">') :]
    folded = Parsed(folded[: folded.index("</details>")]).text
    for number, silence in enumerate(dossier.silences, 1):
        if number not in folding.in_full(dossier.silences):
            assert silence.when.text in folded and silence.where.text in folded
    assert len(page(case.many)) < 1_600_000


def test_a_silence_that_names_her_is_never_folded() -> None:
    silences = (*case.many().silences[:50], case.full().silences[0], *case.many().silences[50:])
    assert 51 in folding.in_full(silences)
    assert folding.main(silences) == 51


def test_a_leg_that_tells_nothing_is_a_line_and_one_that_tells_something_a_table() -> None:
    silence = case.full().silences[0]
    leg = silence.legs[0]
    assert folding.says_nothing(leg)
    line = "Within reach, by way out"
    assert page(case.full).index(line) < page(case.full).index("Ways and times of each place")
    short = replace(leg, reach=tuple(replace(place, slack_h=20.0, sure_slack_h=None) for place in leg.reach))
    text = render(replace(case.full(), silences=(replace(silence, legs=(short,)),)))
    assert line not in text and "Ways and times of each place" not in text
    told = Parsed(text).text
    assert "98.6 nm" in told or "99 nm" in told
    alone = replace(leg, reach=short.reach[:1])
    one = Parsed(render(replace(case.full(), silences=(replace(silence, legs=(alone,)),)))).text
    assert "the only one" in one and "52 %" not in one
    assert "20.0 hours" in told and "2023-08-10 15:40" in told and "52 %" in told


# -- the same bytes, and nothing from outside -----------------------------------------------------------------------


def test_the_same_dossier_gives_the_same_bytes() -> None:
    assert render(case.full()) == page(case.full)


@pytest.mark.parametrize("made", ALL)
def test_only_what_stands_in_the_page_may_run(made: Any) -> None:
    found = parsed(made)
    directives = dict(part.strip().split(" ", 1) for part in found.policy.split(";"))
    assert directives["default-src"] == "'none'"
    run = [script for script in found.scripts if script != "data"]
    assert directives["script-src"].split() == [f"'sha256-{digest(script)}'" for script in run]
    assert directives["style-src"].split() == [f"'sha256-{digest(style)}'" for style in found.styles]
    assert "unsafe" not in found.policy and "http" not in found.policy


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@pytest.mark.parametrize("made", ALL)
def test_nothing_in_it_is_fetched_and_no_handler_or_style_stands_in_markup(made: Any) -> None:
    found = parsed(made)
    names = {name for _, name in found.attributes}
    assert not {name for name in names if name.startswith("on")} | (
        names & {"src", "srcset", "style", "background", "ping"}
    )
    assert not set(found.tags) & {"img", "iframe", "object", "embed", "link", "base", "form", "video", "audio"}
    assert not re.search(r"url\((?!#)|@import|sourceMappingURL", "".join(found.styles) + "".join(found.scripts))


def test_the_page_stays_small() -> None:
    assert len(page(case.full).encode()) < 1_500_000
    assert len(page(case.nothing).encode()) < 300_000


# -- hostile ---------------------------------------------------------------------------------------------------------


def test_names_add_no_tag_and_no_attribute_and_end_no_script() -> None:
    clean, bad = parsed(case.full), parsed(case.hostile)
    assert set(bad.tags) <= set(clean.tags)
    assert bad.attributes <= clean.attributes
    assert [s for s in bad.scripts if s != "data"] == [s for s in clean.scripts if s != "data"]
    assert "<script>alert(1)</script>" in bad.text


def test_no_control_and_no_bidirectional_mark_is_in_any_page() -> None:
    for made in ALL:
        hidden = {c for c in page(made) if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t"}
        assert hidden == set()


def test_only_plain_web_addresses_are_links() -> None:
    links = [link for link in parsed(case.hostile).links if not link.startswith("#")]
    assert links and all(re.match(r"https?://[^\s<>\"]+$", link) for link in links)


@given(st.text(), st.text(alphabet="htps:/.javscriptd \t\n\x00\u202e<>\"'&@#?[]", max_size=40))
def test_an_address_is_a_link_only_where_a_browser_goes_to_the_web(anything: str, likely: str) -> None:
    for url in (anything, likely, f"https://{likely}", f"javascript:{likely}", f" {likely}"):
        address = showing.href(url)
        if address is not None:
            assert re.match(r"https?://", url, re.IGNORECASE)
            assert not set(address) & set("<>\"' \t\n\x00\u202e")


NO_ADDRESS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "//example.org",
    "",
)
BAD_ADDRESS = (
    "https://",
    "https:///x",
    "http://[",
    "ftp://e.org/",
    "/etc/passwd",
    "https://e.org/\u202e",
    "https://e.org/" + "a" * 3000,
)


@pytest.mark.parametrize("url", [*NO_ADDRESS, *BAD_ADDRESS, None])
def test_what_is_no_web_address_is_no_link(url: str | None) -> None:
    assert showing.href(url) is None


LEAVES = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_embedded_json_ends_no_script_and_is_what_it_was(value: Any) -> None:
    text = showing.embedded(value)
    assert text.isascii() and not set(text) & set("<>&")
    assert json.loads(text) == json.loads(json.dumps(value))


@given(st.text(max_size=200))
def test_shown_text_is_on_one_line_and_hides_nothing(text: str) -> None:
    assert not [c for c in showing.shown(text) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(st.text(min_size=1, max_size=60))
def test_any_name_can_be_shown(name: str) -> None:
    dossier = replace(
        case.nothing(), title=name, who=(Statement(name, (name,)),), citations=(Citation(name, name, name, name, name),)
    )
    found = Parsed(render(dossier))
    assert set(found.tags) <= set(parsed(case.full).tags)
    assert re.sub(r"\s+", " ", showing.shown(name)).strip() in found.text


def test_the_dossier_in_the_page_is_the_dossier() -> None:
    (held,) = re.findall(r'<script type="application/json" id="dossier-data">(.*?)</script>', page(case.full))
    assert json.loads(held) == json.loads(case.full().to_json())


def test_a_dossier_with_nothing_says_so() -> None:
    text = parsed(case.nothing).text
    for words in (
        "No silence longer than the threshold",
        "so there is no map",
        "No publication is cited",
        "No other vessel of her name",
    ):
        assert words in text
