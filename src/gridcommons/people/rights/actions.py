"""Writes of rights: private logins, guardians, what a resident asks of what is held, what the desk answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from gridcommons.access.deeds import deed
from gridcommons.access.joining.actions import open_private
from gridcommons.access.joining.codes import new_code
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.people.homes import places
from gridcommons.people.homes.rules import person_key
from gridcommons.people.rights import asking
from gridcommons.people.rights.answering import Given, settle
from gridcommons.people.rights.asking import Answered
from gridcommons.people.rights.codes import code_key, open_login
from gridcommons.people.rights.finishing import overdue
from gridcommons.people.rights.models import FormerPerson, Guardian, PrivateLogin, Request
from gridcommons.people.rights.news import LATE
from gridcommons.people.rights.registry import ERASE
from gridcommons.people.rights.rules import (
    ANSWERED,
    BY_ITSELF,
    CHECKS,
    GROWN_UP,
    HAS_GRANTS,
    INVITATION,
    NOT_BY_THIS_DESK,
    NOT_CHECKED,
    NOT_LATE,
    comes_of_age,
)
from gridcommons.people.rights.telling import tell
from gridcommons.people.rights.waiting import is_theirs
from gridcommons.territory.succession import ZONE, area_now

_WORDS = 500
_KEPT = timedelta(days=365)
_LOOKS_KEPT = timedelta(days=2 * 365)
"""So long whoever had everything erased reads who had looked."""


@dataclass(frozen=True)
class Handed:
    """A code as it is handed over, once: for whom, until when."""

    person_id: UUID
    login_id: UUID
    code: str
    expires_at: datetime


def _of_handed(result: Handed, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(result.person_id), f"privatelogin:{result.login_id}")


def _of_login(result: PrivateLogin, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(result.person_id), f"user:{result.user_id}")


def _of_asked(_result: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(facts["person_id"]),)


def _of_guardian(result: Guardian, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(result.child_id), person_key(result.guardian_id))


def _of_answer(result: Request, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(result.person_id), f"request:{result.pk}")


@deed("rights.invite", on=places.of_person, subjects=_of_handed, keeps=("checked",))
def invite(*, person_id: UUID, checked: str, by: Viewer, at: datetime, purpose: str = "service") -> Handed:
    """Hand out a code for a private login after identity was checked; an older login of the person ends."""
    row = places.person(person_id)
    if checked not in CHECKS:
        raise refuse(NOT_CHECKED)
    _end_logins(row.pk, at)
    code = new_code()
    others = [key for key in row.parties if key.startswith("user:")]
    made = PrivateLogin.objects.create(
        person_id=row.pk, area_code=row.area_code, parties=[code_key(code), person_key(row.pk), *others], made_at=at,
        made_by=by.key, expires_at=at + INVITATION,
    )  # fmt: skip
    return Handed(row.pk, made.pk, code, made.expires_at)


def _of_code(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({code_key(facts["code"])}))


@deed("rights.accept", on=_of_code, subjects=_of_login)
def accept(
    *, code: str, username: str, password: str, by: Viewer, at: datetime, purpose: str = "own_case"
) -> PrivateLogin:
    """Make an account of one's own by a code, which is used up; it bears no name."""
    row = open_login(code, at)
    made = open_private(username=username, password=password, by=replace(by, parties=frozenset()), at=at)
    return asking.hand_over(row, made.pk, at)


@deed("rights.link", on=_of_code, subjects=_of_login)
def link(*, code: str, by: Viewer, at: datetime, purpose: str = "own_case") -> PrivateLogin:
    """Let the account one is signed in with hold one's key; an account of staff cannot."""
    row = open_login(code, at)
    if by.user_id is None or by.grants:
        raise refuse(HAS_GRANTS)
    return asking.hand_over(row, by.user_id, at)


