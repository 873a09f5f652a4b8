"""The SMS channel: a signed HTTP call to a gateway, as docs/manual/sms.md describes it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from gridcommons.notices.rules import Message, Outcome, State
from gridcommons.notices.signing import signature

_MOST_BYTES: Final = 64_000
_PHONE: Final = re.compile(r"\+?[0-9]{5,20}")
_BAD_NUMBER: Final = frozenset({"bad_number", "unknown_number", "blocked_number"})
_LONGEST_WAIT: Final = timedelta(hours=6)
_OK, _NOT_FOUND, _CONFLICT, _MANY, _FAULT = 200, 404, 409, 429, 500
_LOGIN: Final = frozenset({401, 403})


@dataclass(frozen=True)
class Gateway:
    """A gateway: where it is, the secret both sides sign with, where its receipts go. `seconds`: for a whole call."""

    url: str
    secret: bytes
    receipts: str = ""
    seconds: float = 10


@dataclass(frozen=True)
class Answer:
    """What a gateway answered: status, body as a value (None where it is none), how long it asks to wait."""

    status: int
    body: dict[str, Any] | None
    wait: timedelta | None


class Sms:
    """Hands messages to a gateway. A repeat carries the same key, and the gateway answers it as the first."""

    def __init__(self, gateway: Gateway, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.gateway, self.now = gateway, now

    def send(self, message: Message) -> Outcome:
        """Hand one message over; after a silence nobody knows, and it is asked before it is sent again."""
        if not _PHONE.fullmatch(message.address):
            return Outcome(State.FAILED, reason="bad_address")
        body = {
            "id": str(message.id), "to": message.address, "text": message.text, "language": message.language,
            "receipts": self.gateway.receipts,
        }  # fmt: skip
        return self._outcome("POST", self.gateway.url, body, {"Idempotency-Key": str(message.id)})

    def ask(self, message: Message) -> Outcome:
        """What became of a message; one that the gateway does not know may be sent again."""
        return self._outcome("GET", f"{self.gateway.url}/{message.id}", None, {})

    def _outcome(self, method: str, url: str, body: object, headers: dict[str, str]) -> Outcome:
        try:
            answer = self._call(method, url, body, headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            return Outcome(State.WAITING, type(error).__name__[:40], "unreachable", shut=True)
        except (httpx.TimeoutException, _TooSlow):
            return Outcome(State.UNCERTAIN, "timeout", "timeout", shut=True)
        except httpx.HTTPError as error:
            return Outcome(State.UNCERTAIN, type(error).__name__[:40], "unreachable")
        except (_TooMuch, ValueError):
            return Outcome(State.UNCERTAIN, "unreadable", "bad_answer")
        return meaning(answer, asked=method == "GET")

    def _call(self, method: str, url: str, body: object, headers: dict[str, str]) -> Answer:
        sent = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        moment, path = int(self.now().timestamp()), urlsplit(url).path
        signed = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Gridcommons-Time": str(moment),
            "X-Gridcommons-Signature": signature(
                self.gateway.secret, time=moment, method=method, path=path, body=sent
            ),
        }  # fmt: skip
        limit = monotonic() + self.gateway.seconds
        with (
            httpx.Client(timeout=self.gateway.seconds, follow_redirects=False, trust_env=False) as client,
            client.stream(method, url, content=sent, headers=headers | signed) as answer,
        ):
            raw = _read(answer, limit)
        return Answer(answer.status_code, _body(raw), _wait(answer.headers.get("Retry-After", "")))


class _TooSlow(Exception):
    """A gateway that drips its answer past the limit of the whole call."""


class _TooMuch(Exception):
    """An answer longer than any honest one."""


def _read(answer: httpx.Response, limit: float) -> bytes:
    raw = b""
    for piece in answer.iter_bytes():
        raw += piece
        if len(raw) > _MOST_BYTES:
            raise _TooMuch
        if monotonic() > limit:
            raise _TooSlow
    return raw


def _body(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _wait(text: str) -> timedelta | None:
    return min(timedelta(seconds=int(text)), _LONGEST_WAIT) if text.isascii() and text.isdigit() and text else None


def meaning(answer: Answer, *, asked: bool = False) -> Outcome:
    """What an answer means for the message. `asked`: it answers a question, so 404 says that nothing came."""
    code, status = str(answer.status), answer.status
    if status in _LOGIN or (asked and status == _NOT_FOUND):
        return Outcome(State.WAITING, code, "login_refused" if status in _LOGIN else "lost", shut=status in _LOGIN)
    if answer.status == _MANY or answer.status >= _FAULT:
        reason = "busy" if answer.status in {_MANY, 503} else "bad_answer"
        # What a gateway took before it broke down is not known to it alone: the same key makes a repeat harmless.
        return Outcome(State.WAITING, code, reason, wait=answer.wait)
    if _OK <= answer.status < 300 or answer.status == _CONFLICT:  # noqa: PLR2004 - the end of the class 2xx
        return _taken(answer, code)
    return _turned_away(answer, code)


def _turned_away(answer: Answer, code: str) -> Outcome:
    """The number itself is refused, or the call: the latter is ours to mend, and the message waits."""
    said = (answer.body or {}).get("code")
    if said in _BAD_NUMBER:
        return Outcome(State.FAILED, code, "bad_address")
    if said == "stopped":
        return Outcome(State.UNWANTED, code, "unsubscribed")
    return Outcome(State.WAITING, code, "bad_answer", shut=answer.status in {_NOT_FOUND, 405})


def _taken(answer: Answer, code: str) -> Outcome:
    """A gateway's word that it took the message; without the word nobody knows."""
    said = (answer.body or {}).get("state")
    if said == "accepted":
        return Outcome(State.HANDED, code)
    if said == "delivered":
        return Outcome(State.DELIVERED, code)
    if said == "failed":
        return Outcome(State.FAILED, code, "reported_failed")
    return Outcome(State.UNCERTAIN, code, "bad_answer")
