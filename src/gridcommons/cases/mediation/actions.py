"""Writes of mediation: each a deed whose entry names no place and no case, so that only those in it find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from gridcommons.access.deeds import deed
from gridcommons.access.queries import offices
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.actions import feed_back
from gridcommons.cases.codes import ZONE, digest_of, tracking_code
from gridcommons.cases.mediation.ending import end_overdue, give_back, stranded
from gridcommons.cases.mediation.keys import CLOCK, DRAWER, side_key
from gridcommons.cases.mediation.models import Mediation, Meeting, Promise, Side, Tally
from gridcommons.cases.mediation.opening import SHORT, TEXT_LIMIT, NewMediation, Start, begin, checked, office_for
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.mediation.rules import (
    BAD_OUTCOME,
    NO_WITNESS,
    NOT_DECLARED,
    NOT_THEN,
    NOT_TOLD,
    OTHER_VERSION,
    UNKNOWN,
    WHERE_TO_MEET,
    WRONG_MATTER,
    Promised,
    outcomes_open,
    require_agreement,
    require_open,
)
from gridcommons.cases.mediation.sides import (
    go_on,
    lay_bare,
    note_kept,
    promise_of,
    replace_code,
    side_held,
    side_named,
    sign,
    swap_code,
)
from gridcommons.cases.mediation.telling import tell, tell_office
from gridcommons.cases.models import Case, Step
from gridcommons.cases.quarters import Counted, figures, quarter_of
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7

_LEAST_NAMED = 2
_FARTHEST_MEETING = timedelta(days=365)


@dataclass(frozen=True)
class Coded:
    """A mediation and a code for one of its parties, shown once."""

    id: UUID
    code: str


def _keys(row: Mediation) -> tuple[str, ...]:
    return (f"mediation:{row.pk}", *(key for key in row.parties if key.startswith("side:")))


def _subjects(result: Mediation, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _keys(result)


def _subjects_of_code(result: Coded, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"mediation:{result.id}", side_key(result.code))


def _subjects_of_all(result: list[Mediation], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for row in result for key in _keys(row))


def _of_mediation(facts: Mapping[str, Any]) -> Place:
    parties = Mediation.objects.filter(pk=facts["mediation_id"]).values_list("parties", flat=True).first()
    if parties is None:
        raise refuse(UNKNOWN)
    return Place(parties=frozenset(parties), personal=True)


def _load(mediation_id: UUID, action: str, at: datetime) -> Mediation:
    """The row, locked, of a step that may be taken; the step is its last."""
    row = Mediation.objects.select_for_update().filter(pk=mediation_id).first()
    if row is None:
        raise refuse(UNKNOWN)
    require_open(action, row.state, policy())
    row.moved_at = at
    row.save(update_fields=["moved_at"])
    return row


@deed("mediation.request", subjects=_subjects_of_code)
def request_mediation(
    *, new: NewMediation, by: Viewer, at: datetime, purpose: str = "own_case"
) -> Coded:  # fmt: skip
    """Somebody asks for mediation for themselves; the code is theirs alone, no account is needed or noted."""
    checked(new, at)
    office, code = office_for(new.area_code, at), tracking_code()
    made = begin(new, Start("requested", at, office, codes={"a": code}))
    tell_office(office.id, made.barred, at)
    return Coded(made.pk, code)


@deed("mediation.open", subjects=_subjects)
def open_mediation(
    *, new: NewMediation, office_id: UUID, declared: bool, by: Viewer, at: datetime, purpose: str = "mediation"
) -> Mediation:
    """A mediator opens one that was brought to the desk, declaring to have no interest in it."""
    if not declared:
        raise refuse(NOT_DECLARED)
    checked(new, at)
    office = offices([office_id] if f"office:{office_id}" in by.office_keys_at(at) else []).get(office_id)
    if office is None:
        raise refuse(UNKNOWN)
    return begin(new, Start("invited", at, office, mediator=by.key))


def _of_case(facts: Mapping[str, Any]) -> Place:
    row = Case.objects.filter(pk=facts["case_id"]).values_list("area_code", "parties").first()
    if row is None:
        raise refuse(UNKNOWN)
    return Place(parties=frozenset(row[1]), personal=True)


@deed("mediation.hand_over", on=_of_case, subjects=_subjects)
def hand_over(
    *, case_id: UUID, new: NewMediation, told: bool, by: Viewer, at: datetime, purpose: str = "service"
) -> Mediation:
    """The office in charge hands a dispute over; the case says so and no more, and nobody of it sees what follows."""
    if not told:
        raise refuse(NOT_TOLD)
    case = Case.objects.get(pk=case_id)
    if case.matter_key not in policy().matters:
        raise refuse(WRONG_MATTER)
    checked(new, at)
    feed_back(case_id=case_id, evidence=policy().handed.in_language("zh-hans"), by=by, at=at)
    rows = Step.objects.filter(case=case_id, office__isnull=False).values_list("by_key", "office_id", "to_office_id")
    barred = {key for row in rows for key in (row[0], *(f"office:{one}" for one in row[1:] if one))}
    office = office_for(new.area_code, at, barred)
    made = begin(new, Start("requested", at, office, barred=frozenset(barred)))
    tell_office(office.id, made.barred, at)
    return made


@deed("mediation.take_on", on=_of_mediation, subjects=_subjects)
def take_on(*, mediation_id: UUID, declared: bool, by: Viewer, at: datetime, purpose: str = "mediation") -> Mediation:
    """A mediator takes one on, declaring to have no interest; from then on the rest of the office sees it no more."""
    if not declared:
        raise refuse(NOT_DECLARED)
    row = _load(mediation_id, "take_on", at)
    if row.mediator:
        raise refuse(UNKNOWN)
    row.state = "agreed" if row.state == "agreed" else "invited"
    row.mediator, row.declared_at = by.key, at
    row.parties = [by.key if key.startswith("office:") else key for key in row.parties]
    row.save()
    return row


@deed("mediation.step_back", on=_of_mediation, subjects=_subjects)
def step_back(*, mediation_id: UUID, by: Viewer, at: datetime, purpose: str = "mediation") -> Mediation:
    """A mediator who finds an interest of their own stands back; a job gives it to the office without them."""
    row = _load(mediation_id, "step_back", at)
    row.state = "passing"
    row.save(update_fields=["state"])
    return row


@deed("mediation.invite", on=_of_mediation, subjects=_subjects_of_code)
def invite(*, mediation_id: UUID, letter: str, by: Viewer, at: datetime, purpose: str = "mediation") -> Coded:
    """A one-time code for a party. The party exchanges it for one of its own, which the mediator never sees.

    Inviting again voids what the side said by the code before; both sides and the party itself are told.
    """
    row = _load(mediation_id, "invite", at)
    side, code = side_named(row, letter), tracking_code()
    replace_code(row, side, by, at)
    swap_code(row, side, code)
    side.invited_at, side.entered_at = at, None
    side.save()
    return Coded(row.pk, code)


def _of_code(facts: Mapping[str, Any]) -> Place:
    side = Side.objects.filter(code_digest=digest_of(facts["code"])).first()
    if side is None:
        raise refuse(UNKNOWN)
    return Place(parties=frozenset({side_key(facts["code"])}), personal=True)


@deed("mediation.enter", on=_of_code, subjects=_subjects)
def enter(*, code: str, own_code: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Mediation:
    """Exchange an invitation for a code of one's own; one that somebody else used opens nothing, and so shows it.

    `by` holds both: the row has to stay in sight of whoever writes it.
    """
    side = Side.objects.select_for_update().get(code_digest=digest_of(code))
    row = Mediation.objects.select_for_update().get(pk=side.mediation_id)
    if side.entered_at is not None:
        raise refuse(UNKNOWN)
    swap_code(row, side, own_code)
    side.entered_at = at
    side.save()
    return row


@deed("mediation.consent", on=_of_mediation, subjects=_subjects)
def consent(
    *, mediation_id: UUID, wants: bool, by: Viewer, at: datetime, purpose: str = "own_case"
) -> Mediation:  # fmt: skip
    """A party consents, declines, or takes its consent back, by its own code and without anybody beside it."""
    row = _load(mediation_id, "consent", at)
    side = side_held(row, by)
    said = "given" if wants else "withdrawn" if side.consent == "given" else "refused"
    side.consent, side.consent_how, side.consent_at = said, "code", at
    side.save()
    return go_on(row, at)


@deed("mediation.paper", on=_of_mediation, subjects=_subjects)
def record_paper(
    *, mediation_id: UUID, letter: str, about: str, present: str, by: Viewer, at: datetime, purpose: str = "mediation"
) -> Mediation:
    """Record what a party signed on paper (`consent` or `agreement`), and in whose presence; its code can undo it."""
    row = _load(mediation_id, "agree" if about == "agreement" else "consent", at)
    there = clean_text(present, limit=SHORT)
    if len(there) < _LEAST_NAMED:
        raise refuse(NO_WITNESS)
    side = side_named(row, letter)
    side.present_sealed = DRAWER.shut(there, side.pk, "present")
    if about == "agreement":
        return sign(row, side, "paper", at)
    side.consent, side.consent_how, side.consent_at = "given", "paper", at
    side.save()
    return go_on(row, at)


@deed("mediation.object", on=_of_mediation, subjects=_subjects)
def ask_for_another(*, mediation_id: UUID, by: Viewer, at: datetime, purpose: str = "own_case") -> Mediation:
    """A party wants another mediator: no reason is asked, and this one sees it no more."""
    row = _load(mediation_id, "object", at)
    side_held(row, by)
    give_back(row, by, at)
    return row


@deed("mediation.meet", on=_of_mediation, subjects=_subjects)
def set_meeting(
    *, mediation_id: UUID, when: datetime, where: str, note: str = "", by: Viewer, at: datetime,
    purpose: str = "mediation",
) -> Mediation:  # fmt: skip
    """Set a meeting, or write down one that was; the note is the mediator's own."""
    row, new, place = _load(mediation_id, "meet", at), uuid7(), clean_text(where, limit=SHORT)
    began = local_day(row.opened_at, ZONE)
    if not began <= local_day(when, ZONE) <= local_day(at, ZONE) + _FARTHEST_MEETING:
        raise refuse(NOT_THEN, since=began.isoformat())
    if not place:
        raise refuse(WHERE_TO_MEET)
    Meeting.objects.create(
        id=new, mediation=row, at=when, place_sealed=DRAWER.shut(place, new, "place"),
        note_sealed=DRAWER.shut(clean_text(note, limit=TEXT_LIMIT), new, "note"),
    )  # fmt: skip
    return row


