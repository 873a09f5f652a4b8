"""Marks of sendings: digests by which what comes twice is known, and tokens and codes reckoned again from the key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from gridcommons.cases.clients.rules import Linked, Sent
from gridcommons.cases.filing import Report

_TOKEN_BYTES: Final = 20


def name_digest(name: str) -> bytes | None:
    """What is kept of a client's own id of what it sends; None where it gives none."""
    return hashlib.sha256(name.encode()).digest() if name else None


def once_of(key: str, external_id: str) -> bytes:
    """The secret of one sending, from the api key as text and the client's id: the same again has the same (32 bytes).

    Only whoever holds the key can reckon it, so token and tracking code can be answered again and are kept nowhere.
    """
    return hmac.digest(key.encode(), b"open311 request " + external_id.encode(), "sha256")


def token_of(once: bytes) -> str:
    """The token of a sending: 160 bits, as lower-case letters and digits."""
    return base64.b32encode(hashlib.sha256(b"token" + once).digest()[:_TOKEN_BYTES]).decode().lower()


def token_digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.strip().lower().encode()).digest()


def content_of_request(once: bytes, report: Report, linked: Iterable[Linked]) -> bytes:
    """What a request says, as a digest that nobody can try out without the key (32 bytes).

    `linked`: its pictures. Of one named by its address the address counts alone, for what lies there comes late, or not
    at all, and the client sent the same.
    """
    said = (
        report.matter_key, report.text, report.lon, report.lat, report.area_code, report.address, report.contact,
        _pictures(linked),
    )  # fmt: skip
    return hmac.digest(once, repr(said).encode(), "sha256")


def content_of_news(once: bytes, sent: Sent) -> bytes:
    """What a piece of news says, as a digest likewise; the client's moment aside, which a retry may write anew."""
    said = sent.number, sent.status, sent.words, _pictures(sent.linked)
    return hmac.digest(once, repr(said).encode(), "sha256")


def _pictures(linked: Iterable[Linked]) -> list[str]:
    return [one.address or hashlib.sha256(one.data or b"").hexdigest() for one in linked]
