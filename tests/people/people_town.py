"""The town with people in it: a family with a child in one grid, a neighbour in the next, somebody far away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gridcommons.access.identify import viewer_of
from gridcommons.access.rules import Viewer
from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.identity import Sex, synthetic_number
from gridcommons.people.rights.actions import accept, invite
from gridcommons.people.rights.codes import holding
from town import AT, FAR_GRID, GRID, NEXT_GRID, Town

PASSWORD = "ein Wort nur 42"
FATHER, MOTHER, CHILD = "测试父亲", "测试母亲", "测试孩子"
NUMBERS = {
    FATHER: synthetic_number("991123", date(1980, 5, 6), Sex.MALE, 0),
    MOTHER: synthetic_number("991123", date(1982, 7, 8), Sex.FEMALE, 0),
    CHILD: synthetic_number("991123", date(2018, 3, 4), Sex.FEMALE, 0),
}
PHONES = {FATHER: "10000000001", MOTHER: "10000000002"}
ADDRESS = "北街12号"
SECRETS = (FATHER, MOTHER, CHILD, *NUMBERS.values(), *PHONES.values())


@dataclass(frozen=True)
class Peopled:
    """The town, the family's household and people by name, the neighbour's household and the far one's."""

    town: Town
    home: UUID
    people: dict[str, UUID]
    next_home: UUID
    far_home: UUID

    def __getattr__(self, name: str) -> Viewer:
        found: Viewer = getattr(self.town, name)
        return found


def people_in(town: Town) -> Peopled:
    """Settle them, by the workers of their grids."""
    family = tuple(NewPerson(name, NUMBERS[name], PHONES.get(name, "")) for name in (FATHER, MOTHER, CHILD))
    home = add_home(home=NewHome(GRID, ADDRESS, people=family), by=town.worker, at=AT)
    near = NewHome(NEXT_GRID, "南街3号", people=(NewPerson("测试邻居"),))
    there = add_home(home=near, by=town.next_worker, at=AT)
    away = NewHome(FAR_GRID, "新路5号", people=(NewPerson("测试远方"),))
    far = add_home(home=away, by=town.far_supervisor, at=AT)
    names = dict(zip((FATHER, MOTHER, CHILD), home.people, strict=True))
    return Peopled(town, home.households[0], names, there.households[0], far.households[0])


def private_login(peopled: Peopled, name: str, username: str = "jumin01") -> Viewer:
    """The account that somebody of the family made by the desk's code."""
    handed = invite(person_id=peopled.people[name], checked="card", by=peopled.supervisor, at=AT)
    me = holding(peopled.town.public, handed.code)
    made = accept(code=handed.code, username=username, password=PASSWORD, by=me, at=AT)
    assert made.user_id is not None
    return viewer_of(made.user_id)
