"""The number beside the inbox: how much in it is new. No notice is shown by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.notices.inboxes import EVERYTHING, Asked, filtered, received_by
from gridcommons.notices.models import Notice


@dataclass(frozen=True)
class Numbers:
    """How many notices an inbox holds as asked for, and how many of all are unread."""

    found: int
    unread: int


def _new_to(viewer: Viewer, at: datetime) -> QuerySet[Notice]:
    """What counts as unread, wherever a page says how much that is."""
    return Notice.objects.filter(received_by(viewer, at), channel="inside", read_at__isnull=True)


def how_many_new(*, viewer: Viewer, at: datetime) -> int:
    """How much is new in an inbox: the number beside the entry of the header and on the tabs of residents."""
    with viewing(viewer, at):
        return _new_to(viewer, at).count()


def with_others(
    *, viewer: Viewer, at: datetime, others: Mapping[str, Callable[[Viewer, datetime], int]]
) -> dict[str, int]:  # fmt: skip
    """How much is new under the empty name, and what else is counted for the header, all in one transaction."""
    with viewing(viewer, at):
        return {"": _new_to(viewer, at).count()} | {name: count(viewer, at) for name, count in others.items()}


def numbers(*, viewer: Viewer, at: datetime, asked: Asked = EVERYTHING) -> Numbers:
    """Counts of an inbox."""
    with viewing(viewer, at):
        mine = Notice.objects.filter(received_by(viewer, at), channel="inside")
        return Numbers(filtered(mine, asked).count(), _new_to(viewer, at).count())
