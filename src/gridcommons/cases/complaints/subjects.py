"""Whom a complaint is about, as chosen from the public posting, and who is therefore kept from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from gridcommons.access.queries import OfficeFacts, find_office, offices_over, posts_of
from gridcommons.access.rules import PUBLIC
from gridcommons.access.scope import viewing
from gridcommons.cases.complaints.policy import policy
from gridcommons.cases.complaints.rules import Office, kind_of_subject, line_above
from gridcommons.cases.models import Case
from gridcommons.cases.models import Step as CaseStep
from gridcommons.cases.queries import with_code
from gridcommons.kit.codes import CHINA
from gridcommons.workforce.queries import serving

ANYBODY: Final = "anybody"
"""Somebody of a grid whose name and post the complainant does not know."""


@dataclass(frozen=True)
class Choice:
    """What a form may choose: an office by its key, or a post of a grid, with the person posted there or without."""

    area_code: str
    office_key: str = ""
    post: str = ""
    worker_id: UUID | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen."""
        return not (self.office_key or self.post)


@dataclass(frozen=True)
class Subject:
    """The subject: its kind, place and office; the person's posted name if one was chosen; who is kept away."""

    kind: str
    area_code: str
    office: OfficeFacts | None
    post: str
    person: str
    barred: frozenset[str]


def subject_of(choice: Choice, *, case_code: str, at: datetime, day: date) -> Subject | None:
    """The subject of a choice; None where the office or post chosen does not exist."""
    over = offices_over(choice.area_code)
    if choice.post:
        found = _posted(choice, day)
    else:
        office = next((one for one in over if one.key == choice.office_key), None)
        found = _office(office) if office else None
    if found is None:
        return None
    line = line_above(found.area_code, [Office(one.id, one.area_code, one.kind) for one in over], policy())
    own = {found.office.party} if found.office else set()
    barred = found.barred | own | {f"office:{one}" for one in line} | taken_part(case_code, at)
    return Subject(found.kind, found.area_code, found.office, found.post, found.person, barred)


def _office(office: OfficeFacts) -> Subject:
    kind = kind_of_subject(office.area_code, office.kind, policy())
    return Subject(kind, office.area_code, office, "", "", frozenset())


def _posted(choice: Choice, day: date) -> Subject | None:
    """A post of a grid. Whoever holds it is kept away, and the offices that they work for."""
    there = [one for one in serving(choice.area_code, day) if choice.post in {ANYBODY, one.post}]
    meant = [one for one in there if choice.worker_id in {None, one.worker_id}]
    if not meant:
        return None
    persons = frozenset(f"user:{one.user_id}" for one in meant if one.user_id)
    offices = {post.office.party for post in posts_of(persons).values() if post.office}
    desk = find_office(CHINA.cut(choice.area_code, "township"), "supervision")
    name = meant[0].name if choice.worker_id else ""
    return Subject("grid_staff", choice.area_code, desk, choice.post, name, persons | offices)


def taken_part(case_code: str, at: datetime) -> frozenset[str]:
    """The keys of all staff and offices that took part in a case, read with the case's own code; none without one."""
    if not case_code:
        return frozenset()
    with viewing(with_code(PUBLIC, case_code), at):
        steps = CaseStep.objects.filter(case__in=Case.objects.all(), office__isnull=False)
        rows = list(steps.values_list("by_key", "office_id", "to_office_id"))
    keys = {key for row in rows for key in (row[0], *(f"office:{one}" for one in row[1:] if one))}
    return frozenset(keys)
