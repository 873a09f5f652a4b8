"""The envelope around a day's visits: AES-256-GCM under a key that the caller gives. Pure, nonces apart.

Layout: mark 4 bytes, nonce 12, cipher text with tag 16. County and day are authenticated, so that a file put in
another's place does not open. Without its key nobody opens it: that is how emergency facts end.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridcommons.kit.errors import refusal_kind, refuse

KEY_LENGTH: Final = 32
_MARK: Final = b"GCV1"
_NONCE: Final = 12

WEAK_KEY = refusal_kind(
    "lake.weak_key",
    status=500,
    zh="访视文件的密钥应为{length}字节。请管理员检查密钥文件夹。",
    en="The key of a file of visits must have {length} bytes. The administrator must check the key folder.",
)
SHUT = refusal_kind(
    "lake.shut",
    status=409,
    zh="{county}在{day}的访视文件打不开：密钥不符，或文件已被改动或换过。请报告数据保护负责人。",
    en="The visits of {county} on {day} do not open: another key, or altered or exchanged. "
    "Tell the data protection officer.",
)


def sealed(data: bytes, *, key: bytes, county: str, day: date) -> bytes:
    """Bytes in their envelope; refuses (500) a key of another length."""
    nonce = secrets.token_bytes(_NONCE)
    return _MARK + nonce + _cipher(key).encrypt(nonce, data, _bound(county, day))


def opened(envelope: bytes, *, key: bytes, county: str, day: date) -> bytes:
    """What was sealed; refuses (409) with another key, for another county or day, or when a bit was altered."""
    nonce, body = envelope[len(_MARK) : len(_MARK) + _NONCE], envelope[len(_MARK) + _NONCE :]
    try:
        if not envelope.startswith(_MARK) or len(nonce) != _NONCE:
            raise InvalidTag
        return _cipher(key).decrypt(nonce, body, _bound(county, day))
    except InvalidTag as error:
        raise refuse(SHUT, county=county, day=day) from error


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_LENGTH:
        raise refuse(WEAK_KEY, length=KEY_LENGTH)
    return AESGCM(key)


def _bound(county: str, day: date) -> bytes:
    return _MARK + f"{county}/{day.isoformat()}".encode()
