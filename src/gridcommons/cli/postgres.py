"""The PostgreSQL launcher: an own cluster in the data folder, reached by a socket only.

A configured DSN (`GRIDCOMMONS_DATABASE_URL`) is used as it is and nothing is started.
PostgreSQL refuses to run as root, so for root the server runs as an account that exists already,
with binaries and data below /var/lib, where it can enter.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import sql

from gridcommons.cli.binaries import (
    ROOT_BASE,
    bin_for_account,
    bin_of_version,
    choose_bin,
    major_version,
    server_account,
)
from gridcommons.cli.places import Places
from gridcommons.kit.errors import refusal_kind, refuse

DATABASE: Final = "gridcommons"
ADMIN: Final = "gridcommons_admin"
OWNER: Final = "gridcommons_owner"
WEB: Final = "gridcommons_web"
SEALER: Final = "gridcommons_sealer"
EXTENSIONS: Final = ("ltree", "pg_trgm", "btree_gist")
_SHORT_BASE: Final = Path("/var/tmp")  # noqa: S108 - the folder made in it is private and its owner checked
_SOCKET_LIMIT: Final = 107
_SOCKET_FILE: Final = len("/.s.PGSQL.5432.lock")
_PORT: Final = 5432
_START_SECONDS: Final = 60
_FEW_CHECKPOINTS: Final = "max_wal_size=3GB", "checkpoint_timeout=15min"
"""After a checkpoint each page that is touched is logged whole; after a crash up to so much is read again."""
_SHARED: Final = (256, 1_024)
"""Megabytes of the database's own cache: a sixteenth of the machine's memory, within these."""

NOT_STARTED = refusal_kind(
    "database.not_started",
    status=500,
    zh="数据库没有启动：{said}",
    en="The database did not start: {said}",
)
NOT_STOPPED = refusal_kind(
    "database.not_stopped",
    status=500,
    zh="数据库没有停下：{said}",
    en="The database did not stop: {said}",
)
OTHER_VERSION = refusal_kind(
    "database.other_version",
    status=500,
    zh="数据文件属于 PostgreSQL {found}，现有程序是 {ours}：请运行 “gridcommons db upgrade”。",
    en="The data belong to PostgreSQL {found}, the program found is {ours}: run “gridcommons db upgrade”.",
)
BROKEN_OFF = refusal_kind(
    "database.broken_off",
    status=500,
    zh="一次升级中断了：旧数据在 {path}。请把它改名回 postgres，再运行 “gridcommons db upgrade”。",
    en="An upgrade was broken off: the data lie in {path}. Rename it to postgres, then run “gridcommons db upgrade”.",
)
FOREIGN_FOLDER = refusal_kind(
    "database.foreign_folder",
    status=500,
    zh="目录 {path} 属于另一个账户，数据库不能用它：请删除它，或换一个较短的数据目录。",
    en="The folder {path} belongs to another account: remove it, or choose a shorter data folder.",
)


@dataclass(frozen=True)
class Cluster:
    """One cluster: where it lies, who runs it, how it is reached."""

    places: Places
    bin: Path
    tuning: tuple[str, ...] = ()
    name: str = "postgres"

    @property
    def home(self) -> Path:
        """The folder around the cluster's files; below /var/lib for root, where the server's account can enter.

        Its name comes from a secret of the data folder, so that a data folder made anew never meets an old cluster.
        """
        if os.geteuid() != 0:
            return self.places.data
        self.places.make()
        return ROOT_BASE / hashlib.sha256(self.places.secret("cluster").encode()).hexdigest()[:12]

    @property
    def folder(self) -> Path:
        """The cluster's files."""
        return self.home / self.name

    @property
    def socket(self) -> Path:
        """The socket's folder: short, because longer paths than 107 bytes fail, and private."""
        beside = self.home / "socket"
        if len(os.fsencode(beside)) + _SOCKET_FILE <= _SOCKET_LIMIT:
            return beside
        mark = hashlib.sha256(os.fsencode(self.places.data.resolve())).hexdigest()[:12]
        return _SHORT_BASE / f"gridcommons-{os.geteuid()}-{mark}"

    @property
    def exists(self) -> bool:
        """Whether the cluster was initialised."""
        return (self.folder / "PG_VERSION").exists()

    def version_on_disk(self) -> int | None:
        """Major version of the files, None before the first start."""
        return int((self.folder / "PG_VERSION").read_text()) if self.exists else None

    def url(self, role: str = WEB, database: str = DATABASE) -> str:
        """A connection URL for a role; the password stands in it, so print it only on request."""
        password = quote(self.places.secret(f"postgres-{role}"), safe="")
        return f"postgresql://{role}:{password}@:{_PORT}/{database}?host={quote(str(self.socket), safe='')}"

    def running(self) -> bool:
        """Whether the server answers on its socket."""
        if not self.exists:
            return False
        try:
            with psycopg.connect(self.url(ADMIN, "postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def process_id(self) -> int | None:
        """The server's process id, None when no server runs on these files."""
        if not self.exists or self._pg_ctl("status").returncode:
            return None
        found = int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        return None if _is_dead(found) else found

    def start(self) -> bool:
        """Start the server, making the cluster, roles and database at the first start; True when it was this call.

        Several processes may call it at once: one starts, the others wait for it.
        """
        self.places.make()
        if self.running():
            return False
        with self._alone():
            if self.process_id() is not None:
                self._wait()
                return False
            found = self.version_on_disk()
            if found is not None and found != major_version(self.bin):
                raise refuse(OTHER_VERSION, found=found, ours=major_version(self.bin))
            if found is None:
                self._initialise()
            self._launch()
            self._wait()
            self._furnish()
        return True

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, nothing committed is lost; no matter when stopped."""
        with self._alone():
            if self.process_id() is None:
                return
            if self._pg_ctl("stop", "-m", "fast", "-w", "-t", str(_START_SECONDS)).returncode:
                raise refuse(NOT_STOPPED, said=_last_words(self._tools_log))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process at a time starts or stops this cluster."""
        self.places.make()
        with (self.places.run / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @property
    def _tools_log(self) -> Path:
        return self.places.run / "postgres-tools.log"

    def _pg_ctl(self, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self._as_account("pg_ctl", verb, "-D", str(self.folder), *options)

    def _as_account(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the server's account, without the caller's PG* settings."""
        account = server_account(self.folder)
        folder = self.bin if account is None else bin_for_account(self.bin)
        rights = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        with self._tools_log.open("w") as said:
            return subprocess.run(  # type: ignore[call-overload,no-any-return]
                [str(folder / program), *arguments],
                stdout=said, stderr=said, stdin=subprocess.DEVNULL, text=True, cwd="/", env=clean, check=False,
                **rights,
            )  # fmt: skip

    def _own(self, path: Path) -> None:
        """Make a folder private to the server's account; refuses one that somebody else made."""
        path.mkdir(parents=True, exist_ok=True)
        account = server_account(self.folder)
        if account is not None:
            os.chown(path, account.pw_uid, account.pw_gid)
            path.parent.chmod(0o755)
            ROOT_BASE.chmod(0o755)
        elif path.lstat().st_uid != os.geteuid() or path.is_symlink():
            raise refuse(FOREIGN_FOLDER, path=path)
        path.chmod(0o700)

    def _initialise(self) -> None:
        """Make the files aside and rename them into place, so that a broken-off start leaves nothing half."""
        kept = sorted(self.home.glob("postgres-[0-9]*"))
        if kept and self.name == "postgres":
            raise refuse(BROKEN_OFF, path=kept[-1])
        making = self.folder.with_name(f"{self.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        self._own(making)
        password = making.with_name("first-password")
        password.touch(mode=0o600)
        password.write_text(self.places.secret(f"postgres-{ADMIN}"))
        account = server_account(self.folder)
        if account is not None:
            os.chown(password, account.pw_uid, account.pw_gid)
        try:
            done = self._as_account(
                "initdb", "-D", str(making), "-U", ADMIN, "--pwfile", str(password),
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--lc-ctype", "C.UTF-8",
                "--no-instructions",
            )  # fmt: skip
        finally:
            password.unlink()
        if done.returncode:
            raise refuse(NOT_STARTED, said=_last_words(self._tools_log))
        making.rename(self.folder)

    def _launch(self) -> None:
        self._own(self.socket)
        self._forget_the_dead()
        settings = [
            "listen_addresses=", f"port={_PORT}", f'unix_socket_directories="{self.socket}"',
            "unix_socket_permissions=0700", "max_connections=80", "jit=off", "timezone=UTC",
            f"shared_buffers={_shared_megabytes()}MB", *_FEW_CHECKPOINTS, "log_min_duration_statement=2000",
            *self.tuning,
        ]  # fmt: skip
        options = " ".join(f"-c {shlex.quote(setting)}" for setting in settings)
        log = self.folder / "server.log"
        done = self._pg_ctl("start", "-l", str(log), "-w", "-t", str(_START_SECONDS), "-o", options)
        if done.returncode:
            raise refuse(NOT_STARTED, said=_last_words(log) or _last_words(self._tools_log))

    def _forget_the_dead(self) -> None:
        """Remove the mark of a server that was killed and whose end nobody has taken note of: it would bar the next.

        Should anything of it live on, the next one still refuses: it asks for the memory that they shared.
        """
        mark = self.folder / "postmaster.pid"
        if mark.exists() and _is_dead(int(mark.read_text().split("\n", 1)[0])):
            mark.unlink()

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self.running():
            if time.monotonic() > deadline:
                raise refuse(NOT_STARTED, said=_last_words(self.folder / "server.log") or f"{_START_SECONDS} s")
            time.sleep(0.05)

    def _furnish(self) -> None:
        """Roles, database and extensions; safe to repeat."""
        with psycopg.connect(self.url(ADMIN, "postgres"), autocommit=True) as admin:
            furnish_roles(admin, {role: self.places.secret(f"postgres-{role}") for role in (OWNER, WEB, SEALER)})
            furnish_database(admin, DATABASE)
        with psycopg.connect(self.url(ADMIN), autocommit=True) as admin:
            furnish_extensions(admin)


def _is_dead(pid: int) -> bool:
    """Whether a process has ended and merely waits to be taken note of, as in a container without an init (Linux)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].startswith("Z")
    except OSError:
        return False


def furnish_roles(admin: psycopg.Connection[object], passwords: dict[str, str]) -> None:
    """The owner (migrates, passes row security); the web and sealer roles (never pass it)."""
    rights = {OWNER: "BYPASSRLS", WEB: "NOBYPASSRLS", SEALER: "NOBYPASSRLS"}
    for role, password in passwords.items():
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        admin.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB {} PASSWORD {}").format(
                verb, sql.Identifier(role), sql.SQL(rights[role]), sql.Literal(password)
            )
        )


def furnish_database(admin: psycopg.Connection[object], name: str) -> None:
    """The database, owned by the owner role; refuses a locale in which Chinese text would not be searchable."""
    if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
            .format(sql.Identifier(name), sql.Identifier(OWNER))
        )  # fmt: skip


def furnish_extensions(admin: psycopg.Connection[object]) -> None:
    """Trusted extensions that constraints and searches stand on."""
    for extension in EXTENSIONS:
        admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def _last_words(log: Path) -> str:
    """The last complaint in a log, else its last line, else nothing."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    complaints = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line.lower()]
    return [*lines[-1:], *complaints[-1:]][-1] if lines else ""


def _shared_megabytes() -> int:
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    except (AttributeError, ValueError, OSError):  # a system that does not tell
        memory = 0
    least, most = _SHARED
    return max(least, min(most, memory // 16))


def cluster(places: Places, *tuning: str) -> Cluster:
    """The cluster of a data folder, with the binaries that fit its files (or a new one's default)."""
    chosen = choose_bin()
    found = Cluster(places, chosen).version_on_disk()
    if found is not None and found != major_version(chosen):
        chosen = bin_of_version(found) or chosen
    return Cluster(places, chosen, tuning)
