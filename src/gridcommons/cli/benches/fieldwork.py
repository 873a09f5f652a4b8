"""A county at work in the field: its workers' phones and households, and the program as `gridcommons run` starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import psycopg

from gridcommons.cli.benches.bare_door import TABLE as PEER_TABLE
from gridcommons.cli.benches.phones import ADDRESS, Phone
from gridcommons.cli.benches.setup import _free_port as free_port
from gridcommons.cli.django_setup import OWNER_URL, SEALER_URL

COUNTY: Final = "331123"
PHONES: Final = 300
_READY_SECONDS: Final = 60
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_MOST_HELD: Final = re.compile(r"VmHWM:\s+(\d+) kB")
_DEMO: Final = "GRIDCOMMONS_DEMO"


def furnish() -> tuple[Phone, ...]:
    """The demo county with its households and forms, and a phone's key for each of its first workers."""
    from django.test.utils import override_settings

    from gridcommons.access.identify import program, staff_with_role
    from gridcommons.collection.devices.actions import make_device
    from gridcommons.rehearsal.county import build_county
    from gridcommons.rehearsal.housing import house_county

    by, at = program("bench"), datetime.now(UTC)
    with override_settings(DEMO=True):  # invented residents carry numbers that no living person has
        build_county(county=COUNTY, at=at)
        house_county(COUNTY, seed=1, at=at, progress=lambda _what, _done, _of: None)
    homes = _homes()
    found: dict[str, Phone] = {}
    for worker, grant, _office in staff_with_role("grid_worker", datetime.now(UTC)):
        grid = grant.included[0]
        if worker.user_id and homes[grid] and grid not in found and len(found) < PHONES:
            made = make_device(user_id=worker.user_id, name="bench", by=by, at=datetime.now(UTC))
            found[grid] = Phone(made.text, tuple(homes[grid]))
    return tuple(found.values())


def _homes() -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    with psycopg.connect(os.environ[OWNER_URL]) as owner:
        for grid, home in owner.execute("SELECT area_code, id::text FROM homes_household ORDER BY area_code, id"):
            found[grid].append(home)
    return found


def queries(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the database holds, asked as its owner."""
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        return owner.execute(statement.encode(), values).fetchall()


def execute(*statements: str) -> None:
    """Change what the database holds, as its owner: each by itself."""
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement.encode())


@dataclass(frozen=True)
class Running:
    """The program at work: its port, and the process that leads each of its parts."""

    port: int
    parts: Mapping[str, subprocess.Popen[bytes]]

    def busy(self) -> dict[str, float]:
        """Seconds of processor that each part has had, with the processes below it; and the database."""
        found = {name: sum(_seconds_of(pid) for pid in _below(part.pid)) for name, part in self.parts.items()}
        rows = queries("SELECT pid FROM pg_stat_activity WHERE pid IS NOT NULL")
        return found | {"database": sum(_seconds_of(pid) for (pid,) in rows)}

    def memory(self) -> float:
        """The most memory that the web server's processes ever held together, in megabytes."""
        texts = [Path(f"/proc/{pid}/status") for pid in _below(self.parts["web"].pid)]
        held = [_MOST_HELD.search(one.read_text(encoding="utf-8")) for one in texts if one.exists()]
        return sum(int(found[1]) for found in held if found) / 1e3


def _below(pid: int) -> list[int]:
    found, ahead = [pid], [pid]
    while ahead:
        text = Path(f"/proc/{ahead[0]}/task/{ahead.pop(0)}/children")
        inner = [int(one) for one in text.read_text().split()] if text.exists() else []
        found += inner
        ahead += inner
    return found


def _seconds_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def running(*, worker: bool = True) -> Iterator[Running]:
    """The web server, the worker and the sealer, each a process of its own with what it needs, as `run` starts them."""
    port = free_port()
    python = [sys.executable, "-m"]
    values = {**os.environ, "GRIDCOMMONS_POOL": "1", _DEMO: "1"}
    for name in (OWNER_URL, SEALER_URL):
        values.pop(name, None)
    commands = {"web": [*python, "gridcommons.cli.web_server", str(port)]}
    if worker:
        commands["worker"] = [*python, "gridcommons.cli.worker"]
    commands["sealer"] = [*python, "gridcommons.cli.sealing"]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryDirectory() as folder:
        # The sealer keeps its last checkpoint beside its key: never beside that of the real log.
        apart = {**values, SEALER_URL: os.environ[SEALER_URL], "GRIDCOMMONS_DATA": folder, "GRIDCOMMONS_KEYS": folder}
        parts = {
            name: subprocess.Popen(
                command, env=apart if name == "sealer" else values,
                stdout=said, stderr=said, start_new_session=True,
            )
            for name, command in commands.items()
        }  # fmt: skip
        try:
            _wait(port, parts["web"])
            yield Running(port, parts)
        finally:
            _end(parts)
            said.seek(0)
            sys.stderr.write(said.read()[-3_000:].decode(errors="replace"))


@contextmanager
def peer_running() -> Iterator[Running]:
    """The near-bare door in place of the program, with a table of its own."""
    port = free_port()
    execute(f"CREATE TABLE {PEER_TABLE} (id uuid PRIMARY KEY, device_id uuid, content bytea)")
    parts = {"web": subprocess.Popen([sys.executable, "-m", "gridcommons.cli.benches.bare_door", str(port)])}
    try:
        _wait(port, parts["web"])
        yield Running(port, parts)
    finally:
        _end(parts)
        execute(f"DROP TABLE {PEER_TABLE}")


def _wait(port: int, web: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end and web.poll() is None:
        try:
            with urlopen(f"http://{ADDRESS}:{port}/healthz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError("the web server does not answer")


def _end(parts: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for part in parts.values():
        part.terminate()
    for part in parts.values():
        try:
            part.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(part.pid, signal.SIGKILL)
            part.wait()


def knocking(
    phones: tuple[Phone, ...], port: int, *, number: int, at_once: int, rate: float = 0.0, size: int = 1
) -> subprocess.Popen[bytes]:
    """The phones, begun in a process of their own; what they say comes on its standard output.

    `size`: forms in one call, more than one by the batch door.
    """
    told = {
        "phones": [(phone.key, phone.households) for phone in phones], "port": port, "number": number, "rate": rate,
        "size": size,
        "at_once": at_once, "run": uuid4().hex[:12], "today": datetime.now(UTC).date().isoformat(),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "gridcommons.cli.benches.phones"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(told).encode())
    process.stdin.close()
    return process


def heard(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """What the phones said when they were done."""
    assert process.stdout is not None
    said: dict[str, Any] = json.load(process.stdout)
    process.wait()
    return said
