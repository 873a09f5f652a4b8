"""Every deed of colours and packages of measures, done once each: a chapter of the diary of article 14."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from gridcommons.access.identify import program
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.models import Reading
from gridcommons.outlook.painting.packages import template
from outlook.painting.painted_town import DAY, cases, morning, paint_town
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

_JOB = program("painting")


class Do(Protocol):
    """Does one deed and holds what it left."""

    def __call__(self, key: str, deed: Callable[[], Any], *, within: tuple[str, ...] = ()) -> Any:
        """The result of the deed."""


def of_colours(town: Town, do: Do) -> None:
    """A scheme and a package by two, colours read, signed, refused and read anew, a past epidemic kept and dropped."""
    painted = paint_town(Town(dict(town.cast)))
    health, second, at = painted.health, painted.second, morning(DAY)
    asking: dict[str, Any] = {
        "area_code": COUNTY, "level": "county", "scheme": "default", "indicator": "cases", "reason": "全县",
        "by": health, "at": at,
    }  # fmt: skip
    asked = do("colour.ask_scheme", lambda: actions.ask_scheme(**asking)).pk
    do("colour.drop_scheme", lambda: actions.drop_scheme(scheme_id=asked, why="改期", by=health, at=at))
    asked = do("colour.ask_scheme", lambda: actions.ask_scheme(**asking)).pk
    no: dict[str, Any] = {"why": "依据不足", "by": second, "at": at}
    do("colour.decline_scheme", lambda: actions.decline_scheme(scheme_id=asked, **no))
    asked = do("colour.ask_scheme", lambda: actions.ask_scheme(**asking)).pk
    do("colour.confirm_scheme", lambda: actions.confirm_scheme(scheme_id=asked, by=second, at=at))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 14}, health, at)
    held = painted.in_force.pk
    do("colour.paint", lambda: actions.paint(scheme_id=held, day=DAY, by=_JOB, at=at))
    readings = {one.area_code: one.pk for one in Reading.objects.filter(in_force=held, day=DAY)}
    wish: dict[str, Any] = {"reason": "聚集", "by": health, "at": at}
    do("colour.sign", lambda: actions.sign(reading_id=readings[TOWNSHIP], **wish))
    do("colour.refuse", lambda: actions.refuse_colour(reading_id=readings[OTHER_TOWNSHIP], **wish))
    do("colour.make_anew", lambda: actions.make_anew(area_code=TOWNSHIP, scheme_id=held, first=DAY, **wish))
    one = template("default-D")
    package: dict[str, Any] = {
        "area_code": COUNTY, "scheme": one.scheme, "level": one.level, "content": one.content, "basis": one.basis,
        "first": DAY + timedelta(1), "last": DAY + timedelta(20), "by": health, "at": at,
    }  # fmt: skip
    made = do("package.ask", lambda: actions.ask_package(**package)).pk
    do("package.decline", lambda: actions.decline_package(package_id=made, **no))
    made = do("package.ask", lambda: actions.ask_package(**package)).pk
    do("package.confirm", lambda: actions.confirm_package(package_id=made, by=second, at=at))
    do("package.end", lambda: actions.end_package(package_id=made, why="好转", by=health, at=at))
    files = {"counts": "date,area,count\n2020-01-01,甲,1\n", "people": "area,population\n甲,9000\n"}
    past = do("past.keep", lambda: actions.keep_past(name="往次", **files, by=health, at=at)).pk
    do("past.drop", lambda: actions.drop_past(past_id=past, by=health, at=at))
