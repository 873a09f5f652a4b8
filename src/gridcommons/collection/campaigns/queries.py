"""Reads of campaigns: the register that everybody may read, and for offices how far one has come, area by area."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.orders.rules import area_now, serves
from gridcommons.collection.campaigns import refusals as say
from gridcommons.collection.campaigns.models import Campaign, CampaignStep, DayCount, DayReturn, Goal, SilentDay
from gridcommons.collection.campaigns.models import Objection as Row
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.rules import (
    COUNTED_STATES,
    MOVES,
    OPEN_STATES,
    PUBLIC_STATES,
    Coverage,
    Standing,
    coverage,
    coverages,
)
from gridcommons.collection.selecting import Choice
from gridcommons.collection.visits.series import Reaching, reaches
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.disclosure import alone
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.load.ceiling.policy import ceiling_policy
from gridcommons.outlook.rules import is_local, require_staff
from gridcommons.territory.queries import AreaFacts, area_on, children, names_of
from gridcommons.territory.succession import ZONE
from gridcommons.workforce.queries import count_workers

STRIP_DAYS: Final = 14
_AFTER: Final = timedelta(days=8)
"""So long after its end visits that phones bring late are counted."""


@dataclass(frozen=True)
class CampaignFacts:
    """A campaign as everybody may know it."""

    id: UUID
    area: AreaFacts
    matter_key: str
    form_key: str
    name: Words
    purpose: Words
    choice: Choice
    expected: int
    first: date
    last: date
    minutes: int
    state: str
    notice_until: date | None
    emergency: str
    verdict: dict[str, Any]
    reason: str
    order_id: UUID | None
    approved: bool
    counted_at: datetime | None

    @property
    def series(self) -> str:
        """Its key among what a household may decline for good."""
        return f"campaign:{self.id}"


@dataclass(frozen=True)
class ObjectionFacts:
    """An objection. `text`: read by the office that answers, never on a public page."""

    id: UUID
    number: int
    village: Words
    subject: str
    day: date
    text: str
    decision: str
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class StepFacts:
    """One step of the life line; by whom is kept and not told."""

    action: str
    at: datetime
    note: str


def _facts(rows: Iterable[Campaign]) -> list[CampaignFacts]:
    held = list(rows)
    names = names_of(area_now(row.area_code) for row in held)
    return [
        CampaignFacts(
            row.pk, names[area_now(row.area_code)], row.matter_key, row.form_key, Words(row.name_zh, row.name_en),
            Words(row.purpose_zh, row.purpose_en), Choice(row.choice_key, row.choice_operator, row.choice_value),
            row.expected, row.first, row.last, row.minutes, row.state, row.notice_until, row.emergency, row.verdict,
            row.reason, row.order_id, row.approved_at is not None, row.counted_at,
        )
        for row in held
    ]  # fmt: skip


def public_campaigns(area_code: str = "") -> list[CampaignFacts]:
    """The campaigns that are or were in public notice, the latest first; those of an area and of areas around it."""
    rows = Campaign.objects.filter(state__in=PUBLIC_STATES).order_by("-announced_at")
    return [one for one in _facts(rows) if not area_code or _touches(one.area.code, area_code)]


def _touches(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def public_campaign(campaign_id: UUID) -> CampaignFacts:
    """One of them; refuses a draft like one that is none."""
    found = _facts(Campaign.objects.filter(pk=campaign_id, state__in=[*PUBLIC_STATES]))
    if not found:
        raise refuse(say.UNKNOWN)
    return found[0]


def campaigns_for(*, viewer: Viewer, at: datetime) -> list[CampaignFacts]:
    """The campaigns whose area touches one of the viewer's, drafts only for the office that writes them."""
    require_staff(viewer, at)
    areas = [code for _role, grant in viewer.roles_at(at) if grant is not None for code in grant.areas_now]
    own = serves(viewer, "campaign.draft", at)
    rows = _facts(Campaign.objects.order_by("-drafted_at"))
    return [
        one
        for one in rows
        if any(_touches(one.area.code, area) for area in areas) and (one.state != "draft" or one.area.code in own)
    ]


def campaign_for(*, campaign_id: UUID, viewer: Viewer, at: datetime) -> CampaignFacts:
    """One of them; refuses others."""
    found = next((one for one in campaigns_for(viewer=viewer, at=at) if one.id == campaign_id), None)
    if found is None:
        raise refuse(say.UNKNOWN)
    return found


