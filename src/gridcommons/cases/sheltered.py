"""Cases of a reporter under threat: no pin of theirs is public, and of what lies in a home its place is put away.

A matter in public space or at work keeps where it is, since that is no home. Called inside the deeds of the shield.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from gridcommons.cases.models import Case
from gridcommons.cases.publishing import unpin
from gridcommons.matters.queries import matters_as_of
from gridcommons.notices.outbox import enqueue
from gridcommons.people.homes.sheltering import puts_away, tells

_NO_HOME: Final = frozenset({"public_space", "workplace"})


def away(contacts: Collection[object], accounts: Collection[str]) -> dict[str, list[Any]]:
    """Put the places away; returns them by case."""
    own = Q(contact_id__in=list(contacts)) | Q(parties__overlap=list(accounts))
    cases = list(Case.objects.select_for_update().filter(own).order_by("pk"))
    matters = matters_as_of({(case.edition, case.matter_key) for case in cases})
    held: dict[str, list[Any]] = {}
    for case in cases:
        unpin(case)
        is_no_home = matters[case.edition, case.matter_key].place in _NO_HOME
        if is_no_home or (not case.address and case.lon is None):
            continue
        held[str(case.pk)] = [case.address, case.lon, case.lat]
        case.address, case.lon, case.lat = "", None, None
        case.save(update_fields=["address", "lon", "lat"])
    return held


def back(held: Mapping[str, Any]) -> None:
    """Put them back; what somebody wrote meanwhile, or may no longer be kept, stays as it is."""
    rows = Case.objects.select_for_update().filter(pk__in=list(held), address="", lon__isnull=True)
    for case in rows.exclude(text=""):
        case.address, case.lon, case.lat = held[str(case.pk)]
        case.save(update_fields=["address", "lon", "lat"])


@tells
def tell_handed(accounts: Collection[str], at: datetime) -> None:
    """Tell a person in their private login, and nowhere else, that another officer answers for them now."""
    for one in accounts:
        enqueue(
            to=one, channel="inside", text_key="shield.handed", facts={}, language="zh-hans", area_code="", at=at,
            private=True,
        )  # fmt: skip


puts_away("cases", away=away, back=back)
