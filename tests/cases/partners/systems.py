"""Departments' systems of a test, on ports of their own: they take webhooks, speak Open311, and can lie."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

from gridcommons.notices.signing import signature
from local_server import Answering, answering


@dataclass
class System:
    """`scripted`: answers instead of the usual one, each once: (status, body[, headers]) or the name of a misdeed.

    `events`: what came, by event id, once; `calls`: every call with its id; `requests`: what Open311 was asked for.
    """

    __test__ = False

    scripted: list[Any] = field(default_factory=list)
    secret: bytes = b""
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    updates: list[dict[str, str]] = field(default_factory=list)
    states: dict[str, dict[str, str]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    gives_token: bool = False
    unsigned: int = 0
    url: str = ""
    ended: threading.Event = field(default_factory=threading.Event)


class _Handler(Answering, BaseHTTPRequestHandler):
    own: System

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.own.calls.append((self.path, self.headers.get("Idempotency-Key", "")))
        self.own.bodies.append(raw)
        if self._misbehaves(raw):
            return
        if self.path.endswith((".json", ".xml")):
            self._open311(raw)
        elif self._is_signed(raw):
            self._take(raw)
            self._say(200, {"receipt": json.loads(raw)["event_id"], "id": f"R{len(self.own.events)}"})

    def _take(self, raw: bytes) -> None:
        said = json.loads(raw)
        self.own.events.setdefault(said["event_id"], said)

    def _is_signed(self, raw: bytes) -> bool:
        moment = int(self.headers["X-Gridcommons-Time"])
        wanted = signature(self.own.secret, time=moment, method="POST", path=self.path, body=raw)
        if self.headers["X-Gridcommons-Signature"] == wanted:
            return True
        self.own.unsigned += 1
        self._say(401, {"code": "signature"})
        return False

    def _open311(self, raw: bytes) -> None:
        form = {key: values[0] for key, values in parse_qs(raw.decode()).items()}
        if "servicerequestupdates" in self.path:
            self.own.updates.append(form)
            self._say(200, [{"update_id": form["update_id"]}])
            return
        self.own.requests.append(form)
        name = f"SR{len(self.own.requests)}"
        self.own.states[name] = {"status": "open", "status_notes": "", "updated_datetime": ""}
        said = {"token": name} if self.own.gives_token else {"service_request_id": name}
        self._answer311("service_requests", "request", said)

    def _answer311(self, root: str, item: str, row: dict[str, str]) -> None:
        if self.path.endswith(".json"):
            self._say(200, [row])
            return
        cells = "".join(f"<{key}>{value}</{key}>" for key, value in row.items())
        self._raw(f'<?xml version="1.0"?><{root}><{item}>{cells}</{item}></{root}>'.encode(), 200, {})

    def do_GET(self) -> None:
        self.own.calls.append((self.path, ""))
        if self._misbehaves(b""):
            return
        if self.path in self.own.pictures:
            self._raw(self.own.pictures[self.path], 200, {"Content-Type": "image/jpeg"})
            return
        name = self.path.rpartition("/")[2].rpartition(".")[0]
        if "/tokens/" in self.path:
            self._answer311("service_requests", "request", {"token": name, "service_request_id": name})
        elif "/services" in self.path:
            self._answer311("services", "service", {"service_code": "001"})
        elif name in self.own.states:
            row = {"service_request_id": name} | self.own.states[name]
            self._answer311("service_requests", "request", row)
        else:
            self._say(404, [{"code": 404, "description": "unknown"}])

    def _misbehaves(self, raw: bytes) -> bool:
        script = self.own.scripted.pop(0) if self.own.scripted else None
        if script in ("take and hang", "take and break"):
            with suppress(ValueError, KeyError):
                self._take(raw)
        if script in ("hang", "take and hang"):
            self.own.ended.wait(10)
        elif script in ("drop", "take and break"):
            self.connection.close()
        elif script == "flood":
            self._raw(b"x" * 200_000, 200, {})
        elif script == "drip":
            self._drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        elif script == "drip headers":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        elif script == "other receipt":
            self._say(200, {"receipt": "0193-somebody-else"})
        elif script == "nonsense":
            self._raw(b"<html>\xff\xfe welcome", 200, {})
        elif script is not None:
            status, body, *headers = script
            self._say(status, body, dict(*headers))
        return script is not None

    def _drip(self, head: bytes) -> None:
        with suppress(OSError):
            self.wfile.write(head)
            while not self.own.ended.wait(0.03):
                self.wfile.write(b"x")
                self.wfile.flush()


@contextmanager
def system(*scripted: Any) -> Iterator[System]:
    """A system on a port of its own."""
    own = System(list(scripted))
    with answering(_Handler, own) as address:
        own.url = address
        yield own
