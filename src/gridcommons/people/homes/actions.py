"""Writes of homes: households and persons added, corrected, moved; consent; the shield; a village at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.people.homes import changing, places, settling, sheltering
from gridcommons.people.homes.consent import CONSENT_LIFE, consent_of
from gridcommons.people.homes.models import Dwelling, Household, Person, Residence
from gridcommons.people.homes.regridding import Regridded, Why, hold, put
from gridcommons.people.homes.rules import (
    HOUSEHOLD_KINDS,
    NO_COLLEAGUE,
    NO_GRID,
    NO_RESIDENCE,
    NOT_EMPTY,
    RESIDENCE_KINDS,
    SHIELDED,
    NewHome,
    NewPerson,
    chosen,
    known_kind,
    person_key,
    require_days,
    require_grid,
    tidy_address,
    tidy_reason,
)
from gridcommons.people.homes.sealing import Opener
from gridcommons.people.homes.wrong_grids import doors_in, require_target
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import ZONE


@dataclass(frozen=True)
class Added:
    """Somebody who was added to a household. `code`: by which a newcomer consents; shown once, empty for others."""

    person_id: UUID
    residence_id: UUID
    household_id: UUID
    code: str = ""


def _today(at: datetime) -> date:
    return local_day(at, ZONE)


def _in_grid(facts: Mapping[str, Any]) -> Place:
    return Place(facts["home"].grid_code, personal=True)


def _of_added(result: Added, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"household:{result.household_id}", person_key(result.person_id))


def _of_home(result: settling.Settled, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (*(f"household:{one}" for one in result.households), *map(person_key, result.people))


def _of_many(_result: settling.Settled, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


def _of_row(result: Person | Household, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"{result._meta.model_name}:{result.pk}",)


def _of_residence(result: Residence, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"household:{result.household_id}", person_key(result.person_id))


def _of_erased(_result: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(facts["person_id"]),) if "person_id" in facts else ()


@deed("homes.add", on=_in_grid, subjects=_of_home)
def add_home(*, home: NewHome, by: Viewer, at: datetime, purpose: str = "service") -> settling.Settled:
    """Add one household with its dwelling and whoever is known to live there; a newcomer is added by `add_person`."""
    _require_grids([home])
    return settling.settle(CHINA.cut(home.grid_code, "county"), [home], by=by.key, at=at)


def _require_grids(homes: Sequence[NewHome], under: str = "") -> None:
    """Every home lies in a grid that there is, below an area."""
    codes = {home.grid_code for home in homes}
    known = names_of(codes)
    for code in sorted(codes):
        if not require_grid(code).startswith(under) or code not in known:
            raise refuse(NO_GRID, code=code[:20])


def _in_area(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"], personal=True)


@deed("homes.settle", on=_in_area, subjects=_of_many)
def settle(
    *, area_code: str, homes: Sequence[NewHome], by: Viewer, at: datetime, purpose: str = "administration"
) -> settling.Settled:
    """Add all households of a village at once, with who lives there, in one transaction and one entry."""
    _require_grids(homes, area_code)
    return settling.settle(CHINA.cut(area_code, "county"), homes, by=by.key, at=at)


@deed("homes.add_person", on=places.of_household, subjects=_of_added)
def add_person(
    *, household_id: UUID, new: NewPerson, since: date, by: Viewer, at: datetime, purpose: str = "service"
) -> Added:
    """Add somebody to a household. A newcomer's registration waits for their own consent, by the code returned."""
    home = places.household(household_id, still=True)
    require_days(since, None, _today(at))
    row = changing.new_person(new, home, _today(at))
    return _moved_in(row, home, changing.Terms(new.kind, since, by.key, at))


@deed("homes.move_in", on=places.of_person, subjects=_of_added)
def move_in(
    *, person_id: UUID, household_id: UUID, kind: str, since: date, by: Viewer, at: datetime, purpose: str = "service"
) -> Added:
    """Let a known person move into a household; where they lived before has ended, unless they only register."""
    home, row = places.household(household_id, still=True), places.locked_person(person_id)
    known_kind(kind, RESIDENCE_KINDS)
    require_days(since, None, _today(at))
    return _moved_in(row, home, changing.Terms(kind, since, by.key, at))


def _moved_in(row: Person, home: Household, terms: changing.Terms) -> Added:
    made, code = changing.move_in(row, home, terms)
    return Added(row.pk, made.pk, home.pk, code)


@deed("homes.move_out", on=places.of_residence, subjects=_of_residence)
def move_out(
    *, residence_id: UUID, until: date, by: Viewer, at: datetime, purpose: str = "service"
) -> Residence:  # fmt: skip
    """Let somebody move out on a day; what is held of the household is not theirs to read any more."""
    row = places.residence(residence_id)
    if row.days.upper is not None:
        raise refuse(NO_RESIDENCE)
    require_days(until, None, _today(at))
    require_days(row.days.lower, until, _today(at))
    changing.end(row, until)
    return row


@deed("homes.correct_person", on=places.of_person, subjects=_of_row)
def correct_person(
    *, person_id: UUID, new: NewPerson, forget: Collection[str] = (), by: Viewer, at: datetime,
    purpose: str = "service",
) -> Person:  # fmt: skip
    """Put right what is held of a person: name, number, phone, year of birth; what stood before is gone.

    What is left empty stays as it is; `forget` names what is held no more.
    """
    return changing.correct(places.locked_person(person_id), new, forget, _today(at))


