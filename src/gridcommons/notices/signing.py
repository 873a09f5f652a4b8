"""Signatures of notices: links that stop them without a login, and what a gateway posts back.

The key of links lies in the key folder, so that a link works as long as the contact behind it; a link holds no address,
only the contact's id and the blind index of the address that it went to.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.people.crypto import blind_index
from gridcommons.people.keys import contact_keys

_LINK_KEY: Final = "notices-link"
_INDEX_KEY: Final = "notices-stop"
_MAC: Final = 16
_ID: Final = 16
_CLOCKS_APART: Final = timedelta(minutes=5)

BAD_LINK = refusal_kind(
    "notices.bad_link",
    status=404,
    zh="这个退订链接不完整或不是本平台发出的。请从收到的消息里重新打开，或拨打12345。",
    en="This link is cut off or is not one of ours. Open it again from the message you got, or call 12345.",
)
BAD_SIGNATURE = refusal_kind(
    "notices.bad_signature",
    status=403,
    zh="签名不对或时间相差超过5分钟，没有接收任何内容。",
    en="The signature is wrong or more than 5 minutes off; nothing was taken.",
)


@dataclass(frozen=True)
class Link:
    """What a link stands for: the receiver of notices, and the blind index of the address."""

    to: str
    index: bytes

    @property
    def parties(self) -> frozenset[str]:
        """The keys that whoever holds the link has."""
        return frozenset({self.to, stop_key(self.index)})


def stop_key(index: bytes) -> str:
    """The party key of an address known by its blind index."""
    return f"stop:{index.hex()}"


def message_key(message: UUID) -> str:
    """The party key of a message: who can sign for it may say what became of it."""
    return f"message:{message}"


def index_of(address: str) -> bytes:
    """The blind index of a phone or e-mail address in its one form."""
    return blind_index(address, key=contact_keys().secret(_INDEX_KEY))


def sign_link(link: Link) -> str:
    """The text of a link for its address."""
    body = UUID(link.to.removeprefix("contact:")).bytes + link.index
    return urlsafe_b64encode(body + _link_mac(body)).decode().rstrip("=")


def read_link(text: str) -> Link:
    """What a link stands for; refuses one that was not signed here."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        raise refuse(BAD_LINK) from None
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if len(body) != 2 * _ID or not hmac.compare_digest(mac, _link_mac(body)):
        raise refuse(BAD_LINK)
    return Link(f"contact:{UUID(bytes=body[:_ID])}", body[_ID:])


def _link_mac(body: bytes) -> bytes:
    return hmac.digest(contact_keys().secret(_LINK_KEY), body, "sha256")[:_MAC]


def holding(viewer: Viewer, keys: frozenset[str]) -> Viewer:
    """The viewer with keys that a checked signature gave them."""
    return replace(viewer, parties=viewer.parties | keys)


def signature(secret: bytes, *, time: int, method: str, path: str, body: bytes) -> str:
    """`v1=` and the HMAC-SHA-256 of moment, method, path and body, as both sides of the SMS adapter sign."""
    said = f"{time}.{method}.{path}.".encode() + body
    return "v1=" + hmac.new(secret, said, hashlib.sha256).hexdigest()


def require_signed(given: str, secret: bytes, *, time: str, method: str, path: str, body: bytes, now: datetime) -> None:
    """Refuse a body whose signature is wrong or whose moment (Unix seconds) lies too far from now."""
    plain = time.isascii() and time.isdigit() and len(time) <= 12  # noqa: PLR2004 - seconds till the year 33,658
    if not plain or abs(int(time) - now.timestamp()) > _CLOCKS_APART.total_seconds():
        raise refuse(BAD_SIGNATURE)
    wanted = signature(secret, time=int(time), method=method, path=path, body=body)
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise refuse(BAD_SIGNATURE)