def names_by_order(orders: Collection[UUID]) -> dict[UUID, Words]:
    """What a campaign is called in both languages, by the order that it sent; an order keeps one language alone."""
    rows = Campaign.objects.filter(order_id__in=list(orders)).values_list("order_id", "name_zh", "name_en")
    return {order: Words(zh, en) for order, zh, en in rows}


def running_in(grids: Sequence[str], day: date) -> list[CampaignFacts]:
    """The campaigns by which households of these grids are called on today."""
    rows = Campaign.objects.filter(state="running", first__lte=day, last__gte=day).order_by("last", "id")
    return [one for one in _facts(rows) if any(within(grid, (one.area.code,)) for grid in grids)]


@reaches
def reaching(area_code: str, day: date) -> list[Reaching]:
    """The campaigns that reach a grid: announced, running or stopped."""
    rows = Campaign.objects.filter(state__in=OPEN_STATES, last__gte=day).order_by("first", "id")
    return [
        Reaching(one.series, one.name, one.first, one.last)
        for one in _facts(rows)
        if within(area_code, (one.area.code,))
    ]


def steps_of(campaign_id: UUID) -> list[StepFacts]:
    """The life line of a campaign."""
    rows = CampaignStep.objects.filter(campaign_id=campaign_id).order_by("at", "id")
    return [StepFacts(row.action, row.at, row.note) for row in rows]


def objections_to(campaign_id: UUID) -> list[ObjectionFacts]:
    """What was objected, by number, with the answers."""
    rows = list(Row.objects.filter(campaign_id=campaign_id).order_by("number"))
    names = names_of(row.village_code for row in rows)
    return [
        ObjectionFacts(
            row.pk, row.number, names[row.village_code].name, row.subject, row.day, row.text, row.decision, row.answer,
            row.answered_at,
        )
        for row in rows
    ]  # fmt: skip


def may_on(facts: CampaignFacts, viewer: Viewer, at: datetime) -> frozenset[str]:
    """The steps that a viewer may take on a campaign now; each deed asks for itself again."""
    steps = {step for step, (states, _to) in MOVES.items() if facts.state in states}
    own = facts.area.code in serves(viewer, "campaign.draft", at)
    seconds = any(
        grant is not None and "campaign.approve" in role.deeds and grant.covers(facts.area.code)
        for role, grant in viewer.roles_at(at)
    )
    held = (steps - {"approve"} if own else set()) | (steps & {"approve"} if seconds and not facts.approved else set())
    return frozenset(held)


def to_count(at: datetime) -> list[UUID]:
    """The campaigns that are counted now."""
    rows = Campaign.objects.filter(state__in=COUNTED_STATES).exclude(state="ended", ended_at__lt=at - _AFTER)
    return list(rows.order_by("id").values_list("id", flat=True))


# --- How far it has come --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DayMark:
    """A day of an area: how many of its grids reported. Of a grid itself: whether it did, and else why not."""

    day: date
    reported: int
    grids: int
    reason: str = ""
    is_confirmed: bool = False


@dataclass(frozen=True)
class AreaLine:
    """One area of the picture, with its days from the oldest on."""

    area: AreaFacts
    standing: Standing
    coverage: Coverage
    days: tuple[DayMark, ...]


@dataclass(frozen=True)
class Returned:
    """What an area's office said of a day."""

    area: AreaFacts
    day: date
    note: str


@dataclass(frozen=True)
class Picture:
    """A campaign in one picture for an area: itself, the areas below, the days.

    `visits`: of each day, by outcome; None of areas with fewer than five workers. `is_grids`: whether single grids are
    shown. `reasons`: how many grids gave which reason on the last day, in areas with grids enough.
    """

    whole: AreaLine
    parts: tuple[AreaLine, ...]
    days: tuple[date, ...]
    visits: dict[date, dict[str, int]] | None
    is_grids: bool
    reasons: dict[str, int]
    returns: tuple[Returned, ...]


