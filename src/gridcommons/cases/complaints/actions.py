"""Writes of complaints: each step a deed whose entry names no place and no subject, so that only parties find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.queries import OfficeFacts, find_office
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE, digest_of, tracking_code
from gridcommons.cases.complaints.asking import closings, when_closed
from gridcommons.cases.complaints.keys import CLOCK, DRAWER, new_label, voice_key
from gridcommons.cases.complaints.models import ENDED, Complaint, Question, Step, Tally
from gridcommons.cases.complaints.policy import policy
from gridcommons.cases.complaints.rules import (
    BAD_OUTCOME,
    LAST_INSTANCE,
    NO_LEAVE,
    NO_SUBJECT,
    NOBODY_TO_ASK,
    TAKEN_BACK,
    UNKNOWN,
    Chosen,
    Office,
    hearer,
    missing,
    next_state,
    require_hearer,
    require_reasons,
)
from gridcommons.cases.complaints.subjects import Choice, subject_of
from gridcommons.cases.complaints.telling import may_answer, tell_asked, tell_reviewers
from gridcommons.cases.quarters import Counted, figures
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse, worded
from gridcommons.kit.ids import uuid7
from gridcommons.kit.lineage import in_force
from gridcommons.people.contacts import Contact

TEXT_LIMIT: Final = 4_000
_TO_REVIEW: Final = "complaint.to_review"


@dataclass(frozen=True)
class NewComplaint:
    """What a complaint says. `case_code`: the tracking code of the report it is about, if it is about one."""

    choice: Choice
    text: str
    contact: Contact = field(default_factory=Contact)
    may_ask: bool = False
    case_code: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True)
class Filed:
    """What the complainant gets: the code that opens the complaint to them alone."""

    id: UUID
    code: str
    office: Office
    instance: int


def _subjects_of_filing(result: Filed, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"complaint:{result.id}", voice_key(result.code))


def _subjects(result: Complaint, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"complaint:{result.pk}", *(key for key in result.parties if key.startswith("voice:")))


def _subjects_of_all(result: list[Complaint], facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for one in result for key in _subjects(one, facts))


def _of_complaint(facts: Mapping[str, Any]) -> Place:
    parties = Complaint.objects.filter(pk=facts["complaint_id"]).values_list("parties", flat=True).first()
    if parties is None:
        raise refuse(UNKNOWN)
    return Place(parties=frozenset(parties), personal=True)


@deed("complaint.file", subjects=_subjects_of_filing)
def file_complaint(*, complaint: NewComplaint, by: Viewer, at: datetime, purpose: str = "own_case") -> Filed:
    """Take a complaint and give it to an office that can hear it independently; no account is needed or noted."""
    text, day = clean_text(complaint.text, limit=TEXT_LIMIT), local_day(at, ZONE)
    if reasons := missing(text=text, subject=not complaint.choice.is_empty):
        raise Refusal(reasons)
    about = subject_of(complaint.choice, case_code=complaint.case_code, at=at, day=day)
    if about is None:
        raise refuse(NO_SUBJECT)
    chosen = require_hearer(_hearer(about.area_code, about.barred, 0), policy())
    code, row = tracking_code(), uuid7()
    made = Complaint(
        id=row, label=new_label(), code_digest=digest_of(code), subject_kind=about.kind,
        subject_office_id=about.office.id if about.office else None, area_code=about.area_code, post=about.post,
        may_ask=complaint.may_ask, language=complaint.language, state="received", instance=chosen.instance,
        office_id=chosen.office.id, parties=[f"office:{chosen.office.id}", voice_key(code), CLOCK],
        barred=sorted(about.barred), received_at=at, due_at=_due(at, chosen.instance),
        person_sealed=DRAWER.shut(about.person, row, "person"), text_sealed=DRAWER.shut(text, row, "text"),
        contact_sealed=DRAWER.shut_contact(complaint.contact, row),
    )  # fmt: skip
    made.save(force_insert=True)
    _step(made, "file", voice_key(code), at)
    tell_reviewers(chosen.office.id, made.barred, _TO_REVIEW, at)
    return Filed(row, code, chosen.office, chosen.instance)


def _hearer(area_code: str, barred: frozenset[str], after: int) -> Chosen | None:
    """Who hears it where the subject lies today: an office of the line that the area has left has no say."""
    return hearer(area_code=in_force().current(area_code), barred=barred, after=after, find=_find, policy=policy())


def _find(area_code: str, kind: str) -> Office | None:
    found: OfficeFacts | None = find_office(area_code, kind)
    return Office(found.id, found.area_code, found.kind) if found else None


def _due(at: datetime, instance: int) -> datetime:
    days = policy().answer_days if instance == 1 else policy().second_days
    return WorkingCalendar.load().add(at, days=days)


def _step(row: Complaint, action: str, by_key: str, at: datetime, note: str = "", outcome: str = "") -> None:
    step = uuid7()
    own = None if policy().actions[action].by == "complainant" else row.office_id
    Step.objects.create(
        id=step, complaint=row, action=action, state=row.state, instance=row.instance, office_id=own, by_key=by_key,
        at=at, outcome=outcome, note_sealed=DRAWER.shut(note, step, "note"),
    )  # fmt: skip


def _load(complaint_id: UUID) -> Complaint:
    row = Complaint.objects.select_for_update().filter(pk=complaint_id).first()
    if row is None:
        raise refuse(UNKNOWN)
    return row


def _take(
    row: Complaint, action: str, by_key: str, at: datetime, note: str = "", outcome: str = ""
) -> Complaint:  # fmt: skip
    """One step of a complaint: the state moved, its moment and words kept."""
    row.state = next_state(action=action, state=row.state, policy=policy())
    row.outcome = outcome
    row.ended_at = at if row.state in ENDED else None
    row.save()
    _step(row, action, by_key, at, note, outcome)
    return row


def _voice(row: Complaint) -> str:
    return next(key for key in row.parties if key.startswith("voice:"))


@deed("complaint.take_on", on=_of_complaint, subjects=_subjects)
def take_on(*, complaint_id: UUID, by: Viewer, at: datetime, purpose: str = "review") -> Complaint:
    """A reviewer takes a complaint on, and by that says that they took no part in what it is about."""
    return _take(_load(complaint_id), "take_on", by.key, at)


@deed("complaint.recuse", on=_of_complaint, subjects=_subjects)
def recuse(*, complaint_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "review") -> Complaint:
    """A reviewer with an interest of their own stands back: the complaint goes on to the next instance by itself."""
    return _take(_load(complaint_id), "recuse", by.key, at, require_reasons(clean_text(reason, limit=TEXT_LIMIT)))


@deed("complaint.ask", on=_of_complaint, subjects=_subjects)
def ask(*, complaint_id: UUID, question: str, by: Viewer, at: datetime, purpose: str = "review") -> Complaint:
    """Ask the office concerned, only where the complainant agreed; who complained is not said."""
    row = _load(complaint_id)
    text = require_reasons(clean_text(question, limit=TEXT_LIMIT))
    if not row.may_ask or row.subject_office_id is None:
        raise refuse(NO_LEAVE)
    # Of those kept from the complaint the office asked is the one that may see the question; its persons may not.
    barred = [key for key in row.barred if key != f"office:{row.subject_office_id}"]
    asked, new = may_answer(row.subject_office_id, barred, at), uuid7()
    if not asked:
        raise refuse(NOBODY_TO_ASK)
    Question.objects.create(
        id=new, complaint=row.pk, office_id=row.subject_office_id, asked_by_id=row.office_id, asked_at=at,
        barred=barred,        parties=[f"office:{row.office_id}", *asked, CLOCK],
        text_sealed=DRAWER.shut(text, new, "question"),
    )  # fmt: skip
    tell_asked(asked, at)
    return _take(row, "ask", by.key, at)


def _of_question(facts: Mapping[str, Any]) -> Place:
    row = Question.objects.filter(pk=facts["question_id"], replied_at__isnull=True).first()
    if row is None:
        raise refuse(UNKNOWN)
    return Place(parties=frozenset(key for key in row.parties if key.startswith("user:")), personal=True)


@deed("complaint.reply", on=_of_question)
def reply(*, question_id: UUID, text: str, by: Viewer, at: datetime, purpose: str = "service") -> Question:
    """The office asked replies; it sees the question and nothing else."""
    row = Question.objects.select_for_update().get(pk=question_id)
    if when_closed(row, closings([row.complaint])) is not None:
        raise refuse(TAKEN_BACK)
    said = require_reasons(clean_text(text, limit=TEXT_LIMIT))
    row.replied_at, row.replied_by, row.reply_sealed = at, by.key, DRAWER.shut(said, row.pk, "reply")
    row.save(update_fields=["replied_at", "replied_by", "reply_sealed"])
    tell_reviewers(row.asked_by_id, (), "complaint.replied", at)
    return row


@deed("complaint.answer", on=_of_complaint, subjects=_subjects)
def answer(
    *, complaint_id: UUID, outcome: str, reasons: str, by: Viewer, at: datetime, purpose: str = "review"
) -> Complaint:
    """Answer with an outcome and reasons of its own; without them it is void."""
    said = require_reasons(clean_text(reasons, limit=TEXT_LIMIT))
    if outcome not in policy().outcomes or outcome == "silence":
        raise refuse(BAD_OUTCOME)
    return _take(_load(complaint_id), "answer", by.key, at, said, outcome)


@deed("complaint.let_ask", on=_of_complaint, subjects=_subjects)
def let_ask(
    *, complaint_id: UUID, may_ask: bool, by: Viewer, at: datetime, purpose: str = "own_case"
) -> Complaint:  # fmt: skip
    """The complainant agrees, or no longer agrees, that the office may be asked; then no reply is taken any more."""
    row = _load(complaint_id)
    if not may_ask:
        row.asks_closed_at = at
    row.may_ask = may_ask
    row.save(update_fields=["may_ask", "asks_closed_at"])
    return row


@deed("complaint.appeal", on=_of_complaint, subjects=_subjects)
def appeal(*, complaint_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Complaint:
    """The complainant takes an answered complaint to the second instance; past the last the way outside is named."""
    row = _load(complaint_id)
    next_state(action="appeal", state=row.state, policy=policy())
    chosen = _hearer(row.area_code, frozenset(row.barred), row.instance)
    if chosen is None:
        raise Refusal((worded(LAST_INSTANCE, outside=policy().outside),))
    _hand(row, chosen, at)
    return _take(row, "appeal", _voice(row), at, clean_text(reason, limit=TEXT_LIMIT))


def _hand(row: Complaint, chosen: Chosen, at: datetime) -> None:
    """Give a complaint to the office of another instance, with its questions; the one before sees it no more."""
    before, after = f"office:{row.office_id}", f"office:{chosen.office.id}"
    row.parties = [after if key == before else key for key in row.parties]
    row.office_id, row.instance, row.due_at = chosen.office.id, chosen.instance, _due(at, chosen.instance)
    for question in Question.objects.filter(complaint=row.pk):
        question.parties = [after if key == before else key for key in question.parties]
        question.asked_by_id = chosen.office.id
        question.save(update_fields=["parties", "asked_by"])
    tell_reviewers(chosen.office.id, row.barred, _TO_REVIEW, at)


@deed("complaint.withdraw", on=_of_complaint, subjects=_subjects)
def withdraw(*, complaint_id: UUID, by: Viewer, at: datetime, purpose: str = "own_case") -> Complaint:
    """The complainant takes the complaint back, and with it what was asked about it."""
    row = _load(complaint_id)
    row.asks_closed_at = at
    return _take(row, "withdraw", _voice(row), at)


@deed("complaint.escalate", subjects=_subjects_of_all)
def escalate(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Complaint]:
    """Move on what was passed or has waited too long; where no instance is left, silence upholds the complaint."""
    waiting = Complaint.objects.select_for_update(skip_locked=True).filter(ended_at__isnull=True)
    moved = []
    for row in waiting.order_by("received_at"):
        if row.state != "passed" and (row.due_at is None or row.due_at > at):
            continue
        chosen = _hearer(row.area_code, frozenset(row.barred), row.instance)
        if chosen is not None:
            _hand(row, chosen, at)
            moved.append(_take(row, "escalate", by.key, at))
        elif row.due_at is not None and row.due_at <= at:
            moved.append(_take(row, "lapse", by.key, at, outcome="silence"))
    return moved


@deed("complaint.forget")
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Destroy everything about complaints that ended two years ago; returns how many."""
    old = list(Complaint.objects.filter(ended_at__lte=at - policy().kept).values_list("pk", flat=True))
    Question.objects.filter(complaint__in=old).delete()
    Complaint.objects.filter(pk__in=old).delete()
    return len(old)


@deed("complaint.tally")
def tally(*, today: date, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Post the figures of quarters that have ended, each once and suppressed before it is stored; returns how many."""
    rows = Complaint.objects.values_list("received_at", "area_code", "subject_kind")
    things = [Counted(local_day(moment, ZONE), area, kind) for moment, area, kind in rows]
    posted = set(Tally.objects.values_list("quarter", "area_code").distinct())
    fresh = [one for one in figures(things, today=today, threshold=policy().threshold)
             if (one.quarter, one.area_code) not in posted]  # fmt: skip
    Tally.objects.bulk_create(
        Tally(
            quarter=one.quarter, area_code=one.area_code, about=one.about, mark=one.shown.mark, n=one.shown.value,
            posted_at=at,
        )
        for one in fresh
    )  # fmt: skip
    return len(fresh)