@deed("mediation.draft", on=_of_mediation, subjects=_subjects)
def draft(
    *, mediation_id: UUID, text: str, promises: Sequence[Promised], by: Viewer, at: datetime, purpose: str = "mediation"
) -> Mediation:
    """Write the agreement or change it; whoever agreed to the text before has to agree anew."""
    row = _load(mediation_id, "draft", at)
    said = clean_text(text, limit=TEXT_LIMIT)
    require_agreement(said, promises)
    row.version += 1
    row.agreement_sealed = DRAWER.shut(said, row.pk, f"agreement:{row.version}")
    row.save(update_fields=["version", "agreement_sealed"])
    Promise.objects.filter(mediation=row).delete()
    Promise.objects.bulk_create(promise_of(row, one) for one in promises)
    Side.objects.filter(mediation=row).update(agreed_version=None, agreed_at=None, agreed_how="")
    return row


@deed("mediation.agree", on=_of_mediation, subjects=_subjects)
def agree(
    *, mediation_id: UUID, version: int, by: Viewer, at: datetime, purpose: str = "own_case"
) -> Mediation:  # fmt: skip
    """A party agrees to the text as it stands, by its own code."""
    row = _load(mediation_id, "agree", at)
    if not row.version or version != row.version:
        raise refuse(OTHER_VERSION)
    return sign(row, side_held(row, by), "code", at)


