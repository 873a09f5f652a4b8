"""A small SMTP server for tests: takes letters, or behaves badly in one named way."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Letter:
    """A letter as it was taken."""

    sender: str
    to: str
    data: bytes


@dataclass
class SmtpServer:
    """`answers`: what is said to a command instead of yes, each once; `hangs_at`: the command it falls silent at.

    `certificate`: file with key and certificate, offered by STARTTLS or from the start (`tls`).
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    hangs_at: str = ""
    certificate: Path | None = None
    tls: bool = False
    utf8: bool = False
    password: str = ""
    letters: list[Letter] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)

    def serve(self, listening: socket.socket) -> None:
        """Serve one connection after the other until told to end."""
        while not self._ended.is_set():
            with suppress(OSError):
                connection, _address = listening.accept()
                with suppress(OSError, ValueError):
                    self._talk(connection)
                connection.close()

    def end(self) -> None:
        """Stop serving, and let a silence end."""
        self._ended.set()

    def _context(self) -> ssl.SSLContext:
        assert self.certificate is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context

    def _talk(self, plain: socket.socket) -> None:
        plain.settimeout(5)
        connection = self._context().wrap_socket(plain, server_side=True) if self.tls else plain
        file = connection.makefile("rb")
        connection.sendall(b"220 test ESMTP\r\n")
        sender = to = ""
        while line := file.readline():
            word = line.split()[0].upper().decode() if line.split() else ""
            self.commands.append(word)
            if word == self.hangs_at:
                self._ended.wait(10)
                return
            scripted = self.answers.get(word)
            if scripted:
                connection.sendall(f"{scripted.pop(0)}\r\n".encode())
                continue
            if word == "STARTTLS":
                connection.sendall(b"220 go on\r\n")
                connection = self._context().wrap_socket(connection, server_side=True)
                file = connection.makefile("rb")
            elif word == "MAIL":
                sender = _between(line)
                connection.sendall(b"250 ok\r\n")
            elif word == "RCPT":
                to = _between(line)
                connection.sendall(b"250 ok\r\n")
            elif word == "DATA":
                connection.sendall(b"354 go on\r\n")
                data = _data(file)
                if self.hangs_at == "DOT":
                    self._ended.wait(10)
                    return
                ended = self.answers.get("DOT")
                if not ended:
                    self.letters.append(Letter(sender, to, data))
                connection.sendall(f"{ended.pop(0) if ended else '250 taken'}\r\n".encode())
            else:
                connection.sendall(self._simple(word, line))
                if word == "QUIT":
                    return

    def _simple(self, word: str, line: bytes) -> bytes:
        if word == "EHLO":
            said = ["test"]
            said += ["STARTTLS"] if self.certificate and not self.tls else []
            said += ["AUTH PLAIN"] if self.password else []
            said += ["SMTPUTF8", "8BITMIME"] if self.utf8 else []
            lines = [f"250-{one}" for one in said[:-1]] + [f"250 {said[-1]}"]
            return "".join(f"{one}\r\n" for one in lines).encode()
        if word == "AUTH":
            given = b64decode(line.split()[2]).split(b"\0")[-1].decode()
            return b"235 welcome\r\n" if given == self.password else b"535 wrong password\r\n"
        return b"221 bye\r\n" if word == "QUIT" else b"250 ok\r\n"


def _between(line: bytes) -> str:
    return line[line.index(b"<") + 1 : line.index(b">")].decode()


def _data(file: IO[bytes]) -> bytes:
    data = b""
    while (line := file.readline()) and line != b".\r\n":
        data += line.removeprefix(b".") if line.startswith(b"..") else line
    return data


@contextmanager
def smtp(**facts: object) -> Iterator[SmtpServer]:
    """A server on a port of its own."""
    server = SmtpServer(**facts)  # type: ignore[arg-type]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=(listening,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.end()
            with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=1):
                pass
            thread.join(5)


def certificate(folder: Path) -> Path:
    """A fresh self-signed certificate for this machine, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1)).add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
