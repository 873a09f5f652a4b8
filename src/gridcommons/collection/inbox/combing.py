"""What lies in the inbox from before is gone over once, home by home, for copies of what had been erased already.

A phone's copy of what was known goes since a form is read, set aside or erased; those that lay there before keep theirs
until then. The job goes on where it was cut off. Called inside a deed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gridcommons.collection.inbox.blanking import Out, emptied_chain
from gridcommons.collection.inbox.erasing import empty_what_goes
from gridcommons.collection.inbox.models import Answered, Comb, Mention, Submission
from gridcommons.collection.inbox.recalling import Gone
from gridcommons.collection.inbox.understanding import gone_of
from gridcommons.collection.inbox.unemptied import keep_from_all
from gridcommons.people.facts.erasing import homes_noted

COPIES: Final = "copies"
_HOMES: Final = 100
"""So many homes in one transaction."""


@dataclass(frozen=True)
class Combed:
    """The forms that were emptied or wait to be, how many homes were gone over, and whether this was the last of it."""

    rows: tuple[UUID, ...]
    homes: int
    done: bool


def is_combed() -> bool:
    """Whether it was gone over to the end."""
    return Comb.objects.filter(key=COPIES, done_at__isnull=False).exists()


def go_over(at: datetime) -> Combed:
    """Go over the forms of the next homes of which something was erased."""
    comb, _is_new = Comb.objects.select_for_update().get_or_create(key=COPIES)
    if comb.done_at is not None:
        return Combed((), 0, done=True)
    homes = homes_noted(comb.up_to, _HOMES)
    rows = tuple(row.pk for row in _forms_of(homes) if _changed(row, at)) if homes else ()
    comb.begun_at, comb.up_to = comb.begun_at or at, homes[-1] if homes else comb.up_to
    comb.homes, comb.emptied = comb.homes + len(homes), comb.emptied + len(rows)
    comb.done_at = at if len(homes) < _HOMES else None
    comb.save(update_fields=["begun_at", "up_to", "homes", "emptied", "done_at"])
    return Combed(rows, len(homes), done=comb.done_at is not None)


def _forms_of(homes: Sequence[UUID]) -> list[Submission]:
    """The forms that were read, held or set aside and name one of these homes. What is to be read loses it then."""
    about = Answered.objects.filter(household__in=[one.hex for one in homes]).values("submission_id")
    named = Mention.objects.filter(household_id__in=homes).values("submission_id")
    rows = Submission.objects.select_for_update().filter(Q(pk__in=about) | Q(pk__in=named))
    return list(rows.filter(forgotten=False, empty_by__isnull=True).exclude(state="received").order_by("id"))


def _changed(row: Submission, at: datetime) -> bool:
    """Whether it was emptied of anything, or waits to be."""
    if row.state != "understood":
        empty_what_goes(row, at)
        return Submission.objects.filter(pk=row.pk, erased_at=at).exists()
    out = Out()
    try:
        with transaction.atomic():
            out = _copies(gone_of(row, at))
            return bool(emptied_chain([row], out, at))
    except Exception as fault:  # noqa: BLE001 - it waits for a person, and the others go on
        row.refresh_from_db()  # what was rolled back
        keep_from_all([row], out, fault, at)
        return True


def _copies(gone: Gone | None) -> Out:
    """Of a form that was asked what it showed, and no more: what it said was heard, or was emptied with its fact."""
    home = frozenset({gone.home}) if gone else frozenset[UUID]()
    return Out(shown=dict.fromkeys(gone.said | gone.shown, home) if gone else {})
