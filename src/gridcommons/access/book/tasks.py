"""Jobs of the books: sealed entries are counted, checks that were asked for are done."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from gridcommons.access.audit import verify_stretch
from gridcommons.access.book.actions import checked, count_entries
from gridcommons.access.book.queries import counted_size, sealed_size, waiting_checks
from gridcommons.access.identify import program
from gridcommons.access.proofs import prove
from gridcommons.access.scope import viewing
from gridcommons.access.sealer import Signer
from gridcommons.kit.errors import Refusal

_COUNTING: Final = program("ledger counts")
_CHECKING: Final = program("ledger checks")
_MOST_FINDINGS: Final = 50
_OWN_ENTRY: Final = 1
"""Each count leaves an entry itself; alone it is no reason to count again."""


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="ledger-counts", pass_context=False)
def count(timestamp: int) -> int:
    """Count what was sealed since the last time; returns how many entries."""
    at, done = datetime.fromtimestamp(timestamp, UTC), 0
    while sealed_size() - counted_size() > _OWN_ENTRY:
        done += count_entries(zone=settings.TIME_ZONE, by=_COUNTING, at=at)
    return done


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="ledger-checks", pass_context=False)
def run_checks(timestamp: int) -> int:
    """Do the check that waits longest; returns how many were done."""
    at = datetime.fromtimestamp(timestamp, UTC)
    for row in waiting_checks():
        try:
            result, failed = _result(row.kind, row.first, row.last, at), False
        except Refusal as refusal:
            result, failed = {"refused": refusal.words().as_dict()}, True
        checked(check_id=row.pk, result=result, failed=failed, by=_CHECKING, at=datetime.now(UTC))
        return 1
    return 0


def _result(kind: str, first: int, last: int, at: datetime) -> dict[str, Any]:
    public = Signer.from_folder(Path(settings.KEY_FOLDER), make=False).public
    with viewing(_CHECKING, at):
        connection.ensure_connection()
        if kind == "proof":
            return dict(prove(connection.connection, first, public))
        report = verify_stretch(connection.connection, public, first, last)
    findings = [asdict(finding) for finding in report.findings[:_MOST_FINDINGS]]
    numbers = {"entries": report.entries, "details": report.details, "checkpoints": report.checkpoints}
    return {**numbers, "sound": report.sound, "root": report.root, "findings": findings}
