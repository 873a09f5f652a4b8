"""Calls to systems of others: bounded in time and size, to no address inside unless it is listed, following nothing.

The name is resolved here, each address is judged, and the connection goes to the very address that was judged: a name
that answers otherwise the second time gains nothing. A limit holds for the whole call, whatever drips.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore

from gridcommons.cases.partners.policy import Limits, policy
from gridcommons.kit.addresses import is_outer, plain

FILE: Final = "partners.toml"
_AGENT: Final = "gridcommons-partner/1"
_LOOKUPS: Final = threading.BoundedSemaphore(16)
"""Lookups under way at once: a name server that hangs holds no more threads than these."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Failed(Exception):
    """A call that brought no answer. `reached`: whether they may have taken what was sent all the same."""

    def __init__(self, reason: str, *, reached: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.reached = reason, reached


@dataclass(frozen=True)
class Answer:
    """What came back: status, the bytes, headers in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class House:
    """What the operator says in `partners.toml` of the data folder: inner networks that may be called, a CA file,
    the address of this program as departments' systems reach it."""

    inner: tuple[Network, ...] = ()
    ca_file: str = ""
    address: str = ""

    def may_call(self, address: str) -> bool:
        """Whether an address is out in the open, or listed."""
        judged = plain(address)
        return is_outer(judged) or any(judged.version == net.version and judged in net for net in self.inner)


def read_house(data: Path) -> House:
    """The operator's list; none without the file. A fault in it is an error that nobody overlooks: nothing is sent."""
    path = data / FILE
    if not path.exists():
        return House()
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    if strange := raw.keys() - {"inner", "ca_file", "address"}:
        raise ValueError(f"{FILE}: {', '.join(sorted(strange))}?")
    inner = tuple(ipaddress.ip_network(text) for text in raw.get("inner", []))
    return House(inner, str(raw.get("ca_file", "")), _own_address(str(raw.get("address", ""))))


def _own_address(said: str) -> str:
    """The address of this house as it stands before every path; HTTPS but on this very machine."""
    parts = urlsplit(said)
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if said and not (bare and parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and here))):
        raise ValueError(f"{FILE}: address is no https://host")
    return said.rstrip("/")


@dataclass
class _Clock:
    """What is left of a call's whole time."""

    ends: float

    def left(self, wish: float | None) -> float:
        """Seconds for one step, never beyond the end."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if wish is None else min(wish, left)


class _Stream(httpcore.NetworkStream):
    """A connection none of whose steps goes beyond the end of the call."""

    def __init__(self, inner: httpcore.NetworkStream, clock: _Clock) -> None:
        self.inner, self.clock, self.has_sent = inner, clock, False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read, within what is left."""
        return self.inner.read(max_bytes, self.clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, within what is left."""
        self.inner.write(buffer, self.clock.left(timeout))

    def close(self) -> None:
        """Close it."""
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same, encrypted."""
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, self.clock.left(timeout)), self.clock)

    def get_extra_info(self, info: str) -> Any:
        """What the connection says of itself."""
        return self.inner.get_extra_info(info)


class _Judging(httpcore.NetworkBackend):
    """Connects to judged addresses only."""

    def __init__(self, house: House, clock: _Clock) -> None:
        self.house, self.clock, self.inner = house, clock, httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """Connect to the first address of a name, if all its addresses may be called."""
        found = resolved(host, port, self.clock.left(timeout))
        if not found:
            raise httpcore.ConnectError("no address")
        if not all(self.house.may_call(address) for address in found):
            raise Failed("private_address")
        stream = self.inner.connect_tcp(found[0], port, self.clock.left(timeout), local_address, socket_options)
        return _Stream(stream, self.clock)


def resolved(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name; none where there are none, or no name server says so in time."""
    ends = time.monotonic() + seconds
    if not _LOOKUPS.acquire(timeout=seconds):
        return []
    said: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, said), daemon=True).start()
    try:
        return said.get(timeout=max(0.0, ends - time.monotonic()))
    except queue.Empty:
        return []


def _look_up(host: str, port: int, said: queue.SimpleQueue[list[str]]) -> None:
    """Ask the system, which knows no limit of time: in a thread that nobody has to wait for."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        said.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
    except (OSError, UnicodeError):
        said.put([])
    finally:
        _LOOKUPS.release()


@dataclass(frozen=True)
class Caller:
    """Calls others by the rules of this house."""

    house: House = House()
    limits: Limits = field(default_factory=lambda: policy().call)

    def call(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One call; raises `Failed` where no answer came that can be read."""
        clock = _Clock(time.monotonic() + self.limits.total_seconds)
        times = {
            "connect": self.limits.connect_seconds, "read": self.limits.read_seconds,
            "write": self.limits.read_seconds, "pool": self.limits.connect_seconds,
        }  # fmt: skip
        sent = [(b"Host", urlsplit(url).netloc.encode())]
        sent += [(name.encode(), value.encode()) for name, value in {**headers, "User-Agent": _AGENT}.items()]
        sent += [(b"Content-Length", str(len(body)).encode())] if body or method == "POST" else []
        tls = self._tls if urlsplit(url).scheme == "https" else None
        try:
            with (
                httpcore.ConnectionPool(ssl_context=tls, network_backend=_Judging(self.house, clock)) as pool,
                pool.stream(method, url, headers=sent, content=body, extensions={"timeout": times}) as answer,
            ):
                return self._read(answer)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.UnsupportedProtocol, OSError) as error:
            raise Failed("tls" if _is_about_tls(error) else "unreachable") from None
        except httpcore.TimeoutException:
            raise Failed("timeout", reached=True) from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise Failed("unreachable", reached=True) from None

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Read once for all calls of a round: the list of authorities is long."""
        context = ssl.create_default_context(cafile=self.house.ca_file or None)
        if self.house.ca_file:
            context.load_default_certs()
        return context

    def _read(self, answer: httpcore.Response) -> Answer:
        raw = b""
        for piece in answer.iter_stream():
            raw += piece
            if len(raw) > self.limits.most_bytes:
                raise Failed("too_much", reached=True)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        return Answer(answer.status, raw, headers)


def _is_about_tls(error: BaseException) -> bool:
    """Whether it failed on a certificate, however deep that is wrapped."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError) or "CERTIFICATE" in str(seen).upper():
            return True
        seen = seen.__cause__ or seen.__context__
    return False
