"""The process that hands messages to apprise: started as a file of its own, spoken to over its standard input and output.

Another process, because a service that hangs can be ended for certain, because whatever apprise and what it loads log or print
(addresses are secrets) reaches nobody, and because the address travels over a pipe and stands in no list of arguments. It imports
nothing of ais_gaps. One line of JSON in is one line out:

    {"url": ..., "timeout_s": ...}   -> {"longest": 1800}, or {"reason": ...} where there is no way
    {"title": ..., "body": ...}      -> {"what": "sent"}, or "failed" or "perhaps" with a reason
"""

from __future__ import annotations

import difflib
import http
import http.client
import json
import logging
import os
import re
import signal
import smtplib
import socket
import ssl
import sys
import warnings
from typing import Any, Final

_IN_DOUBT: Final = frozenset({502, 504, 520, 524})
"""Answers of something between us and the service, which may have got the message all the same (RFC 9110, 15.6.3 and 15.6.5; 52x
are Cloudflare's)."""

_MARGIN: Final = 0.9
"""Share of a service's longest message that is used: what a conversion adds to it is the service's affair."""

_GRACE_S: Final = 5
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Wire:
    """What went over the network for one message.

    apprise says only True or False. What a False means, that the message certainly did not arrive or that it may have, is told
    from what was said on the wire: `http.client`, `requests`, `smtplib` and sockets are watched, in this process.
    """

    def __init__(self) -> None:
        self.connected = False  # to anything, by whatever protocol
        self.trouble: str | None = None  # why the last connection was not made
        self.spoken = False  # a request of the exchange under way has left
        self.answers: list[tuple[str, int]] = []  # method and status, in order
        self.broken: str | None = None  # an exchange of which nobody knows how it ended
        self.unspoken: str | None = None  # an exchange that never began
        self.mail = False  # a mail server was called
        self.taking = False  # and is taking the mail
        self.reply: int | None = None  # its last refusal
        self.taken = False  # it has the mail

    def meaning(self) -> tuple[str, str]:
        """What it means that apprise says False: failed or perhaps (or sent), and the reason."""
        if self.mail:
            return self._mail_meaning()
        if self.broken is not None:
            return "perhaps", self.broken
        written = [status for method, status in self.answers if method not in _READS and status < 300]
        doubtful = [status for _, status in self.answers if status in _IN_DOUBT]
        if doubtful:
            return "perhaps", f"{_answered(doubtful[0])}: something on the way gave up, the message may have passed"
        refusal = self.unspoken or (self._refusal() if self.answers else None)
        if refusal is not None:
            before = len(written) - (self.unspoken is None and self.answers[-1][1] < 300)
            return ("perhaps", f"a part was accepted before this: {refusal}") if before > 0 else ("failed", refusal)
        if self.connected:
            return "perhaps", "the service was reached and did not say what became of the message"
        return "failed", self.trouble or "the service did not take it"

    def _refusal(self) -> str:
        status = self.answers[-1][1]
        return f"{_answered(status)}, but did not take the message" if status < 300 else _answered(status)

    def _mail_meaning(self) -> tuple[str, str]:
        if self.taken:  # what failed then was the farewell
            return "sent", ""
        if self.taking:
            return "perhaps", "the mail server broke off while it took the mail"
        if self.reply is not None:
            login = ", the login" if self.reply in (530, 534, 535) else ""
            return "failed", f"the mail server refused{login} ({self.reply})"
        return "failed", self.trouble or "the mail server could not be spoken with"


def _answered(status: int) -> str:
    try:
        return f"the server answered {status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return f"the server answered {status}"


wire = Wire()
"""Of the message under way."""


