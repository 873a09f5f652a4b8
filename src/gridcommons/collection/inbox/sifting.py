"""Which submissions a table of answers shows, and in which order: conditions on when one came, changed, was reviewed.

A submission is a chain: the first one sent and whatever corrected it. It came when the first one came. Called in looks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Extract, Greatest
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from gridcommons.collection.inbox.models import Attachment, Paper, Submission

FIELDS: Final[Mapping[str, str]] = {"submissionDate": "came_at", "updatedAt": "changed_at", "reviewState": "reviewed"}
"""What conditions and orders may name, with the column behind it."""
UNITS: Final = ("year", "month", "day", "hour", "minute", "second")


@dataclass(frozen=True)
class Named:
    """One of `FIELDS`."""

    name: str


@dataclass(frozen=True)
class Part:
    """A part of a moment in UTC, one of `UNITS`."""

    unit: str
    of: Named | Plain


@dataclass(frozen=True)
class Plain:
    """A value that stands in the condition itself."""

    value: datetime | str | float | None


Operand = Named | Part | Plain


@dataclass(frozen=True)
class Compared:
    """`how`: eq, ne, lt, le, gt or ge."""

    left: Operand
    how: str
    right: Operand


@dataclass(frozen=True)
class Joined:
    """All of them, or any of them."""

    every: bool
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Denied:
    """Not this."""

    condition: Condition


Condition = Compared | Joined | Denied
_COMPARE: Final = {
    "eq": Exact, "lt": LessThan, "le": LessThanOrEqual, "gt": GreaterThan, "ge": GreaterThanOrEqual,
}  # fmt: skip


Mark = datetime | str | None


@dataclass(frozen=True)
class After:
    """Where a page begins: behind the row with these values of what is sorted by, and this id.

    `items`: where those of a repeat are wanted, the page begins in this very row, behind so many of them; 0: behind it.
    """

    marks: tuple[Mark, ...]
    id: UUID
    items: int = 0


@dataclass(frozen=True)
class Span:
    """The submissions that hold a page of a repeat's items, in order.

    `skip`: so many items of the first one belong to the page before; `upto`: so many of the last one have been given
    by the end of this page, 0 if all.
    """

    chosen: tuple[UUID, ...]
    skip: int
    upto: int
    is_last: bool


@dataclass(frozen=True)
class Sift:
    """`order`: names of `FIELDS`, each with whether it descends. `until`: what came later is left out."""

    condition: Condition | None = None
    order: tuple[tuple[str, bool], ...] = ()
    until: datetime | None = None
    repeat: str = ""
    """The path of a repeat whose items are wanted in place of submissions."""
    after: After | None = None

    @property
    def sorting(self) -> tuple[tuple[str, bool], ...]:
        """What rows are sorted by: the newest first where nothing is asked for."""
        return self.order or (("submissionDate", True),)

    def behind(self, marks: Mapping[str, Mark], row: UUID, items: int = 0) -> Sift:
        """The same from behind a row on, by what it shows of `FIELDS`: no row is counted off to get there."""
        return replace(self, after=After(tuple(marks[name] for name, _down in self.sorting), row, items))


def told(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """The rows with what a chain of corrections says of each: when it came and changed, how it was reviewed.

    An answer that was erased is a change: whoever keeps a copy by what changed since takes the emptied one.
    """
    first = Submission.objects.filter(instance_id=OuterRef("root")).values("received_at")[:1]
    papers = Paper.objects.filter(submission=OuterRef("pk"), number__gt=0).order_by().values("submission")
    edited = Q(root=F("instance_id"))
    return rows.annotate(
        came_at=Case(When(edited, then=F("received_at")), default=Coalesce(Subquery(first), F("received_at"))),
        edited_at=Greatest(
            Case(When(edited, then=None), default=F("received_at"), output_field=DateTimeField()),
            Subquery(papers.annotate(last=Max("at")).values("last")),
        ),
        changed_at=Greatest(F("edited_at"), F("review__at"), F("erased_at")),
        reviewed=_reviewed(),
    )


def _reviewed() -> Case:
    """How a submission stands with those who analyse: what holds it first, then a review later than the last edit."""
    is_latest = Q(review__isnull=False) & (Q(edited_at__isnull=True) | Q(review__at__gte=F("edited_at")))
    return Case(
        When(state="held", then=Value("hasIssues")), When(state="aside", then=Value("rejected")),
        When(is_latest, then=F("review__state")), When(edited_at__isnull=False, then=Value("edited")),
        default=Value(""), output_field=CharField(),
    )  # fmt: skip


def numbered(rows: QuerySet[Submission]) -> QuerySet[Any]:
    """The rows with what a chain says of each, how often it was edited and how many pictures came with it."""
    chain = Submission.objects.filter(root=OuterRef("root")).order_by().values("root").annotate(n=Count("pk"))
    papers = Paper.objects.filter(submission=OuterRef("pk"), number__gt=0).order_by().values("submission")
    seen = Attachment.objects.filter(submission=OuterRef("pk"), submission__empty_by__isnull=True)
    pictures = seen.order_by().values("submission")
    found: QuerySet[Any] = told(rows).annotate(
        edits=Coalesce(Subquery(chain.values("n")), 1)
        + Coalesce(Subquery(papers.annotate(n=Count("pk")).values("n")), 0)
        - 1,
        pictures_there=Coalesce(Subquery(pictures.annotate(n=Count("pk")).values("n")), 0),
    )
    return found


def sifted(rows: QuerySet[Submission], sift: Sift) -> QuerySet[Any]:
    """The rows that a condition leaves, in order; the newest first where none is asked for."""
    found: QuerySet[Any] = told(rows)
    if sift.condition is not None:
        found = found.filter(_q(sift.condition))
    if sift.until is not None:
        found = found.filter(came_at__lte=sift.until)
    order = sift.sorting
    last_down = order[-1][1]
    if sift.after is not None:
        found = found.filter(_behind(sift.after, order))
    keys = [F(FIELDS[name]).desc(nulls_last=True) if down else F(FIELDS[name]).asc() for name, down in order]
    return found.order_by(*keys, "-id" if last_down else "id")


def _behind(after: After, order: Sequence[tuple[str, bool]]) -> Q:
    """Rows that stand behind a row: alike in the first keys and later in the next one; nothing stands last."""
    found, alike = Q(), Q()
    for (name, down), mark in zip(order, after.marks, strict=True):
        column = FIELDS[name]
        if mark is not None:
            found |= alike & (Q(**{f"{column}__{'lt' if down else 'gt'}": mark}) | Q(**{f"{column}__isnull": True}))
        alike &= Q(**{column: mark}) if mark is not None else Q(**{f"{column}__isnull": True})
    way = ("lt" if order[-1][1] else "gt") + ("e" if after.items else "")
    return found | alike & Q(**{f"id__{way}": after.id})


def counted(rows: QuerySet[Submission], sift: Sift) -> int:
    """How many there are of all, wherever a page begins: submissions, or the items of a repeat."""
    found = sifted(rows, replace(sift, after=None)).order_by()
    return (found.aggregate(n=Sum(_items(sift.repeat)))["n"] or 0) if sift.repeat else found.count()


def spanned(rows: QuerySet[Any], sift: Sift, first: int, most: int) -> Span:
    """Where the items of a page lie, `first` of them left out.

    Items are counted in the next rows alone, as many as fill a page with one each; in all only where these do not.
    """
    enough = first + most + 2
    near = list(rows.values_list("pk", flat=True)[:enough])
    each = dict(_counting(Submission.objects.filter(pk__in=near), sift).values_list("pk", "items"))
    found = [(pk, each[pk]) for pk in near if pk in each]
    given = sift.after.items if sift.after is not None else 0
    if len(near) == enough and sum(each.values()) <= first + given + most:
        found = list(_counting(rows, sift).values_list("pk", "items")[:enough])
    if sift.after is not None and found and found[0][0] == sift.after.id:
        first += min(given, found[0][1])
    return _span(found, first, most)


def _counting(rows: QuerySet[Any], sift: Sift) -> QuerySet[Any]:
    """The rows that have items, with how many."""
    found: QuerySet[Any] = rows.annotate(items=_items(sift.repeat))
    return found.filter(items__gt=0)


def _span(found: Sequence[tuple[UUID, int]], first: int, most: int) -> Span:
    chosen: list[UUID] = []
    before = skip = upto = 0
    for pk, number in found:
        if before + number > first and before < first + most:
            skip = skip if chosen else max(first - before, 0)
            upto = first + most - before if before + number > first + most else 0
            chosen.append(pk)
        before += number
    return Span(tuple(chosen), skip, upto, before <= first + most)


def _items(repeat: str) -> Func:
    """How many items of a repeat a submission has, wherever the repeat stands."""
    path = "$" + "".join(f".{json.dumps(name)}[*]" for name in repeat.split("/"))
    return Func(
        F("answered__values"), Value(path), output_field=IntegerField(),
        template="jsonb_array_length(jsonb_path_query_array(%(expressions)s::jsonpath))",
    )  # fmt: skip


def _q(condition: Condition) -> Q:
    if isinstance(condition, Denied):
        return ~_q(condition.condition)
    if isinstance(condition, Joined):
        found = Q()
        for one in condition.conditions:
            found = found & _q(one) if condition.every else found | _q(one)
        return found
    return _compared(condition)


def _compared(one: Compared) -> Q:
    """A comparison that is true or false and never unknown: nothing equals nothing, and is unequal to all else."""
    if one.how == "ne":
        return ~_compared(Compared(one.left, "eq", one.right))
    left, right = _expression(one.left), _expression(one.right)
    if one.how == "eq" and Plain(None) in {one.left, one.right}:
        return Q(IsNull(left if one.right == Plain(None) else right, True))
    known = Q(IsNull(left, False)) & Q(IsNull(right, False))
    return known & Q(_COMPARE[one.how](left, right))


def _expression(one: Operand) -> Combinable:
    if isinstance(one, Named):
        return F(FIELDS[one.name])
    if isinstance(one, Part):
        return Extract(_expression(one.of), one.unit, tzinfo=UTC)
    if isinstance(one.value, datetime):
        return Value(one.value, output_field=DateTimeField())
    return Value(one.value, output_field=CharField() if isinstance(one.value, str) else None)
