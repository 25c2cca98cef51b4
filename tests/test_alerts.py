"""What is told to whom: nothing twice, nothing lost without a word, whatever fails and whenever a run is killed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais_gaps.alerts import message
from ais_gaps.alerts.delivery import FAILED, PERHAPS, SENT, Outcome, Unreachable
from ais_gaps.alerts.heartbeat import Facts
from ais_gaps.alerts.outbox import COUNTED, DIGEST, Item, Outbox
from ais_gaps.alerts.plan import CHRONIC, Change, changes_of, choose, load
from ais_gaps.alerts.report import AlertReport
from ais_gaps.alerts.settings import Channel, Settings, read_settings
from ais_gaps.alerts.turn import run, send
from ais_gaps.errors import ArchiveError, ArchiveLocked, UsageError
from ais_gaps.watchlist.columns import BACK, CHANGES, KINDS, NEWLY, WATCHLIST

FIRST = date(2024, 1, 5)
DESK = Channel("desk", "json://127.0.0.1/desk", None, 0.5, frozenset(KINDS))


def change(
    number: int, p: float | None = 0.9, *, day: date = FIRST, kind: str = NEWLY, gap: int | None = None
) -> Change:
    name = f"SHIP{number:05d}"
    text = f"{name} is silent since {day} 02:30 UTC, 3 nm from Rajin."
    return Change(
        f"{number:032x}",
        day,
        kind,
        f"{number if gap is None else gap:016x}",
        273000000 + number,
        None,
        name,
        p,
        text,
        None,
    )


class Killed(BaseException):
    """The process was ended just here."""


@dataclass
class World:
    """Channels and what they received, an outbox that survives kills, and a clock."""

    channels: tuple[Channel, ...] = (DESK,)
    outbox: Outbox = field(default_factory=lambda: Outbox(":memory:"))
    received: list[tuple[str, str, str]] = field(default_factory=list)
    script: list[str] = field(default_factory=list)
    longest: int = 30000
    now: datetime = datetime(2024, 1, 6, 6, 0, tzinfo=UTC)

    def run(self, changes: list[Change], day: date = FIRST, *, last: bool = True) -> AlertReport | None:
        """One run; None where it was killed."""
        try:
            return send(
                changes,
                day=day,
                settings=Settings(self.channels),
                outbox=self.outbox,
                facts=Facts(day, {}, len(changes)),
                last=last,
                connect=self.connect,
                now=lambda: self.now,
            )
        except Killed:
            return None

    def connect(self, channel: Channel) -> Line:
        if self.script and self.script[0] == "no way":
            self.script.pop(0)
            raise Unreachable("there is no way")
        return Line(self, channel.name, self.longest)

    def told(self, channel: str = "desk") -> Counter[str]:
        """How often a channel was told of each ship; heartbeats and notices are no telling of a change."""
        said = [title + body for name, title, body in self.received if name == channel and not notice(title)]
        return Counter(ship for text in said for ship in set(re.findall(r"SHIP\d{5}", text)))

    def notices(self, channel: str = "desk") -> str:
        return "\n".join(body for name, title, body in self.received if name == channel and notice(title))


def notice(title: str) -> bool:
    return title.startswith("Watchlist of ") or title.endswith(" in doubt")


@dataclass
class Line:
    world: World
    channel: str
    longest: int

    def send(self, title: str, body: str) -> Outcome:
        comes = self.world.script.pop(0) if self.world.script else "ok"
        assert len(title) + len(body) <= self.longest
        if comes in ("ok", "perhaps, arrived", "killed after"):
            self.world.received.append((self.channel, title, body))
        if comes.startswith("killed"):
            raise Killed
        if comes == "ok":
            return Outcome(SENT)
        return Outcome(PERHAPS, "no answer") if comes.startswith("perhaps") else Outcome(FAILED, "it said no")

    def close(self) -> None:
        pass


COMES = ("ok", "failed", "perhaps, arrived", "perhaps, lost", "killed before", "killed after", "no way")


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.booleans(),  # the next day, or the same once more
            st.lists(st.sampled_from([None, 0.0, 0.4, 0.5, 0.9]), max_size=4),
            st.lists(st.sampled_from(COMES), max_size=6),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([2, 3, 20]),
    st.booleans(),
)
def test_whatever_fails_nothing_is_told_twice_and_nothing_is_lost_unsaid(
    runs: list[tuple[bool, list[float | None], list[str]]], most: int, heartbeat: bool
) -> None:
    unnamed = replace(DESK, address=None)  # no slow hash of it
    both = (replace(unnamed, messages_per_run=most, heartbeat=heartbeat), replace(unnamed, name="duty", least_p=0.9))
    world = World(both)
    day, lists = FIRST, {FIRST: []}  # type: tuple[date, dict[date, list[Change]]]
    for number, (next_day, chances, script) in enumerate(runs):
        day += timedelta(days=next_day and number > 0)
        lists.setdefault(day, []).extend(change(10 * number + at, p, day=day) for at, p in enumerate(chances))
        world.script = list(script)
        report = world.run(lists[day], day)
        troubled = report is None or any(comes != "ok" for comes in script[: len(script) - len(world.script)])
        assert report is None or report.ok != troubled or "was ended" in "".join(report.lines)
    world.script = []
    for _ in range(50):  # nothing fails any more: what waits goes out
        world.now += timedelta(days=1)
        world.run(lists[day], day)
        if not any(standing.waiting for standing in world.outbox.standings()):
            break
    for channel in both:
        told, notices = world.told(channel.name), world.notices(channel.name)
        in_doubt = {title for name, _, _, title, state, *_ in world.outbox.undelivered() if name == channel.name}
        for one in (one for some in lists.values() for one in some):
            assert one.name is not None
            if one.p is None or one.p < channel.least_p:
                assert told[one.name] == 0
            elif told[one.name] != 1:
                assert told[one.name] == 0, "told twice"
                assert one.name in notices, "lost without a word"
                assert any(one.name in title for title in in_doubt)
        assert all(standing.waiting == standing.unnamed == 0 for standing in world.outbox.standings())


def test_what_failed_goes_out_with_the_next_run_even_if_that_is_of_another_day() -> None:
    world = World(script=["failed"])
    report = world.run([change(1)])
    assert report is not None
    assert not report.ok
    assert report.lines == ["alerts, desk: 1 not delivered, tried again next run: it said no"]
    assert world.told() == {}
    report = world.run([], FIRST + timedelta(days=1))
    assert report == AlertReport(True, ["alerts, desk: 1 told"])
    assert world.told() == {"SHIP00001": 1}


def test_what_a_killed_run_was_sending_is_said_and_not_sent_again() -> None:
    world = World(script=["killed after"])
    assert world.run([change(1), change(2)]) is None
    report = world.run([change(1), change(2)])
    assert report is not None
    assert not report.ok
    assert report.lines[0] == (
        "alerts, desk: 1 perhaps sent, and not sent again (see alerts status): the run was ended while it was being sent"
    )
    assert world.told() == {"SHIP00001": 1, "SHIP00002": 1}
    assert "SHIP00001" in world.notices()
    assert "Perhaps sent before" in world.notices()
    again = world.run([change(1), change(2)])
    assert again == AlertReport(True, [])


def test_a_person_may_have_what_is_in_doubt_sent_again() -> None:
    world = World(script=["perhaps, lost"])
    world.run([change(1)])
    assert not world.outbox.again("desk", change(2).change_id)
    assert world.outbox.again("desk", change(1).change_id)
    world.run([])
    assert world.told() == {"SHIP00001": 1}
    assert world.received[0][2].startswith("SHIP00001 is silent since")


@pytest.mark.parametrize("longest", [144, 400, 30000])
def test_all_that_is_in_doubt_is_named_in_the_end_however_short_a_message_is(longest: int) -> None:
    world = World((replace(DESK, heartbeat=False),), longest=longest)
    for number in range(12):
        world.script = ["perhaps, lost"]
        world.run([change(number)])
    for _ in range(12):
        before = world.notices()
        unnamed = {item.title for item in world.outbox.unnamed("desk")}
        world.run([])
        said = world.notices().removeprefix(before)
        left = {item.title for item in world.outbox.unnamed("desk")}
        assert all(title in said for title in unnamed - left)
        assert left < unnamed or not unnamed
    assert {f"SHIP{n:05d}" for n in range(12)} <= set(re.findall(r"SHIP\d{5}", world.notices()))
    count = len(world.received)
    world.run([])
    assert len(world.received) == count, "and then no more"


def test_a_heartbeat_says_once_a_day_that_the_run_happened() -> None:
    world = World()
    for _ in range(2):
        world.run([])
    assert [title for _, title, _ in world.received] == ["Watchlist of 2024-01-05: 0 told"]
    assert "The run of 2024-01-06 06:00 UTC was made for 2024-01-05" in world.notices()
    world.now += timedelta(days=1)
    world.run([])
    assert len(world.received) == 2
    quiet = World((replace(DESK, heartbeat=False),))
    quiet.run([])
    assert quiet.received == []


def test_a_heartbeat_tells_what_was_down_what_went_wrong_and_what_other_channels_did_not_get() -> None:
    world = World((DESK, replace(DESK, name="duty")), script=["failed"])
    facts = Facts(
        FIRST,
        {"newly_dark": 1234},
        7,
        down=("the whole feed from 2024-01-05 02:00 to 2024-01-05 07:00 UTC",),
        problems=("bad.csv: <!channel> it is no AIS", *[f"file {n}" for n in range(9)]),
    )
    changes = [change(1), change(2, 0.1), change(3, None)]
    send(
        changes,
        day=FIRST,
        settings=Settings(world.channels),
        outbox=world.outbox,
        facts=facts,
        connect=world.connect,
        now=lambda: world.now,
    )
    said = world.notices("duty")
    for part in (
        "1,234 newly dark, 0 still dark, 0 back again; 7 changes, 1 told here",
        "Not told here, as set: 1 below the level, 1 not judged.",
        "Went wrong: bad․csv: ‹!channel› it is no AIS",
        "Went wrong: 5 more",
        "Not delivered: desk: 1 not delivered, tried again next run: it said no",
        "Down that day: the whole feed from 2024-01-05 02:00 to 2024-01-05 07:00 UTC",
    ):
        assert part in said


def test_the_first_run_of_a_channel_does_not_tell_the_past() -> None:
    world = World()
    older = [change(n, day=FIRST - timedelta(days=n)) for n in range(1, 4)]
    for one in reversed(older):
        report = world.run([one], one.day, last=False)
        assert report == AlertReport(True, [])
    world.run([change(9)])
    world.run(older, FIRST - timedelta(days=1))
    assert world.told() == {"SHIP00009": 1}
    (standing,) = world.outbox.standings()
    assert (standing.began, standing.before, standing.sent) == (FIRST, 3, 1)
    world.run([change(8, 0.1, kind=BACK, gap=1)])
    assert world.told() == {"SHIP00009": 1}, "nor is a silence followed of which it was never told"
    since = World((replace(DESK, since=FIRST - timedelta(days=2)),))
    since.run([*older, change(9)])
    assert set(since.told()) == {"SHIP00001", "SHIP00002", "SHIP00009"}


def test_lists_of_other_days_are_taken_in_and_sent_with_the_last() -> None:
    world = World()
    world.run([change(1)])
    world.received.clear()
    after = FIRST + timedelta(days=1)
    world.run([change(2, day=after)], after, last=False)
    assert world.received == []
    world.run([change(3, day=after + timedelta(days=1))], after + timedelta(days=1))
    assert [title for _, title, _ in world.received] == [
        "Newly dark: SHIP00002, choice 90 %",
        "Newly dark: SHIP00003, choice 90 %",
    ]


def test_more_than_a_channel_takes_in_a_run_goes_as_one_message_with_the_likeliest_apart() -> None:
    world = World((replace(DESK, messages_per_run=3),))
    world.run([change(n, 0.5 + n / 100) for n in range(10)])
    titles = [title for _, title, _ in world.received]
    assert titles == [
        "Newly dark: SHIP00008, choice 58 %",
        "Newly dark: SHIP00009, choice 59 %",
        "Watchlist: 8 more changes",
        "Watchlist of 2024-01-05: 10 told",
    ]
    assert world.told() == {f"SHIP{n:05d}": 1 for n in range(10)}
    digest = world.received[2][2].splitlines()
    assert digest[:2] == ["8 more changes of 2024-01-05:", "- Newly dark: SHIP00007, choice 57 % (2024-01-05)"]
    assert digest[-1] == message.CAUTION


def test_a_digest_that_did_not_arrive_is_tried_again_whole() -> None:
    world = World((replace(DESK, messages_per_run=2),), script=["ok", "failed"])
    world.run([change(n) for n in range(5)])
    assert len(world.told()) == 1
    world.run([])
    assert world.told() == {f"SHIP{n:05d}": 1 for n in range(5)}


def test_changes_that_a_digest_has_no_room_for_are_counted_in_it() -> None:
    world = World((replace(DESK, messages_per_run=2, heartbeat=False),), longest=400)
    world.run([change(n) for n in range(50)])
    body = world.received[1][2]
    listed = body.count("\n- ")
    assert 0 < listed < 49
    assert f"and {49 - listed} more, not listed here" in body
    how = Counter(how for (how,) in world.outbox._db.execute("SELECT how FROM deliveries"))
    assert (how[DIGEST], how[COUNTED]) == (listed, 49 - listed)


def test_a_message_that_is_always_refused_holds_up_none() -> None:
    bad = [replace(item, attempts=CHRONIC) for item in items(3)]
    good = [replace(item, change_id=f"good{n}") for n, item in enumerate(items(2))]
    assert load([*bad, *good], 20).single == (*good, *bad)
    world = World(script=["failed"] * 9)
    world.run([change(n) for n in range(5)])
    assert len(world.script) == 6, "after three failures in a row the channel is left alone"


def items(count: int) -> list[Item]:
    return [Item("desk", f"{n}", FIRST, f"{n}", 0.5, f"title {n}", "body") for n in range(count)]


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=40), st.integers(2, 10))
def test_everything_that_waits_is_in_the_load_once(chances: list[float | None], most: int) -> None:
    waiting = [replace(item, p=p) for item, p in zip(items(len(chances)), chances, strict=True)]
    parts = load(waiting, most)
    assert sorted(i.change_id for i in (*parts.single, *parts.together)) == sorted(i.change_id for i in waiting)
    assert len(parts.single) + bool(parts.together) <= most
    assert len(parts.together) != 1 or len(waiting) > most


class TestChoice:
    def test_a_level_is_met_by_what_equals_it(self) -> None:
        chosen = choose([change(1, 0.5), change(2, 0.49), change(3, None)], DESK, FIRST, ())
        assert [one.name for one in chosen.wanted] == ["SHIP00001"]
        assert (chosen.below, chosen.unjudged) == (1, 1)
        wide = choose([change(2, 0.0), change(3, None)], replace(DESK, least_p=0.0, unjudged=True), FIRST, ())
        assert len(wide.wanted) == 2

    def test_a_silence_that_was_told_is_followed_to_its_end(self) -> None:
        later = [change(n, p, kind=kind, gap=7) for n, (kind, p) in enumerate([("withdrawn", None), (BACK, 0.1)])]
        assert choose(later, DESK, FIRST, ()).wanted == ()
        assert choose(later, DESK, FIRST, {f"{7:016x}"}).wanted == tuple(later)
        first = change(9, 0.9, gap=7)
        assert choose([first, *later], DESK, FIRST, ()).wanted == (first, *later), "on the same day as well"

    def test_what_a_person_called_innocent_is_left_out_but_not_the_word_itself(self) -> None:
        named = [replace(change(n, 0.9, kind=kind, gap=7), verdict="innocent") for n, kind in enumerate(KINDS)]
        told = {f"{7:016x}"}
        assert choose(named, DESK, FIRST, ()).wanted == ()
        assert {one.kind for one in choose(named, DESK, FIRST, told).wanted} == {"withdrawn", "corrected", "verdict"}
        assert len(choose(named, replace(DESK, innocent=True), FIRST, ()).wanted) == len(KINDS)

    def test_only_kinds_that_are_wanted(self) -> None:
        chosen = choose([change(1), change(2, kind=BACK)], replace(DESK, kinds=frozenset({BACK})), FIRST, ())
        assert [one.kind for one in chosen.wanted] == [BACK]
        assert chosen.other == 1

    def test_verdicts_come_from_the_rows_of_the_list(self) -> None:
        changes = CHANGES.arrow.empty_table()
        assert changes_of(changes, WATCHLIST.arrow.empty_table()) == []


class TestMessage:
    @given(st.text(max_size=300))
    def test_nothing_in_a_name_means_more_than_its_letters(self, name: str) -> None:
        said = message.defused(
            name + " @everyone <!channel> <@U1> [a](b) **x** `y` http://evil.example/x www.evil.example"
        )
        assert not {unicodedata.category(character) for character in said} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert not set(said) & set("@<>[]`*_~|#\\")
        assert "://" not in said
        assert not re.search(r"[A-Za-z]\.[A-Za-z]", said), "a name of a server"
        assert len(said) <= message.LONGEST_TEXT

    def test_times_and_numbers_stay_as_they_are(self) -> None:
        text = (
            "ANGARA (MMSI 273440860) is silent since 2023-08-10 23:45 UTC, 3.5 nm from Rajin; the probability is 91 %."
        )
        assert message.defused(text) == text

    def test_it_says_what_happened_where_to_look_and_that_it_is_no_accusation(self) -> None:
        said = message.of_change(replace(change(1), imo=9176187), "https://watch.example.org/s")
        assert said.title == "Newly dark: SHIP00001, choice 90 %"
        assert said.body.splitlines() == [
            "SHIP00001 is silent since 2024-01-05 02:30 UTC, 3 nm from Rajin.",
            "",
            "https://watch.example.org/s/day/2024-01-05.html#gap-0000000000000001",
            "Watchlist of 2024-01-05, IMO 9176187, MMSI 273000001. A probability is not an accusation.",
        ]
        gone = message.of_change(replace(change(1, None, kind="withdrawn"), name=None), None)
        assert gone.title == "Withdrawn: MMSI 273000001, not judged"
        assert "http" not in gone.body

    @given(st.integers(60, 900), st.text(max_size=700))
    def test_it_fits_what_a_service_takes(self, longest: int, text: str) -> None:
        said = message.of_change(replace(change(1), text=text), "https://watch.example.org")
        fitted = message.fitted(said, longest)
        assert len(fitted.title) + len(fitted.body) <= longest
        assert fitted.title.startswith("Newly dark: SHIP0000")


class TestSettings:
    GOOD = '[[channel]]\nname = "desk"\nurl = "json://u:hush@h/secret"\nleast_p = 0.7\n'

    def read(self, tmp_path: Path, text: str, **environment: str) -> Settings:
        file = tmp_path / "alerts.toml"
        file.write_text(text)
        return read_settings(file, environment)

    def test_what_is_not_said_has_a_default(self, tmp_path: Path) -> None:
        (channel,) = self.read(tmp_path, self.GOOD).channels
        assert channel == Channel("desk", "json://u:hush@h/secret", None, 0.7, frozenset(KINDS))
        assert "hush" not in repr(channel)

    def test_an_address_may_come_from_the_environment(self, tmp_path: Path) -> None:
        text = self.GOOD.replace('url = "json://u:hush@h/secret"', 'url_env = "DESK"')
        assert self.read(tmp_path, text, DESK=" json://h ").channels[0].address == "json://h"
        assert self.read(tmp_path, text).channels[0].address is None
        assert not self.read(tmp_path, text).exposed

    def test_a_file_with_addresses_that_others_may_read_is_told_of(self, tmp_path: Path) -> None:
        self.read(tmp_path, self.GOOD)
        (tmp_path / "alerts.toml").chmod(0o644)
        assert read_settings(tmp_path / "alerts.toml").exposed
        (tmp_path / "alerts.toml").chmod(0o600)
        assert not read_settings(tmp_path / "alerts.toml").exposed

    def test_a_channel_for_heartbeats_alone_needs_no_level(self, tmp_path: Path) -> None:
        text = '[[channel]]\nname = "pulse"\nurl = "jsons://h/x"\nkinds = []\n'
        assert self.read(tmp_path, text).channels[0].kinds == frozenset()

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (("least_p", "least_P"), "channel 'desk': unknown key 'least_P'; did you mean least_p?"),
            (("least_p = 0.7", ""), "channel 'desk': least_p: say from which probability"),
            (("0.7", '"0.7"'), "channel 'desk': least_p: is not a number from 0 to 1"),
            (("0.7", "nan"), "least_p: is not a number from 0 to 1"),
            (("0.7", "true"), "least_p: is not a number from 0 to 1"),
            (("0.7", "0.7\nheartbeat = 'yes'"), "heartbeat: is neither true nor false"),
            (("0.7", "0.7\nkinds = ['dark']"), "kinds: 'dark' is none; known: newly dark, back again"),
            (("0.7", "0.7\nkinds = 'withdrawn'"), "kinds: is not a list of texts"),
            (("0.7", "0.7\nsince = 'yesterday'"), "since: is not a day written YYYY-MM-DD"),
            (("0.7", "0.7\nmessages_per_run = 1"), "messages_per_run: is not a whole number from 2 to 1000"),
            (("0.7", "0.7\ntimeout_s = 0"), "timeout_s: is not a number from 1 to 3600"),
            (("0.7", "0.7\nurl_env = 'X'"), "give either url, or url_env"),
            (('url = "json', 'url_env = "json'), "url_env: is not the name of an environment variable"),
            (('"desk"', '""'), "channel 1: name: say what to call it"),
            (('"desk"', r'"a\nb"'), "channel 1: name: say what to call it"),
            (("[[channel]]", "[channel]"), "channel: write each receiver as [[channel]]"),
            (("[[channel]]", "site_url = 'ftp://x'\n[[channel]]"), "site_url: is not an address"),
            (("[[channel]]", "site_url = 'https://u:p@x'\n[[channel]]"), "site_url: is sent to every channel"),
            (("[[channel]]", "[[chanel]]"), "unknown key 'chanel'; did you mean channel?"),
            (("= 0.7", "0.7"), "is not TOML"),
            (("[[channel]]", "'json://u:hush@h' = 1\n[[channel]]"), "unknown key (not shown: it may be an address)"),
        ],
    )
    def test_what_is_wrong_is_said_with_file_and_key_and_no_address(
        self, tmp_path: Path, change: tuple[str, str], said: str
    ) -> None:
        with pytest.raises(UsageError) as wrong:
            self.read(tmp_path, self.GOOD.replace(*change))
        assert said in str(wrong.value)
        assert str(tmp_path / "alerts.toml") in str(wrong.value)
        assert "hush" not in str(wrong.value)
        assert "\n" not in str(wrong.value)

    def test_nobody_gets_everything_twice_under_two_names(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="two channels have the name 'Desk'"):
            self.read(tmp_path, self.GOOD + self.GOOD.replace("desk", "Desk").replace("secret", "other"))
        with pytest.raises(UsageError, match="'desk' and 'duty' have the same address"):
            self.read(tmp_path, self.GOOD + self.GOOD.replace("desk", "duty"))

    def test_a_file_that_is_not_there_or_not_text(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="No such file"):
            read_settings(tmp_path / "none.toml")
        (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
        with pytest.raises(UsageError, match="is not text in UTF-8"):
            read_settings(tmp_path / "bytes.toml")
        with pytest.raises(UsageError, match=r"has no \[\[channel\]\]"):
            self.read(tmp_path, "")


class TestOutbox:
    def test_a_channel_with_another_name_is_the_same_receiver(self) -> None:
        world = World()
        world.run([change(1)])
        world.channels = (replace(DESK, name="ops"),)
        world.run([change(1)])
        assert world.told("ops") == {}
        assert [standing.channel for standing in world.outbox.standings()] == ["ops"]

    def test_a_second_receiver_is_another_even_if_it_comes_later(self) -> None:
        world = World()
        world.run([change(1)])
        world.channels = (DESK, replace(DESK, name="ops", address="json://elsewhere"))
        world.run([change(1)])
        assert world.told("ops") == {"SHIP00001": 1}

    def test_what_waits_for_a_channel_that_is_gone_is_said(self) -> None:
        world = World(script=["failed"])
        world.run([change(1)])
        world.channels = (replace(DESK, name="ops", address="json://elsewhere"),)
        report = world.run([])
        assert report is not None
        assert report.lines == ["alerts, desk: 1 wait for this channel, which the file no longer has"]

    def test_it_holds_no_address(self, tmp_path: Path) -> None:
        with Outbox.held(tmp_path) as outbox:
            world = World((replace(DESK, address="json://user:hush@h/SECRET"),), outbox)
            world.run([change(1)])
        kept = b"".join(file.read_bytes() for file in (tmp_path / "alerts").iterdir())
        assert b"SHIP00001" in kept
        for part in (b"hush", b"SECRET", b"json://"):
            assert part not in kept

    def test_one_run_at_a_time(self, tmp_path: Path) -> None:
        with (
            Outbox.held(tmp_path),
            pytest.raises(ArchiveLocked, match="another run is sending the alerts"),
            Outbox.held(tmp_path, timeout_s=0),
        ):
            pass

    def test_one_that_is_damaged_is_one_plain_line(self, tmp_path: Path) -> None:
        (tmp_path / "alerts").mkdir()
        (tmp_path / "alerts" / "outbox.sqlite").write_bytes(b"no database at all" * 100)
        with (
            pytest.raises(ArchiveError, match=r"the outbox of the alerts.*file is not a database"),
            Outbox.held(tmp_path),
        ):
            pass

    def test_what_is_not_waiting_cannot_be_handed_over(self) -> None:
        outbox = Outbox(":memory:")
        with pytest.raises(ArchiveError, match="is not waiting for channel"):
            outbox.handed_over([(items(1)[0], "message")], datetime.now(UTC))


def test_a_list_of_the_past_sends_nothing(tmp_path: Path) -> None:
    class Archive:
        path = tmp_path

    class List:
        as_known = datetime(2024, 1, 1, tzinfo=UTC)

    file = tmp_path / "alerts.toml"
    file.write_text(TestSettings.GOOD)
    archive: Any = Archive()
    watchlist: Any = List()
    with pytest.raises(UsageError, match="as-known"):
        run(archive, watchlist, file)
    assert not (tmp_path / "alerts").exists()


def test_without_the_extra_everything_waits_and_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ais_gaps.alerts.post.find_spec", lambda name: None)
    outbox = Outbox(":memory:")
    report = send([change(1)], day=FIRST, settings=Settings((DESK,)), outbox=outbox, facts=Facts(FIRST, {}, 1))
    assert report == AlertReport(
        False,
        [
            "alerts: 1 not delivered, tried again next run: sending needs the package apprise: pip install 'ais_gaps[alerts]'"
        ],
    )
    assert len(outbox.waiting("desk")) == 1
