"""Who hears what came of a request: the accounts of the person and of their guardians, and who answers for the desk.

Called inside the deed that is told of.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from gridcommons.access.scope import over_all_areas
from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.people.homes.places import one_person
from gridcommons.people.rights import registry
from gridcommons.people.rights.models import Guardian, PrivateLogin, Request
from gridcommons.people.rights.news import MOVED, News, spread
from gridcommons.people.rights.registry import ERASE
from gridcommons.people.rights.rules import SOMETHING, THINGS
from gridcommons.people.rights.waiting import deed_needed
from gridcommons.territory.succession import ZONE, area_now

_OFFICER: Final = "user:"


def tell(row: Request, key: str, at: datetime) -> None:
    """Tell what came of a request, that it is there, or that its day is over.

    Over all areas: what the desk was told of it lies where whoever asked sees nothing.
    """
    area = area_now(row.area_code, row.pk) if row.area_code else ""
    accounts = accounts_of(row.person_id, local_day(at, ZONE))
    officers = tuple(one for one in row.parties if one.startswith(_OFFICER) and one not in accounts) if not area else ()
    asked = local_day(row.made_at, ZONE)
    ids = {"request": str(row.pk), "person": str(row.person_id)}
    news = News(
        key, accounts, name_of(row.thing), asked, row.due_date, area, officers, at, **ids, only_by=deed_needed(row),
        raised=row.raised_at is not None,
    )  # fmt: skip
    with over_all_areas():
        spread(news)


def lies_elsewhere(rows: Iterable[Request]) -> None:
    """What waits lies with another desk or officer: what asked the former goes, and asks those who may answer it.

    It keeps the moment of what it tells. A wish to be erased asks nobody before its day is over.
    """
    for row in rows:
        if row.state == "open" and (row.kind != ERASE or row.raised_at is not None):
            tell(row, MOVED, row.raised_at or row.made_at)


def name_of(thing: str) -> Words:
    """What was asked about, in words, as far as the desk sees it; of what kind it is, where it does not."""
    found = registry.meant(thing)
    return found.what if found else THINGS.get(thing.partition(":")[0], SOMETHING)


def accounts_of(person_id: UUID, day: date) -> tuple[str, ...]:
    """The accounts that hold the key of a person, and those of the guardians of a child."""
    with over_all_areas():
        rows = one_person([person_id])
        guards = Guardian.objects.filter(child_id__in=list(rows), until__gt=day).values_list("guardian_id", flat=True)
        everybody = one_person([*rows, *guards])
        open_ones = PrivateLogin.objects.filter(ended_at__isnull=True, user_id__isnull=False)
        users = open_ones.filter(person_id__in=list(everybody)).values_list("user_id", flat=True)
        return tuple(sorted({f"{_OFFICER}{one}" for one in users}))
