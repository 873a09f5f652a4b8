"""Pictures that a client names by address: fetched only from listed hosts, never from an inner network."""

from __future__ import annotations

import ipaddress
import socket
import time
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

from gridcommons.cases.filing import PHOTO_BYTES

_SECONDS: Final = 5.0
_LONGEST: Final = 10.0
_PORT: Final = 443
_URL: Final = 2_000
_WRAPS: Final = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))


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
    try:
        found = socket.getaddrinfo(host, _PORT, type=socket.SOCK_STREAM)
    except OSError:
        return None
    numbers = [str(address[0]) for *_kind, address in found]
    if not numbers or not all(_is_outer(number.partition("%")[0]) for number in numbers):
        return None
    return numbers[0]


def _is_outer(number: str) -> bool:
    """Whether a number lies on the open network, and wraps no inner one (IPv4 inside IPv6)."""
    address = ipaddress.ip_address(number)
    return address.is_global and not any(address in net for net in _WRAPS if net.version == address.version)


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
