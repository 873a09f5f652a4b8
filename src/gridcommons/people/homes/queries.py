"""Reads of homes: a grid's households, one household with its people, a person by the exact number or phone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer, missing
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.people.homes import places
from gridcommons.people.homes.models import Household, Person, Regridding, Residence, Serial
from gridcommons.people.homes.ordering import Natural
from gridcommons.people.homes.rules import NO_HOUSEHOLD, chosen, person_key
from gridcommons.people.homes.sealing import Opener
from gridcommons.people.homes.wrong_grids import Misplaced, ToRegrid, doors_in, lying_still, misplaced_in, ready
from gridcommons.people.identity import NUMBER_SHAPE, normalise_phone
from gridcommons.territory.succession import ZONE, area_now, areas_now

PAGE: Final = 40
_MOST_FOUND: Final = 20
_NUMBER_SIGNS: Final = 18

NOT_ASKED = refusal_kind(
    "homes.not_asked",
    status=400,
    zh="请填写完整的身份证号或电话：只能按完全一致的号码查找，不能按姓名。",
    en="Give the whole citizen number or phone: a person is found by the exact number alone, never by name.",
)


@dataclass(frozen=True)
class Living:
    """Somebody in a household, opened for this reading. `number_held`: a citizen number is kept, which is not shown."""

    person_id: UUID
    residence_id: UUID
    name: str
    phone: str
    birth_year: int | None
    number_held: bool
    kind: str
    since: date | None
    until: date | None
    waits: bool
    shielded: bool


@dataclass(frozen=True)
class HouseholdLine:
    """One household of a list."""

    id: UUID
    number: int
    area_code: str
    address: str
    kind: str
    names: tuple[str, ...]
    person_ids: tuple[UUID, ...]
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Households:
    """One page of a list, and how many there are."""

    lines: tuple[HouseholdLine, ...]
    total: int
    first: int


@dataclass(frozen=True)
class PutRight:
    """That a home was put out of a grid where it had been settled by mistake."""

    at: datetime
    from_code: str
    to_code: str
    reason: str


@dataclass(frozen=True)
class HouseholdPage:
    """One household whole: where, since when, who lives there and who did."""

    id: UUID
    dwelling_id: UUID
    number: int
    area_code: str
    address: str
    kind: str
    since: date
    until: date | None
    people: tuple[Living, ...]
    before: tuple[Living, ...]
    put_right: tuple[PutRight, ...] = ()
    """How often its grid was put right, the latest first."""


@dataclass(frozen=True)
class HouseholdPlace:
    """The grid in which a household lies today, and its dwelling."""

    area_code: str
    dwelling_id: UUID


@dataclass(frozen=True)
class PersonPage:
    """A person found by an exact number: who, and the household where they live now, if any."""

    id: UUID
    name: str
    phone: str
    birth_year: int | None
    number_held: bool
    area_code: str
    shielded: bool
    household_id: UUID | None
    residence_id: UUID | None
    address: str
    officers: tuple[str, ...] = ()
    """Who answers for a shielded person: the officer, and the colleague who was asked to take over."""


def _in_area(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"], personal=True)


def _of_list(result: Households, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    people = [person_key(one) for line in result.lines for one in line.person_ids]
    return (*(f"household:{line.id}" for line in result.lines), *people)


def _of_page(result: HouseholdPage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"household:{result.id}", *(person_key(one.person_id) for one in (*result.people, *result.before)))


def _of_found(result: tuple[PersonPage, ...], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(person_key(one.id) for one in result)


def _of_person(result: PersonPage, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(result.id),)


@look("look.households", on=_in_area, subjects=_of_list)
def households(
    *, area_code: str, words: str = "", viewer: Viewer, at: datetime, purpose: str = "register", first: int = 0,
    most: int = PAGE,
) -> Households:  # fmt: skip
    """The households of one grid by address, with the names of who lives there; `words`: a part of the address."""
    rows = places.lying_at(Household.objects.filter(until__isnull=True), [in_force().current(area_code)])
    if words:
        rows = rows.filter(dwelling__address__icontains=words)
    page = list(rows.select_related("dwelling").order_by(Natural("dwelling__address"), "number")[first : first + most])
    living = _living([row.pk for row in page], local_day(at, ZONE))
    lines = (_line(row, living[row.pk]) for row in page)
    return Households(tuple(lines), rows.count(), first)


@look("look.addresses", on=_in_area, subjects=_of_list)
def addresses(
    *, area_code: str, words: str = "", viewer: Viewer, at: datetime, purpose: str = "visit", first: int = 0,
    most: int = PAGE,
) -> Households:  # fmt: skip
    """The households of one grid by address and nothing of who lives there: what a visit is planned by."""
    rows = places.lying_at(Household.objects.filter(until__isnull=True), [in_force().current(area_code)])
    if words:
        rows = rows.filter(dwelling__address__icontains=words)
    page = rows.select_related("dwelling").order_by(Natural("dwelling__address"), "number")[first : first + most]
    return Households(tuple(_line(row, []) for row in page), rows.count(), first)


def _read_there(facts: Mapping[str, Any]) -> Place:
    """Where the first of these households lies that the viewer may read; each of them is asked for by itself."""
    rows = Household.objects.filter(pk__in=list(facts["household_ids"])).only("area_code").order_by("pk")
    found = [places.place_of(row) for row in rows]
    if not found:
        raise refuse(NO_HOUSEHOLD)
    return next((place for place in found if _may_read(place, facts)), found[0])


def _may_read(place: Place, facts: Mapping[str, Any]) -> bool:
    asking = {name: facts[name] for name in ("viewer", "purpose", "at")}
    return not missing(deed="look.addresses", place=place, **asking)


def _of_some(result: Mapping[UUID, HouseholdLine], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"household:{one}" for one in result)


@look("look.addresses", on=_read_there, subjects=_of_some)
def addresses_of(
    *, household_ids: Collection[UUID], viewer: Viewer, at: datetime, purpose: str = "visit"
) -> dict[UUID, HouseholdLine]:  # fmt: skip
    """These households by address and nothing of who lives there; what is not the viewer's to read is left out."""
    rows = Household.objects.filter(pk__in=list(household_ids)).select_related("dwelling")
    asking = {"viewer": viewer, "purpose": purpose, "at": at}
    return {row.pk: _line(row, []) for row in rows if _may_read(places.place_of(row), asking)}


