"""What it takes from a clone to the login page."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from gridcommons.cli.benches import Row, bench
from gridcommons.kit.errors import refusal_kind, refuse

_LIMIT: Final = 120.0
_GIVE_UP: Final = 600

NO_CHECKOUT = refusal_kind(
    "bench.no_checkout",
    status=409,
    zh="“setup” 只能在代码仓库里测量。",
    en="“setup” can be measured in a checkout only.",
)


@bench("setup")
def setup_row() -> Iterable[Row]:
    """`git clone`, `make run`, until the login page answers; packages come as the machine's caches have them."""
    root = Path(__file__).resolve().parents[4]
    if not (root / "Makefile").exists():
        raise refuse(NO_CHECKOUT)
    folder = Path(tempfile.mkdtemp(prefix="gridcommons setup "))
    try:
        yield Row(
            "setup", _measure(root, folder), "limit", _LIMIT, "s", "clone, make run, login page; path with a blank"
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(root: Path, folder: Path) -> float:
    began = time.perf_counter()
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(root), str(clone)], check=True)
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDCOMMONS_")}
    command = ["make", "run", f"PORT={port}", f"DATA={folder / 'data'}"]
    program = subprocess.Popen(command, cwd=clone, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait(f"http://127.0.0.1:{port}/accounts/login/", program)
        return time.perf_counter() - began
    finally:
        os.killpg(program.pid, signal.SIGTERM)
        program.wait(timeout=60)


def _wait(url: str, program: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _GIVE_UP
    while time.monotonic() < end and program.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
