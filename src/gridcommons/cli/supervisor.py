"""Keeps child processes alive: starts them, restarts those that die, ends them together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gridcommons.cli.speech import complain

SUPERVISOR: Final = "GRIDCOMMONS_SUPERVISOR"
_TICK_SECONDS: Final = 0.2
_STEP_SECONDS: Final = 0.05
_LONGEST_PAUSE: Final = 30.0
_HEALTHY_SECONDS: Final = 60.0
_WATCH_SECONDS: Final = 10.0
_END_SECONDS: Final = 15.0
_LOG_LIMIT: Final = 10_000_000
_PR_SET_PDEATHSIG: Final = 1


class Ending:
    """Whether a process was told to end. A signal may set it at any moment, which a `threading.Event` does not bear:

    its lock may be held by the very thread that the signal interrupts, or by the handler of a signal just before, and
    then the process waits for itself for ever.
    """

    def __init__(self) -> None:
        self._told = False

    def set(self) -> None:
        """Tell it; safe in a signal handler and from another thread."""
        self._told = True

    def is_set(self) -> bool:
        """Whether it was told."""
        return self._told

    def wait(self, seconds: float) -> bool:
        """Wait until told, at most so long; returns whether it was."""
        until = time.monotonic() + seconds
        while not self._told and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _STEP_SECONDS))
        return self._told


def pause_after(failures: int) -> float:
    """Seconds to wait before the next start after so many quick deaths: 0.5, 1, 2, ... at most 30."""
    return min(_LONGEST_PAUSE, 0.5 * (1 << min(max(failures - 1, 0), 10)))


def _sweep(process: subprocess.Popen[bytes]) -> None:
    """End whatever a child started and left behind; it leads a process group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@dataclass
class Child:
    """One process to keep alive; `once`: it may end by itself and is not started again."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    once: bool = False
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    due: float = 0.0
    born: float = 0.0
    ended: int | None = None

    def start(self, folder: Path) -> None:
        """Start it with its output in `folder`/NAME.log and its id in `folder`/NAME.pid."""
        log = folder / f"{self.name}.log"
        if log.exists() and log.stat().st_size > _LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                self.command, env={**self.environment, SUPERVISOR: str(os.getpid())}, stdin=subprocess.DEVNULL,
                stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
        self.born = time.monotonic()
        half = folder / f".{self.name}.pid.half"  # put in place whole: who reads the file never finds it empty
        half.write_text(f"{self.process.pid}\n")
        half.replace(folder / f"{self.name}.pid")

    def look_after(self, folder: Path) -> None:
        """Start it again when it is due, after a pause that grows with each quick death."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due and self.ended is None:
                self.start(folder)
            return
        code = self.process.poll()
        if code is None:
            return
        _sweep(self.process)
        self.process = None
        if self.once:
            self.ended = code
            if code:
                complain(
                    f"{self.name} 已退出（{code}），不再自动启动；原因和下一步见日志末尾：{folder / self.name}.log",
                    f"{self.name} ended ({code}) and is not started again; why, and how to go on, stands at the end "
                    f"of its log: {folder / self.name}.log",
                )
            return
        self.failures = 1 if now - self.born > _HEALTHY_SECONDS else self.failures + 1
        pause = pause_after(self.failures)
        self.due = now + pause
        complain(
            f"{self.name} 已退出（{code}），{pause:g} 秒后重新启动；日志：{folder / self.name}.log",
            f"{self.name} ended ({code}) and is started again in {pause:g} s; log: {folder / self.name}.log",
        )


@dataclass
class Supervisor:
    """Looks after its children until it is told to end. `watch` is called about every ten seconds."""

    folder: Path
    children: list[Child]
    watch: Callable[[], None] = lambda: None
    ending: Ending = field(default_factory=Ending)

    def run(self) -> None:
        """Start all and look after them; returns when SIGTERM or SIGINT came and all have ended."""
        for signal_number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signal_number, lambda _number, _frame: self.ending.set())
        watched = time.monotonic()
        try:
            while not self.ending.is_set():
                for child in self.children:
                    child.look_after(self.folder)
                if time.monotonic() - watched > _WATCH_SECONDS:
                    self.watch()
                    watched = time.monotonic()
                self.ending.wait(_TICK_SECONDS)
        finally:
            self.end()

    def end(self) -> None:
        """End all children: ask first, force after a while."""
        living = [child.process for child in self.children if child.process is not None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + _END_SECONDS
        for process in living:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _sweep(process)
                process.wait()
        for child in self.children:
            (self.folder / f"{child.name}.pid").unlink(missing_ok=True)


def end_with_supervisor() -> None:
    """In a child: be told to end when the supervisor is gone, however it went (Linux; elsewhere nothing)."""
    parent = os.environ.get(SUPERVISOR)
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        sys.exit("the supervisor is gone")