def watch_sockets() -> None:
    """See every connection that Python code makes."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def watched_connect(sock: socket.socket, address: Any) -> None:
        try:
            connect(sock, address)
        except BlockingIOError:  # under way
            wire.connected = True
            raise
        except TimeoutError:
            wire.trouble = "no connection in time"
            raise
        except OSError as error:
            wire.trouble = f"no connection: {error.strerror or type(error).__name__}"
            raise
        wire.connected = True

    def watched_look_up(*arguments: Any, **named: Any) -> Any:
        try:
            return look_up(*arguments, **named)
        except OSError:
            wire.trouble = "no connection: the server's name is not known"
            raise

    _put(socket.socket, "connect", watched_connect)
    _put(socket, "getaddrinfo", watched_look_up)


def watch_http() -> None:
    """See whether a request left, and what was answered."""
    import requests

    send, exchange = http.client.HTTPConnection.send, requests.Session.send

    def watched_send(connection: Any, data: Any) -> None:
        if connection.sock is None and connection.auto_open:
            connection.connect()
        if not (isinstance(data, bytes) and data.startswith(b"CONNECT ")):  # that one is said to a proxy
            wire.spoken = True
        send(connection, data)

    def watched_exchange(session: Any, request: Any, **options: Any) -> Any:
        wire.spoken, wire.unspoken = False, None
        try:
            response = exchange(session, request, **options)
        except requests.RequestException as error:
            if not wire.spoken:
                wire.unspoken = _not_begun(error)
            elif isinstance(error, requests.Timeout):
                wire.broken = "no answer in time, the message may have arrived"
            else:
                wire.broken = "the connection broke before an answer, the message may have arrived"
            raise
        wire.answers.append((str(request.method), response.status_code))
        return response

    _put(http.client.HTTPConnection, "send", watched_send)
    _put(requests.Session, "send", watched_exchange)


def _not_begun(error: BaseException) -> str:
    """Why a request never left, in words of our own: those of the libraries hold the address."""
    cause: BaseException | None = error
    for _ in range(10):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "the server's certificate is not trusted"
        if isinstance(cause, ssl.SSLError):
            return "no secure connection (TLS)"
        reason = getattr(cause, "reason", None) or next(iter(getattr(cause, "args", ())), None)
        cause = (cause.__cause__ or cause.__context__ if cause else None) or (
            reason if isinstance(reason, BaseException) else None
        )
    return wire.trouble or "no connection"


def watch_mail() -> None:
    """See how far a mail came."""
    call, data, reply = smtplib.SMTP.connect, smtplib.SMTP.data, smtplib.SMTP.getreply

    def watched_call(server: Any, *arguments: Any, **named: Any) -> Any:
        wire.mail = True
        return call(server, *arguments, **named)

    def watched_data(server: Any, mail: Any) -> Any:
        wire.taking = True
        code, text = data(server, mail)
        wire.taking, wire.taken = False, code == 250
        return code, text

    def watched_reply(server: Any) -> Any:
        code, text = reply(server)
        if code >= 400:
            wire.reply = code
            if wire.taking:  # the command DATA itself was refused
                wire.taking = False
        return code, text

    _put(smtplib.SMTP, "connect", watched_call)
    _put(smtplib.SMTP, "data", watched_data)
    _put(smtplib.SMTP, "getreply", watched_reply)


def _put(owner: object, name: str, function: Any) -> None:
    setattr(owner, name, function)


def watch() -> None:
    """Put ourselves between apprise and the network."""
    watch_sockets()
    watch_http()
    watch_mail()


class NoWay(Exception):
    """An address that leads nowhere: ``str()`` says why."""


def connect(url: str) -> Any:
    """The service that the address names.

    Every liberty that an address may take with the outcome is taken back: repeating by itself (a message could arrive twice),
    calling a failure a success, following a redirection (which turns a message into a mere look), sending in pieces.
    """
    from apprise import Apprise, AppriseAsset, OverflowMode

    asset = AppriseAsset(
        app_id="ais_gaps",
        app_desc="dark-ship watchlist",
        async_mode=False,
        http_redirects=False,
        interpret_emojis=False,
        interpret_escapes=False,
        pgp_autogen=False,
        pem_autogen=False,
        service_timeout=0,
        storage_mode="memory",
    )
    service = Apprise.instantiate(url, asset=asset)
    if service is None:
        raise NoWay(_why_no_service(url))
    receivers = len(service) // (service.retry + 1)
    receivers += len(getattr(service, "cc", None) or ()) + len(getattr(service, "bcc", None) or ())
    if receivers != 1:
        raise NoWay(
            f"the address names {receivers} receivers: give each a [[channel]] of its own, "
            "so that what one refuses is not sent to the others again"
        )
    service.retry, service.optional, service.redirects = 0, False, False
    service.overflow_mode = OverflowMode.TRUNCATE
    services = Apprise(asset=asset)
    if not services.add(service):
        raise NoWay("apprise does not take the address")
    return services


def _why_no_service(url: str) -> str:
    from apprise.manager_plugins import NotificationManager

    known: Any = NotificationManager()  # type: ignore[no-untyped-call]
    scheme = re.match(r"([a-z][a-z0-9]{1,29})://", url, re.IGNORECASE)
    if scheme is None:
        return "the address does not begin with the name of a service and ://"
    name = scheme[1].lower()
    if name not in known:
        near = difflib.get_close_matches(name, sorted(known.schemas()), 1)
        return f"apprise knows no service {name}://{f', did you mean {near[0]}://?' if near else ''}"
    service = known[name]
    if not service.enabled:
        needed = service.requirements.get("packages_required") or "a package that is not installed"
        needed = needed if isinstance(needed, str) else ", ".join(needed)
        return f"{name}:// needs {needed}"
    return f"what follows {name}:// is not what the service needs{f', see {service.setup_url}' if service.setup_url else ''}"


def deliver(services: Any, title: str, body: str) -> dict[str, str]:
    """Hand one message to the service and say what came of it."""
    from apprise import NotifyFormat

    global wire
    wire = Wire()
    try:
        if services.notify(title=title, body=body, body_format=NotifyFormat.TEXT):
            return {"what": "sent"}
    except Exception:  # what it says may hold the address
        wire.trouble = wire.trouble or "apprise stopped with an error"
    what, reason = wire.meaning()
    return {"what": what, "reason": reason} if reason else {"what": what}


def main() -> None:
    """Answer each line of standard input, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    services: Any = None
    seconds = 60
    for line in sys.stdin:
        asked = json.loads(line)
        if "url" in asked:
            seconds = int(asked["timeout_s"]) + _GRACE_S
        signal.alarm(seconds)  # ends us where whoever asked is gone and the service hangs
        if "url" in asked:
            try:
                services = connect(asked["url"])
                watch()
                longest = min((int(service.body_maxlen * _MARGIN) for service in services), default=0)
                answer: dict[str, Any] = {"longest": longest}
            except ImportError:
                answer = {"reason": "apprise is not installed"}
            except NoWay as error:
                answer = {"reason": str(error)}
            except Exception:
                answer = {"reason": "apprise stopped with an error at the address"}
        else:
            answer = deliver(services, asked["title"], asked["body"])
        signal.alarm(0)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
