"""The envelope around contact data, blind indexes for finding it, and pseudonyms by purpose.

Pure given keys (nonces apart). Sealed text is AES-256-GCM; the purpose and row it belongs to are authenticated, so
that a blob copied to another row or purpose does not open. Layout: version 1 byte, length of the key id 1 byte,
key id, nonce 12 bytes, cipher text with tag 16 bytes. A destroyed key leaves its blobs unreadable for everyone.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridcommons.kit.errors import refusal_kind, refuse

DESTROYED = refusal_kind(
    "contact.key_destroyed",
    status=410,
    zh="这份联系信息的密钥（{key_id}）已销毁，任何人都无法再读取。如需联系，请向本人重新询问。",
    en="The key of this contact ({key_id}) was destroyed; nobody can read it any more. Ask the person again if needed.",
)
UNREADABLE = refusal_kind(
    "contact.unreadable",
    status=409,
    zh="这份联系信息与其所属记录不符或已被改动，因此不予打开。请报告数据保护负责人。",
    en="This contact belongs to another record or was altered, so it stays shut. Tell the data protection officer.",
)
WEAK_KEY = refusal_kind(
    "contact.weak_key",
    status=500,
    zh="密钥长度或编号不对：应为{length}字节。请管理员检查密钥文件夹。",
    en="A key has the wrong length or id; it must have {length} bytes. The administrator must check the key folder.",
)

KEY_LENGTH: Final = 32
KEY_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_VERSION: Final = 1
_NONCE: Final = 12
_TAG: Final = 16
_INDEX_LENGTH: Final = 16
_PSEUDONYM_LENGTH: Final = 16


@dataclass(frozen=True)
class Context:
    """What a sealed text belongs to: its purpose and the id of its row."""

    purpose: str
    row: str


@dataclass(frozen=True)
class KeyRing:
    """Keys by id at one moment, and the id that writing uses. Take it anew for each request: keys get destroyed."""

    keys: Mapping[str, bytes] = field(repr=False)
    active: str

    def __post_init__(self) -> None:
        bad = [key_id for key_id in self.keys if not KEY_ID.fullmatch(key_id)]
        if bad or self.active not in self.keys or any(len(key) != KEY_LENGTH for key in self.keys.values()):
            raise refuse(WEAK_KEY, length=KEY_LENGTH)


def seal(text: str, *, keyring: KeyRing, context: Context) -> bytes:
    """The text under the active key, bound to its context; every call gives other bytes."""
    head = bytes((_VERSION, len(keyring.active))) + keyring.active.encode("ascii")
    nonce = secrets.token_bytes(_NONCE)
    cipher = AESGCM(keyring.keys[keyring.active])
    return head + nonce + cipher.encrypt(nonce, text.encode(), _bound(head, context))


def open_sealed(blob: bytes, *, keyring: KeyRing, context: Context) -> str:
    """The text inside; refuses when the key was destroyed, the blob was altered or belongs to another context."""
    key_id = key_id_of(blob)
    head, rest = blob[: 2 + len(key_id)], blob[2 + len(key_id) :]
    key = keyring.keys.get(key_id)
    if key is None:
        raise refuse(DESTROYED, key_id=key_id)
    try:
        return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], _bound(head, context)).decode()
    except InvalidTag:
        raise refuse(UNREADABLE) from None


def key_id_of(blob: bytes) -> str:
    """The id of the key that a blob was sealed with (to find what still waits for rotation); refuses other bytes."""
    length = blob[1] if len(blob) > 1 else 0
    key_id = blob[2 : 2 + length].decode("ascii", errors="replace")
    if len(blob) < 2 + length + _NONCE + _TAG or blob[0] != _VERSION or not KEY_ID.fullmatch(key_id):
        raise refuse(UNREADABLE)
    return key_id


def blind_index(value: str, *, key: bytes) -> bytes:
    """16 bytes by which equal values are found without being read: HMAC-SHA-256 of the value in its one form.

    Give a phone or address already normalised by `identity`; width, case and blanks around it are evened out here.
    """
    even = unicodedata.normalize("NFKC", value).casefold().strip()
    return _mac(key, b"blind-index", even)[:_INDEX_LENGTH]


def pseudonym(person_id: UUID | str, purpose: str, key: bytes) -> str:
    """32 hexadecimal digits that stand for a person within one purpose and cannot be joined with another's."""
    return _mac(key, b"pseudonym", purpose, str(person_id))[:_PSEUDONYM_LENGTH].hex()


def _mac(key: bytes, *parts: str | bytes) -> bytes:
    if len(key) != KEY_LENGTH:
        raise refuse(WEAK_KEY, length=KEY_LENGTH)
    return hmac.new(key, _joined(*parts), hashlib.sha256).digest()


def _bound(head: bytes, context: Context) -> bytes:
    return _joined(head, context.purpose, context.row)


def _joined(*parts: str | bytes) -> bytes:
    """Parts with their lengths before them, so that no two different lists give the same bytes."""
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in raw)
