"""Packages of measures as pages read them: for an area, above it and below it, and the one that a colour binds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.outlook.awaited import user_named
from gridcommons.outlook.colours.scheme import Scheme
from gridcommons.outlook.painting.acting import Officer, officers
from gridcommons.outlook.painting.following import near_by
from gridcommons.outlook.painting.keeping import schemes_naming
from gridcommons.outlook.painting.models import Package
from gridcommons.outlook.painting.packages import Content, content_of
from gridcommons.outlook.painting.told import level_words
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import AreaFacts, names_of


@dataclass(frozen=True)
class PackageLine:
    """A package of measures as pages need it."""

    id: UUID
    area: AreaFacts
    scheme: Scheme
    level: str
    content: Content
    basis: str
    first: date
    last: date
    asked_at: datetime
    asked: Officer
    confirmed_at: datetime | None
    confirmed: Officer | None
    holds_from: datetime | None
    ended_at: datetime | None
    declined: Officer | None
    ended_why: str

    @property
    def name(self) -> Words:
        """What its level is called."""
        return level_words(self.scheme, self.level)

    def state(self, at: datetime) -> str:
        """`waiting`, `ahead`, `in_force`, `ended` or `declined` at a moment."""
        if self.declined:
            return "declined"
        if (self.ended_at is not None and self.ended_at <= at) or local_day(at, ZONE) > self.last:
            return "ended"
        if self.holds_from is None:
            return "waiting"
        return "ahead" if self.holds_from > at else "in_force"


def _package_lines(rows: Iterable[Package]) -> list[PackageLine]:
    held = list(rows)
    areas = names_of({row.area_code for row in held})
    schemes = schemes_naming((row.scheme, row.level) for row in held)
    who = officers([(row.asked_by, row.asked_office) for row in held]
                    + [(row.confirmed_by, row.confirmed_office) for row in held]
                    + [(user_named(row.ended_by), row.declined_office) for row in held])  # fmt: skip
    return [
        PackageLine(
            row.pk, areas[row.area_code], schemes[row.scheme, row.level], row.level,
            content_of(row.content, row.places), row.basis, row.first, row.last, row.asked_at,
            who[row.asked_by, row.asked_office], row.confirmed_at,
            who[row.confirmed_by, row.confirmed_office] if row.confirmed_by else None, row.holds_from, row.ended_at,
            who[user_named(row.ended_by), row.declined_office] if row.declined_office else None, row.ended_why,
        )
        for row in held
    ]  # fmt: skip


def packages_near(code: str, *, viewer: Viewer, at: datetime) -> list[PackageLine]:
    """All packages of an area, above and below it, the latest first; for members of staff."""
    require_staff(viewer, at)
    return _package_lines(Package.objects.filter(near_by(code)).order_by("-asked_at"))


def published_packages(code: str, at: datetime) -> list[PackageLine]:
    """The packages that everybody may read for an area: in force or announced, of the area and those above it."""
    return _published(_way(code), at)


def _way(code: str) -> list[str]:
    """An area and those above it, the highest first, by all codes that each ever had as the area that it is."""
    lineage = in_force()
    return [raw for one in (*CHINA.ancestors(code), code) for raw in lineage.known_as(one)]


def _published(codes: Iterable[str], at: datetime) -> list[PackageLine]:
    rows = Package.objects.filter(area_code__in=set(codes), confirmed_at__isnull=False)
    found = _package_lines(rows.order_by("scheme", "level", "first"))
    return [one for one in found if one.state(at) in {"in_force", "ahead"}]


Bound = tuple[str, str, str]
"""An area, a scheme, and a level of it."""


def packages_for(wanted: Iterable[Bound], at: datetime) -> dict[Bound, PackageLine]:
    """The package that each colour binds in its area now, the nearest one from above; without one it is left out."""
    bound = list(wanted)
    ways = {code: _way(code) for code, _scheme, _level in bound}
    every = _published({code for way in ways.values() for code in way}, at)
    held = [one for one in every if one.state(at) == "in_force"]
    found = {}
    for code, scheme, level in bound:
        own = [one for one in held if one.area.code in ways[code] and (one.scheme.key, one.level) == (scheme, level)]
        if own:
            found[code, scheme, level] = max(own, key=lambda one: len(one.area.code))
    return found


def package_for(code: str, scheme: str, level: str, at: datetime) -> PackageLine | None:
    """The package that a colour binds in an area now; None where there is none."""
    return packages_for([(code, scheme, level)], at).get((code, scheme, level))
