"""Who is told of a mediation: its mediator by their own key, a party in neutral words; nothing is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.mediation.desks import Serving, serving
from gridcommons.cases.mediation.policy import policy
from gridcommons.notices.outbox import enqueue
from gridcommons.people.actions import keep_contact
from gridcommons.people.contacts import Contact


def tell_office(office_id: UUID, barred: Iterable[str], at: datetime, held: Serving | None = None) -> None:
    """A notice to every mediator of an office who may take a mediation on."""
    for one in (held or serving(at)).takers(office_id, barred):
        tell(one, "mediation.to_take", at)


def tell(to: str, key: str, at: datetime) -> None:
    """A notice to one mediator; none where nobody has taken it on."""
    if to:
        enqueue(to=to, channel="inside", text_key=key, facts={}, language="zh-hans", area_code="", at=at)


def tell_party(contact: Contact, key: str, by: Viewer, at: datetime) -> None:
    """A party of what concerns it, in neutral words; for a month its contact lies where no office finds it."""
    if contact.is_empty:
        return
    kept = keep_contact(
        contact=contact, area_code="", parties=[], language="zh-hans", share_with_handler=False, by=by, at=at,
        forget_at=at + policy().kept_untalked,
    )  # fmt: skip
    enqueue(
        to=f"contact:{kept}", channel="sms", text_key=key, facts={}, language="zh-hans", area_code="",
        at=at, private=True,
    )  # fmt: skip
