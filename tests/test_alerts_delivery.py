"""Alerts over real connections: what is sent, what certainly was not, and what nobody can know; with kills in between."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_string, policy
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ais_gaps.alerts.courier import Wire
from ais_gaps.alerts.delivery import FAILED, PERHAPS, SENT, Outcome, Unreachable
from ais_gaps.alerts.heartbeat import Facts
from ais_gaps.alerts.outbox import Outbox
from ais_gaps.alerts.post import Post
from ais_gaps.alerts.settings import Channel, Settings, read_settings
from ais_gaps.alerts.turn import run, send
from ais_gaps.cli.alerts import alerts
from ais_gaps.errors import NotFound
from ais_gaps.holdings import Holdings
from ais_gaps.watchlist.columns import KINDS
from tests.alerts_server import Service, http_service, mail_service
from tests.command import environment
from tests.conftest import ROOT
from tests.test_alerts import change
from tests.watchlist_case import watchlist

pytest.importorskip("apprise")
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

FIRST = date(2024, 1, 5)


def desk(url: str, **other: Any) -> Channel:
    return replace(Channel("desk", url, None, 0.5, frozenset(KINDS), heartbeat=False, timeout_s=20.0), **other)


def outcome(channel: Channel, count: int = 1) -> Outcome:
    way = Post(channel)
    try:
        for _ in range(count):
            came = way.send(
                "Newly dark: ANGARA, choice 91 %", "ANGARA is silent.\n\nA probability is not an accusation."
            )
    finally:
        way.close()
    return came


@pytest.mark.parametrize(
    ("manner", "comes"),
    [
        ("200", Outcome(SENT)),
        ("500", Outcome(FAILED, "the server answered 500 Internal Server Error")),
        ("401", Outcome(FAILED, "the server answered 401 Unauthorized")),
        ("429", Outcome(FAILED, "the server answered 429 Too Many Requests")),
        ("302", Outcome(FAILED, "the server answered 302 Found")),
        (
            "502",
            Outcome(
                PERHAPS,
                "the server answered 502 Bad Gateway: something on the way gave up, the message may have passed",
            ),
        ),
        ("drop", Outcome(PERHAPS, "the connection broke before an answer, the message may have arrived")),
    ],
)
def test_what_a_server_answers(manner: str, comes: Outcome) -> None:
    with http_service() as service:
        service.manner = manner
        assert outcome(desk(f"json://user:hush@127.0.0.1:{service.port}/SECRET")) == comes
        assert [said["title"] for said in service.got] == ["Newly dark: ANGARA, choice 91 %"]


def test_a_server_that_hangs_costs_the_time_that_was_set() -> None:
    with http_service() as service:
        service.manner = "hang"
        came = outcome(desk(f"json://127.0.0.1:{service.port}/?rto=0.3"))
        assert came == Outcome(PERHAPS, "no answer in time, the message may have arrived")
        service.manner = "drip"  # every read of it is in time
        begun = time.monotonic()
        came = outcome(desk(f"json://127.0.0.1:{service.port}/", timeout_s=1.5))
        assert came == Outcome(PERHAPS, "nothing was heard in 1.5 s, the message may have arrived")
        assert time.monotonic() - begun < 60
        way = Post(desk(f"json://127.0.0.1:{service.port}/", timeout_s=1.0))
        assert way.send("one", "body").what == PERHAPS
        assert way.send("two", "body") == Outcome(FAILED, "the sending process has ended")
        assert "two" not in [said["title"] for said in service.got]
        way.close()


def test_an_address_may_not_soften_what_comes_of_a_message() -> None:
    """apprise would repeat by itself (twice delivered), call a failure a success, and follow a redirection without the message."""
    with http_service() as service:
        for option in ("retry=3&wait=0", "optional=yes", "redirect=yes"):
            service.manner, service.got = ("302" if "redirect" in option else "500"), []
            assert outcome(desk(f"json://127.0.0.1:{service.port}/?{option}")).what == FAILED
            assert len(service.got) == 1, option


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("json://127.0.0.1:1/SECRET", "no connection: Connection refused"),
        ("json://SECRET.invalid/x", "no connection: the server's name is not known"),
    ],
)
def test_a_server_that_is_not_there(url: str, reason: str) -> None:
    assert outcome(desk(url)) == Outcome(FAILED, reason)


def test_a_server_that_speaks_no_tls_got_nothing() -> None:
    with http_service() as service:
        came = outcome(desk(f"jsons://127.0.0.1:{service.port}/SECRET"))
        assert came == Outcome(FAILED, "no secure connection (TLS)")
        assert service.got == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("slak://a/b/SECRET", "apprise knows no service slak://, did you mean slack://?"),
        ("SECRET", "the address does not begin with the name of a service and ://"),
        ("slack://SECRET", "what follows slack:// is not what the service needs, see https"),
        ("ntfy://127.0.0.1/SECRET/two", "the address names 2 receivers: give each a [[channel]] of its own"),
        ("mailtos://u:SECRET@example.org?to=a@example.org&cc=b@example.org", "the address names 2 receivers"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_without_it(url: str, reason: str) -> None:
    with pytest.raises(Unreachable) as wrong:
        Post(desk(url))
    assert str(wrong.value).startswith(reason)
    assert "SECRET" not in str(wrong.value)
    with pytest.raises(Unreachable, match="the environment has no DESK_URL"):
        Post(replace(desk(""), address=None, address_from="DESK_URL"))


@pytest.mark.parametrize(
    ("manner", "comes"),
    [
        ("take", Outcome(SENT)),
        ("rude", Outcome(SENT)),
        ("busy", Outcome(FAILED, "the mail server refused (421)")),
        ("no such box", Outcome(FAILED, "the mail server refused (550)")),
        ("not now", Outcome(FAILED, "the mail server refused (451)")),
        ("refuse", Outcome(FAILED, "the mail server refused (554)")),
        ("break off", Outcome(PERHAPS, "the mail server broke off while it took the mail")),
    ],
)
def test_what_a_mail_server_answers(manner: str, comes: Outcome) -> None:
    with mail_service() as service:
        service.manner = manner
        url = f"mailto://127.0.0.1:{service.port}/?from=watch@example.org&to=desk@example.org&mode=insecure&format=text"
        assert outcome(desk(url)) == comes
        if comes.what == SENT:
            mail = message_from_string(service.got[0], policy=policy.default)
            assert (mail["Subject"], mail["To"]) == ("Newly dark: ANGARA, choice 91 %", "desk@example.org")
            assert "ANGARA is silent." in service.got[0]


def test_what_was_seen_on_the_wire_is_read_with_care() -> None:
    seen = Wire()
    assert seen.meaning() == ("failed", "the service did not take it")
    seen.connected = True
    assert seen.meaning()[0] == "perhaps", "a service that speaks neither HTTP nor SMTP"
    seen.answers = [("POST", 200), ("POST", 403)]
    assert seen.meaning() == ("perhaps", "a part was accepted before this: the server answered 403 Forbidden")
    seen.answers = [("GET", 200), ("POST", 403)]
    assert seen.meaning() == ("failed", "the server answered 403 Forbidden")
    seen.answers = [("POST", 200)]
    assert seen.meaning() == ("failed", "the server answered 200 OK, but did not take the message")
    seen.unspoken = "no connection"
    assert seen.meaning() == ("perhaps", "a part was accepted before this: no connection")
    mail = Wire()
    mail.mail = mail.taken = True
    assert mail.meaning()[0] == "sent", "the server has it, whatever its farewell was like"


def facts() -> Facts:
    return Facts(FIRST, {"newly_dark": 2}, 2)


RUN = """
import os, signal, sys
from datetime import date
from pathlib import Path
from ais_gaps.alerts.heartbeat import Facts
from ais_gaps.alerts.outbox import Outbox
from ais_gaps.alerts.plan import Change
from ais_gaps.alerts.post import Post
from ais_gaps.alerts.settings import Channel, Settings
from ais_gaps.alerts.turn import send

