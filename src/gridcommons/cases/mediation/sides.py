"""The two sides of a mediation and what follows from what they say; called inside the deeds of `actions`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.codes import digest_of
from gridcommons.cases.mediation.keys import CLOCK, DRAWER, side_key
from gridcommons.cases.mediation.models import Mediation, Meeting, Promise, Replaced, Side
from gridcommons.cases.mediation.opening import SHORT
from gridcommons.cases.mediation.rules import OTHER_VERSION, UNKNOWN, Promised, after_consent, all_agreed
from gridcommons.cases.mediation.telling import tell, tell_party
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7

NOT_SAID: Final[Mapping[str, Any]] = MappingProxyType({
    "consent": "", "consent_how": "", "consent_at": None, "agreed_version": None, "agreed_how": "", "agreed_at": None,
    "present_sealed": None,
})  # fmt: skip
"""A side that has neither consented nor agreed."""


def sides_of(row: Mediation) -> list[Side]:
    """Both sides, the first party first."""
    return list(Side.objects.filter(mediation=row).order_by("letter"))


def side_held(row: Mediation, by: Viewer) -> Side:
    """The side whose code the viewer holds."""
    for side in sides_of(row):
        if side.code_digest is not None and f"side:{bytes(side.code_digest).hex()}" in by.parties:
            return side
    raise refuse(UNKNOWN)


def side_named(row: Mediation, letter: str) -> Side:
    """The side of a letter; refuses another."""
    side = Side.objects.filter(mediation=row, letter=letter).first()
    if side is None:
        raise refuse(UNKNOWN)
    return side


def swap_code(row: Mediation, side: Side, code: str) -> None:
    """Another code for a side: the one before opens nothing any more."""
    old = f"side:{bytes(side.code_digest).hex()}" if side.code_digest is not None else ""
    row.parties = [*(key for key in row.parties if key != old), side_key(code)]
    row.save(update_fields=["parties"])
    side.code_digest = digest_of(code)


def replace_code(row: Mediation, side: Side, by: Viewer, at: datetime) -> None:
    """The code of a side is about to be replaced by its mediator; nobody can do that unseen.

    What the side said by it is void, unless both have agreed already: an agreement is undone by no code. Both sides
    read that it was replaced, the party is told where it can be reached, and the code itself says so when entered.
    """
    if side.code_digest is None:
        return
    Replaced.objects.create(mediation=row, parties=[f"side:{bytes(side.code_digest).hex()}", CLOCK], at=at)
    if side.entered_at is None:
        return
    side.replaced_at = at
    if row.state != "agreed":
        for name, value in NOT_SAID.items():
            setattr(side, name, value)
        row.state = "invited"
        row.save(update_fields=["state"])
    tell_party(DRAWER.read_contact(side.contact_sealed, side.pk), "mediation.replaced", by, at)


def go_on(row: Mediation, at: datetime) -> Mediation:
    """Open it when both consent, end it when one does not; the mediator is told."""
    state, outcome = after_consent([side.consent for side in sides_of(row)])
    if state != "closed" and not row.mediator:
        state = "requested"
    row.state, row.outcome = state, outcome
    row.ended_at = at if state == "closed" else None
    row.talked = row.talked or state == "talking"
    row.save()
    tell(row.mediator, "mediation.news", at)
    return row


def sign(row: Mediation, side: Side, how: str, at: datetime) -> Mediation:
    """A side agrees to the text as it stands; with the other it is agreed."""
    if not row.version:
        raise refuse(OTHER_VERSION)
    side.agreed_version, side.agreed_how, side.agreed_at = row.version, how, at
    side.save()
    if all_agreed([one.agreed_version for one in sides_of(row)], row.version):
        row.state, row.agreed_at = "agreed", at
        row.save(update_fields=["state", "agreed_at"])
    tell(row.mediator, "mediation.news", at)
    return row


def note_kept(row: Mediation, promise_id: UUID, kept: bool, who: str, at: datetime) -> Mediation:
    """Write down whether a promise was kept, and who says so."""
    promise = Promise.objects.filter(pk=promise_id, mediation=row).first()
    if promise is None:
        raise refuse(UNKNOWN)
    promise.kept, promise.told_by, promise.told_at = kept, who, at
    promise.save(update_fields=["kept", "told_by", "told_at"])
    return row


def promise_of(row: Mediation, one: Promised) -> Promise:
    """A promise as a row, its words sealed."""
    new = uuid7()
    what = DRAWER.shut(clean_text(one.what, limit=SHORT), new, "what") or b""
    return Promise(id=new, mediation=row, version=row.version, due_date=one.due, who=one.who, what_sealed=what)


def lay_bare(ids: Sequence[UUID]) -> None:
    """Destroy all of mediations but kind, place and day, which are still to be counted; nobody sees those."""
    for held in (Side, Meeting, Promise, Replaced):
        held.objects.filter(mediation__in=ids).delete()
    Mediation.objects.filter(pk__in=ids).update(
        words_sealed=None, agreement_sealed=None, mediator="", declared_at=None, parties=[CLOCK], barred=[],
    )  # fmt: skip
