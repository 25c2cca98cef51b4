"""A dossier as a page for a terminal: what matters first, nothing twice, and nothing from the data that a terminal obeys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from ais_gaps.dossier import judged, wording
from ais_gaps.dossier.model import Dossier, Finding, Group, Namesake, Reason, Remark, Series, Silence, Statement
from ais_gaps.plain import plain
from ais_gaps.report import reckoned

WIDEST = 100
NARROW = 64  # below this, dates stand above what they date
LINES = {"unnamed": 5, "ais": 6, "counts": 4, "events": 5}  # shown of a group, the rest is counted; 3 where not said
SHORT_ONES = 10  # further silences shown in a line each
IN_FULL = 6  # silences set out in full, besides those that a source names her in
MOST_REFS = 4
LOOKS_LINES = 3  # places of which is said how often was looked
SERIES_LINES = 6  # newest values of a series
_LONGEST_ID = 20
_LONGEST_TEXT = 700
_LONGEST_NAME = 100
_LABELS = {
    "explanation": ("Explained", "green"),
    "reconstruction": ("Reconstructed", "yellow"),
    "conflict": ("Disputed", "yellow"),
    "alternative": ("Another explanation", "yellow"),
}
_ALWAYS = {"named", "named_range", "name_only"}  # these groups are never cut


def render(dossier: Dossier, console: Console) -> None:
    """Print a dossier. Uses at most `WIDEST` columns; colour only as the console allows (it knows ``NO_COLOR``)."""
    _Page(console).dossier(dossier)


class _Page:
    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(console.width, WIDEST)
        self.speed: Statement | None = None
        self.judged: Statement | None = None

    def dossier(self, dossier: Dossier) -> None:
        """All sections, in the order in which a reader asks."""
        self._print(Text(_clean(dossier.title), "bold"), 0)
        for said in dossier.banner:
            self._print(
                Text.assemble(("Read this first: ", "bold yellow"), (_clean(said.text), "yellow"), _refs(said.refs)), 0
            )
        self._statements("Who she is", dossier.who)
        self._namesakes(dossier.not_her)
        self._statements("Listed", dossier.listed)
        self.speed, self.judged = dossier.speed, dossier.judged
        self._silences(dossier.silences)
        if dossier.series:
            self._counts(dossier.series)
        if dossier.looks:
            self._statements("Who looked, how often", dossier.looks[:LOOKS_LINES])
            self._more(len(dossier.looks) - LOOKS_LINES, "places", 2)
        if dossier.elsewhere:
            self._heading("Named at other times")
            self._findings(dossier.elsewhere, 2, len(dossier.elsewhere))
        if dossier.conflicts:
            self._statements("Where sources disagree", dossier.conflicts)
        self._statements("What this cannot tell", dossier.limits)
        self._foot(dossier)

    def _statements(self, heading: str, statements: Sequence[Statement]) -> None:
        self._heading(heading)
        for said in statements:
            self._print(Text.assemble(_clean(said.text), _refs(said.refs)), 2, hang=2)

    def _namesakes(self, others: Sequence[Namesake]) -> None:
        self._heading("Who she is not")
        if not others:
            self._print(Text("No other vessel of her name in the archive or the register."), 2)
        for other in others:
            ids = [f"IMO {other.imo}" if other.imo is not None else "IMO not known"]
            ids += [f"MMSI {mmsi}" for mmsi in other.mmsi]
            where = "" if "archive" in other.found_in else " (not in this archive)"
            self._print(Text.assemble((f"{_clean(other.name)}, {', '.join(ids)}{where}", "bold")), 2)
            for said in other.statements:
                self._print(Text.assemble(_clean(said.text), _refs(said.refs)), 4, hang=2)

    def _silences(self, silences: Sequence[Silence]) -> None:
        times = {0: "never", 1: "once"}.get(len(silences), f"{len(silences):,} times")
        self._heading(f"When she was silent: {times}")
        if not silences:
            self._print(Text("No silence longer than the threshold."), 2)
        if self.speed is not None and any(silence.legs for silence in silences):
            self._print(Text(_clean(self.speed.text)), 2)
        if self.judged is not None:
            self._print(Text(_clean(self.judged.text)), 2)
        causes = {(silence.cause.text, silence.reasons) for silence in silences}
        if len(causes) == 1 and len(silences) > 1:
            self._judgement(silences[0], 2)
        full = _in_full(silences)
        if len(full) < len(silences):
            said = (
                "Numbered by time. Set out are those that evidence or a note speaks of, and of the others those judged a choice,"
                " then the longest."
            )
            self._print(Text(said, "dim"), 2)
        for number, silence in enumerate(silences, 1):
            if number in full:
                self.console.print()
                self._silence(number, silence, of_its_own=len(causes) > 1 or len(silences) == 1)
        rest = [silence for number, silence in enumerate(silences, 1) if number not in full]
        if rest:
            self.console.print()
            for silence in rest[:SHORT_ONES]:
                brief = judged.brief(silence)
                thought = _clean(f" {brief[:1].upper()}{brief[1:]}.") if brief else ""
                self._print(Text.assemble(_clean(silence.when.text), thought, _refs(silence.when.refs)), 2, hang=2)
            self._more(len(rest) - SHORT_ONES, "shorter silences", 2)

    def _silence(self, number: int, silence: Silence, *, of_its_own: bool) -> None:
        self._print(
            Text.assemble((f"{number}  {_clean(silence.when.text)}", "bold"), _refs(silence.when.refs)), 2, hang=3
        )
        self._print(Text(_clean(silence.where.text)), 5)
        if of_its_own:
            self._judgement(silence, 5)
        for said in silence.listed:
            self._print(Text.assemble(_clean(said.text), _refs(said.refs)), 5, hang=2)
        for remark in silence.remarks:
            self._remark(remark)
        self._legs(silence)
        for group in silence.groups:
            self._group(group, reckoned.candidates(silence))
        if silence.wider is not None:
            self._print(Text(_clean(silence.wider.text), "dim"), 5)
        if silence.events:
            self._group(Group("events", "Meanwhile", silence.events))
        if not (silence.groups or silence.wider or silence.events):
            self._print(Text("No evidence at hand falls into it."), 5)

    def _judgement(self, silence: Silence, indent: int) -> None:
        """Cause and probability, and each reason with its weight; in one paragraph where it is of reception or explained."""
        told, reasons = _clean(silence.cause.text), silence.reasons
        explained, folded = judged.explained(silence), judged.folded(silence)
        if folded or all(reason.nats is None for reason in reasons):
            shown = () if explained else reasons[:1] if folded else reasons
            text = " ".join((told, *(_clean(_weighed(reason)) for reason in shown)))
            left = len(reasons) - len(shown)
            rest = f" And {left} {'more ' if shown else ''}reason{'s' * (left > 1)}: --format json" if left else ""
            self._print(Text.assemble(text, (rest, "dim")), indent, hang=2)
            return
        self._print(Text(told), indent, hang=2)
        weights = ["" if reason.nats is None else f"{reason.nats:+.1f}" for reason in reasons]
        column = max(map(len, weights))
        for weight, reason in zip(weights, reasons, strict=True):
            first = Text(" " * (indent + 2) + f"{weight:>{column}}", "cyan")
            self._print(Text(_clean(reason.text)), indent + 2 + column + 2, first=first)

    def _counts(self, all_series: Sequence[Series]) -> None:
        """Counts over time: what is unusual in full, the rest counted."""
        self._heading("Counts over time")
        for series in all_series:
            rises = any(value.unusual for value in series.values)
            loud = [v for v in series.values if v.unusual or (rises and v.value is None and v.after)]
            self._print(Text(_clean(f"{series.kind.replace('_', ' ').capitalize()}, {series.place}"), "bold cyan"), 2)
            for value in loud[-SERIES_LINES:]:
                after = value.after[0].text if value.after else ""
                self._print(Text.assemble(_clean(f"{value.text} {after}".strip()), _refs(value.refs)), 4, hang=2)
            if quiet := len(series.values) - len(loud[-SERIES_LINES:]):
                unit = f" in {series.unit}" if series.unit and series.unit != series.kind else ""
                others = "other " if loud else ""
                noun = "value" if quiet == 1 else "values"
                self._print(
                    Text(f"{quiet} {others}{noun}{_clean(unit)}, not unusual by the rule: --format json", "dim"), 4
                )

    def _remark(self, remark: Remark) -> None:
        label, style = _LABELS.get(remark.kind, (_clean(remark.kind).capitalize(), "yellow"))
        self._print(Text.assemble((f"{label}: ", style), _clean(remark.text), _refs(remark.refs)), 5, hang=2)

    def _legs(self, silence: Silence) -> None:
        """Where she could have been, leg by leg; of one leg without a place to list only why."""
        if not silence.legs:
            return
        self._print(Text("Where she could have been, by time and way alone", "bold cyan"), 5)
        for leg in silence.legs:
            if len(silence.legs) > 1:
                self._print(
                    Text.assemble(f"Leg {leg.number}. ", _clean(leg.text.text), _refs(leg.text.refs)), 7, hang=2
                )
            elif leg.way_nm is not None and leg.end is not None:
                self._print(Text(_clean(leg.text.text)), 7, hang=2)
            for line in reckoned.reach(leg, self.width - 9):
                self._print(Text(_clean(line)), 9, hang=2)
            if leg.no_reach is not None:
                self._print(Text(_clean(leg.no_reach.text), "dim"), 9, hang=2)
        if silence.uncut is not None:
            self._print(Text(_clean(silence.uncut.text), "dim"), 7, hang=2)

    def _group(self, group: Group, added: Mapping[str, str] | None = None) -> None:
        self._print(Text(_clean(group.heading), "bold cyan"), 5)
        most = len(group.findings) if group.role in _ALWAYS else LINES.get(group.role, 3)
        self._findings(group.findings, 7, most, added or {})

    def _findings(
        self, findings: Sequence[Finding], indent: int, most: int, added: Mapping[str, str] | None = None
    ) -> None:
        # One line more than allowed is shorter than saying that there is one more.
        shown = findings[:most] if len(findings) > most + 1 else findings
        dates = [_date(found) for found in shown]
        column = max((len(date) for date in dates), default=0)
        for date, found in zip(dates, shown, strict=True):
            told = _told(found, (added or {}).get(found.refs[0], ""))
            if self.width < NARROW:
                self._print(Text(date, "cyan"), indent)
                self._print(told, indent + 2)
            else:
                self._print(told, indent + column + 2, first=Text(" " * indent + date, "cyan"))
        self._more(len(findings) - len(shown), "", indent)

    def _more(self, count: int, of_what: str, indent: int) -> None:
        if count > 0:
            self._print(Text(f"and {count} more{' ' + of_what if of_what else ''}: --format json", "dim"), indent)

    def _foot(self, dossier: Dossier) -> None:
        made = dossier.provenance
        files = [
            f"{_clean(s.file)} ({s.rows_kept:,} rows)" if s.rows_kept else _clean(s.file) for s in made.sources[:3]
        ]
        if len(made.sources) > 3:
            files.append(f"{len(made.sources) - 3} files more")
        text = f"Made by {_clean(made.program)} from {wording.listing(files) or 'no file of reports'}"
        if dossier.evidence:
            text += f" and {sum(e.rows for e in dossier.evidence):,} rows of evidence"
        if made.min_hours is not None:
            text += f"; silences over {made.min_hours:g} hours"
        if made.as_of is not None:
            text += f", as of {wording.minute(made.as_of)}"
        if made.as_known is not None:
            text += f", as known on {wording.minute(made.as_known)}"
        self.console.print()
        signs = "A date with ~ is given by month or part of a month. Titles and addresses of what stands in brackets"
        self._print(Text(f"{text}. {signs}: --format json", "dim"), 0)

    def _heading(self, text: str) -> None:
        self.console.print()
        self._print(Text(_clean(text).upper(), "bold"), 0)

    def _print(self, text: Text, indent: int, hang: int = 0, first: Text | None = None) -> None:
        """Print wrapped text at an indent, its second and further lines `hang` columns deeper, its first after `first`."""
        room = max(self.width - indent - hang, 20)
        for number, line in enumerate(text.wrap(self.console, room)):
            margin = Text(" " * (indent + (hang if number else 0)))
            if first is not None and number == 0:
                margin = Text.assemble(first, " " * (indent - first.cell_len))
            line.rstrip()
            self.console.print(margin + line, no_wrap=True, overflow="ignore", crop=False, highlight=False)


def _in_full(silences: Sequence[Silence]) -> set[int]:
    """The numbers of those that a source names her in or a note speaks of, and of the rest of choices, then the longest."""
    numbered = list(enumerate(silences, 1))
    told = {n for n, s in numbered if s.remarks or any(group.role in _ALWAYS for group in s.groups)}
    rest = sorted((not judged.chosen(s), -s.gap["duration_h"], n) for n, s in numbered if n not in told)
    return told | {n for *_, n in rest[: max(0, IN_FULL - len(told))]}


def _weighed(reason: Reason) -> str:
    return reason.text if reason.nats is None else f"{reason.text.removesuffix('.')} [{reason.nats:+.1f}]."


def _date(found: Finding) -> str:
    if found.ts is not None:
        return wording.minute(found.ts)
    return wording.days(found.date_start, found.date_end, found.approximate)


def _told(found: Finding, added: str) -> Text:
    also = f" Also: {'; '.join(found.also)}." if found.also else ""
    return Text.assemble(
        _clean(f"{found.text}{also}{added and ' '}{added}"),
        _refs(found.refs, source=(found.publisher, found.published)),
    )


def _refs(refs: Sequence[str], source: Sequence[str | None] = ()) -> tuple[str, str]:
    """Ids in brackets, dim, and who published it; hashes are long and stand in the JSON."""
    shown = [plain(ref) for ref in refs if len(ref) <= _LONGEST_ID]
    if len(shown) > MOST_REFS:
        shown = [*shown[: MOST_REFS - 1], f"+{len(shown) - MOST_REFS + 1}"]
    inside = ": ".join(
        part for part in (" ".join(shown), ", ".join(_clean(s, _LONGEST_NAME) for s in source if s)) if part
    )
    return (f" [{inside}]" if inside else "", "dim")


def _clean(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Text from data: harmless on a terminal, and not endless."""
    safe = plain(text[: 2 * longest])
    return safe if len(safe) <= longest else f"{safe[:longest]} ..."
