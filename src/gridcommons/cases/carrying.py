"""Cases when areas are reorganised: how many a plan touches, which part of a divided area each lies in, who is told.

No case is written. A case of a divided area is placed by its point, and its public row, which has no id to be placed
by, says so; one without a point goes to the primary successor.
Numbers come out of here, and no row: a county officer, who reads no cases, sees what a plan will do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import Count, Q, QuerySet

from gridcommons.access.queries import OfficeFacts, find_office
from gridcommons.access.rules import Scope
from gridcommons.access.scope import lying_in, scoped
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.publishing import republish
from gridcommons.cases.transitions import packaged
from gridcommons.kit.codes import CHINA
from gridcommons.kit.disclosure import Mark, alone, suppress
from gridcommons.kit.lineage import holding
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matters_as_of
from gridcommons.notices.outbox import enqueue
from gridcommons.people.following import lie_along
from gridcommons.territory.locating import Locator
from gridcommons.territory.reorganising.touching import Carried, HandedOver, Moving, Touched, carries, touches
from gridcommons.territory.succession import codes_held, held_in, place, placed_in, things_in

_ALL: Final = Scope(pattern="^")
_SECTION: Final = "cases"


class _Lying(NamedTuple):
    """What is needed of a case to place it."""

    id: UUID
    code: str
    lon: float | None
    lat: float | None
    contact: UUID | None
    ended: bool
    number: str


@touches
def touched(moving: Moving) -> Iterator[Touched]:
    """How many open cases lie there, by state, and how many are on public pages; small numbers are not told."""
    with holding(lambda: moving.before), scoped(_ALL):
        states = dict(_open(moving).values_list("state").annotate(n=Count("id")).order_by())
        here = lying_in("area_code", moving.roots)
        public = PublicCase.objects.filter(here, ended_at__isnull=True).count()
    total = sum(states.values())
    whole = alone(total)
    yield Touched(_SECTION, "follows", Words("未办结事项", "open cases"), n=whole.value, few=whole.mark is Mark.FEW)
    shown = suppress(states, total, sealed=not whole.is_exact)
    for state in (key for key in packaged().states if key in states):
        one = shown[state]
        yield Touched(_SECTION, "state", packaged().states[state].words, n=one.value, few=not one.is_exact)
    seen = alone(public)
    on_pages = Words("公开页面上未办结的事项", "open cases on public pages")
    yield Touched("pages", "follows", on_pages, n=seen.value, few=not seen.is_exact)


@carries
def carried(moving: Moving) -> Iterator[Carried]:
    """Place the cases of divided areas, count what goes from where to where, and tell those whose office changes."""
    placed = _place(moving)
    counts = _counted(moving, placed)
    _tell(moving, placed, _new_desks(moving, counts))
    for way, numbers in counts.items():
        yield Carried(way, numbers)


def _open(moving: Moving) -> QuerySet[Case, Case]:
    """The open cases that lie where something changes, under the areas of before."""
    return things_in(Case.objects.filter(ended_at__isnull=True), moving.roots)


def _place(moving: Moving) -> dict[UUID, str]:
    """The part that each case of a divided area lies in, by its point; kept where it is not the primary one."""
    rows = list(_divided(moving))
    found = dict(_by_point(rows, moving))
    place(((row.id, row.code, found[row.id]) for row in rows if row.id in found), moving.at)
    numbers: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.id in found:
            numbers[found[row.id]].append(row.number)
    for code, those in numbers.items():
        republish(those, code)
    with holding(lambda: moving.after):
        lie_along({row.contact: found.get(row.id, row.code) for row in rows if row.contact is not None}, moving.at)
    return found


def _divided(moving: Moving) -> Iterator[_Lying]:
    """The cases of areas that the plan divides, under the codes they have until then."""
    if not moving.divided:
        return
    with holding(lambda: moving.before), scoped(_ALL):
        near = Q(area_code__in=moving.divided) | Q(pk__in=placed_in(moving.divided))
        rows = {row[0]: row for row in Case.objects.filter(near).values_list(
            "pk", "area_code", "lon", "lat", "contact_id", "ended_at", "number"
        )}  # fmt: skip
        held = codes_held({pk: row[1] for pk, row in rows.items()})
    for pk, row in rows.items():
        if held[pk] in moving.divided:
            yield _Lying(pk, held[pk], row[2], row[3], row[4], row[5] is not None, row[6])


def _by_point(rows: Iterable[_Lying], moving: Moving) -> Iterator[tuple[UUID, str]]:
    """(case, part) of those whose point lies in a part that is not the primary successor."""
    groups: dict[str, list[_Lying]] = defaultdict(list)
    for row in rows:
        if row.lon is not None and row.lat is not None:
            groups[moving.before.current(row.code)].append(row)
    for old, lying in groups.items():
        parts = [pair.new for pair in moving.outcome.pairs if pair.old == old and pair.new in moving.outlines]
        if not parts:
            continue
        locator = Locator(parts, [moving.outlines[part] for part in parts])
        found = locator.locate(np.array([row.lon for row in lying]), np.array([row.lat for row in lying]))
        primary = moving.after.current(old)
        for row, code in zip(lying, found, strict=True):
            if code and moving.after.current(str(code)) != primary:
                yield row.id, str(code)


def _counted(moving: Moving, placed: Mapping[UUID, str]) -> dict[HandedOver, dict[str, int]]:
    """Open cases by state, from township to township; those that stay in theirs are not among them."""
    with holding(lambda: moving.before), scoped(_ALL):
        rows = _open(moving)
        away = list(held_in(rows.filter(pk__in=list(placed)), "pk", "state"))
        table = list(held_in(rows.exclude(pk__in=list(placed)), "state").annotate(n=Count("id")))
    moved = [(code, moving.after.current(code), state, n) for code, state, n in table]
    moved += [(code, moving.after.current(placed[pk]), state, 1) for code, pk, state in away]
    found: dict[HandedOver, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for code, now, state, n in moved:
        way = _town(moving.before.current(code)), _town(now)
        if way[0] != way[1]:
            found[way][state] += n
    return {way: dict(numbers) for way, numbers in found.items()}


def _town(code: str) -> str:
    return CHINA.cut(code, "township")


def _new_desks(moving: Moving, ways: Iterable[HandedOver]) -> dict[HandedOver, OfficeFacts]:
    """The desk that looks after the cases of a way from now on, where it is another than before."""
    found = {}
    for way in ways:
        with holding(lambda: moving.before):
            before = find_office(way[0], "supervision")
        with holding(lambda: moving.after):
            after = find_office(way[1], "supervision")
        if after is not None and (before is None or before.id != after.id):
            found[way] = after
    return found


def _tell(moving: Moving, placed: Mapping[UUID, str], desks: Mapping[HandedOver, OfficeFacts]) -> None:
    """Tell the reporters of open cases whose desk changes, and nobody else."""
    if not desks:
        return
    with holding(lambda: moving.before), scoped(_ALL):
        cases = list(things_in(Case.objects.filter(ended_at__isnull=True), {w[0] for w in desks}).order_by("number"))
        held = codes_held({case.pk: case.area_code for case in cases})
    matters = matters_as_of({(case.edition, case.matter_key) for case in cases})
    for case in cases:
        now = moving.after.current(placed.get(case.pk, held[case.pk]))
        desk = desks.get((_town(moving.before.current(held[case.pk])), _town(now)))
        if desk is not None:
            _tell_reporter(case, matters[case.edition, case.matter_key].name, desk, now, moving)


def _tell_reporter(case: Case, matter: Words, desk: OfficeFacts, code: str, moving: Moving) -> None:
    facts = {
        "number": case.number, "matter_zh": matter.zh, "matter_en": matter.en, "case": str(case.pk),
        "office_zh": desk.name_zh, "office_en": desk.name_en, "phone": desk.phone or "12345",
    }  # fmt: skip
    ways = [(party, "inside") for party in case.parties if party.startswith("user:")]
    ways += [(f"contact:{case.contact_id}", "sms")] if case.contact_id else []
    for to, channel in ways:
        enqueue(
            to=to, channel=channel, text_key="case.moved", facts=facts, language=case.language, area_code=code,
            at=moving.at, private=not case.public,
        )  # fmt: skip
