"""A job over many cases: each in a transaction of its own; one that cannot be done now stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import structlog
from django.db.models import F, Q

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.asking import to_ask
from gridcommons.cases.models import Case
from gridcommons.cases.parking import to_review
from gridcommons.cases.raising import to_press, to_raise
from gridcommons.kit.errors import Refusal

_log = structlog.get_logger()


class OfOne(Protocol):
    """A deed of the program on one case."""

    def __call__(self, *, case_id: UUID, by: Viewer, at: datetime) -> Case:
        """The case afterwards."""


def to_follow(_at: datetime) -> list[UUID]:
    """Joined cases of which the one they are joined with stands elsewhere than they know."""
    moved = ~Q(lead_state=F("lead__state")) | Q(lead__lead__isnull=False)
    return list(Case.objects.filter(moved, state="merged").order_by("id").values_list("id", flat=True))


_DUE: Final[Mapping[str, Callable[[datetime], list[UUID]]]] = {
    "raise": to_raise, "press": to_press, "review": to_review, "ask": to_ask, "follow": to_follow,
}  # fmt: skip


def due_now(job: str, *, by: Viewer, at: datetime) -> list[UUID]:
    """The cases that a job has to do now."""
    with viewing(by, at):
        return _DUE[job](at)


def call_each(deed: OfOne, cases: Iterable[UUID], *, by: Viewer, at: datetime) -> int:
    """Do a deed on each case; what has become needless meanwhile is left out. Returns how many were done."""
    done = 0
    for case_id in cases:
        try:
            deed(case_id=case_id, by=by, at=at)
        except Refusal:  # somebody was faster
            continue
        except Exception as error:  # noqa: BLE001 - one case that breaks would hold up all others for good
            _log.error("case.job_fault", deed=getattr(deed, "__name__", ""), error=type(error).__name__)
            continue
        done += 1
    return done
