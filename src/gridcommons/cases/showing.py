"""From rows to what pages and queues show: who may do what next, clock, lines, what stays between offices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from gridcommons.access.queries import OfficeFacts, find_office, offices
from gridcommons.access.rules import Viewer
from gridcommons.cases.casting import actors, clock_at, clock_kind, facts_of, file_by, is_reporter, span_of
from gridcommons.cases.clocks import minutes_left
from gridcommons.cases.lateness import is_late, overdue
from gridcommons.cases.models import SYSTEMS, UNCHECKED, Case, Part, Photo, PublicCase, Step
from gridcommons.cases.pages import (
    Apart,
    CasePage,
    Filter,
    LeadLine,
    PartLine,
    PhotoLine,
    QueueRow,
    StepLine,
    ToCheck,
)
from gridcommons.cases.rules import bars, open_actions
from gridcommons.cases.separation import own_offices, raised_to, taken_part
from gridcommons.cases.stepping import mark_of
from gridcommons.cases.transitions import packaged
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.codes import CHINA
from gridcommons.kit.masking import mask
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import matter_as_of, matters_as_of
from gridcommons.territory.succession import area_now, areas_now, things_in

_FIRST: Final = 80
_MASKED: Final = frozenset({"rework", "park", "grant_extension", "raise", "press", "appoint", "name_body"})
"""Steps whose note the reporter reads, masked: why it takes longer, and whose it is."""


def page_of(case: Case, viewer: Viewer, at: datetime) -> CasePage:
    """A case as its page shows it to a viewer."""
    steps = list(case.steps.order_by("at", "id"))
    matter = matter_as_of(case.edition, case.matter_key)
    mine = is_reporter(case.parties, viewer)
    parts = list(case.parts.order_by("named_at", "id"))
    facts = facts_of(case, steps, matter, at, parts)
    here = area_now(case.area_code, case.pk)
    who = actors(viewer, here, case.parties, at)
    may = {row.key: row for actor in who for row in open_actions(case=facts, actor=actor)}
    barred = {reason.words(): None for actor in who for reason in bars(case=facts, actor=actor)}
    known = _offices_on(case, steps, parts)
    clock = clock_at(case, steps, matter, now=case.ended_at or at)
    outside = mine and all(actor.office is None for actor in who)
    return CasePage(
        id=case.pk, number=case.number, matter=matter, state=case.state, text=case.text, address=case.address,
        language=case.language, channel=case.channel, area_code=here, lon=case.lon, lat=case.lat,
        reported_at=case.reported_at, file_by=case.file_by or file_by(matter, case.reported_at), due_at=case.due_at,
        ended_at=case.ended_at,
        handler=known.get(case.handler_office_id) if case.handler_office_id else None,
        supervision=find_office(CHINA.cut(here, "township"), "supervision"),
        is_late=late(case, at), clock=clock, steps=tuple(_line(step, known, outside=outside) for step in steps),
        photos=tuple(_photo_line(one) for one in case.photos.order_by("at") if not outside or one.duty != UNCHECKED),
        may=tuple(may.values()), why_not=() if may else tuple(barred),
        contact_id=case.contact_id, share_with_handler=case.share_with_handler, mine=mine,
        returns=case.returns, reworks=case.reworks, reopens=case.reopens,
        apart=_apart(case, parts, known, outside=outside), public=case.public,
    )  # fmt: skip


def _photo_line(photo: Photo) -> PhotoLine:
    return PhotoLine(
        photo.pk, photo.width, photo.height, photo.duty == "reporter", photo.duty in SYSTEMS, photo.duty == UNCHECKED
    )


def _offices_on(case: Case, steps: Iterable[Step], parts: Iterable[Part]) -> dict[UUID, OfficeFacts]:
    """All offices that the page of a case names."""
    of_steps = [office for step in steps for office in (step.office_id, step.to_office_id)]
    own = [case.handler_office_id, case.supervision_office_id, case.raised_office_id, case.owner_office_id]
    return offices([*own, *of_steps, *(part.office_id for part in parts)])


def _apart(case: Case, parts: Iterable[Part], known: Mapping[UUID, OfficeFacts], *, outside: bool) -> Apart:
    """What is not simple about a case. Whoever stands outside sees no other reporter's case."""
    lines = [
        PartLine(known.get(one.office_id), "" if outside else one.text, one.named_at, one.done_at) for one in parts
    ]
    seen = Case.objects.none() if outside else case.followers.order_by("number")
    return Apart(
        extension=case.extension, wanted_until=case.wanted_until, first_due_at=case.first_due_at,
        review_date=case.review_date, owner=known.get(case.owner_office_id) if case.owner_office_id else None,
        raised_level=case.raised_level, raised_at=case.raised_at,
        raised_to=known.get(case.raised_office_id) if case.raised_office_id else None, appointed=case.appointed,
        ownerless=case.ownerless, body=case.body, asked_at=case.asked_at, answer=case.answer, parts=tuple(lines),
        lead=_lead_line(case, outside=outside),
        followers=tuple((one.pk, one.number, one.text[:_FIRST]) for one in seen),
    )  # fmt: skip


