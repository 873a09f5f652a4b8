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
from gridcommons.collection.campaigns.models import Campaign, CampaignStep
from gridcommons.collection.campaigns.models import Objection as Row
from gridcommons.collection.campaigns.rules import COUNTED_STATES, HEARD, MOVES, OPEN_STATES, PUBLIC_STATES
from gridcommons.collection.concerning import concerns, stands
from gridcommons.collection.selecting import Choice
from gridcommons.collection.visits.series import Reaching, reaches
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import within
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words, is_in_chinese
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import AreaFacts, children, ends_of, names_of
from gridcommons.territory.succession import ZONE

_OF_SECOND: Final = frozenset({"approve", "unapprove"})
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
    gone_on: date | None = None
    """The first day without its area, where that was divided, merged or dissolved: no day from it on is counted."""

    @property
    def series(self) -> str:
        """Its key among what a household may decline for good."""
        return f"campaign:{self.id}"


@dataclass(frozen=True)
class ObjectionFacts:
    """An objection. `text`: read by the office that answers and the second person, never on a public page."""

    id: UUID
    number: int
    village: Words
    subject: str
    day: date
    text: str
    decision: str
    answer: str
    other: str
    answered_at: datetime | None

    @property
    def is_in_chinese(self) -> bool:
        """In which language it was answered."""
        return is_in_chinese(self.answer)

    @property
    def both(self) -> Words | None:
        """The answer in both languages; None where it was given in one."""
        if not self.other:
            return None
        return Words(self.answer, self.other) if self.is_in_chinese else Words(self.other, self.answer)


@dataclass(frozen=True)
class StepFacts:
    """One step of the life line; by whom is kept and not told."""

    action: str
    at: datetime
    note: str


def _facts(rows: Iterable[Campaign]) -> list[CampaignFacts]:
    held = list(rows)
    names = names_of(area_now(row.area_code) for row in held)
    gone = ends_of(row.area_code for row in held if not stands(row.area_code))
    return [
        CampaignFacts(
            row.pk, names[area_now(row.area_code)], row.matter_key, row.form_key, Words(row.name_zh, row.name_en),
            Words(row.purpose_zh, row.purpose_en), Choice(row.choice_key, row.choice_operator, row.choice_value),
            row.expected, row.first, row.last, row.minutes, row.state, row.notice_until, row.emergency, row.verdict,
            row.reason, row.order_id, row.approved_at is not None, row.counted_at,
            gone.get(row.area_code),
        )
        for row in held
    ]  # fmt: skip


def public_campaigns(area_code: str = "") -> list[CampaignFacts]:
    """The campaigns that are or were in public notice, the latest first; those of an area and of areas around it."""
    rows = Campaign.objects.filter(state__in=PUBLIC_STATES).order_by("-announced_at")
    return _facts(row for row in rows if not area_code or concerns(row.area_code, [area_code]))


def public_campaign(campaign_id: UUID) -> CampaignFacts:
    """One of them; refuses a draft like one that is none."""
    found = _facts(Campaign.objects.filter(pk=campaign_id, state__in=[*PUBLIC_STATES]))
    if not found:
        raise refuse(say.UNKNOWN)
    return found[0]


def campaigns_for(*, viewer: Viewer, at: datetime) -> list[CampaignFacts]:
    """The campaigns whose area, or what took its place, touches one of the viewer's; drafts for their own office."""
    require_staff(viewer, at)
    areas = [code for _role, grant in viewer.roles_at(at) if grant is not None for code in grant.areas_now]
    own = serves(viewer, "campaign.draft", at)
    rows = _facts(row for row in Campaign.objects.order_by("-drafted_at") if concerns(row.area_code, areas))
    return [one for one in rows if one.state != "draft" or one.area.code in own]


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
            row.answer_other, row.answered_at,
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
    second = {"unapprove" if facts.approved else "approve"} if seconds else set()
    return frozenset((steps - _OF_SECOND if own else set()) | (steps & second))


def to_count(at: datetime) -> list[UUID]:
    """The campaigns that are counted now: those of an area that ended too, as long as phones may bring something."""
    rows = Campaign.objects.filter(state__in=COUNTED_STATES).exclude(state="ended", ended_at__lt=at - _AFTER)
    return list(rows.order_by("id").values_list("id", flat=True))


@dataclass(frozen=True)
class Heard:
    """Who took note of the last step: of the areas below the viewer's, `parts`; `mine`: where the viewer still has to.

    By area's office, never by whom.
    """

    action: str
    parts: tuple[AreaFacts, ...]
    missing: tuple[AreaFacts, ...]
    mine: tuple[AreaFacts, ...]

    @property
    def noted(self) -> int:
        """How many of the areas below took note."""
        return len(self.parts) - len(self.missing)


def heard_of(facts: CampaignFacts, viewer: Viewer, at: datetime) -> Heard | None:
    """How far it was taken note of that a campaign was stopped, goes on, or ended early; None where it was not."""
    step = CampaignStep.objects.filter(campaign_id=facts.id).order_by("-at", "-id").first()
    if step is None or step.action not in HEARD:
        return None
    inside = {code for code in serves(viewer, "campaign.hear", at) if within(code, (facts.area.code,))}
    noted = {area_now(code) for code in step.heard.values_list("area_code", flat=True)}
    parts = [part for code in sorted(inside) for part in children(code, local_day(at, ZONE))]
    mine = sorted(inside - noted - {facts.area.code})
    names = names_of(mine)
    return Heard(
        step.action, tuple(parts), tuple(part for part in parts if part.code not in noted),
        tuple(names[code] for code in mine if code in names),
    )  # fmt: skip