@deed("rights.unlink", on=places.of_person, subjects=_of_asked)
def unlink(*, person_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> int:
    """The private login of a person ends at once, by themselves or the desk; the account stays and holds nothing."""
    return _end_logins(person_id, at)


def _end_logins(person_id: UUID, at: datetime) -> int:
    """End every login of a person, those of rows that were joined with theirs too."""
    rows = [person_id, *places.doubles_of(person_id)]
    return PrivateLogin.objects.filter(person_id__in=rows, ended_at__isnull=True).update(ended_at=at)


@deed("rights.appoint_guardian", on=places.of_person, subjects=_of_guardian)
def appoint_guardian(
    *, person_id: UUID, guardian_id: UUID, by: Viewer, at: datetime, purpose: str = "service"
) -> Guardian:
    """Record who acts for a child, until the day it comes of age; both have to be known here."""
    child, guardian, today = places.person(person_id), places.person(guardian_id), local_day(at, ZONE)
    until = comes_of_age(places.age_of(child), today, demo=settings.DEMO)
    if until <= today:
        raise refuse(GROWN_UP)
    keys = sorted({*child.parties, person_key(guardian.pk)})
    return Guardian.objects.create(
        child_id=child.pk, guardian_id=guardian.pk, area_code=child.area_code, parties=keys, since=today, until=until,
        made_by=by.key, made_at=at,
    )  # fmt: skip


@deed("rights.end_guardian", on=places.of_person, subjects=_of_asked)
def end_guardian(*, person_id: UUID, guardian_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> int:
    """Somebody is no longer guardian of a child."""
    children, guards = ([one, *places.doubles_of(one)] for one in (person_id, guardian_id))
    return Guardian.objects.filter(child_id__in=children, guardian_id__in=guards).delete()[0]


@deed("rights.correct", on=asking.of_self, subjects=_of_asked)
def correct(
    *, person_id: UUID, thing: str, value: str, by: Viewer, at: datetime, purpose: str = "own_case"
) -> Answered:
    """The person says how it is right: in force at once, or a request to the desk where an office has to look first."""
    return asking.correct(asking.asker(person_id, by, at), thing, value)


@deed("rights.object", on=asking.of_self, subjects=_of_asked)
def object_to(
    *, person_id: UUID, thing: str, words: str = "", by: Viewer, at: datetime, purpose: str = "own_case"
) -> Answered:
    """The person objects: held back at once, or looked at by the desk where a law wants it, or it is no fact."""
    return asking.object_to(asking.asker(person_id, by, at), thing, clean_text(words, limit=_WORDS))


@deed("rights.allow", on=asking.of_self, subjects=_of_asked)
def allow(*, person_id: UUID, thing: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Answered:
    """The person takes an objection back that holds: what it was about is used again."""
    return asking.allow(asking.asker(person_id, by, at), thing)


@deed("rights.take_back", on=asking.of_self, subjects=_of_answer)
def take_back(*, person_id: UUID, request_id: UUID, by: Viewer, at: datetime, purpose: str = "own_case") -> Request:
    """The person asks no more for what nobody has answered: nothing changes, and the desk reads nothing of it."""
    return asking.take_back(asking.asker(person_id, by, at), request_id)


@deed("rights.erase", on=asking.of_self, subjects=_of_asked)
def erase(*, person_id: UUID, thing: str = "", by: Viewer, at: datetime, purpose: str = "own_case") -> Answered:
    """Delete a thing, or with no thing named everything; or say what stands against it and until when."""
    return asking.erase(asking.asker(person_id, by, at), thing)


def _of_request(facts: Mapping[str, Any]) -> Place:
    """Where it was filed: an objection to a form lies with the form's desk, though the person may live elsewhere."""
    row = Request.objects.filter(pk=facts["request_id"], state="open").first()
    if row is None:
        raise refuse(ANSWERED)
    area = area_now(row.area_code, row.pk) if row.area_code else ""
    return Place(area, frozenset(row.parties), personal=True)


@deed("rights.answer", on=_of_request, subjects=_of_answer)
def answer(
    *, request_id: UUID, done: bool, reason: str = "", value: str = "", by: Viewer, at: datetime,
    purpose: str = "service",
) -> Request:  # fmt: skip
    """The desk answers: what was asked is put right here, in the same step, or refused with reasons of its own.

    `value`: what is put right where it is not what was asked, which needs reasons too. An objection that the desk
    agrees to holds at once. An objection to what only another deed takes back is answered by those who may do that:
    nobody refuses what they could never grant. The person is told.
    """
    row = Request.objects.select_for_update().filter(pk=request_id, state="open").first()
    if row is None:  # answered by whoever held it until now
        raise refuse(ANSWERED)
    if row.kind == ERASE:
        raise refuse(BY_ITSELF, until=row.due_date)
    if not is_theirs(row, by, at):
        raise refuse(NOT_BY_THIS_DESK)
    said, right = clean_text(reason, limit=_WORDS), " ".join(clean_text(value, limit=_WORDS).split())
    row.state = settle(row, Given(done, said, right), by, at)
    row.answer, row.answered_at, row.answered_by = said, at, by.key
    row.save()
    tell(row, row.state, at)
    return row


def _of_late(facts: Mapping[str, Any]) -> Place:
    row = Request.objects.filter(pk=facts["request_id"]).first()
    return Place(area_now(row.area_code, row.pk) if row and row.area_code else "", personal=True)


@deed("rights.raise", on=_of_late, subjects=_of_answer)
def raise_late(*, request_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Request:
    """The last day of an answer is over without one: it goes up, once, and the person is told."""
    late = Request.objects.filter(overdue(local_day(at, ZONE)), state="open", raised_at__isnull=True)
    row = late.select_for_update().filter(pk=request_id).first()
    if row is None:
        raise refuse(NOT_LATE)
    row.raised_at = at
    row.save(update_fields=["raised_at"])
    tell(row, LATE, at)
    return row


@deed("rights.forget")
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Delete what has done its work: codes not used, logins ended, guardians of grown-ups, requests, who was erased."""
    unused = Q(accepted_at__isnull=True, expires_at__lte=at) | Q(ended_at__isnull=False)
    rows = (
        PrivateLogin.objects.filter(unused),
        Guardian.objects.filter(until__lte=local_day(at, ZONE)),
        Request.objects.filter(answered_at__lte=at - _KEPT),
        FormerPerson.objects.filter(erased_at__lte=at - _LOOKS_KEPT),
    )
    return sum(one.delete()[0] for one in rows)
