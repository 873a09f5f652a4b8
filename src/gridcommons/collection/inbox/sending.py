"""What somebody sent before, found for them also where it was put away under a shield. Called inside deeds.

Else a phone that sends again, corrects, or brings a picture would be refused, and its worker would learn who is under
threat. Nothing of what is found so is shown: it is only taken in as ever.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from django.db.models import QuerySet

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import over_all_areas
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.papers import Envelope
from gridcommons.collection.inbox.rules import NOT_CURRENT
from gridcommons.kit.errors import refuse


def sent_before(instance_id: str, by: Viewer) -> Submission | None:
    """The submission of an id, if the sender sees it or sent it themselves."""
    return _seen_or_own(Submission.objects.filter(instance_id=instance_id), by)


def corrected(envelope: Envelope, by: Viewer) -> Submission:
    """The submission that a new one corrects; refuses one that is not there, not current, or of another form."""
    rows = Submission.objects.select_for_update().filter(instance_id=envelope.deprecated, replaced_by="")
    former = _seen_or_own(rows.exclude(state="aside"), by)
    if former is None or former.form_key != envelope.form_key:
        raise refuse(NOT_CURRENT)
    return former


def replace(former: Submission, instance_id: str) -> None:
    """From now on the one of this id counts in place of what it corrects."""
    former.replaced_by = instance_id
    with as_ever(former):
        former.save(update_fields=["replaced_by"])


def bring_back(held: Submission) -> None:
    """What this one was to correct counts once more and is read again, also where whoever sets this aside sees none.

    Where a later one corrects this one, it corrects what this one was to correct.
    """
    with over_all_areas():
        former = Submission.objects.filter(replaced_by=held.instance_id)
        if held.replaced_by:
            former.update(replaced_by=held.replaced_by)
            return
        former.filter(state="understood", told=0, forgotten=False).update(state="received", settled_at=None)
        former.filter(state="understood", forgotten=False).update(state="received")
        former.update(replaced_by="")


def as_ever(held: Submission) -> AbstractContextManager[None]:
    """What belongs to a submission is written as ever, also where it lies in no area."""
    return nullcontext() if held.area_code else over_all_areas()


def _seen_or_own(rows: QuerySet[Submission], by: Viewer) -> Submission | None:
    found = rows.first()
    if found is not None:
        return found
    with over_all_areas():
        return rows.filter(by_key=by.key).first()
