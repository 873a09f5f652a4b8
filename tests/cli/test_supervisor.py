"""The supervisor: what dies is started again, what should end ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gridcommons.cli.supervisor import Child, Ending, Supervisor, pause_after


def until(true: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def child(name: str, script: str, *, once: bool = False) -> Child:
    return Child(name, [sys.executable, "-c", script], dict(os.environ), once=once)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"


@pytest.fixture
def looked_after(tmp_path: Path) -> Callable[[Child], Supervisor]:
    def begin(one: Child) -> Supervisor:
        one.start(tmp_path)
        return Supervisor(tmp_path, [one])

    return begin


def test_pauses_grow_and_are_bounded() -> None:
    pauses = [pause_after(failures) for failures in range(1, 12)]
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == pause_after(10_000) == 30.0


def test_a_dead_child_is_started_again_after_a_pause(
    tmp_path: Path, looked_after: Callable[[Child], Supervisor], capsys: pytest.CaptureFixture[str]
) -> None:
    one = child("web", "import time; time.sleep(60)")
    supervisor = looked_after(one)
    assert one.process is not None
    first = one.process.pid
    os.kill(first, signal.SIGKILL)

    def looked() -> bool:
        one.look_after(tmp_path)
        return one.process is not None and one.process.pid != first

    assert until(looked)
    assert one.failures == 1
    assert "web ended (-9)" in capsys.readouterr().err
    assert (tmp_path / "web.pid").read_text() == f"{one.process.pid}\n"
    supervisor.end()
    assert not alive(one.process.pid)
    assert not (tmp_path / "web.pid").exists()


def test_what_a_dead_child_left_behind_is_ended_too(
    tmp_path: Path, looked_after: Callable[[Child], Supervisor]
) -> None:
    script = (
        "import subprocess, sys, time\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True)\n"
        "time.sleep(60)"
    )
    one = child("web", script)
    supervisor = looked_after(one)
    log = tmp_path / "web.log"
    assert until(lambda: log.read_text().endswith("\n"))
    grandchild = int(log.read_text())
    assert one.process is not None
    os.kill(one.process.pid, signal.SIGKILL)
    one.process.wait()
    assert alive(grandchild)
    one.look_after(tmp_path)
    assert until(lambda: not alive(grandchild))
    supervisor.end()


def test_a_child_for_once_is_not_started_again(
    tmp_path: Path, looked_after: Callable[[Child], Supervisor], capsys: pytest.CaptureFixture[str]
) -> None:
    one = child("demo", "raise SystemExit(3)", once=True)
    looked_after(one)

    def ended() -> bool:
        one.look_after(tmp_path)
        return one.ended is not None

    assert until(ended)
    one.look_after(tmp_path)
    assert (one.process, one.ended) == (None, 3)
    assert "demo ended (3) and is not started again" in capsys.readouterr().err


def test_a_child_that_does_not_listen_is_forced(
    tmp_path: Path, looked_after: Callable[[Child], Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridcommons.cli.supervisor._END_SECONDS", 0.5)
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    one = child("worker", script)
    supervisor = looked_after(one)
    assert until(lambda: "deaf" in (tmp_path / "worker.log").read_text())
    assert one.process is not None
    supervisor.end()
    assert one.process.returncode == -signal.SIGKILL


def test_the_watch_is_called_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.cli.supervisor._WATCH_SECONDS", 0.0)
    seen = threading.Event()

    def watch() -> None:
        seen.set()
        supervisor.ending.set()

    supervisor = Supervisor(tmp_path, [], watch)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        supervisor.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert seen.is_set()


ORPHAN = """
import os, sys, time
from pathlib import Path
from gridcommons.cli.supervisor import Child
script = "import time; from gridcommons.cli.supervisor import end_with_supervisor as bind; bind()"
script += "; print('up', flush=True); time.sleep(60)"
one = Child("web", [sys.executable, "-c", script], dict(os.environ))
one.start(Path(sys.argv[1]))
time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's signal at a parent's death is Linux's")
def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", ORPHAN, str(tmp_path)])
    assert until(lambda: (tmp_path / "web.log").exists() and "up" in (tmp_path / "web.log").read_text())
    pid = int((tmp_path / "web.pid").read_text())
    assert alive(pid)
    supervisor.kill()
    supervisor.wait()
    assert until(lambda: not alive(pid))


_SIGNALS_WHILE_WAITING = """
import signal, time
from gridcommons.cli.supervisor import Ending

ending, inside, told = Ending(), False, 0

def tell(*_):
    global inside, told
    if not inside:
        inside = True
        ending.set()
        told, inside = told + 1, False

signal.signal(signal.SIGALRM, tell)
signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.00021)
end = time.monotonic() + 3
while time.monotonic() < end:
    ending = Ending()
    ending.wait(0.0005)
signal.setitimer(signal.ITIMER_REAL, 0)
print(told > 100)
"""


def test_a_signal_at_any_moment_of_waiting_does_not_hold_up_the_end() -> None:
    """Two signals come close together when `make run` is ended: one of the group, one passed on by make."""
    command = [sys.executable, "-c", _SIGNALS_WHILE_WAITING]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "True\n"


def test_an_end_that_was_told_is_waited_for_no_longer() -> None:
    ending = Ending()
    assert not ending.wait(0.01)
    threading.Timer(0.05, ending.set).start()
    assert ending.wait(60)
    assert ending.is_set()
