"""Photo files that no case names: a photo is written before its row, and a step that fails then leaves it behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.models import Photo
from gridcommons.cases.storing import is_older, remove, stored

GRACE: Final = timedelta(days=1)
"""So old is a file before it counts as left behind: no transaction is open for so long."""
_AT_ONCE: Final = 1_000


def sweep_photos(*, by: Viewer, at: datetime) -> int:
    """Remove the files older than a day that no row names; returns how many. Nothing in the database changes."""
    before, gone = at - GRACE, 0
    old = (path for path in stored() if is_older(path, before))
    while paths := list(islice(old, _AT_ONCE)):
        with viewing(by, at):
            named = set(Photo.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in set(paths) - named:
            if is_older(path, before):  # once more: a report with the same picture may have come in meanwhile
                remove(path)
                gone += 1
    return gone
