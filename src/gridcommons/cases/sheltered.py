"""Cases of a reporter under threat: of what lies in a home its place is put away, and no pin of theirs is public.

A matter in public space or at work keeps where it is for those who handle it, since that is no home. Its public pin
goes where the person's own account reported it. A phone proves nothing: anybody could report by another's, and watch
whether the pin goes, or the place on the page of their code; so neither is there to be watched.
Called inside the deeds of the shield.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.publishing import unpin
from gridcommons.matters.queries import matters_as_of
from gridcommons.notices.outbox import enqueue
from gridcommons.people.homes.sheltering import Threatened, puts_away, tells


@dataclass(frozen=True)
class _Own:
    """A case of theirs: whether it may lie in their home, and whether their own account reported it."""

    case: Case
    is_home: bool
    by_account: bool

    @property
    def has_place(self) -> bool:
        return self.is_home and (self.case.address != "" or self.case.lon is not None)


def away(who: Threatened) -> dict[str, list[Any]]:
    """Put the places away; returns them by case."""
    held: dict[str, list[Any]] = {}
    for one in _own(Case.objects.select_for_update(), who):
        case = one.case
        if one.by_account:
            unpin(case)
        if not one.has_place:
            continue
        held[str(case.pk)] = [case.address, case.lon, case.lat]
        case.address, case.lon, case.lat = "", None, None
        case.save(update_fields=["address", "lon", "lat"])
    return held


def left(who: Threatened) -> bool:
    """Whether a place or a public pin of theirs still stands."""
    own = list(_own(Case.objects.all(), who))
    mine = [one.case.number for one in own if one.by_account]
    pinned = PublicCase.objects.filter(number__in=mine, lon__isnull=False)
    return any(one.has_place for one in own) or (bool(mine) and pinned.exists())


def _own(rows: QuerySet[Case], who: Threatened) -> Iterator[_Own]:
    """Their cases, by their accounts and by their phones."""
    own = Q(contact_id__in=list(who.contacts))
    if who.accounts:
        own |= Q(parties__overlap=list(who.accounts))
    cases = list(rows.filter(own).order_by("pk"))
    matters = matters_as_of({(case.edition, case.matter_key) for case in cases}) if cases else {}
    for case in cases:
        place = matters[case.edition, case.matter_key].place
        yield _Own(case, place.may_be_home, not set(who.accounts).isdisjoint(case.parties))


def back(held: Mapping[str, Any]) -> dict[str, Any]:
    """Put them back; what somebody wrote meanwhile, or may no longer be kept, stays as it is."""
    seen = {str(case.pk): case for case in Case.objects.select_for_update().filter(pk__in=list(held))}
    for key, case in seen.items():
        if not case.address and case.lon is None and case.text:
            case.address, case.lon, case.lat = held[key]
            case.save(update_fields=["address", "lon", "lat"])
    return {key: was for key, was in held.items() if key not in seen}


@tells
def tell_handed(accounts: Collection[str], at: datetime) -> None:
    """Tell a person in their private login, and nowhere else, that another officer answers for them now."""
    for one in accounts:
        enqueue(
            to=one, channel="inside", text_key="shield.handed", facts={}, language="zh-hans", area_code="", at=at,
            private=True,
        )  # fmt: skip


puts_away("cases", away=away, back=back, left=left)
