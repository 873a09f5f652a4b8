"""The way of a chain over several departments, as legs with a beginning and an end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gridcommons.rehearsal.chains import Chain, Step


@dataclass(frozen=True)
class Leg:
    """One department's work on a request, in aware UTC moments; legs may overlap."""

    department: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class SourceLeg:
    """One department's work on a chain, in hours since it was opened."""

    department: str
    starts: float
    ends: float


def source_legs(chain: Chain) -> tuple[SourceLeg, ...]:
    """Legs from a chain's steps, the opening office first, in order of their beginning.

    Dirt is mended: work that is never closed ends with the request, work that was never opened begins with the
    first handing on.
    """
    created = [step for step in chain.steps if step.kind == "follow_on_created"]
    closed = [step for step in chain.steps if step.kind == "follow_on_closed"]
    handed_on = min((step.hours for step in created), default=chain.hours_to_close)
    legs = [SourceLeg(chain.steps[0].department, 0.0, handed_on)]
    for step in created:
        end = next((other for other in closed if _same_work(step, other)), None)
        legs.append(SourceLeg(step.department, step.hours, chain.hours_to_close if end is None else end.hours))
    orphans = (step for step in closed if not any(_same_work(step, other) for other in created))
    legs.extend(SourceLeg(step.department, handed_on, step.hours) for step in orphans)
    return tuple(sorted(legs, key=lambda leg: leg.starts))


def _same_work(one: Step, other: Step) -> bool:
    return (one.department, one.work) == (other.department, other.work)


def legs_of(chain: Chain, moment: Callable[[float], datetime]) -> tuple[Leg, ...]:
    """The legs of a chain on the plan; `moment` maps source hours since opening to an aware UTC moment."""
    return tuple(Leg(leg.department, moment(leg.starts), moment(leg.ends)) for leg in source_legs(chain))
