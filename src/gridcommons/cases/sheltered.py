"""Cases of a reporter under threat: no pin of theirs is public, and of what lies in a home its place is put away.

A matter in public space or at work keeps where it is, since that is no home. Called inside the deeds of the shield.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.publishing import unpin
from gridcommons.matters.queries import matters_as_of
from gridcommons.notices.outbox import enqueue
from gridcommons.people.homes.sheltering import Threatened, puts_away, tells

_NO_HOME: Final = frozenset({"public_space", "workplace"})


def away(who: Threatened) -> dict[str, list[Any]]:
    """Put the places away; returns them by case."""
    held: dict[str, list[Any]] = {}
    for case, is_home in _own(who):
        unpin(case)
        if not is_home or (not case.address and case.lon is None):
            continue
        held[str(case.pk)] = [case.address, case.lon, case.lat]
        case.address, case.lon, case.lat = "", None, None
        case.save(update_fields=["address", "lon", "lat"])
    return held


def left(who: Threatened) -> bool:
    """Whether a place or a public pin of theirs still stands."""
    own = list(_own(who))
    pinned = PublicCase.objects.filter(number__in=[case.number for case, _home in own], lon__isnull=False)
    return pinned.exists() or any(is_home and (case.address or case.lon is not None) for case, is_home in own)


def _own(who: Threatened) -> Iterator[tuple[Case, bool]]:
    """Their cases, each with whether it may lie in their home."""
    own = Q(contact_id__in=list(who.contacts)) | Q(parties__overlap=list(who.accounts))
    cases = list(Case.objects.select_for_update().filter(own).order_by("pk"))
    matters = matters_as_of({(case.edition, case.matter_key) for case in cases})
    yield from ((case, matters[case.edition, case.matter_key].place not in _NO_HOME) for case in cases)


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