@deed("mediation.tell", on=_of_mediation, subjects=_subjects)
def tell_kept(
    *, mediation_id: UUID, promise_id: UUID, kept: bool, by: Viewer, at: datetime, purpose: str = "own_case"
) -> Mediation:
    """A party says whether a promise was kept."""
    row = _load(mediation_id, "perform", at)
    side = side_held(row, by)
    tell(row.mediator, "mediation.news", at)
    return note_kept(row, promise_id, kept, side.letter, at)


@deed("mediation.perform", on=_of_mediation, subjects=_subjects)
def record_kept(
    *, mediation_id: UUID, promise_id: UUID, kept: bool, by: Viewer, at: datetime, purpose: str = "mediation"
) -> Mediation:
    """The mediator writes down whether a promise was kept, as asked at the follow-up."""
    return note_kept(_load(mediation_id, "perform", at), promise_id, kept, "mediator", at)


@deed("mediation.close", on=_of_mediation, subjects=_subjects)
def close(
    *, mediation_id: UUID, outcome: str, by: Viewer, at: datetime, purpose: str = "mediation"
) -> Mediation:  # fmt: skip
    """End it; the court stays open to both."""
    row = _load(mediation_id, "close", at)
    if outcome not in outcomes_open(row.state):
        raise refuse(BAD_OUTCOME)
    row.state, row.outcome, row.ended_at = "closed", outcome, at
    row.save(update_fields=["state", "outcome", "ended_at"])
    return row


