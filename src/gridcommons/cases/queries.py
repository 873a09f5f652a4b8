"""Reads of cases: the page of one case, queues, a worker's list; each a look, naming what it showed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable

from gridcommons.access.deeds import look
from gridcommons.access.entries import Entry, entries_about
from gridcommons.access.queries import OfficeFacts, find_office, offices
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import lying_in
from gridcommons.cases.casting import actors, clock_kind, clock_steps, facts_of, file_by, is_reporter, span_of
from gridcommons.cases.codes import digest_of, track_key
from gridcommons.cases.lateness import URGENT, is_late, overdue
from gridcommons.cases.models import Case, Photo, PublicCase, Step
from gridcommons.cases.rules import ClockState, bars, clock_of, minutes_left, open_actions
from gridcommons.cases.separation import taken_part
from gridcommons.cases.stepping import UNKNOWN, place_of
from gridcommons.cases.transitions import Action, packaged
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import matter_as_of, matters_as_of
from gridcommons.territory.succession import area_now, areas_now

PAGE: Final = 30
OPEN_STATES: Final = (
    "reported", "filed", "returned", "dispatched", "handling", "handled", "rework", "reopened"
)  # fmt: skip


@dataclass(frozen=True)
class StepLine:
    """One line of the life line. `who`: an office for staff; the reporter is never named."""

    action: str
    duty: str
    from_state: str
    to_state: str
    at: datetime
    name: str
    office: OfficeFacts | None
    to_office: OfficeFacts | None
    note: str
    private: bool


@dataclass(frozen=True)
class PhotoLine:
    """One photo of a case."""

    id: UUID
    width: int
    height: int
    by_reporter: bool


@dataclass(frozen=True)
class CasePage:
    """All that the page of one case shows to this viewer, and what they may do next."""

    id: UUID
    number: str
    matter: Matter
    state: str
    text: str
    address: str
    language: str
    channel: str
    area_code: str
    lon: float | None
    lat: float | None
    reported_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    handler: OfficeFacts | None
    supervision: OfficeFacts | None
    is_late: bool
    clock: ClockState
    steps: tuple[StepLine, ...]
    photos: tuple[PhotoLine, ...]
    may: tuple[Action, ...]
    why_not: tuple[Words, ...]
    """Why a step of the viewer's own duties cannot be taken by them here; only where they may take none."""
    contact_id: UUID | None
    share_with_handler: bool
    mine: bool
    returns: int
    reworks: int
    reopens: int


@dataclass(frozen=True)
class QueueRow:
    """One row of a queue. `matter`: with the deadline it was promised. `file_by`: while nobody has filed it.

    `paused`: its clock stands while it waits for the check, so that no moment is due.
    """

    id: UUID
    number: str
    matter: Matter
    text: str
    area_code: str
    state: str
    reported_at: datetime
    file_by: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    handler_office_id: UUID | None
    returns: int
    reworks: int
    reopens: int
    limit_minutes: int
    left_minutes: int | None
    is_late: bool
    paused: bool


@dataclass(frozen=True)
class QueuePage:
    """One page of a queue and how many rows there are in all."""

    rows: tuple[QueueRow, ...]
    total: int
    first: int


@dataclass(frozen=True)
class Filter:
    """What a queue is filtered by; empty parts do not filter."""

    states: tuple[str, ...] = ()
    matter_key: str = ""
    area_code: str = ""
    words: str = ""
    overdue_at: datetime | None = None
    handled_by_me: bool = False
    mine: bool = False
    to_do: bool = False
    """Without the cases whose next step the viewer may not take, having taken part in them."""


def _of_case(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(pk=facts["case_id"]))


def _of_code(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(track_digest=digest_of(facts["code"])))


