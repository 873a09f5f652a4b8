"""Which mediators serve, and the nearest office where one of them may take a mediation on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridcommons.access.identify import staff_with_role
from gridcommons.access.queries import OfficeFacts, find_office
from gridcommons.cases.mediation.policy import policy
from gridcommons.kit.codes import CHINA


@dataclass(frozen=True)
class Mediator:
    """Somebody who mediates for an office; `keys`: of the person and of each office they serve."""

    key: str
    office_id: UUID | None
    keys: frozenset[str]


@dataclass(frozen=True)
class Serving:
    """All mediators at a moment."""

    people: tuple[Mediator, ...]

    def takers(self, office_id: UUID, barred: Iterable[str]) -> list[str]:
        """The mediators of an office who may take on what these keys are kept from."""
        kept = set(barred)
        return sorted({one.key for one in self.people if one.office_id == office_id and not kept & one.keys})

    def serves(self, key: str) -> bool:
        """Whether somebody mediates at all."""
        return any(one.key == key for one in self.people)

    def desk_for(self, area_code: str, barred: Iterable[str]) -> OfficeFacts | None:
        """The office nearest to a place with a mediator who is not kept from it; None where there is none."""
        kept = frozenset(barred)
        for level, kind in policy().offices:
            found = find_office(CHINA.cut(area_code, level), kind)
            if found is not None and self.takers(found.id, kept):
                return found
        return None


def serving(at: datetime) -> Serving:
    """Who mediates at a moment."""
    rows = staff_with_role("mediator", at)
    return Serving(tuple(Mediator(v.key, grant.office_id, v.parties_at(at)) for v, grant, _office in rows))
