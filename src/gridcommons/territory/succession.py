"""The lineage as it is kept: read once per edition and day, and where a thing of a divided area lies."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, F, Func, Model, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from gridcommons.access.scope import Source, lying_in
from gridcommons.access.walls import part_sql
from gridcommons.kit.clock import local_day
from gridcommons.kit.lineage import Lineage, Succession, in_force
from gridcommons.territory.models import LineageMark, Placing
from gridcommons.territory.models import Succession as Row

ZONE: Final = ZoneInfo("Asia/Shanghai")
_LONGEST: Final = 100
M = TypeVar("M", bound=Model)
Placed = tuple[UUID, str, str]
"""A thing, the code it had, the code it gets."""


_PLACED: Final = (
    "coalesce((SELECT p.to_code FROM territory_placing p WHERE p.thing = {thing} AND {known} AND EXISTS ("
    "SELECT 1 FROM territory_placing f WHERE f.thing = {thing} AND f.of_code = {code} AND {held}"
    ") ORDER BY p.placed_at DESC LIMIT 1), {code})"
)


def placed_sql(*, thing: str, code: str, day: str = "") -> str:
    """SQL for the code under which a thing is known to the lineage: where it was placed last, else its own.

    `day`: SQL of a local date; only what was placed by the end of it counts, so that a day can be counted anew with
    the same result. A thing that was given another place since, under a code that was never divided, lies there.
    """
    by_then = [f"({row}.placed_at AT TIME ZONE '{ZONE}')::date <= {day}" if day else "true" for row in ("p", "f")]
    return _PLACED.format(thing=thing, code=code, known=by_then[0], held=by_then[1])


def held_sql(*, thing: str, code: str) -> str:
    """The same for sums over many things: looked up only under codes that were divided, given as `%(divided)s`."""
    return f"CASE WHEN {code} = ANY(%(divided)s::text[]) THEN {placed_sql(thing=thing, code=code)} ELSE {code} END"


def kept_pairs() -> list[Succession]:
    """All pairs, of days to come as well."""
    return [
        Succession(row.old_code, row.new_code, row.since, row.share, row.is_primary, row.is_whole)
        for row in Row.objects.order_by("since", "old_code", "new_code")
    ]


@functools.lru_cache(maxsize=8)
def _pairs(_mark: str) -> tuple[Succession, ...]:
    return tuple(kept_pairs())


@functools.lru_cache(maxsize=64)
def lineage_of(mark: str, day: date) -> Lineage:
    """The lineage on a day, under the mark of an edition."""
    return Lineage((pair for pair in _pairs(mark) if pair.since <= day), day)


def mark_now() -> str:
    """The mark of the edition that holds now; empty before the first reorganisation."""
    return LineageMark.objects.values_list("mark", flat=True).first() or ""


def lineage_on(day: date) -> Lineage:
    """The lineage of another day than the present one, for figures in the areas of then."""
    return lineage_of(mark_now(), day)


def renew_mark() -> None:
    """Give the lineage a new mark, inside the deed that changed it."""
    LineageMark.objects.update_or_create(id=1, defaults={"mark": uuid4().hex})


SOURCE: Final = Source(
    mark="(SELECT mark FROM territory_lineagemark)", load=lineage_of, day_of=lambda at: local_day(at, ZONE)
)


def along_sql(*, thing: str, code: str) -> str:
    """For sums as well: from part to part, as far as a thing was placed in those of this very code.

    For a code beside the one under which the thing lies: its other placings tell nothing about it.
    """
    return part_sql(code, "territory_placing", thing, divided="%(divided)s::text[]")


def area_now(code: str, thing: UUID | None = None) -> str:
    """The current code of a record: the area in which what was filed under `code` lies today.

    `thing`: the record's id. In an area that was divided it is where the record's point lies, as it was placed then;
    without a point, or without a `thing`, it is the primary successor. The one answer to this question: the walls,
    the permission checks and the sums reckon in the same way.
    """
    return areas_now({thing: code})[thing] if thing is not None else in_force().current(code)


def areas_now(codes: Mapping[UUID, str]) -> dict[UUID, str]:
    """The current codes of many records by their ids; asks the database only about divided areas."""
    lineage = in_force()
    return {thing: lineage.current(code) for thing, code in codes_held(codes).items()}


def codes_held(codes: Mapping[UUID, str]) -> dict[UUID, str]:
    """The codes by which many records are known to the lineage: their own, or those they were placed under last."""
    lineage = in_force()
    found, ahead = dict(codes), {thing for thing, code in codes.items() if code in lineage.divided}
    for _round in range(_LONGEST):
        moved = _placed({thing: found[thing] for thing in ahead})
        ahead = {thing for thing, code in moved.items() if code != found[thing]}
        found |= {thing: moved[thing] for thing in ahead}
        ahead = {thing for thing in ahead if found[thing] in lineage.divided}
        if not ahead:
            break
    return found


def placed_in(codes: Iterable[str]) -> set[UUID]:
    """The records that were placed under one of these codes."""
    return set(Placing.objects.filter(to_code__in=set(codes)).values_list("thing", flat=True))


def placed_with(codes: Iterable[str]) -> set[str]:
    """These codes, and all between which things were placed from them or to them: what is told anew only together."""
    found, ahead = set(codes), set(codes)
    ways: dict[str, set[str]] = {}
    for of, to in Placing.objects.values_list("of_code", "to_code").distinct().order_by():
        ways.setdefault(of, set()).add(to)
        ways.setdefault(to, set()).add(of)
    while ahead:
        ahead = {to for code in ahead for to in ways.get(code, ())} - found
        found |= ahead
    return found


class _Held(Func):
    """The code by which a row is known to the lineage: its own, or that of the part of a divided area where it lies."""

    output_field = CharField()

    def as_sql(  # type: ignore[override]  # parameters may be lists of codes
        self, compiler: SQLCompiler, _connection: BaseDatabaseWrapper, **_more: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """From part to part, as the walls go."""
        (code, _none), (thing, _nothing) = (compiler.compile(one) for one in self.get_source_expressions())
        divided = sorted(in_force().divided)
        way = part_sql(code, "territory_placing", thing, divided="%s::text[]")
        return way, (divided,) * way.count("%s")


def things_in(rows: QuerySet[M, M], areas: Iterable[str], *, column: str = "area_code") -> QuerySet[M, M]:
    """The rows that lie today in areas, each of a divided area where it was placed, as the walls reckon."""
    wanted = tuple(areas)
    parted = in_force().reach(wanted).divided
    if not parted:
        return rows.filter(lying_in(column, wanted))
    whole = lying_in(column, wanted) & ~Q(**{f"{column}__in": parted})
    part = lying_in("held_code", wanted) & Q(**{f"{column}__in": parted})
    known: QuerySet[M, M] = rows.alias(held_code=_Held(F(column), F("pk")))  # type: ignore[assignment]  # same rows
    return known.filter(whole | part)


def held_in(rows: QuerySet[M, M], *fields: str, column: str = "area_code") -> QuerySet[M, tuple[Any, ...]]:
    """Of each row the code by which it is known to the lineage, as `codes_held` finds it, and these fields."""
    held = _Held(F(column), F("pk")) if in_force().divided else F(column)
    plain: QuerySet[Any, Any] = rows.order_by()
    found: QuerySet[M, tuple[Any, ...]] = plain.annotate(held_code=held).values_list("held_code", *fields)
    return found


def _placed(codes: Mapping[UUID, str]) -> dict[UUID, str]:
    if not codes:
        return {}
    rows = Placing.objects.filter(thing__in=codes, of_code__in=set(codes.values()))
    return {row.thing: row.to_code for row in rows if codes[row.thing] == row.of_code}


def place(things: Iterable[Placed], at: datetime) -> int:
    """Keep where things of divided areas lie. Inside a deed; returns how many."""
    rows = [Placing(thing=thing, of_code=of, to_code=to, placed_at=at) for thing, of, to in things]
    Placing.objects.bulk_create(
        rows, batch_size=2_000, update_conflicts=True, unique_fields=["thing", "of_code"],
        update_fields=["to_code", "placed_at"],
    )  # fmt: skip
    return len(rows)


def along(rows: QuerySet[M, M], held: Mapping[UUID, str], *, column: str = "area_code") -> list[Placed]:
    """What has to be placed so that rows of divided areas lie where the things lie that they belong to.

    `held`: by a row's id the code by which that thing is known to the lineage in force, as `codes_held` finds it.
    """
    lineage = in_force()
    own = codes_held(dict(rows.filter(pk__in=list(held)).values_list("pk", column)))
    return [
        (row, code, held[row])
        for row, code in own.items()
        if code in lineage.divided and lineage.current(code) != lineage.current(held[row])
    ]


def unplace(things: Iterable[UUID], code: str) -> None:
    """Forget in which part of an area things lay that are given to the area itself. Inside a deed."""
    Placing.objects.filter(thing__in=list(things), of_code=code).delete()