def _page_subjects(page: CasePage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    parties = Case.objects.values_list("parties", flat=True).get(pk=page.id)
    return (f"case:{page.id}", *(party for party in parties if not party.startswith("office:")))


def _queue_subjects(page: QueuePage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The cases shown and those who reported them: a look at a list is a look they can read."""
    ids = [row.id for row in page.rows]
    parties = {p for held in Case.objects.filter(pk__in=ids).values_list("parties", flat=True) for p in held}
    return (*(f"case:{i}" for i in ids), *sorted(p for p in parties if not p.startswith("office:")))


@look("look.case", on=_of_case, subjects=_page_subjects)
def case_page(*, case_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> CasePage:
    """One case for those who work on it."""
    return _page(Case.objects.get(pk=case_id), viewer, at)


@look("look.own_case", on=_of_code, subjects=_page_subjects)
def tracked_case(*, code: str, viewer: Viewer, at: datetime, purpose: str = "own_case") -> CasePage:
    """One case for whoever holds its tracking code; the viewer must carry the code's key as a party."""
    return _page(Case.objects.get(track_digest=digest_of(code)), viewer, at)


@look("look.own_case", on=_of_case, subjects=_page_subjects)
def own_case(*, case_id: UUID, viewer: Viewer, at: datetime, purpose: str = "own_case") -> CasePage:
    """One case for the account that reported it."""
    return _page(Case.objects.get(pk=case_id), viewer, at)


def with_code(viewer: Viewer, code: str) -> Viewer:
    """The viewer, holding a tracking code."""
    return Viewer(
        key=viewer.key, user_id=viewer.user_id, grants=viewer.grants, parties=viewer.parties | {track_key(code)},
        everywhere=viewer.everywhere, name=viewer.name,
    )  # fmt: skip


def _page(case: Case, viewer: Viewer, at: datetime) -> CasePage:
    steps = list(case.steps.order_by("at", "id"))
    matter = matter_as_of(case.edition, case.matter_key)
    mine = is_reporter(case.parties, viewer)
    facts = facts_of(case, steps, matter)
    here = area_now(case.area_code, case.pk)
    who = actors(viewer, here, case.parties, at)
    may = {row.key: row for actor in who for row in open_actions(case=facts, actor=actor)}
    barred = {reason.words(): None for actor in who for reason in bars(case=facts, actor=actor)}
    known = offices(
        [
            case.handler_office_id,
            *(s.office_id for s in steps),
            *(s.to_office_id for s in steps),
        ]
    )
    limit = matter.deadline
    clock = clock_of(
        clock_steps(steps), WorkingCalendar.load(), span_of(limit.handle_minutes, limit.clock),
        now=case.ended_at or at, clock=clock_kind(limit.clock),
    )  # fmt: skip
    outside = mine and all(actor.office is None for actor in who)
    return CasePage(
        id=case.pk, number=case.number, matter=matter, state=case.state, text=case.text, address=case.address,
        language=case.language, channel=case.channel, area_code=here, lon=case.lon, lat=case.lat,
        reported_at=case.reported_at, due_at=case.due_at, ended_at=case.ended_at,
        handler=known.get(case.handler_office_id) if case.handler_office_id else None,
        supervision=find_office(CHINA.cut(here, "township"), "supervision"),
        is_late=_late(case, at), clock=clock, steps=tuple(_line(step, known, outside=outside) for step in steps),
        photos=tuple(PhotoLine(p.pk, p.width, p.height, p.duty == "reporter") for p in case.photos.order_by("at")),
        may=tuple(may.values()), why_not=() if may else tuple(barred),
        contact_id=case.contact_id, share_with_handler=case.share_with_handler, mine=mine,
        returns=case.returns, reworks=case.reworks, reopens=case.reopens,
    )  # fmt: skip


def _line(step: Step, known: Mapping[UUID, OfficeFacts], *, outside: bool) -> StepLine:
    """A step as it is shown; what is between offices stays between them, and residents see offices, not names.

    Why it has to be done again is the reporter's business too: it tells them why it takes longer.
    """
    hidden = outside and step.private and step.action != "rework"
    note = mask(step.note).text if outside and step.action == "rework" else step.note
    return StepLine(
        action=step.action, duty=step.duty, from_state=step.from_state, to_state=step.to_state, at=step.at,
        name="" if outside else step.by_name, office=known.get(step.office_id) if step.office_id else None,
        to_office=known.get(step.to_office_id) if step.to_office_id else None,
        note="" if hidden else note, private=step.private,
    )  # fmt: skip


_ORDERS: Final[Mapping[str, Sequence[Combinable | str]]] = {
    "due": URGENT,
    "new": ("-reported_at",),
    "old": ("reported_at",),
}


@look("look.queue", subjects=_queue_subjects)
def queue(
    *, wanted: Filter, viewer: Viewer, at: datetime, first: int = 0, most: int = PAGE, order: str = "due",
    purpose: str = "service",
) -> QueuePage:  # fmt: skip
    """The cases a viewer may work on, filtered, the most urgent first, at most `most`; rows of others are not there."""
    rows = _filtered(wanted, viewer, at)
    ordering = _ORDERS.get(order, _ORDERS["due"])
    page = rows.order_by(*ordering, "id")[first : first + most]
    return QueuePage(_rows(page, at), rows.count(), first)


@look("look.own_case", subjects=_queue_subjects)
def my_cases(*, viewer: Viewer, at: datetime, first: int = 0, purpose: str = "own_case") -> QueuePage:
    """The cases that an account reported, newest first."""
    rows = Case.objects.filter(parties__contains=[viewer.key]) if viewer.user_id else Case.objects.none()
    page = rows.order_by("-reported_at", "id")[first : first + PAGE]
    return QueuePage(_rows(page, at), rows.count(), first)


def _filtered(wanted: Filter, viewer: Viewer, at: datetime) -> QuerySet[Case]:
    rows = Case.objects.all()
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.matter_key:
        rows = rows.filter(matter_key=wanted.matter_key)
    if wanted.area_code:
        rows = rows.filter(lying_in("area_code", [wanted.area_code]))
    if wanted.words:
        rows = rows.filter(Q(text__icontains=wanted.words) | Q(number__icontains=wanted.words))
    if wanted.overdue_at is not None:
        rows = rows.filter(overdue(wanted.overdue_at))
    if wanted.handled_by_me:
        rows = rows.filter(handler_office_id__in=[g.office_id for g in viewer.grants if g.office_id and g.holds_at(at)])
    if wanted.mine and viewer.user_id:
        rows = rows.filter(steps__by_key=viewer.key).distinct()
    if wanted.to_do:
        rows = rows.exclude(taken_part(viewer))
    return rows


def _rows(page: Iterable[Case], at: datetime) -> tuple[QueueRow, ...]:
    cases = list(page)
    matters = matters_as_of((case.edition, case.matter_key) for case in cases)
    here = areas_now({case.pk: case.area_code for case in cases})
    return tuple(_row(case, matters[case.edition, case.matter_key], here[case.pk], at) for case in cases)


def _row(case: Case, matter: Matter, here: str, at: datetime) -> QueueRow:
    limit = matter.deadline
    calendar, kind = WorkingCalendar.load(), clock_kind(limit.clock)
    state = packaged().states[case.state]
    running = case.due_at is not None and state.clock == "runs"
    paused = state.clock == "stands" and not state.end
    to_file = (case.file_by or file_by(matter, case.reported_at)) if case.state == "reported" else None
    return QueueRow(
        case.pk, case.number, matter, case.text, here, case.state, case.reported_at, to_file,
        None if paused else case.due_at, case.ended_at, case.handler_office_id, case.returns, case.reworks,
        case.reopens,
        span_of(limit.handle_minutes, limit.clock).total_minutes(calendar, clock=kind),
        minutes_left(case.due_at, calendar, now=at, clock=kind) if running and case.due_at else None,
        _late(case, at), paused,
    )  # fmt: skip


def _late(case: Case, at: datetime) -> bool:
    late = is_late(state=case.state, due_at=case.due_at, handled_at=case.handled_at, at=at)
    return late and case.ended_at is None


def _looks_subjects(_entries: list[Entry], facts: Mapping[str, Any]) -> tuple[str, ...]:
    parties = Case.objects.values_list("parties", flat=True).get(pk=facts["case_id"])
    return (f"case:{facts['case_id']}", *(party for party in parties if not party.startswith("office:")))


@look("look.case", on=_of_case, subjects=_looks_subjects)
def looks_at_case(*, case_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> list[Entry]:
    """Who looked at a case, newest first, as far as the viewer's own scope reaches."""
    return entries_about(f"case:{case_id}")


def _photo_subjects(photo: Photo, facts: Mapping[str, Any]) -> tuple[str, ...]:
    parties = Case.objects.values_list("parties", flat=True).get(pk=facts["case_id"])
    return (f"photo:{photo.pk}", f"case:{photo.case_id}", *(p for p in parties if not p.startswith("office:")))


@look("look.case", on=_of_case, subjects=_photo_subjects)
def photo_of(*, case_id: UUID, photo_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> Photo:
    """One photo of a case for those who work on it."""
    return _photo(case_id, photo_id)


@look("look.own_case", on=_of_case, subjects=_photo_subjects)
def own_photo(*, case_id: UUID, photo_id: UUID, viewer: Viewer, at: datetime, purpose: str = "own_case") -> Photo:
    """One photo of a case for its reporter."""
    return _photo(case_id, photo_id)


def _photo(case_id: UUID, photo_id: UUID) -> Photo:
    found = Photo.objects.filter(pk=photo_id, case_id=case_id).first()
    if found is None:
        raise refuse(UNKNOWN)
    return found


def public_cases(
    *,
    codes: tuple[str, ...] = (),
    matter_keys: tuple[str, ...] = (),
    first: datetime | None = None,
    last: datetime | None = None,
    states: tuple[str, ...] = (),
    area_code: str = "",
    limit: int = 1_000,
    offset: int = 0,
) -> list[PublicCase]:
    """What is public of the cases of public matters, newest first; no person and no exact place is in it."""
    rows = PublicCase.objects.all()
    if codes:
        return _today(rows.filter(number__in=codes)[:limit])
    for name, value in (
        ("matter_key__in", matter_keys), ("reported_at__gte", first), ("reported_at__lte", last), ("state__in", states),
    ):  # fmt: skip
        if value:
            rows = rows.filter(**{name: value})
    rows = rows.filter(lying_in("area_code", [area_code])) if area_code else rows
    return _today(rows.order_by("-reported_at", "number")[offset : offset + limit])


def _today(rows: Iterable[PublicCase]) -> list[PublicCase]:
    """Public rows with the codes that their areas have now, for reading only."""
    found = list(rows)
    for row in found:
        row.area_code = area_now(row.area_code)
    return found
