"""Reads of the inbox: lists, counts, one submission with all its papers, what was said as rows for analysis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, Count, QuerySet, When

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import lying_in, viewing
from gridcommons.cases.storing import read
from gridcommons.collection import households
from gridcommons.collection.inbox.homes import homes_of
from gridcommons.collection.inbox.models import Answered, Attachment, Paper, Remark, Submission, Unemptied
from gridcommons.collection.inbox.own_words import OwnPaper, answers_to_own, last_words_of, sent_by
from gridcommons.collection.inbox.rules import UNKNOWN
from gridcommons.collection.inbox.sifting import Mark, Sift, counted, numbered, sifted, spanned
from gridcommons.kit.errors import Reason, refuse
from gridcommons.people.homes.queries import HouseholdLine

PAGE: Final = 50
_ALL: Final = Sift()


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
    erased_at: datetime | None
    root: str
    empty_by: date | None = None
    pressed_at: datetime | None = None


@dataclass(frozen=True)
class Wanted:
    """Which submissions a list shows. `q`: the beginning of an instance id; `under`: an area; `form_key`: a form.

    `reason`: the code of something that holds it; `root`: the id of the first one of a chain. `waits`: those that are
    to be emptied by hand, which stand in no state's list.
    """

    state: str = ""
    form_key: str = ""
    q: str = ""
    under: str = ""
    reason: str = ""
    root: str = ""
    waits: bool = False


@dataclass(frozen=True)
class InboxPage:
    """A page of the inbox, the newest first. `homes`: by form the home that it names, where the viewer may read it."""

    rows: tuple[SubmissionLine, ...]
    total: int
    homes: Mapping[UUID, HouseholdLine] = field(default_factory=dict)


@dataclass(frozen=True)
class PaperLine:
    """What was sent (number 0), or a correction beside it; its reason is empty where an erased answer took it along."""

    number: int
    content: bytes
    by_key: str
    at: datetime
    reason: str

    @property
    def xml(self) -> str:
        """The bytes as text."""
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True)
class PictureLine:
    """An attachment by name."""

    id: UUID
    name: str
    size: int
    sent: bytes


@dataclass(frozen=True)
class RemarkLine:
    """A remark of an office; nothing of it is left where an answer beside it was erased."""

    body: str
    by_key: str
    at: datetime


@dataclass(frozen=True)
class SubmissionPage:
    """One submission, whole."""

    line: SubmissionLine
    papers: tuple[PaperLine, ...]
    pictures: tuple[PictureLine, ...]
    values: Mapping[str, Any] | None
    version_id: UUID
    remarks: tuple[RemarkLine, ...]
    review: str
    stuck: Stuck | None = None


@dataclass(frozen=True)
class Stuck:
    """Why a form waits to be emptied by hand: since when, what the program says, how often it was tried again."""

    since: datetime
    fault: str
    tries: int
    tried_at: datetime | None


def rows_of(wanted: Wanted) -> QuerySet[Submission]:
    """The rows that a list shows, the newest first; called inside a look, or for a number alone."""
    rows = Submission.objects.order_by("-received_at", "-id")
    if wanted.under:
        rows = rows.filter(lying_in("area_code", [wanted.under]))
    exact = {"state": wanted.state, "form_key": wanted.form_key, "instance_id__startswith": wanted.q,
             "root": wanted.root}  # fmt: skip
    if wanted.reason:
        rows = rows.filter(reasons__contains=[[wanted.reason]])
    if wanted.waits or wanted.state:
        rows = rows.filter(empty_by__isnull=not wanted.waits)
    return rows.filter(**{name: value for name, value in exact.items() if value})


def _line(row: Submission) -> SubmissionLine:
    reasons = tuple(Reason(code, tuple((k, v) for k, v in facts)) for code, facts in row.reasons)
    return SubmissionLine(
        row.pk, row.instance_id, row.form_key, row.version, row.area_code, row.by_key, row.received_at, row.state,
        reasons, tuple(row.notes), row.replaced_by, row.case_id, row.told, row.forgotten, row.erased_at,
        row.root, row.empty_by, row.pressed_at,
    )  # fmt: skip


def _page_subjects(page: InboxPage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    homes = dict.fromkeys(f"household:{home.id}" for home in page.homes.values())
    return (*(f"submission:{row.id}" for row in page.rows), *homes)


@look("look.inbox", subjects=_page_subjects, gathers=True)
def inbox_page(
    *, wanted: Wanted, viewer: Viewer, at: datetime, purpose: str, first: int = 0, most: int = PAGE
) -> InboxPage:
    """What came in within the viewer's scope, each with the home that it names."""
    rows = rows_of(wanted)
    page = list(rows[first : first + most])
    about = homes_of(page)
    named = households.called(household_ids=set(about.values()), viewer=viewer, at=at, purpose=purpose) if about else {}
    homes = {pk: named[home] for pk, home in about.items() if home in named}
    return InboxPage(tuple(map(_line, page)), rows.count(), homes)


