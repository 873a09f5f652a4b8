"""Writes of workforce: workers and their assignments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from gridcommons.access.deeds import deed
from gridcommons.access.joining.actions import leave
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.ids import uuid7
from gridcommons.territory.queries import names_of
from gridcommons.workforce.models import EMPLOYMENTS, POSTS, Assignment, Worker

OVERLAP = refusal_kind(
    "workforce.overlap",
    status=409,
    zh="这段时间内该网格已有网格长，或此人已在该网格任职。",
    en="In these days the grid has a head already, or this worker holds a post in it.",
)
UNKNOWN_KIND = refusal_kind(
    "workforce.unknown_kind",
    status=400,
    zh="没有“{kind}”这种用工形式或岗位。",
    en="There is no employment or post “{kind}”.",
)
NO_GRID = refusal_kind(
    "workforce.no_grid",
    status=404,
    zh="“{code}”不是已有的网格；请核对网格代码。",
    en="“{code}” is no grid that is known; check the code.",
)
NO_WORKER = refusal_kind(
    "workforce.no_worker",
    status=404,
    zh="没有这名工作人员。",
    en="There is no such worker.",
)
BAD_PERIOD = refusal_kind(
    "workforce.bad_period",
    status=400,
    zh="结束日期必须晚于开始日期。",
    en="The last day must lie after the first.",
)
NO_ASSIGNMENT = refusal_kind(
    "workforce.no_assignment",
    status=404,
    zh="没有这条任职记录，或它已经结束。",
    en="There is no such assignment, or it has ended.",
)
ELSEWHERE = refusal_kind(
    "workforce.elsewhere",
    status=400,
    zh="网格“{grid}”不在“{area}”之内；一次只能登记同一区域的人员。",
    en="The grid “{grid}” lies outside “{area}”; one list may only hold workers of one area.",
)


@dataclass(frozen=True)
class Duty:
    """A post in a grid, with the grant it stands on if there is one."""

    grid_code: str
    post: str
    grant_id: UUID | None = None


@dataclass(frozen=True)
class Recruit:
    """A worker to be enlisted, with their posts."""

    name: str
    employment: str
    duties: tuple[Duty, ...]
    user_id: UUID | None = None
    work_phone: str = ""


def _at_area(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["area_code"])
    return Place(facts["area_code"])


def _at_grid(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["grid_code"])
    return Place(facts["grid_code"])


def _of_assignment(facts: Mapping[str, Any]) -> Place:
    held = Assignment.objects.filter(pk=facts["assignment_id"], days__upper_inf=True).first()
    if held is None:
        raise refuse(NO_ASSIGNMENT)
    return Place(held.grid_code)


@deed("workforce.add")
def add_worker(
    *, name: str, employment: str, user_id: UUID | None = None, work_phone: str = "", by: Viewer, at: datetime,
    purpose: str = "administration",
) -> Worker:  # fmt: skip
    """Add a worker with their kind of employment; the work phone will be posted publicly."""
    if employment not in EMPLOYMENTS:
        raise refuse(UNKNOWN_KIND, kind=employment)
    return Worker.objects.create(name=name, employment=employment, user_id=user_id, work_phone=work_phone, added_at=at)


@deed("workforce.enlist", on=_at_area, keeps=("since",))
def enlist(
    *, area_code: str, recruits: Sequence[Recruit], since: date, by: Viewer, at: datetime,
    purpose: str = "administration",
) -> list[Worker | Assignment]:  # fmt: skip
    """Add the workers of one area and put them into their posts in one entry; a post that overlaps refuses all."""
    for recruit in recruits:
        _check(area_code, recruit)
    _require_grids(duty.grid_code for recruit in recruits for duty in recruit.duties)
    workers = [
        Worker(
            id=uuid7(), name=recruit.name, employment=recruit.employment, user_id=recruit.user_id,
            work_phone=recruit.work_phone, added_at=at,
        )
        for recruit in recruits
    ]  # fmt: skip
    posts = [
        Assignment(
            worker=worker, grid_code=duty.grid_code, post=duty.post, days=DateRange(since, None), grant_id=duty.grant_id
        )
        for worker, recruit in zip(workers, recruits, strict=True)
        for duty in recruit.duties
    ]
    try:
        with transaction.atomic():
            return [*Worker.objects.bulk_create(workers), *Assignment.objects.bulk_create(posts)]
    except IntegrityError as error:
        raise refuse(OVERLAP) from error


def _check(area_code: str, recruit: Recruit) -> None:
    for kind in _unknown_kinds(recruit):
        raise refuse(UNKNOWN_KIND, kind=kind)
    for duty in recruit.duties:
        CHINA.level_of(duty.grid_code)
        if not within(duty.grid_code, (area_code,)):
            raise refuse(ELSEWHERE, grid=duty.grid_code, area=area_code)


def _unknown_kinds(recruit: Recruit) -> Iterator[str]:
    if recruit.employment not in EMPLOYMENTS:
        yield recruit.employment
    yield from (duty.post for duty in recruit.duties if duty.post not in POSTS)


def _require_grids(codes: Iterable[str]) -> None:
    """Refuse what is no grid that is known."""
    wanted = set(codes)
    known = names_of(wanted)
    for code in sorted(wanted):
        if code not in known or known[code].level != "grid":
            raise refuse(NO_GRID, code=code)


def _require_period(since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise refuse(BAD_PERIOD)


@deed("workforce.assign", on=_at_grid, keeps=("grid_code", "post"))
def assign(
    *, worker_id: UUID, grid_code: str, post: str, since: date, until: date | None = None, grant_id: UUID | None = None,
    by: Viewer, at: datetime, purpose: str = "administration",
) -> Assignment:  # fmt: skip
    """Put a worker into a post of a grid; the database refuses a second head and overlapping posts."""
    if post not in POSTS:
        raise refuse(UNKNOWN_KIND, kind=post)
    _require_grids([grid_code])
    _require_period(since, until)
    if not Worker.objects.filter(pk=worker_id).exists():
        raise refuse(NO_WORKER)
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                worker_id=worker_id, grid_code=grid_code, post=post, days=DateRange(since, until), grant_id=grant_id
            )
    except IntegrityError as error:
        raise refuse(OVERLAP) from error


@deed("workforce.end", on=_of_assignment)
def end_assignment(
    *, assignment_id: UUID, until: date, by: Viewer, at: datetime, purpose: str = "administration"
) -> Assignment:
    """End an assignment on a day (the first day it no longer holds)."""
    held = Assignment.objects.select_for_update().get(pk=assignment_id)
    _require_period(held.days.lower, until)
    held.days = DateRange(held.days.lower, until)
    held.save(update_fields=["days"])
    return held


def _of_account(facts: Mapping[str, Any]) -> Place:
    codes = Assignment.objects.filter(worker__user_id=facts["user_id"]).values_list("grid_code", flat=True)
    return Place(min(codes, key=len, default=""))


def _subject_of_account(_result: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"user:{facts['user_id']}",)


@deed("workforce.leave", on=_of_account, subjects=_subject_of_account, keeps=("until",))
def leave_work(
    *, user_id: UUID, until: date, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> list[Assignment]:
    """Let a member of staff go, all at once: posts in grids end on a day, then grants and every way to log in."""
    leave(user_id=user_id, reason=reason, by=by, at=at)
    held = list(Assignment.objects.select_for_update().filter(worker__user_id=user_id, days__upper_inf=True))
    for one in held:
        one.days = DateRange(one.days.lower, max(until, one.days.lower + timedelta(days=1)))
    Assignment.objects.bulk_update(held, ["days"])
    Worker.objects.filter(user_id=user_id, left_at__isnull=True).update(left_at=at)
    return held