def _line(row: Household, living: list[Residence]) -> HouseholdLine:
    opener = Opener.now() if living else None
    names = tuple(opener.read(one.person.name_sealed, one.person_id, "name") for one in living) if opener else ()
    return HouseholdLine(
        row.pk, row.number, area_now(row.area_code, row.pk), row.dwelling.address, row.kind, names,
        tuple(one.person_id for one in living), row.dwelling.lon, row.dwelling.lat,
    )  # fmt: skip


def _living(households: Iterable[UUID], day: date) -> defaultdict[UUID, list[Residence]]:
    """Who lives in these households on a day and is seen by the viewer; whoever was joined with another stands once."""
    found: defaultdict[UUID, list[Residence]] = defaultdict(list)
    rows = Residence.objects.filter(places.living(day), household_id__in=list(households))
    for row in rows.filter(person__canonical_id__isnull=True).select_related("person").order_by("days", "id"):
        found[row.household_id].append(row)
    return found


@look("look.household", on=places.of_household, subjects=_of_page)
def household_page(
    *, household_id: UUID, viewer: Viewer, at: datetime, purpose: str = "register"
) -> HouseholdPage:  # fmt: skip
    """One household: its people by name and phone; citizen numbers are kept and not shown."""
    row, day = places.household(household_id), local_day(at, ZONE)
    rows = list(row.residences.filter(person__canonical_id__isnull=True).select_related("person").order_by("days"))
    opener = Opener.now()
    now = tuple(_opened(one, opener) for one in rows if one.days.upper is None or one.days.upper > day)
    before = tuple(_opened(one, opener) for one in rows if one.days.upper is not None and one.days.upper <= day)
    return HouseholdPage(
        row.pk, row.dwelling_id, row.number, area_now(row.area_code, row.pk), row.dwelling.address, row.kind, row.since,
        row.until, now, before, _put_right(row.dwelling_id),
    )  # fmt: skip


def _put_right(dwelling_id: UUID) -> tuple[PutRight, ...]:
    rows = Regridding.objects.filter(dwelling=dwelling_id).order_by("-made_at", "-id")
    return tuple(PutRight(row.made_at, row.from_code, row.to_code, row.reason) for row in rows)


def _of_places(result: dict[UUID, HouseholdPlace], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"household:{one}" for one in result)


def _from_grid(facts: Mapping[str, Any]) -> Place:
    return Place(facts["from_code"], personal=True)


def _of_doors(result: ToRegrid | Misplaced, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"household:{home}" for door in result.doors for home in door.households)


