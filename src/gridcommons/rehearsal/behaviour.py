"""What people and offices do in a replay: declared rates, and the stages a request goes through because of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.rehearsal.mapping import DATA

FILED: Final = "filed"
DISPATCHED: Final = "dispatched"
SENT_BACK: Final = "sent_back"
HANDLED: Final = "handled"
REWORK: Final = "rework"
CLOSED: Final = "closed"
REOPENED: Final = "reopened"
SETTLED: Final = "settled"
MERGED: Final = "merged"
ENDS: Final = frozenset({CLOSED, SETTLED, MERGED})


@dataclass(frozen=True)
class Rates:
    """Shares in 0..1; what each is a share of stands in `data/behaviour.toml`."""

    chinese: float
    settled_on_the_spot: float
    duplicate: float
    sent_back: float
    rework: float
    reopened: float
    contact_given: float
    contact_shown: float


@dataclass(frozen=True)
class Times:
    """How source durations (hours) are squeezed onto a plan; see `data/behaviour.toml`."""

    longest_share: float
    room_share: float
    least_hours: float
    shortest_hours: float
    open_filed_hours: float
    reopened_after_hours: float
    place_jitter: float
    minute_jitter: float


@dataclass(frozen=True)
class Behaviours:
    """The declared behaviour file: rates, minor matters, times, stage weights and reasons for sending back."""

    rates: Rates
    minor: frozenset[str]
    times: Times
    weights: dict[str, float]
    reasons: dict[str, Words]


@dataclass(frozen=True)
class Conduct:
    """What will happen with one request; the flags exclude one another as `conduct_of` says."""

    settled_on_the_spot: bool = False
    duplicate_of: int | None = None
    sent_back_reason: str | None = None
    rework: bool = False
    reopened: bool = False
    contact_given: bool = False
    contact_shown: bool = False
    stays_open: bool = False


@cache
def load_behaviours() -> Behaviours:
    """The behaviours that the package declares."""
    raw = tomllib.loads((DATA / "behaviour.toml").read_text(encoding="utf-8"))
    return Behaviours(
        rates=Rates(**raw["rates"]),
        minor=frozenset(raw["minor"]["matters"]),
        times=Times(**raw["time"]),
        weights=dict(raw["weights"]),
        reasons={item["key"]: Words(zh=item["zh"], en=item["en"]) for item in raw["reason"]},
    )


def squeezed(source_hours: float, *, days: int, room_hours: float, times: Times) -> float:
    """Hours a request takes on the plan: L * h / (h + L), at least `shortest_hours`.

    source_hours: hours to close in the source; days: length of the plan; room_hours: hours left of the plan.
    L is the longest share of the plan, cut to a share of the room that is left (at least `least_hours`).
    """
    longest = min(times.longest_share * 24 * days, max(times.least_hours, times.room_share * room_hours))
    return max(times.shortest_hours, longest * source_hours / (source_hours + longest))


def stage_names(conduct: Conduct) -> tuple[str, ...]:
    """The stages of a request in order, from its conduct."""
    if conduct.duplicate_of is not None:
        return (MERGED,)
    if conduct.settled_on_the_spot:
        return (SETTLED,)
    if conduct.stays_open:
        return (FILED, DISPATCHED)
    returned = (SENT_BACK, DISPATCHED) if conduct.sent_back_reason else ()
    rework = (REWORK, HANDLED) if conduct.rework else ()
    reopened = (REOPENED, HANDLED, CLOSED) if conduct.reopened else ()
    return (FILED, DISPATCHED, *returned, HANDLED, *rework, CLOSED, *reopened)


def stage_shares(names: tuple[str, ...], weights: dict[str, float]) -> tuple[float, ...]:
    """The share of the total duration at which each stage is reached, rising, the last 1.0."""
    steps = [weights.get(name, 1.0) for name in names]
    total = sum(steps)
    return tuple(sum(steps[: place + 1]) / total for place in range(len(steps)))


def conduct_of(matter: str, draws: tuple[float, ...], behaviours: Behaviours, *, chain: bool) -> Conduct:
    """The conduct of one request that is no duplicate, from seven draws in [0, 1).

    Settled on the spot only in minor matters and never a chain; then nothing else happens. A chain has its own way
    over the departments and is neither sent back nor reworked, but may be reopened.
    """
    spot, back, reason, rework, reopened, given, shown = draws
    rates = behaviours.rates
    settled = not chain and matter in behaviours.minor and spot < rates.settled_on_the_spot
    contact_given = given < rates.contact_given
    plain = not settled and not chain
    names = sorted(behaviours.reasons)
    return Conduct(
        settled_on_the_spot=settled,
        sent_back_reason=names[int(reason * len(names))] if plain and back < rates.sent_back else None,
        rework=plain and rework < rates.rework,
        reopened=not settled and reopened < rates.reopened,
        contact_given=contact_given,
        contact_shown=contact_given and shown < rates.contact_shown,
    )