@deed("homes.correct", on=places.of_household, subjects=_of_row)
def correct_home(
    *, household_id: UUID, address: str, kind: str, by: Viewer, at: datetime, purpose: str = "service"
) -> Household:  # fmt: skip
    """Put right the address of a household's dwelling and its kind."""
    row = places.household(household_id)
    row.dwelling.address = tidy_address(address)
    row.dwelling.save(update_fields=["address"])
    row.kind = known_kind(kind, HOUSEHOLD_KINDS)
    row.save(update_fields=["kind"])
    return row


def _from_grid(facts: Mapping[str, Any]) -> Place:
    return Place(facts["from_code"], personal=True)


def _of_regridded(result: Regridded, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"household:{one}" for one in result.households)


@deed("homes.regrid", on=_from_grid, subjects=_of_regridded, keeps=("from_code", "to_code"))
def regrid(
    *, household_ids: Collection[UUID], from_code: str, to_code: str, reason: str, by: Viewer, at: datetime,
    purpose: str = "service",
) -> Regridded:  # fmt: skip
    """Put homes that were settled in a wrong grid into the one where they lie, with all behind their doors.

    The same deed takes it back. Refused as a whole where one of them does not lie in the former grid any more.
    """
    said = tidy_reason(reason)
    chosen(len(set(household_ids)))
    require_target(from_code, to_code, by=by, purpose=purpose, at=at)
    hold()
    return put(doors_in(from_code, household_ids), from_code, to_code, Why(said, by.key, at))


@deed("homes.end", on=places.of_household, subjects=_of_row)
def end_home(*, household_id: UUID, until: date, by: Viewer, at: datetime, purpose: str = "service") -> Household:
    """End a household in which nobody lives any more."""
    row = places.household(household_id)
    if changing.lives_somebody(row, until):
        raise refuse(NOT_EMPTY)
    require_days(row.since, until, _today(at))
    row.until = until
    row.save(update_fields=["until"])
    return row


@deed("homes.consent", on=consent_of, subjects=_of_residence)
def consent(*, consent_key: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Residence:
    """The newcomer agrees to be registered, by their own page or by the code; nobody else can."""
    row = changing.awaiting(consent_key)
    row.consent_at, row.consent_how = at, changing.how(by, row.person_id)
    row.save(update_fields=["consent_at", "consent_how"])
    return row


@deed("homes.withdraw_consent", on=consent_of, subjects=_of_residence)
def withdraw_consent(*, consent_key: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Residence:
    """Consent is declined or taken back: the registration is deleted, and the person with it if nothing else is."""
    row = changing.awaiting(consent_key)
    return changing.unregister(row)


@deed("homes.shield", on=places.of_person, subjects=_of_row)
def shield(*, person_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Person:
    """Take a person under threat out of every list: they and the officer who does it come to them, alone."""
    row = places.locked_person(person_id)
    if row.shielded:
        raise refuse(SHIELDED)
    for one in places.all_rows_of(row):
        if not one.shielded:
            changing.shield(one, by.key)
    return places.person(person_id)


@deed("homes.shelter", on=places.of_person, subjects=_of_row)
def shelter(*, person_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Person:
    """Put away what leads to a person under threat still: reported since, or where their officer does not see.

    After the threat: put back what lies there.
    """
    sheltering.hold_with_others(person_id)
    row = places.locked_person(person_id)
    for one in places.all_rows_of(row):
        if one.shielded:
            sheltering.shelter(one)
        elif one.place_sealed:
            sheltering.put_back_rest(one)
    return row


@deed("homes.offer_shield", on=places.of_person, subjects=_of_row)
def offer_shield(*, person_id: UUID, officer: Viewer, by: Viewer, at: datetime, purpose: str = "service") -> Person:
    """The officer who answers for a person under threat asks one colleague to take them over; both see them till then.

    The colleague has to serve where the person lives, which stays sealed.
    """
    row = places.locked_person(person_id)
    area = Opener.now().read_place(row.place_sealed, row.pk)[0] if row.shielded else ""
    if not area or officer.key == by.key or not _may_take(officer, area, at):
        raise refuse(NO_COLLEAGUE)
    return changing.hand_shield(row, by.key, officer.key)


def _may_take(officer: Viewer, area_code: str, at: datetime) -> bool:
    held = [g for role, g in officer.roles_at(at) if g is not None and "homes.take_shield" in role.deeds and g.is_local]
    return any(grant.covers(area_code) for grant in held)


@deed("homes.take_shield", on=places.of_person, subjects=_of_row)
def take_shield(*, person_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Person:
    """The colleague takes a person under threat over: from now on they alone answer for them."""
    row = places.locked_person(person_id)
    officers = [key for key in row.parties if key.startswith("user:")]
    if not row.shielded or by.key not in officers[1:]:
        raise refuse(NO_COLLEAGUE)
    handed = changing.hand_shield(row, by.key)
    sheltering.tell_handed(handed, at)
    return handed


@deed("homes.unshield", on=places.of_person, subjects=_of_row)
def unshield(*, person_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Person:
    """The threat is over: the person stands in the lists of where they live again."""
    sheltering.hold_with_others(person_id)
    row = places.locked_person(person_id)
    for one in reversed(places.all_rows_of(row)):
        if one.shielded:
            changing.unshield(one)
    return places.person(person_id)


@deed("homes.forget")
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Delete whom nobody may keep any longer: moved away long ago, registered without consent, ended households."""
    day = _today(at)
    unasked = Residence.objects.filter(kind="migrant", consent_at__isnull=True, made_at__lte=at - CONSENT_LIFE)
    for row in unasked.select_related("person", "household"):
        changing.unregister(row)
    gone = changing.forget_long_gone(day)
    Household.objects.filter(until__lt=day, residences__isnull=True).delete()
    Dwelling.objects.filter(behind__isnull=True).delete()
    return gone
