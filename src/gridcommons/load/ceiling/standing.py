"""The ceiling as it stands: posts held, households, matters in force and admitted forms put together for an area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.load.ceiling.policy import CeilingPolicy, ceiling_policy
from gridcommons.load.ceiling.rules import Duty, Post, Sum, sums
from gridcommons.matters.catalogue import Catalogue
from gridcommons.outlook.queries import counted_until, first_counted, sums_by_matter
from gridcommons.territory.queries import all_under
from gridcommons.workforce.queries import held_posts

_YEAR: Final = 365.25
_REPORTED: Final = "reported"


@dataclass(frozen=True)
class Ground:
    """What the sums of an area are made of, apart from the duties: its parts, households by grid, posts held."""

    areas: tuple[tuple[str, Words], ...]
    households: Mapping[str, int]
    posts: tuple[Post, ...]

    def total_households(self) -> int:
        """Households of the whole area."""
        return sum(self.households.values())


def ground_of(area_code: str, day: date) -> Ground:
    """The ground of a county: the county first, then its townships."""
    policy = ceiling_policy()
    under = {code: area for code, area in all_under(area_code).items() if code.startswith(area_code)}
    parts = sorted(code for code, area in under.items() if area.level == "township")
    posts = tuple(Post(str(one.worker_id), one.grid, one.post, one.employment) for one in held_posts(area_code, day))
    grids = [area for area in under.values() if area.level == "grid"]
    return Ground(
        areas=tuple((code, under[code].name) for code in [area_code, *parts] if code in under),
        households={
            area.code: policy.grid_households if area.households is None else area.households for area in grids
        },
        posts=posts,
    )


def duties_of(catalogue: Catalogue, area_code: str, ground: Ground, day: date) -> list[Duty]:
    """The matters in force on a day as duties, as often as they were counted, or as the policy expects."""
    policy = ceiling_policy()
    counted = _counted(area_code, ground.total_households(), day, policy)
    return [
        Duty(matter.key, matter.name, matter.minutes, counted.get(matter.key, 0.0) if counted else policy.expected)
        for matter in catalogue.admitted()
        if matter.valid_from <= day <= matter.review_date
    ]


def _counted(area_code: str, households: int, day: date, policy: CeilingPolicy) -> dict[str, float]:
    """Reports in a year for 1,000 households by matter, of the days counted last; empty before there are enough."""
    first, last = first_counted(), counted_until(day)
    if first is None or last is None or (last - first).days < policy.counted_days or not households:
        return {}
    found = sums_by_matter(area_code, last - timedelta(days=policy.counted_days - 1), last)
    factor = _YEAR / policy.counted_days * 1_000 / households
    return {key: numbers.get(_REPORTED, 0) * factor for key, numbers in found.items()}


def sums_with(ground: Ground, duties: Iterable[Duty], drops: Iterable[str] = ()) -> list[Sum]:
    """The sums of a ground with these duties, those dropped left out; the last duty of a key holds."""
    gone = set(drops)
    held = {duty.key: duty for duty in duties}
    kept: Sequence[Duty] = [duty for key, duty in held.items() if key not in gone]
    return sums(ground.areas, ground.households, ground.posts, kept, ceiling_policy())
