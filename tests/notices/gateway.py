"""A small SMS gateway for tests, as docs/manual/sms.md describes one, or one that misbehaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from gridcommons.notices.signing import signature
from local_server import Answering, answering

SECRET = b"a shared secret of a test"


@dataclass
class TestGateway:
    """`scripted`: answers instead of the usual one, each once: (status, body) or `hang`, `drop`, `flood`, `drip`."""

    __test__ = False

    scripted: list[Any] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    unsigned: int = 0
    url: str = ""
    ended: threading.Event = field(default_factory=threading.Event)


class _Handler(Answering, BaseHTTPRequestHandler):
    own: TestGateway

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.own.calls.append(("POST", self.headers["Idempotency-Key"]))
        if not self._signed(raw) or self._misbehaves(raw):
            return
        body = json.loads(raw)
        self.own.taken.setdefault(body["id"], body)
        self._say(202, {"state": "accepted"})

    def do_GET(self) -> None:
        key = self.path.rpartition("/")[2]
        self.own.calls.append(("GET", key))
        if not self._signed(b"") or self._misbehaves(b""):
            return
        if key in self.own.taken:
            self._say(200, {"state": self.own.states.get(key, "accepted")})
        else:
            self._say(404, {"code": "unknown"})

    def _signed(self, raw: bytes) -> bool:
        moment = int(self.headers["X-Gridcommons-Time"])
        wanted = signature(SECRET, time=moment, method=self.command, path=self.path, body=raw)
        if self.headers["X-Gridcommons-Signature"] == wanted:
            return True
        self.own.unsigned += 1
        self._say(401, {"code": "signature"})
        return False

    def _misbehaves(self, raw: bytes) -> bool:
        script = self.own.scripted.pop(0) if self.own.scripted else None
        if script == "take and hang":
            body = json.loads(raw)
            self.own.taken[body["id"]] = body
        if script in ("hang", "take and hang"):
            self.own.ended.wait(10)
        elif script == "drop":
            self.connection.close()
        elif script == "flood":
            self._raw(b"x" * 200_000)
        elif script == "drip":
            self._drip()
        elif script is not None:
            status, body, *headers = script
            self._say(status, body, dict(headers))
        return script is not None

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        with suppress(OSError):
            while not self.own.ended.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()


@contextmanager
def gateway(*scripted: Any) -> Iterator[TestGateway]:
    """A gateway on a port of its own."""
    own = TestGateway(list(scripted))
    with answering(_Handler, own) as address:
        own.url = f"{address}/messages"
        yield own
