"""Pictures that a client names by address: fetched only from listed hosts, never from an inner network."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

from gridcommons.cases.filing import PHOTO_BYTES
from gridcommons.cases.partners.calling import resolved
from gridcommons.kit.addresses import is_outer, plain

_SECONDS: Final = 5.0
_LONGEST: Final = 10.0
_PORT: Final = 443
_URL: Final = 2_000


def fetched(url: str) -> bytes | None:
    """The bytes at an address, None where they are not fetched: unlisted host, no answer, too large, too slow.

    HTTPS alone, no redirect, no login in the address; the name is resolved once and the connection goes to that very
    number, so that a name cannot lead elsewhere between the check and the call.
    """
    parts = _listed(url)
    if parts is None or parts.hostname is None or (number := _outer(parts.hostname)) is None:
        return None
    host = f"[{number}]" if ":" in number else number
    inner = parts._replace(netloc=host, fragment="").geturl()
    try:
        with client() as caller:
            return _read(caller, inner, parts.hostname)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return None


def is_listed(url: str) -> bool:
    """Whether pictures are fetched from such an address at all."""
    return _listed(url) is not None


def _listed(url: str) -> SplitResult | None:
    """The parts of an address that may be fetched at all."""
    try:
        parts = urlsplit(url) if len(url) <= _URL and url.isascii() else None
        fits = parts and parts.scheme == "https" and parts.port in {None, _PORT} and "@" not in parts.netloc
    except ValueError:
        return None
    return parts if parts and fits and parts.hostname in settings.OPEN311_MEDIA_HOSTS else None


def _outer(host: str) -> str | None:
    """The number of a host on the open network; None for one that leads inside, by any of its numbers."""
    numbers = resolved(host, _PORT, _SECONDS)
    return numbers[0] if numbers and all(is_outer(plain(number)) for number in numbers) else None


def client() -> httpx.Client:
    """The caller: no proxy of the environment, no redirect, and an end to waiting."""
    return httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False)


def _read(caller: httpx.Client, url: str, host: str) -> bytes | None:
    """The whole answer, as long as it is small and soon enough."""
    until, data = time.monotonic() + _LONGEST, b""
    with caller.stream("GET", url, headers={"Host": host}, extensions={"sni_hostname": host}) as answer:
        if answer.status_code != httpx.codes.OK:
            return None
        for piece in answer.iter_bytes():
            data += piece
            if len(data) > PHOTO_BYTES or time.monotonic() > until:
                return None
    return data