def picture(
    *, facts: CampaignFacts, area_code: str, viewer: Viewer, at: datetime, last: date | None = None
) -> Picture:  # fmt: skip
    """How far a campaign has come in an area; single grids are shown at the township and below alone."""
    today = local_day(at, ZONE)
    if not within(area_code, (facts.area.code,)) or not _sees(viewer, area_code, at):
        raise refuse(say.UNKNOWN)
    here, parts = area_on(area_code, today), children(area_code, today)
    is_grids = any(part.level == "grid" for part in parts) or here.level == "grid"
    if is_grids and not is_local(viewer, area_code, at) and not _at_township(viewer, area_code, at):
        raise refuse(say.NUMBERS_ONLY)
    days = _days(facts, min(last or today, today, facts.last))
    codes = [here.code, *(part.code for part in parts)]
    standing = _standings(facts.id, codes)
    whole = standing.get(here.code, Standing())
    covered = coverages({part.code: standing.get(part.code, Standing()) for part in parts}, whole)
    marks = _marks(facts.id, codes, days, standing)
    return Picture(
        whole=AreaLine(here, whole, coverage(whole, alone(whole.reached)), marks[here.code]),
        parts=tuple(
            AreaLine(part, standing.get(part.code, Standing()), covered[part.code], marks[part.code]) for part in parts
        ),
        days=days, visits=_visits(facts.id, here.code, days, today), is_grids=is_grids,
        reasons=_reasons(facts.id, here.code, days[-1:], whole.grids), returns=_returns(facts.id, codes, days),
    )  # fmt: skip


def _sees(viewer: Viewer, area_code: str, at: datetime) -> bool:
    """Staff see the figures of their own areas and of what lies in them."""
    return viewer.everywhere or any(
        grant is not None and grant.covers(area_code) for _role, grant in viewer.roles_at(at)
    )


def _at_township(viewer: Viewer, area_code: str, at: datetime) -> bool:
    """Whether a viewer's own post lies at township level or below, and reaches the area."""
    return any(grant is not None and grant.is_local and grant.covers(area_code) for _role, grant in viewer.roles_at(at))


def _days(facts: CampaignFacts, last: date) -> tuple[date, ...]:
    first = max(facts.first, last - timedelta(days=STRIP_DAYS - 1))
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1)) or (facts.first,)


def _standings(campaign_id: UUID, codes: Sequence[str]) -> dict[str, Standing]:
    rows = Goal.objects.filter(campaign_id=campaign_id, area_code__in=codes)
    return {
        row.area_code: Standing(row.households, row.reached, row.appointment, row.carded, row.grids) for row in rows
    }


def _marks(
    campaign_id: UUID, codes: Sequence[str], days: Sequence[date], standing: dict[str, Standing]
) -> dict[str, tuple[DayMark, ...]]:  # fmt: skip
    key = {"campaign_id": campaign_id, "area_code__in": codes, "day__in": days}
    counts = {(row.area_code, row.day): row.grids for row in DayCount.objects.filter(**key)}
    reasons = {(row.area_code, row.day): row.reason for row in SilentDay.objects.filter(**key)}
    said = set(DayReturn.objects.filter(**key).values_list("area_code", "day"))
    return {
        code: tuple(
            DayMark(
                day, counts.get((code, day), 0), standing.get(code, Standing()).grids, reasons.get((code, day), ""),
                (code, day) in said,
            )
            for day in days
        )
        for code in codes
    }  # fmt: skip


def _visits(
    campaign_id: UUID, code: str, days: Sequence[date], today: date
) -> dict[date, dict[str, int]] | None:  # fmt: skip
    """Visits by day and outcome, only where five workers or more serve (charter 12)."""
    if count_workers(code, today) < ceiling_policy().least_workers:
        return None
    rows = DayCount.objects.filter(campaign_id=campaign_id, area_code=code, day__in=days)
    found = {row.day: row for row in rows}
    return {
        day: {name: getattr(found.get(day), name, 0) for name in ("done", "declined", "not_home", "appointment")}
        for day in days
    }


def _reasons(campaign_id: UUID, code: str, days: Sequence[date], grids: int) -> dict[str, int]:
    """How many grids gave which reason; nothing where there are fewer than five grids, whose workers it would name."""
    if grids < ceiling_policy().least_workers:
        return {}
    rows = SilentDay.objects.filter(campaign_id=campaign_id, area_code__startswith=code, day__in=days)
    given = list(rows.values_list("reason", flat=True))
    return {key: given.count(key) for key in policy().reasons if key in given}


def _returns(campaign_id: UUID, codes: Sequence[str], days: Sequence[date]) -> tuple[Returned, ...]:
    rows = DayReturn.objects.filter(campaign_id=campaign_id, area_code__in=codes, day__in=days).order_by(
        "-day", "area_code"
    )
    names = names_of(codes)
    return tuple(Returned(names[row.area_code], row.day, row.note) for row in rows)


def levels_of(facts: CampaignFacts, area_code: str) -> tuple[str, ...]:
    """The codes from the campaign's own area down to one of its areas."""
    above = [code for code in CHINA.ancestors(area_code) if len(code) >= len(facts.area.code)]
    return (*above, area_code)
