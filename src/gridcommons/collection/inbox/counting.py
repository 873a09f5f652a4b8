"""How many forms stand how, and which one corrects, within a viewer's scope: beside lists. No row comes up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, Count, F, Func, Min

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.queries import Wanted, rows_of


def counts(*, viewer: Viewer, at: datetime, form_key: str = "") -> dict[str, int]:
    """How many submissions stand in each state, within the viewer's scope; no row comes up."""
    with viewing(viewer, at):
        rows = rows_of(Wanted(form_key=form_key)).filter(empty_by__isnull=True)
        return dict(rows.order_by().values_list("state").annotate(n=Count("id")))


@dataclass(frozen=True)
class ToEmpty:
    """How many forms are to be emptied by hand, and by which day the first of them is."""

    number: int
    first: date | None


def to_empty(*, viewer: Viewer, at: datetime) -> ToEmpty:
    """What waits to be emptied within the viewer's scope; no row comes up."""
    with viewing(viewer, at):
        found = Submission.objects.filter(empty_by__isnull=False).aggregate(n=Count("pk"), first=Min("empty_by"))
        return ToEmpty(found["n"], found["first"])


def corrected_by(submission_id: UUID, root: str, *, viewer: Viewer, at: datetime) -> tuple[UUID, ...]:
    """What a form corrects, directly or through others, as far as the viewer sees it, the newest first: ids alone."""
    with viewing(viewer, at):
        former = Submission.objects.filter(root=root, pk__lt=submission_id).exclude(state="aside").order_by("-id")
        return tuple(former.values_list("pk", flat=True))


def counts_by_form(*, viewer: Viewer, at: datetime, state: str = "", waits: bool = False) -> dict[str, int]:
    """How many submissions there are of each form in a state, within the viewer's scope; no row comes up."""
    with viewing(viewer, at):
        rows = rows_of(Wanted(state=state, waits=waits)).order_by("form_key")
        return dict(rows.values_list("form_key").annotate(n=Count("id")))


def counts_by_reason(*, viewer: Viewer, at: datetime, form_key: str = "") -> dict[str, int]:
    """How many held submissions each reason holds, within the viewer's scope; one with two reasons counts for both."""
    each = Func(F("reasons"), template="jsonb_array_elements(%(expressions)s)->>0", output_field=CharField())
    with viewing(viewer, at):
        held = rows_of(Wanted(state="held", form_key=form_key)).order_by().annotate(code=each)
        return dict(held.values_list("code").annotate(n=Count("id", distinct=True)).order_by("-n", "code"))
