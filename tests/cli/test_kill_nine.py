"""kill -9 of web server, worker and database while phones send: what was acknowledged is there, once."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cli.test_run import COMMAND, URLS, _answers, _line_with, _pid, _until, free_port
from gridcommons.access.ledger import commitment
from gridcommons.cli.places import Places
from gridcommons.cli.postgres import OWNER, cluster

FORMS = 10_000
LINKS = 12
_PATIENCE = 240
_TOWN = """
import json, sys
from datetime import UTC, datetime, timedelta
from functools import partial
import django
django.setup()
import town
town.AT = now = datetime.now(UTC)
from collection import field_town
from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.rules import NewHome, NewPerson
field_town.admit = partial(field_town.admit, until=now.date() + timedelta(days=300))
built = town.build_town()
field = field_town.furnish(built)
homes = []
for grid, worker in ((town.GRID, built.worker), (town.NEXT_GRID, built.next_worker)):
    lived = [NewHome(grid, f"北街{n}号", people=(NewPerson(f"测试{n}"),)) for n in range(40)]
    homes.append([str(add_home(home=one, by=worker, at=now).households[0]) for one in lived])
print(json.dumps({"keys": [field.key, field.next_key], "homes": homes}))
"""


@dataclass(frozen=True)
class Standing:
    """The program at work in a folder of its own, with two phones and their households."""

    program: subprocess.Popen[str]
    places: Places
    port: int
    keys: list[str]
    homes: list[list[str]]

    def xml(self, number: int) -> bytes:
        """The form of a number; one in ten says how many live there."""
        home = self.homes[number % 2][number // 2 % len(self.homes[0])]
        size = f"<size>{1 + number % 7}</size>" if number % 10 == 0 else ""
        return (
            f'<data xmlns:orx="http://openrosa.org/xforms" id="basics" version="1"><household>{home}</household>'
            f"<outcome>done</outcome>{size}<more><note>第{number}户，老人独居</note></more>"
            f"<orx:meta><orx:instanceID>uuid:{number}</orx:instanceID></orx:meta></data>"
        ).encode()

    def owner(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database holds, asked as its owner."""
        with psycopg.connect(cluster(self.places).url(OWNER), autocommit=True) as owner:
            return owner.execute(statement.encode()).fetchall()


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[Standing]:
    places, port = Places(tmp_path / "a b").make(), free_port()
    environment = {name: value for name, value in os.environ.items() if name not in URLS} | {"LANG": "en_GB.UTF-8"}
    program = subprocess.Popen(
        [*COMMAND, "run", "--port", str(port), "--data", str(places.data)], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        _line_with("Gridcommons is at", program.stdout)
        threading.Thread(target=lambda: list(program.stdout or ()), daemon=True).start()
        yield Standing(program, places, port, **_built(places))
    finally:
        program.terminate()
        program.wait(60)
        own = cluster(places)
        own.stop()
        if own.home != places.data:
            shutil.rmtree(own.home, ignore_errors=True)


def _built(places: Places) -> dict[str, Any]:
    own = cluster(places)
    urls = dict(zip(URLS, (own.url(), own.url(OWNER), ""), strict=True))
    paths = os.pathsep.join([str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH", "")])
    values = os.environ | urls | {
        "GRIDCOMMONS_DATA": str(places.data), "GRIDCOMMONS_KEYS": str(places.keys), "PYTHONPATH": paths,
        "GRIDCOMMONS_SECRET": places.secret("web"),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", _TOWN], env=values, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    built: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return built


def _body(xml: bytes) -> bytes:
    head = b'--edge\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\n'
    return head + b"Content-Type: text/xml\r\n\r\n" + xml + b"\r\n--edge--\r\n"


_HEAD = {"X-OpenRosa-Version": "1.0", "Content-Type": "multipart/form-data; boundary=edge"}


def _path(standing: Standing, number: int) -> str:
    return f"/openrosa/key/{standing.keys[number % 2]}/submission"


@dataclass
class Phones:
    """Phones that send each form until it is answered as received, whatever happens meanwhile."""

    standing: Standing
    numbers: Iterator[int] = field(default_factory=count)
    taken: set[int] = field(default_factory=set)
    trouble: Counter[str] = field(default_factory=Counter)
    repeated: set[int] = field(default_factory=set)
    ending: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """One phone, one connection: made anew whenever it breaks."""
        link = self._link()
        while (number := next(self.numbers)) < FORMS and not self.ending.is_set():
            while number not in self.taken and not self.ending.is_set():
                status = self._sent(link, number)
                if status == http.client.CREATED:
                    self.taken.add(number)
                else:
                    self.trouble[str(status)] += 1
                    self.repeated.add(number)
                    link.close()
                    time.sleep(0.1)
        link.close()

    def _link(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.standing.port, timeout=60)

    def _sent(self, link: http.client.HTTPConnection, number: int) -> int:
        """The status of the answer; 0 where there was none."""
        try:
            body = _body(self.standing.xml(number))
            link.request("POST", _path(self.standing, number), body, _HEAD)
            answer = link.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        return answer.status


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _kill(*pids: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:  # it went with the one before
            continue


def _kill_database(places: Places) -> None:
    """The postmaster and all below it, as when the power fails: nobody has time to tidy up."""
    leader = cluster(places).process_id()
    assert leader is not None
    os.kill(leader, signal.SIGSTOP)  # it starts none anew meanwhile
    _kill(*_children(leader), leader)


def _blows(standing: Standing) -> list[tuple[int, Callable[[], None]]]:
    """After how many acknowledged forms who is killed."""
    places = standing.places
    return [
        (1_000, lambda: _kill(_served_by(_pid(places, "web")))),
        (2_500, lambda: _kill_database(places)),
        (4_500, lambda: _kill(_pid(places, "worker"))),
        (6_000, lambda: _kill(_pid(places, "web"))),
        (8_000, lambda: _kill_database(places)),
    ]


def _served_by(leader: int) -> int:
    """One of the processes that answer calls, and not the one that looks after the resources of the others."""
    for pid in _children(leader):
        if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    return pytest.fail("no process serves")


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="who is whose child is read from /proc")
def test_what_was_acknowledged_is_there_once_whoever_was_killed(standing: Standing) -> None:
    phones = Phones(standing)
    threads = [threading.Thread(target=phones.run) for _ in range(LINKS)]
    for thread in threads:
        thread.start()
    try:
        for taken, blow in _blows(standing):
            assert _soon(lambda taken=taken: len(phones.taken) >= taken), (len(phones.taken), phones.trouble)
            blow()
        assert _soon(lambda: len(phones.taken) == FORMS), (len(phones.taken), phones.trouble)
    finally:
        phones.ending.set()
        for thread in threads:
            thread.join(90)
    assert phones.trouble, "nobody noticed that anything was killed"
    assert _soon(lambda: not standing.owner("SELECT 1 FROM inbox_submission WHERE state = 'received' LIMIT 1"))
    _require_all_once(standing)
    _require_understood_once(standing, phones.repeated)
    _require_sound_ledger(standing)


def _soon(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _require_all_once(standing: Standing) -> None:
    """Each form lies there once, by its bytes: no more, no fewer."""
    sent = sorted((f"uuid:{number}", hashlib.sha256(standing.xml(number)).digest()) for number in range(FORMS))
    kept = standing.owner(
        "SELECT s.instance_id, s.sha256, p.content FROM inbox_submission s LEFT JOIN inbox_paper p "
        "ON p.submission_id = s.id ORDER BY s.instance_id"
    )
    assert [(name, bytes(sha256)) for name, sha256, _content in kept] == sent
    assert [hashlib.sha256(content).digest() for *_head, content in kept] == [sha256 for _name, sha256 in sent]


def _require_understood_once(standing: Standing, repeated: set[int]) -> None:
    """One visit of each, one row of answers, a fact where one was told; understood by one entry of the ledger.

    A form that was sent again, since its answer was lost, is received again and says so; it is kept no second time.
    """
    assert standing.owner("SELECT state, count(*) FROM inbox_submission GROUP BY state") == [("understood", FORMS)]
    assert standing.owner("SELECT count(*), count(DISTINCT submission_id) FROM visits_visit WHERE is_current") == [
        (FORMS, FORMS)
    ]
    assert standing.owner("SELECT count(*) FROM inbox_answered") == [(FORMS,)]
    facts = "SELECT count(*), count(*) FILTER (WHERE superseded_at IS NULL) FROM facts_fact"
    assert standing.owner(facts) == [(FORMS // 10, len(_told_of(standing)))]
    ids = {f"submission:{pk}": name for pk, name in standing.owner("SELECT id, instance_id FROM inbox_submission")}
    told = _told(standing)
    assert told["inbox.receive"].keys() == ids.keys()
    twice = {ids[subject] for subject, times in told["inbox.receive"].items() if times > 1}
    assert twice <= {f"uuid:{number}" for number in repeated}
    assert told["inbox.understand"] == dict.fromkeys(ids, 1)


def _told_of(standing: Standing) -> set[bytes]:
    """The households of which a fact was told."""
    return {standing.xml(number).split(b"household>")[1] for number in range(0, FORMS, 10)}


def _told(standing: Standing) -> Mapping[str, Counter[str]]:
    """By deed how often the ledger names each subject; each entry's commitment fits what it says."""
    found: dict[str, Counter[str]] = {"inbox.receive": Counter(), "inbox.understand": Counter()}
    rows = standing.owner(
        "SELECT d.salt, d.body, e.commitment FROM access_ledgerdetail d JOIN access_ledgerentry e ON e.id = d.entry"
    )
    for salt, body, committed in rows:
        said = json.loads(body)
        if said["what"] in found:
            found[said["what"]].update(said["subjects"])
            assert commitment(bytes(salt), body) == bytes(committed)
    return found


def _require_sound_ledger(standing: Standing) -> None:
    sealed = "SELECT count(*) = count(seq) FROM access_ledgerentry"
    assert _until(lambda: standing.owner(sealed) == [(True,)])
    environment = {name: value for name, value in os.environ.items() if name not in URLS}
    environment |= {"GRIDCOMMONS_DATA": str(standing.places.data), "LANG": "en_GB.UTF-8"}
    environment.pop("GRIDCOMMONS_KEYS", None)
    done = subprocess.run(
        [*COMMAND, "ledger", "verify", "--quiet"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The ledger is sound." in done.stdout


@pytest.mark.slow
def test_a_call_that_breaks_off_in_the_middle_keeps_nothing_and_holds_up_nobody(standing: Standing) -> None:
    phones, body = Phones(standing), _body(standing.xml(1))
    assert phones._sent(phones._link(), 0) == http.client.CREATED  # the door knows this kind of client now
    head = f"POST {_path(standing, 1)} HTTP/1.1\r\nHost: 127.0.0.1:{standing.port}\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in _HEAD.items())
    for cut in (0, 1, len(body) // 2, len(body) - 1):
        with socket.create_connection(("127.0.0.1", standing.port)) as link:
            link.sendall(head.encode() + b"\r\n" + body[:cut])
            time.sleep(0.1)
            if cut % 2:  # reset, not closed in order
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        assert phones._sent(phones._link(), 2 + cut) == http.client.CREATED
    names = {row[0] for row in standing.owner("SELECT instance_id FROM inbox_submission")}
    assert names == {"uuid:0", *(f"uuid:{2 + cut}" for cut in (0, 1, len(body) // 2, len(body) - 1))}
    assert _answers(standing.port)
    assert phones._sent(phones._link(), 1) == http.client.CREATED
