"""Writes of merging: two rows joined by a deed with its reason, and parted again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse, worded
from gridcommons.kit.words import Words
from gridcommons.people.homes import places
from gridcommons.people.homes.doubles import traits_of
from gridcommons.people.homes.rules import person_key
from gridcommons.people.merging.models import Join
from gridcommons.people.merging.rules import NO_PAIR, NO_REASON, OTHER_PEOPLE, TOO_LATE, UNDONE, contradict
from gridcommons.people.rights.registry import Joining, join_all, part_all
from gridcommons.territory.succession import ZONE

_REASON: Final = 300
KEPT: Final = timedelta(days=730)
"""So long a join can be undone."""
KEPT_UNDONE: Final = timedelta(days=365)


def _of_kept(facts: Mapping[str, Any]) -> Place:
    return places.of_person({"person_id": facts["kept_id"]})


def _of_join(result: Join | Parted, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(result.kept_id), person_key(result.gone_id))


@deed("merging.join", on=_of_kept, subjects=_of_join)
def join(
    *, kept_id: UUID, gone_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service"
) -> Join:  # fmt: skip
    """Let one row stand for two of the same person; every part carries over what hangs on the other.

    Both have to be the viewer's to see: who is under threat is joined by the officer who answers for them alone.
    """
    if kept_id == gone_id:
        raise refuse(NO_PAIR)
    today = local_day(at, ZONE)
    places.lock_persons([kept_id, gone_id])
    if contradict(*traits_of([kept_id, gone_id], today)):
        raise refuse(OTHER_PEOPLE)
    said = _said(reason)
    changed = join_all(Joining(kept_id, gone_id, by, at, today))
    return Join.objects.create(
        kept_id=kept_id, gone_id=gone_id, reason=said, changed=changed, made_by=by.key, made_at=at
    )


def _said(reason: str) -> str:
    said = clean_text(reason, limit=_REASON)
    if not said:
        raise refuse(NO_REASON)
    return said


def _of_known(facts: Mapping[str, Any]) -> Place:
    return places.of_person({"person_id": _standing(facts["join_id"]).kept_id})


def _standing(join_id: UUID) -> Join:
    row = Join.objects.select_for_update().filter(pk=join_id, undone_at__isnull=True).first()
    if row is None:
        raise refuse(UNDONE)
    return row


@dataclass(frozen=True)
class Parted:
    """Two rows that stand by themselves again. `missing`: how many things of which part could not be put back.

    They were deleted in time, or at the person's own wish, since the join: they stay deleted.
    """

    kept_id: UUID
    gone_id: UUID
    missing: tuple[tuple[Words, int], ...] = ()


@deed("merging.undo", on=_of_known, subjects=_of_join)
def undo(*, join_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Parted:
    """Part two rows again, exactly as they were, as far as it is there still, and say what is not.

    Refused, with nothing changed, where later writes stand against it.
    """
    row, said = _standing(join_id), _said(reason)
    places.lock_persons([row.kept_id, row.gone_id])
    with transaction.atomic():
        found = part_all(Joining(row.kept_id, row.gone_id, by, at, local_day(at, ZONE)), row.changed)
        stuck = [name for name, number in found if number is None]
        if stuck:
            names = Words("、".join(one.zh for one in stuck), ", ".join(one.en for one in stuck))
            raise Refusal((worded(TOO_LATE, parts=names),))
    row.undone_why, row.undone_by, row.undone_at = said, by.key, at
    row.save(update_fields=["undone_why", "undone_by", "undone_at"])
    return Parted(row.kept_id, row.gone_id, tuple((name, number) for name, number in found if number))


@deed("merging.forget")
def forget_joins(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Delete the records of joins that are so old that nobody undoes them, and of those that were undone."""
    old = Q(made_at__lte=at - KEPT) | Q(undone_at__lte=at - KEPT_UNDONE)
    return Join.objects.filter(old).delete()[0]
