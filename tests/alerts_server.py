"""A server on this machine that answers as services do on bad days: over HTTP, and as a mail server."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Service:
    """What it got, and how it answers.

    Attributes:
        port: where it listens on 127.0.0.1.
        manner: a status such as "500"; "hang" until `go_on`, "drop" the connection, "drip" a header a while.
        got: the messages, JSON bodies or mails.
        asked: set when a message has come in.
        go_on: what hangs waits for it.
    """

    port: int = 0
    manner: str = "200"
    got: list[Any] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


@contextmanager
def http_service() -> Iterator[Service]:
    """A service that takes JSON."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            service.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            service.asked.set()
            with suppress(OSError):
                self.answer()

        def answer(self) -> None:
            match service.manner:
                case "drop":
                    self.close_connection = True
                    return
                case "hang":
                    service.go_on.wait(20)
                    status = 200
                case "drip":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    while not service.go_on.wait(0.2):
                        self.wfile.write(b"X-Slow: yes\r\n")
                    return
                case said:
                    status = int(said)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    yield from _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler), service)


@contextmanager
def mail_service() -> Iterator[Service]:
    """A mail server.

    Manners: "take", "busy" (at the greeting), "no such box", "not now" (before the mail), "refuse" (the mail), "break off" (in the
    middle of it), "rude" (takes the mail and is gone without a farewell).
    """
    service = Service(manner="take")

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            with suppress(OSError):
                self.talk()

        def talk(self) -> None:
            self.say("421 busy" if service.manner == "busy" else "220 here")
            while command := self.rfile.readline().decode().upper():
                if command.startswith("DATA") and service.manner == "not now":
                    self.say("451 not now")
                elif command.startswith("DATA"):
                    self.say("354 go on")
                    if not self.take():
                        return
                elif command.startswith("RCPT") and service.manner == "no such box":
                    self.say("550 no such box for SECRET")
                elif command.startswith("QUIT"):
                    self.say("221 bye")
                    return
                else:
                    self.say("250 well")

        def take(self) -> bool:
            mail = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                mail.append(line.decode())
                if service.manner == "break off":
                    return False
            if service.manner == "refuse":
                self.say("554 not this one")
                return True
            service.got.append("".join(mail))
            self.say("250 taken")
            return service.manner != "rude"

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    yield from _serving(Server(("127.0.0.1", 0), Handler), service)


def _serving(server: socketserver.TCPServer, service: Service) -> Iterator[Service]:
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
