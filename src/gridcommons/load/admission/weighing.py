"""A proposal held against the ceiling: what its county's week takes with it, and why there is time for it or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from gridcommons.kit.errors import Reason, refuse
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.load.admission import refusals as say
from gridcommons.load.admission.models import Proposal
from gridcommons.load.ceiling.policy import ceiling_policy
from gridcommons.load.ceiling.rules import FORM, Duty, Sum, ceiling_verdict, objections
from gridcommons.load.ceiling.standing import duties_of, ground_of, sums_with
from gridcommons.matters.queries import current


@dataclass(frozen=True)
class Weighed:
    """The sums with a proposal in, why that is too much (nothing where it is not), and the same as a decision."""

    sums: tuple[Sum, ...]
    against: tuple[Reason, ...]
    verdict: Verdict


def duty_key(proposal: Proposal) -> str:
    """The key of a proposal among duties: a form's begins with `form:`."""
    return f"{FORM}{proposal.key}" if proposal.kind == "form" else proposal.key


def duty_of(proposal: Proposal, areas: tuple[str, ...] = ()) -> Duty:
    """A proposal as a duty."""
    name = Words(proposal.name_zh, proposal.name_en)
    return Duty(duty_key(proposal), name, proposal.minutes, proposal.per_year, areas)


def standing_duties(area_code: str, day: date) -> list[Duty]:
    """What the grids of a county do on a day: the matters in force, and what was admitted or is on trial."""
    ground = ground_of(area_code, day)
    found = {duty.key: duty for duty in duties_of(current(), area_code, ground, day)}
    rows = Proposal.objects.filter(area_code=area_code, state__in=["piloted", "admitted"], until__gte=day)
    for proposal in rows.defer("workbook", "questions", "findings"):
        areas = (proposal.pilot_area,) if proposal.state == "piloted" and proposal.pilot_area else ()
        duty = duty_of(proposal, areas)
        if proposal.kind == "form" or duty.key in found:
            counted = found.get(duty.key, duty)
            found[duty.key] = replace(
                duty, per_year=max(duty.per_year, counted.per_year) if areas == () else duty.per_year
            )
    return list(found.values())


def weigh(proposal: Proposal, day: date, *, drops: Sequence[str] = (), areas: tuple[str, ...] = ()) -> Weighed:
    """Hold a proposal against the ceiling; refuses to drop what is not in force. `areas`: where a trial is held."""
    policy, standing = ceiling_policy(), standing_duties(proposal.area_code, day)
    known = {duty.key for duty in standing} - {duty_key(proposal)}
    for key in drops:
        if key not in known:
            raise refuse(say.NOT_DROPPABLE, key=key[:60])
    own = duty_of(proposal, areas)
    found = sums_with(ground_of(proposal.area_code, day), [*standing, own], drops)
    return Weighed(tuple(found), objections(found, policy), ceiling_verdict(found, own.name, own, policy))
