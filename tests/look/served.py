"""Serves the gallery for a while, on this machine only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PATIENCE = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address).close()
        except urllib.error.HTTPError:
            raise  # it answers, and with an error: waiting would only hide it
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


@contextmanager
def gallery_address() -> Iterator[str]:
    """The address of a running gallery; it ends with the block."""
    port = _free_port()
    roots = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "look.settings", "PYTHONPATH": roots}
    command = [sys.executable, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()
