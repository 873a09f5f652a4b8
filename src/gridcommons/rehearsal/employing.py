"""Taking on the planned staff of the demo county, as far as missing: accounts with grants, workers with their posts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password

from gridcommons.access.actions import NewMember, add_staff
from gridcommons.access.queries import account_ids, grant_ids, office_ids
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.rehearsal.staffing import MENTOR, Hire, Post
from gridcommons.web.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from gridcommons.workforce.actions import Duty, Recruit, enlist
from gridcommons.workforce.queries import enlisted

NamesIn = Callable[[str, int], list[str]]
REASON: Final = "rehearsal"


def employ(
    area_code: str, hires: Sequence[Hire], names_in: NamesIn, *, since: date, by: Viewer, at: datetime
) -> dict[str, int]:
    """Add the accounts and the workers that are missing, two deeds at most; returns how many of each.

    `names_in`: invented names of residents of an area; the n-th hire always bears the n-th name.
    """
    names = dict(zip((hire.username for hire in hires), names_in(area_code, len(hires)), strict=True))
    there = account_ids(names)
    offices = office_ids(hire.office for hire in hires)
    missing = [_member(hire, names[hire.username], offices, at) for hire in hires if hire.username not in there]
    if missing:
        add_staff(area_code=area_code, members=missing, reason=REASON, by=by, at=at)
        there = account_ids(names)
    recruits = _recruits(hires, names, there)
    if recruits:
        enlist(area_code=area_code, recruits=recruits, since=since, by=by, at=at)
    return {"accounts": len(missing), "workers": len(recruits)}


def _member(hire: Hire, name: str, offices: dict[str, UUID], at: datetime) -> NewMember:
    grants = (
        GrantFacts(
            role=hire.role,
            included=(hire.area_code,),
            excluded=(),
            purposes=hire.purposes,
            valid_from=at,
            valid_to=None,
            office_id=offices[hire.office] if hire.office else None,
        ),
    )
    return NewMember(hire.username, name, grants if hire.role else (), hashed=_hashed(hire.username))


def _recruits(hires: Sequence[Hire], names: dict[str, str], accounts: dict[str, UUID]) -> list[Recruit]:
    posted = [(hire, hire.post) for hire in hires if hire.post is not None]
    known = enlisted(accounts[hire.username] for hire, _post in posted)
    new = [(hire, post) for hire, post in posted if accounts[hire.username] not in known]
    grants: dict[UUID, UUID] = {}
    for role in sorted({hire.role for hire, _post in new}):
        grants |= grant_ids((accounts[hire.username] for hire, _post in new if hire.role == role), role)
    return [
        Recruit(
            name=names[hire.username],
            employment=post.employment,
            duties=_duties(post, grants[accounts[hire.username]]),
            user_id=accounts[hire.username],
            work_phone=post.phone,
        )
        for hire, post in new
    ]


def _duties(post: Post, grant: UUID) -> tuple[Duty, ...]:
    """The posts of a worker; a mentor's stands on no grant, since it gives no power in the grid."""
    return tuple(Duty(grid, post.post, None if post.post == MENTOR else grant) for grid in post.grids)


def _hashed(username: str) -> str:
    """The demo's password for the accounts of its login page, and only where the program runs as a demo."""
    listed = any(account.username == username for account in DEMO_ACCOUNTS)
    return _demo_hash() if listed and settings.DEMO else ""


@cache
def _demo_hash() -> str:
    return make_password(DEMO_PASSWORD)
