"""Papers about the home of a person under threat: they lie in no area, and only who may come to the person reads them.

What was sent from the field says who lives there, in what state, how they are reached. What it caused (visits, facts of
the household) names nobody and stays. Called inside the deeds of the shield and of `homes.shelter`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.lookups import GreaterThan

from gridcommons.access.scope import covered, lying_in
from gridcommons.collection.inbox.models import Answered, Paper, Submission
from gridcommons.people.homes.sheltering import Threatened, puts_away

_COUNT: Final = IntegerField()
_UNREAD: Final = ("held", "aside")
"""States in which the paper alone says whom it is about. What was just received is read first."""


def _open(who: Threatened) -> Iterator[Submission]:
    """Papers that name one of the homes and lie in an area still: their sender's, which need not be the home's."""
    if not who.homes:
        return
    there = Submission.objects.exclude(area_code="").exclude(state="received").filter(forgotten=False)
    found = {*_chose(who), *_name(who, there), *_mention(who, there)}
    yield from there.filter(pk__in=found).order_by("pk")


def _chose(who: Threatened) -> QuerySet[Answered, UUID]:
    """What was read and is about one of the homes, whoever sent it."""
    return Answered.objects.filter(household__in=[one.hex for one in who.homes]).values_list("submission_id", flat=True)


def _mention(who: Threatened, there: QuerySet[Submission]) -> QuerySet[Submission, UUID]:
    """What was read and names one of the homes beside another, as far as it lies in their own grids."""
    said = reduce(or_, (Q(answered__values__icontains=str(one)) for one in who.homes))
    return there.filter(lying_in("area_code", who.areas)).filter(said).values_list("pk", flat=True)


def _name(who: Threatened, there: QuerySet[Submission]) -> QuerySet[Paper, UUID]:
    """What nobody could read and names one of the homes."""
    unread = Paper.objects.filter(submission__in=there.filter(state__in=_UNREAD))
    named = reduce(or_, (Q(GreaterThan(_position(str(one)), 0)) for one in who.homes))
    return unread.filter(named).values_list("submission_id", flat=True)


def _position(name: str) -> Func:
    return Func(Value(name.encode()), F("content"), function="position", arg_joiner=" IN ", output_field=_COUNT)


def away(who: Threatened) -> dict[str, list[Any]]:
    """Put the papers away; returns where each lay and who could come to it."""
    held: dict[str, list[Any]] = {}
    for row in _open(who):
        held[str(row.pk)] = [row.area_code, list(row.parties)]
        row.area_code, row.parties = "", list(who.keys)
        row.save(update_fields=["area_code", "parties"])
    return held


def left(who: Threatened) -> bool:
    """Whether a paper about the home lies in an area still."""
    return next(_open(who), None) is not None


def back(held: Mapping[str, Any]) -> dict[str, Any]:
    """Put them back where they lay; one that was forgotten meanwhile is nobody's any more, and the program's to put."""
    reached, rest = covered({area for area, _parties in held.values()}), dict(held)
    mine = [key for key, (area, _parties) in held.items() if area in reached]
    for row in Submission.objects.filter(pk__in=mine, area_code=""):
        area, parties = rest.pop(str(row.pk))
        row.area_code, row.parties = area, [] if row.forgotten else parties
        row.save(update_fields=["area_code", "parties"])
    return rest


def hand(held: Mapping[str, Any], keys: Collection[str]) -> None:
    """From now on these come to them, as long as there is something to read."""
    for row in Submission.objects.filter(pk__in=list(held), area_code="", forgotten=False):
        row.parties = list(keys)
        row.save(update_fields=["parties"])


puts_away("inbox", away=away, back=back, left=left, hand=hand)
