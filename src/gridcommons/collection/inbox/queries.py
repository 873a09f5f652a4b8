"""Reads of the inbox: lists, counts, one submission with all its papers, what was said as rows for analysis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import lying_in, viewing
from gridcommons.cases.storing import read
from gridcommons.collection.inbox.models import Answered, Attachment, Paper, Submission
from gridcommons.collection.inbox.rules import UNKNOWN
from gridcommons.kit.errors import Reason, refuse

PAGE: Final = 50


@dataclass(frozen=True)
class SubmissionLine:
    """A submission in a list: nothing of what it says."""

    id: UUID
    instance_id: str
    form_key: str
    version: str
    area_code: str
    by_key: str
    received_at: datetime
    state: str
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]
    replaced_by: str
    case_id: UUID | None
    told: int
    forgotten: bool


@dataclass(frozen=True)
class Wanted:
    """Which submissions a list shows. `q`: the beginning of an instance id; `under`: an area; `form_key`: a form."""

    state: str = ""
    form_key: str = ""
    q: str = ""
    under: str = ""


@dataclass(frozen=True)
class InboxPage:
    """A page of the inbox, the newest first."""

    rows: tuple[SubmissionLine, ...]
    total: int


@dataclass(frozen=True)
class PaperLine:
    """What was sent (number 0), or a correction beside it with its reason."""

    number: int
    xml: str
    by_key: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class PictureLine:
    """An attachment by name."""

    id: UUID
    name: str
    size: int


@dataclass(frozen=True)
class SubmissionPage:
    """One submission, whole."""

    line: SubmissionLine
    papers: tuple[PaperLine, ...]
    pictures: tuple[PictureLine, ...]
    values: Mapping[str, Any] | None
    version_id: UUID


def _rows(wanted: Wanted) -> QuerySet[Submission]:
    rows = Submission.objects.order_by("-received_at", "-id")
    if wanted.under:
        rows = rows.filter(lying_in("area_code", [wanted.under]))
    exact = {"state": wanted.state, "form_key": wanted.form_key, "instance_id__startswith": wanted.q}
    return rows.filter(**{name: value for name, value in exact.items() if value})


def _line(row: Submission) -> SubmissionLine:
    reasons = tuple(Reason(code, tuple((k, v) for k, v in facts)) for code, facts in row.reasons)
    return SubmissionLine(
        row.pk, row.instance_id, row.form_key, row.version, row.area_code, row.by_key, row.received_at, row.state,
        reasons, tuple(row.notes), row.replaced_by, row.case_id, row.told, row.forgotten,
    )  # fmt: skip


def _page_subjects(page: InboxPage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"submission:{row.id}" for row in page.rows)


@look("look.inbox", subjects=_page_subjects)
def inbox_page(
    *, wanted: Wanted, viewer: Viewer, at: datetime, purpose: str, first: int = 0, most: int = PAGE
) -> InboxPage:
    """What came in within the viewer's scope."""
    rows = _rows(wanted)
    return InboxPage(tuple(_line(row) for row in rows[first : first + most]), rows.count())


def counts(*, viewer: Viewer, at: datetime, form_key: str = "") -> dict[str, int]:
    """How many submissions stand in each state, within the viewer's scope; no row comes up."""
    with viewing(viewer, at):
        return dict(_rows(Wanted(form_key=form_key)).order_by().values_list("state").annotate(n=Count("id")))


@dataclass(frozen=True)
class Standing:
    """How many submissions stand in each state, and by how many each reason holds; nothing of what they say."""

    states: Mapping[str, int]
    reasons: tuple[tuple[str, int], ...]


def standing(*, form_key: str, under: str, viewer: Viewer, at: datetime) -> Standing:
    """How a form's submissions below an area stand, within the viewer's scope; no row comes up."""
    rows = _rows(Wanted(form_key=form_key, under=under)).order_by()
    with viewing(viewer, at):
        states = dict(rows.values_list("state").annotate(n=Count("id")))
        held = rows.filter(state="held").values_list("reasons", flat=True)
        codes = Counter(code for reasons in held.iterator() for code, _facts in reasons)
    return Standing(states, tuple(sorted(codes.items())))


def _there(facts: Mapping[str, Any]) -> Place:
    area = Submission.objects.filter(pk=facts["submission_id"]).values_list("area_code", flat=True).first()
    if area is None:
        raise refuse(UNKNOWN)
    return Place(area, personal=True)


def _one_subject(page: SubmissionPage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"submission:{page.line.id}", *_household(page.values))