@deed("mediation.remind", subjects=_subjects_of_all)
def remind(*, today: date, by: Viewer, at: datetime, purpose: str = "operation") -> list[Mediation]:
    """Remind mediators of follow-ups whose day has come; hand on or end what lies with nobody. Returns which."""
    passing = list(Mediation.objects.select_for_update(skip_locked=True).filter(state="passing"))
    for row in passing:
        give_back(row, by, at)
    moved = [*passing, *stranded(by, at), *end_overdue(by, at)]
    due = Promise.objects.filter(due_date__lte=today, kept__isnull=True, reminded_at__isnull=True)
    followed = due.filter(mediation__state="agreed").exclude(mediation__mediator="")
    held = list(followed.select_related("mediation"))
    for one in held:
        tell(one.mediation.mediator, "mediation.due", at)
    Promise.objects.filter(pk__in=[one.pk for one in held]).update(reminded_at=at)
    return list({one.pk: one for one in (*moved, *(promise.mediation for promise in held))}.values())


@deed("mediation.forget")
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Destroy what has been kept long enough, with all that parties said; returns how many mediations.

    While the figures of its quarter are not posted, its kind, place and day alone stay to be counted, and open to
    nobody; they go with the next run after that.
    """
    talked = Q(talked=True, ended_at__lte=at - policy().kept)
    due = list(Mediation.objects.filter(talked | Q(talked=False, ended_at__lte=at - policy().kept_untalked)))
    posted = set(Tally.objects.values_list("quarter", "area_code").distinct())
    full = [row for row in due if row.parties != [CLOCK]]
    lay_bare([row.pk for row in full])
    Mediation.objects.filter(pk__in=[row.pk for row in due if _counted_in(row) in posted]).delete()
    return len(full)


def _counted_in(row: Mediation) -> tuple[str, str]:
    return quarter_of(local_day(row.opened_at, ZONE)), CHINA.cut(row.area_code, "county")


@deed("mediation.tally")
def tally(*, today: date, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Post the figures of quarters that have ended, each once and suppressed before it is stored; returns how many."""
    rows = Mediation.objects.values_list("opened_at", "area_code", "subject")
    things = [Counted(local_day(moment, ZONE), area, subject) for moment, area, subject in rows]
    posted = set(Tally.objects.values_list("quarter", "area_code").distinct())
    wanted = figures(things, today=today, threshold=policy().threshold)
    fresh = [one for one in wanted if (one.quarter, one.area_code) not in posted]
    Tally.objects.bulk_create(
        Tally(
            quarter=one.quarter, area_code=one.area_code, about=one.about, mark=one.shown.mark, n=one.shown.value,
            posted_at=at,
        )
        for one in fresh
    )  # fmt: skip
    return len(fresh)