def _lead_line(case: Case, *, outside: bool) -> LeadLine | None:
    """The case it is joined with: to its own office by number, to others what the public row or its state says."""
    if case.lead_id is None:
        return None
    number = PublicCase.objects.filter(pk=case.number).values_list("lead_number", flat=True).first() or ""
    lead = None if outside else Case.objects.filter(pk=case.lead_id).first()
    if lead is None:
        return LeadLine(case.lead_state, case.ended_at, number)
    return LeadLine(lead.state, lead.ended_at, lead.number, lead.pk)


def _line(step: Step, known: Mapping[UUID, OfficeFacts], *, outside: bool) -> StepLine:
    """A step as it is shown; what is between offices stays between them, and residents see offices, not names.

    Why it has to be done again is the reporter's business too: it tells them why it takes longer.
    """
    hidden = outside and step.private and step.action != "rework"
    note = mask(step.note).text if outside and step.action in _MASKED else step.note
    return StepLine(
        action=step.action, duty=step.duty, from_state=step.from_state, to_state=step.to_state, at=step.at,
        name="" if outside else step.by_name, office=known.get(step.office_id) if step.office_id else None,
        to_office=known.get(step.to_office_id) if step.to_office_id else None,
        note="" if hidden else note, private=step.private, until=step.until, before_at=step.before_at,
    )  # fmt: skip


def filtered(wanted: Filter, viewer: Viewer, at: datetime) -> QuerySet[Case]:
    """The rows that a filter leaves of those the viewer may see."""
    rows = Case.objects.all()
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.matter_key:
        rows = rows.filter(matter_key=wanted.matter_key)
    if wanted.area_code:
        rows = things_in(rows, [wanted.area_code])
    if wanted.words:
        rows = rows.filter(Q(text__icontains=wanted.words) | Q(number__icontains=wanted.words))
    if wanted.overdue_at is not None:
        rows = rows.filter(overdue(wanted.overdue_at))
    if wanted.handled_by_me:
        rows = rows.filter(own_offices(viewer, at))
    if wanted.raised_to_me:
        rows = rows.filter(raised_to(viewer, at))
    if wanted.extension:
        rows = rows.filter(extension="asked")
    if wanted.mine and viewer.user_id:
        rows = rows.filter(steps__by_key=viewer.key).distinct()
    if wanted.to_do:
        rows = rows.exclude(taken_part(viewer))
    return rows


def rows_of(page: Iterable[Case], at: datetime) -> tuple[QueueRow, ...]:
    """Cases as rows of a queue."""
    cases = list(page)
    matters = matters_as_of((case.edition, case.matter_key) for case in cases)
    here = areas_now({case.pk: case.area_code for case in cases})
    return tuple(_row(case, matters[case.edition, case.matter_key], here[case.pk], at) for case in cases)


def to_check(page: QuerySet[Case], at: datetime) -> tuple[ToCheck, ...]:
    """Cases with their steps and photos, as they go onto a phone."""
    cases = list(page.prefetch_related(Prefetch("steps", Step.objects.order_by("at", "id")), "photos"))
    steps = {case.pk: list(case.steps.all()) for case in cases}
    named = [office for held in steps.values() for step in held for office in (step.office_id, step.to_office_id)]
    known = offices([*named, *(case.handler_office_id for case in cases)])
    return tuple(
        ToCheck(
            row, case.address, case.lon, case.lat,
            known.get(case.handler_office_id) if case.handler_office_id else None,
            tuple(_line(step, known, outside=False) for step in steps[case.pk]),
            tuple(map(_photo_line, sorted(case.photos.all(), key=lambda one: one.at))), mark_of(steps[case.pk]),
        )
        for case, row in zip(cases, rows_of(cases, at), strict=True)
    )  # fmt: skip


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
        span_of(limit.handle_minutes, limit.clock).total_minutes(calendar, clock=kind) + case.extra_minutes,
        minutes_left(case.due_at, calendar, now=at, clock=kind) if running and case.due_at else None,
        late(case, at), paused, case.review_date, tuple(_marks(case)), case.public,
    )  # fmt: skip


def _marks(case: Case) -> Iterable[str]:
    """What a row of a queue has to say beside its state."""
    marks = {"asked": case.extension == "asked", "raised": bool(case.raised_level)}
    return [name for name, holds in marks.items() if holds]


def late(case: Case, at: datetime) -> bool:
    """Whether an open case is late at a moment."""
    is_so = is_late(state=case.state, due_at=case.due_at, handled_at=case.handled_at, at=at)
    return is_so and case.ended_at is None
