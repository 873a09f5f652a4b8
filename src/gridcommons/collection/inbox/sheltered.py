"""Papers about the home of a person under threat: they lie in no area, and only who may come to the person reads them.

What was sent from the field says who lives there, in what state, how they are reached. What it caused (visits, facts of
the household) names nobody and stays. Of a home where the person lived before go the papers of their time there and of
the weeks after it, in which it is told where they went; of all others those that name them or where they live now.
Called inside the deeds of the shield and of `homes.shelter`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Func, IntegerField, Q, Value
from django.db.models.lookups import GreaterThan

from gridcommons.access.scope import covered
from gridcommons.collection.inbox.models import Answered, Mention, Paper, Submission
from gridcommons.collection.inbox.rules import limits
from gridcommons.kit.clock import local_day
from gridcommons.people.homes.sheltering import Stay, Threatened, puts_away
from gridcommons.territory.succession import ZONE

_COUNT: Final = IntegerField()


@dataclass(frozen=True)
class _Found:
    """A paper that names a home and lies in an area still: its sender's, which need not be the home's."""

    home: UUID
    submission: UUID
    day: date
    waits: bool = False
    """To be emptied: nobody can say what it tells, so it goes as if it told."""


def _open(who: Threatened) -> Iterator[Submission]:
    """Papers that lead to the person and lie in an area still."""
    found = _naming({*who.homes, *(stay.household for stay in who.before)})
    theirs = {one.submission for one in found if one.home in who.homes or one.waits or _is_of(one, who.before)}
    theirs |= _telling({one.submission for one in found} - theirs, who.words)
    if theirs:
        yield from Submission.objects.filter(pk__in=theirs, forgotten=False).order_by("pk")


def _naming(homes: Collection[UUID]) -> list[_Found]:
    """By what the answers choose of those that were read, and by what was noted of all others."""
    if not homes:
        return []
    chose = Answered.objects.filter(household__in=[one.hex for one in homes]).exclude(submission__area_code="")
    named = Mention.objects.filter(household_id__in=list(homes)).exclude(submission__area_code="")
    facts = ("submission_id", "submission__received_at", "submission__empty_by")
    rows = [*chose.values_list("household", *facts), *named.values_list("household_id", *facts)]
    return [_Found(UUID(str(home)), paper, local_day(came, ZONE), bool(until)) for home, paper, came, until in rows]


def _is_of(one: _Found, before: Collection[Stay]) -> bool:
    """Whether a paper may tell of a person's time in a home, or of where they went: as late as a form may come."""
    late = timedelta(days=limits().late_days)
    return any(stay.household == one.home and stay.since <= one.day <= stay.until + late for stay in before)


def _telling(papers: Collection[UUID], words: Collection[str]) -> set[UUID]:
    """Those of these papers in which one of the words stands, as they were sent or corrected."""
    if not papers or not words:
        return set()
    said = reduce(or_, (Q(GreaterThan(_position(word), 0)) for word in words))
    return set(Paper.objects.filter(said, submission__in=papers).values_list("submission_id", flat=True))


def _position(word: str) -> Func:
    return Func(Value(word.encode()), F("content"), function="position", arg_joiner=" IN ", output_field=_COUNT)


def away(who: Threatened) -> dict[str, list[Any]]:
    """Put the papers away; returns where each lay and who could come to it."""
    held: dict[str, list[Any]] = {}
    for row in _open(who):
        held[str(row.pk)] = [row.area_code, list(row.parties)]
        row.area_code, row.parties = "", list(who.keys)
        row.save(update_fields=["area_code", "parties"])
    return held


def left(who: Threatened) -> bool:
    """Whether a paper that leads to the person lies in an area still."""
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
