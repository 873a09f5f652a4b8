"""Which offices the demo county has, and opening those that are missing: departments, desks, committees, grids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gridcommons.access.actions import NewOffice, open_offices
from gridcommons.access.queries import office_ids
from gridcommons.access.rules import Viewer
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Department
from gridcommons.people.identity import synthetic_phone
from gridcommons.territory.names import place_name
from gridcommons.territory.queries import AreaFacts

SUPERVISION: Final = "supervision"
COMMAND: Final = "command"
REVIEW: Final = "review"
MEDIATION: Final = "mediation"
DUTY: Final = "duty"
HEALTH: Final = "health"
INDEPENDENT: Final = "independent"
LEGAL, STAFF_COUNCIL, DATA_OFFICE, ADMISSION = "legal_office", "staff_council", "data_office", "admission_review"
GRID: Final = "grid"
COMMITTEE: Final = "village_committee"
_DESKS: Final = (
    (SUPERVISION, SUPERVISION, Words("网格监督岗", "Grid supervision desk")),
    (COMMAND, COMMAND, Words("综合指挥室", "Command desk")),
)
ADMITS: Final = {
    LEGAL: Words("法制审查室", "Legal review"),
    STAFF_COUNCIL: Words("网格员职工代表会", "Grid workers' staff council"),
    DATA_OFFICE: Words("个人信息保护办公室", "Data protection office"),
    ADMISSION: Words("事项准入评审会", "Admission review"),
}
"""Who says what may enter the grid: three desks and who decides, none of them a department that handles cases."""
_GOVERNMENTS: Final = {"street": Words("办事处", "Office"), "other": Words("人民政府", "Government")}


def office_key(area_code: str, kind: str) -> str:
    """The key of the office of a kind at an area."""
    return f"{area_code}:{kind}"


def offices_at_county(county: AreaFacts, catalogue: Catalogue) -> list[NewOffice]:
    """Departments, the county's government as the last resort, command and duty, and independent ones."""
    made = [_county_office(county, department) for department in _departments(catalogue, "county")]
    review = Words("独立复核办公室", "Independent review office")
    mediation = Words("人民调解中心", "Mediation centre")
    duty, command = Words("总值班室", "Duty office"), Words("综合指挥中心", "Command centre")
    return [
        *made, _office(county, COMMAND, COMMAND, _joined(county, command)),
        _office(county, DUTY, SUPERVISION, _joined(county, duty)),
        _office(county, REVIEW, INDEPENDENT, _joined(county, review)),
        _office(county, MEDIATION, INDEPENDENT, _joined(county, mediation)),
        *(_office(county, kind, COMMAND, _joined(county, name)) for kind, name in ADMITS.items()),
    ]  # fmt: skip


def offices_at_city(city: AreaFacts) -> list[NewOffice]:
    """The second instance of complaints: an office of review that no county commands."""
    review = Words("独立复核办公室", "Independent review office")
    return [_office(city, REVIEW, INDEPENDENT, _joined(city, review))]


def offices_at_township(
    township: AreaFacts, villages: Sequence[AreaFacts], grids: Sequence[AreaFacts], catalogue: Catalogue, serial: int
) -> list[NewOffice]:
    """The desks and territory offices of a township, its village committees and its grids.

    `serial`: a number of the township's own for the phone of its complaint line.
    """
    desks = [
        _office(township, kind, side, _joined(township, name), synthetic_phone(serial) if kind == SUPERVISION else "")
        for kind, side, name in _DESKS
    ]
    own = [_township_office(township, department) for department in _departments(catalogue, "township")]
    committees = [_office(village, COMMITTEE, COMMAND, _committee(village)) for village in villages]
    if not any(route.office == GRID for matter in catalogue for route in matter.routes):
        return [*desks, *own, *committees]
    return [*desks, *own, *committees, *(_office(grid, GRID, COMMAND, _name(grid)) for grid in grids)]


def open_missing(area_code: str, wanted: Sequence[NewOffice], *, by: Viewer, at: datetime) -> int:
    """Open those of the offices that do not exist yet, in one deed; returns how many."""
    there = office_ids(office.key for office in wanted)
    missing = [office for office in wanted if office.key not in there]
    return len(open_offices(area_code=area_code, offices=missing, by=by, at=at)) if missing else 0


def _departments(catalogue: Catalogue, level: str) -> list[Department]:
    return [department for department in catalogue.departments if department.level == level]


def _office(area: AreaFacts, kind: str, side: str, name: Words, phone: str = "") -> NewOffice:
    return NewOffice(
        key=office_key(area.code, kind), area_code=area.code, kind=kind, side=side, name_zh=name.zh, name_en=name.en,
        phone=phone,
    )  # fmt: skip


def _county_office(county: AreaFacts, department: Department) -> NewOffice:
    if department.kind == "territory":
        name = Words(f"{county.name_zh}人民政府", f"{county.name_en} Government")
    else:
        name = _joined(county, department.name)
    return _office(county, department.key, COMMAND, name)


def _township_office(township: AreaFacts, department: Department) -> NewOffice:
    """A territory office by its local name: a street has an office where a town has a government."""
    if department.key == "township_government":
        words = _GOVERNMENTS["street" if township.name_zh.endswith("街道") else "other"]
        name = Words(f"{township.name_zh}{words.zh}", f"{township.name_en} {words.en}")
    else:
        local = Words(
            department.name.zh.removeprefix("乡镇（街道）"), department.name.en.removeprefix("Township ").capitalize()
        )
        name = _joined(township, local)
    return _office(township, department.key, COMMAND, name)


def _joined(area: AreaFacts, name: Words) -> Words:
    return Words(f"{area.name_zh}{name.zh}", f"{name.en}, {area.name_en}")


def _committee(village: AreaFacts) -> Words:
    place = place_name(village.name_zh)
    if place.endswith("社区"):
        return Words(f"{place}居民委员会", f"{village.name_en} Residents' Committee")
    return Words(f"{place}村民委员会", f"{village.name_en} Committee")


def _name(area: AreaFacts) -> Words:
    return Words(area.name_zh, area.name_en)
