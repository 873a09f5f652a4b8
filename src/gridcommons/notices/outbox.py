"""The outbox: a notice is written in the transaction of the deed it tells of, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gridcommons.notices.models import Notice


def enqueue(
    *, to: str, channel: str, text_key: str, facts: Mapping[str, str], language: str, area_code: str, at: datetime
) -> None:
    """Put a notice into the outbox; called inside the deed it tells of, whose ledger entry covers it."""
    Notice.objects.create(
        to=to, channel=channel, text_key=text_key, facts=dict(facts), language=language, area_code=area_code,
        parties=[to], created_at=at, state="delivered" if channel == "inside" else "waiting",
        delivered_at=at if channel == "inside" else None,
    )  # fmt: skip


def withdraw(*, to: str, text_key: str, case: str) -> None:
    """Take back the unread notices of a kind about a case, which asked for what is done already; inside a deed."""
    Notice.objects.filter(to=to, text_key=text_key, facts__case=case, read_at__isnull=True).delete()
