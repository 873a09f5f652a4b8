"""`gridcommons run`: one command brings everything up, keeps it up, and takes it down."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.test import override_settings

from gridcommons.access.models import User
from gridcommons.access.scope import Scope, scoped
from gridcommons.cli.holding import only_one
from gridcommons.cli.main import run
from gridcommons.cli.places import Places
from gridcommons.cli.postgres import OWNER, cluster
from gridcommons.cli.serve import children_of, require_free, require_no_demo, require_no_published_password
from gridcommons.kit.errors import Refusal
from gridcommons.web.demo_accounts import DEMO_PASSWORD
from town import AT

COMMAND = [sys.executable, "-m", "gridcommons.cli.main"]
URLS = ("GRIDCOMMONS_DATABASE_URL", "GRIDCOMMONS_OWNER_DATABASE_URL", "GRIDCOMMONS_SEALER_DATABASE_URL")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_taken_port_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        before = signal.getsignal(signal.SIGTERM)
        try:
            assert run(["run", "--port", str(port), "--data", str(tmp_path)]) == 2
        finally:
            signal.signal(signal.SIGTERM, before)
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert str(port) in said.err
    require_free(port)


def test_a_data_folder_is_held_by_one_program(tmp_path: Path) -> None:
    places = Places(tmp_path)
    with only_one(places), pytest.raises(Refusal) as refused, only_one(places):
        pass
    assert refused.value.code == "run.runs_already"
    assert str(os.getpid()) in refused.value.words().en
    with only_one(places):
        pass


@pytest.mark.parametrize("mark", ["demo", "run/demo.done"])
def test_a_folder_that_holds_a_demo_is_not_run_as_anything_else(
    mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (Places(tmp_path).make().data / mark).touch()
    monkeypatch.delenv("GRIDCOMMONS_DEMO")
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(tmp_path))
    try:
        assert run(["run", "--data", str(tmp_path)]) == 2
    finally:
        signal.signal(signal.SIGTERM, before)
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert str(tmp_path) in said.err
    assert "--demo" in said.err
    assert not (tmp_path / "run" / "run.lock").exists(), "nothing was started"
    monkeypatch.setenv("GRIDCOMMONS_DEMO", "1")
    require_no_demo(Places(tmp_path))


def test_an_empty_folder_is_no_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRIDCOMMONS_DEMO")
    require_no_demo(places := Places(tmp_path).make())
    assert not places.holds_demo


def test_a_database_that_the_published_password_opens_is_not_served_outside_the_demo(db: None) -> None:
    with scoped(Scope(), deed="test.accounts"):
        for name, password in (("worker", DEMO_PASSWORD), ("auditor", "another one"), ("somebody", DEMO_PASSWORD)):
            User.objects.create(username=name, display_name=name, password=make_password(password), created_at=AT)
    require_no_published_password()
    with override_settings(DEMO=False):
        with pytest.raises(Refusal) as refused:
            require_no_published_password()
        assert dict(refused.value.reasons[0].facts) == {"accounts": "worker"}
        User.objects.filter(username="worker").update(is_active=False)
        require_no_published_password()


def test_each_child_gets_the_least_it_needs() -> None:
    values = dict.fromkeys((*URLS, "GRIDCOMMONS_SECRET", "GRIDCOMMONS_DATA"), "x")
    held = {child.name: set(child.environment) & set(values) for child in children_of(8000, values)}
    assert held == {
        "web": {URLS[0], "GRIDCOMMONS_SECRET", "GRIDCOMMONS_DATA"},
        "worker": {URLS[0], "GRIDCOMMONS_SECRET", "GRIDCOMMONS_DATA"},
        "sealer": {URLS[2], "GRIDCOMMONS_DATA"},
    }
    with pytest.raises(Refusal) as refused:
        children_of(8000, {URLS[0]: "x"})
    assert refused.value.code == "run.no_sealer"


Running = tuple[subprocess.Popen[str], Places, int]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """The whole program in a folder with blanks in its name."""
    places, port = Places(tmp_path / "a b").make(), free_port()
    environment = {name: value for name, value in os.environ.items() if name not in URLS} | {"LANG": "en_GB.UTF-8"}
    program = subprocess.Popen(
        [*COMMAND, "run", "--port", str(port), "--data", str(places.data)], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    yield program, places, port
    if program.poll() is None:
        program.terminate()
        program.wait(60)
    own = cluster(places)
    own.stop()
    if own.home != places.data:
        shutil.rmtree(own.home, ignore_errors=True)


def _line_with(words: str, output: IO[str] | None) -> str:
    said = []
    while output is not None and (line := output.readline()):
        said.append(line)
        if words in line:
            return line
    pytest.fail(f"“{words}” was not said: {said}")


def _until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read() == b"ok\n"
    except OSError:
        return False
    finally:
        connection.close()


def _pid(places: Places, name: str) -> int:
    return int((places.run / f"{name}.pid").read_text())


@pytest.mark.slow
def test_the_program_comes_up_stays_up_and_goes_down(running: Running) -> None:
    program, places, port = running
    assert f"http://127.0.0.1:{port}/" in _line_with("Gridcommons is at", program.stdout)
    assert _answers(port)
    environment = {name: value for name, value in os.environ.items() if name not in URLS}
    environment["GRIDCOMMONS_DATA"] = str(places.data)
    keyed = subprocess.run(
        [*COMMAND, "keys", "open311", "hotline"], env=environment, capture_output=True, text=True, check=True
    )
    assert len(keyed.stdout.splitlines()[-1]) == 43
    with psycopg.connect(cluster(places).url(OWNER), autocommit=True) as owner:
        sealed = "SELECT count(seq) > 0 AND count(seq) = count(*) FROM access_ledgerentry"
        assert _until(lambda: owner.execute(sealed).fetchone() == (True,))
    again = subprocess.run([*COMMAND, "db", "stop"], env=environment, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    first = _pid(places, "web")
    os.kill(first, signal.SIGKILL)
    assert "web" in _line_with("ended", program.stdout)
    assert _until(lambda: _pid(places, "web") != first and _answers(port))
    program.send_signal(signal.SIGTERM)
    assert program.wait(60) == 0
    assert not _answers(port)
    assert not cluster(places).running()
    assert not list(places.run.glob("*.pid"))


@pytest.mark.slow
def test_a_database_that_ran_before_runs_on_afterwards(running: Running) -> None:
    program, places, _ = running
    _line_with("Gridcommons is at", program.stdout)
    program.send_signal(signal.SIGINT)
    assert program.wait(60) == 0
    own = cluster(places)
    assert own.start() is True
    environment = {name: value for name, value in os.environ.items() if name not in URLS}
    second = subprocess.Popen(
        [*COMMAND, "run", "--port", str(free_port()), "--data", str(places.data)], env=environment, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    _line_with("127.0.0.1", second.stdout)
    second.terminate()
    assert second.wait(60) == 0
    assert own.running()
