"""Debian's Firefox driven by its own protocol (Marionette): no driver has to be fetched."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
_PATIENCE = 60.0
_WAITED = """
const done = arguments[arguments.length - 1];
(async () => { %s })().then((value) => done(value ?? null), (fault) => done(`fault: ${fault}`));
"""


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Firefox:
    """One browser with what it keeps in a folder; started anew with the same folder it is the same phone."""

    def __init__(self, folder: Path) -> None:
        port = _free_port()
        (folder / "user.js").write_text(
            f'user_pref("marionette.port", {port});\nuser_pref("intl.accept_languages", "zh-CN");\n', encoding="utf-8"
        )
        command = [
            str(FIREFOX), "--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile",
            str(folder), "--width", "390", "--height", "844",
        ]  # fmt: skip
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        env = {**os.environ, "HOME": str(folder), "MOZ_DISABLE_CONTENT_SANDBOX": "1"}
        self.process = subprocess.Popen(command, env=env, **quiet)
        self.line, self.left, self.number = _connected(port), b"", 0
        self._read()
        self.call("WebDriver:NewSession")
        self.call("WebDriver:SetTimeouts", script=60_000, pageLoad=60_000)

    def _read(self) -> Any:
        while b":" not in self.left:
            self.left += self.line.recv(65_536)
        length, _, rest = self.left.partition(b":")
        while len(rest) < int(length):
            rest += self.line.recv(65_536)
        self.left = rest[int(length) :]
        return json.loads(rest[: int(length)])

    def call(self, name: str, **facts: Any) -> Any:
        """One command; fails with what the browser says."""
        self.number += 1
        said = json.dumps([0, self.number, name, facts]).encode()
        self.line.sendall(str(len(said)).encode() + b":" + said)
        _kind, _number, fault, result = self._read()
        assert not fault, fault
        return result

    def run(self, script: str) -> Any:
        """The body of an asynchronous function, in the page."""
        return self.call("WebDriver:ExecuteAsyncScript", script=_WAITED % script, args=[])["value"]

    def go(self, address: str) -> None:
        """Another page."""
        self.call("WebDriver:Navigate", url=address)

    def offline(self, away: bool) -> None:
        """The browser's own switch to work without a network."""
        self.call("Marionette:SetContext", value="chrome")
        self.call("WebDriver:ExecuteScript", script=f"Services.io.offline = {str(away).lower()}", args=[])
        self.call("Marionette:SetContext", value="content")

    def wait(self, condition: str) -> None:
        """Until something holds."""
        end = time.monotonic() + _PATIENCE
        while self.run(f"return Boolean({condition})") is not True:
            assert time.monotonic() < end, (condition, self.run("return document.body.innerText"))
            time.sleep(0.2)

    def quit(self) -> None:
        """As if the phone ran out of power."""
        self.line.close()
        self.process.kill()
        self.process.wait(30)


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        except OSError:
            assert time.monotonic() < end, "Firefox does not answer"
            time.sleep(0.3)


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A started Firefox, ended afterwards."""
    folder.mkdir(exist_ok=True)
    made = Firefox(folder)
    try:
        yield made
    finally:
        with suppress(OSError):
            made.quit()
