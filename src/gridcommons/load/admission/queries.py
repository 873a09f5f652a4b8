"""Reads of admission: proposals with their history, what is admitted, how the list grew. All of it is public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from gridcommons.access.queries import offices
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.load.admission.models import Decision, Proposal, Review
from gridcommons.load.admission.refusals import UNKNOWN
from gridcommons.load.admission.rules import (
    AMENDMENT,
    DECIDER,
    DECISION,
    PROPOSER,
    ROLE_OF,
    Reviewed,
    Standing,
    awaits,
    is_awaited,
)
from gridcommons.load.ceiling.growth import InUse
from gridcommons.territory.succession import ZONE

_HEAVY = ("workbook", "questions", "findings")


@dataclass(frozen=True)
class Step:
    """One step of a history: what was done, by which office, when, why, and until when it holds."""

    what: str
    office: Words
    at: datetime
    said: str = ""
    until: date | None = None
    area_code: str = ""
    edition: int = 1
    drops: tuple[str, ...] = ()
    verdict: dict[str, Any] | None = None


@dataclass(frozen=True)
class Entry:
    """A proposal with its history, the newest step last."""

    proposal: Proposal
    name: Words
    office: Words
    steps: tuple[Step, ...]


def standing_of(proposal: Proposal) -> Standing:
    """A proposal as the rules look at it, with the reviews of its present edition."""
    rows = [review for review in proposal.reviews.all() if review.edition == proposal.edition]
    again = tuple(one["name"] for one in proposal.findings if one.get("again"))
    return Standing(
        state=proposal.state,
        proposed_by=proposal.proposed_by,
        office=str(proposal.office_id),
        reviews=tuple(Reviewed(r.desk, r.answer == "agrees", r.by_key, str(r.office_id)) for r in rows),
        again=again,
    )


@dataclass(frozen=True)
class Waiting:
    """A proposal that waits for somebody: for a desk's review, the decision, or the proposer's next edition."""

    proposal_id: UUID
    name: Words
    kind: str
    what: str
    since: datetime


def waiting_for(viewer: Viewer, at: datetime) -> list[Waiting]:
    """The proposals that wait for the viewer's own part, the longest waiting first."""
    parts = _parts_of(viewer, at)
    if not parts:
        return []
    found, open_ = [], Proposal.objects.filter(state="proposed").order_by("proposed_at")
    for one in open_.defer("workbook", "questions").prefetch_related("reviews"):
        standing = standing_of(one)
        wanted = awaits(standing)
        ours = [
            what for what, grant in parts
            if what in wanted and grant.covers(one.area_code)
            and is_awaited(what, standing, viewer.key, str(grant.office_id))
        ]  # fmt: skip
        if ours:
            found.append(Waiting(one.pk, Words(one.name_zh, one.name_en), one.kind, ours[0], one.proposed_at))
    return found


def _parts_of(viewer: Viewer, at: datetime) -> list[tuple[str, GrantFacts]]:
    """What the viewer's grants let them answer for, each with the grant."""
    parts = {**{role: desk for desk, role in ROLE_OF.items()}, DECIDER: DECISION, PROPOSER: AMENDMENT}
    held = viewer.roles_at(at)
    return [(parts[role.key], grant) for role, grant in held if grant and grant.office_id and role.key in parts]


def entries(*, kind: str = "", states: Iterable[str] = (), limit: int = 500) -> list[Entry]:
    """The register, the newest first."""
    rows = Proposal.objects.order_by("-proposed_at").defer(*_HEAVY)
    rows = rows.filter(kind=kind) if kind else rows
    wanted = list(states)
    return _with_history((rows.filter(state__in=wanted) if wanted else rows)[:limit])


def entry_of(proposal_id: UUID) -> Entry:
    """One proposal, whole, with its history; refuses an unknown one."""
    found = _with_history(Proposal.objects.filter(pk=proposal_id))
    if not found:
        raise refuse(UNKNOWN)
    return found[0]


def history_of(matter_key: str) -> list[Entry]:
    """What was proposed and decided of a matter and of the forms that serve it."""
    own = Proposal.objects.filter(kind="matter", key=matter_key) | Proposal.objects.filter(matter_key=matter_key)
    return _with_history(own.order_by("-proposed_at").defer(*_HEAVY))


def _with_history(rows: QuerySet[Proposal]) -> list[Entry]:
    held = list(rows)
    keys = [one.pk for one in held]
    reviews = list(Review.objects.filter(proposal_id__in=keys))
    decisions = list(Decision.objects.filter(proposal_id__in=keys))
    named = {
        key: Words(office.name_zh, office.name_en)
        for key, office in offices(
            {*(p.office_id for p in held), *(r.office_id for r in reviews), *(d.office_id for d in decisions)}
        ).items()
    }
    unknown = Words("—", "—")
    return [
        Entry(
            one,
            Words(one.name_zh, one.name_en),
            named.get(one.office_id, unknown),
            _steps(one, reviews, decisions, named),
        )
        for one in held
    ]


