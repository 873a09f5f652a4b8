"""What it takes from a clone to the login page."""

from __future__ import annotations

import os
import re
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

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.kit.errors import refusal_kind, refuse

_LIMIT: Final = 120.0
_GIVE_UP: Final = 600
_NOTHING: Final = re.compile("(?!)")
_HIDDEN: Final = re.compile("node|nodejs|npm|npx|corepack|psql|postgres|initdb|pg_.*")

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
    way = "clone, make run, login page; path with a blank; packages come from the machine's caches where they are warm"
    for name, hidden, note in (("setup", _NOTHING, way), ("setup-bare", _HIDDEN, f"{way}; no Node, no PostgreSQL")):
        folder = Path(tempfile.mkdtemp(prefix="gridcommons setup "))
        programs = Path(tempfile.mkdtemp(prefix="programs"))  # version managers stumble over blanks in the PATH itself
        try:
            path = path_without(hidden, programs)
            yield Row(name, _measure(root, folder, path), LIMIT, _LIMIT, "s", note)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(programs, ignore_errors=True)


def path_without(hidden: re.Pattern[str], folder: Path) -> str:
    """A PATH of one folder with links to every program of the present one but those whose names match."""
    folder.mkdir(exist_ok=True)
    for place in map(Path, os.environ.get("PATH", os.defpath).split(os.pathsep)):
        for program in place.iterdir() if place.is_dir() else ():
            link = folder / program.name
            if not hidden.fullmatch(program.name) and not link.is_symlink():
                link.symlink_to(program)
    return str(folder)


def _measure(root: Path, folder: Path, path: str) -> float:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDCOMMONS_")}
    environment["PATH"] = path
    began = time.perf_counter()
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(root), str(clone)], check=True)
    port = _free_port()
    command = ["make", "run", f"PORT={port}", f"DATA={folder / 'data'}"]
    program = subprocess.Popen(command, cwd=clone, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait(f"http://127.0.0.1:{port}/accounts/login/", program)
        return time.perf_counter() - began
    finally:
        _end(program)


def _end(program: subprocess.Popen[bytes]) -> None:
    """End the program as a user does; one that does not end is a fault, told after it was forced."""
    os.killpg(program.pid, signal.SIGTERM)
    try:
        program.wait(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)
        raise


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