def at_last(*_):
    os.kill(os.getpid(), signal.SIGKILL)

where, archive, url = sys.argv[1:]
if where == "before it leaves":
    Post.send = at_last
if where == "before it is written down":
    Outbox.became = at_last
day = date(2024, 1, 5)
changes = [Change(f"{n}", day, "newly dark", f"{n}", n, None, f"SHIP{n}", 0.9, "She is silent.", None) for n in (1, 2)]
desk = Channel("desk", url, None, 0.5, frozenset({"newly dark"}), heartbeat=False)
with Outbox.held(Path(archive)) as outbox:
    print(send(changes, day=day, settings=Settings((desk,)), outbox=outbox, facts=Facts(day, {}, 2)).lines)
"""


@pytest.mark.parametrize("where", ["before it leaves", "while it is answered", "before it is written down"])
def test_kill_9_around_a_message_tells_no_change_twice_and_loses_none_unsaid(tmp_path: Path, where: str) -> None:
    with http_service() as service:
        service.manner = "hang" if where == "while it is answered" else "200"
        url = f"json://127.0.0.1:{service.port}/"
        command = [sys.executable, "-c", RUN]
        process = subprocess.Popen([*command, where, str(tmp_path), url], env=environment())
        if where == "while it is answered":
            assert service.asked.wait(30)
            process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
        service.go_on.set()
        service.manner = "200"
        done = subprocess.run(
            [*command, "", str(tmp_path), url], env=environment(), capture_output=True, text=True, check=True
        )
        assert "1 perhaps sent, and not sent again" in done.stdout
        titles = [said["title"] for said in service.got]
        assert titles.count("Newly dark: SHIP2, choice 90 %") == 1
        assert titles.count("Newly dark: SHIP1, choice 90 %") == (where != "before it leaves")
        assert titles[-1] == "Watchlist of 2024-01-05: 1 told, 1 in doubt, with errors"
        assert "- Newly dark: SHIP1, choice 90 %" in service.got[-1]["message"]


def test_the_sending_process_does_not_outlive_a_killed_run() -> None:
    with http_service() as service:
        way = Post(desk(f"json://127.0.0.1:{service.port}/"))
        pid = way._process.pid
        assert way._process.stdin is not None
        way._process.stdin.close()  # what the kernel does for a killed run
        assert way._process.wait(10) == 0
        way.close()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_sending_process_that_dies_leaves_doubt_and_no_noise() -> None:
    with http_service() as service:
        service.manner = "hang"
        way = Post(desk(f"json://127.0.0.1:{service.port}/"))
        assert way._process.poll() is None
        os.kill(way._process.pid, signal.SIGSTOP)
        os.kill(way._process.pid, signal.SIGKILL)
        came = way.send("title", "body")
        way.close()
        assert came.what in (PERHAPS, FAILED)
        assert service.got == []


def test_no_address_is_printed_or_kept(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with http_service() as service, Outbox.held(tmp_path) as outbox:
        lines: list[str] = []
        for number, manner in enumerate(("500", "drop", "401", "200")):
            service.manner = manner
            channel = desk(f"json://user:hush@127.0.0.1:{service.port}/SECRET?-token=SECRET", heartbeat=True)
            lines += send(
                [change(number)], day=FIRST, settings=Settings((channel,)), outbox=outbox, facts=facts()
            ).lines
        printed = capfd.readouterr()
        kept = (tmp_path / "alerts" / "outbox.sqlite").read_bytes()
    for text in (*lines, printed.out, printed.err, str(kept), json.dumps(service.got)):
        assert "hush" not in text
        assert "SECRET" not in text
        assert str(service.port) not in text
    assert printed.out == printed.err == ""


class TestCommands:
    def file(self, tmp_path: Path, service: Service) -> Path:
        file = tmp_path / "alerts.toml"
        file.write_text(
            f'[[channel]]\nname = "desk"\nurl = "json://127.0.0.1:{service.port}/"\nleast_p = 0.7\n'
            '[[channel]]\nname = "duty"\nurl_env = "DUTY"\nleast_p = 0.7\n'
        )
        return file

    def test_channels_are_tried(self, tmp_path: Path) -> None:
        with http_service() as service:
            done = CliRunner().invoke(alerts, ["test", str(self.file(tmp_path, service)), "--format", "json"])
        assert done.exit_code == 1
        assert json.loads(done.stdout) == [
            {"channel": "desk", "came": "sent", "reason": None},
            {"channel": "duty", "came": "failed", "reason": "the environment has no DUTY"},
        ]
        assert [said["title"] for said in service.got] == ["ais_gaps: test"]
        assert "other users of this machine may read it" in done.stderr
        with http_service() as service:
            done = CliRunner().invoke(alerts, ["test", str(self.file(tmp_path, service)), "--channel", "desk"])
        assert done.exit_code == 0

    def test_a_run_of_a_list_is_told_and_shown(self, tmp_path: Path) -> None:
        archive = Holdings.at(tmp_path / "archive", create=True)
        found = watchlist(FIRST, 30, hostile=True, outages=True)
        wanted = [one for one in found.changes.to_pylist() if (one["p_switched_off"] or 0) >= 0.7]
        innocent = {row["gap_id"] for row in found.rows.to_pylist() if row["verdict"] == "innocent"}
        wanted = [one for one in wanted if one["gap_id"] not in innocent]
        assert wanted
        with http_service() as service:
            file = self.file(tmp_path, service)
            report = run(archive, found, file, base_url="https://watch.example.org/", problems=["a.csv: no AIS"])
            again = run(archive, found, file)
        assert f"alerts, desk: {len(wanted)} told" in report.lines
        assert not report.ok
        assert (
            f"alerts, duty: {len(wanted)} not delivered, tried again next run: the environment has no DUTY"
            in report.lines
        )
        assert f"alerts, desk: {len(wanted)} told" not in again.lines
        *told, heartbeat = service.got
        assert len(told) == len(wanted)
        assert f"https://watch.example.org/day/{FIRST}.html" in told[0]["message"]
        assert "Went wrong: a․csv: no AIS" in heartbeat["message"]
        assert "Down that day: " in heartbeat["message"]

        rows = self.shown(archive.path, "status", "--format", "json")
        assert [(row["channel"], row["told"], row["waiting"], row["heartbeat"] is None) for row in rows] == [
            ("desk", len(wanted), 0, False),
            ("duty", 0, len(wanted), True),
        ]
        waiting = self.shown(archive.path, "status", "--undelivered", "--format", "json")
        assert {row["change_id"] for row in waiting} == {one["change_id"] for one in wanted}
        assert {(row["channel"], row["state"], row["attempts"]) for row in waiting} == {("duty", "pending", 0)}
        watched = CliRunner().invoke(alerts, ["status", "--max-age-h", "26"], obj=archive.path)
        assert watched.exit_code == 1
        assert f"duty: {len(wanted)} wait, 0 in doubt: the environment has no DUTY" in watched.stderr

    def shown(self, archive: Path, *arguments: str) -> list[dict[str, Any]]:
        done = CliRunner().invoke(alerts, list(arguments), obj=archive)
        assert done.exit_code == 0, done.exception
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows

    def test_what_is_in_doubt_is_sent_again_where_a_person_says_so(self, tmp_path: Path) -> None:
        archive = Holdings.at(tmp_path / "archive", create=True)
        nothing = CliRunner().invoke(alerts, ["status"], obj=archive.path)
        assert isinstance(nothing.exception, NotFound)
        with http_service() as service, Outbox.held(archive.path) as outbox:
            service.manner = "502"
            channel = desk(f"json://127.0.0.1:{service.port}/")
            send([change(1)], day=FIRST, settings=Settings((channel,)), outbox=outbox, facts=facts())
        wrong = CliRunner().invoke(alerts, ["again", "desk", change(2).change_id], obj=archive.path)
        assert isinstance(wrong.exception, NotFound)
        done = CliRunner().invoke(alerts, ["again", "desk", change(1).change_id], obj=archive.path)
        assert done.exit_code == 0
        (row,) = self.shown(archive.path, "status", "--undelivered", "--format", "json")
        assert row["state"] == "pending"

    def test_a_watchman_cries_where_no_run_came(self, tmp_path: Path) -> None:
        archive = Holdings.at(tmp_path / "archive", create=True)
        with Outbox.held(archive.path) as outbox:
            outbox.turned(FIRST, True, datetime(2024, 1, 6, 6, tzinfo=UTC))
        done = CliRunner().invoke(alerts, ["status", "--max-age-h", "26"], obj=archive.path)
        assert done.exit_code == 1
        assert "the last run of the alerts ended at 2024-01-06 06:00 UTC" in done.stderr


EXAMPLES = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "alerts.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.split('"')[1] for example in EXAMPLES])
def test_what_the_docs_show_is_taken_by_the_program_and_by_apprise(example: str, tmp_path: Path) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text(example)
    for channel in read_settings(file, {"DESK_URL": "json://127.0.0.1:1/"}).channels:
        way = Post(channel)
        way.close()
        assert way.longest > 1000
