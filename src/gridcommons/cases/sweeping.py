"""Photo files that no case names: a photo is written before its row, and a step that fails then leaves it behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.models import Photo
from gridcommons.cases.storing import PHOTOS, is_older, remove, stored

GRACE: Final = timedelta(days=1)
"""So old is a file before it counts as left behind: no transaction is open for so long."""
_AT_ONCE: Final = 1_000


def sweep_photos(*, by: Viewer, at: datetime) -> int:
    """Remove photos older than a day that no case names; returns how many."""
    return sweep(PHOTOS, lambda paths: Photo.objects.filter(path__in=paths).values_list("path", flat=True), by, at)


def sweep(folder: str, named: Callable[[list[str]], Iterable[str]], by: Viewer, at: datetime) -> int:
    """Remove the files of a folder older than a day that no row names; nothing in the database changes.

    `named`: which of some paths a row names, asked in the sight of `by`.
    """
    before, gone = at - GRACE, 0
    old = (path for path in stored(folder) if is_older(path, before))
    while paths := list(islice(old, _AT_ONCE)):
        with viewing(by, at):
            kept = set(named(paths))
        for path in set(paths) - kept:
            if is_older(path, before):  # once more: a report with the same picture may have come in meanwhile
                remove(path)
                gone += 1
    return gone
