"""A campaign's plan as it is kept, and what its calls take of the week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from gridcommons.collection.campaigns.models import Campaign
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.rules import OPEN_STATES, Plan, earliest_first, require_plan
from gridcommons.collection.carrying_forms import require_form
from gridcommons.collection.emergencies import emergency_over
from gridcommons.collection.fitting import Calls, Fit, calls_too, fit
from gridcommons.collection.selecting import Choice, admitted
from gridcommons.kit.errors import Reason, Refusal
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import current, require_taken
from gridcommons.people.facts.keys import fact_keys

_WEEK: Final = 7


def plan_of(row: Campaign) -> Plan:
    """The plan of a campaign."""
    return Plan(
        row.area_code, row.matter_key, row.form_key, Words(row.name_zh, row.name_en),
        Words(row.purpose_zh, row.purpose_en), row.first, row.last,
        Choice(row.choice_key, row.choice_operator, row.choice_value), row.expected if row.choice_key else 0,
    )  # fmt: skip


def written(row: Campaign, plan: Plan, matter: Matter) -> None:
    """Write a plan into its row; nothing is saved."""
    row.matter_key, row.edition, row.minutes = matter.key, current().version, matter.minutes
    row.form_key = plan.form_key
    row.name_zh, row.name_en = plan.name.zh, plan.name.en
    row.purpose_zh, row.purpose_en = plan.purpose.zh, plan.purpose.en
    row.choice_key, row.choice_value = plan.choice.key, plan.choice.value
    row.choice_operator, row.expected = plan.choice.operator, plan.households
    row.first, row.last = plan.first, plan.last


def earliest_day(area_code: str, today: date) -> date:
    """The first day that a campaign over an area can have if its notice goes up today."""
    return earliest_first(today, policy(), in_emergency=emergency_over(area_code, today) is not None)


def matter_for(plan: Plan, today: date) -> Matter:
    """The matter of a plan that can be announced today; refuses, with all reasons, one that cannot."""
    earliest = earliest_day(plan.area_code, today)
    matter = require_plan(plan, current(), fact_keys(), policy(), today, earliest=earliest)
    require_form(plan.form_key, plan.matter_key, plan.area_code, today)
    return matter


def against_form(form_key: str, matter_key: str, area_code: str, today: date) -> list[Reason]:
    """Why calls cannot be carried by a form and its matter here today; nothing where they can."""
    matter, reasons = admitted(matter_key, current(), today)
    try:
        require_form(form_key, matter_key, area_code, today)
        if matter is not None:
            require_taken(matter, area_code, today)
    except Refusal as refusal:
        reasons += refusal.reasons
    return reasons


def calls_of(plan: Plan, minutes: int, key: str = "campaign") -> Calls:
    """The calls of a campaign: each household meant, as often as it takes on the average, within its days."""
    weeks = max(1.0, ((plan.last - plan.first).days + 1) / _WEEK)
    return Calls(
        key, plan.name, plan.area_code, minutes, policy().calls_per_household, weeks, plan.first, plan.last,
        plan.households if plan.choice.key else 0,
    )  # fmt: skip


def weigh(plan: Plan, matter: Matter, day: date, *, without: UUID | None = None) -> Fit:
    """Hold a campaign against the ceiling."""
    held = policy()
    return fit(calls_of(plan, matter.minutes), day, owner=held.owner, contest=held.contest, without=without)


@calls_too
def standing() -> Iterator[Calls]:
    """The campaigns that are announced or run."""
    for row in Campaign.objects.filter(state__in=OPEN_STATES):
        yield calls_of(plan_of(row), row.minutes, f"campaign:{row.pk}")
