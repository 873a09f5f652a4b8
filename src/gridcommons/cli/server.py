"""A database server as the commands reach it: the embedded one, or the one that is configured."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from gridcommons.cli.binaries import choose_bin
from gridcommons.cli.django_setup import OWNER_URL, SEALER_URL, WEB_URL, own_cluster
from gridcommons.cli.holding import only_one
from gridcommons.cli.places import Places, here
from gridcommons.cli.postgres import ADMIN, OWNER, SEALER, WEB, furnish_database, furnish_extensions
from gridcommons.kit.errors import Refusal, refusal_kind, refuse

ADMIN_URL: Final = "GRIDCOMMONS_ADMIN_DATABASE_URL"
_VARIABLES: Final = {ADMIN: ADMIN_URL, OWNER: OWNER_URL, WEB: WEB_URL, SEALER: SEALER_URL}
_LIBPQ: Final = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
}  # fmt: skip

NO_URL = refusal_kind(
    "database.no_url",
    status=500,
    zh="缺少 {variable}：这条命令要用这个角色连接所配置的数据库。",
    en="{variable} is missing: this command connects to the configured database in that role.",
)
TOOL_FAILED = refusal_kind(
    "database.tool_failed",
    status=500,
    zh="{program} 没有成功：{said}",
    en="{program} did not succeed: {said}",
)


@dataclass(frozen=True)
class Server:
    """URLs by role and database, and the folder of PostgreSQL's programs that fit it."""

    places: Places
    bin: Path
    urls: Mapping[str, str]

    def url(self, role: str, database: str | None = None) -> str:
        """The URL of a role; refuses a role that is not configured. `database` takes the place of the usual one."""
        url = self.urls.get(role, "")
        if not url:
            raise refuse(NO_URL, variable=_VARIABLES[role])
        return url if database is None else urlunsplit(urlsplit(url)._replace(path=f"/{database}"))

    @property
    def database(self) -> str:
        """The name of the program's database."""
        return urlsplit(self.url(OWNER)).path.lstrip("/")

    def connect(self, role: str, database: str | None = None) -> psycopg.Connection[Any]:
        """A connection that commits each statement."""
        return psycopg.connect(self.url(role, database), autocommit=True)

    def tool(self, program: str, *arguments: str, role: str = OWNER, database: str | None = None) -> None:
        """Run pg_dump or pg_restore in a role; the password goes by the environment. Refuses what fails."""
        known = conninfo_to_dict(self.url(role, database))
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        clean |= {_LIBPQ[name]: str(value) for name, value in known.items() if name in _LIBPQ}
        done = subprocess.run(
            [str(self.bin / program), *arguments], env=clean, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if "error" in line.lower()] or [done.stderr[-300:]]
            raise refuse(TOOL_FAILED, program=program, said=said[0])

    def make_scratch(self, name: str) -> None:
        """An empty database of the owner with the extensions, made anew."""
        self.drop(name)
        with self.connect(ADMIN, "postgres") as admin:
            furnish_database(admin, name)
        with self.connect(ADMIN, name) as admin:
            furnish_extensions(admin)

    def drop(self, name: str) -> None:
        """Drop a database and whoever is connected to it."""
        with self.connect(ADMIN, "postgres") as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def server_of(places: Places | None = None, *, start: bool = True) -> Server:
    """The server in force; the embedded one is started unless told not to."""
    places = (places or here()).make()
    own = own_cluster(places)
    if own is None:
        urls = {role: os.environ.get(variable, "") for role, variable in _VARIABLES.items()}
        return Server(places, choose_bin(), urls)
    if start:
        own.start()
    return Server(places, own.bin, {role: own.url(role) for role in _VARIABLES})


@contextmanager
def serving(places: Places | None = None) -> Iterator[Server]:
    """The server for one command: what the command had to start is stopped again, unless the program came to use it."""
    own = own_cluster((places or here()).make())
    began = own.start() if own is not None else False
    try:
        yield server_of(places, start=False)
    finally:
        if own is not None and began:
            with suppress(Refusal), only_one(own.places):
                own.stop()


def row_counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table of the schema `public`, as the connection's snapshot sees them."""
    names = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
        "AND relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
    counts = {}
    for (name,) in names:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts
