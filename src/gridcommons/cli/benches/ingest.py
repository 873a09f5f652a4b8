"""The province's emergency on one machine: household forms taken in and understood, with all that it takes beside."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.benches.fieldwork import Running, execute, furnish, heard, knocking, peer_running, queries, running
from gridcommons.cli.benches.phones import Phone
from gridcommons.cli.django_setup import OWNER_URL

SECONDS: Final = "GRIDCOMMONS_BENCH_SECONDS"
RATE: Final = "GRIDCOMMONS_BENCH_RATE"
_SECONDS: Final = 60
_RATE: Final = 600
"""Forms a second that are sent where nothing else is said: more than have to be understood."""
_LIMIT: Final = 500.0
_AT_ONCE: Final = 64
_LIMIT_MS: Final = 200.0
_CENTRAL: Final = 128.0
"""Submissions a second that ODK Central accepted at concurrency 8 on such a machine (its own publication)."""
_BATCH, _BATCHES, _LIMIT_BATCH = 500, 60, 5_000.0
_PATIENCE: Final = 900
"""Seconds; three times as long as was sent, where that is more."""
_COMMITS: Final = 400
_PEER, _TURNS = 4_000, 2
_TIDY: Final = (
    "DELETE FROM inbox_paper WHERE submission_id IN (SELECT id FROM inbox_submission WHERE state = 'received')",
    "DELETE FROM inbox_submission WHERE state = 'received'",
)
_furnished: Final[list[tuple[Phone, ...]]] = []


def phones() -> tuple[Phone, ...]:
    """The county with its phones, made once for the benches of one run."""
    if not _furnished:
        _furnished.append(furnish())
        with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
            owner.execute("ANALYZE")
    return _furnished[0]


def _states() -> Mapping[str, int]:
    return dict(queries("SELECT state, count(*) FROM inbox_submission GROUP BY state"))


def _is_waiting() -> bool:
    """Whether something received was not read yet: asked often, so by an index."""
    return bool(queries("SELECT EXISTS (SELECT FROM inbox_submission WHERE state = 'received')")[0][0])


@dataclass(frozen=True)
class Run:
    """What one run of the emergency came to. `busy`: processor in milliseconds for each submission, by part."""

    number: int
    said: Mapping[str, Any]
    understood_in: float
    backlog: int
    busy: Mapping[str, float]

    @property
    def note(self) -> str:
        """The processor's time by part, and the machine's load."""
        parts = ", ".join(f"{name} {spent:.2f}" for name, spent in self.busy.items())
        return f"processor ms each: {parts}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def run(number: int, rate: float) -> Run:
    """Send so many forms by the single door while they are understood, and wait until the last one is."""
    held = phones()
    before = sum(_states().values())
    with running() as program:
        busy, began = program.busy(), time.monotonic()
        said = heard(knocking(held, program.port, number=number, at_once=_AT_ONCE, rate=rate))
        backlog = _states().get("received", 0)
        while _is_waiting():
            if time.monotonic() - began > max(_PATIENCE, 3 * said["seconds"]):
                raise AssertionError(f"not understood in time: {_states()}")
            time.sleep(0.2)
        took = time.monotonic() - began
        _require_sound(said, before, number)
        return Run(number, said, took, backlog, _spent(program, busy, said, number))


def _require_sound(said: Mapping[str, Any], before: int, number: int) -> None:
    """Each form was answered as received, is there once, and was understood; anything else is no figure."""
    states = _states()
    if said["taken"] != number or sum(states.values()) != before + number or set(states) != {"understood"}:
        raise AssertionError(f"not all were received and understood: {said['refused']}, {states}")


def _spent(program: Running, before: Mapping[str, float], said: Mapping[str, Any], number: int) -> dict[str, float]:
    now = program.busy()
    return {name: 1e3 * (now[name] - before[name]) / number for name in now} | {"phones": 1e3 * said["busy"] / number}


@bench("ingest", database=True)
def ingest() -> Iterable[Row]:
    """Single household forms by OpenRosa, as fast as 64 connections send them, understood meanwhile."""
    seconds = int(os.environ.get(SECONDS, _SECONDS))
    found = run(seconds * int(_LIMIT), 0.0)
    accepted = found.number / found.said["seconds"]
    p99 = f"p50 {found.said['p50']:.0f} ms, p99 {found.said['p99']:.0f} ms at concurrency {_AT_ONCE}"
    yield Row("ingest", accepted, LIMIT, _LIMIT, "forms/s", f"{p99}; {found.note}", more_is_better=True)
    yield Row("ingest-central", accepted, "ODK Central, published", _CENTRAL, "forms/s", "at concurrency 8")
    yield Row("ingest-commits", accepted, "bare commits", _bare_commits(), "1/s", "one row each, one by one")
    yield _beside_a_bare_door(min(_PEER, found.number))
    yield Row("ingest-p99", found.said["p99"], LIMIT, _LIMIT_MS, "ms", "until the answer, which comes after the commit")


@bench("inbox", database=True)
def inbox() -> Iterable[Row]:
    """Forms that arrive 600 a second: accepted and understood, from the first call to the last one understood."""
    seconds, rate = int(os.environ.get(SECONDS, _SECONDS)), int(os.environ.get(RATE, _RATE))
    found = run(seconds * rate, float(rate))
    note = f"{found.number:,} sent in {found.said['seconds']:.1f} s, the last understood {found.understood_in:.1f} s on"
    note += f", {found.backlog:,} still to be read when the last had come; p99 {found.said['p99']:.0f} ms; {found.note}"
    within = found.number / max(found.understood_in, float(seconds))
    yield Row("inbox", within, LIMIT, _LIMIT, "forms/s", note, more_is_better=True)


@bench("ingest-batch", database=True)
def ingest_batch() -> Iterable[Row]:
    """Forms by the batch door, 500 in a call, four phones at once."""
    held = phones()
    with running(worker=False) as program:
        knocking_first = knocking(held, program.port, number=4, at_once=2, size=2)
        heard(knocking_first)
        busy = program.busy()
        said = heard(knocking(held, program.port, number=_BATCHES, at_once=4, size=_BATCH))
        number = _BATCHES * _BATCH
        if said["taken"] != _BATCHES:
            raise AssertionError(f"not all were received: {said['refused']}")
        spent = _spent(program, busy, said, number)
    parts = ", ".join(f"{name} {ms:.3f}" for name, ms in spent.items())
    note = f"p99 of a call of {_BATCH}: {said['p99']:.0f} ms; processor ms each: {parts}; load {os.getloadavg()[0]:.1f}"
    yield Row("ingest-batch", number / said["seconds"], LIMIT, _LIMIT_BATCH, "forms/s", note, more_is_better=True)


def _beside_a_bare_door(number: int) -> Row:
    """Our door alone, nothing being read meanwhile, and a door that does the least and commits each form by itself."""
    ours, bare, notes = 0.0, 0.0, list[str]()
    for _turn in range(_TURNS):
        with running(worker=False) as program:
            said = heard(knocking(phones(), program.port, number=number, at_once=_AT_ONCE))
        with peer_running() as peer:
            other = heard(knocking(phones(), peer.port, number=number, at_once=_AT_ONCE))
        if (said["taken"], other["taken"]) != (number, number):
            raise AssertionError(f"not all were received: {said['refused']}, {other['refused']}")
        ours, bare = ours + said["seconds"], bare + other["seconds"]
        notes.append(f"p99 {said['p99']:.0f} beside {other['p99']:.0f} ms")
    execute(*_TIDY)
    note = f"{'; '.join(notes)}; ours checks, enters the ledger and keeps for good, by walls"
    return Row("ingest-bare", _TURNS * number / ours, "near-bare Django view", _TURNS * number / bare, "forms/s", note)


def _bare_commits() -> float:
    """Commits a second of one plain row each on one connection, on the disk before the next begins."""
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        owner.execute("CREATE TABLE bench_bare (id int PRIMARY KEY, said bytea)")
        content, began = bytes(1_400), time.perf_counter()
        for number in range(_COMMITS):
            owner.execute("INSERT INTO bench_bare VALUES (%s, %s)", (number, content))
        took = time.perf_counter() - began
        owner.execute("DROP TABLE bench_bare")
    return _COMMITS / took