def _household(values: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The household that a submission is about: whoever lives there can read who looked."""
    chosen = (values or {}).get("household")
    return (f"household:{chosen}",) if isinstance(chosen, str) and chosen else ()


@look("look.submission", on=_there, subjects=_one_subject)
def submission_page(*, submission_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> SubmissionPage:
    """One submission as it was sent, corrected and understood."""
    row = Submission.objects.get(pk=submission_id)
    papers = [
        PaperLine(paper.number, bytes(paper.content).decode("utf-8", "replace"), paper.by_key, paper.at, paper.reason)
        for paper in Paper.objects.filter(submission=row).order_by("number")
    ]
    pictures = Attachment.objects.filter(submission=row).order_by("name").values_list("id", "name", "size")
    held = Answered.objects.filter(submission=row).first()
    return SubmissionPage(
        _line(row), tuple(papers), tuple(PictureLine(*one) for one in pictures), held.values if held else None,
        row.version_id,
    )  # fmt: skip


def _picture_subject(_found: bytes, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"submission:{facts['submission_id']}",)


@look("look.submission_picture", on=_there, subjects=_picture_subject)
def picture_of(*, submission_id: UUID, picture_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> bytes:
    """A picture of a submission; refuses an unknown one."""
    path = Attachment.objects.filter(pk=picture_id, submission_id=submission_id).values_list("path", flat=True).first()
    if path is None:
        raise refuse(UNKNOWN)
    return read(path)


def submission_called(*, instance_id: str, form_key: str, viewer: Viewer, at: datetime) -> UUID:
    """The row of an instance id within the viewer's scope; refuses one that is not there."""
    with viewing(viewer, at):
        found = (
            Submission.objects.filter(instance_id=instance_id, form_key=form_key).values_list("id", flat=True).first()
        )
    if found is None:
        raise refuse(UNKNOWN)
    return found


@dataclass(frozen=True)
class OwnPaper:
    """What stands now of a form that one sent: under which instance id, its bytes, its state."""

    id: UUID
    instance_id: str
    xml: str
    received_at: datetime
    state: str


def _sent_by(facts: Mapping[str, Any]) -> Submission:
    row = Submission.objects.filter(instance_id=facts["instance_id"], by_key=facts["viewer"].key).first()
    if row is None:
        raise refuse(UNKNOWN)
    return row


def _own(facts: Mapping[str, Any]) -> Place:
    return Place(_sent_by(facts).area_code, parties=frozenset({facts["viewer"].key}))


def _own_subjects(found: OwnPaper, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    held = Answered.objects.filter(submission_id=found.id).first()
    return (f"submission:{found.id}", *_household(held.values if held else None))


@look("look.own_submission", on=_own, subjects=_own_subjects)
def own_submission(*, instance_id: str, viewer: Viewer, at: datetime, purpose: str = "service") -> OwnPaper:
    """The version that counts now of a form that the viewer sent, corrected meanwhile or not."""
    sent = _sent_by({"instance_id": instance_id, "viewer": viewer})
    row = Submission.objects.filter(root=sent.root, replaced_by="").order_by("-received_at", "-id").first() or sent
    paper = Paper.objects.filter(submission=row).order_by("-number").first()
    if paper is None:
        raise refuse(UNKNOWN)
    text = bytes(paper.content).decode("utf-8", "replace")
    return OwnPaper(row.pk, row.instance_id, text, row.received_at, row.state)


@dataclass(frozen=True)
class SaidRow:
    """A submission with its answers, as analysis takes it; None while it is not understood."""

    line: SubmissionLine
    values: Mapping[str, Any] | None
    pictures: int


@dataclass(frozen=True)
class Said:
    """A page of answers, the oldest first, and how many there are."""

    rows: tuple[SaidRow, ...]
    total: int


def _said_subjects(found: Said, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    submissions = tuple(f"submission:{row.line.id}" for row in found.rows)
    return (*submissions, *sorted({key for row in found.rows for key in _household(row.values)}))


@look("look.submissions_said", subjects=_said_subjects)
def said_in(*, wanted: Wanted, viewer: Viewer, at: datetime, purpose: str, first: int = 0, most: int = 1_000) -> Said:
    """The answers of a form within the viewer's scope, for analysis; set-aside and corrected ones are left out."""
    rows = _rows(wanted).exclude(state="aside").filter(replaced_by="").order_by("received_at", "id")
    shown: Sequence[Submission] = list(rows[first : first + most])
    values = dict(Answered.objects.filter(submission__in=shown).values_list("submission_id", "values"))
    pictures = Attachment.objects.filter(submission__in=shown).values_list("submission_id").annotate(n=Count("id"))
    number = dict(pictures.order_by())
    return Said(tuple(SaidRow(_line(row), values.get(row.pk), number.get(row.pk, 0)) for row in shown), rows.count())
