"""The tracking code that a browser holds: sealed in a cookie of its own, so that no table and no backup holds it.

The key comes from the web secret, which lies outside the database. A cookie that is too old, altered or of another
secret holds nothing.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

COOKIE: Final = "tracking"
VOICE: Final = "voice"
SIDE: Final = "side"
DESK: Final = "desk"
ONCE: Final = "once"
"""The cookies of a complaint's code, of a party's, of a caller's at the desk, and of what the next page shows a single
time: each apart, so that opening one shows nothing of another."""
LIFE: Final = timedelta(hours=12)
"""A browser that is never closed still forgets the code after so long."""
_PURPOSE: Final = b"gridcommons tracking cookie"


@dataclass(frozen=True)
class Held:
    """The code of the case last opened or sent, and what the page after sending shows; empty where nothing is held."""

    code: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)


def held(request: HttpRequest, cookie: str = COOKIE) -> Held:
    """What this browser holds."""
    sealed = request.COOKIES.get(cookie, "")
    try:
        kept = json.loads(_cipher(settings.SECRET_KEY).decrypt(sealed, ttl=int(LIFE.total_seconds())))
    except (InvalidToken, ValueError):  # the latter for signs that no cookie of ours holds
        return Held()
    return Held(kept["code"], kept["sent"])


def hold(answer: HttpResponseBase, what: Held, cookie: str = COOKIE) -> None:
    """Give it to the browser until it closes; no script reads it."""
    text = json.dumps({"code": what.code, "sent": dict(what.sent)})
    answer.set_cookie(
        cookie, _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode(), httponly=True,
        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def let_go(answer: HttpResponseBase, *cookies: str) -> None:
    """Take them from the browser, all of them where none is named."""
    for cookie in cookies or (COOKIE, VOICE, SIDE, DESK, ONCE):
        answer.delete_cookie(cookie, samesite="Lax")


def show_once(address: str, **what: str) -> HttpResponseRedirect:
    """Go on to a page that shows this a single time: a reload of it repeats no deed, and shows it no more."""
    answer = HttpResponseRedirect(address)
    hold(answer, Held(sent={**what, "at": address}), ONCE)
    return answer


def shown_once(request: HttpRequest) -> Mapping[str, str]:
    """What this page was given to show a single time; empty for another page, and after `let_go(answer, ONCE)`."""
    sent = held(request, ONCE).sent
    return sent if request.method == "GET" and sent.get("at") == request.path else {}


@cache
def _cipher(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(urlsafe_b64encode(key))