@dataclass(frozen=True)
class Standing:
    """How many submissions stand in each state, and by how many each reason holds; nothing of what they say."""

    states: Mapping[str, int]
    reasons: tuple[tuple[str, int], ...]


def standing(*, form_key: str, under: str, viewer: Viewer, at: datetime) -> Standing:
    """How a form's submissions below an area stand, within the viewer's scope; no row comes up."""
    rows = rows_of(Wanted(form_key=form_key, under=under)).order_by()
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
    chosen = _chosen(values)
    try:
        return (f"household:{UUID(chosen)}",) if chosen else ()
    except ValueError:
        return ()


def _chosen(values: Any) -> str:
    """What answers choose as the household, wherever in the form it stands and however a phone writes it."""
    if isinstance(values, Mapping):
        here = values.get("household")
        return here if isinstance(here, str) and here else _chosen(list(values.values()))
    return next(filter(None, map(_chosen, values)), "") if isinstance(values, list) else ""


@look("look.submission", on=_there, subjects=_one_subject)
def submission_page(*, submission_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> SubmissionPage:
    """One submission as it was sent, corrected and understood; of one that waits to be emptied, that it came."""
    row = Submission.objects.select_related("review").get(pk=submission_id)
    papers = [
        PaperLine(paper.number, bytes(paper.content), paper.by_key, paper.at, paper.reason)
        for paper in Paper.objects.filter(submission=row).order_by("number")
    ]
    seen = Attachment.objects.filter(submission=row, submission__empty_by__isnull=True).order_by("name")
    pictures = seen.values_list("id", "name", "size", "sent")
    held = Answered.objects.filter(submission=row).first()
    return SubmissionPage(
        _line(row), tuple(papers), tuple(PictureLine(*one[:3], bytes(one[3])) for one in pictures),
        held.values if held else None, row.version_id, _remarks(row),
        row.review.state if hasattr(row, "review") else "", _stuck(row),
    )  # fmt: skip


def _stuck(row: Submission) -> Stuck | None:
    facts = Unemptied.objects.filter(submission=row).values_list("since", "fault", "tries", "tried_at").first()
    return Stuck(*facts) if facts else None


def _remarks(row: Submission) -> tuple[RemarkLine, ...]:
    """The remarks on a submission and on what it corrects, the first one first."""
    chain = Remark.objects.filter(submission__root=row.root).order_by("at", "id")
    return tuple(RemarkLine(*one) for one in chain.values_list("body", "by_key", "at"))


def _picture_subject(_found: bytes, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"submission:{facts['submission_id']}",)


@look("look.submission_picture", on=_there, subjects=_picture_subject)
def picture_of(*, submission_id: UUID, picture_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> bytes:
    """A picture of a submission; refuses an unknown one."""
    seen = Attachment.objects.filter(pk=picture_id, submission_id=submission_id, submission__empty_by__isnull=True)
    path = seen.values_list("path", flat=True).first()
    if path is None:
        raise refuse(UNKNOWN)
    return read(path)


@dataclass(frozen=True)
class Called:
    """The current one of a chain of corrections, found by the id of any of them."""

    id: UUID
    instance_id: str
    root: str


def _counting(chain: QuerySet[Submission]) -> QuerySet[Submission]:
    """What counts of a chain first: nothing corrects it, and what was set aside counts where there is nothing else."""
    is_aside = Case(When(state="aside", then=1), default=0)
    return chain.filter(replaced_by="").order_by(is_aside, "-received_at", "-id")


def submission_called(*, instance_id: str, form_key: str, viewer: Viewer, at: datetime) -> Called:
    """The row that counts now of an instance id within the viewer's scope; refuses one that is not there."""
    with viewing(viewer, at):
        rows = Submission.objects.filter(form_key=form_key)
        root = rows.filter(instance_id=instance_id).values_list("root", flat=True).first()
        found = _counting(rows.filter(root=root)) if root else rows.none()
        facts = found.values_list("id", "instance_id", "root").first()
    if facts is None:
        raise refuse(UNKNOWN)
    return Called(*facts)


@dataclass(frozen=True)
class Chain:
    """What a submission is with its corrections: when it came and changed, how it was reviewed, how often edited."""

    root: str
    came_at: datetime
    changed_at: datetime | None
    review: str
    edits: int


def _own(facts: Mapping[str, Any]) -> Place:
    return Place(sent_by(**_of_sender(facts)).area_code, parties=frozenset({facts["viewer"].key}))


def _of_sender(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in ("instance_id", "viewer")}


def _own_subjects(found: OwnPaper, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"submission:{found.id}", *_household(answers_to_own(found.id)))


@look("look.own_submission", on=_own, subjects=_own_subjects)
def own_submission(*, instance_id: str, viewer: Viewer, at: datetime, purpose: str = "visit") -> OwnPaper:
    """The viewer's own last words of a form that they sent, and whether another hand corrected it meanwhile.

    Of one that was put away under a shield as of any other: they know these words, and are told no more by what they
    are not told.
    """
    return last_words_of(sent_by(instance_id, viewer), viewer)


@dataclass(frozen=True)
class SaidRow:
    """A submission with its answers, as analysis takes it; None while it is not understood."""

    line: SubmissionLine
    values: Mapping[str, Any] | None
    pictures: int
    chain: Chain

    @property
    def marks(self) -> Mapping[str, Mark]:
        """What it is sorted by, by the names of conditions and orders."""
        chain = self.chain
        return {"submissionDate": chain.came_at, "updatedAt": chain.changed_at, "reviewState": chain.review}


@dataclass(frozen=True)
class Said:
    """A page of answers, and whether more come behind it.

    `total`: how many there are of all, where it was asked for: submissions, or items where those of a repeat are
    wanted. `skip`: so many items of the first row's repeat belong to the page before; `upto`: so many of the last
    row's have been given by the end of this one, 0 if all.
    """

    rows: tuple[SaidRow, ...]
    is_last: bool
    total: int = 0
    skip: int = 0
    upto: int = 0


def _said_subjects(found: Said, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    submissions = tuple(f"submission:{row.line.id}" for row in found.rows)
    return (*submissions, *sorted({key for row in found.rows for key in _household(row.values)}))


@look("look.submissions_said", subjects=_said_subjects)
def said_in(
    *, wanted: Wanted, viewer: Viewer, at: datetime, purpose: str, first: int = 0, most: int = 1_000,
    sift: Sift = _ALL, count: bool = False,
) -> Said:  # fmt: skip
    """The answers of a form within the viewer's scope, for analysis; what was corrected counts once, as it stands now.

    What was set aside is left out, unless it is asked for by its id and counts for nothing else of its chain.
    """
    current = rows_of(wanted).filter(replaced_by="")
    standing = current.exclude(state="aside")
    standing = current if wanted.root and not standing.exists() else standing
    rows: QuerySet[Any] = sifted(standing, sift)
    total = counted(standing, sift) if count else 0
    if not sift.repeat:
        found = list(rows.values_list("pk", flat=True)[first : first + most + 1])
        return Said(_said(found[:most]), len(found) <= most, total)
    span = spanned(rows, sift, first, most)
    return Said(_said(span.chosen), span.is_last, total, span.skip, span.upto)


def _said(chosen: Sequence[UUID]) -> tuple[SaidRow, ...]:
    """What these say, in their order: read for a page's own rows alone, not for all that it is chosen from."""
    found = {row.pk: row for row in numbered(Submission.objects.filter(pk__in=chosen))}
    shown = [found[pk] for pk in chosen if pk in found]
    values = dict(Answered.objects.filter(submission__in=shown).values_list("submission_id", "values"))
    return tuple(
        SaidRow(
            _line(row), values.get(row.pk), row.pictures_there,
            Chain(row.root, row.came_at, row.changed_at, row.reviewed, row.edits),
        )
        for row in shown
    )  # fmt: skip
