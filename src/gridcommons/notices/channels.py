"""The channels of this program: as `channels.toml` in the data folder says, files in the demo, none elsewhere.

Secrets lie in files of their own that nobody else can read. A fault in the settings is told with its place.
"""

from __future__ import annotations

import ipaddress
import stat
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.notices.letters import From, letter, mail_address
from gridcommons.notices.mail import Mail, Server
from gridcommons.notices.rules import Message, Outcome, State
from gridcommons.notices.sms import Gateway, Sms

FILE: Final = "channels.toml"
RECEIPTS: Final = "/notices/receipts"
_OTHERS: Final = 0o077
_LEAST_SECRET: Final = 16
_LAST_PORT: Final = 65_535
_Told = TypeVar("_Told")
_KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({"address", "email", "sms"}),
    "email": frozenset({
        "host", "port", "security", "user", "password_file", "from", "name_zh", "name_en", "seconds", "ca_file",
    }),
    "sms": frozenset({"url", "secret_file", "seconds"}),
}  # fmt: skip

BAD_CHANNELS = refusal_kind(
    "notices.bad_channels",
    status=500,
    zh="通道设置文件 {file} 有误：{what}。",
    en="The file of channels, {file}, is wrong: {what}.",
)


class Channel(Protocol):
    """A way out: hands a message over, and can be asked what became of one."""

    def send(self, message: Message, /) -> Outcome:
        """Hand a message over."""

    def ask(self, message: Message, /) -> Outcome:
        """What became of a message that nobody knows of."""


@dataclass(frozen=True)
class Channels:
    """The ways out by name, the address of this house for links, the secret of receipts."""

    ways: Mapping[str, Channel] = field(default_factory=dict)
    address: str = ""
    secret: bytes = b""


class Files:
    """In the demo every message ends as a file: `.eml` for e-mail, `.txt` for SMS. Nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: Message) -> Outcome:
        """Write it down."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if message.channel == "email":
            made = letter(message, From("noreply@gridcommons.invalid", "网格共治（演示）", "Gridcommons (demo)"))
            (self.folder / f"{message.id}.eml").write_bytes(made.as_bytes())
        else:
            text = f"{message.address}\n{message.text}\n"
            (self.folder / f"{message.id}.txt").write_text(text, encoding="utf-8")
        return Outcome(State.DELIVERED, "file")

    def ask(self, _message: Message) -> Outcome:
        """A file is written again."""
        return Outcome(State.WAITING, "file")


def forget_files(folder: Path, gone: Iterable[UUID], *, before: datetime) -> int:
    """Remove the files of messages that are gone and all written by then; a file holds an address. Returns how many."""
    names = {str(one) for one in gone}
    old = [file for file in folder.glob("*") if file.stem in names or file.stat().st_mtime <= before.timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def demo_channels(folder: Path, address: str = "") -> Channels:
    """Files for both ways."""
    files = Files(folder)
    return Channels({"email": files, "sms": files}, address)


def read_channels(data: Path) -> Channels:
    """The channels of a data folder; none without the file. Refuses a faulty file, naming the fault."""
    found = _read(data, lambda raw: _channels(raw, data))
    return Channels() if found is None else found


def read_address(data: Path) -> str:
    """This house's address alone, whatever the other settings of the file are worth; empty without the file."""
    return _read(data, lambda raw: _house(str(raw["address"]))) or ""


def _read(data: Path, understood: Callable[[Mapping[str, Any]], _Told]) -> _Told | None:
    path = data / FILE
    if not path.exists():
        return None
    try:
        return understood(tomllib.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError, OSError) as error:
        what = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise refuse(BAD_CHANNELS, file=path.name, what=what[:200]) from None


def _channels(raw: Mapping[str, Any], data: Path) -> Channels:
    _only_known(raw, "")
    address = _house(str(raw["address"]))
    ways: dict[str, Channel] = {}
    secret = b""
    if "email" in raw:
        ways["email"] = Mail(_server(raw["email"], data))
    if "sms" in raw:
        gateway = _gateway(raw["sms"], data, address)
        ways["sms"], secret = Sms(gateway), gateway.secret
    return Channels(ways, address, secret)


def _only_known(raw: Mapping[str, Any], section: str) -> None:
    strange = sorted(raw.keys() - _KNOWN[section])
    if strange:
        raise ValueError(f"[{section}] knows no {', '.join(strange)}" if section else f"no setting {strange[0]}")


def _house(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("address is no https://host")
    _encrypted(address, "address")
    return address.rstrip("/")


def _encrypted(url: str, name: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_here(parts.hostname or ""):
        raise ValueError(f"{name} has to begin with https:// unless it lies on this machine")


def is_here(host: str) -> bool:
    """Whether a host is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _server(raw: Mapping[str, Any], data: Path) -> Server:
    _only_known(raw, "email")
    security, host, port = raw.get("security", "starttls"), str(raw["host"]), raw.get("port", 587)
    if security not in {"tls", "starttls", "none"}:
        raise ValueError("security is tls, starttls or none")
    if security == "none" and not is_here(host):
        raise ValueError("security none is for a server on this machine only")
    if not isinstance(port, int) or not 0 < port <= _LAST_PORT:
        raise ValueError("port is a number from 1 to 65535")
    user = str(raw.get("user", ""))
    writer = From(str(raw["from"]), str(raw.get("name_zh", "")), str(raw.get("name_en", "")))
    try:
        mail_address(writer.address)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the setting has to be corrected
        raise ValueError("from is no e-mail address") from None
    password = _secret(data, raw["password_file"]).decode() if user else ""
    return Server(
        host, port, security, writer, user, password, _seconds(raw, 15), str(raw.get("ca_file", "")),
    )  # fmt: skip


def _gateway(raw: Mapping[str, Any], data: Path, address: str) -> Gateway:
    _only_known(raw, "sms")
    url = str(raw["url"]).rstrip("/")
    if not urlsplit(url).hostname or urlsplit(url).query:
        raise ValueError("url is no https://host/path")
    _encrypted(url, "url")
    secret = _secret(data, raw["secret_file"])
    if len(secret) < _LEAST_SECRET:
        raise ValueError(f"the secret of [sms] is shorter than {_LEAST_SECRET} signs")
    return Gateway(url, secret, f"{address}{RECEIPTS}", _seconds(raw, 10))


def _seconds(raw: Mapping[str, Any], usual: float) -> float:
    seconds = float(raw.get("seconds", usual))
    if not 0 < seconds <= 60:  # noqa: PLR2004 - a minute
        raise ValueError("seconds lie between 0 and 60")
    return seconds


def _secret(data: Path, name: object) -> bytes:
    """A secret from its file below the data folder or at an absolute place; refuses one that others can read."""
    path = data / str(name)
    if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        raise ValueError(f"{name} can be read by others: set its mode to 0600")
    return path.read_bytes().strip()
