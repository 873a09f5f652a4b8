"""Who is told of a mediation: its mediator, by their own key, in words that say nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gridcommons.access.identify import staff_with_role
from gridcommons.notices.outbox import enqueue


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
