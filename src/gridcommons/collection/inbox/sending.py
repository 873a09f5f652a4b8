"""What somebody sent before, found for them also where it was put away under a shield. Called inside deeds.

Else a phone that sends again, corrects, or brings a picture would be refused, and its worker would learn who is under
threat. Nothing of what is found so is shown: it is only taken in as ever.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import over_all_areas
from gridcommons.collection.forms.queries import VersionFacts
from gridcommons.collection.inbox.keeping import sender_areas
from gridcommons.collection.inbox.models import Paper, Remark, Submission
from gridcommons.collection.inbox.papers import Envelope
from gridcommons.collection.inbox.receiving import Sent
from gridcommons.collection.inbox.rules import NOT_CURRENT, OTHER_CONTENT, UNKNOWN
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


def keep_once(
    sent: Sent, version: VersionFacts, device_id: UUID | None, by: Viewer, at: datetime
) -> tuple[Submission, bool]:
    """The new row, or the one that another request wrote in the same moment."""
    if sent.as_kept:  # whoever sees it no more cannot take it in anew
        raise refuse(UNKNOWN)
    envelope = sent.envelope
    by_phone = device_id is not None
    former = corrected(envelope, by, by_phone=by_phone) if envelope.deprecated else None
    row = Submission(
        instance_id=envelope.instance_id, root=former.root if former else envelope.instance_id,
        form_key=version.form.key, version=version.version, version_id=version.id, sha256=sent.sha256,
        device_id=device_id, by_key=by.key, area_code=sender_areas(by, at)[0], parties=[by.key], received_at=at,
        state="received",
    )  # fmt: skip
    Submission.objects.bulk_create([row], ignore_conflicts=True)
    held = sent_before(envelope.instance_id, by, by_phone=by_phone)
    if held is None:  # somebody else's, behind the wall
        raise refuse(OTHER_CONTENT)
    if held.pk != row.pk:
        return held, False
    Paper.objects.create(submission=held, number=0, content=sent.xml, by_key=by.key, at=at)
    if former:
        replace(former, envelope.instance_id)
    return held, True


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
        for row in former.filter(state="understood"):
            give_back(row.root, row.pk)
        former.filter(state="understood", told=0, forgotten=False).update(state="received", settled_at=None)
        former.filter(state="understood", forgotten=False).update(state="received")
        former.update(replaced_by="")


def note_why(held: Submission, reason: str, by_key: str, at: datetime) -> None:
    """Why a form was set aside stands beside its words; where those are gone, as a remark."""
    last = Paper.objects.filter(submission=held).order_by("-number").first()
    if last is None:
        Remark.objects.create(submission=held, body=reason, by_key=by_key, at=at)
        return
    Paper.objects.create(
        submission=held, number=last.number + 1, content=bytes(last.content), by_key=by_key, at=at, reason=reason
    )


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
