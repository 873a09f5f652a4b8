"""Writes of notices: delivery and reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import received_by

Send = Callable[[Notice], None]
NOTICE_LIFE: Final = timedelta(days=30)
"""How long a notice is kept (`Retention.BRIEF`); what it told stands in the case."""

NO_NOTICE = refusal_kind(
    "notices.no_such",
    status=404,
    zh="没有这条通知。",
    en="There is no such notice.",
)


@deed("notices.deliver")
def deliver_waiting(
    *, send: Send, limit: int = 200, by: Viewer, at: datetime, purpose: str = "operation"
) -> list[Notice]:
    """Hand waiting notices to their channel; a failure, whatever it is, is kept with its reason and stops no other."""
    waiting = list(
        Notice.objects.select_for_update(skip_locked=True).filter(state="waiting").order_by("created_at")[:limit]
    )
    for notice in waiting:
        try:
            with transaction.atomic():
                send(notice)
        except Exception as error:  # noqa: BLE001 - one that is let through would hold up everybody's notices for good
            notice.state, notice.failure = "failed", (str(error) or type(error).__name__)[:200]
        else:
            notice.state, notice.delivered_at = "delivered", at
        notice.save(update_fields=["channel", "state", "delivered_at", "failure"])
    return waiting


def _to_me(facts: Mapping[str, Any]) -> Place:
    """A notice that stands in the viewer's inbox; any other is not there."""
    if not Notice.objects.filter(received_by(facts["by"], facts["at"]), pk=facts["notice_id"]).exists():
        raise refuse(NO_NOTICE)
    return Place()


@deed("notices.read", on=_to_me)
def mark_read(*, notice_id: UUID, by: Viewer, at: datetime, purpose: str = "own_case") -> Notice:
    """The receiver has read it."""
    notice = Notice.objects.get(pk=notice_id)
    notice.read_at = notice.read_at or at
    notice.save(update_fields=["read_at"])
    return notice


@deed("notices.forget")
def forget_notices(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[UUID]:
    """Delete notices 30 days after they were made, whether they arrived or not; returns which."""
    old = list(Notice.objects.filter(created_at__lte=at - NOTICE_LIFE).values_list("pk", flat=True))
    Notice.objects.filter(pk__in=old).delete()
    return old
