"""From rows to the plain values of the patterns and back: which cases there are, which belong to which problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.cases.codes import ZONE, case_number
from gridcommons.cases.models import Case
from gridcommons.cases.problems.models import Problem, ProblemCase
from gridcommons.cases.problems.patterns import packaged
from gridcommons.cases.problems.rules import CaseFact, Found, Where, find, is_held_back, size_of
from gridcommons.cases.publishing import snapped
from gridcommons.kit.clock import local_day
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Place as Kind
from gridcommons.matters.queries import current

LIVE: Final = ("proposed", "open", "closed")
JOINING: Final = ("proposed", "open")
OUT: Final = "left_out"
_FIELDS: Final = ("id", "number", "matter_key", "area_code", "reported_at", "lon", "lat", "reopens", "public")


def facts(since: datetime, **more: Any) -> list[CaseFact]:
    """The cases reported after a moment, without those that were not filed, as far as the scope reaches."""
    catalogue = current()
    rows = Case.objects.filter(reported_at__gt=since, **more).exclude(state="void")
    return [
        CaseFact(
            id=row["id"], number=row["number"], matter_key=row["matter_key"], area_code=row["area_code"],
            reported_at=row["reported_at"], lon=row["lon"], lat=row["lat"], reopens=row["reopens"],
            private=not row["public"] or _is_private(row["matter_key"], catalogue),
        )
        for row in rows.values(*_FIELDS)
    ]  # fmt: skip


def _is_private(matter_key: str, catalogue: Catalogue) -> bool:
    """Whether a matter may lie inside a home: all that is never public, and what the list no longer knows."""
    if matter_key not in catalogue:
        return True
    matter = catalogue.get(matter_key)
    return not matter.public or matter.place in {Kind.HOME, Kind.NONE}


def places(problems: Iterable[Problem]) -> dict[UUID, Where]:
    """Where each problem lies."""
    listed = list(problems)
    alone = [problem.pk for problem in listed if problem.sort == "reopened"]
    only: dict[UUID, set[UUID]] = defaultdict(set)
    for problem_id, case_id in ProblemCase.objects.filter(problem_id__in=alone).values_list("problem_id", "case_id"):
        only[problem_id].add(case_id)
    return {
        p.pk: Where(p.matter_key, p.area_code, p.lon, p.lat, p.metres, frozenset(only.get(p.pk, ()))) for p in listed
    }


def propose_new(at: datetime) -> list[Problem]:
    """Put down every pattern that is met by cases of no live problem and was not declined at this size."""
    patterns, catalogue = packaged(), current()
    names = {matter.key: matter.name for matter in catalogue}
    free = _free(facts(at - timedelta(days=patterns.longest)))
    declined = list(Problem.objects.filter(state="declined"))
    where = places(declined)
    sizes = [(where[problem.pk], problem.size) for problem in declined]
    found = find(free, patterns, now=at, names=names)
    return [_put_down(one, at) for one in found if not is_held_back(one, sizes, patterns.growth)]


def _free(cases: list[CaseFact]) -> list[CaseFact]:
    """Cases that speak for something new: not of a live problem, nor counted by one that was settled since."""
    problems = list(Problem.objects.exclude(state="declined"))
    where = places(problems)
    by_matter: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_matter[problem.matter_key].append(problem)
    linked = set(ProblemCase.objects.exclude(problem__state="declined").values_list("case_id", flat=True))
    return [
        case
        for case in cases
        if case.id not in linked
        and not any(
            where[problem.pk].holds(case)
            and (problem.state in LIVE or (problem.closed_at is not None and case.reported_at <= problem.closed_at))
            for problem in by_matter[case.matter_key]
        )
    ]


def _put_down(found: Found, at: datetime) -> Problem:
    where, pattern = found.where, found.pattern
    point = pattern.sort == "near"
    problem = Problem.objects.create(
        number=f"P{case_number(at)}", state="proposed", sort=pattern.sort, pattern=pattern.key,
        verdict=found.verdict.as_dict(), matter_key=where.matter_key, area_code=where.area_code,
        lon=snapped(where.lon) if point else None, lat=snapped(where.lat) if point else None, metres=where.metres,
        days=pattern.days, size=size_of(pattern, found.cases), public=not found.private, proposed_at=at, changed_at=at,
    )  # fmt: skip
    if not found.private:
        add(problem, [case.id for case in found.cases], "proposed", at)
    return problem


def add(problem: Problem, case_ids: Iterable[UUID], how: str, at: datetime) -> int:
    """Link cases to a problem; those that are linked or were taken out stay as they are."""
    known = set(ProblemCase.objects.filter(problem=problem).values_list("case_id", flat=True))
    rows = [ProblemCase(problem=problem, case_id=one, how=how, at=at) for one in case_ids if one not in known]
    return len(ProblemCase.objects.bulk_create(rows))


def join_new(at: datetime) -> list[Problem]:
    """Link the cases that came since to the problems they belong to; returns those that got any."""
    problems = list(Problem.objects.filter(state__in=JOINING).exclude(sort__in=["private", "reopened"]))
    if not problems:
        return []
    where = places(problems)
    since = min(problem.proposed_at - timedelta(days=problem.days) for problem in problems)
    taken = set(ProblemCase.objects.filter(problem__state__in=LIVE).exclude(how=OUT).values_list("case_id", flat=True))
    cases = [case for case in facts(since) if case.id not in taken and not case.private]
    grown = []
    for problem in problems:
        begin = problem.proposed_at - timedelta(days=problem.days)
        new = [c.id for c in cases if where[problem.pk].holds(c) and c.reported_at > begin]
        if add(problem, new, "joined", at):
            grown.append(problem)
    return grown


def count_between(problem: Problem, first: datetime, last: datetime) -> int:
    """How many cases of the problem's matter were reported at its place after `first` and until `last`."""
    where = places([problem])[problem.pk]
    rows = facts(first, reported_at__lte=last, matter_key=problem.matter_key)
    private = problem.sort == "private"
    return sum(where.holds(case) for case in rows if case.private == private)


def times_reopened(problem: Problem) -> int:
    """How often the one case of a problem was done again."""
    ids = ProblemCase.objects.filter(problem=problem).exclude(how=OUT).values_list("case_id", flat=True)
    return sum(Case.objects.filter(pk__in=list(ids)).values_list("reopens", flat=True))


def compared_days(problem: Problem) -> int:
    """Over how many days cases are counted before the proposal and after the closing; nought before it is closed."""
    if problem.closed_at is None or problem.review_on is None:
        return 0
    return (problem.review_on - local_day(problem.closed_at, ZONE)).days


def count_before(problem: Problem) -> int:
    """Cases in as many days before the proposal as will be compared after the closing."""
    if problem.sort == "reopened":
        return times_reopened(problem)
    return count_between(problem, problem.proposed_at - timedelta(days=compared_days(problem)), problem.proposed_at)


def count_after(problem: Problem) -> int:
    """Cases after the closing, until the day of the review begins."""
    assert problem.closed_at is not None
    assert problem.review_on is not None
    if problem.sort == "reopened":
        return max(0, times_reopened(problem) - (problem.before or 0))
    return count_between(problem, problem.closed_at, datetime.combine(problem.review_on, time(), ZONE))
