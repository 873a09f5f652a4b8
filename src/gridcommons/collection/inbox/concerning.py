"""Which forms are about a person's home, also those that caused nothing, and what lies beside them.

Called inside what is held of a person: forms lie in the areas of those who sent them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.households import lying
from gridcommons.collection.inbox.models import Answered, Paper, Remark, Submission
from gridcommons.collection.inbox.papers import Values, answers_of, tree_of
from gridcommons.collection.intake import household_chosen
from gridcommons.kit.codes import CHINA
from gridcommons.people.homes.own import homes_of
from gridcommons.people.rights.registry import Asker
from gridcommons.territory.succession import ZONE

_ALL: Final = Scope(pattern="^")
_UNREAD: Final = ("held", "aside")


def about_home(asker: Asker) -> set[UUID]:
    """The forms about the homes where the person lives and lived that came in their time there, read or not."""
    found: set[UUID] = set()
    for home, since, until in homes_of(asker.rows):
        came = Q(received_at__gte=_midnight(since)) & (Q(received_at__lt=_midnight(until)) if until else Q())
        with scoped(_ALL):
            rows = Submission.objects.filter(came, forgotten=False)
            found |= set(rows.filter(answered__household=home.hex).values_list("pk", flat=True))
            found |= {row.pk for row in _naming(home, rows) if _chooses(row, home)}
            found |= set(rows.filter(unemptied__household_id=home).values_list("pk", flat=True))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _naming(home: UUID, rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """What nobody could read, or was set aside, and names a home: sent from its county, or put away under a shield."""
    place = lying([home]).get(home)
    near = Q(area_code="") | (Q(area_code__startswith=CHINA.cut(place.now, "county")) if place else Q())
    return rows.filter(near, state__in=_UNREAD, mentions__household_id=home, empty_by__isnull=True)


def _chooses(row: Submission, home: UUID) -> bool:
    questions, content = one_version(row.version_id).questions, _last_paper(row)
    return household_chosen(answers_of(tree_of(content), questions).at, questions) == home


def _last_paper(row: Submission) -> bytes:
    return bytes(Paper.objects.filter(submission=row).order_by("-number").values_list("content", flat=True)[0])


def answers_kept(rows: Sequence[Submission]) -> dict[UUID, Any]:
    """What is kept of the answers of each: as it was understood, or as its paper says it where nobody could read it."""
    held: dict[UUID, Any] = dict(Answered.objects.filter(submission__in=rows).values_list("submission_id", "values"))
    unread = [row for row in rows if row.pk not in held and row.state in _UNREAD and row.empty_by is None]
    return held | dict(_unread_answers(unread))


def _unread_answers(rows: Sequence[Submission]) -> Iterator[tuple[UUID, Values]]:
    for row in rows:
        yield row.pk, answers_of(tree_of(_last_paper(row)), one_version(row.version_id).questions).values


def words_beside(rows: Sequence[Submission]) -> Counter[str]:
    """By the root of a chain how many remarks and reasons an office has written beside its forms."""
    remarks, reasons = _beside({row.root for row in rows})
    kept = remarks.exclude(body=""), reasons.exclude(reason="")
    return Counter(root for table in kept for root in table.values_list("submission__root", flat=True))


def words_gone(rows: Sequence[Submission]) -> set[str]:
    """The roots of the chains beside whose forms something was written that went with an answer."""
    remarks, reasons = _beside({row.root for row in rows if row.erased_at})
    gone = remarks.filter(body=""), reasons.filter(reason="")
    return {root for table in gone for root in table.values_list("submission__root", flat=True)}


def _beside(roots: set[str]) -> tuple[QuerySet[Remark], QuerySet[Paper]]:
    chain = {"submission__root__in": roots}
    return Remark.objects.filter(**chain), Paper.objects.filter(**chain, number__gt=0)
