"""A reporter's contact follows its case: where it lies, which office may know who reported, when it is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.people.models import ReporterContact
from gridcommons.territory.succession import along, place

_ALL: Final = Scope(pattern="^")
CONTACT_LIFE: Final = timedelta(days=90)
"""How long after the end of a case somebody may still have to call back."""


def follow_case(*, contact_id: UUID, area_code: str, office_party: str, ended_at: datetime | None) -> None:
    """Bring a contact to where its case is now; called inside the step's deed, whose ledger entry covers it.

    The office in charge becomes party only if the reporter agreed. Whoever may not see the contact changes nothing.
    """
    row = ReporterContact.objects.select_for_update().filter(pk=contact_id).first()
    if row is None:
        return
    row.forget_at = ended_at + CONTACT_LIFE if ended_at is not None else None
    if not row.area_code:  # of a person under threat: it lies nowhere, and no office has it
        row.save(update_fields=["forget_at"])
        return
    reporters = [party for party in row.parties if not party.startswith("office:")]
    row.parties = [*reporters, office_party] if office_party and row.share_with_handler else reporters
    row.area_code = area_code
    row.save(update_fields=["parties", "area_code", "forget_at"])


def lie_along(held: Mapping[UUID, str], at: datetime) -> None:
    """Place contacts of divided areas where their cases lie; called inside the deed that divides.

    `held`: by a contact's id the code by which its case is known to the lineage in force.
    """
    with scoped(_ALL):
        going = along(ReporterContact.objects.exclude(area_code=""), held)
    place(going, at)
