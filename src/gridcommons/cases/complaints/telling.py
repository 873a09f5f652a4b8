"""Who is told of a complaint: single persons by their own key, in words that say nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.identify import staff_with_role
from gridcommons.notices.outbox import enqueue

_ASKED: Final = ("supervisor", "dispatcher", "handler")


def tell_reviewers(office_id: UUID, barred: Iterable[str], key: str, at: datetime) -> None:
    """A notice to everybody who reviews for an office; never to the office as such, whose other staff would see it."""
    _tell(_staff(("reviewer",), office_id, barred, at), key, at)


def tell_asked(asked: Iterable[str], at: datetime) -> None:
    """A notice to those who may answer a question."""
    _tell(asked, "complaint.question", at)


def may_answer(office_id: UUID, barred: Iterable[str], at: datetime) -> list[str]:
    """Those of an office who may answer a question, but for those whom it concerns; their colleagues see none of it."""
    return _staff(_ASKED, office_id, barred, at)


def _staff(roles: Iterable[str], office_id: UUID, barred: Iterable[str], at: datetime) -> list[str]:
    kept = set(barred)
    found = {
        viewer.key
        for role in roles
        for viewer, grant, _office in staff_with_role(role, at)
        if grant.office_id == office_id
    }
    return sorted(found - kept)


def _tell(told: Iterable[str], key: str, at: datetime) -> None:
    for one in told:
        enqueue(to=one, channel="inside", text_key=key, facts={}, language="zh-hans", area_code="", at=at)
