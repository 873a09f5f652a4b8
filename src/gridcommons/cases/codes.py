"""Numbers and codes of cases: the public number, and the tracking code that opens a case to who reported it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from gridcommons.kit.clock import local_day

ZONE: Final = ZoneInfo("Asia/Shanghai")
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE: Final = 12
_SERIAL: Final = 7
_SECRET: Final = 32


def tracking_code(once: bytes = b"") -> str:
    """A tracking code: 12 signs of 30, in groups of four, without look-alikes (59 bits).

    `once`: a secret of one sending, 32 bytes; the same gives the same code, so that what is sent twice can be answered
    with the first receipt. Without it the code is new.
    """
    number = int.from_bytes(once or secrets.token_bytes(_SECRET), "big")
    signs = ""
    while len(signs) < _CODE:
        number, sign = divmod(number, len(_ALPHABET))
        signs += _ALPHABET[sign]
    return "-".join(signs[i : i + 4] for i in range(0, _CODE, 4))


def case_number(at: datetime) -> str:
    """A public number: the local day and seven random signs (2 x 10^10 a day); it opens nothing."""
    return f"{local_day(at, ZONE):%y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(_SERIAL))}"


def digest_of(code: str) -> bytes:
    """What is kept of a tracking code."""
    return hashlib.sha256(code.strip().upper().encode()).digest()


def track_key(code: str) -> str:
    """The party key that a tracking code gives."""
    return f"track:{digest_of(code).hex()}"
