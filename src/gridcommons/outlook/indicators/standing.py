"""How the figures of a period stand: since when, since which areas, what was asked, and what they were before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.outlook.indicators.models import CountedTerm, Recount
from gridcommons.outlook.indicators.queries import counted_terms
from gridcommons.outlook.indicators.terms import FORMER, Term, standing, term_of
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.reorganising.queries import last_switch


@dataclass(frozen=True)
class RecountFacts:
    """A recount as pages need it. `changed`: whether the figures came out otherwise; None while it waits."""

    id: UUID
    term: Term
    area_code: str
    reason: str
    asked_at: datetime
    done_at: datetime | None
    changed: bool | None


@dataclass(frozen=True)
class FormerFacts:
    """A former count of a week or month: since when it stood, and until when."""

    term: Term
    number: int
    since: datetime
    until: datetime
    version: str


@dataclass(frozen=True)
class Stand:
    """How a period's figures stand. `published_on`: None where each night counts them anew, or nothing was counted.

    `redrawn_on`: when areas were redrawn since they were counted. `may_be_asked`: whether a recount makes sense now.
    """

    published_on: date | None
    redrawn_on: date | None
    recounts: tuple[RecountFacts, ...] = ()
    formers: tuple[FormerFacts, ...] = ()

    @property
    def waiting(self) -> RecountFacts | None:
        """The recount that waits."""
        return next((one for one in self.recounts if one.done_at is None), None)

    @property
    def may_be_asked(self) -> bool:
        """Whether figures stand, and nobody has asked for a recount of them yet."""
        return self.published_on is not None and self.waiting is None


def stand_of(term: Term, at: datetime) -> Stand:
    """Since when the figures of a period stand, for everybody: without what was asked and what they were."""
    held = counted_terms(term.parts)
    kept = [held[part.key] for part in standing(term, local_day(at, ZONE)) if part.key in held]
    switched = last_switch()
    is_old = switched is not None and any(row.counted_at < switched for row in held.values())
    published = max((row.changed_at for row in kept), default=None)
    return Stand(
        local_day(published, ZONE) if published else None, local_day(switched, ZONE) if switched and is_old else None
    )


def whole_stand_of(term: Term, *, viewer: Viewer, at: datetime) -> Stand:
    """How the figures of a period stand, for members of staff."""
    require_staff(viewer, at)
    plain = stand_of(term, at)
    return Stand(plain.published_on, plain.redrawn_on, tuple(_recounts(term)), tuple(_formers(term)))


def waiting_recounts() -> list[RecountFacts]:
    """The recounts that wait, the oldest first."""
    return [_facts(row) for row in Recount.objects.filter(done_at__isnull=True).order_by("asked_at")]


def _facts(row: Recount) -> RecountFacts:
    return RecountFacts(row.pk, term_of(row.term), row.area_code, row.reason, row.asked_at, row.done_at, row.changed)


def _recounts(term: Term) -> Iterable[RecountFacts]:
    """Those of the period, of its months, and of the quarter or year that holds it; the latest first."""
    for row in Recount.objects.order_by("-asked_at", "-pk"):
        found = _facts(row)
        if set(found.term.parts) & set(term.parts):
            yield found


def _formers(term: Term) -> Iterable[FormerFacts]:
    """The former counts of its weeks or months, in order: each stood until the next one took its place."""
    for key in term.parts:
        rows = list(CountedTerm.objects.filter(term__startswith=f"{key}{FORMER}").order_by("changed_at"))
        now = CountedTerm.objects.filter(pk=key).first()
        for row, after in pairwise([*rows, *([now] if now else [])]):
            number = int(row.term.partition(FORMER)[2])
            yield FormerFacts(term_of(key), number, row.changed_at, after.changed_at, row.version)
