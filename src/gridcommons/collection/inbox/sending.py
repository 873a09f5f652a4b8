"""What somebody sent before, found for them also where it was put away under a shield. Called inside deeds.

Else a phone that sends again, corrects, or brings a picture would be refused, and its worker would learn who is under
threat. Nothing of what is found so is shown: it is only taken in as ever.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from django.db.models import Exists, OuterRef, QuerySet

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import over_all_areas
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.papers import Envelope
from gridcommons.collection.inbox.rules import NOT_CURRENT
from gridcommons.collection.visits.writing import give_back
from gridcommons.kit.errors import refuse


def sent_before(instance_id: str, by: Viewer, *, by_phone: bool) -> Submission | None:
    """The submission of an id that the sender sent themselves, or sees; a phone knows of nobody else's."""
    rows = Submission.objects.filter(instance_id=instance_id)
    return _own(rows, by) if by_phone else rows.first() or _own(rows, by)


def corrected(envelope: Envelope, by: Viewer, *, by_phone: bool) -> Submission:
    """The submission that a new one corrects; refuses one that is not there, not current, or of another form.

    A phone corrects what its worker sent, and what somebody corrected it into, seen or not.
    """
    rows = Submission.objects.select_for_update().filter(instance_id=envelope.deprecated, replaced_by="")
    rows = rows.exclude(state="aside")
    former = _taken_part(rows, by) if by_phone else rows.first() or _own(rows, by)
    if former is None or former.form_key != envelope.form_key:
        raise refuse(NOT_CURRENT)
    return former


def replace(former: Submission, instance_id: str) -> None:
    """From now on the one of this id counts in place of what it corrects, also of what an office put there above."""
    former.replaced_by = instance_id
    with over_all_areas():
        former.save(update_fields=["replaced_by"])


def bring_back(held: Submission) -> None:
    """What this one was to correct counts once more and is read again, also where whoever sets this aside sees none.

    Where a later one corrects this one, it corrects what this one was to correct.
    """
    with over_all_areas():
        former = Submission.objects.filter(root=held.root, replaced_by=held.instance_id)
        if held.replaced_by:
            former.update(replaced_by=held.replaced_by)
            return
        for row in former.filter(state="understood", forgotten=False):
            give_back(row.root, row.pk)
        former.filter(state="understood", told=0, forgotten=False).update(state="received", settled_at=None)
        former.filter(state="understood", forgotten=False).update(state="received")
        former.update(replaced_by="")


def as_ever(held: Submission) -> AbstractContextManager[None]:
    """What belongs to a submission is written as ever, also where it lies in no area."""
    return nullcontext() if held.area_code else over_all_areas()


def _own(rows: QuerySet[Submission], by: Viewer) -> Submission | None:
    with over_all_areas():
        return rows.filter(by_key=by.key).first()


def _taken_part(rows: QuerySet[Submission], by: Viewer) -> Submission | None:
    """The one whose chain of corrections holds something that the sender sent."""
    with over_all_areas():
        return rows.filter(Exists(Submission.objects.filter(root=OuterRef("root"), by_key=by.key))).first()
