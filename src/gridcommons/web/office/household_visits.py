"""The visits that reach one household, and what it said of them: it declines, or agrees, without a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.http import HttpRequest

from gridcommons.collection.visits import actions
from gridcommons.collection.visits.queries import wishes_of
from gridcommons.collection.visits.series import Reaching, reaching
from gridcommons.kit.words import Words
from gridcommons.people.homes.queries import HouseholdPage, household_page
from gridcommons.web.staff import asked, today


@dataclass(frozen=True)
class Shown:
    """A series with what the household said of it. `open`: whether somebody would knock."""

    series: Reaching
    state: Words
    open: bool


def visits_shown(request: HttpRequest, page: HouseholdPage) -> list[Shown]:
    """The series that reach a household; nothing is looked at where there are none."""
    found = reaching(page.area_code, today(request))
    if not found:
        return []
    house = asked(request)
    said = wishes_of(household_id=page.id, area_code=page.area_code, viewer=house.viewer, at=house.now)
    return [_shown(one, said.get(one.key)) for one in found]


def _shown(one: Reaching, wants: bool | None) -> Shown:
    if wants is False:
        return Shown(one, Words("已谢绝，不再上门", "declined; nobody comes"), open=False)
    if wants:
        return Shown(one, Words("已同意", "agreed"), open=True)
    if one.by_consent:
        return Shown(one, Words("未同意，不上门", "not agreed to; nobody comes"), open=False)
    return Shown(one, Words("可以谢绝", "may be declined"), open=True)


def _say(deed: Callable[..., object], request: HttpRequest, household_id: UUID) -> object:
    house = asked(request)
    page = household_page(household_id=household_id, viewer=house.viewer, at=house.now)
    series = request.POST.get("series", "")
    if series not in {one.key for one in reaching(page.area_code, today(request))}:
        return None
    return deed(
        household_id=household_id, area_code=page.area_code, series=series, how=request.POST.get("how", ""),
        by=house.viewer, at=house.now,
    )  # fmt: skip


SAYING: dict[str, Callable[[HttpRequest, UUID], object]] = {
    "stay-away": partial(_say, actions.stay_away), "come": partial(_say, actions.come),
}  # fmt: skip
