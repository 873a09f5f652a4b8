"""Papers about the home of a person under threat: they lie in no area, and only who may come to the person reads them.

What was sent from the field says who lives there, in what state, how they are reached. What it caused (visits, facts of
the household) names nobody and stays. Called inside the deeds of the shield and of `homes.shelter`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from django.db.models import F, Func, IntegerField, Q, Value

from gridcommons.access.scope import covered, lying_in
from gridcommons.collection.inbox.models import Paper, Submission
from gridcommons.people.homes.sheltering import Threatened, puts_away

_COUNT: Final = IntegerField()
_UNREAD: Final = ("held", "aside")
"""States in which the paper alone says whom it is about. What was just received is read first."""


def _open(who: Threatened) -> Iterator[Submission]:
    """Papers that name one of the homes and lie in an area still."""
    if not who.homes:
        return
    there = Submission.objects.filter(lying_in("area_code", who.areas)).exclude(area_code="").exclude(state="received")
    said = Q(pk__in=())
    for home in map(str, who.homes):
        unread = there.filter(state__in=_UNREAD, answered__isnull=True).values("pk")
        names = Func(Value(home.encode()), F("content"), function="position", arg_joiner=" IN ", output_field=_COUNT)
        papers = Paper.objects.filter(submission__in=unread).annotate(at_byte=names).filter(at_byte__gt=0)
        said |= Q(answered__values__icontains=home) | Q(pk__in=papers.values("submission_id"))
    yield from there.filter(said).order_by("pk")


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
    """Put them back where they lay."""
    reached = covered({area for area, _parties in held.values()})
    mine = [key for key, (area, _parties) in held.items() if area in reached]
    for row in Submission.objects.filter(pk__in=mine, area_code=""):
        row.area_code, row.parties = held[str(row.pk)]
        row.save(update_fields=["area_code", "parties"])
    return {key: was for key, was in held.items() if key not in mine}


def hand(held: Mapping[str, Any], keys: Collection[str]) -> None:
    """From now on these come to them."""
    for row in Submission.objects.filter(pk__in=list(held), area_code=""):
        row.parties = list(keys)
        row.save(update_fields=["parties"])


puts_away("inbox", away=away, back=back, left=left, hand=hand)