def _steps(
    proposal: Proposal, reviews: Iterable[Review], decisions: Iterable[Decision], named: dict[UUID, Words]
) -> tuple[Step, ...]:
    none = Words("—", "—")
    own = named.get(proposal.office_id, none)
    found = [Step("proposed", own, proposal.proposed_at, proposal.reason, edition=proposal.edition)]
    found += [
        Step(f"{r.desk}:{r.answer}", named.get(r.office_id, none), r.at, r.said, edition=r.edition)
        for r in reviews
        if r.proposal_id == proposal.pk
    ]
    found += [
        Step(
            d.answer, named.get(d.office_id, none), d.at, d.reason, d.until, d.area_code, d.edition, tuple(d.drops),
            d.verdict or None,
        )
        for d in decisions
        if d.proposal_id == proposal.pk
    ]  # fmt: skip
    if proposal.withdrawn_at:
        found.append(Step("withdraw", own, proposal.withdrawn_at, proposal.withdrawn_said, edition=proposal.edition))
    return tuple(sorted(found, key=lambda step: step.at))


@dataclass(frozen=True)
class AdmittedForm:
    """A form that may be used on a day: for which matter, where, until when, and what it was found to ask."""

    key: str
    matter_key: str
    area_code: str
    until: date
    questions: Sequence[Mapping[str, Any]]


def admitted_forms(day: date, *, keys: Iterable[str] | None = None) -> list[AdmittedForm]:
    """The forms that are admitted or on trial on a day, each where it is; `keys`: these alone, with their questions."""
    rows = Proposal.objects.filter(kind="form", state__in=["piloted", "admitted"], until__gte=day).defer("workbook")
    rows = rows.defer(*_HEAVY) if keys is None else rows.filter(key__in=list(keys))
    return [
        AdmittedForm(
            one.key, one.matter_key, one.pilot_area or one.area_code, one.until or day,
            () if keys is None else tuple(one.questions),
        )
        for one in rows.order_by("key")
    ]  # fmt: skip


@dataclass(frozen=True)
class Usable:
    """A form that was admitted or is on trial, as whoever may put it in use reads it."""

    proposal_id: UUID
    key: str
    name: Words
    matter_key: str
    area_code: str
    until: date


def usable_forms(area_code: str, day: date) -> list[Usable]:
    """The forms of an area that may be put in use on a day, whether anybody did so or not, by name."""
    rows = Proposal.objects.filter(kind="form", state__in=["piloted", "admitted"], until__gte=day, area_code=area_code)
    return [
        Usable(
            one.pk, one.key, Words(one.name_zh, one.name_en), one.matter_key, one.pilot_area or one.area_code,
            one.until or day,
        )
        for one in rows.defer(*_HEAVY).order_by("name_zh")
    ]  # fmt: skip


def is_form_admitted(form_key: str, area_code: str, day: date) -> bool:
    """Whether a form may be used in an area on a day: admitted or on trial there, and not past its last day."""
    rows = Proposal.objects.filter(kind="form", key=form_key, state__in=["piloted", "admitted"], until__gte=day)
    return any(area_code.startswith(one.pilot_area or one.area_code) for one in rows.only("area_code", "pilot_area"))


@dataclass(frozen=True)
class LastDay:
    """The last day of an admission or a trial, and where it held."""

    area_code: str
    last: date


def last_days(keys: Iterable[str]) -> dict[str, list[LastDay]]:
    """The last day of every admission that these forms ever had, by form: as planned, or when it was ended before."""
    rows = Proposal.objects.filter(kind="form", key__in=set(keys), until__isnull=False).defer(*_HEAVY)
    found: dict[str, list[LastDay]] = {}
    for one in rows.prefetch_related("decisions"):
        ended = [local_day(d.at, ZONE) for d in one.decisions.all() if d.answer in ("end", "refuse")]
        last = min([*ended, one.until or date.max])
        found.setdefault(one.key, []).append(LastDay(one.pilot_area or one.area_code, last))
    return found


def forms_in_use() -> list[InUse]:
    """Every form that was ever admitted or on trial, with the days on which it might be used."""
    rows = Proposal.objects.filter(kind="form", decisions__answer__in=["pilot", "admit"]).distinct().defer("workbook")
    return [_in_use(one, list(one.decisions.order_by("at"))) for one in rows]


def _in_use(form: Proposal, decisions: list[Decision]) -> InUse:
    first = next(one.at for one in decisions if one.answer in ("pilot", "admit"))
    ended = next((one.at for one in decisions if one.answer in ("end", "refuse")), None)
    last = local_day(ended, ZONE) if ended else form.until + timedelta(days=1) if form.until else None
    asked = sum(1 for one in form.questions if one.get("asked"))
    return InUse(form.matter_class, local_day(first, ZONE), last, asked, form.minutes, form.per_year)


def stated_rates() -> dict[str, float]:
    """Times a year for 1,000 households of the county's own matters, as they were proposed."""
    rows = Proposal.objects.filter(kind="matter", state__in=["piloted", "admitted", "ended"])
    return {key: float(rate) for key, rate in rows.values_list("key", "per_year")}
