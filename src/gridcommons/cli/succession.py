"""What a restored log says of the log it takes the place of.

Run as a process of its own, pointed at the restored database, it brings that to this version and writes the entry,
before the database takes the place of the present one.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

from psycopg import errors

from gridcommons.access.keeping import Replaced, kept_note, replaced_logs
from gridcommons.access.proofs import latest
from gridcommons.cli.backup import Manifest
from gridcommons.cli.postgres import OWNER
from gridcommons.cli.server import Server
from gridcommons.kit.errors import Refusal


def entries_in(server: Server) -> int:
    """Ledger entries of the present database: 0 says that nothing was ever done in it."""
    try:
        with server.connect(OWNER) as connection:
            row = connection.execute("SELECT count(*) FROM access_ledgerentry").fetchone()
    except errors.UndefinedTable:
        return 0
    return int(row[0]) if row else 0


def facts_of(server: Server, restored: str, manifest: Manifest, at: datetime) -> dict[str, Any]:
    """The facts of the entry, from the present database and the restored one beside it, which is not migrated yet."""
    entries = entries_in(server)
    gone = _gone(server, restored) if entries and "access_ledgerentry" in manifest.tables else entries
    size, root = _head(server)
    own = Replaced(size, root, at.astimezone(UTC).isoformat(timespec="seconds"), gone)
    earlier: list[Replaced] = []
    if entries:
        with server.connect(OWNER) as connection:
            earlier = replaced_logs(connection)
    head = {"size": manifest.ledger[0], "root": manifest.ledger[1]}
    return {
        "replaced": [one.as_facts() for one in (own, *earlier)], "restored": head, "made_at": manifest.made_at,
    }  # fmt: skip


def _head(server: Server) -> tuple[int, str]:
    """Size and root of the last checkpoint: the note beside the key, else the database's own; (0, "") for none."""
    try:
        note = kept_note(server.places.keys)
    except Refusal:
        note = None
    if note is None:
        try:
            with server.connect(OWNER) as connection:
                note = latest(connection)
        except (Refusal, errors.UndefinedTable):
            return 0, ""
    return note.size, note.root.hex()


def _gone(server: Server, restored: str) -> int:
    """Entries of the present log, sealed or not, that the restored one does not hold."""
    with server.connect(OWNER) as present, server.connect(OWNER, restored) as fresh:
        fresh.execute("CREATE TEMPORARY TABLE former (id uuid)")
        with (
            present.cursor().copy("COPY (SELECT id FROM access_ledgerentry) TO STDOUT") as given,
            fresh.cursor().copy("COPY former FROM STDIN") as taken,
        ):
            for block in given:
                taken.write(block)
        row = fresh.execute(
            "SELECT count(*) FROM former WHERE NOT EXISTS (SELECT FROM access_ledgerentry e WHERE e.id = former.id)"
        ).fetchone()
    return int(row[0]) if row else 0


def main() -> None:
    """Migrate the database that the environment names and write the entry whose facts come on standard input."""
    from gridcommons.cli.django_setup import migrate, setup

    setup(start=False)
    migrate()
    from gridcommons.access.actions import tell_of_restore
    from gridcommons.access.identify import program

    tell_of_restore(**json.load(sys.stdin), by=program("restore"), at=datetime.now(UTC))


if __name__ == "__main__":
    main()
