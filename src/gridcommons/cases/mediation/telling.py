"""Who is told of a mediation: its mediator by their own key, a party whose code was replaced; nothing is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gridcommons.access.identify import staff_with_role
from gridcommons.access.rules import Viewer
from gridcommons.cases.mediation.policy import policy
from gridcommons.notices.outbox import enqueue
from gridcommons.people.actions import keep_contact
from gridcommons.people.contacts import Contact


def tell_office(office_id: UUID, barred: Iterable[str], at: datetime) -> None:
    """A notice to every mediator of an office who may take a mediation on."""
    kept = set(barred)
    told = {v.key for v, grant, _office in staff_with_role("mediator", at) if grant.office_id == office_id}
    for one in sorted(told - kept):
        tell(one, "mediation.to_take", at)


def tell(to: str, key: str, at: datetime) -> None:
    """A notice to one mediator; none where nobody has taken it on."""
    if to:
        enqueue(to=to, channel="inside", text_key=key, facts={}, language="zh-hans", area_code="", at=at)


def tell_replaced(contact: Contact, by: Viewer, at: datetime) -> None:
    """A party whose code was replaced, in neutral words; for a month its contact lies where no office finds it."""
    if contact.is_empty:
        return
    kept = keep_contact(
        contact=contact, area_code="", parties=[], language="zh-hans", share_with_handler=False, by=by, at=at,
        forget_at=at + policy().kept_untalked,
    )  # fmt: skip
    enqueue(
        to=f"contact:{kept}", channel="sms", text_key="mediation.replaced", facts={}, language="zh-hans", area_code="",
        at=at, private=True,
    )  # fmt: skip