@look("look.regrid", on=_from_grid, subjects=_of_doors)
def to_regrid(
    *, household_ids: Collection[UUID], from_code: str, viewer: Viewer, at: datetime, purpose: str = "register",
    still: bool = False,
) -> ToRegrid:  # fmt: skip
    """Homes that may have been settled in a wrong grid, before they are put right: each door with all behind it.

    `still`: those that lie in it no more are left out, where they are refused otherwise.
    """
    chosen(len(set(household_ids)))
    left = lying_still(from_code, household_ids) if still else household_ids
    return ready(doors_in(from_code, left) if left else {}, local_day(at, ZONE))


@look("look.misplaced", on=_in_area, subjects=_of_doors)
def misplaced(*, area_code: str, viewer: Viewer, at: datetime, purpose: str = "register") -> Misplaced:
    """The doors of an area whose point lies outside the outline of their grid: likely mistakes, and no more than that.

    A point may be the mistake as well: a person looks at each.
    """
    return misplaced_in(area_code)


@look("look.household_place", on=places.of_households, subjects=_of_places)
def household_places(
    *, household_ids: Collection[UUID], viewer: Viewer, at: datetime, purpose: str = "operation"
) -> dict[UUID, HouseholdPlace]:  # fmt: skip
    """Where households lie today, and nothing of who lives there: what forms that came in are placed by.

    One that the viewer does not see is left out; refused where they see none of these.
    """
    rows = Household.objects.filter(pk__in=list(household_ids)).values_list("pk", "area_code", "dwelling_id")
    found = {pk: (area, dwelling) for pk, area, dwelling in rows}
    areas = areas_now({pk: area for pk, (area, _dwelling) in found.items()})
    return {pk: HouseholdPlace(areas[pk], dwelling) for pk, (_area, dwelling) in found.items()}


def _opened(row: Residence, opener: Opener) -> Living:
    person = row.person
    return Living(
        person.pk, row.pk, opener.read(person.name_sealed, person.pk, "name"),
        opener.read(person.phone_sealed, person.pk, "phone"), person.birth_year, person.number_sealed is not None,
        row.kind, row.days.lower, row.days.upper, row.kind == "migrant" and row.consent_at is None, person.shielded,
    )  # fmt: skip


def numbers_given(county: str) -> int:
    """How many numbers of households were given in a county since it began; tells of nobody."""
    return Serial.objects.filter(county=county).values_list("last", flat=True).first() or 0


@look("look.person_found", subjects=_of_found)
def find_person(
    *, number: str = "", phone: str = "", viewer: Viewer, at: datetime, purpose: str = "register"
) -> tuple[PersonPage, ...]:
    """The persons of the viewer's townships with exactly this citizen number or phone; none by name."""
    opener, day = Opener.now(), local_day(at, ZONE)
    rows = Person.objects.filter(canonical_id__isnull=True)
    if number.strip():
        rows = rows.filter(number_index=opener.index_of_number(_number(number)))
    elif phone.strip():
        rows = rows.filter(phone_index=opener.index_of_phone(normalise_phone(phone)))
    else:
        raise refuse(NOT_ASKED)
    return tuple(_page(row, opener, day) for row in rows.order_by("since", "id")[:_MOST_FOUND])


def _number(text: str) -> str:
    signs = "".join(text.split()).replace("-", "").upper()
    if len(signs) != _NUMBER_SIGNS:
        raise refuse(NUMBER_SHAPE)
    return signs


@look("look.person", on=places.of_person, subjects=_of_person)
def person_page(*, person_id: UUID, viewer: Viewer, at: datetime, purpose: str = "register") -> PersonPage:
    """One person: who, and where they live now."""
    return _page(places.person(person_id), Opener.now(), local_day(at, ZONE))


def _page(row: Person, opener: Opener, day: date) -> PersonPage:
    lives = Residence.objects.filter(places.living(day), person=row).exclude(kind="moved").first()
    home = Household.objects.select_related("dwelling").filter(pk=lives.household_id).first() if lives else None
    return PersonPage(
        row.pk, opener.read(row.name_sealed, row.pk, "name"), opener.read(row.phone_sealed, row.pk, "phone"),
        row.birth_year, row.number_sealed is not None, area_now(row.area_code, row.pk) if row.area_code else "",
        row.shielded, home.pk if home else None, lives.pk if lives else None, home.dwelling.address if home else "",
        tuple(key for key in row.parties if key.startswith("user:")) if row.shielded else (),
    )  # fmt: skip
