"""What nobody has any more: handed back when its mediator left, moved on or ended where nobody may take it on.

Nothing lies where nobody comes to it, and nothing is kept for ever because nobody ended it. Called inside the deeds of
`actions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from gridcommons.access.rules import Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.mediation.desks import Serving, serving
from gridcommons.cases.mediation.keys import DRAWER
from gridcommons.cases.mediation.models import Mediation, Meeting, Promise, Side
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.mediation.sides import NOT_SAID, sides_of
from gridcommons.cases.mediation.telling import tell, tell_office, tell_party
from gridcommons.kit.clock import local_day

NOT_TAKEN: Final = "not_taken"
NOT_ENDED: Final = "not_ended"
_HELD: Final = ("invited", "talking", "agreed")
_OPEN: Final = ("requested", *_HELD)


def give_back(row: Mediation, by: Viewer, at: datetime, held: Serving | None = None) -> None:
    """Back to an office where this mediator sees it no more; what was said yes to with them is asked anew.

    What is agreed stays agreed: only somebody to follow it up is looked for. Their notes are destroyed: nobody but
    their writer may read them, and the writer no longer comes to them.
    """
    row.parties = [key for key in row.parties if key != row.mediator]
    row.barred = sorted({*row.barred, row.mediator})
    row.mediator, row.declared_at, row.moved_at = "", None, at
    if row.state != "agreed":
        row.state = "requested"
        Side.objects.filter(mediation=row).update(**NOT_SAID)
    row.save()
    Meeting.objects.filter(mediation=row).update(note_sealed=None)
    seek(row, by, at, held or serving(at))


def seek(row: Mediation, by: Viewer, at: datetime, held: Serving) -> None:
    """Lay it on the nearest desk where somebody may take it on; where there is none, it ends and its parties are told.

    What is agreed does not end by that: its parties keep it by themselves, and say so by their codes.
    """
    desk = held.desk_for(row.area_code, row.barred)
    others = [key for key in row.parties if not key.startswith("office:")]
    parties = [desk.party, *others] if desk is not None else others
    if desk is None and row.state == "requested":
        end(row, NOT_TAKEN, by, at)
    elif parties != row.parties:
        row.parties = parties
        if desk is not None:
            row.office_id = desk.id
            tell_office(desk.id, row.barred, at, held)
        row.save(update_fields=["parties", "office"])


def end(row: Mediation, outcome: str, by: Viewer, at: datetime) -> None:
    """End what nobody took on or ended; each party is told where it can be reached, to look by its code."""
    row.state, row.outcome, row.ended_at = "closed", outcome, at
    row.parties = [key for key in row.parties if not key.startswith("office:")]
    row.save(update_fields=["state", "outcome", "ended_at", "parties"])
    for side in sides_of(row):
        text = "mediation.ended" if side.code_digest is not None else f"mediation.{outcome}"
        tell_party(DRAWER.read_contact(side.contact_sealed, side.pk), text, by, at)
    tell(row.mediator, "mediation.news", at)


def stranded(by: Viewer, at: datetime) -> list[Mediation]:
    """Hand back what mediators left behind, move or end what nobody may take on; returns which moved."""
    held, moved = serving(at), []
    for row in Mediation.objects.select_for_update(skip_locked=True).filter(state__in=_OPEN):
        before = (row.state, list(row.parties))
        if row.mediator and not held.serves(row.mediator):
            give_back(row, by, at, held)
        elif not row.mediator and not _lies_on_a_desk(row, held):
            seek(row, by, at, held)
        if (row.state, row.parties) != before:
            moved.append(row)
    return moved


def _lies_on_a_desk(row: Mediation, held: Serving) -> bool:
    return f"office:{row.office_id}" in row.parties and bool(held.takers(row.office_id, row.barred))


def end_overdue(by: Viewer, at: datetime) -> list[Mediation]:
    """End what nobody took on within its term, and what has stood without a step for its own; returns which."""
    ended = []
    for row, outcome in _overdue(at):
        end(row, outcome, by, at)
        ended.append(row)
    return ended


def _overdue(at: datetime) -> Iterator[tuple[Mediation, str]]:
    since = at - policy().quiet
    rows = Mediation.objects.select_for_update(skip_locked=True).annotate(last=Coalesce(F("moved_at"), F("opened_at")))
    waiting = rows.filter(state="requested", last__lte=at - policy().waiting)
    yield from ((row, NOT_TAKEN) for row in waiting)
    promised = Promise.objects.filter(due_date__gt=local_day(since, ZONE)).values("mediation")
    to_meet = Meeting.objects.filter(at__gt=since).values("mediation")
    quiet = rows.filter(state__in=_HELD, last__lte=since).exclude(Q(pk__in=promised) | Q(pk__in=to_meet))
    yield from ((row, NOT_ENDED) for row in quiet)
