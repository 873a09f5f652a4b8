"""Reads of mediation, each a look: the mediator's desk, one mediation, the page of a party."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE, digest_of
from gridcommons.cases.mediation.keys import DRAWER, side_key
from gridcommons.cases.mediation.models import Mediation, Meeting, Promise, Replaced, Side, Tally
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.mediation.rules import ACTIONS, REPLACED, UNKNOWN, outcomes_open
from gridcommons.kit.clock import local_day
from gridcommons.kit.dates import day_text
from gridcommons.kit.errors import Refusal, refuse, worded
from gridcommons.kit.words import Words
from gridcommons.people.contacts import Contact

PAGE: Final = 30


@dataclass(frozen=True)
class Line:
    """One row of the desk."""

    id: UUID
    label: str
    subject: str
    area_code: str
    state: str
    outcome: str
    mine: bool
    opened_at: datetime
    ended_at: datetime | None
    names: tuple[str, str]
    next_date: date | None


@dataclass(frozen=True)
class Listed:
    """One page of the desk and how many there are in all."""

    rows: tuple[Line, ...]
    total: int
    first: int


@dataclass(frozen=True)
class SideView:
    """One party as the mediator and the other party see it; the contact only for the mediator."""

    letter: str
    name: str
    contact: Contact = field(default_factory=Contact)
    invited_at: datetime | None = None
    entered_at: datetime | None = None
    consent: str = ""
    consent_how: str = ""
    consent_at: datetime | None = None
    has_agreed: bool = False
    agreed_how: str = ""
    agreed_at: datetime | None = None
    present: str = ""
    replaced_at: datetime | None = None


@dataclass(frozen=True)
class MeetingView:
    """A meeting; the note only for the mediator."""

    at: datetime
    place: str
    note: str


@dataclass(frozen=True)
class PromiseView:
    """A promise of the agreement and what became of it."""

    id: UUID
    due: date
    who: str
    what: str
    kept: bool | None
    told_by: str
    told_at: datetime | None


@dataclass(frozen=True)
class Page:
    """All of one mediation that its mediator or a party reads. `me`: the party's letter, empty for the mediator.

    The office reads of one that waits for a mediator only what the declaration of no interest asks for: names and kind.
    """

    id: UUID
    label: str
    subject: str
    area_code: str
    state: str
    outcome: str
    office: OfficeFacts | None
    mediator: str
    declared_at: datetime | None
    opened_at: datetime
    ended_at: datetime | None
    words: str
    version: int
    agreement: str
    agreed_at: datetime | None
    court_until: datetime | None
    sides: tuple[SideView, SideView]
    meetings: tuple[MeetingView, ...]
    promises: tuple[PromiseView, ...]
    me: str
    may: frozenset[str]
    outcomes: frozenset[str]


def _keys(ids: Sequence[UUID]) -> tuple[str, ...]:
    rows = Mediation.objects.filter(pk__in=ids).values_list("parties", flat=True)
    sides = sorted(key for parties in rows for key in parties if key.startswith("side:"))
    return (*(f"mediation:{one}" for one in ids), *sides)


def _listed(found: Listed, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _keys([row.id for row in found.rows])


def _shown(page: Page, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _keys([page.id])


def _of_mediation(facts: Mapping[str, Any]) -> Place:
    return _place(Mediation.objects.filter(pk=facts["mediation_id"]).values_list("parties", flat=True).first())


def _of_code(facts: Mapping[str, Any]) -> Place:
    side = Side.objects.filter(code_digest=digest_of(facts["code"])).values_list("mediation__parties", flat=True)
    found = side.first()
    if found is None:
        _refuse_replaced(facts["code"], facts["at"])
    return _place(found)


def _refuse_replaced(code: str, at: datetime) -> None:
    """Say of a code that a mediator replaced that it was; the row is seen by who holds that very code."""
    old = Replaced.objects.filter(parties__contains=[side_key(code)]).values_list("at", flat=True).last()
    if old is not None:
        year = local_day(at, ZONE).year
        day = Words(*(day_text(local_day(old, ZONE), tongue, this_year=year) for tongue in ("zh", "en")))
        raise Refusal((worded(REPLACED, day=day, owner=policy().owner),))


def _place(parties: Sequence[str] | None) -> Place:
    if parties is None:
        raise refuse(UNKNOWN)
    return Place(parties=frozenset(parties), personal=True)


@look("look.mediations", subjects=_listed)
def mediations(
    *, ended: bool, viewer: Viewer, at: datetime, first: int = 0, purpose: str = "mediation"
) -> Listed:  # fmt: skip
    """What waits for a mediator of the viewer's office, and the viewer's own, the oldest first; or those that ended."""
    rows = Mediation.objects.filter(ended_at__isnull=not ended)
    page = list(rows.order_by("-ended_at" if ended else "opened_at", "id")[first : first + PAGE])
    ids = [row.pk for row in page]
    names: dict[UUID, list[str]] = {}
    for side in Side.objects.filter(mediation__in=ids).order_by("letter"):
        names.setdefault(side.mediation_id, []).append(DRAWER.read(side.name_sealed, side.pk, "name"))
    due: dict[UUID, date] = {}
    for promise in Promise.objects.filter(mediation__in=ids, kept__isnull=True).order_by("-due_date"):
        due[promise.mediation_id] = promise.due_date
    lines = [_line(row, viewer, names.get(row.pk, []), due.get(row.pk)) for row in page]
    return Listed(tuple(lines), rows.count(), first)


def _line(row: Mediation, viewer: Viewer, names: Sequence[str], due: date | None) -> Line:
    first, second = (*names, "", "")[:2]
    return Line(
        row.pk, row.label, row.subject, row.area_code, row.state, row.outcome, row.mediator == viewer.key,
        row.opened_at, row.ended_at, (first, second), due if row.state == "agreed" else None,
    )  # fmt: skip


@look("look.mediation", on=_of_mediation, subjects=_shown)
def mediation_page(*, mediation_id: UUID, viewer: Viewer, at: datetime, purpose: str = "mediation") -> Page:
    """One mediation for whoever mediates it; for the office, while it waits for somebody, names and kind alone."""
    row = Mediation.objects.get(pk=mediation_id)
    page = _page(row, "")
    return page if row.mediator == viewer.key else _undeclared(page)


def _undeclared(page: Page) -> Page:
    """What may be read before anybody has declared to have no interest in it."""
    one, other = (SideView(side.letter, side.name) for side in page.sides)
    return replace(page, words="", version=0, agreement="", sides=(one, other), meetings=(), promises=())


@look("look.own_mediation", on=_of_code, subjects=_shown)
def own_mediation(*, code: str, viewer: Viewer, at: datetime, purpose: str = "own_case") -> Page:
    """The mediation for the party that holds the code. An invitation opens nothing before it is exchanged."""
    side = Side.objects.get(code_digest=digest_of(code))
    if side.entered_at is None:
        raise refuse(UNKNOWN)
    return _page(Mediation.objects.get(pk=side.mediation_id), side.letter)


@look("look.own_mediation", on=_of_code, subjects=lambda _result, _facts: ())
def is_invitation(*, code: str, viewer: Viewer, at: datetime, purpose: str = "own_case") -> bool:
    """Whether a code is an invitation that has not been exchanged yet."""
    return Side.objects.get(code_digest=digest_of(code)).entered_at is None


def _page(row: Mediation, me: str) -> Page:
    sides = [_side(side, row, me) for side in Side.objects.filter(mediation=row).order_by("letter")]
    known = offices([row.office_id])
    return Page(
        id=row.pk, label=row.label, subject=row.subject, area_code=row.area_code, state=row.state, outcome=row.outcome,
        office=known.get(row.office_id), mediator=row.mediator, declared_at=row.declared_at, opened_at=row.opened_at,
        ended_at=row.ended_at, words="" if me == "b" else DRAWER.read(row.words_sealed, row.pk, "words"),
        version=row.version, agreement=DRAWER.read(row.agreement_sealed, row.pk, f"agreement:{row.version}"),
        agreed_at=row.agreed_at, court_until=row.agreed_at + policy().court if row.agreed_at else None,
        sides=(sides[0], sides[1]), meetings=tuple(_meeting(one, me) for one in _meetings(row)),
        promises=tuple(map(_promise, Promise.objects.filter(mediation=row).order_by("due_date", "id"))), me=me,
        may=_may(row),
        outcomes=outcomes_open(row.state),
    )  # fmt: skip


def _may(row: Mediation) -> frozenset[str]:
    """The steps that are open; nobody takes on what somebody holds."""
    steps = (key for key, (_words, states) in ACTIONS.items() if row.state in states)
    return frozenset(key for key in steps if key != "take_on" or not row.mediator)


def _meetings(row: Mediation) -> list[Meeting]:
    return list(Meeting.objects.filter(mediation=row).order_by("at"))


def _side(side: Side, row: Mediation, me: str) -> SideView:
    return SideView(
        side.letter, DRAWER.read(side.name_sealed, side.pk, "name"),
        Contact() if me else DRAWER.read_contact(side.contact_sealed, side.pk), side.invited_at, side.entered_at,
        side.consent, side.consent_how, side.consent_at, side.agreed_version == row.version and row.version > 0,
        side.agreed_how, side.agreed_at, "" if me else DRAWER.read(side.present_sealed, side.pk, "present"),
        side.replaced_at,
    )  # fmt: skip


def _meeting(one: Meeting, me: str) -> MeetingView:
    note = "" if me else DRAWER.read(one.note_sealed, one.pk, "note")
    return MeetingView(one.at, DRAWER.read(one.place_sealed, one.pk, "place"), note)


def _promise(one: Promise) -> PromiseView:
    what = DRAWER.read(one.what_sealed, one.pk, "what")
    return PromiseView(one.pk, one.due_date, one.who, what, one.kept, one.told_by, one.told_at)


@dataclass(frozen=True)
class Posted:
    """A figure of a quarter as it may be seen."""

    quarter: str
    area_code: str
    about: str
    mark: str
    n: int | None


def posted_figures(area_code: str) -> list[Posted]:
    """The figures of ended quarters of a county, newest first; open to everybody."""
    rows = Tally.objects.filter(area_code=area_code).order_by("-quarter", "about")
    return [Posted(row.quarter, row.area_code, row.about, row.mark, row.n) for row in rows]
