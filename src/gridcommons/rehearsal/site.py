"""The county under construction: what is planned for it, read from the areas that are in the database already."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from gridcommons.access.actions import NewOffice
from gridcommons.access.rules import Viewer
from gridcommons.kit.codes import CHINA
from gridcommons.matters.catalogue import Catalogue, shipped_catalogue
from gridcommons.rehearsal.ground import require_same_seed
from gridcommons.rehearsal.offices import ADMITS, COMMAND, offices_at_city, offices_at_county, offices_at_township
from gridcommons.rehearsal.residents import Settled, settle
from gridcommons.rehearsal.staffing import Hire, hires_at_city, hires_at_county, hires_at_township
from gridcommons.territory.queries import AreaFacts, below, names_of

ZONE: Final = ZoneInfo("Asia/Shanghai")


@dataclass
class Site:
    """A county, its seed, the moment of all deeds and who does them; plans are made when first asked for."""

    county: str
    seed: int
    at: datetime
    by: Viewer
    catalogue: Catalogue = field(default_factory=shipped_catalogue)

    @property
    def today(self) -> date:
        """The local day of the building."""
        return self.at.astimezone(ZONE).date()

    @cached_property
    def facts(self) -> AreaFacts:
        """The county itself."""
        return names_of([self.county])[self.county]

    @cached_property
    def city(self) -> AreaFacts:
        """The city above it."""
        code = CHINA.cut(self.county, "city")
        return names_of([code])[code]

    @cached_property
    def townships(self) -> list[AreaFacts]:
        """The townships by code; the first one is the county town."""
        return below(self.county, "township")

    @cached_property
    def settled(self) -> Settled:
        """The invented residents; refuses a county that was built with another seed."""
        settled = settle(self.county, [area.code for area in below(self.county, "village")], seed=self.seed)
        require_same_seed(settled)
        return settled

    @cached_property
    def offices(self) -> dict[str, list[NewOffice]]:
        """The offices to be, by the code of the county or township whose deed opens them; grids must be loaded."""
        plan = {self.city.code: offices_at_city(self.city)}
        plan[self.county] = offices_at_county(self.facts, self.catalogue)
        villages, grids = below(self.county, "village"), below(self.county, "grid")
        for serial, township in enumerate(self.townships, start=1):
            plan[township.code] = offices_at_township(
                township, _inside(villages, township), _inside(grids, township), self.catalogue, serial
            )
        return plan

    def hires(self, code: str) -> list[Hire]:
        """The staff to be of the city, the county or one of its townships."""
        if code == self.city.code:
            return hires_at_city(code)
        if code == self.county:
            at_work = [office for office in self.offices[code] if office.side == "command"]
            handling = [office.kind for office in at_work if office.kind not in {COMMAND, *ADMITS}]
            return hires_at_county(code, handling, seed=self.seed)
        serial = 1 + [township.code for township in self.townships].index(code)
        grids = self.settled.grids_of_village()
        inside = {village: grids[village] for village in grids if village.startswith(code)}
        return hires_at_township(code, inside, serial=serial, is_centre=serial == 1, seed=self.seed)


def _inside(areas: list[AreaFacts], township: AreaFacts) -> list[AreaFacts]:
    return [area for area in areas if area.code.startswith(township.code)]
